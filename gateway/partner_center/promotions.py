"""The calls about promotions ("Get promotions", "Get a promotion by ID", "Verify promotion eligibility")."""

from collections.abc import Sequence
from functools import partial

import msgspec

from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.promotion_eligibility import (
    EligibilityQuestion,
    EligibilityQuestions,
    PromotionEligibilities,
)
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading

_PROMOTIONS = "productpromotions"
_SEGMENT = "commercial"
"""The only segment with promotions; the list requires one."""


class PromotionsClient:
    """*country* is the market, two letters."""

    def __init__(self, partner_center: PartnerCenter) -> None:
        self._partner_center = partner_center

    async def list(self, *, country: str) -> Collection[Promotion]:
        """GET the promotions that run now ("Get promotions"), without their constraints."""
        return await self._partner_center.get(
            _PROMOTIONS,
            action="list promotions",
            read=reading.of_country(reading.promotions, country),
            query={"country": country, "segment": _SEGMENT},
        )

    async def get(self, promotion_id: str, *, country: str) -> Promotion:
        """GET a promotion with its constraints, also after its end ("Get a promotion by ID"). Raises NotFound (1000)."""
        read = partial(reading.promotion, promotion_id=promotion_id)
        return await self._partner_center.get(
            _PROMOTIONS,
            promotion_id,
            action="read the promotion",
            read=reading.of_country(read, country),
            query={"country": country},
        )

    async def check(
        self, customer_id: str, questions: Sequence[EligibilityQuestion]
    ) -> Collection[PromotionEligibilities]:
        """POST purchases ("Verify promotion eligibility"). The answers name their questions by `id`."""
        body = msgspec.to_builtins(EligibilityQuestions(items=tuple(questions)))
        return await self._partner_center.ask(
            "customers",
            customer_id,
            "promotionEligibilities",
            action="check promotions",
            read=reading.eligibilities,
            body=encode(body),
            customer_id=customer_id,
        )
