"""Adding a file to a case: first for whom, then which; what it is and how big is checked by `service.casework`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from cases.database import Session
from desk.view import View
from service import casework
from service.casework.attachments import ENDINGS, KNOWN

INSIDE, TO_PERSON = "inside", "person"
DONE = {INSIDE: "附件存好了，只有同事看得到", TO_PERSON: "文件发给本人了"}


def attach(view: View, case_id: str, changed: Callable[[], Awaitable[None]], *, speaks: bool) -> None:
    """Open the dialog. `speaks`: the lawyer has the word now, so it may be sent on."""
    most = view.runtime.settings.max_attachment
    whom = {INSIDE: "只给同事看", **({TO_PERSON: "发给本人（他在网页或微信里收到链接）"} if speaks else {})}
    with ui.dialog() as dialog, ui.card().classes("form"):
        ui.label("添加附件").classes("panel__title")
        chosen = ui.radio(whom, value=INSIDE).props('data-do="whom"')
        if not speaks:
            ui.label("案件现在由小法回复，接手或继续办理后才能把文件发给本人。").classes("hint")
        ui.label(f"{KNOWN}，最大 {most // 1_000_000} MB。").classes("hint")

        async def take(event: UploadEventArguments) -> None:
            name, content, aim = event.file.name, await event.file.read(), chosen.value
            box.reset()
            settings = view.runtime.settings

            def keep(session: Session) -> None:
                actor = view.actor(session)
                if aim == TO_PERSON:
                    casework.send_file(session, settings, case_id, actor, name=name, content=content)
                else:
                    casework.attach(session, settings.data_dir, case_id, actor, name=name, content=content)

            await view.write(keep)
            dialog.close()
            ui.notify(DONE[aim], type="positive")
            await changed()

        guarded = view.once(take)
        box = ui.upload(
            max_file_size=most,
            auto_upload=True,
            on_upload=lambda event: guarded(event),
            on_rejected=lambda: ui.notify(f"文件太大，最多 {most // 1_000_000} MB，没有上传", type="negative"),
        )
        box.props(f'accept="{",".join(ENDINGS.values())}"').style("display: none")  # one button does, and in our words
        with ui.element("div").classes("form__do"):
            ui.button("关上", on_click=dialog.close).props("flat")
            pick = ui.button("选文件并上传").props("unelevated")
            pick.on(
                "click", js_handler=f"() => getElement({box.id}).$refs.qRef.pickFiles()"
            )  # browsers want the click itself
    dialog.open()
