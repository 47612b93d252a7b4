"""What must hold on SQLite and on PostgreSQL alike: migration, leases between connections, rotation, erasure."""

import threading
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from cases import (
    cards,
    conversations,
    erasure,
    interviews,
    jobs,
    leases,
    matters,
    messages,
    outbox,
    people,
    rotation,
    staff,
)
from cases.database import Database
from cases.errors import StaleCaseError
from cases.schema import case_events, metadata
from cases.types import EncryptedJSON, EncryptedText
from service import casework
from service.casework import clocks
from settings.clock import FixedClock
from settings.secrets import Secrets
from tests.fakes.rasa import START

KEY_A, KEY_B, KEY_C = (chr(letter) * 43 + "=" for letter in (65, 73, 81))


def secrets(*data_keys):
    return Secrets(data_keys=list(data_keys), lookup_key=KEY_C, channel_secret="s", cookie_key=KEY_C)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/x.db" if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.fixture
def opened(url):
    """A function that opens another process's view of the database."""
    databases = []

    def open_database(*keys):
        database = Database(url, secrets=secrets(*(keys or (KEY_A,))), clock=FixedClock(START))
        databases.append(database)
        return database

    first = open_database()
    first.migrate()
    yield open_database
    with first.write() as session:
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    for database in databases:
        database.close()


def told(database, name, text):
    """A person with one of everything; returns their id."""
    with database.write() as session:
        person = people.find_or_create(session, channel="web", value=name)
        people.record_consent(session, person.id, version="1", agreed=True)
        conversation = conversations.current(session, person_id=person.id, channel="web")
        message = messages.store(
            session,
            person_id=person.id,
            conversation_id=conversation.id,
            channel="web",
            channel_message_id=name,
            text=text,
        )
        card_id = cards.save_card(
            session, conversation_id=conversation.id, message_id=message.id, action="a", body={"conclusion": text}
        )
        messages.say(
            session,
            person_id=person.id,
            conversation_id=conversation.id,
            channel="web",
            author_kind="bot",
            reply_to=message.id,
            card_ids=[card_id],
        )
        interview = interviews.open_interview(
            session, conversation_id=conversation.id, script_id="s", script_version="1"
        )
        interview.answers["a"] = text
        interviews.save_interview(session, interview, message_id=message.id)
        outbox.put(session, person_id=person.id, target="wechat", key=name, body={"text": text})
        leases.acquire(session, person.id, "a", 30)
        return person.id


def test_migration_makes_the_schema(opened):
    database = opened()
    database.migrate()
    with database.read() as session:
        context = MigrationContext.configure(session.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_one_of_many_gets_the_lease(opened):
    databases = [opened() for _ in range(6)]
    won = []

    def run(number):
        with databases[number].write() as session:
            if leases.acquire(session, "someone", f"p{number}", 30):
                won.append(number)

    run_all(run, 6)
    assert len(won) == 1


def test_workers_share_the_jobs(opened):
    databases = [opened() for _ in range(4)]
    with databases[0].write() as session:
        for number in range(40):
            jobs.put(session, "k", str(number), {})
    taken = []

    def run(number):
        for _ in range(10):
            with databases[number].write() as session:
                taken.extend(job.key for job in jobs.take(session, ["k"], owner=f"w{number}", seconds=30, limit=4))

    run_all(run, 4)
    assert sorted(taken, key=int) == [str(number) for number in range(40)]


def test_sequence_numbers_follow_the_order_of_commits(opened):
    """A reader that goes on from the last number it saw never misses a message."""
    databases = [opened() for _ in range(4)]
    person_id = told(databases[0], "甲", "一")
    seen = [entry.seq for entry in history(databases[0], person_id)]
    done = threading.Event()

    def run(number):
        for count in range(15):
            with databases[number].write() as session:
                people.seen(session, person_id)
                conversation = conversations.current(session, person_id=person_id, channel="web")
                messages.store(
                    session,
                    person_id=person_id,
                    conversation_id=conversation.id,
                    channel="web",
                    channel_message_id=f"{number}-{count}",
                    text="话",
                )

    def read():
        reader = opened()
        while not done.is_set():
            seen.extend(entry.seq for entry in history(reader, person_id, after=seen[-1]))
        seen.extend(entry.seq for entry in history(reader, person_id, after=seen[-1]))

    reading = threading.Thread(target=read)
    reading.start()
    run_all(run, 4)
    done.set()
    reading.join()
    assert len(seen) == 62
    assert seen == sorted(set(seen))


def test_rotation_reseals_everything(opened):
    person_id = told(opened(), "甲", "旧钥匙下的话")
    for name in "乙丙丁":
        told(opened(), name, "别人的话")
    both = opened(KEY_B, KEY_A)
    assert rotation.rotate(both, batch=3) == 4 * 5
    assert rotation.rotate(both) == 0
    fresh = opened(KEY_B)  # the old key is gone from the ring
    assert [entry.text or entry.card["conclusion"] for entry in history(fresh, person_id)] == ["旧钥匙下的话"] * 2


def test_erasure_removes_everything_of_one_person_only(opened):
    database = opened()
    gone, stays = told(database, "甲", "甲的话"), told(database, "乙", "乙的话")
    assert erasure.erase(database, gone)
    assert not erasure.erase(database, gone)
    assert history(database, gone) == []
    assert len(history(database, stays)) == 2
    with database.read() as session:
        assert people.find(session, channel="web", value="甲") is None
        columns = {"people": "id", "messages": "person_id", "interviews": "person_id", "outbox": "person_id"}
        columns |= {"channel_ids": "person_id", "conversations": "person_id", "consents": "person_id"}
        columns |= {"leases": "name", "audit": "subject"}
        for table, column in columns.items():
            rows = session.execute(metadata.tables[table].select()).mappings().all()
            assert all(row[column] != gone for row in rows), table
        assert session.connection.exec_driver_sql("SELECT count(*) FROM cards").scalar() == 1
        assert session.connection.exec_driver_sql("SELECT count(*) FROM jobs").scalar() == 1  # the tracker


def a_case(database, name="甲"):
    """A queued case and a lawyer."""
    told(database, name, "老板拖欠工资")
    with database.write() as session:
        lawyer = staff.add(session, name="律师" + name, login=name, password_hash="x", role="lawyer")
        person = people.find(session, channel="web", value=name)
        conversation = conversations.current(session, person_id=person.id, channel="web")
        opened = casework.open_case(session, conversation_id=conversation.id, interview_id="i" + name, topic="labour",
                                    urgency="soon", reasons=[], brief={}, opponents=["宏发厂"])  # fmt: skip
    return opened.id, lawyer


def test_one_of_many_claims_a_case(opened):
    databases = [opened() for _ in range(6)]
    case_id, _ = a_case(databases[0])
    with databases[0].write() as session:
        lawyers = [staff.add(session, name=f"{n}", login=f"{n}", password_hash="x", role="lawyer") for n in range(6)]
    stale = []

    def run(number):
        try:
            with databases[number].write() as session:
                casework.claim(session, case_id, lawyers[number], version=1)
        except StaleCaseError:
            stale.append(number)

    run_all(run, 6)
    assert len(stale) == 5
    with databases[0].read() as session:
        assert matters.get(session, case_id).version == 2


def test_words_from_both_sides_at_once_are_all_kept_and_double_clicks_once(opened):
    databases = [opened() for _ in range(6)]
    case_id, lawyer = a_case(databases[0])
    with databases[0].write() as session:
        casework.claim(session, case_id, lawyer, version=1)
        before = len(casework.entries(session, case_id, lawyer))

    def run(number):
        for count in range(8):
            with databases[number].write() as session:
                if number % 2:
                    casework.say_to_person(session, case_id, lawyer, f"第{count}句", key=f"click-{count}")
                    continue
                person = people.find(session, channel="web", value="甲")
                people.seen(session, person.id)
                conversation = conversations.current(session, person_id=person.id, channel="web")
                message = messages.store(session, person_id=person.id, conversation_id=conversation.id, channel="web",
                                         channel_message_id=f"{number}-{count}", text="话")  # fmt: skip
                casework.person_said(session, message.id)

    run_all(run, 6)
    with databases[0].write() as session:
        said = [entry.text for entry in casework.entries(session, case_id, lawyer)][before:]
    assert sorted(said) == sorted(["话"] * 24 + [f"第{count}句" for count in range(8)])


def test_workers_at_once_and_a_killed_one_move_a_case_once(opened):
    databases = [opened() for _ in range(4)]
    case_id, lawyer = a_case(databases[0])
    with databases[0].write() as session:
        casework.claim(session, case_id, lawyer, version=1)
    for database in databases:
        database.clock.moment = START + timedelta(hours=7)
    with pytest.raises(ZeroDivisionError), databases[0].write() as session:  # killed half-way: nothing happened
        clocks._broken(session, matters.hold(session, case_id))
        raise ZeroDivisionError
    run_all(lambda number: clocks.run(databases[number]), 4)
    with databases[0].read() as session:
        kinds = session.execute(case_events.select().with_only_columns(case_events.c.kind)).scalars().all()
    assert kinds.count("lapse") == 1


def test_looking_at_cases(opened):
    database = opened()
    case_id, lawyer = a_case(database)
    a_case(database, "乙")
    with database.write() as session:
        boss = staff.add(session, name="主管", login="boss", password_hash="x", role="supervisor")
        casework.claim(session, case_id, lawyer, version=1)
        assert casework.queue(session, boss).total == 2
        assert [row.id for row in casework.queue(session, lawyer, show="mine").rows] == [case_id]
        assert casework.case_view(session, case_id, boss).parties == [("opponent", "宏发厂")]
        numbers = casework.board(session, boss)
        assert numbers.by_status == {"assigned": 1, "queued": 1}
        assert numbers.per_day[-1][1:] == (2, 0)


def test_erasure_and_rotation_with_cases(opened):
    database = opened()
    case_id, lawyer = a_case(database)
    a_case(database, "乙")
    with database.write() as session:
        casework.claim(session, case_id, lawyer, version=1)
        casework.note(session, case_id, lawyer, "备注")
    with database.read() as session:
        ids = [people.find(session, channel="web", value=name).id for name in "甲乙"]
    for person_id in ids:
        assert erasure.erase(database, person_id)
    both = opened(KEY_B, KEY_A)
    rotation.rotate(both, batch=2)
    assert rotation.rotate(both) == 0
    with opened(KEY_B).write() as session:
        assert casework.case_view(session, case_id, lawyer).notes[0].text == "备注"
        assert session.connection.exec_driver_sql("SELECT count(*) FROM cases").scalar() == 1


def test_every_column_that_could_hold_words_is_encrypted():
    """A new table must decide: texts and JSON are encrypted, unless named here with a reason."""
    plain = {"audit.details"}  # contentless by contract
    for table in metadata.tables.values():
        for column in table.columns:
            kind = type(column.type).__name__
            if kind in ("Text", "JSON") and f"{table.name}.{column.name}" not in plain:
                raise AssertionError(f"{table.name}.{column.name} is not encrypted")
            if isinstance(column.type, EncryptedText | EncryptedJSON):
                assert column.type.context == f"{table.name}.{column.name}"


def history(database, person_id, after=0):
    with database.read() as session:
        return messages.history(session, person_id, after=after, limit=100)


def run_all(work, count):
    errors = []

    def safely(number):
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 reported below
            errors.append(error)

    threads = [threading.Thread(target=safely, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
