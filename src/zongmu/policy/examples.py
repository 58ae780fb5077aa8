"""Examples: given, when, expect. YAML that anyone at the bureau can read and write; they are the tests, and they are on the site.

``examples/_base.yaml`` of a measure holds a smallest valid record of each type, default fields of milestones, and settings.
``examples/<rule>.yaml`` holds cases. ``given`` is laid over the base record field by field; ``milestones`` is a mapping of
milestone keys to fields, laid over the defaults of the kind; ``without`` names what to leave out. ``shows`` in ``expect``
is the whole trace, a line a step: ``say path``, with `` = value`` where the value matters. ``cites`` is the leading address,
or as a list all of them.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from zongmu.model.finding import Bilingual, Outcome, Step
from zongmu.model.immutable import immutable
from zongmu.model.periods.calendar import Calendar
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.instance import Instance
from zongmu.policy import example_shapes as shapes
from zongmu.policy.judging.engine import ask, facts_of, make_context
from zongmu.policy.judging.rules_across import gather, judge_registry
from zongmu.policy.judging.weighing import Ruling
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import Checks, LoadedMeasure, placed, read_yaml
from zongmu.policy.law.measure import MeasureError, refuse_unknown, scalar_message, within
from zongmu.policy.law.patience import EXAMPLE, patience
from zongmu.policy.law.rules import Rule
from zongmu.store.fitting.validate import validate

_CASE_KEYS = {
    "name",
    "name_en",
    "asof",
    "given",
    "without",
    "before",
    "before_without",
    "others",
    "settings",
    "roles",
    "expect",
}
_MAY_LACK = ("because", "due", "until", "excess", "at")
"""What a verdict need not have; ``none`` says that it has none."""


@immutable
class Case:
    """One example of one rule."""

    rule: str
    name: Bilingual
    file: str
    index: int
    asof: dt.date
    data: Mapping[str, Any]
    expect: tuple[Mapping[str, Any], ...]


@immutable
class CaseResult:
    """What came of an example."""

    case: Case
    rulings: tuple[Ruling, ...]
    differences: tuple[str, ...]
    subject: Mapping[str, Any]

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def cases(loaded: LoadedMeasure, rule: str, root: Path, base: Mapping[str, Any] | None = None) -> tuple[Case, ...]:
    """The examples of a rule. *base*: what the measure's examples share, where somebody has read it.

    Raises :class:`MeasureError` for a file that is not as it should be.
    """
    try:
        return _cases(loaded, rule, root, base)
    except MeasureError as problem:
        raise placed(problem, root) from None


def _cases(loaded: LoadedMeasure, rule: str, root: Path, base: Mapping[str, Any] | None) -> tuple[Case, ...]:
    file = loaded.folder / "examples" / f"{rule}.yaml"
    name = file.relative_to(root).as_posix()
    data = read_yaml(file, root)
    base = base_of(loaded, root) if base is None else base
    found = loaded.rule(rule)
    refuse_unknown(data, ("rule", "cases"), name)
    if not isinstance(data.get("cases", []), list):
        raise MeasureError(Bilingual("cases 应为列表", "cases must be a list"), name, place=("cases",))
    if data.get("rule") != rule:
        raise MeasureError(Bilingual(f"rule 应为 {rule}", f"rule must be {rule}"), name)
    if found is None:
        raise MeasureError(Bilingual(f"没有规则 {rule}", f"there is no rule {rule}"), name)
    out: list[Case] = []
    for n, row in enumerate(data.get("cases", ())):
        with within(name, "cases", n):
            one = _case(rule, row, name, n, base)
            shapes.refuse_shape(one.data, n, name, across=found.subject == "registry")
            shapes.refuse_layout(one.data, n, name)
            out.append(one)
    return tuple(out)


def _case(rule: str, row: Any, file: str, n: int, base: Mapping[str, Any]) -> Case:
    """One example as it stands in its file. Raises :class:`MeasureError`."""
    if not isinstance(row, dict):
        raise MeasureError(shapes.of_case(n, Bilingual("应为一个映射", "must be a mapping")), file)
    refuse_unknown(row, _CASE_KEYS, file, zh=f"第 {n + 1} 例：", en=f"case {n + 1}: ")
    expect = row.get("expect")
    rows: list[Any] = expect if isinstance(expect, list) else [expect]
    for i, one in enumerate(rows):
        with within(file, "expect", *((i,) if isinstance(expect, list) else ())):
            shapes.refuse_expectation(one, n, file)
    return Case(
        rule,
        Bilingual(str(row["name"]), str(row.get("name_en", row["name"]))),
        file,
        n,
        shapes.day_of(row["asof"], file, shapes.of_case(n, shapes.ASOF), ("asof",))
        if "asof" in row
        else _asof_of(base),
        row,
        tuple(rows),
    )


def line_of(case: Case, root: Path) -> int | None:
    """The line of its file on which an example begins."""
    return placed(MeasureError(case.name, case.file, place=("cases", case.index)), root).line


def base_of(loaded: LoadedMeasure, root: Path) -> Mapping[str, Any]:
    """``examples/_base.yaml`` of a measure. Raises :class:`MeasureError` where it cannot be what examples begin with."""
    file = loaded.folder / "examples" / "_base.yaml"
    name = file.relative_to(root).as_posix()
    base = read_yaml(file, root)
    try:
        shapes.refuse_base(base, name)
    except MeasureError as problem:
        raise placed(problem, root) from None
    return base


def _asof_of(base: Mapping[str, Any]) -> dt.date:
    return dt.date.fromisoformat(str(base["asof"]))


Lens = Callable[[Any], Any]
"""Makes of a record the record that is judged in its place."""


def run_case(
    checks: Checks,
    loaded: LoadedMeasure,
    case: Case,
    base: Mapping[str, Any],
    calendar: Calendar,
    lens: Lens = lambda record: record,
) -> CaseResult:
    """Judge one example by the engine that judges the registry, and compare with what it expects.

    *lens*: what stands for a record, where the question is what the rule would say of that.
    """
    rule = loaded.rule(case.rule)
    assert rule is not None
    try:
        try:
            world = _world(checks, case, base, calendar)
            with patience(EXAMPLE):
                subject, rulings = _rulings(world, loaded, rule, case, base, lens)
        except ValidationError as problem:
            return CaseResult(case, (), tuple(_unfit(problem, rule, case, base)), {})
    except _NotThere as problem:
        raise MeasureError(shapes.of_case(case.index, problem.said), case.file, place=("cases", case.index)) from None
    differences = tuple(_differences(case, rulings))
    if differences and any(r.verdict.because in _OUT_OF_FORCE for r in rulings):
        differences += (_in_force(world, loaded),)
    return CaseResult(case, rulings, differences, subject)


def _records(rule: Rule, case: Case, base: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every record that an example is made of, with its type."""
    for name, lacking in (("given", "without"), ("before", "before_without")):
        if rule.subject == "registry":
            for row in case.data.get(name, ()):
                ((kind, patch),) = ((k, v) for k, v in row.items() if k != "without")
                yield kind, record_data(base, kind, patch, row.get("without", ()))
        elif name == "given" or name in case.data or lacking in case.data:
            yield rule.subject, record_data(base, rule.subject, case.data.get(name, {}), case.data.get(lacking, ()))


def _unfit(problem: ValidationError, rule: Rule, case: Case, base: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a record of an example, as it is told of one in the registry."""
    made = (("instance", _settings(case, base)), *_records(rule, case, base))
    told = [
        f"例子不符合结构 invalid {'settings' if kind == 'instance' else 'record'}: {found.message.zh} / {found.message.en}"
        f"\n    怎么办 next: {found.next_step.zh} / {found.next_step.en}"
        for kind, data in made
        for found in validate(BY_NAME[kind], data).findings
    ]
    if told:
        yield from told
        if any("date（" in one for one in told):
            yield "各种里程碑的缺省日期写在 _base.yaml 的 milestone_defaults；default days of milestones go into milestone_defaults of _base.yaml"
        return
    first = problem.errors()[0]
    said = scalar_message(first["msg"])
    where = "/".join(str(p) for p in first["loc"])
    yield f"例子不符合结构 invalid record: {where}: {first['msg'] if said is None else f'{said.zh} / {said.en}'}"


_OUT_OF_FORCE: Final = frozenset({"no_measure_in_force", "law_not_encoded"})


def _in_force(world: World, loaded: LoadedMeasure) -> str:
    """When the measure is in force, for an example whose act lies outside of that."""
    law = next(law for laws in world.laws.values() for measure, law in laws if measure is loaded)
    since, until = law.since or "…", law.until or "…"
    return (
        f"{loaded.measure.id} 的施行期为 {since} 至 {until}，例中行为的日期（given，_base.yaml 的 milestone_defaults 或 asof）不在其内；"
        f"{loaded.measure.id} is in force from {since} to {until}, and the act of the example (given, milestone_defaults or asof of _base.yaml) lies outside"
    )


def _settings(case: Case, base: Mapping[str, Any]) -> dict[str, Any]:
    return _merge(dict(base["settings"]), case.data.get("settings", {}))


def _world(checks: Checks, case: Case, base: Mapping[str, Any], calendar: Calendar) -> World:
    instance = Instance.model_validate(_settings(case, base))
    roles = {k: frozenset(v) for k, v in {**base.get("roles", {}), **case.data.get("roles", {})}.items()}
    return World(checks, instance, calendar, case.asof, roles)


def _rulings(
    world: World, loaded: LoadedMeasure, rule: Rule, case: Case, base: Mapping[str, Any], lens: Lens
) -> tuple[Mapping[str, Any], tuple[Ruling, ...]]:
    kind = rule.subject
    if kind == "registry":
        return {}, tuple(_registry_rulings(world, rule, case, base, lens))
    data = record_data(base, kind, case.data.get("given", {}), case.data.get("without", ()))
    record = lens(BY_NAME[kind].model.model_validate(data))
    law = next((law for m, law in world.laws.get(record.jurisdiction, ()) if m is loaded), None)
    if law is None:
        raise MeasureError(
            Bilingual(
                f"settings（多在 _base.yaml）里辖区 {record.jurisdiction} 的 measures 没有 {loaded.measure.id}",
                f"in settings, which _base.yaml mostly has, measures of jurisdiction {record.jurisdiction} lacks {loaded.measure.id}",
            ),
            case.file,
            place=("cases", case.index),
        )
    context = make_context(world, law, record)
    if "before" in case.data or "before_without" in case.data:
        before = record_data(base, kind, case.data.get("before", {}), case.data.get("before_without", ()))
        context.base = make_context(world, law, lens(BY_NAME[kind].model.model_validate(before)))
    return data, tuple(ask(context, loaded, rule, str(data.get("id", kind))))


def _registry_rulings(world: World, rule: Rule, case: Case, base: Mapping[str, Any], lens: Lens) -> Iterator[Ruling]:
    """``given`` of a rule across records is a list of records; ``before`` the same of the base revision."""
    facts = _facts(world, case.data.get("given", ()), base, lens)
    before = _facts(world, case.data["before"], base, lens) if "before" in case.data else None
    for jurisdiction in world.laws:
        for ruling in judge_registry(world, jurisdiction, facts, before):
            if ruling.rule is rule:
                yield ruling


def _facts(world: World, rows: Any, base: Mapping[str, Any], lens: Lens) -> dict[str, dict[str, Any]]:
    per_record: dict[str, dict[str, Any]] = {}
    for row in rows:
        ((kind, patch),) = ((k, v) for k, v in row.items() if k != "without")
        data = record_data(base, kind, patch, row.get("without", ()))
        record = lens(BY_NAME[kind].model.model_validate(data))
        per_record[record_id(kind, data)] = facts_of(world, record, kind)
    return gather(per_record)


def record_id(kind: str, data: Mapping[str, Any]) -> str:
    """The id of a record: its own, or ``<jurisdiction>/<year or period>``."""
    if "id" in data:
        return str(data["id"])
    tail = data.get("year", data.get("period", data.get("project", "")))
    return f"{data.get('jurisdiction', '')}/{tail}" if tail else str(data.get("jurisdiction", kind))


class _NotThere(Exception):
    """What is to be left out of a record that has none of it: the example would not be the one that its name says."""

    def __init__(self, zh: str, en: str) -> None:
        self.said = Bilingual(zh, en)
        super().__init__(en)


def record_data(base: Mapping[str, Any], kind: str, given: Mapping[str, Any], without: Any = ()) -> dict[str, Any]:
    """The base record of *kind* with *given* laid over it and *without* left out; what neither changes is that of *base* itself."""
    if kind not in base:
        said = Bilingual(f"_base.yaml 里没有 {kind} 的底本", f"_base.yaml has no {kind} for examples to begin with")
        raise MeasureError(said, "examples/_base.yaml")
    data = dict(base[kind])
    given = dict(given)
    milestones = given.pop("milestones", None)
    data = _merge(data, given)
    if isinstance(milestones, list):
        data["milestones"] = [_with_defaults(base, row) for row in milestones]
    elif milestones:
        rows = {_key(m): m for m in data.get("milestones", ())}
        for key, fields in milestones.items():
            kind_, _, seq = key.partition("/")
            start = rows.get(key) or _with_defaults(base, {"kind": kind_, **({"seq": int(seq)} if seq else {})})
            rows[key] = _merge(dict(start), fields)
        data["milestones"] = list(rows.values())
    if without:
        data = copy.deepcopy(data)
        for path in without:
            if not _drop(data, str(path).split("/")):
                raise _NotThere(f"without：{path} 本来就没有", f"without: there is no {path} to leave out")
    return data


def _with_defaults(base: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    merged = _merge(dict(base.get("milestone_defaults", {}).get(row["kind"], {})), row)
    return {"kind": merged.pop("kind"), **merged}


def _key(row: Mapping[str, Any]) -> str:
    return f"{row['kind']}/{row['seq']}" if "seq" in row else str(row["kind"])


def _merge(into: dict[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """*patch* laid over *into*, which becomes it; nothing below *into* is changed."""
    for key, value in patch.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            into[key] = _merge(dict(into[key]), value)
        else:
            into[key] = value
    return into


def _drop(data: dict[str, Any], parts: list[str]) -> bool:
    """Take out what stands at *parts*; whether anything did."""
    if parts[0] == "milestones" and len(parts) > 1:
        key = "/".join(parts[1:3]) if len(parts) > 2 and parts[2].isdigit() else parts[1]
        rest = parts[3:] if "/" in key else parts[2:]
        row = next((row for row in data.get("milestones", ()) if _key(row) == key), None)
        if row is None:
            return False
        if rest:
            return _drop(row, rest)
        data["milestones"].remove(row)
        if not data["milestones"]:
            del data["milestones"]
        return True
    if len(parts) == 1:
        return data.pop(parts[0], None) is not None
    return isinstance(data.get(parts[0]), dict) and _drop(data[parts[0]], parts[1:])


def _differences(case: Case, rulings: tuple[Ruling, ...]) -> Iterator[str]:
    """What is not as expected. Every expectation must be met by a ruling of its own; a single one speaks of the gravest."""
    if not rulings:
        if not all(e["outcome"] == "nothing" for e in case.expect):
            yield "没有裁决 no ruling"
        return
    left = list(rulings)
    for expect in case.expect:
        if expect["outcome"] == "nothing":
            yield f"不应有裁决 unexpected rulings: {'; '.join(map(_brief, rulings))}"
            continue
        wanted = [r for r in left if all(_holds(expect, k, r) for k in ("record", "at") if k in expect)]
        wanted.sort(key=lambda r: (-_GRAVITY[r.verdict.outcome], -r.severity))
        if not wanted:
            yield f"没有相应的裁决 nothing matches {_flow(expect)}: {'; '.join(map(_brief, rulings))}"
            continue
        ruling = wanted[0]
        left.remove(ruling)
        wrong = [k for k in expect if not _holds(expect, k, ruling)]
        if wrong:
            yield f"期望 expected {_flow({k: expect[k] for k in wrong})}，得到 got {_brief(ruling)}"


_GRAVITY = {Outcome.ERROR: 4, Outcome.FAIL: 3, Outcome.UNDETERMINED: 2, Outcome.PASS: 1, Outcome.NOT_APPLICABLE: 0}


def _holds(expect: Mapping[str, Any], key: str, ruling: Ruling) -> bool:
    want, verdict = expect[key], ruling.verdict
    if want == "none" and key in _MAY_LACK:
        return getattr(verdict, key) is None
    if key == "outcome":
        return verdict.outcome.value == str(want)
    if key == "severity":
        return ruling.severity is shapes.SEVERITY.get(str(want))
    if key in ("due", "until"):
        have = getattr(verdict, key)
        return have is not None and have.isoformat() == str(want)
    if key == "record":
        return ruling.record == str(want)
    if key == "addressee":
        return (ruling.addressee or "unit") == str(want)
    if key == "cites":
        have = verdict.cites or ruling.rule.cites
        return list(have) == want if isinstance(want, list) else have[0] == str(want)
    if key == "caps":
        return [c.why for c in verdict.caps] == list(want)
    if key == "shows":
        return len(verdict.trace) == len(want) and all(map(_reads, verdict.trace, want))
    return bool(getattr(verdict, key) == want)


def _reads(step: Step, line: object) -> bool:
    """Whether a line of ``shows`` speaks of a step; the value counts where the line gives one."""
    line_ = _line(step)
    return line in (line_.partition(" = ")[0], line_)


def _line(step: Step) -> str:
    """A step as ``shows`` writes it."""
    return f"{step.say} {step.path} = {step.value}" if step.path else f"{step.say} = {step.value}"


def _flow(row: Mapping[str, Any]) -> str:
    """As the file of the examples would have it."""
    return ", ".join(f"{k}: {'[' + ', '.join(map(str, v)) + ']' if isinstance(v, list) else v}" for k, v in row.items())


def _brief(ruling: Ruling) -> str:
    v = ruling.verdict
    out: dict[str, Any] = {
        "record": ruling.record,
        "outcome": v.outcome.value,
        "because": v.because,
        "severity": ruling.severity.name.lower(),
        "at": v.at,
        "due": v.due.isoformat() if v.due else None,
        "until": v.until.isoformat() if v.until else None,
        "excess": v.excess,
        "addressee": ruling.addressee,
        "caps": [c.why for c in v.caps],
        "shows": [_line(s) for s in v.trace],
    }
    return _flow({k: v for k, v in out.items() if v not in (None, [], "")})
