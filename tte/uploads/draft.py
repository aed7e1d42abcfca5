"""The one-use value between preparing and signing somebody else's PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from tte.errors import DraftSpent, FieldTaken, LintError, Problem, TooBig
from tte.key import Identity
from tte.pades.cms import longest_signature
from tte.pades.revision import Revision, Unsigned
from tte.pades.stencil import longest, stencil
from tte.uploads.encrypting import cipher_of
from tte.uploads.findings import Finding
from tte.uploads.form import add_field, check_may_be_signed, field_for, fill_field, widget_of
from tte.uploads.looking import look
from tte.uploads.opening import opened
from tte.uploads.placed import in_field, placed
from tte.uploads.placing import Mark, Placing
from tte.uploads.seed import check_seed
from tte.uploads.signature import signature_dictionary, widget
from tte.uploads.source import Source

MOST_BYTES: Final = 2**31
"""How long a PDF may be. Who takes uploads sets limits of his own before."""


class UploadDraft:
    """A stranger's PDF made ready for one signature by one identity, at one time. Made by `prepare_upload`.

    It holds no secret, and becomes a signed file once. Made from a path, it keeps the file open until it is written
    or closed, which the end of a `with` block does too.
    """

    def __init__(
        self,
        source: Source,
        unsigned: Unsigned,
        identity: Identity,
        *,
        at: datetime,
        field: str,
        findings: Sequence[Finding],
    ) -> None:
        self._source, self._unsigned = source, unsigned
        self.identity, self.at, self.field, self.findings = identity, at, field, tuple(findings)
        hashed = source.hashed(identity.algorithm.digest_name)
        hashed.update(unsigned.head)
        hashed.update(unsigned.tail)
        self._document_digest = hashed.digest()
        before, after = stencil(identity, longest_signature(identity), unsigned.room).attributes
        to_sign = before + self._document_digest + after
        self.digest = hashlib.new(identity.algorithm.digest_name, to_sign).digest()
        """What the key signs: digest of the DER signed attributes (RFC 5652 §5.4), by the identity's hash."""
        self.spent = False

    @property
    def size(self) -> int:
        """How many bytes the signed file will have."""
        return self._source.size + len(self._unsigned.head) + 2 * self._unsigned.room + 2 + len(self._unsigned.tail)

    def complete(self, signature: bytes) -> bytes:
        """The signed file, at B-B. `signature` is the value over `digest`; ECDSA as DER.

        SignatureMismatch if it does not verify with the signing certificate: nothing is released, and the draft still
        waits for the right value. DraftSpent the second time.
        """
        file = BytesIO()
        self.write(signature, file)
        return file.getvalue()

    def write(self, signature: bytes, file: BinaryIO) -> None:
        """The same into a file, piece by piece. BrokenPdf if the file that it was prepared from was written to since:
        what is in `file` then is worth nothing.
        """
        if self.spent:
            raise DraftSpent("this draft has become a signed file already", hint="prepare the PDF again")
        self.identity.verify(self.digest, signature)
        self.spent = True
        before, between, after = stencil(self.identity, len(signature), self._unsigned.room).around
        digits = (before, self._document_digest.hex().encode(), between, signature.hex().encode(), after)
        try:
            self._source.copy_to(file)
            file.write(b"".join((self._unsigned.head, b"<", *digits, b">", self._unsigned.tail)))
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the file it was prepared from; twice is fine."""
        self.spent = True
        self._source.close()

    def __enter__(self) -> UploadDraft:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<UploadDraft {self.field} at {self.at:%Y-%m-%dT%H:%M:%SZ}{' spent' if self.spent else ''}>"


def prepare_upload(
    pdf: bytes | Path,
    identity: Identity,
    *,
    at: datetime,
    placing: Placing | None = None,
    mark: Mark | None = None,
    reason: str = "",
    location: str = "",
    contact: str = "",
    field_name: str = "",
    password: str = "",
    room: int = 0,
    strict: bool = False,
) -> UploadDraft:
    """A draft of `pdf` for `identity`, with claimed signing time `at` (aware).

    Without `placing` the signature is not seen; with it, `mark` is drawn in its box. The words go into the signature
    as they are, empty ones not at all. `field_name` is for the new field, else it is the first free `Signature1`,
    `Signature2`, …; or it is that of an empty signature field which the PDF has: then `mark` is drawn in its box.
    `password` opens an encrypted PDF, which stays encrypted. /Contents has `room` bytes more than the CMS needs, for a
    signature time-stamp added later.

    The draft's `findings` say what there is in the file that a signer should know; with `strict`, LintError for those
    that are `dangerous`.

    Refused (an UploadRefused each): NotAPdf, BrokenPdf, PasswordMissing, PasswordWrong, EncryptionUnknown,
    ChangesForbidden, NoMoreSignatures, FieldTaken, FieldAsksMore, NoSuchPage, TagNotFound, OffThePage, ImageRefused,
    TooBig. The same arguments give the same bytes and the same digest.
    """
    if at.tzinfo is None:
        raise ValueError("a signing time is an aware datetime")
    if "." in field_name:
        raise ValueError("the name of a field has no dot")
    at = at.astimezone(UTC).replace(microsecond=0)
    source = Source(pdf)
    try:
        if source.size > MOST_BYTES:
            raise TooBig(f"the PDF has more than {MOST_BYTES} bytes")
        with opened(source, password) as (file, before):
            revision = Revision(file, before, cipher_of(file))
            name, field = field_for(file, field_name)
            if field is not None and placing is not None:
                raise FieldTaken(
                    "the field of this name has its place already", hint="sign it without another, or choose a new name"
                )
            check_may_be_signed(file, seen=placing is not None, field=name)
            if field is not None:
                check_seed(field, identity, reason=reason, stamped=room > 0)
            findings = look(file, source, before)
            if strict and (dangerous := [one for one in findings if one.dangerous]):
                raise LintError("the PDF must not be signed", [Problem(one, "found in it") for one in dangerous])
            signed = revision.signature(signature_dictionary(at, reason=reason, location=location, contact=contact))
            if field is None:
                made = placed(revision, file, placing, mark or Mark())
                add_field(revision, file, made.page, revision.new(widget(name, made, signed)))
            else:
                fill_field(revision, file, field, signed, in_field(revision, file, widget_of(field), mark or Mark()))
            unsigned = revision.unsigned(longest(identity) + room)
        return UploadDraft(source, unsigned, identity, at=at, field=name, findings=findings)
    except BaseException:
        source.close()
        raise
