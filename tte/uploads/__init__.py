"""A signature added to a PDF that somebody else made, as a revision after it (ISO 32000-1 §7.5.6, EN 319 142-1).

No byte of the file is changed: what comes out begins with what came in, so earlier signatures stay valid. Nothing here
holds a private key; `prepare_upload` gives an `UploadDraft` with the digest to sign, one use each. What must never
happen here: a file is repaired, decrypted or written anew; text from outside becomes an operator; a file with findings
is signed and nobody is told.
"""

from tte.uploads.draft import UploadDraft, prepare_upload
from tte.uploads.findings import Finding
from tte.uploads.placing import AtTag, Mark, OnPage, Origin, Placing

__all__ = ["AtTag", "Finding", "Mark", "OnPage", "Origin", "Placing", "UploadDraft", "prepare_upload"]
