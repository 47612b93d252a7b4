"""From a conversation and its intake to what a case opens with: the words triaged, the brief's material gathered, each line
with the message it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

from cases.transcripts import Utterance
from knowledge.calculators.core import CalculationError
from knowledge.content import Content
from knowledge.schema import Question
from service import interviews, said
from service.brief import Article, Brief, Event, Given, Line, Source, Spoken, Sum, build_brief
from service.cards import Card
from service.failures import failures_in_a_row
from service.gate import CitationGate
from service.helper import asked_for
from service.intake import REPORT, script, told_facts
from service.intake import SCRIPT_ID as INTAKE
from service.interviews import UNKNOWN, facts_by_question, sourced
from service.scripted import GuideInterview, Scripted
from service.triage import Due, Finding, Said, Signals, due_on, triage
from settings.clock import SHANGHAI

ANSWERS = ("answer", "guide", "result", "statute", "clarify")
STORY_LENGTH, TITLE_LENGTH = 400, 40
MOST_FAQS, MOST_ARTICLES = 5, 8


@dataclass(frozen=True)
class Told:
    """Another interview of the conversation: its script and answers."""

    script: Scripted
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Conversation:
    """What was said, and the other interviews answered in it."""

    utterances: Sequence[Utterance]
    told: Sequence[Told] = field(default_factory=tuple)


def words(utterances: Sequence[Utterance]) -> list[Said]:
    """What the person typed."""
    return [
        Said(message_id=u.message_id, text=u.text, on=u.at.astimezone(SHANGHAI).date())
        for u in utterances
        if u.author == "person" and u.typed and u.text
    ]


def questions(utterances: Sequence[Utterance]) -> list[Said]:
    """What the person typed that was answered as a question: the story so far."""
    answered = {u.reply_to for u in utterances if u.card and _is_answer(u.card)}
    return [each for each in words(utterances) if each.message_id in answered]


def known_before(conversation: Conversation) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """What an intake need not ask: answers by question, other facts to read back, and the message of each answer."""
    story = questions(conversation.utterances)
    known: dict[str, str] = {}
    sources: dict[str, str] = {}
    if story:
        known["story"] = "；".join(dict.fromkeys(each.text.strip() for each in story))[-STORY_LENGTH:]
        sources["story"] = story[-1].message_id
    for each in story:
        sums, count = said.amounts(each.text), said.people(each.text)
        if len(sums) == 1:
            known["amount"], sources["amount"] = f"{sums[0].normalize():f}", each.message_id
        if count:
            known["people"], sources["people"] = str(count), each.message_id
    facts: list[str] = []
    for told in conversation.told:
        facts += interviews.facts(told.script.script, told.answers)
        for question in interviews.asked_questions(told.script.script, told.answers):
            value = told.answers[question.id]
            if question.type == "amount" and value != UNKNOWN:
                known["amount"] = value
                sources["amount"] = sourced(told.answers).get(question.id, sources.get("story", ""))
    return known, list(dict.fromkeys(facts)), {q: m for q, m in sources.items() if m}


def findings(conversation: Conversation, answers: Mapping[str, Any], today: date, last: str) -> list[Finding]:
    """Why this should go to a lawyer, from all that was said and told."""
    sources = sourced(answers)
    pressing, pressed_in = _pressing(conversation.told, last)
    signals = Signals(
        failures=failures_in_a_row(conversation.utterances),
        amount=Decimal(answers["amount"]) if answers.get("amount", UNKNOWN) != UNKNOWN else None,
        people=int(Decimal(answers["people"])) if answers.get("people", UNKNOWN) != UNKNOWN else None,
        told=pressing,
        sources={**{name: sources.get(name, last) for name in ("amount", "people")}, "told": pressed_in},
    )
    return triage(words(conversation.utterances), today, signals, told_dues(answers, today, last))


def _pressing(told: Sequence[Told], last: str) -> tuple[str, str]:
    """What was answered in guides that makes their result send to a lawyer now, and the message that said so."""
    found: dict[str, str] = {}
    for each in told:
        if not isinstance(each.script, GuideInterview):
            continue
        read, where = facts_by_question(each.script.script, each.answers), sourced(each.answers)
        for part in interviews.outcomes(each.script.checklist, each.answers):
            if part.hand_on == "now":
                found |= {read[question]: where.get(question, last) for question in part.when if question in read}
    return "、".join(found), next(iter(found.values()), last)


def told_dues(answers: Mapping[str, Any], today: date, last: str) -> list[Due]:
    """The deadlines of the papers an intake was told about."""
    sources, found = sourced(answers), []
    for kind, question in ((answers.get("paper"), "paper_on"), ("hearing", "hearing_on")):
        value = answers.get(question, UNKNOWN)
        if kind in ("award", "judgment", "hearing") and value != UNKNOWN:
            try:
                found.append(due_on(str(kind), date.fromisoformat(value), today, sources.get(question, last)))
            except CalculationError:
                continue  # a day the calendar cannot count from: the fact itself is still in the brief
    return found


def _helper(utterances: Sequence[Utterance]) -> list[Line]:
    """That somebody else asks for the person concerned: whom to talk to, and whose consent is needed."""
    asked = [(asked_for(each.text or ""), each.message_id) for each in utterances if each.author == "person"]
    named = {who: id_ for who, id_ in reversed(asked) if who}
    return [Line(text=f"代问：替{who}来问的，当事人是{who}", message_id=id_) for who, id_ in named.items()]


def brief_of(
    conversation: Conversation,
    answers: Mapping[str, Any],
    found: Sequence[Finding],
    content: Content,
    gate: CitationGate,
    today: date,
    *,
    last: str,
    fitting: Sequence[str] = (),
    intake: str = INTAKE,
    topic: str | None = None,
) -> Brief:
    """`last`: the message that finished the intake; `fitting`: FAQs that fit the story, for when none was said; `intake`: the
    script of the intake; `topic`: as the person named it."""
    mine = told_facts(answers, intake)
    sources = sourced(answers)

    def lines(*names: str) -> list[Line]:
        return [Line(text=mine[n], message_id=sources.get(n, last)) for n in names if n in mine]

    told = [
        Line(text=text, message_id=sourced(t.answers).get(question, last))
        for t in conversation.told
        for question, text in facts_by_question(t.script.script, t.answers).items()
    ]
    faqs = _faqs(conversation.utterances, content, fitting, sources.get("story", last))
    guides = [t.script.id for t in conversation.told if t.script.id in content.guides]
    lists = [
        Line(text=text, message_id=f.message_id) for f in faqs if f.said for text in content.faqs[f.faq_id].evidence
    ]
    lists += [Line(text=text, message_id=last) for guide in guides for text in content.guides[guide].evidence]
    found_topic = content.faqs[faqs[0].faq_id].topic if faqs else content.guides[guides[0]].topic if guides else "other"
    cited = [(text, f.message_id) for f in faqs for text in content.faqs[f.faq_id].statutes]
    dues = told_dues(answers, today, last)
    cited += [(text, due.message_id) for due in [*dues, *(f.due for f in found if f.due)] for text in due.articles]
    story = answers.get("story", UNKNOWN)
    return build_brief(
        Given(
            title=_title(story),
            title_message_id=None if story == UNKNOWN else sources.get("story", last),
            topic=topic or found_topic,
            findings=list(found),
            dues=dues,
            facts=[*lines("dispute", "story", "happened", "tried", "reach", "paper", "paper_on", "hearing_on"), *told],
            wants=lines("want", "wish", "meet"),
            people=[*_helper(conversation.utterances), *lines("opponent", "people")],
            events=_events(conversation, answers, sources, last, intake),
            amounts=_sums(conversation, answers, sources, last, intake),
            held=lines("evidence"),
            lists=lists,
            faqs=faqs,
            articles=_articles(cited, gate),
            advised=_advised(conversation.utterances),
            transcript=_spoken(conversation.utterances),
            report_id=answers.get(REPORT),
            law_as_of=gate.on,
            last_message_id=last,
        )
    )


def _is_answer(card: Mapping[str, Any]) -> bool:
    return card.get("kind") in ANSWERS or (card.get("kind") == "notice" and card.get("confidence") is not None)


def _title(story: str) -> str:
    """The person's own words: an FAQ's title says more than they did."""
    if story == UNKNOWN:
        return "没有说经过"
    return story if len(story) <= TITLE_LENGTH else f"{story[: TITLE_LENGTH - 1]}…"


def _faqs(utterances: Sequence[Utterance], content: Content, fitting: Sequence[str], story: str) -> list[Source]:
    said_ids = {
        str(u.card["faq_id"]): u.reply_to or u.message_id
        for u in utterances
        if u.card and u.card.get("faq_id") in content.faqs
    }
    found = [
        Source(faq_id=faq_id, text=content.faqs[faq_id].question, message_id=message_id, said=True)
        for faq_id, message_id in said_ids.items()
    ]
    found += [
        Source(faq_id=faq_id, text=content.faqs[faq_id].question, message_id=story, said=False)
        for faq_id in fitting
        if faq_id in content.faqs and faq_id not in said_ids
    ]
    return found[:MOST_FAQS]


def _articles(cited: Sequence[tuple[str, str]], gate: CitationGate) -> list[Article]:
    found: dict[str, Article] = {}
    for text, message_id in cited:
        for citation in gate.cite(text):
            found.setdefault(citation.label, Article(citation=citation, message_id=message_id))
    return list(found.values())[:MOST_ARTICLES]


def _events(
    conversation: Conversation, answers: Mapping[str, Any], sources: Mapping[str, str], last: str, intake: str
) -> list[Event]:
    events = _dated(script(intake).questions, answers, sources, last)
    for told in conversation.told:
        events += _dated(told.script.script.questions, told.answers, sourced(told.answers), last)
    for each in questions(conversation.utterances):
        day = said.day_said(each.text, each.on)
        if day and day != each.on:
            events.append(Event(on=day, text=f"本人说到的日子：{each.text[:80]}", message_id=each.message_id))
    return events


def _dated(asked: Sequence[Question], answers: Mapping[str, Any], sources: Mapping[str, str], last: str) -> list[Event]:
    return [
        Event(
            on=date.fromisoformat(answers[q.id]),
            text=(q.fact or q.ask).replace("{value}", answers[q.id]),
            message_id=sources.get(q.id, last),
        )
        for q in asked
        if q.type == "date" and answers.get(q.id, UNKNOWN) != UNKNOWN
    ]


def _sums(
    conversation: Conversation, answers: Mapping[str, Any], sources: Mapping[str, str], last: str, intake: str
) -> list[Sum]:
    told = [(script(intake).questions, answers, sources)]
    told += [(t.script.script.questions, t.answers, sourced(t.answers)) for t in conversation.told]  # type: ignore[misc]
    sums = [
        Sum(
            value=Decimal(given[q.id]),
            text=(q.fact or q.ask).replace("{value}", given[q.id]),
            message_id=where.get(q.id, last),
        )
        for asked, given, where in told
        for q in asked
        if q.type == "amount" and given.get(q.id, UNKNOWN) != UNKNOWN
    ]
    for each in questions(conversation.utterances):
        sums += [
            Sum(value=value, text=f"本人说到 {value.normalize():f} 元", message_id=each.message_id)
            for value in said.amounts(each.text)
        ]
    return sums


def _advised(utterances: Sequence[Utterance]) -> list[Line]:
    return [
        Line(text=Card.model_validate(u.card).conclusion, message_id=u.message_id)
        for u in utterances
        if u.card and u.card.get("kind") in ("answer", "guide", "result", "safety", "statute")
    ]


def _spoken(utterances: Sequence[Utterance]) -> list[Spoken]:
    return [
        Spoken(
            message_id=u.message_id,
            author=cast(Any, u.author),
            text=u.text if u.text is not None else str((u.card or {}).get("conclusion", "")),
            at=u.at,
        )
        for u in utterances
    ]
