"""The seal's text: every vector gets the answer its name ends in, and nothing that was not signed is believed."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import vectors_seal as v
from tests.vectors_seal.__main__ import content, plain
from tte.seal import (
    Malformed,
    SealWriter,
    State,
    Verdict,
    check_number,
    document_id,
    id_bytes,
    id_text,
    kid_of,
    read,
    read_key_list,
    read_status_list,
    write_status_list,
)
from tte.seal.cbor import decode, encode
from tte.seal.text import written

KEYS, STATUS = v.lists()
VECTORS = list(v.vectors())
SIGNED = {json.dumps(plain(read(one.text, KEYS, STATUS, one.now).facts)) for one in VECTORS}
CLAIMS = {label: fact for label, fact in v.BIRTH.items() if label != 1}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: one.name)
def test_a_vector_gets_the_verdict_its_name_ends_in(vector: v.Vector) -> None:
    assert vector.name.endswith(f"-{vector.verdict}")
    assert read(vector.text, KEYS, STATUS, vector.now).verdict is vector.verdict


def test_every_verdict_has_a_vector() -> None:
    assert {one.verdict for one in VECTORS} == set(Verdict)


@pytest.mark.parametrize("refused", list(v.refused_lists()), ids=lambda one: one.name)
def test_a_list_that_no_reader_may_take_is_refused(refused: v.RefusedList) -> None:
    if refused.kind == "keys":
        with pytest.raises(Malformed):
            read_key_list(refused.message, v.PINNED, seen=refused.seen)
    else:
        with pytest.raises(Malformed):
            read_status_list(refused.message, KEYS[0], v.PERIOD)


def test_the_published_vectors_are_those_that_the_script_makes() -> None:
    assert v.FILE.read_text(encoding="utf-8") == content()


def test_facts_are_told_only_of_what_a_key_of_the_office_signed() -> None:
    told = {one.verdict for one in VECTORS if read(one.text, KEYS, STATUS, one.now).facts is not None}
    assert told == set(Verdict) - {
        Verdict.NATIONAL,
        Verdict.NOT_A_SEAL,
        Verdict.UNSEALED,
        Verdict.UNREADABLE,
        Verdict.NEWER,
        Verdict.UNKNOWN_KEY,
        Verdict.FORGED,
    }


def test_without_any_list_no_seal_is_believed() -> None:
    assert read(v.text(), [], {}, v.NOW).verdict is Verdict.UNKNOWN_KEY


def test_the_same_claims_under_the_same_id_are_the_same_seal() -> None:
    writer = SealWriter(v.HOST, v.OFFICE, v.SEAL)
    assert writer.write(v.ID, CLAIMS) == writer.write(v.ID, CLAIMS) == v.text()


def test_a_writer_knows_its_own_seal_and_no_other() -> None:
    writer = SealWriter(v.HOST, v.OFFICE, v.SEAL)
    good = writer.write(v.ID, CLAIMS)
    assert writer.wrote(good, v.ID, CLAIMS)
    assert not writer.wrote(good, v.ANOTHER, CLAIMS)
    assert not writer.wrote(good, v.ID, {**CLAIMS, 6: "SATI"})
    assert not writer.wrote(v.text(by=v.STRANGER, kid=kid_of(v.SEAL.public_key())), v.ID, CLAIMS)


@pytest.mark.parametrize("claims", [{**CLAIMS, 6: ""}, {**CLAIMS, 2: -1}, {2: 1}, {**CLAIMS, 77: "A" * 121}])
def test_what_a_reader_would_refuse_is_not_written(claims: dict[int, int | str | bytes]) -> None:
    with pytest.raises(Malformed):
        SealWriter(v.HOST, v.OFFICE, v.SEAL).write(v.ID, claims)


@pytest.mark.parametrize("host", ["Kab.example", "kab.example:8080", "kab.example/tte", "k", "k" * 61])
def test_a_host_that_cannot_stand_in_the_code_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        SealWriter(host, v.OFFICE, v.SEAL)


def test_an_id_commits_to_record_and_salt() -> None:
    one, salt = bytes(32), bytes(16)
    assert document_id(one, salt) == document_id(one, salt)
    assert len({document_id(one, salt), document_id(b"\1" * 32, salt), document_id(one, b"\1" * 16)}) == 3


@given(st.binary(min_size=16, max_size=16))
def test_an_id_reads_back_as_the_bytes_it_is_of(given_bytes: bytes) -> None:
    assert id_bytes(id_text(given_bytes)) == given_bytes


@given(st.text(alphabet="0123456789", min_size=16, max_size=16), st.integers(0, 15), st.integers(1, 9))
def test_the_check_of_a_nik_tells_every_single_wrong_digit(nik: str, place: int, off: int) -> None:
    wrong = nik[:place] + str((int(nik[place]) + off) % 10) + nik[place + 1 :]
    assert check_number(wrong) != check_number(nik)


SCALARS = st.booleans() | st.integers(-(2**53) + 1, 2**53 - 2) | st.binary(max_size=300) | st.text(max_size=80)
LABELS = st.integers(-300, 300) | st.text(max_size=3)
FLAT = SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(LABELS, SCALARS, max_size=4)
VALUES = FLAT | st.lists(FLAT, max_size=3) | st.dictionaries(LABELS, FLAT, max_size=3)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    assert decode(encode(value)) == value


@given(st.binary(max_size=80))
def test_whatever_is_read_is_the_one_encoding_of_what_it_says(encoded: bytes) -> None:
    try:
        value = decode(encoded)
    except Malformed:
        return
    assert encode(value) == encoded


@settings(max_examples=300)
@given(st.data())
def test_a_seal_that_was_changed_anywhere_says_nothing_that_was_not_signed(data: st.DataObject) -> None:
    message = bytearray(v.message(data.draw(st.sampled_from([v.BIRTH, v.FAMILY, v.MOVE]))))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(message) - 1))
        how = data.draw(st.sampled_from(["flip", "drop", "double", "put"]))
        if how == "flip":
            message[at] ^= 1 << data.draw(st.integers(0, 7))
        elif how == "put":
            message[at:at] = data.draw(st.binary(min_size=1, max_size=9))
        elif how == "drop":
            del message[at : at + data.draw(st.integers(1, 40))]
        else:
            message[at:at] = message[at : at + 8]
        message = message or bytearray(b"\1")
    said = read(written(v.HOST, v.ID, bytes(message)), KEYS, STATUS, v.NOW)
    assert said.facts is None or json.dumps(plain(said.facts)) in SIGNED


@given(st.text(max_size=400), st.integers(0, 600))
def test_any_text_has_an_answer(anything: str, cut: int) -> None:
    for said in (anything, v.text()[:cut] + anything, f"https://{v.HOST}/d/{v.ID}#{anything}"):
        assert read(said, KEYS, STATUS, v.NOW).verdict in Verdict


@settings(max_examples=200)
@given(VALUES)
def test_really_signed_nonsense_is_unreadable_or_shown_as_it_is(value: object) -> None:
    payload = encode(value if isinstance(value, dict) else {**v.BIRTH, 77: value})
    if len(payload) < 250:
        said = read(v.text(payload=payload), KEYS, STATUS, v.NOW)
        assert said.verdict in Verdict
        assert said.facts is None or said.facts == decode(payload)


@pytest.mark.parametrize("cut", range(1, 480, 7))
def test_a_seal_cut_short_is_unreadable_and_never_forged(cut: int) -> None:
    assert read(v.text()[:-cut], KEYS, STATUS, v.NOW).verdict in (
        Verdict.UNREADABLE,
        Verdict.UNSEALED,
        Verdict.NOT_A_SEAL,
    )


def test_a_root_speaks_for_its_own_office_only() -> None:
    with pytest.raises(Malformed, match="another office"):
        read_key_list(v.KEYS_MESSAGE, replace(v.PINNED, office=3173))


@settings(max_examples=50)
@given(st.sets(st.binary(min_size=16, max_size=16), max_size=40), st.randoms())
def test_a_status_list_says_of_every_document_what_it_was_told(ids: set[bytes], rnd: random.Random) -> None:
    states = {id_text(each): rnd.choice([None, *State]) for each in ids}
    ended = {state: [id for id, said in states.items() if said is state] for state in State}  # noqa: A001
    message = write_status_list(v.OFFICE, v.PERIOD, v.NOW, v.NOW + 1, ended, v.STATUS)
    found = read_status_list(message, KEYS[0], v.PERIOD)
    assert {one: found.state(one) for one in states} == states
