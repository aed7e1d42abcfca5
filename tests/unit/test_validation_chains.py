"""Plain chains by our own reading: right at the edges, for nobody else's trust, and never kinder than certvalidator."""

# pyHanko and asn1crypto are typed only in part.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.sign.validation.generic_cms import validate_cert_usage
from pyhanko_certvalidator.policy_decl import NO_REVOCATION

from tests import signed_pdfs
from tests.signed_pdfs import NOW, Party, party, world
from tte.model import Indication
from tte.validation import Trust, crypto, known_cms, validate
from tte.validation.certvalidator import constraints, context, run
from tte.validation.chains import plain_chain
from tte.validation.embedded import Embedded
from tte.validation.examining import examine
from tte.validation.holdings import Holdings
from tte.validation.kept import Kept

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@cache
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def root() -> Party:
    return party("Akar Rantai", authority=True)


@cache
def authority() -> Party:
    return party("PSrE Rantai", root(), authority=True)


def weak() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)  # noqa: S505  to be refused


def made(
    *extensions: tuple[x509.ExtensionType, bool],
    issuer: Party | None = None,
    name: str = "Penanda Tangan Rantai",
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    hashed: hashes.SHA256 | hashes.SHA384 | None = None,
    signed_by: Party | None = None,
) -> Party:
    """A certificate with just these extensions."""
    issuer, private = issuer or authority(), private or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.certificate.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return Party(builder.sign((signed_by or issuer).key, hashed or hashes.SHA256()), private)


CA = (x509.BasicConstraints(True, None), True)
CA_ABOVE_NONE = (x509.BasicConstraints(True, 0), True)
CERTIFIES = (x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
SIGNS = (x509.KeyUsage(True, True, False, False, False, False, False, False, False), True)
STRANGE = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
NAMES = x509.NameConstraints([x509.DNSName("contoh.example")], None)


def below(*extensions: tuple[x509.ExtensionType, bool], **more: object) -> tuple[Party, tuple[Party, ...]]:
    """A signer under an authority with these extensions, under the root."""
    middle = made(*extensions, issuer=root(), name="Antara Rantai", **more)  # type: ignore[arg-type]
    return made(SIGNS, issuer=middle), (middle,)


def cases() -> dict[str, tuple[Callable[[], tuple[Party, tuple[Party, ...]]], bool]]:
    """Signers with what comes beside them, and whether their chain is plain."""
    return {
        "as ours": (lambda: (made(SIGNS), (authority(),)), True),
        "with an odd extension that is not critical": (lambda: (made(SIGNS, (STRANGE, False)), (authority(),)), True),
        "with purposes, critical": (
            lambda: (made(SIGNS, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), True)), (authority(),)),
            True,
        ),
        "two authorities": (lambda: below(CA, CERTIFIES), True),
        "with an odd extension that is critical": (lambda: (made(SIGNS, (STRANGE, True)), (authority(),)), False),
        "an authority that is none": (lambda: below((x509.BasicConstraints(False, None), True), CERTIFIES), False),
        "an authority without basic constraints": (lambda: below(CERTIFIES), False),
        "an authority that may not certify": (lambda: below(CA, SIGNS), False),
        "an authority without usages": (lambda: below(CA), False),
        "an authority with purposes": (
            lambda: below(CA, CERTIFIES, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False)),
            False,
        ),
        "an authority bound to names": (lambda: below(CA, CERTIFIES, (NAMES, True)), False),
        "an authority bound to names, not critical": (lambda: below(CA, CERTIFIES, (NAMES, False)), False),
        "an authority with policy constraints": (
            lambda: below(CA, CERTIFIES, (x509.PolicyConstraints(0, None), True)), False),
        "one authority too many": (too_long, False),
        "a weak key": (lambda: (made(SIGNS, private=weak()), (authority(),)), False),
        "another key than the issuer's": (lambda: (made(SIGNS, signed_by=party("Lain")), (authority(),)), False),
        "nobody between": (lambda: (made(SIGNS), ()), False),
        "two that may be the issuer": (
            lambda: (made(SIGNS), (authority(), party("PSrE Rantai", root(), authority=True))), False),
        "an authority signs": (lambda: (made(CA, CERTIFIES), (authority(),)), False),
        "signed by itself": (lambda: (party("Sendiri"), ()), False),
        "the anchor itself": (lambda: (root(), ()), False),
    }  # fmt: skip


def too_long() -> tuple[Party, tuple[Party, ...]]:
    first = made(CA_ABOVE_NONE, CERTIFIES, issuer=root(), name="Satu Rantai")
    second = made(CA, CERTIFIES, issuer=first, name="Dua Rantai")
    return made(SIGNS, issuer=second), (first, second)


def ours(signer: Party, others: tuple[Party, ...], at: datetime = NOW, *, trust: Trust | None = None) -> bool:
    trust = Trust((root().der,)) if trust is None else trust
    return plain_chain(signer.der, tuple(one.der for one in others), trust, at) is not None


def theirs(signer: Party, others: tuple[Party, ...], at: datetime = NOW) -> bool:
    judged = context(Trust((root().der,)), at, Holdings(), NO_REVOCATION)
    judged.certificate_registry.register_multiple(one.asn1 for one in others)
    paths = judged.path_builder.async_build_paths_lazy(signer.asn1)
    return run(validate_cert_usage(signer.asn1, judged, constraints(crypto.SIGNING), paths)).success_result is not None


@pytest.mark.parametrize("what", cases())
def test_a_chain_is_plain_or_is_left_to_certvalidator_which_agrees_at_every_time(what: str) -> None:
    make, plain = cases()[what]
    signer, others = make()
    assert ours(signer, others) is plain
    for at in (NOW, NOW - DAY, NOW + DAY, NOW - DAY - SECOND, NOW + DAY + SECOND, NOW + 2000 * DAY):
        assert theirs(signer, others, at) or not ours(signer, others, at)


def edges(signer: Party) -> Iterator[tuple[datetime, bool]]:
    begins, ends = signer.certificate.not_valid_before_utc, signer.certificate.not_valid_after_utc
    yield from ((begins - SECOND, False), (begins, True), (ends, True), (ends + SECOND, False))


@pytest.mark.parametrize("first", [NOW, NOW + 400 * DAY])
def test_what_is_kept_holds_from_the_first_second_to_the_last_whenever_it_was_asked_first(first: datetime) -> None:
    signer, others = made(SIGNS), (authority(),)
    ours(signer, others, first)
    for at, holds in edges(signer):
        assert ours(signer, others, at) is holds
        assert theirs(signer, others, at) or not holds  # certvalidator grants a second more


def test_an_authority_that_ends_sooner_ends_the_chain() -> None:
    short = party("PSrE Pendek", root(), authority=True, ends=NOW + timedelta(hours=1))
    signer = made(SIGNS, issuer=short)
    assert ours(signer, (short,), NOW + timedelta(hours=1))
    assert not ours(signer, (short,), NOW + timedelta(hours=1, seconds=1))


def test_what_holds_for_one_trust_holds_for_no_other_and_without_its_authority_for_none() -> None:
    signer, others = made(SIGNS), (authority(),)
    assert ours(signer, others)
    assert not ours(signer, others, trust=Trust())
    assert not ours(signer, others, trust=Trust((world().root.der,)))
    assert not ours(signer, ())
    assert ours(signer, others)


def test_what_else_a_file_brings_changes_only_its_own_answer() -> None:
    signer, twin = made(SIGNS), party("PSrE Rantai", root(), authority=True)
    assert not ours(signer, (twin, authority()))
    assert not ours(signer, (twin,))
    assert ours(signer, (authority(), world().root))
    assert ours(signer, (authority(),))


def test_a_heap_of_certificates_is_not_looked_at() -> None:
    signer = made(SIGNS)
    assert not ours(signer, (authority(),) * 40)
    assert plain_chain(signer.der, (authority().der, bytes(70_000)), Trust((root().der,)), NOW) is None


@pytest.mark.parametrize("place", range(0, 400, 7))
def test_broken_certificates_give_no_chain_and_no_exception(place: int) -> None:
    signer = made(SIGNS)
    place %= len(signer.der)
    broken = signer.der[:place] + bytes([signer.der[place] ^ 0x55]) + signer.der[place + 1 :]
    for one, others in ((broken, (authority().der,)), (signer.der, (authority().der, broken[:place]))):
        plain_chain(one, others, Trust((root().der,)), NOW)
    assert plain_chain(broken, (authority().der,), Trust((root().der,)), NOW) is None


def test_what_is_kept_is_bounded_and_the_oldest_goes() -> None:
    kept: Kept[int, str] = Kept(3)
    for number in range(5):
        kept.put(number, str(number))
        kept.get(2)
    assert len(kept) == 3
    assert [kept.get(number) for number in range(5)] == [None, None, "2", "3", "4"]


def test_many_threads_get_the_same_answers() -> None:
    questions = [(made(SIGNS), (authority(),)) for _ in range(20)] + [(made(SIGNS, (STRANGE, True)), (authority(),))]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda place: ours(*questions[place % 21]), range(2100)))
    assert found == [place % 21 != 20 for place in range(2100)]


# The same in whole files


def test_a_plain_signature_has_the_same_report_as_with_pyhanko() -> None:
    pdf, trust = signed_pdfs.sign(signed_pdfs.page()), Trust((world().root.der,))
    [signature] = examine(pdf).signatures
    assert signature.raw is not None
    known = known_cms.known(signature.raw.cms)
    assert known is not None
    assert known.is_plain
    quick = crypto.verify(Embedded(signature.raw.cms, signature.covered or (), known), trust, NOW, Holdings())
    slow = crypto.verify(Embedded(signature.raw.cms, signature.covered or ()), trust, NOW, Holdings())
    assert isinstance(quick.path, crypto.PlainPath)
    assert slow.path is not None
    assert names(quick.path) == names(slow.path)
    assert (quick.intact, quick.valid, quick.problem) == (slow.intact, slow.valid, slow.problem) == (True, True, None)
    assert (quick.certificate.dump(), quick.time_stamp) == (slow.certificate.dump(), slow.time_stamp)
    assert {one.dump() for one in quick.others} == {one.dump() for one in slow.others}


def names(path: crypto.Path) -> list[bytes]:
    found: list[asn1.Certificate] = list(path.iter_certs(include_root=True))
    return [one.dump() for one in found]


def test_the_second_file_of_a_signer_is_judged_as_strictly_as_the_first() -> None:
    trust = Trust((world().root.der,))
    first, second = (signed_pdfs.sign(signed_pdfs.page(text)) for text in ("Akta Satu", "Akta Dua"))
    assert validate(first, trust, NOW).indication is Indication.TOTAL_PASSED
    assert validate(second, trust, NOW).indication is Indication.TOTAL_PASSED
    [signature] = examine(second).signatures
    assert signature.raw is not None
    gap = signature.raw.gap
    for place in (*range(20, gap.start, 97), *range(gap.end, len(second), 97)):
        spoiled = second[:place] + bytes([second[place] ^ 1]) + second[place + 1 :]
        assert validate(spoiled, trust, NOW).indication is not Indication.TOTAL_PASSED, place
    for place in range(gap.start, gap.end, 5):  # some of it no signature covers: then both roads agree
        spoiled = second[:place] + bytes([second[place] ^ 1]) + second[place + 1 :]
        [found] = examine(spoiled).signatures or [signature]
        if found.raw is not None and (like := known_cms.known(found.raw.cms)) and like.is_plain and not found.fault:
            slow = crypto.verify(Embedded(found.raw.cms, found.covered or ()), trust, NOW, Holdings())
            assert slow.intact, place
            assert slow.valid, place
    assert validate(second, Trust(), NOW).indication is Indication.INDETERMINATE
    assert validate(second, trust, NOW + 3000 * DAY).indication is Indication.INDETERMINATE


def test_a_value_of_another_file_is_not_taken_for_this_ones() -> None:
    trust = Trust((world().root.der,))
    one, other = (signed_pdfs.sign(signed_pdfs.page(text)) for text in ("Akta Tiga", "Akta Lima"))
    assert validate(one, trust, NOW).indication is Indication.TOTAL_PASSED
    [mine], [its] = examine(one).signatures, examine(other).signatures
    assert mine.raw is not None
    assert its.raw is not None
    assert not known_cms.holds(its.raw.cms, mine.covered or ())
    assert known_cms.holds(mine.raw.cms, mine.covered or ())
