"""One seeded run: a person, the bot's intake, two lawyers and the worker go through a case; each step's process is killed at a
point the seed chooses and the step is done again, as a page, a messenger or a lawyer would. Then everything is counted."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot import consent, turns
from bot.turns import Incoming
from cases import conversations, matters, people, staff
from cases.database import Database
from cases.errors import StaleCaseError
from cases.schema import alerts, audit, case_events, cases, messages, outbox, ratings
from service import casework
from service.casework import clocks
from settings.clock import FixedClock
from tests.chaos.death import Death, alone
from tests.fakes.office import MONDAY, SECRETS

STEPS = ("speak", "open", "claim", "say", "wait", "lapse", "release", "transfer", "second", "resolve", "rate", "reopen")
DEATHS = (*(Death("statement", number) for number in (1, 3, 6, 10, 15, 21, 28)), Death("commit"), Death("committed"))
MOST_TRIES = 6


class Lost(AssertionError):  # noqa: N818 what the checker finds
    """Something was lost or doubled."""


@dataclass
class Play:
    """`sent` and `said`: texts of the person and of the lawyers, in order; `moves`: what was done to the case, by kind."""

    database: Database
    seed: int
    chance: random.Random
    channel: str
    at: datetime = MONDAY
    sent: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    moves: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    number: int = 0
    killing: bool = True

    def do(self, step: str, work: Callable[[Database], Any]) -> None:
        """Again and again until it comes to its end; the last try is never killed."""
        self.number += 1
        self.at += timedelta(seconds=1)
        self.database.clock = FixedClock(self.at)
        if not self.killing:
            work(self.database)
            return
        for count in range(MOST_TRIES):
            death = self._death(step, count)
            if alone(self.database, work, death):
                return
            self.kills[step] += 1

    def _death(self, step: str, count: int) -> Death:
        """Each step meets each death in the first runs; after that chance decides."""
        if count == MOST_TRIES - 1:
            return Death()
        if count == 0:
            return DEATHS[(self.seed + STEPS.index(step)) % len(DEATHS)]
        return self.chance.choice((*DEATHS, *[Death()] * len(DEATHS)))

    def look(self) -> tuple[str | None, matters.Case | None]:
        """The case as it is now."""
        with self.database.read() as session:
            case_id = session.scalar(select(cases.c.id))
            return case_id, matters.find(session, case_id) if case_id else None


class Stage:
    """One database file for all runs of this process, set back before each; what SQLAlchemy compiled once stays."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "chaos.db"
        self.database = Database(f"sqlite:///{self._file}", secrets=SECRETS, clock=FixedClock(MONDAY))
        self.database.migrate()
        with self.database.write() as session:
            for channel in ("web", "wechat"):
                person = people.find_or_create(session, channel=channel, value="甲")
                people.record_consent(session, person.id, version=consent.VERSION, agreed=True)
            for name, role in (("甲律师", "lawyer"), ("乙律师", "lawyer"), ("主管", "supervisor")):
                staff.add(session, name=name, login=name, password_hash="x", role=role, email=f"{name}@x")  # type: ignore[arg-type]
        self.database.checkpoint()
        self.database.close()
        self._empty = self._file.read_bytes()
        self.run(0, killing=False)

    def run(self, seed: int, *, killing: bool = True) -> Counter[str]:
        """One run; returns how often each step was killed. Raises Lost with what does not add up."""
        self.database.close()
        for path in self._file.parent.glob("chaos.db*"):
            path.unlink()
        self._file.write_bytes(self._empty)
        chance = random.Random(seed)  # noqa: S311 no secret
        play = Play(self.database, seed, chance, chance.choice(["web", "wechat"]), killing=killing)
        _story(play)
        _check(play)
        return play.kills


@contextmanager
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="chaos") as folder:
        made = Stage(Path(folder))
        yield made
        made.database.close()


def _story(play: Play) -> None:
    speak(play)
    opens(play)
    speak(play)
    move(play, "claim", "甲律师", lambda s, c, a, v: casework.claim(s, c, a, version=v))
    if play.chance.random() < 0.5:
        lapse(play)
        move(play, "claim", "乙律师", lambda s, c, a, v: casework.claim(s, c, a, version=v))
    owner = play.look()[1]
    name, other = _names(play, owner)
    says(play, name)
    speak(play)
    move(play, "wait", name, lambda s, c, a, v: casework.wait(s, c, a, version=v))
    speak(play, moves="speak")
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
        speak(play)
        move(play, "claim", name, lambda s, c, a, v: casework.claim(s, c, a, version=v))
        says(play, name, moves=True)
    move(play, "resolve", name, lambda s, c, a, v: casework.resolve(s, c, a, version=v))
    rate(play)
    if play.chance.random() < 0.4:
        move(play, "reopen", "主管", lambda s, c, a, v: casework.reopen(s, c, a, version=v))
        speak(play)


def speak(play: Play, *, moves: str = "") -> None:
    """The person's message, with an id of its own, delivered until it is acknowledged and sometimes once more."""
    text = f"第{len(play.sent) + 1}句"
    play.sent.append(text)
    incoming = Incoming(channel=play.channel, channel_user="甲", channel_message_id=f"id{len(play.sent)}", text=text)

    def work(database: Database) -> None:
        turns.accept(database, incoming, process="p/", owner=f"p/{play.number}", seconds=0.1, max_text=4000)

    play.do("speak", work)
    if play.chance.random() < 0.3:
        play.do("speak", work)
    play.moves[moves] += bool(moves)


def opens(play: Play) -> None:
    """The intake ends; the action runs again after a crash."""

    def work(database: Database) -> None:
        with database.write() as session:
            person = people.find(session, channel=play.channel, value="甲")
            assert person
            conversation = conversations.current(session, person_id=person.id, channel=play.channel)
            casework.open_case(session, conversation_id=conversation.id, interview_id="i1", topic="labour", urgency="now",
                               reasons=[{"rule": "amount", "title": "金额大"}], brief={"facts": ["x"]}, opponents=["宏发厂"])  # fmt: skip

    play.do("open", work)
    play.moves["open"] += 1


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
    play.at += timedelta(hours=3)
    play.do("lapse", clocks.run)
    play.do("lapse", clocks.run)
    play.moves["lapse"] += 1


def rate(play: Play) -> None:
    case_id, _ = play.look()

    def work(database: Database) -> None:
        with database.write() as session:
            casework.rate(session, case_id or "", 5)

    play.do("rate", work)


def _names(play: Play, case: matters.Case | None) -> tuple[str, str]:
    with play.database.read() as session:
        first = staff.names(session, [case.owner_id if case else None]).popitem()[1]
    return first, "乙律师" if first == "甲律师" else "甲律师"


def _id(session: Any, name: str) -> str:
    found = staff.credentials(session, name)
    assert found
    return found.staff.id


def _check(play: Play) -> None:
    """What was sent against what is stored."""
    with play.database.read() as session:
        case_id = session.scalar(select(cases.c.id))
        stored: dict[str, list[str]] = {"person": [], "lawyer": []}
        for row in session.execute(
            select(messages.c.author_kind, messages.c.text, messages.c.case_id)
            .where(messages.c.author_kind.in_(("person", "lawyer")))
            .order_by(messages.c.seq)
        ):
            stored[row.author_kind].append(row.text)
            _equal("in the case", row.case_id, case_id)
        kinds = Counter(session.execute(select(case_events.c.kind)).scalars())
        audited = session.scalar(select(func.count()).where(audit.c.kind == "case_event"))
        parcels = Counter(session.execute(select(outbox.c.key)).scalars())
        words = session.execute(select(messages.c.id).where(messages.c.author_kind == "lawyer")).scalars().all()
        _equal("the person's messages", stored["person"], play.sent)
        _equal("the lawyers' words", stored["lawyer"], play.said)
        _equal("cases", session.scalar(select(func.count()).select_from(cases)), 1)
        _equal("ratings", session.scalar(select(func.count()).select_from(ratings)), 1)
        _equal("audit rows", audited, kinds.total())
        kinds.pop("rated")
        _equal("moves", {k: n for k, n in kinds.items() if n}, {k: n for k, n in play.moves.items() if n})
        if play.channel == "wechat":
            _equal("lawyers' words on their way", [parcels[word] for word in words], [1] * len(words))
        if session.scalar(select(func.count()).where(alerts.c.kind == "new_case")) == 0:
            raise Lost("nobody was called")


def _equal(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Lost(f"{what}: {found!r}, not {wanted!r}")
