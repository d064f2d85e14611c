"""The profiles of a customer: company (read only) and billing (can be replaced).

Pages: "Get a customer's company profile", "Get a customer's billing profile", "Update a customer's billing profile".
"""

import base64
import hashlib

import msgspec

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.seed import Address, Customer
from gateway.sandbox.world.world import World


class _AddressRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    country: str
    city: str
    state: str | None = None
    address_line1: str
    postal_code: str


class _AttributesRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    etag: str | None = None


class _BillingRequest(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """The whole profile, as the page requires; region and telephone, which the sandbox does not store, are ignored."""

    first_name: str
    last_name: str
    email: str
    culture: str
    language: str
    company_name: str
    default_address: _AddressRequest
    attributes: _AttributesRequest = _AttributesRequest()


def get_company(world: World, call: Call) -> Answer:
    """Requires a user token, as the page says."""
    sign_in.require_user(call)
    return Answer(company(world.customer(call.path_ids["customer"])))


def get_billing(world: World, call: Call) -> Answer:
    return Answer(billing(world.customer(call.path_ids["customer"])))


def put_billing(world: World, call: Call) -> Answer:
    """Accepts the etag in If-Match, which the page requires, or in the body, where the page's sample and the .NET SDK
    send it.

    A new country changes the market of catalog and carts: Inferred.
    """
    customer = world.customer(call.path_ids["customer"])
    request = wire.decode_as(call.body, _BillingRequest)
    if _request_etag(call, request) != _etag(customer):
        raise errors.etag_out_of_date()
    changed = msgspec.structs.replace(
        customer,
        first_name=request.first_name,
        last_name=request.last_name,
        email=request.email,
        culture=request.culture,
        language=request.language,
        company_name=request.company_name,
        country=_country(world, request.default_address.country),
        address=Address(
            address_line1=request.default_address.address_line1,
            city=request.default_address.city,
            postal_code=request.default_address.postal_code,
            state=request.default_address.state,
        ),
    )
    world.save_customer(changed)
    return Answer(billing(changed))


def company(customer: Customer) -> wire.Document:
    return {
        **_company_names(customer),
        "email": customer.email,
        "address": _address(customer),
        "links": {"self": wire.link(f"/customers/{customer.id}/profiles/company")},
        "attributes": wire.object_type("CustomerCompanyProfile"),
    }


def company_in_list(customer: Customer) -> wire.Document:
    """As printed on "Get a list of customers", without address and links."""
    return {**_company_names(customer), "attributes": wire.object_type("CustomerCompanyProfile")}


def billing(customer: Customer) -> wire.Document:
    """The etag is in the body, as in every resource."""
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


def _request_etag(call: Call, request: _BillingRequest) -> str | None:
    """From the header, where it is in double quotes ("Partner Center REST headers"), or else from the body."""
    return call.headers.get("if-match", "").strip().strip('"') or request.attributes.etag


def _country(world: World, text: str) -> str:
    if text.upper() not in world.seed.markets:
        raise errors.invalid_property("country", f"'{text}' is not a country with a market.")
    return text.upper()
