"""The official in his browser: what he must open, what he authorises, how it is signed, and what goes wrong."""

from __future__ import annotations

import re
from threading import Event

import httpx
import pytest

from tests.desk_world import Day
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, browser, csrf_in, signed_in
from tests.web.strict_html import Page
from tte.desk import Draft, Signed
from tte.people import Role
from tte.web import Service

SIGN = f"{HERE}/tanda-tangan"


def opened(own: Browser) -> None:
    """Open what the list says must be opened."""
    while left := re.search(rf'href="({SIGN}/buka/[a-z0-9]+)">Buka yang', own.get(SIGN)):
        page = own.get(left[1])
        assert Page(page).wrong == []
        assert "data:image/png;base64," in page


def sent(own: Browser, path: str, drafts: list[Draft], **values: str) -> httpx.Response:
    csrf = csrf_in(own.get(SIGN) if drafts else own.get("/akun"))
    return own.ask("POST", SIGN + path, data={"csrf": csrf, "draft": [one.id for one in drafts], **values})


def waiting(day: Day, clock: Clock, count: int, seed: int = 1) -> list[Draft]:
    day.at = clock.at
    drafts = list(day.checked(day.drafted(count, seed=seed)))
    clock.at = day.later()
    return drafts


def test_an_official_signs_what_he_has_opened_and_chosen(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 5)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    page = own.get(SIGN)
    assert Page(page).wrong == []
    assert "Buka 3 dokumen" in page
    assert sent(own, "/sahkan", drafts).headers["location"].startswith(f"{SIGN}/buka/")
    opened(own)
    while (authorise := sent(own, "/sahkan", drafts[:4])).status_code == 303:  # of four chosen, three are opened
        own.get(authorise.headers["location"])
    assert Page(authorise.text).wrong == []
    assert "Tanda tangani 4 dokumen" in authorise.text
    code = day.phones[Role.OFFICIAL].code(clock.later())
    begun = sent(own, "/tandatangani", drafts[:4], code=code, passphrase=day.passphrase)
    assert begun.status_code == 303, begun.text
    done = own.get(finished(own, begun.headers["location"]))
    assert Page(done).wrong == []
    assert "4 dokumen terbit" in done
    assert day.states().count("issued") == 4
    listed = own.get(f"{HERE}/dokumen")
    assert Page(listed).wrong == []
    assert all(one.number in listed for one in drafts[:4])
    assert drafts[4].number not in listed


def finished(own: Browser, path: str) -> str:
    """The page of a signing once it is over."""
    while "http-equiv" in own.get(path):
        pass
    return path


def test_nothing_is_signed_that_must_be_opened_first(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 3)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    code = day.phones[Role.OFFICIAL].code(clock.later())
    answer = sent(own, "/tandatangani", drafts, code=code, passphrase=day.passphrase)
    assert answer.headers["location"].startswith(f"{SIGN}/buka/")
    assert day.states().count("checked") == 3


def test_what_was_changed_since_it_was_opened_must_be_opened_again(desk: Service, day: Day, clock: Clock) -> None:
    (draft,) = waiting(day, clock, 1)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    opened(own)
    day.at = clock.later()
    row = day.desk.drafts.row(draft)
    changed = day.desk.drafts.change(day.who(Role.OPERATOR), draft.id, {**row.values, "nama": "NAMA LAIN"}, day.at)
    day.checked([changed])
    clock.at = day.later()
    assert "wajib dibuka" in own.get(SIGN)


def test_a_wrong_passphrase_signs_nothing_and_may_be_typed_again(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 2)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    opened(own)
    code = day.phones[Role.OFFICIAL].code(clock.later())
    begun = sent(own, "/tandatangani", drafts, code=code, passphrase="not the passphrase")
    place = finished(own, begun.headers["location"])
    page = own.get(place)
    assert Page(page).wrong == []
    assert "Passphrase tidak cocok" in page
    assert "not the passphrase" not in page
    assert day.states().count("checked") == 2
    again = own.ask("POST", place, data={"csrf": csrf_in(page), "passphrase": day.passphrase})
    assert "2 dokumen terbit" in own.get(finished(own, again.headers["location"]))


def test_a_wrong_code_authorises_nothing(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 1)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    opened(own)
    answer = sent(own, "/tandatangani", drafts, code="000000", passphrase=day.passphrase)
    assert answer.status_code == 403
    assert "Kode tidak cocok" in answer.text
    assert day.passphrase not in answer.text
    assert day.states() == ["checked"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICIAL])
def test_nobody_else_sees_the_list_or_signs(desk: Service, day: Day, clock: Clock, role: Role) -> None:
    own = signed_in(desk, day, role, clock)
    for path in ("", "/buka/x"):
        assert own.ask("GET", SIGN + path).status_code in (403, 404)
    csrf = csrf_in(own.get("/akun"))
    for path in ("/sahkan", "/tandatangani", "/proses/x", "/cabut/x"):
        assert own.ask("POST", SIGN + path, data={"csrf": csrf}).status_code in (403, 404)


def test_a_withdrawal_goes_from_operator_to_verifier_to_official(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 1)
    day.at = clock.at
    who, given = day.authorised(drafts)
    day.desk.signing.sign(who, given.id, day.typed(), day.later())
    clock.at = day.later()
    (entry,) = day.register.entries()
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    page = f"{HERE}/dokumen/{entry.id}"
    assert Page(operator.get(page)).wrong == []
    answer = operator.post(f"{page}/pencabutan", on=page, reason="Data tidak sesuai putusan")
    assert answer.headers["location"].endswith("said=proposed")
    day.at = clock.at
    proposed = day.desk.drafts.all(day.who(Role.VERIFIER), "9971", day.at)[0]
    day.checked([proposed])
    clock.at = day.later()
    official = signed_in(desk, day, Role.OFFICIAL, clock)
    assert "Data tidak sesuai putusan" in official.get(SIGN)
    code = day.phones[Role.OFFICIAL].code(clock.later())
    answer = official.post(f"{SIGN}/cabut/{proposed.id}", on=SIGN, code=code)
    assert answer.headers["location"].endswith("said=withdrawn")
    assert "Dicabut" in official.get(page)


def test_who_reads_a_document_gives_a_reason_if_he_audits_and_it_stands_in_the_trail(
    desk: Service, day: Day, clock: Clock
) -> None:
    drafts = waiting(day, clock, 1)
    day.at = clock.at
    who, given = day.authorised(drafts)
    day.desk.signing.sign(who, given.id, day.typed(), day.later())
    clock.at = day.later()
    (entry,) = day.register.entries()
    page = f"{HERE}/dokumen/{entry.id}"
    auditor = signed_in(desk, day, Role.AUDITOR, clock)
    assert auditor.post(f"{page}/pdf", on=page, reason=" ").status_code == 403
    answer = auditor.post(f"{page}/pdf", on=page, reason="pemeriksaan berkala")
    assert answer.content == day.register.read_pdf(entry.id)
    assert entry.id in answer.headers["content-disposition"]  # no number: that of a family card is a person's
    trail = auditor.get(f"{HERE}/jejak")
    assert Page(trail).wrong == []
    assert "membuka isi dokumen" in trail
    assert "pemeriksaan berkala" in trail
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    assert operator.post(f"{page}/pdf", on=page).status_code == 403


def test_another_offices_document_is_not_there(desk: Service, day: Day, clock: Clock) -> None:
    own = signed_in(desk, day, Role.AUDITOR, clock)
    assert own.ask("GET", f"{HERE}/dokumen/{'a' * 26}").status_code == 404
    assert own.ask("GET", "/kantor/3171/dokumen").status_code == 404


def test_a_passphrase_does_not_wait_behind_other_signings(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 1)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    opened(own)
    code, gate = day.phones[Role.OFFICIAL].code(clock.later()), Event()
    for name in "abcd":
        desk.jobs.begin(name, lambda: gate.wait(60) and Signed(0, 0))  # type: ignore[arg-type, return-value]
    answer = sent(own, "/tandatangani", drafts, code=code, passphrase=day.passphrase)
    gate.set()
    assert answer.status_code == 503
    assert day.states() == ["checked"]


def test_wrong_codes_at_the_door_do_not_stop_an_official_at_his_work(desk: Service, day: Day, clock: Clock) -> None:
    drafts = waiting(day, clock, 1)
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    opened(own)
    for _ in range(6):
        browser(desk).ask("POST", "/masuk", data={"login": day.phones[Role.OFFICIAL].login, "password": "x" * 12})
    code = day.phones[Role.OFFICIAL].code(clock.later())
    begun = sent(own, "/tandatangani", drafts, code=code, passphrase=day.passphrase)
    assert "1 dokumen terbit" in own.get(finished(own, begun.headers["location"]))


def test_what_a_signing_raised_is_kept_without_what_was_typed(desk: Service) -> None:
    def sign() -> Signed:
        passphrase = "CANARY"  # noqa: F841
        raise OSError("disk full")

    desk.jobs.begin("x", sign)
    desk.jobs.wait("x", 30)
    trouble = desk.jobs.trouble("x")
    assert isinstance(trouble, OSError)
    frame = trouble.__traceback__
    while frame is not None:
        assert "CANARY" not in str(frame.tb_frame.f_locals.values())
        frame = frame.tb_next
