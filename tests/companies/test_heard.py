"""A name that only sounds in a sentence is found as a guess; one that is written comes first."""

import pytest

from bot.service import Service
from handlers.companies.heard import heard_at, keys_heard
from handlers.companies.index import Spotted, spot
from handlers.companies.names import parts
from storage.scope import MACHINERY, NOBODY, Scope
from storage.session import open_session
from tests.conversation import Bot, Person

KNOWN = parts("绍兴镜湖轨道有限公司")


@pytest.mark.parametrize(
    ("text", "words", "how"),
    [
        ("jinghuguidao 今天去过", "jinghuguidao", "pinyin"),
        ("跟进 jing hu gui dao 今天去过", "jing hu gui dao", "pinyin"),
        ("jhgd 今天去过", "jhgd", "initials"),
        ("is anyone on jhgd today", "jhgd", "initials"),
        ("any news of jinghu guidao today", "jinghu guidao", "pinyin"),
        ("明天去靖湖轨道看看", "靖湖轨道", "sound"),
        ("明天去金湖轨道看看", "金湖轨道", "sound"),
        ("明天去建湖轨道看看", "建湖轨道", "sound"),
        ("绍兴景湖今天来电", "绍兴景湖", "sound"),
    ],
)
def test_a_name_is_heard(text: str, words: str, how: str) -> None:
    found = heard_at(text, KNOWN)

    assert found is not None
    assert (text[found[0] : found[1]], found[2]) == (words, how)


@pytest.mark.parametrize(
    "text", ["镜湖的路", "今天天气好", "jhg", "jinghu", "", "建福轨道", "明天去精河轨道"]
)
def test_half_a_sound_is_none(text: str) -> None:
    assert heard_at(text, KNOWN) is None


def test_a_flood_asks_for_no_more_than_three_hundred_keys() -> None:
    assert len(keys_heard("绍兴金湖轨道范恒" * 500)) == 300
    assert len(keys_heard("jhgd " * 500)) == 300
    assert keys_heard("a" * 5000) == []


async def spotted(service: Service, scope: Scope, text: str) -> list[Spotted]:
    return await service.read(lambda conn: spot(open_session(conn, scope), text))


@pytest.mark.parametrize(
    ("text", "how"),
    [("建湖轨道今天来电", "sound"), ("jinghuguidao 今天来电", "pinyin"), ("给jhgd打电话", "initials")],
)
async def test_the_store_finds_what_is_heard_within_sight(
    bot: Bot, chen: Person, text: str, how: str
) -> None:
    found = await spotted(bot.service, MACHINERY, text)

    assert {(one.name, one.how) for one in found} == {("绍兴镜湖轨道有限公司", how)}
    assert await spotted(bot.service, NOBODY, text) == []


async def test_what_is_written_counts_before_what_is_heard(bot: Bot, chen: Person) -> None:
    found = await spotted(bot.service, MACHINERY, "甬江港务和建湖轨道")

    assert {one.name for one in found} == {"甬江港务集团有限公司"}
