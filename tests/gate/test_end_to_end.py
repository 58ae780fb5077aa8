"""A clerk, a reviewer and an attacker against a real Git server: smart HTTP on loopback, the hook on the bare repository."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.server import Clone, serving
from tests.instances import LATE, PROJECT, Instance, make, say

PUSHERS = """format: 1
pushers:
  - {account: clerk, organizations: [demo/clinic]}
  - {account: finance, organizations: [demo/finance], merges: true}
  - {account: other, organizations: [demo/clinic]}
  - {account: keeper, organizations: [demo/office], zones: [data, trust, code], merges: true}
"""
CLINIC = "format: 1\nid: demo/clinic\njurisdiction: demo\nname: 示例医院\n"
OWN = "registry/projects/demo/clinic/demo-2026-0003.yaml"
NEW = "format: 1\nid: demo-2026-0003\njurisdiction: demo\nname: 挂号平台\nowner: demo/clinic\n"
ACT = "  - kind: {kind}\n    date: {date}\n    number: 示医〔2026〕{n}号\n"
BOOK = "registry/endorsements/demo/demo-2026-0003.yaml"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A server with the tiny registry, a third department and named accounts."""
    seed: Instance = make(home / "seed")
    seed.write("registry/organizations/demo/clinic.yaml", CLINIC)
    seed.write("trust/pushers.yaml", PUSHERS)
    seed.write(".gitignore", "__pycache__/\n")  # as ``zongmu init`` writes it: commands import the law
    seed.commit()
    bare = home / "projects" / "registry.git"
    subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
    subprocess.run(["git", "config", "http.receivepack", "true"], cwd=bare, check=True)
    assert say("hook", "install", bare).code == 0
    with serving(home / "projects") as found:
        # Before the main branch is there nothing can be judged, and nothing but it comes in.
        early = Clone(found, "clerk", home / "early")
        early.git("commit", "-q", "--allow-empty", "-m", "x")
        taken, said = early.push("HEAD:refs/heads/x")
        assert (taken, "[gate.no-main-branch]" in said) == (False, True), said
        # The operator's first push finds no branch to be judged by: files are looked at as files.
        seed.git("push", "-q", str(bare), "HEAD:refs/heads/main")
        yield found


@pytest.fixture
def clerk(address: str, tmp_path: Path) -> Clone:
    return Clone(address, "clerk", tmp_path / "clerk")


def test_a_clerks_branch_is_refused_at_the_line_corrected_reviewed_and_merged(
    address: str, clerk: Clone, tmp_path: Path
) -> None:
    clerk.branch("clinic/0003")
    clerk.write(OWN, NEW + "milestones:\n" + ACT.format(kind="declared", date="2026-02-30", n=1))
    clerk.commit()
    taken, said = clerk.push("HEAD:refs/heads/clinic/0003")
    assert not taken
    assert f"{OWN}:8:11" in said
    assert "怎么办" in said
    assert "next:" in said  # both languages
    assert "remote: 结论：拒收 / gate: refused" in said

    clerk.write(OWN, clerk.read(OWN).replace("2026-02-30", "2026-02-27"))
    clerk.git("commit", "-q", "-a", "--amend", "--no-edit")
    taken, said = clerk.push("HEAD:refs/heads/clinic/0003")
    assert taken, said
    # Her branch is hers; the main branch is not.
    taken, said = clerk.push("HEAD:refs/heads/main")
    assert not taken
    assert "gate.not-merger" in said

    reviewer = Clone(address, "finance", tmp_path / "finance")
    reviewer.git("checkout", "-q", "-B", "main", "origin/clinic/0003")
    told = say("--root", reviewer.root, "diff", "origin/main", "HEAD")
    assert (told.code, "登记项目申报" in told.out) == (0, True), told.all
    taken, said = reviewer.push("main:refs/heads/main")
    assert taken, said

    # Signing off is a change of its own, by a body that holds the role.
    assert say("--root", reviewer.root, "approve", "--role", "finance", "demo-2026-0003/declared").code == 0
    reviewer.commit()
    taken, said = reviewer.push("main:refs/heads/main")
    assert taken, said


def test_hostile_pushes_are_refused_each_for_its_own_reason(home: Path, clerk: Clone) -> None:
    """All of them in one push: each branch is judged, and nothing of any of them stays."""
    cases: dict[str, tuple[str, ...]] = {}

    def case(name: str, *codes: str) -> str:
        clerk.branch(name)
        cases[name] = codes
        return name

    case("symlink", "gate.symlink")
    blob = clerk.git("hash-object", "-w", "--stdin", input="/etc/passwd")
    clerk.git("update-index", "--add", "--cacheinfo", f"120000,{blob},registry/plans/demo/2026.yaml")
    clerk.git("commit", "-q", "-m", "change")
    case("submodule", "gate.submodule")
    clerk.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},registry/plans/demo/2026.yaml")
    clerk.git("commit", "-q", "-m", "change")
    case("path", "gate.odd-name")
    text = clerk.git("hash-object", "-w", "--stdin", input="format: 1\n")
    clerk.git("update-index", "--add", "--cacheinfo", f"100644,{text},registry/projects/demo/clinic/‮lmay.yaml")
    clerk.git("commit", "-q", "-m", "change")
    case("case", "gate.odd-name", "gate.name-collision")
    clerk.git("update-index", "--add", "--cacheinfo", f"100644,{text},{PROJECT.replace('demo-2026', 'DEMO-2026')}")
    clerk.git("commit", "-q", "-m", "change")
    case("workflow", "gate.not-your-zone")
    clerk.write(".github/workflows/check.yml", "on: push\n")
    clerk.commit()
    case("zones", "gate.several-zones", "gate.not-your-zone")
    clerk.write(".github/workflows/check.yml", "on: push\n")
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009"))
    clerk.commit()
    case("giant", "gate.too-large")
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009") + "# " + "x" * 400_000 + "\n")
    clerk.commit()
    case("neighbour", "gate.not-yours")
    clerk.write(PROJECT, clerk.read(PROJECT) + ACT.format(kind="disclosed", date="2026-03-01", n=5))
    clerk.commit()
    case("rename", "gate.renamed")
    clerk.git("mv", LATE, LATE.replace("demo-2026-0002", "demo-2026-0008"))
    clerk.commit()
    case("delete", "gate.deleted")
    clerk.git("rm", "-q", LATE)
    clerk.commit()
    case("own", "gate.own-approval", "gate.approval-without-role")
    clerk.write(
        OWN.replace("0003", "0009"),
        NEW.replace("0003", "0009") + "milestones:\n" + ACT.format(kind="declared", date="2026-02-27", n=1),
    )
    row = (
        "  - {seq: 1, role: finance, organization: demo/clinic, date: 2026-03-01, of: declared, digest: sha256:"
        + "0" * 64
        + "}\n"
    )
    head = "format: 1\njurisdiction: demo\nproject: demo-2026-0009\nendorsements:\n"
    clerk.write(BOOK.replace("0003", "0009"), head + row)
    clerk.commit()
    case("role", "gate.several-zones", "gate.not-your-zone")
    clerk.write("registry/organizations/demo/clinic.yaml", CLINIC + "holds: [finance]\n")
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009"))
    clerk.commit()
    case("hidden", "content.")
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009") + "summary: 联系人 11010519491231002X\n")
    clerk.commit()
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009"))
    clerk.commit()

    case("detour", "gate.detour")  # touched and put back: the change as a whole shows nothing of it
    before = clerk.read(LATE)
    clerk.write(LATE, before + "# 改了又改回\n")
    clerk.commit()
    clerk.write(LATE, before)
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009").replace("挂号", "缴费"))
    clerk.commit()
    case("taken-over", "gate.detour")  # an account that was let in on the way would judge what follows
    clerk.write("trust/pushers.yaml", PUSHERS.replace("clerk,", "evil,"))
    clerk.commit()
    clerk.write("trust/pushers.yaml", PUSHERS)
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009").replace("挂号", "缴费"))
    clerk.commit()
    case("twin", "tree.wrong-place")  # 00003 is 0003
    clerk.write(OWN.replace("0003", "00003"), NEW.replace("0003", "00003"))
    clerk.commit()
    case("header", "gate.sensitive-message")
    clerk.git("commit", "-q", "--allow-empty", "-m", "x")
    odd = clerk.git("cat-file", "commit", "HEAD").replace("\n\n", "\nnote 11010519491231002X\n\n", 1) + "\n"
    clerk.git("reset", "-q", clerk.git("hash-object", "-t", "commit", "-w", "--stdin", input=odd))
    case("signature", "gate.sensitive-message")  # what only calls itself a signature
    clerk.git("commit", "-q", "--allow-empty", "-m", "x")
    odd = clerk.git("cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN SSH SIGNATURE-----\n 11010519491231002X\n -----END SSH SIGNATURE-----\n\n", 1
    )
    clerk.git("reset", "-q", clerk.git("hash-object", "-t", "commit", "-w", "--stdin", input=odd + "\n"))
    case("encoding", "gate.odd-encoding")  # by which Git would show neither author nor time
    clerk.git("commit", "-q", "--allow-empty", "-m", "x")
    odd = clerk.git("cat-file", "commit", "HEAD").replace("\n\n", "\nencoding UTF-16\n\n", 1) + "\n"
    clerk.git("reset", "-q", clerk.git("hash-object", "-t", "commit", "-w", "--stdin", input=odd))
    case("endless", "gate.commit-too-long")
    clerk.git("commit", "-q", "--allow-empty", "-F", "-", input="x" * 100_000)
    case("number", "gate.odd-name")  # nor is a name repeated
    clerk.write("registry/projects/demo/clinic/11010519491231002X.yaml", NEW)
    clerk.commit()
    case("merged", "gate.not-yours")  # what the second parent brings is judged like the rest
    clerk.git("checkout", "-q", "-b", "side", "origin/main")
    clerk.write(PROJECT, clerk.read(PROJECT) + ACT.format(kind="disclosed", date="2026-03-01", n=5))
    clerk.commit()
    clerk.git("checkout", "-q", "merged")
    clerk.git("commit", "-q", "--allow-empty", "-m", "x")
    clerk.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    case("octopus", "gate.odd-commit")
    tip = clerk.git("rev-parse", "HEAD")
    clerk.git(
        "reset", "-q", clerk.git("commit-tree", "HEAD^{tree}", "-p", tip, "-p", "side", "-p", "merged", "-m", "x")
    )
    case("nul", "gate.unsound-object")  # the server's Git need not have been told to look
    clerk.git("commit", "-q", "--allow-empty", "-m", "x")
    odd = clerk.git("cat-file", "commit", "HEAD").replace("\n\n", "\nnote a\0b\n\n", 1) + "\n"
    clerk.git("reset", "-q", clerk.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", input=odd))
    case("copy", "record.copied-acts")
    for id, name in (("0007", "一"), ("0008", "二")):
        act = "  - {{kind: {}, date: 2026-02-{}, number: 示医〔2026〕{}号, total: 10万元}}\n"
        rows = act.format("declared", "01", 6) + act.format("proposal_approved", "02", 7)
        text = NEW.replace("0003", id).replace("挂号", name) + "milestones:\n" + rows
        clerk.write(OWN.replace("0003", id), text)
    clerk.commit()
    case("good")  # one that is in order comes in with none of the others
    clerk.write(OWN.replace("0003", "0009"), NEW.replace("0003", "0009").replace("挂号", "缴费"))
    clerk.commit()

    case("message", "gate.sensitive-message")
    clerk.git("commit", "-q", "--allow-empty", "-m", "机密★ 联系 11010519491231002X")

    before = clerk.git("ls-remote", "origin")
    server = home / "projects/registry.git"
    subprocess.run(["git", "config", "--unset", "receive.fsckObjects"], cwd=server, check=True)
    subprocess.run(["git", "config", "--unset", "transfer.fsckObjects"], cwd=server, check=True)
    taken, said = clerk.push(*(f"{name}:refs/heads/{name}" for name in cases))
    assert say("hook", "install", server).code == 0
    assert not taken
    assert not list(server.glob("objects/tmp_objdir*"))
    assert clerk.git("ls-remote", "origin") == before
    assert "11010519491231002X" not in said
    for name, codes in cases.items():
        section = said.split(f"zongmu  refs/heads/{name} ")[1].split("zongmu  refs/")[0]
        for code in codes:
            assert f"[{code}" in section, (name, code, section)


def test_names_are_held(address: str, home: Path, clerk: Clone, tmp_path: Path) -> None:
    clerk.branch("names")
    clerk.git("tag", "v1")
    taken, said = clerk.push("v1")
    assert taken, said
    clerk.git("commit", "-q", "--allow-empty", "-m", "x")
    clerk.git("tag", "-f", "v1")
    main = clerk.git("rev-parse", "origin/main")
    first = clerk.git("rev-list", "--max-parents=0", main)
    clerk.git("tag", "-a", "-m", "机密★ 11010519491231002X", "v2", main)
    clerk.git("tag", "-a", "-m", "x", "v3", main)
    clerk.git("commit", "-q", "--allow-empty", "-m", "mine ✨️\n\nSigned-off-by: A <a@b.cn>")
    assert clerk.push("HEAD:refs/heads/names")[0]
    other = Clone(address, "other", tmp_path / "other")
    other.git("commit", "-q", "--allow-empty", "-m", "x")
    taken, said = other.push("--force", "HEAD~1:refs/heads/names", "HEAD:refs/heads/others")
    assert (taken, "[gate.branch-of-another]" in said) == (False, True), said
    # A client may say of any name that it is new: that begins nothing.
    bare = home / "projects" / "registry.git"
    mine = clerk.git("rev-parse", "HEAD")
    claim = f"{'0' * 40} {mine} refs/heads/names\n"
    hook = [str(bare / "hooks" / "pre-receive")]
    subprocess.run(
        hook, cwd=bare, env={"REMOTE_USER": "other"}, input=claim, text=True, capture_output=True, check=True
    )
    taken, said = other.push("--force", "HEAD~1:refs/heads/names")
    assert (taken, "[gate.branch-of-another]" in said) == (False, True), said
    # Of two that begin one name at the same moment, it is whose commit stands.
    notes = bare / "zongmu-branches.json"
    notes.write_text(json.dumps({"refs/heads/names": {"clerk": mine, "other": "1" * 40}}))
    taken, said = other.push("--force", "HEAD~1:refs/heads/names")
    assert (taken, "[gate.branch-of-another]" in said) == (False, True), said
    clerk.git("-c", "user.email=11010519491231002X@a.cn", "commit", "-q", "--allow-empty", "-m", "x")
    clerk.git("branch", "number")
    clerk.git("reset", "-q", "--hard", "HEAD~1")
    taken, said = clerk.push("number", "v2")
    assert not taken
    for name in ("refs/heads/number", "refs/tags/v2"):
        section = said.split(f"zongmu  {name} ")[1].split("zongmu  refs/")[0]
        assert "[gate.sensitive-message]" in section, said
    names = {
        "HEAD:refs/heads/11010519491231002X": "refs/heads/***: 拒收 [gate.sensitive-name]",
        "v3:refs/heads/v3": "refs/heads/v3: 拒收 [gate.not-a-commit]",
        "+v1": "refs/tags/v1: 拒收 [gate.tag-moved]",
        ":refs/heads/main": "refs/heads/main: 拒收 [gate.branch-deleted]",
        f"HEAD:refs/replace/{first}": f"refs/replace/{first}: 拒收 [gate.ref-refused]",
        "HEAD:refs/notes/commits": "refs/notes/commits: 拒收 [gate.ref-refused]",
    }
    taken, said = clerk.push(*names)
    assert (taken, [line for line in names.values() if line not in said]) == (False, []), said
    # A tag origin/main would stand before the main branch in every clone.
    odd = ("refs/tags/origin/main", "refs/tags/Names", "refs/heads/HEAD", "refs/heads/x\u202egnp")
    taken, said = clerk.push(*(f"HEAD:{name}" for name in odd))
    assert (taken, said.count("[gate.confusable-name]")) == (False, len(odd)), said
    clerk.git("checkout", "-q", "--orphan", "other")
    clerk.git("commit", "-q", "-m", "other root")
    taken, said = clerk.push("--force", "HEAD:refs/heads/main")
    assert (taken, "[gate.rewritten]" in said) == (False, True), said
    clerk.git("reset", "-q", "--hard", clerk.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-p", main, "-m", "x"))
    taken, said = clerk.push("HEAD:refs/heads/main")
    assert (taken, "[gate.off-the-main-line]" in said) == (False, True), said
    clerk.git("reset", "-q", "--hard", "HEAD~1")
    taken, said = clerk.push("HEAD:refs/heads/orphan")
    assert (taken, "[git.no-merge-base]" in said) == (False, True), said


def test_a_waiver_comes_in_by_the_body_that_gave_it(address: str, clerk: Clone, tmp_path: Path) -> None:
    clerk.branch("waiver")
    path = OWN.replace("0003", "0005")
    row = "waivers:\n  - {seq: 1, of: DM-4, authority: demo/finance, number: 示豁〔2026〕1号, date: 2026-02-10}\n"
    row += "attestations:\n  - {seq: 1, kind: x, by: demo/finance, role: 处长, date: 2026-03-02}\n"
    clerk.write(path, NEW.replace("0003", "0005").replace("挂号平台", "示例平台") + row)
    clerk.commit()
    taken, said = clerk.push("HEAD:refs/heads/waiver")
    assert taken, said  # proposed, by whoever has the paper
    told = say("--root", clerk.root, "reviewers", "origin/main", "HEAD", "--lang", "en")
    assert "confirms that the waiver of demo-2026-0005 is its own" in told.out, told.all
    keeper = Clone(address, "keeper", tmp_path / "keeper")
    taken, said = keeper.push("origin/waiver:refs/heads/main")
    assert (taken, "[gate.waiver-of-another]" in said) == (False, True), said
    assert "[gate.attestation-of-another]" in said
    finance = Clone(address, "finance", tmp_path / "finance")
    taken, said = finance.push("origin/waiver:refs/heads/main")
    assert taken, said


def test_the_act_of_an_authority_is_not_voided_without_it(address: str, clerk: Clone, tmp_path: Path) -> None:
    finance, keeper = (Clone(address, who, tmp_path / who) for who in ("finance", "keeper"))
    path = OWN.replace("0003", "0006")
    order = "milestones:\n  - {kind: rectification_ordered, date: 2026-03-01, body: demo/finance, number: 示改〔2026〕1号}\n"
    finance.write(path, NEW.replace("0003", "0006").replace("挂号平台", "被责令整改的平台") + order)
    finance.commit()
    taken, said = finance.push("HEAD:refs/heads/main")
    assert taken, said
    clerk.git("fetch", "-q")
    clerk.branch("void")
    row = "corrections:\n  - {seq: 1, of: rectification_ordered, date: 2026-06-01, reason: 误登}\n"
    clerk.write(path, clerk.read(path) + row)
    clerk.commit()
    taken, said = clerk.push("HEAD:refs/heads/void")
    assert taken, said  # proposed
    told = say("--root", clerk.root, "reviewers", "origin/main", "HEAD", "--lang", "en")
    assert "confirms the correction of" in told.out, told.all
    keeper.git("fetch", "-q")
    taken, said = keeper.push("origin/void:refs/heads/main")
    assert (taken, "[gate.correction-of-another]" in said) == (False, True), said
    finance.git("fetch", "-q")
    taken, said = finance.push("origin/void:refs/heads/main")
    assert taken, said


def test_a_wrong_clock_blocks_nobody_who_proposes_and_does_not_come_into_the_main_line(
    address: str, clerk: Clone, tmp_path: Path
) -> None:
    clerk.branch("past")
    clerk.write(OWN.replace("0003", "0007"), NEW.replace("0003", "0007").replace("挂号", "停车"))
    clerk.commit()
    old = re.sub(r"> [0-9]+ ", "> 86400 ", clerk.git("cat-file", "commit", "HEAD")) + "\n"
    clerk.git("reset", "-q", clerk.git("hash-object", "-t", "commit", "-w", "--stdin", input=old))
    taken, said = clerk.push("HEAD:refs/heads/past")
    assert taken, said
    keeper = Clone(address, "keeper", tmp_path / "keeper")
    taken, said = keeper.push("origin/past:refs/heads/main")
    assert (taken, "[gate.clock]" in said, "git merge --squash" in said) == (False, True, True), said
    keeper.git("merge", "-q", "--squash", "origin/past")
    keeper.commit()
    taken, said = keeper.push("HEAD:refs/heads/main")
    assert taken, said


def test_what_the_audit_would_refuse_for_ever_does_not_come_in_where_nothing_is_signed(
    address: str, tmp_path: Path
) -> None:
    keeper = Clone(address, "keeper", tmp_path / "keeper")
    keeper.branch("one")
    keeper.write(
        "registry/projects/demo/office/demo-2026-0021.yaml", NEW.replace("0003", "0021").replace("clinic", "office")
    )
    keeper.commit()
    side = keeper.git("rev-parse", "HEAD")
    keeper.branch("main")
    keeper.git("merge", "-q", "--no-ff", "--no-commit", side)
    keeper.write(
        "registry/projects/demo/office/demo-2026-0022.yaml", NEW.replace("0003", "0022").replace("clinic", "office")
    )
    keeper.commit()
    taken, said = keeper.push("HEAD:refs/heads/main")
    assert (taken, "[trust.merge-content]" in said, "git merge --squash" in said) == (False, True, True), said


def test_the_keeper_changes_trust_and_a_stranger_nothing(address: str, tmp_path: Path) -> None:
    keeper = Clone(address, "keeper", tmp_path / "keeper")
    keeper.write("registry/organizations/demo/clinic.yaml", CLINIC + "holds: [auditor]\n")
    keeper.commit()
    taken, said = keeper.push("HEAD:refs/heads/main")
    assert taken, said
    settings = keeper.read("registry/registry.yaml")
    keeper.write("registry/registry.yaml", settings.replace("name: 测试库", "name: 新名"))
    keeper.commit()
    taken, said = keeper.push("HEAD:refs/heads/main")
    assert taken, said
    keeper.write("trust/pushers.yaml", PUSHERS + "  - {account: x, zone: [data]}\n")
    keeper.commit()
    taken, said = keeper.push("HEAD:refs/heads/main")
    assert (taken, "[gate.pushers-unreadable]" in said) == (False, True), said
    keeper.write("trust/pushers.yaml", PUSHERS.replace("code], merges: true", "code]"))
    keeper.git("commit", "-q", "-a", "--amend", "--no-edit")
    taken, said = keeper.push("HEAD:refs/heads/main")
    assert (taken, "[gate.pushers-locked-out]" in said) == (False, True), said
    stranger = Clone(address, "stranger", tmp_path / "stranger")
    stranger.write("registry/organizations/demo/clinic.yaml", CLINIC.replace("医院", "诊所"))
    stranger.commit()
    taken, said = stranger.push("HEAD:refs/heads/x")
    assert (taken, "[gate.unknown-pusher]" in said) == (False, True), said
