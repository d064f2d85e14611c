"""Products, SKUs and availabilities as the catalog shows and links them, members in the order of the samples."""

from dataclasses import dataclass

from gateway.sandbox import wire
from gateway.sandbox.wire import Document, link
from gateway.sandbox.world.assortment import Item
from gateway.sandbox.world.seed import Product, Sku, Term


@dataclass(frozen=True)
class Place:
    """Where something is looked at, and for which *segment*; "" when the call names none."""

    country: str
    currency: str
    symbol: str
    segment: str = ""

    @property
    def query(self) -> str:
        """What links end with, by country and by customer (samples of "Get a list of SKUs for a product (by customer)")."""
        return f"?country={self.country}"

    @property
    def money_unit(self) -> Document:
        return {"code": self.currency, "symbol": self.symbol}


def product(found: Product, place: Place) -> Document:
    path = f"/products/{found.id}"
    return {
        "id": found.id,
        "title": found.title,
        "description": found.description,
        "productType": found.product_type,
        "isMicrosoftProduct": found.is_microsoft_product,
        "publisherName": found.publisher_name,
        "links": {"skus": link(f"{path}/skus{place.query}"), "self": link(path + place.query)},
    }


def sku(found: Sku, owner: Product, place: Place) -> Document:
    path = f"/products/{owner.id}/skus/{found.id}"
    return wire.without_nulls(
        {
            "id": found.id,
            "productId": owner.id,
            "title": found.title,
            "description": found.description,
            "minimumQuantity": found.minimum_quantity,
            "maximumQuantity": found.maximum_quantity,
            "minimumPurchaseCommitment": _commitment(found, place),
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
            "links": {"availabilities": link(_availabilities(path, place)), "self": link(path + place.query)},
        }
    )


def _availabilities(sku_path: str, place: Place) -> str:
    """Repeats the segment that was asked for (samples of "Get a list of SKUs" and "Get a list of products (by customer)")."""
    segment = f"&targetSegment={place.segment}" if place.segment else ""
    return f"{sku_path}/availabilities{place.query}{segment}"


def _commitment(found: Sku, place: Place) -> Document | None:
    """The amount is a text in the samples, though the table of "Product resources" says int."""
    minimum = found.minimum_purchase_commitment
    if minimum is None:
        return None
    return {"grain": minimum.grain, "currencyCode": place.money_unit, "amount": minimum.amount}


def links(product_id: str, sku_id: str, availability_id: str, *, country: str) -> Document:
    """Where an order line or a subscription finds what was bought."""
    product_path, market = f"/products/{product_id}", f"?country={country}"
    sku_path = f"{product_path}/skus/{sku_id}"
    return {
        "product": link(product_path + market),
        "sku": link(sku_path + market),
        "availability": link(f"{sku_path}/availabilities/{availability_id}{market}"),
    }


def availability(item: Item, place: Place, *, most_terms: int | None = None) -> Document:
    """With product and SKU in full; *most_terms* cuts the terms as the list does."""
    found = item.availability
    path = f"/products/{item.product.id}/skus/{item.sku.id}/availabilities/{found.id}"
    return wire.without_nulls(
        {
            "id": found.id,
            "productId": item.product.id,
            "skuId": item.sku.id,
            "catalogItemId": item.catalog_item_id,
            "defaultCurrency": place.money_unit,
            "segment": found.segment,
            "country": place.country,
            "isPurchasable": found.is_purchasable,
            "isRenewable": found.is_renewable,
            "renewalInstructions": _renewal_instructions(item),
            "terms": [_term(term) for term in found.terms[:most_terms]],
            "links": {"self": link(path + place.query)},
            "product": product(item.product, place),
            "sku": sku(item.sku, item.product, place),
        }
    )


def _renewal_instructions(item: Item) -> list[Document] | None:
    """Absent for reservations, empty for savings plans, one entry for new commerce that renews (samples)."""
    if item.is_reservation:
        return None
    applicable = [term.id for term in item.availability.terms if term.id]
    if not item.availability.is_renewable or not applicable:
        return []
    option: Document = {"renewToId": f"{item.product.id}:{item.sku.id}", "isAutoRenewable": True}
    return [{"applicableTermIds": applicable, "renewalOptions": [option]}]


def _term(term: Term) -> Document:
    """Terms of new commerce have an id and show their billing cycle; others only duration and description."""
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
