"""Files of a few kinds, many of each, validated by their likeness to one that was validated in full.

An office's own files differ in words, time, name and signature only (`likeness`). Their reports then differ in what is
replaced here and in nothing else, so they are the reports of `validate`, ten times as soon.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

from tte.model import Indication, Report
from tte.validation import raw
from tte.validation.chains import plain_chain
from tte.validation.known_cms import known
from tte.validation.laid_out import LaidOut
from tte.validation.likeness import Likeness
from tte.validation.names import claimed_time
from tte.validation.trust import Trust
from tte.validation.unlike import Unlike
from tte.validation.verdict import MAX_SIZE, validate

if TYPE_CHECKING:
    from hashlib import _Hash

_MOST: Final = 64
_BETWEEN: Final = b"> <"
"""What stands between the two halves of /ID."""


class _Kind:
    """A sample with its report, which holds at every time at which its chain does."""

    def __init__(self, found: LaidOut, report: Report, earliest: datetime, latest: datetime) -> None:
        self.prefix, self.report = found.prefix, report
        self.earliest, self.latest = earliest, latest
        self.name = found.prefix, report.signatures[0].certificate_sha256
        self._likeness, self._time_at = Likeness(found, report), len(found.before_time)
        self._hashed: _Hash = hashlib.sha256(found.prefix)
        self._likeness.verify(self._likeness.check(found.rest, found.name, found.at))

    def report_on(self, pdf: bytes, at: datetime) -> Report:
        """The report of `validate` on a file that begins as the sample does; Unlike if it is not of its kind."""
        rest = pdf[len(self.prefix) :]
        digits = rest[self._time_at : self._time_at + 14]
        claimed = claimed_time(f"D:{digits.decode()}Z") if len(digits) == 14 and digits.isdigit() else None
        if claimed is None or raw.find_byte_ranges(rest, 1)[1:]:
            raise Unlike("it has no claimed time, or more than one ByteRange")
        self._likeness.verify(self._likeness.check(rest, _name_in(rest), claimed))
        hashed = self._hashed.copy()
        hashed.update(rest)
        [signature] = self.report.signatures
        own = replace(signature, claimed_at=claimed, signed_to=len(pdf), best_time=at)
        return replace(self.report, signatures=(own,), pdf_sha256=hashed.hexdigest(), at=at, size=len(pdf))


class Kinds:
    """The kinds that were learned lately, at most 64, for one `Trust`. For many threads.

    What it says is exactly what `validate` says; what it does not know by likeness it asks `validate`. It is meant for
    the office's own documents: a stranger's file belongs into the sandbox (`look`, then `tte.sandbox`).
    """

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._kinds: list[_Kind] = []
        self._one = Lock()

    def validate(self, pdf: bytes, at: datetime) -> Report:
        """The report of `tte.validation.validate`. One that passes and is laid out as ours are is learned from."""
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        found = self.look(pdf, at)
        if found is None:
            found = validate(pdf, self._trust, at)
            self._learn(pdf, found)
        return found

    def look(self, pdf: bytes, at: datetime) -> Report | None:
        """The same report, if the file is another of a kind that was learned; else None, which says nothing about it.

        No parser is asked: every byte is compared with the sample's or follows from what was compared.
        """
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        for kind in self._kinds if len(pdf) <= MAX_SIZE else ():
            if pdf.startswith(kind.prefix) and kind.earliest <= at <= kind.latest:
                try:
                    return kind.report_on(pdf, at)
                except Unlike:
                    continue
        return None

    def _learn(self, pdf: bytes, report: Report) -> None:
        """Learn a kind from a file of it, if its chain is plain, so that it is known until when the report holds."""
        if report.indication is not Indication.TOTAL_PASSED:
            return
        try:
            found = LaidOut.of(pdf)
            cms = known(found.contents[: raw.length_of_der(found.contents)])
            chain = plain_chain(cms.certificate, cms.others, self._trust, report.at) if cms and cms.is_plain else None
            if chain is None:
                return
            kind = _Kind(found, report, chain.earliest, chain.latest)
        except (Unlike, raw.Unsound):
            return
        with self._one:
            others = [one for one in self._kinds if one.name != kind.name]
            self._kinds = [kind, *others][:_MOST]


def _name_in(rest: bytes) -> bytes:
    """The name in /ID; whether it is in its place is seen when the whole end is compared."""
    at = rest.rfind(_BETWEEN)
    try:
        return bytes.fromhex(rest[at - 32 : at].decode("ascii"))
    except ValueError:
        raise Unlike("the name in the trailer is not in hex digits") from None
