"""Registers an Azure subscription for reservations, once however often it is asked for.

What a second registration does while the first is under way is not documented, so the status is looked at first. A
request without an answer may have been carried out: only another look tells.
"""

from collections.abc import Callable

from gateway.errors import ChangeUnknown, GatewayError, Unavailable
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.provisioning import RegistrationStatus
from gateway.partner_center.sending.calls import new_guid
from gateway.partner_center.subscriptions import SubscriptionsClient

_BEGUN = frozenset({RegistrationStatus.REGISTERING, RegistrationStatus.REGISTERED})
_ITS_OWN_FAILURES = frozenset({500, 503})
"""Statuses after which no attempt is under way any more. A proxy answers others while one may be."""


class Registering:
    """Registrations for one caller."""

    def __init__(self, partner_center: PartnerCenter, *, new_id: Callable[[], str] = new_guid) -> None:
        self._client = SubscriptionsClient(partner_center)
        self._new_id = new_id

    async def register(self, customer_id: str, subscription_id: str) -> bool:
        """Begins the registration unless it is over or under way; whether this call began it.

        Raises ChangeUnknown when it may have; all other failures mean that it did not.
        """
        if await self._status(customer_id, subscription_id) in _BEGUN:
            return False
        request_id = self._new_id()
        try:
            await self._client.register(customer_id, subscription_id, request_id=request_id)
        except GatewayError as error:
            if not error.maybe_done:
                raise
            await self._after_no_answer(error, customer_id, subscription_id, request_id)
        return True

    async def _after_no_answer(
        self, lost: GatewayError, customer_id: str, subscription_id: str, request_id: str
    ) -> None:
        """Looks, and sends once more where the registration certainly did not arrive."""
        try:
            status = await self._status(customer_id, subscription_id)
            if status in _BEGUN:
                return
            if not (status is RegistrationStatus.NOT_REGISTERED and _is_over(lost)):
                raise _unknown(lost) from lost
            await self._client.register(customer_id, subscription_id, request_id=request_id)
        except ChangeUnknown:
            raise
        except GatewayError as error:
            raise _unknown(error) from error

    async def _status(self, customer_id: str, subscription_id: str) -> RegistrationStatus:
        return (await self._client.registration(customer_id, subscription_id)).status


def _is_over(error: GatewayError) -> bool:
    return isinstance(error, Unavailable) and error.http_status in _ITS_OWN_FAILURES


def _unknown(error: GatewayError) -> ChangeUnknown:
    return ChangeUnknown(
        "The registration was sent, but no answer says whether it has begun. Repeat the same call to find out: it is not "
        "begun twice.",
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )
