"""Certificates (EN 319 102-1 §5.2.6, §5.5): the bytes are in order, and the signer's certificate is or is not."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.signed_pdfs import NOW, Party, crl_of, party, stamper, with_crl, with_document_time_stamp, world
from tests.vectors.sealing import by, sealed
from tests.vectors.vector import Vector, ok, unsure
from tte.model import Level, SubIndication
from tte.validation.reasons import Reason

_DAY = timedelta(days=1)
_WEAK = unsure(Reason.WEAK, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE)
_UNKNOWN = unsure(Reason.NO_CHAIN, sub=SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
_GENERAL = unsure(Reason.CHAIN, Reason.NO_CHAIN, sub=SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
_USAGE = unsure(Reason.KEY_USAGE, sub=SubIndication.CHAIN_CONSTRAINTS_FAILURE)
_EXPIRED = unsure(Reason.EXPIRED, sub=SubIndication.OUT_OF_BOUNDS_NO_POE)
_EARLY = unsure(Reason.NOT_YET_VALID, sub=SubIndication.NOT_YET_VALID)
_REVOKED = unsure(Reason.REVOKED, sub=SubIndication.REVOKED_NO_POE)


def _by(who: Party, *above: Party, stamped: bool = False) -> bytes:
    return sealed(None, by(who, issuers=above or (world().authority,), time_stamper=stamper() if stamped else None))


def _short() -> Party:
    """A certificate that ends in ten days."""
    return party("Penanda", world().authority, ends=NOW + 10 * _DAY)


def _lists(*revoked: Party) -> list[bytes]:
    return [crl_of(world().root), crl_of(world().authority, revoked)]


def _revoked(stamped: bool = False) -> bytes:
    who = party("Penanda", world().authority)
    return with_crl(_by(who, stamped=stamped), _lists(who), [world().authority])


def _proven() -> bytes:
    """B-LT by a certificate that ends soon."""
    return with_crl(_by(_short(), stamped=True), _lists(), [world().authority])


def _under(**of_authority: object) -> bytes:
    """By a certificate of another authority below our root, made so."""
    authority = party("PSrE Lain", world().root, **{"authority": True, **of_authority})  # type: ignore[arg-type]
    return _by(party("Penanda", authority), authority)


def _self_signed() -> bytes:
    who = party("Penanda")
    return _by(who, who)


def _false_root() -> bytes:
    """A root with the name of ours and another key."""
    root = party("Akar Uji", authority=True)
    authority = party("PSrE Uji", root, authority=True)
    return _by(party("Budi Contoh, S.H.", authority), authority, root)


def _child_of_signer() -> bytes:
    return _by(party("Penanda", world().signer), world().signer, world().authority)


def _constrained() -> bytes:
    """The authority may only certify names below another directory name."""
    allowed = x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Lain")]))
    return _under(more=[x509.NameConstraints([allowed], None)])


def _usage(*usage: str) -> bytes:
    return _by(party("Penanda", world().authority, usage=usage))


def _purpose(*purposes: x509.ObjectIdentifier) -> bytes:
    return _by(party("Penanda", world().authority, purposes=purposes))


def _key(bits: int) -> bytes:
    return _by(party("Penanda", world().authority, key=rsa.generate_private_key(65537, bits)))


def _certified() -> bytes:
    """Certified, no change allowed, with a time-stamp."""
    return sealed(None, by(time_stamper=stamper()), permission=1)


def _long() -> bytes:
    return with_crl(_certified(), _lists(), [world().authority])


VECTORS = [
    Vector("chain_ok", lambda: _by(party("Penanda", world().authority)), ok()),
    Vector("chain_without_key_usage_ok", lambda: _usage(), ok()),
    Vector("chain_document_signing_purpose_ok", lambda: _purpose(x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")), ok()),
    Vector("chain_unknown_root_untrusted", _false_root, _GENERAL),
    Vector("chain_self_signed_untrusted", _self_signed, _UNKNOWN),
    Vector("chain_authority_missing_untrusted", lambda: sealed(None, by(issuers=())), _UNKNOWN),
    Vector("chain_below_a_signer_untrusted", _child_of_signer, _GENERAL),
    Vector("chain_authority_is_none_untrusted", lambda: _under(authority=False), _GENERAL),
    Vector(
        "chain_authority_expired_untrusted",
        lambda: _under(ends=NOW - _DAY),
        unsure(Reason.EXPIRED, Reason.CHAIN, sub=SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE),
    ),
    Vector("chain_name_constraints_untrusted", _constrained, _GENERAL),
    Vector("chain_wrong_key_usage_untrusted", lambda: _usage("key_encipherment"), _USAGE),
    Vector("chain_wrong_purpose_untrusted", lambda: _purpose(ExtendedKeyUsageOID.SERVER_AUTH), _USAGE),
    Vector("chain_time_stamping_purpose_untrusted", lambda: _purpose(ExtendedKeyUsageOID.TIME_STAMPING), _USAGE),
    Vector("chain_rsa_1024_untrusted", lambda: _key(1024), _WEAK),
    Vector("chain_expired_untrusted", lambda: _by(_short()), _EXPIRED.seen_at(NOW + 30 * _DAY)),
    Vector(
        "chain_expired_with_time_stamp_only_untrusted",
        lambda: _by(_short(), stamped=True),
        _EXPIRED.seen_at(NOW + 30 * _DAY),
    ),
    Vector("chain_expired_proven_ok", _proven, ok(Level.B_LT, Reason.EXPIRED_SINCE).seen_at(NOW + 30 * _DAY)),
    Vector(
        "chain_expired_before_signing_untrusted",
        lambda: _by(party("Penanda", world().authority, ends=NOW - _DAY), stamped=True),
        _EXPIRED,
    ),
    Vector(
        "chain_not_yet_valid_untrusted", lambda: _by(party("Penanda", world().authority, begins=NOW + _DAY)), _EARLY
    ),
    Vector("chain_revoked_untrusted", _revoked, _REVOKED),
    Vector("chain_revoked_before_time_stamp_untrusted", lambda: _revoked(stamped=True), _REVOKED),
    Vector("level_b_b_ok", lambda: sealed(permission=1), ok()),
    Vector("level_b_t_ok", lambda: _certified(), ok(Level.B_T)),
    Vector("level_b_lt_ok", lambda: _long(), ok(Level.B_LT, Reason.REVOCATION_CHECKED)),
    Vector("level_b_lta_ok", lambda: with_document_time_stamp(_long()), ok(Level.B_LTA)),
    Vector(
        "level_b_lta_twice_ok", lambda: with_document_time_stamp(with_document_time_stamp(_long())), ok(Level.B_LTA)
    ),
]
