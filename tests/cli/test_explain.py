"""``zongmu explain``: a rule, a sentence, a parameter, a reading, a code, a project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.instances import LATE, PROJECT, Instance, make


def told(one: Instance, *what: str) -> str:
    said = one.say("explain", *what)
    assert (said.code, said.err) == (0, ""), said.err
    return said.out


def test_what_no_record_can_cause_is_explained_too(tiny: Instance) -> None:
    for code in ("cli.usage", "cli.system", "cli.internal", "push.not-taken", "request.refused", "gate.detour"):
        for lang in ("zh", "en"):
            said = tiny.say("--lang", lang, "explain", code)
            assert (said.code, code in said.out, ("怎么办" if lang == "zh" else "next") in said.out) == (0, True, True)


def test_a_rule(tiny: Instance) -> None:
    text = told(tiny, "dm1_apply")
    for words in (
        "dm1_apply  按时申报",
        "三十日内",
        "DM-1 p1 s1（第一条第一款第1句）：三十日内申报",
        "应当、不得；约束 项目单位；自动检查",
        "申报期限 不超过 30日",
        "怎样符合：写明申报日期",
        "谁可以豁免：",
        "checks/demo_2025/rules.py:",
        "顺延日的次日 → 不符合",
    ):
        assert words in text, words


def test_a_rule_in_english_with_its_reading(tiny: Instance) -> None:
    text = told(tiny, "dm2_supervision", "--lang", "en")
    for words in (
        "Supervised",
        "in principle; binds project unit; automated",
        "reading R1 (exactly two million): not required",
        "for acts from 2025-01-01",
        "CNY 2,000,000.00",
    ):
        assert words in text, words


def test_a_sentence_and_all_of_an_article(tiny: Instance) -> None:
    assert "DM-3（第三条）：财政局审核结余\n  主管部门职责；约束 财政局；自动检查：dm3_surplus" in told(tiny, "DM-3")
    assert told(tiny, "DM-1") == told(tiny, "DM-1 p1 s1") == told(tiny, "DM-1", "p1", "s1")
    assert "DM-5（第五条）：说明\n  说明；仅供了解\n  无可检查\n" in told(tiny, "DM-5")


def test_a_sentence_says_what_stands_for_it_where_no_machine_can_look(tiny: Instance) -> None:
    law = "checks/demo_2025/measure.yaml"
    tiny.edit(law, "rules: [dm4_names]", "rules: [dm4_names], attested: [truth]")
    tiny.edit(law, "rules: [dm3_surplus]", "rules: [dm3_surplus], attested: [checked], vouched_by: auditor")
    tiny.edit(law, "class: informational", "class: structural, field: 'class, organizations/type'")
    tiny.edit(
        law,
        "codes:\n",
        "codes:\n  attestation: {truth: {zh: 资料真实, en: True data}, checked: {zh: 已核对, en: Checked}}\n",
    )
    assert "\n  其余由项目单位证明：资料真实\n" in told(tiny, "DM-4")
    assert "\n  其余由审计局证明：已核对\n" in told(tiny, "DM-3")
    assert "\n  字段：项目类别（class）、单位·单位类型（organizations/type）\n" in told(tiny, "DM-5")


def test_a_parameter(tiny: Instance) -> None:
    assert "2025-01-01  > 200万元（二百万以上，DM-2）" in told(tiny, "dm.supervision")


def test_a_reading(tiny: Instance) -> None:
    text = told(tiny, "R1")
    assert "恰为二百万" in text
    assert "→ 不要求" in text


def test_a_reading_that_two_measures_number_alike(tmp_path: Path) -> None:
    one = make(tmp_path)
    reading = "readings:\n  - {id: R1, point: {zh: 另一处, en: another}, taken: {zh: 另一读, en: other}}\n"
    one.write(
        "checks/other_2025/measure.yaml", f"id: other_2025\nprefix: OT\ntitle: {{zh: 另一办法, en: Other}}\n{reading}"
    )
    text = told(one, "R1")
    assert "恰为二百万" in text
    assert "另一处" in text


@pytest.mark.parametrize(
    "code", ["record.silent-edit", "yaml.duplicate-key", "schema.unknown-key", "tree.unreadable", "content.email"]
)
def test_a_code(code: str, tiny: Instance) -> None:
    said = tiny.say("explain", code)
    assert said.code == 0
    assert said.out.startswith(code)
    assert "怎么办" in said.out


@pytest.mark.parametrize("what", ["demo-2026-0002", LATE])
def test_a_project(what: str, tiny: Instance) -> None:
    text = told(tiny, what)
    assert text.startswith("demo-2026-0002  早已迟到的项目 （2026-06-30）")
    assert "不符合·阻断  dm1_apply" in text
    assert "期限 2026-02-09" in text
    assert "符合  dm4_names" in text
    assert text.index("dm1_apply") < text.index("dm4_names"), "the worst first"


def test_a_project_on_another_day(tiny: Instance) -> None:
    tiny.project(9, "milestones:\n  - {kind: proposal_approved, date: 2026-06-01}\n")
    assert "暂不能判断  dm1_apply" in told(tiny, "demo-2026-0009")
    assert "不符合·阻断  dm1_apply" in told(tiny, "demo-2026-0009", "--as-of", "2026-08-01")
    assert tiny.say("explain", "demo-2026-0009", "--as-of", "soon").code == 2


def test_what_was_late_is_not_told_to_be_done(tiny: Instance) -> None:
    """Nothing makes it early any more; what is still missing is told how to be mended."""
    assert "补不回来，由有权机关确认" in told(tiny, "demo-2026-0002")
    assert "cannot be made good" in told(tiny, "demo-2026-0002", "--lang", "en")
    tiny.project(9, "milestones:\n  - {kind: proposal_approved, date: 2026-02-01}\n")
    assert "怎么办：写明申报日期" in told(tiny, "demo-2026-0009")


def test_a_project_with_defects_and_dead_references(tiny: Instance) -> None:
    tiny.project(9, "class: bild\nlead: demo/nobody\n")
    text = told(tiny, "demo-2026-0009")
    assert "record.unknown-code" in text
    assert "record.unresolved-reference" in text


def test_a_project_whose_file_cannot_be_read(tiny: Instance) -> None:
    tiny.append(PROJECT, "name: 又\n")
    assert "yaml.duplicate-key" in told(tiny, "demo-2026-0001")


@pytest.mark.parametrize(
    ("what", "near"),
    [
        ("dm1_aply", "dm1_apply"),
        ("DM-33", "DM-3"),
        ("record.silent-edt", "record.silent-edit"),
        ("demo-2026-001", "demo-2026-0001"),
    ],
)
def test_something_near(what: str, near: str, tiny: Instance) -> None:
    said = tiny.say("explain", what)
    assert said.code == 2
    assert near in said.err


def test_nothing_near(tiny: Instance) -> None:
    said = tiny.say("explain", "something quite different", "--lang", "en")
    assert said.code == 2
    assert "no rule, sentence, code or project is called something quite different" in said.err


def test_settings_that_are_wrong_keep_only_a_project_from_being_explained(tiny: Instance) -> None:
    tiny.write("registry/registry.yaml", "a: [\n")
    assert tiny.say("explain", "DM-1").code == 0
    assert tiny.say("explain", "demo-2026-0001").code == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expect: {outcome: pass, due: 2026-02-09}", "expect: {outcome: passes}"),
        ("expect: {outcome: pass, due: 2026-02-09}", "expect: pass"),
        ("  - name: 办法施行前批复\n", "  - nam: 办法施行前批复\n"),
        ("cases:\n", "cases:\n  - 一例\n"),
        ("  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    before: [{project: {}}]\n"),
        ("cases:\n", "case:\n"),
        ("  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    without: owner\n"),
        ("  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    roles: {bureau: demo/office}\n"),
        ("  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    asof: soon\n"),
        ("  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    before: {milestones: {declared: 2026-01-01}}\n"),
        ("  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    before: {milestones: {declared/two: {}}}\n"),
    ],
)
def test_examples_that_are_not_as_they_should_be(old: str, new: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    path = "checks/demo_2025/examples/dm1_apply.yaml"
    one.edit(path, old, new)
    said = one.say("explain", "dm1_apply")
    assert said.code == 2
    assert said.err.startswith(f"{path}:")
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    given:", "    before: {project: {}}\n    given:"),
        ("    given:", "    before: [{projct: {}}]\n    given:"),
        ("    given:", "    before: [{project: {}, plan: {}}]\n    given:"),
        ("    given:", "    before: [一件]\n    given:"),
        ("    given:", "    without: [owner]\n    given:"),
    ],
)
def test_examples_of_a_rule_across_records_are_rows(old: str, new: str, tmp_path: Path) -> None:
    one = make(tmp_path)
    path = "checks/demo_2025/examples/dm4_names.yaml"
    one.edit(path, old, new)
    said = one.say("explain", "dm4_names")
    assert said.code == 2
    assert said.err.startswith(f"{path}:")
    assert "跨记录的规则" in said.err


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("dm1_apply", "  - name: 办法施行前批复\n", "  - name: 办法施行前批复\n    without: [milestones/final_accepted]\n", "本来就没有"),
        ("_base", "asof:", "as_of:", "_base.yaml:1: asof"),
        ("_base", "milestone_defaults:", "roles: [x]\nmilestone_defaults:", "roles 应为映射"),
        ("_base", "measures: [demo_2025]", "measures: [demo_2026]", "demo_2025"),
        ("_base", "  build_started: {date: 2026-03-01}", "  build_started: 2026-03-01", "milestone_defaults 应为映射"),
    ],
)  # fmt: skip
def test_examples_that_could_not_be_judged_are_told_with_their_place(
    file: str, old: str, new: str, told: str, tmp_path: Path
) -> None:
    one = make(tmp_path)
    one.edit(f"checks/demo_2025/examples/{file}.yaml", old, new)
    said = one.say("examples", "dm1_apply")
    assert said.code == 2
    assert re.match(r"checks/demo_2025/examples/\w+\.yaml:[0-9]+: ", said.err), said.err
    assert all(word in said.err for word in told.split()), said.err


def test_examples_without_their_base(tmp_path: Path) -> None:
    one = make(tmp_path)
    one.path("checks/demo_2025/examples/_base.yaml").unlink()
    said = one.say("explain", "dm1_apply")
    assert said.code == 2
    assert "_base.yaml" in said.err
