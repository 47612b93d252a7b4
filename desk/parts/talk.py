"""The conversation as it stands and goes on: new lines are added below, nothing is drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from cases.messages import Entry
from desk.labels import moment
from service.cards import Card

WHO = {"person": "本人", "bot": "小法", "lawyer": "律师", "system": "系统"}


class Talk:
    """`next`: the sequence number up to which everything is shown."""

    def __init__(self) -> None:
        self.next = 0
        self.place = ui.element("div").classes("talk").props('role="log" aria-label="对话" tabindex="0"')

    def add(self, entries: Sequence[Entry]) -> int:
        """Show what is new; returns how many lines the person wrote among them. A page just opened and a lawyer's own words go
        to the end; otherwise who reads further up is left there."""
        fresh = [entry for entry in entries if entry.seq > self.next]
        always = self.next == 0 or any(entry.author == "lawyer" for entry in fresh)
        with self.place:
            for entry in fresh:
                _say(entry)
        if fresh:
            self.next = fresh[-1].seq
            ui.run_javascript(f"deskBottom({str(always).lower()})")
        return sum(entry.author == "person" for entry in fresh)


def _say(entry: Entry) -> None:
    with ui.element("div").classes(f"said said--{entry.author}").props(f'id="m-{entry.id}"'):
        who = entry.author_name or WHO.get(entry.author, "")
        ui.label(f"{who}　{moment(entry.at)}").classes("said__who")
        ui.label(words(entry)).classes("said__words")


def words(entry: Entry) -> str:
    """What was said: the text, or of a card what a lawyer needs to know that it said."""
    if entry.text is not None:
        return entry.text
    if entry.card is None:
        return ""
    card = Card.model_validate({k: v for k, v in entry.card.items() if k in Card.model_fields})
    cited = "、".join(citation.label for citation in card.citations)
    lines = [f"【{card.title}】{card.conclusion}", *(f"· {step}" for step in card.steps)]
    if cited:
        lines.append(f"{'可能有关的法条' if card.found else '依据'}：{cited}")
    return "\n".join(lines)
