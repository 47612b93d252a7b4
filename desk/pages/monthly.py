"""The month in numbers, for supervisors: on the page, as a spreadsheet, in print."""

from __future__ import annotations

from nicegui import ui

from cases import content as store
from cases.database import Session
from cases.staff import Staff
from desk.content import content
from desk.shell import heading, shell
from desk.view import View, page
from knowledge.places import load_directory
from service.monthly import Month, MonthError, Report, Section, monthly
from service.monthly.report import NOTE
from service.published import with_published


def report(session: Session, actor: Staff, month: Month) -> Report:
    """The report, in the words of our content. Raises cases.errors.NotAllowedError."""
    whole = with_published(content(), store.published(session))
    return monthly(
        session,
        actor,
        month,
        topics={topic.id: topic.label for topic in whole.topics.values()},
        faq_topics={faq.id: faq.topic for faq in whole.faqs.values()},
        directory=load_directory(),
    )


@page("/monthly", "月报")
async def month(view: View) -> None:
    """One month; another one is chosen above."""
    today = view.runtime.clock.today()
    try:
        wanted = Month.read(view.query.get("month") or f"{today:%Y-%m}", today)
    except MonthError as wrong:
        with shell(view):
            heading("月报", str(wrong))
            ui.link("看这个月的", "/monthly")
        return
    found = await view.read(lambda session: report(session, view.actor(session), wanted))
    with shell(view):
        heading(found.title, found.about)
        with ui.element("div").classes("toolbar"):
            months = {str(one): one.words for one in Month.latest(today)}
            picked = ui.select({**months, str(found.month): found.month.words}, value=str(found.month))
            picked.props('outlined dense aria-label="月份"')
            picked.on_value_change(lambda: ui.navigate.to(f"/monthly?month={picked.value}"))
            for kind, label in (("xlsx", "下载表格（Excel）"), ("pdf", "下载 PDF")):
                with ui.element("a").classes("save").props(f'href="/monthly.{kind}?month={found.month}" download'):
                    ui.icon("download")
                    ui.label(label)
        ui.label(NOTE).classes("hint")
        with ui.element("div").classes("charts"):
            for section in found.sections:
                _section(section)
            _lines("满意度", [found.stars_words])
            _lines("没答好的问题", found.gaps, "至少 5 个人问过、没有把握或被评为没用的；个人信息已去掉。")
            _lines("要重新核实的服务点", [f"{name}：{why}" for name, why in found.places])


def _section(section: Section) -> None:
    with ui.element("section").classes("panel"):
        ui.label(section.title).classes("panel__title")
        if section.empty:
            ui.label(section.empty).classes("hint")
            return
        most = max(count for _, count in section.shown.rows)
        with ui.element("div").classes("tally"):
            for name, count in section.shown.rows:
                ui.label(name).classes("tally__name")
                ui.element("div").classes("tally__bar").style(f"width: {max(1, round(100 * count / most))}%")
                ui.label(f"{count:,}").classes("tally__count")
        ui.label(f"合计 {section.shown.total:,} {section.unit}。{section.note}").classes("hint")


def _lines(title: str, lines: list[str], note: str = "") -> None:
    with ui.element("section").classes("panel"):
        ui.label(title).classes("panel__title")
        if note:
            ui.label(note).classes("hint")
        for line in lines or ["没有"]:
            ui.label(line).classes("item__text")
