"""One list of what stands in the way, read from the numbers of Partner Center's refusals."""

from collections import Counter

import pytest

from gateway.partner_center.models.problems import NUMBERS, ProblemCode, problem_code


@pytest.mark.parametrize(
    ("number", "http_status", "problem"),
    [
        pytest.param("800065", 400, ProblemCode.CART_ORDERED, id="an ordered cart"),
        pytest.param("13605", 403, ProblemCode.CUSTOMER_AGREEMENT_MISSING, id="a customer's agreement"),
        pytest.param("800025", None, ProblemCode.CREDIT_TOO_LOW, id="an order group without credit"),
        pytest.param("900315", 400, ProblemCode.AZURE_SUBSCRIPTION_NOT_READY, id="an Azure plan"),
        pytest.param("900278", 409, ProblemCode.CHANGE_UNDER_WAY, id="another change"),
        pytest.param("900117", 400, ProblemCode.NOT_CANCELLABLE, id="a window that is over"),
        pytest.param("2006", 403, ProblemCode.NOT_FOR_SALE, id="2006 of a purchase"),
        pytest.param("2006", None, ProblemCode.NOT_FOR_SALE, id="2006 of an order group"),
        pytest.param("2006", 400, ProblemCode.STATE_DOES_NOT_ALLOW, id="2006 of a subscription"),
        pytest.param("800005", None, ProblemCode.UNKNOWN, id="a number outside the list"),
        pytest.param("none", None, ProblemCode.UNKNOWN, id="a word"),
        pytest.param(None, 400, ProblemCode.UNKNOWN, id="no number"),
    ],
)
def test_what_a_number_stands_for(number: str | None, http_status: int | None, problem: ProblemCode) -> None:
    """The number decides, together with the status where it means two things."""
    assert problem_code(number, http_status=http_status) is problem


def test_no_number_stands_for_two_problems() -> None:
    """Each number is in one group."""
    counted = Counter(number for numbers in NUMBERS.values() for number in numbers)

    assert [number for number, times in counted.items() if times > 1] == []
