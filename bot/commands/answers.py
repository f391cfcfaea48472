"""How the command line answers: results to standard output, trouble as a sentence to standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
import typer
from rich.console import Console

from bot.logs import configure_logs

log = structlog.get_logger()

DEMO = Path("data/demo/config.toml")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Refused(Exception):
    """An expected no. The text says why and what to do."""


def print_json(data: Any) -> None:
    """One line of JSON. A lone surrogate, which some file names and old messages hold, stays an escape."""
    line = json.dumps(data, ensure_ascii=False, default=str)
    typer.echo(line.encode("utf-8", "backslashreplace").decode("utf-8"))


def printable(text: str) -> str:
    """What somebody wrote, unable to colour or move a terminal; line breaks stay."""
    return "".join(sign if sign == "\n" or sign.isprintable() else "�" for sign in text)


def complain(words: str) -> None:
    """A sentence on standard error, without any markup."""
    err.print(printable(words), style="red", markup=False, soft_wrap=True)


def note(words: str) -> None:
    """A remark on standard error, so that standard output stays what a script wants."""
    err.print(printable(words), style="dim", markup=False, soft_wrap=True)


@contextmanager
def answering() -> Iterator[None]:
    """Turn every trouble into a sentence and exit status 1; wrong arguments stay 2. Never a traceback."""
    configure_logs(as_json=not sys.stderr.isatty(), level="WARNING")
    try:
        yield
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        words = _expected(error)
        if words is None:
            log.exception("command failed")
            words = (
                f"出了意外（{type(error).__name__}），没有做完。上面一行日志请附在反馈里。\n"
                "Something unforeseen happened; please report the log line above."
            )
        complain(words)
        raise typer.Exit(1) from None


def _expected(error: Exception) -> str | None:
    """The words of a trouble that may happen to anybody, None for a bug."""
    # Read only when something has gone wrong: these modules are slow to import.
    from sqlalchemy.exc import DBAPIError

    from bot.config import BadConfig
    from bot.line import Busy
    from handlers.org.values import BadOrganisation
    from storage.faults import BadStore
    from storage.keyring import CannotUnseal
    from storage.probe import WrongKeys

    match error:
        case BadConfig():
            hint = f"\n演示在用它自己的 · a demo has its own：--config {DEMO}" if DEMO.is_file() else ""
            return "配置不能用 · The configuration cannot be used:\n" + _listed(error.problems) + hint
        case BadOrganisation():
            problems = [str(problem) for problem in error.problems]
            return f"没有载入任何东西，请先改正这 {len(problems)} 处：\n" + _listed(problems)
        case Refused() | BadStore() | WrongKeys():
            return str(error)
        case Busy():
            return f"数据库现在忙不过来（{error}），请稍后再试。\nThe store is busy, please try again."
        case CannotUnseal():
            return f"有一处加密内容打不开（{error}）：密钥不对，或数据被改动过。请运行 xiaoer check。"
        case DBAPIError():
            return f"数据库没有照办：{error.orig}。请运行 xiaoer check 看看是哪里。"
        case OSError():
            return f"{error.strerror or error}：{error.filename or ''}".rstrip("：")
    return None


def _listed(problems: Any) -> str:
    return "\n".join(f"  ✗ {problem}" for problem in problems)
