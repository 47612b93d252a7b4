"""What is said about a case: handed over, where it stands, closed, withdrawn. Pure; the state comes from `service.casework`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from service.cards import Card, CardChoice
from service.choices import choice

HOTLINE = "12348 公共法律服务热线"
LONGEST = 120  # of a conclusion
START = "handoff:start"
STARS = ("很不满意", "不满意", "一般", "满意", "很满意")
LABEL = "转给律师"
URGENT_LABEL = "马上转给律师"
ASK_STATUS = "在网页或微信说“我的案件到哪了”加上编号，随时能查到进度。"


class Stands(Protocol):
    """Where a case stands, as `service.casework` tells it. `place`: in the queue; `words`: when a lawyer will be there."""

    @property
    def id(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def place(self) -> int | None: ...
    @property
    def owner_name(self) -> str | None: ...


def offer(number: int = 1, *, urgent: bool = False) -> CardChoice:
    return choice(number, URGENT_LABEL if urgent else LABEL, START)


def opened(code: str, place: int | None, promise: str, *, anonymous: bool, nobody_now: bool) -> Card:
    """Handed over: code, place in the queue, an honest time. `nobody_now`: off hours and nobody on duty."""
    where = f"排在第 {place} 位。" if place else ""
    steps = [
        f"请记下编号 {code}。{ASK_STATUS}",
        "等律师的时候可以接着问我；律师接手后，您在这里打的字直接到他那里。",
        "不想办了，说“撤回案件”就行。",
    ]
    if anonymous:
        steps.insert(1, "您没有留联系方式：律师的回复在这里看，换了手机就凭编号查进度。")
    if nobody_now:
        steps.insert(0, "现在没有律师在线，这件事要等到上班以后才有人看。急事请拨 12348；有人身危险打 110。")
    conclusion, rest = until(f"已经转给律师，{where}", promise)
    return Card(
        kind="handoff",
        title="已经转给律师",
        conclusion=conclusion,
        steps=rest + steps,
        where=[HOTLINE],
        case_code=code,
    )


def no_trace(code: str) -> Card:
    return Card(
        kind="handoff",
        title="不留痕",
        conclusion="记下了您的愿望和编号，别的都不留。您最后一句话过后 30 分钟，这次对话会全部删掉。",
        steps=[
            f"请现在就抄下编号 {code}，删掉以后我也找不回来。",
            "律师看到的只有您的愿望这一句；要接着办，请拿编号到公共法律服务窗口，或者拨 12348。",
        ],
        where=[HOTLINE],
        case_code=code,
    )


def refused() -> Card:
    return Card(
        kind="notice",
        title="没有转给律师",
        conclusion="好，没有转，您说的话没有交给任何人。您可以接着问我，也可以自己拨 12348 跟律师说。",
        where=[HOTLINE],
        choices=[offer()],
    )


def status(case: Stands, promise: str = "", *, mine: bool = True) -> Card:
    """Where a case stands. `mine` False: whoever holds the code sees only how far it is."""
    who = _lawyer(case.owner_name if mine else None)
    lines = {
        "queued": f"在排队{f'，第 {case.place} 位' if case.place else ''}。",
        "assigned": f"已经分给{who}。",
        "active": f"{who}正在办。" + ("直接在这里打字，他就能看到。" if mine else ""),
        "waiting": f"{who}在等您补充。" + ("请直接在这里回复。" if mine else "请回到原来的对话里回复。"),
        "resolved": f"{who}已经答复完了。" + ("还有问题就说“重新打开案件”。" if mine else ""),
        "closed": "已经办结。" + ("还有问题就说“重新打开案件”。" if mine else ""),
        "withdrawn": "已经撤回，没有人在办了。",
    }
    conclusion, rest = until(lines[case.status], promise if case.status in ("queued", "assigned") else "")
    return Card(
        kind="handoff",
        title="您的案件" if mine else "案件进度",
        conclusion=conclusion,
        steps=rest,
        case_code=case.code,
        where=[HOTLINE],
    )


def until(head: str, promise: str) -> tuple[str, list[str]]:
    """Conclusion and first steps: `head` with the promise, which is never cut in the middle."""
    return (head + promise, []) if len(head + promise) <= LONGEST else (head.rstrip("，"), [promise])


def file_from(lawyer: str, name: str, size: str, link: str) -> Card:
    """A file from the lawyer: theirs and not generated."""
    return Card(
        kind="notice",
        title=f"{_lawyer(lawyer)}发来文件",
        conclusion=f"{name}（{size}）",
        attachments=[link],
        generated_label="",
        disclaimer="",
    )


def _lawyer(name: str | None) -> str:
    """“林静律师”; an account that is called “王律师” is not called so twice."""
    return f"{(name or '').removesuffix('律师')}律师"


def several(cases: Sequence[Stands], current: str | None) -> Card:
    """Several live cases: which one is being spoken of, and the others to choose."""
    others = [case for case in cases if case.id != current]
    return Card(
        kind="handoff",
        title="您有几件案件",
        conclusion=f"您有 {len(cases)} 件案件在办。您打的字会交到最近说过话的那一件；要说另一件，点下面选。",
        choices=[choice(n, f"说 {case.code} 这件", f"case:talk:{case.id}") for n, case in enumerate(others, 1)],
    )


def talking_of(case: Stands) -> Card:
    return Card(
        kind="handoff",
        title="换了一件",
        conclusion="好，接下来您打的字都归这一件。",
        case_code=case.code,
        where=[HOTLINE],
    )


def none_here() -> Card:
    """No case of this person, and no code."""
    return Card(
        kind="notice",
        title="没有查到案件",
        conclusion="这里没有您的案件。有编号就把编号发给我，例如 LH-7K3M-9Q2P；法院的案件请拨 12368。",
        steps=["法院立了案的：拨 12368，报案号和姓名查询。", "打过 12348 或申请过法律援助的：拨 12348 问。"],
        where=["12368 法院诉讼服务热线", HOTLINE],
        choices=[offer()],
    )


def unknown_code(code: str) -> Card:
    return Card(
        kind="notice",
        title="没有找到这个编号",
        conclusion=f"没有找到编号 {code}。请对照当时的卡片再看一遍，一个字母都不能差；找不到了就拨 12348。",
        where=[HOTLINE],
    )


def only_a_wish() -> Card:
    """For the code of a wish that left no trace."""
    return Card(
        kind="handoff",
        title="不留痕的编号",
        conclusion="这个编号只留着您的一句愿望，没有别的记录，也就没有进度。要接着办，请拿编号去窗口或拨 12348。",
        where=[HOTLINE],
        choices=[offer()],
    )


def withdraw_which(cases: Sequence[Stands]) -> Card:
    """Before a case is withdrawn it is asked once."""
    labels = [(f"确定撤回 {case.code}", f"case:withdraw:{case.id}") for case in cases]
    labels.append(("不撤回", "case:keep"))
    return Card(
        kind="handoff",
        title="要撤回案件吗",
        conclusion="撤回以后律师就不再办了，想再办要重新转。确定吗？",
        choices=[choice(n, label, target) for n, (label, target) in enumerate(labels, 1)],
    )


def kept() -> Card:
    return Card(kind="notice", title="没有撤回", conclusion="好，案件照旧，律师会接着办。")


def nothing_to_end() -> Card:
    return Card(
        kind="notice",
        title="现在就是我在回答",
        conclusion="现在没有律师在和您说话，回答您的就是我，小法。您接着说事就行。",
    )


def handed(owner_name: str | None) -> Card:
    """Once, when a person writes while a lawyer owns the conversation: honest, the bot does not answer."""
    who = _lawyer(owner_name)
    return Card(
        kind="notice",
        title="您的话已经交给律师",
        conclusion=f"收到，您的话已经交到{who}那里，由他来回您，我不插话。看到回复要一点时间。",
        steps=["想问进度，说“我的案件到哪了”；想让我来答，说“结束人工”。", "有人身危险请马上打 110。"],
    )


def rating(case_id: str) -> list[CardChoice]:
    """For the card that says a case is done."""
    stars = range(len(STARS), 0, -1)
    return [choice(n, STARS[star - 1], f"case:rate:{case_id}:{star}") for n, star in enumerate(stars, 1)]


def rated(stars: int) -> Card:
    if stars >= 3:
        return Card(kind="notice", title="谢谢您的评价", conclusion="记下了，谢谢。以后有事随时来问我。")
    return Card(
        kind="notice",
        title="谢谢您的评价",
        conclusion="记下了，抱歉没办好。主管会看到。事情没完就再转一次，或者拨 12348。",
        where=[HOTLINE],
        choices=[offer()],
    )


def past() -> Card:
    return Card(
        kind="notice",
        title="这件案件已经变了",
        conclusion="这件案件的情况已经变了，刚才选的做不了。说“我的案件到哪了”看看现在到哪一步。",
    )


def withdrawn() -> Card:
    """Beside the notice that the case is withdrawn: the way on."""
    return Card(
        kind="handoff",
        title="还有我",
        conclusion="好，您可以接着问我。想再转给律师，随时说一声。",
        choices=[offer()],
    )


def safety_words(card: Card, seen: bool | None) -> Card:
    """The safety card with the truth about who of ours sees it now; without a case (None), the way to a lawyer."""
    if seen is not None:
        line = "您的律师和值班的人已经收到提醒。" if seen else "现在没有律师在线看到这句话，请不要等，先打 110。"
        return card.model_copy(update={"steps": [*card.steps, line]})
    return card.model_copy(update={"choices": [offer(urgent=True)]})
