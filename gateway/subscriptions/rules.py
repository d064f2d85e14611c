"""The problems of a change to a subscription that its caller can act on."""

from dataclasses import dataclass

from gateway.carts.rules import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchSubscription(Problem):
    """`subscription_id` is the identifier as the caller sent it."""

    subscription_id: str
