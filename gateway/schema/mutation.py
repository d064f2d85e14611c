"""Every mutation, as a table of contents."""

import strawberry

from gateway.operations.field_cost import COST, FieldCost
from gateway.schema.addon_items import AddCartAddonItemsPayload, add_cart_addon_items
from gateway.schema.agreement_confirmation import ConfirmCustomerAgreementPayload, confirm_customer_agreement
from gateway.schema.cart_change import CartChange
from gateway.schema.cart_creation import CreateCartPayload, create_cart
from gateway.schema.cart_preview import PREVIEW_COST, PreviewCartPayload, preview_cart
from gateway.schema.checkout import CheckoutCartPayload, checkout_cart
from gateway.schema.line_item_changes import (
    AddCartLineItemsPayload,
    RemoveCartLineItemsPayload,
    ReplaceCartLineItemsPayload,
    UpdateCartLineItemsPayload,
    add_cart_line_items,
    remove_cart_line_items,
    replace_cart_line_items,
    update_cart_line_items,
)
from gateway.schema.order_cancellation import CancelOrderPayload, cancel_order
from gateway.schema.registration import RegisterSubscriptionPayload, register_subscription
from gateway.schema.subscription_changes import (
    CancelSubscriptionPayload,
    UpdateSubscriptionPayload,
    cancel_subscription,
    update_subscription,
)

_READ_AND_WRITE = {COST: FieldCost(weight=2)}
_KEYED = {COST: FieldCost(weight=2, reads_customer=True)}
"""With an idempotency key, the customer may be read to prove the caller's identity."""

_BINDING = {COST: FieldCost(weight=3, spends_money=True, states_outcome=True)}
"""A decision about money already committed: a look, the change, and another look after a lost answer."""


@strawberry.type(
    description=(
        "Everything that can be changed.\n"
        "Problems that the caller can act on come back as data, in the payload's `errors`.\n"
        "All others (sign-in, rights, throttling, time-outs, faults) come back in the response's top-level `errors` with a `code`, and the mutation's field is null.\n"
        "A mutation of a cart takes effect as a whole or not at all; only a checkout can succeed in part, because Partner Center places one order per order group."
    )
)
class Mutation:
    preview_cart: PreviewCartPayload = strawberry.field(
        graphql_type=PreviewCartPayload | None,
        resolver=preview_cart,
        description=(
            "Says what lines would cost this customer, and what is wrong with them, without anything that can be ordered.\n"
            "Partner Center prices nothing outside a cart, so one is created for the purpose and left alone: nobody can reach it, and it is gone after seven days."
        ),
        metadata=PREVIEW_COST,
    )
    create_cart: CartChange = strawberry.field(
        graphql_type=CreateCartPayload | None,
        resolver=create_cart,
        description=(
            "Creates a cart for a customer with its first lines.\n"
            "The cart exists even if some of its lines are faulty: read `cart.hasErrors`."
        ),
        metadata={COST: FieldCost(weight=1, reads_customer=True)},
    )
    add_cart_line_items: CartChange = strawberry.field(
        graphql_type=AddCartLineItemsPayload | None,
        resolver=add_cart_line_items,
        description="Appends lines, each with its add-ons if any, to an active cart.",
        metadata=_KEYED,
    )
    add_cart_addon_items: CartChange = strawberry.field(
        graphql_type=AddCartAddonItemsPayload | None,
        resolver=add_cart_addon_items,
        description="Adds add-ons of the older catalog to a base line that is already in the cart.",
        metadata=_KEYED,
    )
    update_cart_line_items: CartChange = strawberry.field(
        graphql_type=UpdateCartLineItemsPayload | None,
        resolver=update_cart_line_items,
        description="Changes lines or add-ons of an active cart. Properties left out keep their value; those set to null are cleared.",
        metadata=_READ_AND_WRITE,
    )
    remove_cart_line_items: CartChange = strawberry.field(
        graphql_type=RemoveCartLineItemsPayload | None,
        resolver=remove_cart_line_items,
        description=(
            "Removes lines or add-ons from an active cart; the add-ons of a base line go with it.\n"
            "Partner Center has no empty carts, so the last line cannot be removed."
        ),
        metadata=_READ_AND_WRITE,
    )
    replace_cart_line_items: CartChange = strawberry.field(
        graphql_type=ReplaceCartLineItemsPayload | None,
        resolver=replace_cart_line_items,
        description="Replaces all lines of an active cart with the given ones. The version is required, because the old content is lost.",
        metadata=_READ_AND_WRITE,
    )
    checkout_cart: CheckoutCartPayload = strawberry.field(
        graphql_type=CheckoutCartPayload | None,
        resolver=checkout_cart,
        description=(
            "Places the orders for everything in the cart.\n"
            "Each order group becomes one order, so some can succeed while others fail: read `result.outcome`.\n"
            "Safe to repeat. On an ordered cart it returns the earlier result; after failed groups a call without the earlier `idempotencyKey` tries those once more.\n"
            "A top-level error says in `extensions.outcome` what is known: `PLACED`, `NOT_PLACED` or `UNKNOWN`. After `UNKNOWN`, repeat the same call to find out."
        ),
        metadata={COST: FieldCost(weight=3, reads_customer=True, spends_money=True, states_outcome=True)},
    )
    confirm_customer_agreement: ConfirmCustomerAgreementPayload = strawberry.field(
        graphql_type=ConfirmCustomerAgreementPayload | None,
        resolver=confirm_customer_agreement,
        description=(
            "Confirms to Microsoft that somebody at the customer has accepted the agreement, so that orders can be placed. Needs a token with a user.\n"
            "Safe to repeat: the same confirmation is not made twice.\n"
            "A top-level error says in `extensions.outcome` whether the confirmation was made: `DONE`, `NOT_DONE` or `UNKNOWN`. After `UNKNOWN`, repeat the same call to find out."
        ),
        metadata={COST: FieldCost(weight=4, states_outcome=True)},
    )
    register_subscription: RegisterSubscriptionPayload = strawberry.field(
        graphql_type=RegisterSubscriptionPayload | None,
        resolver=register_subscription,
        description=(
            "Registers an Azure subscription, so that reservations can be bought for it. It takes a while: `registrationStatus` shows when it is over.\n"
            "Safe to repeat: what is registered or being registered is left alone.\n"
            "A top-level error says in `extensions.outcome` whether the registration was begun: `DONE`, `NOT_DONE` or `UNKNOWN`. After `UNKNOWN`, repeat the same call to find out."
        ),
        metadata={COST: FieldCost(weight=4, states_outcome=True)},
    )
    update_subscription: UpdateSubscriptionPayload = strawberry.field(
        graphql_type=UpdateSubscriptionPayload | None,
        resolver=update_subscription,
        description=(
            "Changes one thing about a subscription. More seats cost money at once, for the rest of the term.\n"
            "Safe to repeat: what is as asked already is not sent again, whatever the version.\n"
            "A top-level error says in `extensions.outcome` whether the change was made: `DONE`, `NOT_DONE` or `UNKNOWN`. After `UNKNOWN`, repeat the same call to find out."
        ),
        metadata=_BINDING,
    )
    cancel_subscription: CancelSubscriptionPayload = strawberry.field(
        graphql_type=CancelSubscriptionPayload | None,
        resolver=cancel_subscription,
        description=(
            "Cancels a subscription within its cancellation window, for good: it cannot be taken back, only bought again. `CustomerSubscription.refunds` says what is given back.\n"
            "Software is cancelled with its order instead: see `cancelOrder`.\n"
            "Safe to repeat, and `extensions.outcome` as in `updateSubscription`."
        ),
        metadata=_BINDING,
    )
    cancel_order: CancelOrderPayload = strawberry.field(
        graphql_type=CancelOrderPayload | None,
        resolver=cancel_order,
        description=(
            "Cancels software that was bought with an order, for good, within its cancellation window.\n"
            "Subscriptions to licenses and marketplace products are cancelled one by one instead, and reservations only in Microsoft's own test accounts: Partner Center refuses the rest.\n"
            "Safe to repeat, and `extensions.outcome` as in `updateSubscription`."
        ),
        metadata=_BINDING,
    )
