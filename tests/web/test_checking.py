"""The verifier's room: the queue, one draft beside its page, approving and sending back."""

from __future__ import annotations

import html
import re

import pytest

from tests.desk_world import Day
from tests.people_world import OFFICE, held, hired
from tests.web.conftest import Clock
from tests.web.staff import HERE, Browser, csrf_in, signed_in
from tests.web.strict_html import Page
from tte.desk import Draft, State
from tte.issuance import Issued
from tte.people import Role
from tte.web import Service

QUEUE = f"{HERE}/pemeriksaan"


@pytest.fixture
def verifier(desk: Service, day: Day, clock: Clock) -> Browser:
    return signed_in(desk, day, Role.VERIFIER, clock)


def digest_in(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def approve(own: Browser, draft: Draft, **changed: str) -> int:
    path = f"{QUEUE}/{draft.id}"
    page = own.get(path)
    form = {"csrf": csrf_in(page), "digest": digest_in(page), "compared": "1", "do": "approve", **changed}
    return own.ask("POST", path, data=form).status_code


def stands(day: Day, draft: Draft) -> Draft:
    return day.desk.drafts.get(day.who(Role.OFFICIAL), draft.id, day.at)


def test_the_queue_has_the_oldest_first_and_goes_on_to_the_next(verifier: Browser, day: Day) -> None:
    first, second, third = day.drafted(3)
    page = verifier.get(QUEUE)
    assert Page(page).wrong == []
    assert re.findall(rf'href="{QUEUE}/([^"?]+)"', page) == [first.id, second.id, third.id]
    opened = verifier.get(f"{QUEUE}/{second.id}")
    assert Page(opened).wrong == []
    form = {"digest": digest_in(opened), "compared": "1", "do": "approve"}
    answer = verifier.post(f"{QUEUE}/{second.id}", on=f"{QUEUE}/{second.id}", **form)
    assert answer.headers["location"] == f"{QUEUE}/{third.id}?said=approved"
    assert stands(day, second).state == State.CHECKED
    for draft in (third, first):
        assert approve(verifier, draft) == 303
    assert "Tidak ada yang menunggu" in verifier.get(QUEUE)


def test_all_that_a_draft_says_stands_beside_its_page(verifier: Browser, day: Day) -> None:
    (draft,) = day.drafted(1)
    page = verifier.get(f"{QUEUE}/{draft.id}")
    for name, value in day.desk.drafts.row(draft).values.items():
        if not name.startswith("tanggal") and value:
            assert html.escape(str(value)) in page, name
    assert 'src="data:image/png;base64,' in page


def test_what_changed_meanwhile_or_was_not_compared_is_not_approved(verifier: Browser, day: Day) -> None:
    (draft,) = day.drafted(1)
    assert approve(verifier, draft, compared="") == 422
    assert approve(verifier, draft, digest="00" * 32) == 409
    assert approve(verifier, draft, digest="no digest") == 409
    assert stands(day, draft).state == State.DRAFT


def test_a_draft_goes_back_with_a_remark_that_its_maker_reads(
    verifier: Browser, day: Day, desk: Service, clock: Clock
) -> None:
    (draft,) = day.drafted(1)
    path, remark = f"{QUEUE}/{draft.id}", "Cocokkan <b>nama ibu</b> lagi."
    silent = verifier.post(path, on=path, do="return", remark=" ")
    assert silent.status_code == 422
    assert Page(silent.text).wrong == []
    assert verifier.post(path, on=path, do="return", remark=remark).headers["location"] == f"{QUEUE}?said=sent_back"
    clock.at = day.later()
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    for page in (operator.get(f"{HERE}/draf?keadaan=returned"), operator.get(f"{HERE}/draf/{draft.id}")):
        assert Page(page).wrong == []
        assert html.escape(remark) in page
        assert remark not in page


def test_nobody_checks_what_he_drafted_himself(desk: Service, day: Day, clock: Clock) -> None:
    (draft,) = day.drafted(1)
    day.desk.people.accounts.give(day.phones[Role.OPERATOR].id, held(Role.VERIFIER, day.at), day.at)
    clock.at = day.later()
    both = signed_in(desk, day, Role.OPERATOR, clock)
    page = both.get(f"{QUEUE}/{draft.id}")
    assert Page(page).wrong == []
    assert "orang lain yang memeriksanya" in page
    assert 'name="digest"' not in page
    form = {"csrf": csrf_in(page), "digest": draft.digest.hex(), "compared": "1", "do": "approve"}
    assert both.ask("POST", f"{QUEUE}/{draft.id}", data=form).status_code == 403
    assert stands(day, draft).state == State.DRAFT


def test_an_operator_does_not_check_and_another_office_sees_nothing(desk: Service, day: Day, clock: Clock) -> None:
    (draft,) = day.drafted(1)
    clock.at = day.later()
    operator = signed_in(desk, day, Role.OPERATOR, clock)
    assert operator.ask("GET", QUEUE).status_code == 403
    csrf = csrf_in(operator.get("/akun"))
    form = {"csrf": csrf, "digest": draft.digest.hex(), "compared": "1", "do": "approve"}
    assert operator.ask("POST", f"{QUEUE}/{draft.id}", data=form).status_code == 403
    phone = hired(day.desk.people, "orang-jauh", day.at, held(Role.VERIFIER, day.at, office="3171"))
    day.phones[Role.AUDITOR] = phone
    stranger = signed_in(desk, day, Role.AUDITOR, clock)
    for path in (QUEUE, f"{QUEUE}/{draft.id}", f"{HERE}/draf", f"{HERE}/draf/{draft.id}", "/kantor/3171/pemeriksaan"):
        assert stranger.ask("GET", path).status_code == 404, path


def test_withdrawals_and_replacements_show_their_reason_and_the_document(verifier: Browser, day: Day) -> None:
    (draft, other) = day.drafted(2)
    rows = [day.desk.drafts.row(one) for one in (draft, other)]
    pin = day.home.path / "var" / "demo.pin"
    pin.touch(mode=0o600)
    pin.write_text(day.passphrase, encoding="ascii")
    operator = day.who(Role.OPERATOR)
    for one in (draft, other):
        day.desk.drafts.discard(operator, one.id, day.at)
    with day.home.issuer("demo", ("akta_kelahiran",)) as issuer:
        (first,) = issuer.issue("akta_kelahiran", rows[:1])
        (second,) = issuer.issue("akta_kelahiran", rows[1:])
    assert isinstance(first, Issued)
    assert isinstance(second, Issued)
    gone = day.desk.drafts.propose_withdrawal(operator, OFFICE, first.entry.id, "Terbit dua kali.", day.at)
    new = day.desk.drafts.add(
        operator,
        OFFICE,
        "akta_kelahiran",
        {**rows[1].values, "tempat_lahir": "LAIN"},
        day.at,
        replaces=second.entry.id,
        reason="Salah ketik.",
    )
    for made, entry, reason, word in (
        (gone, first.entry, "Terbit dua kali.", "Usulan pencabutan"),
        (new, second.entry, "Salah ketik.", "Menggantikan dokumen"),
    ):
        page = verifier.get(f"{QUEUE}/{made.id}")
        assert Page(page).wrong == []
        for said in (entry.number, reason, word, f"{HERE}/dokumen/{entry.id}", "berlaku"):
            assert said in page
        assert approve(verifier, made) == 303
        assert stands(day, made).state == State.CHECKED


def test_letters_that_look_like_others_are_pointed_out(verifier: Browser, day: Day) -> None:
    (draft,) = day.drafted(1)
    values = {**day.desk.drafts.row(draft).values, "nama_ayah": "BAGAS A\u0110IWINATA"}
    changed = day.desk.drafts.change(day.who(Role.OPERATOR), draft.id, values, day.at)
    for page in (verifier.get(QUEUE), verifier.get(f"{QUEUE}/{changed.id}")):
        assert "Nama Ayah" in page
    assert "U+0110" in verifier.get(f"{QUEUE}/{changed.id}")
