"""Numbers and dates in words, in the two languages of a civil registry page.

Every result is in the letter case of running text: numbers are lower case, month names have a capital. Setting them
otherwise is the template's business. Numbers run from 0 to 999 999; anything else is a ValueError, never a guess.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

LARGEST = 999_999

_SATUAN = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_UNITS = (
    *("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNEVEN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_BULAN = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@lru_cache(maxsize=4096)
def terbilang(n: int) -> str:
    """The number in Indonesian: 2026 is "dua ribu dua puluh enam"."""
    return _indonesian(_in_range(n)) or "nol"


@lru_cache(maxsize=4096)
def spelled(n: int) -> str:
    """The number in English with the British "and", no commas: 2026 is "two thousand and twenty-six"."""
    return _english(_in_range(n)) or "zero"


@lru_cache(maxsize=4096)
def ordinal(n: int) -> str:
    """The place in a row in English: 17 is "seventeenth", 21 is "twenty-first"."""
    words = spelled(n)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    return words[:cut] + _ordinal_word(words[cut:])


def bulan(d: date) -> str:
    """The month in Indonesian: "Agustus"."""
    return _BULAN[d.month - 1]


def month(d: date) -> str:
    """The month in English: "August"."""
    return _MONTHS[d.month - 1]


def tanggal(d: date) -> str:
    """The date in Indonesian: "17 Agustus 2026"."""
    return f"{d.day} {bulan(d)} {d.year}"


def date_english(d: date) -> str:
    """The date in English: "August 17, 2026"."""
    return f"{month(d)} {d.day}, {d.year}"


def tanggal_angka(d: date) -> str:
    """The date in figures, as Indonesian forms have it: "17-08-2026"."""
    return f"{d.day:02d}-{d.month:02d}-{d.year:04d}"


def add_months(d: date, n: int) -> date:
    """The same day `n` months later (earlier if negative); the month's last day where that month is shorter."""
    years, month0 = divmod(d.month - 1 + n, 12)
    year = d.year + years
    return date(year, month0 + 1, min(d.day, monthrange(year, month0 + 1)[1]))


def _in_range(n: int) -> int:
    if not 0 <= n <= LARGEST:
        raise ValueError(f"only numbers from 0 to {LARGEST} are put in words")
    return n


def _indonesian(n: int) -> str:
    if n < 12:
        return _SATUAN[n]
    if n < 20:
        return f"{_SATUAN[n - 10]} belas"
    if n < 100:
        return _joined(f"{_SATUAN[n // 10]} puluh", _SATUAN[n % 10])
    if n < 1000:
        head = "seratus" if n < 200 else f"{_SATUAN[n // 100]} ratus"
        return _joined(head, _indonesian(n % 100))
    head = "seribu" if n < 2000 else f"{_indonesian(n // 1000)} ribu"
    return _joined(head, _indonesian(n % 1000))


def _english(n: int) -> str:
    if n < 20:
        return _UNITS[n]
    if n < 100:
        return _TENS[n // 10] + (f"-{_UNITS[n % 10]}" if n % 10 else "")
    if n < 1000:
        return _joined(f"{_UNITS[n // 100]} hundred", _english(n % 100), link=" and ")
    rest = n % 1000
    return _joined(f"{_english(n // 1000)} thousand", _english(rest), link=" and " if rest < 100 else " ")


def _joined(head: str, tail: str, *, link: str = " ") -> str:
    return f"{head}{link}{tail}" if tail else head


def _ordinal_word(word: str) -> str:
    if word in _UNEVEN_ORDINALS:
        return _UNEVEN_ORDINALS[word]
    return f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th"
