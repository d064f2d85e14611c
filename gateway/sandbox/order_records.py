"""Orders as they are kept and shown ("Order resources"; samples of checkout, get and list)."""

import base64
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.cart_records import CartLine
from gateway.sandbox.world import World

LIST_LAG = timedelta(minutes=15)  # "up to 15 minutes" on the page of the orders list
_KIND = "order"


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order: the cart line it came from, and what buying it brought.

    *sku_path* leads to the SKU below `/products`; *is_software* and the like have no subscription.
    """

    number: int
    line: CartLine
    title: str
    product_id: str
    sku_id: str
    availability_id: str | None = None
    subscription_id: str | None = None
    parent_subscription_id: str | None = None


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """*created* is a timestamp of the wire; *is_old_catalog*: provisioned within the checkout call."""

    id: str
    customer_id: str
    country: str
    billing_cycle: str
    currency: str
    symbol: str
    created: str
    status: str
    is_old_catalog: bool
    can_be_cancelled: bool
    lines: tuple[OrderLine, ...]

    @property
    def created_at(self) -> datetime:
        moment = wire.instant(self.created)
        if moment is None:
            raise ValueError(self.created)
        return moment

    @property
    def total(self) -> Decimal:
        """Before tax; lines without a price count nothing."""
        return sum((each.line.pricing.extended_price for each in self.lines if each.line.pricing), Decimal(0))

    def at_checkout(self) -> wire.Document:
        """The order in the answer of its checkout: with prices; new commerce is still being provisioned."""
        return self._shown(is_provisioned=self.is_old_catalog, with_prices=True)

    def shown(self, *, with_prices: bool) -> wire.Document:
        """The order in every later answer. Prices come only when asked for (include_price)."""
        return self._shown(is_provisioned=True, with_prices=with_prices)

    def _shown(self, *, is_provisioned: bool, with_prices: bool) -> wire.Document:
        pending = not is_provisioned and self.status == "completed"
        return wire.without_nulls(
            {
                "id": self.id,
                "alternateId": self.id,
                "referenceCustomerId": self.customer_id,
                "billingCycle": self.billing_cycle,
                "currencyCode": self.currency,
                "currencySymbol": self.symbol,
                "lineItems": [
                    _line(each, self, is_provisioned=is_provisioned, with_prices=with_prices) for each in self.lines
                ],
                "creationDate": f"{self.created.rstrip('Z')}+00:00" if self.is_old_catalog else self.created,
                "status": "pending" if pending else self.status,
                "transactionType": "UserPurchase",
                "links": self._links(),
                "totalPrice": wire.money(self.total) if with_prices else None,
                "client": {},
                "attributes": self._attributes(),
            }
        )

    def _links(self) -> wire.Document:
        path = f"/customers/{self.customer_id}/orders/{self.id}"
        links: wire.Document = {"self": wire.link(path)}
        if not self.is_old_catalog:
            links["provisioningStatus"] = wire.link(f"{path}/provisioningstatus")
            links["patchOperation"] = wire.link(path, method="PATCH")
        return links

    def _attributes(self) -> wire.Document:
        """An etag stands only on orders of the old catalog (sample of the orders list)."""
        if not self.is_old_catalog:
            return wire.object_type("Order")
        etag = base64.b64encode(wire.written({"id": self.id, "version": 1})).decode()
        return {"etag": etag, **wire.object_type("Order")}


def _line(each: OrderLine, order: OrderRecord, *, is_provisioned: bool, with_prices: bool) -> wire.Document:
    line = each.line
    resellers = [one.value for one in line.participants or () if one.key.lower() == "transaction_reseller"]
    additional = [one.value for one in line.participants or () if one.key.lower() == "additional_transaction_reseller"]
    return wire.without_nulls(
        {
            "lineItemNumber": each.number,
            "provisioningContext": line.provisioning_context or None,
            "offerId": line.catalog_item_id,
            "subscriptionId": each.subscription_id if is_provisioned else None,
            "parentSubscriptionId": each.parent_subscription_id if is_provisioned else None,
            "termDuration": line.term_duration or "",
            "transactionType": "New",
            "friendlyName": line.friendly_name or each.title,
            "quantity": line.quantity,
            "customTermEndDate": line.custom_term_end_date,
            "promotionId": line.promotion_id,
            "renewsTo": line.renews_to,
            "attestationAccepted": line.attestation_accepted,
            "partnerIdOnRecord": next(iter(resellers), None),
            "additionalPartnerIdsOnRecord": additional or None,
            "pricing": line.pricing if with_prices else None,
            "purchaseCommitment": line.purchase_commitment,
            "links": _line_links(each, order, is_provisioned=is_provisioned),
        }
    )


def _line_links(each: OrderLine, order: OrderRecord, *, is_provisioned: bool) -> wire.Document:
    subscription = each.subscription_id if is_provisioned else None
    own = (
        {}
        if subscription is None
        else {"subscription": wire.link(f"/customers/{order.customer_id}/subscriptions/{subscription}")}
    )
    product = f"/products/{each.product_id}"
    sku = f"{product}/skus/{each.sku_id}"
    if each.availability_id is None:
        status = (
            {}
            if subscription is None
            else {"provisioningStatus": wire.link(f"/subscriptions/{subscription}/provisioningstatus")}
        )
        return {**own, "sku": wire.link(sku), **status}
    market = f"?country={order.country}"
    return {
        "product": wire.link(product + market),
        "sku": wire.link(sku + market),
        "availability": wire.link(f"{sku}/availabilities/{each.availability_id}{market}"),
        **own,
    }


def keep(world: World, order: OrderRecord) -> None:
    world.store.write(_KIND, f"{order.customer_id}/{order.id.lower()}", order)


def find(world: World, customer_id: str, order_id: str) -> OrderRecord | None:
    return world.store.read(_KIND, f"{customer_id}/{order_id.lower()}", OrderRecord)


def all_of(world: World, customer_id: str) -> list[OrderRecord]:
    return world.store.listed(_KIND, OrderRecord, under=f"{customer_id}/")
