"""``zongmu release``: what becomes public, the package over the gap, every damage refused, taking a project back at once."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import yaml
from rdflib import Graph, Namespace

from tests.publish.instance import copied, project, review, write_endorsements, write_instance, write_project
from tests.publish.page import Page
from tests.publish.test_released import _public
from tests.publish.trees import same_tree
from tests.publish.unpack import all_text
from tests.zips import lying
from zongmu.cli.main import main
from zongmu.disclosure.release_package import MANIFEST, TREE, Manifest, PackageError, check_code, opened
from zongmu.publish.releasing.scrubbing import CUTTERS, Marks
from zongmu.store.kept.cache import private_folder

DCAT, SPDX = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://spdx.org/rdf/terms#")
ONE, TWO, THREE = "shili-2026-0001", "shili-2026-0002", "shili-2026-0003"


def say(root: Path, *args: object) -> tuple[int, str]:
    """Exit code and everything said of ``zongmu release``."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = main(["--root", str(root), "release", *map(str, args), "--lang", "zh"])
    return code, out.getvalue()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two projects, each reviewed; and the first package."""
    root = tmp_path_factory.mktemp("inner") / "instance"
    root.mkdir()
    write_instance(root, [project(1), project(2, parent_project=ONE)], settings={"disclosure_review": "separate"})
    code, said = say(root, "review", ONE, TWO, "--role", "data_bureau")
    assert code == 0, said
    code, said = say(root, "pack", "--out", root / "1.zip", "--sheet", root / "sheet.html")
    assert code == 0, said
    return root


@pytest.fixture
def inner(instance: Path, tmp_path: Path) -> Path:
    return copied(instance, tmp_path / "inner")


# ── plan and review ──


def test_the_plan_says_what_waits_and_what_becomes_public_with_its_review_and_its_clock(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1), project(2)], settings={"disclosure_review": "separate"})
    write_endorsements(tmp_path, ONE, {"disclosure_reviews": [review(_public(tmp_path, 1))]})
    code, said = say(tmp_path, "plan")
    assert code == 1
    assert "新公开（1）" in said
    assert "待公开审查（1）" in said
    assert "审查：1，2026-04-01，示例数据局 数据局" in said
    assert "项目类别：建设类（construction）" in said
    assert "项目单位：示例局（shili/ju）" in said
    code, text = say(tmp_path, "plan", "--format", "json")
    first, second = json.loads(text)["items"]
    assert (first["project"], first["state"], first["review"]["covers"]) == (ONE, "new", True)
    assert first["clock"]["since"] == "2026-03-02"
    assert first["clock"]["gone"] > 20
    assert first["clock"]["late"]
    assert {"path": "milestones/approved/total", "before": None, "after": "1200万元"} in first["changes"]
    assert (second["project"], second["state"], second["review"]) == (TWO, "waiting", None)


def test_against_a_package_only_what_changed_is_in_the_plan(inner: Path) -> None:
    assert json.loads(say(inner, "plan", "--against", inner / "1.zip", "--format", "json")[1])["items"][0]["state"] == (
        "unchanged"
    )
    write_project(inner, project(1, summary="改过的简介。", policy_basis="内部的依据。"))
    code, text = say(inner, "plan", "--against", inner / "1.zip", "--format", "json")
    assert code == 1
    states = {(i["project"], i["state"]): i["changes"] for i in json.loads(text)["items"]}
    summary, withheld = states[ONE, "waiting"]
    assert summary == {"path": "summary", "before": "一个例子。", "after": "改过的简介。"}
    assert withheld["path"] == "withheld"
    assert "立项依据（process）" in withheld["after"]
    assert (ONE, "gone") in states
    assert say(inner, "review", ONE, "--role", "data_bureau")[0] == 0
    code, said = say(inner, "plan", "--against", inner / "1.zip")
    assert code == 0
    assert "摘要: 一个例子。 → 改过的简介。" in said or "一个例子。 → 改过的简介。" in said


def test_the_plan_says_what_projects_say_together_and_none_of_them_alone(tmp_path: Path) -> None:
    owners = ("ju", "shuju", "secret")
    rows = [
        project(
            n,
            owner=f"shili/{owners[n % 3]}",
            shared_resources=[{"resource": "payment" if n == 4 else "gov_cloud", "used": True}],
        )
        for n in range(1, 11)
    ]
    rows[3]["security"] = {"mlps_level": 4}
    for row in rows[3:]:  # one builder for three bodies; the other projects are built by others
        row["milestones"][1]["supplier"] = f"示例{row['id'][-1]}公司"
    rows[1]["milestones"][1]["supplier"] = "示例数据有限公司　"
    write_instance(tmp_path, rows)
    code, said = say(tmp_path, "plan")
    assert code == 0, said
    assert "承建：示例数据有限公司，3 个单位的 3 个项目" in said
    assert "共享平台、资源（示例市）：payment，1 / 10 个项目；其中新增 1：shili-2026-0004\n" in said
    assert "gov_cloud" not in said.partition("放在一起看")[2]
    together = json.loads(say(tmp_path, "plan", "--format", "json")[1])["together"]
    groups = {(g["sort"], g["value"]): g for g in together["groups"]}
    assert groups["resource", "gov_cloud"]["why"] is None
    assert {sort for sort, _ in groups} == {"supplier", "money", "resource"}
    assert "等保" not in "".join(value for _, value in groups)
    assert "等级保护级别、" in said  # is said to be not public
    assert groups["money", "示例数据有限公司"]["why"] == "share"
    assert "占合同金额较大的供应商：示例数据有限公司，3 个单位的 3 个项目，" in said
    # Whoever signs for a project sees what it adds, and nothing of what others do.
    code, said = say(tmp_path, "review", "shili-2026-0004", "--role", "data_bureau")
    assert code == 0, said
    assert "共享平台、资源（示例市）：payment，1 / 10 个项目；其中新增 1：shili-2026-0004\n" in said
    assert "示例数据有限公司" not in said


def test_what_was_public_together_already_is_not_told_again(inner: Path) -> None:
    assert "放在一起看" not in say(inner, "plan")[1]  # two projects of one body
    assert "没有需要留意的" in say(inner, "review", ONE, "--role", "data_bureau")[1]
    write_project(inner, project(3, owner="shili/shuju"))
    write_project(inner, project(4, owner="shili/secret"))
    for_all = json.loads(say(inner, "plan", "--against", inner / "1.zip", "--format", "json")[1])["together"]["groups"]
    (group,) = (g for g in for_all if g["why"] == "common")
    assert (group["value"], group["units"]) == ("示例数据有限公司", 3)
    assert group["projects"] == [ONE, TWO, "shili-2026-0003", "shili-2026-0004"]
    assert group["added"] == ["shili-2026-0003", "shili-2026-0004"]  # which wait for their review


def test_who_guards_many_bodies_is_told_by_role_name_or_lot_and_a_city_may_want_it_looked_at_first(inner: Path) -> None:
    def guarded(n: int, **contract: object) -> dict[str, Any]:
        row = project(n, owner=f"shili/{('ju', 'shuju', 'secret')[n % 3]}", builds=["shili/pingtai"])
        row["milestones"][1] |= {"supplier": "甲信息有限公司", "supplier_uscc": "91110000600037341L"} | contract
        return row

    for row in (
        guarded(1, role="assessment", amount="300万元"),
        guarded(2, lot="二标段：密码应用", supplier="甲信息（集团）有限公司", amount="100万元"),
        guarded(3, supplier="乙网络安全有限公司", supplier_uscc="91110108551385082Q"),
        guarded(4),
    ):
        write_project(inner, row)
    settings = inner / "registry/registry.yaml"
    settings.write_text(settings.read_text("utf-8") + "disclosure: {aggregation: {bodies: 2, hold: true}}\n", "utf-8")
    ids = [f"shili-2026-000{n}" for n in range(1, 5)]
    code, said = say(inner, "review", *ids, "--role", "data_bureau")
    assert code == 0, said
    code, said = say(inner, "plan", "--against", inner / "1.zip")
    assert code == 1  # nothing waits: there is something to look at
    assert "安全、密码、测评类供应商：甲信息有限公司，2 个单位的 2 个项目，1 个系统，400万元（" in said
    assert "其中新增 2：shili-2026-0001、shili-2026-0002\n" in said
    found = json.loads(say(inner, "plan", "--against", inner / "1.zip", "--format", "json")[1])["together"]
    assert found["security_contracts"] == {"contracts": 3, "with_amount": 3}
    assert [(g["value"], g["why"]) for g in found["groups"] if g["sort"] == "security"] == [
        ("甲信息有限公司", "common"),
        ("乙网络安全有限公司", None),
    ]
    pack = ("pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    code, said = say(inner, *pack)
    assert code == 1
    assert "release.not-looked-at" in said
    assert not (inner / "2.zip").exists()
    assert say(inner, *pack, "--looked-at")[0] == 0
    with zipfile.ZipFile(inner / "2.zip") as package:
        names = package.namelist()
    for join in found["joins"]:
        for place in join["where"]:
            assert any(name.startswith(TREE + place) for name in names), (join["what"], place)


def test_the_statement_counts_by_ground_names_no_project_and_is_about_the_package(inner: Path) -> None:
    policy = (
        "policy: {title: 公开目录, office: 示例保密局, number: 示保〔2026〕3号, date: 2026-01-05, review: 2026-06-29}"
    )
    settings = inner / "registry/registry.yaml"
    settings.write_text(f"{settings.read_text('utf-8')}disclosure: {{{policy}}}\n", "utf-8")
    write_project(inner, project(1, policy_basis="内部的依据。"))
    assert say(inner, "review", ONE, "--role", "data_bureau")[0] == 0
    assert say(inner, "withdraw", TWO, "--ground", "trade_secret", "--role", "data_bureau")[0] == 0
    out, sheet = inner / "statement.html", inner / "2.html"
    code, said = say(
        inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip", "--statement", out, "--sheet", sheet
    )
    assert code == 0, said
    text = "".join(Page(out.read_text("utf-8")).text)
    assert "本次发布含 1 项（新公开 0，有变化 1，没有变化 0）" in text
    assert "本次撤下 1 项" in text
    assert "网页上注明未公开的共 3 处，整项不予公开 1 项" in text
    assert "示例数据局" in text
    assert said.rpartition("核对码 ")[2].strip() in text
    with zipfile.ZipFile(inner / "2.zip") as package:
        manifest = Manifest.model_validate_json(package.read(MANIFEST))
    assert f"SHA-256 {manifest.digest}" in text
    for page in (out, sheet):
        assert "示例保密局《公开目录》 示保〔2026〕3号 2026-01-05；应于 2026-06-29 前复核，已过期" in page.read_text(
            "utf-8"
        )
    assert "公开范围依据：示例保密局《公开目录》" in say(inner, "plan")[1]
    for one in (ONE, TWO, "示例项目", "内部的依据"):
        assert one not in text


def test_the_sheet_says_how_much_is_public_how_much_is_not_and_on_which_ground(inner: Path) -> None:
    write_project(inner, project(1, policy_basis="内部的依据。"))
    assert say(inner, "review", ONE, "--role", "data_bureau")[0] == 0
    was, now = (
        re.search(r"公开字段</th><td>(\d+)（其中本次新增、变更 (\d+)）", text)
        for text in (
            (inner / "sheet.html").read_text("utf-8"),
            (say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip", "--sheet", inner / "2.html"),)
            and (inner / "2.html").read_text("utf-8"),
        )
    )
    assert was is not None
    assert now is not None
    assert was[1] == was[2] == now[1]
    assert now[2] == "1"
    assert "内部事务、过程性信息（条例第十六条）：3" in (inner / "2.html").read_text("utf-8")


def test_a_changed_policy_shows_the_values_that_would_come_out_and_none_is_public_before_a_review(inner: Path) -> None:
    milestones = project(1)["milestones"]
    milestones[0]["documents"] = [*milestones[0].get("documents", []), {"kind": "security_report"}]
    write_project(inner, project(1, milestones=milestones))
    plan = ("plan", "--against", inner / "1.zip", "--format", "json")
    assert {i["state"] for i in json.loads(say(inner, *plan)[1])["items"]} == {"unchanged"}
    measure = inner / "checks/shili_2026/measure.yaml"
    listed = "    plan: {zh: 实施方案, en: Implementation plan}\n  withholding"
    text = measure.read_text("utf-8")
    assert listed in text
    opened = listed.replace(
        "  withholding", "    security_report: {zh: 安全测评报告, en: Security report}\n  withholding"
    )
    measure.write_text(text.replace(listed, opened), "utf-8")
    code, said = say(inner, *plan)
    assert code == 1
    found = {(i["project"], i["state"]): i["changes"] for i in json.loads(said)["items"]}
    assert [c["after"] for c in found[ONE, "waiting"] if c["path"].endswith("/kind")] == ["security_report"]


def test_a_project_of_a_closed_unit_is_not_reviewed_and_leaves_the_site_with_its_count_alone(inner: Path) -> None:
    settings = inner / "registry/registry.yaml"
    closed = "disclosure: {units: [{unit: shili/secret, counted: true}]}\n"
    settings.write_text(settings.read_text("utf-8") + closed, "utf-8")
    write_project(inner, project(1, user="shili/secret"))
    code, said = say(inner, "review", ONE, "--role", "data_bureau")
    assert code == 1
    assert "release.closed-unit" in said
    code, said = say(inner, "plan", "--against", inner / "1.zip")
    assert "按单位一律不公开 1" in said
    assert "不再公开（1）" in said
    assert "待公开审查" not in said
    say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    with zipfile.ZipFile(inner / "2.zip") as package:
        text = package.read(f"{TREE}returns/index.html").decode()
        named = [name for name in package.namelist() if name.startswith(TREE) and ONE.encode() in package.read(name)]
    assert "另有 1 个项目，其单位的项目一律不公开，只公布个数。" in text
    assert named == [f"{TREE}submit/data.js"]  # where a message gives that very number as an example


def test_a_review_by_whom_does_not_hold_the_role_is_refused(inner: Path) -> None:
    code, said = say(inner, "review", ONE, "--role", "data_bureau", "--organization", "shili/ju")
    assert code == 1
    assert "endorse.role-not-held" in said


# ── pack and apply ──


def test_the_same_tree_gives_the_same_package_and_it_holds_nothing_of_commits(inner: Path) -> None:
    assert say(inner, "pack", "--out", inner / "again.zip")[0] == 0
    assert (inner / "again.zip").read_bytes() == (inner / "1.zip").read_bytes()
    with zipfile.ZipFile(inner / "1.zip") as package:
        manifest = json.loads(package.read(MANIFEST))
        sheet = package.read("review-sheet.html").decode()
    assert manifest["number"] == 1
    assert manifest["projects"] == [ONE, TWO]
    assert "信息公开审查单" in sheet
    assert "核对码" in sheet
    assert sheet == (inner / "sheet.html").read_text("utf-8")


def test_a_package_takes_the_place_of_the_tree_and_the_former_stays(inner: Path, tmp_path: Path) -> None:
    www = tmp_path / "www"
    code, said = say(inner, "apply", inner / "1.zip", "--to", www)
    assert code == 0, said
    assert same_tree(www, private_folder(inner) / "release-tree") == ["release.json"]
    write_project(inner, project(1, summary="改过的简介。"))
    say(inner, "review", ONE, "--role", "data_bureau")
    say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    code, said = say(inner, "apply", inner / "2.zip", "--to", www)
    assert code == 0, said
    assert "改过的简介" in (www / f"projects/{ONE}.html").read_text("utf-8")
    assert "改过的简介" not in (tmp_path / f"www.former/projects/{ONE}.html").read_text("utf-8")
    assert json.loads((www / "release.json").read_text())["number"] == 2
    assert "release.older" in say(inner, "apply", inner / "1.zip", "--to", www)[1]
    assert "release.applied-already" in say(inner, "apply", inner / "2.zip", "--to", www)[1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["inner", "www", "www.former"]


def test_the_check_code_of_the_sheet_is_held_against_the_package(inner: Path, tmp_path: Path) -> None:
    said = say(inner, "apply", inner / "1.zip", "--to", tmp_path / "a")[1]
    code = next(line.removeprefix("核对码 ") for line in said.splitlines() if line.startswith("核对码"))
    assert (inner / "sheet.html").read_text("utf-8").count(code) == 2  # at the head, and where it is signed
    assert (
        say(inner, "apply", inner / "1.zip", "--to", tmp_path / "b", "--code", code.lower().replace("-", " "))[0] == 0
    )
    assert "release.wrong-code" in say(inner, "apply", inner / "1.zip", "--to", tmp_path / "c", "--code", "A" * 20)[1]
    assert not (tmp_path / "c").exists()
    assert check_code("00" * 32) == "AAAA-AAAA-AAAA-AAAA-AAAA"


def _rewritten(source: Path, target: Path, change: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]) -> None:
    with zipfile.ZipFile(source) as package:
        rows = [(info, package.read(info)) for info in package.infolist()]
    change(rows)
    with zipfile.ZipFile(target, "w") as package:
        for info, data in rows:
            package.writestr(info, data, compress_type=zipfile.ZIP_DEFLATED)


def _byte(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows[-1] = (rows[-1][0], rows[-1][1][:-1] + b"!")


def _bomb(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows[-1] = (rows[-1][0], b"\0" * (64 << 20))


def _short(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows[-1] = (rows[-1][0], b"")


def _extra(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows.append((zipfile.ZipInfo(TREE + "zz.html"), b"more"))


def _lacking(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows.pop()


def _twice(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows.append(rows[-1])


def _sheet(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows[1] = (rows[1][0], b"<h1>another sheet</h1>")


def _link(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    rows[-1][0].external_attr = (stat.S_IFLNK | 0o777) << 16


def _manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]:
    def rewrite(rows: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        data = json.loads(rows[0][1])
        change(data)
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
        rows[0] = (rows[0][0], text.encode())
        files = data.get("files", {})
        if isinstance(files, dict):  # what the manifest names is there, so that its paths alone are wrong
            named = {row[0].filename for row in rows}
            rows += [(zipfile.ZipInfo(TREE + path), b"x") for path in files if TREE + path not in named]

    return rewrite


def _escape(path: str) -> Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]:
    row = {"sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "size": 1}
    return _manifest(lambda data: data["files"].update({path: row}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "damage",
    [
        _byte, _bomb, _short, _extra, _lacking, _twice, _sheet, _link,
        *map(_escape, ("../evil", "/etc/evil", "a/../../evil", "a\\b", "a\0b", "INDEX.html", "页.html", ".", "x/./y")),
        _manifest(lambda data: data.update(number="2")),
        _manifest(lambda data: data.update(kind="other")),
        _manifest(lambda data: data.update(commit="0" * 40)),
        _manifest(lambda data: data.update(files=[])),
        _manifest(lambda data: data.update(as_of="2026-13-40")),
    ],
)  # fmt: skip
def test_a_package_that_was_changed_is_refused_and_nothing_happens(
    instance: Path, tmp_path: Path, damage: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]
) -> None:
    _rewritten(instance / "1.zip", tmp_path / "bad.zip", damage)
    code, said = say(instance, "apply", tmp_path / "bad.zip", "--to", tmp_path / "www")
    assert code == 1, said
    assert "[release." in said
    assert [p.name for p in tmp_path.iterdir()] == ["bad.zip"]


def test_a_package_that_is_cut_off_or_flipped_anywhere_is_refused(instance: Path, tmp_path: Path) -> None:
    whole = (instance / "1.zip").read_bytes()
    for n in (0, 1, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        (tmp_path / "bad.zip").write_bytes(whole[:n])
        assert say(instance, "apply", tmp_path / "bad.zip", "--to", tmp_path / "www")[0] == 1, n
    (tmp_path / "bad.zip").write_bytes(whole + b"\n")
    assert say(instance, "apply", tmp_path / "bad.zip", "--to", tmp_path / "www")[0] == 1
    os.mkfifo(tmp_path / "pipe.zip")
    assert say(instance, "apply", tmp_path / "pipe.zip", "--to", tmp_path / "www")[0] == 1
    for n in range(40, len(whole) - 60, len(whole) // 12):
        (tmp_path / "bad.zip").write_bytes(whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :])
        code, said = say(instance, "apply", tmp_path / "bad.zip", "--to", tmp_path / "www")
        assert code == 1, (n, said)
    for extra in (b"#!/bin/sh\n" + whole, whole + whole, *(data for _, data in lying(whole))):
        (tmp_path / "bad.zip").write_bytes(extra)
        assert say(instance, "apply", tmp_path / "bad.zip", "--to", tmp_path / "www")[0] == 1
    assert {p.name for p in tmp_path.iterdir()} == {"bad.zip", "pipe.zip"}


@pytest.mark.parametrize(("limit", "end"), [(None, 22), ("ZIP_FILECOUNT_LIMIT", 98), ("ZIP64_LIMIT", 98)])
def test_a_package_of_very_many_files_is_one_too_and_nothing_else_ends_it(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str | None, end: int
) -> None:
    """Ten thousand projects are more than 65,535 files, which archives say in another way; so they do beyond 2 GiB."""
    if limit is not None:
        monkeypatch.setattr(zipfile, limit, {"ZIP_FILECOUNT_LIMIT": 100, "ZIP64_LIMIT": 1_500_000}[limit])
    large = tmp_path / "large.zip"
    _rewritten(instance / "1.zip", large, lambda rows: None)
    whole = large.read_bytes()
    assert (b"PK\6\6" in whole[-end:]) is (limit is not None)
    code, said = say(instance, "apply", large, "--to", tmp_path / "www")
    assert code == 0, said
    for n in range(len(whole) - end, len(whole), end // 22):
        large.write_bytes(whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :])
        with pytest.raises(PackageError), opened(large):
            pass


def test_a_package_of_another_registry_or_after_another_release_is_refused(inner: Path, tmp_path: Path) -> None:
    www = tmp_path / "www"
    say(inner, "apply", inner / "1.zip", "--to", www)
    for name, previous in (("2", "1"), ("3", "2")):
        say(inner, "pack", "--out", inner / f"{name}.zip", "--previous", inner / f"{previous}.zip")
    assert "release.gap" in say(inner, "apply", inner / "3.zip", "--to", www)[1]
    assert say(inner, "apply", inner / "3.zip", "--to", www, "--over-gap")[0] == 0
    settings = inner / "registry/registry.yaml"
    settings.write_text(settings.read_text("utf-8").replace("registry.example", "other.example"), "utf-8")
    assert "release.foreign" in say(inner, "pack", "--out", inner / "4.zip", "--previous", inner / "3.zip")[1]
    _rewritten(
        inner / "3.zip", inner / "4.zip", _manifest(lambda data: data.update(number=4, address="https://x.example/"))
    )
    assert "release.foreign" in say(inner, "apply", inner / "4.zip", "--to", www)[1]


def test_a_folder_that_is_something_else_is_left_alone(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thesis.txt").write_text("all my work")
    os.symlink(tmp_path / "other", tmp_path / "link")
    for target in ("other", "link"):
        assert "release.not-a-tree" in say(instance, "apply", instance / "1.zip", "--to", tmp_path / target)[1]
    assert (tmp_path / "other/thesis.txt").read_text() == "all my work"


# ── withdraw ──


def test_withdrawn_in_the_registry_a_tombstone_with_its_ground_is_all_that_is_left(inner: Path) -> None:
    code, said = say(inner, "withdraw", ONE, "--ground", "nonsense", "--role", "data_bureau")
    assert code == 1
    assert "release.no-such-ground" in said
    assert "trade_secret（商业秘密）" in said
    code, said = say(inner, "withdraw", ONE, "--ground", "trade_secret", "--role", "data_bureau")
    assert code == 0, said
    say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    with zipfile.ZipFile(inner / "2.zip") as package:
        assert json.loads(package.read(MANIFEST))["withheld"] == [ONE]
        page = package.read(f"{TREE}projects/{ONE}.html").decode()
        rest = b"".join(package.read(n) for n in package.namelist() if n.startswith(TREE))
    assert "商业秘密" in page
    assert "示例项目1".encode() not in rest
    assert "撤下" in say(inner, "plan", "--against", inner / "1.zip")[1]


def _unpublished(path: str) -> bool:
    """Whether a file may differ from what the registry builds: of the release, of the day, or gone until the next one."""
    return path in ("release.json", "SHA256SUMS", "build.json") or path.startswith(("data", "catalog"))


def _listed(tree: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """The files of data that each catalogue of *tree* lists, with size and digest."""
    out = {}
    address = json.loads((tree / "data.json").read_text("utf-8"))["@id"].removesuffix("data.json")
    for name in ("catalog.ttl", "catalog.jsonld", "catalog.rdf"):
        graph = Graph().parse(tree / name)
        out[name] = {
            str(file).removeprefix(address): (
                str(graph.value(node, DCAT.byteSize)),
                str(graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue)),
            )
            for node, file in graph.subject_objects(DCAT.downloadURL)
        }
    sets = json.loads((tree / "data.json").read_text("utf-8"))["dataset"]
    files = [file for one in sets for file in one["distribution"] if "downloadURL" in file]
    out["data.json"] = {
        file["downloadURL"].removeprefix(address): (file["byteSize"], file["checksum"]["checksumValue"])
        for file in files
    }
    for name in ("data.html", "en/projects/index.html"):
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', (tree / name).read_text("utf-8"))
        data = json.loads(text)
        files = [file for one in data.get("dataset", [data]) for file in one["distribution"] if "sha256" in file]
        out[name] = {f["contentUrl"].removeprefix(address): (f["contentSize"], f["sha256"]) for f in files}
    return out


def _sums(page: Path) -> set[str]:
    """The amounts that a page says, in cells and in words."""
    return set(re.findall(r'<data value="[0-9]+"|CNY [0-9][0-9,.]*|[0-9][0-9,.]* ?[万亿]元', page.read_text("utf-8")))


def test_withdrawn_outside_nothing_is_left_that_the_registry_would_not_publish_without_it(
    inner: Path, tmp_path: Path
) -> None:
    www, own = tmp_path / "www", {"supplier": "独一份软件有限公司", "amount": "987.65万元"}
    milestones = project(1)["milestones"]
    milestones[1] |= own | {"number": "HT-ONLY-77"}
    milestones[0] |= {
        "body_name": "示例数据局",
        "number": "2026-03-20",
    }  # which also are a body's name and a day of the other
    uses = [{"resource": name, "used": True} for name in ("gov_cloud", "payment", "sms")]
    catalogue = "format: 1\njurisdiction: shili\nresources:\n  - {id: sms, name: 短信平台}\n"
    (inner / "registry/resources").mkdir()
    (inner / "registry/resources/shili.yaml").write_text(catalogue, "utf-8")
    settings = inner / "registry/registry.yaml"
    said = yaml.safe_load(settings.read_text("utf-8"))
    said["site"]["registers"] = {"resources": True}
    settings.write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    write_project(inner, project(1, milestones=milestones, summary="鹈鹕与河马的例子。", shared_resources=uses))
    write_project(inner, project(2, name="示例项目1（二期）", parent_project=ONE, shared_resources=uses[:1]))
    write_project(inner, project(3, name="示例项目1"))  # of the same name
    say(inner, "review", ONE, TWO, THREE, "--role", "data_bureau")
    say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    for name in ("1.zip", "2.zip"):
        say(inner, "apply", inner / name, "--to", www)
    shutil.copytree(www, tmp_path / "new")
    told = ("独一份", "987.65", "9,876,500", "987650000", "9876500.00", "HT-ONLY-77", "鹈鹕")

    def tells() -> list[tuple[str, str]]:
        return [(path, word) for path, text in all_text(www) for word in told if word in text]

    assert len({path for path, _ in tells()}) > 20
    pages = {"index.html", "shili-gov_cloud.html", "shili-sms.html"}  # used by the other too, in a catalogue
    assert {p.name for p in (www / "resources").iterdir()} == pages | {"shili-payment.html"}
    mirror = shutil.copytree(www, tmp_path / "inner/mirror", copy_function=os.link)
    say(inner, "withdraw", ONE, "--ground", "trade_secret", "--tree", www)
    assert tells() == []
    # What stays as it was takes no room twice, and a name of the old bytes elsewhere is not written through.
    assert os.path.samefile(www / "robots.txt", mirror / "robots.txt")
    assert same_tree(mirror, tmp_path / "new") == []
    assert not (tmp_path / "www.former").exists()  # it held the project
    say(inner, "withdraw", ONE, "--ground", "trade_secret", "--role", "data_bureau")
    say(inner, "pack", "--out", inner / "3.zip", "--previous", inner / "2.zip")
    say(inner, "apply", inner / "3.zip", "--to", tmp_path / "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["inner", "new", "www"]
    # Who is where in the list, its figures and its index are those of a list without it, not one place off.
    for path in ("projects/figures.js", "search/0.js"):
        assert (www / path).read_bytes() == (tmp_path / "new" / path).read_bytes(), path
    rows = [(tree / "projects/rows.js").read_text("utf-8").split('"columns":')[1] for tree in (www, tmp_path / "new")]
    assert [json.loads(text[: text.index("}") + 1])["approved"] for text in rows] == [[1200000000] * 2] * 2
    # Of the other project nothing is lost, though its name has that of the first in it.
    for path in (
        f"projects/{TWO}.json",
        "data/projects.ndjson",
        "data/csv/projects.csv",
        "organizations/shili-shuju.html",
    ):
        assert "示例项目1（二期）" in (www / path).read_text("utf-8"), path
    for path in (f"projects/{THREE}.html", "projects/index.html", "data/csv/projects.csv"):
        assert THREE in (www / path).read_text("utf-8"), path
    for page in (*www.glob("*.html"), *www.glob("projects/*.html")):
        links = re.findall(r'href="((?:\.\./)*data/[^"#]+)"', page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link).is_file()] == [], page
    (mine,), (theirs,) = (
        json.loads((tree / f"projects/{TWO}.oc4ids.json").read_text("utf-8"))["projects"]
        for tree in (www, tmp_path / "new")
    )
    del theirs[
        "relatedProjects"
    ]  # a list that is empty here, for which OC4IDS has no place; the registry names a tombstone
    assert mine == theirs
    # Every catalogue lists the files that there are, as they are, and no other.
    there = {
        file.relative_to(www).as_posix(): (str(file.stat().st_size), hashlib.sha256(file.read_bytes()).hexdigest())
        for file in (www / "data").rglob("*")
        if file.is_file()
    }
    for name, listed in _listed(www).items():
        assert listed, name
        assert {path: there.get(path) for path in listed} == listed, name
    left = {p.relative_to(www).as_posix() for p in www.rglob("*") if p.is_file()}
    assert [p for p in left if not _unpublished(p) and not (tmp_path / "new" / p).exists()] == []
    assert {p.name for p in (www / "resources").iterdir()} == pages
    for path in ("resources/index.html", "en/resources/index.html", "sitemap.xml"):
        assert "payment" not in (www / path).read_text("utf-8"), path
        assert "gov_cloud" in (www / path).read_text("utf-8"), path
    assert "zongmuForm" in (www / "submit/data.js").read_text("utf-8")
    # No sum still counts it, from which it could be told by taking away the rest: on no page, in no description of one.
    for page in sorted(www.rglob("*.html")):
        other = tmp_path / "new" / page.relative_to(www)
        if other.is_file():
            assert _sums(page) <= _sums(other), page
    for path in ("index.html", "en/index.html"):
        assert "<h1" in (www / path).read_text("utf-8")  # of a page that has it in a chart, the chart alone is cut
    said = {
        page.relative_to(www).as_posix() for page in www.rglob("*.html") if "zm-withdrawn" in page.read_text("utf-8")
    }
    assert {"index.html", "years/index.html", "ratings.html", "projects/list-shili-2026.html"} <= said
    assert not any(path.startswith(("rules/sl", "measures/", "codes/", "projects/shili")) for path in said)


def test_withdrawn_outside_a_body_that_nothing_else_names_goes_with_it_and_others_stay(
    inner: Path, tmp_path: Path
) -> None:
    www, folder = tmp_path / "www", inner / "registry/organizations/shili"
    for body, name, more in (
        (
            "du",
            "独家承办局",
            'short_name: 独办\nparent: shili/shangji\nformer_names: [{name: 独家老局, until: "2026-01-01"}]',
        ),
        ("shangji", "独家上级局", "level: city"),
        ("du-2", "另一承办局", "level: city"),
        ("tong", "同办局", "level: city"),
    ):
        text = f"format: 1\nid: shili/{body}\njurisdiction: shili\nname: {name}\n{more}\n"
        (folder / f"{body}.yaml").write_text(text, "utf-8")
    system = "format: 1\nid: shili/duxi\njurisdiction: shili\nname: 独家承办的系统\nunit: shili/du\n"
    (inner / "registry/systems/shili/duxi.yaml").write_text(system, "utf-8")
    mine = {"owner": "shili/du", "partners": ["shili/tong"], "builds": ["shili/duxi"], "region": "150690"}
    write_project(inner, project(1, **mine))
    write_project(inner, project(2, owner="shili/du-2", partners=["shili/tong"]))
    assert say(inner, "review", ONE, TWO, "--role", "data_bureau")[0] == 0
    say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    for name in ("1.zip", "2.zip"):
        say(inner, "apply", inner / name, "--to", www)
    shutil.copytree(www, tmp_path / "new")
    told = ("独家", "独办", "shili-du.", "shili/du,", '"shili/du"', "shili-shangji", "shili/shangji", "duxi")

    def tells() -> list[tuple[str, str]]:
        return [(path, word) for path, text in all_text(www) for word in told if word in text]

    assert {word for _, word in tells()} == set(told)
    assert say(inner, "withdraw", ONE, "--ground", "trade_secret", "--tree", www)[0] == 0
    assert tells() == []
    say(inner, "withdraw", ONE, "--ground", "trade_secret", "--role", "data_bureau")
    say(inner, "pack", "--out", inner / "3.zip", "--previous", inner / "2.zip")
    say(inner, "apply", inner / "3.zip", "--to", tmp_path / "new")
    for kept in ("organizations", "en/organizations", "feeds/organizations", "districts"):
        found = [sorted(p.name for p in (tree / kept).iterdir()) for tree in (www, tmp_path / "new")]
        assert found[0] == found[1], kept
    assert (www / "organizations/shili-du-2.csv").is_file()
    words = [(tree / "projects/rows.js").read_text("utf-8").split('"columns"')[0] for tree in (www, tmp_path / "new")]
    assert words[0] == words[1]
    assert (www / "build.json").read_bytes() == (tmp_path / "new/build.json").read_bytes()
    for page in www.rglob("*.html"):
        for link in re.findall(r'href="((?:\.\./)*(?:organizations|districts)/[^"#]+)', page.read_text("utf-8")):
            assert (page.parent / link).is_file(), (page, link)
    locations = re.findall("<loc>https://registry.example/([^<]+)", (www / "sitemap.xml").read_text("utf-8"))
    assert [path for path in locations if not (www / path).exists()] == []
    for page, table in (("data", "organizations"), ("projects/index", "projects"), ("en/projects/index", "projects")):
        digests = set(re.findall("[0-9a-f]{64}", (www / f"{page}.html").read_text("utf-8")))
        assert hashlib.sha256((www / f"data/csv/{table}.csv").read_bytes()).hexdigest() in digests


def test_withdrawn_from_an_applied_tree_it_is_gone_at_once_and_no_old_package_brings_it_back(
    inner: Path, tmp_path: Path
) -> None:
    www = tmp_path / "www"
    say(inner, "apply", inner / "1.zip", "--to", www)
    say(inner, "pack", "--out", inner / "2.zip", "--previous", inner / "1.zip")
    lists = www / "schema/codes/shili"
    lists.mkdir(parents=True)
    codes = {"codes": [{"code": "trade_secret", "zh": "商业秘密", "en": "Trade secret"}]}
    (lists / "withholding_ground.json").write_text(json.dumps(codes), "utf-8")
    for ground in ("nonsense", "<script>"):
        said = say(inner, "withdraw", ONE, "--ground", ground, "--tree", www)[1]
        assert "release.no-such-ground" in said
        assert "trade_secret（商业秘密）" in said
    examples = {page: (www / page).read_text("utf-8") for page in ("data.html", "api.html")}
    assert all(ONE in text for text in examples.values())
    code, said = say(inner, "withdraw", ONE, "--ground", "trade_secret", "--tree", www, "--date", "2026-07-01")
    assert code == 0, said
    named = {p.relative_to(www).as_posix() for p in www.rglob("*") if p.is_file() and ONE.encode() in p.read_bytes()}
    assert named <= {"release.json", "sitemap.xml", f"projects/{ONE}.html", f"en/projects/{ONE}.html"}
    assert "示例项目1".encode() not in b"".join(p.read_bytes() for p in www.rglob("*") if p.is_file())
    stone = Page((www / f"projects/{ONE}.html").read_text("utf-8"))
    assert "依据：商业秘密" in "".join(stone.text)
    assert {"../index.html", "index.html"} <= {attrs.get("href") for _, tag, attrs in stone.tags if tag == "a"}
    for page in ("index.html", "data.html", "projects/index.html"):
        assert (www / page).read_text("utf-8").count("2026-07-01 撤下过项目：本页的个数") == 1, page
    # Pages that gave it as an example go on without the example.
    for page, text in examples.items():
        assert (www / page).read_text("utf-8").count("<h2") == text.count("<h2") > 0, page
    assert f"已在外网撤下、登记库里仍公开：{ONE}" in say(inner, "plan", "--against", www)[1]
    whole = json.loads((www / "data/projects.json").read_text("utf-8"))
    assert [p["project"]["id"] for p in whole["projects"]] == [TWO]
    assert TWO in (www / "projects/rows.js").read_text("utf-8")
    assert not list(www.rglob("*.sqlite"))
    # Nor does the package after one that says nothing of it.
    other, file = tmp_path / "other", next(inner.rglob(f"{ONE}.yaml"))
    shutil.copytree(www, other)
    data = file.read_bytes()
    file.unlink()
    say(inner, "pack", "--out", inner / "silent.zip", "--previous", inner / "1.zip")
    file.write_bytes(data)
    say(inner, "pack", "--out", inner / "back.zip", "--previous", inner / "silent.zip")
    assert say(inner, "apply", inner / "silent.zip", "--to", other)[0] == 0
    assert "release.republishes" in say(inner, "apply", inner / "back.zip", "--to", other)[1]
    assert "release.republishes" in say(inner, "apply", inner / "2.zip", "--to", www)[1]
    assert say(inner, "apply", inner / "2.zip", "--to", www, "--republish")[0] == 0
    assert "zm-withdrawn" not in (www / "index.html").read_text("utf-8")
    assert "release.not-public" in say(inner, "withdraw", "shili-2026-0009", "--ground", "x", "--tree", www)[1]


def test_an_entry_of_a_feed_that_names_the_project_goes_whole() -> None:
    items = [{"id": name, "content_text": f"所属框架：{name}"} for name in ("城市平台", "城市平台二期")]
    left = CUTTERS[".json"](json.dumps({"items": items}), Marks(ONE, ["城市平台"], ["城市平台二期"]))
    assert left is not None
    assert json.loads(left) == {"items": items[1:]}


def test_a_part_whose_id_looks_like_that_of_another_project_goes_with_its_own() -> None:
    text = f"\ufeffproject,row,id\n{ONE},1,{TWO}\n{TWO},1,{THREE}\n"
    assert CUTTERS[".csv"](text, Marks(ONE, ())) == f"\ufeffproject,row,id\n{TWO},1,{THREE}\n"


def test_a_row_cut_out_of_the_list_takes_its_words_along_and_the_other_rows_keep_theirs() -> None:
    words = {
        "owner": [["a", "甲", "A", ""], ["b", "乙", "B", ""], ["c", "丙", "C", ""]],
        "class": [["x", "类", "X", ""]],
    }
    columns = {"id": [TWO, ONE, "shili-2026-0003", "shili-2026-0004"], "owner": [0, 1, 2, 0], "class": [-1, 0, -1, -1]}
    text = f"window.zongmuList={json.dumps({'tables': words, 'columns': columns, 'mark': 'old'})};\n"
    new = CUTTERS[".js"](text, Marks(ONE, ()))
    assert new is not None
    left = json.loads(new.partition("=")[2].rstrip(";\n"))
    assert left["tables"] == {"owner": [words["owner"][0], words["owner"][2]], "class": []}
    assert left["columns"] == {"id": [TWO, *columns["id"][2:]], "owner": [0, 1, 0], "class": [-1, -1, -1]}
    assert left["mark"] != "old"
