"""How far a purchase has been carried out: provisioning, activation and registration."""

from enum import Enum

from gateway.partner_center.models.collection import Link
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import OpenEnum, folded


class ProvisioningStatus(Enum):
    """The status of a subscription ("Get subscription provisioning status") or of an order line ("Get the order
    provisioning status"), whose words differ. Read in any casing; other words are UNKNOWN.
    """

    PENDING = "pending"
    SUCCEEDED = "success"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "ProvisioningStatus":
        text = folded(value) if isinstance(value, str) else ""
        return cls(text) if text in _STATUSES else _OF_ORDER_LINES.get(text, cls.UNKNOWN)


_STATUSES = frozenset(str(each.value) for each in ProvisioningStatus)
_OF_ORDER_LINES = {
    "prefulfillmentpending": ProvisioningStatus.PENDING,
    "fulfilled": ProvisioningStatus.SUCCEEDED,
    "unfulfilled": ProvisioningStatus.FAILED,
}
"""An unfulfilled line was cancelled before it was carried out."""


class SubscriptionProvisioning(Record, frozen=True, kw_only=True):
    """Partner Center refreshes it every 15 minutes."""

    may_be_empty = True

    status: ProvisioningStatus | None = None


class OrderLineProvisioning(Record, frozen=True, kw_only=True):
    line_item_number: int | None
    status: ProvisioningStatus | None = None


class ActivationLink(Record, frozen=True, kw_only=True):
    """Where a customer activates a line of an order at its publisher ("Get an activation link by order line item")."""

    line_item_number: int | None
    link: Link | None = None


class RegistrationStatus(OpenEnum):
    """Whether an Azure subscription is ready for reservations ("Get subscription registration status")."""

    NOT_REGISTERED = "NotRegistered"
    REGISTERING = "Registering"
    REGISTERED = "Registered"
    UNKNOWN = "unknown"


class SubscriptionRegistration(Record, frozen=True, kw_only=True):
    may_be_empty = True

    status: RegistrationStatus = RegistrationStatus.UNKNOWN
