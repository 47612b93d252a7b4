"""What is said about a joint claim in the chat. Pure; the figures come from `service.group_sums`."""

from __future__ import annotations

from decimal import Decimal

from cases.groups import Group, Member
from knowledge.calculators.core import plain, yuan
from service.cards import Card, CardChoice
from service.choices import choice
from service.group_links import join_path
from service.group_sums import MANY, Sums
from service.wage_table import EXAMPLE, WageTable

START = "group:start"
LABEL = "大家一起登记（集体讨薪）"
TITLE = "集体登记"
OWN_LINE = "回复您自己的一行：姓名，欠几个月，一共欠多少元。例如：张三，3，15000"
MOST_PROBLEMS = 8


def offer(number: int) -> CardChoice:
    return choice(number, LABEL, START)


def started(group: Group, base: str, mine: str) -> Card:
    """For the lead: the code to share, and what to do next."""
    return Card(
        kind="notice",
        title=TITLE,
        conclusion=f"集体登记建好了，编号 {group.code}。请发给工友，各人自己加入、自己填，最后合成一件案子交给律师。",
        steps=[
            f"工友在这里或微信说“加入 {group.code}”，或者打开 {base}{join_path(group.code)} 填写；扫码页在下面的集体登记页里。",
            *_employer(group),
            f"{OWN_LINE}。",
            f"有工资表的，直接贴在这里，第一行写“{EXAMPLE}”，一人一行；人多或有 CSV 文件，到集体登记页上传。",
            "填得差不多了，说“集体交给律师”。",
            f"满 {MANY} 人、请求相同的，法律允许推举代表参加调解、仲裁、诉讼；代表要大家书面推举，这里只是先提名。",
        ],
        choices=[choice(1, "集体交给律师", "group:hand")],
        attachments=[mine],
    )


def asked_to_join(group: Group) -> Card:
    """Consent first."""
    employer = f"“{group.employer}”" if group.employer else "（单位还没写）"
    return Card(
        kind="notice",
        title=f"加入{TITLE} {group.code}",
        conclusion=f"这是针对{employer}的集体讨薪登记。加入要记下您的姓名、欠薪月数和金额，交给这里的律师和工作人员办案。",
        steps=[
            "加密保存。别的工友看不到您的姓名和金额，只看到总人数和合计。",
            "要不要让发起人和代表也看到您这一行，您自己选；不让看也照样登记。",
            "随时说“退出集体”就删掉。不认识发起人、不是这家单位的，请不要加入。",
        ],
        choices=[
            choice(1, "同意，代表也可以看", f"group:join:{group.code}:share"),
            choice(2, "同意，只给律师看", f"group:join:{group.code}:close"),
            choice(3, "不加入", "group:no"),
        ],
    )


def joined(group: Group) -> Card:
    return Card(kind="notice", title=TITLE, conclusion=f"您加入了 {group.code}。还差一步，请填欠薪。", steps=[OWN_LINE])


def kept(mine: Member, found: Sums, path: str) -> Card:
    return Card(
        kind="notice",
        title=TITLE,
        conclusion=f"记下了：{mine.name}，{plain(mine.months or Decimal(0))} 个月，{yuan(mine.owed or Decimal(0))}。{found.for_member()}。",
        steps=[
            "填错了，再发一次就改过来。",
            "不想一起办了，说“退出集体”。",
            "还在职的照样可以登记；合同、考勤、转账记录请先留好。",
        ],
        attachments=[path],
    )


def tabled(table: WageTable, count: int, told: list[str], found: Sums, path: str) -> Card:
    """What became of a pasted table: kept, not kept and why, nothing silently dropped."""
    steps = [problem.words for problem in table.problems[:MOST_PROBLEMS]]
    if len(table.problems) > MOST_PROBLEMS:
        steps.append(f"还有 {len(table.problems) - MOST_PROBLEMS} 行有问题，请到集体登记页贴这张表，那里逐行列出。")
    if table.problems:
        steps.append("把上面几行改好再贴一次就行（带上表头），已经记下的不会重复。")
    if told:
        steps.append(
            f"{'、'.join(told[:5])}{' 等' if len(told) > 5 else ''} {len(told)} 人自己填过，以本人填的为准，没有改。"
        )
    if table.unused:
        steps.append(f"没有用到、也没有保存的列：{'、'.join(table.unused)[:60]}。")
    wrong = f"，{len(table.problems)} 行有问题没记" if table.problems else ""
    return Card(
        kind="notice",
        title=TITLE,
        conclusion=f"记下了 {count} 行{wrong}。现在一共 {found.heads} 人。",
        steps=[*steps, "表里的人还没有本人确认：请把编号发给他们，各自加入、核对。"],
        choices=[] if table.problems else [choice(1, "集体交给律师", "group:hand")],
        attachments=[path],
    )


def mine(group: Group, me: Member, found: Sums, path: str) -> Card:
    own = (
        f"您填的：{me.name}，{plain(me.months or Decimal(0))} 个月，{yuan(me.owed or Decimal(0))}。"
        if me.owed is not None
        else OWN_LINE
    )
    state = {"open": "可以加入", "closed": "停止加入", "handed": "已经交给律师"}[group.status]
    return Card(
        kind="notice",
        title=f"{TITLE} {group.code}",
        conclusion=f"{state}。{found.for_member()}。",
        steps=[own],
        choices=[choice(1, "集体交给律师", "group:hand")] if me.role == "lead" and group.status != "handed" else [],
        attachments=[path],
    )


def left() -> Card:
    return say("您退出了集体登记，您的一行已经删掉。想单独办，说“转律师”。")


def refused() -> Card:
    return say("好，没有加入，什么都没有记。想单独办，说“转律师”，或者拨 12348。")


def no_code() -> Card:
    return say("没看懂集体编号。编号像 JT-7K3M-9Q2P，请照发起人给的发“加入 JT-…”。LH 开头的是案件编号，不能用来加入。")


def unknown(code: str) -> Card:
    return say(f"没有编号 {code} 的集体登记，可能打错了，也可能已经删了。请和发起人核对。")


def none_here() -> Card:
    return say("您还没有集体登记。要发起，说“集体登记”；要加入工友的，说“加入”加编号。")


def employer_kept(name: str) -> Card:
    return say(f"记下了单位：{name[:40]}。{OWN_LINE}"[:120])


def say(words: str) -> Card:
    return Card(kind="notice", title=TITLE, conclusion=words[:120])


def _employer(group: Group) -> list[str]:
    return [] if group.employer else ["先告诉我是哪家单位，例如：单位：某某电子厂"]
