"""Files of a case: kind told by their first bytes, not by their name; sealed on disk; every opening audited."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath

from sqlalchemy import insert, select, update

from cases import audit, events, matters
from cases.blobs import Blobs
from cases.database import Session
from cases.errors import AttachmentError
from cases.ids import new_id
from cases.permissions import check, check_policy
from cases.schema import attachments
from cases.staff import Staff
from settings import get_settings

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "audio/mpeg": ".mp3",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    DOCX: ".docx",
    XLSX: ".xlsx",
}
KNOWN = "PDF、照片（JPG、PNG、WEBP、HEIC）、Word（docx）、Excel（xlsx）、录音（MP3、AMR）、视频（MP4）"
MOST = 100  # files of a case
_MAGIC = (
    (re.compile(rb"%PDF-\d"), "application/pdf"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"....ftyp(heic|heix|mif1)", re.S), "image/heic"),
    (re.compile(rb"....ftyp", re.S), "video/mp4"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"#!AMR"), "audio/amr"),
)


def media_type(content: bytes) -> str | None:
    """What the bytes are; None for anything not taken (programs, web pages, archives, documents with macros)."""
    for magic, kind in _MAGIC:
        if magic.match(content):
            return kind
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None


def plain_name(name: str, kind: str) -> str:
    """A file name without path or control characters, at most 80 characters, ending as its kind does."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    base = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]", "", base).strip(". ")
    stem = base[: -len(PurePosixPath(base).suffix)] if PurePosixPath(base).suffix else base
    return (stem[:80] or "附件") + ENDINGS[kind]


def attach(session: Session, data_dir: Path, case_id: str, actor: Staff | None, *, name: str, content: bytes) -> str:
    """Keep a file; `actor` None: the person brought it. Returns its id. Raises CaseError: not allowed, too big, too many, of
    an unknown kind. Should the transaction fail, the worker sweeps the file away."""
    case = matters.hold(session, case_id)
    if actor:
        check(actor, "attach", case)
    else:
        check_policy("attach", case)
    limit = get_settings().max_attachment
    if not content or len(content) > limit:
        raise AttachmentError(f"附件不能是空的，也不能超过 {limit // 1_000_000} MB。")
    kind = media_type(content)
    if kind is None:
        raise AttachmentError(f"这种文件收不了。可以发：{KNOWN}。")
    known = session.execute(select(attachments.c.id).where(attachments.c.case_id == case_id).limit(MOST)).all()
    if len(known) >= MOST:
        raise AttachmentError(f"一个案件最多 {MOST} 个附件。")
    attachment_id = new_id("a_")
    Blobs(data_dir, session.keys).put(attachment_id, content)
    row = {"id": attachment_id, "case_id": case_id, "staff_id": actor.id if actor else None, "media_type": kind,
           "name": plain_name(name, kind), "size": len(content), "created_at": session.now}  # fmt: skip
    session.execute(insert(attachments), row)
    events.record(session, case_id, "attach", actor=actor.id if actor else "person")
    return attachment_id


def give(session: Session, attachment_id: str) -> tuple[str, str]:
    """The person may open this file from now on; returns its name and its size in words."""
    columns = attachments.c
    session.execute(update(attachments).where(columns.id == attachment_id).values(sent_at=session.now))
    row = session.execute(select(columns.name, columns.size).where(columns.id == attachment_id)).one()
    return row.name, f"{max(1, row.size // 1024)} KB"


def given_file(session: Session, data_dir: Path, attachment_id: str) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of a file a lawyer gave to the person, audited; None when there is none, it stays in the
    house, or the person is gone. That whoever asks holds the link is the caller's to see."""
    columns = attachments.c
    row = session.execute(
        select(columns.case_id, columns.name, columns.media_type).where(
            columns.id == attachment_id, columns.sent_at.is_not(None)
        )
    ).first()
    if row is None or matters.get(session, row.case_id).person_id is None:
        return None
    content = Blobs(data_dir, session.keys).get(attachment_id)
    if content is None:
        return None
    audit.record(session, "attachment_opened", actor="person", subject=attachment_id)
    return row.name, row.media_type, content


def attachment(session: Session, data_dir: Path, attachment_id: str, actor: Staff) -> tuple[str, str, bytes]:
    """Name, media type and bytes; audited. Raises CaseError."""
    columns = attachments.c
    row = session.execute(
        select(columns.case_id, columns.name, columns.media_type).where(columns.id == attachment_id)
    ).first()
    if row is None:
        raise AttachmentError("没有这个附件。")
    check(actor, "open_attachment", matters.get(session, row.case_id))
    content = Blobs(data_dir, session.keys).get(attachment_id)
    if content is None:
        raise AttachmentError("附件的文件不在了，请告诉管理员。")
    audit.record(session, "attachment_opened", actor=actor.id, subject=attachment_id)
    return row.name, row.media_type, content


def sweep(session: Session, blobs: Blobs, older_than: float) -> int:
    """Remove files no row names (a transaction failed after the file was written, or its process died over it), last written
    before `older_than`."""
    ids = blobs.ids(older_than=older_than)
    known = set(session.execute(select(attachments.c.id).where(attachments.c.id.in_(ids))).scalars()) if ids else set()
    lost = [blob_id for blob_id in ids if blob_id not in known]
    for blob_id in lost:
        blobs.drop(blob_id)
    return len(lost) + blobs.drop_drafts(older_than)
