"""Numbers with the code of another country: kept as E.164, never judged by mainland rules."""

import re

import phonenumbers

from handlers.language.found import Found

TRIES_MAX = 40
"""Library calls for one message (about 20 µs each)."""

_ABROAD = re.compile(
    r"(?<![0-9a-z+*])(?:\+|00)(?! ?86)(?=[1-9])[0-9]{1,15}(?![0-9])"
    r"(?:[ -]?\(?[0-9]{1,15}(?![0-9a-z万亿千元台套个])\)?){0,6}",
    re.I,
)
_PART = re.compile(r"[0-9]+\)?")
_DROPPED = re.compile(r"[^0-9]")


def find_abroad(text: str) -> list[Found[str]]:
    """Numbers beginning with + or 00 and another country; one that no country has is asked about."""
    found: list[Found[str]] = []
    tries = 0
    for hit in _ABROAD.finditer(text):
        if not 7 <= len(_DROPPED.sub("", hit.group())) <= 30:
            continue
        ends = [part.end() for part in _PART.finditer(hit.group())][::-1]
        tries += len(ends)
        if tries > TRIES_MAX:
            break
        found.append(_longest(hit, ends))
    return found


def _longest(hit: re.Match[str], ends: list[int]) -> Found[str]:
    """The longest beginning that some country has: the rest may be another number (+852 6123 0000 20)."""
    said = hit.group()
    for end in ends:
        digits = _DROPPED.sub("", said[:end])
        digits = digits.removeprefix("00") if said.startswith("00") else digits
        if (number := _e164(digits)) is not None:
            return Found(hit.start(), hit.start() + end, number, said[:end])
    kept = ("+" if said.startswith("+") else "") + _DROPPED.sub("", said[: ends[0]])
    return Found(hit.start(), hit.start() + ends[0], kept, said[: ends[0]], ask="odd")


def _e164(digits: str) -> str | None:
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
