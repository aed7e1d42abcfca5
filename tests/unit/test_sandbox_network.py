"""Addresses in a stranger's certificates are never asked, neither here nor in a child."""

from __future__ import annotations

import socket

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.signed_pdfs import NOW, party, sign, world
from tte.sandbox import Limits, Sandbox
from tte.validation import Trust, validate


def test_no_address_in_a_certificate_is_ever_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        address = x509.UniformResourceIdentifier(f"http://127.0.0.1:{listening.getsockname()[1]}/x")
        access = [
            x509.AccessDescription(method, address)
            for method in (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
        ]
        points = [x509.DistributionPoint([address], None, None, None)]
        more = (x509.AuthorityInformationAccess(access), x509.CRLDistributionPoints(points))
        pdf = sign(by=party("Orang", world().authority, more=more), issuers=())
        trust = Trust((world().root.der,))
        with Sandbox(Limits(at_once=1)) as sandbox:
            reports = [validate(pdf, trust, NOW), sandbox.validate(pdf, trust, NOW)]
        assert reports[0] == reports[1]
        try:
            listening.accept()
        except BlockingIOError:
            return
        raise AssertionError("somebody was asked")
