"""Issuing with ESC, as an office does: a batch, an answer that is lost in the middle, and both ways to settle it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.command import Answer
from tests.esc_double import NAME, Purse, bsre, now, official, opened, running, trust
from tests.rows import births
from tte.errors import OutcomeUnknown, PinRefused, SelfValidationFailed, TteError
from tte.issuance import Issued, Issuer, Outcome, Refused
from tte.model import Indication, Level, Row
from tte.office import Home
from tte.register import Register
from tte.signing import DocumentSigning
from tte.testing.esc import EscDouble, Mischief
from tte.validation import validate

TEMPLATE = "akta_kelahiran"
PROFILE = """
uri         = "esc:service=https%3A%2F%2Fesc.dinas.example;official=kadis?nik-source=env:NIK"
certificate = "keys/kadis.pem"
office      = "9971"
test        = true

[official]
name  = "{name}"
nip   = "197903122005012004"
title = ["Kepala Dinas"]
"""


@pytest.fixture
def esc() -> Iterator[EscDouble]:
    with running() as double:
        yield double


@pytest.fixture
def office(home: Home) -> Home:
    """A home with a profile for the double."""
    keys = home.path / "keys"
    (keys / "kadis.toml").write_text(PROFILE.format(name=NAME), encoding="utf-8")
    (keys / "kadis.pem").write_bytes(official().certificate.public_bytes(Encoding.PEM))
    (keys / "trust" / "bsre.pem").write_bytes(bsre().ca.anchors_pem)
    return home


@contextmanager
def _issuer(office: Home, esc: EscDouble, *, api: str = "v2", purse: Purse | None = None) -> Iterator[Issuer]:
    """What the office wires for an `esc:` key: two documents in a request, four in a chunk."""
    service = opened(esc, api, purse=purse, more="" if api == "v1" else "&at-once=2")
    with office.issuer("demo", (TEMPLATE,)) as by_key:
        signing = DocumentSigning(
            service, trust=office.trust(), dispatches=by_key.register, now=now, returned=office.path
        )
        yield dataclasses.replace(by_key, signing=signing, trust=office.trust(), chunk=4)
    service.close()


def _told(issuer: Issuer, rows: Sequence[Row]) -> tuple[list[Outcome], TteError | None]:
    """What is told, and then raised."""
    told: list[Outcome] = []
    try:
        for outcome in issuer.issue(TEMPLATE, rows):
            told.append(outcome)
    except TteError as why:
        return told, why
    return told, None


def _issued(told: Sequence[Outcome]) -> list[int]:
    return [outcome.row for outcome in told if isinstance(outcome, Issued) and not outcome.earlier]


def _check(register: Register, told: Sequence[Outcome]) -> None:
    """Every document told of is in the register, at the level that it has."""
    for outcome in told:
        if isinstance(outcome, Issued):
            pdf = register.read_pdf(outcome.entry.id)
            report = validate(pdf, trust(), now())
            assert report.indication is Indication.TOTAL_PASSED
            assert outcome.entry.level is report.signatures[0].level is Level.B_T
            assert register.find_pdf(pdf) == outcome.entry


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_batch_is_issued_and_the_same_file_again_sends_nothing(office: Home, esc: EscDouble, api: str) -> None:
    rows = births(10)
    rows[6] = Row(7, {**rows[6].values, "nik": "12"})
    with _issuer(office, esc, api=api) as issuer:
        told, error = _told(issuer, rows)
        assert error is None
        assert [outcome.row for outcome in told] == list(range(1, 11))
        assert _issued(told) == [1, 2, 3, 4, 5, 6, 8, 9, 10]
        _check(issuer.register, told)
        assert len(esc.signed) == 9
        again, error = _told(issuer, rows)
        assert [outcome.entry for outcome in again if isinstance(outcome, Issued) and outcome.earlier] == [
            outcome.entry for outcome in told if isinstance(outcome, Issued)
        ]
        assert issuer.register.pending() == issuer.register.dispatched() == []
    assert len(esc.signed) == 9


def test_a_lost_answer_stops_the_batch_and_a_person_settles_it(
    office: Home, esc: EscDouble, tte: Callable[..., Answer], tmp_path: Path
) -> None:
    rows = births(10)
    esc.plan.extend([None, None, None, Mischief.LOST])  # the fourth request: rows 7 and 8
    with _issuer(office, esc) as issuer:
        told, error = _told(issuer, rows)
        assert type(error) is OutcomeUnknown
        assert _issued(told) == [1, 2, 3, 4, 5, 6]
        _check(issuer.register, told)
        first, second = issuer.register.dispatched()
        assert esc.sign_requests == 4

        # The rest of the file goes on; what may be signed is not sent.
        told, error = _told(issuer, rows)
        assert error is None
        assert _issued(told) == [9, 10]
        refused = [outcome for outcome in told if isinstance(outcome, Refused)]
        assert [outcome.row for outcome in refused] == [7, 8]
        assert all(isinstance(outcome.why, OutcomeUnknown) for outcome in refused)
        assert "reconcile" in refused[0].why.hint
        assert esc.sign_requests == 5

    listed = tte("register", "pending", "--json").objects()
    assert [(line["id"], line["sent"]) for line in listed] == [(first.id, True), (second.id, True)]

    found = next(pdf for pdf in esc.signed if hashlib.sha256(pdf[: _length(pdf)]).digest() == first.digest)
    other = next(pdf for pdf in esc.signed if hashlib.sha256(pdf[: _length(pdf)]).digest() == second.digest)
    file, wrong = tmp_path / "found.pdf", tmp_path / "wrong.pdf"
    file.write_bytes(found)
    wrong.write_bytes(other)

    # One was signed: its file is judged as if it had come in time.
    refusal = tte("register", "reconcile", first.number, "--file", str(wrong), "--key", "kadis")
    assert refusal.code == 1
    assert "does not begin with the bytes that were sent" in refusal.err
    settled = tte("register", "reconcile", first.number, "--file", str(file), "--key", "kadis", "--json")
    assert settled.objects() == [
        {"v": 1, "kind": "reconciled", "number": first.number, "id": first.id, "state": "issued"}
    ]
    # The other was not, as somebody found out.
    assert tte("register", "reconcile", second.id, "--not-signed").code == 0
    assert tte("register", "reconcile", second.id, "--not-signed").code == 2

    with _issuer(office, esc) as issuer:
        entry = issuer.register.find(first.id)
        assert entry is not None
        assert (entry.level, issuer.register.read_pdf(first.id)) == (Level.B_T, found)
        assert issuer.register.find_pdf(found) == entry
        told, error = _told(issuer, rows)
        assert error is None
        new = [outcome.entry.id for outcome in told if isinstance(outcome, Issued) and not outcome.earlier]
        assert new == [second.id]
        assert issuer.register.pending() == []
        assert issuer.register.count() == 10
    assert esc.sign_requests == 6


def _length(pdf: bytes) -> int:
    return pdf.index(b"%%EOF\n") + 6


@pytest.mark.parametrize(
    ("plan", "kind", "kept"),
    [
        ([None, Mischief.OTHER_CERTIFICATE], SelfValidationFailed, [1, 2, 3]),
        ([Mischief.SWAPPED], SelfValidationFailed, [1]),
        ([None, None, None, Mischief.HTML], OutcomeUnknown, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_what_was_good_before_trouble_is_recorded_and_told(
    office: Home, esc: EscDouble, plan: list[Mischief | None], kind: type[TteError], kept: list[int]
) -> None:
    esc.plan.extend(plan)
    with _issuer(office, esc) as issuer:
        told, error = _told(issuer, births(10))
        assert type(error) is kind
        assert _issued(told) == kept
        assert issuer.register.count() == len(kept)
        assert len(issuer.register.dispatched()) == 2 - len(kept) % 2


def test_a_wrong_passphrase_ends_the_batch_and_leaves_nothing_unknown(office: Home, esc: EscDouble) -> None:
    with _issuer(office, esc, purse=Purse(esc, PIN="keliru")) as issuer:
        told, error = _told(issuer, births(10))
        assert (told, type(error)) == ([], PinRefused)
        assert issuer.register.dispatched() == []
    assert esc.wrong_passphrases == 1
    with _issuer(office, esc) as issuer:
        told, error = _told(issuer, births(10))
        assert error is None
        assert _issued(told) == list(range(1, 11))


def test_an_interrupt_while_it_waits_leaves_it_unknown_and_keeps_what_came_before(office: Home, esc: EscDouble) -> None:
    with _issuer(office, esc) as issuer:
        service = issuer.signing._service  # type: ignore[attr-defined]

        class Interrupted:
            """Sends the second request and is interrupted while it waits."""

            identity, at_once, times = service.identity, 2, 0

            def sign(self, pdfs: Sequence[bytes]) -> Sequence[bytes]:
                self.times += 1
                answer: Sequence[bytes] = service.sign(pdfs)
                if self.times == 2:
                    raise KeyboardInterrupt
                return answer

            def close(self) -> None:
                pass

        signing = DocumentSigning(
            Interrupted(), trust=issuer.trust, dispatches=issuer.register, now=now, returned=office.path
        )
        told: list[Outcome] = []
        issued = dataclasses.replace(issuer, signing=signing).issue(TEMPLATE, births(4))
        with pytest.raises(KeyboardInterrupt):
            told.extend(issued)
        assert _issued(told) == [1, 2]
        assert len(issuer.register.dispatched()) == 2


@pytest.mark.parametrize("words", [(), ("--not-signed", "--file", "x.pdf")])
def test_reconciling_says_exactly_one_thing(office: Home, tte: Callable[..., Answer], words: tuple[str, ...]) -> None:
    assert tte("register", "reconcile", "1", *words).code == 2


def test_what_was_never_sent_is_not_reconciled(office: Home, tte: Callable[..., Answer], births: Path) -> None:
    assert tte("issue", TEMPLATE, str(births), "--out", str(office.path / "out")).code == 0
    answer = tte("register", "reconcile", "9971-LU-01012026-0001", "--not-signed")
    assert answer.code == 2
    assert "nothing of unknown outcome" in answer.err
