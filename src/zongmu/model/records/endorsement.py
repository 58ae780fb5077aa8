"""Endorsements: sign-offs of recorded milestones, acknowledgements of breaches, disclosure reviews. Append-only.

An endorsement is not the act of the authority (批复): that is a milestone. It is the person in a role who says that
what is recorded is what the paper says, bound by digest to the content (``zongmu.model.fields.digest``).
"""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from zongmu.model.base import (
    Code,
    Format,
    JurisdictionId,
    Line,
    Maybe,
    MilestoneKey,
    OrgRef,
    ProjectId,
    Seq,
    Strict,
    Text,
    may,
    need,
    rows,
)
from zongmu.model.scalars import Day

Digest = Annotated[str, Field(strict=True, pattern=r"^sha256:[0-9a-f]{64}$", max_length=71)]
RecordId = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9]*(?:/[a-z0-9][a-z0-9-]*)?$", max_length=90)]
Level = Literal["none", "F", "S"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""Levels of assurance, the lowest first."""


class Evidence(Strict):
    """Where the click or the signature can be seen."""

    forge: Maybe[Code] = may("平台", "Forge", d="I", change="fact")
    request: Maybe[Line] = may("合并请求", "Merge request", d="I", change="fact")
    head: Maybe[Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$", max_length=64)]] = may(
        "提交", "Commit", d="I", change="fact"
    )
    signature: Maybe[Text] = may("签名", "Signature", d="I", change="fact")


class Signed(Strict):
    """What every row has."""

    seq: Seq = need("序号", "Number", change="fact")
    role: Code = need("职责", "Role", change="fact", codes="role")
    organization: Maybe[OrgRef] = may("单位", "Organization", change="fact")
    by: Maybe[Line] = may(
        "经办", "By", ("平台账号或职务，不写姓名", "Account or office, never a name"), d="I", change="fact"
    )
    date: Day = need("日期", "Date", change="fact")
    level: Maybe[Level] = may("保证级别", "Level", change="fact", codes="assurance")
    evidence: Maybe[Evidence] = may("凭据", "Evidence", d="I", change="fact")


class Endorsement(Signed):
    """One milestone, checked against its paper."""

    of: MilestoneKey = need("里程碑", "Milestone", change="fact")
    digest: Digest = need("内容摘要", "Digest", change="fact")


class Acknowledgement(Signed):
    """The competent role takes note of a breach, by the finding's fingerprint. The breach stays visible."""

    code: Line = need("规则", "Rule", change="fact")
    key: Maybe[Line] = may("里程碑或行", "Milestone or row", change="fact")
    excess: Maybe[Annotated[int, Field(strict=True, ge=0)]] = may(
        "超出", "Excess", ("确认时的超出量", "As acknowledged"), change="fact"
    )
    reason: Text = need("理由", "Reason", change="fact", d="S")
    number: Maybe[Line] = may("文号", "Document number", change="fact")


class DisclosureReview(Signed):
    """A written review before publication (先审查、后公开), bound to the public projection."""

    conclusion: Literal["public", "partly", "withheld"] = need(
        "结论", "Conclusion", change="fact", codes="review_conclusion"
    )
    ground: Maybe[Code] = may("依据", "Ground", change="fact", codes="withholding_ground")
    digest: Digest = need("公开文本摘要", "Digest of the public projection", change="fact")


class Endorsements(Strict):
    """All endorsements of one record; written by the merge service or ``zongmu approve``.

    A project is named by ``project``; any other record (a system, a district, a plan, a city as a whole) by ``record``, the
    id that findings print.
    """

    format: Format = need("格式版本", "Format", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    project: Maybe[ProjectId] = may("项目", "Project", change="frozen")
    record: Maybe[RecordId] = may(
        "其他记录", "Other record", ("系统、地区、计划的编号", "Id of a system, a district, a plan"), change="frozen"
    )
    endorsements: tuple[Endorsement, ...] = rows("签认", "Endorsements", change="fact")
    acknowledgements: tuple[Acknowledgement, ...] = rows("确认", "Acknowledgements", change="fact")
    disclosure_reviews: tuple[DisclosureReview, ...] = rows("公开审查", "Disclosure reviews", change="fact")

    @property
    def subject(self) -> str:
        """The id of the record that is endorsed; empty where the file names none."""
        return self.project or self.record or ""


SERIES: dict[str, tuple[str, ...]] = {
    "endorsements": ("seq",),
    "acknowledgements": ("seq",),
    "disclosure_reviews": ("seq",),
}
