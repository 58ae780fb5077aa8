"""Live Python objects to JavaScript definitions: functions, classes, constants, and all that they name.

Begins from the objects that are asked for and follows every name to the object it stands for in the running program, so
that only what a rule can reach is translated, and a constant is the constant. A record class becomes a class that is
built from a record's plain data.
"""

from __future__ import annotations

import ast
import bisect
import builtins
import calendar
import collections
import dataclasses
import datetime as dt
import enum
import functools
import inspect
import itertools
import json
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zongmu.model.expressions import Lazy
from zongmu.model.scalars import Scalar, TextForm
from zongmu.policy.judging import weighing
from zongmu.policy.law.rules import Rule
from zongmu.publish.inbrowser.translate import Callee, Untranslatable, function, literal

_RUNTIME: Final[dict[int, str]] = {
    id(dt.date): "date", id(dt.timedelta): "timedelta", id(dataclasses.replace): "replace",
    id(itertools.pairwise): "pairwise", id(itertools.chain): "chain", id(itertools.combinations): "combinations",
    id(bisect.bisect_left): "bisect_left", id(bisect.bisect_right): "bisect_right", id(functools.partial): "partial",
    id(calendar.monthrange): "monthrange", id(unicodedata.normalize): "normalize", id(collections.Counter): "counter",
    id(collections.defaultdict): "defaultdict", id(re.compile): "regex", id(re.fullmatch): "fullmatch",
    id(re.search): "search", id(unicodedata.digit): "digit", id(unicodedata.is_normalized): "isNormalized", id(weighing.crashed): "crashed",
}  # fmt: skip
"""What the runtime has itself, by identity."""

_BUILTINS: Final = frozenset((
    "len", "min", "max", "sum", "sorted", "any", "all", "enumerate", "zip", "range", "reversed", "set",
    "frozenset", "tuple", "list", "dict", "str", "int", "bool", "abs", "isinstance", "id", "getattr", "hasattr",
    "next", "iter", "map", "filter", "type", "divmod", "hash", "object", "Exception", "ValueError", "TypeError",
    "KeyError", "LookupError", "AttributeError", "NotImplementedError", "StopIteration", "SystemExit",
    "ZeroDivisionError", "NotImplemented", "OverflowError", "IndexError", "RuntimeError", "ArithmeticError",
    "ord", "chr",
))  # fmt: skip
_OPERATORS: Final = frozenset((
    "__init__", "__post_init__", "__eq__", "__hash__", "__lt__", "__le__", "__gt__", "__ge__", "__add__",
    "__radd__", "__sub__", "__neg__", "__abs__", "__str__", "__call__", "__contains__", "__iter__", "__len__",
    "__getitem__", "__bool__", "__mul__", "__and__", "__or__",
))  # fmt: skip
_NO_BASES: Final = (object, BaseModel, Scalar.__mro__[-1], typing.Generic, typing.Protocol)


class Linker:
    """Definitions of all objects asked for so far."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._runtime = dict(_RUNTIME)
        self._instead: dict[int, object] = {}
        self.untold: dict[str, str] = {}
        """Functions that cannot be said in JavaScript, and why."""
        self._kept: list[object] = []  # an id stands for its object only while that lives
        self._classes: list[str] = []
        self._functions: list[str] = []
        self._methods: list[str] = []
        self._constants: list[str] = []
        self._known: list[tuple[type, str]] = []
        self._used: set[str] = set(_OPERATORS)
        self._attached: set[tuple[int, str]] = set()

    # ── asking ──

    def ref(self, value: Any) -> str:
        """A JavaScript expression for a live object. Raises :class:`Untranslatable`."""
        value = self._instead.get(id(value), value)
        if value is None or type(value) in (bool, str, int):
            return literal(value)
        if type(value) is bytes and not value:
            return "null"  # no file behind a draft
        if value is NotImplemented:
            return "$.NotImplemented"
        name = self._runtime.get(id(value))
        if name is not None:
            return f"$.{name}"
        name = getattr(value, "__name__", None)
        if name in _BUILTINS and getattr(builtins, name) is value:
            return f"$.b.{name}"
        known = self._names.get(id(value))
        return known if known is not None else self._define(value)

    def stands_for(self, value: object, other: object) -> None:
        """Wherever *value* is named, *other* is meant: less is needed here, or it is had otherwise."""
        self._instead[id(value)] = other

    def is_runtime(self, value: object, name: str) -> None:
        """*value* is what the runtime has under *name*."""
        self._runtime[id(value)] = name

    def uses(self, attribute: str) -> None:
        """Some translated function asks for this attribute."""
        self._used.add(attribute)

    def script(self) -> str:
        """All definitions, in an order in which they can be run."""
        self._attach()
        return "\n".join([*self._classes, *self._functions, *self._methods, *self._constants])

    # ── defining ──

    def _name(self, value: object, hint: str) -> str:
        name = f"{re.sub(r'[^A-Za-z0-9_]', '_', hint)}${len(self._kept)}"
        self._names[id(value)] = name
        self._kept.append(value)
        return name

    @contextmanager
    def _forgotten(self, value: object) -> Iterator[None]:
        """What cannot be said is not named either, so that nothing else leans on the name."""
        try:
            yield
        except Untranslatable:
            self._names.pop(id(value), None)
            raise

    def _define(self, value: Any) -> str:
        if isinstance(value, enum.Enum):
            return f"{self.ref(type(value))}.{value.name}"
        if isinstance(value, types.FunctionType):
            name = self._name(value, value.__name__ if value.__name__.isidentifier() else "fn")
            self._functions.append(f"const {name} = {self._function(value)};")
            return name
        if isinstance(value, functools._lru_cache_wrapper):
            return self.ref(value.__wrapped__)
        if isinstance(value, type):
            return self._class(value)
        if isinstance(value, types.UnionType) or typing.get_origin(value) is typing.Union:
            return f"[{', '.join(self.ref(t) for t in typing.get_args(value))}]"
        if typing.get_origin(value) is not None:
            return self.ref(typing.get_origin(value))
        name = self._name(value, type(value).__name__)
        with self._forgotten(value):
            made = self._constant(value)
        self._constants.append(f"const {name} = {made};")
        return name

    def _constant(self, value: Any) -> str:
        if type(value) in (tuple, list):
            return f"[{', '.join(self.ref(v) for v in value)}]"
        if isinstance(value, set | frozenset):
            return f"$.set([{', '.join(self.ref(v) for v in sorted(value, key=str))}])"
        if isinstance(value, dict | types.MappingProxyType):
            return f"$.dict([{', '.join(f'[{self.ref(k)}, {self.ref(v)}]' for k, v in value.items())}])"
        if isinstance(value, dt.date):
            return f"$.day({value.toordinal()})"
        if isinstance(value, dt.timedelta):
            return f"$.timedelta({value.days})"
        if isinstance(value, re.Pattern):
            return _regex(value.pattern, value.flags)
        if isinstance(value, Lazy):
            return _regex(value.source, value.flags)
        if isinstance(value, functools.partial):
            if value.keywords:
                raise Untranslatable("partial with keywords")
            return f"$.partial({', '.join(self.ref(a) for a in (value.func, *value.args))})"
        if isinstance(value, Rule):
            left_out = ("run", "doc", "module", "line", "reads")
            facts = {n: v for n, v in _fields(value).items() if n not in left_out}
            return f"$.rule({self.ref(value.run)}, {self._object(facts)})"
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return f"$.make({self.ref(type(value))}, {self._object(_fields(value))})"
        raise Untranslatable(f"a constant of type {type(value).__name__}")

    def _object(self, fields: Mapping[str, Any]) -> str:
        return f"{{{', '.join(f'{n}: {self.ref(v)}' for n, v in fields.items())}}}"

    # ── functions ──

    def _function(self, wrapped: Callable[..., Any]) -> str:
        """A function; one that cannot be said in JavaScript throws, so that the rule is left to the check, and no other."""
        fn = typing.cast(types.FunctionType, inspect.unwrap(wrapped))
        try:
            return function(_tree_of(fn), _Scope(self, fn), lambda node: self._default(fn, node))
        except Untranslatable as why:
            self.untold[f"{fn.__module__}.{fn.__qualname__}"] = str(why)
            return f"function () {{ throw new Error({json.dumps(f'{fn.__qualname__}: {why}', ensure_ascii=False)}); }}"

    def _default(self, fn: types.FunctionType, node: ast.expr) -> str:
        given = [*(fn.__defaults__ or ()), *(fn.__kwdefaults__ or {}).values()]
        args = _tree_of(fn).args
        nodes = [*args.defaults, *(d for d in args.kw_defaults if d is not None)]
        return self.ref(given[nodes.index(node)])

    # ── classes ──

    def _class(self, cls: type) -> str:
        bases = [b for b in cls.__bases__ if b not in _NO_BASES and b.__module__ not in ("abc", "typing")]
        name = self._name(cls, cls.__name__)
        with self._forgotten(cls):
            made = self._declared(cls, bases)
        self._classes.append(f"const {name} = {made};")
        self._known.append((cls, name))
        return name

    def _declared(self, cls: type, bases: list[type]) -> str:
        if issubclass(cls, enum.Enum):
            rows = ", ".join(f"[{json.dumps(m.name)}, {self.ref(m.value)}]" for m in cls)
            return f"$.enumeration({json.dumps(cls.__name__)}, [{rows}])"
        told = f"{json.dumps(cls.__name__)}, [{', '.join(self.ref(b) for b in bases)}]"
        if issubclass(cls, BaseModel):
            return f"$.model({told}, () => {self._shape(cls)})"
        if dataclasses.is_dataclass(cls):
            return f"$.dataclass({told}, {self._parameters(cls)})"
        return f"$.cls({told})"

    def _parameters(self, cls: type) -> str:
        rows = []
        for field in dataclasses.fields(cls):
            default = ""
            if field.default is not dataclasses.MISSING:
                default = f", () => {self.ref(field.default)}"
            elif field.default_factory is not dataclasses.MISSING:
                default = f", () => {self.ref(field.default_factory)}()"
            rows.append(f"[{json.dumps(field.name)}{default}]")
        return f"[{', '.join(rows)}], {json.dumps(cls.__dict__.get('__lt__') is not None)}"

    def _shape(self, cls: type[BaseModel]) -> str:
        """The fields of a record class: name in the program, name in the file, how its value is read, its default."""
        rows = []
        for attribute, info in cls.model_fields.items():
            default = "null" if info.is_required() else self.ref(info.get_default(call_default_factory=True))
            read = self._reader(info.annotation, info.metadata)
            rows.append(f"[{json.dumps(attribute)}, {json.dumps(info.alias or attribute)}, {read}, {default}]")
        return f"[{', '.join(rows)}]"

    def _reader(self, annotation: Any, metadata: Any = ()) -> str:
        for extra in metadata:
            if isinstance(extra, TextForm):
                if extra.write is None:  # the value is the text
                    return "$.plain"
                return f"$.reads({self.ref(extra.read)})"
            if isinstance(extra, FieldInfo) and extra.metadata:
                return self._reader(annotation, extra.metadata)
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            inner, *more = typing.get_args(annotation)
            return self._reader(inner, more)
        if origin is tuple:
            return f"$.rows({self._reader(typing.get_args(annotation)[0])})"
        if origin in (typing.Union, types.UnionType):
            members = [m for m in typing.get_args(annotation) if m is not type(None)]
            if len(members) == 1:
                return self._reader(members[0], metadata)
            return f"$.oneOf([{', '.join(f'[{json.dumps(sorted(_kinds(m)))}, {self.ref(m)}]' for m in members)}])"
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return f"$.built({self.ref(annotation)})"
        if isinstance(annotation, type) and issubclass(annotation, Scalar):
            self.uses("parse")
            return f"$.parsed({self.ref(annotation)})"
        return "$.plain"

    # ── methods ──

    def _attach(self) -> None:
        """Methods and constants of classes, as far as some function asks for one of their name; until none is new."""
        while True:
            before = len(self._attached)
            for cls, name in list(self._known):
                for attribute, value in list(vars(cls).items()):
                    key = (id(cls), attribute)
                    if attribute in self._used and key not in self._attached:
                        self._attached.add(key)
                        self._member(cls, name, attribute, value)
            if len(self._attached) == before:
                return

    def _member(self, cls: type, name: str, attribute: str, value: Any) -> None:
        told = f"{name}, {json.dumps(attribute)}"
        if isinstance(value, property):
            assert isinstance(value.fget, types.FunctionType)
            self._methods.append(f"$.property({told}, {self._function(value.fget)});")
        elif isinstance(value, functools.cached_property):
            self._methods.append(f"$.property({told}, {self._function(value.func)});")
        elif isinstance(value, classmethod):
            self._methods.append(f"$.classmethod({told}, {self._function(value.__func__)});")
        elif isinstance(value, staticmethod):
            self._methods.append(f"$.static({told}, {self._function(value.__func__)});")
        elif isinstance(value, types.FunctionType):
            if value.__module__ == cls.__module__ and "__create_fn__" not in value.__qualname__ and _written(value):
                self._methods.append(f"$.method({told}, {self._function(value)});")
        elif (
            attribute not in _OPERATORS
            and not isinstance(value, types.MemberDescriptorType | types.GetSetDescriptorType | enum.Enum)
            and not issubclass(cls, enum.Enum | BaseModel)
        ):
            try:
                made = self.ref(value)  # before the line that needs it
            except Untranslatable as why:
                self.untold[f"{cls.__qualname__}.{attribute}"] = str(why)
                return
            self._constants.append(f"$.static({told}, {made});")


class _Scope:
    """The names of one live function."""

    def __init__(self, linker: Linker, fn: types.FunctionType) -> None:
        self._linker = linker
        cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
        self._names: Mapping[str, Any] = collections.ChainMap(
            {n: c.cell_contents for n, c in cells.items()}, fn.__globals__, vars(builtins)
        )
        self.uses = linker.uses

    def is_module(self, dotted: str) -> bool:
        try:
            return isinstance(self._walked(dotted)[0], types.ModuleType)
        except Untranslatable:
            return False

    def name(self, dotted: str) -> str:
        value, rest = self._walked(dotted)
        out = self._linker.ref(value)
        for attribute in rest:
            out = f"$.attr({out}, {json.dumps(attribute)})"
        return out

    def _walked(self, dotted: str) -> tuple[Any, list[str]]:
        first, *rest = dotted.split(".")
        if first not in self._names:
            raise Untranslatable(f"the name {first}")
        value = self._names[first]
        while rest and isinstance(value, types.ModuleType):
            value = getattr(value, rest.pop(0))
        if rest and isinstance(value, type) and issubclass(value, enum.Enum) and rest[0] in value.__members__:
            value = value.__members__[rest.pop(0)]
        return value, rest


def _regex(source: str, flags: int) -> str:
    if not isinstance(source, str):
        raise Untranslatable("a pattern of bytes")
    told = "".join(sign for flag, sign in ((re.IGNORECASE, "i"), (re.DOTALL, "s"), (re.MULTILINE, "m")) if flags & flag)
    return f"$.regex({json.dumps(_spelt(source), ensure_ascii=False)}, {json.dumps(told)})"


_PIECES: Final = re.compile(
    r"(?P<escape>\\.)|(?P<anycase>\(\?i:)|(?P<group>\(\?P<)|(?P<quantifier>(?:[*+?]|\{[0-9]*,?[0-9]*\})\+)|(?P<one>.)",
    re.DOTALL,
)


_MEANT: Final = {r"\Z": r"(?![\s\S])", r"\A": r"(?<![\s\S])", r"\w": r"[\p{L}\p{N}_]", r"\d": r"\p{Nd}"}
"""Escapes that JavaScript lacks, or takes for ASCII alone."""


def _spelt(source: str) -> str:
    """*source* as Chromium 80 reads it: no ``(?i:…)``, which is spelt out, no possessive quantifiers, no idle escapes.

    Possessive quantifiers stand where what follows cannot begin in what they took: greedy ones match the same.
    """
    out, depth, inside = "", 0, False
    for piece in _PIECES.finditer(source):
        text = piece[0]
        if piece["escape"]:
            text = _MEANT.get(text, text)
            plain = (
                len(text) == 2
                and not text[1].isalnum()
                and text[1] not in r"^$\.*+?()[]{}|/"
                and not (inside and text[1] == "-")
            )
            out += text[1] if plain else text
        elif inside and text != "]":
            if depth and text.isascii() and text.isalpha():
                raise Untranslatable("letters in a class within (?i:…)")
            out += text
        elif piece["anycase"]:
            out, depth = out + "(?:", depth + 1
        elif piece["group"]:
            out, depth = out + "(?<", depth + (1 if depth else 0)
        elif piece["quantifier"]:
            out += text[:-1]
        else:
            inside = text == "[" or (inside and text != "]")
            if depth and text in "()":
                depth += 1 if text == "(" else -1
            out += f"[{text.lower()}{text.upper()}]" if depth and text.isascii() and text.isalpha() else text
    return out


def _fields(value: Any) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}


def _kinds(cls: type[BaseModel]) -> tuple[str, ...]:
    """The kinds of milestone of one class."""
    found: tuple[str, ...] = typing.get_args(cls.model_fields["kind"].annotation)
    return found


@cache
def _trees(file: str) -> Mapping[tuple[int, str], Callee | None]:
    """Every function of a file, by the line on which it begins (its first decorator's) and its name; None for two lambdas."""
    out: dict[tuple[int, str], Callee | None] = {}
    for node in ast.walk(ast.parse(Path(file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            out[min((d.lineno for d in node.decorator_list), default=node.lineno), node.name] = node
        elif isinstance(node, ast.Lambda):
            key = (node.lineno, "<lambda>")
            out[key] = None if key in out else node
    return out


def _tree_of(fn: types.FunctionType) -> Callee:
    found = _trees(fn.__code__.co_filename).get((fn.__code__.co_firstlineno, fn.__name__))
    if found is None:
        raise Untranslatable("no source of its own, or two lambdas on one line")
    return found


def _written(fn: types.FunctionType) -> bool:
    """Whether somebody wrote the function, and no decorator made it."""
    return Path(fn.__code__.co_filename).is_file()
