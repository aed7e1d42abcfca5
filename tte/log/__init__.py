"""The tamper-evident log: a Merkle tree over every change of state in the register, and how others can check it.

Hashes and proofs are RFC 6962 / RFC 9162 with SHA-256; files are C2SP tlog-tiles, tlog-checkpoint, signed-note and
tlog-proof. This room knows no database, no network and no clock. The register keeps what is made here, in the
transaction that changes the state: entries, the edge, and the hash of each full tile. See docs/log.md.
"""

from tte.log.auditing import audit
from tte.log.changes import Change, Kind, Opening, commitment
from tte.log.checkpoints import Checkpoint, extends, open_checkpoint
from tte.log.findings import Finding, Wrong
from tte.log.folder import FolderTree, read_verified, write_checkpoint, write_tiles
from tte.log.growing import Edge, Full, Growth
from tte.log.hashing import EMPTY_ROOT, leaf_hash, leaf_hashes, node_hash
from tte.log.notes import LogKey, Note, NoteKey, NoteSignature, signed
from tte.log.offline import OfflineProof
from tte.log.proofs import prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from tte.log.tiles import split_bundle
from tte.log.trees import LeafTree, Tree, root_at

__all__ = [
    "EMPTY_ROOT",
    "Change",
    "Checkpoint",
    "Edge",
    "Finding",
    "FolderTree",
    "Full",
    "Growth",
    "Kind",
    "LeafTree",
    "LogKey",
    "Note",
    "NoteKey",
    "NoteSignature",
    "OfflineProof",
    "Opening",
    "Tree",
    "Wrong",
    "audit",
    "commitment",
    "extends",
    "leaf_hash",
    "leaf_hashes",
    "node_hash",
    "open_checkpoint",
    "prove_consistency",
    "prove_inclusion",
    "read_verified",
    "root_at",
    "signed",
    "split_bundle",
    "verify_consistency",
    "verify_inclusion",
    "write_checkpoint",
    "write_tiles",
]
