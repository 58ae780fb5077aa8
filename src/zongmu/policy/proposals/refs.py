"""What a push may do to the names of a server: branches grow, the main one is never rewritten, tags stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Literal

from zongmu.model.finding import Bilingual, Code, Finding, finding
from zongmu.model.immutable import immutable
from zongmu.store.git.text import unless_zeros
from zongmu.store.survey import safe_path, sensitive_name

MAX_REFS: Final = 50
"""Names that one push may move."""
MAX_COMMITS: Final = 2_000
"""New commits that one push may bring."""
MAX_ON_THE_WAY: Final = 20_000
"""Files that the commits of one branch may change before its last, each counted as often as it changes."""

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
TOO_MANY_ON_THE_WAY: Final = Code(
    "gate.too-many-on-the-way",
    Bilingual("中途改动的文件太多", "Too many files on the way"),
    Bilingual(
        "{ref} 的各个提交中途一共改动 {count} 个以上文件，上限 {limit}",
        "the commits of {ref} change {count} files or more on the way, {limit} are allowed",
    ),
    Bilingual("分几次推送，或合并提交", "push them in parts, or squash them"),
)
NOT_A_COMMIT: Final = Code(
    "gate.not-a-commit",
    Bilingual("推送的不是提交", "Not a commit"),
    Bilingual("{ref} 指向的不是提交", "{ref} does not point to a commit"),
    Bilingual("只推送提交和指向提交的标签", "push commits, and tags of commits"),
)
OFF_MAIN_LINE: Final = Code(
    "gate.off-the-main-line",
    Bilingual("主分支换了主线", "The main line was exchanged"),
    Bilingual(
        "{ref}：原来的提交只是被合并进来的一边，主线成了别的提交",
        "{ref}: the old commit was merely merged in; other commits would become the main line",
    ),
    Bilingual(
        "以主分支为第一父提交重新合并：git checkout <主分支> && git merge <分支>",
        "merge the other way round, the main branch first: git checkout <main branch> && git merge <branch>",
    ),
)
NO_MAIN: Final = Code(
    "gate.no-main-branch",
    Bilingual("还没有主分支", "There is no main branch yet"),
    Bilingual("库里还没有 {main}，{ref} 无从裁决", "there is no {main} here, so {ref} cannot be judged"),
    Bilingual(
        "运维人员先推送主分支；主分支另有其名的，在服务器上运行 git symbolic-ref HEAD refs/heads/<主分支>",
        "its operator pushes the main branch first; where it has another name: git symbolic-ref HEAD refs/heads/<main branch>, on the server",
    ),
)
OF_ANOTHER: Final = Code(
    "gate.branch-of-another",
    Bilingual("别人的分支", "A branch of another account"),
    Bilingual(
        "{ref} 不是 {account} 建的，不能由 {account} 改写或删除",
        "{account} did not begin {ref} and may neither rewrite nor delete it",
    ),
    Bilingual(
        "另起一个分支名；或请建立它的人、有权合并的人来做",
        "choose another name, or let the account that began it, or one that merges, do it",
    ),
)
SENSITIVE_NAME: Final = Code(
    "gate.sensitive-name",
    Bilingual("分支或标签的名字里有不该有的内容", "A name of a branch or tag that must not be kept"),
    Bilingual(
        "{ref}：名字里有个人信息、涉密标志或口令",
        "{ref}: the name holds personal data, a mark of secrecy or a credential",
    ),
    Bilingual("另起一个名字", "choose another name"),
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
UNSOUND: Final = Code(
    "gate.unsound-object",
    Bilingual("Git 对象格式不对", "A malformed object"),
    Bilingual(
        "推来的对象格式不对：{what}；收下之后，审计不会再认这份历史",
        "an object of the push is malformed: {what}; taken in, it would keep the audit from accepting this history",
    ),
    Bilingual(
        "用 git fsck 找到它，用 Git 重新提交后再推送", "find it with git fsck, commit again with Git, and push that"
    ),
)
CODES: Final = (
    UNSOUND, DETOUR, OFF_MAIN_LINE, NO_MAIN, OF_ANOTHER, SENSITIVE_NAME, REWRITTEN, BRANCH_DELETED, TAG_MOVED, REF_REFUSED, TOO_MANY_REFS, TOO_MANY_COMMITS, TOO_MANY_ON_THE_WAY, NOT_A_COMMIT,
)  # fmt: skip

Kind = Literal["main", "branch", "tag", "forge", "other"]
_LINE: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) (.+)")
_FORGE: Final = ("refs/merge-requests/", "refs/pull/", "refs/for/", "refs/keep-around/", "refs/environments/",
                 "refs/pipelines/")  # fmt: skip


@immutable
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


def of_ref(
    update: RefUpdate, main: str, follows: Callable[[str, str], bool], continues: Callable[[str, str], bool]
) -> Finding | None:
    """Why a name may not be moved so, or None.

    *follows*: whether the second commit comes after the first; *continues*: whether it does so as its main line.
    """
    kind = update.kind(main)
    if kind == "other":
        return about(REF_REFUSED, update)
    if update.new is not None and sensitive_name(update.name):
        return about(SENSITIVE_NAME, update)
    if kind == "tag" and update.old is not None:
        return about(TAG_MOVED, update)
    if kind != "main":
        return None
    if update.new is None:
        return about(BRANCH_DELETED, update)
    if update.old is not None and not follows(update.old, update.new):
        return about(REWRITTEN, update)
    if update.old is not None and update.old != update.new and not continues(update.old, update.new):
        return about(OFF_MAIN_LINE, update)
    return None


def about(code: Code, update: RefUpdate, **values: Any) -> Finding:
    """A finding about a name."""
    name = safe_path(update.name)
    return finding(code, record=name, path=name, ref=name, **values)
