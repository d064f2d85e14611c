"""The check RESELLERS: whether the partners that lines name may be named."""

from collections.abc import Iterable, Mapping

from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.problems import ProblemCode
from gateway.problems.cart_problem import CartProblem, Check, Severity, not_checked

Verdicts = Mapping[str, bool | None]
"""By partner identifier; None where Partner Center does not say."""


def partners_named(lines: Iterable[CartLineItem]) -> list[str]:
    """The distinct partner identifiers on lines, in their order."""
    return list(dict.fromkeys(each.partner_id for line in lines for each in line.participants))


def attestation_problems(cart: Cart, lines: Iterable[CartLineItem]) -> list[CartProblem]:
    """The partner on record's attestation is missing only where the cart says so: most answers leave it out."""
    if cart.partner_on_record_attestation_accepted is not False or not partners_named(lines):
        return []
    message = (
        "Lines name resellers, so the partner on record has to attest: set partnerOnRecordAttestationAccepted to true."
    )
    return [CartProblem(code=ProblemCode.PARTNER_ATTESTATION_MISSING, severity=Severity.BLOCKER, message=message)]


def reseller_problems(lines: Iterable[CartLineItem], verdicts: Verdicts) -> list[CartProblem]:
    """One problem for each partner on each line that may not be named, or about whom Partner Center does not say."""
    found = [
        _reseller_problem(line, partner_id, verdict=verdicts.get(partner_id))
        for line in lines
        for partner_id in partners_named([line])
    ]
    return [problem for problem in found if problem is not None]


def _reseller_problem(line: CartLineItem, partner_id: str, *, verdict: bool | None) -> CartProblem | None:
    if verdict:
        return None
    if verdict is None:
        why = f"Partner Center does not say whether the partner {partner_id} may be named."
        return not_checked(Check.RESELLERS, why, line, partner_id)
    return CartProblem(
        code=ProblemCode.RESELLER_NOT_ACCEPTED,
        severity=Severity.BLOCKER,
        message=f"The partner {partner_id} may not be named as a reseller on this purchase.",
        line=line,
        partner_id=partner_id,
    )
