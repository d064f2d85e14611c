"""Customers of the partner ("Customer resources"), as far as a cart wants them."""

import re

import msgspec

from gateway.partner_center.models.record import Record, Word


class Address(Record, frozen=True, kw_only=True):
    """The place, without the people: country is a two-letter code."""

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


class BillingProfile(Record, frozen=True, kw_only=True):
    culture: str | None = None
    language: str | None = None
    default_address: Address | None = None


class Customer(Record, frozen=True, kw_only=True):
    """A customer. Lists leave the billing profile out; so does a read without delegated access.

    `is_listed` is not on the wire: what reads a list sets it.
    """

    id: Word
    commerce_id: Word | None = None
    company_profile: CompanyProfile | None = None
    billing_profile: BillingProfile | None = None
    relationship_to_partner: str | None = None
    allow_delegated_access: bool | None = None
    custom_domains: tuple[str, ...] = ()
    is_listed: bool = msgspec.field(default=False, name="(listed)")

    @property
    def country(self) -> str | None:
        """The customer's market, in capitals: the country of the billing address. None when no country is shown."""
        if self.billing_profile is None or self.billing_profile.default_address is None:
            return None
        country = self.billing_profile.default_address.country
        return country.upper() if country and re.fullmatch(r"[A-Za-z]{2}", country) else None
