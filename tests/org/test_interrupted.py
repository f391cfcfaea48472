"""Two imports at once load once; one that was interrupted is finished by the next."""

import threading
from dataclasses import replace
from pathlib import Path

from handlers.org.importing import import_organisation
from storage.org import Person, Role, Unit
from tests.org.company import RECORDS, write_folder
from tests.org.stores import House, house, template

__all__ = ["house", "template"]


def test_two_imports_at_once_load_once(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other", records=RECORDS)
    meet = threading.Barrier(2)
    reports = []

    def load() -> None:
        meet.wait(timeout=10)
        reports.append(house.load(folder))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(report.counts["people"].added for report in reports) == [0, 5]
    assert len(house.all(Person.id)) == 5


def test_an_interrupted_import_is_finished_by_the_next(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other", records=RECORDS)

    class Interrupted(Exception):
        pass

    steps = 0
    while True:
        steps += 1
        left = steps

        def stop(conn: object, action: str, changes: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Interrupted

        doors = house.doors
        try:
            import_organisation(folder, replace(doors, note=stop))
        except Interrupted:
            continue
        break

    assert steps > 3
    assert house.load(folder).idle
    assert (len(house.all(Unit.id)), len(house.all(Person.id)), len(house.all(Role.id))) == (6, 5, 6)
