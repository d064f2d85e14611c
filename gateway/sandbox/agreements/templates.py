"""The forms of agreements and their text ("Get agreement metadata", "Download customer agreement template").

The calls exist in the global cloud only, and need a user token.
"""

from datetime import timedelta

from gateway.sandbox import errors, sign_in, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.partner_seed import AgreementTemplate
from gateway.sandbox.world.world import World

CUSTOMER_AGREEMENT, CLOUD_AGREEMENT = "MicrosoftCustomerAgreement", "MicrosoftCloudAgreement"
_ANY = "*"
_DOCUMENT_LIFETIME = timedelta(minutes=5)
_LANGUAGE, _COUNTRY = "en-US", "US"


def list_all(world: World, call: Call) -> Answer:
    """GET agreements: the current forms of the agreements of a type."""
    sign_in.require_user(call)
    types = requested_types(call)
    return Answer(wire.collection([_metadata(each) for each in current(world) if each.agreement_type in types]))


def get_document(world: World, call: Call) -> Answer:
    """A pair of addresses, new in each answer and good for five minutes. Language and country are case-sensitive.

    The language falls back to en-US. That an unknown country is refused is Inferred.
    """
    sign_in.require_user(call)
    template = _template(world, call.path_ids["template"])
    language = call.query.get("language", _LANGUAGE)
    language = language if language in template.languages else _LANGUAGE
    country = call.query.get("country", _COUNTRY)
    if country not in world.seed.markets:
        raise errors.invalid_property("country", f"'{country}' is not a country with an agreement.")
    expires = wire.format_timestamp(world.now() + _DOCUMENT_LIFETIME)
    address = f"https://agreements.example/{world.ids.guid('document')}/{language}/{country}"
    return Answer(
        {
            "displayUri": f"{address}.html?expires={expires}",
            "downloadUri": f"{address}.pdf?expires={expires}",
            "language": language,
            "country": country,
        }
    )


def requested_types(call: Call) -> tuple[str, ...]:
    """The types named by `agreementType`; without it the older agreement. Raises Refusal 400/3000 for an unknown type."""
    named = call.query.get("agreementtype", CLOUD_AGREEMENT)
    if named == _ANY:
        return (CUSTOMER_AGREEMENT, CLOUD_AGREEMENT)
    found = tuple(each for each in (CUSTOMER_AGREEMENT, CLOUD_AGREEMENT) if each.lower() == named.lower())
    if not found:
        accepted = f"{CUSTOMER_AGREEMENT}, {CLOUD_AGREEMENT} and {_ANY}"
        raise errors.invalid_property("agreementType", f"accepted are {accepted}.")
    return found


def current(world: World) -> list[AgreementTemplate]:
    return [each for each in world.seed.agreement_templates if not each.is_superseded]


def _template(world: World, template_id: str) -> AgreementTemplate:
    """Raises Refusal 404/1000."""
    for each in world.seed.agreement_templates:
        if each.template_id == template_id.lower():
            return each
    raise errors.not_found(f"The agreement template {template_id}")


def _metadata(template: AgreementTemplate) -> wire.Document:
    return {
        "templateId": template.template_id,
        "agreementType": template.agreement_type,
        "agreementLink": template.agreement_link,
        "versionRank": template.version_rank,
    }
