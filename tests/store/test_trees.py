"""Trees of files: folders, commits, and a change laid over its target."""

from __future__ import annotations

import os
import pickle
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.store.repositories import Repository
from zongmu.store import trees
from zongmu.store.change import change_against
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import CODES, UNKNOWN_REVISION, GitProblem
from zongmu.store.git.objects import blob_id
from zongmu.store.git.text import shown
from zongmu.store.trees import GitTree, OverlayTree, Tree, WorkTree

A = "registry/projects/ordos/bureau/ordos-2026-0001.yaml"
B = "registry/projects/ordos/bureau/ordos-2026-0002.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repo")


def modes(tree: Tree, prefix: str = "registry") -> dict[str, str]:
    return {entry.path: entry.mode for entry in tree.entries(prefix)}


def problem(call: Callable[[], object]) -> GitProblem:
    with pytest.raises(GitProblem) as caught:
        call()
    told = caught.value
    assert told.message.zh
    assert told.message.en
    assert told.next_step.zh
    return told


# --- folders -----------------------------------------------------------------------------------------------------


def test_a_folder_lists_its_files_in_order(repo: Repository) -> None:
    repo.write(B, "b")
    repo.write(A, "a")
    repo.write("README.md", "r")
    tree = WorkTree(repo.root)
    assert [entry.path for entry in tree.entries("registry")] == [A, B]
    assert tree.read(A) == b"a"
    assert tree.exists(A)
    assert not tree.exists("registry")
    assert not tree.exists("registry/nothing.yaml")
    assert "README.md" in modes(tree, "")
    assert not any(path.startswith(".git/") for path in modes(tree, ""))


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert WorkTree(tmp_path).entries("registry") == []
    assert WorkTree(tmp_path / "nowhere").entries("registry") == []


def test_links_are_named_and_never_followed(repo: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("secret")
    repo.write(A, "a")
    (repo.root / "registry/link.yaml").symlink_to(outside / "secret.yaml")
    (repo.root / "registry/folder").symlink_to(outside)
    (repo.root / "registry/dangling.yaml").symlink_to("nowhere")
    tree = WorkTree(repo.root)
    found = modes(tree)
    assert found["registry/link.yaml"] == found["registry/folder"] == found["registry/dangling.yaml"] == trees.SYMLINK
    assert "registry/folder/secret.yaml" not in found
    for path in ("registry/link.yaml", "registry/folder/secret.yaml", "registry/dangling.yaml"):
        with pytest.raises(OSError, match=r"symbolic|No such"):
            tree.read(path)
    assert not tree.exists("registry/folder/secret.yaml")


def test_the_whole_registry_may_not_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/x.yaml").write_text("x")
    (tmp_path / "registry").symlink_to("real")
    assert modes(WorkTree(tmp_path)) == {"registry": trees.SYMLINK}


def test_what_is_no_file_is_named_as_what_it_is(repo: Repository) -> None:
    (repo.root / "registry/named.yaml").mkdir(parents=True)
    os.mkfifo(repo.root / "registry/pipe.yaml")
    repo.write("registry/run.yaml", "x")
    (repo.root / "registry/run.yaml").chmod(0o755)
    repo.write("registry/inner/.git/HEAD", "x")
    tree = WorkTree(repo.root)
    assert modes(tree) == {
        "registry/inner": trees.SUBMODULE,
        "registry/named.yaml": trees.DIRECTORY,
        "registry/pipe.yaml": trees.SPECIAL,
        "registry/run.yaml": trees.EXECUTABLE,
    }
    for path in ("registry/pipe.yaml", "registry/named.yaml"):
        with pytest.raises(OSError, match="not a regular file"):
            tree.read(path)


def test_a_name_that_is_not_utf8_is_kept_and_can_be_read(repo: Repository) -> None:
    name = b"registry/\xff\xfe.yaml".decode("utf-8", "surrogateescape")
    repo.write(name, "x")
    tree = WorkTree(repo.root)
    assert list(modes(tree)) == [name]
    assert tree.read(name) == b"x"
    assert shown(name) == "registry/\\udcff\\udcfe.yaml"


def test_no_more_is_read_of_a_giant_than_its_beginning(repo: Repository) -> None:
    repo.write("registry/giant.yaml", b"x" * (trees.READ_LIMIT + 10))
    repo.commit()
    assert len(WorkTree(repo.root).read("registry/giant.yaml")) == trees.READ_LIMIT
    tree = GitTree(Git(repo.root), "HEAD")
    assert len(tree.read("registry/giant.yaml")) == trees.READ_LIMIT
    # The rest was taken out of the pipe: the next blob is whole.
    repo.commit({A: "a"})
    assert GitTree(Git(repo.root), "HEAD").read(A) == b"a"


def test_untouched_files_carry_their_blob_and_touched_ones_do_not(repo: Repository) -> None:
    repo.commit({A: "a", B: "b"})
    repo.write(B, "changed")
    repo.write("registry/new.yaml", "new")
    found = {entry.path: entry.blob for entry in WorkTree.of(repo.root).entries("registry")}
    assert found == {A: blob_id(b"a"), B: None, "registry/new.yaml": None}


def test_ignored_files_are_left_out_unless_all_is_ignored(repo: Repository) -> None:
    repo.commit({A: "a", ".gitignore": "*.swp\n/build/\n"})
    repo.write("registry/.x.swp", "x")
    repo.write("build/copy/registry/registry.yaml", "x")
    assert list(modes(WorkTree.of(repo.root))) == [A]
    assert "registry/.x.swp" in modes(WorkTree(repo.root))
    # An instance that stands in an ignored folder of another repository is not thereby empty.
    assert list(modes(WorkTree.of(repo.root / "build/copy"))) == ["registry/registry.yaml"]


def test_a_folder_outside_of_any_repository_is_a_tree_too(tmp_path: Path) -> None:
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry/registry.yaml").write_text("x")
    assert modes(WorkTree.of(tmp_path)) == {"registry/registry.yaml": trees.REGULAR}


# --- commits -----------------------------------------------------------------------------------------------------


def test_a_commit_lists_and_reads_without_a_checkout(repo: Repository) -> None:
    first = repo.commit({A: "one", "README.md": "r"})
    repo.commit({A: "two", B: "b"})
    repo.write(A, "not committed")
    git = Git(repo.root)
    old, new = GitTree(git, first), GitTree(git, "main")
    assert list(modes(old)) == [A]
    assert list(modes(new)) == [A, B]
    assert (old.read(A), new.read(A)) == (b"one", b"two")
    assert list(new.read_many([B, A, B])) == [b"b", b"two", b"b"]
    assert new.exists("README.md")
    assert not new.exists("registry")
    assert not old.exists(B)
    with pytest.raises(FileNotFoundError):
        old.read(B)
    assert old.label == first[:12]
    git.close()


def test_a_commit_shows_odd_modes_and_names(repo: Repository) -> None:
    repo.commit({A: "a"})
    repo.stage("120000", "registry/link.yaml", "/etc/passwd")
    repo.stage("100755", "registry/run.yaml")
    repo.stage("160000", "registry/module")
    repo.stage("100644", "registry/新 建\n.yaml")
    repo("commit", "-q", "-m", "odd")
    tree = GitTree(Git(repo.root), "HEAD")
    assert modes(tree) == {
        A: trees.REGULAR,
        "registry/link.yaml": trees.SYMLINK,
        "registry/module": trees.SUBMODULE,
        "registry/run.yaml": trees.EXECUTABLE,
        "registry/新 建\n.yaml": trees.REGULAR,
    }
    assert tree.read("registry/新 建\n.yaml") == b"x"
    with pytest.raises(FileNotFoundError):
        tree.read("registry/module")


def test_an_instance_may_be_a_folder_of_the_repository(repo: Repository) -> None:
    repo.commit({f"city/{A}": "a", "other/registry/x.yaml": "x"})
    git = Git(repo.root / "city")
    tree = GitTree(git, "HEAD")
    assert git.prefix == "city/"
    assert git.toplevel() == repo.root
    assert list(modes(tree)) == [A]
    assert tree.read(A) == b"a"
    assert tree.exists(A)
    assert {entry.path: entry.blob for entry in WorkTree.of(repo.root / "city").entries("registry")} == {
        A: blob_id(b"a")
    }


def test_a_bare_clone_is_read_like_any_other(repo: Repository, tmp_path: Path) -> None:
    repo.commit({A: "a"})
    repo("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    git = Git(tmp_path / "bare.git")
    assert git.is_bare()
    assert GitTree(git, "main").read(A) == b"a"


def test_a_linked_working_tree_is_read_like_any_other(repo: Repository, tmp_path: Path) -> None:
    repo.commit({A: "a"})
    repo("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = Repository(tmp_path / "linked", init=False)
    linked.commit({B: "b"})
    change = change_against(linked.root, "main")
    assert change.paths == (B,)


def test_a_forked_process_reads_through_its_own_pipe(repo: Repository) -> None:
    repo.commit({A: "a" * 1000, B: "b" * 1000})
    tree = GitTree(Git(repo.root), "HEAD")
    assert tree.read(A) == b"a" * 1000
    child = os.fork()
    if child == 0:
        os._exit(0 if all(tree.read(B) == b"b" * 1000 for _ in range(50)) else 1)
    for _ in range(50):
        assert tree.read(A) == b"a" * 1000
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_who_stops_reading_halfway_does_not_upset_the_next(repo: Repository) -> None:
    repo.commit({A: "a", B: "b"})
    tree = GitTree(Git(repo.root), "HEAD")
    half = tree.read_many([A, B])
    assert next(half) == b"a"
    assert tree.read(B) == b"b"
    assert next(half) == b"b"


def test_a_blob_that_is_missing_or_damaged_is_a_problem_and_not_an_empty_file(repo: Repository) -> None:
    repo.commit({A: "a", B: "b"})
    for path in (A, B):
        blob = repo("rev-parse", f"HEAD:{path}")
        place = repo.root / ".git/objects" / blob[:2] / blob[2:]
        place.chmod(0o644)
        if path == A:
            place.unlink()
        else:
            place.write_bytes(b"damaged")
    tree = GitTree(Git(repo.root), "HEAD")
    for path in (A, B):
        told = problem(partial(tree.read, path))
        assert (told.code.id, told.exit_code) == ("git.object-missing", 2)


# --- the repository ----------------------------------------------------------------------------------------------


def test_revisions_resolve_by_any_name(repo: Repository) -> None:
    first = repo.commit({A: "a"})
    second = repo.commit({A: "b"})
    repo("tag", "-a", "-m", "t", "v1", first)
    git = Git(repo.root)
    assert git.resolve("HEAD") == git.resolve("main") == git.resolve(second) == git.resolve("refs/heads/main") == second
    assert git.resolve("v1") == git.resolve("HEAD~1") == git.resolve(first[:10]) == first


@pytest.mark.parametrize(
    "revision",
    [
        "nowhere",
        "origin/nowhere",
        "f" * 40,
        "",
        "--help",
        "-h",
        "--output=x",
        "main\n",
        "main..HEAD",
        "x" * 300,
        "HEAD:registry",
        "\x1b[31m",
    ],
)
def test_a_revision_that_is_none_is_a_problem_with_a_command(repo: Repository, revision: str) -> None:
    repo.commit({A: "a"})
    told = problem(lambda: Git(repo.root).resolve(revision))
    assert (told.code.id, told.exit_code) == ("git.unknown-revision", 2)
    assert "git fetch origin" in told.next_step.en
    assert told.message.en.isprintable()
    assert not (repo.root / "x").exists()


def test_the_command_names_the_branch_of_the_remote_and_is_safe_to_paste(repo: Repository, tmp_path: Path) -> None:
    repo.commit({A: "a"})

    def command(revision: str, root: Path = repo.root) -> object:
        return problem(lambda: Git(root).resolve(revision)).values["command"]

    assert command("origin/main") == "git remote add origin <url> && git fetch origin"
    repo("remote", "add", "upstream", ".")
    assert command("origin/main") == "git fetch --all"
    repo("remote", "add", "origin", ".")
    assert command("origin/main") == "git fetch origin main"
    assert command("a;rm") == "git fetch origin 'a;rm'"
    assert command("refs/heads/work") == "git fetch origin work:work"
    for no_name in ("HEAD:registry", "HEAD~9", "main..HEAD"):
        assert command(no_name) == "git fetch origin"
    repo.commit({A: "b"})
    repo("clone", "-q", "--depth", "1", f"file://{repo.root}", str(tmp_path / "shallow"))
    for older in ("HEAD~1", repo("rev-parse", "HEAD~1").strip()):
        assert command(older, tmp_path / "shallow") == "git fetch --unshallow origin"


def test_a_folder_without_repository_is_a_problem(tmp_path: Path) -> None:
    for call in (
        lambda: Git(tmp_path).resolve("HEAD"),
        lambda: Git(tmp_path).resolve("main"),
        lambda: Git(tmp_path / "nowhere").resolve("HEAD"),
        lambda: change_against(tmp_path, "main"),
    ):
        assert problem(call).code.id == "git.not-a-repository"


def test_a_machine_without_git_is_a_problem(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({A: "a"})
    monkeypatch.setenv("PATH", "/nowhere")
    for revision in ("HEAD", "main"):
        assert problem(partial(Git(repo.root).resolve, revision)).code.id == "git.not-installed"
    assert list(modes(WorkTree.of(repo.root))) == [A]


def test_nobodys_configuration_takes_part(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = repo.commit({A: "one"})
    second = repo.commit({A: "two"})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "core.hooksPath"):
        repo("config", name, str(trap))
    for name in ("clean", "process", "smudge"):
        repo("config", f"filter.odd=name.{name}", str(trap))
    repo("config", "filter.odd=name.required", "true")
    (repo.root / ".git/info/attributes").write_text("* filter=odd=name\n")
    repo("replace", second, first)
    (repo.root / ".git/info/grafts").write_text(f"{second}\n")
    other = Repository(tmp_path / "other")
    other.commit({B: "other"})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    git = Git(repo.root)
    assert git.resolve("main") == second
    assert GitTree(git, "main").read(A) == b"two"
    assert git.merge_bases(first, second) == [first]
    assert list(modes(WorkTree.of(repo.root))) == [A]
    assert change_against(repo.root, first).paths == (A,)
    (repo.root / A).write_text("the same length")
    (repo.root / A).write_text("two")
    assert change_against(repo.root, second).paths == ()
    assert os.environ["GIT_DIR"] == str(other.root / ".git")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to somebody else")
def test_a_repository_of_somebody_else_can_be_read(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({A: "a"})
    subprocess.run(["chown", "-R", "12345", str(repo.root)], check=True)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git = Git(repo.root)
    assert GitTree(git, "HEAD").read(A) == b"a"
    assert GitTree(git, "main").read(A) == b"a"


def test_every_problem_can_cross_a_pipe_and_speaks_both_languages() -> None:
    assert len({code.id for code in CODES}) == len(CODES)
    one = GitProblem(UNKNOWN_REVISION, revision="x", command="y")
    again = pickle.loads(pickle.dumps(one))
    assert (again.code, again.exit_code, again.values) == (one.code, one.exit_code, one.values)
    assert "x" in one.message.zh
    assert "y" in one.next_step.en


# --- changes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def forked(repo: Repository) -> Repository:
    """``main`` with two records; ``side`` begins there."""
    repo.commit({A: "a", B: "b", "README.md": "r"})
    repo("checkout", "-q", "-b", "side")
    return repo


def on(repo: Repository, branch: str, files: dict[str, str | None]) -> str:
    repo("checkout", "-q", branch)
    return repo.commit(files)


def contents(tree: Tree) -> dict[str, bytes]:
    return {entry.path: tree.read(entry.path) for entry in tree.entries("registry")}


def test_a_change_is_the_tip_with_what_it_touches(forked: Repository) -> None:
    on(forked, "side", {B: "side", "registry/new.yaml": "new"})
    tip = on(forked, "main", {A: "main", "registry/other.yaml": "other"})
    change = change_against(forked.root, "main", "side")
    assert change.base == tip
    assert change.paths == ("registry/new.yaml", B)
    assert contents(change.tree_before) == {A: b"main", B: b"b", "registry/other.yaml": b"other"}
    assert contents(change.tree_after) == {
        A: b"main",
        B: b"side",
        "registry/new.yaml": b"new",
        "registry/other.yaml": b"other",
    }
    assert change.tree_after.exists("registry/new.yaml")
    assert change.tree_after.exists("registry/other.yaml")
    assert not change.tree_before.exists("registry/new.yaml")


def test_the_same_id_in_two_folders_is_seen_together(forked: Repository) -> None:
    """Each change alone is good, and they merge without a conflict."""
    one = "registry/projects/ordos/finance/ordos-2026-0003.yaml"
    other = "registry/projects/ordos/bureau/ordos-2026-0003.yaml"
    on(forked, "side", {one: "x"})
    on(forked, "main", {other: "y"})
    after = change_against(forked.root, "main", "side").tree_after
    assert {one, other} <= set(contents(after))


def test_a_rename_is_both_its_paths(forked: Repository) -> None:
    new = "registry/projects/ordos/bureau/ordos-2026-0009.yaml"
    forked("checkout", "-q", "side")
    forked("mv", A, new)
    forked.commit()
    change = change_against(forked.root, "main", "side")
    assert [(t.path, t.before is None, t.after is None) for t in change.touched] == [
        (A, False, True),
        (new, True, False),
    ]
    assert set(contents(change.tree_after)) == {B, new}


def test_a_deleted_file_is_gone_from_the_overlay(forked: Repository) -> None:
    on(forked, "side", {A: None})
    on(forked, "main", {B: "main"})
    change = change_against(forked.root, "main", "side")
    after = change.tree_after
    assert contents(after) == {B: b"main"}
    assert (change.paths, change.paths_after) == ((A,), ())
    assert not after.exists(A)
    with pytest.raises(FileNotFoundError):
        after.read(A)


def test_a_changed_mode_is_a_change(forked: Repository) -> None:
    (forked.root / A).chmod(0o755)
    forked.commit()
    change = change_against(forked.root, "main", "side")
    assert [(t.before and t.before.mode, t.after and t.after.mode) for t in change.touched] == [
        (trees.REGULAR, trees.EXECUTABLE)
    ]
    assert modes(change.tree_after)[A] == trees.EXECUTABLE


def test_both_sides_came_to_the_same(forked: Repository) -> None:
    on(forked, "side", {A: "same", B: None})
    on(forked, "main", {A: "same", B: None})
    change = change_against(forked.root, "main", "side")
    assert contents(change.tree_after) == contents(change.tree_before) == {A: b"same"}


@pytest.mark.parametrize(("ours", "theirs"), [("main", "side"), (None, "side"), ("main", None)])
def test_both_sides_changed_a_path(forked: Repository, ours: str | None, theirs: str | None) -> None:
    on(forked, "side", {A: theirs})
    on(forked, "main", {A: ours})
    told = problem(lambda: change_against(forked.root, "main", "side"))
    assert (told.code.id, told.exit_code) == ("git.update-your-branch", 1)
    assert A in told.message.zh
    assert told.values["command"] == "git rebase main"
    assert told.values["count"] == 1


def test_both_sides_added_a_path(forked: Repository) -> None:
    new = "registry/new.yaml"
    on(forked, "side", {new: "side"})
    on(forked, "main", {new: "main"})
    assert problem(lambda: change_against(forked.root, "main", "side")).code.id == "git.update-your-branch"
    seen: list[tuple[bytes | None, bytes, bytes]] = []

    def join(path: str, base: bytes | None, tip: bytes, change: bytes) -> bytes:
        seen.append((base, tip, change))
        return b"joined"

    assert change_against(forked.root, "main", "side", join=join).tree_after.read(new) == b"joined"
    assert seen == [(None, b"main", b"side")]


def test_in_the_middle_of_a_merge_it_is_to_be_finished(forked: Repository) -> None:
    on(forked, "main", {A: "main"})
    on(forked, "side", {A: "side"})
    assert problem(lambda: change_against(forked.root, "main")).values["command"] == "git rebase main"
    forked("merge", "-q", "--no-commit", "-s", "ours", "main")
    told = problem(lambda: change_against(forked.root, "main"))
    assert (told.code.id, told.values["command"]) == ("git.update-your-branch", "git add -A && git commit")
    forked("commit", "-q", "-m", "merged")
    assert change_against(forked.root, "main").paths == (A,)


def test_a_join_decides_about_a_path_that_both_sides_changed(forked: Repository) -> None:
    on(forked, "side", {A: "side"})
    on(forked, "main", {A: "main"})

    def join(path: str, base: bytes | None, tip: bytes, change: bytes) -> bytes:
        return b"+".join((base or b"", tip, change))

    after = change_against(forked.root, "main", "side", join=join).tree_after
    assert after.read(A) == b"a+main+side"
    assert next(e.blob for e in after.entries("registry") if e.path == A) == blob_id(b"a+main+side")
    assert problem(lambda: change_against(forked.root, "main", "side", join=lambda *_: None)).exit_code == 1


def test_a_deletion_is_never_joined(forked: Repository) -> None:
    on(forked, "side", {A: None})
    on(forked, "main", {A: "main"})
    told = problem(lambda: change_against(forked.root, "main", "side", join=lambda *_: b"x"))
    assert told.code.id == "git.update-your-branch"


def test_text_outside_of_the_registry_is_left_to_the_forge(forked: Repository) -> None:
    on(forked, "side", {"README.md": "side", A: "side"})
    on(forked, "main", {"README.md": "main"})
    change = change_against(forked.root, "main", "side")
    assert change.paths == ("README.md", A)
    assert contents(change.tree_after)[A] == b"side"


def test_paths_outside_of_the_instance_are_told_apart(repo: Repository) -> None:
    repo.commit({f"city/{A}": "a", "src/code.py": "1"})
    repo("checkout", "-q", "-b", "side")
    repo.commit({f"city/{A}": "b", "src/code.py": "2", "city/trust/policy.yaml": "p"})
    change = change_against(repo.root / "city", "main", "side")
    assert change.paths == (A, "trust/policy.yaml")
    assert change.outside == ("src/code.py",)
    assert contents(change.tree_after) == {A: b"b"}


def test_the_working_tree_is_a_change_with_what_is_not_committed(forked: Repository) -> None:
    on(forked, "side", {B: "committed"})
    on(forked, "main", {"registry/other.yaml": "other"})
    forked("checkout", "-q", "side")
    forked.write(A, "edited")
    forked.write("registry/staged.yaml", "staged")
    forked("add", "registry/staged.yaml")
    forked.write("registry/untracked.yaml", "untracked")
    forked.write("registry/ignored.swp", "x")
    forked.write(".git/info/exclude", "*.swp\n")
    (forked.root / "README.md").touch()
    change = change_against(forked.root, "main")
    assert change.head is None
    assert change.paths == (A, B, "registry/staged.yaml", "registry/untracked.yaml")
    assert contents(change.tree_after) == {
        A: b"edited",
        B: b"committed",
        "registry/other.yaml": b"other",
        "registry/staged.yaml": b"staged",
        "registry/untracked.yaml": b"untracked",
    }
    assert {t.path: t.after and t.after.blob for t in change.touched}[A] == blob_id(b"edited")


def test_a_file_that_was_only_touched_is_no_change(forked: Repository) -> None:
    os.utime(forked.root / A, (1, 1))
    assert change_against(forked.root, "main").touched == ()


def test_in_the_working_tree_a_file_may_be_deleted_or_become_a_link(forked: Repository) -> None:
    (forked.root / A).unlink()
    (forked.root / B).unlink()
    (forked.root / B).symlink_to("/etc/hostname")
    change = change_against(forked.root, "main")
    after = {t.path: t.after.mode if t.after else None for t in change.touched}
    assert after == {A: None, B: trees.SYMLINK}
    assert modes(change.tree_after) == {B: trees.SYMLINK}


def test_the_working_tree_of_a_folder_of_the_repository(repo: Repository) -> None:
    repo.commit({f"city/{A}": "a", "src/code.py": "1"})
    repo.write(f"city/{B}", "b")
    repo.write("src/code.py", "2")
    change = change_against(repo.root / "city", "HEAD")
    assert change.paths == (B,)
    assert change.outside == ("src/code.py",)
    assert contents(change.tree_after) == {A: b"a", B: b"b"}


def test_a_repository_in_the_working_tree_is_named_as_one(forked: Repository) -> None:
    inner = Repository(forked.root / "registry/inner")
    inner.commit({"x": "x"})
    change = change_against(forked.root, "main")
    assert modes(change.tree_after)["registry/inner"] == trees.SUBMODULE


def test_nothing_changed(forked: Repository) -> None:
    assert change_against(forked.root, "main", "side").touched == ()
    assert change_against(forked.root, "main").touched == ()


def test_a_detached_head_is_as_good(forked: Repository) -> None:
    on(forked, "side", {A: "side"})
    forked("checkout", "-q", "--detach", "side")
    assert change_against(forked.root, "main", "HEAD").paths == (A,)


def test_a_branch_that_merged_the_target_is_judged_by_what_it_adds(forked: Repository) -> None:
    on(forked, "side", {B: "side"})
    on(forked, "main", {A: "main"})
    forked("checkout", "-q", "side")
    forked("merge", "-q", "-m", "merge", "main")
    assert change_against(forked.root, "main", "side").paths == (B,)


def test_several_merge_bases_are_refused(forked: Repository) -> None:
    side = on(forked, "side", {B: "side"})
    main = on(forked, "main", {A: "main"})
    forked("merge", "-q", "-m", "x", side)
    forked("checkout", "-q", "side")
    forked("merge", "-q", "-m", "y", main)
    told = problem(lambda: change_against(forked.root, "main", "side"))
    assert (told.code.id, told.exit_code) == ("git.several-merge-bases", 1)


def test_unrelated_histories_have_no_merge_base(forked: Repository) -> None:
    forked("checkout", "-q", "--orphan", "alone")
    assert problem(lambda: Git(forked.root).resolve("alone")).code.id == "git.nothing-committed"
    # Whether it has a commit or not: to commit is no help.
    for head in (None, "alone"):
        told = problem(lambda head=head: change_against(forked.root, "main", head))  # type: ignore[misc]
        assert (told.code.id, told.exit_code) == ("git.no-merge-base", 2)
        forked.commit({A: "alone"})
    command = told.next_step.en.rpartition(": ")[2]
    assert command == "git reset --soft main"
    forked(*command.split()[1:])
    assert change_against(forked.root, "main").paths == (A,)


def test_a_shallow_clone_is_refused_with_the_command(forked: Repository, tmp_path: Path) -> None:
    on(forked, "side", {A: "side"})
    forked("clone", "-q", "--depth", "1", "--no-single-branch", f"file://{forked.root}", str(tmp_path / "shallow"))
    told = problem(lambda: change_against(tmp_path / "shallow", "origin/main", "origin/side"))
    assert (told.code.id, told.exit_code) == ("git.shallow-clone", 2)
    assert told.values["command"] == "git fetch --unshallow origin"


def test_an_unknown_base_is_refused_and_never_taken_for_all_new(forked: Repository) -> None:
    told = problem(lambda: change_against(forked.root, "origin/main", "side"))
    assert (told.code.id, told.exit_code) == ("git.unknown-revision", 2)
    assert problem(lambda: change_against(forked.root, "main", "nowhere")).code.id == "git.unknown-revision"


def test_an_overlay_can_lie_on_any_tree(repo: Repository) -> None:
    repo.write(A, "a")
    tree = OverlayTree(WorkTree(repo.root), {A: None}, WorkTree(repo.root))
    assert tree.entries("registry") == []
    assert tree.label == "worktree+worktree"
