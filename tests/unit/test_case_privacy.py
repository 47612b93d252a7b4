"""Forgetting: cases with their person, no-trace conversations, attachments, the export; and a planted phrase in no file."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.case_jobs import CaseJobs
from cases import alerts, erasure, export, joining, leases, messages, people, rotation, staff, traces
from cases.blobs import Blobs
from cases.crypto import KeyRing
from cases.database import Database
from cases.errors import AttachmentError, CaseNotFoundError, NotAllowedError
from cases.schema import audit, cases, jobs, metadata, traceless
from service import casework
from service.casework import clocks
from service.casework.attachments import media_type, plain_name
from settings import Settings
from settings.secrets import Secrets
from tests.fakes.office import KEY_A, KEY_C, SECRETS, open_office

PHRASE = "紫色大象昨晚借走我三万五"
PDF = b"%PDF-1.7\n" + PHRASE.encode()
KEY_B = "I" * 43 + "="


@pytest.fixture
def office(tmp_path):
    made = open_office(tmp_path)
    made.member("王律师")
    made.member("主管", role="supervisor")
    yield made
    made.database.close()


def everything(office, tmp_path):
    """A case with the phrase in every place where words go; its id."""
    wang = office.staff["王律师"]
    office.says(PHRASE)
    opened = office.opens(
        brief={"facts": [PHRASE]}, reasons=[{"title": PHRASE}], opponents=[PHRASE], street="民治",
        contact={"kind": "phone", "name": PHRASE, "phone": PHRASE},
        deadlines_found=[{"kind": "appeal", "title": PHRASE, "start_on": None, "last_day": office.clock.today()}],
    )  # fmt: skip
    office.answered(opened.id, wang, PHRASE)
    with office.database.write() as session:
        casework.note(session, opened.id, wang, PHRASE)
        casework.attach(session, tmp_path, opened.id, None, name=PHRASE + ".pdf", content=PDF)
        casework.save_canned(session, wang, title="开场", text=PHRASE)
    return opened.id


def found(folder, needle=PHRASE):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if needle.encode() in path.read_bytes() or needle in path.name]


def test_the_phrase_is_in_no_file(office, tmp_path):
    case_id = everything(office, tmp_path)
    office.does(casework.resolve, case_id, office.staff["王律师"], reason=PHRASE)
    with office.database.write() as session:
        casework.rate(session, case_id, 1, PHRASE)
        casework.open_no_trace(session, conversation_id="cv_x", wish=PHRASE)
    assert found(tmp_path) == []
    office.database.checkpoint()
    assert found(tmp_path) == []


def test_keys_rotate_over_cases_and_files(office, tmp_path):
    case_id = everything(office, tmp_path)
    keys = {"lookup_key": KEY_C, "channel_secret": "s", "cookie_key": KEY_C}
    url = office.database.url.render_as_string()
    both = Database(url, secrets=Secrets(data_keys=[KEY_B, KEY_A], **keys), clock=office.clock)
    rotation.rotate(both, data_dir=tmp_path)
    assert rotation.rotate(both, data_dir=tmp_path) == 0
    fresh = Database(url, secrets=Secrets(data_keys=[KEY_B], **keys), clock=office.clock)
    with fresh.write() as session:
        wang = staff.get(session, office.staff["王律师"].id)
        view = casework.case_view(session, case_id, wang)
        assert (view.brief, view.notes[0].text) == ({"facts": [PHRASE]}, PHRASE)
        assert casework.attachment(session, tmp_path, view.attachments[0].id, wang)[2] == PDF
    both.close()
    fresh.close()


def test_who_is_forgotten_leaves_what_an_open_case_must_keep_and_no_more(office, tmp_path):
    kept = everything(office, tmp_path)
    office.after(minutes=1)
    person_id, _ = office.person()
    with office.database.read() as session:
        assert erasure.kept_cases(session, person_id) == 1
    assert erasure.erase(office.database, person_id)
    case = office.case(kept)
    assert (case.person_id, case.status) == (None, "active")
    wang = office.staff["王律师"]
    with office.database.write() as session:
        view = casework.case_view(session, kept, wang)
        assert (view.brief["facts"], view.contact) == ([PHRASE], None)
        assert casework.entries(session, kept, wang) == []
        assert "person_gone" in [alert.kind for alert in alerts.unacknowledged(session, wang.id)]
    with pytest.raises(Exception, match="删除"):
        office.speaks(kept, wang, "您好")
    office.does(casework.resolve, kept, wang)
    office.does(casework.close, kept, wang)
    clocks.run(office.database)  # done with: nothing stays
    with office.database.read() as session:
        assert session.scalar(select(cases.c.id)) is None
        assert [row.kind for row in session.execute(select(jobs.c.kind))].count(erasure.DELETE_BLOB) == 1


def test_the_brief_of_a_kept_case_loses_the_conversation_it_copied(office):
    spoken = {"message_id": "m_1", "author": "person", "text": PHRASE, "at": "2026-11-23T10:00:00+08:00"}
    opened = office.opens(brief={"facts": [{"text": "欠薪", "message_id": "m_1"}], "transcript": [spoken]})
    wang = office.staff["王律师"]
    office.answered(opened.id, wang)
    person_id, _ = office.person()
    assert erasure.erase(office.database, person_id)
    with office.database.write() as session:
        view = casework.case_view(session, opened.id, wang)
    assert view.brief == {"facts": [{"text": "欠薪", "message_id": "m_1"}], "transcript": []}


def test_who_is_forgotten_takes_cases_along_that_no_lawyer_has(office):
    office.opens("甲")
    other = office.opens("乙")
    with office.database.write() as session:
        person = people.find(session, channel="web", value="甲")
        erasure.erase_person(session, person.id)
    with office.database.read() as session:
        assert session.execute(select(cases.c.id)).scalars().all() == [other.id]
        for table in metadata.tables.values():
            if table.name not in ("audit", "jobs"):
                for row in session.execute(select(table)).mappings():
                    assert person.id not in [value for value in row.values() if isinstance(value, str)], table.name


async def test_files_of_erased_cases_go_and_lost_files_are_swept(office, tmp_path):
    case_id = everything(office, tmp_path)
    with office.database.write() as session:
        erasure.erase_case(session, case_id, reason="retention")
    blobs = Blobs(tmp_path, KeyRing.of(SECRETS))
    blobs.put("a_" + "0" * 32, b"lost")
    (blobs.folder / f"a_{'1' * 32}.99.tmp").write_bytes(b"begun by a process that was killed")
    worker = CaseJobs(office.database, Settings(data_dir=tmp_path), "w")
    await worker.run_once()
    assert blobs.ids() == ["a_" + "0" * 32]
    worker.sweep()  # the clock of the test is behind the file: it is no day old
    assert len(list(blobs.folder.iterdir())) == 2
    with office.database.write() as session:
        casework.open_no_trace(session, conversation_id="cv_gone", wish="x")
        session.execute(traceless.update().values(conversation_id=None))
    office.after(days=3650)
    worker.sweep()
    assert list(blobs.folder.iterdir()) == []
    with office.database.read() as session:
        assert session.scalar(select(traceless.c.id)) is None
    with pytest.raises(ValueError):
        blobs.get("../secrets.json")


def test_no_trace_leaves_the_code_and_the_wish_alone(office, tmp_path):
    message = office.says(PHRASE, "无痕")
    office.person("无痕")
    _, conversation_id = office.person("无痕")
    with office.database.write() as session:
        casework.open_no_trace(session, conversation_id=conversation_id, wish="想当面谈")
        code = casework.open_no_trace(session, conversation_id=conversation_id, wish="想当面谈，周六")
    office.after(minutes=20)
    office.says("再说一句", "无痕")
    office.after(minutes=29)
    with office.database.read() as session:
        assert traces.due(session) == []
    office.after(minutes=1)
    with office.database.write() as session:
        person_id = messages.person_of(session, message)
        leases.acquire(session, person_id, "turn", 30)
        assert not traces.remove(session, conversation_id)  # a turn is under way
    office.after(minutes=1)
    with office.database.write() as session:
        assert traces.remove(session, conversation_id)
        assert not traces.remove(session, conversation_id)
    office.database.checkpoint()
    with office.database.read() as session:
        left = session.execute(select(traceless.c.wish, traceless.c.conversation_id)).one()
        assert tuple(left) == ("想当面谈，周六", None)
        for table in metadata.sorted_tables:
            if table.name not in ("audit", "jobs", "traceless", "staff", "leases"):
                assert session.scalar(select(func.count()).select_from(table)) == 0, table.name
    assert code
    assert found(tmp_path, conversation_id) in ([], ["office.db"])  # the job that deletes Rasa's tracker names it
    assert found(tmp_path, person_id) == []


def test_a_wish_is_read_by_its_code_by_who_works_on_cases(office):
    wang, editor = office.staff["王律师"], office.member("编辑", role="editor")
    opened = office.opens()
    with office.database.write() as session:
        code = casework.open_no_trace(session, conversation_id="cv_x", wish="想离婚")
        found = casework.find_by_code(session, code.lower(), wang)
        assert found and (found.case_id, found.wish) == (None, "想离婚")
        assert casework.find_by_code(session, opened.code, wang).case_id == opened.id
        assert casework.find_by_code(session, "LH-2222-2222", wang) is None
        assert casework.find_by_code(session, "你好", wang) is None
        kinds = session.execute(select(audit.c.kind).where(audit.c.actor == wang.id)).scalars().all()
        with pytest.raises(NotAllowedError):
            casework.find_by_code(session, code, editor)
    assert kinds == ["wish_read"]
    with pytest.raises(RuntimeError), office.database.read() as session:
        casework.find_by_code(session, code, wang)  # no look without its row


def test_no_trace_spares_who_was_here_before(office):
    office.opens("老")
    person_id, first = office.person("老")
    with office.database.write() as session:
        from cases import conversations

        second = conversations.open_new(session, person_id=person_id, channel="web")
    office.says("悄悄话", "老")
    with office.database.write() as session:
        casework.open_no_trace(session, conversation_id=second.id, wish="x")
    office.after(minutes=31)
    with office.database.write() as session:
        assert traces.due(session) == [second.id]
        assert traces.remove(session, second.id)
        assert messages.history(session, person_id) == []
        assert session.scalar(select(func.count()).select_from(cases)) == 1


def test_two_channels_that_join_bring_their_cases_along(office):
    office.opens("web-id")
    opened = office.opens("openid", channel="wechat")
    with office.database.write() as session:
        assert joining.join(session, first=("wechat", "openid"), second=("web", "web-id")) == "joined"
        person = people.find(session, channel="web", value="web-id")
        assert {state.id for state in casework.live_cases(session, person.id)} >= {opened.id}
        assert len(casework.live_cases(session, person.id)) == 2


def test_the_export_has_what_is_theirs_and_not_what_is_the_staffs(office, tmp_path):
    case_id = everything(office, tmp_path)
    person_id, _ = office.person()
    with office.database.write() as session:
        casework.note(session, case_id, office.staff["王律师"], "内部：先查企业信息")
        data = export.person_data(session, person_id, actor="test")
        with pytest.raises(LookupError):
            export.person_data(session, "p_none", actor="test")
    assert data["cases"][0]["brief"] == {"facts": [PHRASE]}
    assert PHRASE in [row.get("text") for row in data["messages"]]
    assert "内部" not in str(data)
    assert set(data) >= {"people", "channel_ids", "consents", "case_deadlines", "attachments", "ratings", "cards"}


def test_the_export_packs_their_files_and_not_those_of_the_house(office, tmp_path):
    case_id = everything(office, tmp_path)
    wang, boss = office.staff["王律师"], office.staff["主管"]
    settings = Settings(data_dir=tmp_path)
    with office.database.write() as session:
        casework.attach(session, tmp_path, case_id, wang, name="内部意见.pdf", content=b"%PDF-1 inside")
        casework.send_file(session, settings, case_id, wang, name="委托书.pdf", content=b"%PDF-1 given")
    office.does(casework.release, case_id, wang, reason="内部：当事人难缠")
    with office.database.write() as session:
        with pytest.raises(NotAllowedError):
            casework.export_person(session, tmp_path, case_id, wang)
        name, content = casework.export_person(session, tmp_path, case_id, boss)
        audited = session.scalar(select(audit.c.actor).where(audit.c.kind == "person_exported"))
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert (name.startswith("本人信息 LH-"), audited) == (True, boss.id)
    assert archive.namelist() == ["信息.json", f"文件/1-{PHRASE}.pdf", "文件/2-委托书.pdf"]
    assert archive.read(f"文件/1-{PHRASE}.pdf") == PDF
    told = archive.read("信息.json").decode()
    assert PHRASE in told
    assert "内部" not in told
    erasure.erase(office.database, office.person()[0])
    with office.database.write() as session, pytest.raises(CaseNotFoundError):
        casework.export_person(session, tmp_path, case_id, boss)


def office_file(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 x", "application/pdf"),
        (b"\xff\xd8\xff\xe0x", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nx", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPx", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"#!AMR\n", "audio/amr"),
        (b"ID3\x03", "audio/mpeg"),
        (office_file("[Content_Types].xml", "word/document.xml"), "docx"),
        (office_file("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (office_file("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (office_file("evil.exe"), None),
        (b"PK\x03\x04broken", None),
        (b"MZ\x90", None),
        (b"<html><script>", None),
        (b"<?xml version='1.0'?><svg/>", None),
        (b"", None),
    ],
)
def test_what_a_file_is_its_bytes_say(content, kind):
    told = media_type(content)
    ending = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet"}.get(kind or "", kind)
    assert told is None if ending is None else (told or "").endswith(ending)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\合同.docx", "合同.pdf"),
        ("", "附件.pdf"),
        ("欠条\u202efdp.exe", "欠条fdp.pdf"),
        ("a" * 200 + ".pdf", "a" * 80 + ".pdf"),
        ("<img src=x>.pdf", "img src=x.pdf"),
    ],
)
def test_names_of_files_are_harmless(name, kept):
    assert plain_name(name, "application/pdf") == kept


def test_what_may_be_attached_and_by_whom(office, tmp_path, monkeypatch):
    opened = office.opens()
    wang, li = office.staff["王律师"], office.member("李律师")
    office.answered(opened.id, wang)
    with office.database.write() as session:
        for content in (b"", b"MZ", b"%PDF-1" + b"x" * 10_000_001):
            with pytest.raises(AttachmentError):
                casework.attach(session, tmp_path, opened.id, wang, name="x.pdf", content=content)
        attached = casework.attach(session, tmp_path, opened.id, wang, name="欠条.exe", content=PDF)
        assert casework.attachment(session, tmp_path, attached, wang) == ("欠条.pdf", "application/pdf", PDF)
        for operation in (
            lambda: casework.attach(session, tmp_path, opened.id, li, name="x", content=PDF),
            lambda: casework.attachment(session, tmp_path, attached, li),
        ):
            with pytest.raises(NotAllowedError):
                operation()
        with pytest.raises(AttachmentError):
            casework.attachment(session, tmp_path, "a_none", wang)
    office.after(hours=1)
    assert office.clock.moment > office.case(opened.id).opened_at + timedelta(minutes=1)


def test_canned_replies_and_numbers(office):
    wang, boss = office.staff["王律师"], office.staff["主管"]
    with office.database.write() as session:
        mine = casework.save_canned(session, wang, title="开场", text="您好")
        with pytest.raises(NotAllowedError):
            casework.save_canned(session, wang, title="公用", text="x", shared=True)
        shared = casework.save_canned(session, boss, title="公用", text="请补材料", shared=True)
        assert [(one.title, one.shared) for one in casework.canned_for(session, wang)] == [
            ("公用", True),
            ("开场", False),
        ]
        assert [one.title for one in casework.canned_for(session, boss)] == ["公用"]
        assert not casework.drop_canned(session, wang, shared)
        assert casework.drop_canned(session, wang, mine)
    office.says("问一句", "散客")
    first, second = office.opens("甲", street="民治"), office.opens("乙", topic="renting")
    office.answered(first.id, wang)
    office.says("还有", "乙")
    office.does(casework.resolve, first.id, wang)
    with office.database.write() as session:
        casework.rate(session, first.id, 4)
        numbers = casework.board(session, boss)
        with pytest.raises(NotAllowedError):
            casework.board(session, wang)
    assert numbers.by_status == {"queued": 1, "resolved": 1}
    assert (numbers.by_topic, numbers.by_street) == ({"renting": 1}, {})
    assert (numbers.promise, numbers.stars, numbers.unaided) == ((1, 1), (4.0, 1), (1, 2))
    assert numbers.per_day[-1][1:] == (2, 1)
    assert numbers.load == [("王律师", 0, 20)]
    assert second
