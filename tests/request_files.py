"""Files that citizens attach, and files that nobody should: honest ones, and those made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pikepdf
from PIL import Image

from tests import bombs
from tests.bombs import zeros
from tests.strangers_pdfs import encrypted, plain
from tte.requests.unfit import Unfit

PLACE = b"-6.9175,107.6191"
SCRIPT = b"<script>alert(1)</script>"


def photo(width: int = 400, height: int = 300) -> bytes:
    """A JPEG as a phone makes it: lying on its side, with a note of where it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, PLACE.decode()
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", exif=exif, comment=SCRIPT)
    return out.getvalue()


def png(width: int = 120, height: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 120)).save(out, "PNG")
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("jahat.html", SCRIPT)
    return out.getvalue()


def _png_bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in a few kilobytes (PNG §5.3)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zeros(1 << 24)) + chunk(b"IEND", b"")


def _acting(keys: dict[str, object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        for name, value in keys.items():
            pdf.Root[name] = value
        pdf.save(out)
    return out.getvalue()


def _with_file() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        pdf.attachments["jahat.exe"] = b"MZ\x90\x00"
        pdf.save(out)
    return out.getvalue()


def hostile() -> Iterator[tuple[str, bytes, set[Unfit]]]:
    """Each by its name, and why it may be refused."""
    pdf, packed = plain(), _zip()
    script = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))
    launch = pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F=pikepdf.String("cmd.exe"))
    wrong, two, acts, broken = {Unfit.WRONG_TYPE}, {Unfit.TWO_TYPES}, {Unfit.ACTS}, {Unfit.DAMAGED}
    yield "nothing", b"", {Unfit.EMPTY}
    yield "HTML called .pdf", b"<!doctype html>" + SCRIPT, wrong
    yield "SVG", b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", wrong
    yield "a program", b"\x7fELF" + bytes(100), wrong
    yield "a ZIP", packed, wrong
    yield "GIF", b"GIF89a" + bytes(100), wrong
    yield "a PDF that begins later", b"GIF89a" + pdf, wrong
    yield "a PDF that is a ZIP too", pdf + packed, two
    yield "a PDF that is a ZIP too, and ends as a PDF", pdf + packed + b"\n%%EOF\n", two
    yield "a PDF with HTML after its end", pdf + SCRIPT, two
    yield "a PDF with JavaScript", _acting({"/OpenAction": script}), acts
    yield "a PDF that starts a program", _acting({"/OpenAction": launch}), acts
    yield "a PDF with a file in it", _with_file(), acts
    yield "a PDF with a password", encrypted(6, readers="rahasia"), {Unfit.LOCKED}
    yield "a PDF of 21 pages", plain(pages=21), {Unfit.TOO_MANY_PAGES}
    yield "half a PDF", pdf[: len(pdf) // 2] + b"\n%%EOF\n", broken
    yield "half a photo", photo()[:2000], broken
    yield "a PNG bomb", _png_bomb(), {Unfit.TOO_MANY_PIXELS}
    yield "only the name of a JPEG", b"\xff\xd8\xff\xe0" + SCRIPT, broken
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: page}
    big = zlib.compress(zeros(1 << 31))
    bomb = bombs.pdf({**objects, 4: bombs.stream(big, b"/Filter [/FlateDecode /FlateDecode]")})
    yield "a PDF bomb", bomb, {Unfit.TOO_COSTLY, Unfit.DAMAGED}
