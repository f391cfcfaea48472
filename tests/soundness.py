"""What every fault test asks at its end: does everything still hold in the store?"""

from sqlalchemy import Engine

from bot.app import keyring_of
from bot.clock import real_now
from bot.config import config_from
from bot.invariants import check
from storage.engine import open_engine
from storage.types import keep_keys
from tests.conversation import Bot
from tests.right_config import right


async def findings(bot: Bot) -> list[str]:
    """What does not hold in the store of a running bot."""
    now = real_now()
    return await bot.service.read(lambda conn: check(conn, bot.service.keys, now))


def opened(url: str, *, durable: bool = False) -> Engine:
    """An engine of our own on a store, with the keys of the tests."""
    engine = open_engine(url, durable=durable, checked=False)
    keep_keys(engine.dialect, keyring_of(config_from(right())))
    return engine


def findings_at(url: str) -> list[str]:
    """What does not hold in a store that nobody has open."""
    engine = opened(url)
    try:
        with engine.execution_options(ro=True).connect() as conn, conn.begin():
            return check(conn, keyring_of(config_from(right())), real_now())
    finally:
        engine.dispose()
