"""Workbooks: what goes out comes back the same; what an office does to a sheet is understood, or named cell by cell."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.exchange.wps import bent
from tests.instances import PROJECT, Instance
from tests.shared import REPO
from zongmu.exchange.field_values import Vocabulary, vocabulary_of
from zongmu.exchange.schemas.code_lists import codes_of
from zongmu.exchange.tables.reader import load_book
from zongmu.exchange.workbooks.incoming import read_workbook
from zongmu.exchange.workbooks.outgoing import workbook
from zongmu.exchange.workbooks.sheets import every, sheet_of
from zongmu.model.acts.kinds import KINDS
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME
from zongmu.store.registry import Registry, load
from zongmu.store.trees import WorkTree

KEYS = {"project": "id", "plan": "year", "district": "id"}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load(WorkTree(REPO), types=("project", "plan", "district", "organization"))


def words(registry: Registry, city: str) -> Vocabulary:
    assert registry.instance is not None
    found = registry.instance.jurisdiction(city)
    assert found is not None
    return vocabulary_of(registry, codes_of(REPO, city, found.measures))


@pytest.mark.parametrize("kind", KEYS)
def test_a_round_trip_loses_nothing(registry: Registry, kind: str) -> None:
    for city in ("ordos", "laizhou"):
        known = words(registry, city)
        records = [p for r in registry.of_type(kind) if r.jurisdiction == city and (p := r.plain) is not None]
        read = read_workbook(workbook(kind, city, known, records), {city: known})
        assert read.troubles == []
        assert read.records == {str(r[KEYS[kind]]): r for r in records}


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co")), min_size=1, max_size=30
).map(lambda t: unicodedata.normalize("NFC", t))
MONEY = st.sampled_from(
    ["480.5万元", "480.50万元", "4805000元", "1.2亿元", "0.000001万元", "999999999万元", "0元", "3万元"]
)


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.fixed_dictionaries(
        {"name": TEXT | st.sampled_from(["=1+1", "'x", "@SUM(A1)", "无", "/", "合计数", "2026-03-01", "00123"])},
        optional={"summary": TEXT, "original_investment": MONEY, "has_data": st.booleans(), "external_ids": st.just({"library": "无"})},
    ),
    st.lists(st.tuples(MONEY, TEXT), max_size=3),
)  # fmt: skip
def test_any_text_and_amount_comes_back(state: dict[str, Any], rows: list[tuple[str, str]]) -> None:
    acts = [
        {"kind": "contract_signed", "date": "2026-03-01", "role": "build", "amount": m, "supplier": t} for m, t in rows
    ]
    for n, act in enumerate(acts[1:], 2):
        act["seq"] = str(n)
    record = {"format": 1, "id": "demo-2026-0001", "jurisdiction": "demo", **state}
    if acts:
        record["milestones"] = [{**a, **({"seq": int(a["seq"])} if "seq" in a else {})} for a in acts]
    known = Vocabulary({"milestone_kind": {c: Bilingual(k.zh, k.en) for c, k in KINDS.items()}})
    read = read_workbook(workbook("project", "demo", known, [record]), {"demo": known})
    assert read.records["demo-2026-0001"] == record


def test_every_field_of_the_model_has_a_column_and_its_name_fits_a_sheet() -> None:
    for kind in KEYS:
        names = [s.name for s in every(sheet_of(kind))]
        assert len(set(names)) == len(names)
        columns = {c.path[0] for c in sheet_of(kind).columns} | {s.at[-1] for s in sheet_of(kind).inner}
        fields = {i.alias or n for n, i in BY_NAME[kind].model.model_fields.items()}
        assert columns == fields - {"format", "jurisdiction"}


def _template(tiny: Instance, tmp_path: Path, kind: str = "project") -> Any:
    file = tmp_path / "t.xlsx"
    said = tiny.say("template", kind, "--out", file)
    assert said.code == 0, said.all
    return openpyxl.load_workbook(file)


def _column(page: Any, name: str) -> int:
    return next(c.column for c in page[2] if c.value == name)


def _below(page: Any, name: str) -> int:
    """As :func:`_column`, under a title that the office put over the table."""
    return next(c.column for c in page[3] if c.value == name)


def _fill(page: Any, row: int, **values: Any) -> None:
    for name, value in values.items():
        page.cell(row, _column(page, name.replace("__", "/").replace("above", "^"))).value = value


def test_a_template_has_drop_downs_notes_and_a_hidden_code_sheet(tiny: Instance, tmp_path: Path) -> None:
    book = _template(tiny, tmp_path)
    assert (book["codes"].sheet_state, book["zongmu"].sheet_state) == ("hidden", "hidden")
    guide = [str(row[0].value) for row in book.worksheets[0].iter_rows()]
    assert "项目·record：项目名称" in guide, "the id of a new project is not hers to give"
    page = book["项目·record"]
    rules = {str(r.sqref).split(":")[0]: r for r in page.data_validations.dataValidation}
    kind = rules[f"{page.cell(3, _column(page, 'class')).coordinate}"]
    assert kind.type == "list"
    sheet, _, area = str(kind.formula1).partition("!")
    assert [c[0].value for c in book[sheet][area.replace("$", "")]] == ["建设", "服务"]
    money = page.cell(1, _column(page, "original_investment")).value
    assert "（万元）" in money


def test_what_an_office_does_to_a_sheet_is_understood(tiny: Instance, tmp_path: Path) -> None:
    book = _template(tiny, tmp_path)
    page, acts = book["项目·record"], book["里程碑·milestones"]
    _fill(page, 3, name="表里的项目", owner="demo/office", original_investment=480.5, has_data="有")
    page.cell(3, _column(page, "class")).value = "建设"
    _fill(page, 4, name="合计")
    page.cell(9, 1).value = "  "
    _fill(acts, 3, above0="没有这个项目", kind="项目申报", date="2026.3.1", total="１２０")
    page.insert_rows(1)
    page.cell(1, 1).value = "××局政务信息化项目申报表"
    page.merge_cells("A1:H1")
    page.row_dimensions[3].hidden = False
    page.row_dimensions[4].hidden = True
    page.column_dimensions[page.cell(4, _below(page, "has_data")).column_letter].hidden = True
    page["A1048576"].fill = page["XFD9"].fill = PatternFill(
        "solid", fgColor="FFFF00"
    )  # coloured to the last row of all
    file = tmp_path / "filled.xlsx"
    book.save(file)
    said = tiny.say("import", file)
    assert said.code == 1, said.all  # the milestone names a row that has no id
    assert "里程碑·milestones!A3" in said.out
    acts.cell(3, 1).value = "表里的项目"
    book.save(file)
    said = tiny.say("import", file)
    assert said.code == 0, said.all
    seen = page.cell(4, _below(page, "has_data")).column_letter
    assert f"一并读入：项目·record!4:4、项目·record!{seen}:{seen}；" in said.out
    text = tiny.read("registry/projects/demo/office/demo-2026-0003.yaml")
    assert "name: 表里的项目\n" in text
    assert "original_investment: 480.5万元\n" in text
    assert "has_data: true\n" in text
    assert text.endswith("milestones:\n  - kind: declared\n    date: 2026-03-01\n    total: 120万元\n")


@pytest.mark.parametrize("how", ["1904", "bare", "prefixed"])
def test_a_workbook_that_another_program_saved_says_the_same(tiny: Instance, tmp_path: Path, how: str) -> None:
    book = _template(tiny, tmp_path)
    book.epoch = CALENDAR_MAC_1904 if how == "1904" else book.epoch
    _fill(book["项目·record"], 3, name="表里的项目", owner="示例财政局", original_investment=480.5)
    _fill(book["里程碑·milestones"], 3, above0="表里的项目", kind="项目申报", date=dt.date(2026, 3, 1), total=120)
    file = tmp_path / "filled.xlsx"
    book.save(file)
    file.write_bytes(bent(file.read_bytes(), how))
    said = tiny.say("import", file)
    assert said.code == 0, said.all
    text = tiny.read("registry/projects/demo/finance/demo-2026-0003.yaml")
    assert text.endswith(
        "original_investment: 480.5万元\n\nmilestones:\n  - kind: declared\n    date: 2026-03-01\n    total: 120万元\n"
    )


def test_too_many_rows_are_refused_before_they_are_loaded_and_empty_ones_let_be(
    tiny: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zongmu.exchange.workbooks.opening.MAX_ROWS", 200)
    book = _template(tiny, tmp_path)
    page = book["项目·record"]
    _fill(page, 3, name="表里的项目", owner="demo/office")
    for row in range(4, 400):
        page.cell(row, 1).fill = PatternFill("solid", fgColor="FFFF00")
    book.save(tmp_path / "filled.xlsx")
    monkeypatch.setattr("zongmu.exchange.workbooks.opening.load_book", seen := Loads())
    said = tiny.say("import", tmp_path / "filled.xlsx", "--dry-run")
    assert (said.code, "1 条新增" in said.out) == (0, True), said.all
    assert seen.rows == 1 + 2  # hers, and those of the titles
    seen.rows = 0
    for row in range(4, 300):
        page.cell(row, 2).value = "x"
    book.save(tmp_path / "filled.xlsx")
    said = tiny.say("import", tmp_path / "filled.xlsx", "--dry-run")
    assert (said.code, "超过 200 行" in said.err, seen.rows) == (2, True, 0), said.all


class Loads:
    """Loads as ever, and says how many rows the first sheet of records has then."""

    rows = 0

    def __call__(self, file: Any, **how: Any) -> Any:
        book = load_book(file, **how)
        self.rows = book["项目·record"].max_row
        return book


def test_a_sheet_merged_to_its_last_cell_is_refused_before_each_is_made(tiny: Instance, tmp_path: Path) -> None:
    book = _template(tiny, tmp_path)
    for page in book.worksheets:
        page.merged_cells.add("A9:XFD1048576")
    book.save(tmp_path / "filled.xlsx")
    said = tiny.say("import", tmp_path / "filled.xlsx")
    assert (said.code, "[import.unreadable] 工作簿过大" in said.err) == (2, True), said.all


def test_wrong_cells_are_all_named_at_once_and_marked_in_her_own_workbook(tiny: Instance, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    assert tiny.say("export", "demo-2026-0001", "--out", file).code == 0
    book = openpyxl.load_workbook(file)
    page, acts = book["项目·record"], book["里程碑·milestones"]
    _fill(page, 3, region="火星", original_investment="很多", has_data="也许", summary='=DISPIMG("ID_0",1)')
    page.cell(3, _column(page, "summary")).data_type = "s"
    page.cell(3, _column(page, "class")).value = "火箭"
    _fill(acts, 3, date="2026-02-30", warranty="12个月")
    book.save(file)
    before = tiny.read(PROJECT)
    said = tiny.say("import", file, "--marked", tmp_path / "marked.xlsx", "--lang", "en")
    assert said.code == 1
    assert tiny.read(PROJECT) == before
    for name in ("region", "original_investment", "has_data", "class", "summary"):
        assert f"!{page.cell(3, _column(page, name)).coordinate} " in said.out, name
    for name in ("date", "warranty"):
        assert f"milestones!{acts.cell(3, _column(acts, name)).coordinate} " in said.out, name
    shown = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert shown.worksheets[0].title == "To put right"
    assert shown.worksheets[0].max_row == 8
    cell = shown[page.title].cell(3, _column(page, "class"))
    assert cell.value == "火箭"
    assert cell.comment is not None


def test_an_exported_record_comes_back_with_only_what_was_changed(tiny: Instance, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    tiny.say("export", "--out", file)
    assert "没有改动" in tiny.say("import", file).out
    book = openpyxl.load_workbook(file)
    _fill(book.worksheets[0], 3, summary="=新的说明")
    book.worksheets[0].cell(3, _column(book.worksheets[0], "summary")).data_type = "s"
    acts = book["里程碑·milestones"]
    last = max(r for r in range(3, acts.max_row + 1) if acts.cell(r, 1).value == "demo-2026-0001") + 1
    acts.insert_rows(last)
    _fill(acts, last, above0="demo-2026-0001", kind="签订合同", date="2026年3月20日", role="承建", amount=100)
    book.save(file)
    before = tiny.read(PROJECT)
    said = tiny.say("import", file)
    after = tiny.read(PROJECT)
    assert said.code == 0, said.all
    assert after.startswith(before.split("owner:")[0])
    assert after.endswith("  - kind: contract_signed\n    date: 2026-03-20\n    role: build\n    amount: 100万元\n")


def test_an_empty_template_for_a_registered_project_adds_and_takes_nothing_away(tiny: Instance, tmp_path: Path) -> None:
    before = tiny.read(PROJECT)
    book = _template(tiny, tmp_path)
    _fill(book["项目·record"], 3, id="demo-2026-0001", name="示例平台")
    _fill(book["里程碑·milestones"], 3, above0="demo-2026-0001", kind="开工", date="2026-06-01")
    book.save(tmp_path / "b.xlsx")
    said = tiny.say("import", tmp_path / "b.xlsx")
    assert said.code == 0, said.all
    assert tiny.read(PROJECT) == f"{before}  - kind: build_started\n    date: 2026-06-01\n"


def test_an_id_that_a_row_brings_is_not_given_to_another_row(tiny: Instance, tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    assert tiny.say("template", "project", "--out", file).code == 0
    book = openpyxl.load_workbook(file)
    _fill(book["项目·record"], 3, name="没有编号的项目", owner="示例财政局")
    _fill(book["项目·record"], 4, id="demo-2026-0003", name="有编号的项目", owner="示例财政局")
    book.save(file)
    said = tiny.say("import", file)
    assert said.code == 0, said.all
    names = {n: tiny.read(f"registry/projects/demo/finance/demo-2026-000{n}.yaml") for n in (3, 4)}
    assert ("name: 有编号的项目\n" in names[3], "name: 没有编号的项目\n" in names[4]) == (True, True)


def test_a_unit_is_exported_by_its_name_and_an_unknown_one_is_no_empty_sheet(tiny: Instance, tmp_path: Path) -> None:
    file = tmp_path / "u.xlsx"
    for unit in ("demo/office", "示例办公室"):
        said = tiny.say("export", "--unit", unit, "--out", file)
        assert (said.code, "已写出 2 条" in said.out) == (0, True), said.all
    for unit in ("demo/nobody", "火星局"):
        said = tiny.say("export", "--unit", unit, "--out", file)
        assert (said.code, "[cli.bad-value]" in said.err) == (2, True), said.all


def test_what_is_no_workbook_of_ours_says_so(tiny: Instance, tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for n in range(7):
            made.writestr(f"xl/{n}.xml", b"0" * (30 * 1024 * 1024))
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    for data, told in (
        (b"", "--map"),
        (b"PK\x03\x04", "--map"),
        (b"name\nx\n", "--map"),
        (empty.getvalue(), "另存为 .xlsx"),
        (bomb.getvalue(), "工作簿过大"),
    ):
        file = tmp_path / "x.xlsx"
        file.write_bytes(data)
        said = tiny.say("import", file)
        assert (said.code, "怎么办" in said.err) == (2, True)
        assert told in said.err
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    file.write_bytes(out.getvalue())
    assert "zongmu template" in tiny.say("import", file).err


def _changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def test_a_part_that_no_sheet_needs_a_false_encoding_and_a_sheet_named_often_are_told(
    tiny: Instance, tmp_path: Path
) -> None:
    page = (book := _template(tiny, tmp_path))["项目·record"]
    _fill(page, 3, name="表里的项目", original_investment="很多")
    _fill(book["里程碑·milestones"], 3, above0="表里的项目", kind="declared", date=dt.date(2026, 3, 1))
    file = tmp_path / "filled.xlsx"
    book.save(file)
    good = file.read_bytes()
    sheet = b'<sheet name="n%d" sheetId="%d" r:id="rId1" xmlns:r="urn:r"/>'
    many = b"".join(sheet % (n, n) for n in range(100, 700))
    spare = io.BytesIO(good)
    with zipfile.ZipFile(spare, "a") as packed:
        packed.writestr("xl/worksheets/spare.xml", b"<f>")
    lost = spare.getvalue().replace(b"xl/worksheets/spare.xml", b"xl/worksheets/spore.xml", 1)
    for data in (
        lost,
        _changed(good, "xl/styles.xml", lambda x: b'<?xml version="1.0" encoding="hex"?>' + x),
        _changed(good, "xl/workbook.xml", lambda x: x.replace(b"</sheets>", many + b"</sheets>")),
    ):
        file.write_bytes(data)
        said = tiny.say("import", file, "--dry-run")
        assert (said.code, "[import.unreadable]" in said.err) == (2, True), said.all
    assert "工作簿过大" in said.err
    # What reading lets pass and writing does not: every cell is told, and the copy is not made.
    file.write_bytes(_changed(good, "xl/worksheets/sheet3.xml", lambda x: x.replace(b't="inlineStr"', b't="d"')))
    said = tiny.say("import", file, "--dry-run", "--marked", tmp_path / "marked.xlsx")
    assert (said.code, "另存不了" in said.out, (tmp_path / "marked.xlsx").exists()) == (1, True, False), said.all
