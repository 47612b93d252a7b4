"""Small SVG plots for the benchmark pages; no library needed for that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, EDGE = 640, 360, 48


def _frame(body: str, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{EDGE}" y="22" font-size="15">{escape(title)}</text>{body}</svg>\n'
    )


def bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Values in 0..1: one group of bars for each measure, a bar for each rival. `groups`: rival -> measure -> value."""
    colours = ("#9aa5b1", "#6b8fb5", "#c9a15a", "#2f7d5b", "#7d4b8f")
    measures = list(next(iter(groups.values())))
    span, parts = (WIDTH - 2 * EDGE) / len(measures), []
    for m, measure in enumerate(measures):
        width = span * 0.8 / len(groups)
        for g, (_rival, values) in enumerate(groups.items()):
            height = (HEIGHT - 2 * EDGE - 20) * values[measure]
            x, y = EDGE + span * m + width * g, HEIGHT - EDGE - height
            parts.append(
                f'<rect x="{x:.0f}" y="{y:.0f}" width="{width - 3:.0f}" height="{height:.0f}" fill="{colours[g]}"/>'
            )
            parts.append(f'<text x="{x:.0f}" y="{y - 4:.0f}" font-size="10">{values[measure]:.2f}</text>')
        parts.append(f'<text x="{EDGE + span * m:.0f}" y="{HEIGHT - EDGE + 16}">{escape(measure)}</text>')
    for g, rival in enumerate(groups):
        x = EDGE + g * (WIDTH - 2 * EDGE) / len(groups)
        parts.append(f'<rect x="{x:.0f}" y="{HEIGHT - 18}" width="10" height="10" fill="{colours[g]}"/>')
        parts.append(f'<text x="{x + 14:.0f}" y="{HEIGHT - 9}">{escape(rival)}</text>')
    return _frame("".join(parts), title)


def reliability(title: str, bins: Sequence[tuple[float, float, int]]) -> str:
    """Share right over mean chance, with the diagonal a true confidence would lie on."""
    side = HEIGHT - 2 * EDGE

    def place(x: float, y: float) -> str:
        return f"{EDGE + side * x:.1f},{HEIGHT - EDGE - side * y:.1f}"

    line = " ".join(place(chance, share) for chance, share, _ in bins)
    dots = "".join('<circle cx="{}" cy="{}" r="4" fill="#2f7d5b"/>'.format(*place(c, s).split(",")) for c, s, _ in bins)
    body = (
        f'<polyline points="{place(0, 0)} {place(1, 1)}" fill="none" stroke="#bbb" stroke-dasharray="4"/>'
        f'<polyline points="{line}" fill="none" stroke="#2f7d5b" stroke-width="2"/>{dots}'
        f'<text x="{EDGE}" y="{HEIGHT - 12}">说的把握（0 到 1）；纵轴：真的对（0 到 1）</text>'
    )
    return _frame(body, title)


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines through (x, y), both axes logarithmic; `series`: name -> points, all greater than zero."""
    colours = ("#2f7d5b", "#c9a15a", "#6b8fb5", "#7d4b8f")
    every = [(math.log10(x), math.log10(max(y, 1e-3))) for points in series.values() for x, y in points]
    left, right = min(x for x, _ in every), max(x for x, _ in every)
    low, high = math.floor(min(y for _, y in every)), math.ceil(max(y for _, y in every))

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / max(right - left, 1e-9)
        up = (math.log10(max(y, 1e-3)) - low) / max(high - low, 1)
        return EDGE + (WIDTH - 2 * EDGE) * across, HEIGHT - EDGE - 20 - (HEIGHT - 2 * EDGE - 40) * up

    parts = []
    for power in range(low, high + 1):
        _, y = place(10**left, 10**power)
        parts.append(f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.0f}" y2="{y:.0f}" stroke="#e4e7eb"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4:.0f}" text-anchor="end">{10**power:g}</text>')
    for x in sorted({x for points in series.values() for x, _ in points}):
        at, _ = place(x, 10**low)
        parts.append(f'<text x="{at:.0f}" y="{HEIGHT - EDGE}" text-anchor="middle">{x:,.0f}</text>')
    for number, (name, points) in enumerate(series.items()):
        colour = colours[number % len(colours)]
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = EDGE + number * (WIDTH - 2 * EDGE) / len(series)
        parts.append(f'<rect x="{at:.0f}" y="{HEIGHT - 26}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{at + 14:.0f}" y="{HEIGHT - 17}">{escape(name)}</text>')
    return _frame("".join(parts), title)


def quantiles(title: str, series: Mapping[str, Sequence[float]]) -> str:
    """How much at most a share of the values is, a line for each series; both axes start at zero. `series`: name -> values, none
    of them empty and not all zero."""
    colours = ("#2f7d5b", "#c9a15a", "#6b8fb5", "#7d4b8f", "#9aa5b1", "#b5574b")
    most = max(max(values) for values in series.values())
    across, up = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE - 20
    floor, parts = HEIGHT - EDGE, []
    for part in range(5):
        y, x = floor - up * part / 4, EDGE + across * part / 4
        parts.append(f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.0f}" y2="{y:.0f}" stroke="#e4e7eb"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4:.0f}" text-anchor="end">{most * part / 4:.0f}</text>')
        parts.append(f'<text x="{x:.0f}" y="{floor + 16}" text-anchor="middle">{25 * part}%</text>')
    for number, (name, values) in enumerate(series.items()):
        colour, last = colours[number % len(colours)], max(len(values) - 1, 1)
        path = " ".join(
            f"{EDGE + across * at / last:.1f},{floor - up * value / most:.1f}"
            for at, value in enumerate(sorted(values))
        )
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = 44 + 17 * number  # the fastest are on the left, so there is room above them
        parts.append(f'<rect x="{EDGE + 8}" y="{at}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{EDGE + 22}" y="{at + 9}">{escape(name)}</text>')
    return _frame("".join(parts), title)
