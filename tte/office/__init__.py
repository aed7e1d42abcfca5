"""An office's home: its settings, key profiles, templates and register. The only room that knows all rooms.

A home is `--home`, else `$TTE_HOME`, else the current folder, never searched for upwards. What a home lacks comes from
the sample office (Kabupaten Contoh). It does not exist, so only test keys may sign for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509

from tte import backends, register, template
from tte.backends.process import open_key_process
from tte.backends.secrets import secret_source
from tte.errors import ConfigError, KeyRefused, Problem, TemplateError
from tte.issuance import Issuer, now
from tte.key import Identity, Key, KeyUri
from tte.model import Imprint
from tte.office import starter
from tte.office.settings import Profile, Settings, read
from tte.office.truth import check_profile, common_name
from tte.regions import regency
from tte.register import Register
from tte.signing import KeySigning
from tte.template import Template
from tte.validation import Trust


@dataclass(frozen=True)
class Home:
    """A home folder, opened. Reading is lazy: a command pays only for what it uses."""

    path: Path
    interactive: bool = False

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
        """The anchors in `keys/trust/*.pem`, and in `more` files."""
        return Trust.of_pem_files((*sorted((self.path / "keys" / "trust").glob("*.pem")), *more))

    @contextmanager
    def open_key(self, name: str, *, apart: bool = False) -> Iterator[tuple[Profile, Key]]:
        """Open a key for the length of a block. It has signed and verified a random digest when the block begins.

        `apart`: in a process of its own, which costs a fifth of a second and then signs beside this one.

        ConfigError, KeyUnavailable or KeyRefused with what to do. A PIN is tried once.
        """
        profile = self.profile(name)
        place = regency(profile.office)
        if place and place.remark and not profile.test:
            raise ConfigError(
                f"{place.name} ({place.code}) does not exist, so only test keys can sign for it",
                hint="write your own office into tte.toml and its code into the key profile",
            )
        opened = open_key_process if apart else backends.open_key
        key = opened(
            KeyUri.parse(profile.uri),
            secret_source(interactive=self.interactive, base=self.path),
            home=self.path,
            pinned=self._pinned(profile),
            at=now(),
        )
        try:
            check_profile(profile, self.settings.office(profile.office), key.identity)
            yield profile, key
        finally:
            key.close()

    def _pinned(self, profile: Profile) -> bytes | None:
        if profile.certificate is None:
            return None
        path = self.path / profile.certificate
        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
        except OSError as why:
            raise ConfigError(f"the pinned certificate {path} cannot be read: {why.strerror}") from why
        except ValueError:
            raise ConfigError(f"the pinned certificate {path} is not a PEM certificate") from None
        from cryptography.hazmat.primitives.serialization import Encoding

        return certificate.public_bytes(Encoding.DER)

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
        if scheme != "sqlite" or not path:
            raise ConfigError("tte.toml: register is sqlite:PATH", [Problem("register", "unknown kind of register")])
        return f"sqlite:{self.path / path}"

    def has_register(self) -> bool:
        return Path(self.register_url.removeprefix("sqlite:")).exists()

    @contextmanager
    def open_register(self) -> Iterator[Register]:
        """Open the register, made at first use. RegisterError with what to do."""
        opened = register.open_register(self.register_url)
        try:
            yield opened
        finally:
            opened.close()

    # Issuing

    @contextmanager
    def issuer(self, key_name: str, names: tuple[str, ...], *, apart: bool = False) -> Iterator[Issuer]:
        """Everything wired for issuing documents of the named templates with one key, for the length of a block.

        Opening checks what can be checked before the first row: templates, key, and that its chain ends at an anchor.
        `apart`: the key is opened in a process of its own and signs beside this one, for batches.
        """
        templates = self._load(names)
        with (
            self.open_key(key_name, apart=apart) as (profile, key),
            closing(KeySigning(key, beside=apart)) as signing,
            self.open_register() as opened,
        ):
            yield Issuer(
                signing=signing,
                imprint=self.imprint(profile, key.identity),
                templates=templates,
                register=opened,
                trust=self.trust_for(key.identity),
                full_validation=profile.full_validation,
                kept=self.path / "var" / "cache",
            )

    def _load(self, names: tuple[str, ...]) -> Mapping[str, Template]:
        return {name: self.template(name) for name in names}

    def trust_for(self, identity: Identity) -> Trust:
        """The home's anchors, and the key's own certificate where it is signed by itself (throw-away keys).

        KeyRefused if the chain of the key ends at none of them: what it signs would not pass our own validation.
        """
        trust = self.trust()
        certificate = x509.load_der_x509_certificate(identity.certificate)
        if certificate.issuer == certificate.subject:
            return Trust((*trust.anchors, identity.certificate))
        tops = {x509.load_der_x509_certificate(der).issuer for der in (identity.certificate, *identity.chain)}
        anchors = {x509.load_der_x509_certificate(der).subject for der in trust.anchors}
        if not tops & anchors:
            raise KeyRefused(
                "no anchor in keys/trust/ ends this key's certificate chain",
                hint=f"put the PEM certificate of the root above “{common_name(certificate.issuer)}” into keys/trust/",
            )
        return trust


__all__ = ["Home", "Profile", "TemplateError", "starter"]
