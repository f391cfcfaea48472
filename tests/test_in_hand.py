"""What a dead process had in hand is found by the next one, once, and not lost on the way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from bot.in_hand import InHand, claim_leftovers, own_path

ROOT = Path(__file__).parent.parent

_DIE = """
import os, sys
from pathlib import Path
from bot.in_hand import InHand, claim_leftovers, own_path
folder = Path(sys.argv[1])
InHand(own_path(folder), claim_leftovers(folder)).hold(sys.argv[2:])
print("held", flush=True)
sys.stdin.read()
"""


def start(folder: Path, *keys: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _DIE, str(folder), *keys]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def kill(process: "subprocess.Popen[str]") -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)


def keys_left(folder: Path) -> list[str]:
    """Claim, look, and let go again, as a process that dies between claiming and writing down."""
    leftovers = claim_leftovers(folder)
    for leftover in leftovers:
        os.close(leftover.descriptor)
    return sorted(key for leftover in leftovers for key in leftover.keys)


def test_the_living_are_left_alone_and_the_dead_are_found(tmp_path: Path) -> None:
    process = start(tmp_path, "k1", "k2\n三")
    assert claim_leftovers(tmp_path) == []

    kill(process)
    assert keys_left(tmp_path) == ["k1", "k2\n三"]
    assert keys_left(tmp_path) == ["k1", "k2\n三"]


def test_two_heirs_do_not_get_the_same(tmp_path: Path) -> None:
    kill(start(tmp_path, "k1"))

    (first,) = claim_leftovers(tmp_path)
    assert claim_leftovers(tmp_path) == []
    first.remove()
    assert list(tmp_path.iterdir()) == []


def test_suspects_survive_the_death_of_their_heir(tmp_path: Path) -> None:
    kill(start(tmp_path, "k1"))
    kill(start(tmp_path, "k2"))

    assert keys_left(tmp_path) == ["k1", "k2"]


def test_a_clean_end_leaves_only_suspects_that_have_not_come(tmp_path: Path) -> None:
    kill(start(tmp_path, "k1", "k2"))
    hand = InHand(own_path(tmp_path), claim_leftovers(tmp_path))
    assert list(hand.suspects) == ["k1", "k2"]

    hand.hold(["k3"])
    hand.acquit("k1")
    hand.close()
    assert keys_left(tmp_path) == ["k2"]


def test_a_clean_end_without_suspects_leaves_nothing(tmp_path: Path) -> None:
    hand = InHand(own_path(tmp_path / "new"))
    hand.hold(["k1"])
    hand.clear()
    hand.close()
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_that_makes_no_sense_is_taken_for_empty(tmp_path: Path) -> None:
    for raw in (b'["k1', b"\xff\x00", b'{"a": 1}', b"3", b""):
        own_path(tmp_path).write_bytes(raw)

    assert keys_left(tmp_path) == []
