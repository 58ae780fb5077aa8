"""``zongmu merge-driver`` and ``zongmu update``: two changes of one record meet by identity, and nobody sees conflict marks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from zongmu.cli.changing import read_change
from zongmu.cli.proposals.renumbering import renumbered
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.report.changes.question import questions_text
from zongmu.store.atomic import write_atomic
from zongmu.store.change import Change
from zongmu.store.editing.join import Joiner
from zongmu.store.git.asking import Git
from zongmu.store.git.committing import commit_rows, gone, index_row, stored
from zongmu.store.git.text import shown
from zongmu.store.refusal import refusal


def run_merge_driver(base: Path, ours: Path, theirs: Path, path: str, err: TextIO) -> int:
    """Join for ``git merge``: the result goes into *ours*. Exit 1 leaves *ours* as it was, with the question on *err*."""
    try:
        data = [place.read_bytes() for place in (base, ours, theirs)]
    except OSError as error:
        raise Trouble(
            "join.unreadable",
            Bilingual(
                f"读不到 {shown(path)} 的一个版本：{refusal(error).zh}",
                f"a version of {shown(path)} cannot be read: {refusal(error).en}",
            ),
            Bilingual("由 Git 调用：git merge", "Git calls this: git merge"),
        ) from None
    joiner = Joiner()
    # Git hands an empty file for a base that is not there.
    joined = joiner(path, data[0] or None, data[1], data[2])
    if joined is None:
        text = questions_text(joiner.questions)
        if not joiner.questions:
            text = Bilingual(
                f"{shown(path)}：有一个版本读不出来，不能自动合并",
                f"{shown(path)}: a version cannot be read; not joined",
            )
        err.write(f"{text.zh}\n{text.en}\n")
        err.write(
            "怎么办：文件保持目标分支的内容；改成议定的值后 git add 再继续 / "
            "next: the file holds the target's content; put in the value agreed on, git add, continue\n"
        )
        return 1
    if joiner.lost_comments:
        err.write(
            f"{shown(path)}：{joiner.lost_comments} 行新加的注释没有带入 / "
            f"{joiner.lost_comments} new comments were not taken over\n"
        )
    write_atomic(ours, joined)
    return 0


def run_update(root: Path, branch: str, onto: str, lang: str, out: TextIO) -> int:
    """Bring *branch* up to date with *onto* as one commit on top of it. Exit 0; 1 where a question stands.

    Works in a bare repository, and never on the branch that is checked out.
    """
    git = Git(root)
    ref = f"refs/heads/{branch}"
    old = git.resolve(ref)
    if not git.is_bare() and git.main_branch() == ref:
        raise Trouble(
            "update.checked-out",
            Bilingual(f"{branch} 正在工作区里检出", f"{branch} is checked out here"),
            Bilingual(
                f"在服务器或另一个克隆里运行，或用 git rebase {onto}", f"run it on the server, or git rebase {onto}"
            ),
        )
    head, given = renumbered(root, git, onto, old)
    change = read_change(root, onto, head)
    if change.merge_base == change.base and not given:
        out.write(f"{branch} 已是最新\n" if lang == "zh" else f"{branch} is up to date\n")
        return 0
    if not change.tree_after.changed:
        out.write(
            f"{branch} 的改动 {onto} 里都有了，没有要更新的\n"
            if lang == "zh"
            else f"{onto} has all of {branch}: there is nothing to bring up to date\n"
        )
        return 0
    new = _commit(git, change, old, given)
    # Moves the branch only if nobody has moved it meanwhile.
    git.run("update-ref", "-m", "zongmu update", ref, new, old)
    for was, now in given.items():
        out.write(
            f"{was} 已归另一个项目，改为 {now}\n"
            if lang == "zh"
            else f"{was} went to another project; it is {now} now\n"
        )
    out.write(f"{branch}: {old[:12]} → {new[:12]}\n")
    return 0


def _commit(git: Git, change: Change, head: str, given: Mapping[str, str]) -> str:
    """One commit on the tip that holds the change, by the author of its last commit and in his words.

    *given*: new ids by the ones that its projects had.
    """
    rows = []
    after = change.tree_after
    for path, entry in after.changed.items():
        if entry is None:
            rows.append(gone(git, path, head))
            continue
        blob = stored(git, after.joined[path]) if path in after.joined else str(entry.blob)
        rows.append(index_row(git, path, entry.mode, blob))
    author = git.run("log", "-1", "--format=%an%n%ae%n%aI", head).decode("utf-8", "replace").split("\n")
    message = git.run("log", "-1", "--format=%B", head)
    if given:
        message = message.rstrip() + "".join(f"\n\nId: {now} instead of {was}" for was, now in given.items()).encode()
    who = {
        "GIT_AUTHOR_NAME": author[0],
        "GIT_AUTHOR_EMAIL": author[1],
        "GIT_AUTHOR_DATE": author[2],
        "GIT_COMMITTER_NAME": "zongmu update",
        "GIT_COMMITTER_EMAIL": "update@zongmu.invalid",
    }
    return commit_rows(git, change.base, rows, message, who)
