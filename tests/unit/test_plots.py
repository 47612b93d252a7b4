"""The plots of the benchmark pages: well-formed, and every value at its place."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from xiaofa.plots import EDGE, HEIGHT, WIDTH, bars, lines, quantiles, reliability

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(SVG + tag))


def said(text: str) -> list[str]:
    return [element.text or "" for element in drawn(text, "text")]


def paths(text: str) -> list[list[tuple[float, float]]]:
    """The points of each line."""
    found = [element.attrib["points"].split() for element in drawn(text, "polyline")]
    return [[(float(x), float(y)) for x, y in (point.split(",") for point in points)] for points in found]


def test_bars_are_as_high_as_their_values() -> None:
    plot = bars("甲 < 乙", {"我们": {"recall": 0.8, "MRR": 0.4}, "BM25 & 别人": {"recall": 0.4, "MRR": 0.0}})
    heights = [float(element.attrib["height"]) for element in drawn(plot, "rect")[1:5]]
    assert heights[0] == pytest.approx(2 * heights[1], abs=1)
    assert heights[0] == pytest.approx(2 * heights[2], abs=1)
    assert heights[3] == 0
    assert {"甲 < 乙", "我们", "BM25 & 别人", "recall", "MRR", "0.80", "0.00"} <= set(said(plot))


def test_a_true_confidence_lies_on_the_diagonal() -> None:
    diagonal, line = paths(reliability("把握", [(0.0, 0.0, 10), (0.5, 0.5, 10), (1.0, 0.25, 10)]))
    assert line[:2] == [diagonal[0], pytest.approx(((diagonal[0][0] + diagonal[1][0]) / 2, HEIGHT / 2))]
    assert line[2][0] == diagonal[1][0]
    assert line[2][1] > line[1][1]  # less often right than it said: lower on the page
    assert len(drawn(reliability("把握", [(0.5, 0.5, 10)]), "circle")) == 1


def test_ten_times_more_is_always_the_same_step() -> None:
    plot = lines("增长", {"向量": [(1_000, 1.0), (10_000, 10.0), (1_000_000, 0.0)]})
    first, second, last = paths(plot)[0]
    assert first[0] == EDGE
    assert last[0] == pytest.approx(WIDTH - EDGE)
    assert second[0] - first[0] == pytest.approx((last[0] - first[0]) / 3, abs=0.2)
    assert second[1] < first[1] < last[1] <= HEIGHT - EDGE
    assert {"1,000", "10,000", "1,000,000", "向量", "10"} <= set(said(plot))


def test_quantiles_run_from_the_fastest_to_the_slowest() -> None:
    plot = quantiles("延迟", {"检索": [30.0, 10.0, 20.0], "一轮": [40.0]})
    search, turn = paths(plot)
    assert [x for x, _ in search] == [EDGE, WIDTH / 2, WIDTH - EDGE]
    heights = [HEIGHT - EDGE - y for _, y in search]
    assert heights == pytest.approx([heights[0], 2 * heights[0], 3 * heights[0]], abs=0.2)
    assert HEIGHT - EDGE - turn[0][1] == pytest.approx(4 * heights[0], abs=0.2)
    assert {"延迟", "检索", "一轮", "0%", "100%", "0", "40"} <= set(said(plot))
