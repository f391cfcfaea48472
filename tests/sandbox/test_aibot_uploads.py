"""Media over the long connection: announced, in chunks, put together, and sent."""

import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.aibot.app import running
from sandbox.aibot.rig import AibotSandbox
from tests.sandbox.aibot_line import Body, Socket, dialled
from tests.sandbox.aibot_small_bot import BOT, GROUP
from tests.sandbox.company import small_corp
from tests.sandbox.conftest import RealTime

CHUNK = 512 * 1024
FILE = b"0123456789" * 60_000  # Two chunks.
CHUNKS = (FILE[:CHUNK], FILE[CHUNK:])


class Uploader:
    """The three steps."""

    def __init__(self, sandbox: AibotSandbox, socket: Socket) -> None:
        self.sandbox, self.socket = sandbox, socket
        self.upload_id = ""

    async def init(self, **more: Any) -> int:
        body = {"type": "file", "filename": "名单.txt", "total_size": len(FILE), "total_chunks": 2}
        answer = await self.socket.call("aibot_upload_media_init", {**body, **more})
        self.upload_id = answer.get("body", {}).get("upload_id", "")
        return int(answer["errcode"])

    async def chunk(self, index: int, data: bytes, **more: Any) -> int:
        encoded = base64.b64encode(data).decode()
        body = {"upload_id": self.upload_id, "chunk_index": index, "base64_data": encoded, **more}
        return await self.socket.code("aibot_upload_media_chunk", body)

    async def finish(self) -> Body:
        return await self.socket.call("aibot_upload_media_finish", {"upload_id": self.upload_id})


@pytest.fixture
async def uploader(session: aiohttp.ClientSession, real_time: RealTime) -> AsyncIterator[Uploader]:
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP], now=real_time)
    async with running(sandbox), dialled(session, sandbox.ws_base) as socket:
        assert await socket.subscribe() == 0
        yield Uploader(sandbox, socket)


async def test_chunks_come_in_any_order_and_twice(uploader: Uploader) -> None:
    await uploader.sandbox.say("ChenSiyu", "名单")
    assert await uploader.init(md5=hashlib.md5(FILE).hexdigest()) == 0
    assert [await uploader.chunk(index, CHUNKS[index]) for index in (1, 0, 1)] == [0, 0, 0]

    answer = await uploader.finish()

    assert answer["errcode"] == 0
    assert answer["body"].keys() == {"type", "media_id", "created_at"}
    media_id = answer["body"]["media_id"]
    sent = {"chatid": "ChenSiyu", "msgtype": "file", "file": {"media_id": media_id}}
    assert await uploader.socket.code("aibot_send_msg", sent) == 0
    assert uploader.sandbox.seen_by("ChenSiyu")[-1].body == {"media_id": media_id}
    medium = uploader.sandbox.aibot.media.get(BOT.bot_id, media_id)
    assert (medium.name, medium.data) == ("名单.txt", FILE)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"type": "sticker"}, 40005),
        ({"filename": ""}, 40058),
        ({"filename": "名" * 86}, 40058),
        ({"total_size": 4}, 40006),
        ({"total_size": "600000"}, 40006),
        ({"total_size": 20 * 1024 * 1024 + 1}, 45001),
        ({"type": "image", "total_size": 2 * 1024 * 1024 + 1}, 40009),
        ({"total_chunks": 0}, 40058),
        ({"total_chunks": 101}, 40058),
        ({"md5": "xyz"}, 40058),
    ],
)
async def test_an_announcement_that_will_not_do(uploader: Uploader, wrong: Body, code: int) -> None:
    assert await uploader.init(**wrong) == code


async def test_indexes_begin_at_nought_and_chunks_are_small(uploader: Uploader) -> None:
    await uploader.init()

    assert await uploader.chunk(2, b"x") == 40058
    assert await uploader.chunk(-1, b"x") == 40058
    assert await uploader.chunk(0, b"") == 40058
    assert await uploader.chunk(0, bytes(CHUNK + 1)) == 40058
    assert await uploader.chunk(0, b"", base64_data="***") == 40058
    assert await uploader.chunk(0, bytes(CHUNK)) == 0


async def test_what_does_not_fit_together_is_no_file(uploader: Uploader) -> None:
    await uploader.init(md5="0" * 32)
    await uploader.chunk(0, CHUNKS[0])
    assert (await uploader.finish())["errcode"] == 40058
    await uploader.chunk(1, CHUNKS[1] + b"more")
    assert (await uploader.finish())["errcode"] == 40006
    await uploader.chunk(1, CHUNKS[1])
    assert (await uploader.finish())["errcode"] == 40058
    await uploader.init(type="image")
    for index, data in enumerate(CHUNKS):
        await uploader.chunk(index, data)
    assert (await uploader.finish())["errcode"] == 40123


async def test_an_upload_has_half_an_hour_and_a_medium_three_days(
    uploader: Uploader, real_time: RealTime
) -> None:
    await uploader.init(total_size=9, total_chunks=1)
    await uploader.chunk(0, b"some text")
    media_id = (await uploader.finish())["body"]["media_id"]
    await uploader.init()
    real_time.seconds += 30 * 60
    assert await uploader.chunk(0, CHUNKS[0]) == 40058
    assert uploader.sandbox.aibot.media.knows(BOT.bot_id, media_id)

    real_time.seconds += 3 * 24 * 3600
    assert not uploader.sandbox.aibot.media.knows(BOT.bot_id, media_id)


async def test_thirty_uploads_a_minute(uploader: Uploader) -> None:
    assert [await uploader.init() for _ in range(31)] == [0] * 30 + [45009]
