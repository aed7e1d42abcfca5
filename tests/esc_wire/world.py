"""A home that speaks ESC's wire: an official with a passphrase, an application with a password, a seal with a holder.

All secrets are made here; the NIK is of no region. Requests go to the application without a socket.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tests.people_world import Phone, hired
from tests.people_world import held as role
from tests.web.conftest import PLENTY
from tte.office import Home
from tte.office.esc import EscBook
from tte.office.people import open_people
from tte.people import Held, Role
from tte.testing.pki import write_pkcs12
from tte.web import Service, make_app
from tte.web.service import now

OFFICE, PROFILE, SEAL = "9971", "kadis", "SEGEL-9971"
SETTINGS = """
[esc]
enabled = true
dialect = "{dialect}"
totp = ["demo"]
{more}

[esc.clients.siak]
office = "9971"
addresses = ["127.0.0.0/8", "10.1.0.0/16"]

[esc.clients.lain]
office = "9972"

[esc.seals.SEGEL-9971]
profile = "demo"
holder = "pemegang"
"""


@dataclass
class World:
    """The home and what opens it. `phone` is the official's app, `holder` that of the seal's holder."""

    home: Home
    passphrase: str
    password: str
    nik: str
    email: str
    phone: Phone
    holder: Phone
    others: dict[str, str] = field(default_factory=dict)

    @property
    def basic(self) -> tuple[str, str]:
        return "siak", self.password

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.passphrase, self.password, self.nik, self.email


def made(home: Home, *, dialect: str = "newer", more: str = "", nik: str = "") -> World:
    """Make a sample office speak it."""
    passphrase = (home.path / "var" / "demo.pin").read_text(encoding="ascii")
    p12 = home.path / "var" / "demo.p12"
    private, certificate, issuers = pkcs12.load_key_and_certificates(p12.read_bytes(), passphrase.encode())
    assert certificate is not None
    assert isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    p12.unlink()  # what opens it is tried often here: with fewer rounds it is quick
    write_pkcs12(p12, passphrase, private=private, certificate=certificate, others=issuers, kdf_rounds=1000)
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *issuers))
    keys = home.path / "keys"
    (keys / "kadis.pem").write_bytes(pem)
    profile = (keys / "demo.toml").read_text(encoding="utf-8")
    pinned = profile.replace("office =", 'certificate = "keys/kadis.pem"\noffice =', 1)
    (keys / "demo.toml").write_text(pinned, encoding="utf-8")
    (keys / "kadis.toml").write_text(re.sub(r"pin-source=file:[^\"]*", "pin-source=prompt:", pinned), encoding="utf-8")
    with (home.path / "tte.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.format(dialect=dialect, more=more))
    home = Home(home.path)
    world = World(
        home,
        passphrase,
        secrets.token_urlsafe(12),
        nik or "99710" + str(secrets.randbelow(10**11)).zfill(11),
        f"kadis.{secrets.token_hex(3)}@dinas.example",
        *_people(home),
    )
    book = EscBook(home)
    for client in ("siak", "lain"):
        book.set_password(client, world.password)
    book.name(PROFILE, world.nik)
    book.name(PROFILE, world.email)
    return world


def _people(home: Home) -> tuple[Phone, Phone]:
    with home.open_register() as register:
        people, at = open_people(home, register), now()
        official = role(Role.OFFICIAL, at, office=OFFICE)
        demo = Held(Role.OFFICIAL, OFFICE, official.begins, None, "head", "demo")
        return hired(people, "kadis", at, official, demo), hired(people, "pemegang", at)


@dataclass
class Client:
    """Asks the application; `log` is what it wrote."""

    world: World
    service: Service
    app: Any = None

    def __post_init__(self) -> None:
        self.app = make_app(self.service, allowed=PLENTY)

    def __call__(self, method: str, path: str, *, address: str = "127.0.0.1", **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, client=(address, 40000))
        more.setdefault("auth", self.world.basic)

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{self.service.host}") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def sign_v1(self, pdf: bytes, fields: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """`POST /api/sign/pdf`, as a form; fields that are None are left out."""
        given = {"nik": self.world.nik, "passphrase": self.world.passphrase, "tampilan": "invisible", **(fields or {})}
        files = {"file": ("surat.pdf", pdf, "application/pdf"), **more.pop("files", {})}
        data = {name: value for name, value in given.items() if value is not None}
        return self("POST", "/api/sign/pdf", data=data, files=files, **more)

    def sign_v2(self, *pdfs: bytes, properties: list[dict[str, Any]] | None = None, **more: Any) -> httpx.Response:
        """`POST /api/v2/sign/pdf`."""
        content = {
            "nik": self.world.nik,
            "passphrase": self.world.passphrase,
            "signatureProperties": properties or [{"tampilan": "INVISIBLE"}],
            "file": [b64(pdf) for pdf in pdfs],
            **more,
        }
        content = {name: value for name, value in content.items() if value is not None}
        return self("POST", "/api/v2/sign/pdf", json=content)

    def v2(self, path: str, **content: Any) -> httpx.Response:
        return self("POST", f"/api/v2/{path}", json=content)


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def signed_in(answer: httpx.Response) -> list[bytes]:
    """The files of an answer of v2."""
    assert answer.status_code == 200, answer.text
    return [base64.b64decode(file, validate=True) for file in answer.json()["file"]]


Multipart = Callable[[Mapping[str, bytes | str]], tuple[bytes, str]]


def boundary() -> str:
    return f"----{os.urandom(12).hex()}"
