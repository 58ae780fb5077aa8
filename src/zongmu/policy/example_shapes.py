"""The layout of a file of examples: what could never be judged, or held against a verdict, is refused with its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from zongmu.model.finding import Bilingual, Outcome, Severity
from zongmu.model.record_types import BY_NAME
from zongmu.policy.law.measure import MeasureError, nearest, refuse_unknown

EXPECT_KEYS: Final = {
    "record",
    "outcome",
    "because",
    "severity",
    "due",
    "until",
    "excess",
    "at",
    "cites",
    "addressee",
    "caps",
    "provisional",
    "shows",
}
"""What an example may expect of a verdict."""

OUTCOMES: Final = (*(outcome.value for outcome in Outcome), "nothing")
"""What may come of an example; ``nothing``: the rule says nothing of that record."""

SEVERITY: Final = {
    "none": Severity.NONE,
    "notice": Severity.NOTICE,
    "warning": Severity.WARNING,
    "blocking": Severity.BLOCKING,
}
"""Severities by the words in which examples expect them."""

ASOF: Final = Bilingual("asof 应为一天，如 2026-03-01", "asof must be a day, like 2026-03-01")


def day_of(text: Any, file: str, said: Bilingual, place: tuple[str, ...]) -> dt.date:
    """The day that a text of *file* says. Raises :class:`MeasureError` with what is *said* of another, at *place*."""
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        raise MeasureError(said, file, place=place) from None


def refuse_base(base: Mapping[str, Any], name: str) -> None:
    """Refuses what examples cannot begin with; *name* is its file. Raises :class:`MeasureError`."""
    day_of(base.get("asof", ""), name, ASOF, ("asof",))
    for key in ("settings", *(kind for kind in BY_NAME if kind in base)):
        if not isinstance(base.get(key), dict):
            raise MeasureError(Bilingual(f"{key} 应为一个映射", f"{key} must be a mapping"), name, place=(key,))
    for key, inner, zh, en in (
        ("milestone_defaults", dict, "映射", "a mapping"),
        ("roles", list, "列表", "a list"),
    ):
        rows = base.get(key, {})
        wrong = next((k for k, v in rows.items() if not isinstance(v, inner)), None) if isinstance(rows, dict) else ""
        if wrong is not None:
            said = Bilingual(f"{key} 应为映射，每个代码下是{zh}", f"{key} must be a mapping, of {en} for each code")
            raise MeasureError(said, name, place=(key, wrong) if wrong else (key,))


def refuse_shape(data: Mapping[str, Any], n: int, file: str, *, across: bool) -> None:
    """Refuses records that are not laid out as the rule is asked. Raises :class:`MeasureError`.

    One record is a mapping laid over the base; for a rule *across* records there is a list, each row with its own ``without``.
    """
    for key in ("given", "before"):
        value = data.get(key, [] if across else {})
        if not across and not isinstance(value, dict):
            said = Bilingual(f"{key} 应为一个映射", f"{key} must be a mapping")
        elif across and not (isinstance(value, list) and all(_is_row(row) for row in value)):
            kinds = "、".join(sorted(BY_NAME))
            said = Bilingual(
                f"跨记录的规则，{key} 应为列表，每行一种记录（{kinds}），另可有 without",
                f"for a rule across records {key} must be a list, each row one record ({', '.join(sorted(BY_NAME))}) and maybe without",
            )
        elif across and "without" in data:
            said = Bilingual("跨记录的规则，without 写在各行里", "for a rule across records without stands in each row")
        else:
            continue
        raise MeasureError(of_case(n, said), file)


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and len(names := set(row) - {"without"}) == 1 and names <= set(BY_NAME)


def refuse_expectation(expect: Any, n: int, file: str) -> None:
    """Refuses what no verdict could ever be held against. Raises :class:`MeasureError`."""
    if not isinstance(expect, dict):
        raise MeasureError(
            of_case(n, Bilingual("expect 应为一个映射，或其列表", "expect must be a mapping, or a list of them")), file
        )
    refuse_unknown(expect, EXPECT_KEYS, file, zh=f"第 {n + 1} 例的 expect：", en=f"expect of case {n + 1}: ")
    for key, known in (("outcome", OUTCOMES), ("severity", tuple(SEVERITY))):
        got = expect.get(key, "" if key == "outcome" else known[0])
        if got not in known:
            hint = nearest(str(got), known)
            said = Bilingual(
                f"expect 的 {key} 应为 {'、'.join(known)} 之一{hint.zh}",
                f"{key} of expect is one of {', '.join(known)}{hint.en}",
            )
            raise MeasureError(of_case(n, said), file, place=(key,))


def of_case(n: int, said: Bilingual) -> Bilingual:
    """*said* of the case at *n* (from 0)."""
    return Bilingual(f"第 {n + 1} 例：{said.zh}", f"case {n + 1}: {said.en}")


def refuse_layout(data: Mapping[str, Any], n: int, file: str) -> None:
    """Refuses what cannot be laid over the base: milestones that are no mapping of keys to fields, roles that are no lists. Raises
    :class:`MeasureError`."""
    for name in ("given", "before"):
        rows = data.get(name, {})
        for i, row in enumerate(rows) if isinstance(rows, list) else ((None, {"": rows}),):
            for kind, patch in row.items():
                milestones = patch.get("milestones") if isinstance(patch, dict) else None
                place = (name, *((i, kind) if i is not None else ()), "milestones")
                if not isinstance(milestones, dict | list | None):
                    raise MeasureError(of_case(n, _MILESTONES), file, place=place)
                for key, fields in milestones.items() if isinstance(milestones, dict) else ():
                    seq = key.partition("/")[2]
                    if not isinstance(fields, dict) or ("/" in key and not seq.isdecimal()):
                        raise MeasureError(of_case(n, _MILESTONES), file, place=(*place, key))
    for name in ("without", "before_without"):
        if not isinstance(data.get(name, []), list):
            said = Bilingual(f"{name} 应为列表", f"{name} must be a list")
            raise MeasureError(of_case(n, said), file, place=(name,))
    for role, bodies in data.get("roles", {}).items():
        if not isinstance(bodies, list):
            said = Bilingual("roles 下每个职责应为单位的列表", "roles must have a list of bodies for each role")
            raise MeasureError(of_case(n, said), file, place=("roles", role))


_MILESTONES: Final = Bilingual(
    "milestones 应为映射：里程碑（contract_signed，第二次的写 contract_signed/2）下是它的字段",
    "milestones must be a mapping: under each milestone (contract_signed, its second contract_signed/2) its fields",
)
