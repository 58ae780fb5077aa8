"""What the measure is about and on what it is built: small upgrades, grading, the shared base, the number of systems.

OD-1 p2 s2, OD-2 p1(5), OD-3, OD-43 p1 s2, OD-50 p1 s1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checks.ordos_2025.across import body, core, day_of, days, department, merged_into
from checks.ordos_2025.guards import DISTRICT
from checks.ordos_2025.parties import held_by
from zongmu.model import Filed, Money, Project, Waiver, document_day, document_path, key_of
from zongmu.policy import (
    Fact,
    Outcome,
    ProjectContext,
    RegistryContext,
    Step,
    SystemContext,
    Verdict,
    all_of,
    any_of,
    compare,
    fact,
    failed,
    gate,
    in_order,
    missing,
    not_applicable,
    noticed,
    passed,
    present,
    rule,
    share,
    ungoverned,
    warned,
)

SMALL_UPGRADE = "OD-1 p2 s2"
SHARED_BASE = "OD-3 p1 s1"
FEWER_SYSTEMS = "OD-3 p1 s3"


# ── OD-1: small upgrades ──


@fact(on="project")
def investment(ctx: ProjectContext) -> dict[str, Any]:
    """Investment in fen: of this project, and of the project it upgrades where that is not in the registry."""
    view, project = ctx.view, ctx.project
    total, spent = view.total_investment, view.final_total
    known = spent if spent.value is not None else view.approved_total
    return {
        "total": total.value.fen if total.value is not None else None,
        "path": total.path,
        "provisional": total.provisional,
        "spent": known.value.fen if known.value is not None else None,
        "original": project.original_investment.fen if project.original_investment is not None else None,
    }


@rule(cites=[SMALL_UPGRADE], since="2025", on="registry", readings=["I1", "N1", "N3"], reads=[core, days, investment])
def od01_small_upgrade(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """升级改造不超过原项目投资15%且不超过100万元的，按运维服务类管理；超过任一上限的不得按运维管理。

    An upgrade within both caps is O&M; one above either run as O&M fails. Both figures themselves are within. The original
    investment is its final accounts or approved estimate where it is in the registry, else the figure given. The reverse, a
    small upgrade run as construction, is a warning (N3).
    """
    money = ctx.facts(investment)
    for id, project in ctx.facts(core).items():
        yield id, _small_upgrade(ctx, project, money, id)


def _small_upgrade(ctx: RegistryContext, project: dict[str, Any], money: Any, id: str) -> Verdict:
    if project["nature"] is None:
        return missing(Fact(None, "nature"))
    if project["nature"] != "upgrade":
        return not_applicable("not_an_upgrade", Step("guard", project["nature"], "nature"))
    early = ungoverned(ctx, day_of(ctx.facts(days)[id]["born"]) or ctx.asof)
    if early is not None:
        return early
    if project["class"] is None:
        return missing(Fact(None, "class"))
    own = money[id]
    total = Fact(_money(own["total"]), own["path"], own["provisional"])
    original = _original(money, project, own)
    cap, ratio = ctx.money("od.upgrade.cap"), ctx.ratio("od.upgrade.ratio")
    if total.value is None:
        return missing(total)
    within, step = compare(total, cap)
    over, share_step = share(total, original, ratio)
    if within and over is None:
        return missing(original)
    small = bool(within) and over is not None and over <= 0
    trace = (Step("guard", project["class"], "class"), step, share_step)
    if project["class"] == "om":
        if small:
            return passed(*trace, because="small_upgrade", provisional=total.provisional)
        excess = max(n for n in (total.value.fen - cap.value.fen, over) if n is not None)
        return failed(*trace, because="not_small", excess=excess, unit="fen", provisional=total.provisional)
    if small:
        return warned("N3", *trace, because="small_as_construction", provisional=total.provisional)
    return passed(*trace, because="above_caps", provisional=total.provisional)


def _original(money: Any, project: dict[str, Any], own: dict[str, Any]) -> Fact[Money]:
    registered = money.get(project["original"]) if project["original"] is not None else None
    if registered is not None and registered["spent"] is not None:
        return Fact(_money(registered["spent"]), "original_project")
    return Fact(_money(own["original"]), "original_investment")


def _money(fen: int | None) -> Money | None:
    return None if fen is None else Money(fen)


@rule(cites=[SMALL_UPGRADE], since="2025", on="registry", readings=["N3"], reads=[core, days])
def od01_upgrades_in_a_year(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """同一原项目一年内多次升级改造的，提示是否拆分。

    Several upgrades of one project that begin in one year may be one upgrade, split: a notice on each (N3).
    """
    groups: dict[tuple[str, int], list[str]] = {}
    for id, project in ctx.facts(core).items():
        born = day_of(ctx.facts(days)[id]["born"])
        if project["nature"] != "upgrade" or project["original"] is None or born is None:
            continue
        if ungoverned(ctx, born) is None:
            groups.setdefault((project["original"], born.year), []).append(id)
    for (original, _), ids in groups.items():
        step = Step("upgrades", tuple(sorted(ids)), "original_project", None, original, None, len(ids) == 1)
        for id in ids:
            if len(ids) == 1:
                yield id, passed(step)
            else:
                yield id, noticed("N3", step, because="several_upgrades", excess=len(ids) - 1, unit="count")


# ── OD-2: grading ──


@rule(cites=["OD-2 p1(5)"], since="2025", act="final_applied", readings=["N1"], disclosure="internal")
def od02_mlps_review(ctx: ProjectContext) -> Verdict:
    """申请竣工验收时应已定级；第二级以上应已备案。属公安机关审核职责。

    By the application for final acceptance the level is recorded, and from level 2 the filing. A finding goes to public
    security, whose review it is: what was filed with another body is no filing. What the unit owes is said in OD-20 and OD-30.
    """
    security = ctx.project.security
    level = Fact(security.mlps_level if security is not None else None, "security/mlps_level")
    applied = ctx.view.day("final_applied")
    asked = applied.value is not None
    if not level.value:  # 0 means not graded
        return gate(asked, failed(Step("absent", None, level.path), because="absent"), at="final_applied")
    owed, step = compare(level, ctx.count("mlps.filing.level"))
    if not owed:
        return passed(step, because="below_filing_level")
    made = [(m, _with_police(ctx, m)) for m in ctx.view.of_class(Filed) if m.matter == "mlps"]
    filings = [(m.date, f"milestones/{key_of(m)}") for m, by in made if by.outcome is Outcome.PASS]
    filings += [(document_day(m, d), document_path(m, d)) for m, d in ctx.view.documents("mlps_filing")]
    if not filings and made:
        return gate(asked, any_of(*(by for _, by in made)), at="final_applied")
    if not filings:
        return gate(
            asked,
            failed(step, Step("absent_such", "mlps", "milestones/filed/matter"), because="absent"),
            at="final_applied",
        )
    day, path = min(filings)
    return all_of(passed(step), in_order(Fact(day, path), applied)) if asked else passed(step)


def _with_police(ctx: ProjectContext, filing: Filed) -> Verdict:
    body = [filing.body] if filing.body is not None else []
    return held_by(ctx, body, f"milestones/{key_of(filing)}/body", "public_security")


# ── OD-3: the shared base, the library of the city, the number of systems ──

SHARED_NETWORKS = ("gov_extranet", "video_network")
OWN_ROOMS = ("new", "leased", "rebuilt", "extended")


@rule(
    cites=[SHARED_BASE],
    since="2025",
    act=("approval_applied", "filed", "contract_signed"),
    disclosure="internal",
)
def od03_shared_base(ctx: ProjectContext) -> Verdict:
    """依托全市统一的云、网和共用平台建设；自建机房、专网、云或共用平台的，须说明理由。

    Built on the shared cloud, network and platforms. An own machine room, private network, other cloud or a shared
    platform built again needs a recorded reason, an attestation, or the reason in its row of the resource list. So does a
    project on no cloud that uses no shared network or platform either.
    """
    own, hosting = _own_bases(ctx.project), ctx.project.hosting
    off = hosting is not None and hosting.cloud == "none" and not _shares(ctx.project)
    if own or off:
        steps = [Step("own", value, path) for path, value in own]
        if off:
            steps.append(Step("off_the_base", "none", "hosting/cloud"))
        if ctx.reason("od03_shared_base", SHARED_BASE) is not None or ctx.attestation("shared_base") is not None:
            return passed(*steps, because="explained")
        return failed(*steps, because="own_base" if own else "no_shared_base", excess=len(steps), unit="count")
    if hosting is not None and (hosting.cloud is not None or hosting.network is not None):
        return passed(Step("present", hosting.cloud or hosting.network, "hosting"))
    return gate(ctx.reached("approval_applied"), missing(Fact(None, "hosting/cloud")), at="approval_applied")


def _shares(project: Project) -> bool:
    """Whether the project uses a shared network or platform."""
    network = project.hosting.network if project.hosting is not None else None
    return network in SHARED_NETWORKS or any(row.used for row in project.shared_resources)


def _own_bases(project: Project) -> list[tuple[str, Any]]:
    """Where the project stands on a base of its own and says no reason at that place."""
    found: list[tuple[str, Any]] = []
    hosting = project.hosting
    if hosting is not None:
        if hosting.cloud in ("own", "commercial"):
            found.append(("hosting/cloud", hosting.cloud))
        if hosting.network == "private":
            found.append(("hosting/network", hosting.network))
        if hosting.private_network:
            found.append(("hosting/private_network", True))
        if hosting.own_room in OWN_ROOMS:
            found.append(("hosting/own_room", hosting.own_room))
    for row in project.shared_resources:
        if row.own_build and row.reason is None:
            found.append((f"shared_resources/{row.resource}/own_build", row.resource))
    return found


@rule(
    cites=["OD-3 p1 s2", "OD-43 p1 s2"],
    since="2025",
    act=("approved", "plan_approved", "design_approved", "feasibility_approved"),
    applies_to=[DISTRICT],
    readings=["I23"],
)
def od03_banner_library(ctx: ProjectContext) -> Verdict:
    """旗区（园区）项目应纳入市项目库。条文没有时点：批复后仍未入库为提醒，办结时仍未入库为不符合（I23）。

    A banner project enters the city's library. The text names no stage: missing once approved is a warning, missing at
    closing fails.
    """
    admitted = ctx.view.day("library_admitted")
    if admitted.value is not None:
        return passed(Step("present", admitted.value, admitted.path))
    step = Step("absent", None, admitted.path)
    if ctx.view.has("closed"):
        return failed(step, because="absent")
    return gate(ctx.reached("approved"), warned("I23", step, because="absent"), at="approved")


@fact(on="system")
def standing(ctx: SystemContext) -> dict[str, Any]:
    """Whose system it is, in which field, from when to when it runs."""
    system, view = ctx.system, ctx.view
    since, end = view.in_use_since.value, view.retired.value
    return {
        "unit": system.unit,
        "level": system.level,
        "field": system.field,
        "since": since.isoformat() if since is not None else None,
        "until": end.isoformat() if end is not None else None,
    }


def _live(ctx: RegistryContext, row: dict[str, Any]) -> bool | None:
    """Whether a system runs on the as-of day; None when nothing says since when."""
    until = day_of(row["until"])
    if until is not None and until <= ctx.asof:
        return False
    since = day_of(row["since"])
    return None if since is None else since <= ctx.asof


def _counts(ctx: RegistryContext, rows: Any, bodies: Any) -> dict[str, tuple[int, int]]:
    """Department → systems that run, and systems of which nobody knows."""
    out: dict[str, tuple[int, int]] = {}
    for row in rows.values():
        level = row["level"] or bodies.get(row["unit"], {}).get("level")
        live = _live(ctx, row)
        if level != "city" or live is False:
            continue
        top = department(bodies, row["unit"]) or merged_into(bodies, row["unit"])
        sure, unsure = out.get(top, (0, 0))
        out[top] = (sure + 1, unsure) if live else (sure, unsure + 1)
    return out


@rule(cites=[FEWER_SYSTEMS], since="2025", on="registry", compares=True, readings=["I30"], reads=[standing, body])
def od03_systems_do_not_grow(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """市直部门在用系统的数量原则上只减不增：本次修订后不多于基准版本。按部门计，全市合计并列（I30）。

    Per city department, systems that run: no more in this revision than in the base. A merged department counts with its
    successor. The total of the city stands beside it in the trace.
    """
    bodies, before_rows = ctx.facts(body), ctx.base_facts(standing)
    assert before_rows is not None  # a rule that compares is only asked when there is a base
    now, before = _counts(ctx, ctx.facts(standing), bodies), _counts(ctx, before_rows, bodies)
    total = Step(
        "city_total", sum(a for a, _ in now.values()), None, None, sum(a for a, _ in before.values()), "<=",
        sum(a for a, _ in now.values()) <= sum(a for a, _ in before.values()),
    )  # fmt: skip
    for unit in sorted(set(now) | set(before)):
        (sure, unsure), (was, was_unsure) = now.get(unit, (0, 0)), before.get(unit, (0, 0))
        step = Step("systems", sure, "unit", None, was, "<=", sure <= was)
        if sure > was + was_unsure:
            yield unit, failed(step, total, because="more_systems", excess=sure - was, unit="count")
        elif sure + unsure <= was:
            yield unit, passed(step, total)
        else:
            yield unit, missing(Fact(None, "in_use_since"))


@rule(cites=[FEWER_SYSTEMS], since="2025", on="registry", readings=["N5"], reads=[standing, body])
def od03_one_platform_a_field(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """一领域一平台：市本级同一业务领域有多个在用系统的，提示整合（N5）。

    More than one running city system in one field: a notice on each. The field "other" is none.
    """
    fields: dict[str, list[str]] = {}
    bodies = ctx.facts(body)
    for id, row in ctx.facts(standing).items():
        level = row["level"] or bodies.get(row["unit"], {}).get("level")
        if level == "city" and row["field"] not in (None, "other") and _live(ctx, row):
            fields.setdefault(row["field"], []).append(id)
    for name, ids in fields.items():
        step = Step("systems_in_field", tuple(sorted(ids)), "field", None, name, None, len(ids) == 1)
        for id in ids:
            if len(ids) == 1:
                yield id, passed(step)
            else:
                yield id, noticed("N5", step, because="several_in_field", excess=len(ids) - 1, unit="count")


# ── OD-50: higher rules ──

HIGHER_RULES, SUPERIOR_PROCEDURE = "OD-50 p1 s1", "OD-15 p1(4)"


@rule(cites=[HIGHER_RULES, SUPERIOR_PROCEDURE], since="2025", duty=True, readings=["I16"], disclosure="internal")
def od50_superior_rules(ctx: ProjectContext) -> Iterator[Verdict]:
    """国家、自治区另有规定而不适用本办法某条的：由有权机关决定，并写明上位文件。

    Where higher rules prevail over a sentence, the waiver is decided by the authority and names the higher document. For a
    banner project the banner's offices may decide as well (I16). A waiver that has run out says nothing any more.
    """
    found = [w for w in ctx.project.waivers if w.matter == "superior_law"]
    if not found:
        yield not_applicable("no_superior_rule")
    for waiver in found:
        yield _superior(ctx, waiver)


def _superior(ctx: ProjectContext, waiver: Waiver) -> Verdict:
    path = f"waivers/{waiver.seq}"
    early = ungoverned(ctx, waiver.date)
    if early is not None:
        return replace(early, at=path)
    if waiver.until is not None and waiver.until < ctx.asof:
        return not_applicable("run_out", Step("compare", waiver.until, f"{path}/until", None, ctx.asof, ">="), at=path)
    decided = held_by(ctx, [waiver.authority], f"{path}/authority", "data_bureau", "banner_data_office")
    if decided.because == "other_body":
        decided = held_by(ctx, [waiver.authority], f"{path}/authority", "city_government", "banner_government")
    named = present(waiver.text, f"{path}/text")
    verdict = all_of(decided, named)
    of_procedure = waiver.of.lower().startswith(("od-15", "od15"))
    return replace(verdict, at=path, cites=(SUPERIOR_PROCEDURE, HIGHER_RULES) if of_procedure else (HIGHER_RULES,))
