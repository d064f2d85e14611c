"""Searches by words."""

import pytest

from gateway.catalog.searching import Search

PREMIUM = ("Microsoft 365 Business Premium", "Office apps, e-mail and devices.", "Microsoft Corporation")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", True, id="nothing finds everything"),
        pytest.param("   ", True, id="so do blanks"),
        pytest.param("premium business", True, id="words in another order"),
        pytest.param("BUSI prem", True, id="beginnings of words, in capitals"),
        pytest.param("usiness", False, id="not the middle of a word"),
        pytest.param("business basic", False, id="each word has to be there"),
        pytest.param("365", True, id="a number"),
        pytest.param("e-mail, apps", True, id="punctuation does not count"),
        pytest.param("mail", True, id="a word begins after a hyphen"),
        pytest.param("corporation premium", True, id="over several texts"),
        pytest.param(" cfq7ttc0lchc ", True, id="the identifier"),
        pytest.param("cfq7ttc0", False, id="not a part of the identifier"),
        pytest.param("CFQ7TTC0LCHC premium", False, id="the identifier stands alone"),
    ],
)
def test_what_a_search_finds(query: str, found: bool) -> None:
    """Each word begins a word of the texts, or the query is the identifier."""
    assert Search(query).finds(*PREMIUM, identifier="CFQ7TTC0LCHC") is found


def test_absent_texts_are_not_searched() -> None:
    """A product may lack a description or a publisher."""
    assert Search("premium").finds("Premium", None, None, identifier="x")
    assert not Search("none").finds(None, None, identifier="x")


def test_folding_reaches_beyond_ascii() -> None:
    """Letters of any script are words, whatever their case."""
    assert Search("STRASSE übung").finds("Die Übungsstraße in der Straße", identifier="x")


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        pytest.param("Business Premium", 0, id="the query itself"),
        pytest.param("business premium (trial)", 1, id="begins with it"),
        pytest.param("Premium for business", 2, id="holds its words"),
        pytest.param("Something for business", 3, id="lacks a word"),
        pytest.param(None, 3, id="no title"),
    ],
)
def test_how_well_a_title_answers(title: str | None, rank: int) -> None:
    """The lower the rank, the better."""
    assert Search("business premium").rank(title) == rank
