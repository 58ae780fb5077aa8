"""``zongmu schema``: bring ``schema/`` up to date, or say that it is not."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from zongmu.cli.trouble import Trouble
from zongmu.exchange.schemas.code_lists import CannotRead
from zongmu.exchange.schemas.json_schema import STALE, stale, write


def run_schema(root: Path, check: bool, out: TextIO) -> int:
    """Write the schemas of the instance at *root*, or with *check* only compare them.

    Returns 0, or 1 when *check* finds a file out of date, missing or left over. Raises :class:`Trouble` (exit 2) when
    the settings or a measure cannot be read.
    """
    try:
        return _check(root, out) if check else _write(root, out)
    except CannotRead as why:
        raise Trouble("schema.source-unreadable", why.text, why.step, where=why.where) from None


def _check(root: Path, out: TextIO) -> int:
    findings = stale(root)
    for f in findings:
        print(f"[{f.code}] {f.message.zh} {f.message.en}", file=out)
    if findings:
        print(f"{STALE.next_step.zh} {STALE.next_step.en}", file=out)
        return 1
    print("schema/ 是最新的 schema/ is up to date", file=out)
    return 0


def _write(root: Path, out: TextIO) -> int:
    changed = write(root)
    for path in changed:
        print(path, file=out)
    print(f"更新了 {len(changed)} 个文件 {len(changed)} files changed", file=out)
    return 0
