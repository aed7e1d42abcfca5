"""Two of us in a chain: a key profile `esc:` of one office, pointed at the interface of another one, over a socket."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn

from tests.esc_wire.world import World, made
from tests.flows.test_cli_esc import PROFILE as ESC_PROFILE
from tests.rows import births
from tests.web.conftest import PLENTY
from tte.errors import PinRefused
from tte.issuance import Issued
from tte.model import Indication, Level
from tte.office import Home
from tte.validation import validate
from tte.web import Service, make_app
from tte.web.service import now


@contextmanager
def listening(world: World) -> Iterator[str]:
    """The office's interface at an address of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as bound, Service(world.home) as service:
        config = uvicorn.Config(
            make_app(service, allowed=PLENTY), http="h11", ws="none", lifespan="off", log_config=None, access_log=False
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
