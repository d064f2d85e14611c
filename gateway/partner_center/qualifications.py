"""The calls about kinds of special customers ("Qualification resources"). Read only: asking for one starts a review."""

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.qualifications import CustomerQualification
from gateway.partner_center.reading import partners as reading


class QualificationsClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list(self, customer_id: str) -> tuple[CustomerQualification, ...]:
        """GET a customer's qualifications ("Get a customer's qualification asynchronous"); none for most.

        Raises NotFound (60003, 1000).
        """
        return await self._partner_center.get(
            "customers",
            customer_id,
            "qualifications",
            action="read the customer's qualifications",
            read=reading.qualifications,
            customer_id=customer_id,
        )
