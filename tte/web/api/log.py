"""The log: its checkpoint and tiles for anybody (C2SP tlog-tiles), and proofs for those who have the document.

Checkpoint and tiles are what `tte register tiles` publishes: there is nothing of a person in them, and whoever watches
the log has to be able to read it without asking us first.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Path
from starlette.responses import Response

from tte.errors import LogError, RegisterError
from tte.log import Checkpoint, Note
from tte.log.tiles import Tile, bundle, hash_tile, tile
from tte.office.proving import proof_of
from tte.people import Action
from tte.register import Register
from tte.web.api.calls import ANYBODY, Calling, Routes
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service

_TEXT: Final = {"text/plain": {"schema": {"type": "string"}}}
_BYTES: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_PLACE: Final = re.compile(r"((?:x[0-9]{3}/){0,3})([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_LEVELS: Final = 8


def declare(routes: Routes) -> None:
    """`/v1/register`."""
    service = routes.service

    @routes.get(
        "/register/checkpoint",
        ANYBODY,
        tag="register",
        summary="The last checkpoint of the log",
        gives={200: {"description": "A signed note (C2SP tlog-checkpoint).", "content": _TEXT}},
        refuses=(404,),
    )
    def get_checkpoint() -> Response:
        """What was signed last; lines that came since are under the next one, a minute later at most."""
        _, note = _signed(service)
        return Response(note, media_type="text/plain; charset=utf-8")

    @routes.get(
        "/register/tile/{level}/{place:path}",
        ANYBODY,
        tag="register",
        summary="A tile of the log",
        gives={200: {"description": "Hashes, or entries, under the last checkpoint.", "content": _BYTES}},
        refuses=(404,),
    )
    def get_tile(
        level: Annotated[str, Path(description="0 to 7, or `entries`.")],
        place: Annotated[str, Path(description="Such as 000, x001/234 or 000.p/12.")],
    ) -> Response:
        """As C2SP tlog-tiles lays them out. A full tile never changes."""
        register, note = _signed(service)
        size = Checkpoint.parse(Note.parse(note).text).size
        wanted = _wanted(level, place, size)
        if wanted.level is None:
            content = bundle(register.log.entries(wanted.begin, wanted.begin + wanted.width))
        else:
            content = hash_tile(register.log.tree(), wanted)
        kept = "public, max-age=31536000, immutable" if wanted.full else "no-store"
        return Response(content, headers={"Cache-Control": kept}, media_type="application/octet-stream")

    @routes.get(
        "/register/documents/{id}/proof",
        Action.SEE_DOCUMENTS,
        tag="register",
        summary="A proof that a document stands in the log",
        gives={200: {"description": "C2SP tlog-proof; `tte register verify-proof` reads it.", "content": _TEXT}},
        refuses=(404,),
    )
    def get_proof(call: Calling, id: str) -> Response:  # noqa: A002  the noun of the model
        """To be verified offline, for ever. It names the document by its number: give it to those who have it."""
        entry, register = call.entry(id), service.register(make=True)
        if register is None:
            raise RegisterError("the register could not be read a moment ago")
        note = register.log.last_checkpoint()
        last = register.log.of(entry.id)[-1]
        if note is None or Checkpoint.parse(Note.parse(note).text).size <= last:
            note = service.home.log.checkpoint(register, call.at)
        headers = {"Content-Disposition": f'attachment; filename="{entry.id}.tlog-proof"'}
        content = proof_of(register, entry.id, note).content
        return Response(content, headers=headers, media_type="text/plain; charset=utf-8")


def _signed(service: Service) -> tuple[Register, bytes]:
    """The register and its last checkpoint. Refusal 404 before the first."""
    register = service.register()
    note = register.log.last_checkpoint() if register else None
    if register is None or note is None:
        raise Refusal(Cause.NOT_FOUND)
    return register, note


def _wanted(level: str, place: str, size: int) -> Tile:
    """The tile of that name. Refusal 404 if there is none under this checkpoint."""
    found = _PLACE.fullmatch(place)
    if found is None or not (level == "entries" or (level.isdigit() and len(level) == 1 and int(level) < _LEVELS)):
        raise Refusal(Cause.NOT_FOUND)
    index = int(found[1].replace("x", "").replace("/", "") + found[2])
    try:
        there = tile(None if level == "entries" else int(level), index, size)
    except LogError:
        raise Refusal(Cause.NOT_FOUND) from None
    width = int(found[3]) if found[3] else 256
    asked = Tile(there.level, index, width)
    if width > there.width or asked.path != f"tile/{level}/{place}":
        raise Refusal(Cause.NOT_FOUND)
    return asked
