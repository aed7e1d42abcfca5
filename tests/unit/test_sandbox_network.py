"""Addresses in a stranger's certificates are never asked, neither here nor in a child."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.signed_pdfs import NOW, party, sign, world
from tte.sandbox import Limits, Sandbox
from tte.validation import Trust, validate


def test_no_address_in_a_certificate_is_ever_asked() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked,
    ):
        listening.setblocking(False)
        asked.bind(("127.0.0.1", 0))
        asked.setblocking(False)
        here, there = listening.getsockname()[1], asked.getsockname()[1]
        addresses = [
            x509.UniformResourceIdentifier(address)
            for address in (
                f"http://127.0.0.1:{here}/x",
                f"http://127.0.0.1:{here}/redirect?to=http://169.254.169.254/latest/meta-data/",
                "http://169.254.169.254/latest/meta-data/",
                "file:///etc/passwd",
                f"ldap://127.0.0.1:{here}/cn=x",
                f"dns://127.0.0.1:{there}/nama.contoh.invalid",
            )
        ]
        access = [
            x509.AccessDescription(method, address)
            for address in addresses
            for method in (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
        ]
        points = [x509.DistributionPoint([address], None, None, None) for address in addresses]
        more = (x509.AuthorityInformationAccess(access), x509.CRLDistributionPoints(points))
        pdf = sign(by=party("Orang", world().authority, more=more), issuers=())
        trust = Trust((world().root.der,))
        opened: list[object] = []
        with _noting(opened), Sandbox(Limits(at_once=1)) as sandbox:
            reports = [validate(pdf, trust, NOW), sandbox.validate(pdf, trust, NOW)]
        assert reports[0] == reports[1]
        with pytest.raises(BlockingIOError):
            listening.accept()
        with pytest.raises(BlockingIOError):
            asked.recv(1)
        assert "/etc/passwd" not in opened
        assert not [one for one in opened if one in ("connect", "lookup")]


_noted: list[list[object]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    for into in _noted:
        if event == "open":
            into.append(arguments[0])
        elif event == "socket.getaddrinfo":
            into.append("lookup")
        elif event in ("socket.connect", "socket.sendto"):
            into.append("connect")


sys.addaudithook(_hook)


@contextmanager
def _noting(into: list[object]) -> Iterator[None]:
    """Files that this process opens, names that it looks up, and connections that it makes (PEP 578)."""
    _noted.append(into)
    try:
        yield
    finally:
        _noted.remove(into)
