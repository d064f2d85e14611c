"""The calls about agreements ("Agreement resources"): global cloud only, and with a token that has a user.

Other tokens are refused as Forbidden (900329).
"""

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.every_page import every_page
from gateway.partner_center.models.agreements import (
    Agreement,
    AgreementDocument,
    AgreementTemplate,
    AgreementType,
    NewAgreement,
)
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import partners as reading


class AgreementsClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list_templates(self, kind: AgreementType) -> tuple[AgreementTemplate, ...]:
        """GET the present forms of an agreement ("Get agreement metadata")."""
        return await every_page(
            self._partner_center,
            "agreements",
            action="read the agreement",
            read=reading.agreement_templates,
            query=_of(kind),
        )

    async def get_document(self, template_id: str, *, language: str, country: str) -> AgreementDocument:
        """GET addresses of a form's text ("Download customer agreement template"), new ones in each answer.

        They are good for five minutes. *language* (`de-DE`) and *country* (`DE`) are case-sensitive.
        """
        return await self._partner_center.get(
            "agreementtemplates",
            template_id,
            "document",
            action="read the text of the agreement",
            read=reading.agreement_document,
            query={"language": language, "country": country},
        )

    async def list_confirmations(self, customer_id: str, kind: AgreementType) -> tuple[Agreement, ...]:
        """GET the partner's confirmations ("Get confirmation of customer consent").

        Without a type Partner Center would list those of the older agreement only. Raises NotFound (60003, 1000).
        """
        return await every_page(
            self._partner_center,
            *_customer(customer_id),
            "agreements",
            action="read who accepted the agreement",
            read=reading.agreements,
            query=_of(kind),
            customer_id=customer_id,
        )

    async def is_signed_by_customer(self, customer_id: str) -> bool | None:
        """GET whether the customer has signed the Microsoft Customer Agreement itself ("Get direct sign status").

        None when Partner Center does not say. Raises NotFound (60003, 1000).
        """
        return await self._partner_center.get(
            *_customer(customer_id),
            "directSignedMicrosoftCustomerAgreementStatus",
            action="read whether the customer signed the agreement",
            read=reading.is_signed,
            customer_id=customer_id,
        )

    async def confirm(self, customer_id: str, new: NewAgreement, *, request_id: str) -> Agreement:
        """POST a confirmation ("Confirm customer consent").

        The same one again is refused (600061), so is a superseded form. Without an answer it may have been made: only a
        look at the customer's confirmations tells. Raises NotFound (60003, 1000).
        """
        return await self._partner_center.write(
            "POST",
            *_customer(customer_id),
            "agreements",
            action="confirm the agreement",
            read=reading.agreement,
            customer_id=customer_id,
            is_repeatable=False,
            body=encode(new.document()),
            request_id=request_id,
        )


def _of(kind: AgreementType) -> dict[str, str | None]:
    return {"agreementType": kind.value}


def _customer(customer_id: str) -> tuple[str, str]:
    return ("customers", customer_id)
