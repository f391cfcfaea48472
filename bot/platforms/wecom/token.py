"""Where WeCom's access token comes from (doc/91039)."""

from collections.abc import Callable

from bot.platforms.tokens import BLOCKED, TRY_PAUSE, Tokens
from bot.platforms.wecom.codes import RATE, Configuration, Outcome, Retry, outcome
from bot.platforms.wecom.http import Wire


def tokens_of(wire: Wire, corp_id: str, secret: str, clock: Callable[[], float]) -> Tokens:
    """The tokens of one app. `clock` gives real Unix seconds."""
    login = {"corpid": corp_id, "corpsecret": secret}

    async def ask() -> tuple[str, int]:
        answer = await wire.ask("GET", "gettoken", login)
        if code := answer["errcode"]:
            raise _refusal(code, str(answer.get("errmsg", "")), clock())
        value, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(life, int) or life <= 0:
            raise Retry("企业微信服务器没有给出访问凭证", 5.0)
        return value, life

    return Tokens(ask, clock)


def _refusal(code: int, errmsg: str, now: float) -> Outcome:
    """Whatever keeps us from a token is either passing or somebody's to set right."""
    known = outcome(code, errmsg, now)
    if code == RATE:
        return Retry(known.reason, BLOCKED)
    return known if isinstance(known, Retry) else Configuration(known.reason, TRY_PAUSE)
