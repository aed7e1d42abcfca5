"""Numbers for rows that come without one: the register gives them, each for one request and never twice.

The request is what a row holds in `idempotency_key`, or else its whole content: the same row, sent again, gets the same
number and with it the same document. A row that is not right gets none, so no number is used up by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import orjson

from tte.errors import AlreadyIssued, ConfigError, Problem, RecordError, RegisterError
from tte.intake.header import REQUEST as KEY
from tte.issuance.means import Kind
from tte.model import Raw, Record, Row, Unreadable
from tte.register import Register, Request
from tte.template import LAST_SERIAL, last_day

_LONGEST_KEY: Final = 200


class Giving:
    """Gives numbers of one template in one office; ConfigError if its numbers are not the register's to give.

    `region` is the office's code, which the numbers begin with.
    """

    def __init__(
        self, register: Register, template: Kind, office: str, region: str, now: Callable[[], datetime]
    ) -> None:
        if not template.gives_numbers:
            raise ConfigError(
                f"the numbers of {template.name} are not the register's to give", hint="leave out --give-numbers"
            )
        self._register, self._template, self._office, self._region = register, template, office, region
        self._now = now

    def given(
        self, rows: Sequence[Row | Unreadable]
    ) -> tuple[Sequence[Row | Unreadable], Mapping[int, AlreadyIssued | RecordError]]:
        """The rows, with numbers for those that had none; and why some, by row, may not have one."""
        at = self._now()
        day = last_day(at)
        filled: dict[int, Row] = {}
        requests: dict[int, Request] = {}
        refused: dict[int, AlreadyIssued | RecordError] = {}
        for row in rows:
            if isinstance(row, Row):
                key = row.values.get(KEY)
                trial = self._with(row, self._template.made_number(self._region, day, 1))
                filled[row.number] = trial
                if trial.values.get(self._template.number) == row.values.get(self._template.number):
                    continue
                if not (key is None or key == "" or (isinstance(key, str) and len(key) <= _LONGEST_KEY)):
                    problem = Problem(KEY, f"is a text of at most {_LONGEST_KEY} characters")
                    refused[row.number] = RecordError(f"no record of {self._template.name}", [problem])
                    continue
                try:
                    record = self._template.check(trial)
                except RecordError:
                    continue  # it is refused for that like any other
                content = self._content(record)
                requests[row.number] = Request.of(f"key {key}" if key else f"content {content.hex()}", content)
        if requests:
            answers = self._register.allocate(
                self._office,
                self._template.name,
                day,
                [*requests.values()],
                lambda serial: self._number(day, serial),
                at,
            )
            for number, answer in zip(requests, answers, strict=True):
                if isinstance(answer, AlreadyIssued):
                    refused[number] = answer
                else:
                    filled[number] = self._with(filled[number], answer, anew=True)
        return [filled.get(row.number, row) for row in rows], refused

    def _number(self, day: date, serial: int) -> str:
        if serial > LAST_SERIAL:
            raise RegisterError(
                f"all {LAST_SERIAL} running numbers of this day are given", hint="run the same command again tomorrow"
            )
        return self._template.made_number(self._region, day, serial)

    def _with(self, row: Row, number: str, *, anew: bool = False) -> Row:
        """The row without its key, and with this number if it had none."""
        values: dict[str, Raw] = {name: value for name, value in row.values.items() if name != KEY}
        if anew or not values.get(self._template.number):
            values[self._template.number] = number
        return Row(row.number, values)

    def _content(self, record: Record) -> bytes:
        """SHA-256 of what a record says besides its number."""
        said = {name: value for name, value in record.values.items() if name != self._template.number}
        return hashlib.sha256(orjson.dumps([record.template, said], dict, orjson.OPT_SORT_KEYS)).digest()
