"""Names in a sentence are spotted only among what the speaker may see."""

from bot.service import Service
from handlers.companies.index import spot
from storage.scope import MACHINERY, NOBODY, Scope
from storage.session import open_session
from tests.conversation import Bot, Person

SENTENCE = "给甬江港务打电话"


async def spotted(service: Service, scope: Scope) -> list[str]:
    found = await service.read(lambda conn: spot(open_session(conn, scope), SENTENCE))
    return sorted({one.name for one in found})


async def test_only_what_the_speaker_sees_is_spotted(bot: Bot, chen: Person) -> None:
    assert await spotted(bot.service, MACHINERY) == ["甬江港务集团有限公司"]
    assert await spotted(bot.service, NOBODY) == []
    assert await spotted(bot.service, Scope(person_id=10**6)) == []
