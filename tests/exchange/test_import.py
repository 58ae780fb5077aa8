"""``zongmu import``: rows to project files, facts only, with what was understood of every column."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.exchange.test_table_reader import as_csv, as_xlsx
from tests.instances import Instance, Said, make
from tests.shared import REPO, SHARED, needs_shared
from zongmu.store import atomic
from zongmu.store.reading.reader import parse_exact

HEAD = ["编号", "名称", "采购单位", "发布日期", "限价（万元）", "网址", "有数据"]
ROWS: list[list[Any]] = [
    HEAD,
    ["A-1", "智慧城管平台", "某局", "2026-03-01", "480.5", "https://example.org/1", "是"],
    ["A-2", "　政务　云扩容 ", "某中心", "2026年3月2日", "１，２００", "https://example.org/2", "无"],
    ["A-3", "运维服务", "", "2026/3/3 9:30", "12万元", "/", ""],
]
MAPPING = """\
format: 1
jurisdiction: demo
folder: registrar
key: 编号
year: 发布日期
opening:
  date: 发布日期
  stage: procurement
  title: 某市公告
  url: 网址
columns:
  - { column: 名称, field: name, as: line, required: true }
  - { column: 采购单位, field: buyer_name, as: line }
  - { column: 发布日期, field: milestones/procurement_announced/date, as: day, required: true }
  - { column: 限价（万元）, field: milestones/procurement_announced/limit_price, as: money }
  - { column: 有数据, field: has_data, as: flag }
ignore: [编号, 网址]
"""


@pytest.fixture
def city(tmp_path: Path) -> Instance:
    """An instance whose city has no encoded measure."""
    one = make(tmp_path / "instance")
    one.edit("registry/registry.yaml", ", measures: [demo_2025]", "")
    for path in sorted((one.root / "registry" / "projects").rglob("*.yaml")):
        path.unlink()
    return one


def table(city: Instance, rows: list[list[Any]] = ROWS, mapping: str = MAPPING) -> tuple[Path, Path]:
    place = city.root.parent
    (place / "map.yaml").write_text(mapping, encoding="utf-8")
    return as_csv(place / "公告.csv", rows), place / "map.yaml"


def bring(city: Instance, rows: list[list[Any]] = ROWS, mapping: str = MAPPING, *more: str) -> Said:
    csv, map = table(city, rows, mapping)
    return city.say("import", csv, "--map", map, *more)


def made(city: Instance) -> dict[str, Any]:
    """The projects there are, by the name of their file."""
    out = {}
    for path in sorted((city.root / "registry" / "projects").rglob("*.yaml")):
        parsed = parse_exact(path.read_bytes(), path.name)
        assert parsed.findings == ()
        out[path.stem] = parsed.value
    return out


def one_row(**change: str) -> list[list[Any]]:
    row = dict(zip(HEAD, ROWS[1], strict=True)) | change
    return [HEAD, [row[h] for h in HEAD]]


# ── what goes in ──


def test_rows_become_projects_that_check(city: Instance) -> None:
    said = bring(city)
    assert (said.code, said.err) == (0, "")
    assert "已新建 registry/organizations/demo/registrar.yaml" in said.out, "who registers them was not registered"
    assert city.say("check").code == 0
    projects = made(city)
    assert list(projects) == ["demo-2026-0001", "demo-2026-0002", "demo-2026-0003"]
    assert projects["demo-2026-0001"] == {
        "format": 1,
        "id": "demo-2026-0001",
        "jurisdiction": "demo",
        "name": "智慧城管平台",
        "buyer_name": "某局",
        "has_data": True,
        "milestones": [
            {
                "kind": "opened",
                "date": "2026-03-01",
                "stage": "procurement",
                "source": {"title": "某市公告", "url": "https://example.org/1", "row": "A-1"},
            },
            {"kind": "procurement_announced", "date": "2026-03-01", "limit_price": "480.5万元"},
        ],
    }


def test_messy_cells_are_understood_and_echoed(city: Instance) -> None:
    said = bring(city)
    second, third = made(city)["demo-2026-0002"], made(city)["demo-2026-0003"]
    assert second["name"] == "政务 云扩容"
    assert second["milestones"][1] == {"kind": "procurement_announced", "date": "2026-03-02", "limit_price": "1200万元"}
    assert second["has_data"] is False
    assert third["milestones"][1] == {"kind": "procurement_announced", "date": "2026-03-03", "limit_price": "12万元"}
    for echo in (
        "第 3 行 发布日期：2026年3月2日 → 2026-03-02",
        "第 3 行 限价（万元）：１，２００ → 1200万元",
        "第 4 行 限价（万元）：12万元",
    ):
        if echo.startswith("第 4"):
            assert echo not in said.out, "what was written in the canonical way needs no echo"
        else:
            assert echo in said.out


def test_what_is_unknown_stays_unknown(city: Instance) -> None:
    bring(city)
    third = made(city)["demo-2026-0003"]
    assert "buyer_name" not in third
    assert "has_data" not in third
    assert "url" not in third["milestones"][0]["source"]


def test_the_yield_of_every_column(city: Instance) -> None:
    lines = [line.split() for line in bring(city).out.splitlines()]
    assert ["列", "字段", "有内容", "读懂", "读不懂", "空"] in lines
    assert ["采购单位", "buyer_name", "2", "2", "0", "1"] in lines
    assert ["编号", "（不导入）", "3", "-", "-", "0"] in lines
    assert ["有数据", "has_data", "2", "2", "0", "1"] in lines


def test_a_column_for_two_fields_is_counted_for_each(city: Instance) -> None:
    mapping = MAPPING.replace(
        "ignore:", "  - { column: 采购单位, field: milestones/procurement_announced/date, as: day }\nignore:"
    )
    mapping = mapping.replace(
        "  - { column: 发布日期, field: milestones/procurement_announced/date, as: day, required: true }\n", ""
    )
    lines = [line.split() for line in bring(city, ROWS, mapping).out.splitlines()]
    assert ["采购单位", "buyer_name", "2", "2", "0", "1"] in lines
    assert ["采购单位", "milestones/procurement_announced/date", "2", "0", "2", "1"] in lines


def test_english(city: Instance) -> None:
    said = bring(city, ROWS, MAPPING, "--lang", "en")
    assert "3 rows: added 3 projects, 0 there already, 0 left out" in said.out
    assert "row 3 发布日期: 2026年3月2日 → 2026-03-02" in said.out


def test_a_spreadsheet_gives_the_same_files(city: Instance, tmp_path: Path) -> None:
    bring(city)
    from_csv = {p.name: p.read_bytes() for p in (city.root / "registry" / "projects").rglob("*.yaml")}
    other = make(tmp_path / "other")
    for path in (other.root / "registry" / "projects").rglob("*.yaml"):
        path.unlink()
    _, map = table(city)
    assert other.say("import", as_xlsx(tmp_path / "a.xlsx", ROWS), "--map", map).code == 0
    from_xlsx = {p.name: p.read_bytes() for p in (other.root / "registry" / "projects").rglob("*.yaml")}
    assert from_csv == from_xlsx
    assert len(from_csv) == 3


def test_numbers_and_days_that_are_cells_and_not_text(city: Instance) -> None:
    import datetime as dt

    rows = [HEAD, [7, "平台", "某局", dt.datetime(2026, 3, 1), 480.5, None, True]]
    _, map = table(city)
    assert city.say("import", as_xlsx(city.root.parent / "a.xlsx", rows), "--map", map).code == 0
    project = made(city)["demo-2026-0001"]
    assert project["milestones"][0]["source"]["row"] == "7"
    assert project["milestones"][1]["limit_price"] == "480.5万元"
    assert project["has_data"] is True


def test_a_table_of_an_old_program(city: Instance) -> None:
    _, map = table(city)
    csv = as_csv(city.root.parent / "old.csv", ROWS, "gb18030")
    assert city.say("import", csv, "--map", map).code == 0
    assert made(city)["demo-2026-0001"]["name"] == "智慧城管平台"


# ── again ──


def test_the_same_table_again_adds_nothing(city: Instance) -> None:
    bring(city)
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (city.root / "registry").rglob("*.yaml")}
    said = bring(city)
    assert said.code == 0
    assert "新增 0 个项目，已有 3 个，未导入 0 行" in said.out
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in (city.root / "registry").rglob("*.yaml")} == before


def test_new_rows_take_the_next_numbers_of_their_year(city: Instance) -> None:
    bring(city)
    rows = [*ROWS, ["B-1", "甲", "", "2026-05-01", "", "", ""], ["B-2", "乙", "", "2025-05-01", "", "", ""]]
    assert "新增 2 个项目，已有 3 个" in bring(city, rows).out
    assert list(made(city))[-1] == "demo-2026-0004"
    assert "demo-2025-0001" in made(city)


def test_the_keys_of_another_table_are_not_those_of_this_one(city: Instance) -> None:
    bring(city)
    said = bring(city, ROWS, MAPPING.replace("title: 某市公告", "title: 另一张表"))
    assert "新增 3 个项目，已有 0 个" in said.out


def test_no_number_is_given_out_twice(city: Instance) -> None:
    """Neither that of a file that is broken, nor one that was given out and taken back."""
    city.write("registry/projects/demo/other/demo-2026-0007.yaml", "a: [\n")
    city.edit(
        "registry/registry.yaml",
        'region: "150600"',
        'region: "150600", gaps: [{year: 2026, serial: 0008-0011, reason: 撤回}]',
    )
    bring(city)
    assert sorted(p.stem for p in (city.root / "registry" / "projects" / "demo" / "registrar").iterdir()) == [
        "demo-2026-0012",
        "demo-2026-0013",
        "demo-2026-0014",
    ]
    assert city.read("registry/projects/demo/other/demo-2026-0007.yaml") == "a: [\n"


def test_a_row_whose_file_no_longer_fits_the_schema_is_known_all_the_same(city: Instance) -> None:
    bring(city)
    city.append("registry/projects/demo/registrar/demo-2026-0002.yaml", "nonsense: 1\n")
    assert "新增 0 个项目，已有 3 个" in bring(city).out


def test_nothing_is_written_on_trial(city: Instance) -> None:
    said = bring(city, ROWS, MAPPING, "--dry-run")
    assert said.code == 0
    assert "将新增 3 个项目" in said.out
    assert made(city) == {}


# ── what does not go in ──


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"名称": ""}, "第 2 行 名称：必需的一格是空的（整行未导入）"),
        ({"发布日期": "去年"}, "第 2 行 发布日期：“去年”不是日期"),
        ({"发布日期": "2026-02-30"}, "没有“2026-02-30”这一天"),
        ({"编号": " "}, "第 2 行 编号：没有行键（整行未导入）"),
        ({"名称": "长" * 201}, "第 2 行 名称：name（项目名称）有 201 个字"),
        ({"名称": "平台\x07\x1b[31m"}, "含有"),
        ({"名称": "平台\u202e倒"}, "第 2 行 名称：含有不得入库的内容"),
        ({"采购单位": "身份证 110101198003076638"}, "含有不得入库的内容（居民身份证号码）"),
        ({"网址": "javascript:alert(1)"}, "第 2 行 网址：url（网址）的写法不对"),
    ],
)
def test_a_row_that_cannot_go_in_is_told_with_row_column_and_reason(
    change: dict[str, str], reason: str, city: Instance
) -> None:
    rows = [*one_row(**change), ROWS[2]]
    said = bring(city, rows)
    assert said.code == 1
    assert reason in said.out
    assert "新增 1 个项目，已有 0 个，未导入 1 行" in said.out
    assert [p["name"] for p in made(city).values()] == ["政务 云扩容"]
    assert "110101198003076638" not in said.all
    assert {c for c in said.all if not c.isprintable()} <= {"\n"}


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"限价（万元）": "面议"}, "第 2 行 限价（万元）：“面议”不是金额\n", "limit_price"),
        ({"限价（万元）": "1,2345"}, "不是金额", "limit_price"),
        ({"有数据": "部分"}, "“部分”不是是或否", "has_data"),
    ],
)
def test_a_cell_that_cannot_be_read_costs_that_cell(
    change: dict[str, str], reason: str, field: str, city: Instance
) -> None:
    said = bring(city, one_row(**change))
    assert said.code == 0
    assert reason in said.out
    assert field not in str(made(city)["demo-2026-0001"])
    assert city.say("check").code == 0


def test_the_same_key_twice(city: Instance) -> None:
    said = bring(city, [*ROWS, ROWS[1]])
    assert said.code == 1
    assert "第 5 行 编号：行键与第 2 行相同（整行未导入）" in said.out
    assert len(made(city)) == 3


def test_a_row_that_is_too_short(city: Instance) -> None:
    said = bring(city, [HEAD, ["A-1", "平台"], ROWS[2]])
    assert said.code == 1
    assert "Traceback" not in said.all
    assert len(made(city)) == 1


def test_a_row_whose_columns_have_shifted_does_not_go_in(city: Instance) -> None:
    csv, mapping = table(city)
    csv.write_text(csv.read_text(encoding="utf-8").replace("480.5,", "1,280,"), encoding="utf-8")
    said = city.say("import", csv, "--map", mapping)
    assert "第 2 行 编号：比表头多出 1 格" in said.out
    assert "新增 2 个项目，已有 0 个，未导入 1 行" in said.out


def test_what_belongs_to_an_act_without_a_day_is_told_and_not_lost(city: Instance) -> None:
    mapping = MAPPING.replace(
        "procurement_announced/date, as: day, required: true", "procurement_announced/date, as: day"
    )
    mapping = mapping.replace("year: 发布日期", "year: 登记日期").replace("  date: 发布日期", "  date: 登记日期")
    rows = [[*HEAD, "登记日期"], [*one_row(发布日期="")[1], "2026-06-01"]]
    said = bring(city, rows, mapping)
    assert said.code == 0
    assert "第 2 行 限价（万元）：没有读懂采购公告的日期" in said.out
    assert [m["kind"] for m in made(city)["demo-2026-0001"]["milestones"]] == ["opened"]
    assert ["限价（万元）", "milestones/procurement_announced/limit_price", "1", "0", "1", "0"] in [
        x.split() for x in said.out.splitlines()
    ]


def test_a_personal_number_in_the_wrong_column_is_not_repeated(city: Instance) -> None:
    said = bring(city, one_row(**{"限价（万元）": "联系人 13912345678", "有数据": "身份证 110101198003076638"}))
    assert "13912345678" not in said.all
    assert "110101198003076638" not in said.all


def test_only_so_many_troubles_are_listed(city: Instance) -> None:
    rows = [HEAD, *[[f"K{n}", "", "", "", "", "", ""] for n in range(100)]]
    said = bring(city, rows)
    assert said.code == 1
    assert "…" in said.out
    assert len(said.out.splitlines()) < 80


# ── a mapping that is wrong ──


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("field: name,", "field: nam,", "map.yaml:12:26: "),
        ("field: name,", "field: nam,", "是不是 name"),
        ("field: buyer_name", "field: name", "name 写了两次"),
        ("procurement_announced/limit_price", "procurement_announce/limit_price", "没有里程碑种类"),
        ("procurement_announced/limit_price", "procurement_announced/price", "没有字段"),
        ("procurement_announced/limit_price", "procurement_announced/documents", "是列表"),
        ("field: buyer_name", "field: tags", "是列表"),
        ("field: buyer_name", "field: security", "没有字段"),
        ("field: buyer_name", "field: id", "由导入程序填写"),
        ("field: buyer_name", "field: name/first", "没有字段"),
        ("as: money", "as: amount", "map.yaml:15:"),
        ("as: money", "as: amount", "as（读作）不能是 amount"),
        ("as: money", "as: line", "要读作 money"),
        ("date, as: day", "received, as: day", "还要有 milestones/procurement_announced/date"),
        ("  date: 发布日期\n", "", "date（日期列）和 day（日期）写一个"),
        ("key: 编号\n", "", "key"),
        ("folder: registrar", "folder: Registrar", "folder"),
        ("format: 1", "format: 1\nformat: 1", "map.yaml:2:1: "),
        ("columns:", "columns: [\ncolumns:", "map.yaml:"),
        ("key: 编号", "key: 序号", "表里没有这些列：序号"),
        ("url: 网址", "url: 链接", "表里没有这些列：链接"),
        ("column: 采购单位", "column: 购买单位", "购买单位"),
        ("jurisdiction: demo", "jurisdiction: elsewhere", "registry.yaml 里没有辖区 elsewhere"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_with_its_place(old: str, new: str, told: str, city: Instance) -> None:
    assert MAPPING.count(old) >= 1
    said = bring(city, ROWS, MAPPING.replace(old, new, 1))
    assert said.code == 2
    assert told in said.err
    assert "Traceback" not in said.err
    assert made(city) == {}


def test_nested_fields_and_constants(city: Instance) -> None:
    more = "constants:\n  - { field: funding_form, value: fiscal }\n  - { field: milestones/contract_signed/role, value: build }\n"
    mapping = MAPPING.replace("field: buyer_name", "field: external_ids/trading") + more
    assert bring(city, ROWS, mapping).code == 0
    first = made(city)["demo-2026-0001"]
    assert first["external_ids"] == {"trading": "某局"}
    assert first["funding_form"] == "fiscal"
    assert [m["kind"] for m in first["milestones"]] == ["opened", "procurement_announced"], (
        "an act without a day is none"
    )
    assert city.say("check").code == 0


def test_a_list_of_intentions_with_a_header_in_two_rows_and_a_total(city: Instance) -> None:
    mapping = """\
format: 1
jurisdiction: demo
folder: registrar
key: 序号
year: 年份
header_row: 2
header_lines: 2
skip: [合计]
opening: { day: 2026-02-01, title: 采购意向 }
columns:
  - { column: 名称#2, field: name, as: line, required: true }
  - { column: 时间 采购（月）, field: planned/procurement_announced, as: month }
  - { column: 时间 批复, field: milestones/approved/date, as: day }
  - { column: 投资（万元）, field: milestones/approved/total, as: money }
"""
    rows = [
        ["某市采购意向"],
        ["序号", "名称", "名称", "时间", "", "投资（万元）", "年份"],
        ["", "", "", "采购（月）", "批复", "", ""],
        ["1", "旧名", "新名", "2026年3月", "2026-1-5", "=1+1", "2025年"],
        ["2", "", "乙", "3月", "46082", "约480万", "2025"],
        ["合 计", "", "", "", "", "480", ""],
    ]
    (city.root.parent / "map.yaml").write_text(mapping, encoding="utf-8")
    said = city.say("import", as_xlsx(city.root.parent / "a.xlsx", rows), "--map", city.root.parent / "map.yaml")
    assert said.code == 0
    first, second = made(city).values()
    assert (first["id"], first["name"], first["planned"]) == (
        "demo-2025-0001", "新名", [{"kind": "procurement_announced", "date": "2026-03"}],
    )  # fmt: skip
    assert [m["date"] for m in first["milestones"]] == ["2026-02-01", "2026-01-05"]
    assert "planned" not in second
    for told in (
        "第 4 行 投资（万元）：公式的结果没有存在文件里",
        "第 5 行 时间 批复：“46082”不是日期（要有年、月、日）；像是表格软件里的 2026-03-01",
        "第 5 行 投资（万元）：“约480万”不是金额：只说了大约",
        "按映射略过的行：6",
        "共 3 行：新增 2 个项目，已有 0 个，未导入 0 行",
    ):
        assert told in said.out
    assert city.say("check").code == 0


def test_codes_are_translated(city: Instance) -> None:
    codes = "codes: [{ text: 某局, code: bureau_a }]"
    mapping = MAPPING.replace("field: buyer_name, as: line", f"field: subtype, as: code, {codes}")
    said = bring(city, ROWS, mapping)
    assert made(city)["demo-2026-0001"]["subtype"] == "bureau_a"
    assert "“某中心”没有对应的代码" in said.out


@pytest.mark.parametrize("name", ["nowhere.csv", "a.pdf"])
def test_a_table_that_cannot_be_read(name: str, city: Instance) -> None:
    _, map = table(city)
    (city.root.parent / "a.pdf").write_bytes(b"%PDF")
    said = city.say("import", city.root.parent / name, "--map", map)
    assert said.code == 2
    assert "[import.unreadable]" in said.err
    assert said.err.startswith(name)


def test_a_mapping_that_is_not_there(city: Instance) -> None:
    csv, _ = table(city)
    assert city.say("import", csv, "--map", city.root / "nowhere.yaml").code == 2


# ── a disk that does not take it ──


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EACCES])
def test_a_failure_leaves_no_half_file_and_the_next_run_goes_on(
    fault: int, city: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, 0

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 4:  # two files and their folders go well: the body's and a project's
            raise OSError(fault, os.strerror(fault))
        real(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", failing)
    said = bring(city)
    assert said.code == 2
    assert "[import.not-written]" in said.err
    assert "Traceback" not in said.err
    folder = city.root / "registry" / "projects" / "demo" / "registrar"
    assert [p.name for p in folder.iterdir()] == ["demo-2026-0001.yaml"]
    monkeypatch.undo()
    assert city.say("check").code == 0
    assert "新增 2 个项目，已有 1 个" in bring(city).out


def test_a_folder_that_is_a_file(city: Instance) -> None:
    (city.root / "registry" / "projects" / "demo").mkdir(parents=True, exist_ok=True)
    city.write("registry/projects/demo/registrar", "x")
    said = bring(city)
    assert said.code == 2
    assert "[import.not-written]" in said.err


def test_what_stands_there_is_never_written_over(city: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else made the file while the table was read."""
    from zongmu.cli.submitting import importing

    path = "registry/projects/demo/registrar/demo-2026-0001.yaml"
    real = importing.import_table

    def meanwhile(*args: Any) -> Any:
        result = real(*args)
        city.write(path, "别人的\n")
        return result

    monkeypatch.setattr(importing, "import_table", meanwhile)
    said = bring(city)
    assert said.code == 2
    assert city.read(path) == "别人的\n"


# ── the real table ──


@needs_shared
def test_the_notices_of_a_real_city(tmp_path: Path) -> None:
    one = make(tmp_path / "instance")
    for path in (one.root / "registry" / "projects").rglob("*.yaml"):
        path.unlink()
    one.edit("registry/registry.yaml", "id: demo, name: 示例市", "id: ningbo, name: 某市")
    one.edit("registry/registry.yaml", ", measures: [demo_2025]", "")
    for path in (one.root / "registry" / "organizations").rglob("*.yaml"):
        path.unlink()
    csv = SHARED / "data" / "china-ningbo-ygcg" / "ningbo_bulletins_it.csv"
    said = one.say("import", csv, "--map", REPO / "examples" / "import" / "ningbo.yaml")
    assert said.code == 0, said.all
    assert "共 480 行：新增 480 个项目，已有 0 个，未导入 0 行" in said.out
    checked = one.report()
    assert checked["exit"] == 0, checked["findings"][:3]
    assert checked["summary"]["projects"] == 480
    again = one.say("import", csv, "--map", REPO / "examples" / "import" / "ningbo.yaml")
    assert "新增 0 个项目，已有 480 个" in again.out

    # A spreadsheet with the same content gives the same files.
    import csv as csv_module

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("公告")
    with csv.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv_module.reader(opened):
            sheet.append([openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    book.save(tmp_path / "same.xlsx")
    before = {p.name: p.read_bytes() for p in (one.root / "registry" / "projects").rglob("*.yaml")}
    for path in (one.root / "registry" / "projects").rglob("*.yaml"):
        path.unlink()
    assert one.say("import", tmp_path / "same.xlsx", "--map", REPO / "examples" / "import" / "ningbo.yaml").code == 0
    assert {p.name: p.read_bytes() for p in (one.root / "registry" / "projects").rglob("*.yaml")} == before


def test_what_a_spreadsheet_shows_for_no_result_is_no_name(city: Instance, capfd: pytest.CaptureFixture[str]) -> None:
    said = bring(city, one_row(名称="#REF!", 采购单位="#N/A"))
    assert (said.code, made(city)) == (1, {})
    assert "第 2 行 名称：公式没有算出结果" in said.out
    assert "第 2 行 采购单位：公式没有算出结果" in said.out
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(HEAD)
    page.append(["A-1", "甲", "", 99_999_999, "480.5", "/", ""])
    page["D2"].number_format = "yyyy-mm-dd"
    book.save(file := city.root.parent / "a.xlsx")
    said = city.say("import", file, "--map", table(city)[1])
    assert "第 2 行 发布日期：公式没有算出结果" in said.out, said.all
    assert "Warning" not in said.all + capfd.readouterr().err


def test_a_mapping_of_another_form_or_without_end(city: Instance) -> None:
    said = bring(city, ROWS, MAPPING.replace("field: name", "field: __class__/__init__"))
    assert (said.code, "map.yaml:12:26: 无法运行 [import.unreadable] " in said.err) == (2, True), said.all
    for words in (("公告.csv", "--map", "/dev/zero"), ("/dev/zero",)):
        said = city.say("import", city.root.parent / words[0], *words[1:])
        assert (said.code, "[import.unreadable]" in said.err) == (2, True), said.all
