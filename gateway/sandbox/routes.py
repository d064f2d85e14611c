"""Every call the sandbox answers, as a table of contents."""

from gateway.sandbox import sign_in
from gateway.sandbox.carts import carts
from gateway.sandbox.catalog import inventory, offers, products, promotions
from gateway.sandbox.customers import customers, profiles
from gateway.sandbox.orders import checkout, direct_orders, orders
from gateway.sandbox.routing import Route
from gateway.sandbox.subscriptions import changes, status, subscriptions

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
    Route("GET", "products", products.products),
    Route("GET", "products/{product}", products.product),
    Route("GET", "products/{product}/skus", products.skus),
    Route("GET", _SKU, products.sku),
    Route("GET", f"{_SKU}/availabilities", products.availabilities),
    Route("GET", f"{_SKU}/availabilities/{{availability}}", products.availability),
    Route("GET", "customers/{customer}/products", products.products),
    Route("GET", "customers/{customer}/products/all/skus", products.all_skus),
    Route("GET", "customers/{customer}/products/{product}", products.product),
    Route("GET", "customers/{customer}/products/{product}/skus", products.skus),
    Route("GET", f"customers/{{customer}}/{_SKU}", products.sku),
    Route("GET", f"customers/{{customer}}/{_SKU}/availabilities", products.availabilities),
    Route("GET", f"customers/{{customer}}/{_SKU}/availabilities/{{availability}}", products.availability),
    Route("GET", "customers/{customer}/orders", orders.listed),
    Route("POST", "customers/{customer}/orders", direct_orders.create, is_remembered=True),
    Route("GET", "customers/{customer}/orders/{order}", orders.get),
    Route("PATCH", "customers/{customer}/orders/{order}", orders.cancel),
    Route("GET", "customers/{customer}/orders/{order}/provisioningstatus", orders.provisioning_status),
    Route("GET", "customers", customers.listed),
    Route("GET", "customers/{customer}", customers.get),
    Route("GET", "customers/{customer}/profiles/company", profiles.get_company),
    Route("GET", "customers/{customer}/profiles/billing", profiles.get_billing),
    Route("PUT", "customers/{customer}/profiles/billing", profiles.put_billing, is_remembered=True),
    Route("GET", "customers/{customer}/subscriptions", subscriptions.listed),
    Route("GET", "customers/{customer}/subscriptions/customTermEndDates", subscriptions.custom_term_end_dates),
    Route("GET", "customers/{customer}/subscriptions/{subscription}", subscriptions.get),
    Route("PATCH", "customers/{customer}/subscriptions/{subscription}", changes.change, is_remembered=True),
    Route("GET", "customers/{customer}/subscriptions/{subscription}/addons", subscriptions.addons),
    Route("GET", f"{_SUBSCRIPTION}/provisioningstatus", status.provisioning),
    Route("GET", "subscriptions/{subscription}/provisioningstatus", status.provisioning),
    Route("GET", f"{_SUBSCRIPTION}/registrationstatus", status.registration),
    Route("POST", f"{_SUBSCRIPTION}/registrations", status.register),
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
