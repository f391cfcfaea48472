"""The page itself: static files that a browser can use as they are."""

from pathlib import Path

from aiohttp import web

PAGE = Path(__file__).parent / "page"


def add_page(app: web.Application) -> None:
    """Serve the page at / and its files under /page/."""

    async def index(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    app.router.add_get("/", index)
    app.router.add_static("/page/", PAGE)
