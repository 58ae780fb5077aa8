"""The tables that others point to: suppliers and who signed what, bodies, systems, districts."""

from __future__ import annotations

from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.tables import Column, Row, Table, whole
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.say import slug

_ID = Column("id", Bilingual("编号", "Id"))
_CITY = Column("jurisdiction", Bilingual("辖区", "Jurisdiction"))
_NAME = Column("name", Bilingual("名称", "Name"))
_NAME_EN = Column("name_en", Bilingual("英文名称", "Name in English"))
_LEVEL = Column("level", Bilingual("层级", "Level"))
_REGION = Column("region", Bilingual("行政区划", "Division (GB/T 2260)"))
_FICTITIOUS = Column("fictitious", Bilingual("虚构", "Fictitious"), "boolean")
_PAGE = Column("page", Bilingual("页面", "Page"))
SUPPLIER = Column("supplier_id", Bilingual("供应商编号", "Supplier (id)"), refers=("suppliers", "id"))
DISTRICT = Column("district", Bilingual("地区", "District"), refers=("districts", "id"))


def suppliers(release: Release) -> Table:
    """Suppliers as their pages count them: by credit code, record or name, members of consortia apart."""
    columns = (
        _ID,
        _NAME,
        Column("uscc", Bilingual("统一社会信用代码", "Unified social credit code")),
        Column("organization", Bilingual("已登记的单位", "Registered body"), refers=("organizations", "id")),
        Column("other_names", Bilingual("合同中的其他名称", "Other names in contracts"), "list"),
        Column("projects", Bilingual("项目数", "Projects"), "integer"),
        Column("contracts", Bilingual("合同数", "Contracts"), "integer"),
        Column(
            "amount",
            Bilingual("合同合计（不含仅为联合体成员的）", "Contracts in all (without mere membership)"),
            "money",
        ),
        Column("latest", Bilingual("最近签订", "Latest contract"), "date"),
        _PAGE,
    )
    rows: list[Row] = [
        (
            s.slug,
            s.name,
            s.uscc,
            s.organization if s.organization in release.organizations else None,
            tuple(s.other_names) or None,
            len({part.project.public.id for part in s.parts}),
            len(s.parts),
            s.total.fen if s.total is not None else None,
            max(part.contract.date for part in s.parts),
            f"{release.address}suppliers/{s.slug}.html",
        )
        for s in release.suppliers.by_slug.values()
    ]
    about = Bilingual(
        "每个供应商一行，与供应商页一致", "One row for each supplier, as the pages of suppliers count them"
    )
    return Table(
        "suppliers", Bilingual("供应商", "Suppliers"), about, columns, ("id",), whole(rows), release.suppliers.by_slug
    )


def contract_parties(release: Release) -> Table:
    """Who signed which contract: its supplier, and each member of a consortium."""
    columns = (
        Column("project", Bilingual("登记号", "Project"), refers=("projects", "id")),
        Column("key", Bilingual("合同标识", "Contract (key)")),
        SUPPLIER,
        Column("member", Bilingual("仅为联合体成员", "Only a member of the consortium"), "boolean"),
        Column("share", Bilingual("份额", "Share")),
    )
    rows: list[Row] = [
        (part.project.public.id, part.contract.key, s.slug, part.member, part.share)
        for s in release.suppliers.by_slug.values()
        for part in s.parts
    ]
    return Table(
        "contract_parties",
        Bilingual("合同各方", "Parties to contracts"),
        Bilingual(
            "每份合同的供应商和联合体成员，一行一个",
            "The supplier of each contract and the members of consortia, a row each",
        ),
        columns,
        ("project", "key", "supplier_id"),
        whole(sorted(rows, key=lambda row: tuple(str(value) for value in row[:3]))),
    )


def systems(release: Release) -> Table:
    """The information systems that published projects name."""
    columns = (
        _ID,
        _CITY,
        _NAME,
        _NAME_EN,
        Column("unit", Bilingual("主管单位", "Unit"), refers=("organizations", "id")),
        _LEVEL,
        Column("field", Bilingual("领域", "Field"), codelist="field"),
        Column("in_use_since", Bilingual("投入使用", "In use since"), "date"),
        Column("retired", Bilingual("停用", "Retired"), "date"),
        Column("built_by", Bilingual("建设项目", "Built by"), "list"),
        Column("upgraded_by", Bilingual("升级项目", "Upgraded by"), "list"),
        Column("maintained_by", Bilingual("运维项目", "Maintained by"), "list"),
    )
    rows: list[Row] = [
        (
            s.id,
            s.jurisdiction,
            s.name,
            s.name_en,
            s.unit,
            s.level,
            s.field,
            s.in_use_since,
            s.retired,
            s.built_by or None,
            s.upgraded_by or None,
            s.maintained_by or None,
        )
        for s in release.systems.values()
    ]
    about = Bilingual("已公开项目提到的信息系统", "The information systems that published projects name")
    return Table("systems", Bilingual("信息系统", "Systems"), about, columns, ("id",), whole(rows), release.systems)


def districts(release: Release) -> Table:
    """Districts and towns."""
    columns = (_ID, _CITY, _NAME, _NAME_EN, _REGION, _LEVEL, _FICTITIOUS, _PAGE)
    rows: list[Row] = [
        (
            d.id,
            d.jurisdiction,
            d.name,
            d.name_en,
            d.region,
            d.level,
            d.fictitious,
            f"{release.address}districts/{slug(d.id)}.html",
        )
        for d in release.districts
    ]
    about = Bilingual("地区的名称和代码", "Names and codes of districts and towns")
    return Table(
        "districts",
        Bilingual("地区", "Districts"),
        about,
        columns,
        ("id",),
        whole(rows),
        frozenset(d.id for d in release.districts),
    )


def districts_by_region(release: Release) -> dict[tuple[str, str], str]:
    """City and division code → the district that has it."""
    return {(d.jurisdiction, d.region): d.id for d in release.districts}


def organizations(release: Release) -> Table:
    """The bodies that published projects name."""
    columns = (
        _ID,
        _CITY,
        _NAME,
        _NAME_EN,
        Column("short_name", Bilingual("简称", "Short name")),
        Column("former_names", Bilingual("曾用名", "Former names"), "list"),
        Column("type", Bilingual("类型", "Type"), codelist="organization_type"),
        Column("type_title", Bilingual("类型（含义）", "Type (meaning)")),
        _LEVEL,
        _REGION,
        Column("uscc", Bilingual("统一社会信用代码", "Unified social credit code")),
        Column("parent", Bilingual("上级", "Parent"), refers=("organizations", "id")),
        Column("successor", Bilingual("承接单位", "Successor"), refers=("organizations", "id")),
        _FICTITIOUS,
        _PAGE,
    )
    types = CODE_LISTS.get("organization_type", {})
    rows: list[Row] = [
        (
            o.id,
            o.jurisdiction,
            o.name,
            o.name_en,
            o.short_name,
            tuple(name for name, _ in o.former_names) or None,
            o.type,
            types[o.type][0] if o.type in types else o.type,
            o.level,
            o.region,
            o.uscc,
            o.parent if o.parent in release.organizations else None,
            o.successor[0] if o.successor is not None else None,
            o.demonstration,
            f"{release.address}organizations/{slug(o.id)}.html",
        )
        for o in release.organizations.values()
    ]
    about = Bilingual("已公开项目提到的单位", "The bodies that published projects name")
    return Table(
        "organizations", Bilingual("单位", "Bodies"), about, columns, ("id",), whole(rows), release.organizations
    )
