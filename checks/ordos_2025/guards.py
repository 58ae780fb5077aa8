"""Whom the sentences bind, and who is the authority of a project: shared by all topics of this measure."""

from __future__ import annotations

from zongmu.policy import Guard, ProjectContext

CITY = Guard("level", ("city",), "municipal_only")
"""市本级、市直: the sentence speaks of city-level projects only."""

DISTRICT = Guard("level", ("banner", "park"), "district_only")
"""旗区（园区）: the sentence speaks of banner and park projects only."""

NOT_OM = Guard("class_", ("construction", "service"), "other_class")
"""建设类、采购服务类."""

OM_ONLY = Guard("class_", ("om",), "other_class")
"""运维服务类."""

CONSTRUCTION_ONLY = Guard("class_", ("construction",), "other_class")
"""建设类."""

SERVICE_ONLY = Guard("class_", ("service",), "other_class")
"""采购服务类."""

NOT_FILING = Guard("path", ("filing",), "filing_only", but=True)
"""Projects that are only filed have no approval."""

AUTHORITIES = {"city": ("data_bureau",), "banner": ("banner_data_office", "data_bureau")}
"""Roles that act as the project authority: for a banner either office will do (reading I16)."""


def authority_roles(level: str | None) -> tuple[str, ...]:
    """Roles accepted as the authority of a project of *level* (reading I16)."""
    return AUTHORITIES["city"] if level == "city" else AUTHORITIES["banner"]


def is_authority(ctx: ProjectContext, body: str | None) -> bool | None:
    """Whether *body* may act as the authority of this project; None where no body is recorded."""
    if body is None:
        return None
    return any(ctx.holds(body, role) for role in authority_roles(ctx.project.level))
