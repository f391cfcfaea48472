"""Fixtures the whole suite shares: databases, and a company that can be talked to on each of them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conversation import Bot, Person, company, store
from tests.postgres import durable_postgres, postgres

__all__ = ["durable_postgres", "postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store with the sample company in it, on each database in turn."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with store(request.param, tmp_path, server) as url:
        yield url


@pytest.fixture
def platform() -> str:
    """WeCom, unless a module imports the fixture of both platforms."""
    return "wecom"


@pytest.fixture
async def bot(store_url: str, platform: str) -> AsyncIterator[Bot]:
    """The sample company, at 10:00 on 2026-11-18."""
    async with company(store_url, platform=platform) as bot:
        yield bot


@pytest.fixture
def chen(bot: Bot) -> Person:
    """陈思雨, who sells for 掘进装备公司 in 华东."""
    return bot.person("ChenSiyu")


@pytest.fixture
def lin(bot: Bot) -> Person:
    """林浩, who leads 华南销售部 of 路桥机械公司."""
    return bot.person("LinHao")


@pytest.fixture
def qin(bot: Bot) -> Person:
    """覃川, who sells for the isolated joint venture."""
    return bot.person("QinChuan")


@pytest.fixture
def wu(bot: Bot) -> Person:
    """吴国强, 陈思雨's manager."""
    return bot.person("WuGuoqiang")
