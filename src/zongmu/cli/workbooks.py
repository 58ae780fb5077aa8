"""``zongmu template``, ``export``, and ``import`` of a filled template: records as workbooks, out and in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.entering import jurisdiction_named, next_id, words_for
from zongmu.cli.proposing import Desk, desk_at, settle, write_all
from zongmu.cli.trouble import Trouble, trouble, unreadable
from zongmu.exchange.field_values import Vocabulary
from zongmu.exchange.sheets import KEYS
from zongmu.exchange.table_reader import TableError
from zongmu.exchange.workbook_marks import marked
from zongmu.exchange.workbook_read import CellTrouble, Read, read_workbook
from zongmu.exchange.workbook_write import workbook
from zongmu.model.guards import scan
from zongmu.model.records import BY_NAME
from zongmu.report.text import printable
from zongmu.report.words import HIDDEN
from zongmu.store.canonical import ordered, written
from zongmu.store.edit import EditError, Editor, same
from zongmu.store.registry import LoadedRecord

SHOWN = 200


def run_template(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write an empty workbook of a record type."""
    desk = desk_at(root)
    city = jurisdiction_named(desk, args.jurisdiction)
    _write(args.out, workbook(args.type, city, words_for(desk, city)))
    out.write(f"{'已写出' if args.lang == 'zh' else 'written'} {printable(str(args.out))}\n")
    return 0


def run_export(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write records into a workbook of the same shape as the template."""
    desk = desk_at(root)
    city = jurisdiction_named(desk, args.jurisdiction)
    records = [r for r in desk.registry.of_type(args.type) if r.jurisdiction == city and r.model is not None]
    if args.unit is not None:
        records = [r for r in records if getattr(r.model, "owner", None) == args.unit]
    if args.records:
        known = {r.id: r for r in records}
        lacking = [id for id in args.records if id not in known]
        if lacking:
            raise trouble(
                "cli.no-such-record",
                f"{city} 没有 {'、'.join(lacking)}",
                f"{city} has no {', '.join(lacking)}",
                "核对编号",
                "check the ids",
            )
        records = [known[id] for id in args.records]
    plain = [p for r in records if (p := r.plain) is not None]
    _write(args.out, workbook(args.type, city, words_for(desk, city), plain))
    out.write(
        f"已写出 {len(plain)} 条到 {printable(str(args.out))}\n"
        if args.lang == "zh"
        else f"{len(plain)} records written to {printable(str(args.out))}\n"
    )
    return 0


def run_workbook_import(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Take in a filled template. Exit 1, and nothing written, where a cell is wrong; all of them are told at once."""
    desk = desk_at(root)
    try:
        data = args.table.read_bytes()
        words: Mapping[str, Vocabulary] = {j.id: words_for(desk, j.id) for j in desk.world.instance.jurisdictions}
        read = read_workbook(data, words)
    except TableError as problem:
        raise Trouble("import.unreadable", problem.message, problem.next_step, where=args.table.name) from None
    except OSError as problem:
        raise unreadable(args.table.name, problem) from None
    if read.troubles:
        _tell(read.troubles, args.lang, out)
        if args.marked is not None:
            _write(args.marked, marked(data, read.troubles, args.lang))
            out.write(f"{'已标出各处' if args.lang == 'zh' else 'marked in'} {printable(str(args.marked))}\n")
        return 1
    files, same_as_before = _files(desk, read)
    if not files:
        out.write("与登记内容相同，没有改动\n" if args.lang == "zh" else "as recorded: nothing to change\n")
        return 0
    code = settle(desk, files, args.lang, out, dry_run=args.dry_run, show=False)
    out.write(
        f"{len(files)} 条新增或改动，{same_as_before} 条相同\n"
        if args.lang == "zh"
        else f"{len(files)} new or changed, {same_as_before} as before\n"
    )
    return code


def _write(path: Path, data: bytes) -> None:
    write_all(path.parent, {path.name: data})


def _tell(troubles: Iterable[CellTrouble], lang: str, out: TextIO) -> None:
    """Every cell that is wrong: sheet, place, what stands there, why, what to do."""
    rows = list(troubles)
    for t in rows[:SHOWN]:
        value = HIDDEN if scan(t.value) else printable(t.value[:60].replace("\n", "⏎"))
        said = HIDDEN if scan(t.wrong.zh) else printable(t.wrong.pick(lang))
        out.write(
            f"{t.sheet}!{t.cell} “{value}” {said}\n    {'怎么办' if lang == 'zh' else 'next'}: {t.cure.pick(lang)}\n"
        )
    more = len(rows) - SHOWN
    if more > 0:
        out.write(f"…… 还有 {more} 处\n" if lang == "zh" else f"… and {more} more\n")
    out.write(
        f"\n{len(rows)} 格须改正，没有导入。\n"
        if lang == "zh"
        else f"\n{len(rows)} cells to put right; nothing was imported.\n"
    )


def _files(desk: Desk, read: Read) -> tuple[dict[str, bytes], int]:
    """The files that the records make, and how many are as they were."""
    kind = BY_NAME[read.type]
    files: dict[str, bytes] = {}
    unchanged = 0
    taken: set[str] = set()
    for key, data in read.records.items():
        found = _there(desk, read, data)
        if found is not None:
            data_ = _edited(desk, found, data)
            if data_ is None:
                unchanged += 1
            else:
                files[found.path] = data_
            continue
        path, whole = _new(desk, read, data, key, taken)
        depth = "../" * path.count("/")
        header = (f"# yaml-language-server: $schema={depth}schema/{read.jurisdiction}/{read.type}.schema.json",)
        files[path] = written(whole, kind, header).encode()
    return files, unchanged


def _there(desk: Desk, read: Read, data: Mapping[str, Any]) -> LoadedRecord | None:
    id = str(data.get(KEYS[read.type], ""))
    return desk.registry.by_id(read.type, f"{read.jurisdiction}/{id}" if read.type == "plan" else id)


def _new(desk: Desk, read: Read, data: dict[str, Any], key: str, taken: set[str]) -> tuple[str, dict[str, Any]]:
    """Where a new record goes, and the record with its id."""
    city = read.jurisdiction
    if read.type == "plan":
        return f"registry/plans/{city}/{data['year']}.yaml", data
    if read.type == "district":
        code = str(data["id"]).partition("/")[2]
        return f"registry/districts/{city}/{code}-district.yaml", data
    owner = str(data.get("owner", "")).partition("/")[2]
    if not owner:
        raise trouble(
            "cli.field-needed",
            f"{printable(str(data.get('name') or key))} 没有项目单位",
            f"{printable(str(data.get('name') or key))} has no owner",
            "在模板里填写“项目单位”",
            "fill in the owner in the template",
        )
    id = str(data.get("id") or "") or next_id(desk, city, None, taken)
    taken.add(id)
    return f"registry/projects/{city}/{owner}/{id}.yaml", {
        "format": 1,
        "id": id,
        "jurisdiction": city,
        **data,
    }


def _edited(desk: Desk, found: LoadedRecord, data: dict[str, Any]) -> bytes | None:
    """The file of a record with what the workbook says in it: only what differs is touched. None where nothing does."""
    plain, path = found.plain, desk.root / found.path
    assert plain is not None
    assert found.data is not None
    wanted = ordered(data, found.type.model)
    if same(ordered(plain, found.type.model), wanted):
        return None
    try:
        editor = Editor(path, found.data)
        for name in [n for n in plain if n not in wanted]:
            editor.remove([name])
        before: str | None = None
        for name, value in wanted.items():
            old, after, before = plain.get(name), before, name
            if old is not None and same(old, value):
                continue
            if (
                isinstance(old, list)
                and isinstance(value, list)
                and len(value) > len(old)
                and same(old, value[: len(old)])
            ):
                for row in value[len(old) :]:
                    editor.append([name], row)
            elif isinstance(old, list) and isinstance(value, list) and len(value) == len(old):
                for n, row in enumerate(value):
                    if not same(old[n], row):
                        editor.set([name, n], row)
            else:
                editor.set([name], value, after=after if old is None else None)
    except EditError as problem:
        raise Trouble.of(problem, found.path) from None
    return editor.text().encode()
