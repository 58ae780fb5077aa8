"""City-free code lists: values that mean the same wherever the registry runs.

A list that differs from city to city (class, path, document kinds, …) is open here (:data:`~zongmu.model.base.Code`) and
closed by the measure (``checks/<measure>/measure.yaml``). Each closed list below is a ``Literal`` for the type checker and
a row of titles in :data:`CODE_LISTS` for people; a test holds the two together.
"""

from __future__ import annotations

from typing import Literal

Secrecy = Literal["none"]
Conclusion = Literal["passed", "returned", "rejected", "deferred"]
AcceptanceConclusion = Literal["pass", "rectify", "fail"]
ExAnteConclusion = Literal["feasible", "infeasible", "deferred"]
ExcludedStep = Literal["form_check", "expert_review", "third_party", "joint_review"]
EvaluationStage = Literal["mid_term", "annual", "self", "post"]
EvaluationGrade = Literal["excellent", "good", "pass", "poor", "fail"]
ContractRole = Literal[
    "build", "supply", "supervision", "assessment", "design", "consulting", "om", "service", "data_operation"
]
IncidentKind = Literal["delay", "loss", "security", "hazard", "data"]
IncidentSeverity = Literal["ordinary", "serious"]
ShareType = Literal["unconditional", "conditional", "none"]
DataDisposal = Literal["backup", "migrate", "destroy"]
DeviceDisposal = Literal["backup", "migrate", "destroy", "transfer", "scrap"]
PermitKind = Literal["energy", "siting", "land", "eia", "civil"]
SupervisionMode = Literal["appointed", "self"]
OwnRoom = Literal["none", "new", "leased", "rebuilt", "extended"]
StandardKind = Literal["engineering", "group", "local", "industry", "national"]
StandardLevel = Literal["county", "municipal", "provincial", "national"]
PlanStepKind = Literal["drafted", "reviewed", "submitted", "opinion", "approved", "entered", "filed"]
PlanOpinion = Literal["agreed", "returned", "rejected"]
CarryOver = Literal["new", "carried_over"]
IpOwner = Literal["owner", "shared", "vendor"]
QuestionKind = Literal["request", "inquiry", "objection"]
QuestionChannel = Literal["letter", "email", "hotline", "visit", "portal", "forge"]
OwnerKind = Literal[
    "government_department", "public_institution", "party_body", "state_company", "district_government", "other"
]

CODE_LISTS: dict[str, dict[str, tuple[str, str]]] = {
    "secrecy": {"none": ("不涉密", "Not secret")},
    "conclusion": {
        "passed": ("通过", "Passed"),
        "returned": ("退回修改", "Returned"),
        "rejected": ("不通过", "Rejected"),
        "deferred": ("暂缓", "Deferred"),
    },
    "acceptance_conclusion": {
        "pass": ("合格", "Passed"),
        "rectify": ("整改后再验", "To be rectified"),
        "fail": ("不合格", "Failed"),
    },
    "ex_ante_conclusion": {
        "feasible": ("可行", "Feasible"),
        "infeasible": ("不可行", "Infeasible"),
        "deferred": ("暂缓执行", "Deferred"),
    },
    "excluded_step": {
        "form_check": ("形式审查", "Form check"),
        "expert_review": ("专家评审", "Expert review"),
        "third_party": ("第三方评估", "Third-party evaluation"),
        "joint_review": ("部门联审", "Joint review"),
    },
    "evaluation_stage": {
        "mid_term": ("建设期过半评价", "Mid-term"),
        "annual": ("年度评价", "Annual"),
        "self": ("自评价", "Self-evaluation"),
        "post": ("后评价", "Post-evaluation"),
    },
    "evaluation_grade": {
        "excellent": ("优", "Excellent"),
        "good": ("良", "Good"),
        "pass": ("中", "Pass"),
        "poor": ("差", "Poor"),
        "fail": ("未通过", "Failed"),
    },
    "contract_role": {
        "build": ("承建", "Build"),
        "supply": ("供货", "Supply"),
        "supervision": ("监理", "Supervision"),
        "assessment": ("测评", "Testing and assessment"),
        "design": ("设计", "Design"),
        "consulting": ("咨询", "Consulting"),
        "om": ("运维", "Operation and maintenance"),
        "service": ("服务", "Service"),
        "data_operation": ("数据运营", "Data operation"),
    },
    "incident_kind": {
        "delay": ("逾期", "Delay"),
        "loss": ("投资损失", "Loss of investment"),
        "security": ("网络安全事件", "Security incident"),
        "hazard": ("重大安全隐患", "Major hazard"),
        "data": ("数据安全事件", "Data incident"),
    },
    "incident_severity": {"ordinary": ("一般", "Ordinary"), "serious": ("严重、重大", "Serious or major")},
    "share_type": {
        "unconditional": ("无条件", "Unconditional"),
        "conditional": ("有条件", "Conditional"),
        "none": ("不予共享（开放）", "Not shared (not open)"),
    },
    "data_disposal": {
        "backup": ("备份", "Backed up"),
        "migrate": ("迁移", "Migrated"),
        "destroy": ("销毁", "Destroyed"),
    },
    "device_disposal": {
        "backup": ("留存备用", "Kept as spare"),
        "migrate": ("调配", "Redeployed"),
        "destroy": ("销毁", "Destroyed"),
        "transfer": ("移交", "Transferred"),
        "scrap": ("报废", "Scrapped"),
    },
    "permit_kind": {
        "energy": ("节能评估", "Energy assessment"),
        "siting": ("规划选址", "Siting"),
        "land": ("用地预审", "Land pre-examination"),
        "eia": ("环境影响评价", "Environmental impact assessment"),
        "civil": ("土建部分审批", "Approval of the civil works"),
    },
    "supervision_mode": {
        "appointed": ("委托监理", "Supervisor appointed"),
        "self": ("建设单位自行负责", "By the unit itself"),
    },
    "own_room": {
        "none": ("无自有机房", "None"),
        "new": ("新建", "Newly built"),
        "leased": ("租用", "Leased"),
        "rebuilt": ("改建", "Rebuilt"),
        "extended": ("扩建", "Extended"),
    },
    "standard_kind": {
        "engineering": ("工程标准", "Engineering standard"),
        "group": ("团体标准", "Group standard"),
        "local": ("地方标准", "Local standard"),
        "industry": ("行业标准", "Industry standard"),
        "national": ("国家标准", "National standard"),
    },
    "standard_level": {
        "county": ("县级", "County"),
        "municipal": ("市级", "Municipal"),
        "provincial": ("省级", "Provincial"),
        "national": ("国家级", "National"),
    },
    "plan_step": {
        "drafted": ("编制计划清单", "List drafted"),
        "reviewed": ("组织评审论证", "Reviewed"),
        "submitted": ("报市级审核", "Submitted to the city"),
        "opinion": ("市级审核意见", "Opinion of the city"),
        "approved": ("本级政府审定", "Approved by the district government"),
        "entered": ("录入项目库", "Entered in the library"),
        "filed": ("向市级备案", "Filed with the city"),
    },
    "plan_opinion": {
        "agreed": ("同意", "Agreed"),
        "returned": ("退回完善", "Returned"),
        "rejected": ("不同意", "Rejected"),
    },
    "carry_over": {"new": ("新建", "New"), "carried_over": ("续建", "Carried over")},
    "ip_owner": {"owner": ("建设单位", "The unit"), "shared": ("共有", "Shared"), "vendor": ("供应商", "The vendor")},
    "organization_type": {
        "government_department": ("政府部门", "Government department"),
        "public_institution": ("事业单位", "Public institution"),
        "party_body": ("党群机关", "Party body"),
        "state_company": ("国有企业", "State-owned company"),
        "district_government": ("地区政府", "District government"),
        "other": ("其他", "Other"),
    },
    "disclosure": {
        "P": ("公开", "Public"),
        "S": ("公开摘要", "Public in summary"),
        "R": ("限制公开", "Restricted"),
        "I": ("内部", "Internal"),
        "L": ("只公开有无", "Presence only"),
    },
    "review_conclusion": {
        "public": ("公开", "Public"),
        "partly": ("部分公开", "Public in part"),
        "withheld": ("不予公开", "Withheld"),
    },
    "question_kind": {
        "request": ("政府信息公开申请", "Request for information"),
        "inquiry": ("咨询", "Question"),
        "objection": ("异议或纠错", "Objection to what is recorded"),
    },
    "question_channel": {
        "letter": ("来信", "Letter"),
        "email": ("电子邮件", "E-mail"),
        "hotline": ("政务服务热线", "Public hotline"),
        "visit": ("当面提交", "In person"),
        "portal": ("政府网站留言", "Government website"),
        "forge": ("代码平台工单", "Issue on the forge"),
    },
    "draw_algorithm": {"sha256-rank-v1": ("按 SHA-256 摘要排序，第 1 版", "Ranked by SHA-256, version 1")},
    "assurance": {
        "none": ("合并即生效", "Merged is effective"),
        "F": ("平台签认", "Endorsed on the forge"),
        "S": ("数字签名", "Signed"),
    },
    "zone": {
        "data": ("数据区", "Data"),
        "trust": ("信任区", "Trust"),
        "code": ("代码区", "Code"),
    },
    "forge": {"github": ("GitHub 或企业版", "GitHub"), "gitlab": ("GitLab 或自建", "GitLab")},
    "repository": {"internal": ("内部", "Internal"), "public": ("公开", "Public")},
    "review_mode": {
        "separate": ("单独审查", "A review of its own"),
        "merge": ("合并即审查", "The merge review counts"),
    },
    "after_expiry": {
        "none": ("不再适用", "No longer applied"),
        "advisory": ("仅供参考", "As advice only"),
        "continued": ("继续执行", "Applied further"),
    },
    "calendar_status": {"official": ("已公布", "Published"), "provisional": ("暂定", "Provisional")},
}
