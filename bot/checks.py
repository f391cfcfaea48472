"""What `xiaoer check` looks at, one finding each: what was seen, and what to do when it is wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

import aiohttp
from sqlalchemy import Connection, Engine, func, select

from bot.app import keyring_of
from bot.channels import open_dingtalk, open_wecom
from bot.config import Config, Dingtalk, Wecom
from bot.invariants import looks, size
from bot.platforms.outcomes import Outcome
from handlers.policies.document import BadPolicies, load_policies
from handlers.worktime.rules import Calendar
from storage.engine import open_engine
from storage.faults import BadStore
from storage.keyring import Keyring
from storage.ledger import attempts, outbox
from storage.migrate import check_version, head
from storage.org import Person, Unit
from storage.organisation import policies_in_force
from storage.outbox import DEAD, PENDING, backlog
from storage.probe import WrongKeys, check_keys
from storage.types import keep_keys

LATE = timedelta(minutes=5)
SMALL = 50_000  # Rows that are looked at within seconds.
MOST = 5  # Findings of one kind that are told.
MEND = (
    "不要手工改库：先 xiaoer audit verify，再把这些编号报给开发者，必要时用备份恢复"
    " · mend nothing by hand: verify the record, report these, restore a backup if need be"
)
NOTICE_DUE = (11, 15)  # Month and day from which the next year's 调休 may be expected.


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok` None: to be known, but nothing is broken."""

    name: str
    ok: bool | None
    seen: str
    do: str = ""


def check_all(config: Config, now: datetime, *, deep: bool = False) -> Iterator[Finding]:
    """Everything behind a configuration that has been read. `now` is real time.

    A large store is looked at row by row only when it is to be `deep`: that takes minutes.
    """
    try:
        engine = open_engine(config.database.url.reveal())
    except BadStore as bad:
        yield Finding("数据库 · database", False, str(bad))
    else:
        try:
            yield from _store(config, engine, now, deep=deep)
        finally:
            engine.dispose()
    yield from asyncio.run(_platforms(config))


def _store(config: Config, engine: Engine, now: datetime, *, deep: bool) -> Iterator[Finding]:
    keys = keyring_of(config)
    keep_keys(engine.dialect, keys)
    yield Finding("数据库 · database", True, config.database.shown)
    try:
        check_version(engine)
    except BadStore as bad:
        yield Finding("版本 · migrations", False, str(bad))
        return
    yield Finding("版本 · migrations", True, head())
    looks: tuple[Callable[[Connection], Iterator[Finding]], ...] = (
        _organisation,
        lambda conn: _outbox(conn, now),
        _parked,
        lambda conn: _holidays(conn, now.astimezone(config.bot.timezone).date()),
        lambda conn: _soundness(conn, keys, now, deep=deep),
    )
    with engine.execution_options(ro=True).connect() as conn, conn.begin():
        try:
            check_keys(conn, keys)
        except WrongKeys as wrong:
            yield Finding("密钥 · keys", False, str(wrong))
            return
        yield Finding("密钥 · keys", True, "能打开这个库 · they open this store")
        for look in looks:
            yield from look(conn)


def _organisation(conn: Connection) -> Iterator[Finding]:
    units = conn.scalar(select(func.count()).select_from(Unit)) or 0
    people = conn.scalar(select(func.count()).select_from(Person)) or 0
    do = "" if people else "还没有人能用：运行 xiaoer org import 文件夹 · nobody can talk to it yet"
    yield Finding("组织 · organisation", bool(people), f"{units} 个单元，{people} 人", do)


def _outbox(conn: Connection, now: datetime) -> Iterator[Finding]:
    states = backlog(conn)
    overdue = (outbox.c.state == PENDING) & (outbox.c.due_at < now - LATE)
    late = conn.scalar(select(func.count()).where(overdue)) or 0
    waiting = f"待发 {states.get(PENDING, 0)} 条，其中超过 5 分钟的 {late} 条"
    do = "xiaoer serve 在运行吗？连得上平台吗？ · is `xiaoer serve` running?" if late else ""
    yield Finding("待发消息 · backlog", not late, waiting, do)
    dead = states.get(DEAD, 0)
    asked = select(outbox.c.reason, func.count()).where(outbox.c.state == DEAD).group_by(outbox.c.reason)
    why = "；".join(f"{reason or '原因不明'} ×{count}" for reason, count in conn.execute(asked.limit(5)))
    do = "看原因，改好可见范围、账号或设置 · see the reasons and mend them" if dead else ""
    yield Finding("死信 · dead letters", not dead, f"{dead} 条{'：' if why else ''}{why}", do)


def _parked(conn: Connection) -> Iterator[Finding]:
    rows = conn.execute(select(attempts.c.key, attempts.c.parked).where(attempts.c.parked.is_not(None)))
    found = [f"{row.key}（{row.parked}）" for row in rows.fetchmany(6)]
    shown = "；".join(found[:5]) + ("…" if len(found) > 5 else "")
    do = "这些事件两次使进程非正常结束，请把编号报给开发者 · report these to the developers" if found else ""
    yield Finding("搁置的事件 · parked events", not found, shown or "没有 · none", do)


def _soundness(conn: Connection, keys: Keyring, now: datetime, *, deep: bool) -> Iterator[Finding]:
    """What must hold in any store, row by row."""
    rows = size(conn)
    if rows > SMALL and not deep:
        seen = f"库里有 {rows:,} 行，没有逐行核对"
        do = "夜里运行 xiaoer check --deep，要几分钟 · at a quiet hour: it takes minutes"
        yield Finding("数据 · data", None, seen, do)
        return
    for name, look in looks(keys, now).items():
        found = list(islice(look(conn), MOST + 1))
        shown = "；".join(found[:MOST]) + ("…" if len(found) > MOST else "")
        yield Finding(name, not found, shown or "都成立 · all hold", MEND if found else "")


def _holidays(conn: Connection, today: date) -> Iterator[Finding]:
    text, year = policies_in_force(conn) or "", today.year + 1
    try:
        calendars = load_policies(text).calendars.values() if text else ()
    except BadPolicies as bad:
        do = "改好后再 xiaoer org import · mend and import again"
        yield Finding("业务规则 · policies", False, str(bad), do)
        return
    unknown = [calendar.code for calendar in calendars if _unknown(calendar, year)]
    if unknown and (today.month, today.day) >= NOTICE_DUE:
        seen = f"{year} 年的调休安排还不知道（{'、'.join(unknown)}），只按法定节日算"
        do = (
            f"公布后升级程序，或在 policies.toml 的 [[calendar.override]] 里补上 {year} 年的调休"
            " · upgrade once it is published, or enter it in the policies"
        )
        yield Finding("节假日 · holidays", None, seen, do)
    else:
        seen = f"{year} 年的安排通常 11 月中旬公布" if unknown else f"{year} 年的安排已知"
        yield Finding("节假日 · holidays", True, seen)


def _unknown(calendar: Calendar, year: int) -> bool:
    return calendar.is_provisional(year) and not any(day.year == year for day in calendar.overrides)


async def _platforms(config: Config) -> list[Finding]:
    async with aiohttp.ClientSession() as session:
        tap_keys = [config.security.tap_key.reveal()]
        wecoms = open_wecom(config.wecom, config.server.public_url or "", tap_keys, session)
        dings = open_dingtalk(config.dingtalk, config.bot.name, tap_keys, session)
        looks = [_wecom(one, wecoms[one.name].client.check) for one in config.wecom]
        looks += [_dingtalk(one, dings[one.name].client.check) for one in config.dingtalk]
        found = list(await asyncio.gather(*looks))
    return found + [_without_cards(one) for one in config.dingtalk if not one.card_template_id]


def _without_cards(one: Dingtalk) -> Finding:
    return Finding(
        f"钉钉 {one.name} 的卡片 · DingTalk cards",
        None,
        "没有 card_template_id：按钮改为替人发一句话，卡片不会更新 · buttons send words, cards stay",
        "按 docs/connect-dingtalk.md 搭一个卡片模板，把编号填进配置 · build the template and enter its id",
    )


async def _dingtalk(one: Dingtalk, check: Callable[[], Awaitable[None]]) -> Finding:
    name = f"钉钉 {one.name} · DingTalk"
    try:
        await check()
    except Outcome as outcome:
        do = (
            f"核对 [[dingtalk]] {one.name} 的 client_id、client_secret 和 api_base"
            " · check these settings, and the network"
        )
        return Finding(name, False, outcome.reason, do)
    return Finding(name, True, "凭证有效 · the credentials are good")


async def _wecom(one: Wecom, check: Callable[[], Awaitable[None]]) -> Finding:
    name = f"企业微信 {one.name} · WeCom"
    try:
        await check()
    except Outcome as outcome:
        do = (
            f"核对 [[wecom]] {one.name} 的 corp_id、secret、api_base 和企业可信 IP"
            " · check these settings, the trusted IPs, and the network"
        )
        return Finding(name, False, outcome.reason, do)
    return Finding(name, True, "凭证有效 · the credentials are good")
