"""Confirms that somebody at a customer has accepted an agreement, once however often it is asked for.

Partner Center keeps every confirmation and never takes one back, so the existing ones are looked at first. A request to
confirm without an answer may have been carried out: only another look tells.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.agreements.standing import CustomerAgreement, standing
from gateway.changes.attempts import Answered, Attempts
from gateway.errors import GatewayError, Malformed, Refused
from gateway.partner_center.agreements import AgreementsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.agreements import Agreement, AgreementContact, AgreementType, NewAgreement
from gateway.partner_center.sending.calls import new_guid

_REPEATED = "600061"
"""Partner Center's code for a confirmation that exists already. Not in its list of codes; others report it."""


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
        confirmation = _Confirmation(self._client, acceptance.customer_id, new)
        if confirmation.stands_in(existing):
            return confirmation.confirmed(existing, is_changed=False)
        made = await Attempts(confirmation, self._new_id()).make(existing)
        return confirmation.confirmed(made.after or made.before, is_changed=made.is_changed)

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
class _Confirmation:
    """One confirmation to make. The state is the list of those that exist."""

    client: AgreementsClient
    customer_id: str
    new: NewAgreement
    what: str = "The confirmation"

    def stands_in(self, state: tuple[Agreement, ...]) -> bool:
        return any(map(self.new.confirms_the_same_as, state))

    async def read(self) -> tuple[Agreement, ...]:
        return await self.client.list_confirmations(self.customer_id, self.new.type)

    def check(self, state: tuple[Agreement, ...]) -> None:
        """Nothing speaks against one more."""

    async def send(self, state: tuple[Agreement, ...], request_id: str) -> Answered[tuple[Agreement, ...]]:
        made = await self.client.confirm(self.customer_id, self.new, request_id=request_id)
        return Answered((*state, made))

    async def found_by(self, refusal: GatewayError) -> tuple[Agreement, ...] | None:
        """The confirmations where the new one is said to exist; none where they cannot be read, which changes nothing."""
        if not (isinstance(refusal, Refused) and refusal.partner_center_code == _REPEATED):
            return None
        try:
            return await self.read()
        except GatewayError:
            return ()

    def is_under_way(self, refusal: GatewayError) -> bool:
        return False

    def confirmed(self, confirmations: tuple[Agreement, ...], *, is_changed: bool) -> Confirmed:
        agreement = standing(self.customer_id, self.new.type, confirmations, is_signed=True)
        return Confirmed(agreement, is_changed)
