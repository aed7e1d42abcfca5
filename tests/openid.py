"""A small OpenID provider that signs real tokens, and lies where a test tells it to. It lets everybody in."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

Claims = dict[str, Any]


@dataclass
class Provider:
    """Whoever comes is `subject`. `claims` and `signed` may change what a token says and how it is signed."""

    url: str
    client: str = "tte"
    secret: str = "rahasia:kantor/1"
    subject: str = "pegawai-17"
    amr: tuple[str, ...] = ()
    claims: Callable[[Claims], Claims] = lambda claims: claims
    signed: Callable[[Claims], str] | None = None
    elsewhere: str = ""
    key: RSAKey | ECKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "satu"}))
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def code(self, where: str) -> str:
        """Where the browser is sent once somebody has signed in there."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
        assert (given["response_type"], given["client_id"]) == ("code", self.client)
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state'], 'iss': self.url})}"

    def token(self, given: dict[str, str], now: int) -> str:
        claims: Claims = {
            "iss": self.url,
            "aud": self.client,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": given["nonce"],
            "amr": list(self.amr),
        }
        claims = self.claims(claims)
        if self.signed:
            return self.signed(claims)
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, claims, self.key)


def _app(provider: Provider, now: Callable[[], int]) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def about() -> dict[str, str]:
        at = provider.elsewhere or provider.url
        return {
            "issuer": provider.url,
            "authorization_endpoint": f"{provider.url}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{provider.url}/keys",
        }

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        provider.asked.append("keys")
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.post("/token")
    async def token(request: Request) -> Response:
        provider.asked.append("token")
        sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        given = provider.codes.pop(sent.get("code", ""), None)  # a code goes once
        pair = base64.b64encode(f"{provider.client}:{provider.secret.replace(':', '%3A').replace('/', '%2F')}".encode())
        right = request.headers.get("authorization") == f"Basic {pair.decode()}"
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).decode().rstrip("=") == (given or {}).get("code_challenge")
        if given is None or not right or not proven or sent["redirect_uri"] != given["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "-", "token_type": "Bearer", "id_token": provider.token(given, now())})

    @app.post("/moved/token")
    async def moved() -> Response:
        return RedirectResponse(f"{provider.url}/token", 307)

    return app


@contextmanager
def provider(now: Callable[[], int]) -> Iterator[Provider]:
    """One that runs at a free port of this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        made = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(_app(made, now), log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.should_exit = True
            thread.join(timeout=30)
