"""What a customer needs before it can buy: an agreement, a qualification, a registered Azure subscription."""

import pytest

from gateway.errors import GatewayError
from gateway.partner_center.models.provisioning import RegistrationStatus
from gateway.partner_center.models.qualifications import CustomerQualification, QualificationKind, VettingStatus
from gateway.problems.customer import (
    agreement_problems,
    lines_for_special_customers,
    qualification_problems,
    registration_problems,
    subscription_needs,
)
from tests.carts.shop import OLD_OFFER, a_line, item
from tests.problems.judging import BROKEN, a_sold_item, in_short, lines_of, missing
from tests.shop_ids import CONTOSO

A, B = item("A"), item("B")
PLAN = "962fd6d4-e7b0-49bd-af75-df6113456fda"
REGISTRATION = "AzureSubscriptionRegistration"


@pytest.mark.parametrize(
    ("confirmed", "signed", "problems"),
    [
        pytest.param(True, False, [], id="confirmed by the partner"),
        pytest.param(False, True, [], id="signed by the customer"),
        pytest.param(True, None, [], id="confirmed, whatever the signature"),
        pytest.param(False, False, ["CUSTOMER_AGREEMENT_MISSING BLOCKER"], id="neither"),
        pytest.param(
            False, None, ["CUSTOMER_AGREEMENT_MISSING RISK"], id="a signature that Partner Center does not mention"
        ),
    ],
)
def test_an_agreement_stands_when_either_has_accepted_it(
    *, confirmed: bool, signed: bool | None, problems: list[str]
) -> None:
    """The partner by its confirmation, the customer by its signature."""
    assert in_short(agreement_problems(is_confirmed=confirmed, is_signed=signed)) == problems


@pytest.mark.parametrize(
    ("segment", "kind"),
    [
        pytest.param("education", QualificationKind.EDUCATION, id="schools"),
        pytest.param("Government", QualificationKind.GOVERNMENT_COMMUNITY_CLOUD, id="authorities, in any casing"),
        pytest.param("nonprofit", QualificationKind.NONPROFIT, id="charities"),
        pytest.param("commercial", None, id="everybody"),
        pytest.param("tomorrow", None, id="a segment of tomorrow"),
        pytest.param(None, None, id="no segment"),
    ],
)
def test_a_segment_is_meant_for_a_kind_of_customer(segment: str | None, kind: QualificationKind | None) -> None:
    """Lines for everybody need no qualification, nor do those whose item is unknown."""
    lines = lines_of(a_line(0, A), a_line(1, B), a_line(2, OLD_OFFER))

    special = lines_for_special_customers(lines, {A: a_sold_item(segment=segment), B: missing("400019")})

    assert [(line.partner_center_id, of) for line, of in special] == ([] if kind is None else [("0", kind)])


def qualified(kind: str, status: str | None = None) -> CustomerQualification:
    vetting = None if status is None else VettingStatus(status)
    return CustomerQualification(kind=QualificationKind(kind), vetting_status=vetting)


@pytest.mark.parametrize(
    ("kind", "held", "problems"),
    [
        pytest.param("Education", [qualified("Education", "Approved")], [], id="approved"),
        pytest.param("Education", [qualified("Education")], [], id="a kind that is not reviewed"),
        pytest.param("Education", [qualified("Education", "Denied"), qualified("Education", "Approved")], [], id="approved in the end"),
        pytest.param("Education", [], ["BLOCKER"], id="none"),
        pytest.param("Education", [qualified("Nonprofit")], ["BLOCKER"], id="of another kind"),
        pytest.param("Education", [qualified("Education", "Denied")], ["BLOCKER"], id="denied"),
        pytest.param("Education", [qualified("Education", "InReview")], ["RISK"], id="in review"),
        pytest.param("Education", [qualified("Education", "Denied"), qualified("Education", "InReview")], ["RISK"], id="in review again"),
        pytest.param("Education", [qualified("Education", "Moon")], ["RISK"], id="in a state of tomorrow"),
        pytest.param("Nonprofit", [qualified("Nonprofit")], [], id="a charity"),
        pytest.param("Nonprofit", [], ["RISK"], id="a charity that may have qualified elsewhere"),
    ],
)  # fmt: skip
def test_a_customer_has_to_be_of_the_kind(kind: str, held: list[CustomerQualification], problems: list[str]) -> None:
    """Where Microsoft has not decided, or decides elsewhere, it is only a risk."""
    (line,) = lines_of(a_line(0, A))

    found = qualification_problems([(line, QualificationKind(kind))], held)

    assert in_short(found) == [f"QUALIFICATION_MISSING {each} 0" for each in problems]


def test_qualifications_that_nobody_shows_are_not_checked() -> None:
    """Not the same as a customer without any."""
    (line,) = lines_of(a_line(0, A))

    assert in_short(qualification_problems([(line, QualificationKind.EDUCATION)], None)) == ["NOT_CHECKED RISK"]


@pytest.mark.parametrize(
    ("prerequisites", "context", "named"),
    [
        pytest.param([REGISTRATION], {"subscriptionId": PLAN}, [PLAN], id="named"),
        pytest.param(["azure_subscription_registration"], {"SubscriptionID": PLAN.upper()}, [PLAN], id="in any casing"),
        pytest.param(["InventoryCheck"], {"subscriptionId": PLAN}, [], id="not needed"),
        pytest.param([REGISTRATION], {"scope": "shared"}, [], id="the line's own error"),
        pytest.param([REGISTRATION], {"subscriptionId": "../x"}, [None], id="something else than a subscription"),
    ],
)
def test_lines_name_the_subscription_that_they_need(
    prerequisites: list[str], context: dict[str, str], named: list[str | None]
) -> None:
    """Only where the SKU asks for a registration."""
    lines = lines_of(a_line(0, A, provisioningContext=context), a_line(1, B, provisioningContext=context))
    items = {A: a_sold_item(prerequisites=prerequisites), B: a_sold_item(has_sku=False)}

    assert [each.subscription_id for each in subscription_needs(lines, items)] == named


@pytest.mark.parametrize(
    ("status", "problems", "shown"),
    [
        pytest.param(RegistrationStatus.REGISTERED, [], [], id="registered"),
        pytest.param(RegistrationStatus.NOT_REGISTERED, ["AZURE_SUBSCRIPTION_NOT_READY BLOCKER 0"], [PLAN], id="not registered"),
        pytest.param(RegistrationStatus.REGISTERING, ["AZURE_SUBSCRIPTION_NOT_READY RISK 0"], [PLAN], id="registering"),
        pytest.param(RegistrationStatus.UNKNOWN, ["AZURE_SUBSCRIPTION_NOT_READY RISK 0"], [PLAN], id="a state of tomorrow"),
        pytest.param(None, ["AZURE_SUBSCRIPTION_NOT_READY BLOCKER 0"], [None], id="not the customer's"),
        pytest.param(BROKEN, ["NOT_CHECKED RISK 0"], [None], id="a state that could not be read"),
    ],
)  # fmt: skip
def test_a_subscription_has_to_be_registered(
    status: RegistrationStatus | GatewayError | None, problems: list[str], shown: list[str | None]
) -> None:
    """The problem names the subscription, where the customer has it."""
    lines = lines_of(a_line(0, A, provisioningContext={"subscriptionId": PLAN}))
    needs = subscription_needs(lines, {A: a_sold_item(prerequisites=[REGISTRATION])})

    found = registration_problems(needs, {PLAN: status}, customer_id=CONTOSO)

    assert in_short(found) == problems
    assert [each.subscription_id for each in found] == shown


def test_a_text_that_names_nothing_is_not_one_of_the_customers() -> None:
    """The message has the text that the line names."""
    lines = lines_of(a_line(0, A, provisioningContext={"subscriptionId": "the usual"}))
    needs = subscription_needs(lines, {A: a_sold_item(prerequisites=[REGISTRATION])})

    (found,) = registration_problems(needs, {}, customer_id=CONTOSO)

    assert found.message == "The Azure subscription the usual is not one of the customer's."
