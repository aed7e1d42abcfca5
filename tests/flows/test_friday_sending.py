"""The Friday report is made and sent by itself: from its hour on, once, and late if it must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.command import run
from tests.post_office import Mailbox, mailbox
from tte.cli.doctor.delivery import delivery
from tte.cli.doctor.finding import State
from tte.cli.exits import Exit
from tte.office import Home
from tte.validation import validate
from tte.web import Service
from tte.web.app import routes
from tte.web.chores import Chores
from tte.web.journal import Figures

FRIDAY = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""18.00 WIB."""
BOSS, OTHER = "kepala@contoh.example", "ditjen@contoh.example"


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Mailbox]:
    with mailbox(tmp_path) as running:
        yield running


@pytest.fixture
def office(home: Home, mail: Mailbox) -> Home:
    mail.install(home.path)
    with (home.path / "tte.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[friday.send]]\noffice = "9971"\nkey = "demo"\nto = ["{BOSS}", "{OTHER}"]\n')
    return Home(home.path)


def chores(home: Home, at: datetime) -> None:
    """What a service does that starts, works once at a time, and ends."""
    with Service(Home(home.path), clock=lambda: at) as service:
        routes(service, Figures())
        Chores(service).do()


def test_it_is_sent_from_its_hour_on_once_however_often_the_service_starts(office: Home, mail: Mailbox) -> None:
    with office.open_register():
        pass
    chores(office, FRIDAY - timedelta(days=6))  # the week before, made good on a Saturday
    assert sorted(mail.recipients) == [OTHER, BOSS]
    for at in (FRIDAY - timedelta(minutes=1), FRIDAY, FRIDAY + timedelta(minutes=1), FRIDAY + timedelta(days=2)):
        chores(office, at)
    assert sorted(mail.recipients) == [OTHER, OTHER, BOSS, BOSS]
    last = mail.letters[-1]
    assert last["subject"] == "Laporan Jumat LJ/9971/20112026"
    (attached,) = last.iter_attachments()
    pdf = attached.get_content()
    assert attached.get_content_type() == "application/pdf"
    with office.open_register() as register:
        entry = register.find_pdf(pdf)
        assert entry is not None
        assert entry.number == "LJ/9971/20112026"
        assert register.count() == 2
        with office.open_key("demo") as (_, key):
            report = validate(pdf, office.trust_for(key.identity), entry.at)
        assert report.signatures[0].indication == "TOTAL-PASSED"


def test_a_week_that_was_missed_on_friday_and_mail_that_was_away_are_made_good(office: Home, mail: Mailbox) -> None:
    with office.open_register():
        pass
    mail.stop()
    monday = FRIDAY + timedelta(days=3)
    chores(office, monday)
    mail.start()
    chores(office, monday + timedelta(hours=1))
    chores(office, monday + timedelta(hours=2))
    assert sorted(mail.recipients) == [OTHER, BOSS]


def test_by_hand_it_is_sent_once_and_the_service_sends_it_not_again(office: Home, mail: Mailbox) -> None:
    for _ in range(2):
        told = run("--home", str(office.path), "report", "friday", "--week", "2026-11-20", "--office", "9971", "--send")
        assert told.code == 0, told.err
        assert "sent to 2 of 2 recipients" in told.out
    chores(office, FRIDAY + timedelta(minutes=1))
    assert sorted(mail.recipients) == [OTHER, BOSS]
    nobody = run("--home", str(office.path), "report", "friday", "--week", "2026-11-20", "--national", "--send")
    assert nobody.code == Exit.USAGE
    listed = run("--home", str(office.path), "delivery", "list", "--state", "sent", "--json")
    assert sorted(one["to"] for one in listed.objects()) == ["di•••@contoh.example", "ke•••@contoh.example"]


def test_a_key_that_cannot_sign_is_left_alone_and_nothing_is_sent(office: Home, mail: Mailbox) -> None:
    (office.path / "var" / "demo.pin").unlink()
    with office.open_register():
        pass
    chores(office, FRIDAY)
    assert mail.letters == []
    with office.open_register() as register:
        assert register.count() == 0


def test_with_a_key_that_the_office_does_not_use_nothing_is_signed_until_it_does(office: Home, mail: Mailbox) -> None:
    settings = office.path / "tte.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}\n[serve]\nconfirmed_keys = true\n", encoding="utf-8")
    with office.open_register():
        pass
    chores(office, FRIDAY)
    assert mail.letters == []
    with office.open_register() as register:
        assert register.count() == 0
    settings.write_text(text, encoding="utf-8")
    chores(office, FRIDAY + timedelta(hours=1))
    assert sorted(mail.recipients) == [OTHER, BOSS]


def test_what_failed_is_tried_again_from_the_command_line(office: Home, mail: Mailbox) -> None:
    mail.refuse[BOSS] = "550 no such user"
    words = ("--home", str(office.path))
    told = run(*words, "report", "friday", "--week", "2026-11-20", "--office", "9971", "--send")
    assert (told.code, "sent to 1 of 2" in told.out) == (Exit.UNAVAILABLE, True)
    (one,) = run(*words, "delivery", "list", "--json").objects()
    assert (one["state"], one["trouble"]) == ("failed", "smtp-550")
    assert run(*words, "delivery", "retry").code == Exit.USAGE
    mail.refuse.clear()
    assert "1 tried again, 1 messages were taken" in run(*words, "delivery", "retry", one["id"]).out
    assert mail.recipients[-1] == BOSS


def test_doctor_says_what_is_wrong_with_a_channel(office: Home) -> None:
    good = {one.check: one.state for one in delivery(office)}
    assert {*good.values()} == {State.PASS}
    (office.path / "var" / "smtp.password").chmod(0o644)
    settings = office.path / "tte.toml"
    text = (
        settings.read_text(encoding="utf-8") + '\n[delivery.sms]\nurl = "http://sms.example/x"\nsecret = "env:TIDAK"\n'
    )
    settings.write_text(text, encoding="utf-8")
    bad = {one.check: one.state for one in delivery(Home(office.path))}
    failing = {name for name, state in bad.items() if state is State.FAIL}
    assert failing == {"delivery-mail-password", "delivery-sms", "delivery-sms-secret"}
