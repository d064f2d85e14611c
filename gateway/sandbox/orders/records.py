"""Orders as stored, and as response bodies ("Order resources"; samples of checkout, get and list)."""

from datetime import datetime
from decimal import Decimal

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.catalog import resources
from gateway.sandbox.world.world import World

_KIND = "order"


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order: the cart line it was made from, and the result of buying it.

    In the old catalog *sku_id* is the offer's id, and there is no *availability_id*. Reservations and software have no
    *subscription_id*. *parent_subscription_id* is the base subscription of an add-on.
    """

    number: int
    line: CartLine
    title: str
    product_id: str
    sku_id: str
    availability_id: str | None = None
    subscription_id: str | None = None
    parent_subscription_id: str | None = None
    is_cancelled: bool = False

    @property
    def quantity(self) -> int:
        """0 once the line is cancelled ("Cancel software purchases")."""
        return 0 if self.is_cancelled else self.line.quantity


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """*created* is a timestamp as in answers. Orders of the old catalog are provisioned within the checkout call.

    *cart_id* (None without a cart) and *request_id* (None if not sent) come from the checkout; no answer of Partner
    Center shows them.
    """

    id: str
    customer_id: str
    country: str
    billing_cycle: str
    currency: str
    symbol: str
    created: str
    status: str
    is_old_catalog: bool
    lines: tuple[OrderLine, ...]
    cart_id: str | None = None
    request_id: str | None = None

    @property
    def created_at(self) -> datetime:
        moment = wire.parse_timestamp(self.created)
        if moment is None:
            raise ValueError(self.created)
        return moment

    @property
    def total(self) -> Decimal:
        """The sum of prices before tax, ignoring lines without a price."""
        return sum((each.line.pricing.extended_price for each in self.lines if each.line.pricing), Decimal(0))

    def at_checkout(self) -> wire.Document:
        """The order in the answer to its checkout: with prices, and still pending in the new catalog.

        Its lines already have a subscription id, except savings plans, but no link to it (answers printed on "Check out
        an order for a customer in a cart", "Create an order", "Purchase Azure savings plans").
        """
        return self._document(is_provisioned=self.is_old_catalog, with_prices=True)

    def document(self, *, with_prices: bool) -> wire.Document:
        """The order in every later answer; with prices only on request (include_price)."""
        return self._document(is_provisioned=True, with_prices=with_prices)

    def purchase(self) -> wire.Document:
        return {
            "orderId": self.id,
            "customerId": self.customer_id,
            "cartId": self.cart_id,
            "requestId": self.request_id,
            "lineItems": [
                {"catalogItemId": each.line.catalog_item_id, "quantity": each.line.quantity} for each in self.lines
            ],
        }

    def _document(self, *, is_provisioned: bool, with_prices: bool) -> wire.Document:
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
                "creationDate": _with_offset(self.created_at) if self.is_old_catalog else self.created,
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
        """Only orders of the old catalog have an etag (sample of the orders list)."""
        if not self.is_old_catalog:
            return wire.object_type("Order")
        return {"etag": wire.etag(self.id), **wire.object_type("Order")}


def _with_offset(moment: datetime) -> str:
    """As in orders of the old catalog: with an offset, in milliseconds (samples of list and checkout)."""
    return moment.isoformat(timespec="milliseconds")


def _line(bought: OrderLine, order: OrderRecord, *, is_provisioned: bool, with_prices: bool) -> wire.Document:
    line = bought.line
    has_subscription = is_provisioned or line.purchase_commitment is None
    resellers = [one.value for one in line.participants or () if one.key.lower() == "transaction_reseller"]
    additional = [one.value for one in line.participants or () if one.key.lower() == "additional_transaction_reseller"]
    return wire.without_nulls(
        {
            "lineItemNumber": bought.number,
            "provisioningContext": line.provisioning_context or None,
            "offerId": line.catalog_item_id,
            "subscriptionId": bought.subscription_id if has_subscription else None,
            "parentSubscriptionId": bought.parent_subscription_id,
            "termDuration": line.term_duration or "",
            "transactionType": "New",
            "friendlyName": line.friendly_name or bought.title,
            "quantity": bought.quantity,
            "customTermEndDate": line.custom_term_end_date,
            "promotionId": line.promotion_id,
            "renewsTo": line.renews_to,
            "attestationAccepted": line.attestation_accepted,
            "partnerIdOnRecord": next(iter(resellers), None),
            "additionalPartnerIdsOnRecord": additional or None,
            "pricing": line.pricing if with_prices else None,
            "purchaseCommitment": line.purchase_commitment,
            "links": _line_links(bought, order, is_provisioned=is_provisioned),
        }
    )


def _line_links(bought: OrderLine, order: OrderRecord, *, is_provisioned: bool) -> wire.Document:
    """A line of the old catalog links to neither product nor availability, but to its provisioning status."""
    subscription = bought.subscription_id if is_provisioned else None
    links: wire.Document = {}
    if subscription is not None:
        links["subscription"] = wire.link(f"/customers/{order.customer_id}/subscriptions/{subscription}")
    if bought.availability_id is not None:
        catalog = resources.links(bought.product_id, bought.sku_id, bought.availability_id, country=order.country)
        return {**catalog, **links}
    links["sku"] = wire.link(f"/products/{bought.product_id}/skus/{bought.sku_id}")
    if subscription is not None:
        links["provisioningStatus"] = wire.link(f"/subscriptions/{subscription}/provisioningstatus")
    return links


def save(world: World, order: OrderRecord) -> None:
    world.store.write(_KIND, f"{order.customer_id}/{order.id.lower()}", order)


def find(world: World, customer_id: str, order_id: str) -> OrderRecord | None:
    return world.store.read(_KIND, f"{customer_id}/{order_id.lower()}", OrderRecord)


def of_customer(world: World, customer_id: str) -> list[OrderRecord]:
    return world.store.read_all(_KIND, OrderRecord, prefix=f"{customer_id}/")


def find_all(world: World) -> list[OrderRecord]:
    """The orders of all customers, oldest first."""
    return world.store.read_all(_KIND, OrderRecord)
