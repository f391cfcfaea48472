"""The access token of one app: fetched once for all who wait, renewed early, never shown (doc/91039)."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.platforms.wecom.codes import RATE, Configuration, Outcome, Retry, Unknown, outcome
from bot.platforms.wecom.http import Wire

EARLY = 300.0  # Seconds before its end at which a token is renewed.
EARLY_PAUSE = 30.0  # Seconds between tries to renew early; WeCom may answer with the same old token.
TRIES = 3
TRIES_WINDOW = 600.0
TRY_PAUSE = 60.0  # Seconds between two tries with a secret that was refused.
FAULT_PAUSE = 2.0  # Seconds for which all who wait share one failure instead of each asking anew.
BLOCKED = 3600.0  # WeCom shuts out an address for an hour after many wrong secrets.


@dataclass(frozen=True, slots=True)
class Grant:
    """One token and the real Unix seconds at which to renew it and at which it ends."""

    value: str = field(repr=False)
    renew_at: float
    ends_at: float


class Tokens:
    """Hands out the token. `clock` gives real Unix seconds."""

    def __init__(self, wire: Wire, corp_id: str, secret: str, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._login = {"corpid": corp_id, "corpsecret": secret}
        self._clock = clock
        self._lock = asyncio.Lock()
        self._grant: Grant | None = None
        self._refused: deque[float] = deque(maxlen=TRIES)
        self._refusal = ""
        self._fault = Retry("")
        self._fault_from = self._fault_until = 0.0

    async def get(self) -> Grant:
        """A token believed good. Raises `Outcome` when there is none to be had."""
        grant = self._grant
        if grant and self._clock() < grant.renew_at:
            return grant
        async with self._lock:
            grant, now = self._grant, self._clock()
            if grant and now < grant.renew_at:
                return grant
            try:
                return await self._fetch()
            except (Retry, Unknown):
                if not grant or now >= grant.ends_at:
                    raise
                self._grant = Grant(grant.value, min(now + EARLY_PAUSE, grant.ends_at), grant.ends_at)
                return self._grant

    async def renew(self, stale: Grant) -> Grant:
        """What replaces `stale`, which WeCom has refused; whoever comes first fetches it for all.

        WeCom may give the same words again, so the grant itself is compared.
        """
        async with self._lock:
            if self._grant and self._grant is not stale:
                return self._grant
            self._grant = None
            return await self._fetch()

    async def _fetch(self) -> Grant:
        """Ask WeCom, unless it has failed us just now. Only ever one at a time."""
        self._check_patience()
        try:
            grant = await self._ask()
        except (Retry, Unknown) as fault:
            # Asking for a token has no effect, so what is unknown may simply be tried again.
            self._fault = Retry(fault.reason, fault.after)
        except Configuration as refusal:
            self._refused.append(self._clock())
            self._refusal = refusal.reason
            raise
        else:
            self._refused.clear()
            self._grant = grant
            return grant
        now = self._clock()
        pause = self._fault.after if self._fault.after >= BLOCKED else FAULT_PAUSE
        self._fault_from, self._fault_until = now, now + pause
        raise self._fault

    async def _ask(self) -> Grant:
        answer = await self._wire.ask("GET", "gettoken", self._login)
        now, code = self._clock(), answer["errcode"]
        if code:
            raise _refusal(code, str(answer.get("errmsg", "")), now)
        value, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(life, int) or life <= 0:
            raise Retry("企业微信服务器没有给出访问凭证", 5.0)
        ends = now + min(life, 7200)
        return Grant(value, min(max(ends - EARLY, now + EARLY_PAUSE), ends), ends)

    def _check_patience(self) -> None:
        # A clock that was set back must not lock us out, so only moments already past count.
        now = self._clock()
        if self._fault_from <= now < self._fault_until:
            raise Retry(self._fault.reason, self._fault_until - now)
        lately = [moment for moment in self._refused if 0 <= now - moment < TRIES_WINDOW]
        if len(lately) >= TRIES:
            raise Configuration(self._refusal, lately[0] + TRIES_WINDOW - now)
        if lately and now - lately[-1] < TRY_PAUSE:
            raise Configuration(self._refusal, lately[-1] + TRY_PAUSE - now)


def _refusal(code: int, errmsg: str, now: float) -> Outcome:
    """Whatever keeps us from a token is either passing or somebody's to set right."""
    known = outcome(code, errmsg, now)
    if code == RATE:
        return Retry(known.reason, BLOCKED)
    return known if isinstance(known, Retry) else Configuration(known.reason, TRY_PAUSE)
