"""Two of us in a chain: a key profile `esc:` of one office, pointed at the interface of another one, over a socket."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.esc_wire.world import World, made
from tests.flows.test_cli_esc import PROFILE as ESC_PROFILE
from tests.rows import births
from tests.web.conftest import PLENTY
from tte.errors import OutcomeUnknown, PinRefused
from tte.issuance import Issued
from tte.model import Indication, Level
from tte.office import Home
from tte.people import Event
from tte.register.rows import keeping_of
from tte.validation import validate
from tte.web import Service, make_app
from tte.web.esc.keeping import Keeping
from tte.web.service import now

Wrap = Callable[[ASGIApp], ASGIApp]


@contextmanager
def listening(world: World, wrap: Wrap = lambda app: app) -> Iterator[str]:
    """The office's interface at an address of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as bound, Service(world.home) as service:
        config = uvicorn.Config(
            wrap(make_app(service, allowed=PLENTY)),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def above(made_home: Path, tmp_path: Path) -> World:
    folder = tmp_path / "above"
    shutil.copytree(made_home, folder)
    return made(Home(folder))


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_office_issues_with_a_key_that_another_office_holds(
    home: Home, above: World, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in {"NIK": above.nik, "USER": "siak", "PASSWORD": above.password, "PIN": above.passphrase}.items():
        monkeypatch.setenv(f"ESC_{name}", secret)
    name = above.home.profile("kadis").official.name
    keys = home.path / "keys"
    shutil.copy(above.home.path / "keys" / "kadis.pem", keys / "atas.pem")
    with listening(above) as url:
        uri = (
            f"esc:service={quote(url, safe='')};official=kadis-9971?api={api}&plain=yes&private=yes&timeout-s=60"
            "&nik-source=env:ESC_NIK&user-source=env:ESC_USER&password-source=env:ESC_PASSWORD&pin-source=env:ESC_PIN"
        )
        profile = ESC_PROFILE.format(uri=uri, name=name).replace("kadis.pem", "atas.pem")
        (keys / "atas.toml").write_text(profile, encoding="utf-8")
        with home.issuer("atas", ("akta_kelahiran",)) as issuer:
            told = list(issuer.issue("akta_kelahiran", births(2)))
            assert [type(one) for one in told] == [Issued, Issued]
            for one in told:
                assert isinstance(one, Issued)
                assert one.entry.level is Level.B_B
                report = validate(issuer.register.read_pdf(one.entry.id), home.trust(), now())
                assert report.indication is Indication.TOTAL_PASSED
        monkeypatch.setenv("ESC_PIN", "bukan ini")
        with home.issuer("atas", ("akta_kelahiran",)) as issuer, pytest.raises(PinRefused):
            list(issuer.issue("akta_kelahiran", births(3)[2:]))


class Lossy:
    """Does what it is asked to sign, and loses its first answer on the way: the connection ends within it, or a proxy
    says 504 in its place. It counts what was asked.
    """

    def __init__(self, app: ASGIApp, how: str) -> None:
        self.app, self.how, self.asked = app, how, list[bool]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        signing = scope["type"] == "http" and scope["path"].endswith("/sign/pdf")
        if signing:
            self.asked.append((b"x-tte-only-kept", b"yes") in scope["headers"])
        if not signing or len(self.asked) > 1:
            await self.app(scope, receive, send)
            return

        async def lost(message: Message) -> None:
            pass

        await self.app(scope, receive, lost)
        status, body = (504, b"") if self.how == "504" else (200, b"%PDF-")
        length = [(b"content-length", b"0" if self.how == "504" else b"99999")]
        await send({"type": "http.response.start", "status": status, "headers": length})
        await send({"type": "http.response.body", "body": body, "more_body": self.how != "504"})


@pytest.mark.parametrize(("api", "how", "forgets"), [("v1", "504", False), ("v2", "cut", False), ("v2", "cut", True)])
def test_a_lost_answer_is_asked_for_again_and_nothing_is_signed_twice(
    home: Home, above: World, api: str, how: str, forgets: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in {"NIK": above.nik, "USER": "siak", "PASSWORD": above.password, "PIN": above.passphrase}.items():
        monkeypatch.setenv(f"ESC_{name}", secret)
    if forgets:
        monkeypatch.setattr(Keeping, "again", lambda *_: None)  # as after a restart
    shutil.copy(above.home.path / "keys" / "kadis.pem", home.path / "keys" / "atas.pem")
    lossy: list[Lossy] = []

    def wrap(app: ASGIApp) -> ASGIApp:
        lossy.append(Lossy(app, how))
        return lossy[0]

    with listening(above, wrap) as url:
        uri = (
            f"esc:service={quote(url, safe='')};official=kadis-9971?api={api}&plain=yes&private=yes&timeout-s=60"
            "&nik-source=env:ESC_NIK&user-source=env:ESC_USER&password-source=env:ESC_PASSWORD&pin-source=env:ESC_PIN"
        )
        name = above.home.profile("kadis").official.name
        profile = ESC_PROFILE.format(uri=uri, name=name).replace("kadis.pem", "atas.pem")
        (home.path / "keys" / "atas.toml").write_text(profile, encoding="utf-8")
        with home.issuer("atas", ("akta_kelahiran",)) as issuer:
            if forgets:
                with pytest.raises(OutcomeUnknown):
                    list(issuer.issue("akta_kelahiran", births(1)))
            else:
                assert [type(one) for one in issuer.issue("akta_kelahiran", births(1))] == [Issued]
    assert lossy[0].asked == [False, True]
    with above.home.open_register() as register, keeping_of(register).reading() as rows:
        assert [one.count for one in rows.all(Event, what=("esc-signed",))] == [1]
