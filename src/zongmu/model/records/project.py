"""The project: state, milestones, series, and the rows that vouch, except, explain and correct.

Three kinds of data (decision 3). *State* is edited in place. *Milestones* are acts, append-only. *Series* are rows with
a natural key, append-only. Stage, baselines, variance, deadlines and ratings are derived (``zongmu.model.derived.views``) and have
no field.
"""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from zongmu.model.acts.milestones import Milestone
from zongmu.model.base import (
    Code,
    Format,
    JurisdictionId,
    LaterSeq,
    Line,
    Maybe,
    MilestoneKey,
    OrgRef,
    ProjectId,
    RuleOrSentence,
    Seq,
    Slug,
    Strict,
    SystemRef,
    Text,
    Year,
    may,
    need,
    rows,
)
from zongmu.model.codes import OwnRoom, Secrecy, ShareType, StandardKind, StandardLevel, SupervisionMode
from zongmu.model.records.question import Question
from zongmu.model.scalars import Day, DayOrMonth, Money, Share
from zongmu.model.scalars.identifiers import DivisionCode, HttpUrl, InvestmentCode


class Post(Strict):
    """An office and a post, never a person (政府信息公开条例 art. 15)."""

    office: Line = need("处室", "Office")
    post: Line = need("职务", "Post")


class SecrecyReview(Strict):
    """Who determined that the record holds nothing secret, and when."""

    office: Line = need("审查部门", "Office")
    date: Day = need("审查日期", "Date")


class ScopeItem(Strict):
    """A part of what is built."""

    id: Slug = need("编号", "Id")
    name: Line = need("名称", "Name")
    unit: Maybe[OrgRef] = may("承担单位", "Unit")
    level: Maybe[Code] = may("层级", "Level", codes="level", clause="LZ-18 p1 s1")


class SharedUse(Strict):
    """One row of the list of shared resources used (资源使用清单)."""

    resource: Code = need("资源", "Resource", codes="resource", clause="LZ-13 p1 s2")
    used: StrictBool = need("使用", "Used")
    reason: Maybe[Text] = may("未使用理由", "Reason not used", ("used 为 false 时写明", "Where used is false"), d="S")
    own_build: Maybe[StrictBool] = may("自建", "Built by the unit itself", clause="LZ-13 p1 s4")
    quota: Maybe[Line] = may("申请资源量", "Quota", d="I")


class DataItem(Strict):
    """One row of the data catalogue (数据资源目录)."""

    id: Slug = need("编号", "Id")
    name: Line = need("名称", "Name")
    share: ShareType = need("共享类型", "Sharing", codes="share_type")
    open: ShareType = need("开放类型", "Opening", codes="share_type")
    collected_by: Maybe[SystemRef] = may("采集系统", "Collected by", clause="LZ-26 p1(1)")


class Hosting(Strict):
    """Where it runs. Nothing of it is public: a cloud or a network that is not the shared one is an own room or an own network."""

    cloud: Maybe[Code] = may("云", "Cloud", d="R", codes="cloud", clause="LZ-30")
    network: Maybe[Code] = may("网络", "Network", d="R", codes="network", clause="LZ-30")
    own_room: Maybe[OwnRoom] = may("自有机房", "Own machine room", d="R", codes="own_room", clause="LZ-30")
    private_network: Maybe[StrictBool] = may("自建专网", "Own private network", d="R", clause="LZ-30")


class Civil(Strict):
    """Civil works and energy."""

    included: Maybe[StrictBool] = may("含土建", "Civil works included", clause="LZ-7 p1 s2")
    new_building: Maybe[StrictBool] = may("新建土建", "New building", clause="LZ-7 p1 s1")
    high_energy: Maybe[StrictBool] = may("高耗能", "High energy use", clause="OD-14")


class Security(Strict):
    """Security facts; never published as they are."""

    mlps_level: Maybe[Annotated[StrictInt, Field(ge=0, le=5)]] = may(
        "等保级别", "MLPS level", ("0 为未定级", "0 means not graded"), d="R", clause="LZ-21"
    )
    cii: Maybe[StrictBool] = may("关键信息基础设施", "Critical infrastructure", d="R", clause="OD-20")


class Standard(Strict):
    """A standard drawn up alongside the project."""

    seq: Seq = need("序号", "Number", change="fact")
    kind: StandardKind = need("种类", "Kind", change="fact", codes="standard_kind", clause="LZ-15 p1 s1")
    level: Maybe[StandardLevel] = may(
        "级别", "Level", ("团体标准不写", "Not of a group standard"), change="fact", codes="standard_level"
    )
    title: Maybe[Line] = may("名称", "Title", change="fact")
    number: Maybe[Line] = may("标准号", "Number of the standard", change="fact")
    published: Maybe[Day] = may("发布日期", "Published", change="fact", clause="LZ-15 p1 s2")


class Indicator(Strict):
    """A performance indicator."""

    id: Slug = need("编号", "Id")
    name: Line = need("指标", "Indicator")
    target: Line = need("目标值", "Target")
    actual: Maybe[Line] = may("实际值", "Actual")


class HostProject(Strict):
    """The larger project whose IT part this is (OD-46)."""

    name: Line = need("主体项目名称", "Name", clause="OD-46 p1 s1")
    it_part: Money = need("信息化部分投资", "IT part", clause="OD-46 p1 s1")


class ExternalIds(Strict):
    """The project's numbers on other platforms (LZ-16)."""

    budget: Maybe[Line] = may("预算项目代码", "Budget project code", d="I")
    trading: Maybe[Line] = may("公共资源交易编号", "Trading-centre number")
    library: Maybe[Line] = may("项目库编号", "Library number")


class Planned(Strict):
    """A planned milestone: what was expected when."""

    kind: Code = need(
        "里程碑种类", "Milestone kind", ("如 completed、final_accepted", "Such as completed, final_accepted")
    )
    date: DayOrMonth = need("计划日期", "Planned for")


class Withheld(Strict):
    """A field that is not published, and why (政府信息公开条例 art. 14-16)."""

    field: Line = need("字段", "Field")
    ground: Code = need("不公开依据", "Ground", codes="withholding_ground")
    text: Maybe[Line] = may("说明", "Note")


class Payment(Strict):
    """A payment."""

    seq: Seq = need("序号", "Number", change="fact")
    date: Day = need("支付日期", "Date", change="fact")
    contract: Seq = need("合同序号", "Contract", ("contract_signed 的 seq", "seq of contract_signed"), change="fact")
    amount: Money = need("金额", "Amount", change="fact")


class OmCost(Strict):
    """O&M cost of a year; where several bodies bear it, one row each. A missing ``seq`` is 1."""

    year: Year = need("年度", "Year", ("费用所属的年度", "The year that the cost is of"), change="fact")
    seq: Maybe[LaterSeq] = may(
        "序号",
        "Number in year",
        ("同一年度由市、镇分担的，各写一行；缺省为 1", "One row for each who bears a part; absent means 1"),
        change="fact",
    )
    amount: Money = need("金额", "Amount", change="fact", clause="LZ-29 p1 s1")
    level: Maybe[Code] = may("资金层级", "Level", change="fact", codes="funding_level", clause="LZ-18 p1 s2")
    budget_ref: Maybe[Line] = may("预算文号", "Budget reference", change="fact")


class Progress(Strict):
    """A progress report."""

    date: Day = need(
        "日期",
        "Date",
        (
            "更新进展的日期；合同签订后录入项目库、平台也登记为一条",
            "The day of the update; what is entered in the library or platform after the contract is a row too",
        ),
        change="fact",
    )
    percent: Share = need("形象进度", "Percent", change="fact")
    note: Maybe[Text] = may("说明", "Note", d="S", change="fact")


class Waiver(Strict):
    """A decision that a rule does not bind this project: authority, number, dates."""

    seq: Seq = need("序号", "Number", change="fact")
    of: RuleOrSentence = need(
        "规则或条款",
        "Rule or sentence",
        ("规则号或条款号，如 ab12_supervision、AB-12", "A rule id or an address, such as ab12_supervision or AB-12"),
        change="fact",
    )
    matter: Maybe[Code] = may("事项", "Matter", change="fact", codes="waiver_matter")
    authority: OrgRef = need("决定单位", "Authority", change="fact")
    number: Line = need("文号", "Document number", change="fact")
    date: Day = need("日期", "Date", change="fact")
    until: Maybe[Day] = may("有效至", "Until", change="fact")
    text: Maybe[Text] = may(
        "说明", "Text", ("所依据的上位文件等", "Such as the superior document that it rests on"), d="S", change="fact"
    )


class Reason(Strict):
    """A recorded reason; it clears what the law puts as a principle (原则上)."""

    seq: Seq = need("序号", "Number", change="fact")
    of: RuleOrSentence = need(
        "规则或条款",
        "Rule or sentence",
        (
            "规则号或条款号；只对“原则上”“一般”的规定有用",
            "A rule id or an address; of use only where the law states a principle",
        ),
        change="fact",
    )
    role: Line = need("说明人职务", "Role", change="fact")
    date: Day = need("日期", "Date", change="fact")
    until: Maybe[Day] = may("有效至", "Until", change="fact")
    text: Text = need("理由", "Reason", change="fact", d="S")


class Attestation(Strict):
    """What a person vouches for, where no machine can look."""

    seq: Seq = need("序号", "Number", change="fact")
    kind: Code = need("证明事项", "Kind", change="fact", codes="attestation")
    of: Maybe[MilestoneKey] = may(
        "针对",
        "Of",
        ("所证明的里程碑；泛指的不写", "The milestone that it is about; none where it is about all"),
        change="fact",
    )
    by: Maybe[OrgRef] = may("出具单位", "By", change="fact")
    role: Line = need("出具人职务", "Role", change="fact")
    date: Day = need("日期", "Date", change="fact")
    number: Maybe[Line] = may("文号", "Document number", change="fact")
    text: Maybe[Text] = may("说明", "Text", d="S", change="fact")


class Correction(Strict):
    """A value was wrongly written: the old value, the day and the reason stay."""

    seq: Seq = need("序号", "Number", change="fact")
    of: Annotated[str, Field(strict=True, pattern=r"^[a-z_]+(?:/[a-z0-9_-]+){0,2}$", max_length=80)] = need(
        "更正对象",
        "Of",
        (
            "里程碑键、行键或单独的字段，如 contract_signed/2、payments/1、investment_code",
            "The key of a milestone or a row, or a field of its own: contract_signed/2, payments/1, investment_code",
        ),
        change="fact",
    )
    field: Maybe[Annotated[str, Field(strict=True, pattern=r"^[a-z0-9_]+(?:/[a-z0-9_-]+)*$", max_length=120)]] = may(
        "字段",
        "Field",
        (
            "缺省表示整条里程碑系误登，作废；更正对象本身是字段的也不写",
            "Absent: the whole milestone was recorded by mistake and is void; not written either where Of is itself a field",
        ),
        change="fact",
    )
    was: Maybe[Text] = may("原值", "Was", d="S", change="fact")
    date: Day = need("更正日期", "Date", change="fact")
    reason: Text = need("理由", "Reason", d="S", change="fact")


class Project(Strict):
    """One government IT project (政务信息化项目). Required are only format, id, jurisdiction and name."""

    format: Format = need("格式版本", "Format", change="frozen")
    id: ProjectId = need("项目登记号", "Project id", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    name: Line = need("项目名称", "Name", change="declared")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    secrecy: Maybe[Secrecy] = may(
        "涉密情况",
        "Secrecy",
        ("只登记不涉密的项目，涉密项目不进入本库", "Only what is not secret: secret projects never enter"),
        codes="secrecy",
    )
    secrecy_review: Maybe[SecrecyReview] = may("保密审查", "Secrecy review", d="I")
    investment_code: Maybe[InvestmentCode] = may(
        "投资项目代码", "Investment project code", change="fact", clause="OD-13 p1 s4"
    )
    external_ids: Maybe[ExternalIds] = may("其他平台编号", "Other numbers", clause="LZ-16 p1 s1")

    level: Maybe[Code] = may("项目层级", "Level", codes="level", change="declared", clause="OD-3")
    region: Maybe[DivisionCode] = may("行政区划", "Division (GB/T 2260)", change="declared")
    class_: Maybe[Code] = may("项目类别", "Class", codes="class", change="declared", alias="class", clause="LZ-8, OD-1")
    class_ground: Maybe[Code] = may("归类理由", "Ground of class", codes="class_ground", clause="LZ-8 p1(1)")
    subtype: Maybe[Code] = may("项目子类", "Subtype", codes="subtype", clause="LZ-11, OD-7")
    funding_form: Maybe[Code] = may("资金形式", "Form of funding", codes="funding_form", clause="LZ-2 p1")
    system_class: tuple[Code, ...] = rows("系统类别", "Classes of system", codes="system_class", clause="OD-1 p1 s2")
    om_kind: Maybe[Code] = may("运维种类", "Kind of O&M", codes="om_kind", clause="OD-1 p2 s1")
    nature: Maybe[Code] = may("建设性质", "Nature", codes="nature")
    path: Maybe[Code] = may("审批路径", "Approval path", codes="path", change="declared", clause="LZ-10, OD-15")
    ground: Maybe[Code] = may("适用情形", "Ground", codes="ground", clause="LZ-10, OD-11")
    channel: Maybe[Code] = may("立项渠道", "Channel", codes="channel", clause="OD-18 p1 s1")
    content_types: tuple[Code, ...] = rows("内容种类", "Kinds of content", codes="content_type", clause="LZ-2 p2")
    exclusion_reason: Maybe[Text] = may("不适用说明", "Why excluded", d="S", clause="LZ-2 p2")
    government_investment: Maybe[StrictBool] = may("政府投资", "Government investment", clause="LZ-4 p3")
    government_control: Maybe[StrictBool] = may("政务部门实际控制使用", "Under government control", clause="LZ-2 p1")
    software_development: Maybe[StrictBool] = may("涉及软件开发", "Software development", clause="LZ-23 p1 s2")
    custom_software: Maybe[StrictBool] = may("定制开发", "Custom software", clause="OD-30, LZ-28")
    has_data: Maybe[StrictBool] = may("产生或持有数据", "Has data", clause="LZ-27 p1 s2")
    comprehensive: Maybe[StrictBool] = may("综合性项目", "Comprehensive", clause="LZ-12 p1 s3")
    cross_level: Maybe[StrictBool] = may("跨层级", "Cross-level", clause="OD-17 p1 s4")
    single_content: Maybe[StrictBool] = may(
        "建设内容单一",
        "Single content",
        ("技术方案简单的另由人证明（simplicity）", "That the technique is simple is attested (simplicity)"),
        clause="OD-15 p1(1)",
    )
    unified_om: Maybe[StrictBool] = may("可纳入统一运维", "Fit for unified O&M", clause="OD-23 p1 s5")
    tags: tuple[Code, ...] = rows("标签", "Tags", codes="tag")

    owner: Maybe[OrgRef] = may("项目单位", "Owner", change="declared")
    demand: Maybe[OrgRef] = may("需求单位", "Demand unit", change="declared", clause="LZ-9")
    builder: Maybe[OrgRef] = may(
        "建设单位", "Builder unit", ("缺省为项目单位", "Absent means the owner"), change="declared", clause="LZ-9"
    )
    user: Maybe[OrgRef] = may("使用单位", "User unit", change="declared", clause="LZ-9")
    lead: Maybe[OrgRef] = may(
        "牵头部门",
        "Lead department",
        ("缺省为项目单位", "Absent means the owner"),
        change="declared",
        clause="LZ-11, OD-17",
    )
    partners: tuple[OrgRef, ...] = rows("参建部门", "Partner departments", change="declared", clause="LZ-11, OD-17")
    partner_towns: tuple[OrgRef, ...] = rows("参建地区", "Partner districts", change="declared", clause="LZ-12")
    operator: Maybe[OrgRef] = may("运营公司", "Operating company", change="declared", clause="LZ-8 p1(2)")
    implementing_body: Maybe[OrgRef] = may(
        "项目实施机构", "Implementing body", ("具体实施的机构", "The body that carries it out"), clause="LZ-20, OD-22"
    )
    responsible: Maybe[Post] = may("项目负责人职务", "Responsible post", d="P", clause="LZ-20, OD-22")
    buyer_name: Maybe[Line] = may("采购单位名称", "Name of the buyer", ("未登记的单位", "A body not in the registry"))

    summary: Maybe[Text] = may("项目简介", "Summary")
    summary_en: Maybe[Text] = may("英文简介", "Summary in English")
    necessity: Maybe[Text] = may("建设必要性", "Necessity", d="S", clause="OD-5 p2 s1")
    necessity_public: Maybe[Text] = may("建设必要性（公开文本）", "Necessity (public text)")
    content: Maybe[Text] = may("建设内容及规模", "Content and scale", d="S", clause="OD-5 p2 s1")
    content_public: Maybe[Text] = may("建设内容及规模（公开文本）", "Content (public text)")
    policy_basis: Maybe[Text] = may("立项依据", "Policy basis", d="S", clause="OD-44")
    policy_basis_public: Maybe[Text] = may("立项依据（公开文本）", "Policy basis (public text)")

    original_project: Maybe[ProjectId] = may("原项目", "Original project", clause="OD-1 p2 s2")
    original_investment: Maybe[Money] = may(
        "原项目投资",
        "Investment of the original project",
        ("原项目未登记时填写", "When the original is not in the registry"),
        clause="OD-1 p2 s2",
    )
    parent_project: Maybe[ProjectId] = may("上级项目", "Parent project", clause="LZ-12 p1 s3")
    framework: Maybe[ProjectId] = may(
        "框架项目",
        "Framework project",
        ("统一框架方案所在项目", "The project that holds the framework plan"),
        clause="OD-17",
    )
    host: Maybe[HostProject] = may("主体项目", "Host project", clause="OD-46")
    builds: tuple[SystemRef, ...] = rows(
        "新建系统",
        "Builds systems",
        ("或在系统记录里写 built_by，任写一处", "Or built_by in the record of the system: either will do"),
    )
    extends: tuple[SystemRef, ...] = rows(
        "改扩建系统",
        "Extends systems",
        ("改扩建的是哪些已有系统", "The systems at hand that are rebuilt or extended"),
        clause="LZ-26 p1 s3",
    )
    maintains: tuple[SystemRef, ...] = rows(
        "运维系统",
        "Maintains systems",
        ("或在系统记录里写 maintained_by，任写一处", "Or maintained_by in the record of the system: either will do"),
    )

    scope: tuple[ScopeItem, ...] = rows("建设内容分项", "Scope")
    shared_resources: tuple[SharedUse, ...] = rows("资源使用清单", "Shared resources used", clause="LZ-13 p1 s2")
    data_catalog: tuple[DataItem, ...] = rows(
        "数据资源目录",
        "Data catalogue",
        (
            "目录的内容；随申请提交的目录文件另记为文件 data_catalog",
            "What the catalogue holds; the paper handed in is a document data_catalog",
        ),
        clause="OD-16",
    )
    hosting: Maybe[Hosting] = may("部署", "Hosting", d="R", clause="LZ-30, OD-3")
    civil: Maybe[Civil] = may("土建与能耗", "Civil works and energy", clause="LZ-7, OD-14")
    supervision: Maybe[SupervisionMode] = may(
        "监理方式",
        "Supervision",
        (
            "委托监理的，合同另记 contract_signed（role: supervision）",
            "Where appointed, its contract is a contract_signed of the role supervision",
        ),
        codes="supervision_mode",
        clause="LZ-23 p1 s3-4",
    )
    security: Maybe[Security] = may("安全", "Security", d="R", clause="LZ-21, OD-20")
    standards: tuple[Standard, ...] = rows("配套标准", "Standards", change="fact", clause="LZ-15")
    indicators: tuple[Indicator, ...] = rows(
        "绩效指标",
        "Performance indicators",
        ("绩效目标及指标", "Performance targets and indicators"),
        clause="LZ-24, OD-18",
    )
    planned: tuple[Planned, ...] = rows("计划进度", "Planned milestones", change="declared")
    withheld: tuple[Withheld, ...] = rows("不公开事项", "Withheld", clause="LZ-32 p3")
    source: Maybe[HttpUrl] = may("资料网址", "Web source")

    milestones: tuple[Milestone, ...] = rows("里程碑", "Milestones", change="fact")
    payments: tuple[Payment, ...] = rows("支付", "Payments", change="fact", clause="LZ-35 p1 s1")
    om_costs: tuple[OmCost, ...] = rows("运维费用", "O&M costs", change="fact", clause="LZ-29")
    progress: tuple[Progress, ...] = rows("进展", "Progress", change="fact", clause="LZ-16, OD-37")
    waivers: tuple[Waiver, ...] = rows("豁免", "Waivers", change="fact")
    reasons: tuple[Reason, ...] = rows("理由", "Reasons", change="fact")
    attestations: tuple[Attestation, ...] = rows("证明", "Attestations", change="fact")
    questions: tuple[Question, ...] = rows("公众提问", "Questions from the public", change="fact")
    corrections: tuple[Correction, ...] = rows("更正", "Corrections", change="fact")


SERIES: dict[str, tuple[str, ...]] = {
    "payments": ("seq",),
    "om_costs": ("year", "seq"),
    "progress": ("date",),
    "standards": ("seq",),
    "waivers": ("seq",),
    "reasons": ("seq",),
    "attestations": ("seq",),
    "questions": ("seq",),
    "corrections": ("seq",),
}
"""Append-only lists of a project beside the milestones, with the natural key of a row."""
