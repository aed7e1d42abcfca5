"""A file of rows as a batch that workers take chunk by chunk, on this machine or on many.

`submit` reads a file once and keeps it by chunks in the register's database; a `Worker` takes chunks and hands each to
`Issuer.issue`, the only way in which documents are made; `progress` says how far they are. The register makes taking a
chunk twice harmless, so nobody has to prove that a silent worker is dead: its lease ends, another takes the chunk. With
PostgreSQL a queue (`waking`) tells workers at once; it may lose or repeat anything, for the chunks are looked through
again every few seconds.
"""

from tte.batches.outcomes import COLUMNS, Told, outcome_lines, told_of
from tte.batches.progress import Progress, State, all_progress, progress_of
from tte.batches.submitting import submit
from tte.batches.worker import Worker

__all__ = [
    "COLUMNS",
    "Progress",
    "State",
    "Told",
    "Worker",
    "all_progress",
    "outcome_lines",
    "progress_of",
    "submit",
    "told_of",
]
