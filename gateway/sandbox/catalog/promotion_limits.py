"""Who may have a promotion, for how many seats, and how often ("Get a promotion by ID", "Verify promotion eligibility").

Pure functions. Limits apply to a customer over all partners, and to the product and SKU of the promotion: the first two
parts of its id ("New commerce promotions").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.sandbox import wire
from gateway.sandbox.world.assortment import Assortment, Item
from gateway.sandbox.world.seed import Customer, Promotion, Term
from gateway.sandbox.world.subscription_records import SubscriptionRecord


@dataclass(frozen=True)
class EarlierPurchase:
    """A subscription of the customer, or an earlier line of the same cart. *is_owned*: it has not ended."""

    sku_key: str
    quantity: int
    promotion_id: str | None
    is_owned: bool = True
    is_trial: bool = False


@dataclass(frozen=True)
class Purchase:
    """The facts of a purchase that promotions depend on."""

    item: Item
    term: Term
    quantity: int
    country: str
    now: datetime
    earlier: Sequence[EarlierPurchase] = ()


def earlier_purchases(
    records: Iterable[SubscriptionRecord], assortment: Assortment, customer: Customer
) -> list[EarlierPurchase]:
    """*records*: all subscriptions that the customer ever had. Cancelled ones count too ("New commerce promotions")."""
    return [
        EarlierPurchase(
            sku_key=each.sku_key,
            quantity=each.quantity,
            promotion_id=each.promotion_id,
            is_owned=each.status in ("active", "suspended"),
            is_trial=_is_trial(assortment.item(each.catalog_item_id, customer.country)),
        )
        for each in records
    ]


def is_same(promotion: Promotion, promotion_id: str | None) -> bool:
    """Whether both are one promotion. The last part of an id changes; the earlier ones stay accepted."""
    return promotion_id is not None and _key(promotion.id) == _key(promotion_id)


def broken_limit(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    """The first limit against the purchase, as an error of an eligibility answer; None if there is none.

    The order of the limits is Inferred.
    """
    return (
        _seat_error(promotion, purchase)
        or _redemption_error(promotion, purchase)
        or _first_purchase_error(promotion, purchase)
        or _ownership_error(promotion, purchase)
    )


def seats_used(promotion: Promotion, earlier: Sequence[EarlierPurchase]) -> int:
    """Seats ever bought with the promotion."""
    return sum(each.quantity for each in earlier if is_same(promotion, each.promotion_id))


def _seat_error(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    """The minimum counts the seats owned already, the maximum those ever bought with the promotion."""
    owned = sum(each.quantity for each in purchase.earlier if each.is_owned and each.sku_key == purchase.item.sku_key)
    used = seats_used(promotion, purchase.earlier)
    for each in promotion.promotion_constraints.seat_constraints:
        left = None if each.max_seats is None else max(0, each.max_seats - used)
        if owned + purchase.quantity >= (each.min_seats or 0) and (left is None or purchase.quantity <= left):
            continue
        limits: wire.Document = {
            "minimumRequiredSeats": each.min_seats,
            "maximumRequiredSeats": each.max_seats,
            "availableSeats": left,
        }
        why = "The provided quantity does not satisfy the minimum or maximum seat requirements for the promotion."
        return {**limits, **error("SeatCount", why)}
    return None


def _redemption_error(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    used = sum(is_same(promotion, each.promotion_id) for each in purchase.earlier)
    for each in promotion.promotion_constraints.asset_ownership_limits:
        if each.max_assets is not None and used >= each.max_assets:
            limits: wire.Document = {
                "maxPromotionRedemptionCount": each.max_assets,
                "remainingPromotionRedemptionCount": 0,
            }
            return {**limits, **error("RedemptionLimit", "The redemption limit for this promotion has been met.")}
    return None


def _first_purchase_error(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    """A cancelled purchase and a trial count as a purchase. That a trial is one of the same product is Inferred."""
    constraints = promotion.promotion_constraints.eligibility_constraints
    if not any(each.is_applicable and each.type == "FirstPurchase" for each in constraints):
        return None
    product_id, _, _ = purchase.item.sku_key.partition(":")
    for each in purchase.earlier:
        if each.sku_key == purchase.item.sku_key or (each.is_trial and each.sku_key.startswith(f"{product_id}:")):
            return error("OfferPurchasedPreviously", "The customer has purchased the offer before.")
    return None


def _ownership_error(promotion: Promotion, purchase: Purchase) -> wire.Document | None:
    """One SKU of every group must be owned. Which level is "and" and which "or" is not documented: Inferred."""
    owned = {each.sku_key for each in purchase.earlier if each.is_owned}
    groups = promotion.promotion_constraints.product_ownership_constraints
    if all(owned & {each.big_id.replace("/", ":").lower() for each in group} for group in groups):
        return None
    return error("PrerequisiteProductOwnership", "The customer does not own a product that the promotion requires.")


def error(kind: str, description: str) -> wire.Document:
    """An error of an eligibility answer."""
    return {"type": kind, "description": description}


def _is_trial(item: Item | None) -> bool:
    return item is not None and item.sku.is_trial


def _key(promotion_id: str) -> str:
    return promotion_id.rpartition(":")[0].lower()
