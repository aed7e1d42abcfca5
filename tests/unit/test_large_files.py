"""Files too large to be held in memory: read where they lie, judged as strictly."""

from __future__ import annotations

import io
import mmap
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name

from tests.signed_pdfs import NOW, crl_of, sign, stamper, with_crl, with_document_time_stamp, world
from tests.strangers_pdfs import plain
from tests.vectors.families import FAMILIES
from tte.cli.verify.reading import read
from tte.model import Indication, Integrity, Level
from tte.sandbox import Limits, Sandbox
from tte.validation import MAX_SIZE, Trust, validate
from tte.validation.examining import examine
from tte.validation.mapped import Window

TRUST = Trust((world().root.der,))


@cache
def large() -> bytes:
    """A page with 64 MiB beside it, signed, time-stamped, with a DSS and a document time-stamp."""
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        pdf.Root[Name.Scan] = pdf.make_stream(bytes(MAX_SIZE))
        pdf.save(written := io.BytesIO(), compress_streams=False)
    revoked = [crl_of(world().authority), crl_of(world().root)]
    return with_document_time_stamp(with_crl(sign(written.getvalue(), time_stamper=stamper()), revoked))


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It in a file."""
    file = tmp_path_factory.mktemp("large") / "scan.pdf"
    file.write_bytes(large())
    return file


@pytest.fixture
def mapped(scan: Path) -> Iterator[mmap.mmap]:
    """It mapped; changes to the map go nowhere."""
    with scan.open("rb") as stream:
        yield mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)


def test_a_large_file_is_judged_where_it_lies_and_not_otherwise(mapped: mmap.mmap) -> None:
    report = validate(mapped, TRUST, NOW)
    assert (report.integrity, report.indication) == (Integrity.OK, Indication.TOTAL_PASSED)
    assert report.signatures[0].level is Level.B_LTA
    assert validate(large(), TRUST, NOW).integrity is Integrity.ERROR


def test_a_changed_byte_of_a_large_file_is_found_in_every_part(mapped: mmap.mmap) -> None:
    report = validate(mapped, TRUST, NOW)
    for place in (MAX_SIZE // 2, report.signatures[0].signed_to - 10, len(mapped) - 40):
        mapped[place] ^= 1
        assert validate(mapped, TRUST, NOW).integrity in (Integrity.BROKEN, Integrity.MODIFIED, Integrity.ERROR)
        mapped[place] ^= 1


def test_the_sandbox_judges_a_large_file_by_its_descriptor(scan: Path) -> None:
    with read(scan) as upload, Sandbox(Limits(at_once=1)) as sandbox:
        assert upload.large is not None
        assert sandbox.validate(upload.large, TRUST, NOW) == validate(upload.pdf, TRUST, NOW)


def test_what_is_hostile_in_a_large_file_ends_with_its_child(tmp_path: Path) -> None:
    file = tmp_path / "hostile.pdf"
    file.write_bytes(b"%PDF-1.7\n" + b"1 0 obj 1 endobj\n" * (1 + MAX_SIZE // 16))
    with read(file) as upload, Sandbox(Limits(at_once=1, cpu_s=1, wall_s=2)) as sandbox:
        assert upload.large is not None
        report = sandbox.validate(upload.large, TRUST, NOW)
    assert (report.integrity, report.pdf_sha256) == (Integrity.ERROR, upload.sha256.hex())


def test_a_large_file_that_changes_meanwhile_gets_no_verdict(scan: Path) -> None:
    with pytest.raises(OSError, match="changed"), read(scan):
        os.utime(scan, (1, 1))


def test_a_larger_map_takes_more_time_and_no_more_memory() -> None:
    limits = Limits()
    assert limits.for_file(MAX_SIZE).wall_s == limits.wall_s
    assert limits.for_file(200_000_000).cpu_s == limits.cpu_s + 2
    assert limits.for_file(200_000_000).memory_bytes == limits.memory_bytes + 200_000_000


@pytest.mark.parametrize("family", ["byte range", "dictionary", "revisions", "structures"])
def test_every_vector_is_found_the_same_mapped_and_held(family: str, tmp_path: Path) -> None:
    for vector in FAMILIES[family]:
        if vector.name == "revisions_too_many_error":  # what only saves time is not looked for in a map
            continue
        pdf = vector.make()
        (tmp_path / "one.pdf").write_bytes(pdf)
        with (tmp_path / "one.pdf").open("rb") as stream:
            found = examine(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        assert (found.reasons(), found.later) == ((held := examine(pdf)).reasons(), held.later), vector.name
        assert [one.fault for one in found.signatures] == [one.fault for one in held.signatures]


def test_a_small_file_has_the_same_report_mapped_and_held(tmp_path: Path) -> None:
    file = tmp_path / "small.pdf"
    file.write_bytes(sign())
    with file.open("rb") as stream:
        assert validate(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), TRUST, NOW) == validate(
            file.read_bytes(), TRUST, NOW
        )


def test_a_window_shows_the_beginning_of_a_file_and_no_more() -> None:
    shown = Window(b"0123456789", 6)
    assert shown.read() == b"012345"
    assert (shown.seek(-2, io.SEEK_END), shown.read(8), shown.tell(), shown.read()) == (4, b"45", 6, b"")
