"""The seal: what the QR code on a printed page says, signed by the office, so that the paper proves itself.

Written and read here, and the lists that a reader needs; specified in docs/seal.md. Pure: no home, no register, no
network, no clock. What is read is taken for hostile until a signature verifies, and refused unless it is the one
encoding that this version allows.
"""

from tte.seal.cbor import Malformed
from tte.seal.claims import KINDS, Claim, check_number, facts_of
from tte.seal.cose import kid_of, xy_of
from tte.seal.key_list import KeyList, KeyState, Root, SealKey, Use, read_key_list, write_key_list
from tte.seal.reading import Reading, Verdict, read
from tte.seal.status_list import State, StatusList, mark, period_of, read_status_list, write_status_list
from tte.seal.text import document_id, id_bytes, id_text
from tte.seal.writing import SealWriter, check_host

__all__ = [
    "KINDS",
    "Claim",
    "KeyList",
    "KeyState",
    "Malformed",
    "Reading",
    "Root",
    "SealKey",
    "SealWriter",
    "State",
    "StatusList",
    "Use",
    "Verdict",
    "check_host",
    "check_number",
    "document_id",
    "facts_of",
    "id_bytes",
    "id_text",
    "kid_of",
    "mark",
    "period_of",
    "read",
    "read_key_list",
    "read_status_list",
    "write_key_list",
    "write_status_list",
    "xy_of",
]
