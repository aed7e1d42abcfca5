"""Records, intents and files to try a register with. The files are no PDF that anybody could open."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from tte.frame import Frame, Words, name_of
from tte.model import Document, Goal, Intent, Level, Raised, Record, SignedDocument

AT = datetime(2026, 11, 24, 3, 0, 0, 123456, tzinfo=UTC)
OFFICE = "9971"
TEMPLATE = "akta_kelahiran"
FRAME = Frame(b"%PDF-", {}, 1, 2)
SHARED = (b"%PDF- signed ", b" /Contents ")
GOAL = Goal("hsm", Level.B_LTA, Level.B_T)
KEY = hashlib.sha256(b"certificate").digest()


def record_of(number: str, name: str = "ANDI") -> Record:
    """A record under a number; another name is another record."""
    return Record(TEMPLATE, number, {"nomor_akta": number, "nama": name})


def intent_of(number: str, *, id: str = "", name: str = "ANDI", office: str = OFFICE, at: datetime = AT) -> Intent:  # noqa: A002
    """An intent to issue that record, by default under an id that follows from the number."""
    record = record_of(number, name)
    return Intent(
        office=office,
        template=TEMPLATE,
        template_sha256=hashlib.sha256(b"template").digest(),
        number=number,
        id=id or f"id-{number}",
        record_digest=record.digest(),
        digest=hashlib.sha256(number.encode()).digest(),
        at=at,
    )


def signed_of(
    intent: Intent,
    *,
    name: str = "ANDI",
    pdf: bytes = b"",
    shared: tuple[bytes, ...] = SHARED,
    own: tuple[bytes, ...] = (),
) -> SignedDocument:
    """Some bytes that pass for the signed document of an intent: `pdf` with nothing shared, or these parts."""
    document = Document(intent.id, record_of(intent.number, name), FRAME, Words((b"",), ()))
    verified = (intent.digest, b"signature value")
    if pdf:
        return SignedDocument(document, (b"",), (pdf,), Level.B_B, verified)
    return SignedDocument(document, shared, own or (intent.id.encode(), trailer_of(intent.id)), Level.B_B, verified)


def trailer_of(id: str) -> bytes:  # noqa: A002
    """The end of a file that is called by this id."""
    digits = name_of(id).hex().encode()
    return b"trailer\n<< /Size 3 /ID [<%b> <%b>] >>\nstartxref\n0\n%%%%EOF\n" % (digits, digits)


def raised_of(
    former: bytes,
    level: Level,
    id: str = "id-1",  # noqa: A002
    *,
    pdf: bytes = b"",
    until: datetime | None = None,
) -> Raised:
    """Some bytes that pass for the file `former` at a higher level: by default a revision is added."""
    later = pdf or b"%b\n%b revision of %b%b" % (former, str(level).encode(), id.encode(), trailer_of(id))
    return Raised(id, hashlib.sha256(former).digest(), later, level, until)
