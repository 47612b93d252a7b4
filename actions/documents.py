"""Documents on their stored rows: begun with what is known already, finished as a file behind a link."""

from __future__ import annotations

from actions.interview import begin_with
from actions.runtime import Runtime
from actions.turn import Turn
from cases import reports
from cases.interviews import Interview, answered
from service.cards import Card
from service.documents import DocumentInterview, Filled, fill, on_paper
from service.report_links import ReportLinks
from settings import get_settings


def begin(runtime: Runtime, turn: Turn, script: DocumentInterview) -> None:
    """Ask for what earlier interviews of this person have not told."""
    with runtime.database.read() as session:
        earlier = answered(session, turn.conversation_id)
    begin_with(runtime, turn.conversation_id, turn.message_id, script, script.known(earlier))


def finish(runtime: Runtime, turn: Turn, script: DocumentInterview, interview: Interview) -> Card:
    """Fill it in, keep it once, say where it is."""
    filled = fill(script.template, interview.answers, turn.today, runtime.knowledge.gate)
    return script.card(*_kept(runtime, turn, interview, filled))


def take_along(runtime: Runtime, turn: Turn, interview: Interview, card: Card) -> Card:
    """The card, with its sheet to print."""
    _, links = _kept(runtime, turn, interview, on_paper(card, turn.today))
    return card.model_copy(update={"attachments": links})


def _kept(runtime: Runtime, turn: Turn, interview: Interview, filled: Filled) -> tuple[Filled, list[str]]:
    """What is kept of this interview (the first time counts), and the links to it."""
    with runtime.database.write() as session:
        stored = reports.save_report(
            session,
            conversation_id=turn.conversation_id,
            interview_id=interview.id,
            body=filled.model_dump(mode="json"),
        )
    links = ReportLinks(get_settings().secrets.cookie_key, "document").files(stored.id)
    return Filled.model_validate(stored.body), links
