"""Known answers of others for the log: figures only, with where they come from."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True)
class Inclusion:
    name: str
    leaf: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]
    root: bytes
    holds: bool


@dataclass(frozen=True)
class Consistency:
    name: str
    old: int
    new: int
    proof: tuple[bytes, ...]
    old_root: bytes
    new_root: bytes
    holds: bool


def inclusions() -> list[Inclusion]:
    return [
        Inclusion(name, _bytes(leaf), index, size, tuple(map(_bytes, proof)), _bytes(root), holds)
        for name, leaf, index, size, proof, root, holds in _read()["inclusion"]
    ]


def consistencies() -> list[Consistency]:
    return [
        Consistency(name, old, new, tuple(map(_bytes, proof)), _bytes(old_root), _bytes(new_root), holds)
        for name, old, new, proof, old_root, new_root, holds in _read()["consistency"]
    ]


def _read() -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(Path(__file__).with_name("proofs.json").read_text()))


def _bytes(text: str | None) -> bytes:
    return b64decode(text or "")
