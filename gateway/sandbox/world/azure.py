"""Azure subscriptions: whether one is registered for reservations."""

from datetime import datetime

from gateway.sandbox import wire
from gateway.sandbox.world.seed import AzureSubscription


def registration_status(subscription: AzureSubscription, now: datetime) -> str:
    """Spelled as in the sample (`NotRegistered`), which differs from the table."""
    ends = wire.parse_timestamp(subscription.registered_at or "")
    if is_registered(subscription, now):
        return "Registered"
    return "NotRegistered" if ends is None else "Registering"


def is_registered(subscription: AzureSubscription, now: datetime) -> bool:
    ends = wire.parse_timestamp(subscription.registered_at or "")
    return subscription.registered or (ends is not None and ends <= now)
