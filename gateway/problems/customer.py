"""The checks AGREEMENT, QUALIFICATION and REGISTRATION: what a customer needs before it can buy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import GatewayError, InvalidInput
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.problems import ProblemCode
from gateway.partner_center.models.provisioning import RegistrationStatus
from gateway.partner_center.models.qualifications import CustomerQualification, QualificationKind, VettingStatus
from gateway.partner_center.models.values import folded
from gateway.partner_center.paths import guid
from gateway.problems.cart_problem import CartProblem, Check, Severity, not_checked
from gateway.problems.line_items import Items, SoldItem, paired

_REGISTRATION = "azuresubscriptionregistration"
_KINDS = {
    "education": QualificationKind.EDUCATION,
    "government": QualificationKind.GOVERNMENT_COMMUNITY_CLOUD,
    "nonprofit": QualificationKind.NONPROFIT,
}
"""By the segment of an availability, the customers that it is for ("Pricing and offers")."""

Statuses = Mapping[str, RegistrationStatus | GatewayError | None]
"""By the id of Azure subscriptions, in lower case; None where the customer has no such subscription."""


@dataclass(frozen=True, slots=True)
class SubscriptionNeed:
    """A line that needs a registered Azure subscription, and the id it names, as Partner Center gave it.

    `subscription_id` is in lower case, None where the line names something else than a subscription.
    """

    line: CartLineItem
    named: str
    subscription_id: str | None


def agreement_problems(*, is_confirmed: bool, is_signed: bool | None) -> list[CartProblem]:
    """Whether the Microsoft Customer Agreement stands: confirmed by the partner, or signed by the customer.

    *is_signed* is None where Partner Center does not say; then a checkout may succeed all the same.
    """
    if is_confirmed or is_signed:
        return []
    severity = Severity.RISK if is_signed is None else Severity.BLOCKER
    signature = (
        "Partner Center does not say whether it has signed it." if is_signed is None else "It has not signed it."
    )
    message = f"Nobody has confirmed the Microsoft Customer Agreement for the customer. {signature}"
    return [CartProblem(code=ProblemCode.CUSTOMER_AGREEMENT_MISSING, severity=severity, message=message)]


def lines_for_special_customers(
    lines: Iterable[CartLineItem], items: Items
) -> list[tuple[CartLineItem, QualificationKind]]:
    """The lines whose availability is meant for schools, authorities or nonprofits, with the kind of customer."""
    kinds = [
        (line, _KINDS.get((item.availability.segment or "").lower()))
        for line, item in paired(lines, items)
        if isinstance(item, SoldItem)
    ]
    return [(line, kind) for line, kind in kinds if kind is not None]


def qualification_problems(
    special: Iterable[tuple[CartLineItem, QualificationKind]], qualifications: Sequence[CustomerQualification] | None
) -> list[CartProblem]:
    """*qualifications* are None where Partner Center does not have the customer."""
    if qualifications is None:
        return [not_checked(Check.QUALIFICATION, "Partner Center does not show the customer's qualifications.")]
    found = [_qualification_problem(line, kind, qualifications) for line, kind in special]
    return [problem for problem in found if problem is not None]


def _qualification_problem(
    line: CartLineItem, kind: QualificationKind, qualifications: Iterable[CustomerQualification]
) -> CartProblem | None:
    vettings = [each.vetting_status for each in qualifications if each.kind is kind]
    if {VettingStatus.APPROVED, None}.intersection(vettings):
        return None
    severity, why = _shortfall(kind, vettings)
    message = f"The item is meant for customers of the kind {kind.name}. {why}"
    return CartProblem(code=ProblemCode.QUALIFICATION_MISSING, severity=severity, message=message, line=line)


def _shortfall(kind: QualificationKind, vettings: Sequence[VettingStatus | None]) -> tuple[Severity, str]:
    if VettingStatus.IN_REVIEW in vettings:
        return Severity.RISK, "Microsoft is still reviewing this customer."
    if VettingStatus.DENIED in vettings:
        return Severity.BLOCKER, "Microsoft's review of this customer failed."
    if vettings:
        return Severity.RISK, "Partner Center does not say how the review of this customer stands."
    if kind is QualificationKind.NONPROFIT:
        return Severity.RISK, "This customer is not listed as one, but nonprofits qualify outside Partner Center."
    return Severity.BLOCKER, "This customer has not qualified."


def subscription_needs(lines: Iterable[CartLineItem], items: Items) -> list[SubscriptionNeed]:
    """The lines that name an Azure subscription which has to be registered ("Register a subscription").

    A line that names none has an error of its own.
    """
    named = [(line, _subscription_named(line)) for line in lines if _needs_registration(line, items)]
    return [SubscriptionNeed(line, name, _guid(name)) for line, name in named if name]


def _needs_registration(line: CartLineItem, items: Items) -> bool:
    item = items.get(line.catalog_item_id or "")
    sku = item.sku if isinstance(item, SoldItem) else None
    return sku is not None and any(folded(each) == _REGISTRATION for each in sku.purchase_prerequisites)


def _subscription_named(line: CartLineItem) -> str:
    context = {folded(name): value for name, value in line.provisioning_context.items()}
    return context.get("subscriptionid", "")


def _guid(text: str) -> str | None:
    try:
        return guid(text, name="subscriptionId")
    except InvalidInput:
        return None


def registration_problems(
    needs: Iterable[SubscriptionNeed], statuses: Statuses, *, customer_id: str
) -> list[CartProblem]:
    """What keeps the Azure subscriptions that lines name from carrying what the lines buy."""
    found = [_registration_problem(each, statuses.get(each.subscription_id or ""), customer_id) for each in needs]
    return [problem for problem in found if problem is not None]


def _registration_problem(
    need: SubscriptionNeed, status: RegistrationStatus | GatewayError | None, customer_id: str
) -> CartProblem | None:
    if status is RegistrationStatus.REGISTERED:
        return None
    if isinstance(status, GatewayError):
        return not_checked(Check.REGISTRATION, status.message, need.line)
    severity, why = _UNREADY[status]
    return CartProblem(
        code=ProblemCode.AZURE_SUBSCRIPTION_NOT_READY,
        severity=severity,
        message=f"The Azure subscription {need.named} {why}",
        line=need.line,
        customer_id=customer_id,
        subscription_id=need.subscription_id if status is not None else None,
    )


_UNREADY: Mapping[RegistrationStatus | None, tuple[Severity, str]] = {
    RegistrationStatus.NOT_REGISTERED: (Severity.BLOCKER, "is not registered."),
    RegistrationStatus.REGISTERING: (Severity.RISK, "is being registered: try again soon."),
    RegistrationStatus.UNKNOWN: (Severity.RISK, "is in a state that Partner Center does not explain."),
    None: (Severity.BLOCKER, "is not one of the customer's."),
}
