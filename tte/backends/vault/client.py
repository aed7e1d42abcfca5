"""A HashiCorp Vault or OpenBao server, asked over HTTP with one token, its errors said in our words.

A handful of requests of JSON through `tte.http`, which has the deadlines, the size limits and the address rules that
every other service here gets: the hvac library would bring a second HTTP stack and none of them. The token goes out in
one header and never into an error: what a server says of itself is passed on only where it holds no secret of ours.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from tte.backends.access import address, timeout_s
from tte.errors import (
    ConfigError,
    Fault,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    PinRefused,
    ServiceUnavailable,
    TteError,
)
from tte.http import Answer, Http
from tte.key import KeyUri

MOST: Final = 1 << 20
"""Bytes of an answer; 256 signatures of RSA-4096 are 0.2 MiB."""

_NAME = re.compile(r"\w(?:[\w.-]*\w)?", re.ASCII)
_TOKEN = re.compile(r"[!-~]{1,4096}")


class Vault:
    """One server, one namespace. Errors are ours: KeyUnavailable and its kinds if there is no answer to be used."""

    def __init__(self, uri: KeyUri) -> None:
        """Nothing is asked yet. ConfigError if the URI cannot be used, KeyUnavailable if its `ca` cannot be read."""
        self._service = address("service", uri.which["service"])
        self._headers = {"X-Vault-Request": "true"}  # an agent may insist, against requests that web pages make
        if namespace := uri.which.get("namespace"):
            self._headers["X-Vault-Namespace"] = path_of("namespace", namespace)
        if uri.access.get("private", "no") not in ("yes", "no"):
            raise ConfigError("vault: private is yes or no")
        self._token = ""
        self._http = Http(
            hosts=[urlsplit(self._service).hostname or ""],
            private=uri.access.get("private") == "yes",
            seconds=timeout_s(uri),
            tls=_tls(uri.access.get("ca")),
        )

    def enter(self, token: str) -> None:
        """Use this token from now on; it goes out with the next request. PinRefused if it cannot be a token."""
        if not _TOKEN.fullmatch(token):
            raise PinRefused("the token holds what no token holds, such as a space", hint="check the token's source")
        self._token = token
        self._headers["X-Vault-Token"] = token

    def log_in(self, role: str, secret: str) -> None:
        """AppRole: enter with a token for this role and secret, which are tried once and not kept."""
        denied = PinRefused("the service does not accept the role and its secret", hint="make a new secret-id")
        self._token = secret  # so that no error holds it
        told = self.ask(
            "POST", "auth/approle/login", {"role_id": role, "secret_id": secret}, denied=denied, by=(400, 401, 403)
        )
        self._token = ""
        entry = told.get("auth")
        token = entry.get("client_token") if isinstance(entry, dict) else None
        if not isinstance(token, str):
            raise no_vault()
        self.enter(token)

    def ask(
        self,
        method: str,
        path: str,
        request: object = None,
        *,
        denied: TteError,
        by: Collection[int] = (403,),
        again: bool = False,
    ) -> dict[str, Any]:
        """The answer's JSON, empty if it has none. `denied` is raised if the status is one of `by`.

        KeyNotFound for 404, KeyThrottled for 429, KeyUnavailable for 5xx, KeyRefused for any other. `again`: what is
        asked may arrive twice, so it is repeated if a kept connection turns out to have died.
        """
        answer = self._ask(method, path, b"" if request is None else orjson.dumps(request), again)
        if answer.status in by:
            raise denied
        if answer.status == 204:
            return {}
        try:
            told = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            told = None
        if answer.status == 200 and isinstance(told, dict):
            return told
        said = self.words(told.get("errors")) if isinstance(told, dict) else ""
        raise _refused(path, answer.status, said)

    def words(self, said: object) -> str:
        """What the service says of an error: a line of 200 letters at most, nothing if it holds a secret of ours."""
        text = "; ".join(map(str, said)) if isinstance(said, list) else ""
        if self._token and self._token in text:
            return ""
        return "".join(letter if letter.isprintable() else " " for letter in text)[:200].strip()

    def close(self) -> None:
        """Forget the token, let go of the connections."""
        self._token = ""
        self._headers.pop("X-Vault-Token", None)
        self._http.close()

    def _ask(self, method: str, path: str, body: bytes, again: bool) -> Answer:
        url, headers = f"{self._service}/v1/{path}", {**self._headers, "Content-Type": "application/json"}
        try:
            return self._http.ask(method, url, body, most=MOST, headers=headers, again=again)
        except ServiceUnavailable as why:
            trouble = _out_of_reach(str(why), why.fault)
        raise trouble  # outside the handler: what was caught may show the headers


def path_of(name: str, text: str) -> str:
    """`text`, if it is one name or several with / between them; ConfigError for anything else."""
    parts = text.strip("/").split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        raise ConfigError(f"vault: {name} is made of letters and digits, and of . _ - between them")
    return "/".join(parts)


def no_vault() -> KeyUnavailable:
    """The error for an answer that is not one of Vault's."""
    return KeyUnavailable("what answered is no Vault or OpenBao", hint="check service= and mount=")


def _tls(ca: str | None) -> ssl.SSLContext | None:
    if ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as why:  # ssl.SSLError is one
        raise KeyUnavailable(f"the CA certificates cannot be read from {ca}", hint="ca= names a PEM file") from why


def _refused(path: str, status: int, said: str) -> TteError:
    shown = f"status {status}: {said}" if said else f"status {status}"
    if status == 404 or "key not found" in said:
        return KeyNotFound(f"the service has nothing at {path} ({shown})", hint="check key=, mount= and namespace=")
    if status == 429:
        return KeyThrottled(
            f"the service takes no more requests for now ({shown})",
            hint="wait, or raise its rate limit quota; then run the same batch again",
        )
    if status == 503:
        return KeyUnavailable(f"the service is sealed or not ready ({shown})", hint="unseal it: bao operator unseal")
    if status >= 500:
        return KeyUnavailable(f"the service cannot answer now ({shown})", hint="its own log says why")
    if said:
        return KeyRefused(f"the service refused ({shown})")
    return no_vault()


def _out_of_reach(said: str, fault: Fault) -> TteError:
    if fault is Fault.TIMED_OUT:
        return KeyTimedOut(said, hint="try again; timeout-s= says how long to wait")
    if fault is Fault.NOT_ALLOWED:
        return KeyUnavailable(said, hint="private=yes allows a private network; name the active node, not a standby")
    return KeyUnavailable(said, hint="check that the service runs, service=, and ca= for its certificate")
