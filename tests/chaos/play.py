"""One seeded run: a person, the bot, the actions, two lawyers and the worker go through a case; each step's process is killed at
a point the seed chooses and the step is done again, as a page, a messenger, Rasa or a lawyer would. Then everything is counted
(`checker`). Rasa itself is the play: it holds the slots, and takes a turn back when an action died."""

from __future__ import annotations

import gc
import random
import tempfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select, text

from actions.runtime import Runtime
from actions.turn import Events, SpeakingAction, Turn
from bot import consent, turns
from bot.rasa_client import Reply
from bot.turns import Incoming
from cases import matters, messages, people, staff
from cases.database import Database
from cases.errors import StaleCaseError
from cases.schema import cases, metadata
from cases.status import SILENT
from knowledge.content import load_content
from knowledge.statutes.build import build_book
from service import casework
from service.cards import Card
from service.case_words import chosen
from service.casework import clocks
from service.runtime import Knowledge
from settings import get_settings
from settings.clock import FixedClock
from tests.chaos.checker import OPPONENT, Lost, check
from tests.chaos.death import Death, Killed, alone
from tests.fakes.dialogue import Done, Rules, act
from tests.fakes.knowledge import FAQS, silent_knowledge
from tests.fakes.office import MONDAY, SECRETS
from tests.fakes.postgres import Cluster

STEPS = (
    "speak",
    "answer",
    "act",
    "claim",
    "say",
    "wait",
    "lapse",
    "release",
    "transfer",
    "second",
    "resolve",
    "reopen",
)
DEATHS = (*(Death("statement", number) for number in (1, 3, 6, 10, 15, 21, 28)), Death("commit"), Death("committed"))
RESTART = "restart"  # of the database, in the middle of a step
MEMORY = Path("/dev/shm")  # noqa: S108 a killed process loses nothing of it, and a run takes two thirds of the time
MOST_TRIES = 6
NAME = "甲"


@dataclass(frozen=True)
class Sent:
    """What the person sent, what must be in the one card that answers (empty: a lawyer has the word), and whether it belongs
    to the case."""

    text: str
    answer: str
    in_case: bool = True


class Echo(SpeakingAction):
    """Stands for every answer out of the content: it says what it was asked."""

    action_name = "action_answer_question"

    def act(self, runtime: Runtime, turn: Turn, tracker: Tracker, dispatcher: CollectingDispatcher) -> Events:
        card = Card(kind="answer", title="回答", conclusion=f"回答：{turn.text}", faq_id=FAQS[0])
        self.say(runtime, turn, dispatcher, card)
        return []


@dataclass
class Play:
    """`sent` and `said`: words of the person and of the lawyers, in order; `moves`: what was done to the case, by kind;
    `stars`: the last rating."""

    database: Database
    knowledge: Knowledge
    seed: int
    chance: random.Random
    channel: str
    deaths: tuple[Death, ...] = DEATHS
    at: datetime = MONDAY
    sent: list[Sent] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    moves: Counter[str] = field(default_factory=Counter)
    stars: int | None = None
    kills: Counter[str] = field(default_factory=Counter)
    number: int = 0
    killing: bool = True
    rules: dict[str, Rules] = field(default_factory=dict)
    answers: dict[str, list[Reply]] = field(default_factory=dict)

    def do(self, step: str, work: Callable[[Database], Any]) -> Any:
        """Again and again until it comes to its end."""
        self._next()
        for count in range(MOST_TRIES):
            try:
                return self.once(step, work, count)
            except Killed:
                continue
        raise AssertionError("the last try is never killed")

    def once(self, step: str, work: Callable[[Database], Any], count: int) -> Any:
        """One try, killed or not; the last one never. Raises Killed."""
        death = self._death(step, count) if self.killing else Death()
        if death.moment == "never":
            return work(self.database)
        try:
            return alone(self.database, work, death)
        except Killed:
            self.kills[RESTART if death.strike else step] += 1
            raise

    def _next(self) -> None:
        self.number += 1
        self.at += timedelta(seconds=1)
        self.database.clock = FixedClock(self.at)

    def _death(self, step: str, count: int) -> Death:
        """A first try meets the deaths in turn; after that chance decides."""
        if count >= MOST_TRIES - 1:
            return Death()
        if count == 0:
            return self.deaths[(self.seed + self.number + STEPS.index(step)) % len(self.deaths)]
        return self.chance.choice((*self.deaths, *[Death()] * len(self.deaths)))

    def rasa(self, message: messages.Message, intent: str) -> list[Reply]:
        """One turn; taken back and run again when an action dies in it."""
        turn = Turn(
            message.conversation_id, message.id, message.text, intent, chosen(message.payload) or None, self.at.date()
        )
        rules = self.rules.setdefault(message.conversation_id, Rules(Echo))
        before = dict(rules.slots), rules.looping
        for count in range(MOST_TRIES):
            self._next()

            def one(action: SpeakingAction, turn: Turn, slots: dict[str, Any], count: int = count) -> Done:
                def work(database: Database) -> Done:
                    return act(Runtime(self.knowledge, database, database.clock), action, turn, slots)

                done: Done = self.once("act", work, count)
                return done

            try:
                return [Reply(card_id=card_id) for card_id in rules.run(turn, one)]
            except Killed:
                rules.slots, rules.looping = dict(before[0]), before[1]
        raise AssertionError("the last try is never killed")

    def look(self) -> tuple[str | None, matters.Case | None]:
        """The case as it is now."""
        with self.database.read() as session:
            case_id = session.scalar(select(cases.c.id))
            return case_id, matters.find(session, case_id) if case_id else None


class Stage(ABC):
    """One database for all runs of this process, set back before each; what SQLAlchemy compiled once stays. `deaths`: what a
    process may meet there."""

    deaths = DEATHS

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url, secrets=SECRETS, clock=FixedClock(MONDAY))
        self.knowledge = knowledge_in(folder)
        self.database.migrate()

    def warm(self) -> None:
        self.run(0, killing=False)
        gc.freeze()  # a child's collector would copy every page it looks at

    @abstractmethod
    def reset(self) -> None:
        """As `furnish` left it."""

    def run(self, seed: int, *, killing: bool = True) -> Counter[str]:
        """One run; returns how often each step was killed. Raises Lost with what does not add up."""
        self.reset()
        chance = random.Random(seed)  # noqa: S311 no secret
        channel = chance.choice(["web", "wechat"])
        play = Play(self.database, self.knowledge, seed, chance, channel, self.deaths, killing=killing)
        story(play)
        check(play)
        return play.kills


class FileStage(Stage):
    """SQLite: the file is written anew."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "chaos.db"
        super().__init__(f"sqlite:///{self._file}", folder)
        furnish(self.database)
        self.database.checkpoint()
        self.database.close()
        self._empty = self._file.read_bytes()

    def reset(self) -> None:
        self.database.close()
        for path in self._file.parent.glob("chaos.db*"):
            path.unlink()
        self._file.write_bytes(self._empty)


class ServerStage(Stage):
    """PostgreSQL on a cluster of its own: processes die, or the server is stopped at once under them and started again."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        super().__init__(cluster.url, folder)
        moments = [Death("statement", number) for number in (2, 5, 9, 14, 20)] + [Death("commit"), Death("committed")]
        stops = (moments[0], moments[2], moments[-2], moments[-1])
        self.deaths = (*moments, *(replace(death, strike=cluster.restart) for death in stops))

    def reset(self) -> None:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        with self.database.write() as session:
            session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        furnish(self.database)


@contextmanager
def stage(cluster: Cluster | None = None) -> Iterator[Stage]:
    """On SQLite, or on the cluster."""
    most, turns.MAX_ATTEMPTS = turns.MAX_ATTEMPTS, 1000  # who kills this often must not be told that we gave up
    try:
        with tempfile.TemporaryDirectory(prefix="chaos", dir=MEMORY if MEMORY.is_dir() else None) as name:
            made = ServerStage(cluster, Path(name)) if cluster else FileStage(Path(name))
            made.warm()
            yield made
            made.database.close()
    finally:
        turns.MAX_ATTEMPTS = most


def knowledge_in(folder: Path) -> Knowledge:
    book = build_book(get_settings().data_dir / "statutes").path
    return silent_knowledge(load_content(), book, folder / "index", MONDAY.date())


def furnish(database: Database) -> None:
    """Who takes part."""
    with database.write() as session:
        for channel in ("web", "wechat"):
            person = people.find_or_create(session, channel=channel, value=NAME)
            people.record_consent(session, person.id, version=consent.VERSION, agreed=True)
        for name, role in (("甲律师", "lawyer"), ("乙律师", "lawyer"), ("主管", "supervisor")):
            staff.add(session, name=name, login=name, password_hash="x", role=role, email=f"{name}@x")  # type: ignore[arg-type]


def story(play: Play) -> None:
    ask(play)
    opens(play)
    ask(play)
    move(play, "claim", "甲律师", lambda s, c, a, v: casework.claim(s, c, a, version=v))
    if play.chance.random() < 0.5:
        lapse(play)
        move(play, "claim", "乙律师", lambda s, c, a, v: casework.claim(s, c, a, version=v))
    owner = play.look()[1]
    name, other = _names(play, owner)
    says(play, name)
    ask(play)
    move(play, "wait", name, lambda s, c, a, v: casework.wait(s, c, a, version=v))
    ask(play, moves="speak")
    if play.chance.random() < 0.5:
        move(play, "second", name, lambda s, c, a, v: casework.second(s, c, a, _id(s, other), version=v))
        says(play, other)
    if play.chance.random() < 0.5:
        move(
            play, "transfer", name, lambda s, c, a, v: casework.transfer(s, c, a, _id(s, other), version=v, reason="x")
        )
        name = other
    if play.chance.random() < 0.4:
        move(play, "release", name, lambda s, c, a, v: casework.release(s, c, a, version=v, reason="x"))
        ask(play)
        move(play, "claim", name, lambda s, c, a, v: casework.claim(s, c, a, version=v))
        says(play, name, moves=True)
    move(play, "resolve", name, lambda s, c, a, v: casework.resolve(s, c, a, version=v))
    rate(play, "很满意", 5)
    if play.chance.random() < 0.3:
        rate(play, "一般", 3)
    if play.chance.random() < 0.4:
        if play.chance.random() < 0.5:
            move(play, "reopen", "主管", lambda s, c, a, v: casework.reopen(s, c, a, version=v))
        else:
            speak(play, "重新打开案件", "在排队", intent="case_status", in_case=False)
            play.moves["reopen"] += 1
        ask(play)


def ask(play: Play, *, moves: str = "") -> None:
    """Words; the bot answers them unless a lawyer has the word."""
    _, case = play.look()
    text = f"第{len(play.sent) + 1}句"
    speak(play, text, "" if case and case.status in SILENT else f"回答：{text}")
    play.moves[moves] += bool(moves)


def speak(
    play: Play, text: str, answer: str, *, intent: str = "legal_question", pick: str = "", in_case: bool = True
) -> None:
    """The person's message, with an id of its own, delivered until it is acknowledged and sometimes once more; and the
    bot's way with it. `pick`: the choice with these words of the newest card that has it."""
    key = f"id{len(play.sent)}"
    card_id, choice_id, label = _choice(play, pick) if pick else (None, None, "")
    incoming = Incoming(channel=play.channel, channel_user=NAME, channel_message_id=key, text=text, card_id=card_id,
                        choice_id=choice_id)  # fmt: skip
    play.sent.append(Sent(label or text, answer, in_case))

    def accept(database: Database) -> None:
        turns.accept(database, incoming, process="p/", owner=f"p/{play.number}", seconds=0.1, max_text=4000)

    def bot(database: Database) -> messages.Message | None:
        """Takes up what is unfinished; the message for Rasa, or None."""
        with database.read() as session:
            person = people.find(session, channel=play.channel, value=NAME)
        assert person
        step = turns.resume(database, person.id, owner=f"p/{play.number}", seconds=0.5, retry=True)
        while step.turn and step.turn.message.id in play.answers:
            _, step = turns.finish(database, step.turn, play.answers[step.turn.message.id], seconds=0.5, retry=True)
        return step.turn.message if step.turn else None

    play.do("speak", accept)
    if play.chance.random() < 0.3:
        play.do("speak", accept)
    while message := play.do("answer", bot):
        play.answers[message.id] = play.rasa(message, intent)
    if play.chance.random() < 0.3:
        play.do("speak", accept)


def opens(play: Play) -> None:
    """The intake, from the wish to the case."""
    speak(play, "我要找律师", "要您同意", intent="find_lawyer")
    speak(play, "", "对方是谁", pick="同意，转给律师")
    speak(play, OPPONENT, "哪天发生")
    speak(play, "跳过", "牵涉多少钱")
    speak(play, "三万五", "几个人")
    speak(play, "", "已经转给律师", pick="就到这里")
    play.moves["open"] += 1


def rate(play: Play, label: str, stars: int) -> None:
    """An opinion; the last one counts."""
    speak(play, "", "谢谢", pick=label, in_case=False)
    play.stars = stars
    play.moves["rated"] += 1


def move(play: Play, step: str, name: str, operation: Callable[[Any, str, staff.Staff, int], Any]) -> None:
    """A lawyer's click with the version on the page; after a crash the page shows the case anew, and who sees it done does
    not click again."""
    case_id, case = play.look()
    assert case_id and case

    def work(database: Database) -> None:
        with database.write() as session:
            actor = staff.get(session, _id(session, name))
            assert actor
            try:
                operation(session, case_id, actor, case.version)
            except StaleCaseError:
                assert matters.get(session, case_id).version == case.version + 1, "somebody else moved it"

    play.do(step, work)
    play.moves[step] += 1


def says(play: Play, name: str, *, moves: bool = True) -> None:
    """A lawyer's words under the key of the click."""
    case_id, case = play.look()
    assert case_id and case
    text = f"律师第{len(play.said) + 1}句"
    play.said.append(text)

    def work(database: Database) -> None:
        with database.write() as session:
            actor = staff.get(session, _id(session, name))
            assert actor
            casework.say_to_person(session, case_id, actor, text, key=text)

    play.do("say", work)
    if play.chance.random() < 0.3:
        play.do("say", work)
    play.moves["reply"] += moves and case.status != "active"


def lapse(play: Play) -> None:
    """The promise breaks; workers run one after the other, killed half-way."""
    play.at += timedelta(days=2)
    play.do("lapse", clocks.run)
    play.do("lapse", clocks.run)
    play.moves["lapse"] += 1


def _choice(play: Play, words: str) -> tuple[str, str, str]:
    """Card, choice and label of the newest choice with these words that the person sees."""
    with play.database.read() as session:
        person = people.find(session, channel=play.channel, value=NAME)
        assert person
        shown = [entry.card for entry in messages.history(session, person.id) if entry.card]
    for card in reversed(shown):
        for choice in card["choices"]:
            if words in choice["label"]:
                return card["id"], choice["id"], choice["label"]
    raise Lost(f"nothing to pick with {words!r}")


def _names(play: Play, case: matters.Case | None) -> tuple[str, str]:
    with play.database.read() as session:
        first = staff.names(session, [case.owner_id if case else None]).popitem()[1]
    return first, "乙律师" if first == "甲律师" else "甲律师"


def _id(session: Any, name: str) -> str:
    found = staff.credentials(session, name)
    assert found
    return found.staff.id
