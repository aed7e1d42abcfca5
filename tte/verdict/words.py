"""A verdict in words for people, in two languages: what it is, what to do, what was checked, what it does not prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Literal

from tte.model import Indication, Integrity, Report, State
from tte.verdict.deciding import Verdict, Why
from tte.verdict.known import Found
from tte.verdict.officials import Authority
from tte.verdict.texts import ADDED, CHECKS, DO, FOUND, UNPROVEN, Both

Language = Literal["id", "en"]

_WIB = timezone(timedelta(hours=7))
_MONTHS = (
    ("Januari", "January"),
    ("Februari", "February"),
    ("Maret", "March"),
    ("April", "April"),
    ("Mei", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("Agustus", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Desember", "December"),
)


class Answer(StrEnum):
    """The answer to one check. Stable codes."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_ANSWERS: dict[Answer, Both] = {
    Answer.YES: ("Ya", "Yes"),
    Answer.NO: ("Tidak", "No"),
    Answer.UNKNOWN: ("Tidak dapat diperiksa", "Could not be checked"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: a stable `name`, its answer, and both in words."""

    name: str
    answer: Answer
    text: str
    answer_text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A verdict in one language. `title` is the word in capitals; of a specimen it begins by saying so."""

    title: str
    sentence: str
    do: str
    checks: tuple[Check, ...]
    unproven: tuple[str, ...]


def words(verdict: Verdict, report: Report, *, language: Language = "id") -> Words:
    """The verdict for people. No text of the file is in it, nor a name or number of the register."""
    which = 0 if language == "id" else 1
    first, *added = verdict.reasons
    day = _day(verdict.known.entry.ended.at, which) if verdict.known.entry and verdict.known.entry.ended else ""
    sentences = [FOUND[first][which], *(ADDED[note][which] for note in added)]
    return Words(
        verdict.titled((verdict.code.indonesian, verdict.code.english)[which]),
        " ".join(sentences).format(day=day),
        _do(verdict)[which],
        tuple(_check(name, answer, which) for name, answer in _checks(verdict, report).items()),
        tuple(text[which] for text in UNPROVEN[verdict.code]),
    )


def _do(verdict: Verdict) -> Both:
    """What to do: what a specimen, an ended entry or a seal that disagrees asks for outweighs the rest."""
    notes = verdict.reasons[1:]
    if Why.NOTE_SPECIMEN in notes and verdict.code.genuine:
        return DO[Why.NOTE_SPECIMEN]
    if Why.NOTE_REVOKED in notes:
        return DO[Why.NOTE_REVOKED]
    if verdict.seal_disagrees and verdict.acceptable is None:
        return DO[Why.NOTE_SEAL_DISAGREES]
    return DO[verdict.reasons[0]]


def _checks(verdict: Verdict, report: Report) -> dict[str, Answer]:
    """The same five, in the same order, every time."""
    yes, no, unknown = Answer.YES, Answer.NO, Answer.UNKNOWN
    known, integrity = verdict.known, report.integrity
    passed = verdict.code.genuine or report.indication is Indication.TOTAL_PASSED
    failed = integrity is Integrity.BROKEN or report.indication is Indication.TOTAL_FAILED
    unseen = integrity in (Integrity.ERROR, Integrity.UNSIGNED)
    bad = (Authority.NOT_AN_OFFICIAL, Authority.OTHER_OFFICE, Authority.OUTSIDE_PERIOD)
    recorded = {Found.ISSUED: yes, Found.NO_REGISTER: unknown, Found.UNAVAILABLE: unknown}.get(known.found, no)
    state = {State.ISSUED: yes, None: unknown}.get(known.state, no)
    return {
        "whole": unknown if unseen else yes if integrity is Integrity.OK else no,
        "signature": unknown if unseen else yes if passed else no if failed else unknown,
        "authority": unknown if unseen or not passed else no if verdict.authority in bad else _authority(verdict),
        "recorded": recorded,
        "in_force": state if recorded is yes or state is no else unknown,
    }


def _authority(verdict: Verdict) -> Answer:
    return Answer.YES if verdict.authority is Authority.AUTHORISED else Answer.UNKNOWN


def _check(name: str, answer: Answer, which: int) -> Check:
    return Check(name, answer, CHECKS[name][which], _ANSWERS[answer][which])


def _day(at: datetime, which: int) -> str:
    """The day, in words, as it is in Jakarta."""
    here = at.astimezone(_WIB)
    return f"{here.day} {_MONTHS[here.month - 1][which]} {here.year}"
