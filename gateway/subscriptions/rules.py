"""The problems of a change to a subscription that its caller can act on."""

from dataclasses import dataclass

from gateway.declined import Problem
from gateway.partner_center.models.subscriptions import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchSubscription(Problem):
    """`subscription_id` is the identifier as the caller sent it."""

    subscription_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict(Problem):
    """`subscription` is the present state."""

    expected_version: str
    subscription: Subscription
