"""Writing to the person: canned replies, citations from the statute book, and a send that says a thing once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import uuid4

from nicegui import ui

from desk.parts.canned import canned
from desk.search import as_words
from desk.view import View
from service import casework
from service.cards import Citation

LONGEST = 4000


class Reply:
    """The box under the conversation. Its words stay while everything around it changes."""

    def __init__(self, view: View, case_id: str, sent: Callable[[], Awaitable[None]]) -> None:
        self.view, self.case_id, self.sent = view, case_id, sent
        self.key = uuid4().hex
        with ui.element("div").classes("write").props('data-sends="send"') as self.place:
            self.box = ui.textarea(placeholder="写给本人的话（r）。本人在微信或网页上看到，署您的姓名。")
            self.box.props(f'outlined dense autogrow maxlength={LONGEST} data-box="reply" aria-label="回复"').classes(
                "field"
            )
            with ui.element("div").classes("write__do"):
                ui.button("常用语", icon="bolt", on_click=view.on(self._canned)).props("flat dense")
                ui.button("法条", icon="gavel", on_click=view.on(self._cite)).props('flat dense data-do="cite"')
                ui.button("发送", on_click=view.on(self._send)).props('unelevated data-do="send"')

    async def _send(self) -> None:
        text = (self.box.value or "").strip()
        if not text:
            return
        key = self.key
        await self.view.write(
            lambda session: casework.say_to_person(session, self.case_id, self.view.actor(session), text, key=key)
        )
        if self.key == key:  # a second click in between has said nothing new and empties nothing
            self.key, self.box.value = uuid4().hex, ""
        await self.sent()

    def put(self, words: str) -> None:
        """Add words to what is being written."""
        before = (self.box.value or "").rstrip()
        self.box.value = f"{before}\n{words}" if before else words
        self.box.run_method("focus")

    async def _canned(self) -> None:
        await canned(self.view, self.put, lambda: (self.box.value or "").strip())

    def _use(self, words: str, dialog: ui.dialog) -> Callable[[], None]:
        def use() -> None:
            self.put(words)
            dialog.close()

        return use

    def _cite(self) -> None:
        with ui.dialog() as dialog, ui.card().classes("form"):
            ui.label("插入法条").classes("panel__title")
            ui.label("写法条名（民法典 577）或一句话（房东不退押金）。只列出今天有效、逐字核对过的条文。").classes(
                "hint"
            )
            box = ui.input(placeholder="法条或关键词").props("outlined dense autofocus maxlength=120")
            place = ui.element("div").classes("found").props('aria-live="polite"')

            async def look() -> None:
                query = (box.value or "").strip()
                if not query:
                    return
                found = await self.view.runtime.citations.find(query)
                place.clear()
                with place:
                    if found.away:
                        ui.label("检索服务没有响应，下面只按法条名精确查找。").classes("problem")
                    if not found.citations:
                        ui.label("没有找到。换个说法，或写全法律名称和条号。").classes("hint")
                    for citation in found.citations:
                        self._offer(citation, dialog)

            box.on("keydown.enter", self.view.on(look))
            with ui.element("div").classes("form__do"):
                ui.button("关上", on_click=dialog.close).props("flat")
                ui.button("查找", on_click=self.view.on(look)).props("unelevated")
        dialog.open()

    def _offer(self, citation: Citation, dialog: ui.dialog) -> None:
        with (
            ui.element("div")
            .classes("law")
            .on("click", self._use(as_words(citation), dialog))
            .props('role="button" tabindex="0"')
        ):
            ui.label(citation.label).classes("law__label")
            ui.label(citation.text or citation.note or "").classes("law__text")
