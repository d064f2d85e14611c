"""The customer calls: list and get ("Get a list of customers", "Get a customer by ID")."""

import base64
import hashlib
from collections.abc import Callable, Sequence

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.seed import Customer
from gateway.sandbox.world import World

LARGEST_PAGE = 500
_FIELDS: dict[str, Callable[[Customer], str]] = {
    "companyname": lambda customer: customer.company_name,
    "domain": lambda customer: customer.domain,
    # Nobody came by another partner.
    "indirectreseller": lambda _: "",
    "indirectcloudsolutionprovider": lambda _: "",
}


class _Filter(msgspec.Struct, frozen=True, rename=wire.any_case):
    field: str
    value: str
    operator: str


def listed(world: World, call: Call) -> Answer:
    """Pages of `size` customers; the next one by the token in `links.next.headers`, sent as MS-ContinuationToken."""
    found = _filtered(world.seed.customers, call.query.get("filter", ""))
    size, start = _size(call), _start(call, len(found))
    page = found[start : start + size]
    body = wire.collection([_listed(each) for each in page], self_uri=f"/v1/customers?size={size}", total=len(found))
    if start + size < len(found):
        token = base64.b64encode(str(start + size).encode()).decode()
        header: wire.Document = {"key": "MS-ContinuationToken", "value": token}
        following = wire.link(f"/customers?size={size}&seekOperation=Next", headers=[header])
        body = {
            **body,
            "continuationToken": token,
            "links": {"self": wire.link(f"/v1/customers?size={size}"), "next": following},
        }
    return Answer(body)


def get(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    return Answer(
        {
            "id": customer.id,
            "commerceId": customer.commerce_id,
            "companyProfile": {
                **_company(customer),
                "email": customer.email,
                "address": _address(customer),
                "links": {"self": wire.link(f"/customers/{customer.id}/profiles/company")},
                "attributes": wire.object_type("CustomerCompanyProfile"),
            },
            "billingProfile": _billing(customer),
            "relationshipToPartner": "reseller",
            "allowDelegatedAccess": True,
            "customDomains": [customer.domain],
            "links": {"self": wire.link(f"/customers/{customer.id}")},
            "attributes": wire.object_type("Customer"),
        }
    )


def _listed(customer: Customer) -> wire.Document:
    return {
        "id": customer.id,
        "companyProfile": {**_company(customer), "attributes": wire.object_type("CustomerCompanyProfile")},
        "relationshipToPartner": "reseller",
        "attributes": wire.object_type("Customer"),
    }


def _company(customer: Customer) -> wire.Document:
    return {"tenantId": customer.id, "domain": customer.domain, "companyName": customer.company_name}


def _billing(customer: Customer) -> wire.Document:
    """Its country is what catalog calls by country need; its etag lives in the body, as all etags do."""
    etag = base64.b64encode(hashlib.sha256(msgspec.json.encode(customer)).digest()[:18]).decode()
    return {
        "id": customer.commerce_id,
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "email": customer.email,
        "culture": customer.culture,
        "language": customer.language,
        "companyName": customer.company_name,
        "defaultAddress": _address(customer),
        "links": {"self": wire.link(f"/customers/{customer.id}/profiles/billing")},
        "attributes": {"etag": etag, **wire.object_type("CustomerBillingProfile")},
    }


def _address(customer: Customer) -> wire.Document:
    return wire.without_nulls(
        {
            "country": customer.country,
            "city": customer.address.city,
            "state": customer.address.state,
            "addressLine1": customer.address.address_line1,
            "postalCode": customer.address.postal_code,
            "firstName": customer.first_name,
            "lastName": customer.last_name,
        }
    )


def _filtered(customers: Sequence[Customer], text: str) -> list[Customer]:
    """*text* is JSON, `{"Field": "CompanyName", "Value": "Con", "Operator": "starts_with"}`."""
    if not text:
        return list(customers)
    asked = wire.read_as(text.encode(errors="replace"), _Filter)
    field = _FIELDS.get(asked.field.lower())
    if field is None or asked.operator.replace("_", "").lower() != "startswith":
        accepted = "CompanyName, Domain, IndirectReseller and IndirectCloudSolutionProvider"
        raise errors.invalid_property("filter", f"fields are {accepted}, the operator is starts_with.")
    return [customer for customer in customers if field(customer).lower().startswith(asked.value.lower())]


def _size(call: Call) -> int:
    """Entries a page; 0 asks for as many as go ("Get a list of customers filtered by a search field" prints that)."""
    text = call.query.get("size", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise errors.invalid_property("size", f"it is a number from 0 to {LARGEST_PAGE}.")
    return min(int(text) or LARGEST_PAGE, LARGEST_PAGE)


def _start(call: Call, total: int) -> int:
    """Where the page begins: at the continuation token, which names a place in the list."""
    token = call.headers.get("ms-continuationtoken", "")
    if not token:
        return 0
    try:
        return min(total, max(0, int(base64.b64decode(token, validate=True))))
    except ValueError as error:
        raise errors.invalid_property("MS-ContinuationToken", "it is none that this list handed out.") from error
