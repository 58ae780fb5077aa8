"""The receipt and the one-time notice: all that was found, in the order of the form or of the workbook."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from zongmu.cli.proposing import Desk, projects_by_name, to_look_at, write_all
from zongmu.cli.submitting.arriving import NO_OWNER, OWNER_WANTED, Arrived
from zongmu.exchange.notice import Item, Slip, as_markdown, as_page
from zongmu.exchange.package import PAPER_MISSING
from zongmu.exchange.plain_words import in_words, titles_of
from zongmu.exchange.workbooks.incoming import CellTrouble
from zongmu.exchange.workbooks.marks import UNMARKED, marked, of_findings
from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual, Finding
from zongmu.policy.law.addresses import address_words
from zongmu.policy.proposals.merging import Decision
from zongmu.store.reading.reader import parse


def cell_items(troubles: tuple[CellTrouble, ...]) -> tuple[Item, ...]:
    """What is wrong with cells that could not be read."""
    return tuple(
        Item(Bilingual(f"{t.sheet} {t.cell}", f"{t.sheet} {t.cell}"), t.wrong, t.cure, "import", t.must)
        for t in troubles
    )


def items(desk: Desk, decision: Decision, arrived: Arrived) -> tuple[Item, ...]:
    """Everything at once, in the order of the form, what must be put right and what should be looked at."""
    paths = list(arrived.files)

    def order(f: Finding) -> tuple[int, int, int]:
        own = f.path in arrived.files and f.position is not None
        line = f.position.line if own and f.position is not None else 0
        return (0, paths.index(f.path), line) if own else (1, 0, 0)

    rows = []
    titles: dict[str, dict[str, str]] = {}
    for f in sorted(to_look_at(decision), key=order):
        city = f.record.partition("-")[0]
        if city not in titles:
            titles[city] = titles_of(desk.world.vocabulary(city)[0].get("document", {}))
        rule = desk.checks.rule(f.code)
        cites = (f.verdict.cites if f.verdict is not None else ()) or (rule[1].cites if rule is not None else ())
        field = path_title(f.field_path) if f.field_path else Bilingual("全部", "whole record")
        field = Bilingual("·".join(in_words(part, titles[city]) for part in field.zh.split("·")), field.en)
        if len(paths) > 1:
            field = Bilingual(f"{f.record} {field.zh}", f"{f.record} {field.en}")
        wrong, cure = (Bilingual(in_words(said.zh, titles[city]), said.en) for said in (f.message, f.next_step))
        rows.append(Item(field, wrong, cure, _ground(cites) or f.code, f.is_defect))
    if arrived.without_owner and not any(f.field_path == "owner" and f.is_defect for f in to_look_at(decision)):
        rows.append(Item(path_title("owner"), NO_OWNER, OWNER_WANTED, "intake.no-owner", True))
    for act, kind in arrived.wanted:
        what = path_title(f"milestones/{act}/documents/{kind}")
        said = PAPER_MISSING.message
        message = Bilingual(said.zh.format(what=what.zh), said.en.format(what=what.en))
        rows.append(Item(what, message, PAPER_MISSING.next_step, PAPER_MISSING.id, False))
    return (*rows, *namesakes(desk, arrived))


def _ground(cites: Sequence[str]) -> str:
    """The sentences that a rule carries out: in words, as they are printed on paper, with their addresses."""
    return "、".join(f"{address_words(at).zh}（{at}）" for at in cites)


def namesakes(desk: Desk, arrived: Arrived) -> Iterator[Item]:
    """New projects whose unit has one of that name already: most are the same, handed in anew."""
    registered = projects_by_name(desk)
    for path, data in arrived.files.items():
        said = parse(data, path).value if desk.registry.records.get(path) is None else None
        if not isinstance(said, dict):
            continue
        found = registered.get((str(said.get("name")), str(said.get("owner"))))
        if found is not None:
            other = found.id
            yield Item(
                path_title("name"),
                Bilingual(f"本单位已有同名项目 {other}", f"the unit has a project of that name already: {other}"),
                Bilingual(
                    f"同一个项目的，不要另立：在 {other} 上改（zongmu export {other}）；确是另一个的，名称应有区别",
                    f"if it is the same, change {other} instead (zongmu export {other}); if not, give it a name of its own",
                ),
                "intake.same-name",
                False,
            )


def facts(arrived: Arrived, args: argparse.Namespace) -> tuple[tuple[Bilingual, str], ...]:
    """Whose paper it was, what it is, who typed it in."""
    said = arrived.submitter
    rows = (
        (Bilingual("登记号", "Project id"), "" if arrived.without_owner else "、".join(arrived.ids)),
        (Bilingual("代替收件号", "Instead of receipt"), arrived.instead_of.receipt if arrived.instead_of else ""),
        (Bilingual("包内登记号", "Id in the package"), arrived.given or ""),
        (Bilingual("校验码", "Check code"), arrived.code if arrived.ids or arrived.troubles else ""),
        (Bilingual("来文单位", "Unit"), args.unit or said.get("unit", "")),
        (Bilingual("经办处室", "Office"), said.get("office", "")),
        (Bilingual("来文文号", "Covering letter"), args.paper or said.get("paper", "")),
        (Bilingual("附件", "Papers"), "；".join(f"{p.name} {p.sha256[:16]}" for p in arrived.papers)),
        (Bilingual("录入", "Entered by"), args.by),
    )
    return tuple((label, value) for label, value in rows if value)


def hand_out(args: argparse.Namespace, slip: Slip, name: str, out: TextIO) -> None:
    """Write the receipt or the notice, where a folder was given."""
    if args.out is None:
        return
    _put(args.out, f"{name}.html", as_page(slip, args.lang).encode(), out)
    _put(args.out, f"{name}.md", as_markdown(slip, args.lang).encode(), out)


def hand_back(args: argparse.Namespace, arrived: Arrived, decision: Decision | None, number: str, out: TextIO) -> None:
    """Her own workbook with the cells marked, where she handed one in and a cell is to be looked at."""
    sheets = arrived.sheets
    if args.out is None or sheets is None:
        return
    rows = list(arrived.troubles)
    if decision is not None:
        rows = of_findings(sheets.read, sheets.keys, to_look_at(decision))
    if rows:
        data = marked(sheets.data, rows, args.lang)
        if data is None:
            out.write(f"{UNMARKED.pick(args.lang)}\n")
        else:
            _put(args.out, f"{number}-marked.xlsx", data, out)


def _put(folder: Path, name: str, data: bytes, out: TextIO) -> None:
    write_all(folder, {name: data})
    out.write(f"{folder / name}\n")
