"""DingTalk's HMAC signatures: robot callbacks, card callbacks, webhooks (dingtalk.md §1.1, §6.6, §7)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

from bot.platforms.refused import BadCallback

MILLISECONDS = re.compile(r"[0-9]{13}", re.ASCII)
WINDOW = 3600.0  # Seconds either way that DingTalk itself allows.
FIRST_MOMENTS = 60.0  # Seconds that we allow a robot callback: its signature does not cover the body.


def robot_sign(timestamp: str, secret: str) -> str:
    """Of a robot callback, and of a group webhook whose robot has a signing secret."""
    return _hmac(secret, f"{timestamp}\n{secret}")


def card_sign(timestamp: str, api_secret: str) -> str:
    """Of a card callback over HTTP."""
    return _hmac(api_secret, timestamp)


def check_robot(headers: Mapping[str, str], secret: str, now: float, window: float = FIRST_MOMENTS) -> None:
    """Refuse a robot callback that was not signed with our secret near `now`, in real Unix seconds."""
    timestamp = headers.get("timestamp", "")
    _check(timestamp, headers.get("sign", ""), robot_sign(timestamp, secret), now, window)


def check_card(
    headers: Mapping[str, str], api_secret: str, now: float, window: float = FIRST_MOMENTS
) -> None:
    """Refuse a card callback that was not signed with the secret we registered."""
    timestamp = headers.get("x-ddpaas-signature-timestamp", "")
    given = headers.get("x-ddpaas-signature", "")
    _check(timestamp, given, card_sign(timestamp, api_secret), now, window)


def check_fresh(timestamp: str, now: float, window: float) -> None:
    """Refuse anything but thirteen ASCII digits near `now`."""
    if not MILLISECONDS.fullmatch(timestamp):
        raise BadCallback("timestamp malformed", 403)
    if abs(now - int(timestamp) / 1000) >= window:
        raise BadCallback("timestamp outside the window", 403)


def _check(timestamp: str, given: str, wanted: str, now: float, window: float) -> None:
    check_fresh(timestamp, now, window)
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogatepass")):
        raise BadCallback("signature differs", 403)


def _hmac(key: str, message: str) -> str:
    data = message.encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(key.encode(), data, hashlib.sha256)).decode()
