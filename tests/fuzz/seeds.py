"""Signed files to alter: our own of many shapes, and genuine ones out of mirrors, which stay where they are."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.later_revisions import signed
from tests.signed_pdfs import NOW, crl_of, sign, stamper, with_crl, with_document_time_stamp, world
from tests.vectors.families import VECTORS
from tte.model import Integrity
from tte.validation import Trust, validate

_LARGEST = 400_000
_MOST_OF_ONE = 40
_DIRECT, _PACKED = False, True


@cache
def trust() -> Trust:
    return Trust((world().root.der,))


def in_order(pdf: bytes) -> bool:
    return validate(pdf, trust(), NOW).integrity is Integrity.OK


def own() -> Iterator[tuple[str, bytes]]:
    """Files of each shape that is in order: certified, signed twice, stamped, with a DSS, with packed objects."""
    plain = sign()
    stored = with_crl(sign(time_stamper=stamper()), [crl_of(world().authority), crl_of(world().root)])
    yield "own", plain
    yield "own twice", sign(plain_approved(), field="Second", certify=False)
    yield "own B-LTA", with_document_time_stamp(stored)
    yield "rich", signed(packed=_DIRECT)
    yield "rich packed", signed(packed=_PACKED)
    for vector in VECTORS:
        if vector.ending == "ok" and "hostile" not in vector.name:
            yield vector.name, vector.make()


def plain_approved() -> bytes:
    return sign(certify=False)


def genuine(mirrors: Path) -> Iterator[tuple[str, bytes]]:
    """The PDFs in bare git mirrors (OWNER+NAME/repo) that are signed and in order, and not large."""
    for repository in sorted(mirrors.glob("*/repo")):
        taken = 0
        for line in _git(repository, "ls-tree", "-r", "-l", "HEAD").decode("utf-8", "replace").splitlines():
            facts, _, path = line.partition("\t")
            _, kind, blob, size = facts.split()
            if kind != "blob" or not path.lower().endswith(".pdf") or not size.isdigit() or int(size) > _LARGEST:
                continue
            pdf = _git(repository, "cat-file", "blob", blob)
            if in_order(pdf):
                yield f"{repository.parent.name}:{path}", pdf
                taken += 1
            if taken == _MOST_OF_ONE:
                break


def _git(repository: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", repository, *words], capture_output=True, check=False).stdout
