"""The answer to the citizen's question: is it genuine, who signed it, is it still in force?

What a signature proves and what the register says are two judgements (`docs/decisions/05`). Here they are joined to one
of seven words, by a pure function with a table of tests; both stay in the result. `words` says it to people.
"""

from tte.verdict.deciding import Code, Verdict, Why, verdict, wants_then
from tte.verdict.examining import Examined, Judge, examine
from tte.verdict.known import NO_REGISTER, UNAVAILABLE, UNKNOWN, Found, Known, Lookup, look_up, look_within
from tte.verdict.officials import Authority, Capacity, Mandate, Officials
from tte.verdict.words import Answer, Check, Language, Words, words

__all__ = [
    "NO_REGISTER",
    "UNAVAILABLE",
    "UNKNOWN",
    "Answer",
    "Authority",
    "Capacity",
    "Check",
    "Code",
    "Examined",
    "Found",
    "Judge",
    "Known",
    "Language",
    "Lookup",
    "Mandate",
    "Officials",
    "Verdict",
    "Why",
    "Words",
    "examine",
    "look_up",
    "look_within",
    "verdict",
    "wants_then",
    "words",
]
