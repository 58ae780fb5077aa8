"""What a push may do to the names of a server: branches grow, the main one is never rewritten, tags stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from zongmu.model.finding import Bilingual, Code, Finding, finding
from zongmu.store.git_text import shown, unless_zeros

MAX_REFS: Final = 50
"""Names that one push may move."""
MAX_COMMITS: Final = 2_000
"""New commits that one push may bring."""

REWRITTEN: Final = Code(
    "gate.rewritten",
    Bilingual("改写了主分支的历史", "The history of the main branch was rewritten"),
    Bilingual("{ref}：新的提交不接在原来的之后", "{ref}: the new commit does not follow the old one"),
    Bilingual(
        "取回主分支，把改动接在它后面再推送：git pull --rebase", "fetch it and put the change on top: git pull --rebase"
    ),
)
BRANCH_DELETED: Final = Code(
    "gate.branch-deleted",
    Bilingual("删除主分支", "The main branch deleted"),
    Bilingual("{ref} 不能删除", "{ref} cannot be deleted"),
    Bilingual(
        "登记库的主分支只增不减；停用整个库请运维人员处理", "it only grows; to retire a registry ask its operator"
    ),
)
TAG_MOVED: Final = Code(
    "gate.tag-moved",
    Bilingual("改动或删除标签", "A tag moved or deleted"),
    Bilingual("{ref} 已经存在，不能改动或删除", "{ref} is there and can be neither moved nor deleted"),
    Bilingual("另起一个名字", "choose another name"),
)
REF_REFUSED: Final = Code(
    "gate.ref-refused",
    Bilingual("不收这样的引用", "A ref that is not taken"),
    Bilingual("{ref} 不是分支、标签或合并请求", "{ref} is no branch, tag or merge request"),
    Bilingual(
        "推送到分支：git push origin HEAD:refs/heads/<分支>",
        "push to a branch: git push origin HEAD:refs/heads/<branch>",
    ),
)
TOO_MANY_REFS: Final = Code(
    "gate.too-many-refs",
    Bilingual("一次推送的引用太多", "Too many refs in one push"),
    Bilingual("一次推送了 {count} 个引用，上限 {limit}", "{count} refs in one push, {limit} are allowed"),
    Bilingual("分几次推送", "push them in parts"),
)
TOO_MANY_COMMITS: Final = Code(
    "gate.too-many-commits",
    Bilingual("一次推送的提交太多", "Too many commits in one push"),
    Bilingual("{ref} 带来 {count} 个新提交，上限 {limit}", "{ref} brings {count} new commits, {limit} are allowed"),
    Bilingual("分几次推送，或合并提交", "push them in parts, or squash them"),
)
NOT_A_COMMIT: Final = Code(
    "gate.not-a-commit",
    Bilingual("推送的不是提交", "Not a commit"),
    Bilingual("{ref} 指向的不是提交", "{ref} does not point to a commit"),
    Bilingual("只推送提交和指向提交的标签", "push commits, and tags of commits"),
)
SENSITIVE_MESSAGE: Final = Code(
    "gate.sensitive-message",
    Bilingual("提交说明里有不该有的内容", "A commit message that must not be kept"),
    Bilingual(
        "提交 {commit} 的说明里有个人信息、涉密标志或口令",
        "the message of commit {commit} holds personal data, a mark of secrecy or a credential",
    ),
    Bilingual("改写说明后重新推送：git commit --amend", "rewrite the message and push again: git commit --amend"),
    sensitive=True,
)
DETOUR: Final = Code(
    "gate.detour",
    Bilingual("中途动过别的登记", "A record touched on the way"),
    Bilingual(
        "提交 {commit} 动过 {file}，后来又改了回去；合并后它会留在历史里",
        "commit {commit} changes {file}, and a later one changes it back: merged, it would stay in the history",
    ),
    Bilingual(
        "合并成一个提交再推送：git reset --soft <主分支> 后重新提交",
        "make one commit of it and push again: git reset --soft <main branch>, then commit",
    ),
)
CODES: Final = (
    DETOUR, SENSITIVE_MESSAGE, REWRITTEN, BRANCH_DELETED, TAG_MOVED, REF_REFUSED, TOO_MANY_REFS, TOO_MANY_COMMITS, NOT_A_COMMIT,
)  # fmt: skip

Kind = Literal["main", "branch", "tag", "forge", "other"]
_LINE: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) (.+)")
_FORGE: Final = ("refs/merge-requests/", "refs/pull/", "refs/for/", "refs/keep-around/", "refs/environments/",
                 "refs/pipelines/")  # fmt: skip


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One line that Git hands to ``pre-receive``: None where the name is not there before, or not there after."""

    old: str | None
    new: str | None
    name: str

    def kind(self, main: str) -> Kind:
        """What sort of name it is; *main* is the full name of the branch that others are judged against."""
        if self.name == main:
            return "main"
        if self.name.startswith("refs/heads/"):
            return "branch"
        if self.name.startswith("refs/tags/"):
            return "tag"
        return "forge" if self.name.startswith(_FORGE) else "other"


def updates(stdin: bytes) -> list[RefUpdate] | None:
    """The lines of a push; None where one of them is not of Git's shape."""
    out = []
    for line in stdin.split(b"\n"):
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        old, new = (unless_zeros(match[n].decode()) for n in (1, 2))
        out.append(RefUpdate(old, new, match[3].decode("utf-8", "surrogateescape")))
    return out


def of_ref(update: RefUpdate, main: str, follows: Callable[[str, str], bool]) -> Finding | None:
    """Why a name may not be moved so, or None. *follows*: whether the second commit comes after the first."""
    kind = update.kind(main)
    if kind == "other":
        return about(REF_REFUSED, update)
    if kind == "tag" and update.old is not None:
        return about(TAG_MOVED, update)
    if kind != "main":
        return None
    if update.new is None:
        return about(BRANCH_DELETED, update)
    if update.old is not None and not follows(update.old, update.new):
        return about(REWRITTEN, update)
    return None


def about(code: Code, update: RefUpdate, **values: Any) -> Finding:
    """A finding about a name."""
    name = shown(update.name)
    return finding(code, record=name, path=name, ref=name, **values)
