"""One SignatureValidationReport: what is known of a signature, in the order that TS 119 102-2 wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from tte.model import (
    AlgorithmFact,
    Details,
    Form,
    Indication,
    Report,
    RevocationFact,
    RevocationState,
    SignatureReport,
    SubIndication,
    TimeProof,
    TimeStampFact,
)
from tte.reports.elements import OWN, Element, add, moment
from tte.reports.objects import Objects
from tte.validation import policy
from tte.validation.reasons import code_of

_BY_VALIDATION: Final = "urn:etsi:019102:poetype:validation"
_PROCESS: Final = "urn:etsi:019102:validationprocess:LTA"
_SUB_FILTERS: Final = {
    Form.PADES: "ETSI.CAdES.detached",
    Form.PKCS7_DETACHED: "adbe.pkcs7.detached",
    Form.PKCS7_SHA1: "adbe.pkcs7.sha1",
    Form.X509_RSA_SHA1: "adbe.x509.rsa_sha1",
}
_NO_DETAILS: Final = Details()


def write_signature(root: Element, report: Report, one: SignatureReport, name: str, objects: Objects) -> Element:
    """The report on one signature; `name` is its id in this file."""
    details = one.details or _NO_DETAILS
    around = [stamp for stamp in report.time_stamps if stamp.signed_to > one.signed_to > 0]
    made = add(root, "SignatureValidationReport")
    identifier = add(made, "SignatureIdentifier", id=name)
    add(identifier, "HashOnly", "false")
    add(identifier, "DocHashOnly", "false")
    if one.field:
        reference = add(add(identifier, "OtherInformation"), "SignatureReference")
        add(reference, "PAdESFieldName", one.field)
    _write_time(made, report, one, [*details.time_stamps, *around], objects)
    signed = add(made, "SignersDocument")
    add(signed, "SignersDocumentRepresentation", VOReference=objects.file(report))
    _write_attributes(made, one, [*details.time_stamps, *around], objects)
    if one.certificate_sha256:
        signer = add(made, "SignerInformation")
        add(signer, "SignerCertificate", VOReference=objects.certificate(one.certificate_sha256))
        add(signer, "Signer", one.signer)
        quality = add(made, "SignatureQuality")
        add(quality, "SignatureQualityInformation", f"{OWN}quality:{'' if one.psre else 'tidak-'}tersertifikasi")
    add(add(made, "SignatureValidationProcess"), "SignatureValidationProcessID", _PROCESS)
    status = write_status(made, one.indication, one.sub_indication)
    _write_found(status, one, details, name, objects)
    return made


def write_status(parent: Element, indication: Indication, sub_indication: SubIndication | None) -> Element:
    """SignatureValidationStatus. NO_SIGNATURE is ours and not ETSI's."""
    status = add(parent, "SignatureValidationStatus")
    add(status, "MainIndication", f"urn:etsi:019102:mainindication:{indication.lower()}")
    if sub_indication is not None and sub_indication is not SubIndication.NO_SIGNATURE:
        add(status, "SubIndication", f"urn:etsi:019102:subindication:{sub_indication}")
    return status


def write_data(parent: Element, said: Iterable[tuple[str, str]]) -> None:
    """AdditionalValidationReportData: names of our own, each with a text. Nothing if there is nothing to say."""
    listed = None
    for name, text in said:
        listed = add(parent, "AdditionalValidationReportData") if listed is None else listed
        one = add(listed, "ReportData")
        add(one, "Type", OWN + name)
        add(one, "Value", text)


def reasons(found: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Reasons by their codes."""
    for reason in found:
        yield f"reason:{code_of(reason)}", reason


def _write_time(
    made: Element, report: Report, one: SignatureReport, stamps: Iterable[TimeStampFact], objects: Objects
) -> None:
    time = add(made, "ValidationTimeInfo")
    add(time, "ValidationTime", moment(report.at))
    best = add(time, "BestSignatureTime")
    add(best, "POETime", moment(one.best_time or report.at))
    add(best, "TypeOfProof", _BY_VALIDATION)
    proof = next((stamp for stamp in stamps if _proves(stamp, one)), None)
    if proof is not None:
        add(best, "POEObject", VOReference=objects.stamp(proof))


def _proves(stamp: TimeStampFact, one: SignatureReport) -> bool:
    return (
        one.time_proof is not TimeProof.VALIDATION
        and (stamp.proof, stamp.at) == (one.time_proof, one.best_time)
        and stamp.trusted
    )


def _write_attributes(made: Element, one: SignatureReport, stamps: list[TimeStampFact], objects: Objects) -> None:
    if one.form not in _SUB_FILTERS and not (one.claimed_at or one.certificate_sha256 or stamps):
        return
    listed = add(made, "SignatureAttributes")
    if one.claimed_at:
        add(add(listed, "SigningTime", Signed="true"), "Time", moment(one.claimed_at))
    if one.certificate_sha256:
        signing = add(listed, "SigningCertificate")
        add(signing, "AttributeObject", VOReference=objects.certificate(one.certificate_sha256))
    for stamp in stamps:
        kind = "DocTimeStamp" if stamp.proof is TimeProof.DOCUMENT_TIME_STAMP else "SignatureTimeStamp"
        shown = add(listed, kind, Signed="false")
        add(shown, "AttributeObject", VOReference=objects.stamp(stamp))
        add(shown, "TimeStampValue", moment(stamp.at))
    if one.form in _SUB_FILTERS:
        add(add(listed, "SubFilter", Signed="true"), "SubFilterElement", _SUB_FILTERS[one.form])


def _write_found(status: Element, one: SignatureReport, details: Details, name: str, objects: Objects) -> None:
    """AssociatedValidationReportData: the chain, what was revoked, the algorithms, and what only we say."""
    data = add(status, "AssociatedValidationReportData")
    anchor = next((objects.certificate(each.sha256) for each in details.chain if each.anchor), "")
    if anchor:
        add(data, "TrustAnchor", VOReference=anchor)
    if details.chain:
        chain = add(data, "CertificateChain")
        add(chain, "SigningCertificate", VOReference=objects.certificate(details.chain[0].sha256))
        for each in details.chain[1:]:
            if not each.anchor:
                add(chain, "IntermediateCertificate", VOReference=objects.certificate(each.sha256))
        if anchor:
            add(chain, "TrustAnchor", VOReference=anchor)
    for each in details.chain:
        if piece := objects.revocation(each):
            add(data, "RelatedValidationObject", VOReference=piece)
    _write_revoked(data, details, objects)
    if details.algorithms:
        _write_algorithm(data, details.algorithms, name)
    write_data(data, _said(one, details))


def _write_revoked(data: Element, details: Details, objects: Objects) -> None:
    for each in details.chain:
        fact = each.revocation
        if fact.state is RevocationState.REVOKED and fact.revoked_at is not None:
            revoked = add(data, "RevocationStatusInformation")
            add(revoked, "ValidationObjectId", VOReference=objects.certificate(each.sha256))
            add(revoked, "RevocationTime", moment(fact.revoked_at))
            add(revoked, "RevocationObject", VOReference=objects.revocation(each))
            return


def _write_algorithm(data: Element, algorithms: tuple[AlgorithmFact, ...], name: str) -> None:
    """The standard has one place for them all; what is told of each stands in ReportData."""
    crypto = add(data, "CryptoInformation")
    add(crypto, "ValidationObjectId", VOReference=name)
    add(
        crypto,
        "Algorithm",
        OWN + "algorithm:" + quote("+".join(each.name for each in algorithms), safe="+", errors="replace"),
    )
    add(crypto, "SecureAlgorithm", str(not any(each.weak for each in algorithms)).lower())
    ends = [each.until for each in algorithms if each.until]
    if ends:
        add(crypto, "NotAfter", moment(min(ends)))


def _said(one: SignatureReport, details: Details) -> Iterator[tuple[str, str]]:
    yield from reasons(one.reasons)
    yield "level", str(one.level or "none")
    yield "form", one.form
    yield "signed-to", str(one.signed_to)
    yield "covers-file", str(one.covers_file).lower()
    yield "time-proof", one.time_proof
    for place, each in enumerate(details.chain, start=1):
        yield f"chain:{place}", f"{each.subject} | {each.issuer} | {each.serial} | {each.key}"
        yield f"chain:{place}:valid", f"{moment(each.begins)} {moment(each.ends)}"
        yield f"chain:{place}:revocation", _revocation(each.revocation)
        yield from ((f"chain:{place}:{code}", text) for code, text in reasons(each.reasons))
    for algorithm in details.algorithms:
        until = f" until {moment(algorithm.until)}" if algorithm.until else ""
        weak = " refused" if algorithm.weak else ""
        yield f"algorithm:{algorithm.use}", f"{algorithm.name}{weak}{until} ({policy.NAME})"
    for permission in details.permissions:
        stated = (permission.method, str(permission.level or ""), permission.action, *permission.fields)
        yield "permission", " ".join(filter(None, stated))


def _revocation(fact: RevocationFact) -> str:
    times = [moment(at) for at in (fact.this_update, fact.next_update) if at]
    return " ".join(filter(None, (fact.state, fact.source, *times)))
