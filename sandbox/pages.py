"""The page itself: static files, and the one stylesheet that depends on whether a font is at hand."""

from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).parent / "page"

# The web font comes first in the stack: with system-ui first, a browser without Chinese fonts keeps boxes.
FACE = """@font-face {
  font-family: "Sandbox CJK";
  src: local("PingFang SC"), local("Microsoft YaHei"), local("Noto Sans CJK SC")%s;
  unicode-range: U+2E80-9FFF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF, U+20000-2FA1F;
  font-display: swap;
}
"""


def add_page(app: web.Application, font: Path | None) -> None:
    """Serve the page at /, its files under /page/, and the font when there is one."""

    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def stylesheet(_: web.Request) -> web.Response:
        source = ', url("/page/font.woff2") format("woff2")' if font else ""
        return web.Response(text=FACE % source, content_type="text/css")

    app.router.add_get("/", index)
    app.router.add_get("/page/font.css", stylesheet)
    if font:
        path = font

        async def woff2(_: web.Request) -> web.StreamResponse:
            return web.FileResponse(path, headers={"Content-Type": "font/woff2"})

        app.router.add_get("/page/font.woff2", woff2)
    app.router.add_static("/page/", PAGE)
