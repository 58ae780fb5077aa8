"""The rule that ``checks/README.md`` leads a newcomer to, put into a folder of law as it says: it loads, judges, and its example holds."""

from __future__ import annotations

import re
from pathlib import Path

from tests.instances import make
from tests.shared import REPO


def test_the_rule_of_the_guide_works_as_it_is_written(tmp_path: Path) -> None:
    text = (REPO / "checks" / "README.md").read_text(encoding="utf-8")
    parameter, rule, more, example = (
        re.sub(r"^ {3}", "", block, flags=re.MULTILINE).replace("XX-26", "DM-26").replace("xx", "dm")
        for block in re.findall(r"```(?:yaml|python)\n(.*?)```", text, re.DOTALL)
    )
    one = make(tmp_path)
    folder = "checks/demo_2025"
    row = "{at: DM-26, gist: {zh: 监理, en: Supervision}, modality: principle, class: automated, rules: [dm26_supervision]}"
    one.edit(f"{folder}/measure.yaml", "sentences:\n", f"sentences:\n  - {row}\n")
    compile(more, "README.md", "exec")  # of the other kinds it only shows how they begin
    one.append(f"{folder}/parameters.yaml", parameter)
    one.write(f"{folder}/building.py", "from __future__ import annotations\nfrom zongmu.policy import *\n\n" + rule)
    words = ", ".join(f"{name}: {{zh: 甲, en: a}}" for name in ("title", "about", "cure"))
    one.append(f"{folder}/messages.yaml", f"dm26_supervision: {{{words}}}\n")
    one.write(f"{folder}/examples/dm26_supervision.yaml", example)
    said = one.say("examples", "dm26_supervision")
    assert "没有结论为 pass 的例子" in said.out, "the guide shows one example; two more are the newcomer's"
    assert "1 个例子，2 处不符" in said.out, said.all
    assert one.say("explain", "dm26_supervision").code == 0
