"""What was drawn, kept on disk for the next start: data only.

A file is named by everything that has a say in what is drawn: template, imprint, letters, and the program itself. So a
stale one is simply not found. It begins with the SHA-256 of the rest; one that is damaged, cut short or written by
another version is as good as none: the page is drawn anew and the file replaced. Nothing in it can run: it is JSON, and
what it draws is linted before anything is signed in it. Who can write here can also change the templates.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import zlib
from base64 import b64decode, b64encode
from binascii import Error
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tte.frame import Frame
from tte.model import Imprint
from tte.rendering.compiling import Drawn
from tte.rendering.qr import Codes
from tte.template import Template

_MOST: Final = 64
"""Files that are kept; the oldest go."""
_LARGEST: Final = 16 << 20


def place(folder: Path, kind: Template, imprint: Imprint, *, signed: bool, letters: str) -> Path:
    """Where this would be kept."""
    said = json.dumps([_program(), kind.name, kind.sha256.hex(), asdict(imprint), signed, letters])
    return folder / f"{kind.name}-{hashlib.sha256(said.encode()).hexdigest()[:32]}.drawn"


def load(file: Path) -> Drawn | None:
    """What is kept there; None if there is nothing that can be used."""
    try:
        if file.stat().st_size > _LARGEST:
            return None
        digest, _, packed = file.read_bytes().partition(b"\n")
        if hashlib.sha256(packed).hexdigest().encode() != digest:
            return None
        return _drawn(json.loads(zlib.decompress(packed)))
    except (OSError, zlib.error, ValueError, Error, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def save(file: Path, drawn: Drawn) -> None:
    """Keep it there, if that can be done: without a cache everything works, only later."""
    packed = zlib.compress(json.dumps(_plain(drawn)).encode())
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_bytes(hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed)
        part.replace(file)
        kept = sorted(file.parent.glob("*.drawn"), key=lambda each: each.stat().st_mtime)
        for old in kept[:-_MOST]:
            old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            part.unlink()


@cache
def _program() -> str:
    """All code and data that has a say in a page: another version of any of it draws another page."""
    state = hashlib.sha256()
    for name in ("reportlab", "pikepdf", "segno", "pillow"):
        state.update(f"{name} {version(name)}\n".encode())
    here = Path(__file__).parent
    state.update((here.parent / "frame.py").read_bytes())
    for folder in (here, here.parent / "template"):
        for file in sorted(each for each in folder.rglob("*") if each.is_file() and each.suffix != ".pyc"):
            state.update(f"{file.relative_to(folder)}\n".encode())
            state.update(file.read_bytes())
    return state.hexdigest()


def _plain(drawn: Drawn) -> dict[str, Any]:
    frame, codes = drawn.frame, drawn.codes
    return {
        "objects": _text(frame.objects),
        "offsets": list(frame.offsets.items()),
        "words": frame.words,
        "root": frame.root,
        "letters": {
            face: [_text(resource), {letter: _text(code) for letter, code in letters.items()}]
            for face, (resource, letters) in drawn.letters.items()
        },
        "codes": codes and [codes.side, f"{codes.base:x}", [_changes(change) for change in codes.changes]],
    }


def _changes(change: Any) -> dict[str, str]:
    return {letter: f"{bits:x}" for letter, bits in change.items()}


def _drawn(plain: dict[str, Any]) -> Drawn:
    frame = Frame(_bytes(plain["objects"]), dict(plain["offsets"]), int(plain["words"]), int(plain["root"]))
    letters = {
        face: (_bytes(resource), {letter: _bytes(code) for letter, code in codes.items()})
        for face, (resource, codes) in plain["letters"].items()
    }
    codes = None
    if plain["codes"]:
        side, base, changes = plain["codes"]
        codes = Codes(
            int(side),
            int(base, 16),
            tuple({letter: int(bits, 16) for letter, bits in change.items()} for change in changes),
        )
    return Drawn(frame, letters, codes)


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)
