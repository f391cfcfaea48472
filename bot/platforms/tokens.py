"""The access token of one app: fetched once for all who wait, renewed early, never shown."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.platforms.outcomes import Configuration, Retry, Unknown

LONGEST_LIFE = 7200  # Seconds.
EARLY = 300.0  # Seconds before its end at which a token is renewed.
EARLY_PAUSE = 30.0  # Seconds between tries to renew early; platforms may answer with the same old token.
TRIES = 3
TRIES_WINDOW = 600.0
TRY_PAUSE = 60.0  # Seconds between two tries with a secret that was refused.
FAULT_PAUSE = 2.0  # Seconds for which all who wait share one failure instead of each asking anew.
BLOCKED = 3600.0  # A platform shuts out an address for so long after many wrong secrets.


@dataclass(frozen=True, slots=True)
class Grant:
    """One token and the real Unix seconds at which to renew it and at which it ends."""

    value: str = field(repr=False)
    renew_at: float
    ends_at: float


class Tokens:
    """Hands out the token. `ask` fetches one, with the seconds it lives, or raises `Outcome`; a refused
    secret is `Configuration`. `clock` gives real Unix seconds.
    """

    def __init__(self, ask: Callable[[], Awaitable[tuple[str, int]]], clock: Callable[[], float]) -> None:
        self._ask = ask
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
        """What replaces `stale`, which the platform has refused; whoever comes first fetches it for all.

        It may give the same words again, so the grant itself is compared.
        """
        async with self._lock:
            if self._grant and self._grant is not stale:
                return self._grant
            self._grant = None
            return await self._fetch()

    async def _fetch(self) -> Grant:
        """Ask the platform, unless it has failed us just now. Only ever one at a time."""
        self._check_patience()
        try:
            grant = self._granted(*await self._ask())
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

    def _granted(self, value: str, life: int) -> Grant:
        now = self._clock()
        ends = now + min(life, LONGEST_LIFE)
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
