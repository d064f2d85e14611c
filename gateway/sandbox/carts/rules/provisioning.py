"""What a line must say so that it can be provisioned: context, Azure subscription, commitment, attestation.

Pages: "Cart resources" (codes), "Create a cart" (reservations), "Azure savings plan". Which code a wrong member of a
savings plan's context gets is Inferred.
"""

from collections.abc import Mapping
from decimal import Decimal

from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import AskedLine
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Customer

SCOPES = ("shared", "single")
LARGEST_COMMITMENT = Decimal(1_000_000)  # an hour; keeps the arithmetic within sane numbers


def not_provisionable(line: AskedLine, item: Item, customer: Customer) -> CartError | None:
    context = {name.lower(): value for name, value in (line.provisioning_context or {}).items() if value}
    attestation = item.sku.attestation_properties
    if attestation is not None and attestation.enforce_attestation and line.attestation_accepted is not True:
        return line_errors.attestation(line.item_id, attestation.attestation_type)
    if item.is_savings_plan:
        return _commitment(line, item) or _savings_plan_context(line, context, customer)
    return _missing_variables(line, item, context) or _reservation_context(line, item, context, customer)


def _missing_variables(line: AskedLine, item: Item, context: Mapping[str, str]) -> CartError | None:
    """Every variable of the SKU has to be in the context; Duration is said by termDuration nowadays."""
    missing = [
        name for name in item.sku.provisioning_variables if name.lower() not in context and name.lower() != "duration"
    ]
    if not missing:
        return None
    return line_errors.invalid_input(line.item_id, f"the provisioning context lacks {', '.join(missing)}.")


def _reservation_context(
    line: AskedLine, item: Item, context: Mapping[str, str], customer: Customer
) -> CartError | None:
    if not item.is_reservation:
        return None
    wrong = _scope(line, context)
    if wrong is not None:
        return wrong
    sent = context["subscriptionid"]
    subscription = next((each for each in customer.azure_subscriptions if each.id.lower() == sent.lower()), None)
    if subscription is None or not subscription.active:
        return line_errors.subscription(line.item_id, sent)
    if "AzureSubscriptionRegistration" in item.sku.purchase_prerequisites and not subscription.registered:
        return line_errors.not_registered(line.item_id, sent)
    if not subscription.reservations_enabled:
        return line_errors.not_enabled_for_reservations(line.item_id, sent)
    return None


def _savings_plan_context(line: AskedLine, context: Mapping[str, str], customer: Customer) -> CartError | None:
    """Shared scope names the Azure plan's subscription, single scope an entitlement."""
    wrong = _scope(line, context)
    if wrong is not None:
        return wrong
    if context["scope"].lower() == "single":
        sent = context.get("entitlementid", "")
        if sent.lower() in {each.lower() for each in customer.entitlements}:
            return None
        return line_errors.invalid_input(line.item_id, f"entitlementId '{sent}' is none of the customer's.")
    sent = context.get("subscriptionid", "")
    plans = [each.id for each in customer.azure_subscriptions] + [each.id for each in customer.subscriptions]
    if sent.lower() in {each.lower() for each in plans}:
        return None
    return line_errors.subscription(line.item_id, sent or "(none)")


def _scope(line: AskedLine, context: Mapping[str, str]) -> CartError | None:
    scope = context.get("scope", "")
    if scope.lower() in SCOPES:
        return None
    return line_errors.invalid_input(line.item_id, f"scope '{scope}' is none of {', '.join(SCOPES)}.")


def _commitment(line: AskedLine, item: Item) -> CartError | None:
    """A savings plan is bought by an hourly amount, at least the SKU's minimum."""
    minimum, sent = item.sku.minimum_purchase_commitment, line.purchase_commitment
    if minimum is None:
        return None
    if sent is None or sent.amount is None:
        return line_errors.invalid_input(line.item_id, "purchaseCommitment with an amount is missing.")
    if not Decimal(minimum.amount) <= sent.amount <= LARGEST_COMMITMENT:
        why = f"the purchase commitment is at least {minimum.amount} {minimum.grain.lower()}."
        return line_errors.invalid_input(line.item_id, why)
    if (sent.grain or minimum.grain).lower() != minimum.grain.lower():
        return line_errors.invalid_input(line.item_id, f"the grain of the commitment is {minimum.grain.lower()}.")
    if (sent.currency or "usd").lower() != "usd":
        return line_errors.invalid_input(line.item_id, "the currency of the commitment is usd.")
    return None
