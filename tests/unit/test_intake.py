"""Files as rows: what can be read is read, what cannot is named, and nothing is guessed."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tte.errors import IntakeError
from tte.intake import Format, read
from tte.model import Raw, Row, Unreadable
from tte.template.fields import Grouping

FAMILY = Grouping("nomor_kk", "anggota", frozenset({"nik", "nama"}))


def csv(text: str | bytes, *, grouping: Grouping | None = None) -> list[Row | Unreadable]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(raw), Format.CSV, grouping=grouping))


def json_rows(text: str | bytes) -> list[Row | Unreadable]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text), Format.JSON))


def ndjson(text: str | bytes) -> list[Row | Unreadable]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text), Format.NDJSON))


def numbers(rows: list[Row | Unreadable]) -> list[tuple[int, bool]]:
    """The number of each, and whether it could be read."""
    return [(row.number, isinstance(row, Row)) for row in rows]


def problem(row: Row | Unreadable) -> str:
    assert isinstance(row, Unreadable)
    return str(row.problem)


# CSV


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_with_each_delimiter_line_end_and_mark(mark: bytes, delimiter: str, end: str) -> None:
    text = end.join(["nik, nama ", "1,ANI", '"2","BUDI, S.H.; M.M."']).replace(",", delimiter, 2)
    text = text.replace('"2",', f'"2"{delimiter}')
    assert csv(mark + text.encode()) == [
        Row(2, {"nik": "1", "nama": "ANI"}),
        Row(3, {"nik": "2", "nama": "BUDI, S.H.; M.M."}),
    ]


def test_a_quoted_cell_may_hold_line_breaks_and_rows_are_numbered_by_their_first_line() -> None:
    rows = csv('a,b\n1,"x\ny ""z"""\n\n2,q\n')
    assert rows == [Row(2, {"a": "1", "b": 'x\ny "z"'}), Row(5, {"a": "2", "b": "q"})]


def test_lines_with_nothing_in_any_cell_are_skipped() -> None:
    assert numbers(csv("a,b\n\n,\n , \n,,,\n1,2\n")) == [(6, True)]


def test_a_header_alone_gives_no_rows() -> None:
    assert csv("a,b\n") == csv("a,b") == []


def test_a_line_with_another_number_of_cells_is_unreadable_and_the_rest_goes_on() -> None:
    rows = csv("a,b\n1,2\nRAHASIA\n1,2,3\n1,2\n")
    assert numbers(rows) == [(2, True), (3, False), (4, False), (5, True)]
    assert problem(rows[1]).startswith("has 1 cells where the header has 2")
    assert "RAHASIA" not in problem(rows[1])


def test_text_after_a_closing_quotation_mark_spoils_its_line_only() -> None:
    rows = csv('a,b\n1,"JL. "A" 5"\n3,4\n')
    assert numbers(rows) == [(2, False), (3, True)]
    assert "written twice" in problem(rows[0])


def test_a_quotation_mark_inside_an_unquoted_cell_is_text() -> None:
    assert csv('a,b\n1,PIPA 5"\n') == [Row(2, {"a": "1", "b": 'PIPA 5"'})]


def test_a_quotation_mark_that_is_never_closed_takes_the_rest_along_and_says_so() -> None:
    rows = csv('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert numbers(rows) == [(2, True), (3, False)]
    assert "never closed" in problem(rows[1])
    assert "line 5" in problem(rows[1])


def test_the_inside_of_a_cell_is_never_taken_for_rows() -> None:
    forged = "\n9,PALSU" * 2
    filler = "\n" + "x" * 999_000
    rows = csv(f'a,b\n1,"{filler}{filler}{forged}"\n2,c\n3,"JL. "A" 1{forged}"\n4,d\n5,"{forged}')
    assert [row.values["b"] for row in rows if isinstance(row, Row)] == ["c", "d"]


def test_a_line_or_a_cell_that_is_too_long_is_unreadable_and_the_rest_goes_on() -> None:
    rows = csv(f"a,b\n1,{'x' * 3_000_000}\n1,{'x' * 200_000}\n1,2\n")
    assert numbers(rows) == [(2, False), (3, False), (4, True)]
    assert "too long" in problem(rows[0])


def test_a_carriage_return_in_a_line_spoils_that_line() -> None:
    assert numbers(csv("a,b\n1,2\r3,4\n5,6\n")) == [(2, False), (3, True)]


REFUSED: list[tuple[bytes, str]] = [
    (b"", "empty"),
    ("nik,nama\n1,ANI\n".encode("utf-16"), "UTF-16"),
    ("nik,nama\n1,ANI\n".encode("utf-16-le"), "UTF-16"),
    ("nik,nama\n1,ANI\n".encode("utf-16-be"), "UTF-16"),
    ("nik,nama\n1,ANI\n".encode("utf-32"), "UTF-32"),
    ("nik,nama\n1,ANI\n".encode("utf-32-be"), "UTF-32"),
    ("nik,nama\n1,REN\xc9E\n".encode("latin-1"), "offset 14 is 0xC9"),
    (b"nik,nama\n1,A\0NI\n", "NUL byte at offset 12"),
    (b"nik,nama\r1,ANI\r", "CR only"),
    (b"nik,nama\r" + b"1,ANI\r" * 300_000, "CR only"),
    (b"nik\tnama\n1\tANI\n", "tab-separated"),
    (b"nik\n1\n", "no comma"),
    (b"\nnik,nama\n", "blank"),
    (b"3171010101900001,ANI\n", "not a header"),
    (b"nik,nama,nik\n", "column nik twice"),
    (b"nik,,nama\n", "column 2 has no name"),
    (b"nik,nama,\n", "column 3 has no name"),
    (b'nik,"na"ma\n', "quotation marks"),
    (b'[{"nik": "1", "nama": "ANI"}]', "looks like JSON"),
    (b"a," * 1_000_000, "longer than"),
]


@pytest.mark.parametrize(("raw", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_a_file_that_is_no_such_csv_is_refused_by_name(raw: bytes, said: str) -> None:
    with pytest.raises(IntakeError, match=said) as caught:
        csv(raw)
    assert "3171" not in str(caught.value)


def test_a_wrong_byte_far_down_is_found_where_it_is() -> None:
    lines = read(io.BytesIO(b"a,b\n" + b"1,2\n" * 1000 + b"1,\xff\n"), Format.CSV)
    assert sum(1 for _ in zip(range(1000), lines, strict=False)) == 1000
    with pytest.raises(IntakeError, match="offset 4006"):
        next(lines)


# Grouping


def grouped(*lines: str) -> list[Row | Unreadable]:
    return csv("\n".join(["nomor_kk,alamat,nik,nama", *lines]), grouping=FAMILY)


def test_neighbouring_lines_of_one_number_are_one_row() -> None:
    assert grouped("K1,JL. A,1,ANI", "K1 ,JL.  A,2,BUDI", "K2,JL. B,3,CICI") == [
        Row(
            2,
            {
                "nomor_kk": "K1",
                "alamat": "JL. A",
                "anggota": [{"nik": "1", "nama": "ANI"}, {"nik": "2", "nama": "BUDI"}],
            },
        ),
        Row(4, {"nomor_kk": "K2", "alamat": "JL. B", "anggota": [{"nik": "3", "nama": "CICI"}]}),
    ]


def test_lines_of_one_number_that_differ_in_a_shared_column_are_unreadable_together() -> None:
    rows = grouped("K1,JL. A,1,ANI", "K1,JL. RAHASIA,2,BUDI", "K2,JL. B,3,CICI")
    assert numbers(rows) == [(2, False), (4, True)]
    assert problem(rows[0]) == "alamat: is not the same in all lines that belong together"


def test_no_part_of_a_scattered_family_becomes_a_row() -> None:
    rows = grouped("K1,A,1,ANI", "K2,B,3,CICI", "K1,A,2,BUDI", "K3,A,4,DEDI")
    assert numbers(rows) == [(2, False), (3, True), (4, False), (5, True)]
    assert "sort the file" in problem(rows[0])
    assert "sort the file" in problem(rows[2])


@pytest.mark.parametrize("bad", ["K1,A,2", ",A,2,BUDI", 'K1,A,2,"B"x'])
def test_an_unreadable_line_takes_the_families_beside_it_along(bad: str) -> None:
    rows = grouped("K0,A,0,NOL", "K1,A,1,ANI", bad, "K2,B,3,CICI", "K3,B,4,DEDI")
    assert sorted(numbers(rows)) == [(2, True), (3, False), (4, False), (5, False), (6, True)]
    assert any("line 4 beside it" in problem(row) for row in rows if row.number == 3)


def test_a_family_of_more_than_a_hundred_lines_is_unreadable() -> None:
    assert numbers(grouped(*["K1,A,1,ANI"] * 101)) == [(2, False)]


def test_a_file_without_the_column_to_group_by_is_refused() -> None:
    with pytest.raises(IntakeError, match="nomor_kk"):
        csv("alamat,nik\nA,1\n", grouping=FAMILY)
    with pytest.raises(IntakeError, match="anggota"):
        csv("nomor_kk,anggota\nA,1\n", grouping=FAMILY)


def test_a_pipe_cannot_be_grouped() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(IntakeError, match="read twice"):
        list(read(Pipe(b"nomor_kk,nik\n"), Format.CSV, grouping=FAMILY))


# JSON and NDJSON


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_json_and_ndjson_give_their_objects(mark: str) -> None:
    first: dict[str, Raw] = {"nik": "1", "n": 1, "anggota": [{"nama": "ANI"}]}
    second: dict[str, Raw] = {"nik": None}
    assert json_rows(mark + json.dumps([first, second], indent=1)) == [Row(1, first), Row(2, second)]
    assert ndjson(mark + f"{json.dumps(first)}\r\n\n{json.dumps(second)}") == [Row(1, first), Row(3, second)]


def test_an_empty_array_gives_no_rows() -> None:
    assert json_rows(" [ ] \n") == []


BAD_OBJECTS = [
    ('{"a": 1, "a": 2}', "same key twice"),
    ('{"a": {"b": 1, "b": 2}}', "same key twice"),
    ('{"a": NaN}', "NaN"),
    ('{"a": -Infinity}', "NaN"),
    ('{"a": [[[1]]]}', "nested"),
    (f'{{"a": {"9" * 5000}}}', "18 digits"),
    ('"RAHASIA"', "not an object"),
    ("[1]", "not an object"),
]


@pytest.mark.parametrize(("text", "said"), BAD_OBJECTS)
def test_an_object_that_could_be_read_in_two_ways_is_unreadable_and_the_rest_goes_on(text: str, said: str) -> None:
    for rows in (json_rows(f'[{{"a": 1}}, {text}, {{"a": 2}}]'), ndjson(f'{{"a": 1}}\n{text}\n{{"a": 2}}\n')):
        assert numbers(rows) == [(1, True), (2, False), (3, True)]
        assert said in problem(rows[1])
        assert "RAHASIA" not in problem(rows[1])


@pytest.mark.parametrize("text", ['{"a": 1', '{"a": 1} {"a": 2}', "RAHASIA", '{"a": "\x07"}', "[" * 100_000])
def test_a_broken_line_of_ndjson_is_unreadable_and_the_rest_goes_on(text: str) -> None:
    rows = ndjson(f'{{"a": 1}}\n{text}\n{{"a": 2}}\n')
    assert numbers(rows) == [(1, True), (2, False), (3, True)]
    assert "RAHASIA" not in problem(rows[1])


def test_a_long_line_of_ndjson_is_skipped_and_the_rest_goes_on() -> None:
    assert numbers(ndjson('{"a": "' + "x" * 2_500_000 + '"}\n{"a": 1}\n')) == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"a": 1}', "array of objects"),
        (b"nik,nama\n", "not JSON"),
        (b'[{"a": 1}', "item 1"),
        (b'[{"a": 1},\n{"a": }]', r"item 2 \(line 2, column 7\)"),
        (b'[{"a": 1} {"a": 2}]', "comma"),
        (b'[{"a": 1},]', "item 2"),
        (b'[{"a": 1}] x', "goes on"),
        (b"[" * 100_000, "nested"),
        ('[{"a": 1}]'.encode("utf-16"), "UTF-16"),
        (b'[{"a": "\xe9"}]', "offset 8 is 0xE9"),
        (b" " * 64_000_001, "NDJSON"),
    ],
)
def test_a_broken_json_file_is_refused_by_name(raw: bytes, said: str) -> None:
    with pytest.raises(IntakeError) as caught:
        json_rows(raw)
    assert any(part in f"{caught.value} {caught.value.hint}" for part in (said, said.replace("\\", "")))


def test_an_array_is_no_ndjson() -> None:
    with pytest.raises(IntakeError, match="JSON array"):
        ndjson('[{"a": 1}]')


# All formats


class Endless(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        assert isinstance(buffer, memoryview)
        part = next(self._parts, b"")
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    ("format", "parts"),
    [
        (Format.CSV, lambda: iter([b"a,b\n", *[b"1,JL. MELATI NO. 3\n" * 50] * 1000])),
        (Format.NDJSON, lambda: iter([b'{"a": "1", "b": "JL. MELATI"}\n' * 50] * 1000)),
        (Format.CSV, lambda: iter([b"a,b\n", b'1,"', *[b"%b\n" % (b"x" * 4000)] * 5000])),
        (Format.NDJSON, lambda: iter([b"x" * 8000] * 5000)),
    ],
    ids=["csv", "ndjson", "an open quotation mark", "one endless line"],
)
def test_memory_does_not_grow_with_the_file(format: Format, parts: Callable[[], Iterator[bytes]]) -> None:  # noqa: A002
    stream = io.BufferedReader(Endless(parts()))
    tracemalloc.start()
    for _ in read(stream, format):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@given(st.binary(max_size=200), st.sampled_from(Format))
def test_any_bytes_give_rows_or_an_intake_error(raw: bytes, format: Format) -> None:  # noqa: A002
    try:
        rows = list(read(io.BytesIO(raw), format))
    except IntakeError:
        return
    assert all(row.number >= 1 for row in rows)


@given(st.text(alphabet='a1,;"\n\r ', max_size=60))
def test_any_text_under_a_header_gives_rows_of_its_columns(text: str) -> None:
    for row in csv(f"a,b\n{text}"):
        assert isinstance(row, Unreadable) or row.values.keys() == {"a", "b"}
