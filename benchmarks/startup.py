"""From `xiaoer serve` to the first good `/readyz`, and what the process then holds.

The floor of the time: an interpreter that only imports aiohttp and SQLAlchemy.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

from benchmarks.plan import Plan
from benchmarks.row import Row
from bot.demo_data import spell
from tests.conversation import fill
from tests.right_config import right

PATIENCE = 60.0  # seconds until a start has failed
PAUSE = 0.01
IMPORTS = "import aiohttp.web, sqlalchemy.orm"
XIAOER = Path(sys.executable).with_name("xiaoer")


def run(plan: Plan) -> list[Row]:
    """Seconds and megabytes, each the median of several starts."""
    with tempfile.TemporaryDirectory(prefix="xiaoer-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'store.db'}"
        fill(url)
        floors = [_imports() for _ in range(plan.starts)]
        starts = [_start(folder, url) for _ in range(plan.starts)]
    took, floor = median(seconds for seconds, _ in starts), median(floors)
    held = median(megabytes for _, megabytes in starts)
    return [
        Row("start until /readyz", took, "s", floor, took / floor, "floor: importing aiohttp and SQLAlchemy"),
        Row("memory once ready", held, "MB", note="resident, with the sample company"),
    ]


def _imports() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - began


def _start(folder: Path, url: str) -> tuple[float, float]:
    """Seconds until ready, and megabytes held then. Raises `RuntimeError` when it does not come up."""
    port = _free_port()
    config = folder / "config.toml"
    server = {"host": "127.0.0.1", "port": port}
    config.write_text(spell(right() | {"database": {"url": url}, "server": server}), "utf-8")
    began = time.perf_counter()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([XIAOER, "serve", "--config", config], stdout=log, stderr=log)
    try:
        while not _ready(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError((folder / "log").read_text("utf-8"))
            time.sleep(PAUSE)
        return time.perf_counter() - began, _megabytes(process.pid)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _megabytes(pid: int) -> float:
    """Resident, from /proc; on a system without it, what `ps` says."""
    statm = Path(f"/proc/{pid}/statm")
    if statm.exists():
        return int(statm.read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True)
    return int(told.stdout) * 1024 / 1e6
