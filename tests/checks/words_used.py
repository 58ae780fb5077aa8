"""The keys of words that the rules of a measure give, read off their code: each must have its words."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

_OF_CALL: dict[str, tuple[str, int]] = {
    "undetermined": ("because", 0),
    "not_applicable": ("because", 0),
    "Guard": ("because", 2),
    "Step": ("say", 0),
    "replace_say": ("say", 1),
    "warned": ("cap", 0),
    "noticed": ("cap", 0),
    "Cap": ("cap", -1),
}
"""Call → kind of key that it takes, and the place of the key among its arguments."""


@cache
def modules(folder: Path) -> tuple[ast.Module, ...]:
    """The modules of a measure, parsed."""
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.py")))


def _texts(node: ast.expr) -> set[str]:
    """The texts that an expression may be: a constant, or either half of a choice."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


@cache
def words_used(folder: Path) -> dict[str, set[str]]:
    """Keys that the rules give: kind of key (because, say, cap) → keys."""
    used: dict[str, set[str]] = {"because": set(), "say": set(), "cap": set()}
    for node in (n for module in modules(folder) for n in ast.walk(module)):
        if isinstance(node, ast.Assign) and [t.id for t in node.targets if isinstance(t, ast.Name)] == ["because"]:
            used["because"] |= _texts(node.value)
        if not isinstance(node, ast.Call):
            continue
        kind, place = _OF_CALL.get(node.func.id if isinstance(node.func, ast.Name) else "", ("", 0))
        if kind and node.args:
            used[kind] |= _texts(node.args[place])
        for keyword in node.keywords:
            if keyword.arg == "because":
                used["because"] |= _texts(keyword.value)
    return used
