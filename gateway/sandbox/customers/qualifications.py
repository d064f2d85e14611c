"""Kinds of special customers, such as schools ("Get a customer's qualification", "Update a customer's qualification")."""

import msgspec

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.partner_seed import Qualification
from gateway.sandbox.world.world import World

_GOVERNMENT = "GovernmentCommunityCloud"
_VETTED = ("Education", _GOVERNMENT)
_ACCEPTED = (*_VETTED, "StateOwnedEntity")


class _Request(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    qualification: str
    education_segment: str | None = None
    validation_code: str | None = None


def list_all(world: World, call: Call) -> Answer:
    """GET qualifications: a bare array, empty for an ordinary business."""
    customer = world.customer(call.path_ids["customer"])
    return Answer([_document(each) for each in customer.qualifications])


def request(world: World, call: Call) -> Answer:
    """POST a qualification, which begins a review; it replaces an earlier one of the same kind.

    The sandbox never ends a review. Kinds that are not vetted hold at once: Inferred.
    """
    sign_in.require_user(call)
    customer = world.customer(call.path_ids["customer"])
    asked = _requested(wire.decode_as(call.body, _Request), started=wire.format_timestamp(world.now()))
    others = tuple(each for each in customer.qualifications if each.qualification != asked.qualification)
    world.save_customer(msgspec.structs.replace(customer, qualifications=(*others, asked)))
    return Answer(_document(asked), status=201)


def _requested(sent: _Request, *, started: str) -> Qualification:
    """Raises Refusal 400/3000 for an unknown kind, and for one without what its review needs."""
    kind = next((each for each in _ACCEPTED if each.lower() == sent.qualification.lower()), None)
    if kind is None:
        raise errors.invalid_property("qualification", f"accepted are {', '.join(_ACCEPTED)}.")
    if kind == "Education" and not sent.education_segment:
        raise errors.invalid_property("educationSegment", "it is needed for Education: K12 or HigherEducation.")
    if kind == _GOVERNMENT and not sent.validation_code:
        raise errors.invalid_property("validationCode", f"it is needed for {_GOVERNMENT}.")
    if kind not in _VETTED:
        return Qualification(qualification=kind)
    return Qualification(qualification=kind, vetting_status="InReview", vetting_created_date=started)


def _document(qualification: Qualification) -> wire.Document:
    """The date of the government cloud is spelled without its "d", as printed; elsewhere as in the table."""
    date = "vettingCreateDate" if qualification.qualification == _GOVERNMENT else "vettingCreatedDate"
    return wire.without_nulls(
        {
            "qualification": qualification.qualification,
            "vettingStatus": qualification.vetting_status,
            "vettingReason": qualification.vetting_reason,
            date: qualification.vetting_created_date,
        }
    )
