"""The customer calls: list and get ("Get a list of customers", "Get a customer by ID")."""

from collections.abc import Callable, Sequence

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.customers import paging, profiles
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.world import World

_FIELDS: dict[str, Callable[[Customer], str]] = {
    "companyname": lambda customer: customer.company_name,
    "domain": lambda customer: customer.domain,
    # The seed has no customers of indirect resellers.
    "indirectreseller": lambda _: "",
    "indirectcloudsolutionprovider": lambda _: "",
}


class _Filter(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    field: str
    value: str
    operator: str


def list_all(world: World, call: Call) -> Answer:
    """One page of customers; see `paging`."""
    request = paging.read_page_request(call)
    found = _filtered(world.all_customers(), request.filter)
    page = request.page(len(found))
    items = [_list_item(each) for each in found[page.start : page.start + page.size]]
    body = wire.collection(items, total=len(found))
    return Answer({**body, **page.links(len(found))})


def get(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    return Answer(
        {
            "id": customer.id,
            "commerceId": customer.commerce_id,
            "companyProfile": profiles.company(customer),
            "billingProfile": profiles.billing(customer),
            "relationshipToPartner": "reseller",
            "allowDelegatedAccess": True,
            "customDomains": [customer.domain],
            "links": {"self": wire.link(f"/customers/{customer.id}")},
            "attributes": wire.object_type("Customer"),
        }
    )


def _list_item(customer: Customer) -> wire.Document:
    return {
        "id": customer.id,
        "companyProfile": profiles.company_in_list(customer),
        "relationshipToPartner": "reseller",
        "attributes": wire.object_type("Customer"),
    }


def _filtered(customers: Sequence[Customer], text: str) -> list[Customer]:
    """*text* is JSON, `{"Field": "CompanyName", "Value": "Con", "Operator": "starts_with"}`."""
    if not text:
        return list(customers)
    condition = wire.decode_as(text.encode(errors="replace"), _Filter)
    field = _FIELDS.get(condition.field.lower())
    if field is None or condition.operator.replace("_", "").lower() != "startswith":
        accepted = "CompanyName, Domain, IndirectReseller and IndirectCloudSolutionProvider"
        raise errors.invalid_property("filter", f"fields are {accepted}, the operator is starts_with.")
    return [customer for customer in customers if field(customer).lower().startswith(condition.value.lower())]
