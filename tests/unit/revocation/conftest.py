"""Who asks about revocation, and whose certificates name an OCSP responder, a list, or both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile_server import (
    TrustServer,
    trust_server,
)
from tests.revoking import AT, ISSUER, ROOT
from tests.trust_services import Holder
from tte.http import Http
from tte.services import Revocations


@pytest.fixture
def server() -> Iterator[TrustServer]:
    with trust_server() as server:
        yield server


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(hosts=["127.0.0.1"], private=True, seconds=5)
    yield http
    http.close()


@pytest.fixture
def revocations(http: Http) -> Revocations:
    return Revocations(http=http, anchors=[ROOT.der], now=lambda: AT)


@pytest.fixture
def by_ocsp(server: TrustServer) -> Holder:
    """A certificate that names the OCSP responder at /ocsp."""
    return ISSUER.issue("Pejabat", ocsp_at=[server.url("/ocsp")])


@pytest.fixture
def by_crl(server: TrustServer) -> Holder:
    """A certificate that names the CRL at /crl."""
    return ISSUER.issue("Pejabat", crl_at=[server.url("/crl")])


@pytest.fixture
def by_both(server: TrustServer) -> Holder:
    return ISSUER.issue("Pejabat", ocsp_at=[server.url("/ocsp")], crl_at=[server.url("/crl")])
