"""Signing in with an identity of another service: OpenID Connect, authorization code with PKCE (RFC 7636).

What comes back is believed only when its signature, issuer, audience, time and nonce are right. Of what it says of a
person only who it is is used. What must be remembered meanwhile travels in a sealed cookie: nothing is kept here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from tte.errors import ConfigError, Fault, ServiceUnavailable, SignInRefused
from tte.http import Http
from tte.office import Home
from tte.office.people import secret_at
from tte.office.settings import OidcSettings
from tte.people.codes import opened, sealed
from tte.people.rights import FRESH

LASTS: Final = timedelta(minutes=10)
BACK: Final = "/masuk/oidc/kembali"
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384"]
_LEEWAY_S: Final = 60
_MOST: Final = 256 * 1024
_KEYS_AGAIN_S: Final = 30.0
_WHAT: Final = "oidc"


@dataclass(frozen=True, slots=True)
class Told:
    """Who somebody is at the other service, whether it saw two factors, and when, if it says so."""

    subject: str
    two_factors: bool
    proven: datetime | None


class Provider:
    """The other service of one home. `secret` is what cookies are sealed with. May be used by many threads."""

    def __init__(self, home: Home, settings: OidcSettings, secret: Callable[[], bytes]) -> None:
        self.settings, self._secret = settings, secret
        self._back = home.settings.base_url.rstrip("/") + BACK
        self._home = home
        host = urlsplit(settings.issuer).hostname or ""
        self._http = Http(hosts=(host,), private=settings.private, seconds=10)
        self._one, self._found = Lock(), _Found()

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()

    def begin(self, at: datetime) -> tuple[str, str]:
        """Where the browser is to go, and the cookie it comes back with. ServiceUnavailable."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "max_age": str(int(FRESH.total_seconds())),  # and so it says when (OpenID Connect Core §3.1.2.1)
        }
        if self.settings.two_factors:
            asked["acr_values"] = " ".join(self.settings.two_factors)
        where = self._endpoints()["authorization_endpoint"]
        kept = {"state": state, "nonce": nonce, "verifier": verifier}
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", self.seal(kept, at)

    def told(self, answer: Mapping[str, str], cookie: str, at: datetime) -> Told:
        """Who it is, by what the browser came back with. SignInRefused for whatever is not as it must be."""
        kept = self.unseal(cookie, at)
        if not kept.get("state"):
            raise SignInRefused("nothing was asked, or it is over")
        if not hmac.compare_digest(kept.get("state", "").encode(), answer.get("state", "").encode()):
            raise SignInRefused("this is no answer to what was asked")
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:  # RFC 9207
            raise SignInRefused("another service has answered")
        if "error" in answer or not answer.get("code"):
            raise SignInRefused("the other service has let nobody in")
        claims = self._claims(self._token(answer["code"], kept["verifier"]), at)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), kept["nonce"].encode()):
            raise SignInRefused("this identity was told for another sign-in")
        amr = claims.get("amr")
        seen = {*amr} if isinstance(amr, list) and all(isinstance(one, str) for one in amr) else set()
        two = bool({*self.settings.two_factors} & (seen | {str(claims.get("acr", ""))}))
        return Told(str(claims["sub"]), two, _shown_at(claims.get("auth_time"), at))

    def seal(self, kept: Mapping[str, str], at: datetime) -> str:
        """What is to be remembered, as a cookie that nobody can read or make."""
        text = json.dumps({**kept, "until": (at + LASTS).isoformat()})
        return base64.urlsafe_b64encode(sealed(text.encode(), self._secret(), _WHAT)).decode()

    def unseal(self, cookie: str, at: datetime) -> dict[str, str]:
        """What was remembered; nothing if it is over, or not ours."""
        try:
            kept: dict[str, str] = json.loads(opened(base64.urlsafe_b64decode(cookie), self._secret(), _WHAT))
        except (ConfigError, ValueError):
            return {}
        return kept if at < datetime.fromisoformat(kept["until"]) else {}

    def _token(self, code: str, verifier: str) -> str:
        """The identity token for a code (OpenID Connect Core §3.1.3)."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self.settings.client_id,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if self.settings.secret:
            secret = secret_at(self._home, self.settings.secret)
            pair = f"{quote(self.settings.client_id, safe='')}:{quote(secret, safe='')}"  # RFC 6749 §2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = self._http.post(
            self._endpoints()["token_endpoint"], urlencode(asked).encode(), most=_MOST, headers=headers
        )
        token = _object(answer.body).get("id_token") if answer.status == 200 else None
        if not isinstance(token, str):
            raise SignInRefused("the other service gives no identity for this code")
        return token

    def _claims(self, token: str, at: datetime) -> dict[str, Any]:
        """What a token says, if it is right (OpenID Connect Core §3.1.3.7). For unknown keys it asks once."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        now = int(at.timestamp())
        rules = jwt.JWTClaimsRegistry(
            now=now,
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        for fresh in (False, True):
            try:
                keys = KeySet.import_key_set({"keys": self._keys(fresh=fresh)})
                claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
                break
            except (JoseError, ValueError, KeyError, TypeError) as why:
                if fresh:
                    raise SignInRefused("the identity is not signed by the other service") from why
        try:
            rules.validate(claims)
        except (JoseError, ValueError, TypeError) as why:
            raise SignInRefused("the identity is for somebody else, or over") from why
        audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims.get("azp", self.settings.client_id if len(audiences) == 1 else "") != self.settings.client_id:
            raise SignInRefused("the identity was given to another application")
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
            raise SignInRefused("the identity names nobody")
        return dict(claims)

    def _endpoints(self) -> Mapping[str, Any]:
        """What the service says of itself (OpenID Connect Discovery §4), asked for once."""
        with self._one:
            if not self._found.endpoints:
                said = self._ask(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                host = urlsplit(self.settings.issuer).netloc
                ours = [urlsplit(str(said.get(name, ""))) for name in names]
                safe = {"https", "http"} if self.settings.private else {"https"}
                if said.get("issuer") != self.settings.issuer or any(
                    one.netloc != host or one.scheme not in safe for one in ours
                ):
                    raise ServiceUnavailable("the sign-in service describes another one than itself", Fault.NOT_ALLOWED)
                self._found.endpoints = {name: said[name] for name in names}
            return self._found.endpoints

    def _keys(self, *, fresh: bool) -> list[dict[str, Any]]:
        where = self._endpoints()["jwks_uri"]
        with self._one:
            rested = time.monotonic() - self._found.at > _KEYS_AGAIN_S
            if not self._found.keys or (fresh and rested):
                keys = self._ask(where).get("keys")
                self._found.keys = [one for one in keys if isinstance(one, dict)] if isinstance(keys, list) else []
                self._found.at = time.monotonic() if fresh else self._found.at
            return self._found.keys

    def _ask(self, url: str) -> dict[str, Any]:
        answer = self._http.get(url, most=_MOST)
        if answer.status != 200:
            raise ServiceUnavailable("the sign-in service cannot be used just now", Fault.NO_ANSWER)
        return _object(answer.body)


@dataclass(slots=True)
class _Found:
    """What the service has said, and when it was last asked for keys that were not known."""

    endpoints: Mapping[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    at: float = float("-inf")


def _shown_at(auth_time: object, at: datetime) -> datetime | None:
    """When somebody showed who he is, if it is a time that can be."""
    if not isinstance(auth_time, int) or not 0 < auth_time <= at.timestamp() + _LEEWAY_S:
        return None
    return min(at, datetime.fromtimestamp(auth_time, UTC))


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ServiceUnavailable("the sign-in service gives no answer that can be read", Fault.NO_ANSWER)
    return found
