"""Subscriptions ("Subscription resources"), and the dates on which a first term may end ("Custom term end dates")."""

from gateway.partner_center.models.catalog import ItemType
from gateway.partner_center.models.moments import Moment
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import BillingCycle


class RefundableQuantityDetail(Record, frozen=True, kw_only=True):
    quantity: int | None
    allowed_until_date_time: Moment | None = None


class RefundableQuantity(Record, frozen=True, kw_only=True):
    total_quantity: int | None
    details: tuple[RefundableQuantityDetail, ...] = ()


class Subscription(Record, frozen=True, kw_only=True):
    """A subscription. Its status is lower-case text such as `active`."""

    id: str
    offer_id: str | None = None
    offer_name: str | None = None
    friendly_name: str | None = None
    product_type: ItemType | None = None
    quantity: int | None = None
    unit_type: str | None = None
    status: str | None = None
    billing_cycle: BillingCycle | None = None
    billing_type: str | None = None
    term_duration: str | None = None
    creation_date: Moment | None = None
    effective_start_date: Moment | None = None
    commitment_end_date: Moment | None = None
    auto_renew_enabled: bool | None = None
    is_trial: bool | None = None
    parent_subscription_id: str | None = None
    order_id: str | None = None
    promotion_id: str | None = None
    refundable_quantity: RefundableQuantity | None = None


class CustomTermEndDate(Record, frozen=True, kw_only=True):
    """A date a first term may end on. It comes without a zone and is read as UTC (Inferred)."""

    allowed_custom_term_end_date: Moment
    allowed_custom_term_end_date_type: str | None = None
    coterm_subscription_ids: tuple[str, ...] = ()
