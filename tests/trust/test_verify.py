"""Honest histories are accepted, and the report says exactly what that proves."""

from __future__ import annotations

from pathlib import Path

from tests.trust.history import HOUR, POLICY, SIGNED, START, digest_of, endorsements, keys, project, registry, row, who
from tests.trust.verifying import verified
from zongmu.trust.verifying.conclusions import conclusions


def test_an_honest_history_is_accepted(tmp_path: Path) -> None:
    made = registry(tmp_path)
    text = project("shili-2026-0001", "water")
    made.landed({SIGNED: endorsements(row(1, digest_of(text)))}, by="finance")
    result = verified(made)
    assert [f"{f.code.id} {f.values}" for f in result.faults] == []
    assert "before" not in {one.id for one in conclusions(result)}
    # Who begins later takes on trust what stood there then, and is told so.
    later = verified(made, root=result.head)
    assert "the 2 commits before the start" in {one.id: one.text.en for one in conclusions(later)}["before"]
    assert {(a.project, a.state, a.level) for a in result.acts} == {
        ("shili-2026-0001", "effective", "F"),
        ("shili-2026-0002", "waiting", "F"),
    }


def test_a_key_that_expired_and_was_not_retired_is_named(tmp_path: Path) -> None:
    made = registry(tmp_path)
    made.trust({"trust/keys.yaml": keys(key={"forge": {"until": "2026-09-22"}})})
    said = {one.id: one.text.en for one in conclusions(verified(made))}
    assert "forge/k1" in said["expired"]
    # Who kept a checkpoint from after its last day knows that nothing came of it since.
    early = verified(made).checkpoint
    made.trust({"trust/policy.yaml": POLICY + "# later\n"}, time=START + 20 * 24 * HOUR)
    late = verified(made).checkpoint
    made.trust({"trust/policy.yaml": POLICY})
    for since, named in ((early, True), (late, False)):
        assert ("expired" in {one.id for one in conclusions(verified(made, since=since))}) is named
    made.trust(
        {
            "trust/keys.yaml": keys(
                key={"forge": {"until": "2026-09-22", "retired": {"date": "2026-09-22", "reason": "到期"}}}
            )
        }
    )
    assert "expired" not in {one.id for one in conclusions(verified(made))}


def test_two_root_persons_give_a_body_a_role_and_enter_nothing_else(tmp_path: Path) -> None:
    made = registry(tmp_path)
    path = "registry/organizations/shili/finance.yaml"
    text = "format: 1\nid: shili/finance\njurisdiction: shili\nname: 财政局\n"
    made.trust({path: text + "holds: [finance]\n"})
    assert verified(made).faults == []
    made.commit({path: text.replace("财政局", "财政部门") + "holds: [finance]\n"}, signer=who("root-a"))
    assert [fault.code.id for fault in verified(made).faults] == ["trust.may-not-edit"]
