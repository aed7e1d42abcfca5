"""BER as other people's signatures hold it (X.690 §8): indefinite lengths and constructed strings too, within limits.

The strict reader of our own files is `der`. Nothing here recurses on what it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31
_CONSTRUCTED = 0x20
_MAX_DEPTH = 64
_MAX_VALUES = 200_000


class NotBer(ValueError):
    """These bytes are not the BER that should stand here. Stays inside the validation room."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value where it stands in `ber`: from `start` to `past`, its contents from `inside` to `end`."""

    ber: bytes
    tag: int
    start: int
    inside: int
    end: int
    past: int

    @property
    def contents(self) -> bytes:
        """What the value holds, without tag and length."""
        return self.ber[self.inside : self.end]

    @property
    def whole(self) -> bytes:
        """The value with tag and length, as it stands."""
        return self.ber[self.start : self.past]

    def children(self) -> list[Node]:
        """The values this one is made of, first to last; they fill it exactly."""
        found, at = [], self.inside
        while at < self.end:
            found.append(node_at(self.ber, at, self.end))
            at = found[-1].past
            if len(found) > _MAX_VALUES:
                raise NotBer("too many values")
        return found

    def child(self, place: int, *tags: int) -> Node:
        """The value at `place`, which must have one of these tags if any are given."""
        children = self.children()
        if place >= len(children) or (tags and children[place].tag not in tags):
            raise NotBer("a value is missing or another one")
        return children[place]


def node_at(ber: bytes, at: int = 0, limit: int | None = None) -> Node:
    """The value that begins at `at` and lies before `limit`."""
    limit = len(ber) if limit is None else limit
    tag, inside, end = _header(ber, at, limit)
    if end is not None:
        return Node(ber, tag, at, inside, end, end)
    depth, now = 1, inside
    for _ in range(_MAX_VALUES):
        if ber[now : now + 2] == b"\x00\x00" and now + 2 <= limit:
            depth, now = depth - 1, now + 2
            if not depth:
                return Node(ber, tag, at, inside, now - 2, now)
            continue
        _, begun, past = _header(ber, now, limit)
        depth, now = (depth + 1, begun) if past is None else (depth, past)
        if depth > _MAX_DEPTH:
            break
    raise NotBer("nested too deeply or too many values")


def _header(ber: bytes, at: int, limit: int) -> tuple[int, int, int | None]:
    """Tag, where the contents begin, and where they end: None if the length is indefinite."""
    inside = at + 2
    if inside > limit or ber[at] & 0x1F == 0x1F:
        raise NotBer("cut short, or a long tag")
    tag, length = ber[at], ber[at + 1]
    if length == 0x80:
        if not tag & _CONSTRUCTED:
            raise NotBer("a simple value of indefinite length")
        return tag, inside, None
    if length > 0x80:
        octets = length & 0x7F
        length = int.from_bytes(ber[inside : inside + octets], "big")
        inside += octets
        if octets > 4 or inside > limit:
            raise NotBer("a length that is too long")
    if inside + length > limit:
        raise NotBer("a value longer than what it lies in")
    return tag, inside, inside + length


def octets(node: Node) -> bytes:
    """The bytes of an OCTET STRING, also in pieces, also implicitly tagged."""
    if not node.tag & _CONSTRUCTED:
        return node.contents
    return b"".join(octets(piece) for piece in node.children() if piece.tag in (OCTET_STRING, 0x24))


def dotted(node: Node) -> str:
    """The text of an OBJECT IDENTIFIER."""
    if node.tag != OID or not 1 <= node.end - node.inside <= 40:
        raise NotBer("no object identifier")
    arcs, arc = [], 0
    for octet in node.contents:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise NotBer("no object identifier")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def encoded(tag: int, *parts: bytes) -> bytes:
    """A value in DER."""
    contents = b"".join(parts)
    if len(contents) < 0x80:
        return bytes((tag, len(contents))) + contents
    length = len(contents).to_bytes((len(contents).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + contents


def encoded_oid(text: str) -> bytes:
    """An OBJECT IDENTIFIER in DER."""
    first, second, *rest = map(int, text.split("."))
    contents = b""
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        contents += bytes(reversed(groups))
    return encoded(OID, contents)


def in_order(parts: Sequence[bytes]) -> bytes:
    """The contents of a SET OF in DER (X.690 §11.6)."""
    return b"".join(sorted(parts))
