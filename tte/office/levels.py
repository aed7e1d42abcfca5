"""The trust services of a key profile, and the queue that raises what waits for them, wired for a home.

What a command at B-B does not need is imported where it is used: HTTP and the rooms beyond it make a start slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509

from tte.errors import CertificateRevoked, ConfigError, ServiceUnavailable
from tte.key import Identity
from tte.model import Entry, Level
from tte.office.settings import Profile
from tte.register import Register
from tte.validation import Trust

if TYPE_CHECKING:
    from tte.augmentation import Augmenter, Reached
    from tte.services import Services

IN_FLIGHT = 8
"""How many documents are with the trust services at a time."""


@contextmanager
def open_services(profile: Profile, trust: Trust, kept: Path | None = None) -> Iterator[Services]:
    """The trust services of a profile, for the length of a block. Nothing is asked before they are used.

    Time-stamps are asked for at the hosts of `tsa` only, revocation info at those in `services` only. `kept` is the
    folder in which `tsa_limit` and rests are kept for all profiles and processes.
    """
    from tte.http import Http
    from tte.issuance import now
    from tte.services import Revocations, Services, TimeStamps
    from tte.services.patience import USUAL

    private, anchors = profile.private_services, trust.anchors
    hosts = {(urlsplit(address).hostname or "").lower() for address in profile.tsa}
    asking, stamping = Http(hosts=profile.services, private=private), Http(hosts=hosts, private=private)
    revocations = Revocations(http=asking, anchors=anchors, now=now)
    time_stamps = TimeStamps(
        profile.tsa,
        http=stamping,
        anchors=anchors,
        now=now,
        policy=profile.tsa_policy,
        revocations=revocations,
        limit=profile.tsa_limit or USUAL.limit,
        kept=kept,
    )
    with closing(Services(time_stamps, revocations, anchors)) as services:
        yield services


def check_not_revoked(identity: Identity, services: Services) -> None:
    """CertificateRevoked if a service says so of the signing certificate; nothing if none answers.

    A certificate whose issuer is not at hand is not asked about: it is signed by itself.
    """
    certificate = x509.load_der_x509_certificate(identity.certificate)
    issuers = [
        der
        for der in (*identity.chain, *services.anchors)
        if x509.load_der_x509_certificate(der).subject == certificate.issuer and der != identity.certificate
    ]
    if not issuers:
        return
    with suppress(ServiceUnavailable):  # an outage stops nobody from signing; the level is then reached later
        if services.revocations.of(identity.certificate, issuers[0]).revoked_at is not None:
            raise CertificateRevoked(
                "the signing certificate was revoked by its issuer; nothing was signed",
                hint="ask the certificate's issuer for a new one",
            )


@contextmanager
def open_augmenter(
    profile: Profile,
    register: Register,
    trust: Trust,
    in_flight: int,
    *,
    kept: Path | None = None,
    about_to_sign: Identity | None = None,
) -> Iterator[Augmenter]:
    """What raises entries of a register with the services of a profile, for the length of a block.

    `about_to_sign`: whose certificate is asked about before the block begins, where files are to hold what is answered.
    CertificateRevoked if it was revoked.
    """
    from tte.augmentation import Augmenter
    from tte.issuance import now

    with open_services(profile, trust, kept) as services:
        if about_to_sign and profile.level.reaches(Level.B_LT):
            check_not_revoked(about_to_sign, services)
        yield Augmenter(register, services, trust, now=now, in_flight=in_flight)


def profile_by_profile(
    listed: Callable[[str | None], Iterator[Entry]],
    profile_of: Callable[[str], Profile],
    augmenter_of: Callable[[Profile], AbstractContextManager[Augmenter]],
    work: Callable[[Augmenter, Iterator[Entry]], Iterator[Reached]],
) -> Iterator[Reached]:
    """What comes of the listed entries, those of each key profile with its own services.

    `listed` gives all, or those of one profile. Those of a profile that is not there any more, or names no time-stamp
    authority, stay as they are and say so.
    """
    from tte.augmentation import Reached

    for name in sorted({entry.goal.profile for entry in listed(None) if entry.goal}):
        missing: ConfigError | None = None
        try:
            profile = profile_of(name)
            if not profile.tsa:
                raise ConfigError(f"the key profile {name} names no time-stamp authority", hint="add tsa to it")
        except ConfigError as why:
            missing = why
        if missing:
            yield from (Reached(entry, missing) for entry in listed(name))
            continue
        with augmenter_of(profile) as augmenter:
            yield from work(augmenter, listed(name))


def of_profile(entries: Iterator[Entry], name: str | None) -> Iterator[Entry]:
    """Those that this key profile is to raise; all for None."""
    return (entry for entry in entries if name is None or (entry.goal and entry.goal.profile == name))
