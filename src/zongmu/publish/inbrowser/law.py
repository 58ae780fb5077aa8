"""The law of one jurisdiction as a script: rules about a project, checks of a record, the engine and the model they need.

``window.zongmuLaws[<jurisdiction>]($)`` gives what the page needs, made from the loaded program. Nothing of a registry is
in it: what it is asked about, under which settings and on which day, the page says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from zongmu.model.acts.kinds import KINDS
from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual
from zongmu.model.guards import code_for, thorough, values_for
from zongmu.model.guards.base import Traces
from zongmu.model.guards.credentials import credentials_maybe
from zongmu.model.guards.secrecy import secrecy_maybe
from zongmu.model.periods.calendar import Calendar, WorkYear
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.instance import Instance
from zongmu.model.records.project import Project
from zongmu.model.scalars.identifiers import investment_code_check_ok
from zongmu.policy.judging.asof import elapsed
from zongmu.policy.judging.context import Law, ProjectContext
from zongmu.policy.judging.engine import ask
from zongmu.policy.judging.hygiene_context import CheckContext
from zongmu.policy.judging.world import World
from zongmu.policy.law.measure import Measure, Sentence
from zongmu.policy.law.rules import Check
from zongmu.publish.inbrowser.link import Linker
from zongmu.store.fitting import wording

NOT_HERE: Final = (
    "path_agrees", "id_not_given_up", "codes_are_listed", "content_may_be_stored", "draws_can_be_drawn_again",
)  # fmt: skip
"""Checks that the page does without or otherwise: path and id are settled at the desk, the schema lists the codes, and the
guards of texts are asked before anything is kept."""

_NOTHING: Final = Bilingual("", "")


class LawScript(NamedTuple):
    """The script, and what of the law cannot be said in JavaScript: a rule that needs it is left to the check."""

    text: str
    untold: Mapping[str, str]


def law_script(world: World, jurisdiction: str) -> LawScript:
    """The script of a jurisdiction. What rests on something that cannot be translated throws when it is asked."""
    linker = Linker()
    linker.uses("build")
    linker.stands_for(BY_NAME, {"project": BY_NAME["project"]})
    linker.stands_for(path_title, _act_title)
    linker.stands_for(credentials_maybe, _perhaps)
    linker.stands_for(secrecy_maybe, _perhaps)
    linker.stands_for(Traces, str)
    linker.stands_for(elapsed, _elapsed)
    linker.is_runtime(wording.close_matches, "closeMatches")
    linker.is_runtime(investment_code_check_ok, "investmentCode")
    given = {
        "Project": Project,
        "ProjectContext": ProjectContext,
        "CheckContext": CheckContext,
        "Law": Law,
        "Instance": Instance,
        "Calendar": Calendar,
        "WorkYear": WorkYear,
        "ask": ask,
        "measures": [
            {
                "id": loaded.measure.id,
                "measure": _bare(loaded.measure),
                "parameters": dict(loaded.parameters),
                "rules": [rule for rule in loaded.rules if rule.subject == "project" and not rule.compares],
            }
            for loaded, _ in world.laws.get(jurisdiction, ())
        ],
        "checks": {check.id: check.run for check in _checks(world)},
        "offered": {"keys": wording.offered_keys, "kinds": wording.offered_kinds, "codes": wording.offered_codes},
        "guards": {"thorough": thorough, "code_for": code_for, "values_for": values_for},
    }
    exported = ", ".join(f"{name}: {_said(linker, value)}" for name, value in given.items())
    text = (
        f"(window.zongmuLaws = window.zongmuLaws || {{}})[{json.dumps(jurisdiction)}] = function ($) {{\n"
        f'"use strict";\n{linker.script()}\nreturn {{{exported}}};\n}};\n'
    )
    return LawScript(text, linker.untold)


def _checks(world: World) -> list[Check]:
    return [
        c for c in world.checks.common if c.subject in ("any", "project") and not c.compares and c.id not in NOT_HERE
    ]


def _said(linker: Linker, value: Any, depth: int = 0) -> str:
    """The outermost objects and lists as such, for the page; all else as the linker says."""
    if depth < 3 and type(value) is dict:
        return f"{{{', '.join(f'{json.dumps(k)}: {_said(linker, v, 3)}' for k, v in value.items())}}}"
    if depth < 3 and type(value) is list:
        return f"[{', '.join(_said(linker, v, depth + 1) for v in value)}]"
    return linker.ref(value)


def _bare(measure: Measure) -> Measure:
    """A measure without its words, which no rule reads."""
    sentences: Mapping[str, Sentence] = {
        at: Sentence(at, _NOTHING, s.modality, s.binds, s.coverage) for at, s in measure.sentences.items()
    }
    return replace(
        measure, title=_NOTHING, sentences=sentences, readings={}, milestones={}, codes={}, roles={}, source=None
    )


def _perhaps(_text: str, _traces: object) -> bool:
    """Instead of the quick looks, which work on bytes: look in every case."""
    return True


def _elapsed(asof: dt.date, day: dt.date) -> int:
    """Nothing is kept from day to day here."""
    return (asof - day).days


def _act_title(path: str) -> Bilingual:
    """What ``milestones/<kind>/<seq>`` is called: all that checks of a record ask of :func:`path_title`."""
    parts = path.split("/")
    kind = KINDS[parts[1]]
    if len(parts) < 3:
        return Bilingual(kind.zh, kind.en)
    return Bilingual(f"{kind.zh}（{parts[2]}）", f"{kind.en} ({parts[2]})")
