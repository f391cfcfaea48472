"""Sending to members and updating cards (doc/90236, doc/94888), with every answer turned into an outcome."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiolimiter import AsyncLimiter

from bot.platforms.wecom.codes import STALE_TOKEN, Dead, Exists, Expired, Retry, outcome
from bot.platforms.wecom.events import USERID, fold_userid
from bot.platforms.wecom.http import TIMEOUT, Wire
from bot.platforms.wecom.token import tokens_of

FILTER = 14_400  # Seconds, the longest duplicate check WeCom offers.
RECIPIENTS = 1000
PER_SECOND = 50  # Calls per connection; far below WeCom's 10 000 a minute.


@dataclass(frozen=True, slots=True)
class Sent:
    """What WeCom took. `invalid` are the recipients it left out, folded.

    `repeated` says that an earlier try had worked, so that nothing is known but that it is there.
    """

    msgid: str = ""
    response_code: str = ""
    invalid: tuple[str, ...] = ()
    repeated: bool = False


class WeComClient:
    """One app's calls to WeCom. `clock` gives real Unix seconds."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        corp_id: str,
        agent_id: int,
        secret: str,
        api_base: str,
        clock: Callable[[], float] = time.time,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        limiter: AsyncLimiter | None = None,
    ) -> None:
        self._wire = Wire(session, api_base, timeout)
        self._tokens = tokens_of(self._wire, corp_id, secret, clock)
        self._agent_id = agent_id
        self._clock = clock
        self._limiter = limiter or AsyncLimiter(PER_SECOND, 1)

    async def send(self, userids: Sequence[str], body: dict[str, Any], *, dedupe: int = FILTER) -> Sent:
        """message/send. `dedupe` is for how many seconds WeCom drops a repetition of equal words.

        Raises `Retry`, `Unknown`, `Dead` or `Configuration`.
        """
        request = {"touser": "|".join(_checked(userids)), "agentid": self._agent_id, **body}
        if dedupe:
            request |= {"enable_duplicate_check": 1, "duplicate_check_interval": min(dedupe, FILTER)}
        try:
            answer = await self._call("message/send", request)
        except Exists:
            return Sent(repeated=True)
        left_out = [*_names(answer.get("invaliduser")), *_names(answer.get("unlicenseduser"))]
        return Sent(_word(answer, "msgid"), _word(answer, "response_code"), tuple(left_out))

    async def update_card(
        self, userids: Sequence[str], change: dict[str, Any], *, response_code: str, again: bool = False
    ) -> Sent:
        """update_template_card with what `spell_update` made. `again`: an earlier try's fate is unknown.

        Raises as `send` does, and `Expired` when only a fresh card can tell the news.
        """
        request = {"userids": _checked(userids), "agentid": self._agent_id, "response_code": response_code}
        try:
            answer = await self._call("message/update_template_card", request | change)
        except Expired:
            if again:
                return Sent(repeated=True)
            raise
        return Sent(invalid=tuple(_names(answer.get("invaliduser"))))

    async def check(self) -> None:
        """See whether the credentials are good. Raises `Outcome`."""
        await self._tokens.get()

    async def _call(self, path: str, request: dict[str, Any]) -> dict[str, Any]:
        grant = await self._tokens.get()
        answer = await self._post(path, grant.value, request)
        if answer["errcode"] in STALE_TOKEN:
            grant = await self._tokens.renew(grant)
            answer = await self._post(path, grant.value, request)
        code = answer["errcode"]
        if code in STALE_TOKEN:
            raise Retry(outcome(42001, _word(answer, "errmsg"), self._clock()).reason, 60.0)
        if code != 0:
            raise outcome(code, _word(answer, "errmsg"), self._clock())
        return answer

    async def _post(self, path: str, token: str, request: dict[str, Any]) -> dict[str, Any]:
        async with self._limiter:
            return await self._wire.ask("POST", path, {"access_token": token}, request)


def _checked(userids: Sequence[str]) -> list[str]:
    """The ids as they are. One that WeCom would read as several people, or as everybody, is refused."""
    if not 0 < len(userids) <= RECIPIENTS or not all(USERID.fullmatch(userid) for userid in userids):
        raise Dead("接收人账号不符合企业微信的规则")
    return list(userids)


def _names(value: object) -> list[str]:
    """Recipients left out: joined by `|` in one answer, a list in the other."""
    names = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return [fold_userid(name) for name in names if isinstance(name, str) and name.strip()]


def _word(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""
