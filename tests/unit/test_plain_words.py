"""The sentence for people: calm, with what to do, and never a judgement that is the register's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tte.model import Indication, Report, SubIndication
from tte.validation import plain_words
from tte.validation.plain import Language

AT = datetime(2026, 11, 24, tzinfo=UTC)
OUTCOMES = [
    (Indication.TOTAL_PASSED, None),
    (Indication.INDETERMINATE, None),
    *((Indication.TOTAL_FAILED, sub_indication) for sub_indication in SubIndication),
]
LANGUAGES: list[Language] = ["id", "en"]


def said(indication: Indication, sub_indication: SubIndication | None, language: Language) -> str:
    return plain_words(Report(indication, sub_indication, (), (), "", AT), language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("indication", "sub_indication"), OUTCOMES)
def test_every_outcome_is_one_sentence_that_says_what_to_do(
    indication: Indication, sub_indication: SubIndication | None, language: Language
) -> None:
    sentence = said(indication, sub_indication, language)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert re.search(r"[.!?] ", sentence) is None
    assert "!" not in sentence
    assert len(sentence) <= 200
    remedy = r"kantor|minta" if language == "id" else r"office|ask"
    assert re.search(remedy, sentence)


@pytest.mark.parametrize(("indication", "sub_indication"), OUTCOMES)
def test_a_signature_alone_is_never_called_genuine(
    indication: Indication, sub_indication: SubIndication | None
) -> None:
    assert not re.search(r"\b(asli|keaslian|otentik|autentik)", said(indication, sub_indication, "id"), re.IGNORECASE)
    assert not re.search(r"\b(genuine|authentic|original)", said(indication, sub_indication, "en"), re.IGNORECASE)


def test_only_a_pass_says_valid_and_whole_and_sends_to_the_register() -> None:
    assert said(Indication.TOTAL_PASSED, None, "id").startswith(
        "Tanda tangan sah dan berkas utuh; cocokkan dengan register"
    )
    assert said(Indication.TOTAL_PASSED, None, "en").startswith("The signature is valid and the file is intact")
    for indication, sub_indication in OUTCOMES[1:]:
        assert "Tanda tangan sah" not in said(indication, sub_indication, "id")
        assert "signature is valid" not in said(indication, sub_indication, "en")


def test_indonesian_comes_first() -> None:
    report = Report(Indication.INDETERMINATE, SubIndication.NO_SIGNATURE, (), (), "", AT)
    assert plain_words(report) == plain_words(report, language="id")
