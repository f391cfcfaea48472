"""Who may come in, and in which words a refusal leaves. The sandbox is for the own machine only."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from sandbox.wecom.codes import Refused
from sandbox.wecom.selections import CannotTap

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Fonts are named after their content's version and never change; the rest is asked for anew, mostly "304".
LASTING = "public, max-age=31536000, immutable"


@web.middleware
async def own_machine_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Page and control API answer to a loopback Host and to their own page; /cgi-bin is for the bot."""
    if request.path.startswith("/cgi-bin/"):
        return await handler(request)
    if not _is_loopback(request.host):
        return _problem(403, "沙盒只在本机使用：请用 127.0.0.1 或 localhost 打开")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return _problem(403, "只接受沙盒自己的页面发来的请求")
    if request.method == "POST" and request.content_type != "application/json":
        return _problem(415, "请用 application/json")
    return await handler(request)


@web.middleware
async def spell_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """An expected no becomes JSON with one sentence that the page shows."""
    if request.path.startswith("/cgi-bin/"):
        return await handler(request)
    try:
        return await handler(request)
    except ValidationError as wrong:
        fields = "、".join(sorted({".".join(str(part) for part in e["loc"]) for e in wrong.errors()}))
        return _problem(400, f"请求有误：{fields or '不是 JSON 对象'}")
    except CannotTap as refused:
        return _problem(409, str(refused))
    except Refused as refused:
        return _problem(400, f"平台不收这个文件：{refused.code}")
    except LookupError as unknown:
        return _problem(404, _words_of(unknown, LookupError))
    except ValueError as wrong:
        return _problem(400, _words_of(wrong, ValueError))


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler: nothing foreign may run in the page."""
    if not request.path.startswith("/cgi-bin/"):
        response.headers.update(HEADERS)
    if request.path.startswith("/page/"):
        response.headers["Cache-Control"] = LASTING if request.path.startswith("/page/fonts/") else "no-cache"


def _words_of(expected: Exception, kind: type[Exception]) -> str:
    """The words of a refusal. A subclass such as KeyError is a bug and goes on as one."""
    if type(expected) is not kind:
        raise expected
    return str(expected)


def _is_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False


def _problem(status: int, words: str) -> web.Response:
    return web.json_response({"problem": words}, status=status)
