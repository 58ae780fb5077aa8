"""What the exact reader notices, collected while it reads on: one run tells everything."""

from __future__ import annotations

from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, Finding, Position, Severity, finding

MAX_PER_CODE: Final = 50
"""Findings of one code listed for one file. A flood of one kind must not bury the others."""

MORE = Code(
    id="yaml.more",
    title=Bilingual("同类问题还有很多", "Many more of the same"),
    message=Bilingual(
        "本文件还有 {count} 处上面列出的同类问题，未逐一列出。",
        "This file has {count} more problems of the kinds listed above; they are not listed one by one.",
    ),
    next_step=Bilingual(
        "先改正已列出的各处，再检查一次，其余的会接着列出。",
        "Put right the ones that are listed and check again: the rest will follow.",
    ),
)

CODES: Final = (MORE,)


class Problems:
    """Problems of one file in the order in which they were met; :meth:`findings` puts them in order of place."""

    __slots__ = ("_counts", "_items", "_unlisted")

    def __init__(self) -> None:
        self._items: list[tuple[Position, Code, Severity, dict[str, Any]]] = []
        self._counts: dict[str, int] = {}
        self._unlisted = 0

    def __len__(self) -> int:
        return len(self._items)

    def full(self, code: Code) -> bool:
        """Whether no more of *code* is listed; then this one is counted, and its place need not be worked out."""
        if self._counts.get(code.id, 0) < MAX_PER_CODE:
            return False
        self._unlisted += 1
        return True

    def add(
        self,
        code: Code,
        line: int,
        column: int,
        end_line: int | None = None,
        end_column: int | None = None,
        *,
        severity: Severity = Severity.BLOCKING,
        **values: Any,
    ) -> None:
        """Notes a problem. Lines and columns count from 1, columns in code points; the end is excluded."""
        if self.full(code):
            return
        self._counts[code.id] = self._counts.get(code.id, 0) + 1
        self._items.append((Position(line, column, end_line, end_column), code, severity, values))

    def has(self, code: Code) -> bool:
        """Whether *code* was noted at least once."""
        return code.id in self._counts

    def findings(self, path: str) -> tuple[Finding, ...]:
        """All of it as findings of the file *path*, by line and column."""
        items = sorted(self._items, key=lambda item: (item[0].line, item[0].column, item[1].id))
        found = [
            finding(code, record=path, path=path, severity=severity, position=position, **values)
            for n, (position, code, severity, values) in enumerate(items)
            if not n
            or (code, position.line, position.column) != (items[n - 1][1], items[n - 1][0].line, items[n - 1][0].column)
        ]
        if self._unlisted:
            last = items[-1][0]
            found.append(finding(MORE, record=path, path=path, position=last, count=self._unlisted))
        return tuple(found)
