"""The lines of files that findings are about."""

from __future__ import annotations

from zongmu.model.finding import Finding
from zongmu.store.registry import Registry


class Lines:
    """Lines of files for their findings, which come file by file."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._path: str | None = None
        self._lines: list[str] = []

    def of(self, finding: Finding) -> str | None:
        """The line of the file that *finding* is about."""
        if finding.position is None:
            return None
        if finding.path != self._path:
            loaded = self._registry.file(finding.path)
            data = loaded.data if loaded is not None else None
            self._path, self._lines = finding.path, data.decode("utf-8", "replace").split("\n") if data else []
        number = finding.position.line
        return self._lines[number - 1] if 0 < number <= len(self._lines) else None
