"""Where a customer stands with an agreement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.partner_center.models.agreements import Agreement, AgreementType

_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CustomerAgreement:
    """`is_accepted`: the partner has confirmed it, or the customer has signed it.

    `confirmations` are the partner's, oldest first; one whose date cannot be read comes before the others.
    """

    customer_id: str
    type: AgreementType
    is_accepted: bool
    confirmations: tuple[Agreement, ...]


def standing(
    customer_id: str, kind: AgreementType, confirmations: Iterable[Agreement], *, is_signed: bool | None
) -> CustomerAgreement:
    """*is_signed* is None where the customer's own signature is not known."""
    ordered = tuple(sorted(confirmations, key=lambda each: each.date_agreed or _EARLIEST))
    return CustomerAgreement(customer_id, kind, bool(ordered) or is_signed is True, ordered)
