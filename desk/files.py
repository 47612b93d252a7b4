"""What the desk gives out that is not a page: attachments and tables. Never shown by the browser, always saved."""

from __future__ import annotations

from fastapi import APIRouter

routes = APIRouter()
