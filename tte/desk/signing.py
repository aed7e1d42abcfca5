"""An official signs what he has authorised: he gives his passphrase, and his key's own process signs.

The order is fixed: what may be signed is frozen, the second factor is shown, the key is opened, the authorisation is
used up, and only then a document is signed. The passphrase goes through a pipe to the process that holds the key and
ends with the batch; here it is overwritten when the key is open, as far as Python lets us.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from tte.desk.authorising import Authorising
from tte.desk.drafts import Drafts
from tte.desk.rows import Authorisation, Draft, State
from tte.errors import NotAllowed, PinRefused, TteError
from tte.issuance import Issued, Issuer, Outcome, now
from tte.model import Entry, Row
from tte.model import State as Stands
from tte.office import Home
from tte.people import Person, Why
from tte.people import tries as wrong_tries
from tte.people.events import note
from tte.people.rows import Tries
from tte.people.tries import PASSPHRASE
from tte.register import Register
from tte.register.rows import keeping_of

LEFT: Final = timedelta(hours=1)
"""After this time nobody signs for an authorisation any more: its process is gone."""


@dataclass(frozen=True, slots=True)
class Signed:
    """How a batch went: how many drafts became documents, and how many were refused and returned."""

    issued: int
    refused: int


class SigningDesk:
    """Signing what was authorised, for one home beside its open register."""

    def __init__(self, home: Home, register: Register, drafts: Drafts, authorising: Authorising) -> None:
        self._home, self._register, self._drafts, self._authorising = home, register, drafts, authorising
        self._keeping = keeping_of(register)

    def sign(self, who: Person, id_: str, passphrase: bytearray, at: datetime) -> Signed:
        """Sign what was authorised; `passphrase` is overwritten. What is done is to be seen in the drafts meanwhile.

        `who` is as `Sessions.person` has just given it. PinRefused if the passphrase is wrong: the authorisation is not
        used up then, and five of them lock for 15 minutes, then 30. NotAllowed if it is locked, or the authorisation
        is another's, was used, is too old, or what lies there now is not what was authorised. Raises what
        `Issuer.issue` raises: what was signed until then is issued, the rest is checked as before and wants another
        authorisation.
        """
        begun = now()
        try:
            with self._keeping.reading() as rows:
                given = self._authorising.usable(rows, who, id_, at)
            if until := wrong_tries.begin(self._keeping, who.id, PASSPHRASE, at):
                raise NotAllowed(Why.LOCKED, hint=f"there were too many wrong ones; wait until {until:%H:%M} UTC")
            home = replace(self._home, interactive=False, typed=lambda: _text(passphrase))
            names = self._templates(given)
            with self._tried(who, given, at), home.issuer(given.profile, names, apart=True) as issuer:
                _wipe(passphrase)
                if not self._home.signs_whole_documents(given.profile):  # opening has tried the passphrase
                    wrong_tries.good(self._keeping, who.id, PASSPHRASE)
                drafts = self._use_up(who, id_, at + (now() - begun))
                try:
                    return self._issue(who, given, issuer, drafts)
                finally:
                    self._settle(id_)
        finally:
            _wipe(passphrase)

    def settle(self, at: datetime) -> int:
        """Put right what a signing that was killed has left half said: the register knows. How many drafts."""
        with self._keeping.reading() as rows:
            left = {one.authorisation for one in rows.all(Draft, state=State.SIGNING) if one.authorisation}
            over = [one.id for one in rows.all(Authorisation, id=tuple(left)) if one.used and at - one.used > LEFT]
        return sum(self._settle(id_) for id_ in over)

    # Within

    def _templates(self, given: Authorisation) -> tuple[str, ...]:
        with self._keeping.reading() as rows:
            return tuple(sorted({one.template for one in rows.all(Draft, id=tuple(given.bound))}))

    @contextmanager
    def _tried(self, who: Person, given: Authorisation, at: datetime) -> Iterator[None]:
        """What became of the passphrase: only a refused one counts as wrong."""
        try:
            yield
        except PinRefused:
            with self._keeping.change() as rows:
                note(rows, at, "passphrase-refused", who.id, given.office, subject=given.id)
            raise
        except NotAllowed:
            raise
        except (TteError, OSError):
            wrong_tries.not_made(self._keeping, who.id, PASSPHRASE)
            raise

    def _use_up(self, who: Person, id_: str, at: datetime) -> Sequence[Draft]:
        """The authorisation is used from here on, whatever comes; its drafts, in its order."""
        with self._keeping.change() as rows:
            given = self._authorising.usable(rows, who, id_, at)
            rows.put(replace(given, used=at))
            drafts = [rows.get(Draft, id=one) for one in given.bound]
            for draft in drafts:
                rows.put(replace(draft, state=State.SIGNING, authorisation=id_, changed=at))
            note(rows, at, "signing", who.id, given.office, subject=id_, count=given.count)
        return drafts

    def _issue(self, who: Person, given: Authorisation, issuer: Issuer, drafts: Sequence[Draft]) -> Signed:
        tally = {True: 0, False: 0}
        for (template, reason), some in groupby(drafts, lambda one: (one.template, one.reason)):
            group = list(some)
            most = min(len(group), issuer.per_batch or len(group))
            station = replace(issuer, replacing=reason or "", per_batch=most)
            rows = [Row(place, self._drafts.row(draft).values) for place, draft in enumerate(group)]
            for outcome in station.issue(template, rows):
                tally[self._told(who, given, group[outcome.row], outcome)] += 1
        return Signed(tally[True], tally[False])

    def _told(self, who: Person, given: Authorisation, draft: Draft, outcome: Outcome) -> bool:
        """Note what became of a draft: its document, or why there is none."""
        at = now()
        good = isinstance(outcome, Issued)
        with self._keeping.change() as rows:
            if isinstance(outcome, Issued):
                rows.put(_issued(rows.get(Draft, id=draft.id), outcome.entry.id, at))
                document = outcome.entry.id
                note(rows, at, "issued", who.id, given.office, draft=draft.id, document=document, subject=given.id)
            else:
                code = outcome.why.code
                rows.put(
                    replace(rows.get(Draft, id=draft.id), state=State.RETURNED, outcome=code, verifier=None, changed=at)
                )
                note(rows, at, "refused", who.id, given.office, draft=draft.id, subject=given.id, code=code)
            standing = rows.get(Authorisation, id=given.id)
            rows.put(replace(standing, issued=standing.issued + good, refused=standing.refused + (not good)))
            if standing.issued == 0 and good:
                rows.drop(Tries, person=who.id, what=PASSPHRASE)
        return good

    def _settle(self, id_: str) -> int:
        """The batch is over: what it left is issued if the register says so, and else checked as before."""
        at = now()
        with self._keeping.reading() as rows:
            left = rows.all(Draft, authorisation=id_, state=State.SIGNING)
        entries = {draft.id: self._entry(draft) for draft in left}
        with self._keeping.change() as rows:
            given = rows.get(Authorisation, id=id_)
            for draft in left:
                entry = entries[draft.id]
                if entry is not None:
                    rows.put(_issued(draft, entry.id, at))
                    note(rows, at, "issued", given.person, given.office, draft=draft.id, document=entry.id, subject=id_)
                else:
                    rows.put(replace(draft, state=State.CHECKED, authorisation=None, changed=at))
                    note(rows, at, "not-signed", given.person, given.office, draft=draft.id, subject=id_)
            rows.put(
                replace(given, ended=at, issued=given.issued + sum(entry is not None for entry in entries.values()))
            )
        return len(left)

    def _entry(self, draft: Draft) -> Entry | None:
        for entry in self._register.find_number(draft.number):
            ours = entry.office.split()[0] == draft.office and entry.template == draft.template
            if ours and entry.record_digest == draft.digest and entry.state is Stands.ISSUED:
                return entry
        return None


def _issued(draft: Draft, document: str, at: datetime) -> Draft:
    return replace(draft, state=State.ISSUED, issued=document, values=None, remark=None, outcome=None, changed=at)


def _text(passphrase: bytearray) -> str:
    try:
        return passphrase.decode("utf-8")
    except UnicodeDecodeError:  # which holds the passphrase
        raise PinRefused("the passphrase is no text in UTF-8") from None


def _wipe(secret: bytearray) -> None:
    secret[:] = bytes(len(secret))
