"""Shares of the table of projects: the rows of one body, or of one district, as a file beside its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zongmu.model.finding import Bilingual
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.say import slug

BODY_FOLDER = "organizations"
DISTRICT_FOLDER = "districts"


class Share(NamedTuple):
    """Some rows of the table of projects, by their places in it."""

    path: str
    title: Bilingual
    rows: Sequence[int]


def share_path(folder: str, id: str) -> str:
    """Where the share of a body or a district stands: as stable as the address of its page."""
    return f"{folder}/{slug(id)}.csv"


def shares(release: Release) -> tuple[Share, ...]:
    """The share of every body that owns a project, and of every district in which one lies."""
    owned: dict[str, list[int]] = {}
    lying: dict[str, list[int]] = {}
    for place, project in enumerate(release.projects):
        facts = project.public.facts
        owned.setdefault(facts.get("owner", ""), []).append(place)
        lying.setdefault(facts.get("region", ""), []).append(place)
    bodies = [
        Share(share_path(BODY_FOLDER, o.id), _title(o.name, o.name_en), owned[o.id])
        for o in release.organizations.values()
        if o.id in owned
    ]
    districts = [
        Share(share_path(DISTRICT_FOLDER, d.id), _title(d.name, d.name_en), lying[d.region])
        for d in release.districts
        if d.region in lying
    ]
    return (*bodies, *districts)


def _title(zh: str, en: str | None) -> Bilingual:
    return Bilingual(f"{zh}的项目（CSV）", f"Projects: {en or zh} (CSV)")
