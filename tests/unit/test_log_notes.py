"""Notes, checkpoints and proof files are written as C2SP says, and read strictly."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from tests.log_world import ORIGIN, log_key, small_log
from tte.errors import LogError
from tte.log import (
    EMPTY_ROOT,
    Checkpoint,
    LeafTree,
    Note,
    NoteKey,
    OfflineProof,
    extends,
    open_checkpoint,
    prove_inclusion,
    root_at,
    signed,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
"""The example of the specification."""
TEXT = "register.example/3171\n2\nzXoSMMd1MkUb8L6lzmE2Ic8lmWMAv4Fb4FC1wnYSCZ4=\n"


def test_the_example_of_the_specification_verifies() -> None:
    key = NoteKey.parse(VKEY)
    assert key.vkey == VKEY
    assert Note.parse(NOTE).verified([key]) == {key}
    assert Note.parse(NOTE).content == NOTE


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        VKEY[:-1],
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("foo", "bar"),
        VKEY.replace("foo", "f oo"),
        VKEY.replace("+A", "+B"),
        VKEY + "=",
    ],
)
def test_a_verifier_key_that_is_not_whole_is_refused(vkey: str) -> None:
    with pytest.raises(LogError):
        NoteKey.parse(vkey)


@pytest.mark.parametrize("at", range(len(NOTE)))
def test_no_byte_of_a_note_can_be_changed(at: int) -> None:
    changed = NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :]
    with pytest.raises(LogError):
        Note.parse(changed).verified([NoteKey.parse(VKEY)])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n" + NOTE.split(b"\n\n")[1],
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"more\n",
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"example message", b"example\tmessage"),
        NOTE.replace(b"example message", b"example\xffmessage"),
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace(b"com/foo ", b"com/foo  "),
        NOTE.replace(b"com/foo ", b"com/f+o "),
        NOTE.replace(b"aQM=", b"aQN="),
        NOTE.replace(b"aQM=", b"aQM"),
        "text\n\n— name AAAA\n".encode(),
        NOTE + NOTE.split(b"\n\n")[1] * 64,
        b"x" * (1 << 20) + NOTE,
    ],
)
def test_a_note_in_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(LogError):
        Note.parse(content)


def test_several_keys_sign_one_note_and_each_is_told() -> None:
    ours, witness, stranger = log_key(), log_key("witness.example"), log_key("stranger.example")
    note = Note.parse(signed(TEXT, [ours, stranger, witness]).content)
    assert note.verified([ours.public, witness.public]) == {ours.public, witness.public}
    assert note.verified([ours.public]) == {ours.public}
    with pytest.raises(LogError, match="no key that is known"):
        note.verified([log_key().public])


def test_one_false_signature_of_a_known_key_refuses_the_whole_note() -> None:
    ours, witness = log_key(), log_key("witness.example")
    note = signed(TEXT, [ours, witness])
    false = replace(note.signatures[1], value=note.signatures[0].value)
    with pytest.raises(LogError, match="not valid"):
        Note(note.text, (note.signatures[0], false)).verified([ours.public, witness.public])


def test_a_checkpoint_is_three_lines_and_comes_back() -> None:
    key = log_key()
    checkpoint = Checkpoint(ORIGIN, 20852163, bytes(range(32)))
    assert checkpoint.text == f"{ORIGIN}\n20852163\n{b64encode(bytes(range(32))).decode()}\n"
    assert open_checkpoint(checkpoint.sign([key]).content, origin=ORIGIN, keys=[key.public]) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n1\n",
        f"\n1\n{b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n01\n{b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n-1\n{b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n\u0661\n{b64encode(bytes(32)).decode()}\n",
        f"{ORIGIN}\n1\n{b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n1\n{b64encode(bytes(32)).decode()}\n\nmore\n",
        f"{ORIGIN}\n1\n{b64encode(bytes(32)).decode()}",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LogError, match="no checkpoint"):
        Checkpoint.parse(text)


@pytest.mark.parametrize("origin", ["", "two\nlines"])
def test_an_origin_that_would_forge_lines_is_not_signed(origin: str) -> None:
    with pytest.raises(LogError):
        Checkpoint(origin, 1, bytes(32)).sign([log_key()])


def test_a_checkpoint_of_another_log_or_key_is_refused() -> None:
    key = log_key()
    note = Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign([key]).content
    with pytest.raises(LogError, match="another log"):
        open_checkpoint(note, origin="elsewhere.example", keys=[key.public])
    with pytest.raises(LogError, match="no key that is known"):
        open_checkpoint(note, origin=ORIGIN, keys=[log_key().public])


def test_a_tree_extends_what_it_was_and_nothing_else() -> None:
    leaves = small_log().leaves
    tree = LeafTree(leaves)
    for size in range(len(leaves) + 1):
        old = Checkpoint(ORIGIN, size, root_at(tree, size))
        assert extends(old, tree)
        assert not extends(replace(old, root=bytes(32)), tree)
        assert size == 0 or not extends(old, LeafTree(leaves[: size - 1]))


def test_a_proof_file_shows_offline_that_an_entry_is_in_the_log() -> None:
    log = small_log()
    tree, note = LeafTree(log.leaves), Note.parse(log.checkpoint(37))
    proof = OfflineProof(7, prove_inclusion(tree, 7, 37), note, b"anything")
    again = OfflineProof.parse(proof.content)
    assert again == proof
    assert again.content.startswith(b"c2sp.org/tlog-proof@v1\nextra YW55dGhpbmc=\nindex 7\n")
    assert again.verify(log.entries[7], origin=ORIGIN, keys=[log.key.public]).size == 37
    for wrong in (replace(proof, index=8), replace(proof, path=proof.path[:-1])):
        with pytest.raises(LogError, match="does not show"):
            wrong.verify(log.entries[7], origin=ORIGIN, keys=[log.key.public])
    with pytest.raises(LogError, match="does not show"):
        proof.verify(log.entries[8], origin=ORIGIN, keys=[log.key.public])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"extra ", b"extra"),
        (b"extra YW55dGhpbmc=", b"extra "),
        (b"index 7", b"index 07"),
        (b"index 7", b"index -7"),
        (b"index 7\n", b""),
        (b"=\n\n", b"=\n"),
        (b"\n\n", b"\nAAAA\n\n"),
        (b"\n\n", b"\n\n\n"),
        (b"index", b"\xff"),
    ],
)
def test_a_proof_file_in_another_form_is_refused(old: bytes, new: bytes) -> None:
    log = small_log()
    path = prove_inclusion(LeafTree(log.leaves), 7, 37)
    content = OfflineProof(7, path, Note.parse(log.checkpoint(37)), b"anything").content
    with pytest.raises(LogError):
        OfflineProof.parse(content.replace(old, new, 1)).verify(log.entries[7], origin=ORIGIN, keys=[log.key.public])
