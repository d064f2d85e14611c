"""The days on which a new subscription may end early ("Custom term end dates", "Align subscription end dates")."""

from collections.abc import Sequence
from datetime import date, timedelta

from gateway.sandbox import terms
from gateway.sandbox.world.assortment import Assortment
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.subscription_records import SubscriptionRecord


def aligned_with_subscriptions(
    today: date, duration: str, owned: Sequence[SubscriptionRecord], assortment: Assortment, customer: Customer
) -> dict[date, list[str]]:
    """Days within the term on which active licences of new commerce (not trials) end, with the ids of those licences.

    A term of a year or more does not align with a term of a month. A term of a month does not align with a 28th, 29th
    or 30th that is not the last day of its month.
    """
    last = terms.last_day(today, duration)
    ends: dict[date, list[str]] = {}
    for each in sorted(owned, key=lambda record: record.last_day):
        if today < each.last_day <= last and _may_align(each, duration, assortment, customer):
            ends.setdefault(each.last_day, []).append(each.id)
    return ends


def allowed_days(
    today: date, duration: str, owned: Sequence[SubscriptionRecord], assortment: Assortment, customer: Customer
) -> list[date]:
    month_end = terms.month_end(today, duration)
    return sorted(
        {
            *aligned_with_subscriptions(today, duration, owned, assortment, customer),
            *([] if month_end is None else [month_end]),
        }
    )


def _may_align(record: SubscriptionRecord, duration: str, assortment: Assortment, customer: Customer) -> bool:
    item = assortment.item(record.catalog_item_id, customer.country)
    if record.status != "active" or item is None or not item.is_new_commerce or item.sku.is_trial:
        return False
    if terms.months_of(duration) > 1:
        return terms.months_of(record.term) > 1
    day = record.last_day
    return not 28 <= day.day <= 30 or (day + timedelta(days=1)).day == 1
