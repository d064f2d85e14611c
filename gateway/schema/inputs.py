"""Input types of the graph."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from gateway.schema.scalars import CurrencyCode, Duration
from gateway.schema.values import BillingCycleType, ParticipantType

_ATTESTATION = (
    "Accept the partner on record's attestation. "
    "Partner Center does not give it back, so send it with every change of a cart that names resellers."
)
_LAST_SEEN = "`Cart.version` you last saw. When given and outdated, nothing is changed."
_KEY = "A text of 8 to 255 visible ASCII characters, unique to this intention, such as a UUID."


@strawberry.input(description="Partner Center's own identifiers of a cart.")
class PartnerCenterCartInput:
    customer_tenant_id: str = strawberry.field(
        description="Tenant identifier (a GUID) of the customer who owns the cart."
    )
    cart_id: str = strawberry.field(description="Identifier (a GUID) of the cart: `Cart.partnerCenterId`.")


@strawberry.input(one_of=True, description="The cart meant. Give exactly one of the fields.")
class CartReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Cart.id`, as issued by this API."
    )
    partner_center: PartnerCenterCartInput | None = strawberry.field(
        default=strawberry.UNSET, description="Partner Center's own identifiers of the cart."
    )


@strawberry.input(one_of=True, description="The customer meant. Give exactly one of the fields.")
class CustomerReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Customer.id`, as issued by this API."
    )
    tenant_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="The customer's Microsoft Entra tenant identifier (a GUID)."
    )


@strawberry.input(description="Partner Center's own identifiers of an order.")
class PartnerCenterOrderInput:
    customer_tenant_id: str = strawberry.field(
        description="Tenant identifier (a GUID) of the customer the order was placed for."
    )
    order_id: str = strawberry.field(description="Identifier of the order: `Order.partnerCenterId`.")


@strawberry.input(one_of=True, description="The order meant. Give exactly one of the fields.")
class OrderReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Order.id`, as issued by this API."
    )
    partner_center: PartnerCenterOrderInput | None = strawberry.field(
        default=strawberry.UNSET, description="Partner Center's own identifiers of the order."
    )


@strawberry.input(description="A partner with a part in the purchase.")
class CartParticipantInput:
    type: ParticipantType = strawberry.field(description="The part it plays.")
    partner_id: str = strawberry.field(description="Partner identifier (MPN ID or Partner ID).")


@strawberry.input(description="A text value under a name.")
class KeyValuePairInput:
    key: str = strawberry.field(description="Name of the value.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="An amount that a savings plan should commit the customer to spend.")
class PurchaseCommitmentInput:
    amount: Decimal = strawberry.field(description="Amount to be spent in every period.")
    currency_code: CurrencyCode = strawberry.field(description="Currency of the amount.")
    grain: str = strawberry.field(description="Period, in Partner Center's words: `hourly`.")


@strawberry.input(description="What a subscription should turn into when its term ends.")
class RenewsToInput:
    term_duration: Duration | None = strawberry.field(
        default=strawberry.UNSET, description="Length of the renewed term: `P1M` or `P1Y`."
    )


@strawberry.input(description="A line to put into a cart.")
class CartLineItemInput:
    catalog_item_id: str = strawberry.field(description="What to buy, as `productId:skuId:availabilityId`.")
    friendly_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="A name of your own for the line."
    )
    quantity: int = strawberry.field(description="Number of licenses or instances; at least 1.")
    currency_code: CurrencyCode | None = strawberry.field(
        default=strawberry.UNSET, description="Currency; Partner Center chooses when left out."
    )
    billing_cycle: BillingCycleType | None = strawberry.field(
        default=strawberry.UNSET, description="How often to bill; one of the SKU's `supportedBillingCycles`."
    )
    term_duration: Duration | None = strawberry.field(
        default=strawberry.UNSET, description="Length of the term, for example `P1Y`."
    )
    participants: list[CartParticipantInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Other partners with a part in the purchase."
    )
    provisioning_context: list[KeyValuePairInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Values needed to provision the item; each key at most once."
    )
    addon_items: list[Self] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Add-ons of the older catalog to buy against the subscription that the line will create.",
    )
    renews_to: list[RenewsToInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="What the subscription should turn into when its term ends; Partner Center takes one.",
    )
    attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Agree to the terms of the SKU or offer. Needed where the SKU enforces attestation.",
    )
    promotion_id: str | None = strawberry.field(default=strawberry.UNSET, description="Promotion to apply.")
    custom_term_end_date: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="End of the first term, to align it with another date."
    )
    purchase_commitment: PurchaseCommitmentInput | None = strawberry.field(
        default=strawberry.UNSET, description="What to commit to spend; needed for a savings plan."
    )


@strawberry.input(
    description="Changes to one line or add-on. Properties left out keep their value; null clears a property that can be empty."
)
class CartLineItemUpdateInput:
    id: strawberry.ID = strawberry.field(description="The line or add-on to change.")
    catalog_item_id: str | None = strawberry.field(default=strawberry.UNSET, description="Other catalog item.")
    friendly_name: str | None = strawberry.field(default=strawberry.UNSET, description="Other name.")
    quantity: int | None = strawberry.field(
        default=strawberry.UNSET, description="Other quantity; at least 1. Use `removeCartLineItems` to remove a line."
    )
    currency_code: CurrencyCode | None = strawberry.field(default=strawberry.UNSET, description="Other currency.")
    billing_cycle: BillingCycleType | None = strawberry.field(
        default=strawberry.UNSET, description="Other billing cycle."
    )
    term_duration: Duration | None = strawberry.field(default=strawberry.UNSET, description="Other length of the term.")
    participants: list[CartParticipantInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Participants to set instead of the present ones."
    )
    provisioning_context: list[KeyValuePairInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Provisioning values to set instead of the present ones; each key at most once.",
    )
    renews_to: list[RenewsToInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Renewals to set instead of the present ones."
    )
    attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Agree, or no longer agree, to the terms of the SKU or offer."
    )
    promotion_id: str | None = strawberry.field(default=strawberry.UNSET, description="Other promotion.")
    custom_term_end_date: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Other end of the first term."
    )
    purchase_commitment: PurchaseCommitmentInput | None = strawberry.field(
        default=strawberry.UNSET, description="Other commitment to spend."
    )


@strawberry.input(description="Input of `createCart`.")
class CreateCartInput:
    customer: CustomerReferenceInput = strawberry.field(description="Who the cart is for.")
    line_items: list[CartLineItemInput] = strawberry.field(description="The first lines; at least one.")
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description=_ATTESTATION,
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{_KEY}\n"
            "A repetition with the same key and the same input returns the first answer instead of creating a second cart."
        ),
    )


@strawberry.input(description="Input of `addCartLineItems`.")
class AddCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_items: list[CartLineItemInput] = strawberry.field(description="Lines to append; at least one.")
    expected_version: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=_LAST_SEEN,
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description=_ATTESTATION,
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{_KEY}\n"
            "A repetition with the same key and the same input returns the first answer instead of adding the lines twice."
        ),
    )


@strawberry.input(description="Input of `addCartAddonItems`.")
class AddCartAddonItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    parent_line_item_id: strawberry.ID = strawberry.field(description="The base line the add-ons go under.")
    addon_items: list[CartLineItemInput] = strawberry.field(description="Add-ons to append; at least one.")
    expected_version: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=_LAST_SEEN,
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description=_ATTESTATION,
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{_KEY}\n"
            "A repetition with the same key and the same input returns the first answer instead of adding the add-ons twice."
        ),
    )


@strawberry.input(description="Input of `updateCartLineItems`.")
class UpdateCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_items: list[CartLineItemUpdateInput] = strawberry.field(
        description="The changes; at least one, and at most one per line."
    )
    expected_version: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=_LAST_SEEN,
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description=_ATTESTATION,
    )


@strawberry.input(description="Input of `removeCartLineItems`.")
class RemoveCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_item_ids: list[strawberry.ID] = strawberry.field(description="Lines or add-ons to remove; at least one.")
    expected_version: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=_LAST_SEEN,
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description=_ATTESTATION,
    )


@strawberry.input(description="Input of `replaceCartLineItems`.")
class ReplaceCartLineItemsInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to change.")
    line_items: list[CartLineItemInput] = strawberry.field(description="The lines the cart should have; at least one.")
    expected_version: str = strawberry.field(
        description="`Cart.version` you last saw. When outdated, nothing is changed."
    )
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description=_ATTESTATION,
    )


@strawberry.input(description="Input of `checkoutCart`.")
class CheckoutCartInput:
    cart_id: strawberry.ID = strawberry.field(description="The cart to order.")
    expected_version: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="`Cart.version` you last showed to the buyer. When given and outdated, nothing is ordered. Ignored for a cart that is already ordered.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{_KEY}\n"
            "A repetition with the same key returns the first answer, a refusal included.\n"
            "A checkout is safe to repeat without a key, because a cart is ordered once only; without one, a repetition after a refusal tries again."
        ),
    )
