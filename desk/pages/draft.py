"""One draft: the FAQ as a form, what the machine finds wrong with it, and the way to a second reader."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from nicegui import ui

from cases import staff
from cases.content import Draft
from cases.permissions import allowed
from cases.staff import Staff
from desk.labels import topic_labels
from desk.pages.editor import STATUS
from desk.parts.ask import ask
from desk.shell import shell
from desk.view import View, page
from knowledge.schema import Faq
from service import drafting, published
from service.accounts import AccountError
from service.cards import Citation

LINES = {
    "variants": "问法（每行一句，至少 8 句，像人平时说的）",
    "steps": "怎么做（每行一步）",
    "evidence": "证据（每行一项）",
    "statutes": "依据（每行一条，如 劳动合同法第三十条）",
    "where": "去哪里（每行一处）",
    "lawyer_when": "什么时候找律师（每行一条）",
}
AUDIENCES = {"resident": "居民", "enterprise": "企业", "both": "都适用"}


@page("/editor/drafts/{draft_id}", "草稿")
async def draft(view: View) -> None:
    """The form, saved on purpose; checks at the side."""
    found, actor, author = await view.read(lambda s: _find(s, view))
    with shell(view):
        await DraftPage(view, found, actor, author).check()


def _find(session: Any, view: View) -> tuple[Draft, Staff, Staff | None]:
    actor = view.actor(session)
    found = drafting.get(session, actor, view.params["draft_id"])
    return found, actor, staff.get(session, found.author_id)


class DraftPage:
    def __init__(self, view: View, found: Draft, actor: Staff, author: Staff | None) -> None:
        self.view, self.found, self.version = view, found, found.version
        self.author = author.name if author else ""
        self.boxes: dict[str, Any] = {}
        open_ = found.status in ("draft", "review")
        reads = found.status == "review" and allowed(actor, "publish_content") and actor.id != found.author_id
        with ui.element("div").classes("head"):
            with ui.element("a").classes("head__back").props('href="/editor" aria-label="回到内容"'):
                ui.icon("arrow_back")
            ui.label("复核" if reads else "写解答").classes("head__title")
            ui.label(STATUS.get(found.status, "已发布" if found.status == "published" else "已放弃")).classes("chip")
            ui.label(f"作者 {self.author}").classes("hint")
            with ui.element("div").classes("head__do"):
                if open_:
                    ui.button("放弃", on_click=view.once(self._drop)).props("flat dense")
                    ui.button("保存并检查", on_click=view.once(self._save)).props(
                        'outline dense padding="5px 14px" data-do="save"'
                    )
                if found.status == "draft":
                    ui.button("提交复核", on_click=view.once(self._submit)).props(
                        'unelevated dense padding="5px 14px" data-do="submit"'
                    )
                if reads:
                    ui.button("退回", on_click=view.once(self._send_back)).props('outline dense padding="5px 14px"')
                    ui.button("读过，发布", on_click=view.once(self._publish)).props(
                        'unelevated dense padding="5px 14px" data-do="publish"'
                    )
        if found.remark:
            ui.label(f"复核人的意见：{found.remark}").classes("problem")
        with ui.element("div").classes("split"):
            with ui.element("section").classes("panel"):
                self._form()
            self.side = ui.element("section").classes("panel").props('aria-live="polite"')

    def _form(self) -> None:
        body = self.found.body
        with ui.element("div").classes("pair"):
            self.boxes["id"] = ui.input("编号（如 labour.wages.bonus）", value=body.get("id", ""))
            self.boxes["topic"] = ui.select(
                {"": "选话题", **topic_labels()},
                label="话题",
                value=body.get("topic") if body.get("topic") in topic_labels() else "",
            )
            self.boxes["audience"] = ui.select(AUDIENCES, label="适用", value=body.get("audience", "resident"))
        self.boxes["question"] = ui.input("问题（60 字以内）", value=body.get("question", ""))
        self.boxes["conclusion"] = ui.textarea(
            "结论（先说能不能、怎么办，120 字以内）", value=body.get("conclusion", "")
        )
        for name, label in LINES.items():
            self.boxes[name] = ui.textarea(label, value="\n".join(body.get(name) or []))
        self.boxes["deadline"] = ui.input("期限（没有就空着）", value=body.get("deadline") or "")
        for name, box in self.boxes.items():
            box.props(f'outlined dense autogrow data-field="{name}"').classes("field")

    def body(self) -> dict[str, Any]:
        """The FAQ as the form says; what the form does not show (guide, related) is kept."""
        kept = {key: value for key, value in self.found.body.items() if key not in (*self.boxes,)}
        typed: dict[str, Any] = {
            name: (box.value or "").strip() for name, box in self.boxes.items() if name not in LINES
        }
        for name in LINES:
            typed[name] = [line.strip() for line in (self.boxes[name].value or "").splitlines() if line.strip()]
        typed["deadline"] = typed["deadline"] or None
        return kept | typed

    async def check(self) -> list[str]:
        """Run the checks and show what they say, and the articles as they read today."""
        body, runtime = self.body(), self.view.runtime
        search, today = runtime.citations, runtime.clock.today()

        def run() -> tuple[list[str], list[Citation]]:
            _, entries = published.read(runtime.database)
            whole = published.with_published(search.content, entries)
            return drafting.problems(body, whole, search.book, today), search.gate().cite_all(body["statutes"])

        problems, citations = await to_thread.run_sync(run)
        self.side.clear()
        with self.side:
            ui.label("检查").classes("panel__title")
            if not problems:
                ui.label("没有发现问题：引用现行有效，没有个人信息。").classes("fine")
            for problem in problems:
                ui.label(problem).classes("problem")
            if citations:
                ui.label("依据今天的原文").classes("panel__title")
            for citation in citations:
                with ui.element("div").classes("law"):
                    ui.label(citation.label).classes("law__label")
                    ui.label(citation.text or citation.note or "").classes("law__text")
        return problems

    async def _save(self) -> None:
        body = self.body()
        await self.view.write(lambda s: drafting.save(s, self.view.actor(s), self.found.id, body, version=self.version))
        self.version += 1
        await self.check()
        ui.notify("保存好了", type="positive")
        if self.found.status == "review":
            ui.navigate.reload()

    async def _submit(self) -> None:
        await self._save()
        if await self.check():
            raise AccountError("还有没解决的问题，见右边的检查；改好再提交")
        await self.view.write(lambda s: drafting.submit(s, self.view.actor(s), self.found.id, version=self.version))
        ui.navigate.to("/editor")

    async def _publish(self) -> None:
        if self.body() != self.found.body | {k: v for k, v in self.body().items() if k not in self.found.body}:
            raise AccountError("您改了内容：改过的要先保存，再请另一个人复核")
        if await self.check():
            raise AccountError("还有没解决的问题，不能发布")
        faq, runtime = Faq.model_validate(self.found.body), self.view.runtime
        search, today = runtime.citations, runtime.clock.today()
        await self.view.write(
            lambda s: drafting.publish(
                s,
                self.view.actor(s),
                self.found.id,
                version=self.version,
                author_name=self.author,
                faq=faq,
                whole=search.content,
                book=search.book,
                on=today,
            )
        )
        ui.navigate.to("/editor")

    def _send_back(self) -> None:
        async def done(answer: dict[str, Any]) -> None:
            await self.view.write(
                lambda s: drafting.send_back(
                    s, self.view.actor(s), self.found.id, answer["reason"], version=self.version
                )
            )
            ui.navigate.to("/editor")

        ask(self.view, "退回", done, reason="要改什么", optional=False)

    async def _drop(self) -> None:
        await self.view.write(lambda s: drafting.drop(s, self.view.actor(s), self.found.id, version=self.version))
        ui.navigate.to("/editor")
