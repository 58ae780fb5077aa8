"""What changed in a queue since somebody last looked: new work, work that is another than it was, work that is gone.

A look is remembered as what was shown of each item, so that a change is told in the words of the queue and not as a commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.report.findings.data import json_value
from zongmu.report.queue.items import Item

_FIELDS: Final = {
    "due": Bilingual("期限", "due day"),
    "amount": Bilingual("金额", "amount"),
    "act": Bilingual("日期", "day of the act"),
    "digest": Bilingual("内容", "content"),
    "head": Bilingual("提案", "proposal"),
}
_NEW: Final = Bilingual("新", "new")
_NONE: Final = Bilingual("无", "none")


@immutable
class Look:
    """A queue as it was shown: the day, and by item what was shown of it."""

    day: str
    items: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, items: Iterable[Item], day: str) -> Look:
        """What is shown of *items* on *day*."""
        return cls(day, {_key(item): _state(item) for item in items})

    @classmethod
    def read(cls, data: Any) -> Look | None:
        """A look as it was kept; None for what is none."""
        if (
            not isinstance(data, dict)
            or not isinstance(data.get("day"), str)
            or not isinstance(data.get("items"), dict)
        ):
            return None
        rows = data["items"].items()
        return cls(data["day"], {k: {f: str(v) for f, v in row.items()} for k, row in rows if isinstance(row, dict)})

    def data(self) -> dict[str, Any]:
        """The look as JSON."""
        return {"format": 1, "day": self.day, "items": {k: dict(row) for k, row in sorted(self.items.items())}}


def since(items: Iterable[Item], last: Look | None) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """*items* with what is new of them since the *last* look, and what it showed that no longer waits."""
    rows = tuple(items)
    if last is None:
        return rows, ()
    here = {_key(item) for item in rows}
    gone = tuple(key for key in last.items if key not in here)
    return tuple(_marked(item, last.items.get(_key(item))) for item in rows), gone


def _marked(item: Item, before: Mapping[str, str] | None) -> Item:
    if before is None:
        return replace(item, news=_NEW, changed=True)
    now = _state(item)
    moved = [name for name in _FIELDS if before.get(name) != now.get(name)]
    if not moved:
        return replace(item, changed=False) if item.work == "proposal" else item
    # What is behind a digest has been told by what stands before it.
    told = [name for name in moved if name not in ("digest", "head")] or moved
    texts = [_told(name, before.get(name), now.get(name)) for name in told]
    news = Bilingual("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))
    return replace(item, news=news, changed=True)


def _told(name: str, before: str | None, now: str | None) -> Bilingual:
    title = _FIELDS[name]
    if name in ("digest", "head"):
        return Bilingual(f"{title.zh}有变", f"{title.en} changed")
    return Bilingual(
        f"{title.zh} {before or _NONE.zh} → {now or _NONE.zh}", f"{title.en} {before or _NONE.en} → {now or _NONE.en}"
    )


def _key(item: Item) -> str:
    return f"{item.work} {item.record} {item.about}"


def _state(item: Item) -> dict[str, str]:
    rows = {
        "due": json_value(item.due),
        "amount": json_value(item.amount),
        "act": json_value(item.act),
        "digest": item.digest,
        "head": item.head,
    }
    return {name: str(value) for name, value in rows.items() if value is not None}
