"""The sandbox's callbacks against npm's @wecom/crypto: a cipher of other people in another language.

`make test` needs no Node: without it, or without the package, these are skipped with the line to install it.
Where NODE_PATH names a place (as in a CI that has it), a missing package is an error.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.app import Sandbox
from tests.sandbox.company import AES_KEY, CORP_ID, TOKEN
from tests.sandbox.small_bot import SmallBot, passive

SCRIPT = Path(__file__).with_name("outside_crypto.cjs")
NODE = shutil.which("node")
ENVELOPE = (
    "<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signature}</MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
)
STAMP = {"timestamp": "1795000000", "nonce": "1597212914"}


def _places() -> str:
    """Where Node looks for packages: where one says, else where `npm install --global` puts them."""
    if "NODE_PATH" in os.environ or (npm := shutil.which("npm")) is None:
        return os.environ.get("NODE_PATH", "")
    return subprocess.run(
        [npm, "root", "--global"], capture_output=True, text=True, check=False
    ).stdout.strip()


PLACES = _places() if NODE else ""


def _is_there() -> bool:
    return any((Path(place) / "@wecom" / "crypto").is_dir() for place in PLACES.split(os.pathsep) if place)


pytestmark = pytest.mark.skipif(
    not _is_there() and "NODE_PATH" not in os.environ,
    reason="NO @wecom/crypto: the sandbox's cipher is not held against it. "
    "Install Node, then: npm install --global @wecom/crypto@1.0.1",
)


def outside(**request: str) -> dict[str, Any]:
    """Ask the script; it knows token and key of the small corp."""
    assert NODE is not None, "NODE_PATH is set, but there is no node"
    asked = json.dumps({"key": AES_KEY, "token": TOKEN, "id": CORP_ID, **request})
    environment = {**os.environ, "NODE_PATH": PLACES}
    done = subprocess.run(
        [NODE, str(SCRIPT)], input=asked, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


async def test_a_callback_opens_with_somebody_elses_cipher(sandbox: Sandbox, bot: SmallBot) -> None:
    await sandbox.say("ChenSiyu", "新线索 徐州恒通路桥 🚧")

    query = bot.queries[-1]
    encrypted = ET.fromstring(bot.bodies[-1]).findtext("Encrypt") or ""
    opened = outside(encrypted=encrypted, timestamp=query["timestamp"], nonce=query["nonce"])
    assert opened["signature"] == query["msg_signature"]
    assert opened["id"] == CORP_ID
    assert ET.fromstring(opened["message"]).findtext("Content") == "新线索 徐州恒通路桥 🚧"


async def test_a_reply_sealed_by_somebody_else_is_shown(sandbox: Sandbox, bot: SmallBot) -> None:
    async def sealed(_bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        plain = passive("<MsgType>text</MsgType><Content><![CDATA[已登记 L-20961]]></Content>")
        return web.Response(text=ENVELOPE.format(**outside(plain=plain, **STAMP), **STAMP))

    bot.answer = sealed

    assert (await sandbox.say("ChenSiyu", "好")).problem == ""
    assert sandbox.texts_to("ChenSiyu") == ["已登记 L-20961"]


async def test_an_address_proves_itself_with_somebody_elses_cipher(sandbox: Sandbox) -> None:
    async def verify(request: web.Request) -> web.Response:
        query = request.query
        opened = outside(encrypted=query["echostr"], timestamp=query["timestamp"], nonce=query["nonce"])
        return web.Response(
            text=opened["message"], status=200 if opened["signature"] == query["msg_signature"] else 403
        )

    app = web.Application()
    app.router.add_get("/callback", verify)
    async with TestServer(app) as server:
        address = str(server.make_url("/callback"))
        await sandbox.connect(address)

    assert address in sandbox.wecom.callback_urls.values()
