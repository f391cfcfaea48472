"""In callback mode the platform asks for a stream's newest state until it is finished (doc/101031)."""

import asyncio

from sandbox.aibot import bodies
from sandbox.aibot.callbacks import Callbacks
from sandbox.aibot.replies import show_refreshed
from sandbox.aibot.server import Aibot
from sandbox.aibot.turns import Stream, Turn
from sandbox.wecom.codes import Refused


class Polls:
    """The streams that are being asked for. `close` ends them all."""

    def __init__(self, aibot: Aibot, callbacks: Callbacks) -> None:
        self._aibot = aibot
        self._callbacks = callbacks
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, turn: Turn) -> None:
        """Keep asking for every stream of this turn that is not finished."""
        for stream in turn.streams.values():
            if not stream.finished:
                task = asyncio.create_task(self._follow(turn, stream))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop asking."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, turn: Turn, stream: Stream) -> None:
        """Six minutes after the member's message nobody asks any more, finished or not."""
        while not stream.finished:
            await asyncio.sleep(self._aibot.pace.poll)
            if self._aibot.now() >= turn.began + self._aibot.pace.stream:
                self._fail(stream, "六分钟内没有说完")
                return
            await self._ask(turn, stream)

    async def _ask(self, turn: Turn, stream: Stream) -> None:
        outcome = await self._callbacks.deliver(bodies.refresh(self._aibot, turn, stream.id), tries=1)
        if not outcome.reply:
            self._fail(stream, outcome.problem or "没有回答流的刷新")
            return
        try:
            await show_refreshed(self._aibot, turn, outcome.reply, stream.id)
        except Refused as refused:
            self._fail(stream, f"流的刷新有误：{refused.code} {refused.why}")

    def _fail(self, stream: Stream, words: str) -> None:
        """What is wrong stands below the text; a later good answer leaves it there to be seen."""
        self._aibot.journal.note("callback", words, stream=stream.id)
        for bubble in self._aibot.phones.talks.copies(stream.msgid):
            self._aibot.phones.talks.change(bubble, problem=words)
