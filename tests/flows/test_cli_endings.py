"""`tte register recover`, `revoke`, `tte issue --replacing`: how a document is finished, and how it ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.command import Answer
from tests.rows import births as birth_rows
from tte.model import Intent, SignedDocument
from tte.office import Home
from tte.signing import Draft, KeySigning

Tte = Callable[..., Answer]
TEMPLATE = "akta_kelahiran"


class Interrupted(Exception):
    """What stopped a batch."""


class Stopping(KeySigning):
    """Stops everything when the key is to be used."""

    def begin(self, drafts: Sequence[Draft]) -> Callable[[], Sequence[SignedDocument]]:
        raise Interrupted


@pytest.fixture
def pending(home: Home) -> Sequence[Intent]:
    """Three rows, reserved when their batch was interrupted."""
    with home.issuer("demo", (TEMPLATE,)) as issuer:
        assert isinstance(issuer.signing, KeySigning)
        stopped = replace(issuer, signing=Stopping(issuer.signing.key))
        with pytest.raises(Interrupted):
            list(stopped.issue(TEMPLATE, birth_rows(3, seed=9)))
        return issuer.register.pending()


def _corrected(file: Path, **changes: str) -> Path:
    """The same rows, with these fields in the first."""
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    rows[0] |= changes
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    other = file.with_name("corrected.csv")
    other.write_text(out.getvalue(), encoding="utf-8", newline="")
    return other


def test_what_was_interrupted_is_finished_when_asked(tte: Tte, pending: Sequence[Intent]) -> None:
    answer = tte("register", "recover", "--json")
    assert answer.code == 0, answer.err
    assert {(one["id"], one["state"]) for one in answer.objects()} == {(one.id, "issued") for one in pending}
    assert tte("register", "pending").out == "nothing is pending\n"
    assert tte("register", "recover").code == 0


def test_what_was_interrupted_is_finished_when_anything_is_issued(
    tte: Tte, pending: Sequence[Intent], births: Path
) -> None:
    answer = tte("issue", TEMPLATE, str(births))
    assert answer.code == 0
    assert "3 documents that were interrupted earlier are finished" in answer.err
    assert all(tte("register", "show", one.id).code == 0 for one in pending)


def test_what_was_interrupted_is_finished_when_a_worker_opens_the_key(
    tte: Tte, pending: Sequence[Intent], births: Path
) -> None:
    assert tte("batch", "submit", TEMPLATE, str(births)).code == 0
    assert tte("worker", "--until-done").code == 0
    assert tte("register", "pending").out == "nothing is pending\n"
    assert all(tte("register", "show", one.id).code == 0 for one in pending)


def test_what_is_given_up_is_void_and_explained(tte: Tte, pending: Sequence[Intent]) -> None:
    first, second, _ = pending
    answer = tte("register", "recover", first.number, second.id, "--void", "baris keliru")
    assert answer.code == 0, answer.err
    assert answer.out.count("void") == 2
    assert [one["number"] for one in tte("register", "pending", "--json").objects()] == [pending[2].number]
    again = tte("register", "recover", first.number, "--void", "baris keliru")
    assert (again.code, "nothing is pending" in again.err) == (2, True)


def test_numbers_are_not_made_void_without_a_reason(tte: Tte, pending: Sequence[Intent]) -> None:
    assert tte("register", "recover", pending[0].number).code == 2
    assert len(tte("register", "pending", "--json").objects()) == 3


def test_a_revoked_document_says_so_everywhere(tte: Tte, births: Path, tmp_path: Path) -> None:
    tte("issue", TEMPLATE, str(births), "--out", str(tmp_path / "out"))
    file, *_ = sorted((tmp_path / "out").iterdir())
    number = tte("verify", str(file), "--json").objects()[0]["register"]["number"]
    answer = tte("register", "revoke", number, "--reason", "salah orang")
    assert (answer.code, "dicabut" in answer.out) == (0, True)
    (entry,) = tte("register", "show", number, "--json").objects()
    assert (entry["state"], entry["reason"], entry["replaced_by"]) == ("REVOKED", "salah orang", None)
    judged = tte("verify", str(file))
    assert (judged.code, "DICABUT" in judged.out) == (1, True)
    assert tte("register", "revoke", number, "--reason", "lagi").code == 2
    refused = tte("issue", TEMPLATE, str(births))
    assert (refused.code, "--replacing" in refused.err) == (1, True)


def test_a_corrected_record_replaces_its_document(tte: Tte, births: Path, tmp_path: Path) -> None:
    tte("issue", TEMPLATE, str(births), "--out", str(tmp_path / "out"))
    before = {file: tte("verify", str(file), "--json").objects()[0]["verdict"] for file in (tmp_path / "out").iterdir()}
    assert set(before.values()) == {"ASLI_DAN_BERLAKU"}
    corrected = _corrected(births, nama="SITI AMINAH")
    assert tte("issue", TEMPLATE, str(corrected)).code == 1
    answer = tte("issue", TEMPLATE, str(corrected), "--replacing", "ejaan nama", "--out", str(tmp_path / "new"))
    assert (answer.code, answer.out.startswith("1 issued, 2 issued earlier")) == (0, True), answer.out + answer.err
    old = [file for file in before if "DIGANTI" in tte("verify", str(file)).out]
    assert len(old) == 1
    assert all(tte("verify", str(file)).code == 0 for file in (tmp_path / "new").iterdir())
