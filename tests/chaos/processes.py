"""The whole story with the five real processes: a person at a page behind a network that fails, a lawyer in a browser at the
desk. At each step one process is killed (kill -9), whose turn it is by the seed: five runs kill each at each step. Clicks come
twice, answers get lost on the way. What the database holds afterwards is compared with what was sent."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError
from sqlalchemy import select

from bot import notices
from cases.cards import ROUTER_ACTION
from cases.database import Database
from cases.schema import cards as card_table
from cases.schema import case_events, cases, conversations, interviews, ratings
from cases.schema import messages as message_table
from service import casework
from settings import Settings
from tests.chaos.checker import Lost, equal
from tests.desk.page import DeskPage
from tests.fakes.network import Network, network
from tests.stack.conftest import Stack, data_dir_for, running
from tests.stack.page import browser
from tests.stack.talk import Person
from tests.stack.test_desk_browser import hire

VICTIMS = ("rasa", "actions", "bot", "desk", "worker")
STEPS = ("ask", "wish", "agree", "opponent", "skip", "hand over", "claim", "tell", "reply", "read", "resolve", "rate")
PATIENCE = 150.0  # until a killed process is back and a message in its hands was taken up
LAWYER = "陈安"
REPLY = "您好，我是陈安律师，请把合同带来。"
FIRST_PORT = 31000


def victim(seed: int, step: str) -> str:
    """Whose turn it is to be killed."""
    return VICTIMS[(seed + STEPS.index(step)) % len(VICTIMS)]


@dataclass(frozen=True)
class Sent:
    """What was sent, and what must be in the one card that answers."""

    text: str
    answer: str


class Office:
    """The running service, a browser, and a lawyer's account."""

    def __init__(self, stack: Stack, chromium: Browser) -> None:
        self.stack, self.chromium = stack, chromium
        settings = Settings(data_dir=stack.data_dir)
        self.database = Database(settings.database, secrets=settings.secrets)
        self.login = hire(stack, LAWYER, "lawyer")

    def run(self, seed: int) -> Counter[str]:
        """One story; returns `step: process` of each kill. Raises Lost, or AssertionError when somebody waits for ever."""
        port = int(self.stack.bot.rpartition(":")[2])
        with network(port) as net, httpx.Client(base_url=net.url, timeout=60, trust_env=False) as http:
            story = Story(self, net, random.Random(seed), seed, Person(http))  # noqa: S311 no secret
            story.play()
            check(self.database, story)
        return story.kills

    def pid(self, name: str) -> int:
        """Of the process itself, once it runs (between two lives its shell sleeps)."""
        pid = 0

        def up() -> bool:
            nonlocal pid
            pid = self.stack.pid(name)
            return b"python" in Path(f"/proc/{pid}/cmdline").read_bytes()

        wait_for(f"{name} running", up)
        return pid


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """`folder`: for the log."""
    stack = Stack(data_dir_for("chaos"), folder / "run.log", FIRST_PORT, {"XIAOFA_LEASE_SECONDS": "5"})
    with running(stack), browser() as started:
        made = Office(stack, started)
        yield made
        made.database.close()


@dataclass
class Story:
    office: Office
    net: Network
    chance: random.Random
    seed: int
    person: Person
    sent: list[Sent] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    seen: int = 0  # cards that answered so far
    conversation: str = ""

    def play(self) -> None:
        self.at("ask", lambda: self.say("公司三个月没发工资怎么办", "拖欠工资违法"))
        self.at("wish", lambda: self.say("我要找律师", "要您同意"))
        self.at("agree", lambda: self.pick("同意，转给律师", "对方是谁"))
        self.at("opponent", lambda: self.say("好运来电子厂", "哪天发生"))
        self.at("skip", lambda: self.say("跳过", "牵涉多少钱"))
        self.at("hand over", lambda: self.pick("就到这里", "已经转给律师"))
        with self._desk() as desk:
            self.at(
                "claim",
                lambda: desk.until(desk.has('[data-box="reply"]'), lambda page: page.click('[data-do="claim"]')),
            )
            self.at("tell", lambda: self.say("律师您好，合同在我手上", f"已经交到{LAWYER}律师那里"))
            self.at("reply", lambda: desk.until(desk.says(REPLY), lambda page: desk.reply(REPLY)))
            self.at("read", lambda: wait_for("the lawyer's words", lambda: self._heard() == [REPLY]))
            self.at("resolve", lambda: desk.until(desk.has('[data-do="close"]'), lambda page: desk.do("resolve")))
        wait_for(
            "the notice of the end",
            lambda: any("很满意" in c["label"] for card in self._cards() for c in card["choices"]),
        )
        self.at("rate", lambda: self.pick("很满意", "谢谢"))
        wait_for("the conversation's id", self._look_up)

    def _look_up(self) -> bool:
        self.conversation = self.person.http.post("/api/session").raise_for_status().json()["conversation"]
        return True

    def at(self, step: str, work: Callable[[], None]) -> None:
        """Do it, while a process is killed."""
        name = victim(self.seed, step)
        pid = self.office.pid(name)
        killer = threading.Timer(self.chance.choice((0.0, 0.05, 0.15, 0.4)), os.kill, (pid, signal.SIGKILL))
        killer.start()
        try:
            work()
        finally:
            killer.join()
        self.kills[f"{step}: {name}"] += 1

    def say(self, text: str, answer: str) -> None:
        self._send({"text": text}, text, answer)

    def pick(self, words: str, answer: str) -> None:
        """The choice with these words on the newest card that has it."""
        for card in reversed(self._cards()):
            for choice in card["choices"]:
                if words in choice["label"]:
                    self._send({"choice": choice["id"], "card": card["id"]}, choice["label"], answer)
                    return
        raise Lost(f"nothing to pick with {words!r}")

    def _send(self, body: dict[str, str], text: str, answer: str) -> None:
        """As the page does: under one id until the service has taken it; sometimes clicked twice, sometimes the answer is
        lost on the way. Then the answer is waited for."""
        body = {**body, "client_id": str(uuid.uuid4())}
        self.sent.append(Sent(text, answer))
        mishap = self.chance.choice(("none", "twice", "lost"))
        if mishap == "lost":
            self.net.lose_answer()
        clicks = [threading.Thread(target=self._post, args=(body,)) for _ in range(2 if mishap == "twice" else 1)]
        for click in clicks:
            click.start()
        for click in clicks:
            click.join()
        wait_for(f"the answer to {text!r}", lambda: self._answered(answer))
        if self.chance.random() < 0.3:  # a page that was closed too early sends it once more
            self._post(body)

    def _post(self, body: dict[str, str]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with httpx.Client(
                    base_url=self.net.url, timeout=60, trust_env=False, cookies=self.person.http.cookies
                ) as http:
                    if http.post("/api/messages", json=body, headers=self.person.headers).status_code == 200:
                        return
            except httpx.TransportError:
                pass
            time.sleep(0.3)
        raise AssertionError("the service did not take the message")

    def _answered(self, answer: str) -> bool:
        cards = [card for card in self._cards() if card["conclusion"] != notices.AWAY["conclusion"]]
        new = cards[self.seen :]
        if not any(answer in card["title"] + card["conclusion"] for card in new):
            return False
        self.seen = len(cards)
        return True

    def _history(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []

        def read() -> bool:
            nonlocal found
            found = self.person.history()
            return True

        wait_for("the conversation", read)
        return found

    def _cards(self) -> list[dict[str, Any]]:
        return [entry["card"] for entry in self._history() if entry.get("card")]

    def _heard(self) -> list[str]:
        return [entry["text"] for entry in self._history() if entry["author"] == "lawyer"]

    @contextmanager
    def _desk(self) -> Iterator[Desk]:
        code = next(card["case_code"] for card in reversed(self._cards()) if card.get("case_code"))
        with self.office.database.read() as session:
            state = casework.case_by_code(session, code)
        assert state
        with self.office.chromium.new_context(locale="zh-CN") as context:  # type: ignore[arg-type]
            page = context.new_page()
            desk = Desk(page, self.office.stack.desk)
            desk.case_id = state.id
            wait_for("signed in", lambda: desk.sign_in(self.office.login) is None)
            page.set_default_timeout(5_000)
            yield desk


class Desk(DeskPage):
    """A lawyer before a desk that may be away: looks at the case anew, and does again what was not done."""

    case_id = ""

    def until(self, done: Callable[[], bool], do: Callable[[Any], Any]) -> None:
        def look() -> bool:
            self.open(f"/cases/{self.case_id}", ".head")
            self.page.wait_for_timeout(300)
            if done():
                return True
            do(self.page)
            self.page.wait_for_timeout(700)
            return done()

        wait_for("done at the desk", look)

    def has(self, selector: str) -> Callable[[], bool]:
        return lambda: self.page.locator(selector).count() > 0

    def says(self, text: str) -> Callable[[], bool]:
        return lambda: self.talk.get_by_text(text, exact=True).count() > 0


def wait_for(what: str, ready: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if ready():
                return
        except (httpx.HTTPError, BrowserError, OSError, IndexError):
            pass  # somebody is away: that is what this is about
        time.sleep(0.3)
    raise AssertionError(f"not within {PATIENCE:.0f} s: {what}")


def check(database: Database, story: Story) -> None:
    """What the database holds of this person against what was sent. Raises Lost."""
    with database.read() as session:
        person_id = session.scalar(select(conversations.c.person_id).where(conversations.c.id == story.conversation))
        mine = select(conversations.c.id).where(conversations.c.person_id == person_id)
        rows = session.execute(
            select(message_table, card_table.c.body, card_table.c.action)
            .outerjoin(card_table, card_table.c.id == message_table.c.card_id)
            .where(message_table.c.person_id == person_id)
            .order_by(message_table.c.seq)
        ).all()
        person = [row for row in rows if row.author_kind == "person"]
        equal("the person's messages", [row.text for row in person], [sent.text for sent in story.sent])
        equal("the lawyer's words", [row.text for row in rows if row.author_kind == "lawyer"], [REPLY])
        for row, sent in zip(person, story.sent, strict=True):
            _answer(row, sent, [each for each in rows if each.reply_to == row.id])
        stored = Counter(
            session.execute(select(card_table.c.id).where(card_table.c.conversation_id.in_(mine))).scalars()
        )
        equal("cards said", Counter(row.card_id for row in rows if row.card_id), stored)
        told = [row.body["title"] for row in rows if row.body and not row.reply_to]
        equal("notices", told, ["律师已接手", "律师服务结束"])
        found = session.execute(select(cases).where(cases.c.person_id == person_id)).all()
        equal("cases", [(case.status, case.amount) for case in found], [("resolved", None)])
        events = session.execute(
            select(case_events.c.kind).where(case_events.c.case_id == found[0].id).order_by(case_events.c.id)
        )
        equal("moves", list(events.scalars()), ["open", "claim", "reply", "resolve", "rated"])
        stars = session.execute(select(ratings.c.stars).where(ratings.c.case_id == found[0].id))
        equal("ratings", list(stars.scalars()), [5])
        asked = session.execute(select(interviews).where(interviews.c.person_id == person_id)).all()
        equal("interviews", [(row.script_id, row.status) for row in asked], [("intake", "done")])
        answers = {key: value for key, value in asked[0].answers.items() if not key.startswith("__")}
        wanted = {"consent": "agree", "story": story.sent[0].text, "opponent": "好运来电子厂", "happened": "unknown"}
        equal("answers of the intake", answers, wanted)


def _answer(row: Any, sent: Sent, said: list[Any]) -> None:
    """One card with what was expected; an excuse while something was away may come before it."""
    answers = [each for each in said if each.action != ROUTER_ACTION + "away"]
    texts = [each.body["title"] + "：" + each.body["conclusion"] for each in answers]
    if len(answers) != 1 or sent.answer not in texts[0]:
        raise Lost(f"answers to {sent.text!r}: {texts}, not one with {sent.answer!r}")
    if row.status not in ("answered", "handed"):
        raise Lost(f"{sent.text!r} is {row.status}")
    if len(said) - len(answers) > 1:
        raise Lost("excused twice")
