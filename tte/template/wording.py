"""Reading the elements that hold words. What is left out of a table has the value given here."""

from __future__ import annotations

from dataclasses import replace

from tte.template import elements as e
from tte.template.place import Place
from tte.template.reader import Reader
from tte.template.style import Style


def read_text(at: Place) -> e.Text:
    x = at.x(default=at.shop.left)
    return e.Text(
        where=at.where,
        conditions=at.conditions(),
        x=x,
        y=at.y(),
        width=at.read.size("width", at.shop.right - x),
        align=at.read.choice("align", e.ALIGNS, "left"),
        grow=at.read.choice("grow", e.GROWS, "down"),
        style=at.style("style"),
        text=at.expression("text"),
    )


def read_form(at: Place) -> e.Form:
    pitch = at.read.size("pitch")
    value_x = at.x("value_x")
    style = at.style("style")
    label_style = at.style("label_style")
    lines = [
        _form_line(Reader(table, f"{at.where} line {index}", at.shop.problems), at, pitch, value_x, style)
        for index, table in enumerate(at.read.items("lines"), 1)
    ]
    return e.Form(
        where=at.where,
        conditions=at.conditions(),
        x=at.x(default=at.shop.left),
        y=at.y(),
        right=at.x("right", at.shop.right),
        label_style=label_style,
        english_style=at.style("english_style", label_style.name),
        separator=at.expression("separator", ""),
        ruled=at.read.flag("ruled", False),
        drop=at.read.number("drop", 4.6),
        lines=tuple(lines),
    )


def _form_line(line: Reader, at: Place, pitch: float, value_x: float, style: Style) -> e.FormLine:
    read = e.FormLine(
        conditions=at.conditions(line),
        label=at.expression("label", reader=line),
        text=at.expression("text", reader=line),
        english=at.expression("english", "", reader=line),
        text_english=at.expression("text_english", "", reader=line),
        style=at.style("style", reader=line) if line.has("style") else style,
        value_x=line.number("value_x", value_x - at.across) + at.across,
        grow=line.choice("grow", e.GROWS, "both"),
        height=line.size("height", pitch),
    )
    line.done()
    return read


def read_table(at: Place) -> e.Table:
    rows = at.name(at.read.text("rows"))
    style = at.style("style")
    columns = []
    for index, table in enumerate(at.read.items("columns"), 1):
        column = Reader(table, f"{at.where} column {index}", at.shop.problems)
        columns.append(
            e.Column(
                width=column.size("width"),
                head=at.expression("head", reader=column),
                number=at.expression("number", "", reader=column),
                group=at.expression("group", "", reader=column),
                text=at.expression("text", reader=column),
                align=column.choice("align", e.ALIGNS, "left"),
                style=at.style("style", reader=column) if column.has("style") else style,
            )
        )
        column.done()
    if not columns:
        at.read.wrong("a table needs columns")
    if rows not in at.shop.most_rows:
        at.read.wrong(f"rows must name a field of type rows, which {rows} is not")
    head_style = at.style("head_style")
    return e.Table(
        where=at.where,
        conditions=at.conditions(),
        x=at.x(default=at.shop.left),
        y=at.y(),
        rows=rows,
        most=at.shop.most_rows.get(rows, 0),
        slots=at.read.whole("slots", 0),
        row_height=at.read.size("row_height"),
        head_height=at.read.size("head_height"),
        number_height=at.read.number("number_height", 0.0),
        head_style=head_style,
        number_style=at.style("number_style", head_style.name),
        columns=tuple(columns),
    )


def read_qr(at: Place) -> e.Qr:
    size, code = at.read.size("size", 34.0), at.read.size("code", 29.0)
    if code > size:
        at.read.wrong("code cannot be wider than size, the square kept for it")
    return e.Qr(
        where=at.where,
        conditions=at.conditions(),
        x=at.x(),
        y=at.y(),
        size=size,
        code=code,
        unsigned=at.expression("unsigned"),
        style=at.style("style"),
    )


def read_signature(at: Place) -> e.Signature:
    tables = at.read.items("words")
    readers = [Reader(table, f"{at.where} words[{index}]", at.shop.problems) for index, table in enumerate(tables, 1)]
    words = tuple(read_text(replace(at, read=reader)) for reader in readers)
    for reader in readers:
        reader.done()
    return e.Signature(
        where=at.where,
        conditions=at.conditions(),
        x=at.x(),
        y=at.y(),
        width=at.read.size("width"),
        height=at.read.size("height"),
        words=words,
    )
