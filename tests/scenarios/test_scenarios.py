"""Whole small registers, written from the texts of the measures by a reader who had not seen the rules.

One folder per city. ``_instance.yaml`` holds the ``settings`` of the instance, the ``roles`` held by its bodies and ``bases`` that
several files share; every other file holds ``scenarios`` and, for records that several of them share, ``bases``:

- ``name``: what the scenario says, in words.
- ``asof``: the day on which the registry is read.
- ``records``: a list of ``{project: {...}}``, ``{system: {...}}``, ``{plan: {...}}`` and so on, as they stand in files. ``base: name``
  takes a record of ``bases`` first; ``milestones`` are then laid over those of the base by kind and seq, other fields by
  name, and ``without`` names fields or milestones (``milestones/kind/seq``) that are left out.
- ``before``: the records at the base revision, for rules that compare.
- ``settings``, ``roles``: laid over those of the city.
- ``expect``: a list of ``{sentence, outcome, record?, severity?, due?, addressee?, reading?}``. A scenario speaks of sentences of the
  law, not of rules: every ruling that cites the sentence counts. ``fail`` wants one such failure with all that is asked of
  it; ``pass``, ``undetermined`` and ``not_applicable`` want that outcome from one ruling, and that no graver one stands beside it.
- ``clean``: no failure of this severity or above, but for the sentences that ``expect`` names as failing.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.ours import calendar, checks
from zongmu.model.finding import Outcome, Severity
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.instance import Instance
from zongmu.policy.examples import record_id
from zongmu.policy.judging.engine import facts_of, judge
from zongmu.policy.judging.rules_across import gather, judge_registry
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World, roles_of
from zongmu.policy.law.loading import read_yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
GRAVITY = {Outcome.NOT_APPLICABLE: 0, Outcome.PASS: 1, Outcome.UNDETERMINED: 2, Outcome.FAIL: 3, Outcome.ERROR: 4}
KEYS = frozenset({"sentence", "outcome", "record", "severity", "due", "addressee", "reading"})
SCENARIO_KEYS = frozenset({"name", "asof", "records", "before", "settings", "roles", "expect", "clean"})


@cache
def city(folder: Path) -> Mapping[str, Any]:
    return read_yaml(folder / "_instance.yaml", ROOT)


# ── records ──


def _key(row: Mapping[str, Any]) -> str:
    return f"{row['kind']}/{row['seq']}" if "seq" in row else str(row["kind"])


def _laid_over(base: Any, patch: Any) -> Any:
    if isinstance(base, Mapping) and isinstance(patch, Mapping):
        return {**base, **{k: _laid_over(base.get(k), v) for k, v in patch.items()}}
    return patch


def _record(kind: str, row: Mapping[str, Any], bases: Mapping[str, Any]) -> tuple[str, Any]:
    """The record and its id. ``format`` is implied."""
    own = {k: v for k, v in row.items() if k not in ("base", "without")}
    data: dict[str, Any] = {"format": 1}
    if "base" in row:
        _, data = _data(kind, bases[row["base"]], bases)
    acts = own.pop("milestones", None)
    data = _laid_over(copy.deepcopy(data), own)
    if acts is not None:
        rows = {_key(m): m for m in data.get("milestones", ())}
        for act in acts:
            rows[_key(act)] = _laid_over(rows.get(_key(act), {}), act)
        data["milestones"] = list(rows.values())
    for path in row.get("without", ()):
        _leave_out(data, path)
    if not data.get("milestones", True):
        del data["milestones"]
    return record_id(kind, data), data


def _data(kind: str, row: Mapping[str, Any], bases: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return _record(kind, row, bases)


def _leave_out(data: dict[str, Any], path: str) -> None:
    head, _, tail = path.partition("/")
    if head == "milestones" and tail:
        kept = [m for m in data["milestones"] if _key(m) != tail]
        if len(kept) == len(data["milestones"]):
            # The field of a milestone: the last part is its name.
            key, _, field = tail.rpartition("/")
            found = next(m for m in data["milestones"] if _key(m) == key)
            del found[field]
        data["milestones"] = kept
    elif tail:
        _leave_out(data[head], tail)
    else:
        del data[head]


def _records(rows: Sequence[Mapping[str, Any]], bases: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Record id → its type and the record."""
    out: dict[str, tuple[str, Any]] = {}
    for row in rows:
        ((kind, body),) = row.items()
        rid, data = _data(kind, body, bases)
        out[rid] = kind, BY_NAME[kind].model.model_validate(data)
    return out


# ── judging ──


def rulings_of(folder: Path, scenario: Mapping[str, Any], bases: Mapping[str, Any]) -> list[Ruling]:
    """Every ruling about the records of a scenario, as the check of a register gives them."""
    unknown = set(scenario) - SCENARIO_KEYS
    assert not unknown, f"unknown keys {sorted(unknown)}"
    held = city(folder)
    instance = Instance.model_validate(_laid_over(held["settings"], scenario.get("settings", {})))
    records = _records(scenario["records"], bases)
    before = _records(scenario["before"], bases) if "before" in scenario else None
    roles = {role: frozenset(ids) for role, ids in {**held.get("roles", {}), **scenario.get("roles", {})}.items()}
    for role, ids in roles_of(r for k, r in records.values() if k == "organization").items():
        roles[role] = roles.get(role, frozenset()) | ids
    world = World(checks(), instance, calendar(), dt.date.fromisoformat(str(scenario["asof"])), roles)
    rulings = [
        dataclasses.replace(
            ruling, record=rid
        )  # records without an id of their own are judged by the name of their type
        for rid, (kind, record) in records.items()
        for ruling in judge(world, record, kind, before[rid][1] if before and rid in before else None)
    ]
    facts, old = _facts(world, records), None if before is None else _facts(world, before)
    for jurisdiction in world.laws:
        rulings += judge_registry(world, jurisdiction, facts, old)
    return rulings


def _facts(world: World, records: Mapping[str, tuple[str, Any]]) -> dict[str, dict[str, Any]]:
    return gather({rid: facts_of(world, record, kind) for rid, (kind, record) in records.items()})


def _cites(ruling: Ruling) -> tuple[str, ...]:
    return ruling.verdict.cites or ruling.rule.cites


def differences(scenario: Mapping[str, Any], rulings: Sequence[Ruling]) -> Iterator[str]:
    """What is not as expected."""
    for expect in scenario["expect"]:
        assert {"sentence", "outcome"} <= set(expect) <= KEYS, f"keys of an expectation: {expect}"
        about = [
            r for r in rulings if expect["sentence"] in _cites(r) and expect.get("record", r.record) in (r.record, None)
        ]
        wanted = [r for r in about if r.verdict.outcome.value == expect["outcome"] and _meets(expect, r)]
        gravest = max((GRAVITY[r.verdict.outcome] for r in about), default=0)
        none_needed = expect["outcome"] == "not_applicable" and not about
        if not none_needed and (not wanted or gravest > GRAVITY[wanted[0].verdict.outcome]):
            yield f"expected {dict(expect)}, got {[_brief(r) for r in about]}"
    if "clean" in scenario:
        floor = Severity[str(scenario["clean"]).upper()]
        named = {e["sentence"] for e in scenario["expect"] if e["outcome"] == "fail"}
        for r in rulings:
            if r.severity >= floor and not named & set(_cites(r)):
                yield f"nothing expected, got {_brief(r)}"


def _meets(expect: Mapping[str, Any], ruling: Ruling) -> bool:
    verdict = ruling.verdict
    have = {
        "severity": ruling.severity.name.lower(),
        "due": verdict.due.isoformat() if verdict.due else None,
        "addressee": ruling.addressee or "unit",
    }
    return all(str(expect[k]) == have[k] for k in have if k in expect) and (
        "reading" not in expect
        or expect["reading"] in ruling.rule.readings
        or any(cap.why == expect["reading"] for cap in verdict.caps)
    )


def _brief(ruling: Ruling) -> dict[str, Any]:
    v = ruling.verdict
    told = {
        "rule": ruling.rule.id,
        "record": ruling.record,
        "at": v.at,
        "outcome": v.outcome.value,
        "because": v.because,
        "severity": ruling.severity.name.lower(),
        "due": v.due.isoformat() if v.due else None,
        "addressee": ruling.addressee,
        "caps": [c.why for c in v.caps],
        "cites": _cites(ruling),
        "trace": [(s.say, s.path, str(s.value)) for s in v.trace],
    }
    return {k: value for k, value in told.items() if value}


def _scenarios() -> Iterator[Any]:
    for file in sorted(HERE.glob("*/[!_]*.yaml")):
        data = read_yaml(file, ROOT)
        for n, scenario in enumerate(data["scenarios"], start=1):
            where = f"{file.parent.name}/{file.stem}[{n}]"
            bases = {**city(file.parent).get("bases", {}), **data.get("bases", {})}
            yield pytest.param(file.parent, scenario, bases, id=where)


@pytest.mark.parametrize(("folder", "scenario", "bases"), list(_scenarios()))
def test_scenario(folder: Path, scenario: Mapping[str, Any], bases: Mapping[str, Any]) -> None:
    found = list(differences(scenario, rulings_of(folder, scenario, bases)))
    assert not found, f"{scenario['name']}\n" + "\n".join(found)
