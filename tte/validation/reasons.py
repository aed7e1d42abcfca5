"""Every reason a report can give, in one place: stable sentences, never text from the file."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a file or a signature got its indication. Names are stable; programs may compare them."""

    # the file
    TOO_LARGE = "The file is larger than 64 MB and was not judged."
    TOO_MANY_SIGNATURES = "The file holds more than 64 signature dictionaries and was not judged."
    TOO_MANY_REVISIONS = "The file holds more than 64 revisions and was not judged."
    TOO_COMPLEX = "The file is nested too deeply or unpacks to too much and was not judged."
    NOT_A_PDF = "The file does not begin as a PDF."
    UNREADABLE = "The structure of the file cannot be read."
    ENCRYPTED = "The file is encrypted and was not judged."
    DAMAGED = "The cross-references of the file are damaged, so what was added to it later cannot be judged."
    BLANKS = "Blanks follow the signed part; nobody reads them."
    NO_SIGNATURE = "The file holds no signature."
    ONLY_TIME_STAMPS = "The file holds document time-stamps and no signature."
    STRIPPED = "The file holds a signature that its form no longer shows: it was removed or hidden."
    STRAY = "The file speaks of a signature that cannot be found in its form."
    SHARED = "Two form fields show the same signature."

    # bytes of one signature (safety.md 7.3, validation.md B1 to B7)
    NOT_INDIRECT = "The signature is not an object of its own."
    NOT_AT_OFFSET = "The signature does not stand where the cross-reference table says."
    BAD_DICTIONARY = "The signature dictionary is not clear, or has the same key twice."
    BAD_BYTE_RANGE = "The byte range is not four numbers that begin at 0, in order and inside the file."
    BAD_GAP = "The bytes left out of the signature are not exactly its value."
    OUTSIDE = "The signature dictionary does not lie inside the signed bytes."
    BAD_PADDING = "The place of the signature value holds more than the value and zeros."
    TWO_READINGS = "Two readers see two different signatures in the same bytes."
    NO_END = "The signed bytes do not end as a PDF ends."
    CROSSING = "The signed ranges of two signatures do not lie one inside the other."
    TRAILING = "Bytes were added after the signed part that no reader should use."
    DESCRIPTION = "The description of the file (title, author, dates) was rewritten after signing; its pages were not."
    CHANGED = "The document was changed after it was signed."
    CHANGED_PAGES = "After signing, pages or what they show were changed."
    CHANGED_ANNOTATIONS = "After signing, annotations were added, removed or changed."
    CHANGED_FIELDS = "After signing, form fields were added, filled or changed."
    CHANGED_CATALOG = "After signing, actions or settings of the document were changed."
    CHANGED_STORE = "After signing, the store of long-term validation data took over other parts of the file."
    CHANGED_OBJECTS = "After signing, objects were replaced or freed that the document uses."
    CHANGED_STRUCTURE = "After signing, the description of the document's structure (tags) was changed."
    FORBIDDEN = "After signing, a signature was added although the first one forbids any change."
    VISIBLE_LATER = (
        "A signature that was added later shows something on a page; whether it hides something is not known."
    )
    SIGNED_LATER = "Another signature was added later."
    LONG_TERM_DATA = "Long-term validation data was added later."

    TWO_VERDICTS = "Two readers do not agree about the signature value."

    # the signature itself
    BAD_CMS = "The signature value cannot be read."
    UNSUPPORTED_KIND = "This kind of signature is not supported and was not judged."
    UNSUPPORTED_ALGORITHM = "The algorithm of the signature is not supported."
    HASH = "The signed bytes are not those that were signed."
    VALUE = "The signature value does not verify with the certificate in it."
    SUBSTITUTED = "The certificate in the signature is not the one that the signer named."
    NO_CERTIFICATE = "The certificate of the signer is not in the signature, or is another one."
    TIME_STAMP_BROKEN = "The time-stamp of the signature is broken."
    DOCUMENT_TIME_STAMP_BROKEN = "A document time-stamp is broken."

    # trust
    NO_CHAIN = "The certificate leads to no authority that is trusted here."
    CHAIN = "The chain of certificates does not hold."
    KEY_USAGE = "The certificate is not meant for signing documents."
    WEAK = "The signature or a certificate uses an algorithm or key that is too weak."
    EXPIRED = "The certificate had expired, and no time-stamp proves that the signature is older."
    NOT_YET_VALID = "The certificate was not yet valid."
    REVOKED = "The certificate was revoked."
    REVOCATION_NOT_CHECKED = "Revocation was not checked: the file holds no complete revocation information."
    REVOCATION_CHECKED = "Revocation was checked with the information in the file."
    EXPIRED_SINCE = "The certificate has expired since; a time-stamp proves that the signature is older."

    # level
    TIME_STAMP_UNTRUSTED = "There is a time-stamp that is not trusted here; it proves no time."
    NOT_BASELINE = "The signature keeps to no PAdES baseline level."
