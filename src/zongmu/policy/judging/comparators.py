"""Holding a fact against a number of the law, by the comparator that the number declares.

Interpretation used: 民法典 art. 1259 (以上、以内 include; 超过、不满 exclude).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from zongmu.model.derived.timeline import Fact
from zongmu.model.finding import Step
from zongmu.policy.judging.context import LawError
from zongmu.policy.law.parameters import Param

T = TypeVar("T")

_OPS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
}


def compare(fact: Fact[T], param: Param[T]) -> tuple[bool | None, Step]:
    """Whether a fact stands to a parameter as its comparator says; None when the fact is missing."""
    if fact.value is None:
        return None, Step("missing", None, fact.path, param.id, param.value, param.comparator)
    holds = _OPS[param.comparator](fact.value, param.value)
    return holds, Step("compare", fact.value, fact.path, param.id, param.value, param.comparator, holds)


def at_boundary(fact: Fact[T], param: Param[T]) -> bool:
    """Whether a fact is exactly the figure of a parameter (boundary readings)."""
    return fact.value is not None and fact.value == param.value


def meant(param: Param[Any], comparator: str) -> None:
    """A shape that decides by one comparator refuses a parameter that declares another: the law would say two things."""
    if param.comparator != comparator:
        raise LawError(f"parameter {param.id} is compared by {comparator} and declares {param.comparator}")
