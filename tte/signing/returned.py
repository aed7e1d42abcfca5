"""What comes back from a service that signs whole documents, judged before anybody has it.

What does not pass is not thrown away: it may hold the only signature that was made, and the fault may be ours.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import count
from pathlib import Path

from tte.durable import new_file, sync_folder
from tte.errors import SelfValidationFailed
from tte.model import Indication, Level
from tte.validation import Trust, validate
from tte.validation.added import begins_as, only_a_signature

_KEEP = "stop and find out whether the service is the right one; the document stays listed by tte register pending"


def level_of_returned(pdf: bytes, sent: bytes, certificate: bytes, trust: Trust, at: datetime) -> Level:
    """The baseline level of `pdf`, if it may be kept as the signed form of the file whose SHA-256 is `sent`.

    Else SelfValidationFailed. It must begin with that file, every byte; add one signature to it and nothing else; have
    that signature by `certificate` (DER); be TOTAL-PASSED in our full validation at the time `at`, so the signature
    covers the whole file but for long-term validation data that the service added; and keep to a PAdES baseline level,
    for it is never kept under a level that it has not. What time the service claims is not judged: its clock is its
    own.
    """
    begun = begins_as(pdf, sent)
    if not begun:
        raise _failed("does not begin with the bytes that were sent")
    if begun == len(pdf):
        raise _failed("came back without a signature")
    report = validate(pdf, trust, at)
    if len(report.signatures) != 1:
        raise _failed(f"has {len(report.signatures)} signatures that can be read, not one")
    (signature,) = report.signatures
    # A signature that does not hold says nothing of who made it.
    pinned = signature.certificate_sha256 == hashlib.sha256(certificate).hexdigest()
    if report.indication is not Indication.TOTAL_FAILED and not pinned:
        raise _failed("is not signed with the pinned certificate", hint="after a renewal, pin the new certificate")
    if report.indication is not Indication.TOTAL_PASSED:
        found = " ".join(filter(None, (report.indication, report.sub_indication)))
        raise _failed(f"is {found} in our own validation", hint="; ".join(report.reasons))
    if not only_a_signature(pdf, begun):
        raise _failed("came back with more changed than a signature added")
    if signature.level is None:
        raise _failed(
            "has a signature of no PAdES baseline level, as older services give it (adbe.pkcs7.detached)",
            hint="use a newer version of the service or of its API; see docs/keys/esc.md",
        )
    return signature.level


def keep_returned(folder: Path, document_id: str, pdf: bytes) -> str:
    """Put `pdf` into `folder`, for its owner only, durably and never over another file; where it is, for a person."""
    try:
        path = _put(folder, document_id, pdf)
    except OSError as why:
        return f"what came back could not be written to {folder} ({why.strerror}) and is lost"
    return (
        f"what came back is in {path}; if it turns out to be right, as when an anchor was missing: "
        f"tte register reconcile {document_id} --file {path} --key PROFILE"
    )


def _put(folder: Path, document_id: str, pdf: bytes) -> Path:
    """A document may come back wrong more than once: ID.pdf, then ID-2.pdf and so on."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    for number in count(1):
        path = folder / (f"{document_id}.pdf" if number == 1 else f"{document_id}-{number}.pdf")
        try:
            with new_file(path, mode=0o600) as file:
                file.write(pdf)
        except FileExistsError:
            continue
        return path
    raise AssertionError("not reached")


def _failed(how: str, *, hint: str = _KEEP) -> SelfValidationFailed:
    return SelfValidationFailed(f"a document that was sent to be signed {how}; it was not recorded", hint=hint)
