"""Pages that gather what projects have in common: suppliers, deadlines, years, rosters, resources, serial numbers."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.publish.instance import DISTRICTS, SETTINGS, _dump, build, project, released, write_instance
from zongmu.publish.derived.figures import LADDER
from zongmu.publish.derived.suppliers import Suppliers
from zongmu.publish.open_data.oc4ids import oc4ids_project
from zongmu.publish.pages.upcoming import upcoming
from zongmu.publish.rendering.say import Say

CODE = "91110108551385082Q"


PLAN: dict[str, Any] = {
    "year": 2026,
    "steps": [
        {"kind": "approved", "date": "2026-01-26", "body": "shili/ju", "number": "示旗政发〔2026〕3号"},
        {"kind": "drafted", "date": "2025-12-03"},
    ],
    "entries": [
        {"seq": 1, "project": "shili-2026-0001", "name": "计划里的名称", "total": "86万元", "opinion": "agreed"},
        {"seq": 2, "project": "shili-2026-0099", "name": "未公开的名称", "total": "88888.88万元"},
        {"seq": 3, "name": "没有登记的名称", "reason": "从不提及的意见"},
    ],
}
"""A district's plan: one published project, one that is not, one that is not registered."""


def contract(serial: int, **more: Any) -> dict[str, Any]:
    """A project with one contract; what is ``None`` is left out."""
    signed = {"kind": "contract_signed", "date": "2026-03-20", "role": "build", "amount": "100万元", **more}
    signed = {field: value for field, value in signed.items() if value is not None}
    return project(serial, milestones=[{"kind": "approved", "date": "2026-03-02", "total": "200万元"}, signed])


def registers(root: Path) -> None:
    """A plan that also names a project that is not published, a roster, and a catalogue."""
    base = {"format": 1, "jurisdiction": "shili"}
    _dump(
        root / "registry/plans/shili/2026.yaml",
        base
        | {
            "year": 2026,
            "approved": {"date": "2026-01-10", "number": "示府函〔2026〕1号"},
            "entries": [
                {"seq": 1, "project": "shili-2026-0001", "year_fund": "77.5万元"},
                {"seq": 2, "project": "shili-2026-0099", "year_fund": "88888.88万元"},
            ],
        },
    )
    _dump(
        root / "registry/returns/shili/2026-q1.yaml",
        base
        | {
            "period": "2026-q1",
            "title": "一季度报送",
            "due": "2026-04-10",
            "units": [
                {"unit": "shili/ju", "date": "2026-04-15", "note": "从不提及的备注"},
                {"unit": "shili/shuju", "date": "2026-04-09", "nil": True},
                {"unit": "shili/secret"},
            ],
        },
    )
    _dump(
        root / "registry/resources/shili.yaml",
        base | {"resources": [{"id": "cloud", "name": "示例政务云", "provider": "shili/shuju"}]},
    )


def settings(**shown: bool) -> dict[str, Any]:
    """Settings that publish these registers."""
    gaps = [{"year": 2026, "serial": "0003", "reason": "收件后撤回"}]
    city = {**SETTINGS["jurisdictions"][0], "gaps": gaps}
    return {"site": {**SETTINGS["site"], **({"registers": shown} if shown else {})}, "jurisdictions": [city]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with two projects and all registers."""
    root = tmp_path_factory.mktemp("gathered")
    used = [{"resource": "cloud", "used": True}]
    funded = project(1, shared_resources=used)
    funded["milestones"][0]["funding"] = [
        {"source": "general_budget", "level": "city", "year": year, "amount": amount}
        for year, amount in ((2026, "800万元"), (2027, "400万元"))
    ]
    funded["payments"] = [{"seq": 1, "date": "2026-04-01", "contract": 1, "amount": "300万元"}]
    operated = project(5, payments=[{"seq": 1, "date": "2026-05-01", "contract": 2, "amount": "20万元"}])
    operated["milestones"].append(
        {
            "kind": "contract_signed",
            "seq": 2,
            "date": "2026-03-25",
            "role": "om",
            "amount": "60万元",
            "supplier": "丙有限公司",
        }
    )
    write_instance(
        root,
        [funded, operated],
        settings=settings(plans=True, returns=True, resources=True),
        districts=[{**DISTRICTS[0], "plans": [PLAN]}],
    )
    registers(root)
    build(root)
    return root / "public"


def text(file: Path) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", file.read_text("utf-8")))


# ── suppliers ──


def suppliers(tmp_path: Path, *projects: dict[str, Any]) -> Suppliers:
    return released(write_instance(tmp_path, projects)).suppliers


def test_one_code_is_one_supplier_whatever_its_name(tmp_path: Path) -> None:
    found = suppliers(
        tmp_path,
        contract(1, supplier="甲有限公司", supplier_uscc=CODE),
        contract(2, supplier="甲股份有限公司", supplier_uscc=CODE),
        contract(3, supplier="甲 有限公司"),
        contract(4, supplier="甲有限责任公司"),
    )
    assert [(s.slug.partition("-")[0], len(s.parts)) for s in found.by_slug.values()] == [("uscc", 3), ("name", 1)]
    first = next(iter(found.by_slug.values()))
    assert (first.uscc, str(first.total), list(first.other_names)) == (CODE, "300万元", ["甲股份有限公司"])


def test_a_name_that_two_bear_goes_to_neither(tmp_path: Path) -> None:
    found = suppliers(
        tmp_path,
        contract(1, supplier="甲有限公司", supplier_uscc=CODE),
        contract(2, supplier="甲有限公司", supplier_org="shili/ju"),
        contract(3, supplier="甲有限公司"),
    )
    assert sorted(s.slug.partition("-")[0] for s in found.by_slug.values()) == ["body", "name", "uscc"]


def test_a_consortium_counts_once_and_every_member_is_found(tmp_path: Path) -> None:
    members = [{"name": "甲有限公司", "share": "70%"}, {"name": "乙有限公司", "share": "30%"}]
    release = released(write_instance(tmp_path, [contract(1, supplier="甲有限公司", members=members)]))
    found = release.suppliers
    rows = {s.name: (str(s.total), s.parts[0].member, s.parts[0].share) for s in found.by_slug.values()}
    assert rows == {"甲有限公司": ("100万元", False, "70%"), "乙有限公司": ("None", True, "30%")}
    role, builders = found.builders(release.projects[0])
    assert (role, [s.name for s in builders]) == ("build", ["甲有限公司", "乙有限公司"])
    say = Say("zh", release, "../")
    given = oc4ids_project(release.projects[0], say, "https://registry.example/")
    (process,) = given["contractingProcesses"]
    assert [s["name"] for s in process["summary"]["suppliers"]] == ["甲有限公司", "乙有限公司"]
    assert [p["name"] for p in given["parties"] if "supplier" in p["roles"]] == ["甲有限公司", "乙有限公司"]


@pytest.mark.parametrize(
    ("roles", "found"),
    [
        (("supervision", "build"), ("build", ["build有限公司"])),
        (("supervision", "supply"), ("supply", ["supply有限公司"])),
        (("om", "service"), ("service", ["service有限公司"])),
        (("om",), ("om", ["om有限公司"])),
        (("design", "supervision"), ("", ["design有限公司", "supervision有限公司"])),
    ],
)
def test_who_supervises_builds_nothing(tmp_path: Path, roles: tuple[str, ...], found: tuple[str, list[str]]) -> None:
    signed = [
        {
            "kind": "contract_signed",
            **({"seq": n} if n > 1 else {}),
            "date": "2026-03-20",
            "role": role,
            "supplier": f"{role}有限公司",
        }
        for n, role in enumerate(roles, 1)
    ]
    release = released(write_instance(tmp_path, [project(1, milestones=signed)]))
    role, builders = release.suppliers.builders(release.projects[0])
    assert (role, [s.name for s in builders]) == found


def test_an_amount_that_nobody_recorded_is_not_zero(tmp_path: Path) -> None:
    found = suppliers(tmp_path, contract(1, supplier="甲有限公司", amount=None), contract(2, supplier="乙有限公司"))
    assert [(s.name, str(s.total)) for s in found.by_slug.values()] == [
        ("乙有限公司", "100万元"),
        ("甲有限公司", "None"),
    ]


def test_the_project_names_who_builds_it_and_leads_there(site: Path) -> None:
    page = (site / "projects/shili-2026-0001.html").read_text("utf-8")
    found = re.search(r'由<a href="\.\./(suppliers/name-[0-9a-f]{16}\.html)">示例数据有限公司</a>承建', page)
    assert found is not None
    said = text(site / found[1])
    assert "在 2 个已公开项目中签订 2 份合同，合计 2,361 万元" in said
    assert "未经核实" in said


# ── registers ──


def test_a_plan_lists_published_projects_alone(site: Path) -> None:
    said = text(site / "years/shili-2026.html")
    assert "示府函〔2026〕1号" in said
    assert "所列合计 77.50 万元" in said
    assert not [f for f in site.rglob("*") if f.is_file() and (b"0099" in f.read_bytes() or b"88888" in f.read_bytes())]


def test_money_stands_in_the_year_to_which_the_approval_assigns_it_with_its_project(site: Path) -> None:
    assert re.search(r"2027 示例市 0 400\.00 ", text(site / "years/index.html"))
    said = text(site / "years/shili-2027.html")
    assert re.search(r"示例市 2027 年度 批复安排在当年的资金 400 ?万元 ?。", said)  # what nobody recorded is not nought
    assert re.search(r"当年的钱：安排与支付 项目 .* 示例项目1 \S+ \S+ \S+ 400\.00 1,180\.50 300\.00 880\.50 ", said)


def test_the_money_of_a_year_says_what_was_paid_in_it_and_what_is_left_of_the_contracts(site: Path) -> None:
    said = text(site / "years/shili-2026.html")
    assert re.search(r"年度计划 项目 .* 示例项目1 \S+ 77\.50 300\.00 只列", said)
    spent = said[said.index("安排与支付") :]
    assert re.search(r"示例项目1 \S+ \S+ \S+ 800\.00 300\.00 1,180\.50 300\.00 880\.50 ", spent)
    assert re.search(r"示例项目5 \S+ 20\.00 1,240\.50 20\.00 1,220\.50 ", spent)  # the contract to operate included


def test_a_district_shows_its_plan_step_by_step_with_published_projects_alone(site: Path) -> None:
    said = text(site / "districts/shili-150690.html")
    assert re.search(
        r"编制计划清单 2025-12-03 组织评审论证 未登记 .*本级政府审定 2026-01-26 示例局 示旗政发〔2026〕3号", said
    )
    assert re.search(r"计划与完成 项目 .* 示例项目1 86\.00 1,200\.00 ", said)
    every = b"".join(f.read_bytes() for f in site.rglob("*.html"))
    assert not [word for word in ("未公开的名称", "没有登记的名称", "从不提及的意见") if word.encode() in every]


def test_a_unit_shows_what_it_spends_who_builds_and_where_its_rows_are(site: Path) -> None:
    page = (site / "organizations/shili-ju.html").read_text("utf-8")
    assert 'href="../projects/index.html#owner=shili%2Fju&amp;sort=-approved"' in page
    assert 'href="../organizations/shili-ju.ics"' in page
    assert re.search(r"谁在承建 .*示例数据有限公司 2 2,361\.00", text(site / "organizations/shili-ju.html"))
    assert re.search(r"示例局 .*示例市 2 2,400\.00 2,361\.00 ", text(site / "organizations/index.html"))


def test_the_page_on_ratings_says_how_many_a_median_rests_on(site: Path) -> None:
    assert "现行基线 → 合同 2 少 −1.63% −1.63% −1.63% −1.63% 0" in text(site / "ratings.html")


def test_what_has_no_contract_yet_is_listed_with_what_is_nearest_first(tmp_path: Path) -> None:
    approval = {"kind": "approved", "date": "2026-03-02", "total": "200万元"}
    notice = {"kind": "procurement_announced", "date": "2026-04-01", "limit_price": "180万元", "deadline": "2026-05-01"}
    intended = {"kind": "procurement_intended", "date": "2026-04-01", "expected": "2026-07", "budget": "190万元"}
    failed = {"kind": "procurement_failed", "date": "2026-05-02", "of": "procurement_announced"}
    proposed = {"kind": "proposal_approved", "date": "2026-03-02", "total": "210万元"}
    applied = {"kind": "approval_applied", "date": "2026-03-03", "total": "220万元"}
    rejected = {"kind": "rejected", "date": "2026-03-04", "of": "approval_applied"}
    again = {**applied, "seq": 2, "date": "2026-03-05", "total": "190万元"}
    found = upcoming(
        released(
            write_instance(
                tmp_path,
                [
                    project(1, milestones=[approval, intended]),
                    project(2, milestones=[approval, notice]),
                    project(3, milestones=[approval, notice, failed]),
                    contract(4, supplier="甲有限公司"),
                    project(5, milestones=[approval, {"kind": "terminated", "date": "2026-05-01"}]),
                    project(6, milestones=[proposed, applied]),
                    project(7, milestones=[proposed, applied, rejected]),
                    project(8, milestones=[proposed, applied, rejected, again]),
                    project(9, milestones=[approval, {"kind": "suspended", "date": "2026-05-01"}]),
                ],
            )
        )
    )
    assert [(u.project.public.id[-4:], u.state, u.expected, str(u.amount)) for u in found] == [
        ("0002", "announced", "2026-05-01", "180万元"),
        ("0001", "intended", "2026-07", "190万元"),
        ("0003", "approved", "", "200万元"),
        ("0006", "applied", "", "220万元"),
        ("0008", "applied", "", "190万元"),
        ("0009", "suspended", "", "200万元"),
    ]


def test_the_roster_shows_nil_returns_days_late_and_who_is_missing_and_no_note(site: Path) -> None:
    said = text(site / "returns/shili-2026-q1.html")
    assert "应报 3 个单位，已报 2 个，其中迟报 1 个" in said
    assert re.search(r"从不提及局 ✕ 未报 81 .*示例局 ▲ 迟报 2026-04-15 5 .*示例数据局 ✓ 零报告", said)
    assert "从不提及的备注" not in said
    assert re.search(r"3 1 1 1 1 67%", text(site / "returns/index.html"))  # due, in time, nil, late, not yet


def test_gaps_in_serial_numbers_are_explained_or_named(site: Path) -> None:
    assert "0005 2 0003 收件后撤回 0002, 0004" in text(site / "returns/index.html")


def test_a_resource_lists_who_uses_it(site: Path) -> None:
    said = text(site / "resources/shili-cloud.html")
    assert "示例政务云" in said
    assert "示例项目1" in said
    assert "示例项目5" not in said


def test_registers_are_published_only_where_the_instance_says_so(tmp_path: Path) -> None:
    write_instance(tmp_path, [project(1)], settings=settings())
    registers(tmp_path)
    found = released(tmp_path)
    assert (found.registers.plans, found.registers.district_plans) == ((), ())
    assert (found.registers.returns, found.registers.resources) == ((), ())
    assert "shili/secret" not in found.organizations


# ── one number, one value ──


def amounts(html: str) -> list[int]:
    """The exact amounts in a part of a page, in fen."""
    return [int(value) for value in re.findall(r'<data value="(-?[0-9]+)"', html)]


def rows_of(file: Path, id: str = "") -> dict[str, list[int]]:
    """The amounts in each row of the tables of a page, or of its section *id*, by the first cell."""
    page = file.read_text("utf-8")
    page = page[page.index(f'<h2 id="{id}"') :].partition("</table>")[0] if id else page
    cells = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", head): amounts(rest) for head, rest in cells}


def test_an_amount_is_the_same_wherever_it_stands(site: Path) -> None:
    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((site / f"data/csv/{name}.csv").read_text("utf-8-sig"), newline="")))

    def fen(cell: str) -> list[int]:
        return [int(cell.replace(".", ""))] if cell else []

    projects = table("projects")
    listed = rows_of(site / "projects/index.html")
    for row in projects:
        rungs = rows_of(site / f"projects/{row['id']}.html", "money")
        steps = {words.zh: fen(row[step]) for step, words in LADDER.items()}
        assert len(rungs) > 4
        assert rungs == {title: steps[title] for title in rungs}
        english = site / f"en/projects/{row['id']}.html"
        assert list(rows_of(english, "money").values()) == list(rungs.values())
        assert listed[f"{row['name']}{row['id']}"] == [*fen(row["current"]), *fen(row["contracted"])]
        (given,) = json.loads((site / f"projects/{row['id']}.oc4ids.json").read_text("utf-8"))["projects"]
        assert {m["step"]: fen(m["yuan"]) for m in given["x_zongmu"]["money"]} == {
            s: fen(row[s]) for s in LADDER if row[s]
        }
    sums = [sum(sum(fen(row[step])) for row in projects) for step in ("current", "contracted", "paid")]
    assert (
        amounts((site / "index.html").read_text("utf-8").partition("zm-tiles--home")[2].partition("</dl>")[0]) == sums
    )
    assert next(iter(rows_of(site / "organizations/index.html").values())) == sums
    body = site / "organizations/shili-ju.html"
    assert amounts(body.read_text("utf-8").partition("zm-tiles")[2].partition("</dl>")[0]) == sums
    assert rows_of(body, "owned") == {
        f"{row['name']}{row['id']}": [amount for step in ("current", "contracted", "paid") for amount in fen(row[step])]
        for row in projects
    }
    year = rows_of(site / "years/index.html")["2026"]
    signed = sum(sum(fen(row["amount_now"])) for row in table("contracts"))
    assert [year[1], year[3]] == [signed, sums[2]]
    spent = rows_of(site / "years/shili-2026.html", "spent").values()
    assert [sum(row[-4] for row in spent), sum(row[-3] for row in spent)] == [sums[2], signed]
    sellers = rows_of(site / "suppliers/index.html")
    assert {row["name"]: fen(row["amount"]) for row in table("suppliers")} == sellers
