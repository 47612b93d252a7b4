"""The sanic application: rasa-sdk's webhook, `POST /search`, `POST /statute`, `POST /calculate`, `GET /healthz`."""

from __future__ import annotations

import asyncio
import gc
import hmac
import logging
import warnings
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.runtime import get_runtime, watch
from knowledge.calculators.core import CalculationError
from knowledge.statutes.citations import parse_one
from service.calculator_script import calculator
from settings import get_settings

SECRET_HEADER = "X-Xiaofa-Secret"  # noqa: S105  the name of a header
MOST_HITS = 50
# Answered before anybody asks: who came first would wait for the word cutter's dictionary.
REHEARSAL = "房东不退押金怎么办"


class Executor(ActionExecutor):  # type: ignore[misc]
    """Rasa 3.6 with selective domain sends no domain; rasa-sdk 3.21 would refuse the call and wait for one."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        return payload.get("domain") or {}


def build_app() -> Sanic[Any, Any]:
    """The application with every action of this package registered."""
    executor = Executor()
    executor.register_package("actions")
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    app.config.ACCESS_LOG = False
    app.add_route(_search, "/search", methods=["POST"], name="search")
    app.add_route(_statute, "/statute", methods=["POST"], name="statute")
    app.add_route(_calculate, "/calculate", methods=["POST"], name="calculate")
    app.add_route(_health, "/healthz", name="healthz")
    return app


def serve() -> None:
    """Load the index, then listen; a port that answers is a server that is ready."""
    # Rasa 3.6.21 and rasa-sdk 3.21.1 carry different numbers and the same protocol (tests/integration holds it).
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    settings = get_settings()
    get_runtime().answerer.answer(REHEARSAL)
    gc.freeze()  # content and index stay: a look through all of it would make everybody wait
    watch()
    build_app().run(
        host=settings.actions_host, port=settings.actions_port, single_process=True, access_log=False, motd=False
    )


def _allowed(request: Request) -> bool:
    return hmac.compare_digest(request.headers.get(SECRET_HEADER, ""), get_settings().secrets.channel_secret)


async def _health(_request: Request) -> HTTPResponse:
    engine = get_runtime().knowledge.engine
    return json({"status": "ok", **engine.size(), "articles_pending": engine.pending})


async def _search(request: Request) -> HTTPResponse:
    """`{"query", "k", "kind": "all|faq|statute"}` -> `{"hits": [{"kind", "id", "label", "score"}]}`."""
    if not _allowed(request):
        return json({"error": "unauthorised"}, status=401)
    body = request.json or {}
    query, kind = str(body.get("query") or "")[:600], body.get("kind", "all")
    k = min(MOST_HITS, max(1, int(body.get("k") or 10)))
    if not query.strip():
        return json({"hits": []})
    knowledge = get_runtime().knowledge
    result = await asyncio.to_thread(knowledge.engine.search, query, k)
    hits = []
    if kind in ("all", "faq"):
        hits += [
            {"kind": "faq", "id": h.id, "label": knowledge.content.faqs[h.id].question, "score": round(h.score, 4)}
            for h in result.faqs
        ]
    if kind in ("all", "statute"):
        for h in result.statutes:
            article = knowledge.engine.article(h.key)
            hits.append(
                {
                    "kind": "statute",
                    "id": h.key,
                    "label": f"《{article.law}》{article.label}",
                    "score": round(h.score, 4),
                }
            )
    return json({"hits": hits})


async def _statute(request: Request) -> HTTPResponse:
    """`{"law", "article"}` -> the verbatim article in force today, or 404 with a message for people."""
    if not _allowed(request):
        return json({"error": "unauthorised"}, status=401)
    body, knowledge = request.json or {}, get_runtime().knowledge
    try:
        parsed = parse_one(f"{body.get('law', '')}{body.get('article', '')}"[:120])
    except ValueError as error:
        return json({"error": str(error)}, status=404)
    found = knowledge.book.lookup(parsed.law or "", parsed.article, parsed.sub, on=knowledge.gate.on)
    if found.article is None:
        return json({"error": found.message}, status=404)
    citation = knowledge.gate.quote(found.article)
    return json(
        {
            "label": citation.label,
            "text": citation.text,
            "in_force_since": citation.in_force_since.isoformat(),
            "source": citation.source,
        }
    )


async def _calculate(request: Request) -> HTTPResponse:
    """`{"name", "answers": {question: text}}` -> `{"card"}`; 422 `{"error", "field"}` in words for people."""
    if not _allowed(request):
        return json({"error": "unauthorised"}, status=401)
    body, runtime = request.json or {}, get_runtime()
    interview = calculator(f"calc:{body.get('name')}")
    if interview is None:
        return json({"error": "没有这个计算器", "field": None}, status=404)
    try:
        card = interview.form_card(body.get("answers") or {}, runtime.clock.today(), runtime.knowledge.gate)
    except CalculationError as error:
        return json({"error": str(error), "field": error.field}, status=422)
    return json({"card": card.model_dump(mode="json")})
