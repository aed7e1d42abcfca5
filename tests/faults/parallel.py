"""Many submitters at once: each takes chunks of rows of many offices, and a fifth of the rows come a second time.

What is driven is the register, from processes that do there what `Issuer` does, in its order: turn, numbers, claim,
look-up, reserve, record. Nothing is drawn or signed: a file is some bytes that name the number. `whole` drives all of
`tte issue` instead, with fewer rows.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from random import Random

from tests.faults.office import TEMPLATE as BIRTHS
from tests.faults.office import command, forked
from tte.intake import Format
from tte.issuance import new_id
from tte.model import Entry
from tte.office import Home
from tte.register import Register, Request, open_register
from tte.samples import sample_rows, write
from tte.testing.registers.samples import TEMPLATE, intent_of, signed_of

OFFICES = 514
AGAIN = 0.2
_CHUNK = 64
_DAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Chunk:
    """Rows of one office, by their places in it. In every second office the register gives the numbers."""

    office: int
    rows: tuple[int, ...]

    @property
    def code(self) -> str:
        return f"{self.office:04d}"

    @property
    def gives(self) -> bool:
        return self.office % 2 == 0

    def request(self, row: int) -> str:
        return f"{self.code}/{row}"


def chunks(count: int, offices: int, seed: int) -> list[Chunk]:
    """Rows 0 to `count` dealt to offices and cut into chunks, and a fifth of them again, all in any order."""
    random = Random(seed)
    made: list[Chunk] = []
    for office in range(offices):
        rows = list(range(count // offices + (office < count % offices)))
        again = random.sample(rows, round(len(rows) * AGAIN))
        for some in (rows, again):
            made += [Chunk(office, tuple(some[at : at + _CHUNK])) for at in range(0, len(some), _CHUNK)]
    random.shuffle(made)
    return made


def submitted(url: str, folder: Path, submitters: int, count: int, *, offices: int = OFFICES, seed: int = 1) -> Path:
    """Have that many processes submit all of it at once; the file of what was acknowledged to them."""
    dealt = chunks(count, offices, seed)
    told, errors = folder / "told", folder / "errors"
    processes = [
        forked(partial(_submit, url, dealt[place::submitters], told), errors, errors) for place in range(submitters)
    ]
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    assert not any(codes), errors.read_text(encoding="utf-8")[-2000:]
    return told


def acknowledged(told: Path) -> tuple[dict[str, set[str]], dict[str, set[str]], int]:
    """By number within its office the ids, by request the ids, and how many rows were told of."""
    numbers: dict[str, set[str]] = {}
    requests: dict[str, set[str]] = {}
    lines = told.read_text(encoding="ascii").splitlines()
    for line in lines:
        request, number, id_ = json.loads(line)
        numbers.setdefault(number, set()).add(id_)
        requests.setdefault(request, set()).add(id_)
    return numbers, requests, len(lines)


def _submit(url: str, some: Sequence[Chunk], told: Path) -> None:
    register = open_register(url)
    file = os.open(told, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    for chunk in some:
        lines = [json.dumps(line) for line in _issued(register, chunk)]
        os.write(file, "".join(f"{line}\n" for line in lines).encode())
    register.close()


def _issued(register: Register, chunk: Chunk) -> Iterator[tuple[str, str, str]]:
    """The request, the number and the id of each row."""
    at = datetime.now(UTC)
    with register.turn() as turn:
        numbers = _numbers(register, chunk, at)
        turn.claim(chunk.code, TEMPLATE, [*numbers.values()], wait=True)
        known = register.known(chunk.code, TEMPLATE, [*numbers.values()])
        ids = {number: known[number].id if number in known else new_id() for number in numbers.values()}
        wanted = [
            intent_of(number, id=ids[number], office=chunk.code, at=at)
            for number in numbers.values()
            if not isinstance(known.get(number), Entry)
        ]
        if wanted:
            assert not any(register.reserve(wanted))
            register.record([signed_of(intent) for intent in wanted], at)
    for row, number in numbers.items():
        yield chunk.request(row), number, ids[number]


def _numbers(register: Register, chunk: Chunk, at: datetime) -> Mapping[int, str]:
    if not chunk.gives:
        return {row: f"{chunk.code}-LU-23112026-{row + 1:04d}" for row in chunk.rows}
    requests = [
        Request.of(chunk.request(row), hashlib.sha256(chunk.request(row).encode()).digest()) for row in chunk.rows
    ]

    def number(serial: int) -> str:
        return f"{chunk.code}-LU-{_DAY:%d%m%Y}-{serial:04d}"

    answers = register.allocate(chunk.code, TEMPLATE, _DAY, requests, number, at)
    return dict(zip(chunk.rows, map(str, answers), strict=True))


def whole(home: Home, folder: Path, submitters: int, rows_each: int) -> tuple[dict[str, set[str]], int, float]:
    """As many `tte issue` at once, a fifth of each file's rows being in the next one's too. By number the ids; how many
    rows there are, and how long it took.
    """
    own = rows_each - round(rows_each * AGAIN)
    pool = list(sample_rows(BIRTHS, count=own * submitters, seed=3))
    for place in range(submitters):
        rows = [pool[(place * own + at) % len(pool)] for at in range(rows_each)]
        Random(place).shuffle(rows)
        with (folder / f"{place}.csv").open("wb") as stream:
            write(iter(rows), Format.CSV, stream)
    began = time.monotonic()
    outs = [folder / f"{place}.out" for place in range(submitters)]
    processes = [
        command(home, ["issue", BIRTHS, str(out.with_suffix(".csv")), "--json"], out, out.with_suffix(".err"))
        for out in outs
    ]
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    took = time.monotonic() - began
    assert not any(codes), [out.with_suffix(".err").read_text(encoding="utf-8") for out in outs][:3]
    told: dict[str, set[str]] = {}
    for out in outs:
        for line in map(json.loads, out.read_text(encoding="utf-8").splitlines()):
            if line["kind"] == "issued":
                told.setdefault(line["number"], set()).add(line["id"])
    return told, len(pool), took
