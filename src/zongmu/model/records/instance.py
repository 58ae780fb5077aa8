"""``registry/registry.yaml``: this instance. It changes verdicts, so it belongs to the trust zone."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from zongmu.model.base import Code, Format, JurisdictionId, Line, Maybe, OrgRef, Strict, Text, Year, may, need, rows
from zongmu.model.scalars import Day, Duration, Ratio
from zongmu.model.scalars.identifiers import DivisionCode, HttpUrl

AfterExpiry = Literal["none", "advisory", "continued"]


SecurityContact = Annotated[
    str, Field(strict=True, pattern=r"^(?:mailto:[!-~]+@[!-~]+|tel:\+?[0-9-]+|https://[!-~]+)$", max_length=300)
]


class Security(Strict):
    """Whom to tell of a weakness of the site: what ``.well-known/security.txt`` says (RFC 9116)."""

    contact: tuple[SecurityContact, ...] = need(
        "联系方式", "Contacts", ("mailto:、tel: 或 https://", "mailto:, tel: or https://"), min_length=1
    )
    expires: Day = need("有效至", "Expires", ("一年以内", "Less than a year ahead"))
    policy: Maybe[HttpUrl] = may("说明网页", "Policy")


class FooterLine(Strict):
    """A line at the foot of every page, such as an ICP licence number; a link where it has an address."""

    text: Line = need("文字", "Text")
    text_en: Maybe[Line] = may("英文", "Text in English")
    url: Maybe[HttpUrl] = may("链接", "Link")


class PublicRegisters(Strict):
    """Which registers beside the projects are published. None unless it is said here."""

    plans: StrictBool = need("年度计划", "Yearly plans", default=False)
    returns: StrictBool = need("报送情况", "Returns", default=False)
    resources: StrictBool = need("共享资源目录", "Catalogue of shared resources", default=False)


class Ratings(Strict):
    """From where on a rating says "well beyond" (明显偏离). Ratings are computed, shown for all projects or for none."""

    shown: StrictBool = need("公开评级", "Shown")
    cost: Maybe[Ratio] = may(
        "资金明显偏离",
        "Cost: well beyond",
        ("高于基线超过此比例，缺省 10%", "More than this above the baseline, else 10%"),
    )
    days: Maybe[Annotated[int, Field(strict=True, ge=1, le=3660)]] = may(
        "进度明显偏离",
        "Time: well beyond",
        ("晚于计划超过此日数，缺省 90", "More days than this after the plan, else 90"),
    )


class Editor(Strict):
    """The editor at ``/admin/`` for those who have an account on the forge; it needs HTTPS. Absent: no such page."""

    forge: Literal["github", "gitlab"] = need(
        "代码平台", "Forge", ("github | gitlab", "github | gitlab"), codes="forge"
    )
    address: Maybe[HttpUrl] = may("平台地址", "Address of the forge", ("自建平台才写", "Only for a forge of one's own"))
    repository: Annotated[
        str, Field(strict=True, pattern=r"^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+$", max_length=200)
    ] = need("仓库路径", "Repository", ("如 组织/仓库", "Such as group/name"))
    branch: Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$", max_length=100)] = (
        need("目标分支", "Target branch", default="main")
    )


class Site(Strict):
    """Where the public site will stand."""

    address: HttpUrl = need("网站地址", "Address")
    operator: Maybe[Line] = may("主办单位", "Operator")
    contact: Maybe[Line] = may("联系方式", "Contact")
    licence: Maybe[Line] = may("数据许可", "Licence of the data")
    security: Maybe[Security] = may("安全联系", "Security contact", ("security.txt 的内容", "What security.txt says"))
    footer: tuple[FooterLine, ...] = rows(
        "页脚", "Footer", ("备案号、网站标识码等", "Licence numbers, code of the website, and the like")
    )
    registers: Maybe[PublicRegisters] = may("随站公开的名册", "Registers published with the site")
    ratings: Maybe[Ratings] = may("评级", "Ratings")
    editor: Maybe[Editor] = may("在线编辑", "Editor", ("/admin/，缺省不设", "At /admin/; none unless it is said"))


class FictitiousDivision(Strict):
    """A division that does not exist; unfavourable demonstration facts go there."""

    code: DivisionCode = need("代码", "Code")
    name: Line = need("名称", "Name")


class Demonstration(Strict):
    """Present only in a demonstration: its clock stands still and all acting bodies are fictitious."""

    as_of: Day = need("演示库的今天", "Today of the demonstration")
    divisions: tuple[FictitiousDivision, ...] = rows("虚构区划", "Fictitious divisions")
    notice: Maybe[Text] = may("说明", "Notice")
    notice_en: Maybe[Text] = may("英文说明", "Notice in English")


class Gap(Strict):
    """A number that was given out and is not in the registry, with the reason."""

    year: Year = need("年度", "Year")
    serial: Annotated[str, Field(strict=True, pattern=r"^[0-9]{4,}(?:-[0-9]{4,})?$", max_length=20)] = need(
        "登记号", "Serial or range"
    )
    reason: Line = need("原因", "Reason")

    @property
    def first(self) -> int:
        """The first number of the gap."""
        return int(self.serial.partition("-")[0])

    @property
    def last(self) -> int:
        """The last number of the gap, which may be the first."""
        return int(self.serial.rpartition("-")[2])


class Jurisdiction(Strict):
    """A city in this instance."""

    id: JurisdictionId = need("编号", "Id")
    name: Line = need("名称", "Name")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    region: DivisionCode = need("行政区划", "Division (GB/T 2260)")
    measures: tuple[Code, ...] = rows("适用办法", "Measures")
    gaps: tuple[Gap, ...] = rows("登记号空缺", "Gaps in serial numbers")


class LawSetting(Strict):
    """What the text of a measure leaves open and the instance must say."""

    measure: Code = need("办法", "Measure")
    issued: Maybe[Day] = may("印发日期", "Day of issue")
    source: Maybe[Line] = may("依据", "Source")
    after_expiry: Maybe[AfterExpiry] = may(
        "失效后",
        "After expiry",
        ("none 不适用；advisory 仅供参考；continued 继续执行", "none | advisory | continued"),
        codes="after_expiry",
    )
    continued_by: Maybe[Line] = may("继续执行的文件", "Document that continues it")


class Limit(Strict):
    """A limit set by this site where the law says 及时 or 定期 without a number (reading I10)."""

    id: Code = need("事项", "Matter")
    within: Duration = need("时限", "Within")


Number = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class Aggregation(Strict):
    """From where on the aggregation review (汇聚审查) shows something. What is not said here is as the house has it."""

    bodies: Maybe[Number] = may(
        "单位个数", "Bodies", ("同一供应商、同一职责涉及几个单位起，缺省 3", "Of one supplier in one role, else 3")
    )
    share: Maybe[Ratio] = may(
        "合同金额占比", "Share of contract money", ("同一供应商占多少起，缺省 30%", "Of one supplier, else 30%")
    )
    few: Maybe[Number] = may("少数", "Few", ("几个项目以内算少数，缺省 2", "Up to so many projects stand out, else 2"))
    among: Maybe[Number] = may(
        "同类", "Among", ("同类至少几个项目才看少数，缺省 10", "Among at least so many of a sort, else 10")
    )
    words: tuple[Line, ...] = rows(
        "安全用语",
        "Words of security",
        (
            "供应商名称或标段含其一的算安全类；不写用缺省",
            "A contract whose supplier or lot has one is of security; none: those of the house",
        ),
    )
    hold: StrictBool = need(
        "须确认",
        "Hold",
        ("本次有新增的，加 --looked-at 才打包", "No package where this release adds to one, unless --looked-at"),
        default=False,
    )


class DisclosurePolicy(Strict):
    """The document by which the city says what may be public: printed on the site, on the sheet and on the statement."""

    title: Line = need("名称", "Title")
    office: Line = need("制定机关", "Office")
    number: Maybe[Line] = may("文号", "Number")
    date: Day = need("日期", "Date")
    review: Maybe[Day] = may("下次复核", "To be reviewed by")
    url: Maybe[HttpUrl] = may("网址", "Address")


class ClosedUnit(Strict):
    """A unit of which no project is published, whatever a review says. ``counted``: the site says how many there are."""

    unit: OrgRef = need("单位", "Unit")
    counted: StrictBool = need(
        "公布个数", "Counted", ("缺省连个数也不公布", "Not even their number unless it is said"), default=False
    )


class Disclosure(Strict):
    """What the city lays down for its disclosure reviews."""

    policy: Maybe[DisclosurePolicy] = may("公开范围的依据", "Disclosure policy")
    aggregation: Maybe[Aggregation] = may("汇聚审查", "Aggregation review")
    units: tuple[ClosedUnit, ...] = rows(
        "项目一律不公开的单位",
        "Units whose projects are never published",
        ("申报、需求、建设、使用单位之一在列的，都不公开", "Where it owns, wants, builds or uses the project"),
    )


class Instance(Strict):
    """The settings of one instance."""

    format: Format = need("格式版本", "Format", change="frozen")
    name: Line = need("名称", "Name")
    name_en: Maybe[Line] = may("英文名称", "Name in English")
    timezone: Line = need("时区", "Timezone")
    site: Site = need("网站", "Site")
    repository: Literal["internal", "public"] = need(
        "仓库", "Repository", ("internal 内部；public 公开", "internal | public"), codes="repository"
    )
    assurance: Literal["none", "F", "S"] = need("保证级别", "Assurance", codes="assurance")
    disclosure_review: Literal["separate", "merge"] = need(
        "公开审查",
        "Disclosure review",
        ("separate 单独审查；merge 合并即审查", "separate | merge"),
        codes="review_mode",
    )
    disclosure: Maybe[Disclosure] = may("公开审查的设定", "Settings of the disclosure review")
    demonstration: Maybe[Demonstration] = may("演示", "Demonstration")
    jurisdictions: tuple[Jurisdiction, ...] = need("辖区", "Jurisdictions", min_length=1)
    law: tuple[LawSetting, ...] = rows("法规设定", "Settings of the law")
    limits: tuple[Limit, ...] = rows("本站时限", "Limits of this site")

    def jurisdiction(self, id: str) -> Jurisdiction | None:
        """The city with that id, or None."""
        return next((j for j in self.jurisdictions if j.id == id), None)

    def notice(self, lang: str) -> str | None:
        """What a demonstration says of itself on all that it makes; None of a real registry."""
        if self.demonstration is None:
            return None
        if lang == "en":
            return self.demonstration.notice_en or "Demonstration data; not real."
        return self.demonstration.notice or "演示数据，不是真实数据。"

    @property
    def policy(self) -> DisclosurePolicy | None:
        """The document by which the city says what may be public; None where it names none."""
        return self.disclosure.policy if self.disclosure is not None else None

    def setting(self, measure: str) -> LawSetting | None:
        """What this instance says about a measure, or None."""
        return next((s for s in self.law if s.measure == measure), None)

    def limit(self, id: str) -> Duration | None:
        """The limit of this site for a matter, or None."""
        return next((x.within for x in self.limits if x.id == id), None)


SERIES: dict[str, tuple[str, ...]] = {}
