"""Steps of an interview on its stored row; the actions of the form share them."""

from __future__ import annotations

from actions.runtime import Runtime
from cases.database import Session
from cases.interviews import Interview, current_interview, open_interview, save_interview
from knowledge.schema import Guide, Question
from service import interviews


def begin(runtime: Runtime, conversation_id: str, message_id: str, guide_id: str) -> None:
    """Open an interview, or go on with the one of the same script that was put off."""
    version = str(runtime.answerer.content.guides[guide_id].checklist.version)
    with runtime.database.write() as session:
        known = current_interview(session, conversation_id)
        if known and (known.script_id, known.script_version) == (guide_id, version):
            known.status = "open"
            save_interview(session, known, message_id=message_id)
        else:
            open_interview(session, conversation_id=conversation_id, script_id=guide_id, script_version=version)


def under_way(runtime: Runtime, session: Session, conversation_id: str) -> tuple[Interview, Guide] | None:
    """The open interview of this person and its guide; None when there is none or its questions have changed since."""
    interview = current_interview(session, conversation_id)
    guide = runtime.answerer.content.guides.get(interview.script_id) if interview else None
    if interview is None or guide is None or interview.status != "open":
        return None
    return (interview, guide) if interview.script_version == str(guide.checklist.version) else None


def next_question(interview: Interview, guide: Guide) -> Question | None:
    left = interviews.open_questions(guide.checklist, interview.answers)
    return left[0] if left else None
