"""Long lines on a terminal: folded at its width between words or wide characters, what follows set in under its line.

A terminal cuts a line wherever it ends, and what follows loses its indent. Into a file or a pipe every line stays whole.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import StringIO
from typing import Final, TextIO

from zongmu.report.terminal import width

_WIDE: Final = "\u1100-\u115f\u2e80-\u3000\u3003-\u3007\u3012-\u3013\u3020-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff0f-\uff19\uff21-\uff3a"
_OPENING: Final = "（〔《〈「『【“‘("
_CLOSING: Final = "、，。；：！？）〕》〉」』】”’％%)"
_PIECE: Final = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)?[{_CLOSING}]*\s*")
"""What is not torn apart: a word or a wide character, with the brackets and stops that belong to it."""


class Folded(StringIO):
    """A stream that folds what is written to *out* at *columns*; whole lines go out at once, the rest with the next."""

    def __init__(self, out: TextIO, columns: int) -> None:
        super().__init__()
        self._out = out
        self._columns = columns
        self._rest = ""

    def write(self, text: str) -> int:
        """Pass on every line that *text* ends, folded."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._out.writelines(f"{part}\n" for part in folded(line, self._columns))
        return len(text)


def folded(line: str, columns: int) -> Iterator[str]:
    """A line in parts of at most *columns*, save a word that alone is longer."""
    if width(line) <= columns:
        yield line
        return
    indent = len(line) - len(line.lstrip(" "))
    part = line[:indent]
    for piece in _PIECE.findall(line[indent:]):
        if part.strip() and width(part) + width(piece.rstrip()) > columns:
            yield part.rstrip()
            part = " " * (indent + 2)
        part += piece
    yield part.rstrip()


def on_terminal(out: TextIO) -> TextIO:
    """*out*, folded at the width of the terminal if it is one."""
    return Folded(out, shutil.get_terminal_size().columns) if out.isatty() else out
