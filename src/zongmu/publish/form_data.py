"""What the form page needs of an instance: schemas, words, bodies, and the law itself.

The law is not written a second time for the browser: its rules are translated (:mod:`zongmu.publish.inbrowser`) and run
there. What a measure will ask for is what its rules say of a project that has been through an ordinary life and brought
nothing along: that project goes along, and the page asks with the class, path, level and amount of the draft.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from zongmu.model.acts.kinds import KINDS, PHASES_OF_WORK
from zongmu.model.codes import CODE_LISTS
from zongmu.model.fields.titles import family_of
from zongmu.model.finding import Bilingual, Code
from zongmu.model.periods.calendar import WorkYear
from zongmu.model.records.instance import Jurisdiction
from zongmu.model.records.project import Project
from zongmu.model.scalars import SCALAR_MESSAGES, OfAWhole, Scalar, TextForm, json_pattern
from zongmu.policy.judging.telling import LATE
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.words import BECAUSE
from zongmu.publish.inbrowser.law import law_script
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.escape import dump, encode
from zongmu.store.fitting import codes as schema_codes
from zongmu.store.fitting.codes import PATTERN_FORMS, VALUE_FORMS
from zongmu.store.fitting.shapes import Group, Leaf, Listing, all_classes, slots
from zongmu.store.fitting.wording import REPUBLIC

_LEFT_OUT: Final = frozenset(
    {
        "application_accepted", "returned_for_correction", "resubmitted", "rejected", "procurement_failed",
        "adjustment_applied", "adjusted", "extension_applied", "extended", "suspended", "resumed", "budget_adjusted",
    }
)  # fmt: skip
"""Acts that an ordinary life does without."""

_PHASES: Final = (*PHASES_OF_WORK, "application", "planning", "operation")


def form_file(root: Path, world: World, city: Jurisdiction) -> Iterator[tuple[str, bytes]]:
    """``submit/<jurisdiction>.js`` and ``.law.js``: schema, words and law of a jurisdiction; none without a schema."""
    schema = _schema(root, city.id)
    if schema is None:
        return
    laws = world.laws.get(city.id, ())
    data = {
        "id": city.id,
        "title": {"zh": city.name, "en": city.name_en or city.name},
        "region": city.region,
        "schema": schema,
        "settings": _settings(world, [loaded for loaded, _ in laws]),
        "years": [_year(year) for year in world.calendar.years],
        "vocabulary": sorted(world.vocabulary(city.id)[1]),
        "measures": [_measure(city.id, loaded, law.since) for loaded, law in laws],
    }
    yield f"submit/{city.id}.js", _script(city.id, data)
    yield f"submit/{city.id}.law.js", encode(law_script(world, city.id).text)


def form_common(root: Path, release: Release) -> tuple[str, bytes]:
    """``submit/data.js``: jurisdictions that have a schema, bodies that are public, messages, the day."""
    instance = release.instance
    data = {
        "jurisdictions": [
            {"id": j.id, "title": {"zh": j.name, "en": j.name_en or j.name}}
            for j in instance.jurisdictions
            if _schema(root, j.id) is not None
        ],
        "bodies": [[ref, o.name, o.name_en or o.name] for ref, o in sorted(release.organizations.items())],
        "projects": sorted(p.public.id for p in release.projects),
        "asOf": instance.demonstration.as_of.isoformat() if instance.demonstration is not None else None,
        "notice": [instance.notice("zh"), instance.notice("en")] if instance.demonstration is not None else None,
        "roles": _roles(release),
        "late": _two(LATE),
        "because": {key: _two(text) for key, text in BECAUSE.items()},
        **check_texts(),
    }
    return "submit/data.js", _script("common", data)


def check_texts() -> dict[str, Any]:
    """The words in which the check says what does not fit the schema."""
    return {
        "codes": {c.id: _code(c) for c in schema_codes.CODES},
        "forms": dict(_forms()),
        "causes": {**SCALAR_MESSAGES, "republic": _two(REPUBLIC)},
    }


def _script(name: str, data: Mapping[str, Any]) -> bytes:
    return encode(f"(window.zongmuForm=window.zongmuForm||{{}})[{json.dumps(name)}]={dump(data)};\n")


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
                elif isinstance(part, OfAWhole) or (isinstance(part, type) and issubclass(part, Scalar)):
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


def _settings(world: World, laws: Sequence[LoadedMeasure]) -> dict[str, Any]:
    """What the instance says of the law, as far as the rules about a project read it."""
    ids = {loaded.measure.id for loaded in laws}
    kept = world.instance.model_dump(mode="json", by_alias=True, exclude_none=True, include={"law", "limits"})
    return {**kept, "law": [{k: v for k, v in s.items() if k != "source"} for s in kept["law"] if s["measure"] in ids]}


def _year(year: WorkYear) -> dict[str, Any]:
    days = {name: sorted(d.isoformat() for d in days) for name, days in (("off", year.off), ("on", year.on))}
    return {"year": year.year, "status": year.status, **days}


def _roles(release: Release) -> dict[str, list[str]]:
    """Who holds which role, of the bodies that are public."""
    return {
        role: sorted(kept)
        for role, bodies in sorted(release.world.roles.items())
        if (kept := bodies & release.organizations.keys())
    }


def _measure(jurisdiction: str, loaded: LoadedMeasure, since: dt.date | None) -> dict[str, Any]:
    measure = loaded.measure
    day = _day(loaded, since)
    return {
        "id": measure.id,
        "prefix": measure.prefix,
        "title": _two(measure.title),
        **({"until": measure.until.isoformat()} if measure.until is not None else {}),
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
        "roles": {c: _two(t) for c, t in measure.roles.items()},
        "words": {key: _two(text) for key, text in loaded.words.items()},
        "rules": {
            rule.id: {
                "title": _two(loaded.texts[rule.id].title),
                "cure": _two(loaded.texts[rule.id].cure),
                "cites": list(rule.cites),
                "modality": next((s.modality for a in rule.cites if (s := measure.sentence(a))), "must"),
                "kinds": list(rule.each or rule.act),
            }
            for rule in loaded.rules
            if rule.subject == "project" and rule.id in loaded.texts
        },
        "life": {"day": day.isoformat(), "project": _bare(jurisdiction, loaded, day)},
    }


def _bare(jurisdiction: str, loaded: LoadedMeasure, day: dt.date) -> dict[str, Any]:
    """A project that has been through an ordinary life and brought nothing along: every rule says what it asks for.

    The page puts its own class, path and level in, and its amount where ``total`` and ``amount`` stand.
    """
    acts = []
    kinds = [k for k in KINDS if k in loaded.measure.milestones and k not in _LEFT_OUT and KINDS[k].phase in _PHASES]
    for n, kind in enumerate(kinds):
        family = family_of(kind)
        assert family is not None
        act: dict[str, Any] = {"kind": kind, "date": (day - dt.timedelta(days=len(kinds) - n)).isoformat()}
        for slot in slots(family).values():
            if slot.name in ("total", "amount"):
                act[slot.name] = "1元"
            elif slot.required and slot.name not in act:
                act[slot.name] = _some(slot.node, slot.codelist, loaded, jurisdiction, day)
        acts.append(act)
    return {
        "format": 1,
        "id": f"{jurisdiction}-{day.year}-0001",
        "jurisdiction": jurisdiction,
        "name": "-",
        "owner": f"{jurisdiction}/example",
        "milestones": acts,
    }


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
