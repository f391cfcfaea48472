"""What every outside client has to manage, told to a process that runs it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sandbox.dingtalk.org import User
from tests.sandbox.dingtalk_company import CLIENT_ID, CLIENT_SECRET, small_org, to_person
from tests.sandbox.dingtalk_play import Play, playing

SLOW = 10.0


class Outsider:
    """The process with the SDK, which tells what it saw, one JSON object a line."""

    def __init__(self, play: Play, process: asyncio.subprocess.Process) -> None:
        self.play, self.process = play, process

    async def saw(self) -> dict[str, Any]:
        """The next thing it saw."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), SLOW)
        found: dict[str, Any] = json.loads(line)
        return found


@asynccontextmanager
async def outsider(*command: str, **environment: str) -> AsyncIterator[Outsider]:
    """A client that is connected."""
    org = small_org()
    org.apps = org.apps[:1]
    async with playing(org, redeliver_after=5.0, card_seconds=5.0) as play:
        base = play.dingtalk.api_base
        mine = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, **environment}
        mine = {**os.environ, "DINGTALK_OPENAPI_ENDPOINT": base, "NO_PROXY": "127.0.0.1", **mine}
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=mine)
        try:
            await play.dingtalk.connected(seconds=SLOW)
            yield Outsider(play, process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def story(*command: str, **environment: str) -> None:
    """A message, a tap, an event, a ping, and the way back after a disconnect."""
    async with outsider(*command, **environment) as other:
        dingtalk, play = other.play.dingtalk, other.play
        heard = await dingtalk.say("HY2001", "你好 🚧")
        assert await other.saw() == {"message": "你好 🚧", "by": "HY2001"}
        assert (heard.tries, heard.status) == (1, 200)
        assert dingtalk.texts_to("HY2001") == ["听到：你好 🚧"]

        await play.card(to_person())
        tapped = await dingtalk.tap("HY2001", "完成")
        assert await other.saw() == {"tap": "t-done", "by": "HY2001"}
        (card,) = dingtalk.cards_to("HY2001")
        assert (tapped.problem, card.settled, card.title) == ("", "已完成", "任务 T-3021")

        (told,) = await dingtalk.changes.join(dingtalk.server.orgs[0], User("HY2010", "新人"))
        assert await other.saw() == {"event": "user_add_org", "users": ["HY2010"]}
        assert (told.tries, told.status) == (1, 200)

        (old,) = dingtalk.gateway.connections
        assert await dingtalk.gateway.ping(old)
        await dingtalk.gateway.disconnect(old, after=0.2)
        await dingtalk.until(lambda: [one for one in dingtalk.gateway.connections if one is not old], SLOW)
        again = await dingtalk.say("HY2001", "还在吗")
        assert await other.saw() == {"message": "还在吗", "by": "HY2001"}
        assert (again.tries, again.status) == (1, 200)
