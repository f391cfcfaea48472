"""Record codes as people type them (l20931, HT－2026－412, k 691) and as they are written (L-20931, …)."""

import re
from dataclasses import dataclass

from handlers.language.fold import LIMIT
from handlers.language.found import Found


@dataclass(frozen=True, slots=True)
class Kind:
    """How codes of one noun are written: letters, dash or none, digits at least."""

    letters: str
    dash: str = "-"
    width: int = 4


KINDS = {
    kind.letters: kind
    for kind in (
        Kind("L", width=1),
        Kind("T", dash="", width=1),
        *(Kind(letters) for letters in ("C", "O", "Q", "AP", "K", "V", "KB", "VOC")),
    )
}

_DASH = "[-–—‐−_]"
_LEFT = r"(?<![a-z0-9])(?<![a-z0-9][-.])"
_RIGHT = r"(?![a-z0-9])(?!-[0-9])"
_CONTRACT = re.compile(
    rf"{_LEFT}ht{_DASH}? ?(?P<year>20[0-9]{{2}}){_DASH}? ?(?P<number>[0-9]{{1,6}}){_RIGHT}", re.I
)
_CODE = re.compile(
    rf"{_LEFT}(?P<letters>voc|ap|kb|[ltcoqkv])"
    # With a dash any number is a code; without one a short number is a quarter (Q4) or a steel (Q235).
    rf"(?:{_DASH} ?(?P<dashed>[0-9]{{1,9}})|(?P<plain>[0-9]{{4,9}}|(?<=ap)[0-9]{{3}})"
    rf"| (?P<apart>[0-9]{{4,9}})){_RIGHT}",
    re.I,
)
_SHORT_TICKET = re.compile(
    rf"(?:工单|接单|关闭|回访|解决|重开|挂起|升级|催办|转派|ticket|accept|close"
    rf"|resolve)[ :]?(?P<code>t(?P<number>[0-9]{{1,3}})){_RIGHT}",
    re.I,
)
_SPACED = frozenset({"L", "T", "AP"})


def find_codes(text: str) -> list[Found[str]]:
    """The codes in a folded text, spelled as the records spell them."""
    text = text[:LIMIT]
    found = [_contract(hit) for hit in _CONTRACT.finditer(text)]
    found += [code for hit in _CODE.finditer(text) if (code := _code(hit))]
    for hit in _SHORT_TICKET.finditer(text):
        start, end = hit.span("code")
        found.append(Found(start, end, f"T{hit['number']}", hit["code"]))
    return sorted(found, key=lambda code: code.start)


def _contract(hit: re.Match[str]) -> Found[str]:
    return Found(*hit.span(), f"HT-{hit['year']}-{hit['number'].zfill(4)}", hit.group())


def _code(hit: re.Match[str]) -> Found[str] | None:
    letters = hit["letters"].upper()
    if hit["apart"] and letters not in _SPACED:
        return None
    kind = KINDS[letters]
    number = hit["dashed"] or hit["plain"] or hit["apart"]
    return Found(*hit.span(), f"{kind.letters}{kind.dash}{number.zfill(kind.width)}", hit.group())
