"""The register, opened for a command that only reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tte.cli.console import report
from tte.errors import ConfigError

if TYPE_CHECKING:
    from tte.office import Home
    from tte.register import Register


def there(home: Home) -> None:
    """ConfigError if the home has no register."""
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")


@contextmanager
def to_read(home: Home) -> Iterator[Register]:
    """The register for the length of a block; a warning if it is not the one that the home's checkpoint is of."""
    there(home)
    with home.open_register() as register:
        trouble = home.log.trouble(register)
        if trouble:
            report(trouble, what="warning")
        yield register
