"""Reading what came from elsewhere. Whatever is wrong with its form, it is no answer; no library's error gets out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cryptography.x509 import DuplicateExtension, UnsupportedGeneralNameType

from tte.errors import Fault, ServiceUnavailable

BROKEN: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    RecursionError,
    DuplicateExtension,
    UnsupportedGeneralNameType,
)
"""What asn1crypto, cryptography and certvalidator raise for broken input, at once or when a part is looked at."""

MOST_CERTIFICATES: Final = 16
"""In one answer: a chain is short, and every certificate more is work."""


@contextmanager
def reading(what: str) -> Iterator[None]:
    """ServiceUnavailable with fault NO_ANSWER if what is read inside turns out not to be `what`."""
    try:
        yield
    except BROKEN as why:
        raise ServiceUnavailable(f"what came is no {what} ({type(why).__name__})", Fault.NO_ANSWER) from None


def no_answer(why: str) -> ServiceUnavailable:
    """An answer of its kind, but not one that could be used."""
    return ServiceUnavailable(why, Fault.NO_ANSWER)
