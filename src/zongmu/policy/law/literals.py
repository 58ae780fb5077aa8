"""What the code of a rule must not hold: a number of the law, a parameter or a sentence that does not exist.

A number that decides is a parameter, with its citation and its dates. Left to code are 0, 1 and -1, places in a list or a
text (``row[2]``, ``month[:4]``), and figures of form on a line that says so: ``# structural: the months of a year``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from zongmu.model.finding import Bilingual
from zongmu.policy.law.parameters import Parameter

Wrong = tuple[int, Bilingual]
"""Line (from 1) and what is wrong there."""

MARK: Final = re.compile(r"#\s*structural:\s*\S")
_FREE: Final = (0, 1)  # -1 is a minus before a 1

_QUANTITY: Final = (
    r"[0-9]+(?:\.[0-9]+)?\s*(?:元|万元|亿元|%|年|个月|月|日|天|个工作日|工作日|小时)"  # money, shares, lengths of time
    r"|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|[0-9]{2}-[0-9]{2}"  # days, and days of every year
)
_IS_QUANTITY: Final = re.compile(_QUANTITY)
_ASKED: Final = re.compile(r"\.(money|ratio|duration|count|month_day)\(\s*\"([^\"\n{}]+)\"(?:\s*,\s*\"([<>]=?)\")?")

# What a look at the text can leave out: few files hold any number, and reading the syntax of all takes long.
_QUANTITIES: Final = re.compile(f"[\"'](?:{_QUANTITY})[\"']")
_ASIDE: Final = re.compile(
    r'"""(?:[^"]|"(?!""))*"""'
    r"|(?<![fF])\"[^\"\\\n]*\"|(?<![fF])'[^'\\\n]*'"
    r"|(?<=[\w\])])\[-?[0-9]*:?-?[0-9]*\]"
    r"|#[^\n]*"
)
_NUMBERS: Final = re.compile(r"(?<![\w.])(?!(?:[01]\b(?!\.)))(?:[0-9]|\.[0-9])")


def wrong_in_code(
    text: str, parameters: Mapping[str, Parameter], sentences: Mapping[str, object], prefix: str
) -> Iterator[Wrong]:
    """What the Python text of a rule file holds that it must not."""
    for asked in _ASKED.finditer(text):
        kind, id, by = asked.groups()
        parameter = parameters.get(id)
        line = text.count("\n", 0, asked.start(2)) + 1
        if parameter is None:
            yield line, Bilingual(f"参数 {id} 不在 parameters.yaml 里", f"parameter {id} is not in parameters.yaml")
        elif parameter.kind != kind:
            yield (
                line,
                Bilingual(
                    f"参数 {id} 是 {parameter.kind}，不是 {kind}", f"parameter {id} is {parameter.kind}, not {kind}"
                ),
            )
        elif by is not None and by != parameter.comparator:
            yield (
                line,
                Bilingual(
                    f"参数 {id} 的比较符是 {parameter.comparator}，不是 {by}",
                    f"the comparator of parameter {id} is {parameter.comparator}, not {by}",
                ),
            )
    for cited in re.finditer(rf'"({re.escape(prefix)}-[0-9][^"\n{{}}]*)"', text):
        if cited[1] not in sentences and cited[1] not in _articles(sentences):
            line = text.count("\n", 0, cited.start()) + 1
            yield line, Bilingual(f"条款 {cited[1]} 不存在", f"there is no sentence {cited[1]}")
    yield from _out_of_bounds(text)
    if _may_hold_numbers(text):
        yield from numbers(text)


def _articles(sentences: Iterable[str]) -> set[str]:
    """The articles that *sentences* are of."""
    return {re.split(r"[ (]", at, maxsplit=1)[0].rstrip("abcdefgh") for at in sentences}


_IMPORT: Final = re.compile(r"^[ \t]*(?:from|import)[ \t]+(zongmu(?:\.\w+)*)(?:[ \t]+import[ \t]+(\w+))?", re.MULTILINE)
_ANY_IMPORT: Final = re.compile(
    r"(?:^|;)[ \t]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import\b|import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w. \t]+)*))",
    re.MULTILINE,
)
_ARITHMETIC: Final = (
    "__future__", "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools",
    "hashlib", "itertools", "math", "operator", "re", "string", "typing", "unicodedata",
)  # fmt: skip
"""The standard library as far as it only reckons; besides it ``zongmu`` and ``checks``."""
_OUTSIDE: Final = re.compile(
    r"(?<![\w.])(open|print|input|exec|eval|compile|__import__|setattr|delattr|globals|breakpoint)\(|(__setattr__|__delattr__)\b"
)
# The day whose law applies may be another for a part of a rule; nothing else of what a rule is given changes.
_CHANGED: Final = re.compile(r"\b(ctx(?!\.law_day\b)(?:\.\w+)+)[ \t]*(?:[-+*/|&]|//)?=(?!=)")
_CLOCK: Final = re.compile(r"\b(?:date|datetime)\.(?:today|now|utcnow)\(|\btime\.time\(")
_DEFINED: Final = re.compile(r"^(?:async )?def (\w+)", re.MULTILINE)
_ROOMS: Final = ("policy", "model")


def reaching_out(text: str) -> Iterator[Wrong]:
    """Where the text uses the machine: asked before it is imported, for to import it is to run it."""
    for used in _ANY_IMPORT.finditer(text):
        named = [used[1]] if used[1] else [one.split()[0].split(".")[0] for one in used[2].split(",") if one.split()]
        module = next((one for one in named if one not in ("zongmu", "checks", *_ARITHMETIC)), None)
        if module is not None:
            said = Bilingual(
                f"规则只看记录：不能用 {module}，标准库里只能用 {'、'.join(_ARITHMETIC[1:])}",
                f"a rule looks at records alone: not at {module}; of the standard library it may use {', '.join(_ARITHMETIC[1:])}",
            )
            yield text.count("\n", 0, used.start(1 if used[1] else 2)) + 1, said
    for used in _OUTSIDE.finditer(text):
        name = used[1] or used[2]
        said = Bilingual(
            f"规则只看记录、只给裁决：不能用 {name}", f"a rule looks at records and rules: it may not use {name}"
        )
        yield text.count("\n", 0, used.start()) + 1, said


def _out_of_bounds(text: str) -> Iterator[Wrong]:
    """What a rule does that no rule may: use other rooms of the engine, change what it is given, ask what day it is, share its
    name. That it uses the machine was asked before (:func:`reaching_out`)."""
    for used in _IMPORT.finditer(text):
        module = f"{used[1]}.{used[2] or ''}" if used[1] == "zongmu" else used[1]
        if module.split(".")[1] not in _ROOMS:
            said = Bilingual(
                f"规则只能用 zongmu.policy 与 zongmu.model，不能用 {module}",
                f"rules may use zongmu.policy and zongmu.model, not {module}",
            )
            yield text.count("\n", 0, used.start(1)) + 1, said
    for changed in _CHANGED.finditer(text):
        said = Bilingual(
            f"规则不改动所给的内容：{changed[1]}", f"a rule does not change what it is given: {changed[1]}"
        )
        yield text.count("\n", 0, changed.start()) + 1, said
    for asked in _CLOCK.finditer(text):
        said = Bilingual("规则不问今天是几号：用 ctx.asof", "no rule asks what day it is: use ctx.asof")
        yield text.count("\n", 0, asked.start()) + 1, said
    seen: set[str] = set()
    for defined in _DEFINED.finditer(text):
        if defined[1] in seen:
            said = Bilingual(
                f"{defined[1]} 定义了两次，前一个不起作用", f"{defined[1]} is defined twice; the first has no effect"
            )
            yield text.count("\n", 0, defined.start()) + 1, said
        seen.add(defined[1])


def _may_hold_numbers(text: str) -> bool:
    """Whether it is worth reading the syntax. Never False for a text in which :func:`numbers` would find anything."""
    if _QUANTITIES.search(text):
        return True
    if "structural:" in text:
        text = "\n".join(line for line in text.split("\n") if not MARK.search(line))
    return _NUMBERS.search(_ASIDE.sub("", text)) is not None


def numbers(text: str) -> Iterator[Wrong]:
    """Every number, or quantity written as text, that ought to be a parameter, in the order of the lines."""
    tree = ast.parse(text)
    lines = text.split("\n")
    places = {id(c) for node in ast.walk(tree) if isinstance(node, ast.Subscript) for c in _constants(node.slice)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in places or not _is_number(node.value):
            continue
        if not MARK.search(lines[node.lineno - 1]):
            found.append((node.lineno, repr(node.value)))
    for line, value in sorted(found):
        yield (
            line,
            Bilingual(
                f"代码里的数 {value} 应是 parameters.yaml 里的参数（只关形式的，在该行注明 # structural: 缘由）",
                f"the number {value} in code must be a parameter (one of form only: # structural: why, on that line)",
            ),
        )


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return _IS_QUANTITY.fullmatch(value) is not None
    return (isinstance(value, int | float | complex) and value not in _FREE) or isinstance(value, float)


def _constants(place: ast.expr | None) -> Iterator[ast.Constant]:
    """The constants that are themselves the place (``[2]``, ``[:4]``, ``[-2]``), not those in an expression that finds it."""
    match place:
        case ast.Constant():
            yield place
        case ast.UnaryOp(operand=operand):
            yield from _constants(operand)
        case ast.Slice(lower=lower, upper=upper, step=step):
            for part in (lower, upper, step):
                yield from _constants(part)
