"""Every call the sandbox answers, as a table of contents."""

from gateway.sandbox import (
    carts,
    catalog,
    checkout,
    customer_profiles,
    customers,
    direct_orders,
    inventory,
    offers,
    orders,
    promotions,
    sign_in,
    subscription_changes,
    subscription_status,
    subscriptions,
)
from gateway.sandbox.routing import Route

AUTHORITY = (
    Route("POST", "{tenant}/oauth2/token", sign_in.token_v1),
    Route("POST", "{tenant}/oauth2/v2.0/token", sign_in.token_v2),
)

_SUBSCRIPTION = "customers/{customer}/subscriptions/{subscription}"
_SKU = "products/{product}/skus/{sku}"

PARTNER_CENTER = (
    Route("POST", "customers/{customer}/carts", carts.create, is_remembered=True),
    Route("GET", "customers/{customer}/carts/{cart}", carts.get),
    Route("PUT", "customers/{customer}/carts/{cart}", carts.update, is_remembered=True),
    Route(
        "POST", "customers/{customer}/carts/{cart}/checkout", checkout.checkout, is_remembered=True, look=checkout.look
    ),
    Route("GET", "products", catalog.products),
    Route("GET", "products/{product}", catalog.product),
    Route("GET", "products/{product}/skus", catalog.skus),
    Route("GET", _SKU, catalog.sku),
    Route("GET", f"{_SKU}/availabilities", catalog.availabilities),
    Route("GET", f"{_SKU}/availabilities/{{availability}}", catalog.availability),
    Route("GET", "customers/{customer}/products", catalog.products),
    Route("GET", "customers/{customer}/products/all/skus", catalog.all_skus),
    Route("GET", "customers/{customer}/products/{product}", catalog.product),
    Route("GET", "customers/{customer}/products/{product}/skus", catalog.skus),
    Route("GET", f"customers/{{customer}}/{_SKU}", catalog.sku),
    Route("GET", f"customers/{{customer}}/{_SKU}/availabilities", catalog.availabilities),
    Route("GET", f"customers/{{customer}}/{_SKU}/availabilities/{{availability}}", catalog.availability),
    Route("GET", "customers/{customer}/orders", orders.listed),
    Route("POST", "customers/{customer}/orders", direct_orders.create, is_remembered=True),
    Route("GET", "customers/{customer}/orders/{order}", orders.get),
    Route("PATCH", "customers/{customer}/orders/{order}", orders.cancel),
    Route("GET", "customers/{customer}/orders/{order}/provisioningstatus", orders.provisioning_status),
    Route("GET", "customers", customers.listed),
    Route("GET", "customers/{customer}", customers.get),
    Route("GET", "customers/{customer}/profiles/company", customer_profiles.get_company),
    Route("GET", "customers/{customer}/profiles/billing", customer_profiles.get_billing),
    Route("PUT", "customers/{customer}/profiles/billing", customer_profiles.put_billing, is_remembered=True),
    Route("GET", "customers/{customer}/subscriptions", subscriptions.listed),
    Route("GET", "customers/{customer}/subscriptions/customTermEndDates", subscriptions.custom_term_end_dates),
    Route("GET", "customers/{customer}/subscriptions/{subscription}", subscriptions.get),
    Route(
        "PATCH", "customers/{customer}/subscriptions/{subscription}", subscription_changes.change, is_remembered=True
    ),
    Route("GET", "customers/{customer}/subscriptions/{subscription}/addons", subscriptions.addons),
    Route("GET", f"{_SUBSCRIPTION}/provisioningstatus", subscription_status.provisioning),
    Route("GET", "subscriptions/{subscription}/provisioningstatus", subscription_status.provisioning),
    Route("GET", f"{_SUBSCRIPTION}/registrationstatus", subscription_status.registration),
    Route("POST", f"{_SUBSCRIPTION}/registrations", subscription_status.register),
    Route("GET", "offers", offers.listed),
    Route("GET", "offers/{offer}", offers.get),
    Route("GET", "offers/{offer}/addons", offers.addons),
    Route("GET", "customers/{customer}/offers", offers.listed),
    Route("GET", "customers/{customer}/offers/{offer}/addons", offers.addons),
    Route("GET", "customers/{customer}/offercategories", offers.categories),
    Route("GET", "offercategories", offers.categories),
    Route("GET", "productpromotions", promotions.listed),
    Route("GET", "productpromotions/{promotion}", promotions.get),
    Route("POST", "customers/{customer}/promotionEligibilities", promotions.eligibilities),
    Route("POST", "extensions/product/checkInventory", inventory.check),
)
