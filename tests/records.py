"""Records for tests, written as they stand in files."""

from __future__ import annotations

from typing import Any

from zongmu.model.records.project import Project
from zongmu.model.records.system import System


def act(kind: str, date: str, **more: Any) -> dict[str, Any]:
    """A milestone; a trailing underscore of a name is taken off (``from_``, ``with_``)."""
    return {"kind": kind, "date": date, **{k.rstrip("_"): v for k, v in more.items()}}


def project(*milestones: dict[str, Any], **fields: Any) -> Project:
    """A project with these milestones."""
    data: dict[str, Any] = {"format": 1, "id": "demo-2026-0001", "jurisdiction": "demo", "name": "示例", **fields}
    if milestones:
        data["milestones"] = list(milestones)
    return Project.model_validate({k.rstrip("_"): v for k, v in data.items()})


def system(*milestones: dict[str, Any], **fields: Any) -> System:
    """A system with these milestones."""
    data: dict[str, Any] = {
        "format": 1,
        "id": "demo/one",
        "jurisdiction": "demo",
        "name": "系统",
        "unit": "demo/office",
    }
    if milestones:
        data["milestones"] = list(milestones)
    return System.model_validate({**data, **fields})
