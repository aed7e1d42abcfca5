"""What was found out about one signature, put into the words of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tte.model import Details, Form, Indication, Level, SignatureReport, SubIndication, TimeProof
from tte.validation import names
from tte.validation.crypto import Facts
from tte.validation.meaning import gravest, meaning
from tte.validation.reasons import Reason
from tte.validation.shown import Shown
from tte.validation.trust import Trust


@dataclass(frozen=True, slots=True)
class Judgement:
    """An indication with its sub-indication and the reasons for it."""

    indication: Indication
    sub_indication: SubIndication | None
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, *reasons: Reason) -> Judgement:
        """What these reasons, one or more, say about bytes (`meaning`)."""
        _, indication, sub_indication = meaning(gravest(reasons))
        return cls(indication, sub_indication, reasons)

    @classmethod
    def failed(cls, sub_indication: SubIndication, reason: Reason) -> Judgement:
        return cls(Indication.TOTAL_FAILED, sub_indication, (reason,))

    @classmethod
    def open(cls, sub_indication: SubIndication | None, reason: Reason) -> Judgement:
        return cls(Indication.INDETERMINATE, sub_indication, (reason,))


_FORMS = {
    "/ETSI.CAdES.detached": Form.PADES,
    "/adbe.pkcs7.detached": Form.PKCS7_DETACHED,
    "/adbe.pkcs7.sha1": Form.PKCS7_SHA1,
    "/adbe.x509.rsa_sha1": Form.X509_RSA_SHA1,
}


def report_on(
    field: str,
    kind: str,
    judgement: Judgement,
    *,
    shown: Shown | None = None,
    facts: Facts | None = None,
    level: Level | None = None,
    whole: bool = False,
    certified: bool = False,
    signed_to: int = 0,
    best_time: datetime | None = None,
    time_proof: TimeProof = TimeProof.VALIDATION,
    trust: Trust | None = None,
    details: Details | None = None,
) -> SignatureReport:
    """A judgement with all that is known of the signature; what is not known or not believed stays empty.

    `kind` is its /SubFilter; with `trust`, it is said whether the chain ends at an anchor of a PSrE.
    """
    certificate = facts.certificate if facts else None
    signer, issuer = names.holder_and_issuer(certificate) if certificate else ("", "")
    reasons = judgement.reasons
    if judgement.indication is Indication.TOTAL_PASSED and level is None:
        reasons = (*reasons, Reason.NOT_BASELINE)
    return SignatureReport(
        field=names.shown(field),
        indication=judgement.indication,
        sub_indication=judgement.sub_indication,
        level=level,
        signer=signer,
        issuer=issuer,
        certificate_sha256=certificate.sha256.hex() if certificate else "",
        algorithm=names.algorithm(
            shown.embedded.family,
            shown.embedded.hash_name,
            certificate.public_key,
        )
        if certificate and shown
        else "",
        claimed_at=shown.claimed_at if shown else None,
        covers_file=whole,
        certified=certified,
        chain=_chain(facts),
        reasons=tuple(str(reason) for reason in reasons),
        form=_FORMS.get(kind, Form.OTHER),
        signed_to=shown.raw.end if shown else signed_to,
        best_time=best_time,
        time_proof=time_proof,
        psre=trust is not None and _by_psre(facts, trust),
        details=details,
    )


def _by_psre(facts: Facts | None, trust: Trust) -> bool:
    """Whether the chain holds and ends at an anchor that the trust names as a PSrE's."""
    if not trust.psre or facts is None or facts.path is None or facts.problem not in (None, "OUT_OF_BOUNDS_NO_POE"):
        return False
    return any(one.dump() in trust.psre for one in facts.path.iter_certs(include_root=True))


def _chain(facts: Facts | None) -> tuple[str, ...]:
    if facts is None or facts.path is None or facts.problem not in (None, "OUT_OF_BOUNDS_NO_POE"):
        return ()  # a path that did not hold could show the name of an authority that has nothing to do with it
    return tuple(
        reversed([names.holder_and_issuer(certificate)[0] for certificate in facts.path.iter_certs(include_root=True)])
    )
