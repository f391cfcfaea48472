"""Where the configuration comes from: one TOML file, and the environment over it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Loc = tuple[str | int, ...]

PREFIX = "XIAOER__"
_LONGEST_KEY = 60


@dataclass(slots=True)
class Source:
    """The values as they were written, what could not be read, and which variable said what."""

    tree: dict[str, object]
    problems: list[str] = field(default_factory=list)
    variables: dict[Loc, str] = field(default_factory=dict)
    unreadable: bool = False

    def line(self, loc: Loc, words: str) -> str:
        """One problem: the key, the variable if it came from one, and the words."""
        variable = self.variables.get(loc)
        return f"{key_name(loc)}{f' ({variable})' if variable else ''}: {words}"


def key_name(loc: Loc) -> str:
    """A key as people write it: `wecom[0].secret`."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{_plain(part)}" for part in loc)
    return name.removeprefix(".")


def _plain(part: str) -> str:
    shown = part[:_LONGEST_KEY]
    return shown if shown.isprintable() else repr(shown)


def read_source(path: Path | None, environ: Mapping[str, str]) -> Source:
    """Read the file that is meant, then put the environment over it."""
    source = _read_file(path, environ)
    if not source.unreadable:
        for variable in sorted(environ, key=_in_order):
            if variable.startswith(PREFIX):
                _override(source, variable, environ[variable])
    return source


def _in_order(variable: str) -> list[tuple[int, str]]:
    """List entries in the order of their numbers, so that 10 comes after 9."""
    return [(int(part), "") if _is_index(part) else (-1, part) for part in variable.split("__")]


def _is_index(part: str) -> bool:
    return re.fullmatch("[0-9]{1,4}", part) is not None


def _read_file(path: Path | None, environ: Mapping[str, str]) -> Source:
    named = path or (Path(environ["XIAOER_CONFIG"]) if environ.get("XIAOER_CONFIG") else None)
    file = named or Path("config.toml")
    if named is None and not file.exists() and any(name.startswith(PREFIX) for name in environ):
        return Source({})
    try:
        return Source(tomllib.loads(file.read_bytes().decode("utf-8-sig")))
    except FileNotFoundError:
        words = "没有这个文件，请从 config.example.toml 复制一份 · no such file, copy config.example.toml"
    except UnicodeDecodeError:
        words = "不是 UTF-8 文本 · is not UTF-8 text"
    except tomllib.TOMLDecodeError as wrong:
        words = f"不是正确的 TOML · is not TOML: {_place(wrong)}"
    except OSError as wrong:
        words = f"读不了 · cannot be read: {wrong.strerror}"
    return Source({}, [f"{file}: {words}"], unreadable=True)


def _place(wrong: tomllib.TOMLDecodeError) -> str:
    """Line and column only: the library's words may quote what is written there."""
    found = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(wrong))
    return found[1] if found else "?"


def _override(source: Source, variable: str, value: str) -> None:
    parts = variable.removeprefix(PREFIX).lower().split("__")
    loc: Loc = tuple(int(part) if _is_index(part) else part for part in parts)
    if "" in parts or isinstance(loc[0], int):
        source.problems.append(f"{variable}: 要写成 XIAOER__SECTION__KEY · must be XIAOER__SECTION__KEY")
    elif _put(source.tree, loc, value):
        source.variables[loc] = variable
    else:
        words = "没有这个位置，列表从 0 起连续编号 · no such place, lists count from 0 without a gap"
        source.problems.append(f"{variable}: {words}")


def _put(node: Any, loc: Loc, value: str) -> bool:
    """Lay the value at its place, making tables and lists on the way; False when there is no such place."""
    here, rest = loc[0], loc[1:]
    if isinstance(node, list) and isinstance(here, int) and here <= len(node):
        node.extend([_empty(rest)] if here == len(node) else [])
    elif isinstance(node, dict) and isinstance(here, str):
        node.setdefault(here, _empty(rest))
    else:
        return False
    if rest:
        return _put(node[here], rest, value)
    node[here] = value
    return True


def _empty(rest: Loc) -> object:
    if not rest:
        return ""
    return [] if isinstance(rest[0], int) else {}
