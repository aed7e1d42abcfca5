"""Deliveries as people meet them: the office that looks after them, and the citizen who fetches a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk_world import Day, office_day
from tests.people_world import OFFICE
from tests.post_office import Mailbox, mailbox
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, browser, csrf_in, signed_in
from tte.desk import State as DraftState
from tte.model import Entry
from tte.office import Home
from tte.people import Role
from tte.web import Service
from tte.web.chores import Chores

MAIL = "warga@contoh.example"


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as running:
        yield running


@pytest.fixture
def day(home: Home, mail: Mailbox) -> Iterator[Day]:
    mail.install(home.path)
    with office_day(Home(home.path)) as hired:
        yield hired


@pytest.fixture
def entry(day: Day) -> Entry:
    """A document that nobody asked for."""
    (draft,) = day.checked(day.drafted(1))
    official, authorisation = day.authorised([draft])
    day.desk.signing.sign(official, authorisation.id, day.typed(), day.later())
    (issued,) = day.desk.drafts.all(day.who(Role.OPERATOR), OFFICE, day.at, states=(DraftState.ISSUED,))
    found = day.register.find(str(issued.issued))
    assert found
    return found


def letters(mail: Mailbox) -> list[str]:
    return [str(one.get_content()) for one in mail.letters]


def path_in(text: str) -> str:
    found = re.search(r"/ambil/[a-z2-7]{26}", text)
    assert found, text
    return found[0]


def pin_in(page: str) -> str:
    found = re.search(r"data-pin>([0-9]{6})<", page)
    assert found, page
    return found[1]


def asked(guest: Browser, path: str, pin: str, **more: str) -> tuple[int, str]:
    answer = guest.ask("POST", path, data={"pin": pin, **more})
    return answer.status_code, answer.text


def test_the_office_sends_a_document_and_the_citizen_fetches_it(
    desk: Service, day: Day, clock: Clock, entry: Entry, mail: Mailbox
) -> None:
    clock.at = day.at
    operator, guest = signed_in(desk, day, Role.OPERATOR, clock), browser(desk)
    assert f"/kiriman/baru/{entry.id}" in operator.get(f"{HERE}/dokumen/{entry.id}")
    form = f"{HERE}/kiriman/baru/{entry.id}"
    bad = operator.post(form, on=form, channel="email", address="a@b.example\r\nBcc: c@d.example", reason="x")
    assert "said=no_no-contact" in bad.headers["location"]
    none = operator.post(form, on=form, channel="email", address=MAIL, reason=" ")
    assert "said=no_no-reason" in none.headers["location"]
    sent = operator.post(form, on=form, channel="email", address=MAIL, reason="warga datang ke loket")
    pin = pin_in(sent.text)
    Chores(desk).do()
    (text,) = letters(mail)
    assert pin not in text
    here = path_in(text)
    page = guest.get(here)
    assert page == guest.get("/ambil/" + "a" * 26)  # looking tells nothing
    wrong, nowhere = asked(guest, here, "000000" if pin != "000000" else "1"), asked(guest, "/ambil/" + "b" * 26, "1")
    assert wrong == nowhere
    assert wrong[0] == 404
    ready = asked(guest, here, pin)
    assert ready[0] == 200
    assert "A4" in ready[1]
    assert entry.number not in ready[1]
    got = guest.ask("POST", here, data={"pin": pin, "do": "unduh"})
    assert got.content == day.register.read_pdf(entry.id)
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["content-disposition"] == f'attachment; filename="{entry.id}.pdf"'
    shown = operator.get(f"{HERE}/kiriman?keadaan=sent")
    assert "wa•••@contoh.example" in shown
    assert MAIL not in shown
    assert "1×" in shown
    trail = operator.get(f"{HERE}/dokumen/{entry.id}")
    assert MAIL not in trail
    for n in range(58):  # with the two wrong ones above it is what a network has; a good link gives none of them back
        assert asked(guest, f"/ambil/{n:026}", "1")[0] == 404
    assert asked(guest, here, pin)[0] == 429


def test_what_failed_is_seen_and_put_right_with_another_address(
    desk: Service, day: Day, clock: Clock, entry: Entry, mail: Mailbox
) -> None:
    clock.at = day.at
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    mail.refuse["salah@contoh.example"] = "550 no such user"
    form = f"{HERE}/kiriman/baru/{entry.id}"
    first = operator.post(form, on=form, channel="email", address="salah@contoh.example", reason="diminta")
    pin = pin_in(first.text)
    Chores(desk).do()
    assert "1 kiriman gagal" in operator.get(HERE)
    failed = operator.get(f"{HERE}/kiriman")
    assert "alamat tidak dikenal server tujuan" in failed
    (one,) = set(re.findall(rf"{HERE}/kiriman/([0-9a-z]{{26}})", failed))
    page = f"{HERE}/kiriman/{one}"
    again = operator.post(f"{page}/lagi", on=page)
    assert "said=delivery_asked" in again.headers["location"]
    Chores(desk).do()
    right = operator.post(f"{page}/baru", on=page, channel="email", address=MAIL, reason="salah ketik")
    newer = pin_in(right.text)
    Chores(desk).do()
    assert mail.recipients == [MAIL]
    guest, here = browser(desk), path_in(letters(mail)[0])
    assert asked(guest, here, pin)[0] == (404 if pin != newer else 200)
    assert asked(guest, here, newer)[0] == 200
    stopped = operator.post(f"{page}/henti", on=page, reason="warga datang sendiri")
    assert "said=delivery_stopped" in stopped.headers["location"]
    assert asked(guest, here, newer)[0] == 404
    assert MAIL not in operator.get(page)
    once_more = operator.post(form, on=form, channel="email", address=MAIL, reason="diminta lagi")
    assert "said=no_delivery-stopped" in once_more.headers["location"]
    assert "lalu kirim tautan baru" in operator.get(once_more.headers["location"])
    assert page in operator.get(form)
    same = {"channel": "sms", "address": "08123456789", "channel_pin": "whatsapp", "address_pin": "08123456789"}
    assert "said=no_no-contact" in operator.post(form, on=form, **same, reason="diminta").headers["location"]


def test_another_offices_deliveries_are_not_there_and_only_operators_act(
    desk: Service, day: Day, clock: Clock, entry: Entry
) -> None:
    clock.at = day.at
    verifier = signed_in(desk, day, Role.VERIFIER, clock)
    assert "Tidak ada kiriman" in verifier.get(f"{HERE}/kiriman")
    assert "kiriman/baru" not in verifier.get(f"{HERE}/dokumen/{entry.id}")
    csrf = csrf_in(verifier.get("/akun"))
    answer = verifier.ask("POST", f"{HERE}/kiriman/baru/{entry.id}", data={"csrf": csrf, "address": MAIL})
    assert answer.status_code == 403
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    operator.get(f"{HERE}/kiriman/{'0' * 26}", status=404)
    operator.get(f"/kantor/3171/kiriman/baru/{entry.id}", status=404)
