"""The block at the foot of the first page: how to check it, who signed, the QR code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tte.model import Imprint
from tte.rendering.leaf import Leaf, Look
from tte.reports.friday.paper import BODY, BOLD, FOOT, LEFT, SIGNATURE, Paper
from tte.template.extents import Box
from tte.template.marks import Line
from tte.template.names import host

_WORDS: Final = 70.0
"""mm. How wide the words of the signature are."""


def signature(paper: Paper, id: str | None) -> tuple[Box | None, Sequence[Line]]:  # noqa: A002  the noun of the model
    """The block at the foot of the first page, drawn; and the field with what is seen in it. None: not to be signed."""
    leaf, imprint = paper.folio.leaves[0], paper.imprint
    top = SIGNATURE
    where = host(imprint.office.base_url)
    small = Look("sans", 7.6)
    x = 88.0
    if id is None:
        leaf.text(x, top + 4, "PRATINJAU, BELUM DITANDATANGANI", Look("sans semibold", 10, "deep"), room=100)
        said = "Pratinjau ini bukan laporan: tidak ada tanda tangan elektronik, dan register tidak memuatnya."
        leaf.paragraph(x, top + 9, said, BODY, room=100, most=2)
        return None, ()
    leaf.text(LEFT, top + 4, "Memeriksa laporan ini", BOLD, room=60)
    said = (
        f"Pindai kode QR, atau buka {where} dan periksa berkas PDF ini di sana. Hanya berkas PDF yang membawa tanda "
        "tangan elektronik; cetakannya dapat dicocokkan lewat kode."
    )
    leaf.paragraph(LEFT, top + 8.4, said, small, room=60, most=6)
    paper.folio.code(161.0, top + 1.0, 29.0, imprint.office.base_url, id)
    groups = [id[:13].upper(), id[13:].upper()]
    for line, group in enumerate(groups):
        look = Look("sans", 6.6, track=0.04)
        leaf.text(175.5 - leaf.width(group, look) / 2, top + 33.2 + line * 2.8, group, look, room=34)
    seen = Leaf(paper.folio.ink, paper.folio.sheet)
    name, tiny = imprint.official.name, Look("sans", 6.4)
    y = seen.paragraph(x, top + 4.0, " ".join(imprint.official.title), BODY, room=_WORDS, most=3)
    seen.text(x, y + 1.0, "Ditandatangani secara elektronik oleh", small, room=_WORDS)
    look = Look("sans semibold", 10) if leaf.width(name, Look("sans semibold", 10)) <= _WORDS else BOLD
    y = seen.paragraph(x, y + 5.6, name, look, room=_WORDS, most=2)
    seen.text(x, y, f"NIP {nip(imprint)}", BODY, room=_WORDS)
    most = int((FOOT - 1.6 - y - 3.8) / tiny.step) + 1
    seen.paragraph(x, y + 3.8, _certificate(imprint), tiny, room=_WORDS, most=most)
    return Box(x - 2, top, x + _WORDS + 0.5, FOOT - 0.6), seen.lines


def nip(imprint: Imprint) -> str:
    """NIP in its groups of 8, 6, 1 and 3 digits."""
    text = imprint.official.nip
    return f"{text[:8]} {text[8:14]} {text[14:15]} {text[15:]}"


def _certificate(imprint: Imprint) -> str:
    """What stands at the end may be cut, the issuer's name; nothing else."""
    if imprint.certified:
        said = (
            "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh"
        )
        return f"{said} {imprint.issuer}."
    said = (
        "Tanda tangan elektronik ini tidak tersertifikasi (PP 71/2019 Pasal 60). Sertifikat elektroniknya diterbitkan"
    )
    return f"{said} oleh {imprint.issuer}."
