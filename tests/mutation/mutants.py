"""Mutants: a rule with one comparator flipped, one guard dropped, one parameter a unit off.

A mutant is put in place inside this process (the code of a live function, a field of a rule, a parameter) and taken out
again, so nothing is imported twice and no file is touched.
"""

from __future__ import annotations

import ast
import copy
import datetime as dt
import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from zongmu.model.scalars import Duration, Money, Ratio
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.policy.law.parameters import MonthDay, Parameter, Value
from zongmu.policy.law.rules import Rule

Where = tuple[str, int]
"""File under the root and line."""


@dataclass(frozen=True)
class Mutant:
    """One change. ``lines`` are the lines of code that a case must run to notice it; ``parameter`` what it must ask for."""

    where: Where
    what: str
    lines: tuple[Where, ...]
    put: Callable[[], Callable[[], None]]  # puts it in place, gives what takes it out
    parameter: str | None = None
    rule: str | None = None

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The mutant lives inside the block."""
        undo = self.put()
        try:
            yield
        finally:
            undo()


# ── code ──

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SWAPPED = {"all_of": "any_of", "any_of": "all_of", "all": "any", "any": "all", "min": "max", "max": "min"}


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may be made of one node: a description and the node in its place."""
    match node:
        case ast.Compare(ops=ops):
            for n, op in enumerate(ops):
                made = copy.deepcopy(node)
                made.ops[n] = FLIPPED[type(op)]()
                yield f"{ast.unparse(node)} → {ast.unparse(made)}", made
        case ast.BoolOp(op=op, values=values):
            made_op = ast.Or() if isinstance(op, ast.And) else ast.And()
            made_bool = ast.BoolOp(made_op, copy.deepcopy(values))
            yield f"{ast.unparse(node)} → {ast.unparse(made_bool)}", made_bool
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"{ast.unparse(node)} → {ast.unparse(operand)}", copy.deepcopy(operand)
        case ast.If(test=test):
            dropped = copy.deepcopy(node)
            dropped.test = ast.Constant(False)
            yield f"if {ast.unparse(test)}: dropped", dropped
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield f"{ast.unparse(node)} → {ast.unparse(body)}", copy.deepcopy(body)
            yield f"{ast.unparse(node)} → {ast.unparse(orelse)}", copy.deepcopy(orelse)
        case ast.comprehension(ifs=ifs):
            for n, test in enumerate(ifs):
                fewer = copy.deepcopy(node)
                del fewer.ifs[n]
                yield f"[… if {ast.unparse(test)}]: dropped", fewer
        case ast.Call(func=ast.Name(id=name)) if name in SWAPPED:
            swapped = copy.deepcopy(node)
            swapped.func = ast.Name(SWAPPED[name], ast.Load())
            yield f"{name}(…) → {SWAPPED[name]}(…)", swapped
        case ast.keyword(arg=str(arg), value=ast.Constant(value=bool(value))):
            yield f"{arg}={value} → {arg}={not value}", ast.keyword(arg, ast.Constant(not value))


class _Put(ast.NodeTransformer):
    """Replaces the node that is *old* by *new*."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


Function = ast.FunctionDef | ast.Lambda


def functions(tree: ast.AST) -> Iterator[Function]:
    """Functions, methods and lambdas that stand in no other function."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            if isinstance(child, ast.FunctionDef):  # decorators and defaults belong to the module
                for outside in (*child.decorator_list, child.args):
                    yield from functions(outside)
        else:
            yield from functions(child)


def inner(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function's body; assertions say nothing about the law."""
    stack: list[ast.AST] = list(function.body) if isinstance(function, ast.FunctionDef) else [function.body]
    while stack:
        node = stack.pop()
        if not isinstance(node, ast.Assert):
            yield node
            stack.extend(ast.iter_child_nodes(node))


def code_of(function: Function, file: str) -> CodeType:
    """The code object of a function that stands alone."""
    if isinstance(function, ast.Lambda):
        module: ast.AST = ast.Expression(function)
        mode = "eval"
    else:
        bare = copy.copy(function)
        bare.decorator_list = []
        future = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
        module, mode = ast.Module([future, bare], []), "exec"
    compiled = compile(ast.fix_missing_locations(module), file, mode)  # type: ignore[arg-type]
    wanted = "<lambda>" if isinstance(function, ast.Lambda) else function.name
    return next(c for c in compiled.co_consts if isinstance(c, CodeType) and c.co_name == wanted)


Live = Mapping[tuple[str, int, str], list[FunctionType]]
"""Functions of this process by file, first line and name."""


def living(folder: Path) -> dict[tuple[str, int, str], list[FunctionType]]:
    """Every function of this process whose code stands in *folder*, whoever holds it."""
    out: dict[tuple[str, int, str], list[FunctionType]] = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType and Path(thing.__code__.co_filename).parent == folder:
            code = thing.__code__
            out.setdefault((code.co_filename, code.co_firstlineno, code.co_name), []).append(thing)
    return out


def _target(function: Function, file: str, live: Live) -> FunctionType | None:
    if isinstance(function, ast.Lambda):
        first, name = function.lineno, "<lambda>"
    else:
        first, name = min([function.lineno, *(d.lineno for d in function.decorator_list)]), function.name
    found = live.get((file, first, name), [])
    code = code_of(function, file).co_code if len(found) > 1 else None
    return next((f for f in found if code is None or f.__code__.co_code == code), None)


def of_code(file: Path, root: Path, live: Live) -> Iterator[Mutant]:
    """The mutants of the functions in *file*."""
    name = file.relative_to(root).as_posix()
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    for function in functions(tree):
        target = _target(function, str(file), live)
        if target is None:
            continue
        for node in inner(function):
            for what, new in changes(node):
                yield _code_mutant(function, node, new, what, target, str(file), name)


def _code_mutant(
    function: Function, node: ast.AST, new: ast.AST, what: str, target: FunctionType, file: str, name: str
) -> Mutant:
    line = getattr(node, "lineno", None) or _first_line(node)
    last = getattr(node, "end_lineno", None) or line
    if isinstance(node, ast.If):
        last = node.test.end_lineno or line

    def put() -> Callable[[], None]:
        # A path of copies from the function down to the node, so that the next mutant finds the tree as it was.
        code = code_of(_with(function, node, new), file)
        was = target.__code__
        target.__code__ = code.replace(co_qualname=was.co_qualname, co_firstlineno=was.co_firstlineno)
        return lambda: setattr(target, "__code__", was)

    short = what if len(what) < 160 else what[:157] + "…"
    return Mutant((name, line), short, tuple((name, n) for n in range(line, last + 1)), put)


def _with(function: Function, old: ast.AST, new: ast.AST) -> Function:
    marked = "_mutated"
    setattr(old, marked, True)
    try:
        clone = copy.deepcopy(function)
    finally:
        delattr(old, marked)
    place = next(n for n in ast.walk(clone) if getattr(n, marked, False))
    changed = _Put(place, ast.copy_location(copy.deepcopy(new), place)).visit(clone)
    assert isinstance(changed, ast.FunctionDef | ast.Lambda)
    return changed


def _first_line(node: ast.AST) -> int:
    return min((n.lineno for n in ast.walk(node) if hasattr(n, "lineno")), default=1)


# ── what a decorator says ──


def of_rule(rule: Rule) -> Iterator[Mutant]:
    """A rule with one of its guards dropped, with its duty or scope turned round."""
    where = (rule.module.replace(".", "/") + ".py", rule.line)

    def field(name: str, value: object, what: str) -> Mutant:
        def put() -> Callable[[], None]:
            was = getattr(rule, name)
            object.__setattr__(rule, name, value)
            return lambda: object.__setattr__(rule, name, was)

        return Mutant(where, f"{rule.id}: {what}", (), put, rule=rule.id)

    for n, guard in enumerate(rule.applies_to):
        rest = rule.applies_to[:n] + rule.applies_to[n + 1 :]
        yield field("applies_to", rest, f"guard {guard.because} dropped")
    if rule.subject == "project":
        yield field("duty", not rule.duty, f"duty={rule.duty} → {not rule.duty}")


# ── parameters ──

LOOSER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "="}


def of_parameters(loaded: LoadedMeasure, root: Path) -> Iterator[Mutant]:
    """Every value one unit up and one down, every comparator with and without its figure."""
    file = loaded.folder / "parameters.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    table = loaded.parameters
    assert isinstance(table, dict)
    for id, parameter in list(table.items()):
        where = (
            file.relative_to(root).as_posix(),
            next((n for n, line in enumerate(lines, 1) if line.startswith(f"{id}:")), 1),
        )
        for n, (since, value) in enumerate(parameter.values):
            for sign in (1, -1):
                moved = shifted(value, sign)
                if moved is not None:
                    values = (*parameter.values[:n], (since, moved), *parameter.values[n + 1 :])
                    yield _parameter_mutant(
                        table, parameter, replace(parameter, values=values), where, f"{value} → {moved}"
                    )
        other = LOOSER[parameter.comparator]
        if other != parameter.comparator:
            changed = replace(parameter, comparator=other)  # type: ignore[arg-type]
            yield _parameter_mutant(table, parameter, changed, where, f"{parameter.comparator} → {other}")


def _parameter_mutant(table: dict[str, Parameter], was: Parameter, now: Parameter, where: Where, what: str) -> Mutant:
    def put() -> Callable[[], None]:
        table[was.id] = now
        return lambda: table.__setitem__(was.id, was)

    return Mutant(where, f"{was.id}: {what}", (), put, parameter=was.id)


def shifted(value: Value, sign: int) -> Value | None:
    """A value one unit off: a fen, a unit of its duration, one of a count, a day; None where there is no such value."""
    if isinstance(value, Money):
        return Money(value.fen + sign)
    if isinstance(value, Ratio):
        return Ratio(value.bp + sign)
    if isinstance(value, Duration):
        return Duration(value.n + sign, value.unit) if value.n + sign > 0 else None
    if isinstance(value, MonthDay):
        day = value.in_year(2023) + dt.timedelta(days=sign)
        return MonthDay(day.month, day.day) if day.year == 2023 else None
    return value + sign
