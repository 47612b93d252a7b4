"""The hand-over on its stored rows: begin the intake, open the case at its end, say where a case stands; several actions
share these steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from actions.interview import begin_with
from actions.runtime import Runtime
from actions.turn import Turn
from cases import cards, people
from cases.database import Session
from cases.interviews import Interview, current_interview, of_conversation, put_off, save_interview
from cases.status import LIVE
from cases.transcripts import transcript
from service import case_cards, case_words, casework, group_cards, mediation, meeting, own_cases
from service.answering import Answerer
from service.brief import Brief
from service.cards import Card
from service.casebook import Conversation, Told, brief_of, findings, known_before, words
from service.group_sums import MANY
from service.intake import REPORT, IntakeInterview, opening_answers
from service.interviews import UNKNOWN
from service.scripted import GuideInterview

MOST_FITTING = 3


def start(runtime: Runtime, turn: Turn, *, report_id: str = "", script: IntakeInterview | None = None) -> None:
    """Begin the intake with what is known, or go on with the one put off. A report of the check-up goes with it; `script`: an
    intake of another kind."""
    script = script or IntakeInterview()
    with runtime.database.read() as session:
        waiting = put_off(session, turn.conversation_id, script.id)
        if waiting and waiting.last_message_id == turn.message_id:
            return  # this message has been counted
        talk = _conversation(session, runtime.answerer, turn.conversation_id)
        person_id = own_cases.person_of(session, turn.conversation_id)
        street = people.street(session, person_id) if person_id else None
    if waiting and waiting.script_version == script.version:
        waiting.status = "open"
        if report_id:
            waiting.answers = {**waiting.answers, REPORT: report_id}
        with runtime.database.write() as session:
            _put_off_others(session, turn, waiting)
            save_interview(session, waiting, message_id=turn.message_id)
        return
    known, facts, sources = known_before(talk)
    if street:
        known["street"] = street
    asks = {question.id for question in script.script.questions}
    known = {question: answer for question, answer in known.items() if question in asks}
    answers = opening_answers(known, facts, sources)
    if report_id:
        answers[REPORT] = report_id
    begin_with(runtime, turn.conversation_id, turn.message_id, script, answers)


def about_a_case(runtime: Runtime, turn: Turn) -> bool:
    """Whether who asks for a lawyer speaks of a case they have. To meet one, they need a case first."""
    wish = case_words.wish(turn.text)
    if wish != "meet" or case_words.code_in(turn.text):
        return bool(wish or case_words.code_in(turn.text))
    with runtime.database.read() as session:
        person_id = own_cases.person_of(session, turn.conversation_id)
        return person_id is not None and casework.speaking_case(session, person_id) is not None


def finish(runtime: Runtime, turn: Turn, interview: Interview, action: str) -> Card:
    """The end of the intake: a case with its brief, or only a code and a wish, or nothing. Case and card are one
    transaction, so a turn that runs again changes nothing."""
    answers, mediated = interview.answers, interview.script_id == mediation.SCRIPT_ID
    if answers.get("consent") not in ("agree", "no_trace"):
        return mediation.refused() if mediated else case_cards.refused()
    with runtime.database.read() as session:
        talk = _conversation(session, runtime.answerer, turn.conversation_id)
    if mediated and (
        mediation.unsafe(answers) or mediation.family_violence(each.text for each in words(talk.utterances))
    ):
        return mediation.not_here()
    brief = _brief(runtime, turn, talk, interview) if answers["consent"] == "agree" else None
    with runtime.database.write() as session:
        said = cards.find(session, message_id=turn.message_id, action=action)
        if said:
            return Card.model_validate(cards.get_card(session, said))
        card = _opened(session, turn, interview, brief) if brief else _untraced(session, turn, answers)
        cards.save_card(
            session,
            conversation_id=turn.conversation_id,
            message_id=turn.message_id,
            action=action,
            body=card.model_dump(mode="json"),
        )
    return card


def standing(session: Session, conversation_id: str, text: str) -> Card:
    """The answer to a question about a case: by the code in the text, or the person's own."""
    code = case_words.code_in(text)
    person_id = own_cases.person_of(session, conversation_id)
    wish = case_words.wish(text)
    if wish in meeting.WISHES:
        return meeting.answer(session, person_id, text)
    own = own_cases.cases_of(session, person_id) if person_id else []
    if code:
        state = casework.case_by_code(session, code)
        if state is None:
            return case_cards.only_a_wish() if own_cases.is_traceless(session, code) else case_cards.unknown_code(code)
        mine = any(case.id == state.id for case in own)
        if mine and wish == "withdraw" and state.status in LIVE:
            return case_cards.withdraw_which([state])
        return case_cards.status(state, _promise(state), mine=mine)
    live = [case for case in own if case.status in LIVE]
    if wish == "withdraw" and live:
        return case_cards.withdraw_which(live)
    if wish == "reopen":
        return _reopened(session, own)
    if wish == "end":
        return case_cards.nothing_to_end()
    if len(live) > 1:
        return case_cards.several(live, live[0].id)
    shown = live or own[:1]
    return case_cards.status(shown[0], _promise(shown[0])) if shown else case_cards.none_here()


def chosen(session: Session, conversation_id: str, target: str) -> Card:
    """A choice of a card about a case: `rate:<case>:<stars>`, `withdraw:<case>`, `talk:<case>`, `keep`, and
    those of `service.meeting`."""
    wish, _, rest = target.partition(":")
    case_id, _, stars = rest.partition(":")
    person_id = own_cases.person_of(session, conversation_id)
    if wish in meeting.CHOICES:
        return meeting.chosen(session, person_id, wish, rest)
    if wish == "keep":
        return case_cards.kept()
    state = casework.case_of_person(session, case_id, person_id) if person_id else None
    if state is None:
        return case_cards.past()
    if wish == "rate" and stars in "12345" and state.status in ("resolved", "closed"):
        casework.rate(session, case_id, int(stars))
        return case_cards.rated(int(stars))
    if wish == "talk" and state.status in LIVE:
        casework.speak_in(session, conversation_id, case_id)
        return case_cards.talking_of(state)
    if wish == "withdraw" and state.status in LIVE:
        casework.withdraw(session, case_id)
        return case_cards.withdrawn()
    return case_cards.past()


def _put_off_others(session: Session, turn: Turn, waiting: Interview) -> None:
    other = current_interview(session, turn.conversation_id)
    if other and other.id != waiting.id and other.status == "open":
        other.status = "paused"
        save_interview(session, other, message_id=turn.message_id)


def _conversation(session: Session, answerer: Answerer, conversation_id: str) -> Conversation:
    told = []
    for interview in of_conversation(session, conversation_id):
        script = answerer.scripted(interview.script_id)
        if isinstance(script, GuideInterview) and interview.script_version == script.version and interview.answers:
            told.append(Told(script, interview.answers))
    return Conversation(transcript(session, conversation_id), told)


def _brief(runtime: Runtime, turn: Turn, talk: Conversation, interview: Interview) -> Brief:
    answerer, answers = runtime.answerer, interview.answers
    found = findings(talk, answers, turn.today, turn.message_id)
    said = any(u.card and u.card.get("faq_id") for u in talk.utterances)
    story = answers.get("story", UNKNOWN)
    fitting = [] if said or story == UNKNOWN else [hit.id for hit in answerer.search(story).faqs[:MOST_FITTING]]
    gate = runtime.knowledge.gate
    return brief_of(
        talk,
        answers,
        found,
        answerer.content,
        gate,
        turn.today,
        last=turn.message_id,
        fitting=fitting,
        intake=interview.script_id,
        topic=mediation.topic_of(answers),
    )


def _opened(session: Session, turn: Turn, interview: Interview, brief: Brief) -> Card:
    answers = interview.answers

    def told(question: str) -> str | None:
        value = answers.get(question, UNKNOWN)
        return None if value == UNKNOWN else str(value)

    contact = {key: value for key in ("contact", "phone", "name") if (value := told(key))}
    anonymous = told("contact") == "code" or not (told("phone") or told("name"))
    amount, people = told("amount"), told("people")
    opened = casework.open_case(
        session,
        conversation_id=turn.conversation_id,
        interview_id=interview.id,
        kind="mediation" if interview.script_id == mediation.SCRIPT_ID else "lawyer",
        topic=brief.topic,
        urgency="normal" if brief.urgency == "offer" else brief.urgency,
        reasons=[reason.model_dump(mode="json") | {"reason": reason.text} for reason in brief.reasons],
        brief=brief.model_dump(mode="json"),
        opponents=[name for name in (told("opponent"),) if name],
        amount=int(Decimal(amount)) if amount else None,
        people_count=int(Decimal(people)) if people else None,
        street=told("street"),
        contact=contact or None,
        anonymous=anonymous,
        wants_meeting=told("meet") == "yes_face",
        deadlines_found=[
            {"kind": due.kind, "title": due.title, "start_on": due.start_on, "last_day": due.last_day}
            for due in brief.deadlines
            if due.last_day
        ],
    )
    promise = casework.promise(session, opened.id)
    nobody = brief.urgency == "now" and not promise.open_now and not casework.on_duty(session, session.now)
    place = casework.queue_place(session, opened.id)
    if interview.script_id == mediation.SCRIPT_ID:
        return mediation.opened(opened.code, place, promise.words, nobody_now=nobody)
    card = case_cards.opened(
        opened.code,
        place,
        promise.words,
        anonymous=anonymous,
        nobody_now=nobody,
    )
    if people and Decimal(people) >= MANY:
        card = card.model_copy(update={"choices": [*card.choices, group_cards.offer(len(card.choices) + 1)]})
    return meeting.offered(session, opened.id, card) if told("meet") == "yes_face" else card


def _untraced(session: Session, turn: Turn, answers: dict[str, Any]) -> Card:
    wish = str(answers.get("wish", UNKNOWN))
    code = casework.open_no_trace(
        session, conversation_id=turn.conversation_id, wish="没有说" if wish == UNKNOWN else wish
    )
    return case_cards.no_trace(code)


def _reopened(session: Session, own: list[casework.CaseState]) -> Card:
    done = [case for case in own if case.status in ("resolved", "closed")]
    if not done:
        return case_cards.none_here()
    casework.person_reopens(session, done[0].id)
    again = casework.case_by_code(session, done[0].code)
    assert again is not None
    return case_cards.status(again, _promise(again))


def _promise(state: casework.CaseState) -> str:
    return state.promise.words if state.promise else ""
