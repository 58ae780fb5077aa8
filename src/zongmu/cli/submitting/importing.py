"""``zongmu import``: a table and a mapping in, project files out, with what was understood of every column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from zongmu.cli.session import registry_at
from zongmu.cli.trouble import Trouble
from zongmu.exchange.tables.importing import Import, import_table, known_from, registrar, write_files
from zongmu.exchange.tables.mapping import load_mapping
from zongmu.exchange.tables.reader import TableError, read_table
from zongmu.model.finding import Bilingual
from zongmu.model.guards import scan
from zongmu.report.terminal import printable, width
from zongmu.report.words import HIDDEN
from zongmu.store.atomic import WriteError
from zongmu.store.refusal import refusal

SHOWN = 40


def run_import(root: Path, table: Path, map: Path, lang: str, out: TextIO, *, dry_run: bool) -> int:
    """Import *table*. Exit 0 when every row went in (or was there), 1 when some did not, 2 when nothing could be read."""
    try:
        mapping = load_mapping(map)
        read = read_table(
            table, sheet=mapping.sheet, header_row=mapping.header_row or 1, header_lines=mapping.header_lines or 1
        )
        registry = registry_at(root)
        if registry.instance is None or registry.instance.jurisdiction(mapping.jurisdiction) is None:
            raise TableError(
                Bilingual(
                    f"registry.yaml 里没有辖区 {mapping.jurisdiction}",
                    f"registry.yaml has no jurisdiction {mapping.jurisdiction}",
                ),
                Bilingual(
                    f"新建一个：zongmu init DIR --jurisdiction {mapping.jurisdiction}，再用 --root DIR 导入",
                    f"make one: zongmu init DIR --jurisdiction {mapping.jurisdiction}, then import with --root DIR",
                ),
            )
        result = import_table(read, mapping, known_from(registry, mapping.jurisdiction))
    except TableError as problem:
        raise Trouble(
            "import.unreadable", problem.message, problem.next_step, where=problem.where or table.name
        ) from None
    body = registrar(registry, mapping) if result.files else {}
    if not dry_run:
        try:
            write_files(root, {**body, **result.files})
        except WriteError as problem:
            raise _not_written(problem.message) from None
        except OSError as problem:
            raise _not_written(
                Bilingual(f"写不进去：{refusal(problem).zh}", f"could not be written: {refusal(problem).en}")
            ) from None
    _report(result, lang, out, dry_run)
    for path in body:
        out.write(
            f"登记单位还没有登记，{'将新建' if dry_run else '已新建'} {path}：请核对名称\n"
            if lang == "zh"
            else f"the registering body was not registered; {'would begin' if dry_run else 'began'} {path}: check its name\n"
        )
    return 1 if any(t.whole_row for t in result.troubles) else 0


def _not_written(message: Bilingual) -> Trouble:
    return Trouble(
        "import.not-written",
        message,
        Bilingual(
            "已写入的文件都是完整的；排除原因后再运行一次即可接着写",
            "what was written is whole; remove the cause and run it again",
        ),
    )


def _safe(text: str) -> str:
    """A cell as it may be shown: what must not be stored is not repeated either."""
    return HIDDEN if scan(text) else printable(text)


def _report(result: Import, lang: str, out: TextIO, dry_run: bool) -> None:
    zh = lang == "zh"
    _yields(result, zh, out)
    changed = [
        (_at(number, column, zh), f"{_safe(written)} → {_safe(understood)}")
        for number, column, written, understood in result.echoes
        if written != understood
    ]
    _some("改写为规范写法" if zh else "understood as", changed, 10, zh, out)
    lost = "（整行未导入）" if zh else " (row left out)"
    troubles = [
        (_at(t.row, t.column, zh), _safe(t.reason.pick(lang)) + (lost if t.whole_row else "")) for t in result.troubles
    ]
    _some("读不懂的" if zh else "not understood", troubles, SHOWN, zh, out)
    if result.skipped:
        at = ("、" if zh else ", ").join(map(str, result.skipped[:SHOWN]))
        out.write(f"\n按映射略过的行：{at}\n" if zh else f"\nrows left out as the mapping says: {at}\n")
    made, there = len(result.files), len(result.existing)
    left = result.rows - made - there - len(result.skipped)
    if zh:
        verb = "将新增" if dry_run else "新增"
        out.write(f"\n共 {result.rows} 行：{verb} {made} 个项目，已有 {there} 个，未导入 {left} 行\n")
    else:
        verb = "would add" if dry_run else "added"
        out.write(f"\n{result.rows} rows: {verb} {made} projects, {there} there already, {left} left out\n")


def _yields(result: Import, zh: bool, out: TextIO) -> None:
    """What came of each column, as a table."""
    rows = [
        ("列", "字段", "有内容", "读懂", "读不懂", "空")
        if zh
        else ("column", "field", "filled", "understood", "unreadable", "empty")
    ]
    for y in result.yields:
        field = y.field or ("（不导入）" if zh else "(not imported)")
        read = (str(y.understood), str(y.unreadable)) if y.field else ("-", "-")
        rows.append((printable(y.column), field, str(y.filled), *read, str(y.empty)))
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        out.write("  " + "  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip() + "\n")


def _at(row: int, column: str, zh: bool) -> str:
    return printable(f"第 {row} 行 {column}" if zh else f"row {row} {column}")


def _some(title: str, lines: Sequence[tuple[str, str]], most: int, zh: bool, out: TextIO) -> None:
    """What is said of some cells: *title* with how many there are, and the first of them."""
    if not lines:
        return
    colon = "：" if zh else ": "
    out.write(f"\n{title} {len(lines)}{colon.rstrip()}\n")
    for place, said in lines[:most]:
        out.write(f"  {place}{colon}{said}\n")
    if len(lines) > most:
        out.write("  …\n")
