"""Whatever happens at the same time, on one replica or several: one decision, and everybody sees the same."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from bot.work import Chore
from handlers.tasks import rules
from storage.alone import hold_rights
from storage.ledger import audit, conversations, inbox, outbox
from storage.org import Person as Colleague
from storage.org import Role
from storage.org_version import raise_org_version
from storage.schema import Lead, Task
from tests.conversation import Bot, Person, company, store
from tests.logged import log
from tests.postgres import Server
from tests.posting import Answer, insist, letter, message, post, pressed
from tests.replicas import PATIENCE, messages, replica
from tests.soundness import findings, opened

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

REMIND = "提醒我今天上午11点给甬江港务打电话"
GIVE = "让陈思雨明天上午10点前整理恒通的报价资料"
LEAD = "新线索 徐州恒通路桥 王建国 13812345678"


@pytest.fixture
def shared_url(postgres: Server, tmp_path: Path) -> Iterator[str]:
    """A filled store on PostgreSQL, where several writers really write at the same time."""
    with store("postgresql", tmp_path, postgres) as url:
        yield url


@asynccontextmanager
async def two(url: str) -> AsyncIterator[tuple[Bot, Bot]]:
    """Two replicas on one store."""
    async with company(url) as one, replica(url, one) as other:
        yield one, other


async def says(bot: Bot, who: str, words: str) -> Answer:
    """Somebody speaks to this very replica."""
    return await insist(bot, message(words, sender=who))


async def told(bot: Bot, who: str) -> str:
    """All that somebody has been told, after everything has been delivered."""
    await bot.settle()
    return bot.person(who).reads()


async def test_a_double_tap_is_one_tap(bot: Bot, chen: Person) -> None:
    await chen.says(REMIND)
    card = chen.card

    await asyncio.gather(*(bot.sandbox.tap(chen.userid, "完成", on=card, late=True) for _ in range(2)))

    [task] = await bot.rows(select(Task.__table__).where(Task.code == "K-0701"))
    assert task.version == 2
    answers = await told(bot, chen.userid)
    assert answers.count("已完成 K-0701") == 1
    assert answers.count("已经完成") == 1
    assert await findings(bot) == []


async def test_a_hundred_taps_at_two_replicas_are_one(store_url: str) -> None:
    async with two(store_url) as (one, other):
        chen = one.person("ChenSiyu")
        await chen.says(REMIND)
        taps = [pressed(one, chen.card, "完成") for _ in range(10)]
        copies = [(bot, plaintext) for _ in range(5) for plaintext in taps for bot in (one, other)]

        answers = await asyncio.gather(*(insist(bot, plaintext) for bot, plaintext in copies))

        assert {answer.status for answer in answers} == {200}
        [task] = await one.rows(select(Task.__table__).where(Task.code == "K-0701"))
        assert task.version == 2
        changes = await one.rows(
            select(audit.c.id).where(audit.c.noun == "task", audit.c.record_id == task.id)
        )
        assert len(changes) == 2
        assert await findings(one) == []


async def test_fifty_copies_at_two_replicas_take_effect_once(store_url: str) -> None:
    async with two(store_url) as (one, other):
        plaintexts = [message(f"提醒我明天上午10点给第{n}家打电话", sender="ChenSiyu") for n in range(5)]
        copies = [(bot, plain) for _ in range(10) for plain in plaintexts for bot in (one, other)]

        answers = await asyncio.gather(*(insist(bot, plaintext) for bot, plaintext in copies))

        assert {answer.status for answer in answers} == {200}
        assert len(await one.rows(select(inbox.c.key))) == 5
        assert len(await one.rows(select(Task.id).where(Task.content.contains("家打电话")))) == 5
        assert len(await messages(one, outbox.c.kind == "reply")) == 5
        assert await findings(one) == []


class Held:
    """The first to ask for a task's state waits here, having read it, until others have had their way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = rules.check_open
        self._left = threading.Semaphore(1)
        self.reached, self.open = threading.Event(), threading.Event()
        monkeypatch.setattr(rules, "check_open", self._wait)

    def _wait(self, done_at: Any, code: str) -> None:
        if self._left.acquire(blocking=False):
            self.reached.set()
            assert self.open.wait(PATIENCE)
        self._real(done_at, code)


async def test_of_two_who_decide_at_once_the_second_reads_what_the_first_did(
    shared_url: str, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    """The second has read the row before the first commits: its version has changed when it writes."""
    async with two(shared_url) as (one, other):
        chen, wu = one.person("ChenSiyu"), one.person("WuGuoqiang")
        await wu.says(GIVE)
        late, quick = pressed(one, wu.cards[-1], "完成"), pressed(one, chen.cards[-1], "完成")
        held = Held(monkeypatch)

        slow = asyncio.create_task(post(other, letter(late)))
        assert await asyncio.to_thread(held.reached.wait, PATIENCE)
        assert (await post(one, letter(quick))).status == 200
        held.open.set()
        assert (await slow).status == 200

        [task] = await one.rows(select(Task.__table__).where(Task.code == "K-0701"))
        assert task.version == 2
        assert "已完成 K-0701" in await told(one, "ChenSiyu")
        assert "已经完成" in await told(one, "WuGuoqiang")
        assert "出了点问题" not in await told(one, "WuGuoqiang")
        assert "event failed" not in log.getvalue()
        assert await findings(one) == []


@pytest.mark.parametrize("round_", range(3))
async def test_undo_beside_an_update_ends_in_one_of_two_ways(store_url: str, round_: int) -> None:
    async with two(store_url) as (one, other):
        chen = one.person("ChenSiyu")
        await chen.says(LEAD)
        undo = pressed(one, chen.card, "撤销")
        change = message("线索 L-20961 电话是13900001111", sender="WuGuoqiang")
        both = [(one, undo), (other, change)]

        answers = await asyncio.gather(*(insist(*pair) for pair in (both if round_ % 2 else both[::-1])))

        assert [answer.status for answer in answers] == [200, 200]
        rows = await one.rows(select(Lead.__table__).where(Lead.code == "L-20961"))
        answer = await told(one, "ChenSiyu")
        if rows:
            assert rows[0].phone == "13900001111"
            assert "又有别的改动" in answer
        else:
            assert "已撤销" in answer
            assert "已更新" not in await told(one, "WuGuoqiang")
        assert await findings(one) == []


async def test_one_company_entered_by_two_at_once_is_one_lead(store_url: str) -> None:
    async with two(store_url) as (one, other):
        for n, name in enumerate(("徐州恒通路桥", "盐城海通港务", "常州瑞达机械", "嘉兴远航船务")):
            words = f"新线索 {name} 王建国 1381234567{n}"
            answers = await asyncio.gather(says(one, "ChenSiyu", words), says(other, "LinHao", words))
            assert [answer.status for answer in answers] == [200, 200]
            found = await one.rows(select(Lead.owner_id).where(Lead.company == name))
            assert len(found) == 1, name

        heard = await told(one, "ChenSiyu") + await told(one, "LinHao")
        assert heard.count("已建线索") == 4
        assert heard.count("撞单：已有人跟进") == 4
        assert await findings(one) == []


async def test_the_first_two_words_of_a_person_may_come_at_once(shared_url: str, log: io.StringIO) -> None:
    """There is no conversation to lock yet, and both replicas would make it."""
    async with two(shared_url) as (one, other):
        for n, who in enumerate(("ChenSiyu", "LinHao", "WuGuoqiang", "QinChuan")):
            words = [f"提醒我明天上午{hour}点给第{n}家打电话" for hour in (9, 10)]
            answers = await asyncio.gather(says(one, who, words[0]), says(other, who, words[1]))
            assert [answer.status for answer in answers] == [200, 200]

        assert len(await one.rows(select(Task.id).where(Task.content.contains("家打电话")))) == 8
        assert {row.version for row in await one.rows(select(conversations.c.version))} == {2}
        assert "work_failed" not in log.getvalue()
        assert await findings(one) == []


async def test_a_revoked_right_is_gone_with_the_next_request_at_the_other_replica(store_url: str) -> None:
    async with two(store_url) as (one, other):
        wu = one.person("WuGuoqiang")
        await says(one, "ChenSiyu", LEAD)
        await says(other, "WuGuoqiang", "线索 L-20961")
        await one.settle()
        assert "恒通" in wu.reads()
        before = wu.count()

        await one.service.run(Chore("revoke", _revoke("吴国强")))
        await says(other, "WuGuoqiang", "线索 L-20961")
        await other.settle()

        answer = wu.reads(since=before)
        assert answer
        assert "恒通" not in answer
        assert "13812345678" not in answer


def _revoke(name: str) -> Any:
    """As `org` commands take a right away: in one transaction, with the organisation's version raised."""

    def do(conn: Any, _: Any) -> None:
        hold_rights(conn)
        held = select(Colleague.id).where(Colleague.name == name)
        conn.execute(delete(Role).where(Role.person_id.in_(held)))
        raise_org_version(conn)

    return do


async def test_a_change_of_rights_waits_for_what_began_before_it(
    shared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that was judged by the old rights commits before the new ones do, or is judged again."""
    async with two(shared_url) as (one, other):
        await one.person("ChenSiyu").says(REMIND)
        tap = letter(pressed(one, one.person("ChenSiyu").card, "完成"))
        held = Held(monkeypatch)
        acting = asyncio.create_task(post(one, tap))
        assert await asyncio.to_thread(held.reached.wait, PATIENCE)

        def waits() -> bool:
            engine = opened(shared_url)
            try:
                with engine.connect() as conn, conn.begin():
                    taken = text("SELECT pg_try_advisory_xact_lock(7210001)")
                    return not conn.execute(taken).scalar_one()
            finally:
                engine.dispose()

        assert await asyncio.to_thread(waits)
        held.open.set()
        assert (await acting).status == 200
        assert not await asyncio.to_thread(waits)
        await other.service.run(Chore("revoke", _revoke("吴国强")))
        assert await findings(one) == []


async def test_three_clocks_that_strike_at_once_alert_once(store_url: str) -> None:
    async with two(store_url) as (one, other), replica(store_url, one) as third:
        await one.person("ChenSiyu").says(REMIND)
        one.service.clock.move_to(one.service.clock.now().replace(hour=4))

        await asyncio.gather(*(bot.service.schedule.tick() for bot in (one, other, third) for _ in range(2)))

        due = await one.rows(select(Task.id).where(Task.alerted_version > 0))
        alerts = await messages(one, outbox.c.draw == "tasks.overdue", outbox.c.kind == "push")
        assert len(alerts) == len(due) > 1
        assert sorted(row.record_id for row in alerts) == sorted(row.id for row in due)
        assert await findings(one) == []


async def test_many_at_once_get_codes_of_their_own(store_url: str) -> None:
    async with two(store_url) as (one, other):
        asked = [
            says(bot, who, f"提醒我明天上午10点给{who}第{n}家打电话")
            for n in range(6)
            for who in ("ChenSiyu", "LinHao", "WuGuoqiang", "QinChuan")
            for bot in (one, other)
        ]

        answers = await asyncio.gather(*asked)

        assert {answer.status for answer in answers} == {200}
        codes = [
            row.code for row in await one.rows(select(Task.code).where(Task.content.contains("家打电话")))
        ]
        assert len(codes) == len(set(codes)) == 48
        assert await findings(one) == []
