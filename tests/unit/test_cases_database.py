"""The store: encrypted, migrated, one writer, leases by the clock."""

import sqlite3
import threading
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from cases import cards, conversations, feedback, interviews, jobs, leases, outbox, people
from cases.conversations import ConversationGoneError
from cases.crypto import DecryptionError, KeyRing
from cases.database import Database
from cases.schema import metadata
from settings.clock import FixedClock
from settings.secrets import Secrets
from tests.fakes.empty import empty_database
from tests.fakes.rasa import START

KEY_A, KEY_B, KEY_C = (chr(letter) * 43 + "=" for letter in (65, 73, 81))


def secrets(*data_keys: str) -> Secrets:
    return Secrets(data_keys=list(data_keys or [KEY_A]), lookup_key=KEY_C, channel_secret="s", cookie_key=KEY_C)


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def db(tmp_path, clock):
    database = Database(f"sqlite:///{empty_database(tmp_path / 'x.db')}", secrets=secrets(), clock=clock)
    yield database
    database.close()


def someone(session, name="甲"):
    person = people.find_or_create(session, channel="web", value=name)
    return person, conversations.current(session, person_id=person.id, channel="web")


def test_migrations_make_the_schema_and_may_run_again(db):
    db.migrate()
    with db.read() as session:
        context = MigrationContext.configure(session.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_several_processes_may_migrate_at_once(tmp_path):
    databases = [Database(f"sqlite:///{tmp_path}/y.db", secrets=secrets()) for _ in range(4)]
    errors = []

    def run(database):
        try:
            database.migrate()
        except Exception as error:  # noqa: BLE001 reported below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for database in databases:
        database.close()


def test_sqlite_is_set_up_as_designed(db):
    with db.read() as session:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
        for pragma, value in wanted.items():
            assert session.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_write_commits_rolls_back_and_does_not_nest(db):
    with pytest.raises(ZeroDivisionError), db.write() as session:
        someone(session)
        raise ZeroDivisionError
    with db.read() as session:
        assert people.find(session, channel="web", value="甲") is None
    with db.write(), pytest.raises(RuntimeError), db.write():
        pass


def test_a_value_is_bound_to_its_column_and_key(db):
    ring = KeyRing([KEY_A], KEY_C)
    sealed = ring.seal("欠条".encode(), "messages.text")
    assert "欠条".encode() not in sealed
    assert KeyRing([KEY_B, KEY_A], KEY_C).open(sealed, "messages.text").decode() == "欠条"
    for other, context in ((ring, "cards.body"), (KeyRing([KEY_B], KEY_C), "messages.text")):
        with pytest.raises(DecryptionError):
            other.open(sealed, context)
    with pytest.raises(DecryptionError):
        ring.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "messages.text")
    with pytest.raises(ValueError):
        KeyRing([], KEY_C)


@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_is_sealed_opens(plain, context):
    ring = KeyRing([KEY_A], KEY_C)
    assert ring.open(ring.seal(plain, context), context) == plain


def test_lookup_is_keyed_and_keeps_channels_apart():
    ring = KeyRing([KEY_A], KEY_C)
    assert ring.lookup("web", "x") == ring.lookup("web", "x") != ring.lookup("wechat", "x")
    assert ring.lookup("web", "x") != KeyRing([KEY_A], KEY_B).lookup("web", "x")


def test_a_card_said_twice_is_stored_once(db):
    with db.write() as session:
        _, conversation = someone(session)
        said = {"conversation_id": conversation.id, "message_id": "m1", "action": "a"}
        first = cards.save_card(session, **said, body={"conclusion": "一"})
        assert cards.save_card(session, **said, body={"conclusion": "二"}) == first
        second = cards.save_card(session, **said, body={"conclusion": "三"}, position=1)
        assert cards.get_card(session, first) == {"conclusion": "一"}
        assert cards.last_card(session, conversation.id) == {"conclusion": "三", "id": second}
        assert cards.is_live(session, first, conversation.id)
        cards.save_card(session, conversation_id=conversation.id, message_id="m2", action="a", body={})
        assert not cards.is_live(session, first, conversation.id)
        assert cards.get_card(session, "none") is None


def test_the_articles_of_a_turn_stay_within_reach_when_it_ends_with_a_question(db):
    """What “法条” means after an answer and the next question of an interview: the answer's, not the turn before's."""
    with db.write() as session:
        _, conversation = someone(session)
        asks = {
            "conversation_id": conversation.id,
            "action": "ask",
            "body": {"kind": "question", "choices": [{"id": "1"}]},
        }
        said = {"conversation_id": conversation.id, "message_id": "m1", "action": "say"}
        cards.save_card(session, **said, body={"citations": [{"label": "第三十条"}]})
        cards.save_card(session, message_id="m1", **asks)
        found = cards.last_to_choose_from(session, conversation.id)
        assert found is not None and found["kind"] == "question" and found["citations"] == [{"label": "第三十条"}]
        cards.save_card(session, message_id="m2", **asks)
        found = cards.last_to_choose_from(session, conversation.id)
        assert found is not None and found["citations"] == []


def test_console_ids_are_welcome_and_erased_ones_are_not(db):
    with db.write() as session:
        cards.save_card(session, conversation_id="default", message_id="m", action="a", body={})
        with pytest.raises(ConversationGoneError):
            cards.save_card(session, conversation_id="cv_gone", message_id="m", action="b", body={})


def test_interviews_count_a_message_once_and_follow_the_person(db):
    with db.write() as session:
        person, conversation = someone(session)
        script = {"script_id": "guide:wages", "script_version": "1"}
        interview = interviews.open_interview(session, conversation_id=conversation.id, **script)
        assert interviews.open_interview(session, conversation_id=conversation.id, **script) == interview
        interview.answers["months"] = 2
        interview.position = "q2"
        interviews.save_interview(session, interview, message_id="m1")
        interview.answers["months"] = 9
        stored = interviews.save_interview(session, interview, message_id="m1")
        assert (stored.answers, stored.position, stored.last_message_id) == ({"months": 2}, "q2", "m1")
        later = conversations.open_new(session, person_id=person.id, channel="wechat")
        assert interviews.current_interview(session, later.id).id == interview.id
        other = interviews.open_interview(session, conversation_id=later.id, script_id="x", script_version="1")
        assert interviews.current_interview(session, conversation.id).id == other.id
        other.status = "done"
        interviews.save_interview(session, other, message_id="m2")
        resumed = interviews.current_interview(session, conversation.id)
        assert (resumed.id, resumed.status) == (interview.id, "paused")
        _, stranger = someone(session, "乙")
        assert interviews.current_interview(session, stranger.id) is None


def test_leases_exclude_expire_and_renew(db, clock):
    with db.write() as session:
        assert leases.acquire(session, "p", "a", 30)
        assert leases.acquire(session, "p", "b", 30) is None
        assert leases.acquire(session, "p", "a", 30)
        assert leases.holder(session, "p") == "a"
        leases.release(session, "p", "b")
    clock.moment += timedelta(seconds=30)
    with db.write() as session:
        assert leases.holder(session, "p") is None
        assert leases.renew(session, "p", "a", 30)  # nobody took it
    clock.moment += timedelta(seconds=31)
    with db.write() as session:
        assert leases.acquire(session, "p", "b", 30)
        assert leases.renew(session, "p", "a", 30) is None
        clock.moment += timedelta(seconds=31)
    with db.write() as session:
        assert leases.prune(session) == 1


def test_outbox_and_jobs_are_taken_by_one_and_return_when_it_dies(db, clock):
    with db.write() as session:
        person, _ = someone(session)
        for _ in range(2):
            outbox.put(session, person_id=person.id, target="wechat", key="k", body={"card": "c"})
            jobs.put(session, "remind", "k", {"n": 1})
        (parcel,) = outbox.take(session, "wechat", owner="a", seconds=30)
        (job,) = jobs.take(session, ["remind"], owner="a", seconds=30)
        assert (parcel.body, job.body, job.attempts) == ({"card": "c"}, {"n": 1}, 1)
        assert outbox.take(session, "wechat", owner="b", seconds=30) == []
        assert jobs.take(session, ["remind"], owner="b", seconds=30) == []
    clock.moment += timedelta(seconds=31)
    with db.write() as session:
        (again,) = outbox.take(session, "wechat", owner="b", seconds=30)
        assert again.attempts == 2
        assert not outbox.sent(session, parcel.id, owner="a")
        assert outbox.sent(session, parcel.id, owner="b")
        outbox.put(session, person_id=person.id, target="wechat", key="k", body={"card": "c"})
        assert outbox.take(session, "wechat", owner="b", seconds=30) == []
        (taken,) = jobs.take(session, ["remind"], owner="b", seconds=30)
        assert jobs.retry(session, taken.id, owner="b", wait=timedelta(minutes=5))
        assert not jobs.any_due(session, ["remind"])
        assert not jobs.done(session, taken.id, owner="b")
    clock.moment += timedelta(minutes=5)
    with db.write() as session:
        (taken,) = jobs.take(session, ["remind"], owner="b", seconds=30)
        assert jobs.done(session, taken.id, owner="b")


def test_feedback_keeps_the_last_opinion(db):
    with db.write() as session:
        _, conversation = someone(session)
        card_id = cards.save_card(session, conversation_id=conversation.id, message_id="m", action="a", body={})
        assert feedback.record(session, card_id=card_id, good=True, comment="有用")
        assert feedback.record(session, card_id=card_id, good=False)
        assert not feedback.record(session, card_id="none", good=True)
        rows = session.connection.exec_driver_sql("SELECT good, comment IS NOT NULL FROM feedback").all()
        assert rows == [(0, 1)]


def test_the_file_holds_no_plain_text(db, tmp_path):
    with db.write() as session:
        _, conversation = someone(session, "openid-of-somebody")
        cards.save_card(session, conversation_id=conversation.id, message_id="m", action="a", body={"t": "秘密的话"})
    assert db.checkpoint()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "秘密的话".encode() not in everything
    assert b"openid-of-somebody" not in everything


def test_errors_do_not_quote_parameters(db):
    with db.write() as session, pytest.raises(Exception, match="parameters hidden") as caught:
        session.execute(metadata.tables["people"].insert(), {"id": "秘密的话"})
    assert "秘密的话" not in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.Error)
