"""The register proves itself: checkpoints, proofs, tiles, the audit; backup, an older state put back, and what then."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.behind import behind, flip
from tests.command import Answer, run
from tests.postgres import Server
from tte.cli.exits import Exit
from tte.errors import ConfigError, KeyRefused, RegisterRolledBack
from tte.issuance import now
from tte.log import Checkpoint, Note, NoteKey, open_checkpoint, read_verified
from tte.office import Home
from tte.office.log import HomeLog, SignedElsewhere
from tte.register import open_register
from tte.register.logbook import Logbook
from tte.testing.registers import intent_of

Tte = Callable[..., Answer]
TEMPLATE = "akta_kelahiran"


@pytest.fixture(scope="module")
def lived(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has issued three documents, from `rows.csv` in it. To be copied, not used."""
    home = Path(shutil.copytree(made_home, tmp_path_factory.mktemp("lived") / "home"))
    rows = home / "rows.csv"
    rows.write_text(run("sample", TEMPLATE, "--count", "3", "--seed", "5").out, encoding="utf-8")
    assert run("--home", str(home), "issue", TEMPLATE, str(rows)).code == 0
    return home


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(lived, tmp_path / "home")))


@pytest.fixture
def issued(home: Home) -> Path:
    """The file of the rows that are issued."""
    return home.path / "rows.csv"


@pytest.fixture
def more(tte: Tte, tmp_path: Path) -> Path:
    """Two other rows."""
    file = tmp_path / "more.csv"
    file.write_text(tte("sample", TEMPLATE, "--count", "2", "--seed", "77").out, encoding="utf-8")
    return file


def _register(home: Home) -> Path:
    return home.path / "var" / "register.sqlite"


def test_a_batch_ends_with_a_checkpoint_in_the_register_and_beside_it(home: Home, issued: Path) -> None:
    assert stat.S_IMODE(home.log.key_file.stat().st_mode) == 0o600
    with home.open_register() as register:
        (kept,) = register.log.checkpoints()
        assert home.log.marker.read_bytes() == kept
        signed = open_checkpoint(kept, origin="tte.contoh.example/log", keys=home.log.keys())
        assert (signed.size, signed.root) == (6, register.log.edge().root)


def test_a_batch_in_which_nothing_changed_signs_nothing_new(home: Home, tte: Tte, issued: Path) -> None:
    before = home.log.marker.read_bytes()
    assert tte("issue", TEMPLATE, str(issued)).code == 0
    assert home.log.marker.read_bytes() == before
    with home.open_register() as register:
        assert len(register.log.checkpoints()) == 1


def test_a_witness_is_shown_what_to_keep_and_the_log_extends_it_later(
    home: Home, tte: Tte, issued: Path, more: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.checkpoint"
    shown = tte("register", "checkpoint", "--out", str(kept))
    assert shown.out.startswith("tte.contoh.example/log\n6\n")
    key = NoteKey.parse(shown.out.splitlines()[-1])
    assert "Simpan" in shown.err
    assert "Keep all these lines" in shown.err
    assert tte("issue", TEMPLATE, str(more)).code == 0
    answer = tte("register", "checkpoint", "--against", str(kept), "--against", str(home.log.marker), "--json")
    assert answer.code == 0
    first, second = answer.objects()
    assert (first["extended"], first["size"], first["hashes"]) == (True, 10, 4)
    assert (second["extended"], second["hashes"]) == (True, 0)
    other = tte("register", "checkpoint", "--against", str(kept), "--key", key.vkey.replace("+", "x+", 1))
    assert other.code == Exit.USAGE
    kept.write_bytes(kept.read_bytes().replace(b"\n6\n", b"\n5\n"))
    assert tte("register", "checkpoint", "--against", str(kept)).code == 1
    assert tte("register", "audit", "--against", str(kept)).code == 1


def test_the_audit_answers_for_people_and_for_scripts(home: Home, tte: Tte, issued: Path) -> None:
    clean = tte("register", "audit", "--against", str(home.log.marker))
    assert (clean.code, clean.err) == (0, "")
    assert clean.out == "6 lines, 1 checkpoints of the register, 1 of others: nothing is wrong\n"
    behind(_register(home), flip("log", "lines", "first = 3", 30))
    answer = tte("register", "audit", "--json")
    assert answer.code == 1
    finding, *_, whole = answer.objects()
    assert (finding["kind"], finding["what"], finding["first"], finding["end"]) == ("finding", "altered", 3, 4)
    assert (whole["kind"], whole["size"], whole["findings"] > 0) == ("audit", 6, True)
    assert "line 3: " in tte("register", "audit").out


def test_the_log_is_written_for_publication_and_only_what_is_new_the_next_time(
    home: Home, tte: Tte, issued: Path, more: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    assert tte("register", "tiles", str(folder)).code == 0
    assert tte("issue", TEMPLATE, str(more)).code == 0
    assert tte("register", "audit", "--tiles", str(folder)).code == 0
    signed = Checkpoint.parse(Note.parse((folder / "checkpoint").read_bytes()).text)
    assert signed.size == 10
    assert len(read_verified(folder, signed.size, signed.root)) == 10
    assert tte("register", "tiles", str(folder), "--json").objects()[0]["written"] == 0


def test_a_document_is_proved_to_stand_in_the_log_without_any_register(
    home: Home, tte: Tte, issued: Path, tmp_path: Path
) -> None:
    out, file = tmp_path / "out", tmp_path / "one.tlog-proof"
    tte("register", "export", str(out))
    first, other = sorted(out.iterdir())[:2]
    with home.open_register() as register:
        entry = register.find_pdf(first.read_bytes())
    assert entry is not None
    assert tte("register", "proof", entry.number, "--out", str(file)).code == 0
    key = home.log.keys()[-1].vkey
    _register(home).unlink()
    assert tte("register", "verify-proof", str(file)).code == 0
    proved = tte("register", "verify-proof", str(file), "--pdf", str(first), "--key", key, "--json")
    assert proved.code == 0
    assert (proved.objects()[0]["number"], proved.objects()[0]["state"]) == (entry.number, "ISSUED")
    assert tte("register", "verify-proof", str(file), "--pdf", str(other)).code == 1
    file.write_bytes(file.read_bytes().replace(b"index 3", b"index 4"))
    assert tte("register", "verify-proof", str(file), "--pdf", str(first)).code == 1


def test_of_two_machines_that_sign_first_one_makes_the_key_and_the_other_is_quiet(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (HomeLog(tmp_path / name, home.log.origin) for name in ("one", "other"))
    with closing(open_register(f"sqlite:{tmp_path / 'register.sqlite'}")) as register:
        register.reserve([intent_of("1")])
        with monkeypatch.context() as at_once:
            at_once.setattr(Logbook, "last_checkpoint", lambda _: None)
            one.checkpoint(register, now())
            with pytest.raises(SignedElsewhere):
                other.checkpoint(register, now())
            other.settle(register, now())
        register.reserve([intent_of("2")])
        other.settle(register, now())
        assert not other.key_file.exists()
        assert not other.marker.exists()
        one.settle(register, now())
        assert len(register.log.checkpoints()) == 2


def test_the_key_of_the_log_is_changed_by_a_checkpoint_that_both_keys_sign(
    home: Home, tte: Tte, issued: Path, more: Path
) -> None:
    kept = tte("register", "checkpoint").out.rpartition("\n\n")[0].encode() + b"\n"
    changed = tte("register", "checkpoint", "--new-key", "--json").objects()[0]
    old, new = home.log.keys()
    assert Note.parse(changed["note"].encode()).verified([old, new]) == {old, new}
    assert changed["vkey"] == new.vkey
    assert tte("issue", TEMPLATE, str(more)).code == 0
    assert Note.parse(home.log.marker.read_bytes()).verified([old, new]) == {new}
    file = home.path / "kept"
    file.write_bytes(kept)
    assert tte("register", "audit", "--against", str(file)).code == 0
    assert tte("register", "audit", "--key", new.vkey).code == 1


def test_a_lost_key_stops_signing_and_is_replaced_only_when_asked_for(home: Home, tte: Tte, issued: Path) -> None:
    home.log.key_file.unlink()
    with home.open_register() as register:
        register.log.keep_checkpoint(0, b"", now())  # others sign too
        with pytest.raises((KeyRefused, ConfigError)):
            home.log.checkpoint(register, now())
    assert tte("register", "checkpoint", "--new-key").code == 0
    assert len(home.log.keys()) == 2


def test_a_log_keeps_its_name(home: Home, tte: Tte, issued: Path, more: Path) -> None:
    file = home.path / "tte.toml"
    file.write_text(file.read_text() + '\n[log]\norigin = "other.example/log"\n')
    answer = tte("register", "checkpoint")
    assert answer.code != 0
    assert tte("issue", TEMPLATE, str(more)).code == Exit.UNAVAILABLE
    file.write_text(file.read_text().replace("other.example/log", "tte.contoh.example/log"))
    assert tte("issue", TEMPLATE, str(more)).code == 0


def test_a_copy_is_whole_has_its_checkpoint_beside_it_and_overwrites_nothing(
    home: Home, tte: Tte, issued: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    answer = tte("register", "backup", str(copy), "--json")
    assert answer.code == 0, answer.err
    assert answer.objects()[0]["size"] == 6
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.glob("copy.sqlite*")} == {"copy.sqlite", "copy.sqlite.checkpoint"}
    assert (tmp_path / "copy.sqlite.checkpoint").read_bytes() == home.log.marker.read_bytes()
    before = copy.read_bytes()
    assert tte("register", "backup", str(copy)).code == Exit.UNAVAILABLE
    assert copy.read_bytes() == before


def test_a_register_that_was_lost_is_put_back_and_issuing_goes_on(
    home: Home, tte: Tte, issued: Path, more: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    assert tte("register", "backup", str(copy)).code == 0
    assert tte("register", "restore", str(copy)).code == Exit.UNAVAILABLE
    for file in (home.path / "var").glob("register.sqlite*"):
        file.unlink()
    answer = tte("register", "restore", str(copy), "--json")
    assert answer.code == 0, answer.err
    assert answer.objects()[0]["blocked"] is False
    assert tte("issue", TEMPLATE, str(more)).code == 0
    assert tte("register", "check").code == 0


def test_an_older_state_put_back_blocks_issuing_until_it_is_acknowledged(
    home: Home, tte: Tte, issued: Path, more: Path, tmp_path: Path
) -> None:
    copy, kept = tmp_path / "copy.sqlite", tmp_path / "kept.checkpoint"
    assert tte("register", "backup", str(copy)).code == 0
    assert tte("issue", TEMPLATE, str(more)).code == 0
    shutil.copyfile(home.log.marker, kept)
    answer = tte("register", "restore", str(copy), "--replace", "--json")
    assert answer.code == Exit.UNAVAILABLE
    (told,) = answer.objects()
    assert (told["blocked"], told["missing"], told["size"]) == (True, 4, 6)
    assert Path(told["aside"]).exists()

    for command in (
        ("issue", TEMPLATE, str(more)),
        ("register", "revoke", "any", "--reason", "x"),
        ("register", "recover"),
    ):
        refused = tte(*command)
        assert refused.code == Exit.UNAVAILABLE
        assert "4 changes are missing" in refused.err
    assert "warning: this register is an older state" in tte("register", "pending").err
    assert tte("register", "check", "--fast").code == 1
    assert tte("register", "acknowledge", "--reason", "  ").code == Exit.USAGE

    assert tte("register", "acknowledge", "--reason", "the disk failed on Monday").code == 0
    assert tte("register", "acknowledge", "--reason", "again").code == Exit.USAGE
    assert tte("issue", TEMPLATE, str(more)).code == 0
    assert tte("register", "check").code == 0
    audit = tte("register", "audit")
    assert audit.code == 0
    assert "the disk failed on Monday" in audit.err
    assert tte("register", "audit", "--against", str(kept)).code == 1


def test_acknowledging_can_be_said_with_the_restoring(
    home: Home, tte: Tte, issued: Path, more: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    assert tte("register", "backup", str(copy)).code == 0
    assert tte("issue", TEMPLATE, str(more)).code == 0
    assert tte("register", "restore", str(copy), "--replace", "--acknowledge", "a drill").code == 0
    assert tte("issue", TEMPLATE, str(more)).code == 0


def test_a_damaged_copy_is_not_put_in_place(home: Home, tte: Tte, issued: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert tte("register", "backup", str(copy)).code == 0
    behind(copy, flip("log", "leaves", "first = 3"))
    before = _register(home).read_bytes()
    answer = tte("register", "restore", str(copy), "--replace")
    assert answer.code == 1
    assert "line " in answer.out
    assert _register(home).read_bytes() == before
    copy.write_bytes(b"no database" * 1000)
    assert tte("register", "restore", str(copy), "--replace").code == Exit.UNAVAILABLE
    assert _register(home).read_bytes() == before


def test_a_register_that_somebody_uses_is_not_moved_aside(home: Home, tte: Tte, issued: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    assert tte("register", "backup", str(copy)).code == 0
    with home.open_register() as register:
        register.count()
        answer = tte("register", "restore", str(copy), "--replace")
        assert answer.code == Exit.UNAVAILABLE
        assert "in use" in answer.err
        assert register.count() == 3


def test_another_register_under_the_same_log_is_refused(home: Home, tte: Tte, issued: Path, more: Path) -> None:
    for file in (home.path / "var").glob("register.sqlite*"):
        file.unlink()
    assert tte("issue", TEMPLATE, str(more)).code == Exit.UNAVAILABLE
    with pytest.raises(RegisterRolledBack), home.open_to_write():
        pass
    home.log.marker.write_bytes(b"no checkpoint")
    assert "cannot be relied on" in tte("issue", TEMPLATE, str(more)).err


def test_a_register_in_postgresql_is_signed_and_checked_and_says_how_it_is_copied(
    home: Home, tte: Tte, issued: Path, tmp_path: Path, postgres: Server, postgres_template: str
) -> None:
    shutil.rmtree(home.log.folder)  # of another register
    with postgres.database(postgres_template) as name:
        file = home.path / "tte.toml"
        url = postgres.url(name)
        text = file.read_text().replace('"sqlite:var/register.sqlite"', f'"{url}"')
        file.write_text(text if url in text else f'register = "{url}"\n{text}')
        assert tte("issue", TEMPLATE, str(issued)).code == 0
        assert tte("register", "check").code == 0
        copy = tmp_path / "copy.dump"
        answer = tte("register", "backup", str(copy))
        assert answer.code == 0
        assert "pg_dump" in answer.out
        assert url not in answer.out + answer.err
        assert tte("register", "audit", "--against", f"{copy}.checkpoint").code == 0
        assert tte("register", "restore", str(copy)).code == Exit.USAGE
