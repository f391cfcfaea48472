"""The connections of this process, each as delivery needs it: one way to say what went wrong."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol

import aiohttp

from bot.config import Dingtalk, Wecom
from bot.delivery import Undelivered
from bot.hanging import Receipt
from bot.platforms import outcomes as codes
from bot.platforms.dingtalk.connection import DingtalkConnection
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.connection import WeComConnection
from bot.platforms.wecom.events import fold_userid
from cards.model import Message

WECOM, WECOM_BOT, DINGTALK = "wecom", "wecom_bot", "dingtalk"
WECOM_RIGHT = timedelta(hours=72)  # A response code works once within this time.
# DingTalk compares ids exactly.
FOLDS: Mapping[str, Callable[[str], str]] = {WECOM: fold_userid, DINGTALK: str}
FATES: Sequence[tuple[type[codes.Outcome], str]] = (
    (codes.Exists, "exists"),
    (codes.Expired, "expired"),
    (codes.Dead, "dead"),
    (codes.Unknown, "unknown"),
    (codes.Configuration, "settings"),
    (codes.Retry, "retry"),
)


class Speaks(Protocol):
    """A connection of any platform. Both calls raise `Outcome`."""

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Receipt:
        """Say it to one member, or to the group `chat`."""

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str, again: bool
    ) -> Receipt:
        """Renew a card."""


class PlatformChannel:
    """A connection whose troubles read as `Undelivered`."""

    def __init__(self, connection: Speaks, renewable_for: timedelta | None = None) -> None:
        self.connection, self.renewable_for = connection, renewable_for

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Receipt:
        """Say it to one member, or to the group `chat`. Raises `Undelivered`."""
        with _told():
            return await self.connection.deliver(
                userid, message, task_id=task_id, chat=chat, reply_to=reply_to
            )

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str, again: bool
    ) -> Receipt:
        """Renew a card. Raises `Undelivered`."""
        with _told():
            return await self.connection.update(
                userid, message, response_code=response_code, task_id=task_id, again=again
            )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except codes.Outcome as outcome:
        raise _undelivered(outcome) from outcome


def _undelivered(outcome: codes.Outcome) -> Undelivered:
    fate = next(fate for kind, fate in FATES if isinstance(outcome, kind))
    return Undelivered(fate, outcome.reason, outcome.after)


def open_wecom(
    settings: Sequence[Wecom], public_url: str, tap_keys: Sequence[bytes], session: aiohttp.ClientSession
) -> dict[str, WeComConnection]:
    """Every `[[wecom]]` connection, by name."""
    signer = TapSigner(tap_keys)
    return {
        one.name: WeComConnection(
            one.name,
            one.corp_id,
            one.agent_id,
            one.secret.reveal(),
            one.token.reveal(),
            one.encoding_aes_key.reveal(),
            one.api_base,
            public_url,
            signer,
            session,
            time.time,
        )
        for one in settings
    }


def open_dingtalk(
    settings: Sequence[Dingtalk], robot_name: str, tap_keys: Sequence[bytes], session: aiohttp.ClientSession
) -> dict[str, DingtalkConnection]:
    """Every `[[dingtalk]]` connection, by name. `robot_name` is what people call it in groups."""
    signer = TapSigner(tap_keys)
    return {
        one.name: DingtalkConnection(
            one.name,
            one.corp_id,
            one.client_id,
            one.client_secret.reveal(),
            one.robot_code or "",
            one.card_template_id or "",
            one.api_base,
            one.oapi_base,
            signer,
            session,
            time.time,
            robot_name=robot_name,
            callback_route=f"xiaoer-{one.name}" if one.mode == "http" else "",
        )
        for one in settings
    }
