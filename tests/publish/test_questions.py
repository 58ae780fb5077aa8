"""Questions from the public, as a citizen sees them: the thread, the counter, who owes the reply; and what they may not tell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.publish.instance import build, project, write_instance
from zongmu.disclosure.projection import Told, project_public
from zongmu.model.records.project import Project

ASKED: list[dict[str, Any]] = [
    {
        "seq": 1,
        "kind": "request",
        "channel": "letter",
        "received": "2026-04-01",
        "about": "contract_signed",
        "text": "申请公开<b>合同</b>文本",
        "text_en": "The text of the contract",
        "reply": {"date": "2026-05-29", "number": "示复〔2026〕1号", "ground": "commercial", "satisfied": False},
    },
    {
        "seq": 2,
        "kind": "inquiry",
        "received": "2026-06-01",
        "body": "shili/shuju",
        "text": "何时能用",
        "consulting": [{"start": "2026-06-03", "end": "2026-06-05"}, {"start": "2026-06-08"}],
    },
    {"seq": 3, "of": 1, "kind": "objection", "received": "2026-06-25", "text": "不同意不公开的依据"},
]
LIMIT = {"limits": [{"id": "public_reply", "within": "15个工作日"}]}


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_a_thread_with_its_counter_on_the_page_of_the_project_and_of_the_body_that_owes_the_reply(
    tmp_path: Path,
) -> None:
    write_instance(tmp_path, [project(1, questions=ASKED), project(2, questions=ASKED[:1]), project(3)], settings=LIMIT)
    build(tmp_path)
    site = tmp_path / "public"
    page = (site / "projects/shili-2026-0001.html").read_text("utf-8")
    assert "申请公开&lt;b&gt;合同&lt;/b&gt;文本" in page
    assert re.findall(r'<li id="q-(\d)"', page) == ["1", "3", "2"], "what follows up a question stands after it"
    said = words(page)
    assert "迟" in said
    assert "答复内容不公开：涉及商业秘密" in said
    assert "提问人表示不满意" in said
    assert "算到 2026-06-30" in said
    assert 'id="q-' not in (site / "projects/shili-2026-0003.html").read_text("utf-8")

    build(tmp_path, tmp_path / "earlier", "2026-06-29")
    moved = [
        [(root / f"projects/shili-2026-000{n}.html").read_bytes() for root in (site, tmp_path / "earlier")]
        for n in (1, 2)
    ]
    assert [a == b for a, b in moved] == [False, True], "the counter goes on; what is answered stays as it is"

    owing = words((site / "organizations/shili-shuju.html").read_text("utf-8"))
    assert "何时能用" in owing
    assert "个工作日未答复" in owing
    assert "何时能用" not in words((site / "organizations/shili-ju.html").read_text("utf-8"))
    assert "The text of the contract" in (site / "en/deadlines/questions.html").read_text("utf-8")
    assert "公众提问 4 件：逾期未答复 1 件，待答复 1 件，已答复 2 件（按期 0 件）" in (site / "index.html").read_text(
        "utf-8"
    )

    calendar = (site / "organizations/shili-shuju.ics").read_bytes().replace(b"\r\n ", b"").decode()
    assert "【逾期】示例项目1：答复公众提问" in calendar
    data = json.loads((site / "projects/shili-2026-0001.json").read_bytes())
    assert [row["question"] for row in data["derived"]["replies"]] == [1, 2, 3]
    assert data["project"]["questions"][0]["reply"]["ground"] == "commercial"
    package = json.loads((site / "projects/shili-2026-0001.oc4ids.json").read_bytes())
    assert [q["seq"] for q in package["projects"][0]["x_zongmu"]["questions"]] == [1, 2, 3]
    rows = (site / "data/csv/questions.csv").read_text("utf-8-sig").splitlines()
    assert [",late," in rows[1], ",overdue," in rows[2], ",open," in rows[3]] == [True, True, True]
    assert ",2026-06-03/2026-06-05 2026-06-08/," in rows[2]


def test_what_a_question_is_about_tells_of_nothing_that_is_not_public() -> None:
    told = Told(internal=frozenset({"SL-5 p1 s1"}))
    kept = ["contract_signed", "owner", "payments/1", "SL-1", "SL-5 p2"]
    dropped = [
        "incident_occurred",
        "filed",
        "security",
        "security/mlps_level",
        "SL-5",
        "SL-5 p1",
        "SL-5 p1 s1",
        "necessity",
    ]
    acts = [*project(1)["milestones"], {"kind": "incident_occurred", "date": "2026-03-02", "incident": "security", "severity": "serious"},
            {"kind": "filed", "date": "2026-03-02", "matter": "mlps"}]  # fmt: skip
    rows = [
        {"seq": n, "kind": "inquiry", "received": "2026-06-01", "text": "问", "about": about}
        for n, about in enumerate([*kept, *dropped], 1)
    ]
    record = {"format": 1, "jurisdiction": "shili", **project(1, milestones=acts, questions=rows)}
    public = project_public(Project.model_validate(record), told)
    assert [row.get("about") for row in public.questions] == [*kept, *[None] * len(dropped)]
