"""Confirms that somebody at a customer has accepted an agreement, once however often it is asked for.

Partner Center keeps every confirmation and never takes one back, so the existing ones are looked at first. A request to
confirm without an answer may have been carried out: only another look tells.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.agreements.standing import CustomerAgreement, standing
from gateway.errors import ChangeUnknown, GatewayError, Malformed, Refused, Unavailable
from gateway.partner_center.agreements import AgreementsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.agreements import Agreement, AgreementContact, AgreementType, NewAgreement
from gateway.partner_center.sending.calls import new_guid

_REPEATED = "600061"
"""Partner Center's code for a confirmation that exists already. Not in its list of codes; others report it."""
_ITS_OWN_FAILURES = frozenset({500, 503})
"""Statuses after which no attempt is under way any more. A proxy answers others while one may be."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted which agreement when. `template_id` is the accepted form; None stands for the present one."""

    customer_id: str
    type: AgreementType
    template_id: str | None
    agreed_at: datetime
    contact: AgreementContact


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Where the customer stands now, and whether this call made the confirmation."""

    agreement: CustomerAgreement
    is_changed: bool


class Confirming:
    """Confirmations for one caller."""

    def __init__(self, partner_center: PartnerCenter, *, new_id: Callable[[], str] = new_guid) -> None:
        self._client = AgreementsClient(partner_center)
        self._new_id = new_id

    async def confirm(self, acceptance: Acceptance) -> Confirmed:
        """Confirms the acceptance, or finds that it stands already.

        Raises ChangeUnknown when it may have been confirmed; all other failures mean that it was not.
        """
        template_id, existing = await self._look(acceptance)
        new = NewAgreement(
            primary_contact=acceptance.contact,
            date_agreed=acceptance.agreed_at,
            template_id=template_id,
            type=acceptance.type,
        )
        attempt = _Attempt(self._client, acceptance.customer_id, new, self._new_id())
        if attempt.is_among(existing):
            return attempt.confirmed(existing, is_changed=False)
        return await attempt.make(existing)

    async def _look(self, acceptance: Acceptance) -> tuple[str, tuple[Agreement, ...]]:
        """The accepted form, and the confirmations that exist."""
        existing = self._client.list_confirmations(acceptance.customer_id, acceptance.type)
        if acceptance.template_id is not None:
            return acceptance.template_id, await existing
        template_id, found = await asyncio.gather(self._present_template(acceptance.type), existing)
        return template_id, found

    async def _present_template(self, kind: AgreementType) -> str:
        for template in await self._client.list_templates(kind):
            if template.agreement_type is kind:
                return template.template_id
        raise Malformed("Partner Center's answer does not name the present form of the agreement.")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One confirmation to make. All requests for it have one request id."""

    client: AgreementsClient
    customer_id: str
    new: NewAgreement
    request_id: str

    def is_among(self, confirmations: tuple[Agreement, ...]) -> bool:
        return any(map(self.new.confirms_the_same_as, confirmations))

    def confirmed(self, confirmations: tuple[Agreement, ...], *, is_changed: bool) -> Confirmed:
        """The end, with the *confirmations* that are known to exist, maybe without the new one."""
        agreement = standing(self.customer_id, self.new.type, confirmations, is_signed=True)
        return Confirmed(agreement, is_changed)

    async def make(self, existing: tuple[Agreement, ...]) -> Confirmed:
        try:
            made = await self._send()
        except GatewayError as error:
            if _is_repetition(error):
                return self.confirmed(await self._list_or(existing), is_changed=False)
            if not error.maybe_done:
                raise
            return await self._after_no_answer(error)
        return self.confirmed((*existing, made), is_changed=True)

    async def _after_no_answer(self, lost: GatewayError) -> Confirmed:
        """Looks, and sends once more where the confirmation certainly did not arrive."""
        try:
            found = await self._list()
        except GatewayError:
            raise _unknown(lost) from lost
        if self.is_among(found):
            return self.confirmed(found, is_changed=True)
        if not (isinstance(lost, Unavailable) and lost.http_status in _ITS_OWN_FAILURES):
            raise _unknown(lost) from lost
        try:
            made = await self._send()
        except GatewayError as error:
            if _is_repetition(error):
                return self.confirmed(await self._list_or(found), is_changed=True)
            raise _unknown(error) from error
        return self.confirmed((*found, made), is_changed=True)

    async def _send(self) -> Agreement:
        return await self.client.confirm(self.customer_id, self.new, request_id=self.request_id)

    async def _list(self) -> tuple[Agreement, ...]:
        return await self.client.list_confirmations(self.customer_id, self.new.type)

    async def _list_or(self, known: tuple[Agreement, ...]) -> tuple[Agreement, ...]:
        """The confirmations that exist; those known before where they cannot be read, which changes nothing."""
        try:
            return await self._list()
        except GatewayError:
            return known


def _is_repetition(error: GatewayError) -> bool:
    return isinstance(error, Refused) and error.partner_center_code == _REPEATED


def _unknown(error: GatewayError) -> ChangeUnknown:
    return ChangeUnknown(
        "The confirmation was sent, but no answer says whether it was made. Repeat the same call to find out: it is not "
        "made twice.",
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )
