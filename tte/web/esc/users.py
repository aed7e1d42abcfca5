"""Who the officials are for ESC's clients, and whether one may sign: by his key profile, its certificate, the office's
list. Nothing is asked of a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography import x509

from tte.errors import ConfigError
from tte.office import Profile
from tte.office.esc import NIK, EscBook
from tte.web.esc.answers import EXPIRED, NO_CERTIFICATE, NOT_REGISTERED, SUSPENDED, Refused
from tte.web.esc.asked import Asked
from tte.web.esc.credentials import Application
from tte.web.service import Service

ISSUE: Final = "ISSUE"
_SAID: Final = {
    "ISSUE": (1111, "User sudah terdaftar dan memiliki sertifikat dengan status ISSUE"),
    "NOT_REGISTERED": (NOT_REGISTERED, "User belum terdaftar"),
    "NO_CERTIFICATE": (NO_CERTIFICATE, "User belum memiliki sertifikat"),
    "EXPIRED": (EXPIRED, "Sertifikat user sudah kedaluwarsa"),
    "NEW": (NO_CERTIFICATE, "Sertifikat user belum berlaku"),
    "SUSPEND": (SUSPENDED, "User sedang tidak berwenang menandatangani menurut daftar pejabat kantornya"),
}
_V1_NOT_REGISTERED: Final = 1110
_REFUSED: Final = {
    "NOT_REGISTERED": "User tidak terdaftar",
    "NO_CERTIFICATE": "User belum memiliki sertifikat",
}


@dataclass(frozen=True, slots=True)
class Official:
    """An official as a client asks for him. `name` is his key profile, None if nobody is known so."""

    name: str | None
    profile: Profile | None
    certificates: Sequence[bytes]
    status: str

    def answer(self, *, v1: bool) -> dict[str, object]:
        """What `status` and `check/status` say."""
        if v1 and self.name is None:
            return {"status_code": _V1_NOT_REGISTERED, "status": "NOT_REGISTERED", "message": "User belum terdaftar"}
        code, message = _SAID[self.status]
        return {"status_code": code, "status": self.status, "message": message}

    def signs(self) -> tuple[str, Profile]:
        """His key profile. Refused if he may not sign."""
        if self.status != ISSUE or self.name is None or self.profile is None:
            code, message = _SAID[self.status]
            code = NOT_REGISTERED if self.name is None else code
            raise Refused("User tidak terdaftar" if self.name is None else _REFUSED.get(self.status, message), code)
        return self.name, self.profile


class Users:
    """The officials that one home knows."""

    def __init__(self, service: Service, book: EscBook) -> None:
        self._service, self._book = service, book

    def of(self, given: Asked, application: Application) -> Official:
        """By `nik`, else by `email`."""
        return self.known(given.text("nik"), application, email=given.text("email"))

    def known(self, nik: str, application: Application, *, email: str = "") -> Official:
        """The official with this NIK or address, among those whom the application's office has."""
        nik, email = nik.strip(), email.strip()
        name = next((found for who in (nik, email) if who and (found := self._book.profile_of(who))), None)
        official = self._official(name) if name else None
        if official and official.profile and official.profile.office == application.office:
            return official
        return Official(None, None, (), "NO_CERTIFICATE" if NIK.fullmatch(nik) else "NOT_REGISTERED")

    def _official(self, name: str) -> Official | None:
        try:
            profile = self._book.check(name)
        except ConfigError:
            return None
        try:
            certificates = self._service.home.pinned(profile)
        except ConfigError:
            return Official(name, profile, (), "NO_CERTIFICATE")
        return Official(name, profile, certificates, self._status(name, profile, certificates[0]))

    def _status(self, name: str, profile: Profile, certificate: bytes) -> str:
        at, found = self._service.now(), x509.load_der_x509_certificate(certificate)
        if at > found.not_valid_after_utc:
            return "EXPIRED"
        if at < found.not_valid_before_utc:
            return "NEW"
        listed = self._service.officials
        if listed.listed:
            office = f"{profile.office} SPECIMEN" if profile.test else profile.office
            mandates = listed.of(sha256(certificate).hexdigest())
            if not any(one.office == office and one.covers(at) for one in mandates):
                return "SUSPEND"
        holds = self._service.desk().people.accounts.signs_with(name, at)
        return "SUSPEND" if holds is False else ISSUE
