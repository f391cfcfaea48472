"""The written forms: `/名词 动词 键=值;键=值` and 键=值 pairs inside a sentence."""

import re
from dataclasses import dataclass

from handlers.grammar.lexicon import Lexicon

_SLASH = re.compile(r"/ ?(?P<noun>[一-鿿a-z]{1,12})(?: (?P<verb>[一-鿿a-z]{1,12}))?(?= |$)")
_ANY_KEY = re.compile(r"(?:^|(?<=[ ,;，；、]))(?P<key>[^ ,;，；、=:]{1,12}) ?[=:] ?")
_STOPS = re.compile(r"[ ,;，；、]+$")
_NOT_A_KEY = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Pair:
    """键=值: the key at `[start, …)`, the value at `[value_start, end)`."""

    key: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Form:
    """The pairs of a message. `words` are the noun and verb of the slash form, to be matched as a command.

    `wide`: also pairs whose key is no slot of any command, for a command that keeps them as a remark.
    """

    pairs: tuple[Pair, ...]
    wide: tuple[Pair, ...]
    slash: bool = False
    words: str = ""
    words_end: int = 0


def form_of(text: str, lexicon: Lexicon) -> Form | None:
    """The form a folded message has, None for a plain sentence."""
    slash = _SLASH.match(text)
    if slash:
        start = slash.end() if slash["verb"] and not _is_pair(text, slash.end("verb")) else slash.end("noun")
        words = text[1:start].strip()
        pairs = tuple(_pairs(text, start, _ANY_KEY))
        return Form(pairs, pairs, True, words, start)
    if "=" not in text and ":" not in text:
        return None
    pairs = tuple(pair for pair in _pairs(text, 0, lexicon.pair) if not _announces(text, pair, lexicon))
    if not pairs:
        return None
    wide = tuple(
        pair for pair in _pairs(text, pairs[0].start, _ANY_KEY) if not _announces(text, pair, lexicon)
    )
    return Form(pairs, wide if len(pairs) > 1 else pairs)


def formed(form: Form, lexicon: Lexicon) -> str:
    """The command that makes something new of these keys alone (公司：… 电话：…); empty when none does."""
    said = {pair.key for pair in form.pairs}
    for command in lexicon.commands.values():
        if not command.makes:
            continue
        filled = {one.name for one in command.parameters if said & {key.lower() for key in one.slot.keys}}
        required = {one.name for one in command.parameters if one.required}
        if required <= filled and len(filled) > 1 and any(required & set(names) for names in command.alone):
            return command.intent
    return ""


def _announces(text: str, pair: Pair, lexicon: Lexicon) -> bool:
    """待办：… at the beginning is the command, not a key."""
    words = lexicon.entries.get(pair.key[:1], ())
    return (
        pair.start == 0
        and "=" not in text[: pair.value_start]
        and (
            pair.key in lexicon.code_keys
            or any(one.word == pair.key and one.kind in ("word", "english", "weak", "later") for one in words)
        )
    )


def _is_pair(text: str, at: int) -> bool:
    return text[at : at + 1] in ("=", ":")


def _pairs(text: str, at: int, keys: re.Pattern[str]) -> list[Pair]:
    hits = [hit for hit in keys.finditer(text, at) if not _NOT_A_KEY.match(hit["key"])]
    found = []
    for hit, stop in zip(hits, [*(hit.start() for hit in hits), len(text)][1:], strict=True):
        value = text[hit.end() : stop]
        end = hit.end() + len(_value(value))
        found.append(Pair(hit["key"].strip().lower(), hit.start(), hit.end(), end))
    return found


def _value(said: str) -> str:
    """A value ends at a separator; a blank inside it stays (+852 6123 0000)."""
    first = re.search(r"[,;，；](?![0-9]{3}(?![0-9]))", said)
    return _STOPS.sub("", said[: first.start()] if first else said)
