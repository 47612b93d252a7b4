"""What a message means after the one before it, and several questions in one message, answered one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.search.content_index import FaqHit
from knowledge.search.engine import SearchResult
from service.answering import ANOTHER_MATTER, ASK_AGAIN, CERTAIN_ENOUGH, Answerer
from service.calculator_script import CalculatorInterview, calculator_about
from service.cards import Card
from service.choices import choice
from service.danger import detect
from service.followups import asks_for_law, is_part, narrowed
from service.normalise import normalise
from service.several import names_more, questions
from service.skills import unbuilt_skills, wants_a_number

MOST_FITTING = 5  # entries among which one of the topic says that a message may belong to it
STORY = 120  # characters: a message longer than this tells more than it asks
MOST_AT_ONCE, MOST_OFFERED = 3, 5  # questions of one message that are answered in one turn, and offered next
# An entry may be what a follow-up means from this product of its shares on: found by the message alone, and together with the
# question before. Not found together, it counts as `UNSEEN`, so that only a clear hit of the message alone is asked about.
WORTH_ASKING, UNSEEN = 0.001, 0.0035
POINTS = 0.5  # share of all entries' probability: a message points to one of them plainly

LATER = "您像是想问上面这一句。想现在就问，点“先不说了”，再把话发一遍；答过的都给您记着。"
BETWEEN = {"notice", "places", "statute", "story", "safety", "handoff", "question"}

_GUIDE = re.compile(r'"guide:(?P<id>[^"]+)"')
_MADE_OF = re.compile(r'"(?P<entry>(?:guide:guide\.|faq:)(?P<topic>[\w-]+\.)[^"]+)"')


def in_thread(answerer: Answerer, text: str, question: str, before: Card | None) -> Card:
    """The card for a message that asks on after `question`, which was met with the card `before`.

    The message by itself where it is answered within the same topic, else together with the question; what was just said is
    not said again while something else of the topic may be meant."""
    alone, together = answerer.search(text), answerer.search(f"{question}，{text}")
    topic, (kind, sure) = _topic(before), answerer.verdict(alone)
    if kind == "answer" and (alone.faqs[0].id.startswith(topic) or sure >= CERTAIN_ENOUGH):
        return answerer.answer(text)
    card = answerer.answer(f"{question}，{text}")
    near = _near(alone, together, topic)
    problem = _problem(answerer, alone, before)
    # What the message alone points to plainly comes before what is found for both together.
    said = (card.faq_id, before.faq_id if before else None)
    plain = [hit for hit in alone.faqs[:1] if hit in near and hit.score >= POINTS and hit.id not in said]
    if card.kind == "answer" and not (problem or plain or _repeats(before, card)):
        return card
    near = [*plain, *(hit for hit in near if hit not in plain)]
    if not near and kind in ("answer", "guide") and _repeats(before, card):  # it says something of its own
        near = [hit for hit in together.faqs if hit.id not in said]
    if problem:
        return answerer.guide_first(problem, replace(together, faqs=near), sure)
    new = before is not None and topic and near and near[0].id != before.faq_id
    if new and kind != "offtopic" and (plain or card.kind == "guide" or _repeats(before, card)):
        return answerer.clarify(replace(together, faqs=near), sure)
    problem = _problem(answerer, together, before)
    return answerer.guide_first(problem, together, sure) if problem else card


def thread_card(cards: Sequence[Card], text: str) -> tuple[Card | None, Card | None]:
    """Of what was said, newest first: the card that a message asks on about, and that card cut to what it asks for.

    Thanks, places and articles in between do not end a matter, nor does a choice among questions of the same topic."""
    topic, told = "", None
    for card in cards:
        if card.kind == "clarify":
            topic, told = topic or _topic(card), told or card
        elif card.kind not in BETWEEN:
            part = narrowed(card, text) if _topic(card).startswith(topic) else None
            if part or not is_part(card):
                return told or card, part
    return told, None


def grounded(answerer: Answerer, part: Card, before: Card | None, text: str) -> Card:
    """A part of the card `before`; where it is the law that is asked for, with all that the FAQ or the guide rests on: a card
    cites what fits the question it met."""
    guide = _guide(before)
    if not asks_for_law(text):
        return part
    if part.faq_id in answerer.content.faqs:
        whole = answerer.faq_card(part.faq_id)
    elif before and before.kind == "guide" and guide in answerer.content.guides:
        whole = answerer.guide_card(guide)
    else:
        return part
    return part.model_copy(update={"citations": whole.citations, "law_as_of": whole.law_as_of})


def sum_about(card: Card | None) -> CalculatorInterview | None:
    """The calculator for the problem of a card."""
    guide = _guide(card)
    return calculator_about(guide) if guide else None


def aside(answerer: Answerer, text: str, intent: str, script_id: str) -> Card:
    """What is said in the middle of an interview and does not answer its question: met, without choices, so that the
    interview goes on. `intent` is what Rasa heard."""
    script = answerer.scripted(script_id)
    guide_id = script.guide if isinstance(script, CalculatorInterview) else script_id
    guide = answerer.content.guides.get(guide_id or "")
    about = answerer.guide_card(guide.id) if guide else None
    card = narrowed(about, normalise(text)) if about else None
    if card is None and intent in unbuilt_skills() and wants_a_number(intent, text):
        card = answerer.unbuilt(intent)
    elif card is None:
        card = answerer.answer(text)
        if guide and card.kind != "answer" and _fits(answerer, text, _topic(about)):
            card = in_thread(answerer, text, guide.title, about)
        if card.kind == "clarify" and about and _topic(card) == _topic(about):
            return Card(kind="notice", title=card.choices[0].label, conclusion=LATER)
        if card.kind == "clarify":
            return Card(kind="notice", title="这像是另一件事", conclusion=ANOTHER_MATTER)
        if card.kind == "notice":
            return Card(kind="notice", title="再问一次", conclusion=ASK_AGAIN)
    return card.model_copy(update={"choices": []})


def one_by_one(answerer: Answerer, text: str) -> list[Card]:
    """The answers to several questions in one message, each once; empty when it asks one thing. Of many, the first are
    answered and the others offered."""
    asked = [] if detect(text) else questions(text)
    cards: list[Card] = []
    for number, question in enumerate(asked[:MOST_AT_ONCE]):
        card = _next(answerer, question, asked[number - 1], cards[-1]) if cards else answerer.answer(question)
        if not any(_repeats(before, card) for before in cards):
            cards.append(card if _told(card) else card.model_copy(update={"title": question[:80]}))
    if len(cards) < 2 or not _several(text, cards):
        return []  # one thing said in several ways: what is meant shows in the whole
    left = asked[MOST_AT_ONCE:]
    return [*cards, _left(answerer, left)] if left else cards


def _several(text: str, cards: Sequence[Card]) -> bool:
    """Whether the parts of a message are questions of their own: most are answered, or the person says so. Whoever tells a long
    story asks in passing ("谁知道他…") and says 另外 without meaning another matter."""
    answered = sum(map(_told, cards))
    return 2 * answered > len(cards) or (len(text) <= STORY and (names_more(text) or answered > 0))


def _next(answerer: Answerer, text: str, question: str, before: Card) -> Card:
    """The answer to a question after another of the same message: about the same matter when its words fit there."""
    card, topic = answerer.answer(text), _topic(before)
    if card.kind == "answer" and (card.confidence or 0.0) >= CERTAIN_ENOUGH:
        return card
    together = in_thread(answerer, text, question, before) if _fits(answerer, text, topic) else card
    return together if _told(together) and not _repeats(before, together) else card


def _near(alone: SearchResult, together: SearchResult, topic: str) -> list[FaqHit]:
    """The entries of the topic that the message may mean, likeliest first."""
    shares = {hit.id: hit.score for hit in together.faqs}
    worth = {hit: hit.score * max(shares.get(hit.id, 0.0), UNSEEN) for hit in alone.faqs if hit.id.startswith(topic)}
    return sorted((hit for hit in worth if worth[hit] >= WORTH_ASKING), key=worth.__getitem__, reverse=True)


def _problem(answerer: Answerer, result: SearchResult, before: Card | None) -> str | None:
    """The guide of the same topic whose problem a text surely is, unless it is the one already named."""
    meant = answerer.meant(result)
    return meant if meant and meant.startswith(f"guide.{_topic(before)}") and meant != _guide(before) else None


def _fits(answerer: Answerer, text: str, topic: str) -> bool:
    """Whether a message that is not surely answered by itself may belong to the topic."""
    return bool(topic) and any(hit.id.startswith(topic) for hit in answerer.search(text).faqs[:MOST_FITTING])


def _left(answerer: Answerer, asked: Sequence[str]) -> Card:
    """The questions not answered yet, to choose from where something is found."""
    found: list[tuple[str, str]] = []
    for question in asked[:MOST_OFFERED]:
        card = answerer.answer(question)
        meant = next(filter(None, (_MADE_OF.search(each.payload) for each in card.choices)), None)
        if card.faq_id:
            found.append((question, f"faq:{card.faq_id}"))
        elif meant:
            found.append((question, meant["entry"]))
    return Card(
        kind="clarify",
        title=f"还有 {len(asked)} 个问题",
        conclusion="您问了好几件事，上面先答了前几件。接着说哪一件？没列在选项里的，单独发给我，我再答。",
        steps=list(asked),
        choices=[choice(number, question, to) for number, (question, to) in enumerate(found, 1)],
    )


def _told(card: Card) -> bool:
    return card.kind in ("answer", "guide")


def _topic(card: Card | None) -> str:
    """What a card is about, as the ids of content begin ("labour."); empty when it does not say."""
    if card is None:
        return ""
    if card.faq_id:
        return card.faq_id[: card.faq_id.index(".") + 1]
    named = next(filter(None, (_MADE_OF.search(each.payload) for each in card.choices)), None)
    return named["topic"] if named else ""


def _guide(card: Card | None) -> str | None:
    """The guide whose questions a card offers."""
    found = (_GUIDE.search(each.payload) for each in card.choices) if card else ()
    return next((guide["id"] for guide in found if guide), None)


def _repeats(before: Card | None, card: Card) -> bool:
    """Whether `card` says again what `before` said, or only names the problem it already named."""
    if before is None or not _told(card):
        return False
    return card.faq_id == before.faq_id if card.faq_id else _guide(card) == _guide(before) is not None
