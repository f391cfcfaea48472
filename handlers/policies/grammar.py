"""The grammar of conditions, and its complaints in words. Parsing is LALR: linear, without recursion."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

# A field name ends where a word of the language begins, so that 停机或安全 needs no blanks.
_GRAMMAR = r"""
start: either
?either: both (_OR both)*
?both: negation (_AND negation)*
?negation: _NOT negation -> negation
    | atom
?atom: _OPEN either _CLOSE -> group
    | operand COMPARE operand -> comparison
    | operand _IN _BEGIN literal (_COMMA literal)* _END -> membership
    | operand -> alone
?operand: FIELD | literal
?literal: NUMBER | TEXT | FLAG

_AND: "且"
_OR: "或"
_NOT: "非"
_IN: "属于"
_OPEN: "(" | "（"
_CLOSE: ")" | "）"
_BEGIN: "[" | "［" | "【"
_END: "]" | "］" | "】"
_COMMA: "," | "，" | "、"
COMPARE: /==|!=|>=|<=|>|<|＝＝|！＝|＞＝|＜＝|＞|＜|≥|≤|≠/
FLAG.2: /(?:true|false)(?![A-Za-z0-9_])/
NUMBER: /-?[0-9]{1,15}(?:\.[0-9]{1,9})?(?:[万亿%％])?(?![0-9.])/
TEXT: /"[^"\n]*"|“[^“”\n]*”/
FIELD: /(?!属于|[且或非])[^\W\d](?:(?!属于|[且或非])\w)*/
%ignore /\s+/
"""

_NAMES = {
    "_AND": ("且", "且 (and)"),
    "_OR": ("或", "或 (or)"),
    "_NOT": ("非", "非 (not)"),
    "_IN": ("属于", "属于 (in)"),
    "_OPEN": ("左括号", "an opening bracket"),
    "_CLOSE": ("右括号", "a closing bracket"),
    "_BEGIN": ("列表 [", "a list ["),
    "_END": ("列表结尾 ]", "the end of the list ]"),
    "_COMMA": ("逗号", "a comma"),
    "COMPARE": ("比较符号（== != >= > <= <）", "a comparison (== != >= > <= <)"),
    "FLAG": ("true 或 false", "true or false"),
    "NUMBER": ("数字", "a number"),
    "TEXT": ("引号里的文字", "quoted text"),
    "FIELD": ("字段名", "a field name"),
    "$END": ("结尾", "the end"),
}

COMPARE_SIGNS = {"＝＝": "==", "！＝": "!=", "＞＝": ">=", "＜＝": "<=", "＞": ">", "＜": "<"} | {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a condition: where (counted from 1) and what, in Chinese and English."""

    line: int
    column: int
    zh: str
    en: str


class Misread(Exception):
    """The text is no condition; carries the one fault found."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.zh)
        self.fault = fault


def parse(text: str) -> Tree[Token]:
    """The text as a tree of tokens; raises Misread."""
    try:
        return _parser().parse(text)
    except UnexpectedInput as problem:
        raise Misread(_fault(text, problem)) from None


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr")


def _fault(text: str, problem: UnexpectedInput) -> Fault:
    expected: Iterable[str]
    if isinstance(problem, UnexpectedToken) and problem.token.type != "$END":
        line, column, found = problem.line, problem.column, str(problem.token)
        expected = problem.accepts or problem.expected
    elif isinstance(problem, UnexpectedCharacters):
        line, column, found = problem.line, problem.column, problem.char
        expected = problem.allowed or ()
    else:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        found = ""
        expected = problem.accepts or problem.expected if isinstance(problem, UnexpectedToken) else ()
    names = [_NAMES[name] for name in _NAMES if name in set(expected)]
    zh, en = "、".join(name[0] for name in names), ", ".join(name[1] for name in names)
    seen = printable(found[:20])
    hint_zh, hint_en = _hint(found)
    return Fault(
        line,
        column,
        f"这里应是{zh}，{f'却是“{seen}”' if seen else '却到了结尾'}{hint_zh}",
        f"expected {en}, found {f'“{seen}”' if seen else 'the end'}{hint_en}",
    )


def _hint(found: str) -> tuple[str, str]:
    """The commonest slips, named."""
    if found in ("=", "＝"):
        return "；相等写作 ==", "; equality is written =="
    if found in ('"', "“"):
        return "；引号没有配对", "; the quotation mark has no partner"
    if found in ("'", "‘", "’", "”"):
        return "；文字用双引号", "; use double quotation marks"
    if found.isdecimal():
        return "；数字最多 15 位整数、9 位小数", "; numbers have at most 15 digits and 9 decimals"
    if found in ("&", "|", "!"):
        return "；请写 且、或、非", "; write 且, 或, 非"
    return "", ""


def printable(text: str) -> str:
    """The text with everything invisible spelled as its code, so that a message stays one line."""
    return "".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in text)
