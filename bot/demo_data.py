"""The directory of a demo: its keys, its configuration, its store, and which company lives in it."""

import base64
import fcntl
import json
import os
import secrets
import string
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.commands.answers import Refused

CONFIG, STORE, ABOUT, LOCK = "config.toml", "xiaoer.db", "demo.json", "demo.lock"
# Everything a demo may have made, and nothing else: this much `--reset` removes.
BESIDE = ("", "-wal", "-shm", ".lock", ".turn", ".migrate", ".import", ".anchor", ".clock")
OURS = (CONFIG, ABOUT, *(f"{STORE}{ending}" for ending in BESIDE))
ANEW = "演示可以重新开始：xiaoer demo --reset；或用 --data 换一个文件夹 · begin anew with --reset"
AGENT = 1000002
LETTERS = string.ascii_letters + string.digits
HEAD = """# 由 xiaoer demo 生成，每次启动重写；密钥只用于演示。
# Made by `xiaoer demo`, anew at every start; the keys are for the demo only.
"""


class DemoData:
    """A directory that one demo holds while it runs. Raises `Refused` when another one does."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock = self._hold()

    def _hold(self) -> int:
        if self.path.exists() and not self.path.is_dir():
            raise Refused(f"{self.path} 不是文件夹，请用 --data 换一个 · it is not a directory")
        strange = [one.name for one in self.path.iterdir()] if self.path.is_dir() else []
        if strange and not {CONFIG, ABOUT, LOCK} & set(strange):
            raise Refused(f"{self.path} 里有别的东西，请用 --data 给一个空文件夹 · it holds other things")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise Refused(
                f"另一个演示正在用 {self.path}。关掉它，或用 --data 换一个文件夹。\n"
                "Another demo is using this directory: end it, or give another with --data."
            ) from None
        return lock

    def close(self) -> None:
        """Let another demo have it."""
        os.close(self._lock)

    @property
    def url(self) -> str:
        """The URL of the store."""
        return f"sqlite:///{self.path / STORE}"

    @property
    def config_file(self) -> Path:
        """The configuration that other commands may use while the demo runs."""
        return self.path / CONFIG

    def reset(self) -> None:
        """Begin anew: remove what demos have made here."""
        for name in OURS:
            (self.path / name).unlink(missing_ok=True)
        for left in (self.path / f"{STORE}.in-hand").glob("*.in-hand"):
            left.unlink(missing_ok=True)

    def company(self) -> str:
        """The folder whose company was loaded last; empty before the first time."""
        try:
            about = json.loads((self.path / ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        return str(about.get("company", "")) if isinstance(about, dict) else ""

    def remember(self, company: Path) -> None:
        """This company has been loaded."""
        self._write(ABOUT, json.dumps({"company": str(company)}, ensure_ascii=False))

    def settings(self, connections: Sequence[str], *, page: int, bot: int) -> dict[str, Any]:
        """The configuration for these connections and ports, with the keys of earlier starts; kept."""
        before = self._before()
        known = {one["name"]: one for one in before.get("wecom", ())}
        api_base = f"http://127.0.0.1:{page}/cgi-bin"
        tree: dict[str, Any] = {
            "server": {"host": "127.0.0.1", "port": bot, "public_url": f"http://127.0.0.1:{page}"},
            "database": {"url": self.url},
            "security": before.get("security") or _security(),
            "wecom": [{**(known.get(name) or _app(name)), "api_base": api_base} for name in connections],
        }
        self._write(CONFIG, HEAD + spell(tree))
        return tree

    def _before(self) -> dict[str, Any]:
        if not self.config_file.exists():
            if (self.path / STORE).exists():
                raise Refused(f"{self.path} 里有数据库，但密钥（{CONFIG}）不在了，打不开。{ANEW}")
            return {}
        try:
            return tomllib.loads(self.config_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise Refused(f"读不懂 {self.config_file}。{ANEW}") from None

    def _write(self, name: str, text: str) -> None:
        new = self.path / f"{name}.new"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(self.path / name)


def _security() -> dict[str, Any]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {"field_keys": [key()], "blind_index_key": key(), "tap_key": key(), "audit_key": key()}


def _app(name: str) -> dict[str, Any]:
    return {
        "name": name, "corp_id": f"ww{secrets.token_hex(8)}", "agent_id": AGENT, "secret": _letters(43),
        "token": _letters(16), "encoding_aes_key": _letters(43),
    }  # fmt: skip


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def spell(tree: Mapping[str, Any]) -> str:
    """Our few kinds of value; JSON spells text, numbers and lists of text as TOML does."""
    lines = []
    for section, value in tree.items():
        for table in value if isinstance(value, list) else [value]:
            lines.append(f"\n[[{section}]]" if isinstance(value, list) else f"\n[{section}]")
            lines += [f"{key} = {json.dumps(one, ensure_ascii=False)}" for key, one in table.items()]
    return "\n".join(lines) + "\n"
