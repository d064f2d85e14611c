"""Agreements and qualifications, read in every documented form."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from gateway.partner_center.agreements import AgreementsClient
from gateway.partner_center.callers import Caller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.agreements import Agreement, AgreementContact, AgreementType, NewAgreement
from gateway.partner_center.models.qualifications import QualificationKind, VettingStatus
from gateway.partner_center.qualifications import QualificationsClient
from gateway.partner_center.reading import partners as reading
from tests.single_attempt import SingleAttempt

Connect = Callable[..., SingleAttempt]
Body = dict[str, object]

CUSTOMER = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
TEMPLATE = "117a77b0-9360-443b-8795-c6dedc750cf9"
CUSTOMER_AGREEMENT = AgreementType.MICROSOFT_CUSTOMER_AGREEMENT
CONTACT = {"firstName": "Ute", "lastName": "Kern", "email": "ute@wingtip.example", "phoneNumber": "5550199"}
CONFIRMATION: Body = {
    "primaryContact": CONTACT,
    "templateId": TEMPLATE,
    "dateAgreed": "2019-08-26T00:00:00",
    "type": "MicrosoftCustomerAgreement",
    "agreementLink": "https://aka.ms/customeragreement",
}
NEW = NewAgreement(
    primary_contact=AgreementContact(first_name="Ute", last_name="Kern", email="ute@wingtip.example"),
    date_agreed=datetime(2019, 8, 26, tzinfo=UTC),
    template_id=TEMPLATE,
    type=CUSTOMER_AGREEMENT,
)


class Recording:
    """An upstream that gives one answer and notes what it was sent."""

    def __init__(self, body: object, status: int = 200) -> None:
        self._answer = body
        self._status = status
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self._status, json=self._answer)

    @property
    def target(self) -> str:
        (request,) = self.requests
        return f"{request.method} {request.url.raw_path.decode()}"


def stored(**changes: object) -> Agreement:
    return reading.agreement(json.dumps({**CONFIRMATION, **changes}).encode())


async def test_a_confirmation_without_a_zone_is_in_utc(connect: Connect, caller: Caller) -> None:
    """The list is bare of links and attributes; every call names the type, whose default is the older agreement."""
    upstream = Recording({"totalCount": 1, "items": [CONFIRMATION]})

    found = await AgreementsClient(PartnerCenter(connect(upstream), caller)).list_confirmations(
        CUSTOMER, CUSTOMER_AGREEMENT
    )

    assert [(each.template_id, each.date_agreed) for each in found] == [(TEMPLATE, datetime(2019, 8, 26, tzinfo=UTC))]
    assert found[0].primary_contact == AgreementContact(
        first_name="Ute", last_name="Kern", email="ute@wingtip.example", phone_number="5550199"
    )
    assert upstream.target == f"GET /v1/customers/{CUSTOMER}/agreements?agreementType=MicrosoftCustomerAgreement"


@pytest.mark.parametrize(
    ("changes", "remains"),
    [
        pytest.param({"dateAgreed": "soon"}, (None, "Ute", CUSTOMER_AGREEMENT), id="the date"),
        pytest.param({"primaryContact": "Ute"}, (2019, None, CUSTOMER_AGREEMENT), id="the contact"),
        pytest.param({"type": "Handshake"}, (2019, "Ute", AgreementType.UNKNOWN), id="the type"),
        pytest.param({"type": "MICROSOFTCUSTOMERAGREEMENT"}, (2019, "Ute", CUSTOMER_AGREEMENT), id="the case of it"),
    ],
)
def test_an_odd_member_of_a_confirmation_costs_that_member(changes: Body, remains: tuple[object, ...]) -> None:
    """Everything beside it is read."""
    found = stored(**changes)

    date, contact = found.date_agreed, found.primary_contact
    assert (date.year if date else None, contact.first_name if contact else None, found.type) == remains


def test_a_contact_never_shows_in_a_repr() -> None:
    """Personal data must not reach a log by way of a record."""
    assert "Ute" not in repr(stored()) + repr(NEW) + str(stored().primary_contact)


async def test_a_template_is_listed_by_type(connect: Connect, caller: Caller) -> None:
    """An item without an identifier costs itself alone."""
    item = {"templateId": TEMPLATE, "agreementType": "MicrosoftCustomerAgreement", "versionRank": 0}
    upstream = Recording({"totalCount": 2, "items": [{"agreementType": "x"}, item]})

    found = await AgreementsClient(PartnerCenter(connect(upstream), caller)).list_templates(CUSTOMER_AGREEMENT)

    assert [(each.template_id, each.agreement_type) for each in found] == [(TEMPLATE, CUSTOMER_AGREEMENT)]
    assert upstream.target == "GET /v1/agreements?agreementType=MicrosoftCustomerAgreement"


async def test_the_text_is_asked_for_in_exact_case(connect: Connect, caller: Caller) -> None:
    """Language and country are case-sensitive."""
    addresses = {"displayUri": "https://a.example/x", "downloadUri": "https://a.example/y"}
    upstream = Recording({**addresses, "language": "de-DE", "country": "DE"})

    found = await AgreementsClient(PartnerCenter(connect(upstream), caller)).get_document(
        TEMPLATE, language="de-DE", country="DE"
    )

    assert (found.display_uri, found.download_uri) == ("https://a.example/x", "https://a.example/y")
    assert (found.language, found.country) == ("de-DE", "DE")
    assert upstream.target == f"GET /v1/agreementtemplates/{TEMPLATE}/document?language=de-DE&country=DE"


@pytest.mark.parametrize(("sent", "read"), [(True, True), ("False", False), (None, None), ("perhaps", None)])
async def test_a_signature_is_true_false_or_unsaid(
    connect: Connect, caller: Caller, sent: object, read: bool | None
) -> None:
    """Never false for want of an answer."""
    client = AgreementsClient(PartnerCenter(connect(Recording({"isSigned": sent})), caller))

    assert await client.is_signed_by_customer(CUSTOMER) is read


async def test_a_confirmation_is_sent_as_printed(connect: Connect, caller: Caller) -> None:
    """In UTC with milliseconds, without the members that are not given, and under the request id given."""
    upstream = Recording({**CONFIRMATION, "userId": "3d6f2c09-eb40-48ca-a4b3-d24c9c007531"}, status=201)

    await AgreementsClient(PartnerCenter(connect(upstream), caller)).confirm(CUSTOMER, NEW, request_id="r-1")

    (request,) = upstream.requests
    assert json.loads(request.content) == {
        "primaryContact": {"firstName": "Ute", "lastName": "Kern", "email": "ute@wingtip.example"},
        "templateId": TEMPLATE,
        "dateAgreed": "2019-08-26T00:00:00.000Z",
        "type": "MicrosoftCustomerAgreement",
    }
    assert request.headers["MS-RequestId"] == "r-1"


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        pytest.param({}, True, id="as sent"),
        pytest.param({"dateAgreed": "2019-08-26T02:00:00.9+02:00"}, True, id="the same second elsewhere"),
        pytest.param({"templateId": TEMPLATE.upper()}, True, id="the form in capitals"),
        pytest.param({"primaryContact": {**CONTACT, "email": "UTE@wingtip.example"}}, True, id="the address in capitals"),
        pytest.param({"primaryContact": {"email": "ute@wingtip.example"}}, True, id="without names"),
        pytest.param({"dateAgreed": "2019-08-26T00:00:01"}, False, id="a second later"),
        pytest.param({"dateAgreed": None}, False, id="no date"),
        pytest.param({"primaryContact": None}, False, id="no contact"),
        pytest.param({"primaryContact": {**CONTACT, "email": "a@b"}}, False, id="somebody else"),
        pytest.param({"templateId": "other"}, False, id="another form"),
    ],
)  # fmt: skip
def test_a_confirmation_is_recognized(changes: Body, *, same: bool) -> None:
    """By form, mail address and moment to the second."""
    assert NEW.confirms_the_same_as(stored(**changes)) is same


async def test_qualifications_are_read_in_both_spellings(connect: Connect, caller: Caller) -> None:
    """The date has two names; kinds that are not vetted have neither status nor date."""
    upstream = Recording(
        [
            {"qualification": "Education", "vettingStatus": "InReview", "vettingCreatedDate": "2020-12-03T10:37:38.885Z"},
            {"qualification": "GovernmentCommunityCloud", "vettingStatus": "approved", "vettingCreateDate": "2021-05-06T19:59:56.6832021+00:00"},
            {"qualification": "StateOwnedEntity"},
            {"qualification": "Lighthouse", "vettingStatus": "Lost", "vettingReason": "Fog"},
            {"vettingStatus": "Approved"},
        ]
    )  # fmt: skip

    found = await QualificationsClient(PartnerCenter(connect(upstream), caller)).list(CUSTOMER)

    kinds = [(each.kind, each.vetting_status, each.vetting_reason) for each in found]
    assert kinds == [
        (QualificationKind.EDUCATION, VettingStatus.IN_REVIEW, None),
        (QualificationKind.GOVERNMENT_COMMUNITY_CLOUD, VettingStatus.APPROVED, None),
        (QualificationKind.STATE_OWNED_ENTITY, None, None),
        (QualificationKind.UNKNOWN, VettingStatus.UNKNOWN, "Fog"),
    ]
    years = [each.vetting_started_at.year if each.vetting_started_at else None for each in found]
    assert years == [2020, 2021, None, None]
    assert upstream.target == f"GET /v1/customers/{CUSTOMER}/qualifications"
