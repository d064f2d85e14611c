"""The table of every call that the sandbox answers."""

from gateway.sandbox import sign_in
from gateway.sandbox.agreements import confirmations, templates
from gateway.sandbox.carts import carts
from gateway.sandbox.catalog import inventory, offers, products, promotions
from gateway.sandbox.customers import customers, profiles, qualifications
from gateway.sandbox.orders import activation, cancelling, checkout, direct_orders, orders
from gateway.sandbox.partners import authorization, relationships
from gateway.sandbox.routing import Route
from gateway.sandbox.subscriptions import changes, registration, status, subscriptions, term_end_dates, transitions

AUTHORITY = (
    Route("POST", "{tenant}/oauth2/token", sign_in.token_v1),
    Route("POST", "{tenant}/oauth2/v2.0/token", sign_in.token_v2),
)

_SUBSCRIPTION = "customers/{customer}/subscriptions/{subscription}"
_SKU = "products/{product}/skus/{sku}"

PARTNER_CENTER = (
    Route("POST", "customers/{customer}/carts", carts.create, is_replayable=True),
    Route("GET", "customers/{customer}/carts/{cart}", carts.get),
    Route("PUT", "customers/{customer}/carts/{cart}", carts.update, is_replayable=True),
    Route(
        "POST",
        "customers/{customer}/carts/{cart}/checkout",
        checkout.checkout,
        is_replayable=True,
        prepare=checkout.prepare,
    ),
    Route("GET", "products", products.list_products),
    Route("GET", "products/{product}", products.get_product),
    Route("GET", "products/{product}/skus", products.list_skus),
    Route("GET", _SKU, products.get_sku),
    Route("GET", f"{_SKU}/availabilities", products.list_availabilities),
    Route("GET", f"{_SKU}/availabilities/{{availability}}", products.get_availability),
    Route("GET", "customers/{customer}/products", products.list_products),
    Route("GET", "customers/{customer}/products/all/skus", products.list_all_skus),
    Route("GET", "customers/{customer}/products/{product}", products.get_product),
    Route("GET", "customers/{customer}/products/{product}/skus", products.list_skus),
    Route("GET", f"customers/{{customer}}/{_SKU}", products.get_sku),
    Route("GET", f"customers/{{customer}}/{_SKU}/availabilities", products.list_availabilities),
    Route("GET", f"customers/{{customer}}/{_SKU}/availabilities/{{availability}}", products.get_availability),
    Route("GET", "customers/{customer}/orders", orders.list_all),
    Route("POST", "customers/{customer}/orders", direct_orders.create, is_replayable=True),
    Route("GET", "customers/{customer}/orders/{order}", orders.get),
    Route("PATCH", "customers/{customer}/orders/{order}", cancelling.cancel, is_replayable=True),
    Route("GET", "customers/{customer}/orders/{order}/provisioningstatus", orders.get_provisioning_status),
    Route("GET", "customers/{customer}/orders/{order}/lineitems/{line}/activationlinks", activation.list_links),
    Route("GET", "customers", customers.list_all),
    Route("GET", "customers/{customer}", customers.get),
    Route("GET", "customers/{customer}/profiles/company", profiles.get_company),
    Route("GET", "customers/{customer}/profiles/billing", profiles.get_billing),
    Route("PUT", "customers/{customer}/profiles/billing", profiles.put_billing, is_replayable=True),
    Route("GET", "customers/{customer}/subscriptions", subscriptions.list_all),
    Route("GET", "customers/{customer}/subscriptions/customTermEndDates", term_end_dates.list_all),
    Route("GET", "customers/{customer}/subscriptions/{subscription}", subscriptions.get),
    Route("PATCH", "customers/{customer}/subscriptions/{subscription}", changes.change, is_replayable=True),
    Route("GET", "customers/{customer}/subscriptions/{subscription}/addons", subscriptions.list_addons),
    Route("GET", f"{_SUBSCRIPTION}/provisioningstatus", status.get_provisioning),
    Route("GET", "subscriptions/{subscription}/provisioningstatus", status.get_provisioning),
    Route("GET", f"{_SUBSCRIPTION}/registrationstatus", registration.get_status),
    Route("POST", f"{_SUBSCRIPTION}/registrations", registration.register),
    Route("GET", f"{_SUBSCRIPTION}/transitionEligibilities", transitions.list_eligibilities),
    Route("GET", "offers", offers.list_all),
    Route("GET", "offers/{offer}", offers.get),
    Route("GET", "offers/{offer}/addons", offers.list_addons),
    Route("GET", "customers/{customer}/offers", offers.list_all),
    Route("GET", "customers/{customer}/offers/{offer}/addons", offers.list_addons),
    Route("GET", "customers/{customer}/offercategories", offers.list_categories),
    Route("GET", "offercategories", offers.list_categories),
    Route("GET", "productpromotions", promotions.list_all),
    Route("GET", "productpromotions/{promotion}", promotions.get),
    Route("POST", "customers/{customer}/promotionEligibilities", promotions.check_eligibility),
    Route("GET", "agreements", templates.list_all),
    Route("GET", "agreementtemplates/{template}/document", templates.get_document),
    Route("GET", "customers/{customer}/agreements", confirmations.list_all),
    Route("POST", "customers/{customer}/agreements", confirmations.confirm, is_replayable=True),
    Route("GET", "customers/{customer}/directSignedMicrosoftCustomerAgreementStatus", confirmations.get_signature),
    Route("GET", "customers/{customer}/qualifications", qualifications.list_all),
    Route("POST", "customers/{customer}/qualifications", qualifications.request, is_replayable=True),
    Route("GET", "relationships", relationships.list_all),
    Route("GET", "customers/{customer}/relationships", relationships.list_of_customer),
    Route("GET", "profiles/mpn", relationships.get_profile),
    Route("GET", "compliance/csp/agreementstatus", authorization.get_agreement_status),
    Route("POST", "partners/validateresellers", authorization.validate),
    Route("POST", "extensions/product/checkInventory", inventory.check_retired),
    Route("POST", "extensions/product/checkinventorybyresourcetype", inventory.check),
)
