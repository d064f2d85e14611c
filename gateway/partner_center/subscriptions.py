"""The calls about what a customer owns ("Subscription resources")."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from gateway.errors import Malformed
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.collection import Collection, leads_back, page_request
from gateway.partner_center.models.provisioning import SubscriptionProvisioning, SubscriptionRegistration
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.transitions import TransitionEligibility
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import subscriptions as reading

T = TypeVar("T")

EligibilityType = Literal["immediate", "scheduled"]
"""Whether an upgrade happens now or at renewal."""

_ETAG = re.compile(r"[\x21-\x7e]+")
_FIRST_PAGE: tuple[dict[str, str], dict[str, str]] = ({}, {})


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """The answer to a change. `is_pending` after a 202: Partner Center has taken the change, but is not done with it.

    `subscription` is None where the answer to a 202 holds none.
    """

    subscription: Subscription | None
    is_pending: bool


class SubscriptionsClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def get(self, customer_id: str, subscription_id: str) -> Subscription:
        """GET a subscription ("Get a subscription by ID"), with `refundable_quantity`. Raises NotFound (20003)."""
        return await self._partner_center.get(
            *_subscriptions(customer_id),
            subscription_id,
            action="read the subscription",
            read=partial(reading.subscription, customer_id=customer_id, subscription_id=subscription_id),
            customer_id=customer_id,
        )

    async def change(
        self,
        customer_id: str,
        subscription_id: str,
        document: Mapping[str, object],
        *,
        etag: str | None,
        request_id: str,
    ) -> ChangeAnswer:
        """PATCH a whole subscription ("Update a subscription by ID"), which is not a merge: what is left out is lost.

        With the *etag* that was read Partner Center refuses to change another state (2055). Without an answer the
        change may have been made: only another read tells. Raises NotFound (20003), and Conflict (900278, 800082,
        800014) while another change is under way.
        """
        known = {"customer_id": customer_id, "subscription_id": subscription_id}
        return await self._partner_center.write(
            "PATCH",
            *_subscriptions(customer_id),
            subscription_id,
            action="change the subscription",
            read=lambda body: ChangeAnswer(reading.subscription(body, **known), is_pending=False),
            read_accepted=lambda body: ChangeAnswer(_if_any(body, **known), is_pending=True),
            customer_id=customer_id,
            is_repeatable=False,
            body=encode(document),
            headers=_if_match(etag),
            request_id=request_id,
        )

    async def list(self, customer_id: str) -> tuple[Subscription, ...]:
        """GET all of a customer's subscriptions ("Get all of a customer's subscriptions"), of old and new offers.

        No paging is documented; a token or link to more is followed all the same. Raises Malformed when it leads
        nowhere.
        """
        return await self._all(customer_id, order_id=None)

    async def list_by_order(self, customer_id: str, order_id: str) -> tuple[Subscription, ...]:
        """GET the subscriptions of an order ("Get a list of subscriptions by order"), as `list` does.

        Empty until they are provisioned, which may take 15 minutes.
        """
        return await self._all(customer_id, order_id=order_id)

    async def provisioning(self, customer_id: str, subscription_id: str) -> SubscriptionProvisioning:
        """GET the provisioning status ("Get subscription provisioning status").

        Needs a token with a user: raises Forbidden (900329) without one. Raises NotFound (20003).
        """
        return await self._of_subscription(
            (customer_id, subscription_id),
            "provisioningstatus",
            action="read the provisioning status of the subscription",
            read=reading.subscription_provisioning,
        )

    async def registration(self, customer_id: str, subscription_id: str) -> SubscriptionRegistration:
        """GET the registration status ("Get subscription registration status"). Raises NotFound (20003)."""
        return await self._of_subscription(
            (customer_id, subscription_id),
            "registrationstatus",
            action="read the registration status of the subscription",
            read=reading.registration,
        )

    async def register(self, customer_id: str, subscription_id: str, *, request_id: str | None = None) -> None:
        """POST a registration ("Register a subscription"). It is under way when this ends. Raises NotFound (20003).

        What a second one does while the first is under way is not documented, so it is not repeated.
        """
        await self._partner_center.write(
            "POST",
            *_subscriptions(customer_id),
            subscription_id,
            "registrations",
            action="register the subscription",
            read=reading.nothing,
            customer_id=customer_id,
            is_repeatable=False,
            request_id=request_id,
        )

    async def upgrades(
        self, customer_id: str, subscription_id: str, *, eligibility_type: EligibilityType
    ) -> tuple[TransitionEligibility, ...]:
        """GET what it can be upgraded to ("Transition a new commerce subscription"). Raises NotFound (20003)."""
        found = await self._of_subscription(
            (customer_id, subscription_id),
            "transitionEligibilities",
            action="list upgrades of the subscription",
            read=partial(reading.transition_eligibilities, customer_id=customer_id),
            query={"eligibilityType": eligibility_type},
        )
        return found.items

    async def _of_subscription(
        self,
        subscription: tuple[str, str],
        resource: str,
        *,
        action: str,
        read: Callable[[bytes], T],
        query: Mapping[str, str] | None = None,
    ) -> T:
        """GET a resource below a subscription, which its customer's and its own id identify."""
        customer_id, subscription_id = subscription
        return await self._partner_center.get(
            *_subscriptions(customer_id),
            subscription_id,
            resource,
            action=action,
            read=read,
            query=query,
            customer_id=customer_id,
        )

    async def _all(self, customer_id: str, *, order_id: str | None) -> tuple[Subscription, ...]:
        found: list[Subscription] = []
        read: set[str | None] = set()
        query, headers = _FIRST_PAGE
        while True:
            page = await self._page(customer_id, {"order_id": order_id, **query}, headers)
            found += page.items
            if page.following is None and not page.is_cut:
                return tuple(found)
            if page.following in read or leads_back("", page.following):
                raise Malformed("Partner Center's list of subscriptions leads back to a page that was already read.")
            read.add(page.following)
            query, headers = _next_page(page)

    async def _page(
        self, customer_id: str, query: Mapping[str, str | None], headers: Mapping[str, str]
    ) -> Collection[Subscription]:
        return await self._partner_center.get(
            *_subscriptions(customer_id),
            action="list subscriptions",
            read=partial(reading.subscriptions, customer_id=customer_id),
            query=query,
            headers=headers,
            customer_id=customer_id,
        )


def _next_page(page: Collection[Subscription]) -> tuple[dict[str, str], dict[str, str]]:
    """The query and headers that ask for the page after this one. Raises Malformed."""
    request = page_request(page.following or "")
    if request is None:
        raise Malformed("Partner Center's list of subscriptions continues, but does not say how to read the others.")
    return request


def _subscriptions(customer_id: str) -> tuple[str, ...]:
    return ("customers", customer_id, "subscriptions")


def _if_any(body: bytes, *, customer_id: str, subscription_id: str) -> Subscription | None:
    with suppress(Malformed):
        return reading.subscription(body, customer_id=customer_id, subscription_id=subscription_id)
    return None


def _if_match(etag: str | None) -> dict[str, str]:
    """Nothing for an etag that a header cannot hold."""
    return {"If-Match": etag} if etag and _ETAG.fullmatch(etag) else {}
