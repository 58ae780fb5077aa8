"""``zongmu show`` and ``zongmu explain`` of a project, word for word. Write anew with ``ZONGMU_GOLDEN=1``, then read the difference."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.instances import Instance

GOLDEN = Path(__file__).parent / "golden"
PATH = "registry/projects/demo/office/demo-2026-0009.yaml"
LIFE = """\
format: 1
id: demo-2026-0009
jurisdiction: demo
name: 综合平台
name_en: Integrated platform
class: build
owner: demo/office
milestones:
  - {kind: proposal_approved, date: 2026-01-08, number: 示数〔2026〕1号, total: 300万元}
  - {kind: approval_applied, date: 2026-03-02, total: 290万元}
  - {kind: design_approved, date: 2026-03-20, number: 示数〔2026〕9号, total: 280万元}
  - {kind: contract_signed, date: 2026-04-20, role: build, number: HT-1, supplier: 示例公司, members: [{name: 示例成员公司}], amount: 270万元}
  - {kind: contract_signed, seq: 2, date: 2026-05-06, role: data_operation, number: HT-2, supplier: 示例公司, amount: 5万元}
  - {kind: build_started, date: 2026-05-11}
waivers:
  - {seq: 1, of: dm2_supervision, authority: demo/finance, number: 示豁〔2026〕1号, date: 2026-05-08}
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["show", "explain"])
def test_a_project_is_shown_word_for_word(command: str, lang: str, tiny: Instance) -> None:
    tiny.write(PATH, LIFE)
    said = tiny.say(command, "demo-2026-0009", "--lang", lang)
    assert said.code == 0, said.err
    told = re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", "\n".join(line.rstrip() for line in said.out.splitlines()) + "\n")
    golden = GOLDEN / f"{command}.{lang}.txt"
    if os.environ.get("ZONGMU_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")
