"""A radar chart as numbers, and as SVG; PDF and .docx draw the same numbers their own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

FEWEST = 3
RINGS = (25, 50, 75, 100)
Point = tuple[float, float]


@dataclass(frozen=True)
class Radar:
    """`axes` are (label, value 0..100); y grows downwards, the first axis points up."""

    axes: Sequence[tuple[str, int]]
    centre: Point
    radius: float

    @property
    def drawable(self) -> bool:
        return len(self.axes) >= FEWEST

    def at(self, number: int, share: float) -> Point:
        """The point on an axis, `share` of the radius from the centre."""
        angle = 2 * pi * number / len(self.axes) - pi / 2
        return (
            self.centre[0] + self.radius * share * cos(angle),
            self.centre[1] + self.radius * share * sin(angle),
        )

    def ring(self, value: int) -> list[Point]:
        return [self.at(number, value / 100) for number in range(len(self.axes))]

    @property
    def shape(self) -> list[Point]:
        return [self.at(number, value / 100) for number, (_, value) in enumerate(self.axes)]

    def anchor(self, number: int) -> float:
        """Where a label hangs: -1 left of its point, 0 centred, 1 right of it."""
        across = self.at(number, 1)[0] - self.centre[0]
        return 0 if abs(across) < self.radius * 0.1 else 1 if across > 0 else -1


def svg(axes: Sequence[tuple[str, int]]) -> str:
    """The chart for a page: a picture with a title and a description that says every number. Empty with too few axes."""
    radar = Radar(axes, (210, 150), 100)
    if not radar.drawable:
        return ""
    told = "；".join(f"{label} {value} 分" for label, value in axes)
    parts = [
        '<svg class="radar" viewBox="0 0 420 300" role="img" aria-labelledby="radar-title radar-told">',
        '<title id="radar-title">各领域得分雷达图</title>',
        f'<desc id="radar-told">{escape(told)}</desc>',
    ]
    parts += [f'<polygon class="radar__ring" points="{_points(radar.ring(value))}"/>' for value in RINGS]
    for number, (label, value) in enumerate(axes):
        (x, y), (end_x, end_y) = radar.at(number, 1.14), radar.at(number, 1)
        anchor = {-1: "end", 0: "middle", 1: "start"}[int(radar.anchor(number))]
        parts.append(f'<line class="radar__axis" x1="210" y1="150" x2="{end_x:.1f}" y2="{end_y:.1f}"/>')
        parts.append(
            f'<text class="radar__label" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(label)} {value}</text>'
        )
    parts.append(f'<polygon class="radar__shape" points="{_points(radar.shape)}"/>')
    parts += [f'<circle class="radar__dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in radar.shape]
    return "".join([*parts, "</svg>"])


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
