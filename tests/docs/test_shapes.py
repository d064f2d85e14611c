"""How answers on pages are compared with those of the gateway."""

import pytest

from tests.docs.shapes import differences, shown


@pytest.mark.parametrize(
    ("text", "got"),
    [
        pytest.param('{"a": 1}', {"a": 1}, id="the same"),
        pytest.param('{"a": …}', {"a": [1, 2]}, id="any value"),
        pytest.param('{"a": "…"}', {"a": "b"}, id="any text"),
        pytest.param('{"a": "b…d"}', {"a": "bcd"}, id="a part of a text"),
        pytest.param('{"a": [1, …]}', {"a": [1, 2, 3]}, id="the rest of a list"),
        pytest.param('{"a": […]}', {"a": []}, id="any list"),
        pytest.param('{"a": 1, …}', {"a": 1, "b": 2}, id="further members"),
        pytest.param('{"a": "2026-01-31T00:00:00Z"}', {"a": "2027-02-01T01:02:03.5Z"}, id="another moment"),
        pytest.param(
            '{"a": "28089560-09e9-4305-9944-5fb2b1a786e5"}', {"a": "00000000-0000-0000-0000-000000000000"}, id="a GUID"
        ),
        pytest.param('{"a": "lAGhY9kkMjgwODk1NjAt"}', {"a": "kkMjgwODk1NjAtlAGhY9"}, id="another opaque identifier"),
    ],
)
def test_an_answer_agrees(text: str, got: object) -> None:
    """Where the page leaves something open, or a value is never the same twice."""
    assert list(differences(shown(text), got)) == []


@pytest.mark.parametrize(
    ("text", "got", "difference"),
    [
        pytest.param('{"a": 1}', {"a": 2}, ".a is 2", id="another value"),
        pytest.param('{"a": 1}', {"a": True}, ".a is true", id="another type"),
        pytest.param('{"a": 1}', {}, ".a is absent", id="a member less"),
        pytest.param('{"a": 1}', {"a": 1, "b": 2}, "the answer also has b; show that, or … for it", id="a member more"),
        pytest.param('{"a": [1]}', {"a": [1, 2]}, ".a has 2 items; show all of them, or … for the rest", id="an item more"),
        pytest.param('{"a": [1, 2, …]}', {"a": [1]}, ".a has 1 items; show all of them, or … for the rest", id="an item less"),
        pytest.param('{"a": [{"b": 1}, …]}', {"a": [{"b": 2}]}, ".a[0].b is 2", id="below a list"),
        pytest.param('{"a": "b…d"}', {"a": "bc"}, '.a is "bc"', id="another end of a text"),
        pytest.param('{"a": "2026-01-31"}', {"a": "soon"}, '.a is "soon"', id="a text in place of a date"),
        pytest.param("{}", None, "the answer is null", id="nothing at all"),
    ],
)  # fmt: skip
def test_an_answer_differs(text: str, got: object, difference: str) -> None:
    """With the place of the difference."""
    assert list(differences(shown(text), got)) == [difference]
