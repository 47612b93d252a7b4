"""Steps of an interview on its stored row; the actions of the form share them."""

from __future__ import annotations

from collections.abc import Mapping

from actions.runtime import Runtime
from cases.database import Session
from cases.interviews import Interview, current_interview, open_interview, save_interview
from service.answering import AnyInterview


def begin(runtime: Runtime, conversation_id: str, message_id: str, script: AnyInterview) -> None:
    """Open an interview, or go on with the one of the same script that was put off."""
    with runtime.database.write() as session:
        known = current_interview(session, conversation_id)
        if known and (known.script_id, known.script_version) == (script.id, script.version):
            known.status = "open"
            save_interview(session, known, message_id=message_id)
        else:
            open_interview(session, conversation_id=conversation_id, script_id=script.id, script_version=script.version)


def begin_with(
    runtime: Runtime, conversation_id: str, message_id: str, script: AnyInterview, answers: Mapping[str, str]
) -> None:
    """Open a fresh interview that knows these answers already; once for one message."""
    with runtime.database.write() as session:
        known = current_interview(session, conversation_id)
        if known and known.last_message_id == message_id:
            return
        if known and known.status == "open" and known.script_id == script.id:
            known.status = "dropped"  # a new sum, not the rest of the one before
            save_interview(session, known, message_id=message_id)
        interview = open_interview(
            session, conversation_id=conversation_id, script_id=script.id, script_version=script.version
        )
        interview.answers = dict(answers)
        save_interview(session, interview, message_id=message_id)


def under_way(runtime: Runtime, session: Session, conversation_id: str) -> tuple[Interview, AnyInterview] | None:
    """The open interview of this person and its script; None when there is none or its questions have changed since."""
    interview = current_interview(session, conversation_id)
    script = runtime.answerer.scripted(interview.script_id) if interview else None
    if interview is None or script is None or interview.status != "open":
        return None
    return (interview, script) if interview.script_version == script.version else None
