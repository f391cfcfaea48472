"""The command line as a test holds it: called in this process, on a store with the sample company."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bot.cli import app
from bot.demo_data import spell
from tests.conversation import store
from tests.postgres import Server
from tests.right_config import right

COMPANY = Path("sandbox/company").absolute()
AT = "2026-11-18T10:00:00+08:00"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def xiaoer(*words: str) -> Said:
    """Call the command."""
    done = CliRunner(env={"XIAOER_CONFIG": "", "COLUMNS": "200"}).invoke(app, list(words))
    return Said(done.exit_code, done.stdout, done.stderr)


@dataclass(frozen=True)
class Desk:
    """A configured store, with the word that names it to a command."""

    folder: Path
    url: str

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    def __call__(self, *words: str) -> Said:
        """Call the command on this store."""
        return xiaoer(*words, "--config", str(self.config))


def desk(folder: Path, url: str = "", **sections: Any) -> Desk:
    """A configuration for a store that may not be there yet."""
    url = url or f"sqlite:///{folder / 'store.db'}"
    tree = right() | {"database": {"url": url}} | sections
    made = Desk(folder, url)
    made.config.write_text(spell(tree), encoding="utf-8")
    return made


@contextmanager
def filled(folder: Path, postgres: Server | None = None) -> Iterator[Desk]:
    """A store with the sample company in it: a SQLite file, or a database of that server."""
    with store("postgresql" if postgres else "sqlite", folder, postgres) as url:
        yield desk(folder, url)
