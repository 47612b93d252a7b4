"""A person makes, sees, moves or cancels a meeting in the conversation. The same words and choices count whoever speaks: the
actions while the bot has the word, the router while a lawyer has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from cases import appointments, matters
from cases.database import Session
from cases.errors import CaseError
from cases.status import LIVE
from knowledge.places import Place
from service import case_cards, case_words, casework, meeting_cards, own_cases, placekeeping, said
from service.cards import Card
from service.casework import CaseState, meetings
from service.choices import choice
from settings.clock import SHANGHAI

WISHES = ("meet", "meeting", "unmeet")
CHOICES = ("meet", "book", "unbook", "stay")
_NAMED_DAY = re.compile(r"\d{1,2}\s*[月./]\s*\d{1,2}|\d{1,2}[日号]")


def answer(session: Session, person_id: str | None, text: str) -> Card:
    """To a wish about a meeting. The code in the text, or the person's only live case, says for what."""
    wish, code = case_words.wish(text), case_words.code_in(text)
    own = [case for case in own_cases.cases_of(session, person_id) if case.status in LIVE] if person_id else []
    if code:
        state = casework.case_by_code(session, code)
        if state is None:
            only = own_cases.is_traceless(session, code)
            return case_cards.only_a_wish() if only else case_cards.unknown_code(code)
        own = [case for case in own if case.id == state.id]
        if not own:
            return meeting_cards.not_yours(code)
    if not own:
        return meeting_cards.nothing_booked([]) if wish in ("meeting", "unmeet") else meeting_cards.no_case()
    having = [(case, ahead) for case in own if (ahead := appointments.ahead_of_case(session, case.id))]
    if having:
        case, ahead = having[0]
        known = placekeeping.directory(session).places
        rows = [(one, known.get(one.place_id), meeting_cards.link(session, one)) for one in ahead]
        return meeting_cards.standing(case, rows)
    if wish in ("meeting", "unmeet"):
        return meeting_cards.nothing_booked(own)
    if len(own) > 1:
        return meeting_cards.which_case(own)
    named, day = _day_in(text, session.now.astimezone(SHANGHAI).date())
    return _choose(session, own[0], None, named, day)


def chosen(session: Session, person_id: str | None, wish: str, rest: str) -> Card:
    """To a choice: `meet:<case>[:<point>[:<day>]]`, `book:<case>:<point>:<time>`, `unbook:<appointment>`, `stay`."""
    if wish == "stay":
        return meeting_cards.stays()
    if person_id is None:
        return case_cards.past()
    if wish == "unbook":
        gone = meetings.person_cancels(session, rest, person_id)
        return meeting_cards.cancelled(gone, gone.case_id) if gone else case_cards.past()
    case_id, _, rest = rest.partition(":")
    place_id, _, when = rest.partition(":")
    case = casework.case_of_person(session, case_id, person_id)
    if case is None or case.status not in LIVE:
        return case_cards.past()
    if wish == "book":
        return _book(session, case, place_id, when)
    return _choose(session, case, place_id or None, bool(when), _moment(when).date() if when else None)


def offered(session: Session, case_id: str, card: Card) -> Card:
    """The card of a case just handed over, for who wants to meet: with the way to a time, or the honest word that there is
    none."""
    if meetings.free_days(session, meetings.meeting_places(session)):
        pick = choice(1, meeting_cards.LABEL, meeting_cards.target(case_id))
        return card.model_copy(update={"choices": [pick, *card.choices]})
    return card.model_copy(update={"steps": [*card.steps, "您想当面谈：现在没有空的见面时间，律师接手后会和您商量。"]})


def _choose(session: Session, case: CaseState, place_id: str | None, named: bool, day: date | None) -> Card:
    """The next thing to choose: point, day or time."""
    places = meetings.meeting_places(session)
    open_ = meetings.free_days(session, places)
    if not open_:
        return meeting_cards.no_free()
    if place_id is None and len(open_) > 1:
        kept = day if day and any(day in days for days in open_.values()) else None
        return meeting_cards.which_place(case.id, _nearest(session, case, [places[id_] for id_ in open_]), kept)
    place_id = place_id or next(iter(open_))
    if place_id not in open_:
        return meeting_cards.no_free(places.get(place_id))
    days = open_[place_id]
    if day in days:
        return meeting_cards.which_time(case.id, places[place_id], day, days[day])
    today = session.now.astimezone(SHANGHAI).date()
    lead = meeting_cards.day_problem(day, today) if named else ""
    return meeting_cards.which_day(case.id, places[place_id], days, lead)


def _nearest(session: Session, case: CaseState, places: Sequence[Place]) -> list[Place]:
    """Those in the person's street first."""
    street = matters.get(session, case.id).street
    return sorted(places, key=lambda place: (place.street != street or street is None, place.id))


def _book(session: Session, case: CaseState, place_id: str, when: str) -> Card:
    try:
        made, moved = meetings.book(session, case.id, place_id, _moment(when))
    except CaseError:
        return meeting_cards.gone(case.id, place_id)
    place = placekeeping.directory(session).places.get(place_id)
    return meeting_cards.booked(made, place, case.code, moved=moved, link=meeting_cards.link(session, made))


def _moment(when: str) -> datetime:
    """20261201 or 202612010930, as our own choices carry it."""
    shape = "%Y%m%d%H%M" if len(when) == 12 else "%Y%m%d"
    return datetime.strptime(when, shape).replace(tzinfo=SHANGHAI)


def _day_in(text: str, today: date) -> tuple[bool, date | None]:
    """Whether a day is named, and which; named and None: there is no such day."""
    plain = case_words.without_code(text)
    day = said.ahead(plain, today)
    return day is not None or bool(_NAMED_DAY.search(plain)), day
