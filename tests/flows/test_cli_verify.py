"""`tte verify`: the citizen's question on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Answer, run
from tests.rows import births
from tte.issuance import Issued
from tte.office import Home

Tte = Callable[..., Answer]


@pytest.fixture
def document(home: Home, tmp_path: Path) -> Path:
    """An issued document as a file."""
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", births(1))
        file = tmp_path / "akta.pdf"
        assert isinstance(issued, Issued)
        file.write_bytes(issuer.register.read_pdf(issued.entry.id))
    return file


def test_a_genuine_document_passes_and_the_register_knows_it(tte: Tte, document: Path) -> None:
    answer = tte("verify", str(document))
    assert answer.code == 0
    assert "TOTAL-PASSED" in answer.out
    assert "diterbitkan di sini: akta_kelahiran" in answer.out
    assert "whole file" in answer.out


def test_json_holds_the_whole_report(tte: Tte, document: Path) -> None:
    (report,) = tte("verify", str(document), "--json").objects()
    assert report["indication"] == "TOTAL-PASSED"
    assert report["register"]["state"] == "issued"
    (signature,) = report["signatures"]
    assert signature["level"] == "B-B"
    assert signature["covers_file"] is True
    assert signature["certified"] is True


def test_a_changed_document_fails(tte: Tte, document: Path) -> None:
    pdf = bytearray(document.read_bytes())
    pdf[200] ^= 1
    document.write_bytes(pdf)
    answer = tte("verify", str(document))
    assert answer.code == 1
    assert "TOTAL-FAILED" in answer.out
    assert "tidak tercatat di register ini" in answer.out


def test_a_stranger_without_our_anchor_gets_indeterminate(document: Path, tmp_path: Path) -> None:
    answer = run("--home", str(tmp_path / "nowhere"), "verify", str(document))
    assert answer.code == 3
    assert "NO_CERTIFICATE_CHAIN_FOUND" in answer.out
    assert "tidak ada register di sini" in answer.out
    assert not (tmp_path / "nowhere").exists()


def test_what_a_throw_away_key_signed_is_whole_and_signed_by_nobody_known(tte: Tte, home: Home, tmp_path: Path) -> None:
    with home.issuer("ephemeral", ("akta_kelahiran",)) as issuer:
        (issued,) = issuer.issue("akta_kelahiran", births(1))
        assert isinstance(issued, Issued)
        (tmp_path / "akta.pdf").write_bytes(issuer.register.read_pdf(issued.entry.id))
    answer = tte("verify", str(tmp_path / "akta.pdf"))
    assert answer.code == 3
    assert "NO_CERTIFICATE_CHAIN_FOUND" in answer.out


def test_an_anchor_can_be_named(document: Path, home: Home, tmp_path: Path) -> None:
    anchor = home.path / "keys" / "trust" / "demo.pem"
    answer = run("--home", str(tmp_path / "nowhere"), "verify", str(document), "--trust", str(anchor))
    assert answer.code == 0


def test_files_without_a_signature_and_without_a_pdf_are_answered(tte: Tte, tmp_path: Path) -> None:
    file = tmp_path / "surat.pdf"
    for content in (b"", b"hello", b"%PDF-1.7\n%%EOF\n"):
        file.write_bytes(content)
        answer = tte("verify", str(file))
        assert answer.code in {1, 3}
        assert "Traceback" not in answer.err


def test_the_worst_of_several_files_is_the_exit_code(tte: Tte, document: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(document.read_bytes() + b"\n")
    assert tte("verify", str(document), str(other)).code == 1


def test_a_missing_file_is_told(tte: Tte) -> None:
    answer = tte("verify", "nowhere.pdf")
    assert answer.code == 2
    assert "nowhere.pdf cannot be read" in answer.err


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tte: Tte, document: Path, tmp_path: Path) -> None:
    answer = tte("verify", str(tmp_path), "/dev/full", str(document))
    assert answer.code == 2
    assert answer.out.count("TOTAL-PASSED") == 1
    assert answer.err.count("cannot be read") == 2


def test_names_of_files_are_shown_as_they_are(tte: Tte, document: Path, tmp_path: Path) -> None:
    odd = tmp_path / "[red]a[b"
    odd.write_bytes(document.read_bytes())
    assert "[red]a[b: TOTAL-PASSED" in tte("verify", str(odd)).out


def test_a_register_that_cannot_be_opened_does_not_hold_up_the_verdict(tte: Tte, home: Home, document: Path) -> None:
    for file in (home.path / "var").glob("register.sqlite*"):
        file.write_bytes(b"not a database " * 100)
    answer = tte("verify", str(document))
    assert answer.code == 0
    assert "TOTAL-PASSED" in answer.out
    assert "register" in answer.err
