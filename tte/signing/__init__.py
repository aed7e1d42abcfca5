"""The station where drafts become signed documents. The rest of the pipeline cannot tell who signs, nor how.

`by_key`: a key that sees digests only. `by_service`: a service that takes whole documents, such as BSrE's ESC.
"""

from tte.signing.by_key import KeySigning
from tte.signing.by_service import Dispatches, DocumentSigning, SigningService
from tte.signing.protocol import Awaited, Draft, Signing

__all__ = ["Awaited", "Dispatches", "DocumentSigning", "Draft", "KeySigning", "Signing", "SigningService"]
