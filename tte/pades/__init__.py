"""A document becomes a signed document: lint, prepare, complete; and is raised: augment, renew (EN 319 142-1).

Nothing here holds or knows a private key: `prepare` needs what is public about a key, and gives a `Draft` with the
digest to sign; `Draft.complete` takes the signature value. What must never happen here: a document that could look
different later gets a draft, a draft becomes two signed documents, a value that does not verify leaves this room.

No event loop runs. pyHanko's convenient signers are coroutines because a time-stamp or a remote key may be waited
for; here there is nothing to wait for, so its synchronous parts are used (`PdfCMSEmbedder`, `Signer.signer_info`),
which also lets many documents be prepared between one call of the key and the next.
"""

from tte.pades.augmentation import Augmented, augment, renew
from tte.pades.draft import Draft, prepare
from tte.pades.resumed import ResumedDraft, resume

__all__ = ["Augmented", "Draft", "ResumedDraft", "augment", "prepare", "renew", "resume"]
