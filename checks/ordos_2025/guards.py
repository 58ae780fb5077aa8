"""Whom the sentences bind: shared by all topics of this measure."""

from __future__ import annotations

from zongmu.policy import Guard, Step, Verdict, not_applicable

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

OTHER_CHANNEL = "other"
"""除按上述规定审批的项目外: Articles 13 and 15 speak of projects approved under the measure, Article 18 of the others."""


def approved_elsewhere(channel: str | None) -> Verdict | None:
    """Why those articles do not speak of a project approved through another channel; None where they do."""
    return not_applicable("other_channel", Step("guard", channel, "channel")) if channel == OTHER_CHANNEL else None
