"""All that `tte doctor` looks at, in order; and the part of it without which a service in production does not start."""

from __future__ import annotations

from collections.abc import Iterator

from tte.cli.doctor import home as homes
from tte.cli.doctor import keeping, machine, process
from tte.cli.doctor.delivery import delivery
from tte.cli.doctor.finding import Finding, State, failed
from tte.cli.doctor.seals import seals
from tte.cli.doctor.serving import Serving, proxies, public_address
from tte.errors import ConfigError, Problem, TteError
from tte.issuance import now
from tte.office import Home


def look(home: Home, serving: Serving) -> Iterator[Finding]:
    """Every finding. Nothing is opened but the register and the archive, and no key."""
    try:
        settings = home.settings
    except TteError as why:
        yield failed("settings", why)
        return
    yield from look_at_machine(kept_by_host=settings.serve.clock_kept_by_host)
    yield from look_at_home(home, serving)


def look_at_machine(*, kept_by_host: bool) -> Iterator[Finding]:
    """What this machine and this process give, whatever the home."""
    yield from machine.walls()
    yield machine.clock(kept_by_host=kept_by_host)
    yield process.unprivileged()
    yield process.core_dumps()
    yield machine.swap()


def look_at_home(home: Home, serving: Serving) -> Iterator[Finding]:
    """What the home is set to. Its settings can be read."""
    yield public_address(home)
    yield from proxies(serving)
    yield from homes.register(home, now())
    yield from homes.files(home)
    yield from homes.authorities(home)
    yield homes.default_key(home)
    yield from keeping.certificates(home, now())
    yield from seals(home, now())
    yield from delivery(home)
    yield keeping.archive(home)
    yield keeping.room(home)


def fit_for_production(home: Home, serving: Serving) -> list[Finding]:
    """What is to be put right and not serious. ConfigError names all that is serious, and what to do about each."""
    found = list(look(home, serving))
    serious = [one for one in found if one.state is State.FAIL]
    if serious:
        raise ConfigError(
            "layanan tidak dimulai dalam mode produksi (the service does not start in production mode)",
            [Problem(one.check, f"{one.what} → {one.todo}") for one in serious],
            hint='tte doctor shows all; [serve] mode = "development" in tte.toml is for trying out',
        )
    return [one for one in found if one.state is State.WARNING]
