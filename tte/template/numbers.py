"""The numbers of population administration: NIK, KK, NIP, and the numbers that documents go by.

Form and dates are checked exactly. A region code that is not known is only a warning: NIKs never change, regencies do.
What looks like the modern form of a number and is not is refused; older free forms are not checked and warned of. They
are given back in capitals and without blanks around separators, so that one number is one number however it was typed.
Nothing here repeats the number it was given.
"""

from __future__ import annotations

import re
from datetime import date

from tte import regions
from tte.template.characters import Verdict
from tte.template.dates import FIRST_YEAR, LAST_YEAR, calendar_day, day_exists

PATTERNS = ("akta:CODES", "suket:CODE", "surat", "kk")
"""What a number field may follow; CODES is one or more of two letters, such as akta:LU,LT, CODE such as SKPWNI."""

_AKTA_PATTERN = re.compile(r"akta:[A-Z]{2}(,[A-Z]{2})*")
_SUKET_PATTERN = re.compile(r"suket:[A-Z]{2,10}")

_SIXTEEN = re.compile(r"\d{16}", re.ASCII)
_EIGHTEEN = re.compile(r"\d{18}", re.ASCII)
_SPREADSHEET = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+|\d+[.,]0+", re.ASCII)
_AKTA = re.compile(r"(\d{4})-([A-Z]{2})-(\d{8})-(\d{4})", re.ASCII)
_LIKE_AKTA = re.compile(r"\d{3,5}[-–—]+[A-Z]{1,3}[-–—]+\d{5,9}[-–—]+\d{1,6}", re.ASCII)
_SUKET = re.compile(r"([A-Z]+)/(\d{4})/(\d{8}|\d{6})/(\d{4})", re.ASCII)
_BLANKS_AT_SEPARATORS = re.compile(r" *([./-]) *")
_FREE = re.compile(r"[A-Za-z0-9./-]+(?: [A-Za-z0-9./-]+)*")

_AKTA_FORM = "KKKK-{code}-DDMMYYYY-NNNN"
_SUKET_FORM = "{code}/KKKK/DDMMYYYY/NNNN"
LAST_SERIAL = 9999
"""The greatest running number of an office and day."""

_UNKNOWN_REGION = "the region code is not among today's 514 regencies and cities: an old or a mistyped one"
_OLDER = "an older form of number: not checked"


def read_nik(text: str) -> Verdict:
    """A NIK, 16 digits: region of 6 digits, DDMMYY of birth (women: DD + 40), running number from 0001."""
    if not _SIXTEEN.fullmatch(text):
        return Verdict(problem=_why_not_digits(text, 16))
    day, month, year = int(text[6:8]), int(text[8:10]), int(text[10:12])
    if not day_exists(day - 40 if day > 40 else day, month, year):
        return Verdict(problem="digits 7 to 12 are no date of birth DDMMYY (women: DD + 40)")
    if text.endswith("0000"):
        return Verdict(
            problem="ends in 0000, which no NIK does: a spreadsheet that rounds to 15 digits may have done it"
        )
    return Verdict(text, warning=_region_warning(text[:4]))


def nik_is_of(nik: str, born: date) -> bool:
    """True if a NIK that was read says this date of birth; the century is not in it."""
    ddmmyy = int(nik[6:12])
    return born.day * 10000 + born.month * 100 + born.year % 100 == (ddmmyy - 400000 if ddmmyy > 400000 else ddmmyy)


def nik_is_female(nik: str) -> bool:
    """True if a NIK that was read is a woman's."""
    return nik[6] > "3"


def read_kk(text: str) -> Verdict:
    """The number of a family card, 16 digits: region of 6 digits, DDMMYY of recording, running number from 0001."""
    if not _SIXTEEN.fullmatch(text):
        return Verdict(problem=_why_not_digits(text, 16))
    day, month, year = int(text[6:8]), int(text[8:10]), int(text[10:12])
    if day_exists(day - 40, month, year):
        return Verdict(problem="has a day above 40, as only a woman's NIK has: is it a NIK?")
    if not day_exists(day, month, year):
        return Verdict(problem="digits 7 to 12 are no date DDMMYY")
    if text.endswith("0000"):
        return Verdict(problem="ends in 0000: a spreadsheet that rounds to 15 digits may have done it")
    return Verdict(text, warning=_region_warning(text[:4]))


def read_nip(text: str) -> Verdict:
    """A civil servant's number: YYYYMMDD of birth, YYYYMM of appointment, 1 or 2 for the sex, NNN. Blanks go."""
    digits = text.replace(" ", "")
    if not _EIGHTEEN.fullmatch(digits):
        return Verdict(problem=_why_not_digits(digits, 18))
    born = _day(digits[6:8] + digits[4:6] + digits[:4])
    started = _day("01" + digits[12:14] + digits[8:12])
    if born is None:
        return Verdict(problem="digits 1 to 8 are no date of birth YYYYMMDD")
    if started is None or started <= born:
        return Verdict(problem="digits 9 to 14 are no month of appointment YYYYMM after the birth")
    if digits[14] not in "12":
        return Verdict(problem="digit 15 is 1 for a man or 2 for a woman")
    return Verdict(digits)


def known_pattern(pattern: str) -> bool:
    """True if a number field may follow this pattern."""
    return pattern in PATTERNS[2:] or any(each.fullmatch(pattern) for each in (_AKTA_PATTERN, _SUKET_PATTERN))


def made_number(pattern: str, region: str, day: date, serial: int) -> str:
    """The number that has this serial on this day; `region` is the code of a regency or city, 4 digits.

    "" if numbers of this pattern are not made of these: they are another registry's to give. ValueError above 9999.
    """
    if not 0 < serial <= LAST_SERIAL:
        raise ValueError("a running number is from 0001 to 9999")
    if _SUKET_PATTERN.fullmatch(pattern):
        return f"{pattern.removeprefix('suket:')}/{region}/{day:%d%m%Y}/{serial:04}"
    if _AKTA_PATTERN.fullmatch(pattern):
        code = pattern.removeprefix("akta:").split(",")[0]
        return f"{region}-{code}-{day:%d%m%Y}-{serial:04}"
    return ""


def read_number(text: str, pattern: str) -> Verdict:
    """The number of a document, by the pattern of its kind (`PATTERNS`)."""
    if pattern == "kk":
        return read_kk(text)
    if pattern.startswith("suket:"):
        return _read_suket(text, pattern.removeprefix("suket:"))
    if pattern == "surat":
        return _read_free(text)
    return _read_akta(text, pattern)


def _read_akta(text: str, pattern: str) -> Verdict:
    codes = pattern.removeprefix("akta:").split(",")
    form = _AKTA_FORM.format(code=codes[0])
    if found := _AKTA.fullmatch(text):
        if found[2] not in codes:
            return Verdict(problem=f"has another kind of akta in its middle: here it is {' or '.join(codes)}")
        return _dated(text, found[1], found[3], found[4], form=form)
    if _LIKE_AKTA.fullmatch(text.replace(" ", "").upper()):
        return Verdict(problem=f"looks like {form} and is not: mind its lengths, capitals, hyphens and blanks")
    return _read_free(text)._replace(warning=_OLDER)


def _read_suket(text: str, code: str) -> Verdict:
    joined = text.replace(" ", "")
    form = _SUKET_FORM.format(code=code)
    found = _SUKET.fullmatch(joined)
    if found is None or found[1] != code:
        return Verdict(problem=f"is not of the form {form}")
    _, region, day, serial = found.groups()
    if len(day) == 6 and not day_exists(int(day[:2]), int(day[2:4]), int(day[4:])):
        return Verdict(problem=f"its date is no day of the calendar (the form is {form})")
    verdict = _dated(joined, region, day if len(day) == 8 else "", serial, form=form)
    if not verdict.problem and (len(day) == 6 or joined != text):
        return verdict._replace(warning=f"written otherwise than {form}")
    return verdict


def _dated(text: str, region: str, day: str, serial: str, *, form: str) -> Verdict:
    if day and _day(day) is None:
        return Verdict(problem=f"its date is no day of the calendar (the form is {form})")
    if serial == "0000":
        return Verdict(problem="its running number starts at 0001")
    return Verdict(text, warning=_region_warning(region))


def _read_free(text: str) -> Verdict:
    if not 3 <= len(text) <= 40:
        return Verdict(problem="a number has 3 to 40 characters")
    if not _FREE.fullmatch(text):
        return Verdict(problem="a number is made of letters A to Z, digits, full stops, hyphens, strokes and blanks")
    if not any("0" <= character <= "9" for character in text):
        return Verdict(problem="a number needs a digit")
    if _SIXTEEN.fullmatch(text):
        return Verdict(problem="is a NIK or the number of a family card, not the number of a document")
    return Verdict(_BLANKS_AT_SEPARATORS.sub(r"\1", text).upper())


def _day(ddmmyyyy: str) -> date | None:
    day = calendar_day(int(ddmmyyyy[4:]), int(ddmmyyyy[2:4]), int(ddmmyyyy[:2]))
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _region_warning(code: str) -> str:
    return "" if regions.known(code) else _UNKNOWN_REGION


def _why_not_digits(text: str, count: int) -> str:
    if _SPREADSHEET.fullmatch(text):
        return "was turned into a rounded number by a spreadsheet: format the column as text, enter the digits again"
    if text.isascii() and text.isdigit():
        return f"has {len(text)} digits and needs {count}"
    return f"is made of {count} digits and nothing else"
