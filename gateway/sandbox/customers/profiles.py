"""The two profiles of a customer: company, which can be read, and billing, which can be replaced as well.

Pages: "Get a customer's company profile", "Get a customer's billing profile", "Update a customer's billing profile".
"""

import base64
import hashlib

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.seed import Address, Customer
from gateway.sandbox.world.world import World


class _AskedAddress(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    country: str
    city: str
    state: str | None = None
    address_line1: str
    postal_code: str


class _AskedAttributes(msgspec.Struct, frozen=True, rename=wire.any_case):
    etag: str | None = None


class _AskedBilling(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    """The whole profile, as the page asks for it; what the sandbox does not keep (region, telephone) is not read."""

    first_name: str
    last_name: str
    email: str
    culture: str
    language: str
    company_name: str
    default_address: _AskedAddress
    attributes: _AskedAttributes = _AskedAttributes()


def get_company(world: World, call: Call) -> Answer:
    """For user tokens only, as the page says."""
    if call.caller is not None and not call.caller.has_user:
        raise errors.app_only_token()
    return Answer(company(world.customer(call.path_ids["customer"])))


def get_billing(world: World, call: Call) -> Answer:
    return Answer(billing(world.customer(call.path_ids["customer"])))


def put_billing(world: World, call: Call) -> Answer:
    """The page requires If-Match. Its printed request and the .NET SDK send the etag in the body alone: either will do.

    Another country is another market for the catalog and for carts: Inferred.
    """
    customer = world.customer(call.path_ids["customer"])
    asked = wire.read_as(call.body, _AskedBilling)
    if _etag_sent(call, asked) != _etag(customer):
        raise errors.etag_out_of_date()
    changed = msgspec.structs.replace(
        customer,
        first_name=asked.first_name,
        last_name=asked.last_name,
        email=asked.email,
        culture=asked.culture,
        language=asked.language,
        company_name=asked.company_name,
        country=_country(world, asked.default_address.country),
        address=Address(
            address_line1=asked.default_address.address_line1,
            city=asked.default_address.city,
            postal_code=asked.default_address.postal_code,
            state=asked.default_address.state,
        ),
    )
    world.keep_customer(changed)
    return Answer(billing(changed))


def company(customer: Customer) -> wire.Document:
    return {
        **_company_names(customer),
        "email": customer.email,
        "address": _address(customer),
        "links": {"self": wire.link(f"/customers/{customer.id}/profiles/company")},
        "attributes": wire.object_type("CustomerCompanyProfile"),
    }


def company_in_a_list(customer: Customer) -> wire.Document:
    """As "Get a list of customers" prints it: without address and links."""
    return {**_company_names(customer), "attributes": wire.object_type("CustomerCompanyProfile")}


def billing(customer: Customer) -> wire.Document:
    """Its country is what catalog calls by country need; its etag lives in the body, as all etags do."""
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
        "attributes": {"etag": _etag(customer), **wire.object_type("CustomerBillingProfile")},
    }


def _company_names(customer: Customer) -> wire.Document:
    return {"tenantId": customer.id, "domain": customer.domain, "companyName": customer.company_name}


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


def _etag(customer: Customer) -> str:
    return base64.b64encode(hashlib.sha256(msgspec.json.encode(customer)).digest()[:18]).decode()


def _etag_sent(call: Call, asked: _AskedBilling) -> str | None:
    """The header stands in double quotes ("Partner Center REST headers"); the member in the body does not."""
    return call.headers.get("if-match", "").strip().strip('"') or asked.attributes.etag


def _country(world: World, text: str) -> str:
    if text.upper() not in world.seed.markets:
        raise errors.invalid_property("country", f"'{text}' is not a country with a market.")
    return text.upper()
