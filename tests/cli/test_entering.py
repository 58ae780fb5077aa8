"""``zongmu new``, ``record``, ``correct``, ``fmt``, ``completion`` as a clerk runs them."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import Any

import pytest

from tests.instances import PROJECT, Instance
from zongmu.model.acts.kinds import KINDS

ID = "demo-2026-0001"


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_new_takes_the_next_free_id_and_the_folder_of_the_unit(tiny: Instance) -> None:
    said = tiny.say("new", "--owner", "demo/finance", "--name", "新项目", "--set", "class=服务", "--year", "2026")
    assert said.code == 0, said.all
    assert tiny.read("registry/projects/demo/finance/demo-2026-0003.yaml") == (
        "# yaml-language-server: $schema=../../../../schema/demo/project.schema.json\n"
        "format: 1\nid: demo-2026-0003\njurisdiction: demo\nname: 新项目\nsecrecy: none\nclass: service\nowner: demo/finance\n"
    )
    assert "zongmu record demo-2026-0003" in said.out
    assert tiny.say("new", "--owner", "demo/finance", "--name", "又一", "--year", "2026", "--dry-run").code == 0
    assert not tiny.path("registry/projects/demo/finance/demo-2026-0004.yaml").exists()


def test_new_says_that_the_unit_has_a_project_of_that_name(tiny: Instance) -> None:
    """A run that was cut short after its file stood is begun again by its clerk."""
    begin = ("new", "--owner", "demo/finance", "--name", "新项目", "--year", "2026")
    assert tiny.say(*begin).code == 0
    said = tiny.say(*begin)
    assert said.code == 2
    assert "[cli.begun-already]" in said.err
    assert "zongmu record demo-2026-0003" in said.err
    assert not tiny.path("registry/projects/demo/finance/demo-2026-0004.yaml").exists()
    assert "cli.begun-already" not in tiny.say("new", "--owner", "demo/office", "--name", "新项目", "--dry-run").all
    assert "cli.begun-already" not in tiny.say(*begin, "--again", "--dry-run").all


def test_new_asks_and_asks_again(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "", "问来的项目", "没有这个单位", "demo/office", "3", "1", "一句简介")
    said = tiny.say("new", "--ask", "--year", "2026")
    assert said.code == 0, said.all
    assert "必填" in said.out
    assert "不是登记过的单位" in said.out
    assert "不是项目类别的代码" in said.out
    text = tiny.read("registry/projects/demo/office/demo-2026-0003.yaml")
    assert "name: 问来的项目\n" in text
    assert "class: build\n" in text
    assert "summary: 一句简介\n" in text


@pytest.mark.parametrize(
    "args",
    [
        ("new", "--name", "x"),
        ("new", "--name", "x", "--owner", "nowhere/office"),
        ("new", "--name", "x", "--owner", "demo/office", "--set", "class=火箭"),
        ("new", "--name", "x", "--owner", "demo/office", "--set", "colour=red"),
        ("new", "--name", "x", "--owner", "demo/office", "--set", "name"),
        ("record", "demo-2026-9999", "declared"),
        ("record", ID, "火箭"),
        ("record", ID, "declared", "--date", "2026-02-30"),
        ("record", ID, "declared", "--set", "total=480", "--date", "2026-03-01"),
        ("correct", ID, "design_approved/total", "--value", "280万元"),
        ("correct", ID, "design_approved/nothing", "--value", "1", "--reason", "x"),
        ("correct", ID, "id", "--value", "demo-2026-0009", "--reason", "x"),
        ("correct", ID, "name", "--void", "--reason", "x"),
        ("question", ID, "--set", "kind=inquiry"),
        ("question", ID, "1", "--set", "text=x"),
        ("fmt", "no/such/file"),
    ],
)
def test_what_cannot_be_done_says_what_to_do_and_writes_nothing(tiny: Instance, args: tuple[str, ...]) -> None:
    before = {p: p.read_bytes() for p in tiny.root.joinpath("registry").rglob("*.yaml")}
    for lang, step in (("zh", "怎么办"), ("en", "next")):
        said = tiny.say(*args, "--lang", lang)
        assert said.code == 2, said.all
        assert step in said.err
        assert "Traceback" not in said.all
    assert {p: p.read_bytes() for p in tiny.root.joinpath("registry").rglob("*.yaml")} == before


def test_record_lists_what_may_come_next(tiny: Instance) -> None:
    said = tiny.say("record", ID, "--lang", "en")
    assert said.code == 0
    assert "contract_signed" in said.out
    assert "procurement_announced" in said.out


def test_record_adds_one_act_and_keeps_every_other_byte(tiny: Instance) -> None:
    before = tiny.read(PROJECT)
    said = tiny.say(
        "record", ID, "签订合同", "--date", "2026-03-20", "--set", "role=build", "--set", "amount=280.50万元"
    )
    assert said.code == 0, said.all
    added = "  - kind: contract_signed\n    date: 2026-03-20\n    role: build\n    amount: 2805000元\n"
    assert tiny.read(PROJECT) in (before + added, before + added.replace("2805000元", "280.5万元"))
    again = tiny.say("record", ID, "contract_signed", "--date", "2026-04-01", "--set", "role=supervision")
    assert again.code == 0
    assert "    seq: 2\n" in tiny.read(PROJECT)


def test_record_asks_only_for_what_the_act_needs(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "2026.3.20", "1")
    said = tiny.say("record", ID, "contract_signed", "--ask")
    assert said.code == 0, said.all
    assert said.out.count(": ") < 40
    assert "warranty" not in tiny.read(PROJECT)
    answers(monkeypatch, "?", "合同", "completed", "2026.3.21")
    said = tiny.say("record", ID, "--ask")
    assert said.code == 0, said.all
    first, _, rest = said.out.partition("[序号")
    assert first.count("\n") == 1  # what begins the next stage; the rest when it is asked for
    assert "采购公告" not in first
    assert "procurement_announced" in rest
    assert "是不是：签订合同（contract_signed）" in rest


def test_a_question_is_recorded_then_its_reply_and_neither_is_written_over(tiny: Instance) -> None:
    asked = ("--set", "kind=咨询", "--set", "received=2026年3月2日", "--set", "text=何时能用")
    assert tiny.say("question", ID, *asked).code == 0
    assert tiny.say("question", ID, *asked, "--set", "of=1").code == 0
    assert tiny.say("question", ID, "1", "--set", "reply/date=2026-03-09", "--set", "reply/text=年底").code == 0
    assert tiny.say("question", ID, "1", "--set", "reply/satisfied=是").code == 0
    written = "{seq: 1, kind: inquiry, received: 2026-03-02, text: 何时能用, reply: {date: 2026-03-09, text: 年底, satisfied: true}}"
    assert f"\nquestions:\n  - {written}\n" in tiny.read(PROJECT)
    assert "seq: 2, of: 1," in tiny.read(PROJECT)
    request = ("--set", "kind=request", "--set", "received=2026-06-01", "--set", "text=申请公开合同")
    assert tiny.say("question", ID, *request).code == 0
    assert tiny.say("show", ID).out.count("[questions/") == 1, "what is owed by law; a question has no limit here"
    tiny.commit()
    assert "公众提问（1）：种类 咨询，" in tiny.say("log", ID).out, "what it is, which its title does not say"
    assert tiny.say("question", ID, "3", "--set", "consulting/start=2026-06-03").code == 0
    assert tiny.say("question", ID, "3", "--set", "consulting/end=2026-06-09").code == 0
    assert "consulting: [{start: 2026-06-03, end: 2026-06-09}]" in tiny.read(PROJECT)
    assert tiny.say("question", ID, "3", "--set", "征求意见/start=2026-06-12").code == 0
    assert "{start: 2026-06-12}" in tiny.read(PROJECT)
    assert tiny.say("question", ID, "3", "--set", "consulting/end=2026-06-15").code == 0
    again = tiny.say("question", ID, "3", "--set", "consulting/end=2026-06-16")
    assert again.code == 2
    field = "questions/3/consulting/0/end"
    assert field in again.err
    assert tiny.say("correct", ID, field, "--value", "2026-06-10", "--reason", "写错").code == 0
    assert "consulting: [{start: 2026-06-03, end: 2026-06-10}, {start: 2026-06-12, end: 2026-06-15}]" in tiny.read(
        PROJECT
    )
    assert tiny.say("question", ID, "2", "--set", "consulting/end=2026-06-09").code == 2, "nobody was asked"
    again = tiny.say("question", ID, "1", "--set", "reply/text=明年")
    assert (again.code, "cli.already-recorded" in again.err) == (2, True)
    named = tiny.say("question", ID, *asked[:-1], "text=王先生 13812345678")
    assert (named.code, "13812345678" in named.all.split("没有写入")[1]) == (1, False)


def test_question_asks_what_became_of_it_and_takes_no_answer_for_nothing(
    tiny: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "request", "2026.6.1", "申请公开合同", "2026-06-03", "")
    assert tiny.say("question", ID, "--ask").code == 0
    assert "\n      - {start: 2026-06-03}\n" in tiny.read(PROJECT)
    answers(monkeypatch, "2026-06-09", "", "")
    said = tiny.say("question", ID, "1", "--ask")
    assert (said.code, "发出日期: 2026-06-03" in said.out) == (0, True), "which one came back"
    assert "征求意见·收回日期" in said.out, "of what it is the day"
    assert "{start: 2026-06-03, end: 2026-06-09}" in tiny.read(PROJECT)
    answers(monkeypatch, "", "", "2026-06-20", "", "全文已寄出", "")
    assert tiny.say("question", ID, "1", "--ask").code == 0
    assert "reply: {date: 2026-06-20, text: 全文已寄出}" in tiny.read(PROJECT)
    answers(monkeypatch, "", "")
    assert tiny.say("question", ID, "1", "--ask").code == 2, "nothing to add"


def test_a_record_with_a_defect_is_not_written(tiny: Instance) -> None:
    before = tiny.read(PROJECT)
    said = tiny.say("record", ID, "filed", "--date", "2026-03-20", "--set", "of=contract_signed/7")
    assert said.code == 1, said.all
    assert "没有写入" in said.out
    assert tiny.read(PROJECT) == before


def test_correct_keeps_the_old_value_the_day_and_the_reason(tiny: Instance) -> None:
    tiny.commit()
    said = tiny.say(
        "correct", ID, "design_approved/total", "--value", "285万元", "--reason", "抄写有误", "--date", "2026-03-02"
    )
    assert said.code in (0, 1), said.all
    text = tiny.read(PROJECT)
    assert "total: 285万元" in text
    assert "# 备注：保留注释" in text
    assert text.endswith(
        "corrections:\n  - seq: 1\n    of: design_approved\n    field: total\n    was: 290万元\n"
        "    date: 2026-03-02\n    reason: 抄写有误\n"
    )
    assert tiny.codes("--base", "HEAD") == []


def test_fmt_checks_then_formats(tiny: Instance) -> None:
    tiny.edit(PROJECT, "name: 示例平台\nclass: build\n", "class: 'build'\nname: 示例平台\n")
    assert tiny.say("fmt", "--check", PROJECT).code == 1
    assert tiny.say("fmt", PROJECT).code == 0
    assert "name: 示例平台\nclass: build\n" in tiny.read(PROJECT)
    assert tiny.say("fmt", "--check", PROJECT).code == 0


def test_words_of_an_office_are_taken_and_what_is_wrong_names_its_own_option(tiny: Instance) -> None:
    said = tiny.say("new", "--name", "甲", "--owner", "示例市财政厅")
    assert (said.code, "示例财政局（demo/finance）" in said.err, "改正 --owner" in said.err) == (2, True, True), (
        said.all
    )
    said = tiny.say("record", "demo-2026-0001", "contract_signed", "--date", "2026年3月20日", "--set", "role=build",
                    "--set", "amount=100")  # fmt: skip
    assert (said.code, "带单位，如 480.5万元" in said.err) == (2, True), said.all
    said = tiny.say("record", "demo-2026-0001", "contract_signed", "--date", "2026.3.20", "--set", "role=build",
                    "--set", "amount=100万元")  # fmt: skip
    assert "date: 2026-03-20\n" in tiny.read(PROJECT), said.all
    assert "cli.bad-date" in tiny.say("check", "--as-of", "2026.2.30").err
    # By the name of the project and the titles of kinds and fields; what is nearly known is offered.
    tiny.commit()
    said = tiny.say("correct", "示例平台", "签订合同/合同金额", "--value", "99万元", "--reason", "抄写有误")
    assert said.code == 0, said.all
    assert "amount: 99万元\n\ncorrections:\n  - seq: 1\n    of: contract_signed\n    field: amount" in tiny.read(
        PROJECT
    )
    assert tiny.say("fmt", "--check", PROJECT).code == 0
    said = tiny.say("correct", "demo-2026-0001", "contract_signed/amout", "--value", "9万元", "--reason", "x")
    assert (said.code, "是不是 contract_signed/amount？" in said.err) == (2, True), said.all
    assert "是不是：demo-2026-0001 示例平台" in tiny.say("record", "例平").err
    said = tiny.say("record", "示例平台", "合同签订", "--date", "二〇二六年三月二十日", "--conclusion", "合格")
    assert (said.code, "--set conclusion=合格" in said.err) == (2, True), said.all
    said = tiny.say("record", "示例平台", "contract_signed", "--date", "二〇二六年三月二十日",
                    "--set", "合同性质=build", "--set", "合同金额=99万元")  # fmt: skip
    assert "[record.act-twice]" in said.out, said.all


def test_a_body_is_known_by_its_former_name(tiny: Instance) -> None:
    office = "registry/organizations/demo/finance.yaml"
    tiny.edit(office, "name: 示例财政局", "name: 示例财政局\nformer_names: [{name: 示例财税局}]")
    assert (
        "owner: demo/finance" in (said := tiny.say("new", "--name", "甲", "--owner", "示例财税局", "--dry-run")).out
    ), said.all


def test_completion_knows_projects_kinds_and_options(tiny: Instance) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    script = tiny.say("completion", "bash").out + (
        'ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _zongmu; echo "${COMPREPLY[@]}"; }\n'
        "ask zongmu corr; ask zongmu record demo; ask zongmu record x contract; ask zongmu fmt --c; ask zongmu check --lang e\n"
    )
    done = subprocess.run([bash], input=script, cwd=tiny.root, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "correct"
    assert lines[1].split() == ["demo-2026-0001", "demo-2026-0002"]
    assert lines[2].split() == [k for k in KINDS if k.startswith("contract")]
    assert lines[3:] == ["--check", "en"]
    for shell in ("zsh", "fish"):
        said = tiny.say("completion", shell)
        assert said.code == 0
        assert "contract_signed" in said.out


def test_what_somebody_else_wrote_meanwhile_is_not_lost(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at one record, or at one number: the second is told to run it again."""
    from zongmu.cli import proposing

    judge = proposing.report

    def beside(desk: Any, decision: Any, files: Any, *rest: Any) -> None:
        judge(desk, decision, files, *rest)
        for path in files:
            tiny.write(path, "# 别人写的\n" + (tiny.read(path) if tiny.path(path).exists() else ""))

    monkeypatch.setattr(proposing, "report", beside)
    for words, path in (
        (("record", "demo-2026-0001", "final_accepted", "--date", "2026-06-01", "--set", "conclusion=passed"), PROJECT),
        (("new", "--owner", "demo/office", "--name", "甲"), "registry/projects/demo/office/demo-2026-0003.yaml"),
    ):
        said = tiny.say(*words)
        assert said.code == 2, said.all
        assert "[edit.changed-meanwhile]" in said.err
        assert tiny.read(path).startswith("# 别人写的")
        assert "final_accepted" not in tiny.read(path)
