"""`Issuer`: what is needed to issue, and the ids and times that documents get."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tte.issuance.batch import Batch
from tte.issuance.levels import RaiseAll
from tte.issuance.means import Kind, Prints
from tte.issuance.outcomes import Outcome
from tte.issuance.recovering import Recovered, recover
from tte.issuance.sealing import Sealing
from tte.issuance.self_validation import SelfValidation
from tte.model import Goal, Imprint, Row, Unreadable
from tte.register import Register
from tte.rendering import Press
from tte.signing import Signing
from tte.template import Template
from tte.validation import Trust

_LETTERS: Final = bytes(b"abcdefghijklmnopqrstuvwxyz234567"[byte % 32] for byte in range(256))


def new_id() -> str:
    """A public id: 130 random bits as 26 letters and digits in lower case (the alphabet of RFC 4648 base32)."""
    return secrets.token_bytes(26).translate(_LETTERS).decode("ascii")


def now() -> datetime:
    """The present, to the second: what a signature dictionary can hold."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Issuer:
    """All that is needed to issue with one key: no globals, no look-ups. One caller at a time.

    `chunk` rows are reserved in one transaction and recorded in another. Of the documents, one in `full_validation`
    is validated by all means there are, every other one by comparison with it. What is slow to draw may be `kept` in a
    folder for the next start. Documents are to reach the `goal`; `raise_all` takes them there, or as near as it can.
    `per_batch` and `per_day` are how many documents the key may sign. `replacing`: why a row whose number is issued for
    another record, or revoked, gets a new document that replaces the earlier one; without it such a row is refused.
    `giving`: rows without a number get one from the register, by their `idempotency_key` or content. `sealing`: what
    makes ids and seals of documents whose template says what to seal; without it ids are `new_id`'s. Kinds that are
    no template folder stand in `drawn`, each with what prints it.
    """

    signing: Signing
    imprint: Imprint
    templates: Mapping[str, Template]
    register: Register
    trust: Trust
    now: Callable[[], datetime] = now
    new_id: Callable[[], str] = new_id
    chunk: int = 256
    full_validation: int = 2000
    kept: Path | None = None
    goal: Goal | None = None
    raise_all: RaiseAll | None = None
    per_batch: int | None = None
    per_day: int | None = None
    replacing: str = ""
    giving: bool = False
    sealing: Sealing | None = None
    drawn: Mapping[str, tuple[Kind, Callable[[Imprint], Prints]]] = field(default_factory=dict)
    presses: dict[str, Prints] = field(default_factory=dict, init=False, repr=False, compare=False)
    validation: SelfValidation = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "validation", SelfValidation(self.trust, self.full_validation))

    @property
    def office(self) -> str:
        """Under whose numbers the register keeps what is issued: the office's code.

        What a test key signs is kept apart, so that a specimen neither uses up a number nor is ever given out again as
        the document.
        """
        code = self.imprint.office.code
        return f"{code} SPECIMEN" if self.imprint.specimen else code

    @property
    def region(self) -> str:
        """The region code that numbers of this office begin with."""
        return self.imprint.office.code

    def recover(self) -> Iterator[Recovered]:
        """Finish what was reserved for this office and key and is not issued: the same bytes, signed under the same id.

        What cannot be finished with this key is told of and stays as it is. Raises as `issue` does, and stops.
        """
        return recover(self)

    def issue(self, template: str, rows: Iterable[Row | Unreadable]) -> Iterator[Outcome]:
        """Issue one document for each row; one outcome for each, in the order of the rows.

        Raises KeyUnavailable, KeyRefused (UsageLimitReached among them), RegisterError, SelfValidationFailed, or what
        reading the rows raised, and stops; what was told until then is recorded, and issuing the same rows again goes
        on from there. KeyError if there is no such template.

        While a chunk is with the key, the one before it is recorded and the one after it prepared. Outcomes are told
        when the register's turn is given up, with the chunk that is under way after two seconds, so that no other
        issuer waits for the caller. Only then are levels raised: a document is issued at B-B whatever becomes of that,
        and one that stays below its goal is told as issued, with the reason.
        """
        chosen, press = self._kind(template)
        batch = Batch(self, chosen, press, iter(rows))
        while not batch.ended:
            yield from batch.turn()

    def _kind(self, name: str) -> tuple[Kind, Prints]:
        if name in self.drawn:
            kind, printing = self.drawn[name]
            return kind, self.presses.get(name) or self.presses.setdefault(name, printing(self.imprint))
        template = self.templates[name]
        return template, self.presses.setdefault(name, Press(template, self.imprint, kept=self.kept))
