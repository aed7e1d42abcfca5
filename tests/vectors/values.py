"""The signature value (validation.md 4.2): CMS, PKCS#7 and time-stamps, whole and broken."""

# asn1crypto is typed only in part.
# mypy: disable-error-code="no-untyped-call, no-any-return"

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.signed_pdfs import Party, party, stamper, with_document_time_stamp, world
from tests.vectors.sealing import Value, by, digits, patched, plain, seal, sealed, time_stamp, with_value
from tests.vectors.vector import Vector, broken, modified, ok, unsure
from tests.vectors.writing import FORM, PAGE, SIGNATURE, appended, field, page, signature
from tte.model import Level, SubIndication
from tte.validation.reasons import Reason

Edit = Callable[[cms.ContentInfo], None]
_HASH = broken(Reason.HASH, sub=SubIndication.HASH_FAILURE)
_VALUE = broken(Reason.VALUE, sub=SubIndication.SIG_CRYPTO_FAILURE)
_CMS = broken(Reason.BAD_CMS)
_STAMP = modified(Reason.TIME_STAMP_BROKEN)


def edited(edit: Edit, *, again: bool = False, base: Value | None = None) -> Value:
    """The CMS after `edit`; with `again`, its attributes signed again as they then are."""

    def value(parts: Sequence[bytes]) -> bytes:
        made = cms.ContentInfo.load((base or by())(parts))
        edit(made)
        if again:
            info = signer_info(made)
            key = world().signer.key
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            signed = info["signed_attrs"].untag().dump(force=True)
            info["signature"] = core.OctetString(key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return made.dump(force=True)

    return value


def signer_info(made: cms.ContentInfo) -> cms.SignerInfo:
    return made["content"]["signer_infos"][0]


def _attributes(keep: Callable[[cms.CMSAttribute], bool], more: Sequence[cms.CMSAttribute] = ()) -> Edit:
    def edit(made: cms.ContentInfo) -> None:
        info = signer_info(made)
        info["signed_attrs"] = cms.CMSAttributes([*filter(keep, info["signed_attrs"]), *more])

    return edit


def _without(kind: str, more: Sequence[cms.CMSAttribute] = ()) -> Edit:
    return _attributes(lambda attribute: attribute["type"].native != kind, more)


def _digest_of(content: bytes) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]})


def _certificates(made: cms.ContentInfo, keep: Callable[[bytes], bool]) -> None:
    kept = [one for one in made["content"]["certificates"] if keep(one.dump())]
    made["content"]["certificates"] = cms.CertificateSet(kept)


def _twin() -> Party:
    """Another certificate for the signer's key, from another authority."""
    other = party("Akar Lain", authority=True)
    return party("Budi Contoh, S.H.", other, key=world().signer.key)


def _swap_certificate(made: cms.ContentInfo) -> None:
    twin = _twin()
    made["content"]["certificates"] = cms.CertificateSet([cms.CertificateChoices(name="certificate", value=twin.asn1)])
    identifier = cms.IssuerAndSerialNumber({"issuer": twin.asn1.issuer, "serial_number": twin.asn1.serial_number})
    signer_info(made)["sid"] = cms.SignerIdentifier({"issuer_and_serial_number": identifier})


def _two_signers(made: cms.ContentInfo) -> None:
    infos = made["content"]["signer_infos"]
    made["content"]["signer_infos"] = cms.SignerInfos([infos[0], infos[0].copy()])


def _content(text: bytes) -> Edit:
    def edit(made: cms.ContentInfo) -> None:
        made["content"]["encap_content_info"] = {"content_type": "data", "content": text}

    return edit


def _flip_value(made: cms.ContentInfo) -> None:
    info = signer_info(made)
    value = bytearray(info["signature"].native)
    value[-1] ^= 1
    info["signature"] = core.OctetString(bytes(value))


def _digest_algorithm(name: str) -> Edit:
    def edit(made: cms.ContentInfo) -> None:
        signer_info(made)["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": name})

    return edit


def _unsorted(parts: Sequence[bytes]) -> bytes:
    """Signed attributes in reverse of the order of DER, and signed in that order."""
    made = cms.ContentInfo.load(by()(parts))
    info = signer_info(made)
    items = sorted((one.dump() for one in info["signed_attrs"]), reverse=True)
    body = b"".join(items)
    old = info["signed_attrs"].dump()
    header = old[: len(old) - len(body)]
    key = world().signer.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    value = key.sign(b"\x31" + header[1:] + body, ec.ECDSA(hashes.SHA256()))
    info["signature"] = core.OctetString(value)
    return made.dump(force=True).replace(old, header + body)


def _indefinite(parts: Sequence[bytes]) -> bytes:
    """The outermost values with BER's indefinite length."""
    made = by()(parts)
    assert made[:2] == b"\x30\x82"
    return b"\x30\x80" + made[4:] + b"\x00\x00"


def _nested(_: Sequence[bytes]) -> bytes:
    return b"\x30\x80" * 3000


def _stamped(break_it: Edit | None = None, *, of: bytes | None = None) -> Value:
    """With a signature time-stamp: of another value, or edited."""

    def edit(made: cms.ContentInfo) -> None:
        value = signer_info(made)["signature"].native if of is None else of
        token = cms.ContentInfo.load(time_stamp([value]))
        if break_it:
            break_it(token)
        attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})
        signer_info(made)["unsigned_attrs"] = cms.CMSAttributes([attribute])

    return edited(edit)


def _bare() -> bytes:
    """adbe.x509.rsa_sha1: the certificate stands in the dictionary, the value is PKCS#1."""
    who = party("Penanda", world().authority, key=_rsa())

    def value(parts: Sequence[bytes]) -> bytes:
        key = who.key
        assert isinstance(key, rsa.RSAPrivateKey)
        return core.OctetString(key.sign(b"".join(parts), padding.PKCS1v15(), hashes.SHA1())).dump()  # noqa: S303  as this kind signs

    cert = b"/Cert <" + who.der.hex().encode() + b">"
    return sealed({SIGNATURE: signature(cert, kind=b"adbe.x509.rsa_sha1")}, value)


def _rsa(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def _edwards() -> Party:
    return party("Penanda", world().authority, key=ed25519.Ed25519PrivateKey.generate())  # type: ignore[arg-type]  # it signs alike


def _edwards_with_sha256(parts: Sequence[bytes]) -> bytes:
    """Right in every way, but for the hash that the standard asks for (RFC 8419)."""
    who = _edwards()

    def edit(made: cms.ContentInfo) -> None:
        _digest_algorithm("sha256")(made)
        _without("message_digest", [_digest_of(b"".join(parts))])(made)
        info = signer_info(made)
        signed = info["signed_attrs"].untag().dump(force=True)
        info["signature"] = core.OctetString(who.key.sign(signed))  # type: ignore[call-arg]

    return edited(edit, base=by(who, digest="sha512"))(parts)


def _sha1_content(parts: Sequence[bytes]) -> bytes:
    """adbe.pkcs7.sha1: what is signed is the SHA-1 of the bytes, inside the CMS."""
    content = hashlib.sha1(b"".join(parts)).digest()  # noqa: S324  the kind of signature says so
    return edited(_content(content), base=lambda _: by(pades=False)([content]))(parts)


def _two_stamps(parts: Sequence[bytes]) -> bytes:
    made = cms.ContentInfo.load(_stamped()(parts))
    [good] = signer_info(made)["unsigned_attrs"][0]["values"]
    tokens = [good, cms.ContentInfo.load(time_stamp([b"lain"]))]
    attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": tokens})
    signer_info(made)["unsigned_attrs"] = cms.CMSAttributes([attribute])
    return made.dump(force=True)


def _typed(kind: bytes) -> bytes:
    """A document time-stamp whose /Type is another, or none."""
    dictionary = signature(kind=b"ETSI.RFC3161").replace(b"/Type /Sig", b"/Type " + kind if kind else b"")
    things = {
        10: dictionary,
        11: field(b"Waktu", 10),
        FORM: b"<< /Fields [7 0 R 11 0 R] /SigFlags 3 >>",
        PAGE: page(b"7 0 R 11 0 R"),
    }
    return seal(appended(plain(), things), time_stamp)


def _kind(kind: bytes, value: Value | None = None) -> bytes:
    return sealed({SIGNATURE: signature(kind=kind)}, value)


def _document_stamp(edit: Edit | None = None) -> bytes:
    made = with_document_time_stamp(plain())
    if edit:
        token = cms.ContentInfo.load(bytes.fromhex(digits(made).decode()))
        edit(token)
        made = with_value(made, token.dump(force=True).hex().encode())
    return made


def _flipped_page() -> bytes:
    return patched(plain(), b"KUTIPAN AKTA", b"KUTIPAN AKTB")


VECTORS = [
    Vector(
        "value_pkcs7_detached_ok", lambda: _kind(b"adbe.pkcs7.detached", by(pades=False)), ok(None, Reason.NOT_BASELINE)
    ),
    Vector("value_rsa_ok", lambda: sealed(None, by(party("Penanda", world().authority, key=_rsa()))), ok()),
    Vector(
        "value_rsa_pss_ok", lambda: sealed(None, by(party("Penanda", world().authority, key=_rsa()), pss=True)), ok()
    ),
    Vector(
        "value_rsa_sha512_ok",
        lambda: sealed(None, by(party("Penanda", world().authority, key=_rsa()), digest="sha512")),
        ok(),
    ),
    Vector(
        "value_ecdsa_p384_ok",
        lambda: sealed(
            None, by(party("Penanda", world().authority, key=ec.generate_private_key(ec.SECP384R1())), digest="sha384")
        ),
        ok(),
    ),
    Vector(
        "value_ecdsa_p521_ok",
        lambda: sealed(
            None, by(party("Penanda", world().authority, key=ec.generate_private_key(ec.SECP521R1())), digest="sha512")
        ),
        ok(),
    ),
    Vector("value_ed25519_ok", lambda: sealed(None, by(_edwards(), digest="sha512")), ok()),
    Vector(
        "value_ed25519_with_sha256_error",
        lambda: sealed(None, _edwards_with_sha256),
        unsure(Reason.UNSUPPORTED_ALGORITHM, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ),
    Vector("value_indefinite_length_ok", lambda: sealed(None, _indefinite), ok()),
    Vector("value_attributes_not_sorted_ok", lambda: sealed(None, _unsorted), ok()),
    Vector("value_empty_content_ok", lambda: sealed(None, edited(_content(b""))), ok()),
    Vector("value_page_flipped_broken", _flipped_page, _HASH),
    Vector("value_flipped_broken", lambda: sealed(None, edited(_flip_value)), _VALUE),
    Vector(
        "value_no_message_digest_broken",
        lambda: sealed(None, edited(_without("message_digest"), again=True)),
        broken(Reason.BAD_CMS, Reason.HASH),
    ),
    Vector(
        "value_two_message_digests_broken",
        lambda: sealed(None, edited(_attributes(lambda _: True, [_digest_of(b"lain")]), again=True)),
        _CMS,
    ),
    Vector(
        "value_other_message_digest_broken",
        lambda: sealed(None, edited(_without("message_digest", [_digest_of(b"lain")]), again=True)),
        _HASH,
    ),
    Vector(
        "value_other_content_type_broken",
        lambda: sealed(
            None,
            edited(
                _without("content_type", [cms.CMSAttribute({"type": "content_type", "values": ["signed_data"]})]),
                again=True,
            ),
        ),
        _CMS,
    ),
    Vector("value_two_signers_broken", lambda: sealed(None, edited(_two_signers)), _CMS),
    Vector(
        "value_no_signer_broken",
        lambda: sealed(None, edited(lambda made: made["content"].__setitem__("signer_infos", cms.SignerInfos([])))),
        _CMS,
    ),
    Vector(
        "value_with_content_broken",
        lambda: sealed(None, edited(_content(b"isi lain"))),
        broken(Reason.HASH, Reason.BAD_CMS, sub=SubIndication.HASH_FAILURE),
    ),
    Vector(
        "value_certificate_substituted_broken",
        lambda: sealed(None, edited(_swap_certificate)),
        unsure(Reason.SUBSTITUTED, sub=SubIndication.NO_SIGNING_CERTIFICATE_FOUND),
    ),
    Vector(
        "value_no_certificate_error",
        lambda: sealed(None, edited(lambda made: _certificates(made, lambda der: der != world().signer.der))),
        unsure(Reason.NO_CERTIFICATE, sub=SubIndication.NO_SIGNING_CERTIFICATE_FOUND),
    ),
    Vector(
        "value_other_digest_named_broken",
        lambda: sealed(None, edited(_digest_algorithm("sha512"))),
        broken(Reason.HASH, Reason.VALUE, sub=SubIndication.HASH_FAILURE),
    ),
    Vector("value_is_not_cms_broken", lambda: sealed(None, lambda _: core.OctetString(b"halo").dump()), _CMS),
    Vector("value_is_a_time_stamp_broken", lambda: sealed(None, time_stamp), _HASH),
    Vector("value_nested_deep_broken", lambda: sealed(None, _nested), _CMS),
    Vector("value_kind_unknown_error", lambda: _kind(b"Contoh.lain"), unsure(Reason.UNSUPPORTED_KIND)),
    Vector(
        "value_kind_missing_error",
        lambda: sealed({SIGNATURE: patched(signature(), b"/SubFilter /ETSI.CAdES.detached", b"")}),
        unsure(Reason.UNSUPPORTED_KIND),
    ),
    Vector(
        "value_pkcs7_sha1_untrusted",
        lambda: _kind(b"adbe.pkcs7.sha1", _sha1_content),
        unsure(Reason.WEAK, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ),
    Vector(
        "value_pkcs7_sha1_page_flipped_broken",
        lambda: patched(_kind(b"adbe.pkcs7.sha1", _sha1_content), b"KUTIPAN AKTA", b"KUTIPAN AKTB"),
        _HASH,
    ),
    Vector(
        "value_x509_rsa_sha1_untrusted",
        lambda: _bare(),
        unsure(Reason.WEAK, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ),
    Vector(
        "value_x509_rsa_sha1_page_flipped_broken",
        lambda: patched(_bare(), b"KUTIPAN AKTA", b"KUTIPAN AKTB"),
        _VALUE,
    ),
    Vector(
        "value_sha1_untrusted",
        lambda: sealed(None, by(digest="sha1")),
        unsure(Reason.WEAK, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ),
    Vector(
        "value_md5_untrusted",
        lambda: sealed(None, by(party("Penanda", world().authority, key=_rsa()), digest="md5")),
        unsure(Reason.WEAK, sub=SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ),
    Vector("stamp_ok", lambda: sealed(None, by(time_stamper=stamper())), ok(Level.B_T)),
    Vector("stamp_of_another_value_modified", lambda: sealed(None, _stamped(of=b"lain")), _STAMP),
    Vector("stamp_value_flipped_modified", lambda: sealed(None, _stamped(_flip_value)), _STAMP),
    Vector("stamp_second_of_another_value_modified", lambda: sealed(None, _two_stamps), _STAMP),
    Vector("document_stamp_ok", _document_stamp, ok(Level.B_T)),
    Vector(
        "document_stamp_flipped_broken",
        lambda: _document_stamp(_flip_value),
        broken(Reason.DOCUMENT_TIME_STAMP_BROKEN, sub=SubIndication.HASH_FAILURE),
    ),
    Vector(
        "document_stamp_alone_untrusted",
        lambda: _kind(b"ETSI.RFC3161", time_stamp),
        unsure(Reason.ONLY_TIME_STAMPS, sub=SubIndication.NO_SIGNATURE),
    ),
    Vector("document_stamp_of_type_sig_ok", lambda: _typed(b"/Sig"), ok(Level.B_T)),
    Vector("document_stamp_of_two_types_ok", lambda: _typed(b"/DocTimeStamp /Type /Sig"), ok(Level.B_T)),
    Vector("document_stamp_without_type_ok", lambda: _typed(b""), ok(Level.B_T)),
]
