"""The refusals of the calls about partners, in the service's own words."""

from gateway.sandbox.errors import Refusal

_COMPLIANCE = "ComplianceController"


def partner_not_found(mpn_id: str) -> Refusal:
    """Worded as printed on "Get partner by MPN ID"."""
    return Refusal(404, 3000, f"Partner Organization with partner_id {mpn_id} could not be found")


def reseller_not_accepted(code: int) -> Refusal:
    """900400: no active reseller tenant; 900414: not authorized. Worded as on "Validate reseller partner of record"."""
    if code == 900400:
        return Refusal(400, code, "The PLA ID (formerly MPN ID) is not linked to any active reseller tenant.")
    why = "The requested indirect reseller is not currently authorized to be associated with this transaction."
    return Refusal(400, code, why)


def malformed_tenant_id() -> Refusal:
    return Refusal(400, 2000, "Tenant Id must be a GUID.", source="PartnerApiServiceControllers")


def one_partner_expected() -> Refusal:
    return Refusal(400, 2000, "Name either an MPN Id or a Tenant Id, not both.", source=_COMPLIANCE)


def no_partner_named() -> Refusal:
    return Refusal(400, 2001, "Both MPN Id and Tenant Id cannot be empty.", source=_COMPLIANCE)


def unknown_mpn_id(mpn_id: str) -> Refusal:
    return Refusal(400, 2200, f"MPN Id {mpn_id} was not found.")


def no_reseller_account(mpn_id: str) -> Refusal:
    return Refusal(400, 2204, f"MPN Id {mpn_id} has no reseller account in this region.")


def unknown_reseller_tenant(tenant_id: str) -> Refusal:
    return Refusal(400, 2205, f"Tenant Id {tenant_id} was not found.")


def partner_agreement_not_signed(*, mpn_id: str | None, tenant_id: str | None) -> Refusal:
    """Code 2203 for a partner named by MPN id, 2206 for one named by tenant."""
    named = f"MPN Id {mpn_id}" if mpn_id else f"Tenant Id {tenant_id}"
    why = (
        f"{named} has not signed Microsoft Partner Agreement (MPA) for the CSP region where the order is being placed."
    )
    help_page = "https://learn.microsoft.com/partner-center/mpa-indirect-provider-faq"
    return Refusal(400, 2203 if mpn_id else 2206, why, data=[help_page])
