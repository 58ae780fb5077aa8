"""``zongmu trust epoch``: take words out of the whole history by order, and write down what was done.

It makes a branch beside the old history and stages the record on it; two root persons land it. The old history is left to
the operator: it has to go from every place it was pushed to.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from zongmu.cli.named_files import read_bytes
from zongmu.cli.session import parse_day
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.report.terminal import printable
from zongmu.store.atomic import write_atomic
from zongmu.store.editing.emit import Unwritable, document, scalar
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.reading.reader import MAX_BYTES

if TYPE_CHECKING:
    from zongmu.trust.rewriting.redacting import Redaction

_INSTEAD: Final = "（依法删除）"
_SHORTEST: Final = 4
_HEADER: Final = ("# 依法改写历史的记录；只增不改。Lawful rewritings of the history; rows are only added.",)


def run_epoch(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Rewrite, stage the record, say what comes next. Raises :class:`Trouble`; then nothing has changed."""
    import datetime as dt

    from zongmu.trust.rewriting.epochs import EPOCHS_PATH
    from zongmu.trust.rewriting.redacting import TOO_MANY, CannotRedact, redact

    words = _words(args.words)
    said = {"date": (parse_day(args.date) or dt.date.today()).isoformat(), "authority": args.authority}
    said |= {"ground": args.ground} | ({"number": args.number} if args.number else {})
    _one_line(said)
    git = Git(root)
    try:
        head = _ready(git, root, args.former)
        try:
            done = redact(git, head, words, said)
        except CannotRedact as problem:
            raise Trouble.of(problem, exit_code=1) from None
        text = document(done.value, header=_HEADER)
        if len(text.encode()) > MAX_BYTES:
            raise Trouble.of(CannotRedact(TOO_MANY, count=done.versions), exit_code=1)
        branch = f"epoch-{done.seq}"
        _free(git, branch)
        git.run("bundle", "create", "--quiet", str(args.former.resolve()), "--filter=blob:none", "HEAD", *done.kept)
        git.run("update-ref", f"refs/heads/{branch}", done.head, "0" * len(head))
        git.run("checkout", "--quiet", branch, files=True)
        (root / EPOCHS_PATH).parent.mkdir(exist_ok=True)
        write_atomic(root / EPOCHS_PATH, text.encode())
        git.run("add", "--", EPOCHS_PATH, files=True)
        left = sorted(name for name in git.refs("refs") if name != f"refs/heads/{branch}")
    finally:
        git.close()
    for line in _next(args.lang, branch, args.former.name, done, left):
        out.write(printable(line) + "\n")
    return 0


def _words(file: Path) -> list[tuple[bytes, bytes]]:
    """The words in *file* (``-``: standard input), one a line, with what comes in their place."""
    data = sys.stdin.buffer.read(1 << 20) if str(file) == "-" else read_bytes(file)
    out = []
    for line in data.decode("utf-8", "replace").splitlines():
        word, _, instead = line.partition("==>")
        if line and len(word.encode()) < _SHORTEST:
            raise Trouble(
                "epoch.word-too-short",
                Bilingual(
                    "要去掉的文字太短，会误伤别处", "a text to take out is so short that it stands elsewhere too"
                ),
                Bilingual(
                    "每行至少四个字节，连同前后的字一起写", "at least four bytes a line: take its neighbours too"
                ),
            )
        if line:
            out.append((word.encode(), (instead or _INSTEAD).encode()))
    if not out:
        raise Trouble(
            "epoch.no-words",
            Bilingual("没有要去掉的文字", "there is nothing to take out"),
            Bilingual("每行写一处：原文，或 原文==>替换文字", "one a line: TEXT, or TEXT==>REPLACEMENT"),
        )
    return out


def _ready(git: Git, root: Path, former: Path) -> str:
    """The head, where everything is committed and the whole history is there."""
    from zongmu.trust.codes import SHALLOW

    if git.is_shallow():
        raise GitProblem(SHALLOW)
    head = git.resolve("HEAD")
    if git.is_bare() or git.prefix or git.run("status", "--porcelain", "--untracked-files=no", files=True):
        raise Trouble(
            "epoch.not-clean",
            Bilingual("须在已全部提交的克隆的顶层运行", "this runs at the top of a clone in which all is committed"),
            Bilingual("先提交或放弃改动：git status", "commit or drop what has changed: git status"),
        )
    if former.exists() or former.resolve().is_relative_to(root.resolve()):
        raise Trouble(
            "epoch.bad-place",
            Bilingual(
                f"{former.name} 已存在，或在仓库之内", f"{former.name} is there already, or inside the repository"
            ),
            Bilingual("写到仓库之外的新文件", "name a new file outside of the repository"),
        )
    return head


def _free(git: Git, branch: str) -> None:
    """Refuse where the branch is there already: an earlier rewriting may stand on it."""
    if git.refs(f"refs/heads/{branch}"):
        raise Trouble(
            "epoch.branch-there",
            Bilingual(f"已有分支 {branch}", f"there is a branch {branch} already"),
            Bilingual(
                f"上面可能是前一次改写的结果；不用就删去：git branch -D {branch}",
                f"an earlier rewriting may stand on it; where it is not wanted: git branch -D {branch}",
            ),
        )


def _one_line(said: Mapping[str, str]) -> None:
    """Refuse words that the record could not hold."""
    from pydantic import TypeAdapter, ValidationError

    from zongmu.model.base import Line

    for text in said.values():
        try:
            TypeAdapter(Line).validate_python(text)
            scalar(text)
        except (ValidationError, Unwritable):
            raise Trouble(
                "epoch.bad-record",
                Bilingual(
                    "机关、依据或文号写得不合格式", "the authority, the ground or the number cannot be written so"
                ),
                Bilingual("各写一行，不太长，没有制表符", "one line each, not too long, without tabs"),
            ) from None


def _next(lang: str, branch: str, former: str, done: Redaction, left: list[str]) -> list[str]:
    """What the root persons do now."""
    versions, files, commits = done.versions, done.files, done.commits
    told = bool(commits or done.kept)
    names = "、".join(left) or "—"
    if lang == "zh":
        return [
            f"已在分支 {branch} 上改写 {files} 个文件的 {versions} 个版本、{commits} 个提交的作者或信息，并暂存改写记录。原历史未动。",
            "接下来：",
            "  1. 另一名根人员：zongmu trust consent --sign 密钥",
            "  2. 自己：git commit -S，提交信息里附上那一行",
            f"  3. 核验：zongmu audit verify . --root 起点 --root-keys 公钥 --since 检查点 --former {former}",
            f"  4. {former} 只交给审计人员，不公开："
            + (
                "里面有改写之前的提交信息和签名所据的原件，要去掉的内容仍在其中"
                if told
                else "凭其中的编号可以试猜被去掉的内容"
            ),
            f"  5. 把 {branch} 推为主分支（关口拒绝改写，这一次由管理员放行）；仍指向原历史的名称要删去：{names}；再 git reflog expire --expire=now --all 和 git gc --prune=now",
            "  6. 服务器、各克隆、备份和代码平台的缓存里的原历史，逐处清除；检查点须重新公布",
        ]
    return [
        f"On the branch {branch}, contents are replaced (versions: {versions}, files: {files}; commits reworded: {commits}) and "
        "the record is staged. The old history is as it was.",
        "Next:",
        "  1. another root person: zongmu trust consent --sign KEY",
        "  2. you: git commit -S, with that line in the message",
        f"  3. verify: zongmu audit verify . --root START --root-keys KEYS --since CHECKPOINT --former {former}",
        f"  4. {former} goes to auditors only: "
        + (
            "it holds the former messages, and the contents that signatures are over, with what was taken out"
            if told
            else "with the ids in it guesses of what was taken out can be tested"
        ),
        f"  5. make {branch} the main branch (the gate refuses rewriting: its keeper lets this one through); delete what still leads to the old history: {names}; then git reflog expire --expire=now --all and git gc --prune=now",
        "  6. clear the old history from the server, every clone, backups and the forge's caches; publish a new checkpoint",
    ]
