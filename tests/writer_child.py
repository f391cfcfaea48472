"""A process with a writer, to be killed: `python -m tests.writer_child URL FOLDER FIRST LAST [POISON]`.

Asks for the works kFIRST … kLAST, says `acked KEY` as each is committed, and carries out the work POISON, if
it is named, by ending at once without a goodbye.
"""

import os
import sys
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from storage.engine import open_engine
from tests.writer_case import Toy, add_one, toy_writer


def end_at_once(conn: Connection) -> str:
    add_one("b")(conn)
    os._exit(9)


def main(url: str, folder: str, first: str, last: str, poison: str = "") -> None:
    engine = open_engine(url)
    adding = add_one("a")
    with toy_writer(engine, Path(folder)) as writer:
        for number in range(int(first), int(last) + 1):
            key = f"k{number}"
            work = Toy(key, end_at_once if key == poison else adding)
            writer.submit(work, deadline=60.0).add_done_callback(partial(_say, key))
    engine.dispose()


def _say(key: str, done: "Future[str]") -> None:
    # One system call, so that a kill leaves whole lines only.
    os.write(1, f"acked {key} {done.result()}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
