"""A joint claim in the chat: what a message means for it, and what is done. Called by the bot before a message goes to Rasa, under
the person's lease and in one transaction with the answer; the same message again is answered by what was stored."""

from __future__ import annotations

from datetime import date

from cases import groups
from cases.database import Session
from cases.groups import GroupError, Line, Member
from service import case_cards, casework, group_cards, group_claim, group_words
from service.cards import Card
from service.group_links import mine_path
from service.group_sums import Sums, sums
from service.wage_table import (
    CellError,
    TableError,
    WageLine,
    looks_like_line,
    looks_like_table,
    read_line,
    read_table,
)
from settings import get_settings
from settings.clock import SHANGHAI

KIND = "group:"
LONGEST_EMPLOYER = 40


def answer(
    session: Session,
    *,
    person_id: str,
    conversation_id: str,
    message_id: str,
    text: str,
    choice: str,
    in_words: bool = True,
) -> Card | None:
    """The card to say; None when the message is about something else. `choice`: what was picked, empty for words; `in_words`
    False: only what names a joint claim counts (a lawyer has the word)."""
    talk = _Talk(session, person_id, conversation_id, message_id)
    try:
        if choice:
            return talk.chosen(choice.removeprefix(KIND)) if choice.startswith(KIND) else None
        return talk.said(text, in_words)
    except (GroupError, TableError, CellError) as error:
        return group_cards.say(str(error))


def as_line(line: WageLine) -> Line:
    return Line(line.name, line.months, line.owed, line.period)


class _Talk:
    def __init__(self, session: Session, person_id: str, conversation_id: str, message_id: str) -> None:
        self.session, self.person_id = session, person_id
        self.conversation_id, self.message_id = conversation_id, message_id

    @property
    def today(self) -> date:
        return self.session.now.astimezone(SHANGHAI).date()

    def chosen(self, target: str) -> Card:
        wish, _, rest = target.partition(":")
        if wish == "start":
            return self.start()
        if wish == "hand":
            return self.hand_over()
        if wish == "join":
            code, _, how = rest.partition(":")
            return self.join(code, shares=how == "share")
        return group_cards.refused()

    def said(self, text: str, in_words: bool) -> Card | None:
        wish = group_words.wish(text)
        if wish and wish[0] == "join":
            return self.asked(wish[1])
        if wish and wish[0] == "start":
            return self.start()
        mine = groups.of_person(self.session, self.person_id)
        if wish and wish[0] != "employer":
            return self.about(wish[0], mine)
        if not in_words or not mine:
            return None
        if wish:
            return self.employer(mine[0], wish[1])
        if looks_like_table(text):
            return self.table(text, mine)
        if looks_like_line(text):
            return self.line(mine[0], text)
        return None

    def start(self) -> Card:
        group, lead = groups.start(self.session, self.person_id)
        return group_cards.started(group, get_settings().public_url.rstrip("/"), self.page(lead))

    def asked(self, code: str) -> Card:
        group = groups.by_code(self.session, code) if code else None
        if group is None:
            return group_cards.unknown(code) if code else group_cards.no_code()
        member = next((m for m in groups.of_person(self.session, self.person_id) if m.group_id == group.id), None)
        if member:
            return group_cards.mine(group, member, self.sums(member), self.page(member))
        if group.status != "open":
            return group_cards.say(groups.why_not_open(group))
        return group_cards.asked_to_join(group)

    def join(self, code: str, *, shares: bool) -> Card:
        group = groups.by_code(self.session, code)
        if group is None:
            return group_cards.unknown(code)
        member = groups.join(self.session, group, person_id=self.person_id, shares=shares)
        if member.owed is not None:
            return group_cards.mine(group, member, self.sums(member), self.page(member))
        return group_cards.joined(group)

    def about(self, wish: str, mine: list[Member]) -> Card:
        if not mine:
            return group_cards.none_here()
        if wish == "hand":
            return self.hand_over()
        if wish == "leave":
            groups.leave(self.session, mine[0])
            return group_cards.left()
        return group_cards.mine(
            groups.get(self.session, mine[0].group_id), mine[0], self.sums(mine[0]), self.page(mine[0])
        )

    def employer(self, member: Member, name: str) -> Card | None:
        group = groups.get(self.session, member.group_id)
        if member.role != "lead" or group.status == "handed":
            return None
        if len(name) > LONGEST_EMPLOYER:
            return group_cards.say(f"单位名称请写 {LONGEST_EMPLOYER} 个字以内，例如：单位：某某电子厂")
        groups.set_employer(self.session, member, name)
        return group_cards.employer_kept(name)

    def table(self, text: str, mine: list[Member]) -> Card | None:
        lead = next((each for each in mine if each.role == "lead"), None)
        if lead is None:
            return group_cards.say("只有发起人能贴全体的工资表。" + group_cards.OWN_LINE)
        table = read_table(text, self.today)
        count, told = groups.paste(self.session, lead, [as_line(line) for line in table.lines])
        return group_cards.tabled(table, count, told, self.sums(lead), self.page(lead))

    def line(self, member: Member, text: str) -> Card | None:
        if groups.get(self.session, member.group_id).status == "handed":
            return None
        told = groups.tell(self.session, member, as_line(read_line(text, self.today)))
        return group_cards.kept(told, self.sums(told), self.page(told))

    def hand_over(self) -> Card:
        mine = groups.of_person(self.session, self.person_id)
        lead = next((each for each in mine if each.role == "lead"), None)
        if lead is None:
            return (
                group_cards.none_here()
                if not mine
                else group_cards.say("只有发起人能把集体登记交给律师，请告诉发起人。")
            )
        opened = group_claim.hand_over(self.session, lead, self.conversation_id, self.message_id)
        promise = casework.promise(self.session, opened.id)
        place = casework.queue_place(self.session, opened.id)
        card = case_cards.opened(opened.code, place, promise.words, anonymous=True, nobody_now=False)
        return card.model_copy(update={"attachments": [self.page(lead)]})

    def sums(self, member: Member) -> Sums:
        return sums(groups.members(self.session, member.group_id))

    def page(self, member: Member) -> str:
        return mine_path(self.session, member.id)
