"""Identifiers: check characters, divisions, document numbers. What a check character says is a hint, not a refusal."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import Contract, Project, key_of
from zongmu.model.scalars.document_number import NUMBER_PROBLEMS, problems
from zongmu.model.scalars.identifiers import investment_code_check_ok
from zongmu.policy import CheckContext, Problem, Severity, check, problem

INVESTMENT_CODE = code(
    "record.investment-code-check",
    ("投资项目代码校验位不符", "Check character of the investment code"),
    ("校验位与前面各位不符，可能抄错了一位", "the check character does not fit; a digit may be miscopied"),
    ("对照平台上的代码；确实如此的可以不改", "compare with the platform; leave it if it is so there"),
)
DOCUMENT_NUMBER = code(
    "record.document-number-form",
    ("文号写法", "Form of a document number"),
    ("{number}：{why}", "{number}: {why_en}"),
    ("按 GB/T 9704 写：机关代字〔年份〕序号号，如 示函〔2026〕12号", "as GB/T 9704: 示函〔2026〕12号"),
)
_NOT_DOCUMENTS = frozenset(
    {"contract_signed", "contract_supplemented", "procurement_announced", "procurement_awarded", "procurement_intended"}
)


@check(codes=[INVESTMENT_CODE, DOCUMENT_NUMBER])
def identifiers_look_right(ctx: CheckContext) -> Iterator[Problem]:
    """The investment code's check character fits; document numbers are written as GB/T 9704 asks."""
    project: Project = ctx.project
    if project.investment_code is not None and investment_code_check_ok(project.investment_code) is False:
        yield problem(INVESTMENT_CODE, "investment_code", severity=Severity.WARNING)
    for m in project.milestones:
        if m.number is None or isinstance(m, Contract) or m.kind in _NOT_DOCUMENTS:
            continue
        found = problems(m.number)
        if found:
            zh, en = NUMBER_PROBLEMS.get(found[0], (found[0], found[0]))
            yield problem(
                DOCUMENT_NUMBER,
                f"milestones/{key_of(m)}/number",
                severity=Severity.NOTICE,
                number=m.number,
                why=zh,
                why_en=en,
            )
