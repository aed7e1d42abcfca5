"""Signing in through the browser: sessions, forms of other sites, the second factor."""

from __future__ import annotations

import re

import pytest
from pyotp import TOTP

from tests.desk_world import Day
from tests.people_world import OFFICE
from tests.web.conftest import Clock
from tests.web.staff import HERE, browser, csrf_in, signed_in
from tests.web.strict_html import Page
from tte.people import Held, Role
from tte.web import Service

COOKIE = "__Host-tte"


def test_who_is_not_signed_in_is_asked_to(desk: Service) -> None:
    for path in ("/kantor", HERE, f"{HERE}/draf", "/akun", "/kantor/0000"):
        answer = browser(desk).ask("GET", path)
        assert answer.status_code in (303, 404)
        assert answer.headers.get("location", "/masuk") == "/masuk"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_signs_in_and_sees_its_rooms(desk: Service, day: Day, clock: Clock, role: Role) -> None:
    own = signed_in(desk, day, role, clock)
    page = own.get(HERE)
    assert Page(page).wrong == []
    rooms = set(re.findall(rf'href="{HERE}/?([a-z-]*)"', page))
    office = {"angka", "laporan", "dokumen", "kiriman"}
    wanted = {
        Role.OPERATOR: {*office, "draf", "batch", "permohonan"},
        Role.VERIFIER: {*office, "pemeriksaan", "permohonan"},
        Role.OFFICIAL: {*office, "tanda-tangan", "sertifikat", "jejak"},
        Role.OFFICE_ADMIN: {*office, "batch", "pengguna", "aplikasi", "sertifikat", "jejak"},
        Role.AUDITOR: {*office, "sertifikat", "jejak"},
        Role.NATIONAL_ADMIN: {"angka", "laporan", "pengguna", "aplikasi", "sertifikat", "jejak"},
    }[role]
    assert wanted <= rooms
    assert not rooms - wanted - {"", "draf/baru"}


def test_the_cookie_is_for_this_host_and_no_script_and_another_after_each_sign_in(
    desk: Service, day: Day, clock: Clock
) -> None:
    phone, own = day.phones[Role.OPERATOR], browser(desk)
    tokens = []
    for planted in ("planted", None):
        if planted:
            own.client.cookies.set(COOKIE, planted, domain=desk.host, path="/")
        data = {"login": phone.login, "password": phone.password, "code": phone.code(clock.later())}
        answer = own.ask("POST", "/masuk", data=data)
        set_cookie = answer.headers["set-cookie"].lower()
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= set(re.split(r";\s*", set_cookie))
        assert "domain" not in set_cookie
        tokens.append(own.client.cookies[COOKIE])
    assert len({*tokens, "planted"}) == 3
    old = browser(desk)
    old.client.cookies.set(COOKIE, tokens[0], domain=desk.host, path="/")
    assert (old.ask("GET", HERE)).status_code == 303


@pytest.mark.parametrize("wrong", ["login", "password", "code"])
def test_whatever_is_wrong_the_answer_is_the_same(desk: Service, day: Day, clock: Clock, wrong: str) -> None:
    phone = day.phones[Role.OPERATOR]
    data = {"login": phone.login, "password": phone.password, "code": phone.code(clock.later()), wrong: "000000"}
    answer = browser(desk).ask("POST", "/masuk", data=data)
    assert answer.status_code == 401
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert "tidak cocok" in answer.text
    assert data["password"] not in answer.text


def test_a_form_without_the_sessions_word_or_from_another_site_does_nothing(
    desk: Service, day: Day, clock: Clock
) -> None:
    own = signed_in(desk, day, Role.OPERATOR, clock)
    csrf = csrf_in(own.get("/akun"))
    for data, headers in (
        ({"csrf": ""}, {}),
        ({"csrf": "0" * 32}, {}),
        ({"csrf": csrf}, {"Sec-Fetch-Site": "cross-site"}),
        ({"csrf": csrf}, {"Origin": "https://elsewhere.example"}),
    ):
        answer = own.ask("POST", "/akun/keluar", data=data, headers=headers)
        assert answer.status_code == 403
    own.get("/akun")
    assert (own.ask("POST", "/akun/keluar", data={"csrf": csrf})).status_code == 303
    assert (own.ask("GET", "/akun")).status_code == 303


def test_a_session_is_over_after_a_quarter_of_an_hour_and_a_form_says_so(desk: Service, day: Day, clock: Clock) -> None:
    own = signed_in(desk, day, Role.OPERATOR, clock)
    csrf = csrf_in(own.get("/akun"))
    clock.later(minutes=16)
    answer = own.ask("POST", "/akun/keluar", data={"csrf": csrf})
    assert answer.status_code == 401
    assert (own.ask("GET", HERE)).headers["location"] == "/masuk?said=session_over"


def test_who_has_no_second_factor_makes_one_first(desk: Service, day: Day, clock: Clock) -> None:
    accounts = day.desk.people.accounts
    user = accounts.add("baru", "Orang Baru", clock.at)
    accounts.set_password(user.id, "kalimat panjang untuk mulai", clock.at)
    accounts.give(user.id, Held(Role.OPERATOR, OFFICE, clock.at), clock.at)
    own = browser(desk)
    data = {"login": "baru", "password": "kalimat panjang untuk mulai", "code": ""}
    own.ask("POST", "/masuk", data=data)
    assert (own.ask("GET", HERE)).headers["location"] == "/akun/faktor-kedua"
    paired = own.post("/akun/faktor-kedua", on="/akun/faktor-kedua")
    assert Page(paired.text).wrong == []
    seed = re.search(r"<code>([A-Z2-7 ]+)</code>", paired.text)
    assert seed
    code = TOTP(seed[1].replace(" ", "")).generate_otp(int(clock.at.timestamp()) // 30)
    done = own.ask("POST", "/akun/faktor-kedua/kode", data={"csrf": csrf_in(paired.text), "code": code})
    assert len(re.findall(r"<li><code>", done.text)) == 10
    assert (own.ask("GET", HERE)).status_code == 303
    later = TOTP(seed[1].replace(" ", "")).generate_otp(int(clock.later().timestamp()) // 30)
    own.ask("POST", "/masuk", data=data | {"code": later})
    own.get(HERE)


def test_after_signing_in_one_is_sent_nowhere_else(desk: Service, day: Day, clock: Clock) -> None:
    own = signed_in(desk, day, Role.OFFICIAL, clock)
    code = day.phones[Role.OFFICIAL].code(clock.later())
    for then in ("https://elsewhere.example", "//elsewhere.example", "/kantor//elsewhere.example"):
        page = own.get(f"/akun/kode?lanjut={then}")
        assert 'name="then" value="/kantor"' in page
    answer = own.post("/akun/kode", on="/akun/kode", then="//elsewhere.example", code=code)
    assert answer.headers["location"] == "/kantor"


def test_who_is_known_is_not_counted_with_strangers(desk: Service, day: Day, clock: Clock) -> None:
    own = signed_in(desk, day, Role.OPERATOR, clock)
    own.get(HERE)
    answer = own.ask("GET", HERE)
    assert answer.headers["RateLimit-Policy"].startswith('"known"')
    own.client.cookies.clear()
    own.client.cookies.set(COOKIE, "made up")
    answer = own.ask("GET", "/masuk")
    assert answer.headers["RateLimit-Policy"].startswith('"page"')
