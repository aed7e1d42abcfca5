"""Drafts: what an operator prepares, and the lists that everybody works from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tte.batches.rows import packed, unpacked
from tte.desk.asking import draft_for, need, said
from tte.desk.rows import OPEN, Draft, Kind, State, withdrawal_digest
from tte.errors import ConfigError, NoSuchThing, NotAllowed, RecordError, TteError, WrongState
from tte.model import Entry, Raw, Record, Row, Unreadable
from tte.model import State as Stands
from tte.office import Home
from tte.people import Action, Client, Person, Why
from tte.people.events import new_id, note
from tte.register import Register
from tte.register.rows import Rows, keeping_of
from tte.template import Template


class Drafts:
    """The drafts of a home, beside its open register. Each call says who asks; errors as `asking.need`."""

    def __init__(self, home: Home, register: Register) -> None:
        self._home, self._register = home, register
        self._keeping = keeping_of(register)
        self._templates: dict[str, Template] = {}

    def template(self, name: str) -> Template:
        """The template, read once. ConfigError if there is none of that name."""
        if name not in self._templates:
            self._templates[name] = self._home.template(name)
        return self._templates[name]

    # Operators

    def add(
        self,
        who: Person | Client,
        office: str,
        template: str,
        values: Mapping[str, Raw],
        at: datetime,
        *,
        replaces: str | None = None,
        reason: str = "",
        also: Callable[[Rows, Draft], None] | None = None,
    ) -> Draft:
        """A new draft; or one of a document that `replaces` another one, for a reason.

        `also` is done in the same transaction; by an error of it there is no draft.
        RecordError with all that is wrong, WrongState if there is an open draft of this number.
        """
        ((_, made),) = self.add_all(
            who, office, template, [Row(1, values)], at, replaces=replaces, reason=reason, also=also
        )
        if isinstance(made, TteError):
            raise made
        return made

    def add_all(
        self,
        who: Person | Client,
        office: str,
        template: str,
        rows: Iterable[Row | Unreadable],
        at: datetime,
        *,
        replaces: str | None = None,
        reason: str = "",
        also: Callable[[Rows, Draft], None] | None = None,
    ) -> Sequence[tuple[int, Draft | TteError]]:
        """A draft of each row, or what is wrong with it, by its number. All that are right are kept together."""
        need(who, Action.DRAFT, office, at)
        self._home.settings.office(office)
        chosen = self.template(template)
        kind, why = (Kind.REPLACE, said(reason)) if replaces else (Kind.ISSUE, None)
        answers: list[tuple[int, Draft | TteError]] = []
        wanted = list(rows)
        ids = sorted(new_id(at) for _ in wanted)  # so that lists have them in the order of the file
        with self._keeping.change() as kept:
            for id_, row in zip(ids, wanted, strict=True):
                try:
                    if isinstance(row, Unreadable):
                        raise RecordError(f"no record of {template}", [row.problem])
                    record = chosen.check(row)
                    self._alone(kept, office, template, record.number)
                    if replaces:
                        _differs(record, self._in_force(replaces, office, record.number))
                except TteError as wrong:
                    answers.append((row.number, wrong))
                    continue
                draft = Draft(
                    id=id_,
                    office=office,
                    kind=kind,
                    template=template,
                    number=record.number,
                    values=packed([row]),
                    digest=record.digest(),
                    document=replaces,
                    reason=why,
                    state=State.DRAFT,
                    creator=who.id,
                    created=at,
                    changed=at,
                )
                kept.add(draft)
                note(kept, at, "drafted", who.id, office, draft=draft.id, document=replaces)
                if also:
                    also(kept, draft)
                answers.append((row.number, draft))
        return answers

    def change(self, who: Person | Client, id_: str, values: Mapping[str, Raw], at: datetime) -> Draft:
        """Other values, by who made the draft. What was checked or returned waits for a verifier again."""
        with self._keeping.change() as rows:
            draft = self._theirs(rows, id_, who, at)
            if draft.kind == Kind.WITHDRAW:
                raise WrongState("a withdrawal has no values", draft.state)
            record = self.template(draft.template).check(Row(1, values))
            if draft.document:
                _differs(record, self._in_force(draft.document, draft.office, record.number))
            if record.number != draft.number:
                self._alone(rows, draft.office, draft.template, record.number)
            draft = replace(
                draft,
                number=record.number,
                values=packed([Row(1, values)]),
                digest=record.digest(),
                state=State.DRAFT,
                verifier=None,
                remark=None,
                outcome=None,
                changed=at,
            )
            rows.put(draft)
            note(rows, at, "changed", who.id, draft.office, draft=id_)
        return draft

    def discard(self, who: Person | Client, id_: str, at: datetime) -> None:
        """Give a draft up, by who made it: its values are forgotten."""
        with self._keeping.change() as rows:
            draft = self._theirs(rows, id_, who, at)
            rows.put(replace(draft, values=None, remark=None, state=State.DISCARDED, changed=at))
            note(rows, at, "discarded", who.id, draft.office, draft=id_)

    def propose_withdrawal(self, who: Person | Client, office: str, document: str, reason: str, at: datetime) -> Draft:
        """A draft that a document be withdrawn, for a verifier to confirm and an official to carry out."""
        need(who, Action.PROPOSE_WITHDRAWAL, office, at)
        entry, why = self._in_force(document, office, None), said(reason)
        with self._keeping.change() as rows:
            self._alone(rows, office, entry.template, entry.number)
            draft = Draft(
                id=new_id(at),
                office=office,
                kind=Kind.WITHDRAW,
                template=entry.template,
                number=entry.number,
                values=None,
                digest=withdrawal_digest(document, why),
                document=document,
                reason=why,
                state=State.DRAFT,
                creator=who.id,
                created=at,
                changed=at,
            )
            rows.add(draft)
            note(rows, at, "withdrawal-proposed", who.id, office, draft=draft.id, document=document)
        return draft

    # Everybody

    def get(self, who: Person | Client, id_: str, at: datetime) -> Draft:
        """One draft."""
        with self._keeping.reading() as rows:
            return draft_for(rows, id_, who, Action.READ_DRAFTS, at)

    def row(self, draft: Draft) -> Row:
        """What a draft says, of who could get it. WrongState once its values are forgotten."""
        if draft.values is None:
            raise WrongState("this draft has no values", draft.state)
        (row,) = unpacked(draft.values)
        if not isinstance(row, Row):
            raise WrongState("this draft has no values", draft.state)
        return row

    def bound(self, draft: Draft) -> str:
        """What signing this draft means, as it lies there: `Draft.bound`.

        WrongState if its values are not those of its digest, or the document that it replaces is not in force any more.
        """
        chosen = self.template(draft.template)
        try:
            same = chosen.check(self.row(draft)).digest() == draft.digest
        except RecordError:  # as the template is by now
            same = False
        if not same:
            raise WrongState("the draft is not what was checked", draft.state, hint="return it and draft it anew")
        if draft.document:
            self._in_force(draft.document, draft.office, draft.number)
        return draft.bound(chosen.sha256)

    def all(
        self,
        who: Person | Client,
        office: str,
        at: datetime,
        *,
        states: Sequence[State] = (State.DRAFT,),
        after: str | None = None,
        most: int = 50,
        newest: bool = False,
    ) -> Sequence[Draft]:
        """The drafts of an office in these states, the oldest first or the newest; `after` the last one seen."""
        need(who, Action.READ_DRAFTS, office, at)
        with self._keeping.reading() as rows:
            return rows.all(Draft, after=after, most=most, newest=newest, office=office, state=tuple(states))

    def of_number(self, who: Person | Client, office: str, number: str, at: datetime) -> Sequence[Draft]:
        """The drafts of an office for a document of this number, the newest first; blanks and capitals aside."""
        need(who, Action.READ_DRAFTS, office, at)
        text = number.strip()[:128]
        spellings = tuple({text, text.upper(), "".join(text.split()), "".join(text.upper().split())})
        with self._keeping.reading() as rows:
            return rows.all(Draft, newest=True, most=50, office=office, number=spellings)

    def counts(self, who: Person | Client, office: str, at: datetime) -> Mapping[str, int]:
        """How many drafts of an office are in each state."""
        need(who, Action.SEE_DOCUMENTS, office, at)
        with self._keeping.reading() as rows:
            return rows.counts(Draft, "state", office=office)

    # Within

    def _theirs(self, rows: Rows, id_: str, who: Person | Client, at: datetime) -> Draft:
        draft = draft_for(rows, id_, who, Action.DRAFT, at)
        if draft.creator != who.id:
            raise NotAllowed(Why.NOT_OWN)
        if draft.state not in (State.DRAFT, State.CHECKED, State.RETURNED):
            raise WrongState(f"this draft is {draft.state} and stays as it is", draft.state)
        return draft

    def _alone(self, rows: Rows, office: str, template: str, number: str) -> None:
        if rows.count(Draft, office=office, template=template, number=number, state=OPEN):
            raise WrongState("there is an open draft of this number", State.DRAFT, hint="change or discard that one")

    def _in_force(self, document: str, office: str, number: str | None) -> Entry:
        """The document, if it is this office's and in force, and has this number."""
        entry = self._register.find(document)
        if entry is None or entry.office.split()[0] != office:
            raise NoSuchThing("there is no such document")
        if entry.state is not Stands.ISSUED:
            raise WrongState(f"this document is {entry.state}", entry.state)
        if number is not None and entry.number != number:
            raise ConfigError("a document is replaced by one of the same number")
        return entry


def _differs(record: Record, entry: Entry) -> None:
    """ConfigError if a replacement says what the document says that it is to replace: nothing would come of it."""
    if record.digest() == entry.record_digest:
        raise ConfigError(
            "this says just what the document says that it is to replace", hint="change what is to be changed"
        )
