"""What one revision changes in the one before: deny by default, every difference must have a reason (validation.md 4).

A difference is found by the cross-references, explained by the role its object plays in the document, and allowed only
if nothing else uses that object. What may change after signing: long-term validation data, further signatures with
their fields and widgets, the description of the file. Nothing else, form filling and notes included.
"""

from tte.validation.changes.comparing import Changes, compare

__all__ = ["Changes", "compare"]
