"""The call about the dates on which a first term may end ("Custom term end dates")."""

from datetime import UTC, datetime
from functools import partial

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.term_end_dates import TermEndDate
from gateway.partner_center.reading import records as reading


class TermEndDatesClient:
    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list(
        self,
        customer_id: str,
        *,
        term_duration: str,
        starts_at: datetime | None = None,
        subscription_id: str | None = None,
    ) -> Collection[TermEndDate]:
        """GET the dates for a new term, at most 300 of them. *starts_at* is now when None.

        *subscription_id*: only dates that go with this subscription. No source has the name of that parameter in the
        spelling of the others (Inferred).
        """
        return await self._partner_center.get(
            "customers",
            customer_id,
            "subscriptions",
            "customTermEndDates",
            action="list the dates on which a term may end",
            read=partial(reading.term_end_dates, customer_id=customer_id),
            query={
                "term_duration": term_duration,
                "term_start_date": None if starts_at is None else f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "target_coterm_subscription_id": subscription_id,
            },
            customer_id=customer_id,
        )
