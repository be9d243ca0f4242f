"""One-time codes (TOTP, RFC 6238): checked without a clock of their own, shown as a QR, replaced by recovery codes."""

from __future__ import annotations

import hmac
import io
import re
import secrets

import pyotp
import segno

STEP_S = 30
#: Steps a phone's clock may be off, either way.
DRIFT = 1
ISSUER = "12345坐席台"
RECOVERY_CODES = 10
_RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """Return a secret for an authenticator app: base32, 160 bits."""
    return pyotp.random_base32(32)


def step_of(secret: str, typed: str, now: float) -> int | None:
    """Return the 30-second step a code belongs to; `None` when it is no code of now, one before or one after.

    The caller keeps the step and takes none that is not later, so that a code seen over a shoulder is worth nothing.
    """
    code = re.sub(r"\s", "", typed)
    if not _CODE.fullmatch(code):
        return None
    totp, present = pyotp.TOTP(secret), int(now) // STEP_S
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found


def uri_of(secret: str, number: str) -> str:
    """Return the `otpauth://` address an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=number, issuer_name=ISSUER)


def qr_of(secret: str, number: str) -> str:
    """Return the QR as an SVG element without styles, so that the page's policy lets it pass."""
    out = io.BytesIO()
    segno.make(uri_of(secret, number), error="m").save(
        out, kind="svg", scale=5, border=4, xmldecl=False, svgns=True, omitsize=True, light="#fff"
    )
    return out.getvalue().decode("utf-8").strip()


def new_recovery_codes() -> list[str]:
    """Return ten codes like `k7mq-2xw9-hd`, 49 bits each."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_form(typed: str) -> str:
    """Return a recovery code as it is hashed: small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", typed.casefold())


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(10))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
