"""The project library: the yearly call, who applies with what, the reviews before entry (OD-5, OD-7, OD-8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from checks.ordos_2025.across import (
    body,
    city_only,
    core,
    day_fact,
    days,
    department,
    listings,
    merged_into,
    plan,
)
from checks.ordos_2025.guards import CITY, NOT_OM, OM_ONLY, approved_elsewhere
from checks.ordos_2025.parties import held_by
from zongmu.model import Act, Applied, Plain, Reviewed, key_of, topics
from zongmu.policy import (
    Fact,
    MonthDay,
    Param,
    ProjectContext,
    RegistryContext,
    Step,
    Verdict,
    all_of,
    compare,
    covers,
    failed,
    missing,
    not_applicable,
    noticed,
    passed,
    rule,
    rule_each,
    ungoverned,
    warned,
)

INTAKE, TOGETHER, NO_DUPLICATE = "OD-5 p1 s1", "OD-5 p1 s2", "OD-5 p1 s3a"
PROPOSAL_TOPICS = (
    "necessity",
    "content_scale",
    "period",
    "estimate",
    "benefits",
    "data_sharing",
    "intensive",
    "security",
)
PREVIEW_TOPICS = ("feasibility", "intensive", "data_sharing", "security", "cloud_network")
PUBLIC_SUBTYPES = ("public_infrastructure", "public_platform")
DEPARTMENT_SUBTYPES = ("business_platform", "security")


# ── OD-5: the call and the application ──


@rule(cites=[INTAKE], since="2025", on="registry", readings=["I9"], reads=[core, days, plan])
def od05_intake_in_time(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """列入某年度计划的市本级项目，入库申请原则上不晚于上一年7月31日（固定日期，不顺延；I9）。

    A city project that a plan lists applied for the library by 31 July of the year before the plan year, in principle. The
    day is fixed and does not move for a rest day. A supplement is outside the call.
    """
    projects, applied = ctx.facts(core), ctx.facts(days)
    limit = ctx.month_day("od.intake.close")
    for id, places in listings(ctx).items():
        if id not in projects:
            continue
        row, where = places[0]
        verdict = city_only(projects[id])
        if verdict is None and where.startswith("supplements/"):
            verdict = not_applicable("supplement")
        done = day_fact(applied[id]["applied"], "milestones/library_applied/date")
        if verdict is None and done.value is None:
            verdict = missing(done)
        if verdict is None and done.value is not None:
            verdict = ungoverned(ctx, done.value) or _in_call(done, int(row["year"]) - 1, limit)
        if verdict is not None:
            yield id, verdict


def _in_call(done: Fact[dt.date], year: int, close: Param[MonthDay]) -> Verdict:
    """Whether an application came before the call of *year* closed. The excess of a failure is in days."""
    last = close.value.in_year(year)
    in_time, step = compare(done, Param(close.id, last, close.comparator))
    if in_time or done.value is None:
        return passed(step, because="in_time", due=last)
    return failed(step, because="late", due=last, excess=(done.value - last).days, unit="days")


def _has(act: Act, kind: str) -> bool:
    return any(d.kind == kind for d in act.documents)


def _paper(act: Act, kind: str) -> Verdict:
    """Whether a paper came with an act."""
    path = f"milestones/{key_of(act)}/documents/{kind}"
    return (
        passed(Step("present", kind, path)) if _has(act, kind) else failed(Step("absent", None, path), because="absent")
    )


@rule_each(Applied, "library_applied", cites=[TOGETHER], since="2025", applies_to=[CITY])
def od05_inventory(ctx: ProjectContext, application: Applied) -> Verdict:
    """市直部门申请入库须附本部门既有系统清单。清单是否属实由部门证明。

    A city department's application brings an inventory of its existing systems; that it is true is attested.
    """
    return _paper(application, "inventory")


@rule(cites=[TOGETHER], since="2025", on="registry", reads=[core, days, body])
def od05_department_applies(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """入库由项目单位的主管部门统一申请：申请单位应为其最上一级主管部门（合并后由承接单位）。责任移交以前的申请，看当时的项目单位。

    The top department of the unit applies for all its bodies; of the unit that was responsible on that day, where the project has moved since. Public infrastructure and platforms are the service centre's
    by Article 7 and are not asked here.
    """
    bodies = ctx.facts(body)
    for id, project in ctx.facts(core).items():
        row = ctx.facts(days)[id]
        applied = day_fact(row["applied"], "milestones/library_applied")
        if applied.value is None:
            yield id, not_applicable("not_triggered")
            continue
        verdict = city_only(project) or ungoverned(ctx, applied.value)
        if verdict is None and project["subtype"] in PUBLIC_SUBTYPES:
            verdict = not_applicable("article_7", Step("guard", project["subtype"], "subtype"))
        yield id, verdict or _applicant(bodies, row["owner_then"], row["applicant"])


def _applicant(bodies: object, owner: str | None, applicant: str | None) -> Verdict:
    path = "milestones/library_applied/applicant"
    assert isinstance(bodies, dict)
    if owner is None or applicant is None:
        return missing(*(f for f in (Fact(owner, "owner"), Fact(applicant, path)) if f.value is None))
    top = department(bodies, owner)
    if top is None:
        return missing(Fact(None, "owner/parent"))
    ok = merged_into(bodies, applicant) == top
    step = Step("applicant", applicant, path, None, top, "=", ok)
    return passed(step) if ok else failed(step, because="not_the_department")


def plain(name: str) -> str:
    """A name without spaces and punctuation, for comparing."""
    return "".join(c for c in name if c.isalnum()).lower()


@rule(cites=[NO_DUPLICATE], since="2025", on="registry", readings=["N6"], reads=[core, days], disclosure="internal")
def od05_no_duplicate(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """避免重复投资：市本级项目之间名称或建设内容分项名称相同的，提醒核对（N6）。

    City projects that share a name, or the name of a scope item, are shown to each other as a warning. Parts of one framework,
    an upgrade and its original, a part and its parent are no duplicates.
    """
    projects = {id: p for id, p in ctx.facts(core).items() if not p["ended"]}
    named: dict[str, set[str]] = {}
    for id, project in projects.items():
        if project["level"] == "city":
            for name in (project["name"], *project["scope"]):
                named.setdefault(plain(name), set()).add(id)
    for id, project in projects.items():
        verdict = city_only(project)
        born = day_fact(ctx.facts(days)[id]["born"], "milestones").value
        if verdict is None and born is not None:
            verdict = ungoverned(ctx, born)
        if verdict is None:
            names = {plain(name) for name in (project["name"], *project["scope"])}
            others = {o for name in names for o in named[name] if o != id and not _kin(id, project, o, projects[o])}
            verdict = judged_alike(others, "plan_fit" in project["attested"])
        yield id, verdict


def judged_alike(others: set[str], attested: bool) -> Verdict:
    """What sharing a name with *others* means: a hint to look, until a person has attested that it is no duplicate (N6)."""
    step = Step("shares_name", tuple(sorted(others)), "scope", None, None, None, not others)
    if not others:
        return passed(step)
    return (
        passed(step, because="attested")
        if attested
        else warned("N6", step, because="same_name", excess=len(others), unit="count")
    )


def _kin(id: str, project: object, other_id: str, other: object) -> bool:
    """Whether two projects belong together by record: one framework, upgrade and original, part and parent."""
    assert isinstance(project, dict)
    assert isinstance(other, dict)
    links = ("framework", "original", "parent")
    if any(project[k] == other_id or other[k] == id for k in links):
        return True
    return any(project[k] is not None and project[k] == other[k] for k in links)


@rule(cites=["OD-5 p1 s3b"], since="2025", act="library_admitted", applies_to=[CITY], readings=["N17"])
def od05_coordination(ctx: ProjectContext) -> Verdict:
    """入库前应有数据管理局的协同性审核意见，结论通过，不晚于入库。缺失的列入数据管理局的待办。

    Before entry the data bureau gives its coordination opinion; missing, it goes to the bureau's queue. Not the preliminary
    review of Article 8.
    """
    return _reviewed_before_entry(ctx, "library_coordinated", None)


def _reviewed_before_entry(ctx: ProjectContext, kind: str, banner_role: str | None) -> Verdict:
    """A review of *kind*, passed, by the authority, no later than the entry. No entry: not triggered.

    A city project of another channel enters by its filing (N17).
    """
    entered = ctx.view.day("library_admitted")
    if entered.value is None:
        return not_applicable("not_triggered", Step("missing", None, entered.path))
    elsewhere = approved_elsewhere(ctx.project.channel)
    if elsewhere is not None and ctx.project.level == "city":
        return elsewhere
    reviews = ctx.view.of_kind(Reviewed, kind)
    before = [m for m in reviews if m.date <= entered.value]
    if not before:
        first = next((m for m in reviews if m.conclusion == "passed"), None)
        if first is None:
            return failed(Step("absent", None, f"milestones/{kind}"), because="absent")
        late = (first.date - entered.value).days
        step = Step("order", first.date, f"milestones/{key_of(first)}/date", None, entered.value, "<=", False)
        return failed(step, because="wrong_order", excess=late, unit="days")
    last = before[-1]
    path = f"milestones/{key_of(last)}"
    ok = last.conclusion == "passed"
    concluded = Step("conclusion", last.conclusion, f"{path}/conclusion", None, "passed", "=", ok)
    if not ok:
        return failed(concluded, because="not_passed")
    by = [last.body] if last.body is not None else []
    return all_of(passed(concluded), held_by(ctx, by, f"{path}/body", "data_bureau", banner_role))


@rule_each(Applied, "library_applied", cites=["OD-5 p2 s1"], since="2025", applies_to=[NOT_OM], disclosure="internal")
def od05_entry_papers(ctx: ProjectContext, application: Applied) -> Verdict:
    """建设、采购服务类申请入库须附申请文件和项目建议书，建议书含八个方面。

    Construction and service projects apply with the application and a proposal that covers eight topics. What the volumes of
    a proposal cover counts together, and so does what the application itself says that it covers.
    """
    papers = [_paper(application, "application"), _paper(application, "proposal")]
    volumes = [d for d in application.documents if d.kind == "proposal"]
    if volumes:
        covered = (*application.covers, *(topic for d in volumes for topic in d.covers))
        papers.append(covers(covered, PROPOSAL_TOPICS, f"milestones/{key_of(application)}/documents/proposal/covers"))
    return all_of(*papers)


@rule_each(Applied, "library_applied", cites=["OD-5 p2 s2"], since="2025", applies_to=[OM_ONLY])
def od05_om_plan(ctx: ProjectContext, application: Applied) -> Verdict:
    """运维服务类申请入库须附运维方案。 O&M projects apply with an O&M plan."""
    return _paper(application, "om_plan")


# ── OD-7: who applies for what ──


@rule_each(
    Applied, "library_applied", cites=["OD-7 p1 s1", "OD-7 p1 s2"], since="2025", applies_to=[CITY], readings=["N7"]
)
def od07_applicant(ctx: ProjectContext, application: Applied) -> Verdict:
    """公共基础设施类、公共支撑平台类由市政务服务中心申请；业务平台类、安全类由市直部门申请；其他子类提示（N7）。

    The service centre applies for public infrastructure and platforms, departments for business platforms and security. A
    department's own video system is not public infrastructure: the subtype says which it is.
    """
    subtype = ctx.project.subtype
    path = f"milestones/{key_of(application)}/applicant"
    if subtype is None:
        return missing(Fact(None, "subtype"))
    kind = Step("guard", subtype, "subtype")
    if subtype not in PUBLIC_SUBTYPES + DEPARTMENT_SUBTYPES:
        return noticed("N7", kind, because="unlisted_subtype")
    applicant = application.applicant
    by_centre = held_by(ctx, [applicant] if applicant is not None else [], path, "service_centre")
    if subtype in PUBLIC_SUBTYPES:
        return replace(by_centre, cites=("OD-7 p1 s1",))
    cites = ("OD-7 p1 s2",)
    step = Step("body", applicant, path)
    if by_centre.because == "other_body":
        return passed(kind, step, cites=cites)
    if applicant is not None and ctx.holds(applicant, "service_centre"):
        return failed(kind, step, because="centre_applied", cites=cites)
    return replace(by_centre, cites=cites)


# ── OD-8: reviews before entry ──


@rule_each(Reviewed, "library_previewed", cites=["OD-8 p1 s1"], since="2025", readings=["I16"], disclosure="internal")
def od08_preview(ctx: ProjectContext, review: Reviewed) -> Verdict:
    """前置审核应由数据管理局（旗区项目也可由旗区政数部门）作出，涵盖五个方面。

    The preliminary review is the data bureau's (for a banner also the banner office's, I16) and covers five topics.
    """
    path = f"milestones/{key_of(review)}"
    by = [review.body] if review.body is not None else []
    return all_of(
        held_by(ctx, by, f"{path}/body", "data_bureau", "banner_data_office"),
        covers(topics(review), PREVIEW_TOPICS, f"{path}/covers"),
    )


@rule_each(Plain, "library_admitted", cites=["OD-8 p1 s2"], since="2025", readings=["I16", "N17"])
def od08_admission(ctx: ProjectContext, entry: Plain) -> Verdict:
    """经前置审核和评审论证均通过的项目方可入库，两项意见都不晚于入库。

    Only a project that passed the preliminary review and the review enters, both no later than the entry. The last opinion
    before the entry counts. A project of another channel enters by its filing (N17).
    """
    return all_of(
        _reviewed_before_entry(ctx, "library_previewed", "banner_data_office"),
        _reviewed_before_entry(ctx, "library_reviewed", "banner_data_office"),
    )
