"""Pictures of every template's sample: one golden each, and all of them on one sheet. `python -m tests.pages`.

Run it after a change to a page that is meant, look at what changed, and commit the pictures with it.
"""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

from tte.rendering import render
from tte.rendering.faces import FOLDER
from tte.template import PREVIEW, Template, load

ROOT: Final = Path(__file__).parents[1]
TEMPLATES: Final = ROOT / "templates"
GOLDEN: Final = ROOT / "tests" / "golden" / "halaman"
SHEET: Final = ROOT / "docs" / "pictures" / "dokumen.png"

ORDER: Final = (
    *("kartu_keluarga", "biodata_penduduk", "akta_kelahiran", "akta_kematian", "akta_perkawinan_suami"),
    *("akta_perkawinan_istri", "akta_perceraian", "akta_pengakuan_anak", "akta_pengesahan_anak"),
    *("surat_keterangan_pindah", "suket_pindah_datang", "suket_pindah_luar_negeri", "suket_datang_luar_negeri"),
    *("suket_tempat_tinggal", "suket_kelahiran", "suket_lahir_mati", "suket_pembatalan_perkawinan"),
    *("suket_pembatalan_perceraian", "suket_kematian", "suket_pengangkatan_anak", "suket_pelepasan_kewarganegaraan"),
    *("suket_ktp", "suket_pencatatan_sipil"),
)
"""The 22 documents in the order of the official list; akta perkawinan has two excerpts."""

_DPI: Final = 48
_ID: Final = "7k3m9qxt2r8c5v6w4abcdefgh2"
_BLOCK: Final = 6
_ACROSS: Final = 6
_CELL: Final = (336, 510)
_PAGE: Final = (300, 425)


def page(template: Template, *, dpi: int = _DPI) -> Image.Image:
    """The page of the template's sample with its QR code, as an office would issue it: without SPECIMEN."""
    record = template.check(template.sample, today=date.max)
    pdf = render(record, template, _ID, replace(PREVIEW, specimen=False)).pdf
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-"]
    drawn = subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True)
    return Image.open(io.BytesIO(drawn.stdout)).convert("RGB")


def farthest(one: Image.Image, other: Image.Image) -> int:
    """How far two pictures are apart where they are farthest, block by block, from 0 to 255; 255 if of two sizes.

    A block's mean forgives another version of poppler its edges; a word that moved, came or went it does not.
    """
    if one.size != other.size:
        return 255
    apart = ImageChops.difference(one.convert("L"), other.convert("L"))
    return max(apart.reduce(_BLOCK).tobytes())


def sheet() -> Image.Image:
    """All documents on one picture, each over its name and titles."""
    down = -(-len(ORDER) // _ACROSS)
    whole = Image.new("RGB", (_CELL[0] * _ACROSS, _CELL[1] * down), "#E9E7E2")
    pen = ImageDraw.Draw(whole)
    bold, light = (ImageFont.truetype(str(FOLDER / f"LontarSerif-{face}.ttf"), 14) for face in ("SemiBold", "Italic"))
    for place, name in enumerate(ORDER):
        template = load(TEMPLATES / name)
        left, top = place % _ACROSS * _CELL[0], place // _ACROSS * _CELL[1]
        drawn = page(template, dpi=130)
        drawn.thumbnail(_PAGE, Image.Resampling.LANCZOS)
        whole.paste(drawn, (left + (_CELL[0] - drawn.width) // 2, top + 16 + _PAGE[1] - drawn.height))
        for line, face, ink, text in ((0, bold, "#1B1B1B", template.title), (1, light, "#3B3B3B", template.english)):
            size = 14
            while pen.textlength(text, face.font_variant(size=size)) > _CELL[0] - 20:
                size -= 1
            pen.text((left + _CELL[0] / 2, top + 464 + 20 * line), text, ink, face.font_variant(size=size), anchor="mm")
    return whole


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name in ORDER:
        page(load(TEMPLATES / name)).convert("L").save(GOLDEN / f"{name}.png", optimize=True)
    sheet().quantize(256, Image.Quantize.FASTOCTREE).save(SHEET, optimize=True)


if __name__ == "__main__":
    main()
