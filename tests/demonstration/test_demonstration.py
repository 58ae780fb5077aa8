"""The demonstration registry: passes its own gate, shows every kind of life, and invents nobody's history."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.instances import say
from tests.ours import checks
from zongmu.model.acts.kinds import KINDS
from zongmu.model.derived.views import View
from zongmu.model.fields.coded import coded_values
from zongmu.model.finding import Category, Finding, Outcome, Severity
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.model.records.system import System
from zongmu.policy.proposals.merging import decide, stands_in_way
from zongmu.policy.run import Run, make_world, run, with_itself
from zongmu.store.registry import Registry, load
from zongmu.store.trees import WorkTree

ROOT = Path(__file__).resolve().parents[2]


@cache
def registry() -> Registry:
    return load(WorkTree.of(ROOT))


@cache
def judged() -> Run:
    world = make_world(checks(), registry())
    assert world is not None
    return run(world, registry())


def projects() -> list[Project]:
    return [r.model for r in registry().projects if isinstance(r.model, Project)]


MEASURED = (("laizhou", "laizhou_2022"), ("ordos", "ordos_2025"))


def test_every_file_reads_and_fits_its_schema() -> None:
    assert [f.message.zh for f in registry().findings] == []


def test_every_file_is_in_the_one_layout() -> None:
    said = say("--root", ROOT, "fmt", "--check")
    assert said.code == 0, said.all


def test_it_passes_its_own_gate() -> None:
    decision = decide(judged().findings)
    in_the_way = [f"{f.path} {f.code} {f.key} {f.message.zh}" for f in decision.findings if stands_in_way(f)]
    assert in_the_way == []


def test_no_rule_crashes() -> None:
    assert [f.message.zh for f in judged().findings if f.outcome is Outcome.ERROR] == []


def test_enough_projects_of_both_cities() -> None:
    by_city = {j: sum(p.jurisdiction == j for p in projects()) for j, _ in MEASURED}
    assert sum(by_city.values()) >= 36
    assert min(by_city.values()) >= 15


@pytest.mark.parametrize(("jurisdiction", "measure"), MEASURED)
@pytest.mark.parametrize("codelist", ["class", "level", "path", "nature"])
def test_every_code_of_the_leading_lists_is_used(jurisdiction: str, measure: str, codelist: str) -> None:
    declared = set(checks().measures[measure].measure.codes[codelist])
    used = {
        value
        for p in projects()
        if p.jurisdiction == jurisdiction
        for _, name, value in coded_values(p)
        if name == codelist
    }
    assert declared - used == set()


@pytest.mark.parametrize(("jurisdiction", "measure"), MEASURED)
def test_every_stage_is_somebodys_stage(jurisdiction: str, measure: str) -> None:
    stages = checks().measures[measure].measure.stages
    reached = {View(p).stage(stages) for p in projects() if p.jurisdiction == jurisdiction}
    names = {name for name, _ in stages}
    # Laizhou's lives are complete; the Ordos measure is younger than a building period (decision 9).
    assert len(reached & names) >= (len(names) if jurisdiction == "laizhou" else len(names) - 2)


def test_every_milestone_kind_is_used() -> None:
    used = {m.kind for p in projects() for m in p.milestones}
    systems = [r.model for r in registry().of_type("system") if isinstance(r.model, System)]
    used |= {m.kind for s in systems for m in s.milestones}
    assert set(KINDS) - used == set()


def test_no_rule_has_an_empty_row() -> None:
    world = make_world(checks(), registry())
    assert world is not None
    tally = with_itself(world, registry(), judged()).tally
    # A measure that is only begun (init-measure) and not named in registry.yaml yet judges nothing.
    applied = {rule.id for laws in world.laws.values() for loaded, _ in laws for rule in loaded.rules}
    assert [rule for rule, row in tally.items() if rule in applied and not set(row) - {"not_applicable"}] == []


def _of(severity: Severity) -> list[Finding]:
    return [f for f in judged().findings if f.category is Category.LAW and f.severity is severity]


def test_honest_breaches_are_acknowledged_and_stay_visible() -> None:
    assert len(_of(Severity.BLOCKING)) >= 5
    assert all(f.acknowledged for f in _of(Severity.BLOCKING))


def test_there_are_warnings_notices_and_open_questions() -> None:
    assert len(_of(Severity.WARNING)) >= 5
    assert len(_of(Severity.NOTICE)) >= 5
    assert sum(row["undetermined"] for row in judged().tally.values()) >= 20


def test_every_acting_body_is_fictitious() -> None:
    bodies = [r.model for r in registry().of_type("organization") if isinstance(r.model, Organization)]
    assert bodies
    assert [o.id for o in bodies if not o.demonstration or "演示" not in o.name] == []


def test_real_districts_carry_neutral_facts_only() -> None:
    instance = registry().instance
    assert instance is not None
    assert instance.demonstration is not None
    fictitious = {d.code for d in instance.demonstration.divisions}
    for loaded in registry().of_type("district"):
        if getattr(loaded.model, "region", None) not in fictitious:
            assert set(loaded.plain or {}) <= {"format", "id", "jurisdiction", "name", "name_en", "region", "level"}


def test_every_file_has_its_modeline_and_says_that_it_is_a_demonstration() -> None:
    for loaded in registry().projects:
        text = (loaded.data or b"").decode()
        assert text.startswith("# yaml-language-server: $schema="), loaded.path
        assert "演示数据" in text, loaded.path


def test_modelines_lead_to_a_schema() -> None:
    for loaded in registry().records.values():
        match = re.match(r"# yaml-language-server: \$schema=(\S+)", (loaded.data or b"").decode())
        assert match, loaded.path
        assert (ROOT / loaded.path).parent.joinpath(match[1]).resolve().is_file(), loaded.path


def test_a_merged_body_is_found_by_both_names_and_a_system_has_three_projects() -> None:
    bodies = [r.model for r in registry().of_type("organization") if isinstance(r.model, Organization)]
    assert any(o.successor for o in bodies)
    assert any(o.former_names for o in bodies)
    systems = [r.model for r in registry().of_type("system") if isinstance(r.model, System)]
    assert any(s.built_by and s.upgraded_by and s.maintained_by for s in systems)


def test_disclosure_is_reviewed_withheld_and_still_open_somewhere() -> None:
    rows = [r.model for r in registry().of_type("endorsements") if isinstance(r.model, Endorsements)]
    conclusions = {d.conclusion for e in rows for d in e.disclosure_reviews}
    assert {"public", "withheld"} <= conclusions
    reviewed = {e.project for e in rows if e.disclosure_reviews}
    assert any(p.id not in reviewed for p in projects())


def test_every_review_of_the_demonstration_is_of_what_stands_now() -> None:
    # The program itself: its script would set up first, and say so where that takes a while.
    command = [sys.executable, str(ROOT / "script/demo_reviews.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_mailbox_that_the_site_has_to_publish_is_no_personal_address() -> None:
    assert [f.path for f in judged().findings if f.code == "content.email"] == []
