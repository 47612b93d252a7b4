"""Server time of the queue page and the case page with 10,000 cases and 500,000 messages, on SQLite and PostgreSQL.

`python -m tests.bench.cases` (`make bench` runs it too). PostgreSQL is skipped where none is on 127.0.0.1:5432.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Table, insert, select

from cases import codes, staff
from cases.database import Database, Session
from cases.schema import case_deadlines, case_events, case_notes, case_parties, cases, conversations, messages, people
from cases.staff import Staff
from cases.status import LIVE, SILENT, STATUSES
from service import casework
from service.casework import clocks
from settings.clock import FixedClock
from settings.secrets import Secrets
from tests.bench import page
from tests.bench.common import Row, p

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CASES, MESSAGES, LAWYERS = 10_000, 500_000, 50
SEEDS = 20_000
ROUNDS = 200
TARGET = 0.3
SERVER = "host=127.0.0.1 port=5432 user=root dbname=postgres connect_timeout=2"
TOPICS = ("labour", "renting", "loans", "traffic", "marriage", "consumer")
STREETS = ("民治", "龙华", "大浪", "观湖", "福城", "观澜")
TEXT = "老板拖欠我三个月工资，一共三万五，合同没有签，现在人也联系不上，我该怎么办？"
KEY_A, KEY_C = (chr(letter) * 43 + "=" for letter in (65, 81))
SECRETS = Secrets(data_keys=[KEY_A], lookup_key=KEY_C, channel_secret="s", cookie_key=KEY_C)


def main() -> int:
    return page.finish("一万个案件的队列", "python -m tests.bench.cases", measure())


def measure() -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        rows += _of("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}")
    with postgres() as url:
        rows += _of("PostgreSQL", url) if url else [Row("PostgreSQL", "没有安装，略过")]
    return rows


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a database of our own, dropped at the end; None where there is no server."""
    name = f"xiaofa_bench_{uuid.uuid4().hex[:8]}"
    try:
        server = psycopg.connect(SERVER, autocommit=True)
    except psycopg.Error:
        yield None
        return
    server.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+psycopg://root@127.0.0.1:5432/{name}"
    finally:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()


def _of(name: str, url: str) -> list[Row]:
    database = Database(url, secrets=SECRETS, clock=FixedClock(NOW))
    database.migrate()
    boss, case_ids = fill(database)
    chance = random.Random(5)  # noqa: S311 no secret

    def queue(session: Session) -> None:
        show: Any = chance.choice(["live", "queued", "active", "mine", "resolved"])
        topic = chance.choice([None, *TOPICS])
        casework.queue(session, boss, show=show, topic=topic, page=chance.choice([0, 0, 1, 20]))

    def case(session: Session) -> None:
        case_id = chance.choice(case_ids)
        casework.case_view(session, case_id, boss)
        casework.entries(session, case_id, boss)

    def news(session: Session) -> None:
        casework.entries(session, chance.choice(case_ids), boss, after=MESSAGES - 10)

    def numbers(session: Session) -> None:
        casework.board(session, boss)

    rows = [
        _row(f"{name}：队列页", _times(database, queue)),
        _row(f"{name}：案件页（全文、对话、记一条查看）", _times(database, case)),
        _row(f"{name}：看有没有新消息", _times(database, news)),
        _row(f"{name}：统计页", _times(database, numbers, 20), None),
    ]
    began, touched = time.perf_counter(), 0
    while done := clocks.run(database):
        touched += done
    spent = time.perf_counter() - began
    began = time.perf_counter()
    clocks.run(database)
    idle = time.perf_counter() - began
    rows.append(Row(f"{name}：时钟", f"{touched} 件 {spent:.1f} 秒；无事可做时一轮 {idle * 1000:.0f} 毫秒"))
    database.close()
    return rows


def _times(database: Database, work: Callable[[Session], None], rounds: int = ROUNDS) -> list[float]:
    times = []
    for number in range(rounds + 5):
        began = time.perf_counter()
        with database.write() as session:
            work(session)
        if number >= 5:  # warm
            times.append(time.perf_counter() - began)
    return times


def _row(what: str, times: list[float], target: float | None = TARGET) -> Row:
    p50, p95 = p(times, 0.5), p(times, 0.95)
    result = f"p50 {p50 * 1000:.0f}、p95 {p95 * 1000:.0f} 毫秒"
    return Row(what, result, f"p95 ≤ {target * 1000:.0f} 毫秒", p95 <= target) if target else Row(what, result)


def fill(database: Database) -> tuple[Staff, list[str]]:
    """The cases and messages; returns a supervisor and the ids of all cases."""
    chance = random.Random(7)  # noqa: S311 no secret
    with database.write() as session:
        boss = staff.add(session, name="主管", login="boss", password_hash="x", role="supervisor")
        lawyers = [
            staff.add(session, name=f"律师{n}", login=f"l{n}", password_hash="x", role="lawyer", firm=f"所{n % 8}").id
            for n in range(LAWYERS)
        ]
    ids = [f"k_{number:032x}" for number in range(CASES)]
    for start in range(0, CASES, 1000):
        _fill_cases(database, ids[start : start + 1000], start, lawyers, chance)
    with database.write() as session:
        session.execute(insert(messages), [_message(number, ids, lawyers) for number in range(SEEDS)])
    columns = [column for column in messages.c if column.name not in ("seq", "id")]
    for copy in range(1, MESSAGES // SEEDS):  # copied by the database itself: sealing 500,000 texts would take minutes
        chosen = select(messages.c.id + f"_{copy}", *columns).where(messages.c.seq <= SEEDS)
        with database.write() as session:
            session.execute(insert(messages).from_select(["id", *(column.name for column in columns)], chosen))
    with database.write() as session:
        session.connection.exec_driver_sql("ANALYZE")
    return boss, ids


def _fill_cases(database: Database, ids: list[str], start: int, lawyers: list[str], chance: random.Random) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (people, conversations, cases, case_deadlines, case_events, case_notes, case_parties)
    }
    with database.write() as session:
        for number, case_id in enumerate(ids, start):
            at = NOW - timedelta(minutes=number * 20)
            status = chance.choice(STATUSES)
            owner = chance.choice(lawyers) if status in SILENT else None
            person_id, conversation_id = f"p_{number:032x}", f"cv_{number:032x}"
            rows[people].append({"id": person_id, "created_at": at, "last_seen_at": at})
            rows[conversations].append({"id": conversation_id, "person_id": person_id, "channel": "web", "owner": "bot",
                                        "status": "open", "opened_at": at, "case_id": case_id})  # fmt: skip
            code = codes.new_code()
            rows[cases].append({
                "id": case_id, "code": code, "code_lookup": codes.lookup(session, code), "person_id": person_id,
                "conversation_id": conversation_id, "interview_id": f"i{number}", "status": status,
                "topic": chance.choice(TOPICS), "urgency": chance.choice([0, 1, 1, 2, 2, 2]),
                "street": chance.choice(STREETS), "reasons": [{"title": "金额大"}, {"title": "期限快到"}],
                "brief": {"facts": [TEXT] * 12}, "contact": {"kind": "phone", "phone": "13800138000"}, "amount": 35_000,
                "anonymous": False, "wants_meeting": False, "owner_id": owner, "unread": number % 3, "spoken_at": at,
                "opened_at": at, "queued_at": at, "promised_at": at + timedelta(hours=6),
                "promise_due_at": NOW + timedelta(hours=number % 40 - 1) if status in LIVE else None,
                "first_reply_at": at if owner else None, "resolved_at": NOW, "closed_at": NOW,
            })  # fmt: skip
            shared = {"case_id": case_id, "created_at": at}
            rows[case_deadlines].append({**shared, "kind": "appeal", "title": "上诉期",
                                         "last_day": date(2026, 12, 1) + timedelta(days=number % 1000)})  # fmt: skip
            rows[case_events] += [{**shared, "kind": "note", "actor": lawyers[0]} for _ in range(8)]
            rows[case_notes] += [{**shared, "staff_id": lawyers[0], "text": TEXT} for _ in range(3)]
            lookup = session.keys.lookup("party", f"公司{number % 500}")
            rows[case_parties].append({"case_id": case_id, "side": "opponent", "lookup": lookup, "name": "公司"})
        for table, values in rows.items():
            session.execute(insert(table), values)


def _message(number: int, ids: list[str], lawyers: list[str]) -> dict[str, Any]:
    which = number % len(ids)
    lawyer = number // len(ids) % 2 == 1
    return {"id": f"m_{number:032x}", "person_id": f"p_{which:032x}", "conversation_id": f"cv_{which:032x}",
            "channel": "web", "author_kind": "lawyer" if lawyer else "person", "text": TEXT, "status": "sent",
            "created_at": NOW, "case_id": ids[which], "staff_id": lawyers[0] if lawyer else None}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
