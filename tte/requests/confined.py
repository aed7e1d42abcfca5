"""What is done with a citizen's file, in a process of its own that can reach nothing (`attachments`).

A picture is decoded whole, turned upright and drawn anew without whatever else was in the file: place, thumbnails,
what another program would read. A PDF stays as it came, if it can be read without repair and holds nothing that acts;
its pages are drawn for who looks at them. Files come on standard input and answers go to standard output, framed by
their lengths; nothing else is open, and nothing is left of the process afterwards.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import struct
from typing import Any, Final, NoReturn

import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from tte.errors import PasswordMissing, TteError
from tte.requests.unfit import MOST_PAGES, Unfit
from tte.sandbox.limits import Limits
from tte.sandbox.lockdown import lock_child, lock_mother
from tte.uploads.findings import Finding
from tte.uploads.looking import look
from tte.uploads.opening import opened
from tte.uploads.source import Source

LIMITS: Final = Limits(cpu_s=12, wall_s=60.0, memory_bytes=1536 * 1024 * 1024)
DRAW: Final = "draw"

_PIXELS: Final = 120_000_000
_PIXELS_PNG: Final = 40_000_000
_SIDE: Final = 2400
_ORIENTATION: Final = 0x0112
_WIDE, _HIGH, _SMALL = 1200, 1700, 200
_ACTS: Final = frozenset(
    {
        Finding.JAVASCRIPT,
        Finding.ACTIONS,
        Finding.XFA,
        Finding.MULTIMEDIA,
        Finding.EMBEDDED_FILES,
        Finding.EXTERNAL_CONTENT,
        Finding.ENCRYPTED,
    }
)
_UNREADABLE: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    Image.DecompressionBombError,
)


def serve() -> NoReturn:
    """Take one request from standard input, and end."""
    _warm_up()
    lock_mother()
    lock_child(LIMITS)
    asked = json.loads(_read(_length()))
    files = [_read(size) for size in asked["sizes"]]
    answers, contents = [], []
    for file, kind in zip(files, asked["kinds"], strict=True):
        content, said = b"", dict[str, Any]()
        try:
            content, said = _done(asked["do"], file, kind, asked["page"])
        except _Refused as why:
            said = {"unfit": why.unfit}
        except MemoryError:
            said = {"unfit": Unfit.TOO_COSTLY}
        answers.append({**said, "size": len(content)})
        contents.append(content)
    head = json.dumps(answers).encode()
    for part in (struct.pack(">I", len(head)), head, *contents):
        while part:
            part = part[os.write(1, part) :]
    os._exit(0)


class _Refused(Exception):
    def __init__(self, unfit: Unfit) -> None:
        super().__init__(unfit)
        self.unfit = unfit


def _done(do: str, file: bytes, kind: str, page: int) -> tuple[bytes, dict[str, Any]]:
    if do == DRAW:
        return (_drawn(file, page), {}) if kind == "pdf" else (file, {})
    if kind == "pdf":
        return file, {"pages": _pages(file)}
    return _made_anew(file, kind), {"pages": 1}


def _made_anew(file: bytes, kind: str) -> bytes:
    """The picture as a JPEG that is upright and not larger than anybody needs to read a paper on it."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(file), formats=[kind.upper()])
        if picture.width * picture.height > (_PIXELS if kind == "jpeg" else _PIXELS_PNG):
            raise _Refused(Unfit.TOO_MANY_PIXELS)
        if kind == "jpeg":
            picture.draft("RGB", (_SIDE, _SIDE))  # unpacks no more than will be kept
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        if picture.has_transparency_data:
            clear = picture.convert("RGBA")
            white = Image.new("RGBA", clear.size, "white")
            white.alpha_composite(clear)
            picture = white
        elif picture.mode.startswith("I"):
            picture = picture.convert("I").point(lambda value: value / 256)
        picture = picture.convert("RGB")
        picture.thumbnail((_SIDE, _SIDE))
        picture.info.clear()  # a comment or profile in it would be written again
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=85)
    except _UNREADABLE:
        raise _Refused(Unfit.DAMAGED) from None
    return out.getvalue()


def _pages(file: bytes) -> int:
    """How many pages a PDF has that may be taken."""
    try:
        with opened(Source(file), "") as (pdf, before):
            if _ACTS & {*look(pdf, Source(file), before)}:
                raise _Refused(Unfit.ACTS)
    except PasswordMissing:
        raise _Refused(Unfit.LOCKED) from None
    except TteError:
        raise _Refused(Unfit.DAMAGED) from None
    try:
        document = pypdfium2.PdfDocument(file)
        pages = len(document)
        if pages > MOST_PAGES:
            raise _Refused(Unfit.TOO_MANY_PAGES)
        for page in document:  # what is taken can be looked at
            page.render(scale=_SMALL / max(page.get_size()), may_draw_forms=False)
    except _UNREADABLE:
        raise _Refused(Unfit.DAMAGED) from None
    if not pages:
        raise _Refused(Unfit.DAMAGED)
    return pages


def _drawn(file: bytes, page: int) -> bytes:
    try:
        document = pypdfium2.PdfDocument(file)
        width, height = document[page].get_size()
        bitmap = document[page].render(scale=min(_WIDE / width, _HIGH / height), may_draw_forms=False)
        out = io.BytesIO()
        bitmap.to_pil().convert("RGB").save(out, "JPEG", quality=85)
    except _UNREADABLE:
        raise _Refused(Unfit.DAMAGED) from None
    return out.getvalue()


def _warm_up() -> None:
    """Load what is loaded at the first use, as nothing can be opened later."""
    Image.MAX_IMAGE_PIXELS = None  # the bounds are ours
    for late in ("PIL.MpoImagePlugin", "PIL.TiffImagePlugin"):
        importlib.import_module(late)
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    for kind in ("JPEG", "PNG"):
        sample = io.BytesIO()
        Image.new("RGB", (8, 8)).save(sample, kind, exif=exif)
        _made_anew(sample.getvalue(), kind.lower())
    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(blank)
    _pages(blank.getvalue())
    _drawn(blank.getvalue(), 0)


def _length() -> int:
    size: int = struct.unpack(">I", _read(4))[0]
    return size


def _read(size: int) -> bytes:
    parts: list[bytes] = []
    while size and (part := os.read(0, min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
