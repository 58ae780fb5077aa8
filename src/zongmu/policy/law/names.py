"""Names that the code of a rule uses and nothing defines: Python tells of one only when it comes to it, which may be at the first
record that the examples did not think of.
"""

from __future__ import annotations

import builtins
import dis
from collections.abc import Iterator
from types import CodeType
from typing import Final

_OF_A_MODULE: Final = frozenset({*dir(builtins), "__file__", "__annotations__"})
_LOOKED_UP: Final = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
_SET: Final = frozenset({"STORE_NAME", "STORE_GLOBAL"})


def undefined(text: str, file: str) -> Iterator[tuple[int, str]]:
    """Line (from 1) and name of each that the module *text* uses and neither defines nor imports. Raises ``SyntaxError``."""
    if "import *" in text:
        return  # whatever that brings
    codes = list(_within(compile(text, file, "exec", dont_inherit=True)))
    known = _OF_A_MODULE | {step.argval for code in codes for step in dis.get_instructions(code) if step.opname in _SET}
    told = set()
    for code in codes:
        line = code.co_firstlineno
        for step in dis.get_instructions(code):
            line = step.positions.lineno or line if step.positions is not None else line
            if step.opname in _LOOKED_UP and step.argval not in known and step.argval not in told:
                told.add(step.argval)
                yield line, str(step.argval)


def _within(code: CodeType) -> Iterator[CodeType]:
    """The code itself and that of every function and class in it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _within(one)
