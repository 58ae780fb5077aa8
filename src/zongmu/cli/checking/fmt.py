"""``zongmu fmt``: records in the one layout, comments kept; with ``--check`` only said which are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from zongmu.cli.proposing import write_all
from zongmu.cli.session import names_under, there_is_a_registry
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import type_of_path
from zongmu.report.terminal import printable
from zongmu.store.editing.canonical import formatted
from zongmu.store.editing.codes import EditError
from zongmu.store.trees import WorkTree, below


def run_fmt(root: Path, paths: Sequence[str], check: bool, lang: str, out: TextIO) -> int:
    """Bring files into the layout. Exit 0; 1 when *check* finds one that is not, or a file has defects of form."""
    zh = lang == "zh"
    there_is_a_registry(root)
    tree = WorkTree.of(root)
    wanted = [next((n for n in names_under(root, path) if (root / n).exists()), path) for path in paths]
    changed: dict[str, bytes] = {}
    troubles = 0
    seen = 0
    for entry in tree.entries("registry"):
        kind = type_of_path(entry.path)
        if kind is None or entry.mode not in ("100644", "100755"):
            continue
        if wanted and not any(below(entry.path, name) for name in wanted):
            continue
        seen += 1
        data = tree.read(entry.path)
        try:
            text = formatted(data, kind, root / entry.path)
        except EditError as problem:
            troubles += 1
            for line in Trouble.of(problem, entry.path).lines(lang):
                out.write(line + "\n")
            continue
        if text.encode() != data:
            changed[entry.path] = text.encode()
    if wanted and not seen:
        raise Trouble(
            "cli.no-such-path",
            Bilingual("没有这样的登记文件", "there is no such record"),
            Bilingual("核对路径；路径在 registry/ 之下", "check the path; it lies below registry/"),
        )
    for path, data in changed.items():
        if not check:
            write_all(root, {path: data})
        out.write(
            f"{('未按统一格式' if zh else 'not in the layout') if check else ('已整理' if zh else 'formatted')} {printable(path)}\n"
        )
    if check and changed:
        out.write("    怎么办：zongmu fmt 即可整理\n" if zh else "    next: zongmu fmt brings them into it\n")
    if not changed and not troubles:
        out.write(f"{seen} 个文件都是统一格式\n" if zh else f"{seen} files, all in the layout\n")
    return 1 if troubles or (check and changed) else 0
