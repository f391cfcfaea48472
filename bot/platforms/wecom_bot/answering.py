"""URL mode: answering by the address that came with the words, once and within the hour (doc/101138)."""

from collections.abc import Callable
from typing import Any

import aiohttp
from yarl import URL

from bot.platforms.wecom.codes import Configuration, Dead, outcome
from bot.platforms.wecom.http import TIMEOUT, Wire


class ByAddress:
    """Posts answers to addresses of WeCom's own host, which `api_base` names, and to no other."""

    def __init__(self, session: aiohttp.ClientSession, api_base: str, clock: Callable[[], float]) -> None:
        self._wire = Wire(session, api_base, TIMEOUT)
        self._home = URL(api_base).origin()
        self._clock = clock

    async def __call__(self, body: dict[str, Any], *, userid: str, chat: str, reply_to: str) -> None:
        """Raises `Outcome`. One whose fate is unknown may be repeated: the address works once."""
        address = _address(reply_to)
        if address is None:
            raise Dead("没有可用的回复地址：这个机器人只能回复，不能主动发送")
        if address.origin() != self._home:
            raise Configuration("回复地址不在企业微信的服务器上，请检查 api_base", 300.0)
        answer = await self._wire.ask_at("POST", address, body)
        if answer["errcode"]:
            raise outcome(answer["errcode"], str(answer.get("errmsg", "")), self._clock())


def _address(reply_to: str) -> URL | None:
    try:
        found = URL(reply_to)
    except ValueError:
        return None
    good = found.scheme in ("http", "https") and found.host and not found.user and not found.fragment
    return found if good else None
