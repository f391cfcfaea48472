"""The configured store, opened for one command."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, Engine

from bot.app import in_hand_of, keyring_of
from bot.commands.answers import Refused
from bot.config import Config, load_config
from bot.demo_clock import business_now
from handlers.listening import person_named
from handlers.refusal import NotFound
from storage.directory import Organisation, OrganisationCache, PersonFact, UnitFact
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.migrate import check_version
from storage.probe import check_keys
from storage.types import keep_keys

NEAR = 50.0
EMPTY = "库里还没有组织。请先载入：xiaoer org import 文件夹\nThe store holds no organisation yet."


@dataclass(frozen=True, slots=True)
class House:
    """What a command needs of a store and its settings."""

    engine: Engine
    keys: Keyring
    zone: ZoneInfo
    undo: timedelta
    in_hand: Path
    tap_keys: tuple[bytes, ...]
    connections: Mapping[str, tuple[str, ...]]
    now: datetime
    """Business time: the real time, or in a demo that of its clock."""


@contextmanager
def open_house(path: Path | None) -> Iterator[House]:
    """The configured store, of this program's version. Raises `BadConfig`, `BadStore` and `WrongKeys`."""
    config = load_config(path, os.environ, need_connection=False)
    url, keys = config.database.url.reveal(), keyring_of(config)
    engine = open_engine(url, checked=False)
    try:
        keep_keys(engine.dialect, keys)
        check_version(engine)
        with reading(engine) as conn:
            check_keys(conn, keys)
        yield House(
            engine, keys, config.bot.timezone, config.bot.undo_window, in_hand_of(url),
            (config.security.tap_key.reveal(),), connections_of(config), business_now(url),
        )  # fmt: skip
    finally:
        engine.dispose()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that cannot write, beside whoever does."""
    with engine.execution_options(ro=True).connect() as conn, conn.begin():
        yield conn


@contextmanager
def open_organisation(path: Path | None) -> Iterator[tuple[House, Organisation, datetime]]:
    """The store, the organisation in it, and the present moment."""
    with open_house(path) as house:
        with reading(house.engine) as conn:
            org = OrganisationCache().get(conn)
        if not org.people:
            raise Refused(EMPTY)
        yield house, org, house.now


def connections_of(config: Config) -> dict[str, tuple[str, ...]]:
    """The names of the connections to which accounts belong, by platform."""
    found = {
        "wecom": tuple(one.name for one in config.wecom),
        "dingtalk": tuple(one.name for one in config.dingtalk),
    }
    return {platform: names for platform, names in found.items() if names}


def colleague(org: Organisation, name: str) -> PersonFact:
    """The person of that name. Raises `Refused` that says how to write it."""
    try:
        return person_named(org, name)
    except NotFound:
        same = org.named.get(name.partition("@")[0], ())
        if len(same) > 1:
            told = "、".join(f"{one.name}@{org.units[one.unit_id].code}" for one in same)
            raise Refused(f"有 {len(same)} 位{same[0].name}，请写明单元：{told}") from None
        near = _near(name, list(org.named))
        raise Refused(f"通讯录里没有“{name[:40]}”{near}\n看全部：xiaoer org show") from None


def unit_named(org: Organisation, name: str) -> UnitFact:
    """The unit of that code or full name. Raises `Refused`."""
    found = org.unit_by_code(name)
    if found is None:
        known = [word for unit in org.units.values() for word in (unit.code, unit.name)]
        raise Refused(f"没有单元“{name[:40]}”{_near(name, known)}\n看全部：xiaoer org show")
    return found


def _near(said: str, known: list[str]) -> str:
    found = process.extract(said[:40], known, scorer=fuzz.ratio, limit=3, score_cutoff=NEAR)
    return f"，是不是 {'、'.join(word for word, _, _ in found)}？" if found else "。"
