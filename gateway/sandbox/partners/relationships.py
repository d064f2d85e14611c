"""The partner's relationships, and profiles by partner identifier.

Pages: "Retrieve a list of indirect resellers", "Get indirect resellers of a customer", "Get partner by MPN ID".
"""

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.partners import refusals
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.partner_seed import Reseller
from gateway.sandbox.world.world import World

_OF_PROVIDER, _OF_RESELLER = "isindirectcloudsolutionproviderof", "isindirectresellerof"


def list_all(world: World, call: Call) -> Answer:
    """GET relationships: the indirect resellers of the partner, which is a provider and so has no provider itself.

    The query writes the type in PascalCase, the answer in snake_case.
    """
    sign_in.require_user(call)
    kind = call.query.get("relationship_type", "").lower()
    if kind not in {_OF_PROVIDER, _OF_RESELLER}:
        accepted = "IsIndirectCloudSolutionProviderOf and IsIndirectResellerOf"
        raise errors.invalid_property("relationship_type", f"accepted are {accepted}.")
    found = world.seed.resellers if kind == _OF_PROVIDER else ()
    items = [{**_relationship(each), "state": each.state, "location": each.location} for each in found]
    return Answer(wire.collection(items))


def list_of_customer(world: World, call: Call) -> Answer:
    """GET a customer's relationships: who resells to it, without state and location (sample)."""
    sign_in.require_user(call)
    customer = world.customer(call.path_ids["customer"])
    found = [each for each in world.seed.resellers if each.mpn_id in customer.resellers]
    return Answer(wire.collection([_relationship(each) for each in found]))


def get_profile(world: World, call: Call) -> Answer:
    """GET profiles/mpn: the partner of that identifier; without one the caller itself."""
    sign_in.require_user(call)
    partner = world.seed.partner
    names = {partner.mpn_id: partner.company_name, **{each.mpn_id: each.name for each in world.seed.resellers}}
    mpn_id = call.query.get("mpnid", partner.mpn_id)
    if mpn_id not in names:
        raise refusals.partner_not_found(mpn_id)
    return Answer(
        {
            "partnerName": names[mpn_id],
            "mpnId": mpn_id,
            "profileType": "MpnProfile",
            "links": {"self": wire.link("/profiles/mpn")},
            "attributes": wire.object_type("MpnProfile"),
        }
    )


def _relationship(reseller: Reseller) -> wire.Document:
    return {
        "id": reseller.id,
        "name": reseller.name,
        "relationshipType": "is_indirect_cloud_solution_provider_of",
        "mpnId": reseller.mpn_id,
        "attributes": wire.object_type("PartnerRelationship"),
    }
