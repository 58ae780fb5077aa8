"""Confirmation for O&M, opting out of sharing, and the four cases that bar O&M money and extension (LZ-26)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from checks.laizhou_2022.approval import central_filing
from checks.laizhou_2022.helpers import (
    PROCUREMENT,
    consent,
    held_by,
)
from checks.laizhou_2022.security import crypto_met, security_met
from zongmu.model import Act, Consented, Evaluated, Incident, Notice, OmMoney, Reviewed, Timeline, key_of
from zongmu.policy import (
    Cap,
    Fact,
    Outcome,
    ProjectContext,
    RegistryContext,
    Severity,
    Step,
    SystemContext,
    Verdict,
    any_of,
    fact,
    failed,
    in_order,
    not_applicable,
    passed,
    rule,
    rule_each,
    undetermined,
    ungoverned,
)

POOR = ("poor", "fail")


# ── LZ-26: confirmation and opting out ──


@rule_each(OmMoney, "om_funds_allocated", cites=["LZ-26 p1 s1"], since="2022")
def lz26_om_confirmed(ctx: ProjectContext, money: OmMoney) -> Verdict:
    """安排运维经费前，由大数据局审核确认。"""
    day = Fact(money.date, f"milestones/{key_of(money)}/date")
    return _before_money(ctx, ctx.view.by_kind.get("om_confirmed", ()), day, "milestones/om_confirmed", "office")


def _before_money(ctx: ProjectContext, acts: Iterable[Act], day: Fact[dt.date], home: str, *roles: str) -> Verdict:
    """Whether one of *acts*, by a body of one of *roles*, lies no later than *day*."""
    verdicts = []
    for m in acts:
        path = f"milestones/{key_of(m)}"
        verdict = held_by(ctx, (m.body,), f"{path}/body", *roles)
        if verdict.outcome is Outcome.PASS:
            verdict = in_order(Fact(m.date, f"{path}/date"), day)
        verdicts.append(verdict)
    return any_of(*verdicts) if verdicts else failed(Step("absent", None, home), because="absent")


@rule(cites=["LZ-26 p1 s2"], since="2022", act="consented", waivable_by=["leading_group"])
def lz26_no_sharing(ctx: ProjectContext) -> Verdict:
    """不宜共享的，须经领导小组批准并有文号。"""
    asked = any(m.matter == "no_sharing" for m in ctx.view.of_class(Consented))
    asked = asked or any(w.matter == "no_sharing" for w in ctx.project.waivers)
    if not asked:
        return not_applicable("no_opt_out")
    return consent(ctx, "no_sharing", "leading_group")


# ── LZ-26: the four cases ──

Case = Literal["case_data", "case_catalogue", "case_security", "case_performance"]

ITEM: dict[str, str] = {
    "case_data": "LZ-26 p1(1)",
    "case_catalogue": "LZ-26 p1(2)",
    "case_security": "LZ-26 p1(3)",
    "case_performance": "LZ-26 p1(4)",
}
"""The item of LZ-26 that describes a case."""


def _cited(sentence: str, cases: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The sentence that is broken and the items that say why, no others."""
    return (sentence, *sorted({ITEM[c["case"]] for c in cases}))


def _row(case: Case, since: dt.date, path: str, until: dt.date | None = None) -> dict[str, Any]:
    return {
        "case": case,
        "since": since.isoformat(),
        "until": until.isoformat() if until is not None else None,
        "path": path,
    }


def _findings(view: Timeline) -> Iterator[dict[str, Any]]:
    """Cases that authorities or incidents put on record, of a project or of a system."""
    for m in view.milestones:
        path = f"milestones/{key_of(m)}"
        if isinstance(m, Notice):
            matter = {"resources_not_used": "case_catalogue", "not_updated": "case_performance"}.get(m.notice)
            if matter is not None:
                cured = min((a.date for a in view.answers(key_of(m), "rectified")), default=None)
                yield _row(matter, m.date, path, cured)  # type: ignore[arg-type]
        elif isinstance(m, Incident) and m.incident == "hazard":
            cured = min((a.date for a in view.answers(key_of(m), "rectified")), default=None)
            yield _row("case_security", m.date, path, cured)
    graded = [m for m in view.of_class(Evaluated) if m.grade is not None]
    for m, following in zip(graded, [*graded[1:], None], strict=False):
        if m.grade in POOR:
            yield _row("case_performance", m.date, f"milestones/{key_of(m)}", following.date if following else None)


@fact()
def lz_cases(ctx: ProjectContext) -> dict[str, Any]:
    """What bars a project from O&M money, with the days between which it holds; and the systems it builds, extends and runs."""
    project, view = ctx.project, ctx.view
    rows = list(_findings(view))
    shared = consent(ctx, "no_sharing", "leading_group").outcome is Outcome.PASS
    if shared:
        rows = [r for r in rows if r["case"] != "case_catalogue"]
    used, closed = view.day("put_into_use", "final_accepted"), view.day("closed")
    open_items = [i for i in project.data_catalog if i.share != "none" or i.open != "none"]
    if project.has_data and not open_items and not shared and used.value is not None:
        rows.append(_row("case_data", used.value, "data_catalog"))
    if closed.value is not None:
        if central_filing(ctx).outcome is Outcome.FAIL and not shared:
            rows.append(_row("case_catalogue", closed.value, "milestones/filed"))
        if Outcome.FAIL in (crypto_met(ctx).outcome, security_met(ctx).outcome):
            rows.append(_row("case_security", closed.value, "security"))
    return {
        "rows": rows,
        "systems": [*project.builds, *project.maintains, *project.extends],
        "made": [*project.builds, *project.extends],
        "exempt": shared,
        "since": used.value.isoformat() if used.value is not None else None,
        "items": {"".join(i.name.split()).casefold(): i.collected_by for i in project.data_catalog if i.collected_by},
    }


@fact(on="system")
def lz_system_cases(ctx: SystemContext) -> dict[str, Any]:
    """Cases on record at a system itself; the projects that it says built, upgraded or run it."""
    system = ctx.system
    made = [p for p in (system.built_by, *system.upgraded_by) if p is not None]
    return {"rows": list(_findings(ctx.view)), "made_by": made, "run_by": list(system.maintained_by)}


@fact()
def lz_om_money(ctx: ProjectContext) -> list[dict[str, Any]]:
    """O&M money applied for and allocated: key, day, year, which of the two."""
    return [
        {"key": key_of(m), "date": m.date.isoformat(), "year": m.year, "allocated": m.kind == "om_funds_allocated"}
        for m in ctx.view.of_kind(OmMoney, "om_funds_applied", "om_funds_allocated")
    ]


@fact()
def lz_extensions(ctx: ProjectContext) -> dict[str, Any] | None:
    """For a project that extends systems: when work or procurement began, and whether it was approved or reviewed by then."""
    if not ctx.project.extends:
        return None
    begun = ctx.view.day(PROCUREMENT, "contract_signed", "build_started")
    agreed = [m.date for m in ctx.view.approvals]
    agreed += [m.date for m in ctx.view.of_kind(Reviewed, "reviewed") if m.conclusion == "passed"]
    first = min(agreed, default=None)
    return {
        "extends": list(ctx.project.extends),
        "begun": begun.value.isoformat() if begun.value is not None else None,
        "agreed": first.isoformat() if first is not None else None,
    }


class _Cases:
    """The cases of all projects and systems, found by what leads to them."""

    def __init__(self, ctx: RegistryContext) -> None:
        self._facts = ctx.facts(lz_cases)
        self._at_systems = ctx.facts(lz_system_cases)
        self._place = {project: n for n, project in enumerate(self._facts)}
        self._makers: dict[str, list[str]] = {}
        self._collectors: dict[str, set[str]] = {}
        for project, fact_of in self._facts.items():
            for system in fact_of["made"]:
                self._makers.setdefault(system, []).append(project)
            for name, system in fact_of["items"].items():
                self._collectors.setdefault(name, set()).add(system)
        self._systems: dict[str, list[str]] = {}
        for system, row in self._at_systems.items():
            for project in row["made_by"]:
                self._makers.setdefault(system, []).append(project)
            for project in (*row["made_by"], *row["run_by"]):
                self._systems.setdefault(project, []).append(system)

    def systems(self, project: str) -> list[str]:
        """The systems that a project builds, extends and runs, by its own record or by theirs."""
        return [*self._facts[project]["systems"], *self._systems.get(project, ())]

    def of(self, project: str, systems: Iterable[str], own: bool = True) -> list[dict[str, Any]]:
        """Every case that bears on *systems*: recorded at them, at the projects that made them, and at *project* itself."""
        wanted = dict.fromkeys(systems)
        rows = [r for s in wanted for r in self._at_systems.get(s, {"rows": []})["rows"]]
        makers = {p for s in wanted for p in self._makers.get(s, ()) if p in self._facts} - {project}
        if own and project in self._facts:
            makers.add(project)
        for p in sorted(makers, key=self._place.__getitem__):
            rows += [{**r, "path": f"{p}/{r['path']}"} for r in self._facts[p]["rows"]]
            rows += [{**r, "path": f"{p}/{r['path']}"} for r in self._collected_twice(p)]
        return rows

    def _collected_twice(self, project: str) -> list[dict[str, Any]]:
        """Case 1, second half: a data item of the project that another system collects too."""
        me = self._facts[project]
        if me["exempt"] or me["since"] is None:
            return []
        if any(self._collectors[name] != {system} for name, system in me["items"].items()):
            return [_row("case_data", dt.date.fromisoformat(me["since"]), "data_catalog")]
        return []


def _holds(row: Mapping[str, Any], day: str) -> bool:
    return bool(row["since"] <= day and (row["until"] is None or day < row["until"]))


@rule(
    cites=["LZ-26 p1 s3a", "LZ-26 p1(1)", "LZ-26 p1(2)", "LZ-26 p1(3)", "LZ-26 p1(4)"],
    since="2022",
    on="registry",
    reads=[lz_om_money, lz_cases, lz_system_cases],
    duty=True,
    waivable_by=["leading_group"],
    disclosure="internal",
)
def lz26_om_money(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """四种情形存续期间，不安排以后年度的运维经费；只申请的也提示。

    A case bears on the systems that the project builds or runs and on the projects that made them. A leading-group opt-out from sharing
    is no case. Limits and stages set by this site never make a case. Goes to the queue of the finance bureau, never to the unit.
    """
    known = _Cases(ctx)
    for project, rows in ctx.facts(lz_om_money).items():
        cases = known.of(project, known.systems(project)) if rows else []
        for row in rows:
            day = dt.date.fromisoformat(row["date"])
            if ungoverned(ctx, day) is not None:
                continue
            held = [c for c in cases if _holds(c, row["date"]) and row["year"] > int(c["since"][:4])]
            step = Step("from", day, f"milestones/{row['key']}/date")
            if not held:
                yield project, passed(step, at=row["key"])
            else:
                steps = tuple(Step(c["case"], dt.date.fromisoformat(c["since"]), c["path"]) for c in held)
                because = "money_despite_case" if row["allocated"] else "asked_despite_case"
                cites = _cited("LZ-26 p1 s3a", held)
                yield (
                    project,
                    failed(step, *steps, because=because, at=row["key"], excess=len(held), unit="count", cites=cites),
                )


@rule(
    cites=["LZ-26 p1 s3b", "LZ-26 p1(1)", "LZ-26 p1(2)", "LZ-26 p1(3)", "LZ-26 p1(4)"],
    since="2022",
    on="registry",
    reads=[lz_extensions, lz_cases, lz_system_cases],
    duty=True,
    waivable_by=["leading_group"],
    disclosure="internal",
)
def lz26_no_new_build(ctx: RegistryContext) -> Iterator[tuple[str, Verdict]]:
    """四种情形存续期间，不得私自改扩建：没有批复或评审就动手的不符合，批复或评审过的只提示。

    Judged on the day procurement, contract or building began. Nothing begun yet: not due.
    """
    known = _Cases(ctx)
    for project, row in ctx.facts(lz_extensions).items():
        if row is None:
            continue
        if row["begun"] is None:
            yield project, undetermined("not_due", Step("missing", None, f"milestones/{PROCUREMENT}"))
            continue
        day = dt.date.fromisoformat(row["begun"])
        other = ungoverned(ctx, day)
        if other is not None:
            yield project, other
            continue
        held = [c for c in known.of(project, row["extends"], own=False) if _holds(c, row["begun"])]
        step = Step("from", day, f"milestones/{PROCUREMENT}/date")
        if not held:
            yield project, passed(step)
            continue
        steps = (step, *(Step(c["case"], dt.date.fromisoformat(c["since"]), c["path"]) for c in held))
        cites = _cited("LZ-26 p1 s3b", held)
        if row["agreed"] is not None and row["agreed"] <= row["begun"]:
            caps = (Cap(Severity.NOTICE, "agreed"),)
            yield project, failed(*steps, because="agreed_despite_case", caps=caps, cites=cites)
        else:
            yield project, failed(*steps, because="extended_without_leave", excess=len(held), unit="count", cites=cites)
