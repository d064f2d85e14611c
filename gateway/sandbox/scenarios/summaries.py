"""What each scenario is, by its name, for help texts. Loads nothing, so that every command can show it."""

from collections.abc import Mapping

SUMMARIES: Mapping[str, str] = {
    "partly-failed-checkout": "one order group fails, the two others are ordered",
    "out-of-stock": "an item in the cart is sold out",
    "over-seat-limit": "a line has more seats than may be sold; mend it",
    "expired-cart": "the cart has expired",
    "throttled": "the cart cannot be read at first: 429 with Retry-After",
    "slow": "each read takes two seconds",
    "lost-answer": "a checkout is carried out, but its answer is lost",
    "slow-provisioning": "subscriptions appear five minutes after their order",
    "lapsing-promotion": "a promotion has just ended, another ends soon",
    "version-conflict": "a colleague changes the cart after it was read",
    "missing-agreement": "the customer has not accepted the agreement",
    "low-credit": "the order exceeds the customer's credit",
}
"""In the order in which they are listed."""
