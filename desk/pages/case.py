"""One case: brief, conversation, what may be done. Live; two lawyers at it never overwrite each other."""

from __future__ import annotations

from nicegui import ui

from cases import matters
from cases.database import Session
from cases.errors import NotAllowedError
from cases.permissions import POLICIES, allowed
from cases.staff import Staff
from cases.status import KIND_LABELS, LABELS, Kind
from desk.counts import mark
from desk.labels import STREETS, URGENCY, ago, moment, topic_label
from desk.parts import actions, brief, group, side
from desk.parts.reply import Reply
from desk.parts.talk import Talk
from desk.rows import facts
from desk.shell import shell
from desk.view import View, page
from service import casework
from service.casework import CaseView

PANES = {"talk": "对话", "brief": "简报", "side": "办理"}


@page("/cases/{case_id}", "案件")
async def case(view: View) -> None:
    """In full for who may read it; otherwise what the queue shows, and the way to take it."""
    case_id = view.params["case_id"]
    # A look is audited, so it writes; who may not look does not stand in line for the database.
    if not await view.read(lambda s: allowed(view.actor(s), "look", matters.get(s, case_id))):
        await _masked(view, case_id)
        return
    found, actor = await view.write(lambda session: _look(session, view, case_id))
    with shell(view, wide=True):
        await CasePage(view, case_id).start(found, actor)


def _look(session: Session, view: View, case_id: str, *, again: bool = False) -> tuple[CaseView, Staff]:
    actor = view.actor(session)
    found = casework.case_view(session, case_id, actor, again=again)
    casework.seen(session, case_id, actor)
    return found, actor


async def _masked(view: View, case_id: str) -> None:
    """Before it is taken: facts without the person. Who came second reads the refusal and, above it, who was first."""
    with shell(view), ui.element("section").classes("panel") as place:
        pass

    async def changed() -> None:
        row, actor = await view.read(lambda s: (casework.queue_row(s, case_id, view.actor(s)), view.actor(s)))
        found = await view.read(lambda s: matters.get(s, case_id))
        if allowed(actor, "look", found):
            ui.navigate.reload()
            return
        place.clear()
        with place:
            with ui.element("div").classes("head"):
                _back()
                ui.label("；".join(row.reasons) or topic_label(row.topic)).classes("head__title")
                ui.label(URGENCY[row.urgency]).classes(f"chip chip--{row.urgency}")
                _kind(row.kind)
                ui.label(LABELS[row.status] + (f" · {row.owner_name}" if row.owner_name else "")).classes("chip")
            ui.label(" · ".join(facts(row)))
            ui.label("接手之后才能看到当事人、原话和联系方式。每次查看都有记录。").classes("hint")
            with ui.element("div").classes("toolbar"):
                actions.buttons(view, actor, found, changed)

    await changed()


def _kind(kind: Kind) -> None:
    """A chip for what is not simply a lawyer's."""
    if kind != "lawyer":
        ui.label(KIND_LABELS[kind]).classes("chip").props('data-box="kind"')


def _back() -> None:
    with ui.element("a").classes("head__back").props('href="/" aria-label="回到案件列表" title="回到案件列表"'):
        ui.icon("arrow_back")


class CasePage:
    """Parts that are drawn again when the case changed; conversation and reply box never are."""

    def __init__(self, view: View, case_id: str) -> None:
        self.view, self.case_id = view, case_id
        self.mark: tuple[int, int] | None = None
        self.drawn: CaseView | None = None
        self.head = ui.element("div").classes("head")
        with ui.element("div").classes("panes tabs"):
            for name, label in PANES.items():
                here = " tabs__tab--here" if name == "talk" else ""
                with ui.element("button").classes(f"tabs__tab{here}").props(f'type="button" data-pane-of="{name}"'):
                    ui.label(label)
        with ui.element("div").classes("bench").props('data-pane="talk"'):
            self.brief = ui.element("div").classes("pane pane--brief")
            with ui.element("div").classes("pane pane--talk"):
                self.talk = Talk()
                self.reply = Reply(view, case_id, self.look_again)
                self.shut = ui.element("div").classes("write__shut")
            self.side = ui.element("div").classes("pane pane--side side")

    async def start(self, found: CaseView, actor: Staff) -> None:
        self._draw(found, actor)
        await self._new_words(quiet=True)
        self.mark = await self.view.read(lambda s: mark(s, self.case_id))
        self.view.live(self.refresh)

    async def look_again(self) -> None:
        """After something was done here."""
        self.mark = await self.view.read(lambda s: mark(s, self.case_id))
        await self._redraw()
        await self._new_words()

    async def refresh(self) -> None:
        """Something in the database changed; was it this case?"""
        await self._new_words()
        now = await self.view.read(lambda s: mark(s, self.case_id))
        if now != self.mark:
            self.mark = now
            await self._redraw()

    async def _redraw(self) -> None:
        try:
            found, actor = await self.view.write(lambda session: _look(session, self.view, self.case_id, again=True))
        except NotAllowedError:  # handed over meanwhile: what stands here is not ours to read any more
            ui.navigate.reload()
            return
        self._draw(found, actor)

    async def _new_words(self, *, quiet: bool = False) -> None:
        run = self.view.write if self.talk.next == 0 else self.view.read  # the first look is kept in the audit
        entries = await run(
            lambda s: casework.entries(s, self.case_id, self.view.actor(s), after=self.talk.next, limit=500)
        )
        said = self.talk.add(entries)
        if said and not quiet:
            ui.run_javascript(f"deskNews({said})")
            await self.view.write(lambda s: casework.seen(s, self.case_id, self.view.actor(s)))

    def _draw(self, found: CaseView, actor: Staff) -> None:
        if found == self.drawn:  # buttons under somebody's finger stay
            return
        row, before, self.drawn = found.case, self.drawn, found
        if before is None or (before.case, before.names) != (found.case, found.names):
            self._draw_head(found, actor)
        self.brief.clear()
        with self.brief:
            names = [name for side_, name in found.parties if side_ == "opponent"]
            brief.show(found.brief, found.reasons, self.view.runtime.clock.today(), opponents=names)
            if found.group:
                group.show(found.group)
        drafts = self.side.descendants()  # a note half written stays
        kept = next((d.value for d in drafts if isinstance(d, ui.textarea)), "")
        self.side.clear()
        with self.side:
            side.show(self.view, actor, found, self.look_again)
        if kept:
            next(d for d in self.side.descendants() if isinstance(d, ui.textarea)).value = kept
        speaks = allowed(actor, "say", row) and row.status in POLICIES["say"]
        self.reply.place.set_visibility(speaks)
        self.shut.set_visibility(not speaks)
        self.shut.clear()
        with self.shut:
            ui.label(
                "案件"
                + LABELS[row.status]
                + "，现在由小法回复本人。"
                + ("接手后您来说话。" if row.status == "queued" else "")
            )

    def _draw_head(self, found: CaseView, actor: Staff) -> None:
        """What the case is and what may be done; a click on a button that is being replaced would be lost."""
        row, clock = found.case, self.view.runtime.clock
        self.head.clear()
        with self.head:
            _back()
            ui.label(f"{found.code}　{topic_label(row.topic)}").classes("head__title")
            ui.label(URGENCY[row.urgency_name]).classes(f"chip chip--{row.urgency_name}")
            _kind(row.kind)
            owner = " · ".join(found.names[id_] for id_ in (row.owner_id, row.second_id) if id_)
            ui.label(LABELS[row.status] + (f" · {owner}" if owner else "")).classes("chip")
            if row.street:
                ui.label(STREETS.get(row.street, row.street)).classes("chip")
            if row.promise_due_at:
                late = row.promise_due_at < clock.now()
                ui.label(("超过承诺 " if late else "承诺 ") + moment(row.promise_due_at)).classes(
                    "chip chip--bad" if late else "chip"
                )
            ui.label(f"本人最后说话：{ago(row.spoken_at, clock.now())}前").classes("hint")
            with ui.element("div").classes("head__do"):
                actions.buttons(self.view, actor, row, self.look_again)
