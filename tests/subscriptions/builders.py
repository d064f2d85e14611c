"""Subscriptions for tests, as Partner Center prints them."""

from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import subscriptions as reading
from tests.shop_ids import CONTOSO

ID = "0b5c2e5e-6f0a-4b0e-9d5a-3a1d0c7f2b11"

BODY: dict[str, object] = {
    "id": ID,
    "offerId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
    "friendlyName": "Front desk",
    "quantity": 12,
    "status": "active",
    "autoRenewEnabled": True,
    "billingCycle": "monthly",
    "termDuration": "P1Y",
    "commitmentEndDate": "2027-02-28T00:00:00Z",
    "commitmentEndDateTime": "2027-02-28T23:59:59Z",
    "cancellationAllowedUntilDate": "2026-03-08T08:00:00Z",
    "scheduledNextTermInstructions": {"product": {"productId": "CFQ7TTC0LH18", "skuId": "0001"}, "quantity": 9},
    "partnerId": "5357564",
}


def a_subscription(**members: object) -> Subscription:
    """One with these members in place of the usual ones."""
    body = encode({**BODY, **members})
    return reading.subscription(body, customer_id=CONTOSO, subscription_id=ID)
