"""``zongmu trust``: begin, join, leave, change keys, stand in; what is wrong is said and nothing is written."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.instances import Instance
from tests.trust.history import project, who
from zongmu.trust.authority.effect import acts
from zongmu.trust.authority.rows import read_project
from zongmu.trust.authority.standing import standing


def add(tiny: Instance, name: str, *more: str) -> int:
    words = ("--post", "岗位", "--email", who(name).email, "--key", who(name).public)
    return tiny.say("trust", "add", name, *words, *more).code


def test_from_nothing_to_a_deputy_and_a_new_key(tiny: Instance) -> None:
    said = tiny.say("trust", "init")
    assert said.code == 0, said.all
    assert "roots: 2" in tiny.read("trust/policy.yaml")
    assert tiny.say("trust", "init").code == 2
    assert tiny.say("trust", "check").code == 1
    assert [add(tiny, name, "--roles", "root") for name in ("root-a", "root-b")] == [1, 0]
    assert add(tiny, "finance", "--roles", "finance", "--organization", "demo/finance") == 0
    assert tiny.say("trust", "rotate", "finance", "--key", who("new").public, "--date", "2026-05-01").code == 0
    assert add(tiny, "deputy") == 0
    days = ("--start", "2026-05-01", "--end", "2026-05-31")
    assert tiny.say("trust", "delegate", "finance", "deputy", "--roles", "finance,root", *days).code == 0
    assert tiny.say("trust", "retire", "root-a", "--date", "2026-06-01").code == 0
    assert tiny.say("trust", "check").code == 1  # one root person is too few
    tiny.edit("trust/keys.yaml", "    left: 2026-06-01\n", "")
    here, broken = standing(lambda path: tiny.path(path).read_bytes())
    assert broken is None
    day, later = (here.day(t) for t in (1_777_777_777, 1_790_000_000))  # 3 May and 21 September 2026
    deputy = here.person("deputy", day)
    assert deputy is not None
    # The role root is nobody's to hand on.
    assert (here.roles(deputy, day), here.roles(deputy, later)) == (frozenset({"finance"}), frozenset())
    assert here.signer(who("finance").blob, day) is None
    signer = here.signer(who("new").blob, day)
    assert signer is not None
    assert signer.id == "finance"


def test_what_is_not_in_order_is_not_written(tiny: Instance, tmp_path: Path) -> None:
    assert tiny.say("trust", "add", "a", "--post", "甲\n乙", "--email", "a@b", "--key", who("a").public).code == 1
    assert not tiny.path("trust/keys.yaml").exists()
    assert add(tiny, "a") in (0, 1)
    before = tiny.read("trust/keys.yaml")
    for words, code in (
        (("add", "a", "--key", "ssh-rsa AAAA"), "trust.bad-public-key"),
        (("add", "a", "--roles", "x"), "trust.person-exists"),
        (("add", "b"), "trust.person-needs"),
        (("retire", "nobody"), "trust.no-such-person"),
        (("retire", "a", "--key", "k9"), "trust.no-such-key"),
        (("retire", "a", "--date", "2026-02-30"), "cli.bad-date"),
        (("consent", "--sign", str(tmp_path / "none")), "git."),
    ):
        said = tiny.say("trust", *words)
        assert said.code in (1, 2)
        assert code in said.err
    assert tiny.read("trust/keys.yaml") == before


def test_a_row_for_one_city_counts_before_one_for_all(tiny: Instance) -> None:
    tiny.say("trust", "init")
    for name in ("root-a", "root-b"):
        add(tiny, name, "--roles", "root")
    policy = tiny.read("trust/policy.yaml").split("confirm:")[0]
    rows = (
        "confirm:\n  - {kind: approved, role: finance}\n  - {kind: approved, jurisdiction: shili, role: data_bureau}\n"
    )
    tiny.write("trust/policy.yaml", policy + rows)
    here, broken = standing(lambda path: tiny.path(path).read_bytes())
    assert broken is None
    text = project("shili-2026-0001", "water")
    found = read_project(text.encode())
    assert found is not None
    assert [act.role for act in acts(here, found, None)] == ["data_bureau"]


def test_what_was_signed_off_at_a_lower_level_is_signed_off_again(tiny: Instance, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    tiny.say("trust", "init")
    for name in ("root-a", "root-b"):
        add(tiny, name, "--roles", "root")
    tiny.edit("registry/registry.yaml", "assurance: none", "assurance: F")
    policy = tiny.read("trust/policy.yaml").split("confirm:")[0]
    row = "  - {kind: declared, role: finance, signed: {field: total, above: 1000万元}}\n"
    tiny.write("trust/policy.yaml", f"{policy}confirm:\n{row}")
    tiny.project(3, "milestones:\n  - {kind: declared, date: 2026-05-01, total: 500万元}\n", folder="water")
    tiny.edit("registry/projects/demo/water/demo-2026-0003.yaml", "owner: demo/office", "owner: demo/water")
    words = ("approve", "demo-2026-0003/declared", "--role", "finance", "--by", "fin")
    forge = ("--forge", "gitlab", "--request", "!1")
    personal = ("--sign", str(key))
    file = "registry/endorsements/demo/demo-2026-0003.yaml"
    assert tiny.say(*words, *forge).code == 0
    for again in (forge, forge):
        assert "共 0 项" in tiny.say(*words, *again).out
    # The city wants a person's signature from a lower amount on: what waits for it is found without being named.
    tiny.write("trust/policy.yaml", f"{policy}confirm:\n{row}".replace("1000万元", "100万元"))
    assert tiny.say("approve", "demo-2026-0003", *words[2:], *personal).code == 0
    assert (tiny.read(file).count("level: F"), tiny.read(file).count("level: S")) == (1, 1)
    assert "共 0 项" in tiny.say(*words, *personal).out
