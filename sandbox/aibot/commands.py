"""What a bot may do over its long connection (doc/101463), frame by frame."""

from collections.abc import Awaitable, Callable, Mapping

from sandbox.aibot.answering import Answer
from sandbox.aibot.bots import Place
from sandbox.aibot.contents import MEDIA, chunk_of, markdown_of, medium_of, object_named
from sandbox.aibot.frames import Frame
from sandbox.aibot.line import Connection, Line
from sandbox.aibot.replies import show_welcome
from sandbox.aibot.server import Aibot
from sandbox.aibot.showing import grow, show, show_card, update_card
from sandbox.aibot.turns import Kind, Turn
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, number, text

ANSWERABLE = 24 * 3600
Command = Callable[[Line, Connection, Frame], Awaitable[Answer]]


async def run(line: Line, connection: Connection, frame: Frame) -> Answer:
    """Do what a frame asks for, on the live connection alone. Raises `Refused`."""
    if not frame.req_id:
        raise Refused(846605, "headers.req_id missing")
    if line.live is not connection:
        raise Refused(846609)
    command = COMMANDS.get(frame.cmd)
    if command is None:
        raise Refused(40008, "unknown cmd")
    return await command(line, connection, frame)


async def _ping(line: Line, connection: Connection, frame: Frame) -> Answer:
    return {}


async def _respond(line: Line, connection: Connection, frame: Frame) -> Answer:
    turn = _turn(line.aibot, connection, frame, "message", ANSWERABLE)
    _count(line.aibot, turn.place)
    if frame.body.get("msgtype") == "stream":
        # Pictures in streams and streams with cards exist only in callback mode.
        await grow(line.aibot, turn, chunk_of(frame.body, pictures=False))
    else:
        await _say(line.aibot, turn.place, frame.body)
    return {}


async def _welcome(line: Line, connection: Connection, frame: Frame) -> Answer:
    turn = _turn(line.aibot, connection, frame, "enter", line.aibot.pace.answer)
    _count(line.aibot, turn.place)
    await show_welcome(line.aibot, turn, frame.body)
    turn.answered = True
    return {}


async def _update(line: Line, connection: Connection, frame: Frame) -> Answer:
    turn = _turn(line.aibot, connection, frame, "card", line.aibot.pace.answer)
    update_card(line.aibot, turn, frame.body)
    turn.answered = True
    return {}


async def _send(line: Line, connection: Connection, frame: Frame) -> Answer:
    place = _addressed(line.aibot, frame.body)
    _count(line.aibot, place)
    await _say(line.aibot, place, frame.body)
    return {}


async def _upload_init(line: Line, connection: Connection, frame: Frame) -> Answer:
    return line.uploads.begin(frame.body)


async def _upload_chunk(line: Line, connection: Connection, frame: Frame) -> Answer:
    return line.uploads.add(frame.body)


async def _upload_finish(line: Line, connection: Connection, frame: Frame) -> Answer:
    return line.uploads.finish(frame.body)


COMMANDS: Mapping[str, Command] = {
    "ping": _ping,
    "aibot_respond_msg": _respond,
    "aibot_respond_welcome_msg": _welcome,
    "aibot_respond_update_msg": _update,
    "aibot_send_msg": _send,
    "aibot_upload_media_init": _upload_init,
    "aibot_upload_media_chunk": _upload_chunk,
    "aibot_upload_media_finish": _upload_finish,
}


def _turn(aibot: Aibot, connection: Connection, frame: Frame, kind: Kind, seconds: float) -> Turn:
    """What a req_id stands for. `Refused` 846605: unknown here, of another kind, answered, too late."""
    turn = connection.turns.get(frame.req_id)
    if turn is None or turn.kind != kind or turn.answered or aibot.now() > turn.began + seconds:
        raise Refused(846605)
    return turn


def _addressed(aibot: Aibot, body: Body) -> Place:
    """The conversation a push goes to; a member must have written to the bot there. Raises `Refused`."""
    chatid, kind = text(body, "chatid"), number(body, "chat_type", range(3))
    user = aibot.corp.user(chatid)
    if kind in (0, 2) and aibot.phones.knows(chatid):
        place = Place("", chatid)
    elif kind in (0, 1) and user is not None:
        place = Place(user.userid)
    else:
        raise Refused(40050)
    if place.conversation not in aibot.spoken:
        raise Refused(40050, "nobody has written to the bot there")
    return place


async def _say(aibot: Aibot, place: Place, body: Body) -> None:
    """Everything but a stream."""
    kind = body.get("msgtype")
    if kind == "markdown":
        await show(aibot, place, "markdown", markdown_of(body))
    elif kind == "template_card":
        if place.chatid:
            raise Refused(40008, "template_card only in single chats")
        await show_card(aibot, place, object_named(body, "template_card"))
    elif isinstance(kind, str) and kind in MEDIA:
        content = medium_of(body, kind, lambda name: aibot.media.knows(aibot.bot.bot_id, name))
        await show(aibot, place, kind, content)
    else:
        raise Refused(40008)


def _count(aibot: Aibot, place: Place) -> None:
    """Answers and pushes count together, every state of a stream too. Raises `Refused` 45009."""
    if not aibot.rates.allow(place.conversation):
        raise Refused(45009)
