"""media/upload on the old host, and the links under which received files are fetched."""

from urllib.parse import quote

from aiohttp import BodyPartReader, web

from sandbox.dingtalk.codes import OldRefused, Refused
from sandbox.dingtalk.media import LARGEST, Medium
from sandbox.dingtalk.rig import DingTalk

Answer = dict[str, object]


async def upload(dingtalk: DingTalk, request: web.Request) -> Answer:
    """Store one file; `type` comes in the form or in the query. Raises `OldRefused`."""
    caller = dingtalk.server.tokens.caller_of(request.query.get("access_token", ""))
    if not request.content_type.startswith("multipart/"):
        raise OldRefused(43004)
    kind, name, data = request.query.get("type", ""), "", b""
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "type":
                kind = (await _bytes(part)).decode(errors="replace")
            elif isinstance(part, BodyPartReader) and part.name == "media":
                name, data = part.filename or "", await _bytes(part)
    except ValueError as broken:
        raise OldRefused(40035) from broken
    medium = dingtalk.server.media.add(caller.org, kind, name, data)
    told = {"type": kind, "media_id": medium.media_id, "created_at": medium.created}
    return {"errcode": 0, "errmsg": "ok", **told}


async def fetch(dingtalk: DingTalk, request: web.Request) -> web.StreamResponse:
    """The bytes of a received file. The link is the key: a token has no business here. Raises `Refused`."""
    if "x-acs-dingtalk-access-token" in request.headers:
        raise Refused("InvalidParameter", "the token does not belong on a download link")
    medium = dingtalk.server.media.fetch(request.match_info["name"])
    if medium is None:
        raise Refused("resource.not.found", status=404)
    return respond_with(medium)


def respond_with(medium: Medium) -> web.Response:
    """A file as an HTTP answer, to be saved rather than opened."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(medium.name)}",
        "Content-Type": medium.content_type,
    }
    return web.Response(body=medium.data, headers=headers)


async def _bytes(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > LARGEST:
            raise OldRefused(40006)
    return bytes(data)
