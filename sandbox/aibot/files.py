"""Pictures and files from members: encrypted, behind an address that lives for five minutes (doc/100719)."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

LIFE = 300
LARGEST = 100 * 1024 * 1024
BLOCK = 32
PATH = "/aibot/file/"


@dataclass(frozen=True, slots=True)
class Stored:
    """One file as it lies on the server."""

    name: str
    until: float
    sealed: bytes = field(repr=False)


class Files:
    """Keeps encrypted files for as long as their addresses live, in real time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._stored: dict[str, Stored] = {}

    def add(self, name: str, data: bytes, key: bytes) -> str:
        """Store a file under a new path. Raises `ValueError` for one that is too large."""
        if len(data) > LARGEST:
            raise ValueError("智能机器人只收 100 MB 以内的文件")
        path = PATH + secrets.token_urlsafe(24)
        self._stored[path] = Stored(name, self._now() + LIFE, encrypt(data, key))
        return path

    def find(self, path: str) -> Stored | None:
        """The file behind a path that still lives."""
        stored = self._stored.get(path)
        return stored if stored and self._now() < stored.until else None


def encrypt(data: bytes, key: bytes) -> bytes:
    """AES-256-CBC as callbacks have it, but only the bytes: no random, no length, no id."""
    pad = BLOCK - len(data) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(data + bytes([pad]) * pad) + encryptor.finalize()


def new_key() -> bytes:
    """The key of a single file, as the long connection gives it along."""
    return os.urandom(32)


def respond_with(stored: Stored | None) -> web.Response:
    """The encrypted bytes, or 403 as an object store answers for an address that is over."""
    if stored is None:
        return web.Response(status=403, text="AccessDenied: Request has expired")
    named = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    headers = {"Content-Disposition": named, "Content-Type": "application/octet-stream"}
    return web.Response(body=stored.sealed, headers=headers)
