"""Links to reports: the id of the report and our signature; whoever holds the link may read it, nobody can guess one."""

from __future__ import annotations

import base64
import hashlib
import hmac

PAGE, PDF, DOCX = "", ".pdf", ".docx"


class ReportLinks:
    """Signs and reads `/report/<token>` with the installation's key."""

    def __init__(self, cookie_key: str) -> None:
        self._key = base64.b64decode(cookie_key)

    def token(self, report_id: str) -> str:
        return f"{report_id}-{self._mac(report_id)}"

    def read(self, token: str) -> str | None:
        """The report's id, or None when the token is not ours."""
        report_id, _, mac = token.rpartition("-")
        return report_id if report_id and hmac.compare_digest(mac.encode(), self._mac(report_id).encode()) else None

    def all(self, report_id: str) -> list[str]:
        """The page, the PDF and the .docx of a report."""
        return [f"/report/{self.token(report_id)}{kind}" for kind in (PAGE, PDF, DOCX)]

    def _mac(self, report_id: str) -> str:
        return hmac.new(self._key, f"report:{report_id}".encode(), hashlib.sha256).hexdigest()[:32]
