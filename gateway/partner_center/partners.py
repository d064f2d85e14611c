"""The calls about the partner itself and its resellers ("Relationships resources", "Profile resources")."""

from collections.abc import Mapping, Sequence
from functools import partial

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.every_page import every_page
from gateway.partner_center.models.partners import Partner, partners_of
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import partners as reading

_RESELLERS = "IsIndirectCloudSolutionProviderOf"
"""In the query in PascalCase, in answers in snake case ("Retrieve a list of indirect resellers")."""


class PartnersClient:
    """All but `validate_resellers` need a token that has a user; other tokens are refused as Forbidden (900329)."""

    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list_indirect_resellers(self) -> tuple[Partner, ...]:
        """GET the partner's indirect resellers ("Retrieve a list of indirect resellers"); a direct partner has none."""
        found = await every_page(
            self._partner_center,
            "relationships",
            action="list indirect resellers",
            read=reading.relationships,
            query={"relationship_type": _RESELLERS},
        )
        return partners_of(found)

    async def list_resellers_of_customer(self, customer_id: str) -> tuple[Partner, ...]:
        """GET the resellers of a customer ("Get indirect resellers of a customer"), without state and location.

        Raises NotFound (60003, 1000).
        """
        found = await every_page(
            self._partner_center,
            "customers",
            customer_id,
            "relationships",
            action="list the customer's resellers",
            read=reading.relationships,
            query={},
            customer_id=customer_id,
        )
        return partners_of(found)

    async def get(self, mpn_id: str | None) -> Partner:
        """GET the partner of that identifier, or the caller itself ("Get partner by MPN ID"). Raises NotFound (3000)."""
        return await self._partner_center.get(
            "profiles",
            "mpn",
            action="read the partner",
            read=partial(reading.profile, mpn_id=mpn_id),
            query={"mpnId": mpn_id},
        )

    async def validate_resellers(self, mpn_ids: Sequence[str]) -> Mapping[str, bool | None]:
        """POST which of the partners may be named in purchases ("Validate reseller partner of record").

        Changes nothing, so it may be repeated. A partner may be missing from the answer.
        """
        return await self._partner_center.write(
            "POST",
            "partners",
            "validateresellers",
            action="check the resellers",
            read=reading.verdicts,
            customer_id=None,
            is_repeatable=True,
            body=encode({"partnerIds": list(mpn_ids)}),
        )
