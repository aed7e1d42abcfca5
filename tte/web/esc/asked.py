"""A request's fields, however they came: multipart, form, JSON, or in the query string as Spring takes them too.

Numbers may be texts, booleans PHP's "1" and "", and nothing may be the text "null". What is not known is ignored. The
order is the body's, then the query's. A file of more than a megabyte waits on disk, without a name; all else is held in
memory: it may be a passphrase.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from tte.web.esc.answers import Refused

_NOTHING: Final = ("", "null", "undefined")
_YES: Final = ("true", "1", "on", "yes", "ya")
_IN_MEMORY: Final = 1 << 20
_FIELD: Final = 8 << 20
"""Characters of one text field: a picture or a small PDF may come as base64."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came: its bytes, or where they wait; and what it is called."""

    content: bytes | Path
    name: str

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def read(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


class Asked:
    """The fields of a request, or of one object within it."""

    def __init__(self, fields: Mapping[str, Any], files: Mapping[str, Upload] | None = None) -> None:
        self._fields, self._files = fields, files or {}

    def __repr__(self) -> str:
        return "<Asked>"

    def text(self, *names: str) -> str:
        """The first of these fields that says something; "" if none does."""
        for name in names:
            value = self._fields.get(name)
            if isinstance(value, bool):
                value = "true" if value else "false"
            if isinstance(value, str | int | float) and str(value).strip().lower() not in _NOTHING:
                return str(value)
        return ""

    def number(self, name: str) -> float | None:
        """Refused if there is something, and it is no number."""
        said = self.text(name).strip()
        if not said:
            return None
        with suppress(ValueError):
            found = float(said)
            if math.isfinite(found):
                return found
        raise Refused(f"{name} harus berupa angka")

    def whole(self, name: str) -> int | None:
        """A whole number, 3 or 3.0."""
        found = self.number(name)
        if found is None:
            return None
        if found != int(found):
            raise Refused(f"{name} harus berupa bilangan bulat")
        return int(found)

    def truth(self, name: str) -> bool:
        return self.text(name).strip().lower() in _YES

    def items(self, name: str) -> list[Any]:
        """A list; one value alone is a list of one."""
        value = self._fields.get(name)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def file(self, *names: str) -> Upload | None:
        """A file that was uploaded, or came as base64 in a text field."""
        for name in names:
            if found := self._files.get(name):
                return found
            if said := self.text(name):
                return Upload(decoded(said), f"{name}.pdf")
        return None


def decoded(text: object) -> bytes:
    """base64, with or without a data URL's head, padding or line breaks; b"" if it is none."""
    if not isinstance(text, str):
        return b""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    packed = text if text.isalnum() else "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


@asynccontextmanager
async def asked(request: Request) -> AsyncIterator[Asked]:
    """The fields of a request. Its files are there for the length of the block."""
    fields: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    opened: list[UploadFile] = []
    try:
        if kind == "multipart/form-data":
            for name, value in await _multipart(request):
                if isinstance(value, UploadFile):
                    opened.append(value)
                    files.setdefault(name, _upload(value))
                else:
                    fields[name] = value
        elif kind == "application/x-www-form-urlencoded":
            fields.update(await FormParser(request.headers, request.stream()).parse())
        elif request.method == "POST":
            fields.update(_object(await request.body()))
        yield Asked(fields, files)
    finally:
        for one in opened:
            one.file.close()


class _Parser(MultiPartParser):
    spool_max_size = _IN_MEMORY


async def _multipart(request: Request) -> list[tuple[str, UploadFile | str]]:
    parser = _Parser(request.headers, request.stream(), max_files=10, max_fields=100, max_part_size=_FIELD)
    try:
        return (await parser.parse()).multi_items()
    except (MultiPartException, UnicodeDecodeError, KeyError, ValueError):
        raise Refused("Permintaan tidak dapat dibaca: multipart/form-data tidak lengkap") from None


def _upload(found: UploadFile) -> Upload:
    file = found.file
    if (found.size or 0) > _IN_MEMORY:
        file.flush()
        return Upload(Path(f"/proc/self/fd/{file.fileno()}"), found.filename or "")
    return Upload(file.read(), found.filename or "")


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    with suppress(orjson.JSONDecodeError):
        found = orjson.loads(body)
        if isinstance(found, dict):
            return found
    raise Refused("Permintaan tidak dapat dibaca: JSON tidak valid")
