"""The channel put together: one object for the bot, and the same delivery for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import APIRouter

from bot.channels.wechat import endpoint, render, voices
from bot.channels.wechat.answers import Answers
from bot.channels.wechat.client import WeChatClient, open_client
from bot.channels.wechat.crypto import Gatekeeper
from bot.channels.wechat.delivery import Delivery
from bot.channels.wechat.links import Links
from bot.channels.wechat.offers import Offers, Parts
from bot.channels.wechat.pictures import Pictures
from bot.router import Router
from cases.database import Database
from settings import Settings
from settings.clock import Clock


@dataclass(frozen=True)
class Channel:
    """`routes` go into the bot's application; `close` when it stops."""

    routes: APIRouter
    answers: Answers
    client: WeChatClient

    async def close(self) -> None:
        await self.client.close()


def open_channel(
    settings: Settings,
    database: Database,
    router: Router,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Channel:
    """For the bot. `transport` replaces WeChat's API in tests. Raises ValueError for a recogniser that is not there."""
    recogniser = voices.load(settings.wechat_recogniser)
    client = open_client(settings, database, transport)
    offers = Offers(database, parts(settings, database.clock), service=has_service(settings))
    pictures = Pictures(database, settings, client.picture)
    hearing = voices.Voices(recogniser, client.voice) if recogniser else None
    answers = Answers(database, router, settings, offers, client.typing, pictures, hearing)
    routes = endpoint.routes(Gatekeeper.of(settings), answers, database.clock, settings.wechat_seconds)
    return Channel(routes, answers, client)


def open_delivery(
    settings: Settings, database: Database, *, transport: httpx.AsyncBaseTransport | None = None
) -> Delivery:
    """For the worker."""
    saying = parts(settings, database.clock)
    offers = Offers(database, saying, service=has_service(settings))
    return Delivery(database, open_client(settings, database, transport), settings, offers, saying)


def has_service(settings: Settings) -> bool:
    """Whether the settings allow customer-service messages at all."""
    return settings.wechat_customer_service and bool(settings.wechat_app_secret.get_secret_value())


def parts(settings: Settings, clock: Clock) -> Parts:
    """Cards as messages, each with the link to its page."""
    links = Links(settings, clock)

    def saying(card_id: str, card: dict[str, Any]) -> list[str]:
        return render.messages(card, link=links.to_card(card_id))

    return saying
