"""The words of a trace: amounts with their base, papers and other records by their titles, readings where they bear."""

from __future__ import annotations

import datetime as dt

from tests.ours import checks
from zongmu.model.finding import Cap, Outcome, Severity, Step, Verdict
from zongmu.model.scalars import Money, Ratio
from zongmu.report.words import readings_of, step_text, trace_lines

LAIZHOU = checks().measures["laizhou_2022"]


def test_a_share_is_told_with_its_base_and_what_the_cap_comes_to() -> None:
    step = Step(
        "share",
        (Money.parse("900000.01元"), Money.parse("600万元")),
        "milestones/adjusted/moved",
        "lz.adjust.cap",
        Ratio.parse("15%"),
        "<=",
        False,
    )
    assert step_text(step, LAIZHOU, "zh").startswith("调整·调整数额 90.000001万元（基数 600万元），上限 15%（90万元）")
    assert "CNY 900,000.01 (of CNY 6,000,000.00), cap 15% (CNY 900,000.00)" in step_text(step, LAIZHOU, "en")


def test_a_paper_is_told_by_its_title() -> None:
    step = Step("absent", None, "milestones/final_accepted/documents/crypto_report")
    assert step_text(step, LAIZHOU, "zh") == "未见 竣工验收·随附文件·商用密码应用安全性评估报告"


def test_several_codes_are_told_by_the_list_of_their_field() -> None:
    """``crypto`` is a topic of an approval here, and a matter of a filing elsewhere."""
    step = Step("lacking", ("crypto", "hardware_efficiency"), "milestones/approved/covers")
    assert step_text(step, LAIZHOU, "zh") == "缺少 密码应用、硬件设备利用效率"


def test_a_path_into_another_record_is_told_by_its_titles() -> None:
    step = Step("deadline", dt.date(2024, 1, 5), "plans/2024/compiled/date", None, dt.date(2023, 12, 31))
    assert step_text(step, LAIZHOU, "zh") == "年度计划（2024）·编制·日期 2024-01-05，期限 2023-12-31"
    assert step_text(step, LAIZHOU, "en") == "Yearly plan (2024) · Compiled · Date 2024-01-05, due 2023-12-31"


def test_a_reading_that_only_lowers_is_told_where_it_lowered() -> None:
    rule = LAIZHOU.rule("lz24_yearly_report")
    assert rule is not None
    plain = Verdict(Outcome.FAIL, "late")
    assert [r.id for r in readings_of(LAIZHOU, rule, plain)] == ["I28"]
    lowered = Verdict(Outcome.FAIL, "late", caps=(Cap(Severity.NOTICE, "I11"),))
    assert [r.id for r in readings_of(LAIZHOU, rule, lowered)] == ["I28"]
    assert any("I11" in line for line in trace_lines(lowered, LAIZHOU, "zh"))


def test_what_is_provisional_about_a_verdict() -> None:
    by_calendar = Verdict(Outcome.FAIL, "overdue", due=dt.date(2028, 5, 1), provisional=True)
    by_amount = Verdict(Outcome.FAIL, "absent", provisional=True)
    assert "工作日历" in trace_lines(by_calendar, LAIZHOU, "zh")[-1]
    assert "数额尚未最终确定" in trace_lines(by_amount, LAIZHOU, "zh")[-1]
