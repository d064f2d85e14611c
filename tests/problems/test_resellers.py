"""Whether the partners that lines name may be named."""

import pytest

from gateway.problems.resellers import attestation_problems, partners_named, reseller_problems
from tests.carts.shop import a_line, item
from tests.problems.judging import a_cart_of, in_short, lines_of

A, B = item("A"), item("B")


def naming(number: int, *partner_ids: str) -> dict[str, object]:
    """A line that names these partners."""
    people = [{"key": "transaction_reseller", "value": each} for each in partner_ids]
    return a_line(number, A, participants=people)


@pytest.mark.parametrize(
    ("verdict", "problems"),
    [
        pytest.param(True, [], id="accepted"),
        pytest.param(False, ["RESELLER_NOT_ACCEPTED BLOCKER 0", "RESELLER_NOT_ACCEPTED BLOCKER 1"], id="not accepted"),
        pytest.param(None, ["NOT_CHECKED RISK 0", "NOT_CHECKED RISK 1"], id="left out of the answer"),
    ],
)
def test_each_line_says_whom_it_may_not_name(*, verdict: bool | None, problems: list[str]) -> None:
    """Once, however often it names the partner."""
    lines = lines_of(naming(0, "6104772", "6104772"), naming(1, "5357564", "6104772"), naming(2))

    found = reseller_problems(lines, {"6104772": verdict, "5357564": True})

    assert in_short(found) == problems
    assert {each.partner_id for each in found} <= {"6104772"}


def test_partners_are_asked_about_once() -> None:
    """In the order of the lines."""
    assert partners_named(lines_of(naming(0, "2", "1"), naming(1, "1", "3"))) == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("attested", "line", "problems"),
    [
        pytest.param(False, naming(0, "5357564"), ["PARTNER_ATTESTATION_MISSING BLOCKER"], id="declined"),
        pytest.param(None, naming(0, "5357564"), [], id="left out, as in most answers"),
        pytest.param(True, naming(0, "5357564"), [], id="given"),
        pytest.param(False, naming(0), [], id="without a reseller"),
    ],
)
def test_the_attestation_is_missing_where_the_cart_says_so(
    *, attested: bool | None, line: dict[str, object], problems: list[str]
) -> None:
    """It is needed only with resellers."""
    cart = a_cart_of(line, partnerOnRecordAttestationAccepted=attested)

    assert in_short(attestation_problems(cart, cart.line_items)) == problems
