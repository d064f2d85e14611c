"""What a partner sends."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from gateway.partner_center.models.carts import Participant
from gateway.partner_center.models.values import BillingCycle, ParticipantType, RenewsTo
from gateway.partner_center.models.writing import NewCart, NewCartLineItem, NewPurchaseCommitment, document
from gateway.partner_center.plain_json import document as parsed
from gateway.partner_center.reading.decode import Reader

FULL = NewCart(
    partner_on_record_attestation_accepted=True,
    line_items=(
        NewCartLineItem(
            id=3,
            catalog_item_id="CFQ7TTC0LH18:0001:CFQ7TTC0K971",
            quantity=2,
            friendly_name="Ours",
            currency_code="EUR",
            billing_cycle=BillingCycle.ONE_TIME,
            term_duration="P1Y",
            participants=(Participant(type=ParticipantType.ADDITIONAL_TRANSACTION_RESELLER, partner_id="517285"),),
            provisioning_context={"Scope": "shared"},
            addon_items=(NewCartLineItem(catalog_item_id="B", quantity=1),),
            renews_to=RenewsTo(term_duration="P1M"),
            attestation_accepted=False,
            promotion_id="a:b:c",
            custom_term_end_date=datetime(2025, 3, 31, 2, tzinfo=timezone(timedelta(hours=2))),
            purchase_commitment=NewPurchaseCommitment(amount=Decimal("0.050"), currency_code="EUR", grain="hourly"),
        ),
    ),
)


def test_every_member_is_written_in_the_wires_words() -> None:
    """Names are camelCase, moments UTC text, amounts decimal, participants key and value, currencies as in samples."""
    assert document(FULL) == {
        "partnerOnRecordAttestationAccepted": True,
        "lineItems": [
            {
                "id": 3,
                "catalogItemId": "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
                "quantity": 2,
                "friendlyName": "Ours",
                "currencyCode": "EUR",
                "billingCycle": "one_time",
                "termDuration": "P1Y",
                "participants": [{"key": "additional_transaction_reseller", "value": "517285"}],
                "provisioningContext": {"Scope": "shared"},
                "addonItems": [{"catalogItemId": "B", "quantity": 1}],
                "renewsTo": {"termDuration": "P1M"},
                "attestationAccepted": False,
                "promotionId": "a:b:c",
                "customTermEndDate": "2025-03-31T00:00:00Z",
                "purchaseCommitment": {"amount": Decimal("0.050"), "currency": "eur", "grain": "hourly"},
            }
        ],
    }


def test_what_is_not_set_is_left_out() -> None:
    """Absent members are absent, not null."""
    assert document(NewCartLineItem(catalog_item_id="A", quantity=1)) == {"catalogItemId": "A", "quantity": 1}
    assert document(NewCart(line_items=())) == {"lineItems": []}


@pytest.mark.parametrize(
    "name",
    [
        "cart-create.request.azure-reservation-software-saas-trial",
        "cart-create.request.azure-savings-plan",
    ],
)
def test_a_documented_request_is_written_as_it_was_read(wire: Callable[[str], bytes], name: str) -> None:
    """A documented request, read and written again, is the same request."""
    assert document(Reader(NewCart)(wire(name))) == parsed(wire(name))


def test_a_request_in_pascal_case_is_written_in_camel_case(wire: Callable[[str], bytes]) -> None:
    """Add-ons written by the .NET client are read and come out in the documented casing."""
    cart = Reader(NewCart)(wire("cart-create.request.license-addons-new-base"))

    addons = cart.line_items[0].addon_items
    assert isinstance(addons, tuple)
    assert [document(addon)["id"] for addon in addons] == [1, 2]


def test_nulls_of_a_request_are_not_written(wire: Callable[[str], bytes]) -> None:
    """Clients send explicit nulls; a null means absent."""
    cart = Reader(NewCart)(wire("cart-create.request.nce-custom-term-end-participants-attestation"))

    assert cart.partner_on_record_attestation_accepted is True
    assert "renewsTo" not in document(cart.line_items[0])
