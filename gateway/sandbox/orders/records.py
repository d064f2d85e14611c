"""Orders as they are kept and shown ("Order resources"; samples of checkout, get and list)."""

from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.catalog import resources
from gateway.sandbox.world.world import World

LIST_LAG = timedelta(minutes=15)  # "up to 15 minutes" on the page of the orders list
_KIND = "order"


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order: the cart line it came from, and what buying it brought.

    For the old catalog *sku_id* is the offer's id and there is no *availability_id*. Reservations and software have no
    *subscription_id*; *parent_subscription_id* is the base subscription of an add-on.
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
    """*created* is a timestamp of the wire; *is_old_catalog*: provisioned within the checkout call.

    *cart_id* (None = bought without) and *request_id* (None = none was sent) are the checkout's; no answer of Partner
    Center tells them.
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
    can_be_cancelled: bool
    lines: tuple[OrderLine, ...]
    cart_id: str | None = None
    request_id: str | None = None

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
        """The order in the answer of its checkout: with prices; the new catalog is still being provisioned.

        Its lines have a subscription all the same, but for savings plans, and no link to it (answers printed on "Check
        out an order for a customer in a cart", "Create an order", "Purchase Azure savings plans").
        """
        return self._shown(is_provisioned=self.is_old_catalog, with_prices=True)

    def shown(self, *, with_prices: bool) -> wire.Document:
        """The order in every later answer. Prices come only when asked for (include_price)."""
        return self._shown(is_provisioned=True, with_prices=with_prices)

    def purchase(self) -> wire.Document:
        """What was bought, and by which call."""
        return {
            "orderId": self.id,
            "customerId": self.customer_id,
            "cartId": self.cart_id,
            "requestId": self.request_id,
            "lineItems": [
                {"catalogItemId": each.line.catalog_item_id, "quantity": each.line.quantity} for each in self.lines
            ],
        }

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
        """An etag stands only on orders of the old catalog (sample of the orders list)."""
        if not self.is_old_catalog:
            return wire.object_type("Order")
        return {"etag": wire.etag(self.id), **wire.object_type("Order")}


def _with_offset(moment: datetime) -> str:
    """As orders of the old catalog write it: an offset, and no more than milliseconds (samples of list and checkout)."""
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
            "quantity": line.quantity,
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
    """A line of the old catalog has no product and no availability to link to, but says where its status is."""
    subscription = bought.subscription_id if is_provisioned else None
    own: wire.Document = {}
    if subscription is not None:
        own["subscription"] = wire.link(f"/customers/{order.customer_id}/subscriptions/{subscription}")
    if bought.availability_id is not None:
        catalog = resources.links(bought.product_id, bought.sku_id, bought.availability_id, country=order.country)
        return {**catalog, **own}
    own["sku"] = wire.link(f"/products/{bought.product_id}/skus/{bought.sku_id}")
    if subscription is not None:
        own["provisioningStatus"] = wire.link(f"/subscriptions/{subscription}/provisioningstatus")
    return own


def keep(world: World, order: OrderRecord) -> None:
    world.store.write(_KIND, f"{order.customer_id}/{order.id.lower()}", order)


def find(world: World, customer_id: str, order_id: str) -> OrderRecord | None:
    return world.store.read(_KIND, f"{customer_id}/{order_id.lower()}", OrderRecord)


def all_of(world: World, customer_id: str) -> list[OrderRecord]:
    return world.store.listed(_KIND, OrderRecord, under=f"{customer_id}/")


def every(world: World) -> list[OrderRecord]:
    """The orders of all customers, oldest first."""
    return world.store.listed(_KIND, OrderRecord)
