"""The DingTalk connections of the application: opened with it, and closed before it stops."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog

from bot.config import Config, Dingtalk
from bot.dingtalk import Contacts, Ears, note_happening
from bot.dingtalk_doors import Door
from bot.drawing import Drawing
from bot.platforms.dingtalk.connection import DingtalkConnection
from bot.platforms.dingtalk.crypto import EventCipher
from bot.platforms.dingtalk.gateway import Gateway
from bot.platforms.dingtalk.stream import Stream
from bot.platforms.outcomes import Outcome
from bot.service import Service

log = structlog.get_logger()

REGISTER_PAUSE = 60.0  # Seconds between tries to register the address of card callbacks.


@asynccontextmanager
async def listening(
    config: Config,
    connections: Mapping[str, DingtalkConnection],
    service: Service,
    drawing: Drawing,
    session: aiohttp.ClientSession,
    contacts: Contacts = note_happening,
) -> AsyncIterator[Mapping[str, Door]]:
    """Listen by Stream while this lasts; yields the doors of the connections that are called by HTTP."""
    doors: dict[str, Door] = {}
    work: list[Coroutine[Any, Any, None]] = []
    for one in config.dingtalk:
        connection = connections[one.name]
        ears = Ears(connection, service, drawing, contacts)
        if one.mode == "stream":
            gateway = Gateway(session, one.client_id, one.client_secret.reveal(), one.api_base)
            work.append(Stream(one.name, gateway, ears).forever())
            continue
        doors[one.name] = door = Door(ears, one.client_secret.reveal(), _cipher(one))
        if one.card_template_id and config.server.public_url:
            address = f"{config.server.public_url}/callback/dingtalk/{one.name}/card"
            work.append(_register(connection, address, door.card_secret))
    tasks = [asyncio.create_task(piece) for piece in work]
    try:
        yield doors
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _cipher(one: Dingtalk) -> EventCipher | None:
    if one.event_token is None or one.event_aes_key is None:
        return None
    return EventCipher(one.event_token.reveal(), one.event_aes_key.reveal(), one.client_id)


async def _register(connection: DingtalkConnection, address: str, secret: str) -> None:
    """Until DingTalk knows where card callbacks go, buttons do nothing."""
    while True:
        try:
            return await connection.client.register_route(address, secret)
        except Outcome as outcome:
            log.warning("card callbacks not registered", connection=connection.name, reason=outcome.reason)
        await asyncio.sleep(REGISTER_PAUSE)
