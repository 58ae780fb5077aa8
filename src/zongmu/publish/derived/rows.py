"""``projects/rows.js``: the rows of the master list in columns, words as places in small tables.

A script and not JSON, because a page opened from a folder may load the one and not the other. Columns, because ten thousand
objects cost a phone more than twenty lists.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from zongmu.model.finding import Bilingual, Outcome
from zongmu.model.scalars import Money
from zongmu.publish.derived.ratings import GRADES, limits_of, rate
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import encode, script_json
from zongmu.publish.rendering.say import Say
from zongmu.publish.search import shard_count

FORMAT = 2
FACETS = ("city", "class", "stage", "owner", "district", "rating")


class _Words:
    """A small table of words; a word is known by its key and named by its place."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self._places: dict[str, int] = {}

    def place(self, key: str | None, words: Bilingual, more: str = "") -> int:
        """The place of a word, taken in when it is new; -1 for none."""
        if key is None:
            return -1
        if key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append([key, words.zh, words.en, more])
        return self._places[key]


def newest_first(projects: Sequence[Released]) -> list[Released]:
    """By year and number, the newest first; cities in order of their ids."""
    return sorted(projects, key=_rank)


def _rank(project: Released) -> tuple[int, str, int]:
    city, year, serial = project.public.id.rsplit("-", 2)
    return (-int(year), city, -int(serial))


def rows_script(release: Release, projects: Sequence[Released], zh: Say, en: Say) -> bytes:
    """Every project in the order of the list."""
    tables = {name: _Words() for name in FACETS}
    due = _due(release)
    rows = [_row(project, tables, due, zh, en) for project in projects]
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    data: dict[str, Any] = {
        "format": FORMAT,
        "asof": as_number(release.asof),
        "shards": shard_count(len(projects)),
        "tables": {name: words.rows for name, words in tables.items()},
        "columns": columns,
    }
    # Shards of another build would speak of other rows: their addresses carry this mark.
    data["mark"] = hashlib.sha256(repr(data).encode("utf-8", "replace")).hexdigest()[:12]
    return encode(f"window.zongmuList={script_json(data)};\n")


def _due(release: Release) -> Mapping[str, tuple[dt.date, bool]]:
    """The deadline of a project that comes first, and whether it has passed."""
    out: dict[str, tuple[dt.date, bool]] = {}
    for passed, duties in ((True, release.duties.late), (False, release.duties.due)):
        for day, project, _ in duties:
            out.setdefault(project.public.id, (day, passed))
    return out


def _row(
    project: Released, tables: Mapping[str, _Words], due: Mapping[str, tuple[dt.date, bool]], zh: Say, en: Say
) -> dict[str, Any]:
    public, view, release = project.public, project.view, zh.release
    j, facts = public.jurisdiction, public.facts
    city = release.jurisdiction(j)
    kind, stage, owner = facts.get("class"), project.stage, facts.get("owner")
    stages = [s for m in release.measures(j) for s, _ in m.measure.stages]
    day, passed = due.get(public.id, (None, False))
    return {
        "id": public.id,
        "name": public.name,
        "en": facts.get("name_en", ""),
        "city": tables["city"].place(j, Bilingual(city.name, city.name_en or city.name) if city else Bilingual(j, j)),
        # Classes and stages of one title in two cities are one choice.
        "class": _titled(tables["class"], zh.code(j, "class", kind), en.code(j, "class", kind)) if kind else -1,
        "stage": _titled(
            tables["stage"],
            zh.stage(j, stage),
            en.stage(j, stage),
            f"{stages.index(stage):02d}" if stage in stages else "",
        )
        if stage
        else -1,
        "owner": _owner(tables["owner"], release, owner or facts.get("buyer_name")),
        "district": _district(tables["district"], release, facts.get("region")),
        "rating": _rating(tables["rating"], project, release),
        "year": int(public.id.rsplit("-", 2)[1]),
        "approved": fen_of(view.current_baseline.value),
        "contracted": fen_of(view.contracted.value),
        "last": as_number(project.last_act()),
        "due": as_number(day),
        "late": int(passed),
        "fails": project.counts()[Outcome.FAIL],
        "more": " ".join(
            dict.fromkeys([*(c.supplier for c in view.contracts() if c.supplier), facts.get("investment_code", "")])
        ).strip(),
    }


def _titled(words: _Words, zh: str, en: str, more: str = "") -> int:
    return words.place(zh, Bilingual(zh, en), more)


def _owner(words: _Words, release: Release, owner: str | None) -> int:
    body = release.organizations.get(owner) if owner else None
    if body is None:
        return words.place(owner, Bilingual(owner or "", owner or ""))
    former = " ".join([body.short_name or "", *(name for name, _ in body.former_names)]).strip()
    return words.place(body.id, Bilingual(body.name, body.name_en or body.name), former)


def _district(words: _Words, release: Release, region: str | None) -> int:
    if region is None:
        return -1
    names = [(d.region, d.name, d.name_en) for d in release.districts]
    names += [(j.region, j.name, j.name_en) for j in release.instance.jurisdictions]
    zh, en = next(((zh, en) for known, zh, en in names if known == region), (region, None))
    name = Bilingual(zh, en or zh)
    return words.place(region, name)


def _rating(words: _Words, project: Released, release: Release) -> int:
    """The rating against the original baseline; -1 where it is not known or not shown."""
    limits = limits_of(release.instance)
    grade = rate(project.view, release.asof, limits).overall if limits.shown else None
    if grade is None:
        return -1
    _, sign, said = GRADES[grade]
    return words.place(grade, Bilingual(f"{sign} {said.zh}", f"{sign} {said.en}"), str(list(GRADES).index(grade)))


def fen_of(amount: Money | None) -> int | None:
    """An amount in fen; None for none."""
    return amount.fen if amount is not None else None


def as_number(day: dt.date | None) -> int:
    """A day as a number that sorts: 20260630; 0 for none."""
    return day.year * 10000 + day.month * 100 + day.day if day is not None else 0
