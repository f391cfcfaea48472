"""`xiaoer check`: is everything in order, and if not, what to do."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.commands.answers import answering, err, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from bot.checks import Finding

MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("!", "yellow")}


@answering()
def check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """看看一切是否正常 · Configuration, store, keys, platforms: ✓ or ✗, and what to do. Status 1 for a ✗."""
    with err.status("正在检查… · checking…"):
        findings = list(_findings(config))
    right = all(one.ok is not False for one in findings)
    if as_json:
        told = [{"name": one.name, "ok": one.ok, "seen": one.seen, "do": one.do} for one in findings]
        print_json({"ok": right, "checks": told})
    else:
        _show(findings)
    if not right:
        raise typer.Exit(1)


def _findings(path: Path | None) -> "Iterator[Finding]":
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
    yield from check_all(settings, real_now())


def _show(findings: "Sequence[Finding]") -> None:
    for one in findings:
        mark, style = MARKS[one.ok]
        out.print(f"{mark} ", style=style, end="", markup=False)
        out.print(f"{one.name}：{printable(one.seen)}", markup=False, soft_wrap=True)
        if one.do and one.ok is not True:
            out.print(f"    → {printable(one.do)}", style=style, markup=False, soft_wrap=True)
