"""`tte augment --pending` and `--renew`: what the register holds, raised or renewed, and how people hear of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from tte.cli.console import err, out, print_json
from tte.cli.exits import Exit
from tte.cli.levels import Behind
from tte.errors import ConfigError
from tte.issuance import now
from tte.office import Home

if TYPE_CHECKING:
    from tte.augmentation import Reached


def in_register(home: Home, *, before: timedelta | None, as_json: bool) -> Exit:
    """Raise what is below its goal, or renew what runs out within `before`."""
    if not home.has_register():
        raise ConfigError(f"{home.path} has no register yet", hint="the first tte issue makes it")
    behind, count, failed, interrupted = Behind(), 0, 0, False
    with home.open_to_write() as register:
        found: Iterable[Reached] = (
            home.raise_pending(register) if before is None else home.renew_expiring(register, now() + before)
        )
        try:
            for reached in found:
                count, failed = count + 1, failed + bool(reached.why)
                behind.note(reached.entry, reached.why)
                if as_json:
                    _tell_entry(reached)
        except KeyboardInterrupt:
            interrupted = True
    done = f"{count - failed} of {count} {'raised' if before is None else 'renewed'}{behind.levels}"
    if not as_json:
        out.print(f"{done}.")
        behind.report()
    if interrupted:
        err.print(f"interrupted: {done}, and what was under way is in the register as far as it came;")
        err.print("run the same command again to go on")
        return Exit.INTERRUPTED
    return Exit.UNAVAILABLE if failed else Exit.DONE


def _tell_entry(reached: Reached) -> None:
    entry, why = reached.entry, reached.why
    names = ("seq", "office", "template", "number", "id", "pdf_sha256", "level", "held", "until")
    content = {name: getattr(entry, name) for name in names}
    goal = entry.goal.level if entry.goal else None
    print_json("raised", {**content, "goal": goal, "behind": why.code if why else None})
