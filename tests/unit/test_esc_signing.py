"""Whole documents signed by a double of ESC: what is kept, what is refused, and what nobody knows."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import logging
import socket
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from tests.esc_double import Purse, bsre, now, official, opened, pinned, running, trust, uri_of
from tests.minimal_pdf import minimal_document
from tte.backends.esc import Esc, open_esc
from tte.errors import (
    DraftSpent,
    KeyNotFound,
    KeyRefused,
    KeyThrottled,
    KeyTimedOut,
    KeyUnavailable,
    LintError,
    OutcomeUnknown,
    PinRefused,
    SelfValidationFailed,
    TteError,
)
from tte.key import Identity
from tte.model import Document, Intent, Level, SignedDocument
from tte.pades.whole import WholeDraft
from tte.signing import DocumentSigning, Signing
from tte.testing.esc import EscDouble, Mischief
from tte.validation import Trust, validate

APIS = pytest.mark.parametrize("api", ["v1", "v2"])


class Noted:
    """A register as far as sending goes. `folder`: for what came back and may not be recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: list[str] = []
        self.log: list[tuple[str, tuple[str, ...]]] = []

    def dispatch(self, ids: Sequence[str], at: datetime) -> None:
        assert not {*ids} & {*self.open}
        self.open += ids
        self.log.append(("sent", tuple(ids)))

    def dispatch_ended(self, ids: Sequence[str], state: Literal["refused", "released"], at: datetime) -> None:
        self.open = [one for one in self.open if one not in ids]
        self.log.append((state, tuple(ids)))

    def dispatched(self) -> Sequence[Intent]:
        return [Intent("9971", "contoh", b"", "1", one, b"", b"", now(), sent=True) for one in self.open]


@pytest.fixture
def esc() -> Iterator[EscDouble]:
    with running() as double:
        yield double


@pytest.fixture
def noted(tmp_path: Path) -> Noted:
    return Noted(tmp_path / "var" / "returned")


def _document(number: int) -> Document:
    return minimal_document(f"Nomor {number}", public_id=f"id-{number}")


def _drafts(signing: DocumentSigning, count: int) -> list[WholeDraft]:
    return [signing.prepare(_document(number), now()) for number in range(count)]


def _signing(service: Esc, noted: Noted) -> DocumentSigning:
    return DocumentSigning(service, trust=trust(), dispatches=noted, now=now, returned=noted.folder)


def _signed(signing: Signing, drafts: Sequence[WholeDraft]) -> tuple[list[SignedDocument], TteError | None]:
    """What was given, and then raised."""
    given: list[SignedDocument] = []
    try:
        for one in signing.begin(drafts)():
            given.append(one)
    except TteError as why:
        return given, why
    return given, None


def _trouble(
    esc: EscDouble, noted: Noted, api: str, *plan: Mischief | None, count: int = 1, more: str = ""
) -> tuple[list[SignedDocument], TteError | None]:
    """Sign `count` documents while the double keeps to this plan."""
    esc.plan.extend(plan)
    service = opened(esc, api, more=more)
    signing = _signing(service, noted)
    outcome = _signed(signing, _drafts(signing, count))
    service.close()
    return outcome


@APIS
def test_what_comes_back_is_the_document_with_a_signature_of_the_pinned_certificate(
    esc: EscDouble, noted: Noted, api: str
) -> None:
    signed, error = _trouble(esc, noted, api, count=5)
    assert error is None
    assert [one.document.id for one in signed] == [f"id-{number}" for number in range(5)]
    assert [one.pdf for one in signed] == esc.signed
    assert esc.sign_requests == (5 if api == "v1" else 2)
    for one in signed:
        assert one.level is Level.B_T
        assert one.pdf.startswith(one.document.pdf)
        (report,) = validate(one.pdf, trust(), now()).signatures
        assert report.certificate_sha256 == hashlib.sha256(official().der).hexdigest()
        assert report.level is Level.B_T
        assert report.field.startswith("sig_")
    assert not [kind for kind, _ in noted.log if kind != "sent"]


def test_what_documents_have_in_common_is_one_part(esc: EscDouble, noted: Noted) -> None:
    one, other = _trouble(esc, noted, "v2", count=2)[0]
    assert one.shared == other.shared == (one.document.frame.objects,)


def test_a_draft_is_the_same_each_time_and_its_digest_is_that_of_the_file(esc: EscDouble, noted: Noted) -> None:
    service = opened(esc)
    signing = _signing(service, noted)
    one, again = signing.prepare(_document(1), now()), signing.prepare(_document(1), now() + timedelta(hours=1))
    assert one.digest == again.digest == hashlib.sha256(_document(1).pdf).digest()
    service.close()


def test_one_time_code_signs(esc: EscDouble, noted: Noted) -> None:
    uri = uri_of(esc, factor="totp-source=env:TOTP")
    service = open_esc(uri, Purse(esc), pinned=pinned(official()), at=now())
    signing = _signing(service, noted)
    assert _signed(signing, _drafts(signing, 1))[1] is None
    service.close()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_the_clock_of_the_service_is_its_own(esc: EscDouble, noted: Noted, minutes: int) -> None:
    esc.clock = timedelta(minutes=minutes)
    (signed,), error = _trouble(esc, noted, "v2")
    assert error is None
    assert signed.level is Level.B_T


@APIS
@pytest.mark.parametrize("older", [True, False])
def test_a_wrong_passphrase_is_tried_once_ever(noted: Noted, api: str, older: bool) -> None:
    with running(older=older) as esc:
        service = opened(esc, api, purse=Purse(esc, PIN="keliru"), more="" if api == "v1" else "&at-once=1")
        signing = _signing(service, noted)
        drafts = _drafts(signing, 3)
        given, error = _signed(signing, drafts)
        assert (given, type(error)) == ([], PinRefused)
        assert noted.log == [("sent", ("id-0",)), ("refused", ("id-0",))]
        assert type(_signed(signing, drafts)[1]) is KeyUnavailable  # closed: the same passphrase is not tried again
        assert esc.wrong_passphrases == esc.sign_requests == 1
        assert noted.open == []


@APIS
@pytest.mark.parametrize("older", [True, False])
def test_an_official_who_is_struck_off_meanwhile_is_not_found(noted: Noted, api: str, older: bool) -> None:
    with running(older=older) as esc:
        service = opened(esc, api)
        esc.nik = "9971000000000001"
        signing = _signing(service, noted)
        assert type(_signed(signing, _drafts(signing, 1))[1]) is KeyNotFound
        assert noted.open == []
        service.close()


@APIS
def test_a_password_that_is_changed_meanwhile_is_refused(esc: EscDouble, noted: Noted, api: str) -> None:
    service = opened(esc, api)
    esc.password = "another"
    signing = _signing(service, noted)
    assert type(_signed(signing, _drafts(signing, 1))[1]) is KeyRefused
    assert (noted.open, esc.sign_requests) == ([], 0)
    service.close()


@APIS
@pytest.mark.parametrize(
    ("mischief", "kind"),
    [(Mischief.INVALID_PDF, KeyRefused), (Mischief.BUSY, KeyThrottled)],
)
def test_after_a_definite_no_the_document_may_be_sent_again(
    esc: EscDouble, noted: Noted, api: str, mischief: Mischief, kind: type[TteError]
) -> None:
    assert type(_trouble(esc, noted, api, mischief)[1]) is kind
    assert noted.log == [("sent", ("id-0",)), ("refused", ("id-0",))]
    assert _trouble(esc, noted, api)[1] is None


@APIS
def test_a_service_that_is_gone_before_anything_left_is_unavailable(noted: Noted, api: str) -> None:
    with running() as esc:
        service = opened(esc, api)
    signing = _signing(service, noted)
    assert isinstance(_signed(signing, _drafts(signing, 2))[1], KeyUnavailable)
    assert noted.open == []
    service.close()


@APIS
@pytest.mark.parametrize(
    "mischief",
    [Mischief.LOST, Mischief.HALF, Mischief.SILENT, Mischief.SPRING, Mischief.GATEWAY, Mischief.HTML, Mischief.HUGE],
)
def test_a_lost_answer_is_unknown_and_nothing_is_sent_again(
    esc: EscDouble, noted: Noted, api: str, mischief: Mischief
) -> None:
    more = "&timeout-s=0.5" if mischief is Mischief.SILENT else ""
    more += "" if api == "v1" else "&at-once=1"
    service = _opened_with(esc, api, more)
    esc.plan.extend([None, mischief])
    signing = _signing(service, noted)
    given, error = _signed(signing, _drafts(signing, 4))
    assert type(error) is OutcomeUnknown
    assert [one.document.id for one in given] == ["id-0"]
    assert esc.sign_requests == 2
    assert noted.log == [("sent", ("id-0",)), ("sent", ("id-1",))]
    noted.open.remove("id-0")  # the register records it

    with pytest.raises(OutcomeUnknown):
        signing.begin(_drafts(signing, 4)[1:])
    assert esc.sign_requests == 2
    service.close()


def _opened_with(esc: EscDouble, api: str, more: str) -> Esc:
    uri = uri_of(esc, api)
    if "timeout-s" in more:
        uri = uri.replace("&timeout-s=20", "")
    return open_esc(uri + more, Purse(esc), pinned=pinned(official()), at=now())


def test_fewer_documents_back_than_sent_is_unknown(esc: EscDouble, noted: Noted) -> None:
    given, error = _trouble(esc, noted, "v2", Mischief.ONE_SHORT, count=3)
    assert (given, type(error)) == ([], OutcomeUnknown)
    assert len(noted.open) == 3


@APIS
@pytest.mark.parametrize(
    ("mischief", "says"),
    [
        (Mischief.SWAPPED, "does not begin"),
        (Mischief.ALTERED, "does not begin"),
        (Mischief.BROKEN, "TOTAL-FAILED HASH_FAILURE"),
        (Mischief.OTHER_CERTIFICATE, "pinned certificate"),
        (Mischief.UNSIGNED, "without a signature"),
        (Mischief.TWICE, "2 signatures"),
        (Mischief.VISIBLE, "more changed"),
        (Mischief.PAGE_REPLACED, "more changed"),
    ],
)
def test_what_may_not_be_kept_is_not_given_and_stays_of_unknown_outcome(
    esc: EscDouble, noted: Noted, api: str, mischief: Mischief, says: str
) -> None:
    more = "" if api == "v1" else "&at-once=1"
    given, error = _trouble(esc, noted, api, None, mischief, count=4, more=more)
    assert isinstance(error, SelfValidationFailed)
    assert says in str(error)
    assert [one.document.id for one in given] == ["id-0"]
    assert esc.sign_requests == 2
    assert noted.open == ["id-0", "id-1"]
    (kept,) = noted.folder.iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == ("id-1.pdf", 0o600)
    assert str(kept) in error.hint
    assert "tte register reconcile id-1 --file" in error.hint
    assert kept.read_bytes().startswith(b"%PDF-")


def test_what_came_back_wrong_is_never_written_over(esc: EscDouble, noted: Noted) -> None:
    for number in (1, 2):
        error = _trouble(esc, noted, "v2", Mischief.OTHER_CERTIFICATE)[1]
        assert error is not None
        noted.open.clear()  # a person said that it was not signed
        assert ("id-0-2.pdf" in error.hint) is (number == 2)
    found = [(noted.folder / name).read_bytes() for name in ("id-0.pdf", "id-0-2.pdf")]
    assert found == esc.signed


def test_a_folder_that_cannot_be_written_is_said(esc: EscDouble, noted: Noted) -> None:
    noted.folder.parent.write_text("no folder", encoding="ascii")
    error = _trouble(esc, noted, "v2", Mischief.OTHER_CERTIFICATE)[1]
    assert isinstance(error, SelfValidationFailed)
    assert "is lost" in error.hint


def test_the_good_documents_of_an_answer_are_given_before_its_bad_one_is_told(esc: EscDouble, noted: Noted) -> None:
    given, error = _trouble(esc, noted, "v2", Mischief.OTHER_CERTIFICATE, count=6)
    assert isinstance(error, SelfValidationFailed)
    assert [one.document.id for one in given] == ["id-0", "id-1", "id-2"]
    assert esc.sign_requests == 1


@APIS
def test_a_signature_of_no_baseline_level_is_never_called_one(noted: Noted, api: str) -> None:
    with running(older=True) as esc:
        given, error = _trouble(esc, noted, api)
    assert given == []
    assert isinstance(error, SelfValidationFailed)
    assert "no PAdES baseline level" in str(error)
    assert noted.open == ["id-0"]


def test_an_untrusted_chain_is_told_with_the_verdict(esc: EscDouble, noted: Noted) -> None:
    service = opened(esc)
    signing = DocumentSigning(service, trust=Trust(), dispatches=noted, now=now, returned=noted.folder)
    error = _signed(signing, _drafts(signing, 1))[1]
    assert isinstance(error, SelfValidationFailed)
    assert "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND" in str(error)
    service.close()


def test_drafts_of_others_used_up_or_given_twice_are_refused_before_anything_is_sent(
    esc: EscDouble, noted: Noted
) -> None:
    service = opened(esc)
    signing = _signing(service, noted)
    draft, done = _drafts(signing, 2)
    assert _signed(signing, [done])[1] is None
    noted.open.clear()
    with pytest.raises(DraftSpent):
        signing.begin([done])
    with pytest.raises(DraftSpent):
        signing.begin([draft, draft])
    with pytest.raises(KeyRefused):
        signing.begin([WholeDraft(_document(3), _other_identity(), now())])
    assert list(signing.begin([])()) == []
    signing.close()
    assert isinstance(_signed(signing, [draft])[1], KeyUnavailable)
    assert esc.sign_requests == 1
    service.close()


def _other_identity() -> Identity:
    return Identity.of(bsre().official("ORANG LAIN").certificate)


def test_a_document_that_must_not_be_signed_is_not_sent(esc: EscDouble, noted: Noted) -> None:
    document = _document(1)
    objects = document.frame.objects.replace(b"/Type /Catalog", b"/OpenAction [] /Type /Catalog")
    service = opened(esc)
    with pytest.raises(LintError):
        _signing(service, noted).prepare(
            dataclasses.replace(document, frame=dataclasses.replace(document.frame, objects=objects)), now()
        )
    service.close()


@APIS
@pytest.mark.parametrize("plan", [None, Mischief.LOST, Mischief.HTML, Mischief.SPRING, Mischief.INVALID_PDF])
@pytest.mark.parametrize("wrong", [True, False])
def test_no_secret_and_no_nik_is_shown_or_logged(
    esc: EscDouble, noted: Noted, api: str, plan: Mischief | None, wrong: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    purse = Purse(esc, PIN="sandi&/keliru") if wrong else Purse(esc)
    service = opened(esc, api, purse=purse)
    esc.plan.append(plan)
    signing = _signing(service, noted)
    error = _signed(signing, _drafts(signing, 1))[1]
    service.close()
    gc.collect()
    shown = [caplog.text, repr(service), repr(signing), _said(error), *map(repr, caplog.records)]
    shown += [path for path in esc.paths if "sign" in path or "?" in path]  # v1 has the NIK in the path of the status
    for word in (esc.nik, esc.user, esc.password, *purse.held.values()):
        assert not word or word not in "\n".join(shown)


def test_when_the_service_never_answers_what_is_told_holds_no_address(esc: EscDouble) -> None:
    """The way to the status of v1 has the NIK in it."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        esc.url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        uri = uri_of(esc, "v1").replace("&timeout-s=20", "&timeout-s=0.2")
        with pytest.raises(KeyTimedOut) as refusal:
            open_esc(uri, Purse(esc), pinned=pinned(official()), at=now())
    assert esc.nik not in _said(refusal.value)


def _said(error: BaseException | None) -> str:
    """All that an error and what caused it would put into a log."""
    if error is None:
        return ""
    own = f"{error!s} {error!r} {error.args!r} {getattr(error, 'hint', '')}"
    return own + _said(error.__cause__) + _said(error.__context__)
