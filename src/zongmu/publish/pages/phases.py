"""The phases of a project's life, which hold in any city; stages are each city's own."""

from __future__ import annotations

from zongmu.model.acts.kinds import ENDS, KINDS
from zongmu.model.derived.views import DEFAULT_STAGES
from zongmu.model.finding import Bilingual
from zongmu.publish.released.release import Release, Released

PHASES: dict[str, Bilingual] = {
    "application": Bilingual("申报", "Application"),
    "library": Bilingual("入库", "Library"),
    "planning": Bilingual("计划", "Planning"),
    "approval": Bilingual("审批", "Approval"),
    "procurement": Bilingual("采购", "Procurement"),
    "building": Bilingual("建设", "Building"),
    "acceptance": Bilingual("验收", "Acceptance"),
    "operation": Bilingual("使用", "In use"),
    "retirement": Bilingual("停用", "Retirement"),
    "end": Bilingual("结束", "Ended"),
}
"""The phases of a life. Stages are each city's own; phases hold in any."""


def phase_of(release: Release, project: Released) -> str | None:
    """The phase that the stage of a project belongs to: that of the first kind of act that reaches the stage."""
    if project.view.status in ENDS:
        return "end"
    measures = release.measures(project.public.jurisdiction)
    for stage, kinds in measures[0].measure.stages if measures else DEFAULT_STAGES:
        if stage == project.stage and kinds:
            phase = KINDS[kinds[0]].phase
            return phase if phase in PHASES else None
    return None
