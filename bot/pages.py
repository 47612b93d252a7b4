"""The chat page and its files: read once, compressed once, served from memory.

Files are addressed under a hash of them all (`/static/<hash>/chat.js`): modules that import each other by relative path
get one consistent version, which a browser may keep for ever. `/static/chat.js` works too and is checked each time.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.cards import Card

WEB = Path(__file__).parent / "web"
FOREVER = "public, max-age=31536000, immutable"
CHECKED = "no-cache"
PACKED = {".js", ".css", ".svg", ".html", ".json", ".webmanifest", ".txt"}
_BLANK = Card(kind="notice", conclusion="").model_dump(mode="json")  # an older card may lack a newer field
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class Asset:
    body: bytes
    packed: bytes | None
    kind: str
    etag: str

    @classmethod
    def of(cls, body: bytes, suffix: str) -> Asset:
        kind = TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        packed = gzip.compress(body, 9, mtime=0) if suffix in PACKED else None
        return cls(body, packed, kind, hashlib.sha256(body).hexdigest()[:20])

    def respond(self, request: Request, cache: str) -> Response:
        packed = self.packed if "gzip" in request.headers.get("accept-encoding", "") else None
        etag = f'"{self.etag}{"-gz" if packed else ""}"'
        headers = {"Cache-Control": cache, "ETag": etag, "Vary": "Accept-Encoding"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(packed or self.body, headers=headers, media_type=self.kind)


@lru_cache(maxsize=1)
def load() -> Pages:
    """The pages of this checkout, built once a process."""
    return Pages()


class Pages:
    """Raises jinja2.TemplateError or OSError at start when the page is broken or missing."""

    def __init__(self, folder: Path = WEB) -> None:
        static = folder / "static"
        files = sorted(path for path in static.rglob("*") if path.is_file())
        self._assets = {path.relative_to(static).as_posix(): Asset.of(path.read_bytes(), path.suffix) for path in files}
        tree = "".join(f"{name}:{asset.etag};" for name, asset in self._assets.items())
        self.version = hashlib.sha256(tree.encode()).hexdigest()[:12]
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
        )
        html = self.html("chat.html")
        self._chat = Asset.of(html.encode(), ".html")

    def chat(self, request: Request) -> Response:
        return self._chat.respond(request, CHECKED)

    def html(self, template: str, **context: object) -> str:
        """A page rendered for one request."""
        return self._templates.get_template(template).render(asset=self._address, **context)

    def card(self, body: dict[str, Any] | None) -> Response:
        """One card on a page of its own; None: the link is over, or the card was erased."""
        card = _BLANK | body if body else None
        html = self.html("card.html", card=card, data=_data(card))
        headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        return HTMLResponse(html, 200 if body else 404, headers)

    def gone(self) -> Response:
        """What a person sees under an address that leads nowhere."""
        return HTMLResponse(self.html("page_gone.html"), 404)

    def static(self, request: Request) -> Response:
        path: str = request.path_params["path"]
        head, _, rest = path.partition("/")
        versioned = head == self.version
        asset = self._assets.get(rest if versioned else path)
        if asset is None:
            raise HTTPException(404)
        return asset.respond(request, FOREVER if versioned else CHECKED)

    def _address(self, name: str) -> str:
        if name not in self._assets:
            raise jinja2.TemplateError(f"no such file in bot/web/static: {name}")
        return f"/static/{self.version}/{name}"


def _data(body: dict[str, Any] | None) -> Markup:
    """JSON for a data block: nothing in it can end the block."""
    text = json.dumps(body, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 escaped above
