"""Each attack on the log is found, with its place; a log that is in order has no findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from tests.log_world import ORIGIN, START, SmallLog, checkpoint, log_key, small_log
from tte.errors import LogError
from tte.log import Change, Checkpoint, Finding, Kind, Opening, Wrong, audit, commitment, leaf_hashes
from tte.log.auditing import MOST_FINDINGS
from tte.model import State

LOG = small_log()
SIZE = len(LOG.entries)
KEPT = [LOG.checkpoint(size) for size in (0, 10, 30, SIZE)]


def found(
    entries: list[bytes],
    leaves: list[bytes] | None = None,
    checkpoints: list[bytes] | None = None,
    openings: dict[int, Opening] | None = None,
    log: SmallLog = LOG,
) -> list[Finding]:
    notes = KEPT if checkpoints is None else checkpoints
    return list(
        audit(
            entries,
            leaf_hashes(entries) if leaves is None else leaves,
            notes,
            origin=ORIGIN,
            keys=[log.key.public],
            openings=log.openings if openings is None else openings,
        )
    )


def first(findings: list[Finding]) -> tuple[int, int, Wrong]:
    return findings[0].first, findings[0].end, findings[0].wrong


def renumbered(entries: list[bytes]) -> list[bytes]:
    """What a careful forger does: every line has the number of its place again."""
    return [replace(Change.parse(entry), seq=seq).entry for seq, entry in enumerate(entries)]


def test_a_log_in_order_has_no_findings() -> None:
    assert found(LOG.entries) == []
    assert found(LOG.entries, openings={}) == []
    assert found([], checkpoints=KEPT[:1]) == []


@pytest.mark.parametrize("at", [0, 9, 10, SIZE - 1])
@pytest.mark.parametrize("byte", [0, 20, -30])
def test_an_edited_byte_is_found_at_its_line(at: int, byte: int) -> None:
    entry = bytearray(LOG.entries[at])
    entry[byte] ^= 1
    entries = [*LOG.entries[:at], bytes(entry), *LOG.entries[at + 1 :]]
    assert found(entries, LOG.leaves)[0].first == at
    assert found(entries, LOG.leaves)[0].wrong in {Wrong.ALTERED, Wrong.OUT_OF_PLACE}


@pytest.mark.parametrize(("at", "begin", "end"), [(0, 0, 10), (9, 0, 10), (10, 10, 30), (29, 10, 30), (30, 30, SIZE)])
def test_an_edited_line_with_its_hash_is_found_between_two_checkpoints(at: int, begin: int, end: int) -> None:
    change = Change.parse(LOG.entries[at])
    entries = [*LOG.entries[:at], replace(change, doc=sha256(b"other").digest()).entry, *LOG.entries[at + 1 :]]
    assert first(found(entries, openings={})) == (begin, end, Wrong.REWRITTEN)
    assert (at, at + 1, Wrong.WRONG_DOCUMENT) in {(one.first, one.end, one.wrong) for one in found(entries)}


def test_the_last_line_dropped_is_found() -> None:
    assert first(found(LOG.entries[:-1])) == (SIZE - 1, SIZE, Wrong.TRUNCATED)
    assert first(found(LOG.entries[:-1], LOG.leaves, [])) == (SIZE - 1, SIZE, Wrong.ENTRY_MISSING)
    assert first(found(LOG.entries, LOG.leaves[:-1], [])) == (SIZE - 1, SIZE, Wrong.HASH_MISSING)


@pytest.mark.parametrize("at", [0, 12, SIZE - 2])
def test_a_middle_line_dropped_is_found_where_it_was(at: int) -> None:
    entries = [*LOG.entries[:at], *LOG.entries[at + 1 :]]
    for leaves in (None, LOG.leaves):
        assert first(found(entries, leaves, [])) == (at, at + 1, Wrong.OUT_OF_PLACE)


def test_a_middle_line_dropped_and_the_rest_renumbered_is_found_by_the_hashes_or_a_checkpoint() -> None:
    entries = renumbered([*LOG.entries[:12], *LOG.entries[13:]])
    assert first(found(entries, LOG.leaves, openings={})) == (12, 13, Wrong.ALTERED)
    assert first(found(entries, openings={})) == (10, 30, Wrong.REWRITTEN)


def test_two_lines_swapped_are_found() -> None:
    entries = [*LOG.entries]
    entries[12], entries[13] = entries[13], entries[12]
    assert first(found(entries)) == (10, 30, Wrong.REWRITTEN)
    assert first(found(entries, checkpoints=[])) == (12, 13, Wrong.OUT_OF_PLACE)
    assert first(found(renumbered(entries), LOG.leaves, openings={})) == (12, 13, Wrong.ALTERED)


def test_a_line_inserted_is_found() -> None:
    entries = [*LOG.entries[:12], LOG.entries[11], *LOG.entries[12:]]
    assert first(found(entries, checkpoints=[])) == (12, 13, Wrong.OUT_OF_PLACE)
    assert first(found(renumbered(entries), LOG.leaves, [], {})) == (12, 13, Wrong.ALTERED)
    assert first(found(renumbered(entries), openings={})) == (10, 30, Wrong.REWRITTEN)


def test_an_old_state_put_back_is_found() -> None:
    assert first(found(LOG.entries[:30])) == (30, SIZE, Wrong.TRUNCATED)


def test_an_old_state_put_back_and_gone_on_with_is_found() -> None:
    kind = Kind(START, "void", "3171", "akta_kelahiran", State.VOID, State.PREPARED)
    other = [*LOG.entries[:30], *kind.entries(30, [sha256(b"%d" % one).digest() for one in range(15)])]
    assert first(found(other, openings={})) == (30, SIZE, Wrong.REWRITTEN)


def test_two_checkpoints_of_one_size_are_a_fork() -> None:
    other = [*LOG.entries[:20], *LOG.entries[:20]]
    notes = [*KEPT, checkpoint(other, SIZE, LOG.key)]
    findings = found(LOG.entries, checkpoints=notes)
    assert {(one.first, one.end, one.wrong, one.checkpoint) for one in findings} == {
        (30, SIZE, Wrong.FORK, 4),
        (30, SIZE, Wrong.REWRITTEN, 4),
    }


def test_a_checkpoint_unsigned_of_another_log_or_key_is_named_and_the_rest_still_counts() -> None:
    unsigned = KEPT[1].partition(b"\n\n")[0] + b"\n"
    notes = [unsigned, LOG.checkpoint(10, origin="elsewhere"), LOG.checkpoint(10, key=log_key()), KEPT[2]]
    findings = found(LOG.entries, checkpoints=notes)
    assert [(one.wrong, one.place) for one in findings] == [
        (Wrong.BAD_CHECKPOINT, f"checkpoint {number}") for number in range(3)
    ]
    assert first(found(LOG.entries[:29], checkpoints=notes)) == (29, 30, Wrong.TRUNCATED)


def test_a_state_that_does_not_follow_from_the_lines_before_is_found() -> None:
    opening = LOG.openings[1]
    kind = Kind(START, "void", "3171", "akta_kelahiran", State.VOID, State.PREPARED)
    entries = [*LOG.entries, *kind.entries(SIZE, [opening.commitment])]
    findings = found(entries, openings={**LOG.openings, SIZE: opening})
    assert [(one.first, one.wrong) for one in findings] == [(SIZE, Wrong.WRONG_STATE)]


def test_openings_that_were_erased_leave_the_log_in_order() -> None:
    kept = {seq: opening for seq, opening in LOG.openings.items() if seq > 5}
    assert found(LOG.entries, openings=kept) == []


def test_an_empty_log_with_a_false_checkpoint_is_found() -> None:
    log = small_log(0)
    assert first(found([], checkpoints=[LOG.checkpoint(10)], log=LOG)) == (0, 10, Wrong.TRUNCATED)
    assert found([], checkpoints=[log.checkpoint(0)], log=log) == []


def test_a_false_root_of_the_empty_log_is_found() -> None:
    note = Checkpoint(ORIGIN, 0, bytes(32)).sign([LOG.key]).content
    assert first(found(LOG.entries, checkpoints=[note])) == (0, 0, Wrong.REWRITTEN)


def test_a_log_that_is_all_wrong_gives_the_first_lines_only() -> None:
    leaves = [bytes(32)] * (MOST_FINDINGS + 10)
    findings = found([b"?"] * len(leaves), leaves, [])
    assert [one.first for one in findings] == list(range(MOST_FINDINGS))


def test_a_place_is_said_for_people() -> None:
    places = [Finding(3, end, Wrong.REWRITTEN, "").place for end in (4, 10)]
    assert places == ["line 3", "lines 3 to 9"]


def test_a_damaged_salt_is_a_finding_and_no_crash() -> None:
    openings = {**LOG.openings, 7: replace(LOG.openings[7], salt=b"")}
    assert first(found(LOG.entries, openings=openings)) == (7, 8, Wrong.WRONG_DOCUMENT)


def test_an_entry_has_one_form_and_no_number_or_name_in_it() -> None:
    entry = LOG.entries[3]
    assert entry == (
        b'{"doc":"%b","event":"issue","office":"3171","prev":"PREPARED","seq":3,"state":"ISSUED",'
        b'"template":"akta_kelahiran","ts":"2026-11-24T08:00:01.000000Z","v":1}'
        % LOG.openings[3].commitment.hex().encode()
    )
    assert Change.parse(entry).entry == entry
    assert b"LU-24112026" not in b"".join(LOG.entries)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":3', b'"seq":3.0'),
        (b'"seq":3', b'"seq":true'),
        (b'"seq":3', b'"seq": 3'),
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1,"w":1'),
        (b"PREPARED", b"REVOKED"),
        (b"ISSUED", b"UNKNOWN"),
        (b"01.000000Z", b"01Z"),
        (b"08:00", b"25:00"),
        (b'"office":"3171"', b'"office":""'),
        (b'{"doc"', b'{"doc":"","doc"'),
        (b"{", b"[" * 100_000),
        (b"{", b"{\xff"),
    ],
)
def test_an_entry_in_another_form_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(LogError, match="malformed"):
        Change.parse(LOG.entries[3].replace(old, new, 1))


def test_an_entry_that_makes_no_sense_is_not_written() -> None:
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    with pytest.raises(LogError, match="cannot follow"):
        Kind(at, "issue", "3171", "akta", State.ISSUED, None)
    with pytest.raises(LogError, match="time zone"):
        Kind(at.replace(tzinfo=None), "reserve", "3171", "akta", State.RESERVED, None)
    with pytest.raises(LogError, match="cannot stand"):
        Kind(at, "reserve", '3171","x":"', "akta", State.RESERVED, None)


def test_a_commitment_is_bound_to_salt_number_and_file() -> None:
    salt, pdf = bytes(16), bytes(range(32))
    assert commitment(salt, "3171-LU", pdf) == sha256(salt + b"3171-LU" + pdf).digest()
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(b"", "3171-LU", pdf)
