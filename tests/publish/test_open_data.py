"""The open data: every format says the same, hostile text is text in all of them, and nothing of the clock is in a byte."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.browser import need_chromium, rendered
from tests.publish.instance import build, project, review, write_endorsements, write_instance
from tests.publish.test_released import _public
from tests.shared import SHARED, needs_shared
from zongmu.cli.publishing.serve import make_server
from zongmu.publish.open_data.spreadsheet import cell_text

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+SUM(1+9)",
    "-2+3",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "＝cmd|' /C notepad'!'A1'",
    "﹢1",
    "\u00a0=1+1",
    "\u3000＠SUM(1)",
    "#REF!",
    "a,b;c\"d'e",
    "</t></is></c><c><f>1+1</f></c>",
    "_x003D_1+1",
    "'; DROP TABLE projects; --",
    "]]>&amp;<!--",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose projects have hostile texts, payments, reports, a name of every sort."""
    root = tmp_path_factory.mktemp("instance")
    rows = [
        project(
            1,
            region="150690",
            partners=["shili/ju", "shili/shuju"],
            government_investment=True,
            payments=[
                {"seq": 1, "date": "2026-04-01", "contract": 1, "amount": "0.01元"},
                {"seq": 2, "date": "2026-05-01", "contract": 1, "amount": "12345678.9万元"},
            ],
            progress=[{"date": "2026-04-30", "percent": "41.5%"}],
            planned=[
                {"kind": "completed", "date": "2026-09"},
                {"kind": "completed", "date": "2026-12"},
            ],  # in two parts
        )
    ]
    for n, text in enumerate(HOSTILE, 2):
        more = project(n, name=text.strip(), summary=text.strip())
        more["milestones"][1]["supplier"] = text.strip()
        rows.append(more)
    write_instance(root, [*rows, project(90)])
    row = review(_public(root, 90), "withheld", ground="trade_secret")
    write_endorsements(root, "shili-2026-0090", {"disclosure_reviews": [row]})
    (root / "schema").mkdir()
    (root / "schema/project.schema.json").write_text(
        '{"$id": "https://registry.example/schema/project.schema.json", "title": "项目 Project"}\n'
    )
    build(root)
    return root / "public"


def projects(site: Path) -> dict[str, dict[str, Any]]:
    """The projects as the JSON has them."""
    whole = json.loads((site / "data/projects.json").read_text("utf-8"))
    return {row["project"]["id"]: row for row in whole["projects"]}


def read_csv(site: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table as a reader of CSV gets them."""
    return list(csv.DictReader(io.StringIO((site / f"data/csv/{name}.csv").read_text("utf-8-sig"), newline="")))


def read_parquet(site: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a table as a reader of Parquet gets them."""
    from pyarrow import parquet

    rows: list[dict[str, Any]] = parquet.read_table(site / f"data/parquet/{name}.parquet").to_pylist()
    return rows


def read_sqlite(site: Path, query: str) -> list[dict[str, Any]]:
    """What the database answers."""
    with sqlite3.connect(f"file:{site / 'data/zongmu.sqlite'}?mode=ro", uri=True) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(query)]


def metadata(site: Path) -> dict[str, Any]:
    """The CSVW metadata."""
    found: dict[str, Any] = json.loads((site / "data/csv/csv-metadata.json").read_text("utf-8"))
    return found


def typed(datatype: Any, separator: str | None, cell: str) -> Any:
    """A cell as its CSVW datatype reads it."""
    if cell == "":
        return None
    if separator is not None:
        return [part.removeprefix("'") for part in cell.split(separator)]
    base = datatype["base"] if isinstance(datatype, dict) else datatype
    match base:
        case "integer":
            return int(cell)
        case "boolean":
            return {"true": True, "false": False}[cell]
        case "decimal":
            return Decimal(cell)
        case "date":
            return dt.date.fromisoformat(cell)
        case _:
            return cell.removeprefix("'")


def test_every_table_says_the_same_in_csv_parquet_sqlite_and_xlsx(site: Path) -> None:
    book = load_workbook(
        site / "data/zongmu.xlsx", read_only=True
    )  # as a stream, which believes the size a sheet states
    sheets = {row[1]: row[0] for row in book["字段"].iter_rows(min_row=2, values_only=True)}
    tables = [table for table in metadata(site)["tables"] if not re.search(r"-[0-9]{4}\.csv$", table["url"])]
    assert len(tables) == 24
    for table in tables:
        name = table["url"].removesuffix(".csv")
        columns = table["tableSchema"]["columns"]
        rows = [
            {c["name"]: typed(c["datatype"], c.get("separator"), row[c["name"]]) for c in columns}
            for row in read_csv(site, name)
        ]
        assert rows == read_parquet(site, name), name
        money = {c["name"] for c in columns if isinstance(c["datatype"], dict) and c["datatype"]["base"] == "decimal"}
        for mine, theirs in zip(rows, read_sqlite(site, f"SELECT * FROM {name}"), strict=True):
            for column, value in mine.items():
                if column in money:
                    assert theirs[f"{column}_fen"] == (None if value is None else value * 100)
                elif isinstance(value, list):
                    assert theirs[column] == ";".join(value)
                else:
                    assert theirs[column] == (value.isoformat() if isinstance(value, dt.date) else value)
        sheet = book[sheets[name]]
        assert [c.value for c in sheet[2]] == [c["name"] for c in columns]
        for mine, cells in zip(rows, sheet.iter_rows(min_row=3), strict=True):
            for (column, value), cell in zip(mine.items(), cells, strict=True):
                said = cell.value
                if column in money and value is not None:
                    said = Decimal(str(said)).quantize(Decimal("0.01"))
                elif isinstance(value, list):
                    value = ";".join(value)
                elif isinstance(value, dt.date):
                    said = said.date()
                elif isinstance(value, str):
                    said = said.removeprefix("'")
                assert said == value, (name, column)


def test_the_tables_say_what_the_json_says(site: Path) -> None:
    rows = {row["id"]: row for row in read_parquet(site, "projects")}
    whole = projects(site)
    assert rows.keys() == whole.keys()
    for id, row in rows.items():
        public, derived = whole[id]["project"], whole[id]["derived"]
        for column in ("name", "summary", "owner", "class", "partners", "government_investment"):
            assert row[column] == public.get(column), (id, column)
        for rung in derived["ladder"]:
            fen = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
            text = rung["amount"]
            unit = next(u for u in ("万元", "亿元", "元") if text.endswith(u))
            assert row[rung["step"]] * 100 == Decimal(text.removesuffix(unit)) * fen[unit]
    assert rows["shili-2026-0001"]["paid"] == Decimal("123456789000.01")
    assert [r["withheld"] for r in read_sqlite(site, "SELECT id AS withheld FROM withheld_projects")] == [
        "shili-2026-0090"
    ]
    acts = read_parquet(site, "milestones")
    assert len(acts) == sum(len(row["project"]["milestones"]) for row in whole.values())
    lines = (site / "data/projects.ndjson").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(whole.values())


def test_no_cell_is_a_formula_whatever_the_record_says(site: Path) -> None:
    for file in (site / "data/csv").glob("*.csv"):
        for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")):
            for cell in row:
                assert (
                    not cell.strip().translate({0xFF1D: "=", 0xFF20: "@", 0xFE62: "+"}).startswith(("=", "+", "-", "@"))
                )
    book = load_workbook(site / "data/zongmu.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d", "b"}, kinds
    with zipfile.ZipFile(site / "data/zongmu.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_the_open_spreadsheet_says_what_the_workbook_says_with_no_formula_in_it(site: Path) -> None:
    with zipfile.ZipFile(site / "data/zongmu.ods") as archive:
        assert archive.testzip() is None
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        content = archive.read("content.xml")
    assert b"table:formula" not in content
    sheets = {
        one.get(f"{_ODF}table:1.0}}name"): list(read_ods(one))
        for one in ET.fromstring(content).iter(f"{_ODF}table:1.0}}table")
    }
    book = load_workbook(site / "data/zongmu.xlsx", read_only=True)
    titles = {sheet.title for sheet in book if sheet.title != "字段"}
    assert set(sheets) == titles
    for sheet in book:
        if sheet.title in ("说明", "字段"):
            continue
        theirs = [[_said(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert sheets[sheet.title] == theirs, sheet.title
    notes = {row[0]: row[1] for row in sheets["说明"]}
    assert notes["licence"] == "CC-BY-4.0"
    assert "demonstration" in notes


@pytest.mark.parametrize("text", ["a", " a", "a ", "  a   b  ", "a\n\nb", "a\tb", '<a>&"b"', " \n "])
def test_spaces_and_lines_of_a_text_are_kept_in_the_open_spreadsheet(text: str) -> None:
    from zongmu.publish.open_data.ods_file import _HEAD, _texts_row

    spaces = _HEAD.partition("><")[0] + ">"
    (row,) = read_ods(ET.fromstring(f"{spaces}{_texts_row([text])}</office:document-content>"))
    assert row == [text if text[:1].strip() else f"'{text}" if text[0] in "\t\n" else text]


_ODF = "{urn:oasis:names:tc:opendocument:xmlns:"


def read_ods(sheet: ET.Element) -> Iterator[list[Any]]:
    """The rows of a sheet as values: numbers exact, runs of spaces as OpenDocument writes them."""
    office, text = f"{_ODF}office:1.0}}", f"{_ODF}text:1.0}}"
    for row in sheet.iter(f"{_ODF}table:1.0}}table-row"):
        out: list[Any] = []
        for cell in row:
            kind = cell.get(f"{office}value-type")
            if kind == "float":
                out.append(Decimal(cell.get(f"{office}value", "")))
            elif kind == "boolean":
                out.append(cell.get(f"{office}boolean-value") == "true")
            elif kind == "date":
                out.append(cell.get(f"{office}date-value"))
            elif kind == "string":
                out.append("\n".join(_paragraph(p, text) for p in cell.iter(f"{text}p")))
            else:
                out.append(None)
        yield out


def _paragraph(p: ET.Element, text: str) -> str:
    """The text of a paragraph: what is written is collapsed first, then come the spaces that are elements."""
    out = re.sub(" +", " ", p.text or "").lstrip(" ")
    for child in p:
        out += "\t" if child.tag == f"{text}tab" else " " * int(child.get(f"{text}c", "1"))
        out += re.sub(" +", " ", child.tail or "")
    return out


def _said(cell: Any) -> Any:
    """A cell of the workbook as the open spreadsheet has it."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    return cell.replace("_x000D_", "\r").replace("\r\n", "\n") if isinstance(cell, str) else cell


@needs_shared
def test_payloads_made_for_spreadsheets_are_text() -> None:
    from zongmu.publish.open_data.spreadsheet import cell_text

    lines = (SHARED / "payloads/csv-injection-payloads.txt").read_text("utf-8").splitlines()
    lines += [str(text) for text in json.loads((SHARED / "payloads/blns.json").read_text("utf-8"))]
    assert len(lines) > 400
    import unicodedata

    for line in lines:
        plain = unicodedata.normalize("NFKC", cell_text(line)).strip().lstrip("\u200b\ufeff\u200e\u200f\u00ad")
        assert not plain.startswith(("=", "+", "-", "@")), line
        assert not cell_text(line).startswith(("\t", "\r", "\n"))


def test_sums_are_of_every_file_and_hold(site: Path) -> None:
    listed = dict(line.split("  ", 1)[::-1] for line in (site / "SHA256SUMS").read_text("utf-8").splitlines())
    files = [p for folder in ("data", "schema") for p in (site / folder).rglob("*") if p.is_file()]
    for file in [p for p in files if p.suffix != ".html"]:
        path = file.relative_to(site).as_posix()
        assert listed[path] == hashlib.sha256(file.read_bytes()).hexdigest(), path
    page = (site / "data.html").read_text("utf-8")
    for path in listed:
        if path.startswith("data/"):
            assert f'href="{path}"' in page, path


def test_the_licence_and_the_mark_of_a_demonstration_travel_with_every_file(site: Path) -> None:
    uri = "https://creativecommons.org/licenses/by/4.0/"
    assert metadata(site)["dc:license"] == {"@id": uri}
    said = {row["key"]: row["value"] for row in read_sqlite(site, "SELECT * FROM about")}
    assert (said["licence"], said["licence_uri"], said["demonstration"]) == ("CC-BY-4.0", uri, "演示数据，均为虚构。")
    book = load_workbook(site / "data/zongmu.xlsx")
    sheet = {row[0]: row[1] for row in book["说明"].iter_rows(max_col=2, values_only=True)}
    assert sheet["licence_uri"] == uri
    from pyarrow import parquet

    assert parquet.read_schema(site / "data/parquet/projects.parquet").metadata[b"licence_uri"] == uri.encode()
    first = (site / "data/projects.ndjson").read_text("utf-8").splitlines()[0]
    assert json.loads(first)["licence"] == "CC-BY-4.0"


def test_csv_says_what_points_where_and_has_a_row_for_every_foreign_key(site: Path) -> None:
    """CSVW wants a referenced row for every row, so only a column that is never empty has a foreign key."""
    tables = {t["url"]: t["tableSchema"] for t in metadata(site)["tables"]}
    pointing = {
        url: {c["name"]: c["dc:references"]["@id"] for c in schema["columns"] if "dc:references" in c}
        for url, schema in tables.items()
    }
    assert pointing["projects.csv"]["owner"] == "organizations.csv#id"
    assert pointing["contracts.csv"] == {"supplier_org": "organizations.csv#id", "supplier_id": "suppliers.csv#id"}
    seen = 0
    for url, schema in tables.items():
        rows = list(csv.DictReader((site / "data/csv" / url).open(encoding="utf-8-sig", newline="")))
        for key in schema.get("foreignKeys", ()):
            there = site / "data/csv" / key["reference"]["resource"]
            known = {
                row[key["reference"]["columnReference"]]
                for row in csv.DictReader(there.open(encoding="utf-8-sig", newline=""))
            }
            assert {row[key["columnReference"]] for row in rows} <= known, (url, key)
            seen += 1
    assert seen >= 15


def test_the_views_add_up(site: Path) -> None:
    (row,) = read_sqlite(site, "SELECT * FROM project_money WHERE id = 'shili-2026-0001'")
    assert (row["current_yuan"], row["paid_yuan"], row["final_yuan"]) == ("12000000.00", "123456789000.01", None)
    assert read_sqlite(site, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert read_sqlite(site, "PRAGMA foreign_key_check") == []


def test_suppliers_add_up_to_their_pages_by_sqlite_and_by_csv(site: Path) -> None:
    """What a journalist asks first: who was paid how much, by keys that join the files."""
    rows = read_sqlite(
        site,
        "SELECT s.id, s.amount_fen, sum(c.amount_now_fen) AS added FROM suppliers s"
        " JOIN contract_parties p ON p.supplier_id = s.id JOIN contracts c USING (project, key)"
        " WHERE NOT p.member GROUP BY s.id",
    )
    assert rows
    contracts = {(row["project"], row["key"]): row for row in read_csv(site, "contracts")}
    parties = [row for row in read_csv(site, "contract_parties") if row["member"] == "false"]
    for row in rows:
        assert row["added"] == row["amount_fen"], row
        mine = [contracts[p["project"], p["key"]] for p in parties if p["supplier_id"] == row["id"]]
        assert sum(Decimal(c["amount_now"]) for c in mine) * 100 == row["amount_fen"]
        page = (site / "suppliers" / f"{row['id']}.html").read_text("utf-8")
        assert f'<data value="{row["amount_fen"]}"' in page
    assert len(rows) == len(list((site / "suppliers").glob("[nub]*-*.html")))
    paid = read_sqlite(
        site,
        "SELECT sum(amount_fen) AS all_fen, sum(iif(key IS NULL, 0, amount_fen)) AS joined_fen FROM payments"
        " LEFT JOIN (SELECT project, key AS key FROM contracts) c"
        " ON c.project = payments.project AND c.key = payments.contract_key",
    )
    assert paid[0]["all_fen"] == paid[0]["joined_fen"] > 0


def test_a_clock_on_the_wall_is_in_no_file(tmp_path: Path) -> None:
    """Two builds, hours apart and in another time zone, give the same bytes."""
    write_instance(tmp_path, [project(1), project(2)])
    sums = []
    for zone in ("Asia/Shanghai", "America/Lima"):
        out = tmp_path / zone.partition("/")[2]
        code = "import sys; from zongmu.cli.main import main; sys.exit(main(sys.argv[1:]))"
        command = [sys.executable, "-c", code, "build", "--out", str(out)]
        environment = {"TZ": zone, "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "1" if "Lima" in zone else "2"}
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=tmp_path)
        sums.append((out / "SHA256SUMS").read_text("utf-8"))
    assert sums[0] == sums[1]


# ── standards, by their official schemas and shapes ──


@needs_shared
def test_oc4ids_packages_are_valid_under_the_official_schema_and_code_lists(site: Path) -> None:
    from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    folder = SHARED / "oc4ids"
    schema = json.loads((folder / "project-schema.json").read_text("utf-8"))
    wrapper = json.loads((folder / "project-package-schema.json").read_text("utf-8"))
    address = wrapper["properties"]["projects"]["items"]["$ref"]
    registry: Registry[Any] = Registry().with_resources([(address, Resource.from_contents(schema))])
    official = Draft4Validator(wrapper, registry=registry, format_checker=FormatChecker())
    ours = Draft202012Validator(
        json.loads((site / "schema/oc4ids/x_zongmu.schema.json").read_text("utf-8")), format_checker=FormatChecker()
    )
    whole = json.loads((site / "data/oc4ids.json").read_text("utf-8"))
    each = [json.loads(file.read_text("utf-8")) for file in sorted((site / "projects").glob("*.oc4ids.json"))]
    for package in (whole, *each):
        assert [error.message for error in official.iter_errors(package)] == []
    assert [row for package in each for row in package["projects"]] == whole["projects"]
    assert "metrics" in whole["projects"][0]
    for row in whole["projects"]:
        assert [error.message for error in ours.iter_errors(row["x_zongmu"])] == []
        assert set(row) - set(schema["properties"]) == {"x_zongmu"}
        steps = [step["id"] for step in row["milestones"]]
        assert len(steps) == len(set(steps))
        for process in row["contractingProcesses"]:
            assert process["summary"]["contractValue"] == {"amount": 11805000, "currency": "CNY"}
    text = (site / "data/oc4ids.json").read_text("utf-8")
    assert '"amount":0.01,' in text
    assert '"amount":123456789000,' in text
    assert not re.search(r'"amount":-?[0-9]+\.[0-9]{3}', text)


@needs_shared
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_catalogue_conforms_to_the_official_shapes_of_dcat_ap_3(site: Path) -> None:
    from pyshacl import validate
    from rdflib import Graph, URIRef
    from rdflib.compare import isomorphic
    from rdflib.namespace import DCAT, DCTERMS, RDF

    turtle = Graph().parse(site / "catalog.ttl")
    assert isomorphic(turtle, Graph().parse(site / "catalog.jsonld", format="json-ld"))
    assert isomorphic(turtle, Graph().parse(site / "catalog.rdf", format="xml"))
    conforms, _, report = validate(turtle, shacl_graph=str(SHARED / "dcat/dcat-ap-3.0.0/dcat-ap-SHACL.ttl"))
    assert conforms, report
    licences = set(turtle.subject_objects(DCTERMS.license))
    distributions = set(turtle.objects(predicate=DCAT.distribution))
    assert {d for d, _ in licences} >= distributions
    listed = {str(a).removeprefix("https://registry.example/") for a in turtle.objects(predicate=DCAT.downloadURL)}
    assert all((site / path).is_file() for path in listed)
    assert {"data/projects.json", "data/zongmu.sqlite", "data/csv/projects.csv", "data/deadlines.ics"} <= listed
    series = set(turtle.subjects(RDF.type, URIRef(f"{DCAT}DatasetSeries")))
    members = {str(one).rpartition("#")[2] for one in turtle.subjects(URIRef(f"{DCAT}inSeries"), *series)}
    years = sorted({row["year"] for row in read_csv(site, "projects")})
    assert members == {f"projects-{year}" for year in years}
    assert [row for year in years for row in read_csv(site, f"projects-{year}")] == sorted(
        read_csv(site, "projects"), key=lambda row: row["year"]
    )
    feeds = {
        str(a).removeprefix("https://registry.example/") for a in turtle.objects(predicate=DCAT.accessURL)
    } - listed
    assert feeds == {f"{lang}feed.{suffix}" for lang in ("", "en/") for suffix in ("atom", "json")}
    assert all((site / path).is_file() for path in feeds)
    turtle.remove((None, DCAT.accessURL, URIRef("https://registry.example/data/projects.json")))
    assert not validate(turtle, shacl_graph=str(SHARED / "dcat/dcat-ap-3.0.0/dcat-ap-SHACL.ttl"))[0]


def test_the_series_of_years_names_its_first_and_latest_member_and_each_year_the_one_before() -> None:
    from rdflib import Graph, Namespace

    from zongmu.model.finding import Bilingual
    from zongmu.publish.open_data.about import About
    from zongmu.publish.open_data.catalogue import Dataset
    from zongmu.publish.open_data.dcat_ap import catalogue

    text = Bilingual("甲", "A")
    about = About("甲", "A", "https://registry.example/", "甲", None, None, None, "2026-06-30")
    sets = [Dataset(f"projects-{year}", text, text, (), year=year) for year in (2024, 2025, 2027)]
    graph = Graph().parse(data=catalogue(about, [Dataset("all", text, text, ()), *sets])[0])
    dcat, here = Namespace("http://www.w3.org/ns/dcat#"), Namespace("https://registry.example/catalog.ttl#")
    series = here["projects-by-year"]
    assert set(graph.objects(series, dcat["first"])) == {here["projects-2024"]}
    assert set(graph.objects(series, dcat["last"])) == {here["projects-2027"]}
    assert {(a, b) for a, b in graph.subject_objects(dcat["prev"])} == {
        (here["projects-2025"], here["projects-2024"]),
        (here["projects-2027"], here["projects-2025"]),
    }


@needs_shared
def test_data_json_is_valid_dcat_us_3(site: Path) -> None:
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    schemas = [json.loads(file.read_text("utf-8")) for file in (SHARED / "dcat/dcat-us-3.0").glob("*.json")]
    registry: Registry[Any] = Registry().with_resources([(s["$id"], Resource.from_contents(s)) for s in schemas])
    (catalogue,) = (s for s in schemas if s["$id"].endswith("/catalog"))
    check = Draft202012Validator(catalogue, registry=registry, format_checker=FormatChecker())
    data = json.loads((site / "data.json").read_text("utf-8"))
    assert [error.message for error in check.iter_errors(data)] == []
    del data["dataset"][0]["contactPoint"]
    assert not check.is_valid(data)
    assert {one["inSeries"][0]["title"] for one in data["dataset"] if "temporal" in one} == {"按登记年度分的已公开项目"}
    for one in data["dataset"]:
        for file in (f for f in one["distribution"] if "downloadURL" in f):
            path = site / file["downloadURL"].removeprefix("https://registry.example/")
            assert file["checksum"]["checksumValue"] == hashlib.sha256(path.read_bytes()).hexdigest()
            assert (file["byteSize"], file["license"]) == (
                str(path.stat().st_size),
                "https://creativecommons.org/licenses/by/4.0/",
            )


@needs_shared
def test_data_1_1_json_is_valid_dcat_us_1_1_and_lists_the_same_files(site: Path) -> None:
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    folder = SHARED / "dcat/dcat-us-1.1"
    catalogue, dataset = (
        json.loads((folder / f"{n}.json").read_text("utf-8")) for n in ("catalog", "non-federal_dataset")
    )
    registry: Registry[Any] = Registry().with_resources(
        [(s["$id"].rstrip("#"), Resource.from_contents(s)) for s in (catalogue, dataset)]
    )
    check = Draft202012Validator(catalogue, registry=registry, format_checker=FormatChecker())
    data, newer = (json.loads((site / name).read_text("utf-8")) for name in ("data-1.1.json", "data.json"))
    assert [error.message for error in check.iter_errors(data)] == []
    listed, others = (
        {one["identifier"]: [f[key] for f in one["distribution"]] for one in whole["dataset"]}
        for whole, key in ((data, "downloadURL"), (newer, "accessURL"))
    )
    assert listed == others
    del data["dataset"][0]["accessLevel"]
    assert not check.is_valid(data)


def test_every_file_that_the_interface_describes_is_as_it_says(site: Path) -> None:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    described = json.loads((site / "openapi.json").read_text("utf-8"))
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(described, default_specification=_draft())
    )
    seen = 0
    for template, operations in described["paths"].items():
        (operation,) = operations.values()
        ((media, content),) = operation["responses"]["200"]["content"].items()
        for file in sorted(
            site.glob(
                re.sub(r"\{(table|slug)\}", "*", template.lstrip("/")).replace(
                    "{id}", "shili-2026-[0-9][0-9][0-9][0-9]"
                )
            )
        ):
            seen += 1
            schema = content["schema"]
            if "$ref" not in schema:
                continue
            check = Draft202012Validator({"$ref": f"urn:api{schema['$ref']}"}, registry=registry)
            text = file.read_text("utf-8")
            for value in map(json.loads, text.splitlines() if media == "application/x-ndjson" else [text]):
                assert [error.message for error in check.iter_errors(value)] == [], file
    tables = len(list((site / "data/csv").glob("*.csv")))
    shares = len([*site.glob("organizations/*.csv"), *site.glob("districts/*.csv")])
    assert seen == 7 + tables + shares + 3 * 15


def test_the_page_of_the_interface_has_every_address_with_an_example_that_is_there_and_every_field(site: Path) -> None:
    from tests.publish.page import Page

    described = json.loads((site / "openapi.json").read_text("utf-8"))
    for path in ("api.html", "en/api.html"):
        text = (site / path).read_text("utf-8")
        page, shown = Page(text), "".join(Page(text).text)
        assert "https://registry.example" in described["servers"][0]["url"]
        for template, operations in described["paths"].items():
            assert f"GET {template}" in shown.replace("\xa0", " "), template
            assert operations["get"]["operationId"] in page.ids
        examples = re.findall(r"curl -sSf 'https://registry.example/([^']+)'", shown)
        assert len(examples) == len(described["paths"])
        links = {a["href"].removeprefix("../") for a in page.of("a") if "href" in a}
        for example in examples:
            assert (site / example).is_file(), example
            assert example in links
        for name, schema in described["components"]["schemas"].items():
            assert f"schema-{name}" in page.ids
            assert all(f">{field}</code>" in text for field in schema.get("properties", ())), name
        assert {"#" + one for one in page.ids} >= {a["href"] for a in page.of("a") if a.get("href", "").startswith("#")}


def test_what_the_page_of_the_interface_says_in_one_language_is_not_in_the_other(site: Path) -> None:
    page = re.sub(r"<code>.*?</code>", "", (site / "en/api.html").read_text("utf-8").partition("<article")[2])
    stamped = page.partition('id="paths"')[2].partition('id="embed"')[0]
    assert not re.search("[\u4e00-\u9fff]", stamped), re.findall("[\u4e00-\u9fff].{20}", stamped)


@pytest.mark.browser
def test_a_spreadsheet_of_one_project_made_in_the_browser_says_what_its_json_says_and_has_no_formula(
    site: Path, tmp_path: Path
) -> None:
    """Of some projects at once: each page in a frame, its button pressed, the file taken where it would be saved."""
    need_chromium()
    known = {id: data for id, data in projects(site).items() if int(id[-4:]) in (1, 2, 6, 8, 12)}
    frames = "".join(f'<iframe src="projects/{id}.html"></iframe>' for id in known)
    script = (
        "addEventListener('load', () => { const made = {}; for (const w of [...document.querySelectorAll('iframe')].map(f => f.contentWindow)) {"
        "  const id = w.location.pathname.split('/').pop().split('.')[0];"
        "  w.URL.createObjectURL = blob => { const r = new FileReader(); r.onload = () => {"
        "    made[id] = r.result.split(',')[1]; document.title = JSON.stringify(made) }; r.readAsDataURL(blob); return '#' };"
        "  w.document.querySelector('#zm-json ~ button').click() } })"
    )
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site/frames.html").write_text(
        f"<!doctype html><title></title>{frames}<script>{script}</script>", "utf-8"
    )
    server = make_server(tmp_path / "site", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = rendered(f"http://127.0.0.1:{server.server_address[1]}/frames.html", tmp_path / "profile")
    finally:
        server.shutdown()
        server.server_close()
    made = json.loads(page.partition("<title>")[2].partition("</title>")[0])
    assert set(made) == set(known)
    for id, text in made.items():
        book = load_workbook(io.BytesIO(base64.b64decode(text)))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
        said = {row[1].value: row[2].value for row in book.worksheets[0].iter_rows()}
        for name in ("id", "name", "summary", "owner"):
            assert said[f"project.{name}"] == cell_text(known[id]["project"][name]), id
        acts = [[cell.value for cell in row] for row in book["事项"].iter_rows()]
        place = acts[1].index("supplier")
        assert (acts[0][place], acts[0][acts[1].index("date")]) == ("供应商", "日期")
        assert acts[3][place] == cell_text(known[id]["project"]["milestones"][1]["supplier"])
        assert acts[3][acts[1].index("amount")] == Decimal("11805000")
        assert acts[2][acts[1].index("date")] == dt.datetime(2026, 3, 2)
    paid = load_workbook(io.BytesIO(base64.b64decode(made["shili-2026-0001"])))["支付"]
    assert [row[3].value for row in paid.iter_rows(min_row=3)] == [0.01, 123456789000]


def _draft() -> Any:
    from referencing.jsonschema import DRAFT202012

    return DRAFT202012


def test_deadlines_are_a_calendar_with_ids_that_stay(tmp_path: Path) -> None:
    from icalendar import Calendar

    late = [{"kind": "approved", "date": "2026-03-02", "total": "10万元"}]
    soon = [{"kind": "approved", "date": "2026-06-20", "total": "10万元"}]
    name = "长\\，；名称\U0001f600" + "很" * 60
    write_instance(tmp_path, [project(1, milestones=late, name=name), project(2, milestones=soon, region="150690")])
    build(tmp_path)
    files = {
        p: (tmp_path / "public" / p).read_bytes()
        for p in ("data/deadlines.ics", "organizations/shili-ju.ics", "districts/shili-150690.ics")
    }
    read = {path: Calendar.from_ical(data) for path, data in files.items()}
    events = {path: list(found.walk("VEVENT")) for path, found in read.items()}
    assert [str(e["uid"]) for e in events["data/deadlines.ics"]] == [
        "shili-2026-0001/sl01_contract_in_time/@registry.example",
        "shili-2026-0002/sl01_contract_in_time/@registry.example",
    ]
    assert [e.decoded("dtstart") for e in events["data/deadlines.ics"]] == [dt.date(2026, 4, 1), dt.date(2026, 7, 20)]
    assert str(events["data/deadlines.ics"][0]["summary"]) == f"【逾期】{name}：规则sl01_contract_in_time"
    assert len(events["organizations/shili-ju.ics"]) == 2
    assert [str(e["url"]) for e in events["districts/shili-150690.ics"]] == [
        "https://registry.example/projects/shili-2026-0002.html"
    ]
    assert all(len(line) <= 75 for data in files.values() for line in data.split(b"\r\n"))


def test_the_home_page_has_the_catalogue_and_the_list_its_data_set_for_search_engines(site: Path) -> None:
    catalogue = "https://registry.example/data.html"
    for path, kind in (("index.html", "DataCatalog"), ("projects/index.html", "Dataset")):
        for lang in ("", "en/"):
            page = (site / f"{lang}{path}").read_text("utf-8")
            (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
            assert "<" not in block
            data = json.loads(block)
            assert (data["@type"], data["license"]) == (kind, "https://creativecommons.org/licenses/by/4.0/")
            if kind == "DataCatalog":
                assert data["@id"] == catalogue
                continue
            assert data["includedInDataCatalog"]["@id"] == catalogue
            for file in data["distribution"]:
                held = (site / file["contentUrl"].removeprefix("https://registry.example/")).read_bytes()
                assert (file["sha256"], file["contentSize"]) == (hashlib.sha256(held).hexdigest(), str(len(held)))
            (known,) = [
                one
                for one in json.loads((site / "data.json").read_text("utf-8"))["dataset"]
                if one["@id"] == data["@id"]
            ]
            media = {f["downloadURL"]: f["mediaType"] for f in known["distribution"]}
            assert all(
                media.get(f["contentUrl"], f["encodingFormat"]) == f["encodingFormat"] for f in data["distribution"]
            )


def test_the_data_page_has_the_catalogue_for_search_engines(site: Path) -> None:
    for path in ("data.html", "en/data.html"):
        page = (site / path).read_text("utf-8")
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert "<" not in block
        data = json.loads(block)
        assert data["@type"] == "DataCatalog"
        assert all(one["license"] for one in data["dataset"])
        assert data["dataset"][0]["distribution"][0]["sha256"]


def test_schemas_and_code_lists_can_be_browsed_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    from tests.publish.page import Page
    from tests.shared import REPO

    write_instance(tmp_path, [project(1)])
    shutil.copytree(REPO / "schema", tmp_path / "schema")
    build(tmp_path)
    folder = tmp_path / "public/schema"
    read = cache(lambda file: Page(file.read_text("utf-8")))
    for path in ("index.html", "project.html", "codes.html"):
        page = read(folder / path)
        assert page.unbalanced == []
        for address in (a["href"] for a in page.of("a") if "href" in a and "://" not in a["href"]):
            file, _, at = address.partition("#")
            target = (folder / file) if file else folder / path
            assert target.is_file(), (path, address)
            if at and target.suffix == ".html":
                assert at in read(target).ids, (path, address)
    text = "".join(read(folder / "project.html").text)
    assert "里程碑" in text
    assert "合同金额" in text


def test_the_money_of_scope_items_is_given_as_first_approved_at_present_and_as_settled(tmp_path: Path) -> None:
    lines = [{"item": "s1", "amount": "700万元"}, {"item": "s2", "amount": "500万元"}]
    moved = [{"item": "s1", "from": "700万元", "to": "630万元"}, {"item": "s2", "from": "500万元", "to": "570万元"}]
    one = project(1, scope=[{"id": n, "name": f"分项{n}"} for n in ("s1", "s2", "s3")])
    one["milestones"][0]["scope"] = lines
    one["milestones"].append({"kind": "adjusted", "date": "2026-04-01", "number": "示数调〔2026〕1号", "scope": moved})
    final = [{"item": "s1", "amount": "625万元"}]
    one["milestones"].append({"kind": "accounts_settled", "date": "2026-06-01", "scope": final})
    write_instance(tmp_path, [one])
    build(tmp_path)
    site = tmp_path / "public"
    rows = [(row["id"], row["original"], row["current"], row["final"]) for row in read_csv(site, "scope")]
    assert rows == [
        ("s1", "7000000.00", "6300000.00", "6250000.00"),
        ("s2", "5000000.00", "5700000.00", ""),
        ("s3", "", "", ""),
    ]
    (first, second) = json.loads((site / "projects/shili-2026-0001.json").read_text("utf-8"))["derived"]["parts"]
    assert (first["final"], first["final_against_original"]["basis_points"]) == ("625万元", -1071)
    assert "final" not in second
    package = json.loads((site / "projects/shili-2026-0001.oc4ids.json").read_text("utf-8"))
    assert package["projects"][0]["x_zongmu"]["parts"][0]["final"] == "6250000.00"
    page = (site / "projects/shili-2026-0001.html").read_text("utf-8")
    assert "决算较首次批复" in page
    assert "−10.71%" in page


def test_the_building_period_is_given_in_days_and_as_a_share_of_itself_against_both_baselines(tmp_path: Path) -> None:
    one, two = project(1), project(2)
    one["milestones"][0]["period"] = {"start": "2026-03-11", "end": "2026-06-18"}  # a hundred days
    one["milestones"] += [
        {"kind": "extended", "date": "2026-06-01", "until": "2026-06-28"},
        {"kind": "completed", "date": "2026-06-25"},
    ]
    two["milestones"][0]["period"] = {"start": "2026-03-11", "end": "2026-06-18"}
    write_instance(tmp_path, [one, two])
    build(tmp_path)
    site = tmp_path / "public"
    built, unbuilt = read_csv(site, "projects")
    names = ("planned_days_original", "planned_days_current", "built_on", "end_moved_days", "end_moved_bp",
             "late_original_days", "late_original_bp", "late_current_days", "late_current_bp")  # fmt: skip
    assert [built[n] for n in names] == ["100", "110", "2026-06-25", "10", "1000", "7", "700", "-3", "-273"]
    assert [unbuilt[n] for n in names] == ["100", "100", "", "0", "0", "", "", "", ""]
    data = json.loads((site / "projects/shili-2026-0001.json").read_text("utf-8"))["derived"]["period"]
    assert data["against_original"] == {"days": 7, "basis_points": 700}
    package = json.loads((site / "projects/shili-2026-0001.oc4ids.json").read_text("utf-8"))
    assert package["projects"][0]["x_zongmu"]["period"] == data
    for path, said in (
        ("projects", ("+7 天（+7.00%）", "−3 天（−2.73%）", "晚 7 天")),
        ("en/projects", ("+7 days (+7.00%)", "−3 days (−2.73%)", "7 days late")),
    ):
        page = (site / path / "shili-2026-0001.html").read_text("utf-8")
        assert all(one in page for one in said), path
