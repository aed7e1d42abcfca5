"""What a child of the sandbox does in tests in place of validation: what a hostile file could make of a parser."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime

from tte.model import Indication, Report
from tte.sandbox.packing import LONGEST_TEXT, pack
from tte.validation import Trust

_end: Callable[[int], object] = os._exit


def misbehave(pdf: bytes, _: Trust, at: datetime) -> Report:
    """Do what the file says, in one word; the report of an unsigned file for any other."""
    report = Report(Indication.INDETERMINATE, None, (), ("examined",), hashlib.sha256(pdf).hexdigest(), at)
    deed = _DEEDS.get(pdf.decode())
    return deed(report) if deed else report


def _loop(report: Report) -> Report:
    while time.monotonic():
        pass
    return report


def _hog(report: Report) -> Report:
    kept = bytearray(4 << 30)
    return dataclasses.replace(report, reasons=(str(len(kept)),))


def _hog_quietly(report: Report) -> Report:
    try:
        return _hog(report)
    except MemoryError:
        return report


def _crash(report: Report) -> Report:
    ctypes.string_at(0)
    return report


def _exit(report: Report) -> Report:
    _end(0)
    return report


def _raise(report: Report) -> Report:
    raise RuntimeError(report.reasons)


def _say_garbage(report: Report) -> Report:
    os.write(3, b'A{"indication": "TOTAL-PASSED"}')
    _end(0)
    return report


def _say_twice(report: Report) -> Report:
    os.write(3, b"Anot JSON")
    return report


def _pretend_to_have_ended(report: Report) -> Report:
    os.write(3, b"E{}")
    return _loop(report)


def _flood(report: Report) -> Report:
    for _ in range(10_000):
        os.write(3, b"A" * 60_000)
    return report


def _say_too_much(report: Report) -> Report:
    return dataclasses.replace(report, reasons=("x" * LONGEST_TEXT,) * 250)


def _print(report: Report) -> Report:
    for descriptor in (1, 2):
        os.write(descriptor, b"from a hostile file\n")
    return report


def _lie_about_the_file(report: Report) -> Report:
    return dataclasses.replace(report, pdf_sha256="0" * 64)


def _lie_about_the_time(report: Report) -> Report:
    return dataclasses.replace(report, at=datetime(2000, 1, 1, tzinfo=report.at.tzinfo))


def _pass_without_signature(report: Report) -> Report:
    return dataclasses.replace(report, indication=Indication.TOTAL_PASSED)


def _load_more(report: Report) -> Report:
    with contextlib.suppress(ImportError):
        importlib.import_module("this")  # which nothing has loaded
    return report


def _tell_what_is_open(report: Report) -> Report:
    environment = f"{len(os.environ)} variables"
    found = []
    for descriptor in range(1024):
        try:
            os.lseek(descriptor, 0, os.SEEK_CUR)
        except OSError as why:
            if why.errno == 9:
                continue
        found.append(str(descriptor))
    return dataclasses.replace(report, reasons=(environment, ",".join(found), str("tte.register" in sys.modules)))


def _forged(report: Report, **changes: object) -> Report:
    """A packet that no `pack` made, as a child that was taken over can write it."""
    fields = {**json.loads(pack(report)), **changes}
    os.write(3, (b"A" + json.dumps(fields).encode())[: 150 * 1024])
    _end(0)
    return report


_DEEDS: dict[str, Callable[[Report], Report]] = {
    "loop": _loop,
    "hog": _hog,
    "hog quietly": _hog_quietly,
    "crash": _crash,
    "exit": _exit,
    "raise": _raise,
    "say garbage": _say_garbage,
    "say twice": _say_twice,
    "pretend to have ended": _pretend_to_have_ended,
    "flood": _flood,
    "say too much": _say_too_much,
    "print": _print,
    "lie about the file": _lie_about_the_file,
    "lie about the time": _lie_about_the_time,
    "pass without signature": _pass_without_signature,
    "load more": _load_more,
    "forge a long text": lambda report: _forged(report, reasons=["x" * 10_000_000]),
    "forge control characters": lambda report: _forged(report, reasons=["\x1b[2J"]),
    "forge another kind": lambda report: _forged(report, reasons={"a": 1}),
    "forge many": lambda report: _forged(report, reasons=["x"] * 10_000),
    "forge an indication": lambda report: _forged(report, indication="ASLI"),
    "tell what is open": _tell_what_is_open,
}
