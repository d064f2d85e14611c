"""The rules for the provisioning of a line item: context, Azure subscription, commitment, attestation.

Pages: "Cart resources" (codes), "Create a cart" (reservations), "Azure savings plan". The code for an
invalid member in the context of a savings plan is Inferred.
"""

from collections.abc import Mapping
from decimal import Decimal

from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import LineRequest
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import RuleContext
from gateway.sandbox.world import azure
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Customer

SCOPES = ("shared", "single")
MAX_COMMITMENT = Decimal(1_000_000)  # per hour; bounds the arithmetic


def provisioning_error(line: LineRequest, item: Item, rules: RuleContext) -> CartError | None:
    context = {name.lower(): value for name, value in (line.provisioning_context or {}).items() if value}
    attestation = item.sku.attestation_properties
    if attestation is not None and attestation.enforce_attestation and line.attestation_accepted is not True:
        return line_errors.attestation(line.item_id, attestation.attestation_type)
    if item.is_savings_plan:
        return _commitment_error(line, item) or _savings_plan_error(line, context, rules.customer)
    return _missing_variables_error(line, item, context) or _reservation_error(line, item, context, rules)


def _missing_variables_error(line: LineRequest, item: Item, context: Mapping[str, str]) -> CartError | None:
    """The context must contain every variable of the SKU, except Duration, which is now termDuration."""
    missing = [
        name for name in item.sku.provisioning_variables if name.lower() not in context and name.lower() != "duration"
    ]
    if not missing:
        return None
    return line_errors.invalid_input(line.item_id, f"the provisioning context lacks {', '.join(missing)}.")


def _reservation_error(
    line: LineRequest, item: Item, context: Mapping[str, str], rules: RuleContext
) -> CartError | None:
    if not item.is_reservation:
        return None
    error = _scope_error(line, context)
    if error is not None:
        return error
    sent = context["subscriptionid"]
    owned = rules.customer.azure_subscriptions
    subscription = next((each for each in owned if each.id.lower() == sent.lower()), None)
    if subscription is None or not subscription.active:
        return line_errors.subscription(line.item_id, sent)
    is_registered = azure.is_registered(subscription, rules.now)
    if "AzureSubscriptionRegistration" in item.sku.purchase_prerequisites and not is_registered:
        return line_errors.not_registered(line.item_id, sent)
    if not subscription.reservations_enabled:
        return line_errors.not_enabled_for_reservations(line.item_id, sent)
    return None


def _savings_plan_error(line: LineRequest, context: Mapping[str, str], customer: Customer) -> CartError | None:
    """With scope shared the context names a subscription of the customer, with single an entitlement."""
    error = _scope_error(line, context)
    if error is not None:
        return error
    if context["scope"].lower() == "single":
        sent = context.get("entitlementid", "")
        if sent.lower() in {each.lower() for each in customer.entitlements}:
            return None
        return line_errors.invalid_input(line.item_id, f"entitlementId '{sent}' does not belong to the customer.")
    sent = context.get("subscriptionid", "")
    subscription_ids = [each.id for each in customer.azure_subscriptions] + [each.id for each in customer.subscriptions]
    if sent.lower() in {each.lower() for each in subscription_ids}:
        return None
    return line_errors.subscription(line.item_id, sent or "(none)")


def _scope_error(line: LineRequest, context: Mapping[str, str]) -> CartError | None:
    scope = context.get("scope", "")
    if scope.lower() in SCOPES:
        return None
    return line_errors.invalid_input(line.item_id, f"scope '{scope}' is not one of {', '.join(SCOPES)}.")


def _commitment_error(line: LineRequest, item: Item) -> CartError | None:
    """A savings plan commits to an hourly amount, at least the minimum of its SKU."""
    minimum, sent = item.sku.minimum_purchase_commitment, line.purchase_commitment
    if minimum is None:
        return None
    if sent is None or sent.amount is None:
        return line_errors.invalid_input(line.item_id, "purchaseCommitment with an amount is missing.")
    if not Decimal(minimum.amount) <= sent.amount <= MAX_COMMITMENT:
        why = f"the purchase commitment must be at least {minimum.amount} {minimum.grain.lower()}."
        return line_errors.invalid_input(line.item_id, why)
    if (sent.grain or minimum.grain).lower() != minimum.grain.lower():
        return line_errors.invalid_input(line.item_id, f"the grain of the commitment must be {minimum.grain.lower()}.")
    if (sent.currency or "usd").lower() != "usd":
        return line_errors.invalid_input(line.item_id, "the currency of the commitment must be usd.")
    return None
