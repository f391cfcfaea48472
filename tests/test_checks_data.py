"""`xiaoer check` looks at every row of a small store, and of a large one when it is asked to."""

import asyncio

import pytest

from bot import checks
from bot.checks import Finding
from bot.clock import real_now
from tests.soundness import opened
from tests.test_invariants import KEYS, LEADS, change_silently, talk, unguarded


def told(url: str, *, deep: bool = False) -> dict[str, Finding]:
    """What an operator is told of the rows of a store, by name."""
    engine = opened(url)
    try:
        with engine.execution_options(ro=True).connect() as conn, conn.begin():
            found = list(checks._soundness(conn, KEYS, real_now(), deep=deep))
    finally:
        engine.dispose()
    return {one.name.partition(" ")[0]: one for one in found}


DATA = ("引用", "编号", "来龙去脉", "消息", "卡片", "限额", "审计与数据", "派生值")


async def test_the_operator_s_check_looks_at_every_row(store_url: str) -> None:
    await asyncio.to_thread(told, store_url)
    await talk(store_url)
    sound = await asyncio.to_thread(told, store_url)
    with unguarded(store_url) as engine, engine.begin() as conn:
        change_silently(LEADS, "L-20961", company="甬江港务")(conn)
    damaged = await asyncio.to_thread(told, store_url)

    assert [sound[name].ok for name in DATA] == [True] * len(DATA)
    assert [name for name in DATA if not damaged[name].ok] == ["审计与数据", "派生值"]
    assert "its company is not what the record says" in damaged["审计与数据"].seen
    assert "audit verify" in damaged["审计与数据"].do
    assert "甬江" not in damaged["审计与数据"].seen


async def test_a_large_store_is_looked_at_row_by_row_only_when_asked(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "SMALL", 10)

    brief = await asyncio.to_thread(told, store_url)
    deep = await asyncio.to_thread(told, store_url, deep=True)

    assert brief["数据"].ok is None
    assert "--deep" in brief["数据"].do
    assert not set(DATA) & set(brief)
    assert [deep[name].ok for name in DATA] == [True] * len(DATA)
