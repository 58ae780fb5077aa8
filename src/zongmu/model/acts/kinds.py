"""The city-free milestone kinds: titles, phase of life, and which orders of two acts contradict each other.

The graph is a partial order over the life of a project. A *contradiction* (accepted before building started) is refused; a
*gap* (no building start recorded) is not. What a measure demands beyond that order is law, not structure.
"""

from __future__ import annotations

from typing import Literal

from zongmu.model.immutable import immutable

Phase = Literal[
    "opening",
    "application",
    "library",
    "planning",
    "approval",
    "procurement",
    "building",
    "acceptance",
    "operation",
    "retirement",
    "end",
    "side",
]


@immutable
class Kind:
    """One kind of milestone."""

    code: str
    zh: str
    en: str
    phase: Phase


_TABLE: tuple[tuple[str, str, str, Phase], ...] = (
    ("opened", "期初登记", "Opening entry", "opening"),
    ("framework_submitted", "报送统一框架方案", "Framework plan submitted", "application"),
    ("declared", "项目申报", "Declared", "application"),
    ("ex_ante_evaluated", "事前绩效评价", "Ex-ante evaluation", "application"),
    ("library_applied", "申请入库", "Applied for the library", "library"),
    ("library_coordinated", "协同性审核", "Coordination review", "library"),
    ("library_previewed", "前置审核", "Preliminary review", "library"),
    ("library_reviewed", "评审论证", "Review for the library", "library"),
    ("library_admitted", "入库", "Admitted to the library", "library"),
    ("reviewed", "联合评审", "Joint review", "planning"),
    ("cost_evaluated", "造价评估", "Cost evaluated", "planning"),
    ("investment_reviewed", "立项审查意见", "Investment review", "planning"),
    ("budget_listed", "列入部门预算", "Listed in a budget", "planning"),
    ("budget_approved", "预算批复", "Budget approved", "planning"),
    ("budget_adjusted", "预算调整", "Budget adjusted", "planning"),
    ("proposal_approved", "项目建议书批复", "Proposal approved", "approval"),
    ("approval_applied", "申请审批", "Applied for approval", "approval"),
    ("application_accepted", "受理", "Application accepted for handling", "approval"),
    ("returned_for_correction", "退回补正", "Returned for correction", "approval"),
    ("resubmitted", "重新提交", "Resubmitted", "approval"),
    ("rejected", "不予批准", "Rejected", "approval"),
    ("feasibility_approved", "可行性研究报告批复", "Feasibility study approved", "approval"),
    ("design_approved", "初步设计及概算批复", "Design and estimate approved", "approval"),
    ("plan_approved", "实施方案批复", "Implementation plan approved", "approval"),
    ("approved", "立项批复", "Approved", "approval"),
    ("consented", "同意", "Consent", "side"),
    ("permitted", "其他许可", "Other permit", "side"),
    ("filed", "备案", "Filed", "side"),
    ("procurement_intended", "采购意向公开", "Intention to procure published", "procurement"),
    ("procurement_announced", "采购公告", "Procurement announced", "procurement"),
    ("procurement_awarded", "中标、成交", "Awarded", "procurement"),
    ("procurement_failed", "废标、终止采购", "Procurement failed", "procurement"),
    ("contract_signed", "签订合同", "Contract signed", "procurement"),
    ("contract_supplemented", "补充合同", "Contract supplemented", "procurement"),
    ("build_started", "开工", "Building started", "building"),
    ("adjustment_applied", "申请调整", "Adjustment applied for", "building"),
    ("adjusted", "调整", "Adjusted", "building"),
    ("extension_applied", "申请延期", "Extension applied for", "building"),
    ("extended", "延期", "Extended", "building"),
    ("suspended", "暂停", "Suspended", "building"),
    ("resumed", "恢复", "Resumed", "building"),
    ("deployed", "部署完成", "Deployed", "building"),
    ("completed", "建成", "Completed", "building"),
    ("initial_accepted", "初步验收", "Initial acceptance", "acceptance"),
    ("trial_started", "试运行", "Trial running", "acceptance"),
    ("final_applied", "申请竣工验收", "Applied for final acceptance", "acceptance"),
    ("acceptance_organized", "组织验收", "Acceptance organised", "acceptance"),
    ("final_accepted", "竣工验收", "Final acceptance", "acceptance"),
    ("accounts_settled", "竣工决算", "Final accounts", "acceptance"),
    ("surplus_returned", "结余退回", "Surplus returned", "acceptance"),
    ("put_into_use", "投入使用", "Put into use", "operation"),
    ("handed_over", "成果移交", "Handed over", "operation"),
    ("archived", "归档", "Archived", "operation"),
    ("evaluated", "绩效评价", "Performance evaluated", "operation"),
    ("om_confirmed", "运维审核确认", "Confirmed for O&M", "operation"),
    ("om_reviewed", "运维经费审核", "O&M money reviewed", "operation"),
    ("om_reported", "报送运维情况", "O&M reported", "operation"),
    ("om_funds_applied", "申请运维经费", "O&M money applied for", "operation"),
    ("om_funds_allocated", "安排运维经费", "O&M money allocated", "operation"),
    ("subsidy_approved", "运营补助", "Operating subsidy", "operation"),
    ("renewal_prepared", "合同续签筹备", "Renewal prepared", "operation"),
    ("incident_occurred", "事项发生", "Incident", "side"),
    ("incident_reported", "事项报告", "Incident reported", "side"),
    ("rectification_ordered", "限期整改", "Rectification ordered", "side"),
    ("rectified", "整改完成", "Rectified", "side"),
    ("dispute_opened", "数据共享争议", "Data dispute", "side"),
    ("dispute_decided", "争议协调意见", "Opinion on a dispute", "side"),
    ("notice_issued", "书面认定", "Written finding", "side"),
    ("notice_published", "认定公示", "Finding published", "side"),
    ("disclosed", "信息公开", "Disclosed", "side"),
    ("transferred", "责任移交", "Responsibility transferred", "side"),
    ("decommission_planned", "停用方案", "Retirement planned", "retirement"),
    ("data_assessed", "数据评估", "Data assessed", "retirement"),
    ("asset_assessed", "资产评估", "Assets assessed", "retirement"),
    ("decommissioned", "停用", "Retired", "retirement"),
    ("scrapped", "资产报废处置", "Assets disposed of", "retirement"),
    ("withdrawn", "撤回", "Withdrawn", "end"),
    ("terminated", "终止", "Terminated", "end"),
    ("superseded", "由其他项目承接", "Superseded", "end"),
    ("closed", "办结", "Closed", "end"),
    ("act", "其他行为", "Other act", "side"),
)

KINDS: dict[str, Kind] = {row[0]: Kind(*row) for row in _TABLE}
"""Every kind, in the order of a life."""

ENDS = frozenset({"withdrawn", "terminated", "superseded", "closed"})
"""Kinds after which no further step of the life can follow."""

BEFALLS = frozenset(
    {"incident_occurred", "incident_reported", "rectified", "dispute_opened", "dispute_decided", "om_reported"}
)
"""What befalls a project, and what is reported of that: none of it begins a project or carries it on."""

NO_STEP = BEFALLS | {"opened"}
"""Kinds that are no step of a record's own."""

CONTRADICTIONS: tuple[tuple[str, str], ...] = (
    ("library_applied", "library_admitted"),
    ("procurement_announced", "procurement_awarded"),
    ("build_started", "completed"),
    ("build_started", "initial_accepted"),
    ("build_started", "final_accepted"),
    ("initial_accepted", "final_accepted"),
    ("final_applied", "final_accepted"),
    ("final_accepted", "handed_over"),
    ("suspended", "resumed"),
    ("decommission_planned", "decommissioned"),
    ("decommissioned", "scrapped"),
)
"""``(earlier, later)``: the first ``later`` cannot lie before the first ``earlier`` when both are recorded."""

RANK = {code: place for place, code in enumerate(KINDS)}
"""The place of every kind in the life of a project."""

PHASES_OF_WORK = frozenset({"library", "approval", "procurement", "building", "acceptance"})
"""Phases in which nothing can happen any more after an end."""
