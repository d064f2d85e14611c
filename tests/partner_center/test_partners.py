"""Partners in every documented form, and their lists to the end."""

import json
from collections.abc import Callable

import httpx
import pytest

from gateway.errors import Malformed, NotFound
from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.partners import Partner
from gateway.partner_center.partners import PartnersClient
from tests.single_attempt import SingleAttempt

Connect = Callable[..., SingleAttempt]
Upstream = Callable[[httpx.Request], httpx.Response]

TENANT = "484e548c-f5f3-4528-93a9-c16c6373cb59"
RESELLER = {
    "id": TENANT,
    "name": "First Up Consultants",
    "relationshipType": "is_indirect_cloud_solution_provider_of",
    "state": "Active",
    "mpnId": "4847383",
    "location": "US",
    "attributes": {"objectType": "PartnerRelationship"},
}


def answering(body: object, status: int = 200) -> Upstream:
    return lambda _: httpx.Response(status, json=body)


@pytest.fixture
def client(connect: Connect, caller: Caller) -> Callable[[Upstream], PartnersClient]:
    return lambda upstream: PartnersClient(PartnerCenter(connect(upstream), caller))


async def test_resellers_are_read_in_both_spellings(client: Callable[[Upstream], PartnersClient]) -> None:
    """The table names the identifier `partnerId`, the printed answer `mpnId`; one without either is left out."""
    named_by_table = {"partnerId": 5357564, "name": "Relecloud"}
    body = {"totalCount": 3, "items": [RESELLER, named_by_table, {"name": "Nobody"}]}

    found = await client(answering(body)).list_indirect_resellers()

    assert found == (
        Partner(
            mpn_id="4847383",
            name="First Up Consultants",
            tenant_id=TENANT,
            location="US",
            relationship_state="Active",
        ),
        Partner(mpn_id="5357564", name="Relecloud"),
    )


async def test_a_list_of_resellers_is_read_to_its_end(client: Callable[[Upstream], PartnersClient]) -> None:
    """No paging is documented, and none is missed."""
    asked: list[str] = []

    def paged(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query.decode())
        more = {} if "ms-continuationtoken" in request.headers else {"continuationToken": "t"}
        return httpx.Response(200, json={"items": [RESELLER], **more})

    found = await client(paged).list_indirect_resellers()

    kind = "relationship_type=IsIndirectCloudSolutionProviderOf"
    assert len(found) == 2
    assert asked == [kind, f"{kind}&seekOperation=Next"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"continuationToken": "t"}, id="the same token again"),
        pytest.param({"links": {"next": {"uri": "/x?page=2"}}}, id="a link that names no page"),
        pytest.param({"links": {"next": {"uri": "/x?offset=0"}}}, id="a link to the front"),
    ],
)
async def test_a_list_without_an_end_is_an_error(
    client: Callable[[Upstream], PartnersClient], more: dict[str, object]
) -> None:
    """Part of a list never passes for all of it."""
    with pytest.raises(Malformed):
        await client(answering({"items": [RESELLER], **more})).list_resellers_of_customer(TENANT)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({"partnerName": "Woodgrove", "mpnId": "4391507"}, "4391507", id="as printed"),
        pytest.param({"partnerName": "Woodgrove", "partnerId": "4391507"}, "4391507", id="as in the table"),
        pytest.param({"partnerName": "Woodgrove"}, "1", id="the one asked for"),
    ],
)
async def test_a_profile_has_an_identifier(
    client: Callable[[Upstream], PartnersClient], body: dict[str, str], found: str
) -> None:
    """In one of two spellings, or else that of the request."""
    assert await client(answering(body)).get("1") == Partner(mpn_id=found, name="Woodgrove")


async def test_a_profile_of_nobody_is_malformed(client: Callable[[Upstream], PartnersClient]) -> None:
    """The caller's own profile has to say who that is."""
    with pytest.raises(Malformed):
        await client(answering({"partnerName": "Woodgrove"})).get(None)


async def test_an_unknown_partner_is_not_found(client: Callable[[Upstream], PartnersClient]) -> None:
    """404/3000 ("Get partner by MPN ID")."""
    with pytest.raises(NotFound):
        await client(answering({"code": 3000, "description": "none"}, status=404)).get("9999999")


async def test_resellers_are_judged_together(client: Callable[[Upstream], PartnersClient]) -> None:
    """In any order; one that Partner Center leaves out is absent."""
    bodies: list[object] = []

    def judge(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        refusal = {"errorCode": 900414, "errorDescription": "No."}
        results = [
            {"partnerId": "2", "isValidPartnerIdOnRecord": False, **refusal},
            {"partnerId": 1, "isValidPartnerIdOnRecord": True},
        ]
        return httpx.Response(200, json={"validationResults": results})

    verdicts = await client(judge).validate_resellers(["1", "2", "3"])

    assert bodies == [{"partnerIds": ["1", "2", "3"]}]
    assert verdicts == {"1": True, "2": False}
