"""Whether resellers may be named in purchases, and whether they have signed their own agreement.

Pages: "Validate reseller partner of record", "Verify an indirect reseller's Microsoft Partner Agreement status".
"""

from collections.abc import Iterable

import msgspec

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.errors import Refusal
from gateway.sandbox.partners import refusals
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.partner_seed import Reseller
from gateway.sandbox.world.world import World

NOT_LINKED, NOT_AUTHORIZED = 900400, 900414


class _Request(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    partner_ids: tuple[str | int, ...]


def validate(world: World, call: Call) -> Answer:
    """POST partners/validateresellers: a verdict for each partner. An app-only token will do."""
    partner_ids = [str(each) for each in wire.decode_as(call.body, _Request).partner_ids]
    if not partner_ids:
        raise errors.invalid_property("partnerIds", "name at least one partner.")
    return Answer({"validationResults": [_verdict(world, each) for each in partner_ids]})


def refusal_of(world: World, lines: Iterable[CartLine]) -> Refusal | None:
    """The refusal of a purchase that names a reseller which may not be named; None without one.

    That it comes at checkout, for the order group, is Inferred; the page of codes gives the status.
    """
    for line in lines:
        for participant in line.participants or ():
            code = _refusal_code(world, participant.value)
            if code is not None:
                return refusals.reseller_not_accepted(code)
    return None


def get_agreement_status(world: World, call: Call) -> Answer:
    """GET compliance/csp/agreementstatus. "Not signed" is a refusal, not an answer."""
    sign_in.require_user(call)
    mpn_id, tenant_id = call.query.get("mpnid"), call.query.get("tenantid")
    if mpn_id and tenant_id:
        raise refusals.one_partner_expected()
    if not mpn_id and not tenant_id:
        raise refusals.no_partner_named()
    reseller = _reseller(world, mpn_id or "") if mpn_id else _reseller_of_tenant(world, tenant_id or "")
    if not reseller.has_signed_agreement:
        raise refusals.partner_agreement_not_signed(mpn_id=mpn_id, tenant_id=tenant_id)
    return Answer({"isAgreementSigned": True})


def _verdict(world: World, partner_id: str) -> wire.Document:
    code = _refusal_code(world, partner_id)
    verdict: wire.Document = {"partnerId": partner_id, "isValidPartnerIdOnRecord": code is None}
    if code is None:
        return verdict
    return {**verdict, "errorCode": code, "errorDescription": refusals.reseller_not_accepted(code).description}


def _refusal_code(world: World, partner_id: str) -> int | None:
    """Why the partner may not be named; None if it may. A partner that is no reseller is not linked to one."""
    found = next((each for each in world.seed.resellers if each.mpn_id == partner_id), None)
    return NOT_LINKED if found is None else found.refusal_code


def _reseller(world: World, mpn_id: str) -> Reseller:
    """Raises Refusal 400/2200, or 400/2204 for the partner itself."""
    if mpn_id == world.seed.partner.mpn_id:
        raise refusals.no_reseller_account(mpn_id)
    for each in world.seed.resellers:
        if each.mpn_id == mpn_id:
            return each
    raise refusals.unknown_mpn_id(mpn_id)


def _reseller_of_tenant(world: World, tenant_id: str) -> Reseller:
    """Raises Refusal 400/2000 and 400/2205."""
    if not wire.is_guid(tenant_id):
        raise refusals.malformed_tenant_id()
    for each in world.seed.resellers:
        if each.id.lower() == tenant_id.lower():
            return each
    raise refusals.unknown_reseller_tenant(tenant_id)
