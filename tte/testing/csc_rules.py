"""What the CSC double says of itself and of its credential, and how a test sets it up."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from tte.backends.memory import PrivateKey
from tte.testing.csc_http import Says

SHA256, SHA384 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2"
ALGOS: Final = {
    "rsa": ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"],
    "ecdsa-p256": ["1.2.840.10045.4.3.2"],
    "ecdsa-p384": ["1.2.840.10045.4.3.3"],
}

Json = dict[str, Any]


@dataclass
class Rules:
    """How the service is set up. A test may change any of it while it runs, but `api` and `algorithm`.

    `pin` "" : none is asked for. `otp`: "" none, "offline" the owner has them, "online" the service sends them; those
    that are good are in `Csc.otps`. `token` "": none is needed. `client`: OAuth client id and secret, "" for none.
    `most` is `multisign`. `p1363`: ECDSA signatures as r and s.
    """

    api: str = "v2"
    algorithm: str = "ecdsa-p256"
    pin: str = field(default="", repr=False)
    otp: str = ""
    token: str = field(default="", repr=False)
    client: tuple[str, str] = field(default=("", ""), repr=False)
    most: int = 100
    extends: bool = True
    p1363: bool = False
    lifetime_s: int = 300
    key_status: str = "enabled"
    cert_status: str = "valid"
    mode: str = "explicit"
    algos: list[str] | None = None


class Refused(Exception):
    """An answer of HTTP 400 or another, with the words of the specification."""

    def __init__(self, text: str, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(text)
        self.answer = Says(status, json.dumps({"error": error, "error_description": text}).encode())


def algorithms(rules: Rules) -> list[str]:
    """The OIDs of `key/algo`."""
    kind = "rsa" if rules.algorithm.startswith("rsa") else rules.algorithm
    return ALGOS[kind] if rules.algos is None else rules.algos


def described(rules: Rules, path: Sequence[x509.Certificate], certificates: str) -> Json:
    """What `credentials/info` answers (§11.5) to the parameter `certificates`."""
    count = {"none": 0, "single": 1, "chain": len(path)}[certificates]
    public = path[0].public_key()
    told: Json = {
        "key": {"status": rules.key_status, "algo": algorithms(rules), "len": getattr(public, "key_size", 0)},
        "cert": {
            "status": rules.cert_status,
            "certificates": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in path[:count]],
        },
        "SCAL": "2",
        "multisign": rules.most,
        "lang": "en-US",
    }
    return told | (_factors_v1(rules) if rules.api == "v1" else _factors_v2(rules))


def _factors_v1(rules: Rules) -> Json:
    if rules.mode != "explicit":
        return {"authMode": rules.mode}
    return {
        "authMode": rules.mode,
        "PIN": {"presence": "true" if rules.pin else "false", "format": "A"},
        "OTP": {"presence": "true", "type": rules.otp, "format": "N"} if rules.otp else {"presence": "false"},
    }


def _factors_v2(rules: Rules) -> Json:
    if rules.mode != "explicit":
        return {"auth": {"mode": rules.mode}}
    otp = {"type": "ChallengeResponse"} if rules.otp == "online" else {"type": "Password", "generator": "totp"}
    objects = [{"type": "Password", "id": "PIN", "format": "A"}] if rules.pin else []
    objects += [{"id": "OTP", "format": "N", **otp}] if rules.otp else []
    expression = " AND ".join(one["id"] for one in objects)
    return {"auth": {"mode": rules.mode, "expression": expression, "objects": objects}}


def wrong(factor: str, *, v1: bool) -> Refused:
    if v1:
        return Refused(f"The {factor} is invalid", f"invalid_{factor.lower()}")
    return Refused("The authentication data is invalid", "invalid_authentication_data")


def signed(private: PrivateKey, digest: bytes, *, p1363: bool) -> bytes:
    prehashed = Prehashed(hashes.SHA384() if len(digest) == 48 else hashes.SHA256())
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(digest, padding.PKCS1v15(), prehashed)
    value = private.sign(digest, ec.ECDSA(prehashed))
    if not p1363:
        return value
    size = (private.key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(value))
