"""Finishing what was interrupted: the same prepared bytes are signed again under the same number and id.

Nothing of it ever left, for nothing leaves before it is recorded; so signing it again gives no second document. What a
signing service may have signed is not touched here (`reconciling`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from tte.errors import KeyRefused, RegisterError, SelfValidationFailed, SignatureMismatch, TteError
from tte.issuance.allowance import Allowance
from tte.issuance.means import Means
from tte.issuance.outcomes import sent
from tte.model import Entry, Intent, SignedDocument
from tte.register import Turn
from tte.signing import Draft


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of one that was interrupted: its entry, or why it has none."""

    intent: Intent
    outcome: Entry | TteError


def recover(means: Means) -> Iterator[Recovered]:
    """See `Issuer.recover`. What other issuers are at is left to them."""
    allowance = Allowance(means.register, means.per_batch, means.per_day)
    waiting = [intent for intent in means.register.pending() if intent.office == means.office]
    for template, some in groupby(sorted(waiting, key=lambda one: one.template), key=lambda one: one.template):
        rest = iter(some)
        while chunk := list(islice(rest, means.chunk)):
            with means.register.turn() as turn:
                ours = _claimed(turn, means.office, template, chunk)
                known = means.register.known(means.office, template, [intent.number for intent in ours])
                told = _finish(means, allowance, [intent for intent in ours if known.get(intent.number) == intent])
            yield from told


def _claimed(turn: Turn, office: str, template: str, intents: Sequence[Intent]) -> Sequence[Intent]:
    """Those that no other issuer has in hand."""
    if turn.claim(office, template, [intent.number for intent in intents], wait=False):
        return intents
    return [intent for intent in intents if turn.claim(office, template, [intent.number], wait=False)]


def _finish(means: Means, allowance: Allowance, intents: Sequence[Intent]) -> Sequence[Recovered]:
    told: list[Recovered] = []
    drafts: list[tuple[Intent, Draft]] = []
    for intent in intents:
        try:
            drafts.append((intent, _again(means, intent)))
        except (KeyRefused, RegisterError) as why:
            told.append(Recovered(intent, why))
    granted = allowance.take(len(drafts), means.signing.identity, means.now()) if drafts else 0
    if allowance.reached:
        told += [Recovered(intent, allowance.reached) for intent, _ in drafts[granted:]]
    drafts = drafts[:granted]
    signed: Sequence[SignedDocument] = list(means.signing.begin([draft for _, draft in drafts])()) if drafts else []
    at = means.now()
    good: list[SignedDocument] = []
    for (intent, draft), document in zip(drafts, signed, strict=True):
        try:
            means.validation.check([draft], [document], at)
        except (SelfValidationFailed, SignatureMismatch) as why:  # one that is bad does not hold up the others
            told.append(Recovered(intent, why))
        else:
            good.append(document)
    entries = {entry.id: entry for entry in means.register.record(good, at, means.goal)} if good else {}
    return told + [Recovered(intent, entries[intent.id]) for intent, _ in drafts if intent.id in entries]


def _again(means: Means, intent: Intent) -> Draft:
    if intent.sent:
        raise KeyRefused(*sent().args, hint=sent().hint)
    prepared = means.register.prepared(intent.id)
    if prepared is None:
        raise KeyRefused(
            "this document was reserved by an older version, which kept no more of it than its digest",
            hint="issue the same rows again, or make it void: tte register recover --void REASON",
        )
    return means.signing.resume(intent, prepared)
