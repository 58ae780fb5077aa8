"""Milestones: the dated acts of a project. The only home of an act's date, body, number and amounts.

A milestone is identified by ``(kind, seq)``; a missing ``seq`` is 1. Its place in the file and its date are not identity.
Kinds are city-free. A measure says which it uses, what each needs and who confirms it; an act that no kind covers is
``kind: act`` with a code of the measure. The schema demands of a milestone only its kind, its date and the codes that
say which sub-kind it is: what a measure demands of an act is a rule, so that nothing true is unrecordable.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, StrictBool

from zongmu.model.acts.parts import Document, Excluded, FundingRow, Member, ScopeAmount, ScopeMove, Source, Span
from zongmu.model.base import (
    Code,
    Count,
    LaterSeq,
    Line,
    Maybe,
    MilestoneKey,
    OrgRef,
    ProjectId,
    Strict,
    Text,
    Year,
    may,
    need,
    rows,
)
from zongmu.model.codes import (
    AcceptanceConclusion,
    Conclusion,
    ContractRole,
    DataDisposal,
    DeviceDisposal,
    EvaluationGrade,
    EvaluationStage,
    ExAnteConclusion,
    IncidentKind,
    IncidentSeverity,
    IpOwner,
    PermitKind,
)
from zongmu.model.scalars import Day, Duration, Money, Month
from zongmu.model.scalars.identifiers import HttpUrl, Uscc


class Act(Strict):
    """What every milestone has."""

    kind: str = need("种类", "Kind", change="fact")
    seq: Maybe[LaterSeq] = may(
        "序号", "Number in kind", ("同类第二次起填写，缺省为 1", "From the second of its kind on"), change="fact"
    )
    date: Day = need(
        "日期", "Day of the act", ("成文日期或行为发生日", "Day of the document or of the act"), change="fact"
    )
    received: Maybe[Day] = may(
        "收到日期", "Day received", ("计时自收到之日起的，写收到日", "Where time runs from receipt"), change="fact"
    )
    body: Maybe[OrgRef] = may(
        "作出单位",
        "Body",
        (
            "作出该行为的单位；备案写受理的单位。缺省为项目单位",
            "Who acted; of a filing, with whom. Absent means the owner",
        ),
        change="fact",
    )
    body_name: Maybe[Line] = may(
        "单位名称", "Name of body", ("未登记的单位", "A body not in the registry"), change="fact"
    )
    number: Maybe[Line] = may("文号", "Document number", change="fact")
    signed_by: Maybe[Line] = may(
        "签发职务", "Signed by (office)", ("只写职务，不写姓名", "Office only, never a name"), d="I", change="fact"
    )
    note: Maybe[Text] = may("备注", "Note", d="I", change="fact")
    covers: tuple[Code, ...] = rows(
        "内容包括",
        "Covers",
        (
            "行为本身载明的内容；文件载明的写在该文件的 covers",
            "What the act itself says; what a paper says stands in covers of the paper",
        ),
        change="fact",
        codes="topic",
    )
    documents: tuple[Document, ...] = rows("随附文件", "Documents", d="L", change="fact")


class Plain(Act):
    """Acts that need no more than their date."""

    kind: Literal[
        "library_admitted",
        "build_started",
        "deployed",
        "completed",
        "trial_started",
        "put_into_use",
        "acceptance_organized",
        "handed_over",
        "archived",
        "resumed",
        "withdrawn",
        "terminated",
        "closed",
        "om_confirmed",
        "om_reported",
        "disclosed",
    ] = need("种类", "Kind", change="fact")
    url: Maybe[HttpUrl] = may("网址", "Address", change="fact")


class Opened(Act):
    """Opening balance of a legacy or imported project: acts before it predate the registry."""

    kind: Literal["opened"] = need("种类", "Kind", change="fact")
    stage: Maybe[Code] = may("期初阶段", "Stage at opening", change="fact", codes="stage")
    source: Maybe[Source] = may("来源", "Source", change="fact")


class Suspended(Act):
    """Work stopped for a time."""

    kind: Literal["suspended"] = need("种类", "Kind", change="fact")
    reason: Maybe[Text] = may("原因", "Reason", d="S", change="fact")
    of: Maybe[MilestoneKey] = may("针对", "Of", change="fact")


class Applied(Act):
    """An application or a declaration, with the total investment it states."""

    kind: Literal["framework_submitted", "declared", "library_applied", "approval_applied", "final_applied"] = need(
        "种类", "Kind", change="fact"
    )
    total: Maybe[Money] = may(
        "申报总投资",
        "Total investment stated",
        ("所报文件中的总投资（匡算、估算、概算）", "As the papers handed in put it"),
        change="fact",
    )
    funding: tuple[FundingRow, ...] = rows("申报资金来源", "Funding stated", change="fact", clause="LZ-8 p1 s1")
    applicant: Maybe[OrgRef] = may("申请单位", "Applicant", change="fact")
    to: tuple[OrgRef, ...] = rows(
        "报送",
        "Sent to",
        ("受理申请的单位；缺省为办法规定的受理单位", "Who receives the application; absent: whom the measure names"),
        change="fact",
    )
    with_: tuple[OrgRef, ...] = rows("联合单位", "Jointly with", change="fact", alias="with")


class ExAnte(Act):
    """Performance evaluation before entry (事前绩效评价)."""

    kind: Literal["ex_ante_evaluated"] = need("种类", "Kind", change="fact")
    conclusion: ExAnteConclusion = need("结论", "Conclusion", change="fact", codes="ex_ante_conclusion")


class Reviewed(Act):
    """A review or an opinion with a conclusion."""

    kind: Literal[
        "library_coordinated", "library_previewed", "library_reviewed", "reviewed", "investment_reviewed", "om_reviewed"
    ] = need("种类", "Kind", change="fact")
    with_: tuple[OrgRef, ...] = rows(
        "会同单位",
        "Together with",
        ("会同评审的其他单位", "The other bodies that reviewed with it"),
        change="fact",
        alias="with",
    )
    conclusion: Conclusion = need("结论", "Conclusion", change="fact", codes="conclusion")


class CostEvaluated(Act):
    """Third-party evaluation of the cost (造价评估)."""

    kind: Literal["cost_evaluated"] = need("种类", "Kind", change="fact")
    total: Maybe[Money] = may("评估造价", "Evaluated total", change="fact")
    evaluator: Maybe[Line] = may("评估机构", "Evaluator", change="fact")


class Budgeted(Act):
    """An entry in a budget, its approval or its adjustment."""

    kind: Literal["budget_listed", "budget_approved", "budget_adjusted"] = need("种类", "Kind", change="fact")
    year: Maybe[Year] = may("预算年度", "Budget year", change="fact")
    total: Maybe[Money] = may("预算金额", "Budget", change="fact")
    of: Maybe[MilestoneKey] = may("针对", "Of", change="fact")


class Answer(Act):
    """Receipt, return for correction, resubmission, rejection: an answer to an earlier act."""

    kind: Literal[
        "application_accepted",
        "returned_for_correction",
        "resubmitted",
        "rejected",
        "incident_reported",
        "rectified",
        "dispute_decided",
        "notice_published",
        "procurement_failed",
    ] = need("种类", "Kind", change="fact")
    of: MilestoneKey = need("针对", "Of", ("所答复的里程碑", "The milestone that it answers"), change="fact")
    to: tuple[OrgRef, ...] = rows("报送", "Sent to", change="fact")
    reason: Maybe[Text] = may("说明", "Reason", d="I", change="fact")
    url: Maybe[HttpUrl] = may("网址", "Address", change="fact")


class Approved(Act):
    """An approval by the competent authority (批复): home of the approved total, period, funding and scope."""

    kind: Literal["proposal_approved", "feasibility_approved", "design_approved", "plan_approved", "approved"] = need(
        "种类", "Kind", change="fact"
    )
    total: Maybe[Money] = may(
        "批复总投资",
        "Approved total",
        (
            "批复的总投资；概算批复写在 design_approved，三合一的写在 plan_approved，合并报批的写在 feasibility_approved，不分步的写在 approved",
            "The total approved. The estimate: in design_approved; three in one, in plan_approved; merged, in feasibility_approved; in one step, in approved",
        ),
        change="fact",
    )
    period: Maybe[Span] = may("批复建设周期", "Approved period", change="fact")
    funding: tuple[FundingRow, ...] = rows("资金安排", "Funding", change="fact")
    scope: tuple[ScopeAmount, ...] = rows("分项金额", "Scope amounts", change="fact")
    excluded: tuple[Excluded, ...] = rows(
        "不计入时限",
        "Excluded intervals",
        ("审批中不计入时限的环节及起止日", "The steps that do not count towards the time of approval, with their days"),
        change="fact",
    )
    early_costs: Maybe[Money] = may("前期费用", "Early costs", change="fact", clause="OD-12 p1 s2")
    of: Maybe[MilestoneKey] = may(
        "针对",
        "Of",
        (
            "所答复的申请；调整另行报批的，写该次调整",
            "The application that it answers; of a change approved anew, the adjustment",
        ),
        change="fact",
    )


class Consented(Act):
    """A consent that the law asks for in a special case, such as an own machine room or a supplement to the plan."""

    kind: Literal["consented"] = need("种类", "Kind", change="fact")
    matter: Code = need("事项", "Matter", change="fact", codes="consent_matter")
    until: Maybe[Day] = may("有效至", "Until", change="fact")


class Permitted(Act):
    """A permit outside the measure: energy, siting, land, environment, or the civil works."""

    kind: Literal["permitted"] = need("种类", "Kind", change="fact")
    permit: PermitKind = need("许可", "Permit", change="fact", codes="permit_kind")


class Filed(Act):
    """A filing (备案): ``body`` is with whom."""

    kind: Literal["filed"] = need("种类", "Kind", change="fact")
    matter: Maybe[Code] = may("备案事项", "Matter", change="fact", codes="filing_matter")
    of: Maybe[MilestoneKey] = may(
        "针对", "Of", ("所备案的事项，如 adjusted", "What is filed, such as adjusted"), change="fact"
    )


class Announced(Act):
    """A procurement notice was published (or, for ``procurement_intended``, the intention to procure)."""

    kind: Literal["procurement_announced", "procurement_intended"] = need("种类", "Kind", change="fact")
    method: Maybe[Code] = may("采购方式", "Method", change="fact", codes="procurement_method")
    venue: Maybe[OrgRef] = may(
        "交易场所", "Venue", ("公共资源交易中心等", "Such as the public resource trading centre"), change="fact"
    )
    agent: Maybe[Line] = may("代理机构", "Agent", change="fact")
    budget: Maybe[Money] = may("采购预算", "Budget", change="fact")
    limit_price: Maybe[Money] = may("最高限价", "Limit price", change="fact")
    lot: Maybe[Line] = may("标段", "Lot", change="fact")
    deadline: Maybe[Day] = may("截止日期", "Deadline", change="fact")
    opening: Maybe[Day] = may("开标日期", "Opening", change="fact")
    expected: Maybe[Month] = may("预计采购月份", "Expected month", change="fact")
    url: Maybe[HttpUrl] = may("公告网址", "Address of the notice", change="fact")


class Awarded(Act):
    """Result of a procurement."""

    kind: Literal["procurement_awarded"] = need("种类", "Kind", change="fact")
    of: Maybe[MilestoneKey] = may("针对", "Of", change="fact")
    winner: Line = need("中标供应商", "Winner", change="fact")
    winner_uscc: Maybe[Uscc] = may("统一社会信用代码", "Credit code", change="fact")
    winner_org: Maybe[OrgRef] = may(
        "已登记的单位",
        "Registered body",
        ("供应商是已登记的单位时", "If the winner is a registered body"),
        change="fact",
    )
    amount: Maybe[Money] = may("中标金额", "Amount", change="fact")
    bidders: Maybe[Count] = may("投标人数", "Bidders", change="fact")
    url: Maybe[HttpUrl] = may("公告网址", "Address of the notice", change="fact")


class Contract(Act):
    """A contract: supplier, amount, and what it promises."""

    kind: Literal["contract_signed"] = need("种类", "Kind", change="fact")
    role: ContractRole = need(
        "合同性质",
        "Role",
        change="fact",
        codes="contract_role",
    )
    of: Maybe[MilestoneKey] = may(
        "针对采购",
        "Of procurement",
        ("本合同所依据的采购公告或中标", "The procurement that it comes from"),
        change="fact",
    )
    supplier: Maybe[Line] = may("供应商", "Supplier", change="fact")
    supplier_uscc: Maybe[Uscc] = may("统一社会信用代码", "Credit code", change="fact")
    supplier_org: Maybe[OrgRef] = may("已登记的单位", "Registered body", change="fact")
    members: tuple[Member, ...] = rows("联合体成员", "Consortium", change="fact")
    lot: Maybe[Line] = may("标段", "Lot", change="fact")
    amount: Maybe[Money] = may("合同金额", "Amount", change="fact")
    warranty: Maybe[Duration] = may("质保期", "Warranty", change="fact", clause="OD-23 p1 s3")
    warranty_until: Maybe[Day] = may("质保至", "Warranty until", change="fact")
    deploy_within: Maybe[Duration] = may("部署时限", "Install limit", change="fact", clause="OD-24 p1 s1")
    free_om: Maybe[Duration] = may("免费运维期", "Free O&M", change="fact", clause="LZ-29 p1 s1")
    service: Maybe[Span] = may(
        "服务期",
        "Service period",
        ("运维或服务合同的起止日", "First and last day of an O&M or service contract"),
        change="fact",
        clause="OD-25 p1 s4",
    )
    continues: Maybe[StrictBool] = may("下年度继续服务", "Continues next year", change="fact", clause="OD-25 p1 s4")
    respond_within: Maybe[Duration] = may("故障响应时限", "Respond within", change="fact", clause="OD-25 p1 s2")
    fix_within: Maybe[Duration] = may("一般问题解决时限", "Fix within", change="fact", clause="OD-25 p1 s2")
    plan_within: Maybe[Duration] = may("重大问题方案时限", "Plan within", change="fact", clause="OD-25 p1 s2")
    ip_owner: Maybe[IpOwner] = may(
        "成果归属",
        "Owner of results",
        change="fact",
        codes="ip_owner",
    )


class Supplemented(Act):
    """A supplement to a contract."""

    kind: Literal["contract_supplemented"] = need("种类", "Kind", change="fact")
    of: MilestoneKey = need("针对合同", "Of contract", change="fact")
    moved: Maybe[Money] = may("变动金额", "Amount moved", change="fact")
    amount: Maybe[Money] = may("补充后合同金额", "Contract amount afterwards", change="fact")
    reason: Maybe[Text] = may("原因", "Reason", d="S", change="fact")


class Adjustment(Act):
    """A change of content or money: the application for it, or the adjustment itself."""

    kind: Literal["adjustment_applied", "adjusted"] = need("种类", "Kind", change="fact")
    of: Maybe[MilestoneKey] = may("针对", "Of", ("所答复的申请", "The application that it answers"), change="fact")
    conclusion: Maybe[Conclusion] = may("答复", "Answer", change="fact", codes="conclusion")
    reason: Maybe[Code] = may("调整情形", "Ground", change="fact", codes="adjustment_reason")
    reason_text: Maybe[Text] = may("调整说明", "Reason", d="S", change="fact")
    goal_unchanged: Maybe[StrictBool] = may("建设目标不变", "Goal unchanged", change="fact")
    content_unchanged: Maybe[StrictBool] = may("建设内容不变", "Content unchanged", change="fact")
    moved: Maybe[Money] = may(
        "调整数额",
        "Amount moved",
        ("增加之和与减少之和中较大者", "The larger of the sums of increases and decreases"),
        change="fact",
    )
    total: Maybe[Money] = may("调整后总投资", "Total afterwards", change="fact")
    scope: tuple[ScopeMove, ...] = rows("分项调整", "Scope moves", change="fact")


class Extension(Act):
    """An extension of a time limit: the application or the decision."""

    kind: Literal["extension_applied", "extended"] = need("种类", "Kind", change="fact")
    of: Maybe[MilestoneKey] = may("针对", "Of", change="fact")
    to: tuple[OrgRef, ...] = rows("报送", "Sent to", change="fact", clause="LZ-23 p2 s3")
    until: Maybe[Day] = may("延至", "Until", ("申请或批准延至的日期", "The day asked for, or granted"), change="fact")
    conclusion: Maybe[Conclusion] = may("答复", "Answer", change="fact", codes="conclusion")

    @property
    def granted(self) -> bool:
        """Whether it is a decision that puts the limit off: one that says nothing else."""
        return self.kind == "extended" and self.conclusion in (None, "passed")


class Accepted(Act):
    """Initial or final acceptance."""

    kind: Literal["initial_accepted", "final_accepted"] = need("种类", "Kind", change="fact")
    conclusion: AcceptanceConclusion = need("结论", "Conclusion", change="fact", codes="acceptance_conclusion")
    organized: Maybe[Day] = may(
        "组织验收日期",
        "Organised on",
        ("另记 acceptance_organized 的不必再写", "Not needed where acceptance_organized is recorded"),
        change="fact",
    )
    responsible: Maybe[OrgRef] = may(
        "验收责任主体",
        "Responsible for acceptance",
        ("政府采购的，为采购人", "In government procurement the purchaser"),
        change="fact",
        clause="LZ-23 p1 s5",
    )
    third_party: Maybe[Line] = may("第三方机构", "Third party", change="fact")


class Settled(Act):
    """Final accounts (竣工财务决算)."""

    kind: Literal["accounts_settled"] = need("种类", "Kind", change="fact")
    total: Maybe[Money] = may("决算总额", "Final total", change="fact")
    surplus: Maybe[Money] = may(
        "结余",
        "Surplus",
        ("全为财政资金的，缺省由批复与决算推算", "Absent, of fiscal money alone, reckoned from approval and accounts"),
        change="fact",
    )
    funding: tuple[FundingRow, ...] = rows("分来源决算", "By source", change="fact")
    scope: tuple[ScopeAmount, ...] = rows("分项决算", "By scope item", change="fact")


class Returned(Act):
    """Surplus returned."""

    kind: Literal["surplus_returned"] = need("种类", "Kind", change="fact")
    amount: Maybe[Money] = may("退回金额", "Amount", change="fact")
    payee: Maybe[OrgRef] = may("退回至", "Payee", change="fact")
    channel: Maybe[Code] = may("退回渠道", "Channel", change="fact", codes="surplus_channel")


class Evaluated(Act):
    """A performance evaluation report."""

    kind: Literal["evaluated"] = need("种类", "Kind", change="fact")
    stage: EvaluationStage = need("评价阶段", "Stage", change="fact", codes="evaluation_stage")
    year: Maybe[Year] = may(
        "年度", "Year", ("年度报告所属的年度", "The year that an annual report is about"), change="fact"
    )
    grade: Maybe[EvaluationGrade] = may("评价等次", "Grade", change="fact", codes="evaluation_grade")
    uploaded: Maybe[Day] = may("上传日期", "Uploaded on", change="fact", clause="LZ-34 p1 s2")
    consulted: tuple[OrgRef, ...] = rows("已征求意见", "Consulted", change="fact", clause="LZ-24 p1 s1")
    supervisor_consulted: Maybe[StrictBool] = may("已征求监理意见", "Supervisor consulted", change="fact")
    to: tuple[OrgRef, ...] = rows("报送", "Sent to", change="fact")
    provider: Maybe[Line] = may(
        "运维单位",
        "O&M provider",
        ("按运维单位形成报告的，写是哪一家", "Where each provider has a report of its own"),
        change="fact",
        clause="OD-34 p1(3)",
    )


class OmMoney(Act):
    """O&M money of a year: applied for, allocated; a yearly operating subsidy; preparation of a renewal."""

    kind: Literal["om_funds_applied", "om_funds_allocated", "subsidy_approved", "renewal_prepared"] = need(
        "种类", "Kind", change="fact"
    )
    year: Year = need(
        "年度",
        "Year",
        ("费用所属的年度，不是申请或安排的年度", "The year that the money is for, not that of the act"),
        change="fact",
    )
    amount: Maybe[Money] = may("金额", "Amount", change="fact")


class Incident(Act):
    """A delay, a loss, a security incident or a hazard, as it happened."""

    kind: Literal["incident_occurred"] = need("种类", "Kind", change="fact", d="I")
    incident: IncidentKind = need("事项", "Incident", change="fact", codes="incident_kind", d="I")
    severity: IncidentSeverity = need("程度", "Severity", change="fact", codes="incident_severity", d="I")


class Order(Act):
    """An order to rectify within a limit (限期整改)."""

    kind: Literal["rectification_ordered"] = need("种类", "Kind", change="fact")
    due: Maybe[Day] = may("整改期限", "Due", change="fact")
    reason: Maybe[Text] = may("事由", "Reason", d="S", change="fact")


class Dispute(Act):
    """A dispute over shared data was opened."""

    kind: Literal["dispute_opened"] = need("种类", "Kind", change="fact", d="I")
    with_: tuple[OrgRef, ...] = rows("相对方", "With", change="fact", alias="with", d="I")


class Notice(Act):
    """A written finding of an authority, such as low use."""

    kind: Literal["notice_issued"] = need("种类", "Kind", change="fact")
    notice: Code = need(
        "认定事项",
        "Notice",
        (
            "对系统的认定登记在该系统，或登记在建设它的项目",
            "About a system: in its record, or in that of the project that built it",
        ),
        change="fact",
        codes="notice",
    )


class Transferred(Act):
    """Responsibility passed from one unit to another."""

    kind: Literal["transferred"] = need("种类", "Kind", change="fact")
    from_: OrgRef = need("移出单位", "From", change="fact", alias="from")
    to: OrgRef = need("接收单位", "To", change="fact")


class Superseded(Act):
    """The record ends because another project carries it on."""

    kind: Literal["superseded"] = need("种类", "Kind", change="fact")
    by: ProjectId = need("由何项目承接", "By", change="fact")


class Retirement(Act):
    """Steps of retiring a system (停用)."""

    kind: Literal["decommission_planned", "data_assessed", "asset_assessed", "decommissioned", "scrapped"] = need(
        "种类", "Kind", change="fact"
    )
    reason: Maybe[Text] = may("原因", "Reason", d="S", change="fact")
    data_disposal: Maybe[DataDisposal] = may("数据处置", "Disposal of data", change="fact", codes="data_disposal")
    device_disposal: Maybe[DeviceDisposal] = may(
        "设备处置", "Disposal of devices", change="fact", codes="device_disposal"
    )


class OpenAct(Act):
    """An act that no city-free kind covers; ``code`` comes from the measure."""

    kind: Literal["act"] = need("种类", "Kind", change="fact")
    code: Code = need("行为", "Act", change="fact", codes="act")
    of: Maybe[MilestoneKey] = may("针对", "Of", change="fact")
    amount: Maybe[Money] = may("金额", "Amount", change="fact")


Milestone = Annotated[
    Plain
    | Opened
    | Suspended
    | Applied
    | ExAnte
    | Reviewed
    | CostEvaluated
    | Budgeted
    | Answer
    | Approved
    | Consented
    | Permitted
    | Filed
    | Announced
    | Awarded
    | Contract
    | Supplemented
    | Adjustment
    | Extension
    | Accepted
    | Settled
    | Returned
    | Evaluated
    | OmMoney
    | Incident
    | Order
    | Dispute
    | Notice
    | Transferred
    | Superseded
    | OpenAct,
    Field(discriminator="kind"),
]
"""A milestone of a project."""

SystemMilestone = Annotated[
    Plain
    | Opened
    | Suspended
    | Answer
    | Filed
    | Incident
    | Order
    | Notice
    | Evaluated
    | Retirement
    | Transferred
    | OpenAct,
    Field(discriminator="kind"),
]
"""A milestone of a system: what happens to it after, or without, a project."""

FAMILIES: tuple[type[Act], ...] = tuple(
    dict.fromkeys((*get_args(get_args(Milestone)[0]), *get_args(get_args(SystemMilestone)[0])))
)
"""Every class of the two unions, each once."""


def key_of(milestone: Act) -> str:
    """The identity of a milestone within its record: ``kind`` or ``kind/seq``."""
    return milestone.kind if milestone.seq is None else f"{milestone.kind}/{milestone.seq}"


def key_at(kind: str, number: int) -> str:
    """The identity of the milestone that other rows point to by its *number* in its kind: the first bears none."""
    return kind if number == 1 else f"{kind}/{number}"
