"""Every page of the office × every role × {own office, another office, nobody}: who may see what is in one table."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from fastapi.routing import APIRoute
from pyotp import TOTP

from tests.desk_world import Day
from tests.people_world import OFFICE, seed_in
from tests.web.conftest import Clock
from tests.web.staff import HERE, browser, csrf_in, signed_in
from tte.errors import NotAllowed
from tte.people import RIGHTS, Action, Role
from tte.web import Service
from tte.web.app import routes
from tte.web.journal import Figures

PUBLIC = {"/", "/d", "/d/{code}", "/result", "/report", "/static/{edition}/{name}", "/robots.txt"}
PUBLIC |= {"/healthz", "/readyz", "/v1/validations", "/v1/openapi.json", "/masuk"}
PUBLIC |= {"/ajukan", "/lacak", "/lacak/perbaiki", "/lacak/unduh"}
PUBLIC |= {"/periksa", "/periksa.js", "/periksa-scanner.js", "/periksa.webmanifest"}
PUBLIC |= {f"/.well-known/tte/{one}" for one in ("anchors", "keys", "status/{period}")}
PUBLIC |= {"/ambil/{token}"}


def api_routes(service: Service) -> list[APIRoute]:
    """All routes, those of routers within routers too."""
    found: list[APIRoute] = []

    def walk(some: Iterable[object]) -> None:
        for route in some:
            if isinstance(route, APIRoute):
                found.append(route)
            elif inner := getattr(route, "original_router", None):
                walk(inner.routes)

    walk(routes(service, Figures()).routes)
    return found


def asked_of(route: APIRoute, office: str = OFFICE) -> tuple[str, str]:
    """The method and an address of a route."""
    path = route.path.replace("{office}", office)
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", "x")
    return next(iter(route.methods or {"GET"})), path


def test_every_route_says_who_may_use_it(desk: Service) -> None:
    assert len(api_routes(desk)) > 40
    for route in api_routes(desk):
        rights = getattr(route.endpoint, "rights", None)
        assert rights or route.path in PUBLIC, f"{route.path}: say who may use it"


def test_every_page_of_an_office_asks_for_an_action_there(desk: Service) -> None:
    for route in api_routes(desk):
        if route.path.startswith(("/kantor/", "/nasional")):
            assert all(isinstance(one, Action) for one in route.endpoint.rights)  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_sees_the_pages_of_its_rights_and_no_others(desk: Service, day: Day, clock: Clock, role: Role) -> None:
    own = signed_in(desk, day, role, clock)
    csrf = csrf_in(own.get("/akun"))
    seen = 0
    for route in api_routes(desk):
        if not route.path.startswith(("/kantor/", "/nasional")):
            continue
        rights = route.endpoint.rights  # type: ignore[attr-defined]
        method, path = asked_of(route)
        answer = own.ask(method, path, **({"data": {"csrf": csrf}} if method == "POST" else {}))
        if any(role in RIGHTS[one] for one in rights):
            assert answer.status_code not in (401, 405, 500), (method, path, answer.text)
            seen += answer.status_code == 200
        else:
            hidden = path.startswith("/nasional")  # who belongs to one office is not told that there is such a page
            assert answer.status_code == (404 if hidden else 403), (method, path, answer.status_code)
        if OFFICE not in path:
            continue
        other = own.ask(method, path.replace(OFFICE, "3171"), **({"data": {"csrf": csrf}} if method == "POST" else {}))
        assert other.status_code == 404, (method, path)
    assert seen >= 2


def test_nobody_sees_no_page_of_an_office(desk: Service) -> None:
    nobody = browser(desk)
    for route in api_routes(desk):
        if route.path.startswith(("/kantor", "/akun", "/nasional")):
            method, path = asked_of(route)
            answer = nobody.ask(method, path, **({"data": {"csrf": "0" * 32}} if method == "POST" else {}))
            assert answer.status_code == (303 if method == "GET" else 401), (method, path)


def test_an_office_admin_proposes_and_a_national_admin_confirms(desk: Service, day: Day, clock: Clock) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    page = f"{HERE}/pengguna"
    made = admin.post(page, on=page, login="rina.w", name="Rina W.", role="operator")
    assert made.status_code == 200
    assert "Ditampilkan sekali" in made.text
    rina = day.desk.people.accounts.find("rina.w")
    (role,) = day.desk.people.accounts.roles(rina.id)
    assert role.confirmed_by is None
    assert admin.post(f"{page}/peran/{role.id}/sahkan", on=page).status_code == 403
    national = signed_in(desk, day, Role.NATIONAL_ADMIN, clock)
    assert national.post(f"{page}/peran/{role.id}/sahkan", on=page).status_code == 422  # it may be anybody's phone yet
    seed = seed_in(day.desk.people.sessions.begin_second_factor(rina.id, clock.at))
    code = TOTP(seed).generate_otp(int(clock.at.timestamp()) // 30)
    day.desk.people.sessions.finish_second_factor(rina.id, code, clock.at)
    assert national.post(f"{page}/peran/{role.id}/sahkan", on=page).status_code == 303
    (role,) = day.desk.people.accounts.roles(rina.id)
    assert role.confirmed_by == day.phones[Role.NATIONAL_ADMIN].id
    assert national.post(f"{page}/peran/{role.id}/akhiri", on=page).status_code == 303


def test_an_admin_cannot_take_over_an_account(desk: Service, day: Day, clock: Clock) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    page, official = f"{HERE}/pengguna", day.phones[Role.OFFICIAL].id
    assert admin.post(f"{page}/{official}/kata-sandi", on=page).status_code == 200
    assert admin.post(f"{page}/{official}/faktor-kedua", on=page).status_code == 403
    own = day.phones[Role.OFFICE_ADMIN].id
    assert admin.post(f"{page}/{own}/kata-sandi", on=page).status_code == 403
    national = day.phones[Role.NATIONAL_ADMIN].id
    assert admin.post(f"{page}/{national}/kata-sandi", on=page).status_code == 404


def test_the_key_of_an_application_is_shown_once_and_works_from_its_confirmation_until_it_is_disabled(
    desk: Service, day: Day, clock: Clock
) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    page = f"{HERE}/aplikasi"
    made = admin.post(page, on=page, name="SIAK contoh", action="draft", until="2030-01-01")
    key = made.text.partition("<code>tte_")[2].partition("<")[0]
    shown = admin.get(page)
    assert key not in shown
    assert "SIAK contoh" in shown
    (client,) = day.desk.people.clients.all(OFFICE)
    assert admin.post(f"{page}/{client.id}/sahkan", on=page).status_code == 403
    assert day.desk.people.clients.client(f"tte_{key}", clock.at) is None
    national = signed_in(desk, day, Role.NATIONAL_ADMIN, clock)
    assert "Tambah aplikasi" not in national.get(page)
    assert national.post(f"{page}/{client.id}/sahkan", on=page).status_code == 303
    assert day.desk.people.clients.client(f"tte_{key}", clock.at)
    trail = admin.get(f"{HERE}/jejak")
    names = [
        day.desk.people.accounts.find(day.phones[one].login).name for one in (Role.OFFICE_ADMIN, Role.NATIONAL_ADMIN)
    ]
    assert all(f"<b>{name}</b> {did}" in trail for name, did in zip(names, ("menambah", "mengesahkan"), strict=True))
    admin.post(f"{page}/{client.id}/nonaktif", on=page)
    assert day.desk.people.clients.client(f"tte_{key}", clock.at) is None


def test_a_key_is_proposed_and_confirmed_and_one_that_changed_since_signs_nothing(
    desk: Service, day: Day, clock: Clock
) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    national = signed_in(desk, day, Role.NATIONAL_ADMIN, clock)
    official = signed_in(desk, day, Role.OFFICIAL, clock)
    page, keys = f"{HERE}/sertifikat", day.desk.people.keys
    assert admin.post(page, on=page, profile="nobody").status_code == 404
    assert admin.post(page, on=page, profile="kadis", last="2040-01-01").status_code == 303
    (row,) = keys.all(OFFICE)
    assert admin.post(f"{page}/{row.id}/sahkan", on=page).status_code == 403
    assert national.post(page, on=page, profile="kadis").status_code == 403
    assert national.post(f"{page}/{row.id}/sahkan", on=page).status_code == 303
    assert "dipakai</span>" in admin.get(page)
    assert "Usulkan pemakaian kunci" not in official.get(page)
    profile = day.home.path / "keys" / "kadis.toml"
    drafts = day.checked(day.drafted(1))
    profile.write_text("per_day = 9\n" + profile.read_text(encoding="utf-8"), encoding="utf-8")
    assert "berubah sejak disahkan" in admin.get(page)
    with pytest.raises(NotAllowed, match="key-not-in-use"):
        day.authorised(drafts)
    assert admin.post(page, on=page, profile="kadis").status_code == 303
    (again,) = (one for one in keys.all(OFFICE) if one.confirmed_by is None)
    clock.later(minutes=11)
    assert national.post(f"{page}/{again.id}/sahkan", on=page).status_code == 403  # it wants a fresh code
    national = signed_in(desk, day, Role.NATIONAL_ADMIN, clock)
    assert national.post(f"{page}/{again.id}/sahkan", on=page).status_code == 303
    day.authorised(drafts)
    assert admin.post(f"{page}/{again.id}/akhiri", on=page).status_code == 303
    with pytest.raises(NotAllowed, match="key-not-in-use"):
        day.authorised(drafts)


def test_a_person_who_cannot_be_added_whole_is_not_added_at_all(desk: Service, day: Day, clock: Clock) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    page = f"{HERE}/pengguna"
    answer = admin.post(page, on=page, login="plh.lama", name="Plh. Lama", role="official", capacity="plh")
    assert answer.status_code == 422
    assert all(user.login != "plh.lama" for user, _ in day.desk.people.accounts.all())


def test_one_person_disables_an_account_and_another_enables_it_again(desk: Service, day: Day, clock: Clock) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    page, operator = f"{HERE}/pengguna", day.phones[Role.OPERATOR].id
    assert admin.post(f"{page}/{operator}/nonaktif", on=page).status_code == 303
    assert day.desk.people.accounts.find(day.phones[Role.OPERATOR].login).disabled
    assert admin.post(f"{page}/{operator}/aktif", on=page).status_code == 403
    national = signed_in(desk, day, Role.NATIONAL_ADMIN, clock)
    assert national.post(f"{page}/{operator}/aktif", on=page).status_code == 303
    assert not day.desk.people.accounts.find(day.phones[Role.OPERATOR].login).disabled


def test_a_key_for_an_application_wants_a_fresh_code(desk: Service, day: Day, clock: Clock) -> None:
    admin = signed_in(desk, day, Role.OFFICE_ADMIN, clock)
    clock.later(minutes=11)
    page = f"{HERE}/aplikasi"
    answer = admin.post(page, on=page, name="SIAK contoh", action="issue", until="2030-01-01")
    assert answer.status_code == 403
    assert "Tunjukkan kode lagi" in answer.text
    assert not day.desk.people.clients.all(OFFICE)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.AUDITOR, f"{HERE}/jejak?sebelum=\u00b2"),
        (Role.OPERATOR, f"{HERE}?said=from_until"),
        (Role.OPERATOR, f"{HERE}?said=passphrase_wrong"),
        (Role.OPERATOR, "/akun/selamat?masuk=\u00b2&passphrase=1"),
    ],
)
def test_an_odd_address_is_a_page_like_others(desk: Service, day: Day, clock: Clock, role: Role, path: str) -> None:
    own = signed_in(desk, day, role, clock)
    answer = own.ask("GET", path)
    assert answer.status_code in (200, 303)
    assert 'role="status"' not in answer.text


@pytest.mark.parametrize(
    "odd", [{"sampai": "9999-12-31"}, {"sejak": "0001-01-01"}, {"sebelum": "\u00b2"}, {"status": "HELD"}]
)
def test_odd_dates_and_places_seek_nothing(desk: Service, day: Day, clock: Clock, odd: dict[str, str]) -> None:
    own = signed_in(desk, day, Role.OPERATOR, clock)
    assert own.post(f"{HERE}/dokumen", on=f"{HERE}/dokumen", **odd).status_code == 200
