"""From rows to issued documents: the one way in. A single document is a batch of one.

The order is fixed (docs/house.md): check, render, prepare, *reserve*, sign, complete, *self-validate*, record, tell.
What will be signed is durable before the key is used; nothing leaves before it is recorded. A bad row is a value,
`Refused`, and the rest goes on; a dead key, a full disk or a document that fails our own validation is an exception,
and running the same file again resumes: what is recorded answers with its entry, what was only reserved is signed as
the same bytes.
"""

from tte.issuance.issuer import Issuer, new_id, now
from tte.issuance.outcomes import Issued, Outcome, Refused

__all__ = ["Issued", "Issuer", "Outcome", "Refused", "new_id", "now"]
