"""The connections of this process, each as delivery needs it: one way to say what went wrong."""

import time
from collections.abc import Callable, Mapping, Sequence

import aiohttp

from bot.config import Wecom
from bot.delivery import Undelivered
from bot.platforms.taps import TapSigner
from bot.platforms.wecom import codes
from bot.platforms.wecom.client import Sent
from bot.platforms.wecom.connection import WeComConnection
from bot.platforms.wecom.events import fold_userid
from cards.model import Message

WECOM = "wecom"
FOLDS: Mapping[str, Callable[[str], str]] = {WECOM: fold_userid}
FATES: Sequence[tuple[type[codes.Outcome], str]] = (
    (codes.Exists, "exists"),
    (codes.Expired, "expired"),
    (codes.Dead, "dead"),
    (codes.Unknown, "unknown"),
    (codes.Configuration, "settings"),
    (codes.Retry, "retry"),
)


class WeComChannel:
    """A WeCom connection whose troubles read as `Undelivered`."""

    def __init__(self, connection: WeComConnection) -> None:
        self.connection = connection

    async def deliver(self, userid: str, message: Message, *, task_id: str) -> Sent:
        """Say it to one member. Raises `Undelivered`."""
        try:
            return await self.connection.deliver(userid, message, task_id=task_id)
        except codes.Outcome as outcome:
            raise _undelivered(outcome) from outcome

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str, again: bool
    ) -> Sent:
        """Renew a card. Raises `Undelivered`."""
        try:
            return await self.connection.update(
                userid, message, response_code=response_code, task_id=task_id, again=again
            )
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
