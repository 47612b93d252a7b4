"""A desk at work for tests and screenshots: staff of every role, people who spoke to the bot, cases in several statuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from cases import cards, conversations, messages, people, staff
from cases.database import Database
from cases.staff import Staff
from service import accounts, casework, passwords
from service.cards import Card

PASSWORD = "desk-pass-2026"  # noqa: S105
STAFF = {
    "wang": ("王律师", "lawyer", "甲律所"),
    "li": ("李律师", "lawyer", "乙律所"),
    "chen": ("陈主管", "supervisor", ""),
    "zhao": ("赵编辑", "editor", ""),
    "qian": ("钱编辑", "editor", ""),
    "admin": ("管理员", "administrator", ""),
}


@cache
def _hashed() -> str:
    """Once a process: argon2 is slow on purpose."""
    return passwords.hash_password(PASSWORD)


@dataclass
class Desk:
    database: Database
    cases: dict[str, casework.Opened] = field(default_factory=dict)
    counter: int = 0

    def hire(self) -> None:
        """One of each, all with the same password."""
        with self.database.write() as session:
            for login, (name, role, firm) in STAFF.items():
                accounts.open_account(
                    session, login=login, name=name, role=role, firm=firm, password_hash=_hashed(), actor="system"
                )

    def member(self, login: str) -> Staff:
        with self.database.read() as session:
            found = staff.credentials(session, login)
        assert found
        return found.staff

    def says(self, person: str, text: str) -> str:
        """A person writes on the web page; returns the message's id."""
        self.counter += 1
        with self.database.write() as session:
            who = people.find_or_create(session, channel="web", value=person)
            people.record_consent(session, who.id, version="1", agreed=True)
            where = conversations.current(session, person_id=who.id, channel="web")
            message = messages.store(
                session,
                person_id=who.id,
                conversation_id=where.id,
                channel="web",
                channel_message_id=f"{person}-{self.counter}",
                text=text,
                status="answered",
            )
            casework.person_said(session, message.id)
            return message.id

    def answers(self, person: str, title: str, conclusion: str) -> None:
        """The bot's card after it."""
        with self.database.write() as session:
            who = people.find_or_create(session, channel="web", value=person)
            where = conversations.current(session, person_id=who.id, channel="web")
            self.counter += 1
            body = Card(kind="answer", title=title, conclusion=conclusion).model_dump(mode="json")
            card = cards.save_card(
                session, conversation_id=where.id, message_id=f"x{self.counter}", action="answer", body=body
            )
            messages.say(
                session, person_id=who.id, conversation_id=where.id, channel="web", author_kind="bot", card_ids=[card]
            )

    def opens(self, person: str, **given: Any) -> casework.Opened:
        """The person's conversation becomes a case in the queue."""
        with self.database.write() as session:
            who = people.find_or_create(session, channel="web", value=person)
            where = conversations.current(session, person_id=who.id, channel="web")
            values: dict[str, Any] = {
                "topic": "labour",
                "urgency": "normal",
                "reasons": [],
                "brief": {"title": given.pop("title", "被拖欠工资"), "facts": []},
                **given,
            }
            opened = casework.open_case(session, conversation_id=where.id, interview_id=f"i-{person}", **values)
        self.cases[person] = opened
        return opened

    def busy_day(self, today: date) -> None:
        """Five people, five cases."""
        first = self.says("甲", "公司三个月没发工资，一共三万五，我们十二个人都没拿到")
        self.answers(
            "甲",
            "还在上班，公司拖欠工资怎么办？",
            "拖欠工资违法。先固定证据并书面催要，再向劳动监察投诉或申请劳动仲裁。",
        )
        want = self.says("甲", "我想把工资要回来，不想丢工作")
        last = self.says("甲", "仲裁裁决书11月20号收到的，不服，想起诉")
        self.opens(
            "甲",
            urgency="soon",
            reasons=[
                {"rule": "deadline", "title": "起诉期限将到", "urgency": "soon", "reason": "收到裁决书，15 日内起诉", "message_id": last},
                {"rule": "group", "title": "12 人同一件事", "urgency": "soon", "reason": "十人以上欠薪", "message_id": first},
            ],
            brief={
                "title": "12 名工人被同一公司拖欠三个月工资，其中本人 35000 元",
                "wants": [{"text": "要回工资，保住工作", "message_id": want}],
                "facts": [
                    {"text": "还在职，没有书面合同", "message_id": first},
                    {"text": "仲裁已经裁决，对结果不服", "message_id": last},
                ],
                "timeline": [
                    {"on": "2026-08-15", "text": "最后一次足额发工资", "message_id": first},
                    {"on": "2026-11-20", "text": "收到仲裁裁决书", "message_id": last},
                ],
                "amounts": [{"text": "拖欠工资 35000 元", "value": "35000", "message_id": first}],
                "people": [{"text": "同一车间 12 名工人", "message_id": first}],
                "evidence_held": [{"text": "工资流水、微信聊天", "message_id": first}],
                "evidence_missing": [{"text": "书面劳动合同", "message_id": first}, {"text": "裁决书原件的签收日期", "message_id": last}],
                "deadlines": [{"kind": "sue", "title": "不服仲裁裁决起诉", "last_day": (today + timedelta(days=11)).isoformat(), "message_id": last}],
                "advised": [{"text": "先固定证据并书面催要，再投诉或仲裁", "message_id": first}],
                "law_as_of": today.isoformat(),
            },
            opponents=["富士精密电子有限公司"],
            amount=35000,
            people_count=12,
            street="longhua",
            contact={"kind": "phone", "phone": "13800138000", "name": "王建国"},
            deadlines_found=[{"kind": "sue", "title": "不服仲裁裁决起诉", "start_on": today - timedelta(days=4), "last_day": today + timedelta(days=11)}],
        )  # fmt: skip
        danger = self.says("乙", "老公又打我，我带着孩子躲在朋友家")
        self.opens(
            "乙", topic="marriage", urgency="now", title="遭受家庭暴力，带孩子离家", street="minzhi", wants_meeting=True,
            reasons=[{"rule": "danger", "title": "人身危险", "urgency": "now", "reason": "家庭暴力，有未成年子女", "message_id": danger}],
        )  # fmt: skip
        for person, topic, title, street in (
            ("丙", "renting", "押金 6000 元不退", "dalang"),
            ("丁", "loans", "朋友借 8 万元不还", "guanlan"),
            ("戊", "consumer", "预付卡商家关门", "longhua"),
        ):
            message = self.says(person, title)
            self.opens(
                person, topic=topic, title=title, street=street, amount=6000,
                reasons=[{"rule": "wish", "title": "本人要求律师", "urgency": "normal", "reason": "说要找律师", "message_id": message}],
            )  # fmt: skip
