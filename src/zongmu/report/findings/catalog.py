"""Every stable code with its texts, for ``zongmu explain`` and for the page that each code has."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

from zongmu.model.finding import Bilingual, Code
from zongmu.policy.law.loading import Checks

_MODULES = (
    "zongmu.store.reading.problems",
    "zongmu.store.git.codes",
    "zongmu.store.registry",
    "zongmu.store.fitting.validate",
    "zongmu.store.editing.codes",
    "zongmu.store.atomic",
    "zongmu.store.git.pushing",
    "zongmu.model.guards",
    "zongmu.history.trail",
    "zongmu.trust.codes",
    "zongmu.trust.rewriting.redacting",
    "zongmu.policy.proposals.admission",
    "zongmu.policy.proposals.commits",
    "zongmu.policy.judging.exceptions",
    "zongmu.policy.proposals.ownership",
    "zongmu.policy.pieces",
    "zongmu.policy.proposals.pushers",
    "zongmu.policy.proposals.ref_names",
    "zongmu.policy.proposals.refs",
    "zongmu.exchange.endorse",
    "zongmu.disclosure.release_package",
    "zongmu.publish.releasing.withdrawing",
    "zongmu.exchange.schemas.json_schema",
    "zongmu.exchange.package",
    "zongmu.exchange.forges.calling",
)


def codes(checks: Checks) -> Iterator[Code]:
    """Every code once, by id."""
    from zongmu.report.findings.command_codes import (
        command_codes,  # only now: a check of a change asks for none of them
    )

    found: dict[str, Code] = {code.id: code for code in command_codes()}
    for name in _MODULES:
        for code in importlib.import_module(name).CODES:
            found[code.id] = code
    for check in checks.common:
        for code in check.codes:
            found[code.id] = code
    for id in sorted(found):
        yield found[id]


_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


def blanked(text: str) -> str:
    """A text of a code without a case at hand: an ellipsis for each value."""
    return _PLACEHOLDER.sub("…", text)


def in_general(text: str) -> str:
    """The same; nothing where it is all values."""
    return "" if _PLACEHOLDER.sub("", text).strip() == "" else blanked(text)


_BY_CASE = Bilingual("随具体情形而定，出现时一并写明", "it hangs on the case, and is said with it")


def next_step_of(code: Code) -> Bilingual:
    """What to do about a code without a case at hand; where it hangs on the case alone, that."""
    zh, en = (in_general(text) for text in (code.next_step.zh, code.next_step.en))
    return Bilingual(zh, en) if zh.strip("… ") and en.strip("… ") else _BY_CASE


def code_named(checks: Checks, id: str) -> Code | None:
    """The code with that id."""
    return next((c for c in codes(checks) if c.id == id), None)


def title_of(checks: Checks, id: str) -> Bilingual | None:
    """What a finding with the code *id* is called: a rule of a measure, a check of any city, or one of the program's own."""
    for loaded in checks.measures.values():
        if id in loaded.texts:
            return loaded.texts[id].title
    common = next((code for check in checks.common for code in check.codes if code.id == id), None)
    code = common or code_named(checks, id)
    return None if code is None else code.title
