"""Changes one thing about a subscription, or cancels it, once however often it is asked for.

Partner Center takes a subscription as a whole ("Update a subscription by ID"): what is sent is the document just read
with one member replaced, so that nothing is lost by omission.
"""

import json
from dataclasses import dataclass
from typing import Literal

from gateway.changes.attempts import Answered, Made
from gateway.changes.making import Making
from gateway.changes.records import Resource
from gateway.declined import Declined
from gateway.errors import Conflict, GatewayError, Refused
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.subscriptions import NextTermInstructions, Subscription, SubscriptionStatus
from gateway.partner_center.subscriptions import SubscriptionsClient
from gateway.subscriptions.content import version
from gateway.subscriptions.rules import VersionConflict

Member = Literal["quantity", "autoRenewEnabled", "friendlyName", "status"]

_UNDER_WAY = frozenset({"800014", "800082", "900278"})
"""Codes of a 409 while Partner Center is at work on the subscription ("Partner Center REST error codes")."""
_DELETED = "2011"
_STALE_ETAG = "2055"


@dataclass(frozen=True, slots=True)
class NewValue:
    """What one member is to become. A `quantity` is a total, a cancellation the `status` deleted."""

    member: Member
    value: int | bool | str


CANCELLED = NewValue("status", SubscriptionStatus.DELETED.value)


@dataclass(frozen=True, slots=True)
class RequestedChange:
    """A change of a customer's subscription as its caller saw it. Both ids are GUIDs in lower case."""

    customer_id: str
    subscription_id: str
    expected_version: str
    new: NewValue


class SubscriptionChanges:
    """Changes for one caller."""

    def __init__(self, partner_center: PartnerCenter, making: Making) -> None:
        self._client = SubscriptionsClient(partner_center)
        self._partner_center = partner_center
        self._making = making

    async def make(self, requested: RequestedChange) -> Made[Subscription]:
        """Makes the change, or finds that it stands already, whatever the version.

        Raises Declined with a VersionConflict when the caller saw another version. `Making.make` names the others.
        """
        words = (requested.customer_id, "subscriptions", requested.subscription_id)
        return await self._making.make(
            Resource(self._partner_center.caller.partner, words),
            _Change(self._client, requested),
            time_left=lambda: self._partner_center.time_left,
        )


def dropped_next_term(made: Made[Subscription]) -> NextTermInstructions | None:
    """What was to happen at renewal and no longer is; None when nothing was lost.

    Partner Center drops it with a change during the term ("Create scheduled changes").
    """
    is_left = made.after.scheduled_next_term_instructions is not None
    return None if is_left else made.before.scheduled_next_term_instructions


@dataclass(frozen=True, slots=True)
class _Change:
    client: SubscriptionsClient
    requested: RequestedChange

    @property
    def what(self) -> str:
        return "The cancellation" if self.requested.new == CANCELLED else "The change"

    @property
    def meaning(self) -> str:
        new = self.requested.new
        return f"{self.requested.expected_version}/{new.member}={json.dumps(new.value)}"

    def stands_in(self, state: Subscription) -> bool:
        return _value(state, self.requested.new.member) == self.requested.new.value

    async def read(self) -> Subscription:
        return await self.client.get(self.requested.customer_id, self.requested.subscription_id)

    def check(self, state: Subscription) -> None:
        if version(state) != self.requested.expected_version:
            raise self._conflict(state)

    async def send(self, state: Subscription, request_id: str) -> Answered[Subscription]:
        new = self.requested.new
        answer = await self.client.change(
            self.requested.customer_id,
            self.requested.subscription_id,
            {**state.document, new.member: new.value},
            etag=state.etag,
            request_id=request_id,
        )
        return Answered(answer.subscription or await self._read_or(state), is_pending=answer.is_pending)

    async def found_by(self, refusal: GatewayError) -> Subscription | None:
        """Cancelled by somebody else, or changed in any other way, between the look and the change."""
        if not isinstance(refusal, Refused):
            return None
        if _is_stale(refusal):
            found = await self.read()
            if not self.stands_in(found):
                raise self._conflict(found) from refusal
            return found
        if self.requested.new == CANCELLED and refusal.partner_center_code == _DELETED:
            return await self.read()
        return None

    def is_under_way(self, refusal: GatewayError) -> bool:
        return isinstance(refusal, Conflict) and refusal.partner_center_code in _UNDER_WAY

    async def _read_or(self, state: Subscription) -> Subscription:
        """The present state; *state* where it cannot be read, which must not hide that the change was taken."""
        try:
            return await self.read()
        except GatewayError:
            return state

    def _conflict(self, state: Subscription) -> Declined:
        message = (
            "The subscription has changed since this version was read, and nothing was done. Read the subscription and "
            "decide again."
        )
        expected = self.requested.expected_version
        return Declined(
            VersionConflict(message=message, path=("expectedVersion",), expected_version=expected, subscription=state)
        )


def _is_stale(refusal: Refused) -> bool:
    return refusal.partner_center_code == _STALE_ETAG or refusal.http_status == 412


def _value(state: Subscription, member: Member) -> int | bool | str | None:
    match member:
        case "quantity":
            return state.quantity
        case "autoRenewEnabled":
            return state.auto_renew_enabled
        case "friendlyName":
            return state.friendly_name
        case "status":
            return state.status.value
