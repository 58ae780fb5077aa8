"""Files that somebody names on the command line: read to a limit, written whole."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.store.refusal import refusal


def write(text: str | bytes, place: Path | None, out: TextIO) -> None:
    """Write *text* to the file *place*, or print it. Raises :class:`~zongmu.store.atomic.WriteError`."""
    from zongmu.store.atomic import write_atomic

    if place is None:
        out.write(text if isinstance(text, str) else text.decode())
        return
    write_atomic(place, text.encode() if isinstance(text, str) else text)


def read_bytes(file: Path) -> bytes:
    """The start of a file that was named, a megabyte at most. Raises :class:`Trouble`."""
    try:
        with file.open("rb") as opened_file:
            return opened_file.read(1 << 20)
    except OSError as error:
        raise Trouble(
            "cli.cannot-read",
            Bilingual(
                f"不能读取 {file.name}（{refusal(error).zh}）", f"{file.name} cannot be read ({refusal(error).en})"
            ),
            Bilingual("核对路径", "check the path"),
        ) from None


def read_text(file: Path) -> str:
    """As :func:`read_bytes`, as text."""
    return read_bytes(file).decode("utf-8", "replace")
