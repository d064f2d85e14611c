"""The records that a partner sends to create or change a cart ("Create a cart").

Absent members are left out, never null.
"""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import force_setattr

from gateway.partner_center.models.carts import Participant
from gateway.partner_center.models.record import Record
from gateway.partner_center.models.values import BillingCycle, RenewsTo


class NewPurchaseCommitment(Record, frozen=True, kw_only=True):
    """The amount that a savings plan will commit to spend. Partner Center accepts it only with all members."""

    amount: Decimal
    currency_code: str = msgspec.field(name="currency")
    grain: str


class NewCartLineItem(Record, frozen=True, kw_only=True):
    """A line as a partner sends it. Without `id`, Partner Center numbers it."""

    catalog_item_id: str
    quantity: int
    id: int | UnsetType = UNSET
    friendly_name: str | UnsetType = UNSET
    currency_code: str | UnsetType = UNSET
    billing_cycle: BillingCycle | UnsetType = UNSET
    term_duration: str | UnsetType = UNSET
    participants: tuple[Participant, ...] | UnsetType = UNSET
    provisioning_context: dict[str, str] | UnsetType = UNSET
    addon_items: tuple["NewCartLineItem", ...] | UnsetType = UNSET
    renews_to: RenewsTo | UnsetType = UNSET
    attestation_accepted: bool | UnsetType = UNSET
    promotion_id: str | UnsetType = UNSET
    custom_term_end_date: datetime | UnsetType = UNSET
    purchase_commitment: NewPurchaseCommitment | UnsetType = UNSET

    def __post_init__(self) -> None:
        _put_in_utc(self)


class LineChange(Record, frozen=True, kw_only=True):
    """Members to set on a line of a cart: unset ones keep their value, None removes the member."""

    catalog_item_id: str | UnsetType = UNSET
    quantity: int | UnsetType = UNSET
    friendly_name: str | UnsetType | None = UNSET
    currency_code: str | UnsetType | None = UNSET
    billing_cycle: BillingCycle | UnsetType | None = UNSET
    term_duration: str | UnsetType | None = UNSET
    participants: tuple[Participant, ...] | UnsetType | None = UNSET
    provisioning_context: dict[str, str] | UnsetType | None = UNSET
    renews_to: RenewsTo | UnsetType | None = UNSET
    attestation_accepted: bool | UnsetType | None = UNSET
    promotion_id: str | UnsetType | None = UNSET
    custom_term_end_date: datetime | UnsetType | None = UNSET
    purchase_commitment: NewPurchaseCommitment | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        _put_in_utc(self)


class NewCart(Record, frozen=True, kw_only=True):
    """A cart as a partner sends it: at least one line, and the attestation when resellers take part."""

    line_items: tuple[NewCartLineItem, ...]
    partner_on_record_attestation_accepted: bool | UnsetType = UNSET


def document(record: NewCart | NewCartLineItem | LineChange) -> dict[str, object]:
    """The JSON document of a cart, a line or a change to a line, in the wire's names.

    Amounts stay Decimal, moments are UTC text ending in `Z`, the currency of a commitment is in lower case.
    """
    if not isinstance(record, NewCart):
        return _line(record)
    written: dict[str, object] = {"lineItems": [_line(line) for line in record.line_items]}
    if record.partner_on_record_attestation_accepted is not UNSET:
        written["partnerOnRecordAttestationAccepted"] = record.partner_on_record_attestation_accepted
    return written


def _line(line: NewCartLineItem | LineChange) -> dict[str, object]:
    written: dict[str, object] = msgspec.to_builtins(line, builtin_types=(Decimal,))
    if isinstance(line, NewCartLineItem) and line.addon_items is not UNSET:
        written["addonItems"] = [_line(addon) for addon in line.addon_items]
    if isinstance(line.participants, tuple):  # arrays are lists in every document
        written["participants"] = msgspec.to_builtins(list(line.participants))
    if isinstance(line.purchase_commitment, NewPurchaseCommitment):
        commitment = line.purchase_commitment
        written["purchaseCommitment"] = {
            "amount": commitment.amount,
            "currency": commitment.currency_code.lower(),
            "grain": commitment.grain,
        }
    return written


def _put_in_utc(line: NewCartLineItem | LineChange) -> None:
    """A moment without a zone is UTC ("customTermEndDates" prints such)."""
    moment = line.custom_term_end_date
    if isinstance(moment, datetime):
        in_utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        force_setattr(line, "custom_term_end_date", in_utc)
