"""What of a printed seal survives: pages drawn at 600 dpi, spoilt, and read back by two decoders.

`python -m bench.seal [COUNT]` prints the table of docs/seal.md. zxing-cpp is a test dependency; OpenCV is asked too
where it is installed (`opencv-python-headless`). Spoiling is by Pillow alone: no printer, no camera.
"""

from __future__ import annotations

import io
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.oracles import poppler
from tests.vectors_seal import HOST, SEAL
from tte.model import Row
from tte.rendering import Press
from tte.samples import sample_rows
from tte.seal import SealWriter, document_id
from tte.template import PREVIEW, load

DPI: Final = 600
MM: Final = DPI / 25.4
Picture = Image.Image
Spoil = Callable[[Picture, random.Random], Picture]


def printed(picture: Picture) -> Picture:
    """Edges soften and ink spreads; black is not black, paper not white."""
    soft = picture.filter(ImageFilter.GaussianBlur(0.045 * MM))
    return soft.point(lambda tone: round(38 + min(max((tone - 158) * 4 + 127, 0), 255) / 255 * 200))


def captured(
    picture: Picture,
    rnd: random.Random,
    *,
    dpi: int,
    soft: float = 0.0,
    turn: float = 0.0,
    noise: float = 6,
    jpeg: int = 80,
    contrast: float = 1.0,
) -> Picture:
    """Seen by a scanner or camera: `soft` in mm on the paper, `turn` in degrees either way."""
    seen = picture.filter(ImageFilter.GaussianBlur(soft * MM)) if soft else picture
    if turn:
        seen = seen.rotate(rnd.choice((-turn, turn)), Image.Resampling.BICUBIC, expand=True, fillcolor=235)
    size = (round(seen.width * dpi / DPI), round(seen.height * dpi / DPI))
    seen = seen.resize(size, Image.Resampling.BOX).point(lambda tone: round(tone * contrast + 10))
    grain = Image.effect_noise(seen.size, noise * 2)
    seen = ImageChops.add(seen, grain, scale=1, offset=-128)
    kept = io.BytesIO()
    seen.save(kept, "JPEG", quality=jpeg)
    return Image.open(kept).convert("L")


PHONE: Final = partial(captured, dpi=250, soft=0.07, turn=7)


def moved(picture: Picture, rnd: random.Random) -> Picture:
    """The hand moves half a millimetre while the shutter is open."""
    steps = [ImageChops.offset(picture, round(step * MM / 20), 0) for step in range(10)]
    mixed = steps[0]
    for count, step in enumerate(steps[1:], 2):
        mixed = Image.blend(mixed, step, 1 / count)
    return PHONE(mixed, rnd)


def copied(picture: Picture, rnd: random.Random) -> Picture:
    """A photocopy of a photocopy, scanned at 200 dpi."""
    for _ in range(2):
        half = picture.filter(ImageFilter.GaussianBlur(0.05 * MM)).resize((picture.width // 2, picture.height // 2))
        harder = half.point(lambda tone: round(min(max((tone - 150) * 2.2 + 150, 45), 235)))
        picture = harder.resize(picture.size).filter(ImageFilter.MinFilter(3))
    return captured(picture, rnd, dpi=200, soft=0.05, turn=1)


def folded(picture: Picture, rnd: random.Random) -> Picture:
    """A fold across it: the lower part is shifted by a quarter of a millimetre, the crease is worn."""
    made, middle = picture.copy(), round(picture.height * rnd.uniform(0.4, 0.6))
    made.paste(picture.crop((0, middle, picture.width, picture.height)), (round(MM / 4), middle))
    crease = (0, middle - 8, picture.width, middle + 8)
    worn = Image.new("L", (picture.width, 16), rnd.choice((60, 235)))
    made.paste(Image.blend(made.crop(crease), worn, 0.7), crease[:2])
    return PHONE(made, rnd)


def streaked(picture: Picture, rnd: random.Random, *, width: float) -> Picture:
    """A printer that leaves a white line every 5 mm."""
    made = picture.copy()
    for y in range(rnd.randrange(round(5 * MM)), picture.height, round(5 * MM)):
        made.paste(235, (0, y, picture.width, y + round(width * MM)))
    return PHONE(made, rnd)


def stained(picture: Picture, rnd: random.Random, *, share: float, ink: bool) -> Picture:
    """A blot on this share of the square of 34 mm, anywhere on it; opaque ink, or coffee that lets the code through."""
    radius = (share * 34 * 34 / 3.14159) ** 0.5 * MM
    low, high = 3 * MM + radius * 0.7, 37 * MM - radius * 0.7
    x, y = rnd.uniform(low, high), rnd.uniform(low, high)
    blot = Image.new("L", picture.size, 255)
    box = (x - radius * 1.1, y - radius / 1.1, x + radius * 1.1, y + radius / 1.1)
    ImageDraw.Draw(blot).ellipse(box, fill=90 if ink else 150)
    return PHONE(ImageChops.darker(picture, blot) if ink else ImageChops.multiply(picture, blot), rnd)


CONDITIONS: Final[dict[str, Spoil]] = {
    **{f"scan {dpi} dpi": partial(captured, dpi=dpi, noise=3, jpeg=90) for dpi in (300, 200, 150, 120, 100)},
    "scan 150 dpi, half a degree off": partial(captured, dpi=150, noise=3, jpeg=90, turn=0.5),
    "phone: 7°, JPEG 80": PHONE,
    "poor phone: 200 dpi, soft .12 mm, 7°, JPEG 50": partial(captured, dpi=200, soft=0.12, turn=7, noise=10, jpeg=50),
    "whole A4 through a chat app: 140 dpi, JPEG 70": partial(captured, dpi=140, soft=0.1, turn=3, jpeg=70),
    "low light: contrast .35, noise": partial(captured, dpi=200, soft=0.1, turn=7, contrast=0.35),
    "out of focus, σ .20 mm": partial(captured, dpi=250, soft=0.2),
    "out of focus, σ .25 mm": partial(captured, dpi=250, soft=0.25),
    "hand moves .5 mm": moved,
    "photocopy of a photocopy, 200 dpi": copied,
    "fold through it": folded,
    "printer streaks .15 mm each 5 mm": partial(streaked, width=0.15),
    "coffee on 25 %": partial(stained, share=0.25, ink=False),
    "opaque blot 5 %": partial(stained, share=0.05, ink=True),
    "opaque blot 10 %": partial(stained, share=0.10, ink=True),
}


def pages(count: int) -> Iterator[tuple[str, Picture]]:
    """Codes of as many documents, 40 mm of page around each, with their texts."""
    template = load(Path(__file__).parents[1] / "templates" / "akta_kelahiran")
    press, writer = Press(template, PREVIEW), SealWriter(HOST, 9971, SEAL)
    assert template.seal is not None  # noqa: S101
    for number, row in enumerate(sample_rows(template.name, count=count, seed=7), 1):
        record = template.check(Row(number, row))
        public_id = document_id(record.digest(), bytes(16))
        text = writer.write(public_id, {4: 20781, **template.seal.facts(record)})
        with tempfile.TemporaryDirectory() as folder:
            pdf = Path(folder) / "page.pdf"
            pdf.write_bytes(press.document(record, public_id, text).pdf)
            drawn = poppler.corner(pdf, Path(folder) / "page.png", size_mm=80, dpi=DPI)
            with Image.open(drawn) as opened:
                yield text, printed(opened.convert("L").crop(_square(opened)))


def _square(page: Picture) -> tuple[int, int, int, int]:
    """Where the code is in the lower right 80 mm of an A4 page: 34 mm from (154.5, 229.5), 3 mm more each side."""
    left, top = round((154.5 - 3 - 130) * MM), round((229.5 - 3 - 217) * MM)
    return left, top, left + round(40 * MM), top + round(40 * MM)


def by_zxing(picture: Picture) -> list[str]:
    """Read once, and if nothing is found once more at double size, as `tte seal show` does."""
    only_qr = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    for factor in (1, 2):
        larger = picture.resize((picture.width * factor, picture.height * factor))
        found = zxingcpp.read_barcodes(larger, formats=only_qr)
        if found:
            return [code.text for code in found]
    return []


def by_opencv() -> Callable[[Picture], list[str]] | None:
    """The same by OpenCV; None where it is not installed."""
    try:
        import cv2  # type: ignore[import-not-found, unused-ignore]
        import numpy as np  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    detector: Any = cv2.QRCodeDetectorAruco()

    def read(picture: Picture) -> list[str]:
        for factor in (1, 2):
            larger = picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.BICUBIC)
            text = detector.detectAndDecode(np.asarray(larger))[0]
            if text:
                return [text]
        return []

    return read


def main(count: int) -> None:
    """Print the table."""
    decoders = [by_zxing, *filter(None, [by_opencv()])]
    found = list(pages(count))
    print(f"| spoiling | read, of {count}: zxing-cpp{' / OpenCV' if len(decoders) > 1 else ''} |\n|---|---|")
    for name, spoil in CONDITIONS.items():
        good = [0] * len(decoders)
        for number, (text, picture) in enumerate(found):
            spoilt = spoil(picture, random.Random(f"{name}{number}"))  # noqa: S311  the same ones each time
            for which, decode in enumerate(decoders):
                good[which] += text in decode(spoilt)
        print(f"| {name} | {' / '.join(map(str, good))} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 24)
