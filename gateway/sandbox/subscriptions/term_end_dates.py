"""The days on which a new term may end early ("Custom term end dates")."""

from datetime import date

from gateway.sandbox import errors, terms, wire
from gateway.sandbox.carts.rules import term_ends
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.world import World

_DURATIONS = ("P1M", "P1Y", "P3Y")


def list_all(world: World, call: Call) -> Answer:
    """Accepts each query parameter in the spelling of the sample and in that of the table: term_duration, TermDuration.

    The spelling `target_coterm_subscription_id` is Inferred. A subscription that no day goes with, known or not, gives
    an empty list (Inferred). The limit of 300 records is not emulated.
    """
    customer = world.customer(call.path_ids["customer"])
    duration, start = _duration(call), _start(call) or world.now().date()
    target = _parameter(call, "target_coterm_subscription_id").lower()
    items: list[wire.Document] = []
    month_end = terms.month_end(start, duration)
    if month_end is not None and not target:
        items.append(_allowed_date("calendarMonthAligned", month_end))
    owned = subscription_records.owned(world, customer)
    for day, ids in term_ends.aligned_with_subscriptions(start, duration, owned, world.assortment, customer).items():
        if not target or target in {each.lower() for each in ids}:
            items.append({**_allowed_date("subscriptionAligned", day), "cotermSubscriptionIds": ids})
    path = f"/customers/{customer.id}/subscriptions/customTermEndDates?term_duration={duration}"
    return Answer(wire.collection(items, self_uri=path))


def _duration(call: Call) -> str:
    duration = _parameter(call, "term_duration").upper()
    if duration not in _DURATIONS:
        raise errors.invalid_property("term_duration", f"one of {', '.join(_DURATIONS)} is required.")
    return duration


def _start(call: Call) -> date | None:
    """The day on which the term is to begin; None if not sent."""
    text = _parameter(call, "term_start_date")
    moment = wire.parse_timestamp(text)
    if text and moment is None:
        raise errors.invalid_property("term_start_date", "it must be a date.")
    return None if moment is None else moment.date()


def _parameter(call: Call, name: str) -> str:
    """The value in either spelling, or an empty text. Names in the query are in lower case here."""
    return call.query.get(name) or call.query.get(name.replace("_", "")) or ""


def _allowed_date(kind: str, day: date) -> wire.Document:
    """The sample shows these dates without a time zone."""
    return {"allowedCustomTermEndDateType": kind, "allowedCustomTermEndDate": f"{day.isoformat()}T00:00:00"}
