"""``zongmu audit report``: what was planted is found once and nothing else, hostile text stays text, the same bytes."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.instances import Instance, say
from tests.report.test_formats import valid
from zongmu.store.kept.cache import Cache

Commit = Callable[..., None]
PERIOD = ("--from", "2025-01-01", "--to", "2025-12-31")
FILE = "registry/projects/demo/office/demo-2026-{:04d}.yaml"


@pytest.fixture
def commit(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits what stands there on a day, as somebody."""

    def done(day: str, name: str = "填报岗", email: str = "clerk@example.invalid") -> None:
        for who in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{who}_NAME", name)
            monkeypatch.setenv(f"GIT_{who}_EMAIL", email)
            monkeypatch.setenv(f"GIT_{who}_DATE", f"{day}T10:00:00+08:00")
        tiny.commit()

    return done


def declared(day: str = "2025-02-01", total: str = "100万元") -> str:
    return f"milestones:\n  - kind: declared\n    date: {day}\n    total: {total}\n"


def contract(seq: int, role: str, more: str, day: str = "2025-02-20") -> str:
    number = f"    seq: {seq}\n" if seq > 1 else ""
    return f"  - kind: contract_signed\n{number}    date: {day}\n    role: {role}\n    amount: 30万元\n{more}"


def sign(instance: Instance, serial: int, *rows: str) -> None:
    """Endorsements of the declaration of a project."""
    digest = "sha256:" + "0" * 64
    head = f"format: 1\njurisdiction: demo\nproject: demo-2026-{serial:04d}\n\nendorsements:\n"
    lines = [
        f"  - {{seq: {n}, role: finance, organization: demo/finance, date: 2025-02-03, of: declared, digest: '{digest}', {row}}}\n"
        for n, row in enumerate(rows, 1)
    ]
    instance.write(f"registry/endorsements/demo/demo-2026-{serial:04d}.yaml", head + "".join(lines))


@pytest.fixture
def planted(tiny: Instance, commit: Commit) -> Instance:
    """One of each matter, and beside it what looks like one and is none."""
    for path in (FILE.format(1), FILE.format(2)):
        tiny.path(path).unlink()
    commit("2025-01-02")
    tiny.project(3, declared())
    commit("2025-02-02")
    # Two persons of one name, a person of two names, and one who lets a service commit for him.
    for serial, name, email in ((4, "王", "wang1@x"), (5, "Li", "li@x"), (6, "赵", "zhao@x")):
        tiny.project(serial, declared())
        commit("2025-02-02", name, email)
    for serial, row, name, email in (
        (4, "by: 预算岗", "王", "wang2@x"),
        (5, "by: 预算岗", "李", "li@x"),
        (6, "by: 赵", "服务", "bot@x"),
    ):
        sign(tiny, serial, row)
        commit("2025-02-03", name, email)
    tiny.project(7, declared(total="200万元") + contract(1, "design", "", "2025-02-05"))  # more than that is caught
    tiny.project(8, declared(total="189.9万元"))
    tiny.project(9, declared("2025-02-08") + "  - {kind: approved, date: 2025-02-07, total: 100万元}\n")
    tiny.project(
        10,
        declared()
        + contract(1, "build", "    supplier: '=cmd|甲'\n")
        + contract(2, "supervision", "    supplier: ＝cmd|甲\n"),
    )
    tiny.project(
        11, declared() + contract(1, "design", "    supplier: 乙\n") + contract(2, "supervision", "    supplier: 乙\n")
    )
    tiny.project(12, declared(), name="<b>甲</b>")
    tiny.project(13, declared())
    tiny.project(14, declared())
    commit("2025-03-01")
    row = "\ncorrections:\n  - {seq: 1, date: 2025-03-02, of: declared, field: total, was: 100万元, reason: 笔误}\n"
    tiny.edit(FILE.format(12), "total: 100万元", "total: 101万元")
    tiny.append(FILE.format(12), row)
    tiny.edit(FILE.format(13), "total: 100万元", "total: 102万元")
    waiver = "\nwaivers:\n  - {seq: 1, of: DM-2, authority: demo/finance, number: 示财〔2025〕1号, date: 2025-03-02}\n"
    tiny.append(FILE.format(14), waiver)
    commit("2025-03-02")
    tiny.project(15, declared("2025-01-01"))
    tiny.project(16, declared())
    commit("2025-03-03")
    tiny.path(FILE.format(16)).unlink()
    commit("2025-03-04")
    # What came after the period is nothing of it.
    tiny.append(FILE.format(3), "  - {kind: terminated, date: 2026-01-05}\n")
    tiny.project(17, declared("2025-12-01", "199万元"))
    commit("2026-01-06")
    return tiny


def report(instance: Instance, *words: str, period: tuple[str, ...] = PERIOD) -> dict[str, Any]:
    said = instance.say("audit", "report", *period, "--format", "json", *words)
    assert said.code == 0, said.err
    data = json.loads(said.out)
    assert "zongmu audit verify" in data["clocks"]["en"]
    valid(data, "audit_report")
    return {table["id"]: table["rows"] for table in data["tables"]}


def records(found: dict[str, Any], table: str, place: int = 1) -> list[str]:
    return [row[place].removeprefix("demo-2026-00") for row in found[table]]


def test_each_matter_that_was_planted_is_found_and_no_other(planted: Instance) -> None:
    found = report(planted)
    assert records(found, "late") == ["15"]
    assert [row[3:6] for row in found["corrections"]] == [["100万元", "101万元", "笔误"]]
    assert (records(found, "silent"), records(found, "amounts")) == (["13"], ["12", "13"])
    assert [row[3:5] for row in found["waivers"]] == [[{"zh": "示例财政局", "en": "示例财政局"}, "示财〔2025〕1号"]]
    assert records(found, "own") == ["05", "06"]
    assert {row[8] for row in found["recorded"] if row[1] == "demo-2026-0004"} == {"王 (1)"}
    assert [row[3:6] for row in found["near"]] == [["200万元", "200万元", "DM-2"]]
    assert records(found, "order", 0) == ["09"]
    assert [row[0:3:2] for row in found["two_hats"]] == [["demo-2026-0010", "=cmd|甲"]]
    assert [row[1] for row in found["files"]] == [FILE.format(16)]
    assert "03" in records(found, "quiet", 0)
    assert {"17"}.isdisjoint(records(found, "recorded"))
    later = report(planted, period=("--from", "2026-01-01", "--to", "2026-12-31"))
    assert (records(later, "near", 0), records(later, "late"), later["two_hats"]) == (["17"], ["17"], [])
    assert "03" not in records(later, "quiet", 0)
    assert report(planted, "--late", "99999")["late"] == []
    # The months tell together what the year tells.
    months = [report(planted, period=("--from", f"2025-{m:02d}-01", "--to", f"2025-{m:02d}-28")) for m in (1, 2, 3)]
    for table in found.keys() - {"quiet"}:
        assert [row for month in months for row in month[table]] == found[table], table
    assert not any(report(planted, period=("--from", "2020-01-01", "--to", "2020-12-31")).values())
    said = planted.say("audit", "report", "--from", "2020-02-01", "--to", "2020-01-01")
    assert (said.code, "audit.bad-period" in said.err) == (2, True)


def test_nothing_but_the_history_is_believed(
    planted: Instance, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.edit(FILE.format(12), "date: 2025-02-01", "date: 2025-02-02")
    commit("2025-03-05", "甲\u202e\u009b31m乙")
    said = planted.say("audit", "report", *PERIOD, "--format", "json")
    assert all(line.isprintable() for line in said.out.split("\n"))
    assert any("甲\u202e\u009b31m乙" in row[6] for row in report(planted)["silent"])
    planted.say("log", "owner")  # keeps the trail
    fresh = report(planted)
    planted.edit(FILE.format(12), "total: 101万元", "total: 999万元")
    planted.path("checks/demo_2025/parameters.yaml").write_text("broken: [", encoding="utf-8")
    planted.path("checks/demo_2025/rules.py").write_text("raise SystemExit('an audit ran what it was handed')\n")

    def opened(root: Path) -> object:
        raise AssertionError("an audit looked into a cache, which may have come with the copy")

    monkeypatch.setattr(Cache, "of", opened)
    assert report(planted) == fresh
    planted.git("checkout", "-q", "checks")
    planted.git("clean", "-qfd", "checks")


def test_files_are_safe_and_the_same_wherever_they_are_made(
    planted: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "另一处"
    planted.git("clone", "-q", ".", str(elsewhere))
    shutil.rmtree(elsewhere / "registry")
    for format, lang in (("html", "zh"), ("html", "en"), ("xlsx", "zh"), ("json", "en")):
        made = []
        for root, zone in ((planted.root, "Asia/Shanghai"), (elsewhere, "America/New_York")):
            monkeypatch.setenv("TZ", zone)
            out = tmp_path / f"made.{format}"
            said = say("--root", root, "audit", "report", *PERIOD, "--format", format, "--out", out, "--lang", lang)
            assert said.code == 0, said.err
            made.append(out.read_bytes())
        assert made[0] == made[1]
        if format == "html":
            assert b"<b>" not in made[0]
            assert "&lt;b&gt;甲".encode() in made[0]
            assert ("Contract signed" in made[0].decode()) is (lang == "en")
        if format == "xlsx":
            book = load_workbook(io.BytesIO(made[0]))
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert not [cell for cell in cells if cell.data_type == "f"]
            assert "'=cmd|甲" in {cell.value for cell in cells}
    assert planted.say("audit", "report", *PERIOD, "--format", "xlsx").code == 2
