"""Reading the elements that are artwork. What is left out of a table has the value given here."""

from __future__ import annotations

from typing import Final

from tte.template import elements as e
from tte.template.images import picture_size
from tte.template.place import Place
from tte.template.style import INK_NAMES

_INKS_OR_NONE: Final = ("", *INK_NAMES)


def read_rule(at: Place) -> e.Rule:
    x, y = at.x(default=at.shop.left), at.y()
    x2 = at.x("x2", at.shop.right - at.across if not at.read.has("y2") else x - at.across)
    y2 = at.y("y2") if at.read.has("y2") else y
    return e.Rule(at.where, x, y, x2, y2, at.read.number("weight", 0.35), at.read.choice("ink", INK_NAMES, "deep"))


def read_panel(at: Place) -> e.Panel:
    x = at.x(default=at.shop.left)
    return e.Panel(
        at.where,
        x,
        at.y(),
        at.read.size("width", at.shop.right - x),
        at.read.size("height"),
        at.read.choice("fill", _INKS_OR_NONE, "tint"),
        at.read.choice("ink", _INKS_OR_NONE, ""),
        at.read.number("weight", 0.5),
    )


def read_image(at: Place) -> e.Image:
    file = at.read.text("file")
    width = at.read.size("width")
    height = 0.0
    if file not in at.shop.assets:
        at.read.wrong(f"there is no file {file} in the template's assets")
    else:
        try:
            across, down = picture_size(at.shop.assets[file])
            height = width * down / across
        except ValueError as why:
            at.read.wrong(f"{file}: {why}")
    return e.Image(at.where, at.x(), at.y(), width, height, file)


def read_emblem(at: Place) -> e.Emblem:
    return e.Emblem(at.where, at.x(), at.y(), at.read.size("radius"))


def read_kawung(at: Place) -> e.Kawung:
    ink = at.read.choice("ink", INK_NAMES, "deep")
    return e.Kawung(at.where, at.x(), at.y(), at.read.size("radius"), ink)


def read_rosette(at: Place) -> e.Rosette:
    return e.Rosette(at.where, at.x(), at.y(), at.read.size("radius"))


def read_waves(at: Place) -> e.Waves:
    return e.Waves(at.where, at.x(), at.y(), at.read.size("width"), at.read.size("height"))


def read_frame(at: Place) -> e.Frame:
    return e.Frame(at.where, at.read.size("edge"), at.read.size("width"))


def read_braid(at: Place) -> e.Braid:
    x = at.x(default=at.shop.left)
    return e.Braid(at.where, x, at.y(), at.read.size("width", at.shop.right - x), at.read.size("height"))
