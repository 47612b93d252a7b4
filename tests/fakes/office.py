"""A small office for tests of case work: people, lawyers, a clock set by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cases import conversations, matters, messages, people, staff
from cases.database import Database
from cases.matters import Case
from cases.staff import Staff
from service import casework
from settings.clock import FixedClock
from settings.secrets import Secrets
from tests.fakes.empty import empty_database

KEY_A, KEY_C = (chr(letter) * 43 + "=" for letter in (65, 81))
SECRETS = Secrets(data_keys=[KEY_A], lookup_key=KEY_C, channel_secret="s", cookie_key=KEY_C)
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shenzhen, office open


@dataclass
class Office:
    database: Database
    clock: FixedClock
    counter: int = 0
    staff: dict[str, Staff] = field(default_factory=dict)

    def after(self, **span: float) -> None:
        self.clock.moment += timedelta(**span)

    def member(self, name: str, role: str = "lawyer", **more: Any) -> Staff:
        with self.database.write() as session:
            member = staff.add(session, name=name, login=name, password_hash="x", role=role, **more)  # type: ignore[arg-type]
        self.staff[name] = member
        return member

    def person(self, name: str = "甲", channel: str = "web") -> tuple[str, str]:
        """Ids of the person and of their open conversation."""
        with self.database.write() as session:
            person = people.find_or_create(session, channel=channel, value=name)
            return person.id, conversations.current(session, person_id=person.id, channel=channel).id

    def says(self, text: str, name: str = "甲", channel: str = "web") -> str:
        """What the router does with a message; returns its id."""
        self.counter += 1
        with self.database.write() as session:
            person = people.find_or_create(session, channel=channel, value=name)
            conversation = conversations.current(session, person_id=person.id, channel=channel)
            message = messages.store(session, person_id=person.id, conversation_id=conversation.id, channel=channel,
                                     channel_message_id=str(self.counter), text=text)  # fmt: skip
            casework.person_said(session, message.id)
            return message.id

    def opens(self, name: str = "甲", channel: str = "web", **more: Any) -> casework.Opened:
        self.counter += 1
        _, conversation_id = self.person(name, channel)
        given: dict[str, Any] = {
            "conversation_id": conversation_id,
            "interview_id": f"i{self.counter}",
            "topic": "labour",
            "urgency": "soon",
            "reasons": [{"rule": "amount", "title": "金额大", "reason": "说到 35000 元"}],
            "brief": {"facts": ["老板拖欠三个月工资"]},
        }
        with self.database.write() as session:
            return casework.open_case(session, **(given | more))

    def case(self, case_id: str) -> Case:
        with self.database.read() as session:
            return matters.get(session, case_id)

    def does(self, operation: Any, case_id: str, actor: Staff, *arguments: Any, **more: Any) -> Any:
        """One operation with the newest version, in a transaction of its own."""
        with self.database.write() as session:
            return operation(session, case_id, actor, *arguments, version=matters.get(session, case_id).version, **more)

    def answered(self, case_id: str, actor: Staff, text: str = "您好") -> None:
        """Claimed and answered."""
        self.does(casework.claim, case_id, actor)
        self.speaks(case_id, actor, text)

    def speaks(self, case_id: str, actor: Staff, text: str, key: str = "") -> str:
        self.counter += 1
        with self.database.write() as session:
            return casework.say_to_person(session, case_id, actor, text, key=key or str(self.counter))

    def heard(self, name: str = "甲", channel: str = "web") -> list[messages.Entry]:
        """The whole conversation as the person sees it."""
        person_id, _ = self.person(name, channel)
        with self.database.read() as session:
            return messages.history(session, person_id)


def open_office(folder: Path) -> Office:
    clock = FixedClock(MONDAY)
    empty_database(folder / "office.db")
    database = Database(f"sqlite:///{folder}/office.db", secrets=SECRETS, clock=clock)
    return Office(database, clock)
