"""`xiaoer check`: is everything in order, and if not, what to do."""

import os
import shlex
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.answers import answering, err, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from bot.checks import Finding

Deep = Annotated[
    bool, typer.Option("--deep", help="大库也逐行核对，要几分钟 · Row by row, also a large store: minutes.")
]
MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("!", "yellow")}


@answering()
def check(config: ConfigFile = None, deep: Deep = False, as_json: AsJson = False) -> None:
    """看看一切是否正常 · Configuration, store, keys, platforms: ✓ or ✗, and what to do. Status 1 for a ✗."""
    with err.status("正在检查… · checking…"):
        findings = list(_findings(config, deep=deep))
    right = all(one.ok is not False for one in findings)
    if as_json:
        told = [{"name": one.name, "ok": one.ok, "seen": one.seen, "do": one.do} for one in findings]
        print_json({"ok": right, "checks": told})
    else:
        _show(findings)
    if not right:
        raise typer.Exit(1)


def _findings(path: Path | None, *, deep: bool) -> "Iterator[Finding]":
    from bot.checks import Finding, check_all
    from bot.clock import real_now
    from bot.config import BadConfig, load_config

    try:
        settings = load_config(path, os.environ)
    except BadConfig as bad:
        for problem in bad.problems:
            yield Finding("配置 · configuration", False, problem)
        return
    yield Finding("配置 · configuration", True, "每一项都读懂了 · every key is understood")
    if open_to := _open_to_others(path):
        seen = f"{open_to} 别人也能读，里面有密钥 · others may read it, and it holds secrets"
        yield Finding("配置文件 · file", None, seen, f"chmod 600 {shlex.quote(str(open_to))}")
    yield from check_all(settings, real_now(), deep=deep)


def _open_to_others(path: Path | None) -> Path | None:
    """The configuration file when the system lets others read it."""
    file = path or Path(os.environ.get("XIAOER_CONFIG") or "config.toml")
    shared = os.name == "posix" and file.is_file() and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    return file if shared else None


def _show(findings: "Sequence[Finding]") -> None:
    for one in findings:
        mark, style = MARKS[one.ok]
        out.print(f"{mark} ", style=style, end="", markup=False)
        out.print(f"{one.name}：{printable(one.seen)}", markup=False, soft_wrap=True)
        if one.do and one.ok is not True:
            out.print(f"    → {printable(one.do)}", style=style, markup=False, soft_wrap=True)
