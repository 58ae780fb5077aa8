"""Small classes of data that nobody changes, made at little cost.

A command declares a hundred and thirty of them before it does anything, and most of them get no object in its run.
``dataclass`` writes and compiles four to seven functions for each: a fifth of the work of checking one change. Here a
class gets its ``__init__`` with its first object, and compares, hashes and shows itself by functions that need no writing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, make_dataclass
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_C = TypeVar("_C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(cls: type[_C]) -> type[_C]:
    """A dataclass with slots that nobody may change: the type checker says so.

    Python does not enforce it: a dataclass that does takes five times as long to make, and judging one project makes a
    hundred verdicts and as many steps.
    """
    made: Any = dataclass(slots=True, init=False, repr=False, eq=False)(cls)
    shared = (("__init__", _first(made)), ("__repr__", _shown), *_compared(made).items())
    for name, function in shared:
        if name not in cls.__dict__:
            setattr(made, name, function)
    return made  # type: ignore[no-any-return]


def _first(cls: Any) -> Callable[..., None]:
    """An ``__init__`` that has the real one written, then steps aside."""

    def __init__(self: Any, *args: Any, **values: Any) -> None:
        cls.__init__ = _initializer(cls)
        cls.__init__(self, *args, **values)

    return __init__


def _initializer(cls: Any) -> Callable[..., None]:
    """The ``__init__`` that ``dataclass`` writes for the fields of *cls*."""
    rows = [
        (f.name, f.type, field(default=f.default, default_factory=f.default_factory, init=f.init, kw_only=f.kw_only))
        for f in fields(cls)
    ]
    given = {"__doc__": cls.__doc__}  # without one it would be made of the signature, which is dear
    if hasattr(cls, "__post_init__"):
        given["__post_init__"] = cls.__post_init__
    twin: Any = make_dataclass(cls.__name__, rows, namespace=given, repr=False, eq=False, match_args=False)
    function: Callable[..., None] = twin.__init__
    function.__qualname__ = f"{cls.__qualname__}.__init__"
    return function


def _compared(cls: Any) -> dict[str, Callable[..., Any]]:
    """Equality and hash by the values of the fields, of objects of the same class alone."""
    names = [f.name for f in fields(cls) if f.compare]
    key: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def __eq__(self: object, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:
        return hash(key(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _shown(self: Any) -> str:
    """As a dataclass shows itself."""
    values = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({values})"
