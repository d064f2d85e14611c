"""Customers of the partner ("Customer resources"), as far as carts need them."""

import re
from functools import cached_property
from typing import ClassVar

from gateway.partner_center.models.record import UNREAD, Record, RecordWithContext, Unread, Word


class Address(Record, frozen=True, kw_only=True):
    """An address without names of people. `country` is a two-letter code."""

    country: Word | None = None
    region: str | None = None
    state: str | None = None
    city: str | None = None
    postal_code: str | None = None


class CompanyProfile(Record, frozen=True, kw_only=True):
    tenant_id: Word | None = None
    domain: str | None = None
    company_name: str | None = None
    address: Address | None = None
    email: str | None = None
    links: Unread = UNREAD
    attributes: Unread = UNREAD


class BillingProfile(Record, frozen=True, kw_only=True):
    culture: str | None = None
    language: str | None = None
    default_address: Address | None = None


class Customer(RecordWithContext, frozen=True, kw_only=True):
    """A customer. The billing profile is missing in lists, and in reads without delegated access."""

    id: Word
    commerce_id: Word | None = None
    company_profile: CompanyProfile | None = None
    billing_profile: BillingProfile | None = None
    relationship_to_partner: str | None = None
    allow_delegated_access: bool | None = None
    custom_domains: tuple[str, ...] = ()
    links: Unread = UNREAD
    attributes: Unread = UNREAD

    is_listed: ClassVar[bool] = False
    """Whether it comes from a list."""

    @cached_property
    def country(self) -> str | None:
        """The customer's market, two capital letters: the country of the billing address.

        None when that is not shown.
        """
        if self.billing_profile is None or self.billing_profile.default_address is None:
            return None
        country = self.billing_profile.default_address.country
        return country.upper() if country and re.fullmatch(r"[A-Za-z]{2}", country) else None
