"""What acts hold: the papers that came with them, periods, rows of money, items of the scope, members of a consortium."""

from typing import Literal

from zongmu.model.base import Code, LaterSeq, Line, Maybe, OrgRef, Slug, Strict, Year, may, need, rows
from zongmu.model.codes import ExcludedStep
from zongmu.model.scalars import Day, Money, Share
from zongmu.model.scalars.identifiers import HttpUrl, Sha256, Uscc


class Source(Strict):
    """Where an imported or opening fact was read."""

    title: Line = need("来源", "Source", change="fact")
    url: Maybe[HttpUrl] = may("网址", "Address", change="fact")
    retrieved: Maybe[Day] = may("获取日期", "Retrieved", change="fact")
    row: Maybe[Line] = may("原始行", "Row", ("来源表中的行号或键", "Row number or key in the source"), change="fact")


PRESENCE_WITHHELD = ("R", "I")
"""Classes of a single paper that keep even its presence, whatever its kind."""


class Document(Strict):
    """A paper that came with an act. It inherits the act's date, body and number unless it has its own."""

    kind: Code = need("文件种类", "Kind", change="fact", codes="document")
    seq: Maybe[LaterSeq] = may("序号", "Number in kind", ("缺省为 1", "Absent means 1"), change="fact")
    title: Maybe[Line] = may("标题", "Title", change="fact")
    number: Maybe[Line] = may(
        "文号", "Document number", ("缺省为所在里程碑的文号", "Absent means the number of its milestone"), change="fact"
    )
    issuer: Maybe[OrgRef] = may("出具单位", "Issuer", change="fact")
    issuer_name: Maybe[Line] = may(
        "出具单位名称", "Name of issuer", ("未登记的单位", "A body not in the registry"), change="fact"
    )
    date: Maybe[Day] = may(
        "成文日期", "Day of writing", ("缺省为所在里程碑的日期", "Absent means the day of its milestone"), change="fact"
    )
    received: Maybe[Day] = may("收到日期", "Day received", change="fact")
    sha256: Maybe[Sha256] = may("SHA-256", "SHA-256", d="I", change="fact")
    url: Maybe[HttpUrl] = may("网址", "Address", change="fact")
    covers: tuple[Code, ...] = rows(
        "内容包括", "Covers", ("这份文件载明的内容", "What this paper says"), change="fact", codes="topic"
    )
    disclosure: Maybe[Literal["P", "S", "R", "I", "L"]] = may(
        "公开属性", "Disclosure", change="fact", codes="disclosure"
    )


class Span(Strict):
    """A period, both days included."""

    start: Day = need("起", "Start", change="fact")
    end: Day = need("止", "End", change="fact")


class Excluded(Strict):
    """An interval that does not count towards a time limit of approval."""

    step: ExcludedStep = need("环节", "Step", change="fact", codes="excluded_step")
    from_: Day = need("起", "From", change="fact", alias="from")
    to: Day = need("止", "To", change="fact")


class FundingRow(Strict):
    """Money of one source, level and year."""

    source: Code = need("资金来源", "Source", change="fact", codes="funding_source")
    level: Code = need("资金层级", "Level", change="fact", codes="funding_level")
    year: Maybe[Year] = may("年度", "Year", change="fact")
    amount: Money = need("金额", "Amount", change="fact")
    budget_ref: Maybe[Line] = may("预算文号", "Budget reference", change="fact")


class ScopeAmount(Strict):
    """The amount of one scope item, as approved or as settled."""

    item: Slug = need("建设内容", "Scope item", change="fact")
    amount: Money = need("金额", "Amount", change="fact")


class ScopeMove(Strict):
    """What an adjustment does to one scope item."""

    item: Slug = need("建设内容", "Scope item", change="fact")
    from_: Money = need("调整前", "From", change="fact", alias="from")
    to: Money = need("调整后", "To", change="fact")


class Member(Strict):
    """A member of a consortium."""

    name: Line = need("成员名称", "Member", change="fact")
    uscc: Maybe[Uscc] = may("统一社会信用代码", "Credit code", change="fact")
    organization: Maybe[OrgRef] = may(
        "已登记的单位", "Registered body", ("成员是已登记的单位时", "If the member is a registered body"), change="fact"
    )
    share: Maybe[Share] = may("份额", "Share", change="fact")
