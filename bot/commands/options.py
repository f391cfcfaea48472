"""Options that several commands share."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="配置文件；否则 $XIAOER_CONFIG，否则 ./config.toml · The configuration file.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="给脚本用的 JSON · JSON for scripts.")]
Moment = Annotated[
    str,
    typer.Option("--at", metavar="ISO", help="业务时钟定在这一刻，例：2026-11-18T10:00 · Business time."),
]


def moment_of(text: str, zone: tzinfo, option: str) -> datetime:
    """An ISO moment; without an offset in `zone`. Raises `typer.BadParameter`."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"“{text[:40]}”不是时刻，请写 2026-11-18T10:00:00+08:00 · not an ISO moment", param_hint=option
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
