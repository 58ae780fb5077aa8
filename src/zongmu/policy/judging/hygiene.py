"""Asking the hygiene checks: of one record, and across all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zongmu.model.finding import Bilingual, Category, Finding, Outcome, Severity, Verdict
from zongmu.model.guards import scan
from zongmu.model.record_types import type_of_path
from zongmu.policy.judging.hygiene_context import CheckContext, HygieneContext
from zongmu.policy.judging.placing import placed
from zongmu.policy.judging.telling import REPORT
from zongmu.policy.judging.world import World
from zongmu.policy.law.patience import TooLong
from zongmu.policy.law.rules import Check, Problem
from zongmu.store.fitting.wording import HIDDEN
from zongmu.store.registry import LoadedRecord


def check_context(world: World, loaded: LoadedRecord, base: Any) -> CheckContext:
    """What hygiene checks see of a record."""
    codes, rules = world.vocabulary(loaded.jurisdiction)
    return CheckContext(
        loaded.model,
        loaded.type.name,
        id=loaded.id,
        path=loaded.path,
        data=loaded.plain or {},
        asof=world.asof,
        instance=world.instance,
        jurisdiction=loaded.jurisdiction,
        codes=codes,
        rules=rules,
        base=base,
        raw=loaded.data or b"",
    )


def hygiene_of(check: Check, context: CheckContext, loaded: LoadedRecord) -> Iterable[Finding]:
    try:
        findings = [finding_of(found, loaded.id, loaded.path) for found in check.run(context)]
    except (Exception, SystemExit) as crash:
        return (crash_of(check.id, loaded.id, loaded.path, crash),)
    return [placed(found, loaded) for found in findings]


def finding_of(found: Problem, record: str, path: str) -> Finding:
    code = found.code
    values = {name: _safe(value) for name, value in found.values.items()}
    return Finding(
        code=code.id,
        category=Category.RECORD,
        severity=found.severity,
        record=record,
        path=path,
        message=code.message.format(values),
        next_step=code.next_step.format(values),
        key=found.key or found.path,
        field_path=found.path,
        position=found.position,
        values=values,
        sensitive=code.sensitive,
    )


def _safe(value: Any) -> Any:
    """*value* as it may be repeated in a message: a text that a guard would not let out is hidden."""
    return HIDDEN if isinstance(value, str) and scan(value) else value


def crash_of(what: str, record: str, path: str, crash: BaseException) -> Finding:
    if isinstance(crash, TooLong):
        because = "rule_stopped"
        message = Bilingual(f"检查 {what} 迟迟没有结论，已停止运行", f"check {what} came to no end and was stopped")
    else:
        because, text = "rule_crashed", _safe(f"{type(crash).__name__}: {crash}")
        message = Bilingual(f"检查 {what} 本身出错：{text}", f"check {what} crashed: {text}")
    return Finding(
        code=what,
        category=Category.RECORD,
        severity=Severity.BLOCKING,
        record=record,
        path=path,
        message=message,
        next_step=REPORT,
        outcome=Outcome.ERROR,
        verdict=Verdict(Outcome.ERROR, because),
    )


def hygiene_across(
    world: World,
    check: Check,
    facts: Mapping[str, Mapping[str, Any]],
    base_facts: Mapping[str, Mapping[str, Any]] | None,
    known: Mapping[tuple[str, str], tuple[str, ...]],
) -> tuple[Finding, ...]:
    """What one check across records finds. *known*: the paths of the records that are there."""
    context = HygieneContext(world.asof, world.instance, facts, base_facts, known)
    try:
        return tuple(finding_of(found, *_record_of(found.record)) for found in check.run(context))
    except (Exception, SystemExit) as crash:
        return (crash_of(check.id, "registry", "registry/registry.yaml", crash),)


def _record_of(path: str | None) -> tuple[str, str]:
    """Id and path of the record that a check across records names by its path, there or not."""
    if path is None:
        return "registry", "registry/registry.yaml"
    record_type = type_of_path(path)
    return (record_type.id_from_path(path) if record_type is not None else path), path
