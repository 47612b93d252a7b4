"""The chat page with a made-up 小法 behind it, faithful to the web API in docs/contracts.md.

For looking at the page while working on it: `python -m tests.web.fake_api` and open http://127.0.0.1:8010.
What it answers depends on words in the question (see `answer`); `Trouble` says what goes wrong next.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from bot.pages import Pages
from service.cards import Amount, Card, CardChoice, Citation
from tests.fakes.clock import moment

WEB = Path(os.environ.get("XIAOFA_ROOT", Path(__file__).resolve().parents[2])) / "bot" / "web"
# Trusted Types is asked for as well: with it a browser refuses every string that would become markup.
CSP = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
NOTICE = {
    "title": "龙华小法怎样保存和使用您说的话",
    "version": "2026-01",
    "paragraphs": [
        "您的问题可能说到家里的事、钱和身体。这些是敏感的个人信息，所以要先得到您的同意。",
        "我们保存什么：您发来的话、小法的回答、您点的“有用”“没用”。保存时都加密。不问您的姓名、身份证号。",
        "用来做什么：回答您的问题；您要求转给律师时，交给接手的律师看。不拿去做广告，不卖给别人。",
        "保存多久：最后一次对话起 180 天后自动删除。您随时可以点“忘记我”，马上全部删掉。",
        "回答由程序自动生成，可能会错，不是律师意见。",
    ],
}
XSS = '<img src=x onerror="window.__xss=1"><script>window.__xss=1</script>\'"><svg onload=window.__xss=1>'


@dataclass
class Trouble:
    """What goes wrong with the next messages: `refuse` answers with a status before storing anything, `lose` stores
    and answers the message but the reply gets lost on the way (502 from a proxy)."""

    refuse: list[int] = field(default_factory=list)
    lose: int = 0
    pending: bool = False


@dataclass
class Person:
    csrf: str = field(default_factory=lambda: uuid4().hex)
    conversation: str = field(default_factory=lambda: uuid4().hex)
    consented: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    case: dict[str, Any] | None = None


@dataclass
class Fake:
    people: dict[str, Person] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)
    received: list[dict[str, Any]] = field(default_factory=list)
    feedback: list[dict[str, Any]] = field(default_factory=list)
    delay: float = 0.05
    late: float = 1.2
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def reset(self) -> None:
        self.people.clear()
        self.trouble = Trouble()
        self.received.clear()
        self.feedback.clear()
        self.delay, self.late = 0.05, 1.2


def choice(id_: str, label: str) -> CardChoice:
    return CardChoice(id=id_, label=label, payload=f'/choose{{"choice":"{id_}"}}')


LABOUR_30 = Citation(
    kind="quoted",
    law="劳动合同法",
    article="30",
    label="《劳动合同法》第三十条",
    text="用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。\n"
    "用人单位拖欠或者未足额支付劳动报酬的，劳动者可以依法向当地人民法院申请支付令，人民法院应当依法发出支付令。",
    in_force_since=date(2013, 7, 1),
    source="国家法律法规数据库",
)
CIVIL_577 = Citation(
    kind="quoted",
    law="民法典",
    article="577",
    paragraph="第一款",
    label="《民法典》第五百七十七条",
    text="当事人一方不履行合同义务或者履行合同义务不符合约定的，应当承担继续履行、采取补救措施或者赔偿损失等违约责任。",
    in_force_since=date(2021, 1, 1),
    source="https://flk.npc.gov.cn/",
)
REGULATION = Citation(
    kind="referenced",
    law="保障农民工工资支付条例",
    article="30",
    label="《保障农民工工资支付条例》第三十条",
    number="国务院令第724号",
    in_force_since=date(2020, 5, 1),
    source="中国政府网",
    note="条文请核对官方文本",
)
WAGES = Card(
    kind="answer",
    title="公司拖欠工资怎么办？",
    conclusion="公司拖欠工资，您有权要求马上足额支付；可以先到劳动监察投诉，也可以直接申请劳动仲裁，仲裁不收费。",
    steps=[
        "先跟公司要一次，用微信或短信，写清欠哪几个月、一共多少钱，截图留好。",
        "到公司所在街道的劳动监察窗口投诉，带上身份证和证据；也可以先打 12333 问清窗口在哪里。",
        "投诉没结果，就向龙华区劳动人事争议仲裁院申请仲裁，写一份申请书，一式两份。",
        "仲裁裁决生效后公司还不给，向法院申请强制执行。",
    ],
    evidence=[
        "劳动合同；没有合同的，工牌、打卡记录、工作群聊天",
        "工资条或银行流水，能看出平时发多少、哪个月没发",
        "催要工资的微信、短信或录音",
    ],
    citations=[LABOUR_30, CIVIL_577, REGULATION],
    deadline="从离职那天起一年内申请仲裁；还在职的，欠薪期间不受一年限制。",
    where=["龙华区劳动人事争议仲裁院", "所在街道的劳动监察窗口，咨询电话 12333"],
    lawyer_when=["公司说你们不是劳动关系，只是合作", "欠的钱多，或者公司准备注销、老板失联"],
    choices=[
        choice("guide:guide.wages", "帮我一步步理清（约 3 分钟）"),
        choice("faq:labour.quit", "因为欠薪辞职有补偿吗"),
    ],
    confidence=0.91,
    faq_id="labour.wages.arrears",
    law_as_of=date(2026, 3, 1),
)
RESULT = Card(
    kind="result",
    title="经济补偿估算",
    conclusion="按您说的情况，公司大约应付经济补偿 27500 元。",
    amounts=[
        Amount(
            label="经济补偿",
            value="27500.00",  # type: ignore[arg-type]  # parsed by pydantic, as from JSON
            steps=["工作 4 年 8 个月，按 5 个月算", "月平均工资 5500 元", "5500 × 5 = 27500 元"],
        )
    ],
    deadline="从离职那天起一年内申请仲裁。",
    citations=[LABOUR_30],
    law_as_of=date(2026, 3, 1),
)
SAFETY = Card(
    kind="safety",
    title="有危险，先离开、先报警",
    conclusion="您现在的安全最要紧：能走就先离开那个人，马上打 110。",
    steps=["到有人的地方去：邻居家、便利店、派出所。", "受伤了先打 120 或去医院，告诉医生是被打的，留好病历。"],
    evidence=["伤处的照片", "报警回执、告诫书"],
    citations=[],
    where=["最近的派出所", "妇女维权热线 12338"],
    law_as_of=date(2026, 3, 1),
)
CLARIFY = Card(
    kind="clarify",
    title="您是想问",
    conclusion="离婚的事有好几种，您更想先弄清哪一个？",
    choices=[
        choice("faq:marriage.custody", "孩子会判给谁"),
        choice("faq:marriage.property", "房子和存款怎么分"),
        choice("faq:marriage.procedure", "对方不同意，怎么离"),
        choice("none", "都不是，我换个说法"),
    ],
)
HANDOFF = Card(
    kind="handoff",
    title="已经为您转给律师",
    conclusion="您的情况已经整理好交给值班律师，工作日一天内回复您。",
    case_code="LH-2026-0042",
    lawyer_when=["等律师期间有新的文件或期限，直接在这里说"],
)
STATUTE = Card(
    kind="statute",
    title="民法典 第577条",
    conclusion="这是您要的条文。",
    citations=[CIVIL_577.model_copy(update={"paragraph": None})],
    law_as_of=date(2026, 3, 1),
)
POISON = Card(
    kind="answer",
    title=XSS[:80],
    conclusion=XSS[:110],
    steps=[XSS],
    evidence=[XSS],
    citations=[
        CIVIL_577.model_copy(update={"label": XSS, "text": XSS, "source": "javascript:window.__xss=1"}),
        REGULATION.model_copy(
            update={"note": XSS, "number": XSS, "source": 'https://x.test/" onmouseover="window.__xss=1'}
        ),
    ],
    amounts=[Amount(label=XSS, value="1", unit=XSS, steps=[XSS])],  # type: ignore[arg-type]
    deadline=XSS,
    where=[XSS],
    lawyer_when=[XSS],
    attachments=["javascript:window.__xss=1", "//evil.test/x", "/files/申请书.docx", XSS],
    choices=[choice(XSS, XSS)],
    generated_label=XSS,
    disclaimer=XSS,
)
QUESTIONS = [
    ("签了书面劳动合同吗？", [("yes", "签了"), ("no", "没签"), ("unknown", "说不清")]),
    ("公司一共欠了多少钱？（写个数就行）", []),
    ("现在还在那里上班吗？", [("yes", "还在上班"), ("no", "已经离开")]),
]


def question(number: int) -> Card:
    ask, answers = QUESTIONS[number - 1]
    ways_out = [choice(f"answer:q{number}:back", "上一步")] if number > 1 else []
    return Card(
        kind="question",
        title=f"欠薪核对 · 第 {number} 步，共 {len(QUESTIONS)} 步",
        conclusion=ask,
        choices=[
            *(choice(f"answer:q{number}:{id_}", label) for id_, label in answers),
            *ways_out,
            choice(f"answer:q{number}:stop", "先不说了"),
        ],
    )


def notice(text: str) -> Card:
    return Card(kind="notice", conclusion=text)


def answer(text: str) -> list[Card]:
    table = {
        "重新开始": notice("好的，我们重新开始。您想问什么？"),
        "被家里人打": SAFETY,
        "离婚": CLARIFY,
        "转律师": HANDOFF,
        "补偿多少": RESULT,
        "条文": STATUTE,
        "<img": POISON,
        "你好": notice("您好，我是龙华小法，用程序自动回答法律问题。请直接说发生了什么。"),
    }
    return [next((card for word, card in table.items() if word in text), WAGES)]


def follow(choice_id: str) -> list[Card]:
    if choice_id.startswith("guide:"):
        return [question(1)]
    if choice_id.startswith("answer:"):
        _, key, picked = choice_id.split(":")
        number = int(key[1:])
        if picked == "stop":
            return [notice("好的，先说到这里。您说过的都记着，下次接着说就行。")]
        number += -1 if picked == "back" else 1
        return [question(number) if number <= len(QUESTIONS) else RESULT]
    return [WAGES.model_copy(update={"title": "关于" + choice_id, "choices": []})]


def card_json(card_id: str, card: Card) -> dict[str, Any]:
    body = card.model_dump(mode="json")
    body["choices"] = [{"id": each.id, "label": each.label} for each in card.choices]
    return {"id": card_id, **body}


def problem(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "request_id": uuid4().hex}}, status)


def create_app(fake: Fake | None = None) -> FastAPI:
    fake = fake or Fake()
    app = FastAPI()
    app.state.fake = fake
    pages = Pages(WEB)

    @app.middleware("http")
    async def headers(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["Content-Security-Policy"] = CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/static/{path:path}")
    async def static(request: Request) -> Response:
        return pages.static(request)

    @app.get("/")
    async def page(request: Request) -> Response:
        return pages.chat(request)

    @app.get("/c/{token}")
    async def card(token: str) -> Response:
        return pages.card(card_json("", WAGES) if token == "wages" else None)

    def whose(request: Request) -> Person | None:
        return fake.people.get(request.cookies.get("xf_session", ""))

    def guard(request: Request) -> Person | JSONResponse:
        person = whose(request)
        if person is None or request.headers.get("X-CSRF-Token") != person.csrf:
            return problem(403, "csrf", "页面放得太久了，请刷新后再试。")
        return person

    @app.post("/api/session")
    async def session(request: Request) -> JSONResponse:
        person = whose(request)
        key = request.cookies.get("xf_session", "")
        if person is None:
            key, person = uuid4().hex, Person()
            fake.people[key] = person
        response = JSONResponse(
            {
                "conversation": person.conversation,
                "csrf": person.csrf,
                "consented": person.consented,
                "notice": NOTICE,
                "wechat": True,
            }
        )
        response.set_cookie("xf_session", key, httponly=True, samesite="lax", max_age=180 * 86400)
        return response

    @app.post("/api/consent")
    async def consent(request: Request) -> Response:
        person = guard(request)
        if isinstance(person, JSONResponse):
            return person
        person.consented = (await request.json())["agreed"] is True
        return Response(status_code=204)

    def store(person: Person, author: str, **what: Any) -> dict[str, Any]:
        seq = len(person.messages) + 1
        row = {"seq": seq, "id": f"m{next(fake.ids)}", "author": author, "at": moment().isoformat(), **what}
        person.messages.append(row)
        return row

    def say(person: Person, cards: list[Card]) -> list[dict[str, Any]]:
        sent = []
        for card in cards:
            card_id = f"c{next(fake.ids)}"
            person.cards[card_id] = card
            sent.append(card_json(card_id, card))
            store(person, "bot", card=sent[-1])
        return sent

    @app.post("/api/messages")
    async def send(request: Request) -> Response:
        person = guard(request)
        if isinstance(person, JSONResponse):
            return person
        body = await request.json()
        fake.received.append(body)
        if not person.consented:
            return problem(403, "consent_required", "请先看过说明并同意，再提问。")
        if fake.trouble.refuse:
            status = fake.trouble.refuse.pop(0)
            return problem(
                status, "refused", {429: "您发得太快了，请等一分钟再试。"}.get(status, "小法正在维护，请稍后重试。")
            )
        if body["client_id"] in person.answered:
            return JSONResponse(person.answered[body["client_id"]])
        if "choice" in body:
            card = person.cards[body["card"]]
            label = next(each.label for each in card.choices if each.id == body["choice"])
            row, cards = store(person, "person", text=label), follow(body["choice"])
        else:
            if len(body["text"]) > 4000:
                return problem(413, "too_long", "太长了，请分两次发。")
            row = store(person, "person", text=body["text"])
            last = next((each["card"] for each in reversed(person.messages) if "card" in each), None)
            typed_answer = last and last["kind"] == "question" and body["text"] != "重新开始"
            cards = (
                follow(f"{last['choices'][0]['id'].rsplit(':', 1)[0]}:typed") if typed_answer else answer(body["text"])
            )
        if fake.trouble.pending:
            fake.trouble.pending = False

            async def later() -> None:
                await asyncio.sleep(fake.late)
                say(person, cards)

            app.state.later = asyncio.create_task(later())
            return JSONResponse({"message_id": row["id"], "status": "pending", "cards": []})
        await asyncio.sleep(fake.delay)
        result = {"message_id": row["id"], "status": "answered", "cards": say(person, cards)}
        person.answered[body["client_id"]] = result
        if fake.trouble.lose:
            fake.trouble.lose -= 1
            return HTMLResponse("<h1>502 Bad Gateway</h1>", 502)
        return JSONResponse(result)

    @app.get("/api/messages")
    async def messages(request: Request, after: int = 0) -> Response:
        person = whose(request)
        if person is None:
            return problem(401, "session", "请刷新页面。")
        rows = [row for row in person.messages if row["seq"] > after]
        following = rows[-1]["seq"] if rows else after
        return JSONResponse({"messages": rows, "next": following, "case": person.case})

    @app.post("/api/feedback")
    async def feedback(request: Request) -> Response:
        person = guard(request)
        if isinstance(person, JSONResponse):
            return person
        fake.feedback.append(await request.json())
        return Response(status_code=204)

    @app.delete("/api/me")
    async def forget(request: Request) -> Response:
        person = guard(request)
        if isinstance(person, JSONResponse):
            return person
        del fake.people[request.cookies["xf_session"]]
        response = Response(status_code=204)
        response.delete_cookie("xf_session")
        return response

    @app.get("/api/statutes/{law}/{article}")
    async def statute(law: str, article: str) -> JSONResponse:
        if (law, article) == ("民法典", "577"):
            return JSONResponse({"law": law, "article": article, "text": f"第五百七十七条　{CIVIL_577.text}"})
        return problem(404, "not_found", "没有找到这一条。")

    return app


def main() -> None:
    import uvicorn

    uvicorn.run(create_app(), host="127.0.0.1", port=8010)


if __name__ == "__main__":
    print(json.dumps({"page": "http://127.0.0.1:8010"}))
    main()
