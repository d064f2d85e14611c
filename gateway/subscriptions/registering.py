"""Registers an Azure subscription for reservations, once however often it is asked for.

What a second registration does while the first is under way is not documented, so the status is looked at first. A
request without an answer may have been carried out: only another look tells.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.changes.attempts import Answered, Attempts
from gateway.errors import GatewayError, Malformed
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.provisioning import RegistrationStatus
from gateway.partner_center.sending.calls import new_guid
from gateway.partner_center.subscriptions import SubscriptionsClient

_BEGUN = frozenset({RegistrationStatus.REGISTERING, RegistrationStatus.REGISTERED})


class Registering:
    """Registrations for one caller."""

    def __init__(self, partner_center: PartnerCenter, *, new_id: Callable[[], str] = new_guid) -> None:
        self._client = SubscriptionsClient(partner_center)
        self._new_id = new_id

    async def register(self, customer_id: str, subscription_id: str) -> bool:
        """Begins the registration unless it is over or under way; whether this call began it.

        Raises ChangeUnknown when it may have; all other failures mean that it did not.
        """
        registration = _Registration(self._client, customer_id, subscription_id)
        before = await registration.read()
        if registration.stands_in(before):
            return False
        return (await Attempts(registration, self._new_id()).make(before)).is_changed


@dataclass(frozen=True, slots=True)
class _Registration:
    client: SubscriptionsClient
    customer_id: str
    subscription_id: str
    what: str = "The registration"

    def stands_in(self, state: RegistrationStatus) -> bool:
        return state in _BEGUN

    async def read(self) -> RegistrationStatus:
        return (await self.client.registration(self.customer_id, self.subscription_id)).status

    def check(self, state: RegistrationStatus) -> None:
        """A status of another kind does not say that an earlier attempt came to nothing."""
        if state is not RegistrationStatus.NOT_REGISTERED:
            raise Malformed("Partner Center does not say whether the subscription is registered.")

    async def send(self, state: RegistrationStatus, request_id: str) -> Answered[RegistrationStatus]:
        await self.client.register(self.customer_id, self.subscription_id, request_id=request_id)
        return Answered(RegistrationStatus.REGISTERING)

    async def found_by(self, refusal: GatewayError) -> None:
        """None: no refusal is documented that means it stands."""

    def is_under_way(self, refusal: GatewayError) -> bool:
        return False
