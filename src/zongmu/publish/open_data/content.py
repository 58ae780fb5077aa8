"""The tables themselves: projects, acts, contracts, payments and the other lists, outcomes, what is withheld."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from zongmu.disclosure.projection import (
    EXTERNAL_ID_FIELDS,
    OM_COST_FIELDS,
    PAYMENT_FIELDS,
    PROGRESS_FIELDS,
    QUESTION_FIELDS,
    SHARED_RESOURCE_FIELDS,
    STATE_FIELDS,
    WAIVER_FIELDS,
    PublicMilestone,
)
from zongmu.model.acts.milestones import Contract, key_at, key_of
from zongmu.model.derived.views import STATUS_TITLES, View
from zongmu.model.finding import Bilingual, Outcome
from zongmu.model.records.project import Project
from zongmu.model.scalars import Money
from zongmu.publish.derived.duration import term
from zongmu.publish.derived.figures import LADDER, ladder, parts
from zongmu.publish.derived.movements import movements
from zongmu.publish.derived.questions import Asked, asked_of
from zongmu.publish.derived.ratings import GRADES, Limits, limits_of, rate
from zongmu.publish.making.keys import Keys
from zongmu.publish.open_data.by_project import ByProject
from zongmu.publish.open_data.changes_table import changes_table
from zongmu.publish.open_data.columns import (
    Field,
    body_name,
    columns_of,
    is_table,
    rule_titles,
    scalar_fields,
    values_of,
)
from zongmu.publish.open_data.register_tables import (
    DISTRICT,
    SUPPLIER,
    contract_parties,
    districts,
    districts_by_region,
    organizations,
    suppliers,
    systems,
)
from zongmu.publish.open_data.tables import Column, Row, Table, Value, whole
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import dump
from zongmu.publish.rendering.fields import fields_of
from zongmu.publish.rendering.say import Say

_SERIES: dict[str, tuple[str, ...]] = {
    "shared_resources": SHARED_RESOURCE_FIELDS,
    "payments": PAYMENT_FIELDS,
    "om_costs": OM_COST_FIELDS,
    "progress": PROGRESS_FIELDS,
    "waivers": WAIVER_FIELDS,
    "questions": (*QUESTION_FIELDS[:5], "about", *QUESTION_FIELDS[5:]),
}
"""Lists of which some fields are public; of the lists among the state fields all are."""

_NAMES = {"withheld": "withheld_fields"}
"""Tables that are called otherwise than their field, beside ``withheld_projects``."""

_PROJECT = Column("project", Bilingual("登记号", "Project"), refers=("projects", "id"))
_CONTRACT = ("role", "number", "supplier", "supplier_uscc", "supplier_org", "lot", "warranty", "warranty_until",
             "free_om", "service", "continues", "ip_owner")  # fmt: skip
_ACT = ("key", "kind", "seq", "date", "received", "body", "body_name", "number", "url", "of", "total", "amount",
        "conclusion")  # fmt: skip
"""What acts of most kinds have. The rest stands in one column, as JSON: some seventy fields, of which an act has few."""


def tables(release: Release, say: Say, keys: Keys) -> tuple[Table, ...]:
    """Every table of a release, in the order in which they are best read. *say*: the words of the Chinese pages."""
    blocks = ByProject(release, keys)
    return (
        _projects(release, say, blocks),
        _milestones(say, blocks),
        _contracts(say, blocks),
        contract_parties(release),
        suppliers(release),
        _movements(blocks),
        changes_table(release),
        *(_series(release, say, name, blocks) for name in _list_names()),
        _outcomes(release, blocks),
        organizations(release),
        systems(release),
        districts(release),
        _withheld(release),
    )


# ── projects ──

_TERM = (
    Column("planned_end_original", Bilingual("建成期限（首次批复）", "Planned end (as first approved)"), "date"),
    Column(
        "planned_days_original", Bilingual("建设周期天数（首次批复）", "Planned days (as first approved)"), "integer"
    ),
    Column("planned_end_current", Bilingual("建成期限（现行）", "Planned end (current)"), "date"),
    Column("planned_days_current", Bilingual("建设周期天数（现行）", "Planned days (current)"), "integer"),
    Column("built_on", Bilingual("建成日期", "Built on"), "date"),
    *(
        Column(f"{name}_{unit}", Bilingual(f"{zh}（{by}）", f"{en} ({said})"), "integer")
        for name, zh, en in (
            ("end_moved", "期限推后", "Planned end moved"),
            ("late_original", "较首次批复晚", "Late against the first period"),
            ("late_current", "较现行周期晚", "Late against the current period"),
        )
        for unit, by, said in (("days", "天", "days"), ("bp", "基点，占建设周期", "basis points of the period"))
    ),
)
"""The building period, in days and in shares of itself: nothing that depends on the day it is asked."""

_DERIVED = (
    DISTRICT,
    Column("stage", Bilingual("阶段", "Stage"), codelist="stage"),
    Column("stage_title", Bilingual("阶段（含义）", "Stage (meaning)")),
    Column("status", Bilingual("状态", "Status")),
    Column("status_title", Bilingual("状态（含义）", "Status (meaning)")),
    *(Column(step, title, "money") for step, title in LADDER.items()),
    *(
        Column(f"rating_{base}{end}", Bilingual(f"评级（对{zh}基线）{more}", f"Rating ({base} baseline){said}"))
        for base, zh in (("original", "原始"), ("current", "现行"))
        for end, more, said in (("", "", ""), ("_title", "（含义）", " (meaning)"))
    ),
    *_TERM,
    Column("accepted_on", Bilingual("竣工验收日期", "Accepted on"), "date"),
    Column("last_act_on", Bilingual("最近事项日期", "Latest act on"), "date"),
    Column("updated_on", Bilingual("公开内容最近更新日期", "What is public last changed on"), "date"),
    Column("passes", Bilingual("符合", "Outcomes: pass"), "integer"),
    Column("failures", Bilingual("不符合", "Outcomes: fail"), "integer"),
    Column("undetermined", Bilingual("未定", "Outcomes: undetermined"), "integer"),
    Column("not_public", Bilingual("结果不公开的规则", "Rules whose outcome is not public"), "integer"),
    Column("page", Bilingual("页面", "Page")),
)


def _projects(release: Release, say: Say, blocks: ByProject) -> Table:
    names = [n for n in STATE_FIELDS if not is_table(Project, n)]
    fields = (
        *scalar_fields(Project, names),
        *_parts("external_ids", EXTERNAL_ID_FIELDS),
    )
    head = (
        Column("id", Bilingual("登记号", "Id")),
        Column("jurisdiction", Bilingual("辖区", "Jurisdiction")),
        Column("jurisdiction_name", Bilingual("辖区（名称）", "Jurisdiction (name)")),
        Column("year", Bilingual("登记年度", "Year of registration"), "integer"),
    )
    places = districts_by_region(release)
    return Table(
        "projects",
        Bilingual("项目", "Projects"),
        Bilingual("每个已公开项目一行", "One row for each published project"),
        (*head, *columns_of(fields), *_DERIVED),
        ("id",),
        blocks.of(lambda p: [_project(p, fields, say, places)]),
        frozenset(p.public.id for p in release.projects),
    )


def _project(project: Released, fields: tuple[Field, ...], say: Say, places: Mapping[tuple[str, str], str]) -> Row:
    public, view = project.public, project.view
    city = say.release.jurisdiction(public.jurisdiction)
    facts = {**public.facts, "external_ids": public.external_ids}
    amounts = {rung.step: rung.amount for rung in ladder(view)}
    limits = limits_of(say.release.instance)
    counts = project.counts()
    return (
        public.id,
        public.jurisdiction,
        city.name if city is not None else public.jurisdiction,
        int(public.id.rsplit("-", 2)[1]),
        *values_of(fields, say, public.jurisdiction, facts),
        places.get((public.jurisdiction, str(public.facts.get("region")))),
        project.stage,
        say.stage(public.jurisdiction, project.stage) if project.stage else None,
        view.status,
        STATUS_TITLES[view.status][0],
        *(_fen(amounts.get(step)) for step in LADDER),
        *_ratings(project, limits, say),
        *_term(view),
        view.accepted.value,
        project.last_act(),
        say.release.history.last_day(public.id),
        counts[Outcome.PASS],
        counts[Outcome.FAIL],
        counts[Outcome.UNDETERMINED],
        len(project.checked),
        f"{say.release.address}projects/{public.id}.html",
    )


def _term(view: View) -> Iterator[Value]:
    """The values of the columns on the building period."""
    found = term(view)
    if found is None:
        yield from (None,) * len(_TERM)
        return
    for period in (found.original, found.current):
        yield from (period.end, period.days)
    yield found.built
    for by in (found.moved, found.against_original, found.against_current):
        yield from (by.days, by.bp) if by is not None else (None, None)


def _ratings(project: Released, limits: Limits, say: Say) -> Iterator[Value]:
    """The grade against each baseline and what it is called; nothing where the instance shows no ratings."""
    rated = rate(project.view, say.release.asof, limits) if limits.shown else None
    for grade in (rated.overall, rated.overall_current) if rated is not None else (None, None):
        yield grade
        yield GRADES[grade][2].zh if grade is not None else None


def _parts(name: str, kept: tuple[str, ...]) -> tuple[Field, ...]:
    """The public parts of a record within the record."""
    return tuple(f for f in scalar_fields(Project, [name]) if f.path[1] in kept)


def _fen(amount: Money | None) -> int | None:
    return amount.fen if amount is not None else None


# ── acts and contracts ──

_MILESTONE_COLUMNS = (
    _PROJECT,
    Column("key", Bilingual("标识", "Key")),
    Column("kind", Bilingual("种类", "Kind"), codelist="milestone_kind"),
    Column("kind_title", Bilingual("种类（含义）", "Kind (meaning)")),
    Column("seq", Bilingual("序号", "Number among its kind"), "integer"),
    Column("date", Bilingual("日期", "Date"), "date"),
    Column("received", Bilingual("收到日期", "Received"), "date"),
    Column("body", Bilingual("作出单位", "Body"), refers=("organizations", "id")),
    Column("body_name", Bilingual("单位名称", "Name of the body")),
    Column("number", Bilingual("文号", "Document number")),
    Column("url", Bilingual("网址", "Address on the web")),
    Column("of", Bilingual("针对", "In answer to")),
    Column("total", Bilingual("总投资", "Total"), "money"),
    Column("amount", Bilingual("金额", "Amount"), "money"),
    Column("conclusion", Bilingual("结论", "Conclusion")),
    Column("documents", Bilingual("随附文件种类", "Kinds of papers"), "list", codelist="document"),
    Column("other", Bilingual("其余公开事实（JSON）", "Other public facts (JSON)")),
)


def _milestones(say: Say, blocks: ByProject) -> Table:
    return Table(
        "milestones",
        Bilingual("事项", "Milestones"),
        Bilingual("每个事项（里程碑）一行", "One row for each act (milestone)"),
        _MILESTONE_COLUMNS,
        ("project", "key"),
        blocks.of(lambda p: [_milestone(p, m, say) for m in p.public.milestones]),
    )


def _milestone(project: Released, m: PublicMilestone, say: Say) -> Row:
    facts, code = m.facts, m.facts.get("code")
    other = {k: v for k, v in facts.items() if k not in _ACT}
    return (
        project.public.id,
        m.key,
        m.kind,
        say.kind(project.public.jurisdiction, m.kind, code if isinstance(code, str) else None),
        facts.get("seq"),
        m.date,
        _day(facts.get("received")),
        m.body,
        body_name(say, m.body) if m.body else m.body_name,
        m.number,
        facts.get("url"),
        facts.get("of"),
        _money(facts.get("total")),
        _money(facts.get("amount")),
        facts.get("conclusion"),
        m.documents or None,
        dump(dict(sorted(other.items()))) if other else None,
    )


def _contracts(say: Say, blocks: ByProject) -> Table:
    fields = scalar_fields(Contract, _CONTRACT)
    columns = (
        _PROJECT,
        Column("key", Bilingual("标识", "Key")),
        Column("date", Bilingual("签订日期", "Signed on"), "date"),
        *columns_of(fields),
        SUPPLIER,
        Column("amount", Bilingual("合同金额", "Amount as signed"), "money"),
        Column("amount_now", Bilingual("补充后金额", "Amount after supplements"), "money"),
    )
    return Table(
        "contracts",
        Bilingual("合同", "Contracts"),
        Bilingual("每份合同一行", "One row for each contract"),
        columns,
        ("project", "key"),
        blocks.of(lambda p: _contracts_of(p, fields, say)),
    )


def _contracts_of(project: Released, fields: tuple[Field, ...], say: Say) -> Iterator[Row]:
    public, view = project.public, project.view
    facts = {m.key: m.facts for m in public.milestones}
    for contract in view.contracts():
        key = key_of(contract)
        said = values_of(fields, say, public.jurisdiction, facts[key])
        now = view.contract_amount(contract)
        supplier = say.release.suppliers.signed.get((public.id, key))
        yield public.id, key, contract.date, *said, supplier, _money(facts[key].get("amount")), _fen(now)


def _money(value: Any) -> int | None:
    return Money.parse(value).fen if isinstance(value, str) else None


def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else None


def _movements(blocks: ByProject) -> Table:
    columns = (
        _PROJECT,
        Column("row", Bilingual("行", "Row"), "integer"),
        Column("date", Bilingual("日期", "Date"), "date"),
        Column("act", Bilingual("依据的里程碑", "Act")),
        Column("number", Bilingual("文号", "Document number")),
        Column("what", Bilingual("变动的是", "What moved")),
        Column("contract", Bilingual("合同", "Contract")),
        Column("before", Bilingual("原来", "Before"), "money"),
        Column("after", Bilingual("现在", "After"), "money"),
        Column("change", Bilingual("变动", "Change"), "money"),
        Column("change_bp", Bilingual("变动（基点）", "Change (basis points)"), "integer"),
        Column("original_bp", Bilingual("较最初（基点）", "Against the first (basis points)"), "integer"),
    )
    return Table(
        "amount_changes",
        Bilingual("金额变动", "Amounts that moved"),
        Bilingual(
            "批复总额和合同金额的每一次变动，一行一次",
            "Every change of an approved total or of a contract's amount, a row each",
        ),
        columns,
        ("project", "row"),
        blocks.of(_movements_of),
    )


def _movements_of(project: Released) -> Iterator[Row]:
    for n, one in enumerate(movements(project.view), 1):
        against = one.against_original.bp if one.against_original is not None else None
        number = str(one.act.number) if one.act.number is not None else None
        amounts = (one.before.fen, one.after.fen, one.by.fen, one.by.bp, against)
        yield project.public.id, n, one.act.date, key_of(one.act), number, one.what, one.of, *amounts


# ── lists of records within the record ──


def _list_names() -> tuple[str, ...]:
    return (*(n for n in STATE_FIELDS if is_table(Project, n)), *_SERIES)


def _series(release: Release, say: Say, name: str, blocks: ByProject) -> Table:
    info = fields_of(Project)[name]
    assert info.model is not None
    fields = scalar_fields(info.model, _SERIES.get(name) or tuple(fields_of(info.model)))
    more: tuple[Column, ...] = _MORE.get(name, ())

    def rows(project: Released) -> Iterator[Row]:
        public = project.public
        given = public.facts.get(name, ()) if name in STATE_FIELDS else getattr(public, name)
        clocks = {one.question.seq: one for one in asked_of(release, project)} if name == "questions" else {}
        lines = {part.item: part for part in parts(project.view)} if name == "scope" else {}
        for n, row in enumerate(given, 1):
            beside: tuple[Value, ...] = ()
            if name == "payments":
                beside = (_contract_key(row),)
            elif name == "questions":
                beside = _reply_values(clocks[row["seq"]], say)
            elif name == "scope":
                line = lines.get(row["id"])
                money = (line.original, line.current, line.final) if line is not None else (None, None, None)
                beside = tuple(map(_fen, money))
            yield public.id, n, *values_of(fields, say, public.jurisdiction, row), *beside

    return Table(
        _NAMES.get(name, name),
        info.title,
        Bilingual(f"每个项目的“{info.title.zh}”，一行一条", f"{info.title.en} of each project, a row each"),
        (_PROJECT, Column("row", Bilingual("行", "Row"), "integer"), *columns_of(fields), *more),
        ("project", "row"),
        blocks.of(rows),
    )


_MORE: dict[str, tuple[Column, ...]] = {
    "scope": tuple(Column(step, LADDER[step], "money") for step in ("original", "current", "final")),
    "payments": (
        Column(
            "contract_key", Bilingual("合同标识（与合同表的 key 对应）", "Contract (key, as in the table of contracts)")
        ),
    ),
    "questions": (
        Column(
            "consulting", Bilingual("征求意见（起/止，未收回的无止）", "Asking others (start/end, no end while out)")
        ),
        Column("owed_by", Bilingual("应答复的单位", "Body that owes the reply"), refers=("organizations", "id")),
        Column("owed_by_name", Bilingual("应答复的单位（名称）", "Body that owes the reply (name)")),
        Column("due", Bilingual("答复期限", "Reply due"), "date"),
        Column("due_provisional", Bilingual("期限暂定", "Due day is provisional"), "boolean"),
        Column("state", Bilingual("答复情况", "State of the reply")),
        Column("working_days", Bilingual("工作日", "Working days (taken, left, overdue or gone by)"), "integer"),
        Column("working_days_late", Bilingual("迟答工作日", "Working days late"), "integer"),
    ),
}
"""What a table of rows says beyond the rows, worked out."""


def _reply_values(one: Asked, say: Say) -> tuple[Value, ...]:
    """The values that belong to the columns beside a question."""
    due, clock = one.clock.due, one.clock
    name = body_name(say, one.body) if one.body else None
    day, provisional = (due.day, due.provisional) if due is not None else (None, None)
    away = " ".join(
        f"{c.start.isoformat()}/{c.end.isoformat() if c.end is not None else ''}" for c in one.question.consulting
    )
    return (
        away or None,
        one.body,
        name,
        day,
        provisional,
        clock.state,
        clock.days,
        clock.late if clock.state == "late" else None,
    )


def _contract_key(payment: Mapping[str, Any]) -> str | None:
    """The key of the contract that a payment names by its number."""
    number = payment.get("contract")
    return None if number is None else key_at("contract_signed", number)


# ── outcomes, what is withheld ──

_TOLD = (Outcome.FAIL, Outcome.UNDETERMINED)


def _outcomes(release: Release, blocks: ByProject) -> Table:
    columns = (
        _PROJECT,
        Column("row", Bilingual("行", "Row"), "integer"),
        Column("rule", Bilingual("规则", "Rule")),
        Column("rule_title", Bilingual("规则（含义）", "Rule (meaning)")),
        Column("cites", Bilingual("依据", "Sentences carried out"), "list"),
        Column("outcome", Bilingual("结果", "Outcome")),
        Column("weight", Bilingual("轻重", "Weight")),
        Column("because", Bilingual("原因", "Reason")),
        Column("about", Bilingual("针对", "About")),
        Column("due", Bilingual("期限", "Due"), "date"),
        Column("addressee", Bilingual("责任方", "Duty of")),
        Column("advisory", Bilingual("仅供参考", "Advice only"), "boolean"),
    )
    titles = rule_titles(release)
    return Table(
        "outcomes",
        Bilingual("未通过和未定的检查", "Checks that failed or are open"),
        Bilingual(
            "公开的检查结果中不符合和未定的，一行一条；符合的只计数，见项目表",
            "Public outcomes that failed or are undetermined, a row each; those that passed are counted in the table of projects",
        ),
        columns,
        ("project", "row"),
        blocks.of(lambda p: _outcomes_of(p, titles)),
    )


def _outcomes_of(project: Released, titles: Mapping[str, str]) -> Iterator[Row]:
    told = [f for f in project.findings if f.outcome in _TOLD and f.verdict is not None]
    for n, f in enumerate(told, 1):
        verdict = f.verdict
        assert verdict is not None
        weight = f.severity.name.lower() if f.severity is not None and f.outcome is Outcome.FAIL else None
        yield (
            project.public.id,
            n,
            f.rule,
            titles.get(f.rule, f.rule),
            f.cites,
            verdict.outcome.value,
            weight,
            verdict.because,
            verdict.at,
            verdict.due,
            f.addressee,
            f.advisory,
        )


def _withheld(release: Release) -> Table:
    columns = (
        Column("id", Bilingual("登记号", "Id")),
        Column("jurisdiction", Bilingual("辖区", "Jurisdiction")),
        Column("ground", Bilingual("依据", "Ground"), codelist="withholding_ground"),
        Column("since", Bilingual("审查日期", "Reviewed on"), "date"),
    )
    rows: list[tuple[Value, ...]] = [(t.id, t.jurisdiction, t.ground, t.date) for t in release.tombstones]
    about = Bilingual("经审查不予公开的项目：登记号和依据", "Projects withheld after review: number and ground")
    return Table(
        "withheld_projects", Bilingual("不予公开的项目", "Withheld projects"), about, columns, ("id",), whole(rows)
    )
