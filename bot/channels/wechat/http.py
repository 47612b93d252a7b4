"""One call to WeChat's API: raw UTF-8 out, JSON in, every way it can fail named. Addresses carry the access token, so
neither they nor the library's own errors (which hold them) leave this module."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from bot.channels.wechat import errors
from bot.channels.wechat.errors import AwayError, UncertainError

TIMEOUTS = httpx.Timeout(8.0, connect=3.0)
BACK_OFF = (0.3, 0.9)  # pauses before the second and third try of a call that may be repeated
MESSAGE_LENGTH = 200
Body = dict[str, Any]
T = TypeVar("T")

for name in ("httpx", "httpcore"):  # they log whole addresses
    logging.getLogger(name).setLevel(logging.WARNING)


def open_http(base: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client for the API at `base`; `transport` replaces the network in tests."""
    return httpx.AsyncClient(base_url=base, timeout=TIMEOUTS, transport=transport, trust_env=False)


async def call(
    http: httpx.AsyncClient, path: str, body: Body | None = None, *, query: dict[str, str] | None = None
) -> Body:
    """POST `body`, or GET without one; the JSON object that came back. Raises WeChatError."""
    # `ignore`: a lone surrogate has no UTF-8 form, and nobody could have read it anyway.
    raw = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="ignore")
    return _answer((await _asked(http, path, raw, query)).content)


async def download(http: httpx.AsyncClient, path: str, query: dict[str, str]) -> tuple[str, bytes]:
    """A file: its media type and its bytes. Refusals come as JSON in its place. Raises WeChatError."""
    response = await _asked(http, path, None, query)
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in ("application/json", "text/plain") and response.content[:1] == b"{":
        _answer(response.content)
    return media_type, response.content


async def _asked(http: httpx.AsyncClient, path: str, raw: bytes | None, query: dict[str, str] | None) -> httpx.Response:
    headers = {} if raw is None else {"Content-Type": "application/json; charset=utf-8"}
    method = "GET" if raw is None else "POST"
    try:
        response = await http.request(method, path, params=query, content=raw, headers=headers)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise AwayError(0, type(error).__name__) from None
    except httpx.HTTPError as error:
        raise UncertainError(0, type(error).__name__) from None
    if response.status_code != httpx.codes.OK:
        raise UncertainError(0, f"HTTP {response.status_code}")
    return response


def _answer(content: bytes) -> Body:
    try:
        answer = json.loads(content)
    except ValueError:
        raise UncertainError(0, "not JSON") from None
    if not isinstance(answer, dict):
        raise UncertainError(0, "not an object")
    code = answer.get("errcode", 0)
    if code != 0:
        raise errors.of(code if isinstance(code, int) else 0, str(answer.get("errmsg", ""))[:MESSAGE_LENGTH])
    return answer


def needed(answer: Body, name: str) -> Any:
    """A field that the answer must have; one without it is no usable answer."""
    if name not in answer:
        raise UncertainError(0, f"no {name}")
    return answer[name]


async def repeated(work: Callable[[], Awaitable[T]]) -> T:
    """For calls that may be carried out twice without harm: up to three tries while WeChat is busy or away."""
    for pause in BACK_OFF:
        try:
            return await work()
        except (AwayError, UncertainError):
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 only spreads the load
    return await work()
