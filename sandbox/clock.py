"""The business clock as the page moves it. The sandbox does not own it: reading and moving are given."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, NaiveDatetime

# A working day is known only to the one who knows the company's calendar, so that word is passed on as it is.
Target = datetime | Literal["next-working-day"]
ReadClock = Callable[[], Awaitable[datetime]]
# It may return a name: under it `explain` tells what the move set off.
MoveClock = Callable[[Target], Awaitable[str | None]]

DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")


class Move(BaseModel):
    """One move, as the page posts it: exactly one of the fields. `local` is in the sandbox's zone."""

    model_config = ConfigDict(extra="forbid")

    hours: float | None = Field(default=None, gt=0, le=24 * 366)
    days: float | None = Field(default=None, gt=0, le=366)
    to: Literal["tomorrow-8:30", "next-working-day"] | None = None
    at: AwareDatetime | None = None
    local: NaiveDatetime | None = None


def target_of(move: Move, now: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> Target:
    """The instant a move leads to. Raises `ValueError` for none or several, and for one into the past."""
    named = [value for value in (move.hours, move.days, move.to, move.at, move.local) if value is not None]
    if len(named) != 1:
        raise ValueError("请只给一种：hours、days、to、at 或 local")
    if move.to == "next-working-day":
        return move.to
    there = _instant(move, now, zone)
    if there < now:
        raise ValueError("时钟只能向前拨")
    return there


def _instant(move: Move, now: datetime, zone: ZoneInfo) -> datetime:
    if move.at is not None:
        return move.at
    if move.local is not None:
        return move.local.replace(tzinfo=zone)
    if move.to is not None:
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(8, 30), zone)
    return now + timedelta(hours=move.hours or 0, days=move.days or 0)
