"""Answers about agreements, qualifications and partners have just the members that the pages print."""

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO_PATH
from tests.sandbox.test_documented_shapes import shape

COLLECTION = {"totalCount": 1, "attributes": {"objectType": "Collection"}}
REFUSAL = {"code": 1, "description": "", "data": list[str](), "source": ""}
CONTACT = {"firstName": "", "lastName": "", "email": ""}
RESELLER = {"id": "", "name": "", "relationshipType": "", "mpnId": "", "attributes": {"objectType": ""}}


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        pytest.param(
            "/v1/agreements",
            {**COLLECTION, "items": [{"templateId": "", "agreementType": "", "agreementLink": "", "versionRank": 0}]},
            id="forms of an agreement",
        ),
        pytest.param(
            f"{CONTOSO_PATH}/agreements?agreementType=*",
            {
                "totalCount": 1,
                "items": [
                    {"primaryContact": CONTACT, "templateId": "", "dateAgreed": "", "type": "", "agreementLink": ""}
                ],
            },
            id="confirmations",
        ),
        pytest.param(
            f"{CONTOSO_PATH}/directSignedMicrosoftCustomerAgreementStatus", {"isSigned": True}, id="a signature"
        ),
        pytest.param(
            "/v1/agreementtemplates/117a77b0-9360-443b-8795-c6dedc750cf9/document",
            {"displayUri": "", "downloadUri": "", "language": "", "country": ""},
            id="a text",
        ),
        pytest.param(
            "/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf",
            {**COLLECTION, "items": [{**RESELLER, "state": "", "location": ""}]},
            id="indirect resellers",
        ),
        pytest.param(
            "/v1/profiles/mpn",
            {
                "partnerName": "",
                "mpnId": "",
                "profileType": "",
                "links": {"self": {"uri": "", "method": "", "headers": list[str]()}},
                "attributes": {"objectType": ""},
            },
            id="a profile",
        ),
        pytest.param("/v1/profiles/mpn?mpnId=9999999", REFUSAL, id="no profile"),
        pytest.param("/v1/compliance/csp/agreementstatus?mpnId=5357564", {"isAgreementSigned": True}, id="signed"),
        pytest.param(
            "/v1/compliance/csp/agreementstatus?mpnId=6233518", {**REFUSAL, "data": [""]}, id="not signed, with a page"
        ),
    ],
)
async def test_an_answer_has_the_printed_members(api: httpx.AsyncClient, path: str, printed: object) -> None:
    """With their types, and no others."""
    assert shape((await api.get(path)).json()) == shape(printed)


@pytest.mark.parametrize(
    ("customer", "printed"),
    [
        pytest.param(
            "e26f786a-53f0-415d-bd9b-0b1b14561ba4", [{"qualification": "", "vettingStatus": ""}], id="a school"
        ),
        pytest.param(
            "8e9d2fba-176a-4bc1-90fe-27f5c6864792",
            [{"qualification": "", "vettingStatus": "", "vettingCreatedDate": ""}],
            id="in review",
        ),
        pytest.param(
            "6838132f-5b5d-40dc-b3a8-1c98c3a80210",
            [{"qualification": "", "vettingStatus": "", "vettingCreateDate": ""}, {"qualification": ""}],
            id="an authority, whose date has another spelling",
        ),
    ],
)
async def test_a_qualification_has_the_printed_members(
    packaged_api: httpx.AsyncClient, customer: str, printed: object
) -> None:
    """Both spellings of the date are printed."""
    answer = await packaged_api.get(f"/v1/customers/{customer}/qualifications")

    assert shape(answer.json()) == shape(printed)


@pytest.mark.parametrize(("source", "query"), [("PartnerApiServiceControllers", "tenantId=x"), ("ComplianceController", "")])  # fmt: skip
async def test_a_refusal_names_its_source(api: httpx.AsyncClient, source: str, query: str) -> None:
    """Which differs between the refusals of one call."""
    assert (await api.get(f"/v1/compliance/csp/agreementstatus?{query}")).json()["source"] == source
