"""A history that was rewritten by order: what stays proved, and every way in which an epoch could say less than it did."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.trust.history import (
    HOUR,
    OTHER,
    PROJECT,
    SIGNED,
    START,
    History,
    Made,
    Signer,
    digest_of,
    endorsements,
    keys,
    project,
    registry,
    row,
    who,
)
from tests.trust.verifying import verified
from zongmu.cli.main import main
from zongmu.store.editing.emit import document, inline
from zongmu.store.git.asking import Git
from zongmu.trust.authority.changes import trusted_at
from zongmu.trust.authority.rows import statement
from zongmu.trust.chain.checkpoint import Checkpoint
from zongmu.trust.chain.objects import Objects, opened
from zongmu.trust.rewriting.epochs import EPOCHS_PATH
from zongmu.trust.rewriting.redacting import CannotRedact, redact
from zongmu.trust.signatures.sshsig import ENDORSEMENT
from zongmu.trust.verifying.conclusions import conclusions
from zongmu.trust.verifying.former import verify_all
from zongmu.trust.verifying.result import Result

NOW = START + 30 * 24 * HOUR
SECRET = "13800138000"
SAID = {
    "date": "2026-09-22",
    "authority": "示例市网信办",
    "ground": "个人信息保护法第四十七条",
    "number": "示网〔2026〕3号",
}


def leaked(name: str = f"示例平台（联系 {SECRET}）", total: str = "480万元") -> str:
    return project("shili-2026-0001", "water", name=name, total=total)


@dataclass
class Story:
    """A registry in which something leaked, what was kept of it, and the former histories."""

    made: History
    folder: Path
    checkpoints: list[Checkpoint] = field(default_factory=list)
    former: list[Path] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)

    def keep(self, *kept: str) -> None:
        """Keep the former history, as the operator hands it to auditors, with the contents *kept*."""
        place = self.folder / f"former-{len(self.former)}-{len(kept)}.bundle"
        command = ["bundle", "create", "-q", str(place), "--filter=blob:none", "HEAD", *kept]
        subprocess.run(["git", "-C", str(self.made.folder), *command], check=True)
        self.former.append(place)

    def rewritten(
        self, *words: str, tamper: Callable[[History, str], str] = lambda h, id: id, keep: bool = True
    ) -> dict[str, Any]:
        """Rewrite without *words*; the record. *tamper* changes the new head; *keep*: the originals too that are needed."""
        made = self.made
        assert made.head is not None
        git = Git(made.folder)
        try:
            done = redact(git, made.head.id, _pairs(words), SAID)
            self.keep(*(done.kept if keep else ()))
            files = {path: (mode, _without(data, words)) for path, (mode, data) in made.head.files.items()}
            made.move(Made(done.head, made.tree(files), made.head.time, files))
            made.move(Made(tamper(made, done.head), made.tree(files), made.head.time, files))
            made.trusted = trusted_at(Objects(git), made.head.id)
        finally:
            git.close()
        return done.value

    def epoch(self, *words: str, **more: Any) -> None:
        """Rewrite, and land the record."""
        self.made.trust({EPOCHS_PATH: document(self.rewritten(*(words or (SECRET,))))}, **more)

    def audit(self, *, former: bool = True, root: str | None = None, since: Checkpoint | None = None) -> Result:
        with ExitStack() as stack:
            git, head = stack.enter_context(opened(self.made.folder))
            theirs = [stack.enter_context(opened(file, bare=True)) for file in self.former if former]
            roots = frozenset(who(name).blob for name in ("root-a", "root-b")) if self.roots else None
            return verify_all(git, head, roots, root, since, None, theirs, now=NOW)

    def codes(self, **more: Any) -> set[str]:
        return {fault.code.id for fault in self.audit(**more).faults}


def _pairs(words: Sequence[str]) -> list[tuple[bytes, bytes]]:
    split = (word.partition("==>") for word in words)
    return [(word.encode(), (instead or "withheld").encode()) for word, _, instead in split]


def _without(data: bytes, words: Sequence[str]) -> bytes:
    for word, instead in _pairs(words):
        data = data.replace(word, instead)
    return data


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Two versions with the leak, an endorsement beside it, a change of trust after it, and one that took it out."""
    made = registry(tmp_path / "r")
    assert made.head is not None
    told = Story(made, tmp_path, roots=[made.trusted])
    made.landed({PROJECT: leaked()})
    made.landed({PROJECT: leaked(total="500万元")})
    made.landed({SIGNED: endorsements(row(1, digest_of(leaked(total="500万元"))))}, by="finance")
    made.trust({"trust/keys.yaml": keys(extra="# a comment\n")})
    told.checkpoints.append(verified(made).checkpoint)
    made.landed({PROJECT: project("shili-2026-0001", "water", total="500万元")})
    return told


def test_after_an_epoch_everything_but_the_replaced_versions_is_still_proved(story: Story) -> None:
    before = verified(story.made)
    story.epoch()
    story.made.landed({PROJECT: project("shili-2026-0001", "water", total="500万元", name="新名")})
    # Neither the start nor the checkpoint that an auditor has from before needs another.
    result = story.audit(root=story.roots[0], since=story.checkpoints[0])
    assert result.faults == []
    assert (result.proved_epochs, result.progress.commits) == (1, before.progress.commits + 2)
    assert result.progress.signed == before.progress.signed + 2
    assert {act.state for act in result.acts} == {"effective", "waiting"}
    assert story.audit(since=before.checkpoint).faults == []
    assert story.audit(since=result.checkpoint).faults == []
    # The words are in no object that the new history reaches.
    found = subprocess.run(
        ["git", "-C", story.made.folder, "grep", "-c", SECRET, *git(story, "rev-list", "HEAD").split()],
        capture_output=True, check=False,
    )  # fmt: skip
    assert found.stdout == b""


def git(story: Story, *words: str) -> str:
    return subprocess.run(["git", "-C", story.made.folder, *words], check=True, capture_output=True, text=True).stdout


def test_without_the_former_history_only_what_came_after_is_judged(story: Story) -> None:
    story.epoch()
    stopped = story.audit(former=False)
    assert {fault.code.id for fault in stopped.faults} == {"trust.epoch-former-missing"}
    # Whose keys have expired is asked of the verifier's own day, not of the head's.
    assert stopped.day == stopped.end.day(NOW)
    assert story.codes(former=False, root=story.roots[0]) == {"trust.epoch-former-missing"}
    assert story.made.head is not None
    epoch = story.made.head.id
    story.made.landed({PROJECT: project("shili-2026-0001", "water", total="500万元", name="新名")})
    result = story.audit(former=False, root=epoch)
    assert result.faults == []
    assert (result.proved_epochs, len(result.epochs)) == (0, 1)


def test_a_second_epoch_and_a_history_of_three_parts(story: Story) -> None:
    story.epoch()
    story.made.landed({PROJECT: leaked("平台（住址 金水路9号）", total="500万元")})
    story.checkpoints.append(story.audit().checkpoint)
    story.made.landed({PROJECT: project("shili-2026-0001", "water", total="500万元")})
    # The second takes out more of what the first had left standing, too.
    story.epoch("金水路9号", "联系 withheld")
    result = story.audit(root=story.roots[0])
    assert result.faults == []
    assert result.proved_epochs == 2
    for checkpoint in story.checkpoints:
        assert story.codes(since=checkpoint) == set()
    story.former.pop(0)
    assert story.codes() == {"trust.epoch-former-missing"}


def test_a_branch_that_was_merged_is_rewritten_with_the_rest(story: Story) -> None:
    made = story.made
    base = made.head
    assert base is not None
    side = made.landed(
        {OTHER: project("shili-2026-0002", "roads", name=f"道路 {SECRET}")}, by="roads", parents=[base], move=False
    )
    main = made.landed({PROJECT: project("shili-2026-0001", "water", total="500万元", name="新名")}, parents=[base])
    made.commit(
        {OTHER: side.files[OTHER]},
        signer=who("forge"),
        author=who("clerk"),
        parents=[main, side],
        time=main.time + HOUR,
    )
    assert verified(made).faults == []
    story.epoch()
    result = story.audit(root=story.roots[0], since=story.checkpoints[0])
    assert result.faults == []
    assert result.progress.merges == 1
    assert [file.path for file in result.epochs[0].files] == sorted((PROJECT, OTHER))


def test_a_registry_without_signatures_has_epochs_too(tmp_path: Path) -> None:
    made = History(tmp_path / "r")
    made.commit({PROJECT: leaked()})
    made.commit({PROJECT: leaked(total="500万元")})
    story = Story(made, tmp_path)
    value = story.rewritten(SECRET)
    made.commit({EPOCHS_PATH: document(value)})
    result = story.audit()
    assert result.faults == []
    assert result.proved_epochs == 1
    said = {one.id: one.text.en for one in conclusions(result)}
    assert "unsigned" in said
    assert "signatures" not in said["epoch"]
    story.former.clear()
    assert story.codes() == {"trust.epoch-former-missing"}


# --- words of persons, and files on which authority rests --------------------------------------------------------------

NAME = "张三丰"


def mentioned(story: Story, **more: Any) -> None:
    """Somebody writes a name into a message, another commits under it."""
    story.made.landed(
        {PROJECT: project("shili-2026-0001", "water", total="510万元")}, message=f"按{NAME}的电话改", **more
    )


def test_a_name_in_a_message_and_one_in_an_author_are_taken_out(story: Story) -> None:
    mentioned(story)
    author = Signer(NAME, who("clerk").email)
    changed = {PROJECT: project("shili-2026-0001", "water", total="520万元")}
    story.made.commit(changed, signer=who("forge"), author=author)
    before = verified(story.made)
    assert before.faults == []
    story.epoch(NAME)
    assert NAME not in git(story, "log", "--format=%an %cn %B", "HEAD")
    # What was signed is still proved, from the former commits, which hold the name and go to auditors alone.
    result = story.audit(root=story.roots[0], since=story.checkpoints[0])
    assert result.faults == []
    assert result.progress.signed == before.progress.signed + 1
    assert (len(result.epochs[0].files), len(result.epochs[0].commits)) == (0, 2)
    said = {one.id: one.text.en for one in conclusions(result)}
    assert "author or message of 2 commits" in said["epoch"]
    assert story.codes(former=False) == {"trust.epoch-former-missing"}


@pytest.mark.parametrize(
    ("path", "content", "by"),
    [
        ("registry/organizations/shili/water.yaml", f"format: 1\nid: shili/water\njurisdiction: shili\nname: 水务局{NAME}\n", "bureau"),
        (SIGNED, "signed", "bureau"),
        ("trust/keys.yaml", keys(person={"clerk": {"post": f"岗位 {NAME}"}}), "root"),
        ("trust/keys.yaml", keys(extra=f"# {NAME}\n"), "root"),
    ],
    ids=["organization", "endorsement", "post", "comment"],
)  # fmt: skip
def test_words_are_taken_out_of_what_authority_rests_on(story: Story, path: str, content: str, by: str) -> None:
    made = story.made
    if by == "root":
        made.trust({path: content})
        made.trust({path: keys()})
    elif path == SIGNED:
        note = row(1, "", role="data_bureau", by="bureau", level="S", of="approved")
        more = {"code": "od20_x", "reason": f"已电告{NAME}"}
        del note["of"], note["digest"], note["evidence"]
        note |= more
        note["evidence"] = {
            "signature": who("bureau").text(statement("shili-2026-0001", "acknowledgements", note), ENDORSEMENT)
        }
        text = endorsements(row(1, digest_of(leaked(total="500万元")))) + f"acknowledgements:\n  - {inline(note)}\n"
        made.landed({SIGNED: text}, by="bureau")
    else:
        made.landed({path: content}, by=by)
    before = verified(made)
    assert before.faults == []
    story.epoch(NAME)
    result = story.audit(root=story.roots[0])
    assert result.faults == []
    assert [file.path for file in result.epochs[0].files] == [path]


def test_what_authority_rests_on_is_not_taken_on_trust(story: Story) -> None:
    story.made.trust({"trust/keys.yaml": keys(extra=f"# {NAME}\n")})
    value = story.rewritten(NAME, keep=False)
    story.made.trust({EPOCHS_PATH: document(value)})
    assert "trust.epoch-original-missing" in story.codes()


def test_an_address_is_replaced_where_it_stands_and_in_every_commit(story: Story) -> None:
    mentioned(story)
    story.epoch("clerk@registry==>post-1@registry")
    assert story.codes() == set()
    assert "clerk@" not in git(story, "log", "-p", "--format=%ae %ce", "HEAD")
    assert "post-1@" in git(story, "log", "-1", "--format=%ae", "HEAD~1")


def test_no_rewriting_gives_other_authority(story: Story) -> None:
    assert story.made.head is not None
    for word, instead in (
        ("roots: 2", "roots: 3"),
        ("above: 1000万元", "above: 9000万元"),
        ("roles: [department]", "roles: [department, root]"),
        ("by: finance", "by: root-a"),
        ("assurance: F", "assurance: none"),
    ):
        with pytest.raises(CannotRedact) as refused:
            redact(Git(story.made.folder), story.made.head.id, [(word.encode(), instead.encode())], SAID)
        assert refused.value.code.id == "epoch.decides"


def test_a_record_that_gives_other_authority_is_not_accepted(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    # As an operator would who changed the program.
    monkeypatch.setattr("zongmu.trust.rewriting.redacting.decides_the_same", lambda *_: True)
    story.epoch("roles: [department]==>roles: [department, registrar]")
    monkeypatch.undo()
    assert "trust.epoch-changed-more" in story.codes()


@pytest.mark.parametrize(
    "alter",
    [
        lambda row: row["commits"].pop(),
        lambda row: row["commits"][0].update(after="0" * 40),
        lambda row: row["commits"].append({"before": "0" * 40, "after": row["commits"][0]["after"]}),
        lambda row: row["commits"].append({"before": row["former"]["head"], "after": row["commits"][0]["after"]}),
    ],
    ids=["unlisted", "nowhere", "stranger", "another"],
)
def test_a_record_that_names_other_commits(story: Story, alter: Callable[[dict[str, Any]], None]) -> None:
    mentioned(story)
    mentioned(story)
    story.made.landed({PROJECT: project("shili-2026-0001", "water", total="530万元")})
    value = story.rewritten(NAME)
    story.made.trust({EPOCHS_PATH: _altered(value, alter)})
    assert story.codes() == {"trust.epoch-changed-more"}


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b" +0800", b" +0900"),
        lambda raw: raw.replace(b"\n\n", b"\nencoding GBK\n\n", 1),
    ],
    ids=["time", "header"],
)
def test_a_reworded_commit_that_changes_besides(story: Story, change: Callable[[bytes], bytes]) -> None:
    mentioned(story)
    value = story.rewritten(NAME, tamper=lambda made, id: _again(made, id, change))
    value["epochs"][0]["commits"][-1]["after"] = git(story, "rev-parse", "HEAD").strip()
    story.made.trust({EPOCHS_PATH: document(value)})
    assert story.codes() == {"trust.epoch-changed-more"}


# --- attacks ----------------------------------------------------------------------------------------------------------


def test_signed_by_one(story: Story) -> None:
    story.epoch(consents=())
    assert story.codes() == {"trust.two-roots"}


def test_signed_by_nobody(story: Story) -> None:
    story.epoch(signer=None, consents=())
    assert {"trust.unsigned", "trust.two-roots"} <= story.codes()


def _again(made: History, id: str, change: Callable[[bytes], bytes]) -> str:
    """The head with its commit spelled otherwise."""
    raw = subprocess.run(["git", "-C", made.folder, "cat-file", "commit", id], check=True, capture_output=True).stdout
    return made.put("commit", change(raw))


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"\n\nchange", b"\n\nanother"),
        lambda raw: raw.replace(b"author clerk ", b"author roads "),
        lambda raw: raw.replace(b" +0800", b" +0900"),
    ],
    ids=["message", "author", "zone"],
)
def test_changes_a_commit_besides(story: Story, change: Callable[[bytes], bytes]) -> None:
    value = story.rewritten(SECRET, tamper=lambda made, id: _again(made, id, change))
    story.made.trust({EPOCHS_PATH: document(value)})
    assert story.codes() == {"trust.epoch-changed-more"}


def test_changes_a_content_that_it_does_not_name(story: Story) -> None:
    def tamper(made: History, id: str) -> str:
        assert made.head is not None
        files = dict(made.head.files) | {PROJECT: ("100644", leaked("甲").encode())}
        tree = made.tree(files)
        return _again(made, id, lambda raw: b"tree %s\n" % tree.encode() + raw.split(b"\n", 1)[1])

    value = story.rewritten(SECRET, tamper=tamper)
    story.made.trust({EPOCHS_PATH: document(value)})
    assert "trust.epoch-changed-more" in story.codes()


def test_hides_a_commit_in_the_middle(story: Story) -> None:
    def tamper(made: History, id: str) -> str:
        parent = git(story, "rev-parse", f"{id}~1").strip()
        grand = git(story, "rev-parse", f"{id}~2").strip()
        return _again(made, id, lambda raw: raw.replace(parent.encode(), grand.encode()))

    value = story.rewritten(SECRET, tamper=tamper)
    story.made.trust({EPOCHS_PATH: document(value)})
    assert "trust.epoch-changed-more" in story.codes()


def test_hides_the_last_commits_and_only_a_checkpoint_shows_it(story: Story) -> None:
    kept = verified(story.made).checkpoint
    parent = git(story, "rev-parse", "HEAD~1").strip()
    assert story.made.head is not None
    files = dict(story.made.head.files) | {PROJECT: ("100644", leaked(total="500万元").encode())}
    story.made.move(Made(parent, "", story.made.head.time - HOUR, files))
    story.epoch()
    assert story.codes() == set()
    assert story.codes(since=kept) == {"trust.checkpoint-differs"}


def _altered(value: dict[str, Any], alter: Callable[[dict[str, Any]], None]) -> str:
    alter(value["epochs"][-1])
    return document(value)


@pytest.mark.parametrize(
    ("alter", "code"),
    [
        (lambda row: row["former"].update(root="sha256:" + "0" * 64), "trust.epoch-former-differs"),
        (lambda row: row["former"].update(size=3), "trust.epoch-former-differs"),
        (lambda row: row["former"].update(head="0" * 40), "trust.epoch-former-unnamed"),
        (lambda row: row["files"][0]["versions"].pop(), "trust.epoch-changed-more"),
        (lambda row: row["files"][0].update(path=PROJECT.replace("0001", "0009")), "trust.epoch-changed-more"),
        (lambda row: row["files"][0]["versions"][0].update(digest="sha256:" + "0" * 64), "trust.epoch-former-differs"),
        (lambda row: row["files"][0].update(path="registry/registry.yaml"), "trust.epoch-changed-more"),
        (lambda row: row["files"][0].update(path=SIGNED), "trust.epoch-changed-more"),
        (lambda row: row.update(seq=2), "trust.epoch-record"),
    ],
    ids=["root", "size", "head", "version", "path", "digest", "settings", "endorsement", "number"],
)
def test_a_record_that_says_something_else(story: Story, alter: Callable[[dict[str, Any]], None], code: str) -> None:
    value = story.rewritten(SECRET)
    story.made.trust({EPOCHS_PATH: _altered(value, alter)})
    assert code in story.codes()


def test_slips_a_change_in_beside_the_record(story: Story) -> None:
    value = story.rewritten(SECRET)
    more = {PROJECT: project("shili-2026-0001", "water", total="900万元")}
    story.made.trust({EPOCHS_PATH: document(value), **more})
    assert "trust.epoch-record" in story.codes()


def test_a_record_in_an_ordinary_commit(story: Story) -> None:
    value = story.rewritten(SECRET)
    story.made.landed({PROJECT: project("shili-2026-0001", "water", total="500万元", name="改")})
    story.made.trust({EPOCHS_PATH: document(value)})
    assert "trust.epoch-record" in story.codes()


def test_alters_a_record_afterwards(story: Story) -> None:
    value = story.rewritten(SECRET)
    story.made.trust({EPOCHS_PATH: document(value)})
    story.made.trust({EPOCHS_PATH: _altered(value, lambda row: row.update(ground="别的依据"))})
    assert "trust.epoch-record" in story.codes()


def test_a_second_epoch_that_drops_the_first(story: Story) -> None:
    story.epoch()
    story.made.landed({PROJECT: leaked("平台（住址 金水路9号）", total="500万元")})
    value = story.rewritten("金水路9号")
    value["epochs"].pop(0)
    value["epochs"][0]["seq"] = 1
    story.made.trust({EPOCHS_PATH: document(value)})
    assert story.codes() == {"trust.epoch-former-unnamed"}
    story.former.pop(0)
    assert "trust.epoch-record" in story.codes()


def test_the_former_history_of_another_registry(story: Story, tmp_path: Path) -> None:
    story.epoch()
    other = Story(registry(tmp_path / "other"), tmp_path / "other")
    other.keep()
    story.former += other.former
    assert story.codes() == {"trust.epoch-former-unnamed"}


def test_rewritten_without_any_record(story: Story) -> None:
    story.rewritten(SECRET)
    assert story.codes() == {"trust.epoch-former-unnamed"}
    assert "trust.unsigned" in story.codes(former=False)


# --- by command -------------------------------------------------------------------------------------------------------


@pytest.fixture
def clone(story: Story, tmp_path: Path) -> Path:
    place = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", story.made.folder, place], check=True)
    return place


def test_the_command_rewrites_beside_the_old_history_and_stages_the_record(
    story: Story, clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words, former = tmp_path / "words", tmp_path / "former.bundle"
    words.write_text(f"{SECRET}==>（删）\na comment==>（删）\n")
    old = git(story, "rev-parse", "HEAD").strip()
    beside = str(clone / ".." / "former.bundle")
    said = ["--authority", "示例市网信办", "--ground", "个人信息保护法第四十七条", "--former", beside]
    command = ["--root", str(clone), "trust", "epoch", str(words), "--lang", "en", *said]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "On the branch epoch-1, contents are replaced (versions: 3, files: 2; commits reworded: 0)" in told
    assert "refs/heads/main" in told
    assert SECRET not in told

    def here(*asked: str) -> str:
        env = os.environ | {"GIT_AUTHOR_DATE": "2026-09-30T12:00:00Z", "GIT_COMMITTER_DATE": "2026-09-30T12:00:00Z"}
        command = ["git", "-C", str(clone), *asked]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout.strip()

    assert here("rev-parse", "main") == old
    assert here("diff", "--cached", "--name-only") == EPOCHS_PATH
    assert here("log", "--format=%s %an", "epoch-1") == here("log", "--format=%s %an", "main")
    here("-c", "user.name=root-a", "-c", "user.email=root-a@registry.example", "commit", "-q", "-m", "Epoch")
    # Nobody has signed it: refused for that, and for nothing else.
    audit = ["audit", "verify", str(clone), "--root", story.roots[0], "--former", str(former)]
    assert main([*audit, "--format", "json", "--as-of", "2026-10-01", "--no-cache"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert {fault["code"] for fault in data["faults"]} == {"trust.unsigned", "trust.two-roots"}
    assert data["epochs"][0]["files"] == [PROJECT, "trust/keys.yaml"]
    # A second time there is nothing to take out.
    again = tmp_path / "again.bundle"
    assert main([*command[:-1], str(again)]) == 1
    assert "epoch.not-found" in capsys.readouterr().err
    # Nor is it done over what was made before.
    here("checkout", "-q", "main")
    assert main([*command[:-1], str(again)]) == 2
    assert "epoch.branch-there" in capsys.readouterr().err
    assert not again.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("480万元==>much\n", "epoch.not-sound"),
        ("root-b@registry\n", "epoch.not-sound"),
        ("roles: [finance]\n", "epoch.decides"),
        ("shili-2026-0001.yaml\n", "epoch.not-redactable"),
        ("nowhere\n", "epoch.not-found"),
        ("x\n", "epoch.word-too-short"),
        (f"{SECRET}\n", "epoch.bad-record"),
        ("\n", "epoch.no-words"),
    ],
)
def test_what_cannot_be_taken_out_is_said_and_nothing_moves(
    story: Story, clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, code: str
) -> None:
    words, former = tmp_path / "words", tmp_path / "former.bundle"
    words.write_text(line)
    said = ["--authority", "示例市网信办", "--ground", "个人信息保护法", "--former", str(former)]
    if code == "epoch.bad-record":
        said[1] = "two\tcolumns"
    status = main(["--root", str(clone), "trust", "epoch", str(words), *said])
    told = capsys.readouterr().err
    assert status in (1, 2)
    assert code in told
    assert not former.exists()
    assert (
        git(story, "rev-parse", "HEAD").strip()
        == subprocess.run(
            ["git", "-C", clone, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
        ).stdout.strip()
    )
