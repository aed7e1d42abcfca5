"""That one document stands in the log: a proof to be verified offline, for ever (C2SP tlog-proof)."""

from __future__ import annotations

import json

from tte.errors import LogError
from tte.log import Change, Checkpoint, Note, OfflineProof, prove_inclusion
from tte.register import Register


def proof_of(register: Register, id_: str, note: bytes) -> OfflineProof:
    """A proof that the last line about a document that `note`, a checkpoint, is over stands in the log.

    It names the document by its number: for those who have the document. LogError if there is no such line, or it does
    not fit the document.
    """
    size = Checkpoint.parse(Note.parse(note).text).size
    lines = [seq for seq in register.log.of(id_) if seq < size]
    line = next(register.log.lines(lines[-1])) if lines else None
    if line is None or line.opening is None or not line.opening.opens(Change.parse(line.entry).doc):
        raise LogError("the line about this document does not fit it", hint="tte register audit")
    extra = {
        "entry": line.entry.decode(),
        "salt": line.opening.salt.hex(),
        "number": line.opening.number,
        "pdf_sha256": line.opening.pdf_digest.hex(),
    }
    path = prove_inclusion(register.log.tree(), line.seq, size)
    return OfflineProof(line.seq, path, Note.parse(note), json.dumps(extra).encode())
