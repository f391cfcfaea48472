"""Full `lead.create` callbacks against their floor: the same with nothing but crypto, XML and commit.

Full: verify, decrypt, understand, rights, duplicate check, rows, COMMIT (synchronous=FULL), acknowledged.
Floor: verify, decrypt, read, and a group-committed raw insert of four rows, through the same writer.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TypeVar

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, insert, select, update

from benchmarks.plan import Plan
from benchmarks.row import Row
from bot.accounts import Accounts
from bot.app import keyring_of
from bot.channels import FOLDS
from bot.clock import Clock
from bot.config import config_from
from bot.event import Event, Kind
from bot.in_hand import InHand, own_path
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.callback import read_callback
from bot.platforms.wecom.crypto import Cipher
from bot.platforms.wecom.events import Receiver, read_event
from bot.service import Service
from bot.work import Happened
from bot.writer import Writer
from handlers.companies.index import Identity, find_duplicates
from handlers.grammar.understand import understand
from handlers.listening import listener_for
from handlers.routing import router
from storage.directory import ORG_VERSION
from storage.engine import open_engine
from storage.ledger import marks
from storage.org import Account, Person, Role, Unit
from storage.talk import load_talk
from storage.turnstile import write
from storage.types import keep_keys
from tests.conversation import NOW, fill
from tests.right_config import right

PEOPLE = 300
AT_ONCE = 64
TURNS = 3
CORP, TOKEN = "ww1f2e3d4c5b6a7980", "pQ7rZt2Kd9"
KEY = "gXw4OqBQT8TJN7jVs2yTOzzBu1IlBSTOt5Tlr5csb7A"
RECEIVER = Receiver("main", CORP, 1000002)
SIGNER = TapSigner([b"t" * 32])
T = TypeVar("T")
Post = tuple[list[tuple[str, str]], bytes]


def sentences(count: int, seed: int = 7) -> list[str]:
    """Leads as people type them; every company another one."""
    rng = random.Random(seed)
    places = ["徐州", "宁波", "衢州", "佛山", "常州", "洛阳", "株洲", "泰安", "柳州", "绵阳"]
    first = "恒宏广盛瑞中华泰鼎信安博金永新"
    second = "通达远昌源润兴业航宇峰诚隆力德"
    trades = ["路桥", "市政", "隧道工程", "建设", "港务", "轨道交通", "机电", "管廊"]
    found = []
    for number in range(count):
        name = rng.choice(places) + rng.choice(first) + rng.choice(second) + rng.choice(trades)
        phone = f"13{number:09d}"
        found.append(
            f"新线索 {name}{number}有限公司 王建国 {phone} 想看两台摊铺机 预算{rng.randint(20, 300)}万左右"
        )
    return found


def sealed(words: Sequence[str], prefix: str) -> list[Post]:
    """Encrypted callbacks, as WeCom posts them."""
    cipher, now = Cipher(TOKEN, KEY, CORP), int(time.time())
    posts = []
    for number, said in enumerate(words):
        xml = (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName>"
            f"<FromUserName><![CDATA[Sales{number % PEOPLE}]]></FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{said}]]></Content><MsgId>{prefix}{number}</MsgId><AgentID>1000002</AgentID></xml>"
        )
        encrypted = cipher.encrypt(xml)
        nonce = str(number)
        query = [
            ("msg_signature", cipher.sign(str(now), nonce, encrypted)),
            ("timestamp", str(now)), ("nonce", nonce),
        ]  # fmt: skip
        body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        posts.append((query, body.encode()))
    return posts


def _event(cipher: Cipher, post: Post) -> Event:
    now = time.time()
    return read_event(read_callback(cipher, post[0], post[1], now), RECEIVER, SIGNER, now)


@dataclass(frozen=True, slots=True)
class Raw:
    """A callback of the floor."""

    event: Event

    @property
    def key(self) -> str:
        """The event's key."""
        return self.event.key


FLOOR = Table(
    "floor",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("key", String),
    Column("body", String),
)


class FloorStage:
    """Four raw rows an event, in one go before COMMIT."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []

    def begin(self, conn: Connection, works: Sequence[Raw]) -> Mapping[str, str]:
        """Everything is new."""
        return {}

    def perform(self, conn: Connection, work: Raw) -> str:
        """Gather four rows."""
        self.rows += [{"key": work.key, "body": work.event.text}] * 4
        return "done"

    def forget(self, conn: Connection, work: Raw) -> None:
        """Nothing was recorded."""

    def end(self, conn: Connection) -> None:
        """Insert."""
        conn.execute(insert(FLOOR), self.rows)
        self.rows = []

    def discard(self) -> None:
        """Drop what gathered."""
        self.rows = []

    def find(self, conn: Connection, key: str) -> str | None:
        """Never asked."""
        return None

    def attempt(self, conn: Connection, key: str) -> int:
        """Never asked."""
        return 1

    def park(self, conn: Connection, work: Raw, why: str) -> str:
        """Never asked."""
        return "parked"


def _hire(engine: Engine) -> None:
    """Salespeople of one department, each with an account: a crowd that types at once."""
    with write(engine) as conn:
        unit_id = conn.scalar(select(Unit.id).where(Unit.code == "ZJ-HD"))
        for number in range(PEOPLE):
            person_id = 100_000 + number
            conn.execute(insert(Person), {"id": person_id, "name": f"销售{number}", "unit_id": unit_id})
            account = {"platform": "wecom", "connection": "main", "person_id": person_id}
            names = {"userid": f"Sales{number}", "folded": f"sales{number}"}
            conn.execute(insert(Account), account | names)
            conn.execute(insert(Role), {"person_id": person_id, "role": "sales", "unit_id": unit_id})
        conn.execute(update(marks).where(marks.c.name == ORG_VERSION).values(value="bench"))


async def _rate_of_floor(path: Path, posts: Sequence[Post]) -> float:
    engine = open_engine(f"sqlite:///{path}", create=True, checked=False)
    FLOOR.metadata.create_all(engine)
    cipher = Cipher(TOKEN, KEY, CORP)
    writer: Writer[Raw, str] = Writer(engine, FloorStage(), InHand(own_path(path.parent / "floor")))
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(post: Post) -> None:
        async with gate:
            await asyncio.wrap_future(writer.submit(Raw(_event(cipher, post))))

    with writer:
        started = time.perf_counter()
        await asyncio.gather(*(one(post) for post in posts))
        took = time.perf_counter() - started
    engine.dispose()
    return len(posts) / took


async def _rate_of_bot(service: Service, posts: Sequence[Post]) -> float:
    cipher = Cipher(TOKEN, KEY, CORP)
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(post: Post) -> None:
        async with gate:
            await service.take(_event(cipher, post))

    started = time.perf_counter()
    await asyncio.gather(*(one(post) for post in posts))
    return len(posts) / (time.perf_counter() - started)


def run(plan: Plan) -> list[Row]:
    """The ratio, with the shares of understanding and of the duplicate check in the full time."""
    return asyncio.run(_run(plan.callbacks))


async def _run(how_many: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'store.db'}"
        fill(url)
        keys = keyring_of(config_from(right() | {"database": {"url": url}}))
        engine = open_engine(url)
        keep_keys(engine.dialect, keys)
        _hire(engine)
        service = Service(engine, keys, Accounts(FOLDS), Clock(starts_at=NOW), folder / "hand")
        service.start({}, deliver=False, tick=False)
        try:
            floor, full, shares = await _measured(folder, service, how_many)
        finally:
            await service.stop()
    profile = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return [Row("lead.create callbacks", full, "1/s", floor, full / floor, f"of which {profile}")]


async def _measured(
    folder: Path, service: Service, how_many: int
) -> tuple[float, float, Mapping[str, float]]:
    """The rates of floor and bot, and what shares of the bot's time go where."""
    said = sentences(how_many + 100)
    await _rate_of_bot(service, sealed(said[how_many:], "9"))  # warm
    floors, fulls = [], []
    for turn in range(TURNS):
        # In turns, because a busy machine is now faster, now slower.
        floors.append(await _rate_of_floor(folder / f"floor{turn}.db", sealed(said[:how_many], "1")))
        posts = sealed(said[turn:how_many:TURNS], f"{turn + 1}0000")
        fulls.append(await _rate_of_bot(service, posts))
    # The floor comes in two speeds, as batches happen to form; the better one is what can be done.
    floor, full = max(floors), median(fulls)
    shares = await service.read(lambda conn: _shares(service, conn, said[:200], full))
    return floor, full, shares


def _shares(service: Service, conn: Connection, said: Sequence[str], rate: float) -> Mapping[str, float]:
    """By name, each part done alone once more, as a share of what a callback takes."""
    org = service.pipeline.cache.get(conn)
    person = org.named["销售0"][0]
    now = datetime.now(UTC)
    event = Event("bench", "wecom", "main", "ChenSiyu", Kind.TEXT, now)
    talk = load_talk(conn, person.id, "")
    desk = service.pipeline.desk(conn, org, person, Happened(event, service.clock.now(), now), talk)
    listener = listener_for(desk, None)
    cipher, posts = Cipher(TOKEN, KEY, CORP), sealed(said, "5")
    zone_id = org.zone(person.unit_id)

    def check(words: str) -> None:
        name = Identity((words.split()[1],))
        find_duplicates(desk.session, desk.keys, name, zone_id)

    return {
        "understanding": _each(said, lambda words: understand(words, listener, router.commands)) * rate,
        "looking for duplicates": _each(said, check) * rate,
        "crypto and XML": _each(posts, lambda post: _event(cipher, post)) * rate,
    }


def _each(things: Sequence[T], work: Callable[[T], object]) -> float:
    """Seconds for one, on average."""
    began = time.perf_counter()
    for one in things:
        work(one)
    return (time.perf_counter() - began) / len(things)
