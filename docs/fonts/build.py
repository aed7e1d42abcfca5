"""Make the faces of the documents: Lontar Serif and Lontar Sans, cut from Source Serif 4 and Source Sans 3 (OFL 1.1).

    python docs/fonts/build.py SERIF_PACKAGE SANS_PACKAGE

The two arguments are the unpacked npm packages `@fontsource-variable/source-serif-4` and `…/source-sans-3`. Each face
is one instance of a variable font at the optical size it is printed at, holding `tte.template.letters.LETTERS`,
without hinting or layout tables. "Source" is a Reserved Font Name: a changed font has to be called something else, and
lontar is the palm leaf that was written on before paper came.

Beside the faces it writes `OFL.txt`, the outlines of the word SPECIMEN, and for the template room `metrics.json`:
advance widths and kerning in 1/1000 em, so that a text can be fitted into its box without a font library. Same
packages, same bytes.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import uharfbuzz
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.removeOverlaps import removeOverlaps
from fontTools.varLib.instancer import instantiateVariableFont

from tte.template.letters import ASCII, LETTERS

ROOT = Path(__file__).resolve().parents[2]
FACES = ROOT / "tte" / "rendering" / "fonts"
METRICS = ROOT / "tte" / "template" / "metrics.json"

OUTLINES = ROOT / "tte" / "rendering" / "specimen.json"

SPECIMEN = "SPECIMEN"
SPECIMEN_TRACK = 50  # 1/1000 em
KEPT = {"glyf", "loca", "head", "hhea", "hmtx", "maxp", "cmap", "name", "post", "OS/2"}
SMALLEST_KERN = 6  # 1/1000 em; below this nobody sees it
KERNED = [letter for letter in ASCII if letter.isalnum() or letter in " .,-/()'"] + ["’"]
EPOCH = 3_818_000_000  # a fixed time in the font header: the same script gives the same bytes
LICENCE_URL = "https://openfontlicense.org"


@dataclass(frozen=True)
class Cut:
    """Where in the design space a face lies."""

    name: str
    files: str  # the package's file name, {part} being latin or latin-ext
    axes: dict[str, float]


CUTS = (
    Cut("LontarSerif-Regular", "source-serif-4-{part}-opsz-normal.woff2", {"wght": 400, "opsz": 11}),
    Cut("LontarSerif-Italic", "source-serif-4-{part}-opsz-italic.woff2", {"wght": 400, "opsz": 8}),
    Cut("LontarSerif-SemiBold", "source-serif-4-{part}-opsz-normal.woff2", {"wght": 600, "opsz": 18}),
    Cut("LontarSans-Regular", "source-sans-3-{part}-wght-normal.woff2", {"wght": 400}),
    Cut("LontarSans-SemiBold", "source-sans-3-{part}-wght-normal.woff2", {"wght": 600}),
)


def instance(package: Path, cut: Cut, part: str) -> TTFont:
    """One corner of the design space, layout tables still there."""
    font = TTFont(package / "files" / cut.files.format(part=part))
    font.flavor = None
    return instantiateVariableFont(font, cut.axes)


def kerning(font: TTFont) -> dict[str, int]:
    """What the font's own GPOS moves between two letters of a word, found by shaping every pair."""
    buffer = io.BytesIO()
    font.save(buffer)
    shaper = uharfbuzz.Font(uharfbuzz.Face(buffer.getvalue()))
    features = {"kern": True} | dict.fromkeys(("liga", "clig", "calt", "ccmp"), False)

    def advance(text: str) -> int:
        run = uharfbuzz.Buffer()
        run.add_str(text)
        run.guess_segment_properties()
        uharfbuzz.shape(shaper, run, features)
        return sum(position.x_advance for position in run.glyph_positions)

    alone = {letter: advance(letter) for letter in KERNED}
    pairs = {left + right: advance(left + right) - alone[left] - alone[right] for left in KERNED for right in KERNED}
    return {pair: moved for pair, moved in pairs.items() if abs(moved) >= SMALLEST_KERN and " " not in pair}


def reduce(font: TTFont, letters: str) -> TTFont:
    """Only these letters, without the overlaps that outlines of a variable font have."""
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=["*"], glyph_names=True)
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    removeOverlaps(font)
    for tag in set(font.keys()) - KEPT - {"GlyphOrder"}:
        del font[tag]
    return font


def join(font: TTFont, more: TTFont) -> None:
    """Add the letters of `more` to `font`. Parts of accented letters that `font` has already are shared, not copied."""
    glyphs, names = more["glyf"], {}
    known = {outline(font, glyph): glyph for glyph in font.getGlyphOrder()}
    mapped = {glyph: code for code, glyph in more.getBestCmap().items()}
    order = font.getGlyphOrder()
    for glyph in sorted(more.getGlyphOrder(), key=lambda glyph: glyphs[glyph].isComposite()):
        if glyph not in mapped and outline(more, glyph) in known:
            names[glyph] = known[outline(more, glyph)]
            continue
        names[glyph] = f"uni{mapped[glyph]:04X}" if glyph in mapped else f"part{len(order)}"
        copied = glyphs[glyph]
        for component in copied.components if copied.isComposite() else ():
            component.glyphName = names[component.glyphName]
        order.append(names[glyph])
        font["glyf"].glyphs[names[glyph]] = copied
        font["hmtx"].metrics[names[glyph]] = more["hmtx"].metrics[glyph]
    for table in font["cmap"].tables:
        table.cmap.update({code: names[glyph] for glyph, code in mapped.items()})
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order


def outline(font: TTFont, glyph: str) -> tuple[object, ...]:
    """What makes two glyphs of one design the same."""
    coordinates, ends, flags = font["glyf"][glyph].getCoordinates(font["glyf"])
    return (font["hmtx"].metrics[glyph], tuple(coordinates), tuple(ends), bytes(flags))


def name(font: TTFont, face: str, notice: str) -> None:
    family, style = face.replace("Lontar", "Lontar ").split("-")
    font["name"].names = []
    for number, text in {
        0: notice,
        1: family,
        2: style,
        3: f"1.0;tte;{face}",
        4: f"{family} {style}",
        5: "Version 1.0; one instance and a part of the letters of a variable font",
        6: face,
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: LICENCE_URL,
    }.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].fsType = 0  # installable: may be embedded without limits
    font["head"].created = font["head"].modified = EPOCH
    font.recalcTimestamp = False


def word(font: TTFont, text: str, track: int) -> list[list[list[float]]]:
    """A word as outlines: each contour its start and Béziers, in 1/1000 em from the left end of its baseline."""
    pen, x, glyphs, contours = RecordingPen(), 0.0, font.getGlyphSet(), []
    for letter in text:
        glyph = font.getBestCmap()[ord(letter)]
        glyphs[glyph].draw(TransformPen(Qu2CuPen(pen, 0.5, all_cubic=True), (1, 0, 0, 1, x, 0)))
        x += glyphs[glyph].width + track
    for operator, points in pen.value:
        if operator == "moveTo":
            contours.append([[float(value) for value in points[0]]])
        elif operator == "lineTo":
            contours[-1].append([float(value) for value in (*contours[-1][-1][-2:], *points[0], *points[0])])
        elif operator == "curveTo":
            contours[-1].append([round(float(value), 1) for point in points for value in point])
    return contours


def build(package: Path, cut: Cut) -> tuple[TTFont, dict[str, int]]:
    latin, extended = (instance(package, cut, part) for part in ("latin", "latin-ext"))
    notice = latin["name"].getDebugName(0)
    pairs = kerning(latin)
    near = "".join(letter for letter in LETTERS if ord(letter) in latin.getBestCmap())
    far = "".join(letter for letter in LETTERS if letter not in near)
    if missing := [letter for letter in far if ord(letter) not in extended.getBestCmap()]:
        raise SystemExit(f"{cut.name}: the source has no {' '.join(missing)}")
    font = reduce(latin, near)
    join(font, reduce(extended, far))
    name(font, cut.name, notice)
    return font, pairs


def main(serif: Path, sans: Path) -> None:
    FACES.mkdir(parents=True, exist_ok=True)
    metrics = {}
    notices = {}
    for cut in CUTS:
        font, pairs = build(serif if "Serif" in cut.name else sans, cut)
        path = FACES / f"{cut.name}.ttf"
        font.save(path)
        widths = {letter: font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in LETTERS}
        metrics[cut.name] = {"widths": widths, "kerning": pairs}
        notices[cut.name.partition("-")[0]] = font["name"].getDebugName(0)
        print(f"{cut.name:22} {len(widths)} letters, {len(pairs)} pairs, {path.stat().st_size / 1024:.1f} KB")
        if cut.name == "LontarSerif-SemiBold":
            outlines = json.dumps({SPECIMEN: word(font, SPECIMEN, SPECIMEN_TRACK)}, separators=(",", ":"))
            OUTLINES.write_text(outlines + "\n", encoding="utf-8")
    METRICS.write_text(json.dumps(metrics, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    licence = (serif / "LICENSE").read_text(encoding="utf-8")
    heads = [f"{family.replace('Lontar', 'Lontar ')}: {notice}" for family, notice in sorted(notices.items())]
    body = licence[licence.index("This Font Software is licensed") :]
    (FACES / "OFL.txt").write_text("\n".join([*heads, "", body]), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
