"""``zongmu draw``: a pool is fixed first, the seed comes after, and anybody can draw again."""

from __future__ import annotations

import re

from tests.instances import Instance
from zongmu.model.records.draw import pool_digest, select

PATH = "registry/draws/demo/2026.yaml"
ACCEPTED = "milestones:\n  - {{kind: final_accepted, date: 2026-05-01, conclusion: {}}}\n"
SEED = ("2026-07-01 收盘指数 3021.55", "042")


def _with_projects(tiny: Instance) -> list[str]:
    """Four projects that passed, one that did not, one that was terminated: those that may be drawn."""
    passed = [tiny.project(serial, ACCEPTED.format("pass"), name=f"项目{serial}")[-19:-5] for serial in range(11, 15)]
    tiny.project(15, ACCEPTED.format("fail"))
    tiny.project(16, ACCEPTED.format("pass") + "  - {kind: terminated, date: 2026-06-01}\n")
    return passed


def test_a_pool_is_fixed_and_drawn_from_when_its_seed_is_public(tiny: Instance) -> None:
    passed = _with_projects(tiny)
    fixed = tiny.say("draw", "--size", "2", "--without", passed[0], "--date", "2026-06-20")
    assert (fixed.code, pool_digest(passed[1:]) in fixed.out) == (0, True)
    assert "selected" not in tiny.read(PATH)
    tiny.edit(PATH, "    size: 2\n", "    size: 2 # 公示三日\n")
    tiny.commit()
    drawn = tiny.say("draw", "--seed", SEED[0], "--seed", SEED[1], "--set", "witness=财政派员")
    expected = select(passed[1:], SEED, 2)
    assert drawn.code == 0
    assert re.findall(r"^  \d\. (\S+)  项目\d+$", drawn.out, re.MULTILINE) == [*expected]
    assert "公示三日" in tiny.read(PATH)
    assert [f["code"] for f in tiny.report("--base", "HEAD")["findings"] if f["path"] == PATH] == []
    # The next one is a row of its own.
    assert tiny.say("draw", "--size", "1").code == 0
    assert re.findall(r"seq: (\d)", tiny.read(PATH)) == ["1", "2"]


def test_what_cannot_be_drawn_is_said_and_nothing_is_written(tiny: Instance) -> None:
    passed = _with_projects(tiny)
    assert "cli.no-draw" in tiny.say("draw", "--seed", "x").err
    assert "cli.no-such-project" in tiny.say("draw", "--size", "1", "--among", "demo-2026-0099").err
    assert "cli.draw-size" in tiny.say("draw", "--size", "0").err
    assert "cli.unwritable" in tiny.say("draw", "--size", "1", "--seed", "\x01").err
    too_many = tiny.say("draw", "--size", "5")
    assert (too_many.code, "record.draw-pool-unsound" in too_many.out, "SHA-256" in too_many.out) == (1, True, False)
    assert not tiny.path(PATH).exists()
    assert tiny.say("draw", "--size", "4", "--dry-run").code == 0
    assert not tiny.path(PATH).exists()
    assert tiny.say("draw", "--size", "4").code == 0
    for words, code in ((("--size", "1"), "cli.draw-waits"), ((), "cli.seed-needed")):
        said = tiny.say("draw", *words)
        assert (said.code, code in said.err) == (2, True)
    tiny.edit(PATH, f"{passed[0]}, ", "")
    said = tiny.say("draw", "--seed", "x")
    assert (said.code, "cli.pool-changed" in said.err, "selected" in tiny.read(PATH)) == (2, True, False)


def test_pool_and_seed_at_once_prove_nothing_and_that_is_said(tiny: Instance) -> None:
    _with_projects(tiny)
    said = tiny.say("draw", "--size", "1", "--seed", "x")
    assert (said.code, "无法证明名单先定" in said.out) == (0, True)
