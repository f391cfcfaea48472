"""What the policy says is compared decides when somebody is told that a company is taken."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.clock import real_now
from storage.org import Policy
from tests.conversation import Bot, Person, platform

__all__ = ["platform"]  # These stories are told on both platforms.

MINE = "新线索 徐州大运路桥 李工 13512120001"
SAME_PHONE = "新线索 南宁青禾苗圃 李工 13512120001"


async def compare(bot: Bot, *what: str) -> None:
    """Put a policy in force that compares only this."""
    newest: Any = select(Policy.document, Policy.unit_id).order_by(Policy.id.desc()).limit(1)
    rows = await bot.rows(newest)
    [line] = [one for one in rows[0].document.split("\n") if one.startswith("compare")]
    words = ", ".join(f'"{one}"' for one in what)
    document = rows[0].document.replace(line, f"compare = [{words}]")
    digest = hashlib.sha256(document.encode()).hexdigest()
    values = {"unit_id": rows[0].unit_id, "document": document, "digest": digest, "applied_at": real_now()}
    await bot.write(insert(Policy).values(values))


async def test_by_the_sample_policy_an_equal_phone_is_the_same_customer(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await chen.says(MINE)

    assert "华东销售部" in await lin.says(SAME_PHONE)


@pytest.mark.parametrize("what", [(), ("规范名称",), ("统一社会信用代码", "固话")])
async def test_a_company_that_does_not_compare_mobiles_takes_both(
    bot: Bot, chen: Person, lin: Person, what: tuple[str, ...]
) -> None:
    await compare(bot, *what)
    await chen.says(MINE)

    answer = await lin.says(SAME_PHONE)

    assert "南宁青禾苗圃" in answer
    assert "华东销售部" not in answer
    assert lin.card.title.startswith("已建线索 L-")
