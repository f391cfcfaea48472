"""What is wrong with a configuration, in words that name what to do and never repeat a value."""

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.config_source import Loc, key_name

_NEAR = 60
_SIZES = {"greater_than_equal": ("ge", "不小于", "at least"), "less_than_equal": ("le", "不大于", "at most")}
_PLAIN = {
    "missing": "缺少，请填写 · missing, fill it in",
    "int_parsing": "要是整数 · must be a whole number",
    "int_type": "要是整数 · must be a whole number",
    "int_from_float": "要是整数 · must be a whole number",
    "dataclass_type": "要是一节 · must be a table of keys",
    "tuple_type": "要是列表 · must be a list",
}


def explain(invalid: ValidationError, whole: type) -> list[tuple[Loc, str]]:
    """Every finding of the library as place and words; `whole` is the dataclass that was asked for."""
    found = invalid.errors(include_url=False, include_input=False)
    return [(error["loc"], _words(error, whole)) for error in found]


def _words(error: ErrorDetails, whole: type) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "unexpected_keyword_argument":
        return _unknown(error["loc"], whole)
    if kind == "literal_error":
        expected = str(context["expected"])
        return f"只能是 {expected.replace(' or ', ' 或 ')} · must be {expected}"
    if kind in _SIZES:
        limit, zh, en = _SIZES[kind]
        return f"要{zh} {context[limit]} · must be {en} {context[limit]}"
    return _PLAIN.get(kind, "格式不对 · malformed")


def _unknown(loc: Loc, whole: type) -> str:
    near = _nearest(loc, known_keys(whole))
    if near is None:
        return "没有这个配置项，请删去 · unknown key, take it out"
    return f"没有这个配置项，是不是 {near}？ · unknown key, did you mean {near}?"


def _nearest(loc: Loc, known: frozenset[str]) -> str | None:
    """The key most like it: first in its own section, then the same word in any."""
    given, section = str(loc[-1])[:_NEAR], key_name(tuple(part for part in loc[:-1] if isinstance(part, str)))
    siblings = {key.rpartition(".")[2]: key for key in known if key.rpartition(".")[0] == section}
    best = process.extractOne(given, sorted(siblings), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if best:
        return siblings[best[0]]
    return next((key for key in sorted(known) if key.rpartition(".")[2] == given), None)


def known_keys(whole: type) -> frozenset[str]:
    """Every key there is, sections too: `server`, `server.port`, `wecom.secret` (list numbers left out)."""
    return frozenset(_keys(whole, ""))


def _keys(part: type, before: str) -> Iterator[str]:
    hints = get_type_hints(part)
    for field in fields(part):
        yield f"{before}{field.name}"
        for inner in _parts(hints[field.name]):
            yield from _keys(inner, f"{before}{field.name}.")


def _parts(hint: Any) -> Iterator[type]:
    """The configuration dataclasses inside a type: itself, or the entries of a list."""
    if get_origin(hint) in (tuple, types.UnionType, Annotated):
        for inner in get_args(hint):
            yield from _parts(inner)
    elif is_dataclass(hint) and isinstance(hint, type) and hasattr(hint, "__pydantic_config__"):
        yield hint
