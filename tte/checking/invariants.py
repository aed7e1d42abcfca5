"""The invariants of a register, each a small function: what must be true, and where it is not.

They are those of the fault matrix (I1 to I12), kept by every order of events around a signature. Each says what it
cannot see. Places are rows of tables, lines of the log and files; never a number, a name or a reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

from tte.archive import place_of
from tte.checking.found import Found, some
from tte.checking.looking import Look, Means
from tte.checking.secrets import secrets_in
from tte.register.evidence import Held

_EARLY: Final = timedelta(seconds=5)
_OF_STATES: Final = frozenset({"wrong-state", "backwards"})
_OF_LINES: Final = frozenset({"lost", "not-in-log"})
_SPECIMEN: Final = " SPECIMEN"
"""How the office of what a test key signs ends in the register."""


def files_are_what_was_issued(look: Look) -> Iterator[Found]:
    """I1: readable, the same SHA-256, and our own validation passes, as of when it was recorded."""
    unread, seen = look.files
    for held in unread:
        yield Found("file-damaged", _entry(held), "its file cannot be read back, or is not what was issued")
    for held in look.issued:
        one = seen.get(held.place)
        if one and one.facts.fault and not (one.facts.unknown_signer and held.office.endswith(_SPECIMEN)):
            yield Found("not-valid", _entry(held), f"its file is {one.facts.fault} in our own validation")


def one_file_and_its_lines(look: Look) -> Iterator[Found]:
    """I2: one file and a line of the log for each entry, nothing that belongs to nothing; in the archive too."""
    evidence = look.means.register.evidence
    for seq in evidence.missing_files():
        yield Found("no-file", f"row {seq} of entry", "there is no file of it")
    for what, row in evidence.twice():
        if what in ("entry", "file"):
            yield Found("twice", f"row {row}", f"there is more than one {what} where there may be one")
    for table, other, count in evidence.orphans():
        yield Found("orphan", f"table {table}", f"{count} rows belong to rows of {other} that are not there")
    yield from (one for one in look.history.found if one.what in _OF_LINES)
    yield from _archived(look)


def _archived(look: Look) -> Iterator[Found]:
    archive = look.means.archive
    if archive is None:
        return
    wanted = {
        place_of(held.office, held.template, held.issued_at.year, sha256): held
        for held in look.issued
        for sha256 in held.files
        if held.issued_at
    }
    for name in archive.names():
        if wanted.pop(name, None) is None:
            yield Found("archive-orphan", f"archive {name}", "this file was never recorded")
    for name, held in wanted.items():
        yield Found("archive-missing", f"archive {name}", f"{_entry(held)} has this file, and it is not in the archive")


def numbers_are_used_once(look: Look) -> Iterator[Found]:
    """I3: a number stands once, and the serials of an office, template and day go from 1 without a gap."""
    evidence = look.means.register.evidence
    for what, row in evidence.twice():
        if what in ("number", "id", "serial"):
            yield Found("twice", f"row {row}", f"a {what} stands more than once")
    for one in evidence.serials():
        if one.least != 1 or one.most != one.given:
            place = f"allocation {one.office} {one.template} {one.day}"
            missing = one.most - one.given
            yield Found("gap", place, f"{missing} serials between 1 and {one.most} are explained by nothing")


def pages_say_their_number(look: Look) -> Iterator[Found]:
    """I4: the page says the number and the id that the register has; the id is also what its QR code leads to."""
    _, seen = look.files
    for held in look.issued:
        one = seen.get(held.place)
        if one and not one.says_number:
            yield Found("other-number", _entry(held), "its page does not say the number that the register has")
        if one and not one.says_id:
            yield Found("other-id", _entry(held), "its page does not say the id that the register has")


def one_document_in_force(look: Look) -> Iterator[Found]:
    """I5: one number has one document, but for those that replace the one before, and are noted as that."""
    numbers: defaultdict[tuple[str, str, str], list[Held]] = defaultdict(list)
    for held in look.issued:
        numbers[held.office, held.template, held.number].append(held)
    for documents in numbers.values():
        if len(documents) == 1:
            continue
        for before, after in pairwise(documents):
            if after.replaces != before.entry:
                text = f"it has the number of {_entry(before)} and is not noted to replace it"
                yield Found("two-documents", _entry(after), text)
        in_force = [held for held in documents if held.ended_at is None]
        if len(in_force) > 1:
            yield Found("two-in-force", _entry(in_force[-1]), "more than one document of its number is in force")


def keys_signed_what_was_reserved(look: Look) -> Iterator[Found]:
    """I6: what each signature signs is what was reserved; and keys with a limit were let sign all that they signed.

    Uses are noted by day; the first day of a key is left out, for a limit may have been set in its middle.
    """
    _, seen = look.files
    for held in look.issued:
        one = seen.get(held.place)
        if one and not held.whole and one.facts.signed_digest != held.digest:
            yield Found("other-digest", _entry(held), "its signature is over another digest than was reserved")
    uses = look.means.register.evidence.uses()
    first: dict[bytes, object] = {}
    for key, day in sorted(uses):
        first.setdefault(key, day)
    signed = Counter((held.certificate, held.at.date()) for held in look.issued if held.certificate in first)
    for (key, day), count in signed.items():
        noted = uses.get((key, day), 0) + uses.get((key, day + timedelta(days=1)), 0)
        if (key, day) in uses and day != first[key] and noted < count:
            text = f"the key signed {count} documents and was let sign {noted}"
            yield Found("uses", f"key_use of {day}", text)


def the_log_is_whole(look: Look) -> Iterator[Found]:
    """I7: the log has no gap, gives the root of every checkpoint that was signed, and extends the one beside it."""
    if look.means.trouble:
        yield Found("rolled-back", "var/log/checkpoint", look.means.trouble)
    yield from (one for one in look.history.found if one.what not in _OF_STATES | _OF_LINES)


def states_follow(look: Look) -> Iterator[Found]:
    """I8: states follow the machine, in the log and in the tables; times do not run back; nothing is signed before its
    intent. Machines' clocks may differ by two hours in the log; in a file, by five seconds.
    """
    yield from (one for one in look.history.found if one.what in _OF_STATES)
    _, seen = look.files
    for held in look.issued:
        one = seen.get(held.place)
        if not one:
            continue
        for at in (one.facts.claimed_at, one.facts.best_time):
            if at and at < held.at - _EARLY:
                yield Found("early", _entry(held), "it says that it was signed before it was reserved")
                break


def secrets_stay_where_they_are(look: Look) -> Iterator[Found]:
    """I9: no private key and none of the secrets that key profiles name lies in another file of var/, or in a text."""
    means = look.means
    evidence = means.register.evidence
    for table, column, count in evidence.texts_with("PRIVATE KEY"):
        yield Found("secret", f"{table}.{column}", f"a private key stands in {count} rows")
    for secret in means.secrets:
        try:
            text = secret.decode()
        except UnicodeDecodeError:
            continue
        for table, column, count in evidence.texts_with(text) if len(text) >= 8 else ():
            yield Found("secret", f"{table}.{column}", f"a secret of a key profile stands in {count} rows")
    for file in sorted(means.folder.rglob("*")) if means.folder else ():
        if file.is_file() and file not in means.meant:
            for kind in secrets_in(file, means.secrets):
                yield Found("secret", str(file.relative_to(means.folder or file)), f"{kind} lies in it")


def offices_sign_for_themselves(look: Look) -> Iterator[Found]:
    """I10: a document's office is that of the certificate that signed it, and that is the one it was reserved for.

    Which office a certificate is for is known where a profile pins it; else that it signed for one office only.
    """
    _, seen = look.files
    offices: dict[bytes, str] = {}
    for held in look.issued:
        one = seen.get(held.place)
        if one and held.certificate and one.facts.certificate != held.certificate.hex():
            yield Found("other-signer", _entry(held), "another certificate signed it than it was reserved for")
        if not held.certificate:
            continue
        allowed = look.means.signers.get(held.certificate)
        usual = offices.setdefault(held.certificate, held.office)
        if held.office not in (allowed or {usual}):
            yield Found("other-office", _entry(held), "its certificate signs for another office")


def one_answer_for_a_key(look: Look) -> Iterator[Found]:
    """I11: an idempotency key was given one number."""
    for what, row in look.means.register.evidence.twice():
        if what == "idempotency key":
            yield Found("twice", f"row {row} of allocation", "an idempotency key was given two numbers")


def nothing_waits_to_be_sent(_: Look) -> Iterator[Found]:
    """I12: what is to be told to others is told or still waits. There is no outbox in this version: nothing is sent."""
    yield from ()


def _entry(held: Held) -> str:
    return f"row {held.entry} of entry"


@dataclass(frozen=True, slots=True)
class Invariant:
    """Its name, and what finds where it does not hold."""

    name: str
    finds: Callable[[Look], Iterator[Found]]

    @property
    def means(self) -> str:
        """What must be true, in one line."""
        text = " ".join((self.finds.__doc__ or "").split())
        return text.split(": ", 1)[1]


INVARIANTS: Final[Sequence[Invariant]] = tuple(
    Invariant(f"I{number}", finds)
    for number, finds in enumerate(
        (
            files_are_what_was_issued,
            one_file_and_its_lines,
            numbers_are_used_once,
            pages_say_their_number,
            one_document_in_force,
            keys_signed_what_was_reserved,
            the_log_is_whole,
            states_follow,
            secrets_stay_where_they_are,
            offices_sign_for_themselves,
            one_answer_for_a_key,
            nothing_waits_to_be_sent,
        ),
        1,
    )
)


def check(means: Means) -> Iterator[tuple[Invariant, Sequence[Found]]]:
    """Each invariant, and where it does not hold: the first of what is found."""
    look = Look(means)
    for invariant in INVARIANTS:
        yield invariant, list(some(invariant.finds(look)))
