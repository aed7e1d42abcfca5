"""A PostgreSQL server of the tests' own: a folder, a socket in it, nothing on the network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg

_DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "on",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}


def program(name: str) -> str:
    """Where a program of the server is. It fails where there is none, for what it would show must not go unseen."""
    found = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    there = str(found[-1]) if found else shutil.which(name)
    if there is None:
        raise RuntimeError(f"there is no {name}: install PostgreSQL (Debian: apt-get install postgresql)")
    return there


class Server:
    """A server in a folder that is made for it. `url(database)` is an address in it, of its owner."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = count(1)
        folder.mkdir()
        self._as: Sequence[str] = ()
        if os.geteuid() == 0:  # the server does not run as root
            shutil.chown(folder, "postgres", "postgres")
            for parent in folder.parents[:4]:
                if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
            self._as = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
        words = ("-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
        self._run(program("initdb"), "-D", str(self.data), *words)
        with (self.data / "postgresql.conf").open("a", encoding="ascii") as settings:
            settings.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
            settings.write(f"unix_socket_directories = '{folder}'\n")
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What the server wrote about its work."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self, *settings: str) -> None:
        """Start it, with settings such as `fsync=off`, and wait until it can be asked."""
        options = " ".join(f"-c {setting}" for setting in settings)
        words = ("-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-o", options)
        self._run(program("pg_ctl"), *words, "start")

    def stop(self, *, how: str = "immediate") -> None:
        """Stop it: `immediate` as a crash does, `fast` in good order."""
        self._run(program("pg_ctl"), "-D", str(self.data), "-m", how, "-w", "stop")

    def url(self, database: str, *, user: str = "owner", **more: str) -> str:
        asked = "&".join(
            f"{name}={quote(value, safe='')}" for name, value in {"host": str(self.folder), **more}.items()
        )
        return f"postgresql://{user}@/{database}?{asked}"

    @contextmanager
    def database(self, template: str = "template0", *, options: str = "") -> Iterator[str]:
        """A new database for the length of a block; its name."""
        name = f"t{next(self._names)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {template} {options}")
        try:
            yield name
        finally:
            self.execute("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, database: str, *statements: str) -> None:
        """Run statements as the owner of everything, each for itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            [*self._as, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{Path(words[0]).name} failed: {done.stderr}")


@contextmanager
def running_server() -> Iterator[Server]:
    """A server for the length of a block; in memory where there is such a folder, for databases come and go."""
    memory = Path("/dev/shm")  # noqa: S108
    with TemporaryDirectory(prefix="tte", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        server = Server(Path(folder) / "pg")
        try:
            yield server
        finally:
            server.stop()
