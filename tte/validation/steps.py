"""How many steps may be taken in search of chains: authorities that certify each other give a file of 40 kB so many
ways to go that nobody sees their end.
"""

from __future__ import annotations

from collections.abc import Iterator

from asn1crypto import x509
from pyhanko_certvalidator.authority import TrustAnchor
from pyhanko_certvalidator.registry import CertificateRegistry, TrustManager

_MOST = 200
"""In one search."""


class TooManySteps(RecursionError):
    """A search for chains that does not end soon. `validate` says that the file is too complex."""


class BoundedRegistry(CertificateRegistry):
    """Certificates of one question; after 200 steps through them TooManySteps."""

    _taken = 0

    def find_potential_issuers(
        self, cert: x509.Certificate, trust_manager: TrustManager
    ) -> Iterator[TrustAnchor | x509.Certificate]:
        """Whoever may have issued it (RFC 5280 §6.1)."""
        self._taken += 1
        if self._taken > _MOST:
            raise TooManySteps("more ways through certificates than are followed")
        yield from super().find_potential_issuers(cert, trust_manager)
