"""Refusals in the service's own words: the class, and a constructor for each refusal of a request.

Errors of a single line item are in `carts.rules.line_errors`. Codes come from the pages "Partner Center REST error
codes"; a status that no page states is marked Inferred.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal


class Refusal(Exception):
    """The service refuses a request, with an HTTP status and the body that all Partner Center calls use for errors."""

    def __init__(
        self,
        status: int,
        code: int,
        description: str,
        *,
        data: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        source: str = "PartnerFD",
    ) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.data = tuple(data)
        self.headers = dict(headers or {})
        self.source = source

    @property
    def body(self) -> dict[str, object]:
        """The error body. `code` is a number in every printed sample, though the tables say string."""
        return {"code": self.code, "description": self.description, "data": list(self.data), "source": self.source}


# -- the request itself ------------------------------------------------------------------------------------------


def unreadable(why: str) -> Refusal:
    """The body is not JSON, or does not have the documented shape."""
    return Refusal(400, 800002, f"The request input is invalid. {why}", data=[why])


def invalid_property(name: str, why: str) -> Refusal:
    """A query parameter or a member is missing or invalid."""
    return Refusal(400, 3000, f"The value of the property '{name}' is invalid: {why}", data=[name])


def not_found(what: str) -> Refusal:
    """There is no such resource (general code 1000)."""
    return Refusal(404, 1000, f"{what} was not found.")


def method_not_allowed(method: str, *, allowed: Sequence[str]) -> Refusal:
    """The path exists for other methods only. Status 405 with this code is Inferred."""
    return Refusal(405, 900141, f"The operation {method} is not supported here.", headers={"Allow": ", ".join(allowed)})


# -- sign-in and rights ------------------------------------------------------------------------------------------


def no_token(*, realm: str) -> Refusal:
    return Refusal(401, 800001, "The request carries no partner token.", headers=_challenge(realm))


def bad_token(*, realm: str) -> Refusal:
    """The token is unknown, malformed or expired; the service does not say which."""
    return Refusal(401, 400, "Access denied: the token is invalid or has expired.", headers=_challenge(realm))


def token_audience(*, realm: str) -> Refusal:
    """The token is for another resource. The code is documented for Azure AD Graph, refused since August 2025; that
    every other audience gets the same code is Inferred.
    """
    return Refusal(401, 900420, "Tokens with this audience are no longer accepted.", headers=_challenge(realm))


def app_only_token() -> Refusal:
    return Refusal(403, 900329, "Application-only tokens are not allowed here. Please call with an App+User token.")


def _challenge(realm: str) -> dict[str, str]:
    return {"WWW-Authenticate": f"OAuth realm=urn:cpsvc:cpid:{realm}"}


# -- customers ---------------------------------------------------------------------------------------------------


def malformed_customer_id() -> Refusal:
    return Refusal(400, 900118, "The customer id is invalid: it must be a GUID.")


def customer_not_found(customer_id: str) -> Refusal:
    return Refusal(404, 60003, f"Tenant {customer_id} was not found.")


def etag_out_of_date() -> Refusal:
    """The resource has changed since it was read. The same answer to a missing etag is Inferred."""
    return Refusal(400, 2055, "The etag is missing or out of date: read the resource again.")


def agreement_missing() -> Refusal:
    return Refusal(403, 13605, "The customer has not confirmed the Microsoft Customer Agreement.")


# -- carts -------------------------------------------------------------------------------------------------------


def cart_not_found(cart_id: str) -> Refusal:
    """There is no such cart, or it has expired. The same answer for both is Inferred."""
    return Refusal(404, 800008, f"The cart {cart_id} was not found.")


def cart_already_submitted(cart_id: str) -> Refusal:
    return Refusal(400, 800065, f"The cart {cart_id} has already been submitted.")


def cart_has_errors(line_ids: Sequence[int]) -> Refusal:
    lines = ", ".join(str(number) for number in line_ids)
    return Refusal(400, 800009, f"The cart cannot be submitted: errors on the line items {lines}.")


def catalog_item_missing(line: int) -> Refusal:
    return Refusal(400, 900142, f"Line item {line}: catalogItemId is missing.")


def quantity_out_of_limits(line: int) -> Refusal:
    return Refusal(400, 900275, f"Line item {line}: the quantity is missing or outside the limits of the offer.")


def unknown_enumeration(line: int, member: str, value: str, accepted: Sequence[str]) -> Refusal:
    why = f"Line item {line}: '{value}' is not a value of {member}. Accepted: {', '.join(accepted)}."
    return Refusal(400, 900126, why)


def partner_attestation_missing() -> Refusal:
    why = "PartnerOnRecordAttestationAccepted must be true when a line item names a transaction reseller."
    return Refusal(400, 900206, why)


def addon_not_related(addon: str, parent: str) -> Refusal:
    return Refusal(400, 800029, f"The add-on {addon} is not related to {parent}.")


def parent_subscription_invalid(subscription_id: str) -> Refusal:
    return Refusal(400, 800021, f"The subscription {subscription_id} is not a subscription of this customer.")


def credit_too_low(limit: Decimal, total: Decimal, currency: str) -> Refusal:
    return Refusal(400, 800025, f"The credit line of {limit} {currency} is too low for {total} {currency}.")


# -- catalog -----------------------------------------------------------------------------------------------------


def product_not_found(product_id: str, country: str) -> Refusal:
    return Refusal(404, 400013, f"Product {product_id} was not found in the catalog of {country}.")


def sku_not_found(product_id: str, sku_id: str) -> Refusal:
    return Refusal(404, 400018, f"SKU {sku_id} of product {product_id} was not found.")


def availability_not_found(catalog_item_id: str) -> Refusal:
    return Refusal(404, 400019, f"The availability {catalog_item_id} was not found.")


def segment_not_allowed(segment: str) -> Refusal:
    return Refusal(403, 400030, f"The target segment '{segment}' is not allowed.")


def view_not_allowed(view: str) -> Refusal:
    return Refusal(403, 400036, f"The target view '{view}' is not allowed.")


def modern_offer(offer_id: str) -> Refusal:
    return Refusal(400, 2100, f"{offer_id} is a product of the new catalog: ask the products API for it.")


# -- orders and subscriptions ------------------------------------------------------------------------------------


def order_not_found(order_id: str) -> Refusal:
    return Refusal(404, 20000, f"Order {order_id} was not found.")


def subscription_not_found(subscription_id: str) -> Refusal:
    return Refusal(404, 20003, f"Subscription {subscription_id} was not found.")


def order_cannot_be_cancelled(order_id: str, why: str) -> Refusal:
    return Refusal(400, 800061, f"Order {order_id} cannot be cancelled: {why}")


def order_cancelled_at_subscription(order_id: str) -> Refusal:
    return Refusal(400, 800063, f"Order {order_id} cannot be cancelled: cancel its subscriptions instead.")


def saas_cancelled_at_subscription(order_id: str) -> Refusal:
    return Refusal(403, 800077, f"Order {order_id} of software as a service is cancelled at its subscription.")


def not_cancelled_in_production(order_id: str) -> Refusal:
    return Refusal(403, 800019, f"Order {order_id} cannot be cancelled outside of a sandbox account.")


def cancellation_window_passed(order_id: str, *, days: int) -> Refusal:
    return Refusal(400, 900117, f"Order {order_id} cannot be cancelled: {days} days have passed.")


# -- changes of subscriptions ------------------------------------------------------------------------------------


def subscription_deleted(subscription_id: str) -> Refusal:
    return Refusal(400, 2011, f"Subscription with ID {subscription_id} and deleted status can't be updated.")


def subscription_expired(subscription_id: str) -> Refusal:
    return Refusal(400, 900279, f"Subscription {subscription_id} has expired: it can no longer be updated.")


def subscription_suspended() -> Refusal:
    return Refusal(400, 800091, "A suspended subscription can't be updated; make it active first.")


def suspended_quantity() -> Refusal:
    return Refusal(400, 2001, "The quantity can't be changed while the subscription is suspended.")


def subscription_quantity(why: str) -> Refusal:
    return Refusal(400, 2002, f"The quantity of the subscription isn't within the allowed limits: {why}")


def account_limit(licences: int) -> Refusal:
    return Refusal(400, 800018, f"The sandbox limit of {licences} licences has been met.")


def quantity_fixed() -> Refusal:
    return Refusal(400, 800095, "The seat quantity of this subscription can't be updated.")


def quantity_cannot_decrease() -> Refusal:
    """Worded as printed on "Change the quantity of a subscription"."""
    return Refusal(400, 800090, "Subscription quantity cannot be decreased.")


def change_under_way(subscription_id: str) -> Refusal:
    return Refusal(409, 900278, f"Subscription {subscription_id} has a change in progress: come back in 24 hours.")


def etag_stale() -> Refusal:
    return Refusal(400, 2055, "The etag is no longer valid: read the subscription again.")


def not_renewable() -> Refusal:
    return Refusal(400, 800093, "The subscription isn't eligible to be auto-renewed.")


def unknown_status(status: str, accepted: Sequence[str]) -> Refusal:
    return Refusal(400, 900126, f"'{status}' is not a status. Accepted: {', '.join(accepted)}.")


def status_fixed(status: str) -> Refusal:
    return Refusal(400, 800096, f"The status of this subscription can't be changed to {status}.")


def savings_plan_fixed() -> Refusal:
    return Refusal(403, 900321, "A savings plan can't be cancelled here.")


def billing_cycle_fixed() -> Refusal:
    return Refusal(400, 800097, "The billing cycle of this subscription can't be updated.")


def change_not_supported(member: str) -> Refusal:
    return Refusal(400, 900127, f"A change of {member} is not supported.")


def parent_not_active(subscription_id: str) -> Refusal:
    why = f"An add-on can't be enabled while its parent subscription {subscription_id} isn't active."
    return Refusal(409, 27009, why)


def subscription_window_passed(window: timedelta) -> Refusal:
    """Code 900117 for a window of days, 900213 for one of up to 24 hours."""
    hours = int(window.total_seconds()) // 3600
    if hours > 24:
        return Refusal(400, 900117, f"You have passed your {hours // 24}-day cancellation window.")
    return Refusal(400, 900213, f"You have passed your {hours}-hour cancellation window.")


# -- agreements and qualifications -------------------------------------------------------------------------------


def agreement_repeated() -> Refusal:
    return Refusal(400, 600061, "This confirmation has been made already. Change something to make another one.")


def not_qualified(code: int, segment: str) -> Refusal:
    """Which code, and whether the status is 403, is Inferred."""
    return Refusal(403, code, f"The customer is not qualified for purchases in the segment {segment}.")
