"""`python -m desk`: the staff page, on loopback unless the settings say otherwise."""

from __future__ import annotations

import uvicorn

from desk.app import create_app
from settings import get_settings

if __name__ == "__main__":
    settings = get_settings()
    uvicorn.run(
        create_app(settings), host=settings.desk_host, port=settings.desk_port, access_log=False, log_level="warning"
    )
