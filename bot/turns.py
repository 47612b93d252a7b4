"""The transactions of a message's way: accepted, begun, finished or failed. Each function is one of them; all are
synchronous and touch only the database, so the router calls them in a thread.

Order and singleness come from here: a message is begun only under its person's lease, and always the oldest first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog

from bot import cleaning, consent, handed, notices, rendering
from bot.rasa_client import Reply
from cases import cards, conversations, leases, messages, outbox, people, windows
from cases.cards import ROUTER_ACTION
from cases.database import Database, Session
from cases.messages import Message
from service import case_words, casework, danger, group_talk
from service.case_cards import safety_words

MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=5)
AWAY_WAIT = timedelta(seconds=3)
PULL_CHANNELS = frozenset({"web"})  # the page fetches; everywhere else late words need the outbox
PASSIVE_WAIT = timedelta(seconds=20)  # longer than a messenger goes on resending what it got no answer to

log = structlog.get_logger("bot.turns")
Body = dict[str, Any]
State = Literal["done", "failed", "started", "here", "elsewhere"]


class ConsentRequiredError(Exception):
    """Nothing may be stored for this person yet."""


class LeaseLostError(Exception):
    """The message is no longer ours to finish: another process took it, or the person was erased. Nothing was written."""


class ChoiceRefusedError(Exception):
    """The card is not this person's, or does not exist: the two look the same from outside."""


@dataclass(frozen=True)
class Contact:
    """That a person did something on a messenger, which lets us write to them: what, and when by its clock."""

    trigger: windows.Trigger
    stamp: int


@dataclass(frozen=True)
class Meaning:
    """Of a text beside a card: one of its choices, or other words to say it with."""

    choice_id: str | None = None
    text: str | None = None


Reading = Callable[[str, Body], Meaning]


@dataclass(frozen=True)
class Incoming:
    """A message as a channel hands it over. Either `text` (cleaned), or `card_id` and `choice_id`. Where choices are typed,
    `reading` says what a text means beside the card said last. `contact`: where we may write only after the person did."""

    channel: str
    channel_user: str
    channel_message_id: str
    text: str = ""
    card_id: str | None = None
    choice_id: str | None = None
    reading: Reading | None = None
    contact: Contact | None = None


@dataclass(frozen=True)
class Turn:
    """One message to be answered, under a lease that ends at `until`."""

    message: Message
    owner: str
    until: datetime


@dataclass
class Step:
    """What a transaction left to do: `turn` is next; `finished` need no answer from Rasa any more."""

    turn: Turn | None = None
    finished: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Accepted:
    """`said`: cards stored so far. `state`: `started` (the caller runs `step`), `here` (another runner of this process
    will come to it), `elsewhere` (another process), `done`, or `failed` (kept; the person was told)."""

    message_id: str
    person_id: str
    state: State
    said: list[Body]
    step: Step


def accept(
    database: Database, incoming: Incoming, *, process: str, owner: str, seconds: float, max_text: int
) -> Accepted:
    """Keep the message and, if nobody is busy with this person, begin.

    `owner` names the lease (it starts with `process`). Raises ConsentRequiredError, ChoiceRefusedError; nothing is
    stored then.
    """
    with database.write() as session:
        person = people.find(session, channel=incoming.channel, value=incoming.channel_user)
        if person is None or person.consent_version != consent.VERSION or not people.seen(session, person.id):
            raise ConsentRequiredError
        key = _key(session, person.id, incoming)
        known = messages.find(session, channel=incoming.channel, channel_message_id=key)
        if known:
            return _again(session, known, process)
        if incoming.contact:
            _touch(session, person.id, incoming.channel, incoming.contact)
        conversation = conversations.current(session, person_id=person.id, channel=incoming.channel)
        incoming = _understood(session, incoming, conversation.id)
        text, payload, notice = _read(session, incoming, person.id, max_text)
        message = messages.store(
            session,
            person_id=person.id,
            conversation_id=conversation.id,
            channel=incoming.channel,
            channel_message_id=key,
            text=text,
            payload=payload,
            choice_card_id=incoming.card_id,
            status="answered" if notice else "received",
        )
        if notice:
            said = _say(session, message, "notice", notice)
            return Accepted(message.id, person.id, "done", said, Step())
        if not case_words.chosen(payload).startswith("case:"):  # picking another case is no word in this one
            casework.person_said(session, message.id)
        kind = danger.detect(text) if payload is None else None
        said = _say(session, message, "safety", _safety(session, message, kind)) if kind else []
        until = leases.acquire(session, person.id, owner, seconds)
        if until is None:
            holder = leases.holder(session, person.id) or ""
            state: State = "here" if holder.startswith(process) else "elsewhere"
            return Accepted(message.id, person.id, state, said, Step())
        return Accepted(message.id, person.id, "started", said, _begin(session, person.id, owner, until))


def touch(database: Database, channel: str, channel_user: str, contact: Contact) -> bool:
    """A person who agreed did something that is no message: what waits for them may go out. False for anybody else."""
    with database.write() as session:
        person = people.find(session, channel=channel, value=channel_user)
        if person is None or person.consent_version != consent.VERSION or not people.seen(session, person.id):
            return False
        _touch(session, person.id, channel, contact)
        return True


def resume(database: Database, person_id: str, *, owner: str, seconds: float, retry: bool) -> Step:
    """Take up what was left for this person: unfinished messages of a process that died and, with `retry`, failed ones
    whose time has come."""
    with database.write() as session:
        if not people.hold(session, person_id):
            return Step()
        until = leases.acquire(session, person_id, owner, seconds)
        return Step() if until is None else _begin(session, person_id, owner, until, retry=retry)


def renew(database: Database, turn: Turn, seconds: float) -> Turn | None:
    """The same turn under a longer lease; None when it is no longer ours."""
    with database.write() as session:
        until = leases.renew(session, turn.message.person_id, turn.owner, seconds)
    return Turn(turn.message, turn.owner, until) if until else None


def finish(
    database: Database, turn: Turn, replies: list[Reply], *, seconds: float, retry: bool = False
) -> tuple[list[Body], Step]:
    """Store what was said and go on to the person's next message. Returns the cards, and what is next.

    If a lawyer took over meanwhile, the answer is dropped and logged. Raises LeaseLostError.
    """
    message = turn.message
    with database.write() as session:
        until = _still_ours(session, turn, seconds)
        if conversations.owner(session, message.conversation_id) != "bot":
            log.info("reply_dropped", message=message.id, reason="owner")
            return _hand(session, message), _begin(session, message.person_id, turn.owner, until, retry=retry)
        said = _store_replies(session, message, replies)
        messages.mark(session, message.id, "answered")
        return said, _begin(session, message.person_id, turn.owner, until, retry=retry)


def fail(
    database: Database, turn: Turn, *, reached: bool, seconds: float, retry: bool = False
) -> tuple[list[Body], Step]:
    """Rasa brought nothing: tell the person once, honestly, and keep the message for later. `reached` False: it never
    got there, so the attempt does not count. After MAX_ATTEMPTS it is given up, and the person told. Raises
    LeaseLostError."""
    message = turn.message
    with database.write() as session:
        until = _still_ours(session, turn, seconds)
        attempts = message.attempts + 1
        if conversations.owner(session, message.conversation_id) != "bot":
            said = _hand(session, message)
        elif reached and attempts >= MAX_ATTEMPTS:
            said = _give_up(session, message)
        else:
            wait = FIRST_WAIT * 3 ** (attempts - 1) if reached else AWAY_WAIT
            messages.postpone(session, message.id, wait, counted=reached)
            said = _say_once(session, message, "away", notices.AWAY)
        return said, _begin(session, message.person_id, turn.owner, until, retry=retry)


def look(database: Database, message_id: str) -> tuple[State, list[Body]] | None:
    """How far a message is, for one who waits while another process works: None while it is under way."""
    with database.read() as session:
        status = messages.status(session, message_id)
        if status in ("received", "answering"):
            return None
        state: State = "failed" if status == "failed" else "done"
        return state, [entry.card for entry in messages.replies(session, message_id) if entry.card]


def said_so_far(database: Database, message_id: str) -> list[Body]:
    with database.read() as session:
        return [entry.card for entry in messages.replies(session, message_id) if entry.card]


def _touch(session: Session, person_id: str, channel: str, contact: Contact) -> None:
    windows.open_window(session, person_id, contact.trigger, contact.stamp)
    outbox.release(session, person_id, channel)


def _key(session: Session, person_id: str, incoming: Incoming) -> str:
    """Web pages choose their ids: bound to the person, so that nobody can reach another's message by its id."""
    return session.keys.lookup(f"message:{person_id}", incoming.channel_message_id).hex()


def _again(session: Session, message: Message, process: str) -> Accepted:
    said = [entry.card for entry in messages.replies(session, message.id) if entry.card]
    if message.status in ("received", "answering"):
        holder = leases.holder(session, message.person_id) or ""
        state: State = "here" if holder.startswith(process) else "elsewhere"
    else:
        state = "failed" if message.status == "failed" else "done"
    return Accepted(message.id, message.person_id, state, said, Step())


def _understood(session: Session, incoming: Incoming, conversation_id: str) -> Incoming:
    """With a typed choice turned into the choice it is."""
    card = cards.last_to_choose_from(session, conversation_id) if incoming.reading else None
    if incoming.reading is None or card is None:
        return incoming
    meaning = incoming.reading(incoming.text, card)
    if meaning.choice_id:
        return replace(incoming, card_id=card["id"], choice_id=meaning.choice_id)
    return replace(incoming, text=meaning.text or incoming.text)


def _read(session: Session, incoming: Incoming, person_id: str, max_text: int) -> tuple[str, str | None, Body | None]:
    """Text as kept, payload for Rasa, and the notice if it cannot be answered."""
    if incoming.card_id is None:
        problem = cleaning.problem(incoming.text, max_text)
        return incoming.text, None, notices.of(problem, max_text) if problem else None
    body = cards.card_of_person(session, incoming.card_id, person_id)
    if body is None:
        raise ChoiceRefusedError
    for choice in body.get("choices") or []:
        if choice["id"] == incoming.choice_id:
            return choice["label"], choice["payload"], None
    return "（选项）", None, notices.UNKNOWN_CHOICE


def _begin(session: Session, person_id: str, owner: str, until: datetime, *, retry: bool = False) -> Step:
    """Under the lease: the person's next message that needs Rasa; the lease is let go when there is none."""
    step = Step()
    while True:
        message = messages.next_to_answer(session, person_id)
        if message is None and retry:
            message = messages.next_to_retry(session, person_id)
        if message is None:
            leases.release(session, person_id, owner)
            return step
        if _grouped(session, message):
            pass
        elif conversations.owner(session, message.conversation_id) != "bot":
            _hand(session, message)
        elif message.attempts >= MAX_ATTEMPTS:  # every process that tried it died
            _give_up(session, message)
        elif message.choice_card_id and not (
            case_words.timeless(message.payload)
            or cards.is_live(session, message.choice_card_id, message.conversation_id, picked_by=message.id)
        ):
            messages.mark(session, message.id, "answered")
            _say(session, message, "stale", notices.STALE_CHOICE)
        else:
            messages.begin(session, message.id)
            step.turn = Turn(message, owner, until)
            return step
        step.finished.append(message.id)


def _still_ours(session: Session, turn: Turn, seconds: float) -> datetime:
    person_id = turn.message.person_id
    if session.is_postgres and not people.hold(session, person_id):  # SQLite: no person, no lease either
        raise LeaseLostError
    until = leases.renew(session, person_id, turn.owner, seconds)
    if until is None:
        raise LeaseLostError
    return until


def _store_replies(session: Session, message: Message, replies: list[Reply]) -> list[Body]:
    card_ids = []
    for position, reply in enumerate(replies):
        if reply.card_id:
            card_ids.append(reply.card_id)
        elif reply.text:
            body = rendering.notice_from_text(reply.text, reply.buttons)
            card_ids.append(_save(session, message, "reply:text", body, position))
    bodies = cards.get_cards(session, card_ids)
    card_ids = [card_id for card_id in card_ids if card_id in bodies]
    safety = [card_id for card_id in card_ids if bodies[card_id].get("kind") == "safety"]
    if safety and cards.find(session, message_id=message.id, action=ROUTER_ACTION + "safety"):
        card_ids = [card_id for card_id in card_ids if card_id not in safety]  # said when the message arrived
    _speak(session, message, card_ids)
    return [{**bodies[card_id], "id": card_id} for card_id in card_ids]


def _give_up(session: Session, message: Message) -> list[Body]:
    messages.mark(session, message.id, "gave_up")
    log.warning("gave_up", message=message.id)
    return _say(session, message, "gave_up", notices.GAVE_UP)


def _grouped(session: Session, message: Message) -> bool:
    """About a joint claim: done and answered here, whoever has the word."""
    card = group_talk.answer(
        session,
        person_id=message.person_id,
        conversation_id=message.conversation_id,
        message_id=message.id,
        text=message.text,
        choice=case_words.chosen(message.payload),
        in_words=conversations.owner(session, message.conversation_id) == "bot",
    )
    if card is None:
        return False
    messages.mark(session, message.id, "answered")
    _say_once(session, message, "group", card.model_dump(mode="json"))
    return True


def _hand(session: Session, message: Message) -> list[Body]:
    """A lawyer has the word: the message is theirs."""
    messages.mark(session, message.id, "handed")
    answer = handed.answer(session, message)
    return _say_once(session, message, answer[0], answer[1].model_dump(mode="json")) if answer else []


def _safety(session: Session, message: Message, kind: str) -> Body:
    """The safety card, in every status of a case; who of ours sees it is said as it is."""
    return safety_words(danger.safety_card(kind), casework.danger(session, message.id)).model_dump(mode="json")


def _say_once(session: Session, message: Message, name: str, body: Body) -> list[Body]:
    card_id = cards.find(session, message_id=message.id, action=ROUTER_ACTION + name)
    return [] if card_id else _say(session, message, name, body)


def _say(session: Session, message: Message, name: str, body: Body) -> list[Body]:
    card_id = _save(session, message, ROUTER_ACTION + name, body, 0)
    _speak(session, message, [card_id])
    return [{**body, "id": card_id}]


def _save(session: Session, message: Message, action: str, body: Body, position: int) -> str:
    return cards.save_card(
        session,
        conversation_id=message.conversation_id,
        message_id=message.id,
        action=action,
        body=body,
        position=position,
    )


def _speak(session: Session, message: Message, card_ids: list[str]) -> None:
    messages.say(
        session,
        person_id=message.person_id,
        conversation_id=message.conversation_id,
        channel=message.channel,
        author_kind="bot",
        reply_to=message.id,
        card_ids=card_ids,
    )
    if card_ids and message.channel not in PULL_CHANNELS:
        deferred = messages.deferred(session, message.id)
        for card_id in card_ids:
            outbox.put(
                session,
                person_id=message.person_id,
                target=message.channel,
                key=card_id,
                body={"card": card_id},
                wait=timedelta(0) if deferred else PASSIVE_WAIT,
                via="service" if deferred else None,
            )
