"""Links to what is made for one person (reports, documents): its id and our signature; whoever holds the link may read it,
nobody can guess one."""

from __future__ import annotations

import base64
import hashlib
import hmac

PAGE, PDF, DOCX = "", ".pdf", ".docx"


class ReportLinks:
    """Signs and reads `/report/<token>` (or another `kind`) with the installation's key."""

    def __init__(self, cookie_key: str, kind: str = "report") -> None:
        self._key, self._kind = base64.b64decode(cookie_key), kind

    def token(self, report_id: str) -> str:
        return f"{report_id}-{self._mac(report_id)}"

    def read(self, token: str) -> str | None:
        """The report's id, or None when the token is not ours."""
        report_id, _, mac = token.rpartition("-")
        return report_id if report_id and hmac.compare_digest(mac.encode(), self._mac(report_id).encode()) else None

    def all(self, report_id: str) -> list[str]:
        """The page, the PDF and the .docx of a report."""
        return [f"/{self._kind}/{self.token(report_id)}{kind}" for kind in (PAGE, PDF, DOCX)]

    def files(self, id_: str) -> list[str]:
        """The .docx and the PDF alone."""
        return [f"/{self._kind}/{self.token(id_)}{kind}" for kind in (DOCX, PDF)]

    def _mac(self, report_id: str) -> str:
        return hmac.new(self._key, f"{self._kind}:{report_id}".encode(), hashlib.sha256).hexdigest()[:32]
