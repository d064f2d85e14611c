"""How the figures of `benchmarks.answers` are shown."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.report import Figures, chart, table

_FIGURES = {
    "page": {"gateway": Figures([1, 2, 3], [10], [4], [5], [6]), "graphql-core": Figures([4, 4, 4], [9], [8], [7], [6])}
}


def test_the_table_gives_medians_and_the_ratio_of_each_round() -> None:
    *_, ours, theirs = table(_FIGURES)

    assert ours == "| page | gateway | 2 (1 to 3) | 10 | 4 | 5 | 6 |  |"
    assert theirs == "| page | graphql-core | 4 (4 to 4) | 9 | 8 | 7 | 6 | 2 (1.33 to 4) |"


@pytest.mark.parametrize("least", [0.02, 2.0])
def test_the_chart_has_a_bar_for_each_gateway(least: float) -> None:
    """Its text is XML, and a bar has a length even where the axis has not begun yet."""
    figures = {"<page>": {"gateway": Figures([least]), "graphql-core": Figures([40])}}

    drawn = ET.fromstring(chart(figures))

    _, ours, theirs = (
        float(each.attrib["width"].rstrip("%")) for each in drawn.iter("{http://www.w3.org/2000/svg}rect")
    )
    assert 0 < ours < theirs
