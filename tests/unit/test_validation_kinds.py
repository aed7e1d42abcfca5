"""Own documents by their likeness: the reports are those of `validate`, of whole files and of altered ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from tests.rows import births
from tte.issuance import Issued
from tte.office import Home
from tte.testing.homes import sample_home
from tte.validation import Trust, validate
from tte.validation.kinds import Kinds

COUNT = 12


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], Trust, datetime]:
    home: Home = sample_home(tmp_path_factory.mktemp("home"))
    with home.issuer("demo", ("akta_kelahiran",)) as issuer:
        entries = [one.entry for one in issuer.issue("akta_kelahiran", births(COUNT)) if isinstance(one, Issued)]
        files = [issuer.register.read_pdf(entry.id) for entry in entries]
    return files, home.trust(), entries[-1].at + timedelta(seconds=1)


def test_every_document_has_the_report_of_validate_and_few_are_looked_at_in_full(
    issued: tuple[list[bytes], Trust, datetime],
) -> None:
    files, trust, at = issued
    kinds = Kinds(trust)
    known = 0
    for pdf in files:
        known += kinds.look(pdf, at) is not None
        assert kinds.validate(pdf, at) == validate(pdf, trust, at) == kinds.look(pdf, at)
    assert known > COUNT / 2


def test_the_report_is_that_of_the_time_that_is_asked_about(issued: tuple[list[bytes], Trust, datetime]) -> None:
    files, trust, at = issued
    kinds = Kinds(trust)
    kinds.validate(files[0], at)
    for days in (-20_000, -1, 0, 1, 20_000):
        moment = at + timedelta(days=days)
        assert kinds.validate(files[1], moment) == validate(files[1], trust, moment)
    naive = at.replace(tzinfo=None)
    assert kinds.validate(files[1], naive) == validate(files[1], trust, naive)


def test_no_altered_file_is_taken_for_one_of_a_kind(issued: tuple[list[bytes], Trust, datetime]) -> None:
    files, trust, at = issued
    kinds, random = Kinds(trust), Random(6)
    kinds.validate(files[0], at)
    for _ in range(300):
        altered = mutant(random.choice(files), random)
        assert kinds.look(altered, at) is None
        assert kinds.validate(altered, at) == validate(altered, trust, at)


def mutant(pdf: bytes, random: Random) -> bytes:
    """Another file: most are altered near the end, where what differs from document to document stands."""
    place = random.choice((random.randrange(len(pdf)), len(pdf) - random.randrange(1, 12_000)))
    put = random.choice((b" ", b"0", b"\n", b"/ByteRange", b"/#42yteRange", b"endobj", b""))
    altered = pdf[:place] + put + pdf[place + random.randrange(3) :]
    return altered if altered != pdf else pdf + b"\n"


def test_nothing_is_learned_from_a_file_that_does_not_pass(issued: tuple[list[bytes], Trust, datetime]) -> None:
    files, _, at = issued
    kinds = Kinds(Trust())
    kinds.validate(files[0], at)
    assert kinds.look(files[1], at) is None


def test_nothing_is_known_before_a_kind_was_learned(issued: tuple[list[bytes], Trust, datetime]) -> None:
    files, trust, at = issued
    assert Kinds(trust).look(b"", at) is None
    assert Kinds(trust).look(files[0], at) is None
