"""Signing in with an identity of another service: a real provider over HTTP, and all the ways in which it may lie."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.desk_world import Day
from tests.openid import Claims, Provider, provider
from tests.people_world import OFFICE
from tests.web.conftest import Clock
from tests.web.staff import Browser, browser, csrf_in
from tte.office import Home
from tte.people import Role
from tte.people.sessions import outside_sha256
from tte.web import Service
from tte.web.callers import cookie_name


@pytest.fixture
def op(clock: Clock) -> Iterator[Provider]:
    with provider(lambda: int(clock.at.timestamp())) as running:
        yield running


@pytest.fixture
def desk(day: Day, clock: Clock, op: Provider) -> Iterator[Service]:
    """The office whose operator is known to the provider."""
    folder = day.home.path
    settings, secret = folder / "tte.toml", folder / "var" / "oidc.secret"
    secret.write_text(op.secret)
    secret.chmod(0o600)
    settings.write_text(
        settings.read_text(encoding="utf-8")
        + f'\n[oidc]\nissuer = "{op.url}"\nname = "SSO Contoh"\nclient_id = "{op.client}"\n'
        'secret = "file:var/oidc.secret"\ntwo_factors = ["mfa"]\nprivate = true\n',
        encoding="utf-8",
    )
    people, operator = day.desk.people, day.phones[Role.OPERATOR].id
    people.accounts.link(operator, outside_sha256(op.url, op.subject), clock.at)
    with Service(Home(folder), clock=clock) as opened:
        yield opened


def there(who: Browser) -> str:
    """Begin; where the browser is sent."""
    answer = who.ask("GET", "/masuk/oidc")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back(who: Browser, address: str) -> httpx.Response:
    return who.ask("GET", urlsplit(address).path + "?" + urlsplit(address).query)


def token_in(who: Browser, desk: Service) -> str:
    return who.client.cookies[cookie_name(secure=desk.secure)]


def test_who_is_known_there_comes_in_with_a_code_or_without_where_two_factors_were_seen(
    desk: Service, day: Day, clock: Clock, op: Provider
) -> None:
    who = browser(desk)
    assert "Masuk dengan SSO Contoh" in who.get("/masuk")
    where = there(who)
    asked = parse_qs(urlsplit(where).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid"]
    answer = back(who, op.code(where))
    assert "Satu langkah lagi" in answer.text
    assert who.ask("GET", f"/kantor/{OFFICE}").status_code == 303  # not in yet
    assert who.ask("POST", "/masuk/oidc/kode", data={"code": "000000"}).status_code == 401
    assert who.ask("POST", "/masuk/oidc/kode", data={"code": "000000"}).status_code == 401  # and the way is over
    back(who, op.code(there(who)))
    code = day.phones[Role.OPERATOR].code(clock.later())
    answer = who.ask("POST", "/masuk/oidc/kode", data={"code": code})
    assert answer.status_code == 200
    assert re.search(r'content="0;url=/akun/selamat\?masuk=\d+&amp;passphrase=0"', answer.text)
    assert "Operator" in who.get("/akun")

    second = browser(desk)
    op.amr = ("pwd", "mfa")
    assert back(second, op.code(there(second))).status_code == 200
    csrf = csrf_in(second.get("/akun"))
    assert second.ask("POST", "/akun/keluar", data={"csrf": csrf}).status_code == 303
    day.desk.people.accounts.link(day.phones[Role.OPERATOR].id, None, clock.at)
    assert back(second, op.code(there(second))).status_code == 401  # nobody is made an account by it


def test_an_official_who_came_in_so_still_signs_with_passphrase_and_code(
    desk: Service, day: Day, clock: Clock, op: Provider
) -> None:
    drafts = day.checked(day.drafted(1))
    op.subject, op.amr = "kepala", ("mfa",)
    official = day.phones[Role.OFFICIAL]
    day.desk.people.accounts.link(official.id, outside_sha256(op.url, "kepala"), clock.at)
    clock.at = day.at
    who = browser(desk)
    assert back(who, op.code(there(who))).status_code == 200
    page = f"/kantor/{OFFICE}/tanda-tangan"
    who.get(f"{page}/buka/{drafts[0].id}")
    answer = who.post(f"{page}/tandatangani", on=page, draft=drafts[0].id, code="000000", passphrase=day.passphrase)
    assert answer.status_code == 403
    code = official.code(day.later())
    clock.at = day.at
    answer = who.post(f"{page}/tandatangani", on=page, draft=drafts[0].id, code=code, passphrase="salah sama sekali")
    assert "Tanda tangan selesai" not in who.get(answer.headers["location"])
    assert day.desk.drafts.get(day.who(Role.OPERATOR), drafts[0].id, day.at).state == "checked"


def test_a_factor_that_was_seen_there_long_ago_is_not_fresh_here(
    desk: Service, day: Day, clock: Clock, op: Provider
) -> None:
    """It lets somebody in; before anything that needs a code anew, one is asked for."""
    op.amr = ("mfa",)
    now = int(clock.at.timestamp())
    for said, ago in ((now - 30, 30), (now - 7200, 7200), (None, 1200), ("x", 1200), (now + 7200, 1200)):
        op.claims = lambda claims, said=said: claims | ({"auth_time": said} if said is not None else {})  # type: ignore[misc]
        who = browser(desk)
        where = there(who)
        assert parse_qs(urlsplit(where).query)["max_age"] == ["600"]
        assert back(who, op.code(where)).status_code == 200
        person = day.desk.people.sessions.person(token_in(who, desk), clock.at)
        assert person is not None
        assert person.proven == clock.at - timedelta(seconds=ago)


def test_the_cookie_of_the_second_step_is_no_answer_to_the_first(desk: Service, clock: Clock, op: Provider) -> None:
    who = browser(desk)
    back(who, op.code(there(who)))  # a code is asked for: the cookie holds an identity now
    assert who.ask("GET", "/masuk/oidc/kembali?state=&code=x").status_code == 401


def unsigned(claims: Claims) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def by_another(claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "satu"}, claims, RSAKey.generate_key(2048, {"kid": "satu"}))


def test_nobody_comes_in_by_a_token_that_is_not_wholly_right(desk: Service, clock: Clock, op: Provider) -> None:
    op.amr = ("mfa",)
    now = int(clock.at.timestamp())
    right = op.claims
    lies: list[Claims] = [
        {"iss": "https://lain.example"},
        {"aud": "lain"},
        {"aud": ["tte", "lain"]},
        {"azp": "lain"},
        {"nonce": "x"},
        {"nonce": None},
        {"exp": now - 61},
        {"iat": now + 600, "exp": now + 900},
        {"sub": ""},
        {"sub": 7},
        {"sub": "orang-lain"},
    ]
    for lie in lies:
        op.claims = lambda claims, lie=lie: {**claims, **lie}  # type: ignore[misc]
        who = browser(desk)
        answer = back(who, op.code(there(who)))
        assert answer.status_code == 401, lie
        assert who.ask("GET", "/kantor").headers["location"].startswith("/masuk"), lie
    op.claims = right
    public = op.key.as_pem(private=False)

    def with_public_key(claims: Claims) -> str:
        return jwt.encode({"alg": "HS256", "kid": "satu"}, claims, OctKey.import_key(public))

    for signed in (unsigned, by_another, with_public_key, lambda _: "a.b.c"):
        op.signed = signed
        who = browser(desk)
        assert back(who, op.code(there(who))).status_code == 401, signed
    op.signed = None
    who = browser(desk)
    assert back(who, op.code(there(who))).status_code == 200


def test_an_answer_goes_once_in_the_browser_that_asked_and_in_time(desk: Service, clock: Clock, op: Provider) -> None:
    op.amr = ("mfa",)
    who, stranger = browser(desk), browser(desk)
    address = op.code(there(who))
    assert back(stranger, address).status_code == 401  # it has no cookie of it
    there(stranger)
    assert back(stranger, address).status_code == 401  # and now another one
    assert "token" not in op.asked
    for odd in ({"state": "x"}, {"iss": "https://lain.example"}, {"error": "access_denied"}, {"code": "lain"}):
        trying = browser(desk)
        given = {name: values[0] for name, values in parse_qs(urlsplit(op.code(there(trying))).query).items()}
        assert back(trying, f"/masuk/oidc/kembali?{urlencode({**given, **odd})}").status_code == 401, odd
    cookies = dict(who.client.cookies)
    assert back(who, address).status_code == 200
    again = browser(desk)
    again.client.cookies.update({name: value for name, value in cookies.items() if "oidc" in name})
    assert back(again, address).status_code == 401  # the code was taken
    late = browser(desk)
    address = op.code(there(late))
    clock.at += timedelta(minutes=11)
    assert back(late, address).status_code == 401


def test_the_provider_may_change_its_keys_but_not_send_us_elsewhere(desk: Service, op: Provider) -> None:
    op.amr = ("mfa",)
    who = browser(desk)
    assert back(who, op.code(there(who))).status_code == 200
    op.key = ECKey.generate_key("P-256", {"kid": "dua"})
    who = browser(desk)
    assert back(who, op.code(there(who))).status_code == 200
    assert op.asked.count("keys") == 2
    for elsewhere, status in ((f"{op.url}/moved", 303), ("http://127.0.0.2:9", 503), ("http://lain.example", 503)):
        op.elsewhere = elsewhere
        with Service(desk.home, clock=desk.now) as other:
            who = browser(other)
            answer = who.ask("GET", "/masuk/oidc")
            assert answer.status_code == status, elsewhere
            if status == 303:
                assert back(who, op.code(answer.headers["location"])).status_code == 503


def test_without_such_a_service_there_is_no_such_way(day: Day, clock: Clock) -> None:
    with Service(day.home, clock=clock) as plain:
        who = browser(plain)
        assert who.ask("GET", "/masuk/oidc").status_code == 404
        assert who.ask("GET", "/masuk/oidc/kembali?code=x&state=y").status_code == 404
        assert "SSO" not in who.get("/masuk")
