"""The content of a subscription: the members that a change can touch, and their hash, the version with which a caller says
what state of the subscription it has seen.

Windows for cancelling and giving seats back lapse by themselves and are not content: that must not look like another
caller's change.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

import msgspec

from gateway.carts.content import Content, member_content
from gateway.partner_center.models.subscriptions import Subscription

CHANGEABLE = (
    "offerId",
    "quantity",
    "status",
    "autoRenewEnabled",
    "friendlyName",
    "billingCycle",
    "termDuration",
    "scheduledNextTermInstructions",
    "nextChargeInstructions",
    "scheduledActions",
    "partnerId",
)
"""Members whose change is a change of the subscription ("Subscription resources"); with the end of the commitment."""


def version(subscription: Subscription) -> str:
    """A hash of the subscription's content.

    The same for every way in which Partner Center prints the same content: ids and names of members in either casing,
    null or no member, the end of the commitment as a day or to the second.
    """
    digest = sha256(msgspec.json.encode(content(subscription))).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")


def content(subscription: Subscription) -> list[Content]:
    """The content of each of `CHANGEABLE` in order, and the end of the commitment. None for an absent member."""
    ends_at = subscription.commitment_ends_at
    members = [member_content(name, subscription.document.get(name)) for name in CHANGEABLE]
    return [*members, member_content("customTermEndDate", ends_at and ends_at.written)]
