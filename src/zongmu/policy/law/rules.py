"""How a rule is declared. A rule is a small pure function; the decorator holds the static facts about it.

Decorating gives a :class:`Rule` object, which the loader finds by looking through the modules of a measure: there is no
global list. A rule sees the one record it is about. A rule across records reads *facts*, small values that
``@fact`` functions take from each record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, get_args

from zongmu.model.acts.milestones import Act
from zongmu.model.finding import Code, Position, Severity, Verdict
from zongmu.model.immutable import immutable

P = ParamSpec("P")
T = TypeVar("T")
C = TypeVar("C")
A = TypeVar("A", bound=Act)

Subject = Literal[
    "project", "system", "organization", "district", "plan", "returns", "resources", "draws", "endorsements", "instance",
    "registry",
]  # fmt: skip
Disclosure = Literal["public", "internal"]


@immutable
class Guard:
    """Whom a rule binds, as data: the value of a project field must be in *values* (or, with *but*, not among them).

    Not met: not applicable, for the reason *because*. The field missing: undetermined.
    """

    field: str
    values: tuple[str, ...]
    because: str
    but: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule of a measure with its static facts."""

    id: str
    cites: tuple[str, ...]
    subject: Subject
    run: Callable[..., Any]
    since: str
    act: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    duty: bool = False
    applies_to: tuple[Guard, ...] = ()
    readings: tuple[str, ...] = ()
    reads: tuple[FactSource[Any], ...] = ()
    compares: bool = False
    disclosure: Disclosure = "public"
    waivable_by: tuple[str, ...] = ()
    scope: bool = False
    module: str = ""
    line: int = 0
    doc: str = ""

    def __call__(self, *args: Any) -> Any:
        """The function itself, for tests and for rules that build on another."""
        return self.run(*args)


@dataclass(frozen=True)
class FactSource(Generic[T]):
    """A small value taken from each record of one type, for rules that look across records."""

    id: str
    subject: Subject
    run: Callable[[Any], T]


@dataclass(frozen=True)
class Check:
    """Hygiene that holds in any city: defects of records, with declared codes."""

    id: str
    subject: Subject | Literal["any"]
    codes: tuple[Code, ...]
    run: Callable[..., Iterable[Problem]]
    compares: bool = False
    reads: tuple[FactSource[Any], ...] = ()
    module: str = ""
    line: int = 0
    doc: str = ""
    by_file: bool = (
        False  # across records: what it says of a file follows from the facts of that file and what is there
    )


@immutable
class Problem:
    """A defect that a check found.

    ``record`` is only given by checks across records, ``position`` only where no field has the place (a comment).
    """

    code: Code
    path: str | None = None
    key: str | None = None
    severity: Severity = Severity.BLOCKING
    values: Mapping[str, Any] = field(default_factory=dict)
    record: str | None = None
    position: Position | None = None


def problem(
    code: Code,
    path: str | None = None,
    *,
    key: str | None = None,
    severity: Severity = Severity.BLOCKING,
    record: str | None = None,
    position: Position | None = None,
    **values: Any,
) -> Problem:
    """A defect at *path*; *values* fill the placeholders of the code's texts."""
    return Problem(code, path, key, severity, values, record, position)


def _where(fn: Callable[..., Any]) -> dict[str, Any]:
    return {"module": fn.__module__, "line": fn.__code__.co_firstlineno, "doc": (fn.__doc__ or "").strip()}


def _lists(**given: object) -> None:
    """Refuse a text where a list belongs: each of its letters would be taken for an entry."""
    for name, value in given.items():
        if isinstance(value, str):
            raise TypeError(f"{name} is a list: {name}=[{value!r}]")


def rule(
    *,
    cites: Iterable[str],
    since: str,
    on: Subject = "project",
    act: str | Iterable[str] = (),
    duty: bool = False,
    applies_to: Iterable[Guard] = (),
    readings: Iterable[str] = (),
    reads: Iterable[FactSource[Any]] = (),
    compares: bool = False,
    disclosure: Disclosure = "public",
    waivable_by: Iterable[str] = (),
    scope: bool = False,
) -> Callable[[Callable[[C], Verdict | Iterable[Any]]], Rule]:
    """Declare a rule that is asked once per record (or, with ``on="registry"``, once for all).

    *cites*: addresses of the sentences it carries out, the leading one first: its modality gives the severity.
    *act*: milestone kinds; the day of the earliest recorded one selects the law. None recorded: the as-of day. No *act* at
    all: the day of the record's first act. *since*: the edition of the rule set in which the rule first stood.
    *duty*: the trigger may lie before the measure (reading of duties across the start of validity); the deadline helpers
    decide. *compares*: the rule looks at the base revision too. *disclosure*: ``internal`` keeps the outcome from the public whatever its inputs. *scope*: the rule says what the measure
    speaks of at all; where it says not applicable of a project, so does every other rule of the measure.
    """

    _lists(cites=cites, readings=readings, waivable_by=waivable_by)
    if on not in get_args(Subject):
        raise TypeError(f"on={on!r} is none of {', '.join(get_args(Subject))}")

    def wrap(fn: Callable[[C], Verdict | Iterable[Any]]) -> Rule:
        return Rule(
            id=fn.__name__,
            cites=tuple(cites),
            subject=on,
            run=fn,
            since=since,
            act=(act,) if isinstance(act, str) else tuple(act),
            duty=duty,
            applies_to=tuple(applies_to),
            readings=tuple(readings),
            reads=tuple(reads),
            compares=compares,
            disclosure=disclosure,
            waivable_by=tuple(waivable_by),
            scope=scope,
            **_where(fn),
        )

    return wrap


def rule_each(
    cls: type[A],
    *kinds: str,
    cites: Iterable[str],
    since: str,
    applies_to: Iterable[Guard] = (),
    duty: bool = False,
    readings: Iterable[str] = (),
    disclosure: Disclosure = "public",
    waivable_by: Iterable[str] = (),
) -> Callable[[Callable[Concatenate[C, A, P], Verdict]], Rule]:
    """Declare a rule that is asked once per milestone of the *kinds*; each is judged by the law of its own day."""
    _lists(cites=cites, readings=readings, waivable_by=waivable_by)
    if not kinds:
        raise TypeError(f"rule_each({cls.__name__}) names no kind")

    def wrap(fn: Callable[Concatenate[C, A, P], Verdict]) -> Rule:
        return Rule(
            id=fn.__name__,
            cites=tuple(cites),
            subject="project",
            run=fn,
            since=since,
            each=kinds,
            duty=duty,
            applies_to=tuple(applies_to),
            readings=tuple(readings),
            disclosure=disclosure,
            waivable_by=tuple(waivable_by),
            **_where(fn),
        )

    return wrap


def fact(*, on: Subject = "project") -> Callable[[Callable[[Any], T]], FactSource[T]]:
    """Declare a fact: a small, plain value (JSON) that registry-scoped rules may read from each record."""

    def wrap(fn: Callable[[Any], T]) -> FactSource[T]:
        return FactSource(f"{fn.__module__}.{fn.__name__}", on, fn)

    return wrap


def check(
    *,
    codes: Iterable[Code],
    on: Subject | Literal["any"] = "project",
    compares: bool = False,
    reads: Iterable[FactSource[Any]] = (),
    by_file: bool = False,
) -> Callable[[Callable[[C], Iterable[Problem]]], Check]:
    """Declare a hygiene check (``checks/common``).

    *by_file*, of a check across records: what it says of a file follows from the facts of that file alone and from which
    records are there, so that of a change it is asked about few files.
    """

    def wrap(fn: Callable[[C], Iterable[Problem]]) -> Check:
        return Check(fn.__name__, on, tuple(codes), fn, compares, tuple(reads), **_where(fn), by_file=by_file)

    return wrap
