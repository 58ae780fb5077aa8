"""The gate asks the trust files of the target branch before anything lands."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.history import repository
from tests.instances import Instance, say
from tests.trust.history import POLICY, SETTINGS, History, digest_of, keys, project, registry, row, who
from tests.trust.history import PROJECT as SHILI
from tests.trust.history import endorsements as file_of
from zongmu.cli.proposals.gating_trust import landing_findings
from zongmu.model.fields.digest import milestone_digest
from zongmu.store.git.asking import Git
from zongmu.trust.authority.proposal import entered_in
from zongmu.trust.authority.rows import read_project
from zongmu.trust.chain.objects import Objects
from zongmu.trust.verifying.verify import Verifier

PEOPLE = {
    "root-a": ("", ("root",)),
    "root-b": ("", ("root",)),
    "forge": ("", ("forge",)),
    "clerk": ("demo/office", ("department",)),
    "other": ("demo/finance", ("department",)),
    "finance": ("demo/finance", ("finance",)),
}
PATH = "registry/projects/demo/office/demo-2026-0003.yaml"
SIGNED = "registry/endorsements/demo/demo-2026-0003.yaml"


def refused(instance: Instance, *words: str) -> set[str]:
    said = instance.say("gate", "--base", "main", "--head", "proposal", "--format", "json", *words)
    assert said.out.startswith("{"), said.all
    return {f["code"] for f in json.loads(said.out)["own"] if f["code"].startswith("trust.")}


def test_the_gate_asks_the_trust_files_of_the_target(tiny: Instance) -> None:
    tiny.project(3, "milestones:\n  - kind: declared\n    date: 2026-01-05\n    total: 490万元\n")
    tiny.edit("registry/registry.yaml", "assurance: none", "assurance: F")
    tiny.write("trust/keys.yaml", keys(PEOPLE))
    tiny.write("trust/policy.yaml", POLICY)
    tiny.commit()
    tiny.git("branch", "-M", "main")
    tiny.git("checkout", "-qb", "proposal")
    tiny.append(PATH, "summary: 新的说明\n")
    tiny.commit()
    assert refused(tiny, "--pusher", "clerk") == set()
    assert refused(tiny, "--pusher", "other") == {"trust.may-not-edit"}
    assert refused(tiny, "--pusher", "stranger") == {"trust.unknown-author"}
    project = read_project(tiny.path(PATH).read_bytes())
    assert project is not None
    good = row(1, milestone_digest(project.id, project.milestones[0]), of="declared", record=project.id)
    for change, code in (
        ({}, None),
        ({"digest": "sha256:" + "0" * 64}, "trust.row-digest"),
        ({"by": "other"}, "trust.row-by"),
        ({"level": "S", "evidence": {"signature": "AAAA"}}, "trust.bad-signature"),
    ):
        text = file_of(good | change, record=project.id).replace("jurisdiction: shili", "jurisdiction: demo")
        tiny.write(SIGNED, text)
        tiny.commit()
        assert refused(tiny) == ({code} if code else set())


def test_what_the_audit_would_not_accept_does_not_land(tmp_path: Path) -> None:
    """The main branch is never rewritten: one unsigned commit in it would fail every audit to come."""
    made = registry(tmp_path / "registry.git")
    assert made.head is not None
    assert say("hook", "install", made.folder).code == 0
    edit = {SHILI: project("shili-2026-0001", "water", more="summary: 新的说明\n")}
    service = {"signer": who("forge"), "author": who("clerk"), "move": False}
    for code, commit in (
        ("", made.commit(edit, **service)),
        ("trust.unsigned", made.commit(edit, author=who("clerk"), move=False)),
        ("trust.may-not-edit", made.commit(edit, **service | {"author": who("roads")})),
        ("trust.odd-commit", made.commit(edit, **service, headers=b"gpgsig twice\n")),
    ):
        done = subprocess.run(
            [made.folder / "hooks" / "pre-receive"],
            cwd=made.folder,
            env={"REMOTE_USER": "forge"},
            input=f"{made.head.id} {commit.id} refs/heads/main\n",
            capture_output=True,
            text=True,
        )
        assert (done.returncode, f"[{code}]" in done.stderr) == ((1, True) if code else (0, False)), (code, done.stderr)


def test_an_expired_key_dates_nothing_back(tmp_path: Path) -> None:
    """The main line is quiet: no later commit shows yet what the server's clock shows today."""
    made = History(tmp_path / "r.git")
    settings = SETTINGS.format(level="F")
    until = {"forge": {"until": "2026-09-30"}}
    files = {"registry/registry.yaml": settings, "trust/keys.yaml": keys(key=until), "trust/policy.yaml": POLICY}
    tip = made.commit(files, signer=who("root-a"))
    late = made.landed({SHILI: project("shili-2026-0001", "water")}, by="bureau")
    git = Git(made.folder)
    assert Verifier(Objects(git), late.id).run(tip.id, now=late.time).faults == []  # as it claims, it was in time
    assert [found.code for found in landing_findings(git, tip.id, late.id)] == ["trust.unknown-key"]


def test_what_landed_before_is_gone_through_once_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = registry(tmp_path / "r.git", level="F")
    assert made.head is not None
    text = project("shili-2026-0001", "water", total="500万元")
    entered = made.landed({SHILI: text}, by="finance")
    tip = made.landed({"README.md": "x\n"}, by="root-a")
    book = file_of(row(1, digest_of(text)))
    own = made.landed({"registry/endorsements/shili/shili-2026-0001.yaml": book}, by="finance")
    replayed: list[str] = []
    real = Verifier._replay
    monkeypatch.setattr(Verifier, "_replay", lambda self, commit: (replayed.append(commit.id), real(self, commit))[1])
    kept = made.folder / "zongmu-landed.json"

    def said() -> list[str]:
        replayed.clear()
        return [found.code for found in landing_findings(Git(made.folder), tip.id, own.id)]

    first = said()
    assert (entered.id in replayed, "trust.row-own" in first) == (True, True), first
    assert (said(), replayed) == (first, [])
    kept.write_bytes(
        kept.read_bytes().replace(b"finance@", b"nobody@")
    )  # what is not as it was written is not believed
    assert (said(), entered.id in replayed) == (first, True)


@pytest.mark.parametrize("folder", ["", "city/data"])
def test_who_entered_a_milestone_is_known_wherever_the_instance_stands(folder: str, tmp_path: Path) -> None:
    made = repository.Repository(tmp_path, folder)

    def saved_by(name: str, text: str) -> str:
        made.git("config", "user.email", f"{name}@example.invalid")
        return made.save(text)

    saved_by("wang", repository.PROJECT)
    saved_by("li", repository.PROJECT.replace("571.6万元", "517.6万元"))
    head = saved_by("zhao", repository.PROJECT.replace("571.6万元", "517.6万元").replace("scope:", "# 注\nscope:"))
    git = Git(made.root)
    names = {
        milestone: {email.partition("@")[0] for email in emails}
        for milestone, emails in entered_in(Objects(git), head, repository.PATH).items()
    }
    git.close()
    assert names == {"declared": {"wang"}, "contract_signed": {"wang", "li"}, "contract_signed/2": {"wang"}}
