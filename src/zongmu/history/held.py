"""What stands in the files of a registry at some point of a walk: contents, and the commit that left each readable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zongmu.history.remembered import State, Unread
from zongmu.history.sections import Doc

_HELD_BYTES: Final = 64 * 1024 * 1024


@dataclass(slots=True)
class File:
    """What stands at a path: its blob, its content, and the last content that could be read with its commit."""

    blob: str
    doc: Doc
    readable: Doc | None
    readable_at: str | None


class Files:
    """The files as they stand. Where contents are too many, the oldest are let go of; those that cannot be read never."""

    def __init__(self) -> None:
        self._held: dict[str, File] = {}
        self._bytes = 0
        self._read_at: dict[str, str | None] = {}

    def get(self, path: str, blob: str) -> File | None:
        """The file at *path*, if it is held and its content is *blob*."""
        held = self._held.get(path)
        return held if held is not None and held.blob == blob else None

    def read_at(self, path: str) -> str | None:
        """The commit that left the file at *path* readable."""
        return self._read_at.get(path)

    def put(self, path: str, file: File) -> None:
        """*file* stands at *path* now."""
        self.drop(path)
        self._held[path] = file
        self._bytes += len(file.doc.data)
        self._read_at[path] = file.readable_at

    def drop(self, path: str) -> None:
        """Nothing stands at *path* any more."""
        self._read_at.pop(path, None)
        file = self._held.pop(path, None)
        if file is not None:
            self._bytes -= len(file.doc.data)

    def spare(self) -> None:
        """Let go of what was put longest ago, where contents are too many."""
        if self._bytes <= _HELD_BYTES:
            return
        for path, file in list(self._held.items()):
            if file.doc.trouble is None:
                del self._held[path]
                self._bytes -= len(file.doc.data)
                if self._bytes <= _HELD_BYTES:
                    return

    def remember(self, read_at: dict[str, str | None]) -> None:
        """Take over from an earlier pass when each file could last be read."""
        self._read_at = read_at

    def state(self, head: str) -> State:
        """What another pass has to know to go on from the commit *head*."""
        unread = {
            path: Unread(file.blob, file.doc.trouble, file.readable.data if file.readable is not None else None)
            for path, file in self._held.items()
            if file.doc.trouble is not None
        }
        return State(head, self._read_at, unread)
