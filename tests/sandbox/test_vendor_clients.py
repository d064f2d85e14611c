"""The requests that public clients of Partner Center send, as they send them: the vendor's SDKs for .NET and Java, the
generated one for Python, and a client for Node.

The headers, the casing of members, the names in queries and the bodies are those of the clients' sources: .NET 3.4.0, Java
1.15.4, Python 0.1.2, microsoft-partnercenter 6.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import quote_plus

import httpx
import pytest

CONTOSO, FABRIKAM = "28045616-f6b9-462f-9701-0d89b5e65c44", "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
OWNED = "a4c1340d-6911-4758-bba3-0c4c6007d161"
BASE, ARCHIVING = "91FD106F-4B2C-4938-95AC-F54F74E9A239", "43FCE491-76D1-4BCC-B709-8A288786DBAE"
E5 = "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"
DATA = {"provisioningContext", "ProvisioningContext"}  # objects whose keys are data, which no serializer renames

DOTNET = {
    "Accept": "application/json",
    "X-Locale": "en-US",
    "MS-PartnerCenter-Client": "Partner Center .NET SDK",
    "MS-SdkVersion": "3.4.0.0",
    "Content-Type": "application/json",
}
JAVA = {
    "Accept": "application/json",
    "X-Locale": "en-US",
    "MS-Contract-Version": "v1",
    "MS-PartnerCenter-Client": "Partner Center Java SDK",
    "MS-PartnerCenter-Application": "",
    "MS-SdkVersion": "1.15.4",
    "Content-Type": "application/json; charset=utf-8",
}
PYTHON = {
    "Accept": "application/json",
    "accept-language": "en-US",
    "x-ms-client-request-id": "494d0158-eb68-11f1-9e1d-02fc00000001",
    "Content-Type": "application/json; charset=utf-8",
}
NODE = {"Accept": "application/json, text/plain, */*", "Content-Type": "application/json"}


def headers(client: Mapping[str, str]) -> dict[str, str]:
    """Those of one call: the SDKs of the vendor number each."""
    if client is NODE or client is PYTHON:
        return dict(client)
    return {**client, "MS-RequestId": str(uuid.uuid4()), "MS-CorrelationId": str(uuid.uuid4())}


def in_pascal_case(value: object) -> object:
    """As the .NET SDK writes its models."""
    if isinstance(value, list):
        return [in_pascal_case(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, object]", value)
    return {
        f"{name[:1].upper()}{name[1:]}": held if name in DATA else in_pascal_case(held)
        for name, held in members.items()
    }


def with_addons_as_java_spells_them(value: object) -> object:
    """The Java SDK calls the member addOnItems."""
    return json.loads(json.dumps(value).replace('"addonItems"', '"addOnItems"'))


LINES: list[dict[str, object]] = [
    {
        "id": 0,
        "catalogItemId": E5,
        "quantity": 2,
        "billingCycle": "monthly",
        "termDuration": "P1Y",
        "participants": None,
        "renewsTo": None,
        "error": None,
        "orderGroup": None,
        "provisioningContext": {},
    },
    {
        "id": 0,
        "catalogItemId": BASE,
        "quantity": 1,
        "billingCycle": "monthly",
        "addonItems": [{"id": 0, "catalogItemId": ARCHIVING, "quantity": 1, "billingCycle": "monthly"}],
    },
]
NEW_CART = {
    "id": None,
    "creationTimestamp": None,
    "lastModifiedTimestamp": None,
    "expirationTimestamp": "0001-01-01T00:00:00",
    "lastModifiedUser": None,
    "status": None,
    "lineItems": LINES,
    "links": None,
    "attributes": {"etag": None, "objectType": "Cart"},
}


@pytest.mark.parametrize(
    ("client", "spelled", "include_price"),
    [
        pytest.param(DOTNET, in_pascal_case, "True", id=".NET"),
        pytest.param(JAVA, with_addons_as_java_spells_them, "true", id="Java"),
    ],
)
async def test_a_purchase_by_an_sdk_of_the_vendor(
    api: httpx.AsyncClient, client: dict[str, str], spelled: Callable[[object], object], include_price: str
) -> None:
    """Create, read, change, check out, read the order: every body is the whole model, server-set members included."""

    async def call(method: str, path: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body)
        answer = await api.request(method, f"/v1/customers/{CONTOSO}/{path}", content=content, headers=headers(client))
        assert answer.is_success, answer.text
        return answer.json()

    cart = await call("POST", "carts", spelled(NEW_CART))
    read = await call("GET", f"carts/{cart['id']}")
    read["lineItems"][0]["quantity"] = 3
    changed = await call("PUT", f"carts/{cart['id']}", spelled(read))
    result = await call("POST", f"carts/{cart['id']}/checkout", "success")
    orders = [await call("GET", f"orders/{each['id']}?include_price={include_price}") for each in result["orders"]]
    await api.post("/_sandbox/clock", json={"advance": "PT16M"})
    listed = await call("GET", f"orders?include_price={include_price}")
    by_cycle = await call("GET", f"orders?billingType=Monthly&include_price={include_price}")
    owned = await call("GET", f"subscriptions?order_id={orders[0]['id']}")

    assert [each["quantity"] for each in changed["lineItems"]] == [3, 1]
    assert [len(each["lineItems"]) for each in orders] == [len(each["lineItems"]) for each in result["orders"]]
    assert sum(len(each["lineItems"]) for each in orders) == 3
    assert all("totalPrice" in each for each in orders)
    assert {each["id"] for each in listed["items"]} == {each["id"] for each in orders}
    assert by_cycle["totalCount"] == len(orders)
    assert {each["orderId"] for each in owned["items"]} == {orders[0]["id"]}


C, F = f"customers/{CONTOSO}", f"customers/{FABRIKAM}"
P = "products/CFQ7TTC0LF8S"
CALLS = [
    "customers?size=0", "customers?size=40", f"customers/{CONTOSO}", f"{C}/profiles/billing", f"{C}/profiles/company",
    "offers?country=US", "offers?country=US&offset=0&size=2", "offers?country=US&offer_category_id=Enterprise",
    f"offers/{BASE}?country=US", f"offers/{BASE}/addons?country=US", f"offers/{BASE}/addons?country=US&offset=0&size=5",
    "offercategories?country=US", f"{C}/offers", f"{C}/offers?offset=0&size=3", f"{C}/offercategories",
    "products?country=US&targetView=OnlineServices",
    "products?country=US&targetView=AzureReservations&targetSegment=commercial&reservationScope=AzurePlan",
    f"{P}?country=US", f"{P}?country=US&reservationScope=AzurePlan",
    f"{P}/skus?country=US", f"{P}/skus?country=US&targetSegment=commercial&reservationScope=AzurePlan",
    f"{P}/skus/0001?country=US", f"{P}/skus/0001?country=US&reservationScope=AzurePlan",
    f"{P}/skus/0001/availabilities?country=US", f"{P}/skus/0001/availabilities?country=US&targetSegment=commercial",
    f"{P}/skus/0001/availabilities/CFQ7TTC0VZW5?country=US",
    f"{C}/products?targetView=OnlineServices", f"{C}/products?targetView=Azure&targetSegment=commercial&reservationScope=AzurePlan",
    f"{C}/{P}", f"{C}/{P}?reservationScope=AzurePlan", f"{C}/{P}/skus", f"{C}/{P}/skus?targetSegment=commercial",
    f"{C}/{P}/skus/0001", f"{C}/{P}/skus/0001/availabilities", f"{C}/{P}/skus/0001/availabilities/CFQ7TTC0VZW5",
    f"{C}/orders", f"{C}/orders?include_price=False", f"{C}/orders?billingType=OneTime", f"{C}/orders?billingType=one_time",
    f"{F}/subscriptions", f"{F}/subscriptions?order_id=34b37d7340cc", f"{F}/subscriptions/{OWNED}",
    f"{F}/subscriptions/{OWNED}/addons", f"{F}/subscriptions/{OWNED}/provisioningstatus",
    f"{C}/subscriptions/1c461a25-f729-4fa5-aadb-280947dd05e8/registrationstatus",
    "productpromotions?country=US&segment=commercial", "productpromotions/39NFJQT1PM6C:0005:39NFJQT1Q5L7?country=US",
]  # fmt: skip


@pytest.mark.parametrize(
    ("client", "version"),
    [
        pytest.param(DOTNET, "/v1/", id=".NET"),
        pytest.param(JAVA, "/v1/", id="Java"),
        pytest.param(PYTHON, "/v1.0/", id="Python"),
        pytest.param(NODE, "/v1/", id="Node"),
    ],
)
@pytest.mark.parametrize("path", CALLS)
async def test_a_read_by_a_public_client(
    api: httpx.AsyncClient, client: dict[str, str], version: str, path: str
) -> None:
    """Answered under the version the client writes, with the ids it sent."""
    sent = headers(client)

    answer = await api.get(f"{version}{path}", headers=sent)

    assert answer.status_code == 200, answer.text
    echoed = answer.headers["MS-RequestId"].partition(",")[0]
    assert echoed == sent.get("MS-RequestId", echoed)


async def test_customers_are_walked_as_java_does(api: httpx.AsyncClient) -> None:
    """A link is appended to "/v1/" with its own slash, and its headers are sent."""
    page = (await api.get("/v1/customers?size=1", headers=headers(JAVA))).json()
    names = [page["items"][0]["companyProfile"]["companyName"]]
    while "next" in page["links"]:
        link = page["links"]["next"]
        sent = {**headers(JAVA), **{each["key"]: each["value"] for each in link["headers"]}}
        page = (await api.get(f"/v1/{link['uri']}", headers=sent)).json()
        names.append(page["items"][0]["companyProfile"]["companyName"])

    assert names == ["Contoso", "Fabrikam", "Wingtip", "Wide World School"]


@pytest.mark.parametrize(
    ("client", "asked"),
    [
        pytest.param(DOTNET, {"Field": "CompanyName", "Value": "Wing", "Operator": "starts_with"}, id=".NET"),
        pytest.param(
            JAVA, {"field": "CompanyName", "value": "Wing", "operator": "StartsWith", "fieldType": "String"}, id="Java"
        ),
    ],
)
async def test_customers_are_sought_as_the_sdks_do(
    api: httpx.AsyncClient, client: dict[str, str], asked: dict[str, str]
) -> None:
    """The filter is a model of each SDK, in its own casing."""
    answer = await api.get(f"/v1/customers?size=0&filter={quote_plus(json.dumps(asked))}", headers=headers(client))

    assert [each["companyProfile"]["companyName"] for each in answer.json()["items"]] == ["Wingtip"]


@pytest.mark.parametrize(
    ("client", "spelled"), [pytest.param(DOTNET, in_pascal_case, id=".NET"), pytest.param(JAVA, dict, id="Java")]
)
async def test_a_billing_profile_is_updated_as_the_sdks_do(
    api: httpx.AsyncClient, client: dict[str, str], spelled: Callable[[object], object]
) -> None:
    """The whole model goes back with its etag inside; neither sends If-Match."""
    path = f"/v1/customers/{CONTOSO}/profiles/billing"
    profile = (await api.get(path, headers=headers(client))).json()

    answer = await api.put(path, json=spelled({**profile, "firstName": "Ada"}), headers=headers(client))

    assert (answer.status_code, answer.json()["firstName"]) == (200, "Ada")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(
            f"{C}/promotionEligibilities",
            {"Items": [{"Id": 0, "CatalogItemId": E5, "Quantity": 5, "BillingCycle": "monthly", "TermDuration": "P1Y", "PromotionId": None}]},
            id="promotions",
        ),
        pytest.param(
            "extensions/product/checkinventory?country=US",
            {"TargetItems": [{"ProductId": "DZH318Z0BQ36", "SkuId": "004G"}], "InventoryContext": {"customerId": CONTOSO}},
            id="stock",
        ),
    ],
)  # fmt: skip
async def test_a_question_in_pascal_case(api: httpx.AsyncClient, path: str, body: dict[str, object]) -> None:
    """The .NET SDK asks so, and spells checkInventory in lower case."""
    await api.post("/_sandbox/switches", json={"checkInventory": True})

    answer = await api.post(f"/v1/{path}", json=body, headers=headers(DOTNET))

    assert answer.status_code == 200, answer.text


async def test_licences_may_be_assigned_at_checkout(api: httpx.AsyncClient) -> None:
    """The .NET SDK names the user in a header of its own; the sandbox has no users, and lets it be."""
    cart = (await api.post(f"/v1/{C}/carts", json={"LineItems": [LINES[0]]}, headers=headers(DOTNET))).json()

    sent = {**headers(DOTNET), "x-ms-customeruser-upn": "kim@contoso.example"}
    answer = await api.post(f"/v1/{C}/carts/{cart['id']}/checkout/", content='"success"', headers=sent)

    assert answer.status_code == 201


async def test_node_signs_in_by_domain_and_scope(api: httpx.AsyncClient) -> None:
    """Its form has no resource, and its token opens the customers."""
    form = {
        "client_id": "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11",
        "client_secret": "sandbox-secret",
        "scope": "https://api.partnercenter.microsoft.com/.default",
        "grant_type": "client_credentials",
    }
    tokens = (await api.post("/northwindpartner.onmicrosoft.com/oauth2/v2.0/token", data=form)).json()

    answer = await api.get("/v1/customers", headers={"authorization": f"Bearer {tokens['access_token']}"})

    assert answer.status_code == 200
