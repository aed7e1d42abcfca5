"""The JSON of a report and its verdict: what `docs/report.schema.json` describes and `docs/json.md` explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tte.model import Report
from tte.validation import plain_words
from tte.verdict import Examined, Known, Language, Verdict, words

SCHEMA = "tte-report-1"
"""Which shape a report has. Another number when a key goes or changes its meaning; keys may be added."""


def shape(one: Examined) -> Mapping[str, Any]:
    """Everything that is known of a file; times and bytes are left to whoever writes the JSON."""
    return {
        "schema": SCHEMA,
        "file": one.file,
        "verdict": one.verdict.code,
        "verdict_reasons": one.verdict.reasons,
        "specimen": one.verdict.specimen,
        **asdict(one.report),
        "plain": plain_words(one.report),
        "words": {"id": _words(one.verdict, one.report, "id"), "en": _words(one.verdict, one.report, "en")},
        "seal": one.seal and asdict(one.seal),
        "register": {"state": one.verdict.known.found, **_entry(one.verdict.known), **_authority(one.verdict)},
    }


def _words(verdict: Verdict, report: Report, language: Language) -> Mapping[str, Any]:
    said = words(verdict, report, language=language)
    return {
        "title": said.title,
        "sentence": said.sentence,
        "do": said.do,
        "checks": [asdict(check) for check in said.checks],
        "unproven": said.unproven,
    }


def _entry(known: Known) -> Mapping[str, Any]:
    entry = known.entry
    if entry is None:
        return {}
    ended = entry.ended and {"at": entry.ended.at, "reason": entry.ended.reason, "by": entry.ended.by}
    return {
        "office": entry.office,
        "template": entry.template,
        "number": entry.number,
        "id": entry.id,
        "at": entry.at,
        "status": entry.state,
        "ended": ended,
        "level": entry.level,
        "held": entry.held,
        "present": known.present,
    }


def _authority(verdict: Verdict) -> Mapping[str, Any]:
    mandate = verdict.mandate
    official = mandate and {
        "name": mandate.official.name,
        "title": mandate.official.title,
        "office": mandate.office,
        "capacity": mandate.capacity,
    }
    return {"authority": verdict.authority, "official": official}
