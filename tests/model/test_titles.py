"""What a path is called."""

from __future__ import annotations

import pytest

from tests.model.test_leaves import PATHS
from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import FAMILIES
from zongmu.model.fields.titles import family_of, field_title, path_title
from zongmu.model.records.project import Project


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("name", "项目名称", "Name"),
        ("milestones", "里程碑", "Milestones"),
        ("milestones/contract_signed/2/amount", "签订合同（2）·合同金额", "Contract signed (2) · Amount"),
        ("milestones/contract_signed/amount", "签订合同·合同金额", "Contract signed · Amount"),
        ("milestones/build_started", "开工", "Building started"),
        ("milestones/final_accepted/date", "竣工验收·日期", "Final acceptance · Day of the act"),
        ("payments/3/amount", "支付（3）·金额", "Payments (3) · Amount"),
        ("security/mlps_level", "安全·等保级别", "Security · MLPS level"),
        ("nobody/knows", "nobody·knows", "nobody · knows"),
    ],
)
def test_path_title(path: str, zh: str, en: str) -> None:
    found = path_title(path)
    assert (found.zh, found.en) == (zh, en)


@pytest.mark.parametrize("path", sorted(PATHS))
def test_the_last_field_of_every_path_has_its_title(path: str) -> None:
    assert path.rsplit("/", 1)[-1] not in path_title(path).zh.split("·")


def test_other_records_have_titles_of_their_own() -> None:
    assert path_title("usage/2026-01/rate", "system").zh.endswith("使用率")
    assert path_title("plans/2026/entries/1/total", "district").zh == "年度计划（2026）·项目（1）·总投资"
    assert path_title("x", "nothing").zh == "x"


def test_every_kind_has_its_class() -> None:
    assert {family_of(kind) for kind in KINDS} == set(FAMILIES)
    assert family_of("nothing") is None


def test_field_title() -> None:
    assert field_title(Project, "class").zh == "项目类别"
    assert field_title(Project, "none").zh == "none"


def test_a_step_of_a_plan_is_called_by_its_own_kind() -> None:
    """``approved`` is a milestone of a project as well; within a district's plan it is a step."""
    assert path_title("plans/2027/steps/approved/date", "district").zh == "年度计划（2027）·环节·本级政府审定·日期"
