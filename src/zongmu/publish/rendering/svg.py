"""Charts as small SVG drawings made at build time: titled, described, coloured by the style sheet, with a table beside them.

Coordinates are whole numbers, so that the same figures give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup

from zongmu.model.immutable import immutable
from zongmu.publish.rendering.escape import html

_BARS_WIDTH = 360
_ROW = 40


@immutable
class Bar:
    """One bar: what it is, how long, what is written at its end, and a mark of the style sheet."""

    label: str
    value: int
    text: str
    mark: str = "a"


def bars(id: str, title: str, description: str, rows: Sequence[Bar]) -> Markup:
    """Horizontal bars with their labels above, readable at 360 px. Negative values count as nought."""
    top = max((r.value for r in rows), default=0) or 1
    height = _ROW * len(rows) + 4
    out = [_open(id, title, description, _BARS_WIDTH, height, "zm-bars")]
    for n, row in enumerate(rows):
        y = n * _ROW
        length = max(row.value, 0) * _BARS_WIDTH // top
        if row.value > 0:
            length = max(length, 2)
        label = _shortened(row.label, _BARS_WIDTH - _width(row.text) - 12)
        whole = f"<title>{html(row.label)}</title>" if label != row.label else ""
        out.append(f'<text x="0" y="{y + 14}">{html(label)}{whole}</text>')
        out.append(f'<text x="{_BARS_WIDTH}" y="{y + 14}" text-anchor="end" class="zm-n">{html(row.text)}</text>')
        out.append(f'<rect x="0" y="{y + 20}" width="{_BARS_WIDTH}" height="10" class="zm-track"/>')
        out.append(f'<rect x="0" y="{y + 20}" width="{length}" height="10" class="zm-bar-{row.mark}"/>')
    out.append("</svg>")
    return Markup("".join(out))


def _width(text: str) -> int:
    """About how wide a text is in the chart's letters of 13 px: a full-width character is as wide as high."""
    return sum(map(_letter, text))


@lru_cache(maxsize=4096)
def _letter(c: str) -> int:
    return 13 if unicodedata.east_asian_width(c) in "WF" else 8


def _shortened(text: str, width: int) -> str:
    """The text, cut where it would run into what stands beside it."""
    if _width(text) <= width:
        return text
    while text and _width(text) + 13 > width:
        text = text[:-1]
    return f"{text}…"


@immutable
class Moment:
    """A row of a timeline: a planned day or span, an actual day or span."""

    label: str
    planned: tuple[dt.date, dt.date] | None
    actual: tuple[dt.date, dt.date] | None
    late: bool = False


_LABELS = 170
_PLOT = 530
_TIME_ROW = 26


def timeline(id: str, title: str, description: str, rows: Sequence[Moment]) -> Markup:
    """Planned (hollow) against actual (full) over the years. Empty without a day to draw."""
    days = [day for r in rows for span in (r.planned, r.actual) if span is not None for day in span]
    if not days:
        return Markup("")
    first, last = dt.date(min(days).year, 1, 1), dt.date(max(days).year + 1, 1, 1)
    total = (last - first).days

    def x(day: dt.date) -> int:
        return _LABELS + (day - first).days * _PLOT // total

    width, height = _LABELS + _PLOT + 10, _TIME_ROW * len(rows) + 30
    out = [_open(id, title, description, width, height, "zm-time")]
    for day, label in _ticks(first, last):
        at = x(day)
        out.append(f'<line x1="{at}" y1="22" x2="{at}" y2="{height - 4}" class="zm-grid"/>')
        if label:
            out.append(f'<text x="{at + 3}" y="14" class="zm-n">{label}</text>')
    for n, row in enumerate(rows):
        y = 40 + n * _TIME_ROW
        out.append(f'<text x="0" y="{y + 4}">{html(row.label)}</text>')
        if row.planned is not None:
            out.append(_planned(x(row.planned[0]), x(row.planned[1]), y))
        if row.actual is not None:
            if row.planned is not None and row.late:
                out.append(f'<line x1="{x(row.planned[1])}" y1="{y}" x2="{x(row.actual[1])}" y2="{y}" class="zm-lag"/>')
            out.append(_actual(x(row.actual[0]), x(row.actual[1]), y, "zm-late" if row.late else "zm-done"))
    out.append("</svg>")
    return Markup("".join(out))


def _ticks(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, str]]:
    """Lines of the time axis: quarters over a year or two, years over a life; the last one bears no label."""
    years = last.year - first.year
    if years <= 2:
        for n in range(years * 4 + 1):
            day = dt.date(first.year + n // 4, n % 4 * 3 + 1, 1)
            yield (
                day,
                ""
                if day == last
                else f"{day.year}-{day.month:02d}"
                if day.month == 1 or years == 1
                else f"{day.month:02d}",
            )
        return
    every = -(-years // 10)
    for n in range(years + 1):
        yield dt.date(first.year + n, 1, 1), str(first.year + n) if n % every == 0 and n < years else ""


def _planned(start: int, end: int, y: int) -> str:
    if end - start > 8:
        return f'<rect x="{start}" y="{y - 6}" width="{end - start}" height="12" rx="3" class="zm-plan"/>'
    mid = (start + end) // 2
    return f'<path d="M{mid} {y - 7}l7 7l-7 7l-7 -7z" class="zm-plan"/>'


def _actual(start: int, end: int, y: int, mark: str) -> str:
    if end - start > 8:
        return f'<rect x="{start}" y="{y - 3}" width="{end - start}" height="6" rx="3" class="{mark}"/>'
    return f'<circle cx="{(start + end) // 2}" cy="{y}" r="5" class="{mark}"/>'


def _open(id: str, title: str, description: str, width: int, height: int, mark: str) -> str:
    return (
        f'<svg role="img" aria-labelledby="{id}-t {id}-d" class="{mark}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><title id="{id}-t">{html(title)}</title>'
        f'<desc id="{id}-d">{html(description)}</desc>'
    )
