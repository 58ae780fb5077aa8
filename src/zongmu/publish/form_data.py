"""What the form page needs of an instance: schemas, words, bodies, and what each measure will ask of which project.

The law is not written a second time for the browser: the rules are run here, on bare projects of every class, path and
level, and of amounts at and above each limit in money that the measure has. What a rule answers is stored by case, and
the page only looks it up.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual, Code, Outcome
from zongmu.model.instance import Jurisdiction
from zongmu.model.kinds import KINDS, PHASES_OF_WORK
from zongmu.model.project import Project
from zongmu.model.scalars import Money, Scalar, TextForm, json_pattern
from zongmu.model.titles import family_of
from zongmu.policy.engine import World, answers, contexts_of
from zongmu.policy.loading import LoadedMeasure
from zongmu.publish.escape import encode
from zongmu.publish.released import Release
from zongmu.store import schema_codes
from zongmu.store.schema_codes import PATTERN_FORMS, VALUE_FORMS
from zongmu.store.shapes import Group, Leaf, Listing, all_classes, slots

_LEFT_OUT: Final = frozenset(
    {
        "application_accepted", "returned_for_correction", "resubmitted", "rejected", "procurement_failed",
        "adjustment_applied", "adjusted", "extension_applied", "extended", "suspended", "resumed", "budget_adjusted",
    }
)  # fmt: skip
"""Acts that an ordinary life does without."""

_PHASES: Final = (*PHASES_OF_WORK, "application", "planning", "operation")
_AXES: Final = ("class", "path", "level")


def form_file(root: Path, world: World, city: Jurisdiction) -> Iterator[tuple[str, bytes]]:
    """``submit/<jurisdiction>.js``: the schema of a jurisdiction, and what its measures ask for; none without a schema."""
    schema = _schema(root, city.id)
    if schema is None:
        return
    laws = world.laws.get(city.id, ())
    data = {
        "id": city.id,
        "title": {"zh": city.name, "en": city.name_en or city.name},
        "region": city.region,
        "schema": schema,
        "measures": [_measure(world, city.id, loaded, law.since) for loaded, law in laws],
    }
    yield f"submit/{city.id}.js", _script(city.id, data)


def form_common(release: Release) -> tuple[str, bytes]:
    """``submit/data.js``: jurisdictions, bodies that are public, messages, the day."""
    instance = release.instance
    data = {
        "jurisdictions": [
            {"id": j.id, "title": {"zh": j.name, "en": j.name_en or j.name}} for j in instance.jurisdictions
        ],
        "bodies": [[ref, o.name, o.name_en or o.name] for ref, o in sorted(release.organizations.items())],
        "projects": sorted(p.public.id for p in release.projects),
        "asOf": instance.demonstration.as_of.isoformat() if instance.demonstration is not None else None,
        "demonstration": instance.demonstration is not None,
        "codes": {c.id: _code(c) for c in schema_codes.CODES},
        "forms": dict(_forms()),
    }
    return "submit/data.js", _script("common", data)


def _script(name: str, data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return encode(f"(window.zongmuForm=window.zongmuForm||{{}})[{json.dumps(name)}]={text};\n")


def _code(code: Code) -> dict[str, Any]:
    return {"title": _two(code.title), "message": _two(code.message), "next": _two(code.next_step)}


def _forms() -> Iterator[tuple[str, tuple[str, str]]]:
    """Pattern in the schema → how such a value is written, in the words of the check."""
    for pattern, form in PATTERN_FORMS.items():
        yield json_pattern(re.sub(r"^\^|\$$", "", pattern)), form
    for _, cls in all_classes(Project):
        for info in cls.model_fields.values():
            for part in (*info.metadata, *_parts(info.annotation)):
                if isinstance(part, TextForm):
                    yield json_pattern(part.pattern), VALUE_FORMS[part.error]
                elif isinstance(part, type) and issubclass(part, Scalar):
                    yield json_pattern(part.PATTERN), VALUE_FORMS[part.ERROR]


def _parts(annotation: Any) -> Iterator[Any]:
    """An annotation and all that it is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _two(text: Bilingual) -> list[str]:
    return [text.zh, text.en]


def _schema(root: Path, jurisdiction: str) -> Any:
    for path in (f"schema/{jurisdiction}/project.schema.json", "schema/project.schema.json"):
        try:
            return json.loads((root / path).read_text("utf-8"))
        except (OSError, ValueError):
            continue
    return None


# --- what a measure asks for -----------------------------------------------------------------------------------------


_A_LIFE: Final = dt.timedelta(days=200)
"""Long enough for the acts of a bare project, a day each, all under the newest numbers of the law."""


def _day(loaded: LoadedMeasure, since: dt.date | None) -> dt.date:
    """A day on which the measure is asked: some months after its newest number came into force, and before its end.

    It follows from the law alone, so that what is made changes with the law and not from day to day.
    """
    known = [d for p in loaded.parameters.values() for d, _ in p.values if d is not None]
    day = max([*known, *([since] if since is not None else [])], default=dt.date(2026, 1, 1)) + _A_LIFE
    until = loaded.measure.until
    return until if until is not None and until < day else day


def _measure(world: World, jurisdiction: str, loaded: LoadedMeasure, since: dt.date | None) -> dict[str, Any]:
    measure = loaded.measure
    day = _day(loaded, since)
    law = World(world.checks, world.instance, world.calendar, day, world.roles)
    axes = {name: ["", *measure.codes.get(name, {})] for name in _AXES}
    amounts = _amounts(loaded)
    cases: dict[str, list[str]] = {}
    papers: dict[str, dict[str, set[str]]] = {}
    every = list(itertools.product(itertools.product(*axes.values()), amounts))
    for number, (codes, amount) in enumerate(every):
        project = _bare(jurisdiction, loaded, dict(zip(_AXES, codes, strict=True)), amount, day)
        if project is None:
            continue
        for rule in _asked(law, project, loaded, papers):
            cases.setdefault(rule, ["0"] * len(every))[number] = "1"
    return {
        "id": measure.id,
        "prefix": measure.prefix,
        "title": _two(measure.title),
        **({"until": measure.until.isoformat()} if measure.until is not None else {}),
        "axes": axes,
        "amounts": amounts,
        "stages": [list(kinds) for _, kinds in measure.stages],
        "kinds": {
            kind: {
                "title": _two(use.title or Bilingual(KINDS[kind].zh, KINDS[kind].en)),
                "requires": list(use.requires),
                **({"by": _two(by)} if (by := measure.roles.get(use.confirmed_by or "")) is not None else {}),
            }
            for kind, use in sorted(measure.milestones.items(), key=lambda u: list(KINDS).index(u[0]))
        },
        "documents": {c: _two(t) for c, t in measure.codes.get("document", {}).items()},
        "rules": [
            {
                "id": rule.id,
                "title": _two(loaded.texts[rule.id].title),
                "cure": _two(loaded.texts[rule.id].cure),
                "cites": list(rule.cites),
                "modality": next((s.modality for a in rule.cites if (s := measure.sentence(a))), "must"),
                "kinds": list(rule.each or rule.act),
                "papers": {kind: sorted(names) for kind, names in papers.get(rule.id, {}).items()},
                "cases": "".join(cases[rule.id]),
            }
            for rule in loaded.rules
            if rule.id in cases and rule.id in loaded.texts
        ],
    }


def _amounts(loaded: LoadedMeasure) -> list[int]:
    """Amounts in fen that stand for all: a small one, and both sides of each limit in money."""
    found = {100}
    for parameter in loaded.parameters.values():
        # The two amounts between which the answer turns: at a limit that is still within, or one fen before it.
        low = 0 if parameter.comparator in ("<=", ">", "=") else -1
        for _, value in parameter.values:
            if isinstance(value, Money):
                found |= {max(value.fen + low, 1), value.fen + low + 1}
    return sorted(found)


def _bare(
    jurisdiction: str, loaded: LoadedMeasure, facts: Mapping[str, str], amount: int, day: dt.date
) -> Project | None:
    """A project that has been through an ordinary life and brought nothing along: every rule says what it asks for."""
    total = str(Money(amount))
    acts = []
    kinds = [k for k in KINDS if k in loaded.measure.milestones and k not in _LEFT_OUT and KINDS[k].phase in _PHASES]
    for n, kind in enumerate(kinds):
        family = family_of(kind)
        assert family is not None
        act: dict[str, Any] = {"kind": kind, "date": (day - dt.timedelta(days=len(kinds) - n)).isoformat()}
        for slot in slots(family).values():
            if slot.name in ("total", "amount"):
                act[slot.name] = total
            elif slot.required and slot.name not in act:
                act[slot.name] = _some(slot.node, slot.codelist, loaded, jurisdiction, day)
        acts.append(act)
    data = {
        "format": 1,
        "id": f"{jurisdiction}-{day.year}-0001",
        "jurisdiction": jurisdiction,
        "name": "-",
        "owner": f"{jurisdiction}/example",
        **{name: value for name, value in facts.items() if value},
        "milestones": acts,
    }
    try:
        return Project.model_validate(data)
    except ValidationError:
        return None


def _some(node: Any, codelist: str | None, loaded: LoadedMeasure, jurisdiction: str, day: dt.date) -> Any:
    """A value that a required field takes."""
    if isinstance(node, Listing):
        return [_some(node.item, codelist, loaded, jurisdiction, day)]
    if isinstance(node, Group):
        return {
            s.name: _some(s.node, s.codelist, loaded, jurisdiction, day)
            for s in slots(node.classes[0]).values()
            if s.required
        }
    assert isinstance(node, Leaf)
    if node.choices:
        return node.choices[0]
    if codelist is not None:
        return next(iter(loaded.measure.codes.get(codelist) or CODE_LISTS.get(codelist) or ("other",)))
    if node.base is bool:
        return False
    if node.base is int:
        return day.year
    if node.example is not None:
        return node.example
    body = f"{jurisdiction}/example"
    return body if node.pattern is None or re.fullmatch(node.pattern, body) else "contract_signed"


def _asked(
    world: World, project: Project, loaded: LoadedMeasure, papers: dict[str, dict[str, set[str]]]
) -> Iterator[str]:
    """The rules that speak of *project*; the papers that they look for go into *papers*, by rule and milestone."""
    for measure, rules, context in contexts_of(world, project, "project"):
        if measure is not loaded:
            continue
        for rule in rules:
            speaks = False
            for verdict, _ in answers(context, measure, rule):
                if verdict.outcome is Outcome.NOT_APPLICABLE:
                    continue
                speaks = True
                for step in verdict.trace:
                    parts = (step.path or "").split("/")
                    if parts[0] == "milestones" and "documents" in parts[:-1]:
                        name = parts[parts.index("documents") + 1]
                        papers.setdefault(rule.id, {}).setdefault(parts[1], set()).add(name)
            if speaks:
                yield rule.id
