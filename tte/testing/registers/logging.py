"""Every change of state stands in the log, which is whole, and in nobody's way."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tte.errors import RegisterError
from tte.log import Change, Edge, LeafTree, LogKey, audit, leaf_hashes, prove_inclusion, root_at, verify_inclusion
from tte.model import Level, Prepared, Replaces, State
from tte.register import Register, Request, open_register
from tte.testing.registers.ending import DAY
from tte.testing.registers.opening import OpenedRegister
from tte.testing.registers.samples import AT, OFFICE, SHARED, TEMPLATE, intent_of, raised_of, signed_of, trailer_of

ORIGIN = "register.example/log"
CERTIFICATE = bytes(32)


class LoggingSuite(OpenedRegister):
    """The log of a register, and files of which only the signature is kept."""

    def test_each_change_of_state_is_a_line_and_the_audit_finds_nothing(self, register: Register) -> None:
        _live(register)
        lines = list(register.log.lines())
        changes = [Change.parse(line.entry) for line in lines]
        assert [(one.kind.event, one.kind.state, one.kind.prev) for one in changes] == [
            ("prepare", State.PREPARED, None),
            ("prepare", State.PREPARED, None),
            ("issue", State.ISSUED, State.PREPARED),
            ("issue", State.ISSUED, State.PREPARED),
            ("raise", State.ISSUED, State.ISSUED),
            ("allocate", State.RESERVED, None),
            ("prepare", State.PREPARED, State.RESERVED),
            ("void", State.VOID, State.PREPARED),
            ("prepare", State.PREPARED, None),
            ("issue", State.ISSUED, State.PREPARED),
            ("replace", State.REPLACED, State.ISSUED),
            ("revoke", State.REVOKED, State.ISSUED),
        ]
        openings = {line.seq: line.opening for line in lines if line.opening}
        assert len(openings) == len(lines)
        key = LogKey(ORIGIN, Ed25519PrivateKey.generate())
        found = audit(
            (line.entry for line in lines),
            (line.leaf for line in lines),
            [],
            origin=ORIGIN,
            keys=[key.public],
            openings=openings,
        )
        assert not found

    def test_the_tree_is_that_of_its_lines_and_proves_them(self, register: Register) -> None:
        _live(register)
        for number in range(600):
            register.reserve([intent_of(f"n-{number}")])
        edge, tree = register.log.edge(), register.log.tree()
        entries = register.log.entries(0, edge.size)
        leaves = leaf_hashes(entries)
        assert Edge().grow(leaves).edge == edge
        assert tree.size == len(leaves) == edge.size
        for size in (1, 255, 256, 257, 512, edge.size):
            assert root_at(tree, size) == root_at(LeafTree(leaves), size)
        for seq in (0, 1, 300, edge.size - 1):
            proof = prove_inclusion(tree, seq, edge.size)
            assert verify_inclusion(leaves[seq], seq, edge.size, proof, edge.root)
        assert register.log.entries(250, 260) == entries[250:260]
        assert [line.entry for line in register.log.lines(590)] == entries[590:]

    def test_the_lines_about_a_document_are_found(self, register: Register) -> None:
        _live(register)
        assert register.log.of("id-1") == [0, 2, 4, 10]
        assert register.log.of("id-2") == [1, 3, 11]
        assert register.log.of("given") == [5, 6, 7]
        assert register.log.of("never") == []

    def test_what_is_refused_leaves_no_line(self, register: Register) -> None:
        register.reserve([intent_of("1")])
        register.reserve([intent_of("1", id="other", name="BUDI")])
        with pytest.raises(RegisterError):
            register.record([signed_of(intent_of("2"))], AT)
        with pytest.raises(RegisterError):
            register.void(["id-1", "never"], "both", AT)
        assert register.log.edge().size == 1

    def test_checkpoints_and_acknowledgements_are_kept(self, register: Register) -> None:
        for size in (1, 2):
            register.log.keep_checkpoint(size, b"note %d" % size, AT)
        register.log.acknowledge(b"note 9", "restored from the backup of Monday", AT)
        assert register.log.checkpoints() == [b"note 1", b"note 2"]
        (known,) = register.log.acknowledged()
        assert (known.size, known.note, known.reason) == (0, b"note 9", "restored from the backup of Monday")

    def test_a_file_is_kept_as_it_was_prepared_and_its_signature(self, register: Register, url: str) -> None:
        intent = replace(intent_of("1"), prepared=_prepared("id-1"))
        assert register.reserve([intent]) == [None]
        assert register.prepared("id-1") == intent.prepared
        signed = signed_of(intent, shared=(*SHARED, b"%%"), own=(b"id-1", b"signature", trailer_of("id-1")))
        with closing(open_register(url)) as other:
            (entry,) = other.record([signed], AT)
            assert entry.certificate_sha256 == CERTIFICATE
            assert other.read_pdf("id-1") == signed.pdf
        assert register.find("id-1") == entry

    def test_another_file_than_was_prepared_is_not_recorded(self, register: Register) -> None:
        intent = replace(intent_of("1"), prepared=_prepared("id-1"))
        register.reserve([intent])
        signed = signed_of(intent, shared=(*SHARED, b"%%"), own=(b"id-2", b"signature", trailer_of("id-1")))
        with pytest.raises(RegisterError, match="prepared"):
            register.record([signed], AT)
        assert register.count() == 0

    def test_what_was_sent_as_a_whole_is_kept_beside_what_came_back(self, register: Register) -> None:
        prepared = Prepared(CERTIFICATE, (b"%PDF- ",), (b"sent",), None)
        intent = replace(intent_of("1"), prepared=prepared)
        register.reserve([intent])
        signed = signed_of(intent, shared=(b"%PDF- ",), own=(b"came back" + trailer_of("id-1"),))
        register.record([signed], AT)
        assert register.read_pdf("id-1") == signed.pdf
        assert register.prepared("id-1") == prepared


def _prepared(id_: str) -> Prepared:
    return Prepared(CERTIFICATE, (*SHARED, b"%%"), (id_.encode(), b"", trailer_of(id_)), 1)


def _live(register: Register) -> None:
    """One of each change of state."""
    one, two = intent_of("1"), intent_of("2")
    register.reserve([one, two])
    register.record([signed_of(one), signed_of(two)], AT)
    register.augment([raised_of(register.read_pdf("id-1"), Level.B_T)], AT)
    register.allocate(OFFICE, TEMPLATE, DAY, [Request.of("a", b"content")], lambda serial: f"given-{serial}", AT)
    register.reserve([intent_of("given-1", id="given")])
    register.void(["given"], "the row was wrong", AT)
    new = replace(intent_of("1", id="new", name="BUDI"), replaces=Replaces("id-1", "the name was corrected"))
    register.reserve([new])
    register.record([signed_of(new, name="BUDI")], AT + timedelta(seconds=1))
    register.revoke("id-2", "wrong person", AT)
