"""The calculators as forms: plain HTML, no JavaScript needed, nothing stored. What is typed goes in the body of a POST,
not in an address, and is forgotten with the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.actions_client import ActionsAwayError
from bot.services import services
from knowledge.calculators import CALCULATORS
from knowledge.calculators.scripts import PREFIX, CalculatorScript, HeardQuestion, load_scripts

AWAY = "暂时算不了，请过一会儿再试。着急请拨打 12348。"
MOST_FIELDS = 60


async def index(request: Request) -> Response:
    hub = services(request)
    hub.anyone(request)
    titles = [(name, CALCULATORS[name].title) for name in CALCULATORS]
    return HTMLResponse(hub.pages.html("calc_index.html", calculators=titles))


async def form(request: Request) -> Response:
    """The empty form (GET), or the form with its result (POST)."""
    hub = services(request)
    hub.anyone(request)
    script = load_scripts().get(PREFIX + request.path_params["name"])
    if script is None:
        raise HTTPException(404)
    if request.method != "POST":
        return HTMLResponse(_page(request, script, {}))
    filled = await _filled(request)
    try:
        said = await hub.actions.calculate(script.calculator, filled)
    except ActionsAwayError:
        return HTMLResponse(_page(request, script, filled, error=AWAY), 503)
    if "error" in said:
        return HTMLResponse(_page(request, script, filled, error=said["error"], field=said["field"]), 422)
    return HTMLResponse(_page(request, script, filled, card=said["card"]))


async def _filled(request: Request) -> dict[str, str]:
    try:
        pairs = parse_qsl((await request.body()).decode("utf-8"), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: value[:80] for name, value in pairs}


def _page(
    request: Request,
    script: CalculatorScript,
    filled: Mapping[str, str],
    *,
    card: dict[str, Any] | None = None,
    error: str | None = None,
    field: str | None = None,
) -> str:
    fields = [_field(question, script) for question in script.questions]
    return services(request).pages.html(
        "calc.html",
        title=CALCULATORS[script.calculator].title,
        name=script.calculator,
        usual=[f for f in fields if not f["demanded"]],
        rare=[f for f in fields if f["demanded"]],
        filled=filled,
        card=card,
        error=error,
        field=field,
    )


def _field(question: HeardQuestion, script: CalculatorScript) -> dict[str, Any]:
    """A question as a form field; `only` says for which answers of another question it counts."""
    return {
        "id": question.id,
        "ask": question.ask,
        "why": question.why,
        "type": question.type,
        "demanded": question.demanded,
        "choices": [(choice.id, choice.label) for choice in question.choices],
        "only": "；".join(_only(script, opener, wanted) for opener, wanted in question.when.items()),
    }


def _only(script: CalculatorScript, opener: str, wanted: str | tuple[str, ...]) -> str:
    asked = next(question for question in script.questions if question.id == opener)
    ids = (wanted,) if isinstance(wanted, str) else wanted
    labels = [choice.label for choice in asked.choices if choice.id in ids]
    return f"选了“{'、'.join(labels)}”才填" if labels else f"“{asked.ask.partition('？')[0]}？”空着才填"
