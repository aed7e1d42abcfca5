"""The queue that raises what was issued to the level it is to reach: right away, or when a service is back.

The register is the queue: what it lists as below its goal is to be raised. A document is signed and recorded before
this room has it, so nothing that goes wrong here loses a signature, and nothing here uses a key. Whatever interrupts
it, the next run goes on from what is recorded. What must never happen here: a file recorded at a level that our own
validation does not find in it.
"""

from tte.augmentation.augmenter import Augmenter, Reached

__all__ = ["Augmenter", "Reached"]
