"""Revocation info that is silent about a certificate because it had expired by then, which is no proof of anything.

CAs take expired certificates off their CRLs (RFC 5280 §3.3) and responders forget them (RFC 6960 §4.4.4), unless
expiredCertsOnCRL (X.509) or the archive cutoff says since when they are kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from asn1crypto import core, x509
from pyhanko_certvalidator.revinfo.archival import OCSPContainer

_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


def crl_is_silent(crl: Any, certificate: x509.Certificate) -> bool:
    """Whether a CRL of the certificate's issuer was issued after the certificate's end, and need not name it."""
    listed, end = crl["tbs_cert_list"], certificate.not_valid_after
    if listed["issuer"] != certificate.issuer or listed["this_update"].native <= end:
        return False
    entries = listed["revoked_certificates"] or ()
    if any(entry["user_certificate"].native == certificate.serial_number for entry in entries):
        return False
    return not any(
        extension["extn_id"].dotted == _EXPIRED_CERTS_ON_CRL and _time(extension["extn_value"].contents) <= end
        for extension in listed["crl_extensions"] or ()
    )


def ocsp_is_silent(response: Any, certificate: x509.Certificate) -> bool:
    """Whether a response calls the certificate good after its end, and need not know better."""
    for each in OCSPContainer.load_multi(response):
        one = each.extract_single_response()
        if one is None or one["cert_id"]["serial_number"].native != certificate.serial_number:
            continue
        end, cutoff = certificate.not_valid_after, one.archive_cutoff_value
        kept = cutoff is not None and cutoff.native <= end
        if one["cert_status"].name == "good" and one["this_update"].native > end and not kept:
            return True
    return False


def _time(der: bytes) -> datetime:
    read: datetime = core.GeneralizedTime.load(der).native
    return read
