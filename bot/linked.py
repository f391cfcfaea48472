"""Which connections a company's files speak of, for stores that have no configuration of their own."""

from pathlib import Path

from handlers.org.cells import BadCell, account
from handlers.org.files import read_source
from handlers.org.values import PLATFORMS

FIRST = "main"


def connections_in(path: Path) -> dict[str, tuple[str, ...]]:
    """For each platform the names before `connection:userid`, `main` first. Raises `BadOrganisation`."""
    people = read_source(path).people
    found: dict[str, tuple[str, ...]] = {}
    for platform in PLATFORMS:
        cells = [row.cells.get(f"{platform}_userid", "") for row in people.rows] if people else []
        names = [_connection(said) for cell in cells for said in cell.replace("；", ";").split(";")]
        found[platform] = tuple(dict.fromkeys([FIRST, *(name for name in names if name)]))
    return found


def _connection(said: str) -> str:
    try:
        return account(said.strip())[0]
    except BadCell:
        return ""  # told, with its place, when the file is loaded
