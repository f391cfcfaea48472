"""media/upload and media/get (doc/90253, 90254): a multipart part named `media` in, raw bytes out."""

from urllib.parse import quote

from aiohttp import BodyPartReader, web

from sandbox.wecom.codes import Refused
from sandbox.wecom.media import LARGEST, Medium
from sandbox.wecom.server import WeCom

Answer = dict[str, object]


async def media_upload(wecom: WeCom, request: web.Request) -> Answer | web.StreamResponse:
    """Store one file. `created_at` is a string, as in the real answer. Raises `Refused`."""
    caller = wecom.tokens.caller_of(request.query.get("access_token", ""))
    kind = request.query.get("type", "")
    name, data = await _part(request)
    medium = wecom.media.add(caller.corp.corp_id, kind, name, data)
    return {"type": kind, "media_id": medium.media_id, "created_at": str(medium.created)}


async def media_get(wecom: WeCom, request: web.Request) -> Answer | web.StreamResponse:
    """The bytes of a file of this corp; an unknown one is a JSON error with HTTP 200."""
    caller = wecom.tokens.caller_of(request.query.get("access_token", ""))
    return respond_with(wecom.media.get(caller.corp.corp_id, request.query.get("media_id", "")))


def respond_with(medium: Medium) -> web.Response:
    """A file as an HTTP answer, to be saved rather than opened."""
    disposition = f"attachment; filename=\"{quote(medium.name)}\"; filename*=UTF-8''{quote(medium.name)}"
    headers = {"Content-Disposition": disposition, "Content-Type": medium.content_type}
    return web.Response(body=medium.data, headers=headers)


async def _part(request: web.Request) -> tuple[str, bytes]:
    """Name and bytes of the part `media`. Raises `Refused` 44001 when it is not there."""
    if not request.content_type.startswith("multipart/"):
        raise Refused(44001)
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media":
                # WeCom does not understand the RFC 2231 spelling of Chinese names.
                if "filename*" in part.headers.get("Content-Disposition", ""):
                    raise Refused(44001)
                return part.filename or "", await _bytes(part)
    except ValueError as broken:
        raise Refused(44001) from broken
    raise Refused(44001)


async def _bytes(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > LARGEST:
            raise Refused(45001)
    return bytes(data)
