"""The codes that keep a command from running (exit 2), read from where they are raised or declared: each text has one home.

A command says what is wrong where it finds out (``Trouble("cli.bad-date", …)``). Its page and ``zongmu explain`` say the same,
with an ellipsis for each value of the case at hand.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from zongmu.model.finding import Bilingual, Code

_RAISED: Final = {"Trouble": 2, "usage": 1, "trouble": 1, "_trouble": 1}
"""Who raises, and whether its texts are pairs (``Bilingual(zh, en)``) or stand one by one."""
_CODE: Final = re.compile(r"[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*")
_GAP: Final = "…"
_UNSAID: Final = Bilingual("未能运行，提示里写明原因", "could not run; the message says why")
"""Of a code whose texts are all made for the case at hand."""

Texts = tuple[Bilingual, Bilingual]
"""What is wrong, what to do."""


@cache
def command_codes() -> tuple[Code, ...]:
    """Every code that a command raises of itself, by id."""
    found: dict[str, list[Texts]] = {}
    declared: list[Code] = []
    for file in sorted(_folder().rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Code":
                title, message, step = (Bilingual(*_pair(arg)) for arg in node.args[1:4])
                declared.append(Code(_text(node.args[0]), title, message, step))
            raised = _raised(node) if isinstance(node, ast.Call) else None
            if raised is not None:
                known = found.setdefault(raised[0], [])
                known.extend([raised[1]] if raised[1] not in known else [])
    for code in declared:  # its title was given, and not cut from what is said of one case
        found.pop(code.id, None)
    return tuple(sorted((*declared, *(_code(id, found[id]) for id in found)), key=lambda code: code.id))


def _folder() -> Path:
    spec = importlib.util.find_spec("zongmu.cli")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


def _raised(call: ast.Call) -> tuple[str, Texts] | None:
    """The code and the texts of one call that raises."""
    pairs = _RAISED.get(getattr(call.func, "id", ""))
    match call.args:
        case [ast.Constant(value=str() as id), *rest] if pairs and _CODE.fullmatch(id):
            texts = [part for arg in rest for part in (_pair(arg) if pairs > 1 else [_text(arg)])][:4]
            if len(texts) == 4:
                return id, (Bilingual(*texts[:2]), Bilingual(*texts[2:]))
    return None


def _pair(node: ast.expr) -> list[str]:
    """Both languages of ``Bilingual(zh, en)``; a gap where it was made elsewhere."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Bilingual" and len(node.args) == 2:
        return [_text(arg) for arg in node.args]
    return [_GAP, _GAP]


def _text(node: ast.expr) -> str:
    """A text as it stands in the code, with a gap for each value."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return _text(left) + _text(right)
        case ast.IfExp(orelse=otherwise):
            return _text(otherwise)
    return _GAP


def _code(id: str, said: list[Texts]) -> Code:
    message, step = (
        Bilingual(*(_joined(text.pick(lang) for text in texts) for lang in ("zh", "en")))
        for texts in zip(*said, strict=True)
    )
    if message.zh == _GAP:
        message = _UNSAID
    return Code(id, Bilingual(_head(message.zh), _head(message.en)), message, step)


def _joined(texts: Iterator[str]) -> str:
    """Different texts of one code, one after the other."""
    told = [text for text in dict.fromkeys(texts) if text.strip(_GAP)]
    return " / ".join(told) or _GAP


def _head(text: str) -> str:
    """A title from what is said: its first clause. A value that it needs stays as a gap; one that is only added goes."""
    clause = re.split(r"[：；，。;]|: (?!…)| / ", text, maxsplit=1)[0]
    bare = re.sub(r"…(?: …)+", _GAP, re.sub(r" ?(?:（…）|\(…\))", "", clause)).removesuffix(f": {_GAP}").strip()
    first = bare.partition(" ")[0]
    return bare[:1].upper() + bare[1:] if first.isascii() and first.isalpha() else bare
