"""`tte init`, `tte demo`, `tte key`, `tte template`: setting up an office."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Answer, run
from tte.office import Home

Tte = Callable[..., Answer]


def test_init_makes_a_home_and_leaves_what_is_there(tmp_path: Path) -> None:
    first = run("init", str(tmp_path / "home"))
    assert first.code == 0
    settings = tmp_path / "home" / "tte.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    second = run("init", str(tmp_path / "home"))
    assert "nothing was changed" in second.out
    assert settings.read_text(encoding="utf-8").endswith("# ours\n")


def test_demo_issues_one_document_of_each_kind_and_can_be_run_again(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = run("demo", str(folder))
    assert first.code == 0, first.err
    names = Home(folder).template_names()
    assert first.out.count("TOTAL-PASSED") == len(names)
    assert len(list((folder / "out").glob("*.pdf"))) == len(names)
    second = run("demo", str(folder))
    assert second.out.count("issued earlier") == len(names)
    assert len(list((folder / "out").glob("*.pdf"))) == len(names)


def test_the_demo_keeps_its_key_and_pin_to_their_owner(home: Home) -> None:
    for name in ("demo.p12", "demo.pin"):
        mode = stat.S_IMODE((home.path / "var" / name).stat().st_mode)
        assert mode & 0o077 == 0, name


def test_key_list_shows_no_access_and_opens_nothing(tte: Tte) -> None:
    answer = tte("key", "list")
    assert answer.code == 0
    assert "pkcs12:path=var/demo.p12" in answer.out
    assert "pin-source" not in answer.out


def test_key_check_signs_a_random_digest(tte: Tte) -> None:
    answer = tte("key", "check", "demo", "--json")
    (found,) = answer.objects()
    assert found["kind"] == "key"
    assert found["test"] is True


def test_key_check_with_a_wrong_pin_names_the_remedy_and_no_secret(tte: Tte, home: Home) -> None:
    (home.path / "var" / "demo.pin").write_text("rahasia-yang-salah", encoding="ascii")
    answer = tte("key", "check", "demo")
    assert answer.code == 4
    assert "what to do" in answer.err
    assert "rahasia" not in answer.err


def test_only_test_keys_sign_for_an_office_that_does_not_exist(tte: Tte, home: Home) -> None:
    profile = home.path / "keys" / "demo.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("test   = true", "test   = false"), encoding="utf-8")
    answer = tte("key", "check", "demo")
    assert answer.code == 2
    assert "KABUPATEN CONTOH (9971) does not exist" in answer.err


def _as_real_office(home: Home, *changes: tuple[str, str]) -> None:
    """Turn the demo's profile into that of an office that exists."""
    settings, profile = home.path / "tte.toml", home.path / "keys" / "demo.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"9971"', '"3171"'), encoding="utf-8")
    text = profile.read_text(encoding="utf-8").replace('"9971"', '"3171"').replace("test   = true", "test   = false")
    for old, new in changes:
        text = text.replace(old, new)
    profile.write_text(text, encoding="utf-8")


def test_a_real_office_signs_with_a_key_in_its_officials_name(tte: Tte, home: Home) -> None:
    _as_real_office(home)
    assert tte("key", "check", "demo").code == 0


def test_a_page_cannot_name_another_official_than_the_certificate(tte: Tte, home: Home) -> None:
    _as_real_office(home, ("WULAN", "INTAN"))
    answer = tte("key", "check", "demo")
    assert answer.code == 4
    assert "in another name" in answer.err


def test_a_page_cannot_claim_a_psre_that_did_not_issue_the_certificate(tte: Tte, home: Home) -> None:
    _as_real_office(home, ("[official]", 'psre = "BSrE-BSSN"\n[official]'))
    answer = tte("key", "check", "demo")
    assert answer.code == 4
    assert "does not come from one" in answer.err


@pytest.mark.parametrize(("entry", "value"), [("psre", "BSrE-BSSN"), ("level", "B-LTA")])
def test_a_test_key_cannot_promise_a_psre_nor_any_a_level_not_reached(
    entry: str, value: str, tte: Tte, home: Home
) -> None:
    profile = home.path / "keys" / "demo.toml"
    profile.write_text(f'{entry} = "{value}"\n' + profile.read_text(encoding="utf-8"), encoding="utf-8")
    answer = tte("key", "check", "demo")
    assert answer.code == 2
    assert entry in answer.err


def test_every_profile_is_listed_in_json_under_its_kind(tte: Tte) -> None:
    found = tte("key", "list", "--json").objects()
    assert {each["kind"] for each in found} == {"key-profile"}
    assert {each["standing"] for each in found} == {"test", "not certified"}


def test_a_key_whose_chain_ends_nowhere_is_refused_before_the_first_row(tte: Tte, home: Home) -> None:
    (home.path / "keys" / "trust" / "demo.pem").unlink()
    answer = tte("key", "check", "demo")
    assert answer.code == 4
    assert "keys/trust" in answer.err


def test_a_profile_with_mistakes_lists_them_all(tte: Tte, home: Home) -> None:
    (home.path / "keys" / "salah.toml").write_text('uri = "pkcs12:"\noffice = "31"\nsurprise = 1\n', encoding="utf-8")
    answer = tte("key", "check", "salah")
    assert answer.code == 2
    for word in ("office", "surprise", "official"):
        assert word in answer.err


def test_every_template_is_in_order_and_can_be_previewed(tte: Tte, home: Home, tmp_path: Path) -> None:
    for name in home.template_names():
        folder = home.path / "templates" / name
        assert tte("template", "check", str(folder)).code == 0
    target = tmp_path / "page.png"
    answer = tte("template", "preview", str(folder), "--png", "--out", str(target))
    assert answer.code == 0, answer.err
    assert target.read_bytes().startswith(b"\x89PNG")


def test_a_broken_template_lists_its_problems(tte: Tte, tmp_path: Path) -> None:
    (tmp_path / "template.toml").write_text("[template]\ntitle = 1\n", encoding="utf-8")
    answer = tte("template", "check", str(tmp_path))
    assert answer.code == 2
    assert "•" in answer.err


@pytest.mark.parametrize(
    "words",
    [(), ("init",), ("demo",), ("issue",), ("verify",), ("sample",), ("template",), ("register",), ("key",)],
)
def test_h_helps_everywhere(words: tuple[str, ...]) -> None:
    answer = run(*words, "-h")
    assert answer.code == 0
    assert "Usage" in answer.out
