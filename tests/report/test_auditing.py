"""``zongmu audit report``: planted matters are found, hostile text stays text, the same history gives the same bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.instances import Instance
from zongmu.store.cache import Cache

SIGNED = """\
format: 1
jurisdiction: demo
project: demo-2026-0003

endorsements:
  - seq: 1
    role: finance
    organization: demo/office
    by: 预算岗
    date: 2026-06-01
    of: declared
    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""


@pytest.fixture
def planted(tiny: Instance) -> Instance:
    """A project that is late, near a threshold, with one supplier in two roles, signed off by its own unit."""
    instance = tiny
    instance.commit()
    contracts = "".join(
        f"  - kind: contract_signed\n    seq: {n}\n    date: 2026-03-0{n}\n    role: {role}\n    supplier: '=cmd|甲'\n    amount: 198万元\n"
        for n, role in ((2, "build"), (3, "supervision"))
    )
    path = instance.project(
        3, f"milestones:\n  - kind: declared\n    date: 2026-01-05\n    total: 490万元\n{contracts}", name="<b>甲</b>"
    )
    instance.commit()
    instance.edit(path, "total: 490万元", "total: 495万元")
    instance.write("registry/endorsements/demo/demo-2026-0003.yaml", SIGNED)
    instance.commit()
    return instance


def report(instance: Instance, *words: str) -> dict[str, Any]:
    said = instance.say("audit", "report", "--from", "2020-01-01", "--to", "2099-12-31", "--format", "json", *words)
    assert said.code == 0, said.err
    return {table["id"]: table["rows"] for table in json.loads(said.out)["tables"]}


def test_what_was_planted_is_found(planted: Instance) -> None:
    found = report(planted)
    assert any(row[1] == "demo-2026-0003" and row[3] == "2026-01-05" for row in found["late"])
    assert [row[3:5] for row in found["amounts"] if row[1] == "demo-2026-0003"] == [["490万元", "495万元"]]
    assert [row[3:5] for row in found["silent"] if row[1] == "demo-2026-0003"] == [["490万元", "495万元"]]
    assert [row[1] for row in found["own"]] == ["demo-2026-0003"]
    assert [row[2:4] for row in found["two_hats"]] == [["=cmd|甲", "build、supervision"]]
    assert "demo-2026-0003" in {row[0] for row in found["quiet"]}
    assert [row[3:6] for row in found["near"]] == [["198万元", "200万元", "DM-2"]] * 2
    assert report(planted, "--late", "99999")["late"] == []


def test_nothing_that_was_kept_beside_the_history_is_believed(
    planted: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.say("log", "owner")  # keeps the trail
    fresh = report(planted)

    def opened(root: Path) -> object:
        raise AssertionError("an audit looked into a cache, which may have come with the copy")

    monkeypatch.setattr(Cache, "of", opened)
    assert report(planted) == fresh


def test_no_name_in_the_history_is_obeyed_by_a_terminal(planted: Instance) -> None:
    planted.git("config", "user.name", "甲\u202e\u009b31m乙")
    planted.edit("registry/projects/demo/office/demo-2026-0003.yaml", "date: 2026-01-05", "date: 2026-01-06")
    planted.commit()
    said = planted.say("audit", "report", "--from", "2020-01-01", "--to", "2099-12-31", "--format", "json")
    assert all(line.isprintable() for line in said.out.split("\n"))
    assert "甲\u202e\u009b31m乙" in {row[6] for row in report(planted)["silent"]}


def test_a_period_holds_what_was_recorded_in_it(planted: Instance) -> None:
    said = planted.say("audit", "report", "--from", "2020-01-01", "--to", "2020-12-31", "--format", "json")
    rows = {table["id"]: table["rows"] for table in json.loads(said.out)["tables"]}
    assert (rows["recorded"], rows["amounts"]) == ([], [])
    assert planted.say("audit", "report", "--from", "2020-02-01", "--to", "2020-01-01").code == 2


def test_files_are_safe_and_the_same_every_time(planted: Instance, tmp_path: Path) -> None:
    for format, lang in (("html", "zh"), ("html", "en"), ("xlsx", "zh"), ("json", "en")):
        made = []
        for n in range(2):
            out = tmp_path / f"{n}.{format}"
            words = ("--format", format, "--out", out, "--lang", lang)
            said = planted.say("audit", "report", "--from", "2020-01-01", "--to", "2099-12-31", *words)
            assert said.code == 0, said.err
            made.append(out.read_bytes())
        assert made[0] == made[1]
        if format == "html":
            assert b"<b>" not in made[0]
            assert "&lt;b&gt;甲".encode() in made[0]
        if format == "xlsx":
            book = load_workbook(io.BytesIO(made[0]))
            cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert not [cell for cell in cells if cell.data_type == "f"]
            assert "'=cmd|甲" in {cell.value for cell in cells}
    assert planted.say("audit", "report", "--from", "2020-01-01", "--to", "2020-12-31", "--format", "xlsx").code == 2
