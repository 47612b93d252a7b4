"""The joint claim of a case: heads, total, ranges, who represents, every line, and the table to take along."""

from __future__ import annotations

from decimal import Decimal

from nicegui import ui

from cases.groups import Member
from knowledge.calculators.core import plain, yuan
from service.casework import JointClaim
from service.group_sums import sums
from service.group_table import source


def show(claim: JointClaim) -> None:
    with (
        ui.element("section").classes("brief").props('aria-label="集体登记"'),
        ui.element("div").classes("brief__part"),
    ):
        ui.label(f"集体登记 {claim.group.code}").classes("brief__title")
        if claim.group.employer:
            ui.label(f"单位：{claim.group.employer}").classes("brief__line")
        for text in sums(claim.members).lines():
            ui.label(text).classes("brief__line")
        ui.label(f"代表（网上提名，还要书面推选）：{_representatives(claim.members)}").classes("brief__line")
        with ui.element("div").classes("toolbar"):
            for kind in ("csv", "xlsx"):
                address = f"/groups/{claim.group.case_id}.{kind}"
                with ui.element("a").classes("save").props(f'href="{address}" download'):
                    ui.icon("download")
                    ui.label(f"导出 {kind.upper()}")
        with ui.expansion(f"逐人名单（{len(claim.members)}）").props("dense"), ui.element("div").classes("rows"):
            for each in claim.members:
                with ui.element("div").classes("row-card"), ui.element("div").classes("row-card__main"):
                    ui.label(_line(each)).classes("row-card__title")
                    ui.label(source(each)).classes("hint")


def _representatives(members: list[Member]) -> str:
    named = [each.name or "发起人（没填姓名）" for each in members if each.role != "member"]
    return "、".join(named) or "还没有"


def _line(each: Member) -> str:
    if each.owed is None:
        return "还没有填"
    return f"{each.name}　{plain(each.months or Decimal(0))} 个月　{yuan(each.owed)}"
