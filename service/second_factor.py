"""The optional second factor: time-based one-time codes (RFC 6238), shown as a QR code once."""

from __future__ import annotations

import io
from datetime import datetime

import pyotp
import segno

ISSUER = "龙华小法工作台"
STEP = 30  # seconds


def new_secret() -> str:
    return pyotp.random_base32()


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Which time step the code belongs to (one step of clock drift either way); None: wrong. The caller keeps the step
    and refuses it, and older ones, the next time: a code that was overseen is worth nothing."""
    code = "".join(code.split())
    if not (code.isdecimal() and len(code) == 6):
        return None
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP
    return next(
        (step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(totp.generate_otp(step), code)), None
    )


def qr_svg(secret: str, login: str) -> str:
    """The QR code for an authenticator app, as inline SVG."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=5, xmldecl=False, svgns=True, dark="#14303b")
    return out.getvalue().decode()
