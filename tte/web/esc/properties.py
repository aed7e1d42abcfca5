"""How a signature is to look and what it says, from the fields of v1 and of v2. Nothing of a PDF is looked at here.

v1 counts from the bottom left, (xAxis, yAxis) is the lower left corner of the box; v2 counts from the top left, and
(originX, originY) is the upper left corner. Units are points. A tag wins over coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tte.uploads import AtTag, Mark, OnPage, Origin, Placing
from tte.web.esc.answers import Refused
from tte.web.esc.asked import Asked, decoded

SIDE: Final = 80.0
"""Width and height, in points, of a signature at a tag for which none are given, as some clients do."""

_VISIBLE, _INVISIBLE = "visible", "invisible"
_LONGEST_TAG: Final = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """How one PDF is to be signed. `corners`: where the box is if `width` and `height` are not its size but its upper
    right corner, as some installations of ESC v1 take them; tried when the box lies off the page.
    """

    placing: Placing | None = None
    mark: Mark | None = None
    corners: Placing | None = None
    reason: str = ""
    location: str = ""
    contact: str = ""
    password: str = field(default="", repr=False)


def wish_v1(given: Asked) -> Wish:
    """From the form of v1. Refused for what is missing or cannot be."""
    wish = Wish(reason=given.text("reason"), location=given.text("location"))
    if not _seen(given):
        return wish
    placing = _placing_v1(given)
    if placing is None:
        return wish
    mark = _mark_v1(given)
    corners = None
    if isinstance(placing, OnPage) and placing.width > placing.x and placing.height > placing.y:
        corners = replace(placing, width=placing.width - placing.x, height=placing.height - placing.y)
    return replace(wish, placing=placing, mark=mark, corners=corners)


def wishes_v2(given: Asked, files: int) -> Sequence[Wish]:
    """From `signatureProperties`: one for each file, or one for all."""
    found = [one for one in given.items("signatureProperties") if isinstance(one, dict)]
    if len(found) not in (1, files):
        raise Refused("Jumlah signatureProperties harus 1 atau sama dengan jumlah file")
    wishes = [_wish_v2(Asked(one)) for one in found]
    return wishes if len(wishes) == files else wishes * files


def _wish_v2(given: Asked) -> Wish:
    wish = Wish(
        reason=given.text("reason"),
        location=given.text("location"),
        contact=given.text("contactInfo"),
        password=given.text("pdfPassword"),
    )
    if not _seen(given):
        return wish
    said = given.text("imageBase64")
    image = decoded(said)
    if said and not image:
        raise Refused("imageBase64 tidak dapat dibaca")
    tag = _tag(given, "tag_koordinat", "tag")
    if not image and not tag:
        raise Refused("imageBase64 wajib diisi untuk tampilan VISIBLE")
    size = _size(given, optional=bool(tag))
    if size is None:
        return wish
    mark = Mark(image=image)
    if tag:
        return replace(wish, placing=AtTag(tag, *size), mark=mark)
    x, y = _needed(given, "originX"), _needed(given, "originY")
    return replace(wish, placing=OnPage(x, y, *size, page=_page(given), origin=Origin.TOP_LEFT), mark=mark)


def _seen(given: Asked) -> bool:
    said = given.text("tampilan").strip().lower()
    if said not in (_VISIBLE, _INVISIBLE):
        raise Refused("tampilan harus visible atau invisible" if said else "tampilan wajib diisi")
    return said == _VISIBLE


def _placing_v1(given: Asked) -> Placing | None:
    """None for a box without area: ESC's library (iText) makes such a signature invisible."""
    tag = _tag(given, "tag_koordinat")
    size = _size(given, optional=bool(tag))
    if size is None:
        return None
    if tag:
        return AtTag(tag, *size)
    return OnPage(_needed(given, "xAxis"), _needed(given, "yAxis"), *size, page=_page(given))


def _mark_v1(given: Asked) -> Mark:
    """`image` true: the picture. Else a QR code of linkQR, which need not be an address."""
    lines = tuple(line for line in given.text("text").splitlines() if line.strip())
    picture, link = given.file("imageTTD"), given.text("linkQR")
    if given.truth("image"):
        if picture is None:
            raise Refused("imageTTD wajib diisi jika image bernilai true")
        return Mark(image=picture.read(), lines=lines)
    if link:
        return Mark(qr=link, lines=lines)
    if picture is not None:
        return Mark(image=picture.read(), lines=lines)
    if lines or given.text("tag_koordinat"):
        return Mark(lines=lines)
    raise Refused("linkQR wajib diisi jika image bernilai false")


def _tag(given: Asked, *names: str) -> str:
    tag = given.text(*names)
    if len(tag) > _LONGEST_TAG:
        raise Refused("tag_koordinat terlalu panjang")
    return tag


def _size(given: Asked, *, optional: bool) -> tuple[float, float] | None:
    width, height = given.number("width"), given.number("height")
    if width is None or height is None:
        if not optional:
            raise Refused("width dan height wajib diisi untuk tampilan visible")
        width, height = width or height or SIDE, height or width or SIDE
    if width < 0 or height < 0:
        raise Refused("width dan height tidak boleh negatif")
    return (width, height) if width and height else None


def _needed(given: Asked, name: str) -> float:
    found = given.number(name)
    if found is None:
        raise Refused(f"{name} wajib diisi untuk tampilan visible tanpa tag_koordinat")
    return found


def _page(given: Asked) -> int:
    """`page` from 1, or `halaman` pertama or terakhir; the first if neither is given."""
    page = given.whole("page")
    if page is None:
        return {"": 1, "pertama": 1, "terakhir": -1}.get(given.text("halaman").strip().lower(), 1)
    if page < 1:
        raise Refused("page dimulai dari 1")
    return page
