"""Wrong passphrases, one-time codes and seals: esc-api.md 1.7. Each test has a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.esc_wire.test_signing import check
from tests.esc_wire.world import SEAL, Client, b64, made, signed_in
from tests.strangers_pdfs import plain
from tte.office import Home
from tte.office.people import open_people
from tte.people import Event
from tte.people.tries import ALLOWED
from tte.register.rows import keeping_of
from tte.web import Service

INVISIBLE = [{"tampilan": "INVISIBLE"}]


@pytest.fixture
def own(home: Home) -> Iterator[Client]:
    world = made(home)
    with Service(world.home) as service:
        yield Client(world, service)


def events(esc: Client) -> list[tuple[str, str | None, int | None]]:
    register = esc.service.register()
    assert register is not None
    with keeping_of(register).reading() as rows:
        return [(one.what, one.code, one.count) for one in rows.all(Event)]


def test_five_wrong_passphrases_lock_the_official_for_a_while_in_every_way(own: Client) -> None:
    pdf = plain()
    assert own.sign_v1(pdf).status_code == 200
    for _ in range(ALLOWED):
        assert own.sign_v1(pdf, {"passphrase": "salah"}).json()["error"].endswith("Passphrase anda salah 2031")
    locked = own.sign_v2(plain("lain"))
    assert locked.status_code == 400
    assert "Terlalu banyak passphrase yang salah" in locked.json()["error"]
    assert locked.json()["error"].endswith("2031")
    assert events(own).count(("passphrase-refused", "esc", None)) == ALLOWED
    assert ("esc-signed", "siak", 1) in events(own)
    register = own.service.register()
    assert register is not None
    phone, at = own.world.phone, own.service.now()
    told = open_people(own.world.home, register).sessions.sign_in(phone.login, phone.password, phone.code(at), at)
    assert told.wrong_passphrases == ALLOWED


def test_a_one_time_code_of_the_officials_app_signs_once_where_the_office_allows_it(own: Client) -> None:
    world, pdf = own.world, plain()
    own_book(own).name("demo", "kadis.totp@dinas.example")
    asked: dict[str, Any] = {"email": "kadis.totp@dinas.example"}
    told = own.v2("sign/get/totp", **asked, data=2)
    assert (told.status_code, told.json()["success"]) == (200, True)
    code = world.phone.code(own.service.now())
    sign: Callable[..., Any] = lambda files, code: own.v2(  # noqa: E731
        "sign/pdf", **asked, totp=code, signatureProperties=INVISIBLE, file=[b64(one) for one in files]
    )
    many = sign([pdf] * 3, code)
    assert "Jumlah file melebihi" in many.json()["error"]
    for after in signed_in(sign([pdf, pdf], code)):
        check(own, pdf, after)
    used = sign([plain("lain")], code)
    assert "TOTP salah, sudah digunakan" in used.json()["error"]
    assert used.json()["error"].endswith("2031")


def test_a_passphrase_official_is_told_that_no_code_goes(own: Client) -> None:
    answer = own.v2("sign/get/totp", nik=own.world.nik, data=1)
    assert answer.status_code == 400
    assert "passphrase" in answer.json()["error"]


def test_a_seal_is_activated_by_its_holder_and_each_sealing_takes_a_code(own: Client) -> None:
    pdf, seal = plain(), {"idSubscriber": SEAL}
    sent = own.v2("seal/get/activation", **seal)
    assert sent.json()["success"] is True
    assert sent.json()["data"] is None
    activation = own.world.holder.code(own.service.now())
    for _ in range(2):  # it stands for the activation from now on
        about = own.v2("seal/get/activation", **seal, totp=activation).json()
        assert about["data"]["message"] == "TOTP Aktivasi masih berlaku"
        assert (about["data"]["totp"], about["data"]["result"]) == (activation, True)
        assert about["data"]["expires"].endswith("+0000")
    code = own.v2("seal/get/totp", **seal, data="2", totp=activation).json()
    assert (code["message"], code["result"]) == ("TOTP berhasil dibuat", True)
    sealing = {**seal, "signatureProperties": INVISIBLE, "file": [b64(pdf), b64(pdf)]}
    answer = own.v2("seal/pdf", **sealing, totp=code["totp"])
    assert isinstance(answer.json()["time"], int)
    for after in signed_in(answer):
        check(own, pdf, after)
    again = own.v2("seal/pdf", **{**sealing, "file": [b64(plain("lain"))]}, totp=code["totp"])
    assert again.status_code == 400
    assert own.v2("seal/revoke/activation", **seal, totp=activation).json()["success"] is True
    assert own.v2("seal/get/totp", **seal, data=1, totp=activation).status_code == 400


def test_a_sealing_code_is_for_so_many_files_and_a_wrong_one_ends_those_that_wait(own: Client) -> None:
    seal = {"idSubscriber": SEAL}
    activation = own.world.holder.code(own.service.now())
    new: Callable[[], str] = lambda: own.v2("seal/get/totp", **seal, data=1, totp=activation).json()["totp"]  # noqa: E731
    sealing = {**seal, "signatureProperties": INVISIBLE, "file": [b64(plain())]}
    many = own.v2("seal/pdf", **{**sealing, "file": [b64(plain())] * 2}, totp=new())
    assert "Jumlah file melebihi" in many.json()["error"]
    waits = new()
    assert own.v2("seal/pdf", **sealing, totp="x").status_code == 400
    assert own.v2("seal/pdf", **sealing, totp=waits).status_code == 400
    assert own.v2("seal/pdf", **sealing, totp=new()).status_code == 200


def test_an_unknown_seal_and_another_offices_application_are_refused(own: Client) -> None:
    for path in ("seal/get/activation", "seal/get/totp", "seal/pdf", "seal/revoke/activation"):
        answer = own.v2(path, idSubscriber="X", totp="1", file=["x"], signatureProperties=INVISIBLE)
        assert answer.status_code == 400
        assert "error" in answer.json()
    other = own("POST", "/api/v2/seal/get/activation", json={"idSubscriber": SEAL}, auth=("lain", own.world.password))
    assert other.status_code == 400


def own_book(esc: Client) -> Any:
    from tte.office.esc import EscBook

    return EscBook(esc.world.home)
