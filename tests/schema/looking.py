"""Carts with obstacles, the problems that checks find in them, and the calls that these take."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from tests.harness import Gateway
from tests.shop_ids import BASIC

ACart = Callable[..., Awaitable[dict[str, Any]]]
Over = Callable[..., AbstractAsyncContextManager[Gateway]]
Found = list[dict[str, Any]]
Line = dict[str, object]

PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
"""Fjord's Azure plan, which is not registered."""
ELSEWHERE = "962fd6d4-e7b0-49bd-af75-000000000000"
RESELLER, UNAUTHORIZED = "5357564", "6104772"

FOR_SCHOOLS: Line = {"catalogItemId": "CFQ7TTC0LHSF:0001:CFQ7TTC03101"}
FOR_AUTHORITIES: Line = {"catalogItemId": "CFQ7TTC0LH16:0001:CFQ7TTC0RV05"}
FOR_NONPROFITS: Line = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0BYS5"}
E3: Line = {"catalogItemId": "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"}
E3_FOR_THREE_YEARS: Line = {**E3, "termDuration": "P3Y", "billingCycle": "ANNUAL"}
WITH_TERMS: Line = {"catalogItemId": "DZH318Z0C0WF:0003:DZH318Z0CKL0", "billingCycle": "ANNUAL"}
NOT_FOR_SALE: Line = {"catalogItemId": "CFQ7TTC0LH3N:0001:CFQ7TTC0H4YB"}
REISSUED: Line = {"catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0XXXX"}
ABSENT: Line = {"catalogItemId": "CFQ7TTC0LH99:0001:CFQ7TTC0K971"}

LOOK = """
query Look($id: ID!, $checks: [CartCheck!]) {
  cart(by: {id: $id}) {
    canCheckout
    problems(checks: $checks) {
      code severity message partnerId
      lineItem { partnerCenterId } subscription { partnerCenterId } promotion { partnerCenterId }
    }
  }
}
"""


def reservation(subscription_id: str = PLAN) -> Line:
    """A line that needs a registered Azure subscription."""
    context = [{"key": "subscriptionId", "value": subscription_id}, {"key": "scope", "value": "shared"}]
    item = "DZH318Z0F3RB:0001:DZH318Z0PT5Y"
    return {"catalogItemId": item, "billingCycle": "ONE_TIME", "provisioningContext": context}


def naming(partner_id: str = UNAUTHORIZED, **line: object) -> Line:
    """A line that names a reseller."""
    return {
        "catalogItemId": BASIC,
        "participants": [{"type": "TRANSACTION_RESELLER", "partnerId": partner_id}],
        **line,
    }


async def look(gateway: Gateway, cart: Mapping[str, Any], *checks: str) -> Found:
    """The problems that these checks find, or all."""
    data = await gateway.data(LOOK, {"id": cart["id"], "checks": list(checks) or None})
    found: Found = data["cart"]["problems"]
    return found


def in_short(problems: Found) -> list[str]:
    """Each problem as its code and severity, and the number of its line, if any."""
    return [
        " ".join([each["code"], each["severity"], *([each["lineItem"]["partnerCenterId"]] if each["lineItem"] else [])])
        for each in problems
    ]
