"""Where things stand in a TOML text.

tomllib tells values but not lines. This walks the lines once, keeping just enough of TOML's shape (table
headers, keys at their beginning, brackets and strings that run over several lines) to say where a key was
written. What stands inside a value is found by looking for its text from the key onward.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_PIECE = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|[\[\]{}]|\#""")


@dataclass(slots=True)
class Positions:
    """Lines and columns, counted from 1, of headers and keys."""

    lines: list[str]
    spots: dict[Path, tuple[int, int]] = field(default_factory=dict)
    begun: list[int] = field(default_factory=list)  # the lines on which a header or key begins

    def mark(self, path: Path, line: int, column: int) -> None:
        """Remember where a path begins; lines come in rising order, and the first mention counts."""
        self.spots.setdefault(path, (line, column))
        self.begun.append(line)

    def find(self, path: Path, snippet: str = "") -> tuple[int | None, int | None]:
        """Where the path was written, or the nearest table around it; at the snippet when it is there."""
        while path and path not in self.spots:
            path = path[:-1]
        if not path:
            return None, None
        line, column = self.spots[path]
        if snippet:
            following = bisect_right(self.begun, line)
            end = self.begun[following] if following < len(self.begun) else len(self.lines) + 1
            for number in range(line, end):
                found = self.lines[number - 1].find(snippet, column - 1 if number == line else 0)
                if found >= 0:
                    return number, found + 1
        return line, column


def scan(text: str) -> Positions:
    """The positions in a text that tomllib accepts (for others: as far as they can be told)."""
    positions = Positions(text.split("\n"))
    table: Path = ()
    counts: dict[Path, int] = {}
    depth, quote = 0, ""
    for number, line in enumerate(positions.lines, 1):
        start = 0
        if not depth and not quote:
            if header := _HEADER.match(line):
                table = _enter(_parts(header[2]), counts, many=header[1] == "[[")
                positions.mark(table, number, header.start(1) + 1)
                continue
            if key := _KEY.match(line):
                path = table + _parts(key[1])
                positions.mark(path, number, key.start(1) + 1)
                start = key.end()
        depth, quote = _after(line[start:], depth, quote)
    return positions


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _enter(parts: Path, counts: dict[Path, int], *, many: bool) -> Path:
    """The full path of a header: arrays of tables on the way stand at their latest element."""
    path: Path = ()
    for part in parts[:-1]:
        path += (part,)
        if path in counts:
            path += (counts[path] - 1,)
    path += parts[-1:]
    if many:
        counts[path] = counts.get(path, 0) + 1
        path += (counts[path] - 1,)
    return path


def _after(rest: str, depth: int, quote: str) -> tuple[int, str]:
    """How many brackets, and which long string, are still open after this line."""
    while rest:
        if quote:
            _, closed, rest = rest.partition(quote)
            if not closed:
                return depth, quote
            quote = ""
            continue
        piece = _PIECE.search(rest)
        if piece is None or piece[0] == "#":
            return depth, ""
        rest = rest[piece.end() :]
        if piece[0] in ("[", "{"):
            depth += 1
        elif piece[0] in ("]", "}"):
            depth = max(0, depth - 1)
        elif len(piece[0]) == 3 and piece[0] in ('"""', "'''"):
            quote = piece[0]
    return depth, quote
