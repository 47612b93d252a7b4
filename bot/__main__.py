"""`python -m bot`: the front door, until it is told to stop."""

from __future__ import annotations

import uvicorn

from bot.app import create_app
from bot.telemetry import configure_logging
from settings import get_settings


def main() -> None:
    settings = get_settings()
    configure_logging(settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.bot_host,
        port=settings.bot_port,
        log_config=None,  # ours is in place
        access_log=False,  # addresses and query strings are not ours to keep; the middleware logs route and status
        server_header=False,
        proxy_headers=False,  # `trusted_proxies` decides, see bot.limits
        timeout_graceful_shutdown=30,
        timeout_keep_alive=30,
    )


if __name__ == "__main__":
    main()
