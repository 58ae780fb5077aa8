"""Workbooks that come in: every cell understood or named, sheet and place, with what to do about it.

Read by the hidden row of field names; where that is lost, by the titles. Rows that only add up (合计) are left out. Nothing
is guessed: a cell that cannot be understood keeps its record out, and is told together with all the others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from zongmu.exchange.field_values import Vocabulary, code_for, put
from zongmu.exchange.tables.cell_values import Unreadable, fold
from zongmu.exchange.tables.reader import MAX_COLUMNS, TableError, cell_text
from zongmu.exchange.workbooks.opening import MAX_ROWS, cells_of, foreign, formulas, opened, too_long
from zongmu.exchange.workbooks.outgoing import BASE, STAMP_SHEET, headers
from zongmu.exchange.workbooks.sheets import FORMAT, KEYS, Column, Sheet, every, sheet_of, slot_in
from zongmu.exchange.workbooks.values import cell_value
from zongmu.model.acts.milestones import Act
from zongmu.model.fields.leaves import locate, row_key
from zongmu.model.fields.titles import family_of
from zongmu.model.finding import Bilingual, Severity
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME
from zongmu.store.fitting.shapes import Group, Listing, slots
from zongmu.store.fitting.validate import validate

_FAILED: Final = object()
"""Stands for the value of a cell that was not understood."""
_PICTURE: Final = re.compile(r"=(?:_xlfn\.)?DISPIMG\(")
"""What WPS leaves as the text of a cell that a picture was put into."""
_SUM: Final = re.compile(r"(?:本[页表年期]|以上|全部)?(?:合计|小计|总计|共计|累计)(?:\(.*\))?:?")
"""What stands first in a row that adds up, without its spaces: 合　计, 合计（万元）：, 本页小计."""


@immutable
class CellTrouble:
    """A cell that is not understood, or whose value a record cannot have."""

    sheet: str
    cell: str
    value: str
    wrong: Bilingual
    cure: Bilingual
    must: bool = True  # else it is only to be looked at


@dataclass(slots=True)
class Read:
    """What a workbook holds: records as plain data by their key, and every trouble in the order of the sheets."""

    type: str
    jurisdiction: str
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    troubles: list[CellTrouble] = field(default_factory=list)
    places: dict[tuple[str, tuple[str | int, ...]], tuple[str, str]] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    """The fields of a record that have a column or a sheet here: of others the workbook says nothing."""
    hidden: list[str] = field(default_factory=list)
    """Rows and columns with content that nobody sees who looks at the sheet: ``sheet!4:4``, ``sheet!D:D``."""
    bases: dict[str, str] = field(default_factory=dict)
    """By key, the SHA-256 of the file that a record was exported from."""

    def cell_of(self, record: str, pointer: Sequence[str | int]) -> tuple[str, str]:
        """Sheet and cell of what stands at *pointer* of a record, or of the nearest that holds it."""
        for n in range(len(pointer), -1, -1):
            found = self.places.get((record, tuple(pointer[:n])))
            if found is not None:
                return found
        return (sheet_of(self.type).name, "A1")


def read_workbook(data: bytes, words_of: Mapping[str, Vocabulary]) -> Read:
    """The records in a workbook. *words_of*: by jurisdiction, what words stand for. Raises :class:`TableError`."""
    book = opened(data)
    if STAMP_SHEET not in book.sheetnames:
        raise foreign()
    stamp = {cell_text(r[0]): cell_text(r[1]) for r in book[STAMP_SHEET].iter_rows(max_col=2, values_only=True) if r[0]}
    kind, city = stamp.get("type", ""), stamp.get("jurisdiction", "")
    if city not in words_of:
        here = "、".join(words_of)
        raise TableError(
            Bilingual(f"这份表是别的辖区的，本库只收 {here}", f"the workbook is for another jurisdiction than {here}"),
            Bilingual("转给该辖区的经办机关", "pass it on to the office of that jurisdiction"),
        )
    if stamp.get("format") != str(FORMAT) or kind not in KEYS:
        raise TableError(
            Bilingual("这份模板不是本系统现在的版本", "the template is not of this version"),
            Bilingual(
                "用 zongmu template 重新生成，把内容贴过去", "make a new one with zongmu template and paste the content"
            ),
        )
    bases = {k.removeprefix(BASE): v for k, v in stamp.items() if k.startswith(BASE)}
    return read_book(book, Read(kind, city, bases=bases), words_of[city], formulas(data), {})


def read_book(
    book: Any,
    into: Read,
    words: Vocabulary,
    computed: Mapping[str, frozenset[str]],
    standing: Mapping[str, dict[str, Any]],
) -> Read:
    """The sheets of *book* read *into* records. *computed*: cells with formulas; *standing*: records that are there already,
    to which the rows of a book without a sheet of records belong; they are added to."""
    reader = _Reader(into, words, book.epoch, computed)
    for key, plain in standing.items():
        reader.stand(key, plain)
    for sheet in every(sheet_of(into.type)):
        if sheet.name in book.sheetnames:
            reader.page(sheet, book[sheet.name])
    reader.finish()
    return into


@dataclass(slots=True)
class _Reader:
    out: Read
    words: Vocabulary
    epoch: dt.datetime
    computed: Mapping[str, frozenset[str]]
    aliases: dict[str, str] = field(default_factory=dict)
    known: dict[tuple[str, tuple[str | int, ...]], dict[str, int]] = field(default_factory=dict)
    failed: set[tuple[str, tuple[str | int, ...]]] = field(default_factory=set)
    holders: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[dict[str, Any], tuple[str | int, ...], str]] = field(
        default_factory=dict
    )

    def stand(self, key: str, plain: dict[str, Any]) -> None:
        """A record as it is registered, with its rows: what comes is added to it, or is the row that it names."""
        self.out.records[key] = plain
        series = BY_NAME[self.out.type].series

        def walk(sheet: Sheet, keys: tuple[str, ...], row: dict[str, Any], base: tuple[str | int, ...]) -> None:
            self.holders[(sheet.at, keys)] = (row, base, key)
            for inner in sheet.inner:
                natural, place = series.get("/".join(inner.at), ()), (*base, inner.at[-1])
                for n, one in enumerate(row.get(inner.at[-1], ())):
                    own = row_key(one, n, natural)
                    self.known.setdefault((key, place), {})[own] = n
                    walk(inner, (*keys, own), one, (*place, n))

        walk(sheet_of(self.out.type), (key,), plain, ())

    def page(self, sheet: Sheet, page: Any) -> None:
        """One sheet: its columns found, its rows read."""
        lead = headers(sheet, self.out.type)
        found = self._header(sheet, page, [name for name, _ in lead])
        if found is None:
            return
        start, at = found
        self.out.fields |= (
            _whole(sheet, at) if not sheet.at else {sheet.at[0]} if len(sheet.at) == 1 or self.known else set()
        )
        # As far as something stands in her columns: what is only coloured reaches further, at times to the last row of all.
        wide = max(at.values()) + 1
        last = max((c.row for c in cells_of(page) if c.column <= wide and c.value is not None), default=0)
        if last >= start + MAX_ROWS:
            raise too_long(page.title)
        unseen = {n for n in at.values() if _column_hidden(page, n + 1)}
        for row in page.iter_rows(min_row=start, max_row=last, max_col=wide) if last >= start else ():
            cells = {name: row[n] for name, n in at.items() if n < len(row)}
            texts = {name: self._said(cell) for name, cell in cells.items()}
            first = next((t for t in texts.values() if t), "")
            if first == "" or _SUM.fullmatch("".join(fold(first).split())):
                continue
            if page.row_dimensions[row[0].row].hidden:
                self.out.hidden.append(f"{page.title}!{row[0].row}:{row[0].row}")
            for n in [n for n in unseen if row[n].value is not None]:
                unseen.discard(n)
                self.out.hidden.append(f"{page.title}!{row[n].column_letter}:{row[n].column_letter}")
            self._row(sheet, page.title, cells, texts, lead)

    def _header(self, sheet: Sheet, page: Any, lead: Sequence[str]) -> tuple[int, dict[str, int]] | None:
        """The first row of data, and the column of each field."""
        wanted = {*lead, *(c.name for c in sheet.columns)}
        titles = {plain_title(c.slot.title.zh): c.name for c in sheet.columns}
        columns = min(page.max_column, MAX_COLUMNS)
        for number, row in enumerate(page.iter_rows(min_row=1, max_row=8, max_col=columns, values_only=True), 1):
            texts = [cell_text(v).strip() for v in row]
            named = {t: n for n, t in enumerate(texts) if t in wanted}
            if len(named) >= min(2, len(wanted)):
                return number + 1, named
        for number, row in enumerate(page.iter_rows(min_row=1, max_row=8, max_col=columns, values_only=True), 1):
            named = {}
            for n, value in enumerate(row):
                name = titles.get(plain_title(cell_text(value)))
                if name is not None:
                    named.setdefault(name, n)
            if len(named) >= 2:
                for n, key in enumerate(lead):
                    named.setdefault(key, n)
                return number + 1, named
        if page.max_row > 1 or page.max_column > 1:
            self.out.troubles.append(
                CellTrouble(
                    page.title,
                    "1:1",
                    "",
                    Bilingual("找不到表头", "no header row was found"),
                    Bilingual("保留模板的标题行，不要改名", "keep the template's row of titles as it is"),
                )
            )
        return None

    @staticmethod
    def _said(cell: Any) -> str:
        value = cell.value
        if isinstance(value, dt.datetime) and value.time() == dt.time():
            return value.date().isoformat()
        return cell_text(value).replace("\r\n", "\n").strip()

    def _row(
        self,
        sheet: Sheet,
        title: str,
        cells: Mapping[str, Any],
        texts: Mapping[str, str],
        lead: Sequence[tuple[str, Bilingual]],
    ) -> None:
        keys = [texts.get(name, "") for name, _ in lead]
        keys[:1] = [self.aliases.get(key, key) for key in keys[:1]]
        holder: dict[str, Any] | None = None
        base: tuple[str | int, ...] = ()
        record = ""
        if lead:
            known = self.holders.get((sheet.at[:-1], tuple(keys)))
            if known is None:
                cell = cells.get("^0")
                last = cells.get(lead[-1][0], cell)
                self._tell(
                    title,
                    last or next(iter(cells.values())),
                    "/".join(k for k in keys if k),
                    Bilingual("没有这样的所属行", "there is no such row to belong to"),
                    Bilingual(
                        "写上一张表里已有的编号（如 project 的登记号、里程碑的 种类/序号）",
                        "write a key that stands in the sheet before (the id, or kind/number of a milestone)",
                    ),
                )
                return
            holder, base, record = known
        row: dict[str, Any] = {}
        cls = self._class_of(sheet, title, cells, texts, holder, row)
        if cls is None:
            return
        spots: dict[tuple[str, ...], Any] = {}
        failed: list[tuple[str, ...]] = []
        for column in sheet.columns:
            if column.name not in cells or (sheet.group.tagged and column.path == ("kind",)):
                continue
            value = self._value(column, cls, title, cells[column.name], texts[column.name])
            if value is _FAILED:
                failed.append(column.path)
            elif value is not None:
                put(row, list(column.path), value)
                spots[column.path] = cells[column.name]
        if not lead:
            holder, record, base = self._record(row, title, cells)
        else:
            assert holder is not None
            rows = holder.setdefault(sheet.at[-1], [])
            base = (*base, sheet.at[-1], self._settled(sheet, row, rows, record, (*base, sheet.at[-1])))
            holder = row
        for path, cell in spots.items():
            self.out.places[(record, (*base, *path))] = (title, cell.coordinate)
        self.failed.update((record, (*base, *path)) for path in failed)
        first = next(iter(cells.values()))
        self.out.places[(record, base)] = (title, first.coordinate)
        series = BY_NAME[self.out.type].series
        own = row_key(row, int(base[-1]) if base else 0, series.get("/".join(sheet.at), ())) if lead else record
        self.holders[(sheet.at, (*keys, own))] = (holder, base, record)
        if not lead and isinstance(row.get("name"), str):
            # Rows may name a record by its name, for a new one has no id yet; a name that two of them have names neither.
            self.aliases[row["name"]] = "" if row["name"] in self.aliases else record

    def _class_of(
        self,
        sheet: Sheet,
        title: str,
        cells: Mapping[str, Any],
        texts: Mapping[str, str],
        holder: Mapping[str, Any] | None,
        row: dict[str, Any],
    ) -> Any:
        """The class of the model that a row of *sheet* fills, by its kind or by what holds it; None where its kind cannot be
        read, which is told. *row* gets the kind."""
        group = sheet.group
        if group.tagged:
            said = texts.get("kind", "")
            try:
                titles = self.words.lists.get("milestone_kind", {})
                row["kind"] = code_for(said, titles, Bilingual("种类", "Kind"))
            except Unreadable as why:
                self._tell(title, cells.get("kind") or next(iter(cells.values())), said, Bilingual(why.zh, why.en))
                return None
            return group.of_kind(row["kind"]) or group.classes[0]
        if len(group.classes) > 1 and holder is not None:
            above = family_of(str(holder.get("kind")))
            slot = slots(above).get(sheet.at[-1]) if above is not None and issubclass(above, Act) else None
            if slot is not None and isinstance(slot.node, Listing) and isinstance(slot.node.item, Group):
                return slot.node.item.classes[0]
        return group.classes[0]

    def _settled(
        self, sheet: Sheet, row: dict[str, Any], rows: list[Any], record: str, place: tuple[str | int, ...]
    ) -> int:
        """The index of *row* among the *rows*: of the one that is registered under its key, with the lists that it holds."""
        natural = BY_NAME[self.out.type].series.get("/".join(sheet.at), ())
        at = self.known.get((record, place), {}).get(row_key(row, len(rows), natural))
        if at is None:
            rows.append(row)
            return len(rows) - 1
        lists = {inner.at[-1] for inner in sheet.inner}
        row |= {name: value for name, value in rows[at].items() if name in lists}
        rows[at] = row
        return at

    def _record(
        self, row: dict[str, Any], title: str, cells: Mapping[str, Any]
    ) -> tuple[dict[str, Any], str, tuple[str | int, ...]]:
        """A record begun: its data, its key, its place."""
        kind = self.out.type
        key = str(row.get(KEYS[kind], "")) or f"#{len(self.out.records) + 1}"
        data = {"format": 1, **({"id": row["id"]} if "id" in row else {}), "jurisdiction": self.out.jurisdiction, **row}
        if key in self.out.records:
            cell = cells.get(KEYS[kind]) or next(iter(cells.values()))
            self._tell(title, cell, key, Bilingual("编号重复", "this key is there twice"))
            key = f"#{len(self.out.records) + 1}"
        self.out.records[key] = data
        return data, key, ()

    def _value(self, column: Column, cls: Any, title: str, cell: Any, text: str) -> Any:
        slot = slot_in(cls, column.path)
        if cell.data_type == "e" or (text == "" and cell.coordinate in self.computed.get(title, ())):
            self._tell(
                title, cell, text,
                Bilingual("公式没有算出结果", "the formula has no result"),
                Bilingual("改成数值，或在表格软件里打开、算好后保存",
                          "put in the value, or open it in a spreadsheet and save it"),
            )  # fmt: skip
            return _FAILED
        if _PICTURE.match(text):
            self._tell(
                title, cell, "",
                Bilingual("这一格里是图片，没有文字", "this cell holds a picture and no text"),
                Bilingual("写成文字；图片另作附件交来", "write it as text; hand the picture in as a paper"),
            )  # fmt: skip
            return _FAILED
        if text == "":
            return None
        if slot is None:
            self._tell(
                title, cell, text,
                Bilingual("这种里程碑没有这一栏", "this kind of milestone has no such field"),
                Bilingual("清空这一格，或核对种类", "empty the cell, or check the kind"),
            )  # fmt: skip
            return None
        try:
            return cell_value(column, slot, cell, text, self.words, self.epoch)
        except Unreadable as why:
            self._tell(title, cell, text, Bilingual(why.zh, why.en))
            return _FAILED

    def _tell(self, title: str, cell: Any, value: str, wrong: Bilingual, cure: Bilingual | None = None) -> None:
        cure = cure or Bilingual("改正这一格", "put this cell right")
        self.out.troubles.append(CellTrouble(title, cell.coordinate, value, wrong, cure))

    def finish(self) -> None:
        """Hold every record against the schema; what is wrong is told at its cell."""
        kind = BY_NAME[self.out.type]
        told = {(t.sheet, t.cell) for t in self.out.troubles}
        for key, data in self.out.records.items():
            whole = (
                data
                if "id" in data or self.out.type != "project"
                else {**data, "id": f"{self.out.jurisdiction}-2000-0001"}
            )
            for f in validate(kind, whole, record=key).findings:
                if f.severity is not Severity.BLOCKING:
                    continue
                pointer, there = locate(whole, f.field_path or "", kind.series)
                if not there and (key, (*pointer, (f.field_path or "").rsplit("/", 1)[-1])) in self.failed:
                    continue  # its cell was told already
                sheet, cell = self.out.cell_of(key, pointer)
                if (sheet, cell) not in told:
                    told.add((sheet, cell))
                    shown = "" if f.sensitive else _at(whole, pointer)
                    self.out.troubles.append(CellTrouble(sheet, cell, shown, f.message, f.next_step))


def _column_hidden(page: Any, number: int) -> bool:
    """Whether the column is hidden: a file says it once for columns that lie side by side."""
    return any(d.hidden and (d.min or 0) <= number <= (d.max or 0) for d in page.column_dimensions.values())


def _whole(sheet: Sheet, at: Mapping[str, int]) -> set[str]:
    """The fields all of whose columns are there."""
    lacking = {c.path[0] for c in sheet.columns if c.name not in at}
    return {c.path[0] for c in sheet.columns} - lacking


def plain_title(text: str) -> str:
    """A title without unit, star, second language and space."""
    return fold(text.split("\n")[0]).replace("(万元)", "").replace("*", "").strip()


def _at(data: Any, pointer: Sequence[str | int]) -> str:
    for part in pointer:
        data = data[part]
    return "" if isinstance(data, (dict, list)) else str(data)[:60]
