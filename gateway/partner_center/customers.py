"""The calls about the partner's customers ("Customer resources")."""

import json
from functools import partial

from gateway.errors import InvalidInput
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.collection import Collection, page_request
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.reading import records as reading


class CustomersClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def get(self, customer_id: str) -> Customer:
        """GET a customer with billing profile ("Get a customer by ID"). Raises NotFound (60003, 1000)."""
        return await self._partner_center.get(
            "customers",
            customer_id,
            action="read the customer",
            read=partial(reading.customer, customer_id=customer_id),
            customer_id=customer_id,
        )

    async def list(
        self,
        *,
        size: int | None = None,
        company_name_starts_with: str | None = None,
        continuation_token: str | None = None,
    ) -> Collection[Customer]:
        """GET a page of *size* customers ("Get a list of customers"), without their billing profiles.

        For the next page, pass the page's `following`: a token, or the query of its link by offset. Raises InvalidInput
        for a token that cannot be one.
        """
        query = {"size": None if size is None else str(size), "filter": _starts_with(company_name_starts_with)}
        page, headers = _page(continuation_token)
        return await self._partner_center.get(
            "customers", action="list customers", read=reading.customers, query=query | page, headers=headers
        )


def _starts_with(company_name: str | None) -> str | None:
    """The filter of "Get a list of customers filtered by a search field": JSON, in a query parameter."""
    if company_name is None:
        return None
    return json.dumps({"Field": "CompanyName", "Value": company_name, "Operator": "starts_with"})


def _page(continuation_token: str | None) -> tuple[dict[str, str], dict[str, str]]:
    """The query and headers that ask for the page. Raises InvalidInput."""
    if continuation_token is None:
        return {}, {}
    request = page_request(continuation_token)
    if request is None:
        raise InvalidInput("The cursor does not name a position in the list of customers.")
    return request
