"""What is said where a rule or a check itself crashed: the run has no answer (exit 2), though none of its findings need be new."""

from __future__ import annotations

import sys
from typing import Final

from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual, Code

RULE_CRASHED: Final = Code(
    "cli.rule-crashed",
    Bilingual("规则本身出错", "A rule itself crashed"),
    Bilingual(
        "有规则或检查本身出错，结论不作数",
        "a rule or a check itself crashed: the answer does not count",
    ),
    Bilingual(
        "这不是登记的错：请维护规则的人运行 zongmu check，按其中“本身出错”的一条改正规则",
        "the record is not at fault: those who maintain the rules run zongmu check and mend what it says crashed",
    ),
)


def crash_lines(lang: str) -> list[str]:
    """The lines to print beside an answer that does not count."""
    return Trouble(RULE_CRASHED.id, RULE_CRASHED.message, RULE_CRASHED.next_step).lines(lang)


def without_answer(lang: str) -> int:
    """Say on standard error that the answer does not count; the exit code."""
    print("\n".join(crash_lines(lang)), file=sys.stderr)
    return 2
