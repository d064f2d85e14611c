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


def product_document(product: Product, view: CatalogView) -> Document:
    path = f"/products/{product.id}"
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description,
        "productType": product.product_type,
        "isMicrosoftProduct": product.is_microsoft_product,
        "publisherName": product.publisher_name,
        "links": {"skus": link(f"{path}/skus{view.query}"), "self": link(path + view.query)},
    }


def sku_document(sku: Sku, product: Product, view: CatalogView) -> Document:
    path = f"/products/{product.id}/skus/{sku.id}"
    return wire.without_nulls(
        {
            "id": sku.id,
            "productId": product.id,
            "title": sku.title,
            "description": sku.description,
            "minimumQuantity": sku.minimum_quantity,
            "maximumQuantity": sku.maximum_quantity,
            "minimumPurchaseCommitment": _commitment(sku, view),
            "isTrial": sku.is_trial,
            "termsOfUseUri": sku.terms_of_use_uri,
            "supportedBillingCycles": sku.supported_billing_cycles,
            "purchasePrerequisites": sku.purchase_prerequisites,
            "inventoryVariables": sku.inventory_variables,
            "provisioningVariables": sku.provisioning_variables,
            "actions": sku.actions,
            "dynamicAttributes": sku.dynamic_attributes,
            "attestationProperties": sku.attestation_properties,
            "consumptionType": sku.consumption_type,
            "links": {"availabilities": link(_availabilities(path, view)), "self": link(path + view.query)},
        }
    )


def _availabilities(sku_path: str, view: CatalogView) -> str:
    """Repeats the requested segment (samples of "Get a list of SKUs" and "Get a list of products (by customer)")."""
    segment = f"&targetSegment={view.segment}" if view.segment else ""
    return f"{sku_path}/availabilities{view.query}{segment}"


def _commitment(sku: Sku, view: CatalogView) -> Document | None:
    """The amount is a string in the samples, though the table of "Product resources" says int."""
    minimum = sku.minimum_purchase_commitment
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


def availability_document(item: Item, view: CatalogView, *, max_terms: int | None = None) -> Document:
    """Includes the whole product and SKU; *max_terms* limits the number of terms."""
    availability = item.availability
    path = f"/products/{item.product.id}/skus/{item.sku.id}/availabilities/{availability.id}"
    return wire.without_nulls(
        {
            "id": availability.id,
            "productId": item.product.id,
            "skuId": item.sku.id,
            "catalogItemId": item.catalog_item_id,
            "defaultCurrency": view.money_unit,
            "segment": availability.segment,
            "country": view.country,
            "isPurchasable": availability.is_purchasable,
            "isRenewable": availability.is_renewable,
            "renewalInstructions": _renewal_instructions(item),
            "terms": [_term(term) for term in availability.terms[:max_terms]],
            "links": {"self": link(path + view.query)},
            "product": product_document(item.product, view),
            "sku": sku_document(item.sku, item.product, view),
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
