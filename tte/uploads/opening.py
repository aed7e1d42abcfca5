"""A stranger's PDF opened as it is: never repaired, and refused in the words of whoever sent it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import pikepdf
from pikepdf import Array

from tte.errors import BrokenPdf, EncryptionUnknown, NotAPdf, PasswordMissing, PasswordWrong, TooBig, UploadRefused
from tte.pades.revision import Before
from tte.uploads.source import Source

MOST_OBJECTS: Final = 1_000_000
_MIB: Final = 1 << 20
_TEXTUAL: Final = frozenset({"/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"})
_STARTXREF = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF")
_AGAIN: Final = "open it in a PDF program, save it as a new PDF, and sign that"
_UNREADABLE = (pikepdf.PdfError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@contextmanager
def opened(source: Source, password: str) -> Iterator[tuple[pikepdf.Pdf, Before]]:
    """The file, and what a revision after it must know. Whatever is wrong with it while it is open is an UploadRefused:
    NotAPdf, BrokenPdf, PasswordMissing, PasswordWrong, EncryptionUnknown, TooBig.
    """
    before = _before(source)
    _set_limits()
    with source.stream() as stream:
        try:
            with pikepdf.open(
                stream,
                password=password,
                attempt_recovery=False,
                suppress_warnings=True,
                inherit_page_attributes=False,
            ) as file:
                trailer: Any = file.trailer
                if int(trailer.Size) > MOST_OBJECTS:
                    raise TooBig(f"the PDF has more than {MOST_OBJECTS} objects", hint=_AGAIN)
                yield file, before
        except pikepdf.PasswordError as why:
            if password:
                raise PasswordWrong("the PDF cannot be opened with this password", hint="give its own") from why
            raise PasswordMissing("the PDF cannot be opened without its password", hint="give its password") from why
        except UploadRefused:
            raise
        except _UNREADABLE as why:
            text = str(why)
            if "encryption" in text or "security handler" in text:
                raise EncryptionUnknown("the PDF is encrypted in a way that is not known here", hint=_AGAIN) from why
            raise BrokenPdf(f"the PDF cannot be read ({type(why).__name__})", hint=_AGAIN) from why


def unpacked(stream: pikepdf.Stream, most: int) -> bytes | None:
    """What a stream holds; None if that is more than so many bytes, or it is packed in a way that is not for text."""
    about: Any = stream.stream_dict
    filters = about.get("/Filter", Array())
    names = [str(one) for one in filters] if isinstance(filters, Array) else [str(filters)]
    if int(about.get("/Length", 0)) > most:
        return None
    if names == ["/FlateDecode"] and "/DecodeParms" not in about:
        machine = zlib.decompressobj()
        try:
            content = machine.decompress(stream.read_raw_bytes(), most)
        except zlib.error as why:
            raise broken("a stream cannot be unpacked") from why
        return None if machine.unconsumed_tail else content
    if not {*names} <= _TEXTUAL:
        return None
    content = stream.read_bytes()  # within the limits of qpdf
    return content if len(content) <= most else None


def broken(what: str) -> BrokenPdf:
    """The error for a PDF in which something is not as it must be."""
    return BrokenPdf(f"the PDF is broken: {what}", hint=_AGAIN)


@cache
def _set_limits() -> None:
    """qpdf's own limits are off; these end a bomb soon. They hold for the whole process, as those of validation do."""
    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=100,
        parser_max_container_size_damaged=2000,
        max_stream_filters=5,
        doc_max_warnings=200,
        flate_max_memory=64 * _MIB,
        png_max_memory=32 * _MIB,
        run_length_max_memory=32 * _MIB,
        tiff_max_memory=32 * _MIB,
        dct_max_memory=32 * _MIB,
    )


def _before(source: Source) -> Before:
    if not source.part(0, 5).startswith(b"%PDF-"):
        raise NotAPdf("this is no PDF", hint="a PDF begins with %PDF-")
    end = source.end(2048)
    found = [*_STARTXREF.finditer(end)]
    if not found or not 0 < int(found[-1][1]) < source.size:
        raise broken("it does not end as a PDF ends")
    table = int(found[-1][1])
    return Before(source.size, table, source.part(table, 16).lstrip().startswith(b"xref"), end.endswith((b"\n", b"\r")))
