"""Whether a CA still speaks of a certificate that has expired: most drop it, and then silence says nothing.

An entry may leave the CRL after the certificate's end (RFC 5280 §3.3), and a responder may forget (RFC 6960 §4.4.4).
Who keeps them says so: expiredCertsOnCRL (X.509 §9.5.2.8) and the archive cutoff.
"""

from __future__ import annotations

from datetime import datetime

from asn1crypto import core, crl, ocsp

_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


def crl_keeps(der: bytes, end: datetime) -> bool:
    """Whether a CRL has certificates that expired at `end`, too. ValueError if it cannot be read."""
    for extension in crl.CertificateList.load(der)["tbs_cert_list"]["crl_extensions"]:
        if extension["extn_id"].dotted == _EXPIRED_CERTS_ON_CRL:
            since: datetime = core.GeneralizedTime.load(extension["extn_value"].contents).native
            return since <= end
    return False


def ocsp_keeps(der: bytes, serial: int, end: datetime) -> bool:
    """Whether a responder keeps certificates that expired at `end`. ValueError if the response cannot be read."""
    found = ocsp.OCSPResponse.load(der).response_data
    for one in found["responses"]:
        cutoff = one.archive_cutoff_value
        if one["cert_id"]["serial_number"].native == serial and cutoff is not None:
            return bool(cutoff.native <= end)
    return False
