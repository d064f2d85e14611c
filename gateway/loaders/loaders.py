"""The loaders of a request, by what they lead to: catalog, customers, partners, carts, orders and subscriptions."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, partial
from typing import Any, TypeVar

from gateway.carts.history import CheckoutHistory
from gateway.carts.keys import CartKey
from gateway.carts.purchases import OriginKey, PurchaseKey, Purchases
from gateway.catalog.catalog import Catalog
from gateway.catalog.eligibility import EligibilityKey, check_eligibility
from gateway.catalog.keys import (
    AgreementTemplatesKey,
    AvailabilitiesKey,
    CustomerKey,
    ItemKey,
    OwnPartnerKey,
    ProductKey,
    ProductsKey,
    PromotionKey,
    PromotionsKey,
    SkuKey,
    SkusKey,
)
from gateway.catalog.paging import Chunk
from gateway.catalog.stock import StockKey, check_stock
from gateway.errors import Malformed, NotFound
from gateway.loaders.batching import Batches, Later, Loader, each, grouped, one_of, or_none
from gateway.loaders.keys import (
    AgreementDocumentKey,
    AgreementKey,
    AskedItem,
    CustomersKey,
    IndirectResellersKey,
    OrderKey,
    OrderLineKey,
    PartnerKey,
    SubscriptionKey,
    TermEndDatesKey,
    UpgradesKey,
)
from gateway.partner_center.agreements import AgreementsClient
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.customers import CustomersClient
from gateway.partner_center.models.agreements import Agreement, AgreementDocument, AgreementTemplate
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.collection import leads_back
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import IdentifiedOrder, Order
from gateway.partner_center.models.partners import Partner
from gateway.partner_center.models.promotion_eligibility import Eligibility
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.models.provisioning import (
    ActivationLink,
    OrderLineProvisioning,
    SubscriptionProvisioning,
    SubscriptionRegistration,
)
from gateway.partner_center.models.qualifications import CustomerQualification
from gateway.partner_center.models.stock import StockCheck
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.term_end_dates import TermEndDate
from gateway.partner_center.models.transitions import TransitionEligibility
from gateway.partner_center.orders import OrdersClient
from gateway.partner_center.partners import PartnersClient
from gateway.partner_center.qualifications import QualificationsClient
from gateway.partner_center.subscriptions import SubscriptionsClient
from gateway.partner_center.term_end_dates import TermEndDatesClient

K = TypeVar("K")
V = TypeVar("V")

_LOOK_UPS_AT_ONCE = 50
"""Concurrent look-ups of one loader in one request. GATEWAY_UPSTREAM_CONCURRENCY bounds those of the process."""
_CUSTOMERS_PER_CALL = 100
"""The largest page of the graph. Partner Center continues by token, so every call must ask for the same number."""


class Loaders:
    """One request's loaders, each made within the running loop when it is first used.

    Catalog and customers come through the cache, which shares look-ups under way between requests of one caller, even
    where it keeps nothing. Carts and orders are read for each request: one that began before a write, perhaps of another
    replica, must not answer a request that came after it.
    """

    def __init__(
        self,
        partner_center: PartnerCenter,
        catalog: Catalog,
        purchases: Purchases,
        *,
        at_most: int = _LOOK_UPS_AT_ONCE,
    ) -> None:
        """*at_most* bounds how many look-ups of one batch are in flight."""
        self.batches = Batches()
        self.items: dict[AskedItem, Later[Availability | None]] = {}
        """The availabilities behind the items of lines: those that were found, and those that are looked up."""
        self.missing_items: dict[AskedItem, NotFound] = {}
        """How Partner Center refused the items of lines that were looked up and not found."""
        self._partner_center = partner_center
        self._catalog = catalog
        self._purchases = purchases
        self._at_most = at_most

    @cached_property
    def carts(self) -> Loader[CartKey, Cart | None]:
        return self._reader(or_none(self._cart))

    @cached_property
    def checkouts(self) -> Loader[CartKey, CheckoutHistory]:
        """From the store, and only for carts that the caller was able to read."""
        return self._reader(self._history)

    @cached_property
    def origins(self) -> Loader[OrderKey, CartKey | None]:
        """The carts that orders were placed from: from the store, and only for orders that the caller was able to read."""
        return self._reader(self._origin)

    @cached_property
    def customers(self) -> Loader[CustomerKey, Customer | None]:
        return self._reader(self._customer, cached=self._catalog.cached)

    @cached_property
    def customers_by_chunk(self) -> Loader[CustomersKey, Chunk[Customer]]:
        return self._reader(self._chunk_of_customers)

    @cached_property
    def orders(self) -> Loader[OrderKey, Order | None]:
        return self._reader(or_none(self._order))

    @cached_property
    def orders_of_customer(self) -> Loader[CustomerKey, tuple[IdentifiedOrder, ...] | None]:
        return self._reader(or_none(self._orders_of_customer))

    @cached_property
    def provisioning_of_order(self) -> Loader[OrderKey, tuple[OrderLineProvisioning, ...] | None]:
        return self._reader(or_none(lambda key: self._orders.provisioning(key.customer_id, key.order_id)))

    @cached_property
    def activation_links(self) -> Loader[OrderLineKey, tuple[ActivationLink, ...] | None]:
        return self._reader(or_none(self._activation_links))

    @cached_property
    def subscriptions(self) -> Loader[SubscriptionKey, Subscription | None]:
        return self._reader(or_none(lambda key: self._subscriptions.get(key.customer_id, key.subscription_id)))

    @cached_property
    def subscriptions_of_customer(self) -> Loader[CustomerKey, tuple[Subscription, ...] | None]:
        return self._reader(or_none(lambda key: self._subscriptions.list(key.customer_id)))

    @cached_property
    def subscriptions_of_order(self) -> Loader[OrderKey, tuple[Subscription, ...] | None]:
        return self._reader(or_none(lambda key: self._subscriptions.list_by_order(key.customer_id, key.order_id)))

    @cached_property
    def provisioning(self) -> Loader[SubscriptionKey, SubscriptionProvisioning | None]:
        return self._reader(or_none(lambda key: self._subscriptions.provisioning(key.customer_id, key.subscription_id)))

    @cached_property
    def registrations(self) -> Loader[SubscriptionKey, SubscriptionRegistration | None]:
        return self._reader(or_none(lambda key: self._subscriptions.registration(key.customer_id, key.subscription_id)))

    @cached_property
    def upgrades(self) -> Loader[UpgradesKey, tuple[TransitionEligibility, ...] | None]:
        return self._reader(or_none(self._upgrades))

    @cached_property
    def products(self) -> Loader[ProductKey, Product | None]:
        return self._of_catalog()

    @cached_property
    def products_in_view(self) -> Loader[ProductsKey, tuple[Product, ...] | None]:
        return self._of_catalog()

    @cached_property
    def skus(self) -> Loader[SkuKey, Sku | None]:
        return self._of_catalog()

    @cached_property
    def skus_of_product(self) -> Loader[SkusKey, tuple[Sku, ...] | None]:
        return self._of_catalog()

    @cached_property
    def availabilities(self) -> Loader[ItemKey, Availability | None]:
        return self._of_catalog()

    def absence(self, key: ItemKey) -> NotFound | None:
        """How Partner Center refused an availability that was looked up and not found."""
        return self._catalog.absence(key)

    @cached_property
    def availabilities_of_sku(self) -> Loader[AvailabilitiesKey, tuple[Availability, ...] | None]:
        return self._of_catalog()

    @cached_property
    def promotions(self) -> Loader[PromotionKey, Promotion | None]:
        return self._of_catalog()

    @cached_property
    def promotions_of_market(self) -> Loader[PromotionsKey, tuple[Promotion, ...] | None]:
        return self._of_catalog()

    @cached_property
    def eligibilities(self) -> Loader[EligibilityKey, tuple[Eligibility, ...]]:
        check = partial(check_eligibility, self._partner_center)
        return Loader(self.batches.stoppable(grouped(check, lambda key: key.cart, at_most=self._at_most)))

    @cached_property
    def term_end_dates(self) -> Loader[TermEndDatesKey, tuple[TermEndDate, ...] | None]:
        return self._reader(or_none(self._term_end_dates))

    @cached_property
    def stock(self) -> Loader[StockKey, StockCheck | None]:
        check = partial(check_stock, self._partner_center)
        return Loader(self.batches.stoppable(grouped(check, lambda key: key.context, at_most=self._at_most)))

    @cached_property
    def agreement_templates(self) -> Loader[AgreementTemplatesKey, tuple[AgreementTemplate, ...] | None]:
        return self._of_catalog()

    @cached_property
    def agreement_documents(self) -> Loader[AgreementDocumentKey, AgreementDocument]:
        """Never cached: their addresses expire after five minutes."""
        return self._reader(self._agreement_document)

    @cached_property
    def agreement_confirmations(self) -> Loader[AgreementKey, tuple[Agreement, ...]]:
        """Personal data, so they come through no cache."""
        return self._reader(self._agreement_confirmations)

    @cached_property
    def agreement_signatures(self) -> Loader[CustomerKey, bool | None]:
        return self._reader(self._agreement_signature)

    @cached_property
    def qualifications(self) -> Loader[CustomerKey, tuple[CustomerQualification, ...] | None]:
        return self._reader(or_none(self._qualifications))

    @cached_property
    def own_partner(self) -> Loader[OwnPartnerKey, Partner | None]:
        return self._of_catalog()

    @cached_property
    def partners(self) -> Loader[PartnerKey, Partner | None]:
        return self._reader(or_none(self._partner))

    @cached_property
    def indirect_resellers(self) -> Loader[IndirectResellersKey, tuple[Partner, ...]]:
        return self._reader(self._indirect_resellers)

    @cached_property
    def resellers_of_customer(self) -> Loader[CustomerKey, tuple[Partner, ...] | None]:
        return self._reader(or_none(self._resellers_of_customer))

    @cached_property
    def reseller_verdicts(self) -> Loader[str, bool | None]:
        """Whether partners may be named as resellers, by partner identifier: one call for those asked for together."""
        judge = grouped(self._reseller_verdicts, lambda _: None, at_most=1)
        return Loader(self.batches.stoppable(judge))

    def _of_catalog(self) -> Loader[Any, Any]:
        batch = self.batches.stoppable(each(self._catalog.look_up, at_most=self._at_most))
        return Loader(batch, cached=self._catalog.cached)

    def _reader(
        self, fetch: Callable[[K], Awaitable[V]], *, cached: Callable[[K], V | None] = lambda _: None
    ) -> Loader[K, V]:
        batch = self.batches.stoppable(one_of(fetch, at_most=self._at_most))
        return Loader(batch, cached=cached, one_by_one=True)

    async def _customer(self, key: CustomerKey) -> Customer | None:
        return await (await self._catalog.look_up(key))

    async def _cart(self, key: CartKey) -> Cart:
        return await CartsClient(self._partner_center).outline(key.customer_id, key.cart_id)

    async def _history(self, key: CartKey) -> CheckoutHistory:
        purchase = await self._purchases.get(PurchaseKey(self._partner_center.caller.partner, key))
        return CheckoutHistory(purchase, customer_id=key.customer_id)

    async def _origin(self, key: OrderKey) -> CartKey | None:
        partner = self._partner_center.caller.partner
        return await self._purchases.origin(OriginKey(partner, key.customer_id, key.order_id))

    async def _order(self, key: OrderKey) -> Order:
        return await OrdersClient(self._partner_center).get(key.customer_id, key.order_id)

    async def _orders_of_customer(self, key: CustomerKey) -> tuple[IdentifiedOrder, ...]:
        return (await OrdersClient(self._partner_center).list(key.customer_id)).items

    async def _term_end_dates(self, key: TermEndDatesKey) -> tuple[TermEndDate, ...]:
        dates = await TermEndDatesClient(self._partner_center).list(
            key.customer_id,
            term_duration=key.term_duration,
            starts_at=key.starts_at,
            subscription_id=key.subscription_id,
        )
        return dates.items

    async def _activation_links(self, key: OrderLineKey) -> tuple[ActivationLink, ...]:
        order = key.order
        return await self._orders.activation_links(order.customer_id, order.order_id, key.line_number)

    async def _upgrades(self, key: UpgradesKey) -> tuple[TransitionEligibility, ...]:
        subscription = key.subscription
        return await self._subscriptions.upgrades(
            subscription.customer_id, subscription.subscription_id, eligibility_type=key.eligibility_type
        )

    @property
    def _orders(self) -> OrdersClient:
        return OrdersClient(self._partner_center)

    @property
    def _subscriptions(self) -> SubscriptionsClient:
        return SubscriptionsClient(self._partner_center)

    async def _chunk_of_customers(self, key: CustomersKey) -> Chunk[Customer]:
        page = await CustomersClient(self._partner_center).list(
            size=_CUSTOMERS_PER_CALL,
            company_name_starts_with=key.company_name_starts_with,
            continuation_token=key.token or None,
        )
        if leads_back(key.token, page.following):
            raise Malformed("Partner Center's list of customers leads back to a page that was already read.")
        return Chunk(
            page.items,
            page.following,
            page.total_count,
            unread=page.unread,
            is_full=len(page.items) + page.unread >= _CUSTOMERS_PER_CALL,
            is_cut=page.is_cut,
        )

    async def _agreement_document(self, key: AgreementDocumentKey) -> AgreementDocument:
        client = AgreementsClient(self._partner_center)
        return await client.get_document(key.template_id, language=key.language, country=key.country)

    async def _agreement_confirmations(self, key: AgreementKey) -> tuple[Agreement, ...]:
        return await AgreementsClient(self._partner_center).list_confirmations(key.customer_id, key.type)

    async def _agreement_signature(self, key: CustomerKey) -> bool | None:
        return await AgreementsClient(self._partner_center).is_signed_by_customer(key.customer_id)

    async def _qualifications(self, key: CustomerKey) -> tuple[CustomerQualification, ...]:
        return await QualificationsClient(self._partner_center).list(key.customer_id)

    async def _partner(self, key: PartnerKey) -> Partner:
        return await PartnersClient(self._partner_center).get(key.mpn_id)

    async def _indirect_resellers(self, _: IndirectResellersKey) -> tuple[Partner, ...]:
        return await PartnersClient(self._partner_center).list_indirect_resellers()

    async def _resellers_of_customer(self, key: CustomerKey) -> tuple[Partner, ...]:
        return await PartnersClient(self._partner_center).list_resellers_of_customer(key.customer_id)

    async def _reseller_verdicts(self, _: None, mpn_ids: list[str]) -> Mapping[str, bool | None]:
        verdicts = await PartnersClient(self._partner_center).validate_resellers(mpn_ids)
        return {each: verdicts.get(each) for each in mpn_ids}

    def close(self) -> None:
        """Stop the look-ups, and free the answers without the garbage collector: some loaders refer back to this object."""
        self.batches.stop()
        for name in [name for name, value in vars(self).items() if isinstance(value, Loader)]:
            delattr(self, name)
