"""What is answered to a push. Messages go the same way as the web page's (bot.router); what the channel itself must do
(consent, events, erasure, kinds it cannot read) is here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from anyio import to_thread

from bot import cleaning, consent
from bot.channels.wechat import binding, commands, render, scenes, texts
from bot.channels.wechat.commands import Said
from bot.channels.wechat.incoming import Push
from bot.channels.wechat.offers import TARGET, Offers
from bot.channels.wechat.pictures import Pictures
from bot.channels.wechat.voices import Voices
from bot.limits import Buckets
from bot.router import Outcome, Router
from bot.turns import ConsentRequiredError, Contact, Incoming, Meaning, touch
from cases import audit, erasure, messages, outbox, people, receipts, windows
from cases.database import Database
from knowledge.places import Directory, Point
from service import danger
from service.placekeeping import read_directory
from service.places import places_card
from settings import Settings
from settings.clock import SHANGHAI

ASK = "ask:"
"""Menu keys that begin so are questions."""
FORGET = "forget"
CHOICE_LENGTH = 80

log = structlog.get_logger("bot.wechat")
T = TypeVar("T")


@dataclass(frozen=True)
class Reply:
    """`text`: None says nothing. `after`: to be done when the reply is on the wire."""

    text: str | None = None
    after: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Known:
    """What we know of who said one of our words. `person_id`: of who agreed to the present notice; `may_agree`: whether
    the word can mean that notice. `receipt`: this very push was carried out before, and so answered. `waits`: there is
    something to fetch."""

    person_id: str | None = None
    may_agree: bool = False
    receipt: str | None = None
    waits: bool = False


class Answers:
    """One per process. `typing` shows “正在输入” to a person who must wait; best effort."""

    def __init__(
        self,
        database: Database,
        router: Router,
        settings: Settings,
        offers: Offers,
        typing: Callable[[str], Awaitable[None]],
        pictures: Pictures,
        voices: Voices | None = None,
    ) -> None:
        self._database = database
        self._router = router
        self._settings = settings
        self._offers = offers
        self._typing = typing
        self._pictures = pictures
        self._voices = voices
        self._speed = Buckets(settings.rate_per_minute, database.clock)
        self._scanned = scenes.Scanned(database.clock)

    async def to(self, push: Push, until: float) -> Reply:
        """`until`: on the loop's clock, when the answer must be there to be of use. Raises SQLAlchemyError."""
        if push.kind == "event":
            return await self._event(push, until)
        if self._speed.take(push.person) and not danger.detect(cleaning.clean(push.text)):
            return Reply(texts.SLOW_DOWN)
        if push.kind == "text":
            return await self._text(push, push.text, until)
        agreed = await self._in_thread(lambda: touch(self._database, TARGET, push.person, contact(push)))
        if push.kind == "voice" and self._voices:
            if not agreed:  # a voice is personal: nobody listens before
                return await self._in_thread(lambda: self._before_consent(push, Said(None, "")))
            heard = await self._voices.words(push.media_id, push.format, until)
            if heard:
                return await self._text(push, heard, until)
        if push.kind == "location" and push.latitude is not None and push.longitude is not None:
            known = await self._in_thread(lambda: read_directory(self._database))
            return Reply(self._nearest(known, push.latitude, push.longitude))
        kept = await self._pictures.keep(push.person, push.media_id, push.key, until) if push.kind == "image" else None
        return Reply(kept or texts.HELP[push.kind])

    def _nearest(self, known: Directory, latitude: float, longitude: float) -> str:
        """WeChat's coordinates are GCJ-02; they are used here and written nowhere. As many points as one message holds, and
        always the hotline, which comes last."""
        if not -90 <= latitude <= 90:
            return texts.HELP["location"]
        near = Point(system="gcj02", latitude=latitude, longitude=longitude)
        card = places_card(known, self._database.clock.now().astimezone(SHANGHAI), near=near)
        matters = "、".join(choice.label for choice in card.choices)
        body = card.model_dump(mode="json") | {"choices": [], "steps": [texts.WHAT_FOR.format(matters=matters)]}
        said: list[str] = []
        for most in range(len(card.where), 0, -1):
            said = render.messages(body | {"where": [*card.where[: most - 1], card.where[-1]]}, link=None)
            if len(said) == 1:
                break
        return said[0]

    # -- words -------------------------------------------------------------------------

    async def _text(self, push: Push, raw: str, until: float) -> Reply:
        said = commands.read(cleaning.clean(raw))
        if said.word == "forget":
            return await self._in_thread(lambda: self._ask_to_forget(push))
        if said.word == "erase":
            return await self._in_thread(lambda: self._erase(push, "wish"))
        if said.word == "bind":
            bound = await self._in_thread(lambda: binding.bind(self._database, push.person, push.key, said.text))
            if bound:
                await self._in_thread(lambda: touch(self._database, TARGET, push.person, contact(push)))
                return Reply(bound)
            return await self._in_thread(lambda: self._before_consent(push, said))
        if said.word:
            known = await self._in_thread(lambda: self._look(push, said))
            if known.receipt:
                return Reply(texts.RECEIPTS[known.receipt])
            if known.may_agree and said.word in ("agree", "yes"):
                await self._in_thread(lambda: self._agree(push, receipt=None if said.asks else "agreed"))
                if not said.asks:
                    return Reply(texts.AGREED)
            elif known.person_id and known.waits:
                return await self._fetch(push, known.person_id)
        return await self._submit(push, said, until)

    async def _submit(self, push: Push, said: Said, until: float) -> Reply:
        incoming = Incoming(
            channel=TARGET,
            channel_user=push.person,
            channel_message_id=push.key,
            text=said.text,
            reading=reading if len(said.text) <= CHOICE_LENGTH else None,
            contact=contact(push),
        )
        try:
            outcome = await self._router.submit(incoming, until=until)
        except ConsentRequiredError:
            return await self._in_thread(lambda: self._before_consent(push, said))
        return await self._said(push, outcome)

    async def _said(self, push: Push, outcome: Outcome) -> Reply:
        reply = self._reply_id(push)
        offer = await self._in_thread(lambda: self._offers.of_message(outcome.message_id, outcome.cards, reply))
        defer = outcome.message_id if outcome.status == "pending" or not offer.whole else None

        async def after() -> None:
            await self._in_thread(lambda: self._offers.settle(offer, reply, defer=defer))
            if outcome.status == "pending" and offer.text is None and offer.service:
                await self._typing(push.person)

        if outcome.status == "pending" and not offer.service:
            return Reply(texts.with_later(offer.text), after)
        return Reply(offer.text, after)

    async def _fetch(self, push: Push, person_id: str) -> Reply:
        reply = self._reply_id(push)
        await self._in_thread(lambda: touch(self._database, TARGET, push.person, contact(push)))
        offer = await self._in_thread(lambda: self._offers.of_waiting(person_id, reply))

        async def after() -> None:
            await self._in_thread(lambda: self._offers.settle(offer, reply, defer=None))

        return Reply(offer.text or texts.STILL_NOTHING, after)

    def _before_consent(self, push: Push, said: Said) -> Reply:
        """Nothing may be kept yet, but that the notice was shown. Help comes before paperwork."""
        kind = danger.detect(said.text)
        if kind:
            card = danger.safety_card(kind).model_dump(mode="json")
            return Reply(render.messages(card, link=None)[0])
        if said.word == "refuse":
            with self._database.write() as session:
                receipts.forget(session, TARGET, asked(push))
            return Reply(texts.REFUSED)
        with self._database.write() as session:
            receipts.renew(session, TARGET, asked(push), "asked")
        ours = said.word and not said.asks  # one of the channel's own words is no question to bring back
        question = "" if ours or cleaning.problem(said.text, self._settings.max_text) else said.text
        return Reply(texts.consent_request(self._settings.retention_days, self._settings.operator, question))

    # -- events ------------------------------------------------------------------------

    async def _event(self, push: Push, until: float) -> Reply:
        match push.event:
            case "subscribe" | "scan":
                known = await self._in_thread(lambda: self._come(push))
                await self._in_thread(lambda: self._scan(push, known=known))
                place = scenes.line(push.event_key, self._settings.public_url)
                if push.event == "scan" and known:
                    return Reply("\n".join(filter(None, [place, "直接打字问我就行。", texts.STARTERS])))
                return Reply(texts.welcome(place, self._settings.retention_days, self._settings.operator, known=known))
            case "unsubscribe":
                await self._in_thread(lambda: self._erase(push, "unsubscribed"))
                return Reply()
            case "click":
                return await self._click(push, until)
            case "templatesendjobfinish" if push.status != "success":
                log.warning("wechat_notice_failed")
        return Reply()

    async def _click(self, push: Push, until: float) -> Reply:
        if push.event_key.startswith(ASK):
            return await self._text(push, push.event_key.removeprefix(ASK), until)
        await self._in_thread(lambda: touch(self._database, TARGET, push.person, contact(push)))
        if push.event_key == FORGET:
            return await self._in_thread(lambda: self._ask_to_forget(push))
        return Reply(texts.MENU.get(push.event_key, texts.HELP["unsupported"]))

    # -- transactions ------------------------------------------------------------------

    def _come(self, push: Push) -> bool:
        """Somebody who agreed is here again; anybody else is about to be shown the notice."""
        if touch(self._database, TARGET, push.person, contact(push)):
            return True
        with self._database.write() as session:
            receipts.renew(session, TARGET, asked(push), "asked")
        return False

    def _look(self, push: Push, said: Said) -> Known:
        """“同意” of a new person means the notice. A “1” or “好”, and every word of who agreed to an older notice, may mean
        a card as well: then it counts only when the present notice was shown within a day."""
        with self._database.read() as session:
            receipt = receipts.find(session, TARGET, push.key)
            person = people.find(session, channel=TARGET, value=push.person)
            if person is None or person.consent_version != consent.VERSION:
                plain = person is None and said.word == "agree"
                may_agree = plain or receipts.find(session, TARGET, asked(push)) is not None
                return Known(receipt=receipt, may_agree=may_agree)
            waits = said.word == "fetch" and bool(
                outbox.head(session, person.id, TARGET)
                or outbox.shown_in(session, person.id, self._reply_id(push))
                or messages.next_to_answer(session, person.id)
            )
            return Known(person.id, receipt=receipt, waits=waits)

    def _agree(self, push: Push, *, receipt: str | None) -> None:
        with self._database.write() as session:
            if receipt and not receipts.record(session, TARGET, push.key, receipt):
                return
            receipts.forget(session, TARGET, asked(push))
            person = people.find_or_create(session, channel=TARGET, value=push.person)
            if person.consent_version != consent.VERSION:
                people.record_consent(session, person.id, version=consent.VERSION, agreed=True)
                audit.record(session, "consent_given", actor="person")
            street = self._scanned.take(push.person)
            if street:
                people.scanned(session, person.id, street)
            come = contact(push)
            windows.open_window(session, person.id, come.trigger, come.stamp)

    def _scan(self, push: Push, *, known: bool) -> None:
        """Which street's code it was: the intake then need not ask."""
        street = scenes.street(push.event_key)
        if street is None:
            return
        if not known:
            self._scanned.put(push.person, street)
            return
        with self._database.write() as session:
            person = people.find(session, channel=TARGET, value=push.person)
            if person:
                people.scanned(session, person.id, street)

    def _erase(self, push: Push, reason: erasure.Reason) -> Reply:
        """Once per push: a late copy must not erase somebody who has come back."""
        with self._database.write() as session:
            person = people.find(session, channel=TARGET, value=push.person)
            answer = "erased_but_case" if person and erasure.kept_cases(session, person.id) else "erased"
            if not receipts.record(session, TARGET, push.key, answer):
                answer = receipts.find(session, TARGET, push.key) or answer
                return Reply(texts.RECEIPTS[answer])
            receipts.forget(session, TARGET, asked(push))
            if person:
                erasure.erase_person(session, person.id, reason=reason)
        self._database.checkpoint()
        return Reply(texts.RECEIPTS[answer])

    def _ask_to_forget(self, push: Push) -> Reply:
        """Whoever has a case in a lawyer's hands is told what stays before they decide."""
        with self._database.read() as session:
            person = people.find(session, channel=TARGET, value=push.person)
            kept = erasure.kept_cases(session, person.id) if person else 0
        return Reply(f"{texts.KEPT_CASE}\n{texts.FORGET}" if kept else texts.FORGET)

    def _reply_id(self, push: Push) -> str:
        """Names the reply to this push and its copies, without saying whose it is."""
        return self._database.keys.lookup("reply:wechat", push.key).hex()

    @staticmethod
    async def _in_thread(work: Callable[[], T]) -> T:
        return await to_thread.run_sync(work)


def asked(push: Push) -> str:
    """Names the receipt that this person was shown the present notice."""
    return f"asked:{consent.VERSION}:{push.person}"


def reading(text: str, card: dict[str, Any]) -> Meaning:
    """A number or a label is a choice of the last card; “法条” asks for the articles it cites."""
    choice = render.choice_of(text, card)
    return Meaning(choice) if choice else Meaning(text=render.articles_asked(text, card))


def contact(push: Push) -> Contact:
    """Which of WeChat's windows this push opens."""
    if push.is_menu_click:
        return Contact("menu", push.created)
    if push.kind == "event":
        return Contact("scan" if push.event == "scan" else "follow", push.created)
    return Contact("message", push.created)
