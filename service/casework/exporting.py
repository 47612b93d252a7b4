"""One person's data, handed out at the desk on their wish."""

from __future__ import annotations

from pathlib import Path

from cases import export, matters
from cases.blobs import Blobs
from cases.database import Session
from cases.errors import CaseNotFoundError
from cases.permissions import check_allowed
from cases.staff import Staff


def export_person(session: Session, data_dir: Path, case_id: str, actor: Staff) -> tuple[str, bytes]:
    """Name and bytes of a ZIP with all that is kept about the person of this case; audited. Raises CaseError: not allowed, not
    found, or the person is erased."""
    check_allowed(actor, "export_person")
    case = matters.get(session, case_id)
    if case.person_id is None:
        raise CaseNotFoundError
    packed = export.packed(session, Blobs(data_dir, session.keys), case.person_id, actor=actor.id)
    return f"本人信息 {matters.sealed(session, case_id).code}.zip", packed
