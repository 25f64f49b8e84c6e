"""A chart of shares by language, as SVG: bars beside each other for each of those compared."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_COLOURS = ("#0b6e6e", "#c98a1b", "#8a8f98", "#7b4fa3")
_HEIGHT, _BAR, _GAP, _LEFT, _TOP = 220, 13, 14, 36, 34


def chart(shares: Mapping[str, Mapping[str, float]]) -> str:
    """*shares*: who -> language -> share right, from 0 to 1. The first of those compared is ours."""
    groups = list(next(iter(shares.values())))
    wide = len(shares) * _BAR + _GAP
    width, floor = _LEFT + len(groups) * wide + 10, _TOP + _HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {floor + 26}" font-family="sans-serif"'
        ' font-size="11" role="img" aria-label="Share of intents understood, by language">',
        f'<rect width="{width}" height="{floor + 26}" fill="#ffffff"/>',
    ]
    for percent in range(0, 101, 20):
        y = floor - _HEIGHT * percent / 100
        parts.append(f'<line x1="{_LEFT}" x2="{width - 6}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444444">{percent}</text>')
    for number, (who, colour) in enumerate(zip(shares, _COLOURS, strict=False)):
        x = _LEFT + number * 130
        parts.append(f'<rect x="{x}" y="10" width="11" height="11" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="20" fill="#222222">{escape(who)}</text>')
        for place, group in enumerate(groups):
            height = _HEIGHT * shares[who][group]
            left = _LEFT + place * wide + _GAP / 2 + number * _BAR
            parts.append(
                f'<rect x="{left:.1f}" y="{floor - height:.1f}" width="{_BAR - 1}" height="{height:.1f}"'
                f' fill="{colour}">'
                f"<title>{escape(who)}, {escape(group)}: {100 * shares[who][group]:.1f} %</title></rect>"
            )
    for place, group in enumerate(groups):
        middle = _LEFT + place * wide + wide / 2
        parts.append(f'<text x="{middle:.1f}" y="{floor + 16}" text-anchor="middle" fill="#222222">{group}</text>')
    return "\n".join([*parts, "</svg>", ""])
