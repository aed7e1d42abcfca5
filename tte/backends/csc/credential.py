"""What the service says of a credential: its certificate and issuers, how it signs, how many at once, what it asks for.

CSC API 1.0.4.0 §11.5 and 2.0.0.2 §11.5, `credentials/info`.
"""

from __future__ import annotations

import base64
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from pydantic import BaseModel, Field, ValidationError

from tte.backends.chain import issuers_of
from tte.backends.csc.factors import Demand, Factor, Kind, Request
from tte.backends.csc.vocabulary import Api
from tte.errors import CertificateExpired, CertificateRevoked, KeyRefused, KeyUnavailable
from tte.key import Algorithm, Identity

MOST_AT_ONCE: Final = 1000
"""Digests in one call, however many more the service allows: an answer should have a size and a time."""

DIGEST_OIDS: Final = {"sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2"}
SIGNATURE_OIDS: Final = {
    Algorithm.RSA_SHA256: ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    Algorithm.ECDSA_P256: ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
    Algorithm.ECDSA_P384: ("1.2.840.10045.4.3.3", "1.2.840.10045.2.1"),
}
"""How a service may call what we need, the exact name first; the second is that of the kind of key alone."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that may be used. `most` is how many digests one authorisation may be for."""

    id: str
    identity: Identity
    digest_oid: str
    signature_oid: str
    most: int
    demand: Demand


def read_credential(api: Api, name: str, answer: Mapping[str, object]) -> Credential:
    """What `answer` says of the credential `name`.

    KeyUnavailable if it cannot be read. CertificateExpired, CertificateRevoked (also if suspended) or KeyRefused if
    the service itself says that the credential does not sign, or if it is authorised or signs in a way that we do not.
    """
    said: _Said | None = None
    try:
        said = (_SaidV1 if api is Api.V1 else _SaidV2).model_validate(answer)
        own, *others = [_certificate(text) for text in said.cert.certificates]
        identity = Identity.of(own, issuers_of(own, others))
    except (ValidationError, ValueError, UnsupportedAlgorithm):
        said = None
    if said is None:
        raise KeyUnavailable(f"the service's answer about the credential is none of the CSC API {api}")
    _check_status(said)
    algorithm = identity.algorithm
    signature_oid = next((oid for oid in SIGNATURE_OIDS[algorithm] if oid in said.key.algo), None)
    if signature_oid is None:
        raise KeyRefused(
            f"the service does not sign with {algorithm} for this credential",
            hint="ask the service for a credential with RSA PKCS #1 v1.5 or ECDSA",
        )
    return Credential(
        id=name,
        identity=identity,
        digest_oid=DIGEST_OIDS[algorithm.digest_name],
        signature_oid=signature_oid,
        most=min(said.multisign, MOST_AT_ONCE),
        demand=said.demand(),
    )


class _Key(BaseModel):
    status: str
    algo: list[str]


class _Cert(BaseModel):
    status: str | None = None
    certificates: Annotated[list[str], Field(min_length=1, max_length=16)]


class _Said(BaseModel):
    key: _Key
    cert: _Cert
    multisign: Annotated[int, Field(ge=1)] = 1

    @abstractmethod
    def demand(self) -> Demand:
        """What an authorisation has to bring."""


class _FactorV1(BaseModel):
    presence: str | bool = False
    type: str | None = None

    @property
    def present(self) -> str:
        return str(self.presence).lower()

    @property
    def request(self) -> Request:
        """One that is online the service sends when asked to; one that is offline its owner has already."""
        return Request.SEND if self.type == "online" else Request.NOTHING


class _SaidV1(_Said):
    authMode: str  # noqa: N815 the API's name
    PIN: _FactorV1 | None = None
    OTP: _FactorV1 | None = None

    def demand(self) -> Demand:
        _check_mode(self.authMode)
        if self.authMode != "explicit":
            return Demand(())
        pin, otp = self.PIN or _FactorV1(), self.OTP or _FactorV1()
        factors = (
            (pin.present, Factor("PIN", Kind.PIN, pin.present == "true")),
            (otp.present, Factor("OTP", Kind.OTP, otp.present == "true", otp.request)),
        )
        return Demand(tuple(factor for present, factor in factors if present in ("true", "optional")))


class _ObjectV2(BaseModel):
    type: str
    id: Annotated[str, Field(min_length=1, max_length=255)]
    generator: str | None = None


class _AuthV2(BaseModel):
    mode: str
    expression: str | None = None
    objects: Annotated[list[_ObjectV2], Field(max_length=8, default_factory=list)]


class _SaidV2(_Said):
    auth: _AuthV2

    def demand(self) -> Demand:
        _check_mode(self.auth.mode)
        if self.auth.mode != "explicit":
            return Demand(())
        words = set((self.auth.expression or "").upper().replace("(", " ").replace(")", " ").split())
        if "AND" in words and words & {"OR", "XOR"}:
            raise KeyRefused("the credential is authorised by a combination of factors that is not supported")
        return Demand(tuple(_factor(one) for one in self.auth.objects), alternatives=bool(words & {"OR", "XOR"}))


def _factor(said: _ObjectV2) -> Factor:
    """A password is a PIN unless something generates it anew; the specification's own example calls the other OTP."""
    if said.type == "ChallengeResponse":
        return Factor(said.id, Kind.OTP, needed=True, request=Request.CHALLENGE)
    if said.type != "Password":
        raise KeyRefused(
            "the credential is authorised outside of the API, as on its owner's telephone, which is not supported",
            hint="ask the service for a credential with PIN or one-time password",
        )
    return Factor(said.id, Kind.OTP if said.generator or "OTP" in said.id.upper() else Kind.PIN, needed=True)


def _check_mode(mode: str) -> None:
    if mode not in ("implicit", "explicit"):
        raise KeyRefused(
            "the credential is authorised by its owner in a browser, which a batch cannot do",
            hint="ask the service for a credential with explicit authorisation (PIN or one-time password)",
        )


def _check_status(said: _Said) -> None:
    """The certificate first: it may be why the key is disabled."""
    status = (said.cert.status or "").lower()
    if status == "expired":
        raise CertificateExpired(
            "the service says that the signing certificate is expired", hint="ask the PSrE for a new certificate"
        )
    if status in ("revoked", "suspended"):
        raise CertificateRevoked(f"the service says that the signing certificate is {status}", hint="ask the PSrE why")
    if said.key.status.lower() != "enabled":
        raise KeyRefused("the service says that the key is disabled", hint="ask the service to enable it")


def _certificate(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
