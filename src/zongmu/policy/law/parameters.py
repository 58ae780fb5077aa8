"""Numbers of the law: each with its dated values, comparator, the words that carry it, citation and last check.

A rule never holds a number. It asks its context for a parameter by id and by type; a parameter of another type, or none in
force on the day of the act, is an error of the measure and not a verdict on the project.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar, get_args

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.law.measure import MeasureError, refuse_unknown, scalar_message, within

T = TypeVar("T")
Comparator = Literal["<", "<=", ">", ">=", "="]
ParameterKind = Literal["money", "ratio", "duration", "count", "month_day"]


@immutable
class MonthDay:
    """A fixed day of every year, such as 31 July."""

    month: int
    day: int

    def in_year(self, year: int) -> dt.date:
        """That day of *year*."""
        return dt.date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"


Value = Money | Ratio | Duration | int | MonthDay


@immutable
class Param(Generic[T]):
    """The value of a parameter on the day of an act."""

    id: str
    value: T
    comparator: Comparator


@immutable
class Parameter:
    """One number of the law."""

    id: str
    title: Bilingual
    kind: ParameterKind
    comparator: Comparator
    words: str
    cites: str
    readings: tuple[str, ...]
    last_checked: dt.date
    values: tuple[tuple[dt.date | None, Value], ...]  # (from, value); None = from the measure's first day

    def on(self, day: dt.date) -> Value | None:
        """The value in force on *day*: the latest that begins no later."""
        found: Value | None = None
        for since, value in self.values:
            if since is None or since <= day:
                found = value
        return found


def _value(kind: ParameterKind, raw: Any) -> Value:
    if kind == "count":
        if type(raw) is not int:
            raise ValueError(f"{raw!r} is not a whole number")
        return raw
    if kind == "month_day":
        month, _, day = str(raw).partition("-")
        dt.date(2023, int(month), int(day))  # a day of every year
        return MonthDay(int(month), int(day))
    cls: Any = {"money": Money, "ratio": Ratio, "duration": Duration}[kind]
    value: Value = cls.parse(str(raw))
    return value


_KEYS = {"title", "kind", "comparator", "words", "cites", "readings", "last_checked", "values"}


def parameters_from(data: Mapping[str, Any], path: str, sentences: Mapping[str, object]) -> dict[str, Parameter]:
    """The parameters of a measure. Raises :class:`MeasureError` for one without citation, words or a readable value."""
    out: dict[str, Parameter] = {}
    for id, row in data.items():
        with within(path, id):
            out[id] = _parameter(id, row, path, sentences)
    return out


def _parameter(id: str, row: Any, path: str, sentences: Mapping[str, object]) -> Parameter:
    def error(zh: str, en: str) -> MeasureError:
        return MeasureError(Bilingual(f"参数 {id}：{zh}", f"parameter {id}: {en}"), path)

    if not isinstance(row, dict):
        raise error("应为一个映射", "must be a mapping")
    refuse_unknown(row, _KEYS, path, zh=f"参数 {id}：", en=f"parameter {id}: ")
    cites = row.get("cites")
    if not cites:
        raise error("没有条款出处（cites）", "has no citation (cites)")
    if cites not in sentences:
        raise error(f"所引条款 {cites} 不存在", f"cites {cites}, which does not exist")
    for wanted in ("title", "kind", "comparator", "words", "last_checked", "values"):
        if wanted not in row:
            raise error(f"缺少 {wanted}", f"lacks {wanted}")
    if row["kind"] not in get_args(ParameterKind):
        raise error(f"种类 {row['kind']} 未知", f"unknown kind {row['kind']}")
    if row["comparator"] not in get_args(Comparator):
        raise error(f"比较符 {row['comparator']} 未知", f"unknown comparator {row['comparator']}")
    try:
        values = tuple(
            (
                None if v["from"] == "measure" else dt.date.fromisoformat(str(v["from"])),
                _value(row["kind"], v["value"]),
            )
            for v in row["values"]
        )
    except (ValueError, KeyError, TypeError) as problem:
        said = scalar_message(str(problem)) or Bilingual(str(problem), str(problem))
        raise error(f"值无法读取：{said.zh}", f"unreadable value: {said.en}") from None
    try:
        last_checked = dt.date.fromisoformat(str(row["last_checked"]))
    except ValueError:
        raise error(
            f"last_checked 不是日期：{row['last_checked']}", f"last_checked is not a date: {row['last_checked']}"
        ) from None
    if not values:
        raise error("没有值", "has no value")
    days = [since or dt.date.min for since, _ in values]
    if days != sorted(set(days)):
        raise error(
            "值未按日期先后排列，或同一天有两个值", "values are not in the order of their days, or two share a day"
        )
    readings = row.get("readings", [])
    if not isinstance(readings, list):
        raise error("readings 应写成列表 […]", "readings must be a list […]")
    title = row["title"]
    if not isinstance(title, dict) or set(title) != {"zh", "en"}:
        raise error("title 应写成 {zh: …, en: …}", "title must be {zh: …, en: …}")
    return Parameter(
        id,
        Bilingual(str(title["zh"]), str(title["en"])),
        row["kind"],
        row["comparator"],
        str(row["words"]),
        str(cites),
        tuple(readings),
        last_checked,
        values,
    )
