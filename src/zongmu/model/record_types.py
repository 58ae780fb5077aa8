"""The kinds of record files: where each stands, which class reads it, what identifies its rows.

This table is the one place that knows the layout of ``registry/``. Paths are relative to the instance root, POSIX.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from zongmu.model.base import Strict
from zongmu.model.immutable import immutable
from zongmu.model.records import (
    calendar,
    district,
    draw,
    endorsement,
    instance,
    organization,
    plan,
    project,
    resources,
    returns,
    system,
)

FORMAT = 1
"""The newest format. Writers write it; readers upgrade every older one."""

Upgrader = Callable[[dict[str, Any]], dict[str, Any]]

UPGRADERS: dict[tuple[str, int], Upgrader] = {}
"""``(record type, from format)`` → a function to the next format. Kept for ever: the trail reads ten years of blobs."""


@immutable
class RecordType:
    """One kind of file under ``registry/``."""

    name: str
    zh: str
    en: str
    pattern: re.Pattern[str]
    example: str
    model: type[Strict]
    series: Mapping[str, tuple[str, ...]]
    per_jurisdiction: bool = False  # its schema is composed with the code lists of the measures

    def id_from_path(self, path: str) -> str:
        """The id that the path says: a project's file name, an organization's ``<jurisdiction>/<slug>``, …"""
        match = self.pattern.fullmatch(path)
        if match is None:
            raise ValueError(f"{path} is not a path of a {self.name}")
        return "/".join(g for g in match.groups() if g)


_J = r"([a-z][a-z0-9]*)"
_SLUG = r"([a-z0-9][a-z0-9-]*)"


def _type(
    name: str, zh: str, en: str, pattern: str, example: str, module: Any, cls: type[Strict], per_j: bool = False
) -> RecordType:
    return RecordType(name, zh, en, re.compile(r"registry/" + pattern + r"\.yaml"), example, cls, module.SERIES, per_j)


RECORD_TYPES: tuple[RecordType, ...] = (
    _type(
        "project",
        "项目",
        "Project",
        rf"projects/(?:{_J[1:-1]})/(?:[a-z0-9][a-z0-9-]*)/([a-z][a-z0-9]*-[0-9]{{4}}-(?:[0-9]{{4}}|[1-9][0-9]{{4,7}}))",
        "registry/projects/shili/example-bureau/shili-2026-0001.yaml",
        project,
        project.Project,
        True,
    ),
    _type(
        "organization",
        "单位",
        "Organization",
        rf"organizations/{_J}/{_SLUG}",
        "registry/organizations/shili/example-bureau.yaml",
        organization,
        organization.Organization,
        True,
    ),
    _type(
        "system",
        "系统",
        "System",
        rf"systems/{_J}/{_SLUG}",
        "registry/systems/shili/example.yaml",
        system,
        system.System,
        True,
    ),
    _type(
        "district",
        "地区",
        "District",
        rf"districts/{_J}/([0-9]{{6}}(?:[0-9]{{3}})?)-[a-z0-9-]+",
        "registry/districts/shili/110101-example.yaml",
        district,
        district.District,
        True,
    ),
    _type(
        "plan",
        "年度计划",
        "Yearly plan",
        rf"plans/{_J}/([0-9]{{4}})",
        "registry/plans/shili/2026.yaml",
        plan,
        plan.Plan,
        True,
    ),
    _type(
        "returns",
        "报送",
        "Returns",
        rf"returns/{_J}/([0-9]{{4}}(?:-[0-9a-z]+)?)",
        "registry/returns/shili/2026-q1.yaml",
        returns,
        returns.Returns,
    ),
    _type(
        "resources",
        "资源目录",
        "Shared resources",
        rf"resources/{_J}",
        "registry/resources/shili.yaml",
        resources,
        resources.Resources,
    ),
    _type(
        "endorsements",
        "签认",
        "Endorsements",
        r"endorsements/(?:[a-z][a-z0-9]*)/([a-z0-9][a-z0-9-]*)",
        "registry/endorsements/shili/shili-2026-0001.yaml",
        endorsement,
        endorsement.Endorsements,
        True,
    ),
    _type(
        "draws", "随机抽取", "Draws", rf"draws/{_J}/([0-9]{{4}})", "registry/draws/shili/2026.yaml", draw, draw.Draws
    ),
    _type(
        "calendar",
        "工作日历",
        "Calendar",
        r"calendars/([0-9]{4})",
        "registry/calendars/2026.yaml",
        calendar,
        calendar.CalendarYear,
    ),
    _type("instance", "本实例", "Instance", r"(registry)", "registry/registry.yaml", instance, instance.Instance),
)

BY_NAME: dict[str, RecordType] = {t.name: t for t in RECORD_TYPES}


def type_of_path(path: str) -> RecordType | None:
    """The record type whose pattern *path* matches, or None: a file that does not belong there."""
    for record_type in RECORD_TYPES:
        if record_type.pattern.fullmatch(path):
            return record_type
    return None


def jurisdiction_of(path: str) -> str | None:
    """The jurisdiction that a path names, or None."""
    match = re.match(r"registry/[a-z]+/([a-z][a-z0-9]*)(?:/|\.yaml$)", path)
    return match.group(1) if match else None


def upgrade(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """*data* of any past format as the newest. Data whose ``format`` is unknown is returned as it is (the model refuses it)."""
    while isinstance(version := data.get("format"), int) and not isinstance(version, bool) and version < FORMAT:
        step = UPGRADERS.get((name, version))
        if step is None:
            return data
        data = step(data)
    return data
