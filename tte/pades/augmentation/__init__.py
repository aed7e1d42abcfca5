"""Raising signed PDFs from B-B to B-T, B-LT and B-LTA (EN 319 142-1 §5, §6), and renewing what was raised.

No key is used here. What must never happen: a signed byte changes; a file is said to have a level that it has not; a
step that succeeded is lost because the next one did not.
"""

from tte.pades.augmentation.raising import Augmented, augment, renew
from tte.pades.augmentation.steps import add_document_time_stamp, add_signature_time_stamp, add_validation_data

__all__ = [
    "Augmented",
    "add_document_time_stamp",
    "add_signature_time_stamp",
    "add_validation_data",
    "augment",
    "renew",
]
