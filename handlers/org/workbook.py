"""Reading a workbook in a process of its own, with little memory and time.

A few bytes of XLSX can ask for a sheet of seventeen thousand million cells, and the reader is not Python:
when it runs out of memory it takes its process with it, so that must not be ours.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from handlers.org.values import BadOrganisation, Problem

READER = Path(__file__).with_name("sheet_reader.py")
SHEETS = ("units", "people")
MOST_UNZIPPED = 200_000_000
MOST_PARTS = 2_000
SECONDS = 60


def read_workbook(path: Path, *, most_rows: int, most_columns: int) -> dict[str, list[list[str]]]:
    """The rows of those sheets that are there, every cell as text. Raises `BadOrganisation`."""
    _check_size(path)
    order = [sys.executable, "-I", str(READER), str(path), str(most_rows), str(most_columns), *SHEETS]
    try:
        done = subprocess.run(order, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _bad(path, f"{SECONDS} 秒内没有读完，文件可能有问题") from None
    if done.returncode == 3:
        raise _bad(path, done.stderr.decode(errors="replace").strip())
    if done.returncode:
        raise _bad(path, "读不出来：文件损坏、加了密，或展开后太大；请另存为普通的 .xlsx")
    found: dict[str, list[list[str]]] = json.loads(done.stdout)
    return found


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _bad(path, "不是 .xlsx 工作簿，请在表格软件里另存为 .xlsx") from error
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNZIPPED:
        raise _bad(path, f"展开后大于 {MOST_UNZIPPED // 1_000_000} MB，不读取")


def _bad(path: Path, message: str) -> BadOrganisation:
    return BadOrganisation([Problem(path.name, None, "", message)])
