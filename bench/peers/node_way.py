"""Signing by packages of Node.js, in one process that stays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.peers.identity import PASSPHRASE
from bench.peers.programs import ask, program, start
from bench.peers.workshop import NotHere

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.peers.workshop import Workshop

_SCRIPT: Final = Path(__file__).with_name("node_way.js")
_MODULES: Final = Path(__file__).resolve().parents[2] / ".cache" / "bench-node" / "node_modules"


def node_signer(shop: Workshop, way: str) -> Callable[[bytes], bytes]:
    """A function that signs a PDF the given way (see node_way.js); the process is among the shop's helpers."""
    if not _MODULES.exists():
        raise NotHere("no packages of Node.js: bench/peers/setup could not install them")
    identity = shop.identity
    process = start(
        program("node", "nodejs"),
        _SCRIPT,
        way,
        _MODULES,
        identity.p12,
        PASSPHRASE,
        identity.certificate_pem,
        identity.key_pem,
    )
    shop.helpers.append(process.pid)
    unsigned, signed = shop.folder / f"{way}-in.pdf", shop.folder / f"{way}-out.pdf"

    def sign(pdf: bytes) -> bytes:
        unsigned.write_bytes(pdf)
        answer = ask(process, f"{unsigned}{os.pathsep}{signed}")
        if answer != "done":
            raise RuntimeError(f"{way}: {answer}")
        return signed.read_bytes()

    return sign
