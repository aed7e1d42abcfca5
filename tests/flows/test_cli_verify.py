"""`tte verify`: the citizen's question on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pikepdf
import pytest

from tests.command import Answer, run
from tests.minimal_pdf import minimal_pdf
from tests.rows import births
from tte.issuance import Issued
from tte.office import Home
from tte.validation import MAX_MAPPED_SIZE
from tte.verdict import Authority, Code, Found, Why

Tte = Callable[..., Answer]
SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


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
    assert "SPECIMEN · ASLI DAN BERLAKU" in answer.out
    assert "TOTAL-PASSED" in answer.out
    assert "diterbitkan di sini: akta_kelahiran" in answer.out
    assert "whole file" not in answer.out
    assert "whole file" in tte("verify", str(document), "--details").out


def test_json_holds_the_whole_report(tte: Tte, document: Path) -> None:
    (report,) = tte("verify", str(document), "--json").objects()
    assert report["indication"] == "TOTAL-PASSED"
    assert report["integrity"] == "ok"
    assert report["verdict"] == "ASLI_DAN_BERLAKU"
    assert report["specimen"] is True
    assert report["register"]["state"] == "issued"
    assert report["register"]["status"] == "ISSUED"
    assert report["register"]["authority"] == "authorised"
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
    assert "tetapi bukan berkas itu" in answer.out


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
    assert "[red]a[b: SPECIMEN" in tte("verify", str(odd)).out


def test_a_register_that_cannot_be_opened_does_not_hold_up_the_verdict(tte: Tte, home: Home, document: Path) -> None:
    for file in (home.path / "var").glob("register.sqlite*"):
        file.write_bytes(b"not a database " * 100)
    answer = tte("verify", str(document))
    assert answer.code == 3
    assert "TIDAK DAPAT DIPASTIKAN" in answer.out
    assert "TOTAL-PASSED" in answer.out
    assert "register" in answer.err


def test_a_folder_of_anchors_can_be_named_and_an_empty_one_is_told(document: Path, home: Home, tmp_path: Path) -> None:
    trust = home.path / "keys" / "trust"
    (tmp_path / "empty").mkdir()
    nowhere = ("--home", str(tmp_path / "nowhere"), "verify", str(document))
    assert run(*nowhere, "--trust", str(trust)).code == 0
    answer = run(*nowhere, "--trust", str(tmp_path / "empty"))
    assert answer.code == 2
    assert "holds no .pem file" in answer.err


def test_without_a_register_a_valid_signature_is_not_called_foreign(document: Path, home: Home, tmp_path: Path) -> None:
    (report,) = run(
        "--home", str(tmp_path), "verify", str(document), "--trust", str(home.path / "keys" / "trust"), "--json"
    ).objects()
    assert (report["verdict"], report["verdict_reasons"]) == ("TIDAK_DAPAT_DIPASTIKAN", ["no-register"])
    assert report["register"]["state"] == "none"


def test_every_sort_of_file_gets_its_word_and_none_stops_another(tte: Tte, document: Path, tmp_path: Path) -> None:
    issued = document.read_bytes()
    files = {
        "altered": (issued + b"\n", "DIUBAH_SETELAH_DITANDATANGANI", "changed-ours"),
        "broken": (issued.replace(b"<rdf:", b"<rdg:", 1), "TIDAK_SAH", "broken"),
        "empty": (b"", "TIDAK_DAPAT_DIPASTIKAN", "not-a-pdf"),
        "garbage": (b"\x00\xff" * 500, "TIDAK_DAPAT_DIPASTIKAN", "not-a-pdf"),
        "unsigned": (minimal_pdf(), "TIDAK_DAPAT_DIPASTIKAN", "no-signature"),
        "issued": (issued, "ASLI_DAN_BERLAKU", "in-force"),
        "again": (issued, "ASLI_DAN_BERLAKU", "in-force"),
    }
    for name, (pdf, _, _) in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    files["large"] = (b"", "TIDAK_DAPAT_DIPASTIKAN", "too-large")
    with (tmp_path / "large.pdf").open("wb") as large:
        large.truncate(MAX_MAPPED_SIZE + 1)
    answer = tte("verify", "--json", *(str(tmp_path / f"{name}.pdf") for name in files))
    assert answer.code == 1
    found = {Path(one["file"]).stem: (one["verdict"], one["verdict_reasons"][0]) for one in answer.objects()}
    assert found == {name: (verdict, why) for name, (_, verdict, why) in files.items()}
    assert list(found) == list(files)
    sizes = {Path(one["file"]).stem: (one["size"], one["pdf_sha256"]) for one in answer.objects()}
    assert sizes["large"][0] == MAX_MAPPED_SIZE + 1


def test_what_an_official_of_nobody_signed_is_not_ours(tte: Tte, home: Home, document: Path) -> None:
    (home.path / "officials.toml").write_text("", encoding="utf-8")
    (report,) = tte("verify", str(document), "--json").objects()
    assert (report["verdict"], report["verdict_reasons"][0]) == ("TIDAK_DAPAT_DIPASTIKAN", "not-authorised")
    assert report["register"]["authority"] == "not-an-official"


def test_a_list_of_officials_that_cannot_be_used_stops_the_command(tte: Tte, home: Home, document: Path) -> None:
    (home.path / "officials.toml").write_text("[[official]]\nname = 'X'\n", encoding="utf-8")
    answer = tte("verify", str(document))
    assert answer.code == 2
    assert "officials.toml" in answer.err


def test_a_time_can_be_given_and_needs_a_zone(tte: Tte, document: Path) -> None:
    (report,) = tte("verify", str(document), "--json", "--at", "2060-01-01T07:00:00+07:00").objects()
    assert report["at"].startswith("2060-01-01T")
    assert report["sub_indication"] == "OUT_OF_BOUNDS_NO_POE"
    assert report["verdict"] == "ASLI_DAN_BERLAKU"
    assert "proven-by-register" in report["verdict_reasons"]
    for wrong in ("2060-01-01T07:00:00", "kemarin"):
        assert tte("verify", str(document), "--at", wrong).code == 2


def test_a_file_is_read_from_standard_input_once(home: Home, document: Path) -> None:
    words = ("--home", str(home.path), "verify", "-")
    assert "-: SPECIMEN" in run(*words, stdin=document.read_bytes()).out
    assert run(*words, "-", stdin=document.read_bytes()).code == 2


def test_reports_are_written_as_files_and_never_over_others(tte: Tte, document: Path, tmp_path: Path) -> None:
    xml, pdf, folder = tmp_path / "r.xml", tmp_path / "r.pdf", tmp_path / "reports"
    assert tte("verify", str(document), "--xml", str(xml), "--pdf", str(pdf)).code == 0
    assert b"ValidationReport" in xml.read_bytes()
    assert pdf.read_bytes().startswith(b"%PDF-")
    before = xml.read_bytes()
    assert tte("verify", str(document), str(document), "--xml", str(folder)).code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["akta-2.xml", "akta.xml"]
    (tmp_path / "hello.pdf").write_bytes(b"hello")
    assert tte("verify", str(tmp_path / "hello.pdf"), "--xml", str(xml)).code == 2
    assert xml.read_bytes() == before


def test_the_json_keeps_to_its_published_schema(tte: Tte, document: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(b"hello")
    schema = json.loads(SCHEMA.read_bytes())
    for words in ((), ("--details",)):
        for one in tte("verify", str(document), str(other), "--json", *words).objects():
            jsonschema.validate(one, schema)
    for word in (*Code, *Why, *Found, *Authority):
        assert f'"{word}"' in SCHEMA.read_text()


def test_a_revoked_document_is_genuine_and_not_to_be_accepted(tte: Tte, home: Home, document: Path) -> None:
    with home.open_register() as register:
        entry = register.find_pdf(document.read_bytes())
        assert entry is not None
        register.revoke(entry.id, "akta ganda", datetime(2060, 10, 2, 3, tzinfo=UTC))
    answer = tte("verify", str(document), "--json")
    assert answer.code == 1
    (report,) = answer.objects()
    assert report["verdict"] == "ASLI_DICABUT"
    assert report["register"]["status"] == "REVOKED"
    assert report["register"]["ended"]["reason"] == "akta ganda"
    assert "2 Oktober 2060" in report["words"]["id"]["sentence"]


def test_an_encrypted_file_cannot_be_determined(tte: Tte, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(BytesIO(minimal_pdf())) as opened:
        opened.save(locked, encryption=pikepdf.Encryption(owner="rahasia", user="rahasia"))
    answer = tte("verify", str(locked), "--json")
    assert answer.code == 3
    (report,) = answer.objects()
    assert (report["verdict"], report["verdict_reasons"]) == ("TIDAK_DAPAT_DIPASTIKAN", ["encrypted"])


def test_strangers_files_are_told_of_in_all_detail_too(document: Path, home: Home, tmp_path: Path) -> None:
    stranger = Path(home.path / "keys" / "trust" / "demo.pem")
    elsewhere = ("--home", str(tmp_path / "elsewhere"), "verify", str(document), "--trust", str(stranger))
    (plain,) = run(*elsewhere, "--json").objects()
    assert plain["signatures"][0]["details"] is None
    (detailed,) = run(*elsewhere, "--json", "--details").objects()
    assert detailed["signatures"][0]["details"]["chain"]
    assert run(*elsewhere, "--xml", str(tmp_path / "report.xml")).code == 0
    text = (tmp_path / "report.xml").read_text(encoding="utf-8")
    assert text.count("urn:etsi:019102:validationObject:certificate") == 3
