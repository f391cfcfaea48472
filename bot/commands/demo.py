"""`xiaoer demo`: try it in a minute, with a company of its own."""

import asyncio
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.panel import Panel
from rich.text import Text

from bot.commands.answers import answering, err, out, printable
from bot.commands.quiet import quiet_scheduler

if TYPE_CHECKING:
    from bot.demo import Ready


@answering()
def demo(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="页面的端口；0 任取一个 · The page's port.")
    ] = 8080,
    org: Annotated[
        Path | None, typer.Option("--org", metavar="DIR", help="用这个公司，格式同样例 · Another company.")
    ] = None,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="数据放在哪里 · Where the demo's data lies.")
    ] = Path("data/demo"),
    reset: Annotated[bool, typer.Option("--reset", help="清空，重新开始 · Begin anew.")] = False,
) -> None:
    """一分钟试用：小二、本机的企业微信、样例公司 · The bot, a pretend WeCom and a company in your browser."""
    from bot.demo import listen, prepare, run
    from bot.demo_data import DemoData

    if org is not None and not org.exists():
        raise typer.BadParameter(f"没有 {org} · it does not exist", param_hint="--org")
    quiet_scheduler()
    with listen(port) as page, listen(0) as bot:
        held = DemoData(data)
        try:
            if reset:
                held.reset()
            with err.status("正在准备数据… · preparing…"):
                ready = prepare(held, org, page=page.getsockname()[1], bot=bot.getsockname()[1])
            address = f"http://127.0.0.1:{page.getsockname()[1]}"
            asyncio.run(run(ready, page, bot, lambda: _welcome(ready, address, held.config_file)))
        finally:
            held.close()
    out.print("演示已停止，数据留着；再来一次会接着上次 · stopped", style="dim")


def _welcome(ready: "Ready", address: str, config: Path) -> None:
    from bot.demo import remarks

    now = ready.starts_at.astimezone(ready.zone).strftime("%Y-%m-%d %H:%M")
    words = Text.assemble(
        "请用浏览器打开 · open ", (address, f"bold cyan link {address}"), "\n\n",
        f"公司 · company：{printable(ready.company)}，{ready.people} 人\n",
        f"业务时钟 · business time：{now} 起，页面上可以往前拨\n",
        *(f"{printable(line)}" for line in remarks(ready)),
    )  # fmt: skip
    out.print(Panel(words, title="小二", title_align="left", expand=False))
    # Outside the frame, so that it can be copied whole.
    order = f"{_ourselves()} say 帮助 --as {ready.somebody} --config {_short(config)}"
    out.print("在另一个终端里 · in another terminal：", style="dim")
    out.print(f"  {printable(order)}", markup=False, soft_wrap=True)
    out.print("停止 · stop：Ctrl-C", style="dim")


def _ourselves() -> str:
    """How this command was called, which after `make demo` is not on the path."""
    called = Path(sys.argv[0])
    return _short(called) if called.name == "xiaoer" else "xiaoer"


def _short(path: Path) -> str:
    """A path as one would type it here."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
