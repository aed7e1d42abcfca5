"""The people of a home, and the secret that their second factors are sealed with: a file beside the register's."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from tte.backends.private_file import read_private
from tte.durable import new_file
from tte.errors import ConfigError
from tte.office import Home
from tte.people import People, people_of
from tte.register import Register

SECRET: Final = "people.secret"  # noqa: S105  the name of a file
REQUESTS: Final = "requests.secret"
SIZE: Final = 32


def open_people(home: Home, register: Register) -> People:
    """The people beside a home's open register. The secret is read, or made, when a second factor is first needed."""
    return people_of(register, lambda: secret_of(home))


def secret_of(home: Home) -> bytes:
    """The secret that second factors, and the secrets of webhooks, are sealed with."""
    return kept_secret(home.path / "var" / SECRET, holds="the secret of the second factors")


def kept_secret(path: Path, *, holds: str) -> bytes:
    """32 random bytes that only this user can read, made if there are none; several machines of one office need the
    same file.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with new_file(part, mode=0o600) as file:
                file.write(secrets.token_bytes(SIZE))
            with suppress(FileExistsError):  # another process was quicker
                path.hardlink_to(part)
            part.unlink()
    except OSError as why:
        raise ConfigError(
            f"{path} cannot be made: {why.strerror}", hint="give the folder to the user that runs tte"
        ) from why
    content = read_private(path, holds=holds)
    if len(content) != SIZE:
        raise ConfigError(f"{path} is not {SIZE} bytes long", hint="put it back from its backup")
    return content
