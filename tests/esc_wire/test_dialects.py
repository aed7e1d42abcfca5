"""The older dialect, settings, limits of a profile, and what is never written down."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import structlog.testing

from tests.command import Answer
from tests.esc_wire.world import Client, made
from tests.strangers_pdfs import plain
from tests.web.conftest import asking
from tests.web.test_pages import one
from tte.errors import ConfigError
from tte.office import Home
from tte.office.esc import EscBook
from tte.web import Service
from tte.web.service import now


@contextmanager
def opened(home: Home, *, dialect: str = "newer", more: str = "") -> Iterator[Client]:
    world = made(home, dialect=dialect, more=more)
    with Service(world.home) as service:
        yield Client(world, service)


def test_the_older_dialect_has_the_code_beside_the_text(home: Home) -> None:
    with opened(home, dialect="older") as esc:
        assert esc.sign_v1(plain(), {"nik": "1"}).json() == {"error": "User tidak terdaftar", "status_code": 2011}
        wrong = esc.sign_v1(plain(), {"passphrase": "salah"})
        assert (wrong.status_code, wrong.json()) == (400, {"error": "Passphrase anda salah", "status_code": 2031})
        gone = esc("GET", "/api/sign/download/x")
        said = "File tidak tersedia, pastikan bahwa dokumen belum di download"
        assert (gone.status_code, gone.json()) == (404, {"error": said, "status_code": 4044})
        assert esc.sign_v1(b"x").json()["status_code"] == 2041
        assert esc.sign_v1(plain(), {"tampilan": None}).json()["status_code"] == 400


def test_without_the_setting_there_is_no_such_route_and_still_an_object_with_error(home: Home) -> None:
    with Service(home) as service:
        answer = one(asking(service), "POST", "/api/sign/pdf")
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_what_an_office_does_not_want_signed_is_refused_by_its_codes(home: Home) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(plain())) as file:
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        file.save(out)
    with opened(home, more="strict = true") as esc:
        answer = esc.sign_v1(out.getvalue())
        assert answer.status_code == 400
        assert "javascript" in answer.json()["error"]
        assert esc.sign_v1(plain()).status_code == 200


def test_the_limits_of_a_key_profile_hold(home: Home) -> None:
    world = made(home)
    profile = home.path / "keys" / "kadis.toml"
    profile.write_text("per_batch = 2\nper_day = 3\n" + profile.read_text(encoding="utf-8"), encoding="utf-8")
    with Service(Home(home.path)) as service:
        esc = Client(world, service)
        assert "Batas jumlah dokumen" in esc.sign_v2(plain(), plain(), plain()).json()["error"]
        assert esc.sign_v2(plain(), plain()).status_code == 200
        assert esc.sign_v1(plain()).status_code == 200
        assert "Batas jumlah dokumen" in esc.sign_v1(plain("lain")).json()["error"]


def test_a_minute_has_so_many_wrong_passwords(esc: Client) -> None:
    address = {"address": "127.9.9.9"}
    answers = [esc("GET", "/api/user/status/1", auth=("siak", "salah"), **address) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {401}
    assert answers[20].status_code == 429
    assert "error" in answers[20].json()
    assert esc("GET", "/api/user/status/1").status_code == 200


def test_a_body_that_is_too_large_is_not_read(home: Home) -> None:
    with opened(home, more="upload_mb = 1") as esc:
        for answer in (esc.sign_v1(bytes(2_000_000)), esc.sign_v2(bytes(2_000_000))):
            assert answer.status_code == 413
            assert "error" in answer.json()


def test_no_secret_and_no_nik_is_written_down(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("httpx").addFilter(lambda _: False)  # the test's own client
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines, opened(home) as esc:
        world = esc.world
        query = {"nik": world.nik, "passphrase": world.passphrase, "tampilan": "invisible"}
        good = esc("POST", "/api/sign/pdf", params=query, files={"file": ("a.pdf", plain())})
        assert good.status_code == 200
        answers = [
            esc("POST", "/api/sign/pdf", params=query, files={"file": ("a.pdf", b"x")}),
            esc("GET", f"/api/v2/user/certificate/chain/{world.email}"),
            esc.sign_v1(plain(), {"passphrase": f"{world.passphrase}."}),
            esc("POST", f"/api/nothing/{world.passphrase}", auth=None),
        ]
        said = json.dumps(lines, default=str) + caplog.text
        said += "".join(answer.text + str(answer.headers) for answer in answers[:3]) + str(good.headers)
        kept = b"".join(
            file.read_bytes()
            for file in (home.path / "var").rglob("*")
            if file.is_file() and file.name not in ("demo.pin", "demo.p12")
        )
        for secret in world.secrets:
            assert secret not in said
            assert secret.encode() not in kept
    assert len([line for line in lines if line["event"] == "request"]) == 5


def test_an_official_is_known_by_a_profile_that_asks_for_a_passphrase_and_pins_its_certificate(home: Home) -> None:
    book = EscBook(made(home).home)
    for name, why in (("ephemeral", "asks nobody"), ("esc", "whole documents"), ("nobody", "no key profile")):
        with pytest.raises(ConfigError, match=why):
            book.name(name, "9971000000000000")


def test_the_command_names_officials_and_applications(
    home: Home, tte: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = made(home)
    monkeypatch.setattr("getpass.getpass", lambda _: "9971111111111111")
    assert tte("esc", "official", "kadis").code == 0
    assert EscBook(world.home).profile_of("9971111111111111") == "kadis"
    listed = tte("esc", "list", "--json").objects()[0]
    assert listed["officials"] == [{"profile": "kadis", "entries": 3}]
    assert {one["client"]: one["password"] for one in listed["clients"]} == {"siak": True, "lain": True}
    assert "9971111111111111" not in tte("esc", "list").out
    made_anew = tte("esc", "client", "siak", "--make")
    assert (EscBook(world.home).password_of("siak") or "?") not in made_anew.out
    assert tte("esc", "client", "nobody", "--make").code == 2
    assert "3 forgotten" in tte("esc", "official", "kadis", "--forget").out
    assert EscBook(world.home).profile_of(world.nik) is None


def test_who_is_not_an_official_today_or_whose_certificate_is_over_does_not_sign(home: Home) -> None:
    official = (home.path / "keys" / "demo.toml").read_text(encoding="utf-8").partition("[official]")[2]
    (home.path / "officials.toml").write_text(
        f'[[official]]{official}\noffice = "9971 SPECIMEN"\ncertificate = "keys/kadis.pem"\nuntil = 2020-12-31\n',
        encoding="utf-8",
    )
    world = made(home)
    with Service(world.home) as service:
        esc = Client(world, service)
        assert esc.v2("user/check/status", nik=world.nik).json()["status"] == "SUSPEND"
        assert esc.sign_v1(plain()).json()["error"].endswith(" 2024")
    (home.path / "officials.toml").unlink()
    with Service(world.home, clock=lambda: now() + timedelta(days=4000)) as service:
        esc = Client(world, service)
        assert esc("GET", f"/api/user/status/{world.nik}").json()["status"] == "EXPIRED"
        assert esc.sign_v2(plain()).json()["error"].endswith(" 2022")
