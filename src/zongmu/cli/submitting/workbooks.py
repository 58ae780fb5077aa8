"""``zongmu template``, ``export``, and ``import`` of a filled template: records as workbooks, out and in."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from zongmu.cli.proposing import Desk, desk_at, settle, to_look_at, write_all
from zongmu.cli.recording.entering import all_words, jurisdiction_named, words_for
from zongmu.cli.submitting.workbook_files import digest_of, files_of, recorded
from zongmu.cli.trouble import Trouble, trouble, unreadable
from zongmu.exchange.field_values import body_for
from zongmu.exchange.tables.cell_values import Unreadable
from zongmu.exchange.tables.reader import TableError
from zongmu.exchange.workbooks.incoming import CellTrouble, Read, read_workbook
from zongmu.exchange.workbooks.marks import UNMARKED, marked, of_findings
from zongmu.exchange.workbooks.opening import MAX_BYTES
from zongmu.exchange.workbooks.outgoing import workbook
from zongmu.exchange.workbooks.saved_csv import read_csv
from zongmu.exchange.workbooks.sheets import KEYS
from zongmu.model.guards import scan
from zongmu.policy.proposals.merging import Decision
from zongmu.report.terminal import printable
from zongmu.report.words import HIDDEN

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
    city = jurisdiction_named(desk, args.jurisdiction or _city_of(desk, [*args.records, args.unit or ""]))
    records = [r for r in desk.registry.of_type(args.type) if r.jurisdiction == city and r.model is not None]
    if args.unit is not None:
        unit = _unit(desk, city, args.unit)
        records = [r for r in records if getattr(r.model, "owner", None) == unit]
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
    bases = {str(p[KEYS[args.type]]): digest_of(r) for r in records if (p := r.plain) is not None}
    _write(args.out, workbook(args.type, city, words_for(desk, city), plain, bases))
    out.write(
        f"已写出 {len(plain)} 条到 {printable(str(args.out))}\n"
        if args.lang == "zh"
        else f"{len(plain)} records written to {printable(str(args.out))}\n"
    )
    return 0


def _city_of(desk: Desk, words: Iterable[str]) -> str | None:
    """The jurisdiction that an id or a reference begins with; None where none of them says one."""
    cities = {j.id for j in desk.world.instance.jurisdictions}
    return next((city for word in words if (city := word.replace("/", "-").split("-", 1)[0]) in cities), None)


def _unit(desk: Desk, city: str, text: str) -> str:
    """The reference of the body that *text* is or names. Raises :class:`Trouble`."""
    words = words_for(desk, city)
    try:
        unit = body_for(text, words)
    except Unreadable as why:
        raise trouble("cli.bad-value", why.zh, why.en, "改正 --unit", "put --unit right", where="--unit") from None
    if unit not in words.bodies:
        raise trouble(
            "cli.bad-value",
            f"库里没有单位 {unit}",
            f"there is no body {unit}",
            f"核对编号：registry/organizations/{city}/ 里是全部单位",
            f"check it: registry/organizations/{city}/ holds all of them",
            where="--unit",
        )
    return unit


def run_workbook_import(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Take in a filled template. Exit 1, and nothing written, where a cell is wrong; all of them are told at once."""
    desk = desk_at(root)
    try:
        with args.table.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        words = all_words(desk)
        if args.table.suffix.lower() == ".csv":
            read, data = read_csv(data, words, args.jurisdiction, partial(recorded, desk))
        else:
            read = read_workbook(data, words)
    except TableError as problem:
        raise Trouble("import.unreadable", problem.message, problem.next_step, where=args.table.name) from None
    except OSError as problem:
        raise unreadable(args.table.name, problem) from None
    out.writelines(f"{line}\n" for line in hidden_lines(read, args.lang))
    if read.troubles:
        _tell(read.troubles, args.lang, out)
        if args.marked is not None:
            _marked(args.marked, data, read.troubles, args.lang, out)
        return 1
    made = files_of(desk, read)
    if not made.files:
        out.write("与登记内容相同，没有改动\n" if args.lang == "zh" else "as recorded: nothing to change\n")
        return 0

    def tell(decision: Decision) -> None:
        rows = of_findings(read, made.keys, to_look_at(decision))
        if args.marked is not None and rows:
            _marked(args.marked, data, rows, args.lang, out)
        out.write(
            f"{len(made.files)} 条新增或改动，{made.unchanged} 条相同\n"
            if args.lang == "zh"
            else f"{len(made.files)} new or changed, {made.unchanged} as before\n"
        )

    return settle(desk, made.files, args.lang, out, dry_run=args.dry_run, show=False, then=tell)


def hidden_lines(read: Read, lang: str) -> Iterator[str]:
    """That what is hidden in a workbook was read as well, and where it stands."""
    if read.hidden:
        places = printable("、".join(read.hidden[:10])) + (" …" if len(read.hidden) > 10 else "")
        yield (
            f"隐藏的行、列有内容，也一并读入：{places}；不要的请删去后重交"
            if lang == "zh"
            else f"hidden rows or columns hold something and were read too: {places}; delete what is not wanted"
        )


def _marked(path: Path, data: bytes, rows: Sequence[CellTrouble], lang: str, out: TextIO) -> None:
    made = marked(data, rows, lang)
    if made is None:
        out.write(f"{UNMARKED.pick(lang)}\n")
        return
    _write(path, made)
    out.write(f"{'已标出各处' if lang == 'zh' else 'marked in'} {printable(str(path))}\n")


def _write(path: Path, data: bytes) -> None:
    write_all(path.parent, {path.name: data})


def _tell(troubles: Iterable[CellTrouble], lang: str, out: TextIO) -> None:
    """Every cell that is wrong: sheet, place, what stands there, why, what to do."""
    rows = list(troubles)
    for t in rows[:SHOWN]:
        value = HIDDEN if scan(t.value) else printable(t.value[:60].replace("\n", "⏎"))
        said = HIDDEN if scan(t.wrong.zh) else printable(t.wrong.pick(lang))
        out.write(
            f"{t.sheet}!{t.cell} “{value}” {said}\n    {'怎么办：' if lang == 'zh' else 'next: '}{t.cure.pick(lang)}\n"
        )
    more = len(rows) - SHOWN
    if more > 0:
        out.write(f"…… 还有 {more} 处\n" if lang == "zh" else f"… and {more} more\n")
    out.write(
        f"\n{len(rows)} 格须改正，没有导入。\n"
        if lang == "zh"
        else f"\n{len(rows)} cells to put right; nothing was imported.\n"
    )
