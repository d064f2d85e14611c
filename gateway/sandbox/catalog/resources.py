"""The response bodies of products, SKUs and availabilities, and links to them; members in the order of the samples."""

from dataclasses import dataclass

from gateway.sandbox import wire
from gateway.sandbox.wire import Document, link
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Product, Sku, Term


@dataclass(frozen=True)
class CatalogView:
    """The market that a catalog call is about, and its *segment*; "" if the call names none."""

    country: str
    currency: str
    symbol: str
    segment: str = ""

    @property
    def query(self) -> str:
        """The query of links, in calls by country and by customer ("Get a list of SKUs for a product (by customer)")."""
        return f"?country={self.country}"

    @property
    def money_unit(self) -> Document:
        return {"code": self.currency, "symbol": self.symbol}


def product(found: Product, view: CatalogView) -> Document:
    path = f"/products/{found.id}"
    return {
        "id": found.id,
        "title": found.title,
        "description": found.description,
        "productType": found.product_type,
        "isMicrosoftProduct": found.is_microsoft_product,
        "publisherName": found.publisher_name,
        "links": {"skus": link(f"{path}/skus{view.query}"), "self": link(path + view.query)},
    }


def sku(found: Sku, owner: Product, view: CatalogView) -> Document:
    path = f"/products/{owner.id}/skus/{found.id}"
    return wire.without_nulls(
        {
            "id": found.id,
            "productId": owner.id,
            "title": found.title,
            "description": found.description,
            "minimumQuantity": found.minimum_quantity,
            "maximumQuantity": found.maximum_quantity,
            "minimumPurchaseCommitment": _commitment(found, view),
            "isTrial": found.is_trial,
            "termsOfUseUri": found.terms_of_use_uri,
            "supportedBillingCycles": found.supported_billing_cycles,
            "purchasePrerequisites": found.purchase_prerequisites,
            "inventoryVariables": found.inventory_variables,
            "provisioningVariables": found.provisioning_variables,
            "actions": found.actions,
            "dynamicAttributes": found.dynamic_attributes,
            "attestationProperties": found.attestation_properties,
            "consumptionType": found.consumption_type,
            "links": {"availabilities": link(_availabilities(path, view)), "self": link(path + view.query)},
        }
    )


def _availabilities(sku_path: str, view: CatalogView) -> str:
    """Repeats the requested segment (samples of "Get a list of SKUs" and "Get a list of products (by customer)")."""
    segment = f"&targetSegment={view.segment}" if view.segment else ""
    return f"{sku_path}/availabilities{view.query}{segment}"


def _commitment(found: Sku, view: CatalogView) -> Document | None:
    """The amount is a string in the samples, though the table of "Product resources" says int."""
    minimum = found.minimum_purchase_commitment
    if minimum is None:
        return None
    return {"grain": minimum.grain, "currencyCode": view.money_unit, "amount": minimum.amount}


def links(product_id: str, sku_id: str, availability_id: str, *, country: str) -> Document:
    """Links from an order line or a subscription to what was bought."""
    product_path, market = f"/products/{product_id}", f"?country={country}"
    sku_path = f"{product_path}/skus/{sku_id}"
    return {
        "product": link(product_path + market),
        "sku": link(sku_path + market),
        "availability": link(f"{sku_path}/availabilities/{availability_id}{market}"),
    }


def availability(item: Item, view: CatalogView, *, max_terms: int | None = None) -> Document:
    """Includes the whole product and SKU; *max_terms* limits the number of terms."""
    found = item.availability
    path = f"/products/{item.product.id}/skus/{item.sku.id}/availabilities/{found.id}"
    return wire.without_nulls(
        {
            "id": found.id,
            "productId": item.product.id,
            "skuId": item.sku.id,
            "catalogItemId": item.catalog_item_id,
            "defaultCurrency": view.money_unit,
            "segment": found.segment,
            "country": view.country,
            "isPurchasable": found.is_purchasable,
            "isRenewable": found.is_renewable,
            "renewalInstructions": _renewal_instructions(item),
            "terms": [_term(term) for term in found.terms[:max_terms]],
            "links": {"self": link(path + view.query)},
            "product": product(item.product, view),
            "sku": sku(item.sku, item.product, view),
        }
    )


def _renewal_instructions(item: Item) -> list[Document] | None:
    """None for reservations, empty for savings plans, one entry for new commerce that can be renewed (samples)."""
    if item.is_reservation:
        return None
    applicable = [term.id for term in item.availability.terms if term.id]
    if not item.availability.is_renewable or not applicable:
        return []
    option: Document = {"renewToId": f"{item.product.id}:{item.sku.id}", "isAutoRenewable": True}
    return [{"applicableTermIds": applicable, "renewalOptions": [option]}]


def _term(term: Term) -> Document:
    """Terms of new commerce show id and billing cycle; others have no id, and show only duration and description."""
    if term.id is None:
        return wire.without_nulls({"duration": term.duration, "description": term.description})
    return wire.without_nulls(
        {
            "id": term.id,
            "duration": term.duration,
            "description": term.description,
            "billingCycle": term.billing_cycle,
            "cancellationPolicies": term.cancellation_policies,
            "renewalOptions": term.renewal_options,
        }
    )
