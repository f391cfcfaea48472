"""`xiaoer --help`, `migrate`, `serve` and `check`."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli_case import desk, filled, xiaoer
from tests.right_config import key, right

COMMANDS = [
    ["demo"], ["serve"], ["migrate"], ["check"], ["say"], ["parse"],
    ["org", "import"], ["org", "show"], ["org", "access"], ["org", "grant"],
    ["audit", "show"], ["audit", "verify"],
]  # fmt: skip
ENTRY = [sys.executable, "-c", "from bot.cli import main; main()"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_comes_in_two_languages_with_examples(command: list[str]) -> None:
    told = xiaoer(*command, "--help")

    assert told.status == 0
    assert re.search("[一-龥]", told.out)
    assert re.search("[A-Za-z]{4}", told.out)
    assert f"xiaoer {' '.join(command)}" in told.out.partition("Examples")[2]


def test_a_wrong_word_is_a_wrong_argument() -> None:
    assert xiaoer("sevre").status == 2
    assert xiaoer("check", "--jsn").status == 2


def test_without_a_store_serve_says_what_to_do_and_makes_none(tmp_path: Path) -> None:
    on = desk(tmp_path)

    told = on("serve")

    assert told.status == 1
    assert "xiaoer migrate" in told.err
    assert "Traceback" not in told.err
    assert not (tmp_path / "store.db").exists()


def test_every_mistake_of_the_configuration_is_told_at_once_without_a_secret(tmp_path: Path) -> None:
    on = desk(tmp_path, server={"prot": 8080}, bot={"undo_window": 0})

    told = on("migrate")

    assert told.status == 1
    assert "server.prot" in told.err
    assert "undo_window" in told.err
    assert right()["wecom"][0]["secret"] not in told.err
    assert "Traceback" not in told.err


def test_beside_a_demo_its_configuration_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    alone = xiaoer("migrate")
    (tmp_path / "data" / "demo").mkdir(parents=True)
    (tmp_path / "data" / "demo" / "config.toml").touch()

    told = xiaoer("migrate")

    assert told.status == 1
    assert "--config data/demo/config.toml" in told.err
    assert "data/demo" not in alone.err


def test_migrate_makes_the_store_once(tmp_path: Path) -> None:
    on = desk(tmp_path)

    first, second = on("migrate", "--json"), on("migrate", "--json")

    assert first.json["from"] is None
    assert second.json == {"from": first.json["to"], "to": first.json["to"], "changed": False}
    assert (tmp_path / "store.db").stat().st_mode & 0o077 == 0


def test_two_migrations_at_once_are_one(tmp_path: Path) -> None:
    on = desk(tmp_path)
    order = [*ENTRY, "migrate", "--json", "--config", str(on.config)]

    running = [subprocess.Popen(order, stdout=subprocess.PIPE) for _ in range(2)]
    told = [json.loads(one.communicate(timeout=60)[0]) for one in running]

    assert [one.returncode for one in running] == [0, 0]
    assert sorted(one["changed"] for one in told) == [False, True]


def test_serve_answers_says_a_rehearsal_loudly_and_drains_on_sigterm(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with filled(tmp_path) as there:
        on = desk(tmp_path, there.url, server={"port": port})
        order = [*ENTRY, "serve", "--config", str(on.config), "--at", "2026-11-18T10:00"]
        with subprocess.Popen(order, stderr=subprocess.PIPE, text=True) as serving:
            assert serving.stderr
            heard = ""
            for line in serving.stderr:
                heard += line
                if '"serving"' in line:
                    break
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
                ready = json.load(answer)
            taken = on("serve")
            serving.send_signal(signal.SIGTERM)
            rest = serving.communicate(timeout=20)[1]

    assert ready["ready"] is True
    assert "REHEARSAL" in heard
    assert "2026-11-18T10:00:00+08:00" in heard
    assert serving.returncode == 0
    assert "Traceback" not in rest
    assert "apscheduler" not in heard + rest
    assert taken.status == 1
    assert "[server] port" in taken.err


def test_check_tells_what_is_in_order_and_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/cgi-bin"
    with filled(tmp_path) as there:
        settings = {**right()["wecom"][0], "api_base": nobody}
        told = desk(tmp_path, there.url, wecom=[settings])("check", "--json")

    found = {one["name"].partition(" ")[0]: one for one in told.json["checks"]}
    assert told.status == 1
    assert [name for name, one in found.items() if one["ok"] is False] == ["企业微信"]
    assert "secret" in found["企业微信"]["do"]
    assert "66" in found["组织"]["seen"]
    assert found["节假日"]["seen"]


def test_check_says_when_others_may_read_the_secrets(tmp_path: Path) -> None:
    on = desk(tmp_path)
    on.config.chmod(0o644)
    open_to_all = on("check")
    on.config.chmod(0o600)

    assert f"chmod 600 {on.config}" in open_to_all.out
    assert "chmod" not in on("check").out


def test_check_without_a_store_or_with_other_keys_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with filled(tmp_path) as there:
        strange = {**right()["security"], "field_keys": [key("stranger")]}
        told = desk(tmp_path, there.url, security=strange)("check")

    missing = desk(empty)("check")
    assert told.status == 1
    assert "field_keys" in told.out
    assert missing.status == 1
    assert "xiaoer migrate" in missing.out


def test_a_damaged_store_is_a_sentence_and_is_left_alone(tmp_path: Path) -> None:
    on, noise = desk(tmp_path), b"not a database, " * 4096
    (tmp_path / "store.db").write_bytes(noise)

    told = [on(*words) for words in (("migrate",), ("serve",), ("say", "帮助", "--as", "陈思雨"), ("check",))]

    assert [one.status for one in told] == [1, 1, 1, 1]
    assert all("store.db" in one.err + one.out for one in told)
    assert not any("Traceback" in one.err for one in told)
    assert (tmp_path / "store.db").read_bytes() == noise
