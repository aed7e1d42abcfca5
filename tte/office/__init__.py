"""An office's home: its settings, key profiles, templates and register. The only room that knows all rooms.

A home is `--home`, else `$TTE_HOME`, else the current folder, never searched for upwards. What a home lacks comes from
the sample office (Kabupaten Contoh). It does not exist, so only test keys may sign for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from tte import register
from tte.errors import ConfigError, KeyRefused, Problem, TemplateError, TteError
from tte.key import Identity, Key, KeyUri
from tte.model import Goal, Imprint, Level
from tte.office import starter
from tte.office.levels import IN_FLIGHT, of_profile, open_augmenter, open_services, profile_by_profile
from tte.office.settings import Profile, Settings, read
from tte.office.truth import check_profile, common_name
from tte.regions import regency
from tte.register import Register
from tte.validation import Trust

if TYPE_CHECKING:
    from tte.archive import Archive
    from tte.augmentation import Augmenter, Reached
    from tte.issuance import Issuer
    from tte.issuance.levels import RaiseAll
    from tte.issuance.means import Kind, Prints
    from tte.office.log import HomeLog
    from tte.office.seals import OfficeSeals
    from tte.services import Services
    from tte.signing import DocumentSigning, KeySigning, SigningService
    from tte.template import Template

CHUNK, WHOLE_CHUNK = 256, 8
"""Documents in a chunk, and in one of those that a service signs, which takes a second for each."""


@dataclass(frozen=True)
class Home:
    """A home folder, opened. Reading is lazy: a command pays only for what it uses."""

    path: Path
    interactive: bool = False
    typed: Callable[[], str] | None = field(default=None, repr=False, compare=False)
    """What a person has typed elsewhere, for keys whose profile says `prompt:`; asked for once, when the key asks."""

    @property
    def _attended(self) -> bool:
        return self.interactive or self.typed is not None

    @cached_property
    def settings(self) -> Settings:
        """`tte.toml`, or the sample office's where the home has none."""
        own = self.path / "tte.toml"
        return read(own if own.exists() else starter.SETTINGS, Settings)

    # Templates

    def template_names(self) -> tuple[str, ...]:
        """Every template folder by name; folders that start with `_` hold what templates share."""
        found = sorted(file.parent.name for file in (self.path / "templates").glob("[!_]*/template.toml"))
        return tuple(found)

    def template(self, name: str) -> Template:
        """Load one template. ConfigError if there is none of that name, TemplateError with all its problems."""
        names = self.template_names()
        if name not in names:
            there = f"there are: {', '.join(names)}" if names else f"{self.path} holds no templates; try tte init"
            raise ConfigError(f"there is no template {name}", hint=there)
        from tte import template  # here and below: a command pays only for what it uses

        return template.load(self.path / "templates" / name)

    # Keys

    def profile_names(self) -> tuple[str, ...]:
        return tuple(sorted(file.stem for file in (self.path / "keys").glob("*.toml")))

    def profile(self, name: str) -> Profile:
        """Read one key profile. ConfigError if there is none of that name or it cannot be used."""
        if name not in self.profile_names():
            there = ", ".join(self.profile_names()) or f"none; {self.path} holds no keys/, try tte init"
            raise ConfigError(f"there is no key profile {name}", hint=f"there are: {there}")
        return read(self.path / "keys" / f"{name}.toml", Profile)

    def trust(self, *, more: tuple[Path, ...] = ()) -> Trust:
        """The anchors in `keys/trust/*.pem`, and in `more` files; those of PSrE in `keys/trust/psre/*.pem`."""
        folder = self.path / "keys" / "trust"
        return Trust.of_pem_files((*sorted(folder.glob("*.pem")), *more), psre=sorted((folder / "psre").glob("*.pem")))

    @contextmanager
    def open_key(self, name: str, *, apart: bool = False, by_hand: bool = False) -> Iterator[tuple[Profile, Key]]:
        """Open a key for the length of a block. It has signed and verified a random digest when the block begins.

        `apart`: in a process of its own, which costs a fifth of a second and then signs beside this one.

        ConfigError, KeyUnavailable or KeyRefused with what to do. A PIN is tried once; one that was refused is never
        tried again (see `refusals`), unless a person asks for it: `by_hand`.
        """
        from tte import backends
        from tte.backends.process import open_key_process
        from tte.backends.secrets import secret_source
        from tte.issuance import now
        from tte.office.refusals import Refusals

        profile = self._usable(name)
        opened = open_key_process if apart else backends.open_key
        uri, pinned = KeyUri.parse(profile.uri), self.pinned(profile)
        refusals = Refusals.of(self.path, uri, name, interactive=self._attended)
        with refusals.attempt(by_hand=by_hand):
            key = opened(
                uri,
                secret_source(interactive=self.interactive, base=self.path, typed=self.typed),
                home=self.path,
                pinned=pinned[0] if pinned else None,
                at=now(),
            )
        try:
            check_profile(profile, self.settings.office(profile.office), key.identity)
            with refusals.noting():
                yield profile, key
        finally:
            key.close()

    def signs_whole_documents(self, name: str) -> bool:
        """Whether a profile is of a service that signs whole documents: for `open_service`, not `open_key`."""
        return KeyUri.parse(self.profile(name).uri).scheme == "esc"

    @contextmanager
    def open_service(self, name: str, *, by_hand: bool = False) -> Iterator[tuple[Profile, SigningService]]:
        """Open such a service for the length of a block. It has said that the official may sign; it made no signature.

        ConfigError, KeyUnavailable or KeyRefused with what to do. For a passphrase that was refused see `open_key`; but
        opening does not try it, so `by_hand` is a person's word that it was put right.
        """
        from tte.backends.esc import open_esc
        from tte.backends.secrets import secret_source
        from tte.issuance import now
        from tte.office.refusals import Refusals

        profile = self._usable(name)
        uri = KeyUri.parse(profile.uri)
        refusals = Refusals.of(self.path, uri, name, interactive=self._attended)
        noted = refusals.noted()
        with refusals.attempt(by_hand=by_hand):
            service = open_esc(
                uri,
                secret_source(interactive=self.interactive, base=self.path, typed=self.typed),
                home=self.path,
                pinned=self.pinned(profile),
                at=now(),
            )
        try:
            check_profile(profile, self.settings.office(profile.office), service.identity)
            with refusals.noting():
                yield profile, service
        finally:
            service.close()
            if service.signed:
                refusals.clear(noted)

    def _usable(self, name: str) -> Profile:
        profile = self.profile(name)
        place = regency(profile.office)
        if place and place.remark and not profile.test:
            raise ConfigError(
                f"{place.name} ({place.code}) does not exist, so only test keys can sign for it",
                hint="write your own office into tte.toml and its code into the key profile",
            )
        return profile

    def pinned(self, profile: Profile) -> tuple[bytes, ...]:
        """The certificate (DER) that the profile pins, and the others in its file, which are its issuers; or none."""
        if profile.certificate is None:
            return ()
        path = self.path / profile.certificate
        try:
            certificates = x509.load_pem_x509_certificates(path.read_bytes())
        except OSError as why:
            raise ConfigError(f"the pinned certificate {path} cannot be read: {why.strerror}") from why
        except ValueError:
            raise ConfigError(f"the pinned certificate {path} is not a PEM certificate") from None
        from cryptography.hazmat.primitives.serialization import Encoding

        return tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates)

    def imprint(self, profile: Profile, identity: Identity) -> Imprint:
        """What the page says about who signs with this key."""
        certificate = x509.load_der_x509_certificate(identity.certificate)
        return Imprint(
            office=self.settings.office(profile.office),
            official=profile.as_official(),
            signer=common_name(certificate.subject),
            issuer=profile.psre or common_name(certificate.issuer),
            certified=profile.psre is not None,
            specimen=profile.test,
        )

    # Register

    @property
    def register_url(self) -> str:
        scheme, _, path = self.settings.register_url.partition(":")
        if scheme == "postgresql" and path:
            return self.settings.register_url
        if scheme != "sqlite" or not path:
            raise ConfigError(
                "tte.toml: register is sqlite:PATH or postgresql://…", [Problem("register", "unknown kind of register")]
            )
        return f"sqlite:{self.path / path}"

    def has_register(self) -> bool:
        """Whether there is one; a database has one as soon as it is opened."""
        if self.register_url.startswith("postgresql:"):
            return True
        return Path(self.register_url.removeprefix("sqlite:")).exists()

    @contextmanager
    def open_register(self) -> Iterator[Register]:
        """Open the register, made at first use. RegisterError with what to do."""
        opened = register.open_register(self.register_url)
        opened.archive = self.archive
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def open_to_write(self) -> Iterator[Register]:
        """Open the register for what changes it. What was written is signed in the end: a checkpoint (`log`).

        RegisterRolledBack if it is an older state than one that was signed, or another one.
        """
        from tte.issuance import now

        with self.open_register() as opened:
            self.log.guard(opened)
            try:
                yield opened
            except BaseException:
                with suppress(TteError):  # what went wrong comes first; the next batch signs
                    self.log.settle(opened, now())
                raise
            self.log.settle(opened, now())

    @cached_property
    def archive(self) -> Archive | None:
        """Where signed files are put before they are recorded; None if tte.toml names no archive."""
        if self.settings.archive is None:
            return None
        from tte.archive import open_archive

        return open_archive(self.settings.archive.url)

    @cached_property
    def log(self) -> HomeLog:
        """The log's key and name, and the checkpoint beside the register."""
        given = self.settings.log
        host = self.settings.base_url.split("//", 1)[1].split("/", 1)[0]
        from tte.office.log import HomeLog  # who only asks about a file needs no log

        return HomeLog(self.path / "var" / "log", given.origin if given else f"{host}/log")

    # Seals

    def seals(self, code: str) -> OfficeSeals:
        """The seal keys and published lists of the office with this code. ConfigError if `tte.toml` has none."""
        from tte.office.seals import OfficeSeals

        office = self.settings.office(code)
        address = self.settings.base_url.removeprefix("https://")
        hosts = (address, *(host for host in self.settings.serve.hosts if host != address))
        return OfficeSeals(self.path / "var" / "seal" / code, code, office.name, hosts)

    # Levels

    @property
    def _kept(self) -> Path:
        """Where processes tell each other when a service was asked and is left alone."""
        return self.path / "var" / "services"

    def services(self, profile: Profile) -> AbstractContextManager[Services]:
        """The trust services of a key profile, for the length of a block. Nothing is asked before they are used."""
        return open_services(profile, self.trust(), self._kept)

    def augmenter(
        self, profile: Profile, register: Register, *, in_flight: int = IN_FLIGHT
    ) -> AbstractContextManager[Augmenter]:
        """What raises entries of a register with the trust services of a key profile, for the length of a block."""
        return open_augmenter(profile, register, self.trust(), in_flight, kept=self._kept)

    def raise_pending(self, register: Register, *, in_flight: int = IN_FLIGHT) -> Iterator[Reached]:
        """Raise all that is below its goal, with the services of its own key profile; where each then stands.

        No key is opened. What a profile is gone for, or an outage concerns, stays as it is and says why.
        """
        return profile_by_profile(
            register.below_goal,
            self.profile,
            lambda profile: self.augmenter(profile, register, in_flight=in_flight),
            lambda augmenter, entries: augmenter.raise_all(entries),
        )

    def renew_expiring(self, register: Register, before: datetime, *, in_flight: int = IN_FLIGHT) -> Iterator[Reached]:
        """Renew what is at B-LTA and can be relied on only until a time before this one; else as `raise_pending`."""
        return profile_by_profile(
            lambda name: of_profile(register.expiring(before), name),
            self.profile,
            lambda profile: self.augmenter(profile, register, in_flight=in_flight),
            lambda augmenter, entries: augmenter.renew_all(entries),
        )

    # Issuing

    @contextmanager
    def issuer(
        self, key_name: str, names: tuple[str, ...], *, apart: bool = False, reports: bool = False
    ) -> Iterator[Issuer]:
        """Everything wired for issuing documents of the named templates with one key, for the length of a block.

        With `reports` also Friday reports (`tte.reports.friday`).

        Opening checks what can be checked before the first row: templates, key, that its chain ends at an anchor, and
        for documents that are to hold revocation info that its certificate is not revoked, as far as a service answers.
        `apart`: the key is opened in a process of its own and signs beside this one, for batches.
        """
        from tte.issuance import Issuer, now
        from tte.signing import DocumentSigning

        templates = {name: self.template(name) for name in names}
        drawn: dict[str, tuple[Kind, Callable[[Imprint], Prints]]] = {}
        if reports:
            from tte.reports.friday import NAME, FridayKind, FridayPress

            drawn[NAME] = FridayKind(), FridayPress
        with (
            self._opened(key_name, apart=apart) as (profile, signing_with),
            self.open_to_write() as opened,
            closing(signing_with(opened)) as signing,
            self._raising(profile, signing.identity, opened) as raise_all,
        ):
            yield Issuer(
                signing=signing,
                imprint=self.imprint(profile, signing.identity),
                templates=templates,
                drawn=drawn,
                register=opened,
                trust=self.trust_for(signing.identity),
                full_validation=profile.full_validation,
                kept=self.path / "var" / "cache",
                goal=Goal(key_name, profile.level, profile.minimum),
                raise_all=raise_all,
                per_batch=profile.per_batch,
                per_day=profile.per_day,
                sealing=self.seals(profile.office).sealing(now(), test=profile.test),
                chunk=WHOLE_CHUNK if isinstance(signing, DocumentSigning) else CHUNK,
            )

    @contextmanager
    def _opened(
        self, name: str, *, apart: bool
    ) -> Iterator[tuple[Profile, Callable[[Register], KeySigning | DocumentSigning]]]:
        """What signs for a profile, once it is told which register to note in what is sent."""
        from tte.issuance import now
        from tte.signing import DocumentSigning, KeySigning

        if self.signs_whole_documents(name):
            with self.open_service(name) as (profile, service):
                trust = self.trust_for(service.identity)
                yield (
                    profile,
                    lambda opened: DocumentSigning(
                        service, trust=trust, dispatches=opened, now=now, returned=self.path / "var" / "returned"
                    ),
                )
        else:
            with self.open_key(name, apart=apart) as (profile, key):
                yield profile, lambda _: KeySigning(key, beside=apart, room=_room(profile))

    @contextmanager
    def _raising(self, profile: Profile, identity: Identity, opened: Register) -> Iterator[RaiseAll | None]:
        """What raises the documents of a profile; None where B-B is all they are to reach."""
        if profile.level is Level.B_B:
            yield None
            return
        trust = self.trust_for(identity)
        with open_augmenter(profile, opened, trust, IN_FLIGHT, kept=self._kept, about_to_sign=identity) as augmenter:
            yield augmenter.raise_all

    def trust_for(self, identity: Identity) -> Trust:
        """The home's anchors, and the key's own certificate where it is signed by itself (throw-away keys).

        KeyRefused if the chain of the key ends at none of them: what it signs would not pass our own validation.
        """
        trust = self.trust()
        certificate = x509.load_der_x509_certificate(identity.certificate)
        if certificate.issuer == certificate.subject:
            return Trust((*trust.anchors, identity.certificate), trust.psre)
        tops = {x509.load_der_x509_certificate(der).issuer for der in (identity.certificate, *identity.chain)}
        anchors = {x509.load_der_x509_certificate(der).subject for der in trust.anchors}
        if not tops & anchors:
            raise KeyRefused(
                "no anchor in keys/trust/ ends this key's certificate chain",
                hint=f"put the PEM certificate of the root above “{common_name(certificate.issuer)}” into keys/trust/",
            )
        return trust


def _room(profile: Profile) -> int:
    return 0 if profile.level is Level.B_B else profile.tsa_room


__all__ = ["Home", "Profile", "TemplateError", "starter"]
