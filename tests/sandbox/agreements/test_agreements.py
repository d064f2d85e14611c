"""The calls about agreements, and what a purchase needs of them."""

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Create
from tests.sandbox.shop_ids import CONTOSO_PATH
from tests.sandbox.tokens import app_only

WINGTIP = "18ac2950-8ea9-4dfc-92a4-ff4d4cd57796"
AGREEMENTS = f"/v1/customers/{WINGTIP}/agreements"
CURRENT = "117a77b0-9360-443b-8795-c6dedc750cf9"
SUPERSEDED = "2c1e8d53-0f6a-4b7e-9a41-6d0a5f3b7c28"
CONTACT = {"firstName": "Ute", "lastName": "Kern", "email": "ute@wingtip.example", "phoneNumber": "5550199"}
CONFIRMATION = {
    "primaryContact": CONTACT,
    "templateId": CURRENT,
    "dateAgreed": "2023-07-01T09:30:15.250Z",
    "type": "MicrosoftCustomerAgreement",
}


async def confirm(api: httpx.AsyncClient, **changes: object) -> httpx.Response:
    return await api.post(AGREEMENTS, json={**CONFIRMATION, **changes})


@pytest.mark.parametrize(
    ("query", "types"),
    [
        pytest.param("", ["MicrosoftCloudAgreement"], id="the older agreement by default"),
        pytest.param("?agreementType=MicrosoftCustomerAgreement", ["MicrosoftCustomerAgreement"], id="one by its type"),
        pytest.param("?agreementType=*", ["MicrosoftCustomerAgreement", "MicrosoftCloudAgreement"], id="all"),
    ],
)
async def test_only_the_current_form_of_an_agreement_is_listed(
    api: httpx.AsyncClient, query: str, types: list[str]
) -> None:
    """get-agreement-metadata.md."""
    answer = (await api.get(f"/v1/agreements{query}")).json()

    assert [each["agreementType"] for each in answer["items"]] == types
    assert SUPERSEDED not in {each["templateId"] for each in answer["items"]}


async def test_an_unknown_type_of_agreement_is_refused(api: httpx.AsyncClient) -> None:
    """With 400."""
    answer = await api.get("/v1/agreements?agreementType=Handshake")

    assert (answer.status_code, answer.json()["code"]) == (400, 3000)


@pytest.mark.parametrize(
    ("query", "language", "country"),
    [
        pytest.param("", "en-US", "US", id="nothing named"),
        pytest.param("?language=de-DE&country=DE", "de-DE", "DE", id="both named"),
        pytest.param("?language=de-de&country=DE", "en-US", "DE", id="a language in another case"),
        pytest.param("?language=fi-FI&country=SE", "en-US", "SE", id="a language it lacks"),
    ],
)
async def test_the_text_comes_in_a_language_that_exists(
    api: httpx.AsyncClient, query: str, language: str, country: str
) -> None:
    """The language is case-sensitive and falls back to en-US (download-customer-agreement-template.md)."""
    answer = (await api.get(f"/v1/agreementtemplates/{CURRENT}/document{query}")).json()

    assert (answer["language"], answer["country"]) == (language, country)


async def test_each_answer_has_new_addresses_of_the_text(api: httpx.AsyncClient) -> None:
    """Good for five minutes."""
    answers = [(await api.get(f"/v1/agreementtemplates/{CURRENT}/document")).json() for _ in range(2)]

    addresses = {answer[name] for answer in answers for name in ("displayUri", "downloadUri")}
    assert len(addresses) == 4
    assert all(address.endswith("expires=2023-07-11T21:21:11.55149Z") for address in addresses)


@pytest.mark.parametrize("path", ["nothing/document", f"{CURRENT}/document?country=us"], ids=["template", "country"])
async def test_a_text_that_does_not_exist_is_refused(api: httpx.AsyncClient, path: str) -> None:
    """Countries are case-sensitive too."""
    answer = await api.get(f"/v1/agreementtemplates/{path}")

    assert answer.status_code in {400, 404}


async def test_a_confirmation_is_listed(api: httpx.AsyncClient) -> None:
    """With the date to the second and without a zone, whereas the answer to its creation repeats what was sent."""
    created = await confirm(api)

    listed = (await api.get(f"{AGREEMENTS}?agreementType=*")).json()

    assert (created.status_code, created.json()["dateAgreed"]) == (201, CONFIRMATION["dateAgreed"])
    assert created.json()["userId"] == "9db12087-fbc3-481c-8965-73d44ff88e27"
    assert listed["items"] == [
        {**CONFIRMATION, "dateAgreed": "2023-07-01T09:30:15", "agreementLink": "https://aka.ms/customeragreement"}
    ]


async def test_confirmations_are_listed_by_type(api: httpx.AsyncClient) -> None:
    """Without a type those of the older agreement are meant."""
    listed = [
        (await api.get(f"{CONTOSO_PATH}/agreements{query}")).json()["totalCount"]
        for query in ("", "?agreementType=MicrosoftCustomerAgreement")
    ]

    assert listed == [0, 1]


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        pytest.param({}, (400, 600061), id="the same again"),
        pytest.param({"dateAgreed": "2023-07-01T11:30:15+02:00"}, (400, 600061), id="the same instant"),
        pytest.param({"dateAgreed": "2023-07-01T09:30:16Z"}, (201, None), id="another date"),
        pytest.param({"primaryContact": {**CONTACT, "phoneNumber": "1"}}, (201, None), id="another contact"),
        pytest.param({"templateId": SUPERSEDED}, (400, 3000), id="a superseded form"),
        pytest.param({"type": "MicrosoftCloudAgreement"}, (400, 3000), id="a form of the other agreement"),
        pytest.param({"dateAgreed": "2023-07-12T00:00:00Z"}, (400, 3000), id="a date in the future"),
        pytest.param({"primaryContact": {"firstName": "Ute"}}, (400, 800002), id="no mail address"),
    ],
)
async def test_a_confirmation_is_made_once(
    api: httpx.AsyncClient, changes: dict[str, object], answer: tuple[int, int | None]
) -> None:
    """600061 means that something has to change; the other codes are guesses."""
    await confirm(api)

    second = await confirm(api, **changes)

    assert (second.status_code, second.json().get("code")) == answer


@pytest.mark.parametrize("confirmed", [False, True], ids=["refused", "bought after it"])
async def test_a_purchase_needs_a_confirmation(api: httpx.AsyncClient, create: Create, *, confirmed: bool) -> None:
    """Without one a checkout is refused with 403/13605."""
    cart = await create({"catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"}, customer=WINGTIP)
    if confirmed:
        await confirm(api)

    answer = await api.post(f"/v1/customers/{WINGTIP}/carts/{cart['id']}/checkout")

    assert (answer.status_code, answer.json().get("code")) == ((201, None) if confirmed else (403, 13605))


async def test_the_customers_own_signature_is_enough(packaged_api: httpx.AsyncClient) -> None:
    """Litware has signed, and nobody has confirmed it."""
    path = "/v1/customers/40acc454-5d36-4b06-90bf-d8818e8a168f"
    line = {
        "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
        "quantity": 1,
        "billingCycle": "monthly",
        "termDuration": "P1Y",
    }
    cart = (await packaged_api.post(f"{path}/carts", json={"lineItems": [line]})).json()

    facts: list[Any] = [
        (await packaged_api.get(f"{path}/directSignedMicrosoftCustomerAgreementStatus")).json(),
        (await packaged_api.get(f"{path}/agreements?agreementType=*")).json()["items"],
        (await packaged_api.post(f"{path}/carts/{cart['id']}/checkout")).status_code,
    ]

    assert facts == [{"isSigned": True}, [], 201]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/agreements"),
        ("GET", f"/v1/agreementtemplates/{CURRENT}/document"),
        ("GET", AGREEMENTS),
        ("POST", AGREEMENTS),
        ("GET", f"/v1/customers/{WINGTIP}/directSignedMicrosoftCustomerAgreementStatus"),
        ("POST", f"/v1/customers/{WINGTIP}/qualifications"),
        ("GET", "/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf"),
        ("GET", f"/v1/customers/{WINGTIP}/relationships"),
        ("GET", "/v1/profiles/mpn"),
        ("GET", "/v1/compliance/csp/agreementstatus?mpnId=5357564"),
    ],
)
async def test_these_calls_need_a_user(api: httpx.AsyncClient, method: str, path: str) -> None:
    """App-only tokens get 403/900329."""
    answer = await api.request(method, path, headers=await app_only(api), json=CONFIRMATION)

    assert (answer.status_code, answer.json()["code"]) == (403, 900329)
