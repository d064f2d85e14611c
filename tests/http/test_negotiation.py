"""Which media type an answer gets."""

import pytest

from gateway.http.negotiation import GRAPHQL, HTML, JSON, is_json, preferred

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("", JSON, id="no header"),
        pytest.param("*/*", JSON, id="anything"),
        pytest.param("application/*", JSON, id="anything of the family"),
        pytest.param(GRAPHQL, GRAPHQL, id="by name"),
        pytest.param(f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL, id="the heavier one"),
        pytest.param(f"{GRAPHQL};q=0.2, {JSON};q=0.9", JSON, id="the heavier one, named second"),
        pytest.param(f"{GRAPHQL}, {JSON}", GRAPHQL, id="the first of equals"),
        pytest.param(f"{JSON}, {GRAPHQL}", JSON, id="the first of equals, the other way round"),
        pytest.param(f"*/*, {GRAPHQL}", GRAPHQL, id="a name beats anything"),
        pytest.param(f"{JSON};q=0, */*", GRAPHQL, id="weight 0 takes it out of anything"),
        pytest.param(f"{GRAPHQL};q=0.1, application/*;q=0.5", JSON, id="the most exact entry decides the weight"),
        pytest.param("Application/JSON; Charset=UTF-8", JSON, id="in capitals"),
        pytest.param('application/json; charset="utf-8"', JSON, id="in quotes"),
        pytest.param("application/json; charset=utf-16", None, id="not in another encoding"),
        pytest.param("application/json; q=high", None, id="a broken weight accepts nothing"),
        pytest.param("application/json; q=2", None, id="nor does one above 1"),
        pytest.param(
            "text/html, image/gif, *; q=.2, */*; q=.2", HTML, id="Java's, with a weight that begins with a dot"
        ),
        pytest.param("application/json; q=1.0000", JSON, id="a weight of many zeros"),
        pytest.param("application/json;q=0", None, id="weight 0"),
        pytest.param("text/plain", None, id="something else"),
        pytest.param(BROWSER, HTML, id="a browser's own"),
        pytest.param(f"{HTML};q=0.5, {JSON}", JSON, id="a page only when it is liked best"),
        pytest.param("text/plain," * 100 + JSON, JSON, id="after many others"),
        pytest.param("text/plain," * 30_000 + JSON, None, id="but not after any number of them"),
    ],
)
def test_the_media_type_the_caller_likes_best_is_served(accept: str, expected: str | None) -> None:
    """Weight, then exactness, then place in the header decide."""
    assert preferred(accept, (JSON, GRAPHQL, HTML)) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        pytest.param("application/json", True, id="plain"),
        pytest.param("application/json; charset=UTF-8", True, id="with its encoding"),
        pytest.param("application/json;charset=iso-8859-1", False, id="in another encoding"),
        pytest.param("text/plain", False, id="what a web page may send anywhere"),
        pytest.param("application/x-www-form-urlencoded", False, id="a form"),
        pytest.param("", False, id="unsaid"),
        pytest.param("application/json" + ";a=b" * 10_000, False, id="with parameters without end"),
    ],
)
def test_only_json_in_utf8_is_json(content_type: str, expected: bool) -> None:
    """A body counts as JSON when its type says so and names no other encoding."""
    assert is_json(content_type) is expected
