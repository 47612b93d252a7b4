"""`python -m desk`: the lawyers' desk, on loopback unless the settings say otherwise."""

from __future__ import annotations

import uvicorn

from desk.app import create_app
from settings import get_settings

if __name__ == "__main__":
    settings = get_settings()
    uvicorn.run(create_app(), host=settings.desk_host, port=settings.desk_port, access_log=False, log_level="warning")
