"""What was found out about one signature, put into the words of the model."""

from __future__ import annotations

from dataclasses import dataclass

from tte.model import Indication, Level, SignatureReport, SubIndication
from tte.validation import names
from tte.validation.crypto import Facts
from tte.validation.meaning import gravest, meaning
from tte.validation.reasons import Reason
from tte.validation.shown import Shown


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


def report_on(
    field: str,
    judgement: Judgement,
    *,
    shown: Shown | None = None,
    facts: Facts | None = None,
    level: Level | None = None,
    whole: bool = False,
    certified: bool = False,
) -> SignatureReport:
    """A judgement with all that is known of the signature; what is not known or not believed stays empty."""
    certificate = facts.certificate if facts else None
    signer = shown.embedded.signer_info if shown else None
    reasons = judgement.reasons
    if judgement.indication is Indication.TOTAL_PASSED and level is None:
        reasons = (*reasons, Reason.NOT_BASELINE)
    return SignatureReport(
        field=names.shown(field),
        indication=judgement.indication,
        sub_indication=judgement.sub_indication,
        level=level,
        signer=names.common_name(certificate.subject) if certificate else "",
        issuer=names.common_name(certificate.issuer) if certificate else "",
        certificate_sha256=certificate.sha256.hex() if certificate else "",
        algorithm=names.algorithm(
            signer["signature_algorithm"].signature_algo,
            signer["digest_algorithm"]["algorithm"].native,
            certificate.public_key,
        )
        if certificate and signer
        else "",
        claimed_at=shown.claimed_at if shown else None,
        covers_file=whole,
        certified=certified,
        chain=_chain(facts),
        reasons=tuple(str(reason) for reason in reasons),
    )


def _chain(facts: Facts | None) -> tuple[str, ...]:
    if facts is None or facts.path is None or facts.problem not in (None, "OUT_OF_BOUNDS_NO_POE"):
        return ()  # a path that did not hold could show the name of an authority that has nothing to do with it
    return tuple(
        reversed([names.common_name(certificate.subject) for certificate in facts.path.iter_certs(include_root=True)])
    )
