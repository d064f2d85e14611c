"""Bodies of answers about what a customer owns to records with their context: whose they are, and their documents."""

from collections.abc import Callable
from functools import cache, partial
from typing import cast

from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.provisioning import (
    ActivationLink,
    OrderLineProvisioning,
    SubscriptionProvisioning,
    SubscriptionRegistration,
)
from gateway.partner_center.models.respelling import member
from gateway.partner_center.models.subscriptions import DocumentReader, Subscription
from gateway.partner_center.models.transitions import TransitionEligibility
from gateway.partner_center.models.values import words
from gateway.partner_center.plain_json import document
from gateway.partner_center.reading.decode import Reader

subscription_provisioning = Reader(SubscriptionProvisioning)
order_provisioning = Reader(Collection[OrderLineProvisioning])
activation_links = Reader(Collection[ActivationLink])
registration = Reader(SubscriptionRegistration)

_subscription = Reader(Subscription)
_subscriptions = Reader(Collection[Subscription])
_transition_eligibilities = Reader(Collection[TransitionEligibility])


def subscription(body: bytes, *, customer_id: str, subscription_id: str) -> Subscription:
    """The subscription in an answer. Raises Malformed."""
    subscription = _subscription(body, {"id": subscription_id})
    _set_context(subscription, customer_id, partial(document, body))
    return subscription


def subscriptions(body: bytes, *, customer_id: str) -> Collection[Subscription]:
    """The subscriptions in a list answer, which share one parsed body. Raises Malformed."""
    subscriptions = _subscriptions(body)
    documents = cache(partial(_items_by_id, body))
    for each in subscriptions.items:
        _set_context(each, customer_id, partial(_item_of, documents, each.id))
    return subscriptions


def transition_eligibilities(body: bytes, *, customer_id: str) -> Collection[TransitionEligibility]:
    """The upgrades in a list answer. Raises Malformed."""
    eligibilities = _transition_eligibilities(body)
    for each in eligibilities.items:
        each.set_context(customer_id=customer_id)
        for target in each.subscription_eligibilities:
            target.set_context(customer_id=customer_id)
    return eligibilities


def nothing(_: bytes) -> None:
    """For an answer whose body does not matter, such as that of a 202."""


def _set_context(subscription: Subscription, customer_id: str, read_document: DocumentReader) -> None:
    subscription.set_context(customer_id=customer_id, read_document=read_document)
    if subscription.scheduled_next_term_instructions is not None:
        subscription.scheduled_next_term_instructions.set_context(customer_id=customer_id)


def _item_of(documents: Callable[[], dict[str, dict[str, object]]], item_id: str) -> dict[str, object]:
    return documents()[item_id]


def _items_by_id(body: bytes) -> dict[str, dict[str, object]]:
    """The objects in a list answer by their id, as reading gives it; of several with one id, the last."""
    return {words(member(item, "id")) or "": item for item in _objects(member(document(body), "items"))}


def _objects(items: object) -> list[dict[str, object]]:
    """The objects of a list; a single object in its place counts as a list of one, as in reading."""
    found = cast("list[object]", items) if isinstance(items, list) else [items]
    return [cast("dict[str, object]", item) for item in found if isinstance(item, dict)]
