"""A remote signing service to test against: a real HTTP server that speaks the CSC API, 1.0.4.0 or 2.0.0.2.

It follows the published field names and rules (§8, §10 and §11 of both), and refuses what they refuse: a digest that
the SAD is not for, a SAD that is used up, more signatures than allowed, a wrong PIN, and any after three of those. It
remembers what it was asked, and can be told to misbehave. No vendor's service was at hand when it was written.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, quote

from cryptography import x509

from tte.backends.memory import PrivateKey
from tte.testing.csc_http import Handler, Says
from tte.testing.csc_rules import SHA256, SHA384, Json, Refused, Rules, algorithms, described, signed, wrong
from tte.testing.pki import TestCa, generate

CREDENTIAL: Final = "GX0112348"
TRIES: Final = 3


Certify = Callable[[PrivateKey], Sequence[x509.Certificate]]


class Trouble(Enum):
    """What the service does instead of answering, or to its answer."""

    HANG = auto()
    RESET = auto()
    NOT_HTTP = auto()
    TOO_FEW = auto()
    ANOTHER_KEY = auto()


@dataclass
class _Authorised:
    digests: list[str]
    left: int


class Csc:
    """The service, running for the length of a `with` block. Its keys are in memory and die with it.

    `asked` are the methods that were called, in order, with their bodies. `trouble` says by method what goes wrong.
    `certify` gives the credential its certificate, issuers and root; without it a throw-away CA does.
    """

    def __init__(
        self, rules: Rules, *, at: datetime, tls: ssl.SSLContext | None = None, certify: Certify | None = None
    ) -> None:
        self.rules = rules
        self.asked: list[tuple[str, Json]] = []
        self.trouble: dict[str, Trouble | Says] = {}
        self.otps: list[str] = []
        self.sads: list[str] = []
        self.tokens: list[str] = []
        self.released = threading.Event()
        self._ca = TestCa(since=at - timedelta(days=30))
        self._private, self._other = generate(rules.algorithm), generate("ecdsa-p256")
        self._path = certify(self._private) if certify else self._certified(at)
        self.certificate, *self.chain, _ = self._path
        self._authorised: dict[str, _Authorised] = {}
        self._wrong_pins = 0
        self._lock = threading.Lock()
        self._scheme = "https" if tls else "http"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler.serving(self.answer, self.released))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def _certified(self, at: datetime) -> Sequence[x509.Certificate]:
        day = timedelta(days=1)
        own = self._ca.certify(self._private, name="Pejabat Uji Coba", valid_from=at - day, valid_to=at + day)
        return own, *self._ca.chain, self._ca.root.certificate

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}/csc/{self.rules.api}"

    def uri(self, access: str = "", credential: str = CREDENTIAL) -> str:
        """The key URI of the credential, with this after `?`."""
        return f"csc:service={quote(self.url, safe='')};credential={credential}?{access}"

    @property
    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]

    def bodies(self, method: str) -> list[Json]:
        return [body for called, body in self.asked if called == method]

    def told_about_credential(self) -> Json:
        """What `credentials/info` answers, for a test to change."""
        return described(self.rules, self._path, "chain")

    def forget_tokens(self) -> None:
        """From now on no token is known that was given so far."""
        self.tokens.clear()
        self.rules.token = secrets.token_urlsafe()

    # What the server calls, one request at a time

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Says | Trouble:
        method = path.removeprefix(f"/csc/{self.rules.api}/")
        with self._lock:
            try:
                return self._answer(method, headers, body)
            except Refused as refused:
                return refused.answer

    def _answer(self, method: str, headers: Mapping[str, str], body: bytes) -> Says | Trouble:
        if method == "oauth2/token":
            given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        else:
            given = json.loads(body)
        self.asked.append((method, given))
        trouble = self.trouble.get(method)
        if isinstance(trouble, Says) or trouble in (Trouble.HANG, Trouble.RESET, Trouble.NOT_HTTP):
            return trouble
        serve = self._served().get(method)
        if serve is None:
            raise Refused("not implemented", "server_error", 501)
        if method not in ("info", "oauth2/token"):
            self._check_token(headers)
            if method != "credentials/list" and given.get("credentialID") != CREDENTIAL:
                raise Refused("Invalid parameter credentialID")
        told = serve(given)
        return Says(200, json.dumps(told).encode()) if told else Says(204)

    def _served(self) -> dict[str, Callable[[Json], Json]]:
        served = {
            "info": self._info,
            "oauth2/token": self._token,
            "credentials/list": lambda _: {"credentialIDs": [CREDENTIAL, "HX0224685"]},
            "credentials/info": lambda given: described(self.rules, self._path, given.get("certificates", "single")),
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }
        if self.rules.extends:
            served["credentials/extendTransaction"] = self._extend
        if self.rules.otp == "online":
            sends = "credentials/sendOTP" if self.rules.api == "v1" else "credentials/getChallenge"
            served[sends] = self._send
        return served

    def _info(self, _: Json) -> Json:
        return {
            "specs": "1.0.4.0" if self.rules.api == "v1" else "2.0.0.2",
            "name": "Layanan Uji Coba",
            "logo": "https://service.example/logo.png",
            "region": "ID",
            "lang": "en-US",
            "description": "A double for tests",
            "authType": ["oauth2client"] if self.rules.client[0] else ["external"],
            "oauth2": self.url,
            "methods": [method for method in self._served() if method != "info"],
        }

    def _token(self, given: Json) -> Json:
        client = (given.get("client_id"), given.get("client_secret"))
        if given.get("grant_type") != "client_credentials" or client != self.rules.client or not client[0]:
            raise Refused("Invalid parameter client_secret")
        self.tokens.append(secrets.token_urlsafe())
        return {"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3600}

    def _check_token(self, headers: Mapping[str, str]) -> None:
        good = [token for token in (self.rules.token, *self.tokens) if token]
        said = headers.get("Authorization", "")
        if (good or self.rules.client[0]) and said not in [f"Bearer {token}" for token in good]:
            raise Refused("The access token is not valid", "invalid_token", 401)

    def _send(self, given: Json) -> Json:
        if self.rules.api == "v2" and given.get("authObjectID") != "OTP":
            raise Refused("Invalid parameter authObjectID")
        self.otps.append(f"{secrets.randbelow(10**8):08}")
        return {}

    def _authorize(self, given: Json) -> Json:
        count, digests = given.get("numSignatures"), self._digests(given)
        if not isinstance(count, int):
            raise Refused("Missing (or invalid type) integer parameter numSignatures")
        if count < 1 or len(digests) > count:
            raise Refused("Invalid value for parameter numSignatures")
        if count > self.rules.most:
            raise Refused("Numbers of signatures is too high")
        if self.rules.mode == "explicit":
            self._check_factors(given)
        return self._sad(digests, count)

    def _check_factors(self, given: Json) -> None:
        v1 = self.rules.api == "v1"
        factors = given if v1 else {one["id"]: one.get("value") for one in given.get("authData", [])}
        if self._wrong_pins >= TRIES:
            raise Refused("PIN locked" if v1 else "Credential locked")
        if self.rules.pin and not hmac.compare_digest(str(factors.get("PIN")).encode(), self.rules.pin.encode()):
            self._wrong_pins += 1
            raise wrong("PIN", v1=v1)
        if self.rules.otp:
            if factors.get("OTP") not in self.otps:
                raise wrong("OTP", v1=v1)
            self.otps.remove(str(factors.get("OTP")))
        self._wrong_pins = 0

    def _extend(self, given: Json) -> Json:
        digests, authorised = self._digests(given), self._of_sad(given)
        if len(digests) > authorised.left:
            raise Refused("Numbers of signatures is too high")
        del self._authorised[given["SAD"]]
        return self._sad(digests, authorised.left)

    def _sign(self, given: Json) -> Json:
        digests, authorised = self._digests(given), self._of_sad(given)
        for digest in digests:
            if digest not in authorised.digests:
                raise Refused("Hash is not authorized by the SAD")
            authorised.digests.remove(digest)
        authorised.left -= len(digests)
        if not authorised.left:
            del self._authorised[given["SAD"]]
        if given.get("signAlgo") not in algorithms(self.rules):
            raise Refused("Invalid parameter signAlgo")
        if self.trouble.get("signatures/signHash") is Trouble.TOO_FEW:
            digests = digests[1:]
        private = self._other if self.trouble.get("signatures/signHash") is Trouble.ANOTHER_KEY else self._private
        values = [signed(private, base64.b64decode(digest), p1363=self.rules.p1363) for digest in digests]
        return {"signatures": [base64.b64encode(value).decode() for value in values]}

    def _digests(self, given: Json) -> list[str]:
        """The digests named in a request, under the name of this version and no other."""
        name, algorithm = ("hash", "hashAlgo") if self.rules.api == "v1" else ("hashes", "hashAlgorithmOID")
        digests = given.get(name)
        if not isinstance(digests, list) or not digests:
            raise Refused(f"Missing (or invalid type) array parameter {name}")
        wanted = SHA384 if self.rules.algorithm == "ecdsa-p384" else SHA256
        if given.get(algorithm, wanted) != wanted or (algorithm == "hashAlgorithmOID" and algorithm not in given):
            raise Refused(f"Invalid parameter {algorithm}")
        size = 48 if wanted == SHA384 else 32
        if any(len(base64.b64decode(digest, validate=True)) != size for digest in digests):
            raise Refused("Invalid digest value length")
        return [*digests]

    def _sad(self, digests: list[str], left: int) -> Json:
        sad = secrets.token_urlsafe(24)
        self.sads.append(sad)
        self._authorised[sad] = _Authorised(digests, left)
        return {"SAD": sad, "expiresIn": self.rules.lifetime_s}

    def _of_sad(self, given: Json) -> _Authorised:
        try:
            return self._authorised[given["SAD"]]
        except KeyError:
            raise Refused("Invalid parameter SAD") from None
