"""What a check may use. Checks import ``zongmu.policy`` and ``zongmu.model``, nothing else of the engine."""

from __future__ import annotations

from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Bilingual, Cap, Code, Outcome, Position, Severity, Step, Verdict
from zongmu.model.immutable import immutable
from zongmu.policy.judging.comparators import at_boundary, compare
from zongmu.policy.judging.context import (
    Context,
    DistrictContext,
    ProjectContext,
    RecordContext,
    RegistryContext,
    SystemContext,
)
from zongmu.policy.judging.hygiene_context import CheckContext, HygieneContext
from zongmu.policy.judging.periods import (
    GIVEN_UP,
    by_day,
    deadline,
    due_after,
    exceeds,
    last_of,
    ungoverned,
    unless_given_up,
    window,
)
from zongmu.policy.judging.shapes import covers, gate, in_order, present, share, site_limit
from zongmu.policy.judging.verdicts import (
    all_of,
    any_of,
    attested_step,
    failed,
    missing,
    not_applicable,
    noticed,
    passed,
    undetermined,
    warned,
)
from zongmu.policy.law.offering import offered
from zongmu.policy.law.parameters import MonthDay, Param
from zongmu.policy.law.rules import (
    Check,
    FactSource,
    Guard,
    Problem,
    Rule,
    Subject,
    check,
    fact,
    problem,
    rule,
    rule_each,
)

__all__ = [
    "GIVEN_UP",
    "Bilingual",
    "Cap",
    "Check",
    "CheckContext",
    "Code",
    "Context",
    "DistrictContext",
    "Fact",
    "FactSource",
    "Guard",
    "HygieneContext",
    "MonthDay",
    "Outcome",
    "Param",
    "Position",
    "Problem",
    "ProjectContext",
    "RecordContext",
    "RegistryContext",
    "Rule",
    "Severity",
    "Step",
    "Subject",
    "SystemContext",
    "Verdict",
    "all_of",
    "any_of",
    "at_boundary",
    "attested_step",
    "by_day",
    "check",
    "compare",
    "covers",
    "deadline",
    "due_after",
    "exceeds",
    "fact",
    "failed",
    "gate",
    "immutable",
    "in_order",
    "last_of",
    "missing",
    "not_applicable",
    "noticed",
    "offered",
    "passed",
    "present",
    "problem",
    "rule",
    "rule_each",
    "share",
    "site_limit",
    "undetermined",
    "ungoverned",
    "unless_given_up",
    "warned",
    "window",
]
