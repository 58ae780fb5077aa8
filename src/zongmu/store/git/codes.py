"""What can be wrong with the repository, each with its code and its remedy."""

from __future__ import annotations

from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, CodedError

NOT_INSTALLED: Final = Code(
    "git.not-installed",
    Bilingual("没有安装 Git", "Git is not installed"),
    Bilingual("找不到 git 命令", "The command git was not found"),
    Bilingual("请安装 Git 后再试：{command}", "Install Git and try again: {command}"),
)
NOT_A_REPOSITORY: Final = Code(
    "git.not-a-repository",
    Bilingual("不是 Git 仓库", "Not a Git repository"),
    Bilingual("{root} 不在 Git 仓库里", "{root} is not inside a Git repository"),
    Bilingual(
        "请在本库的克隆里运行；取得克隆：{command}", "Run this in a clone of the registry; to get one: {command}"
    ),
)
PUSH_SWEPT_AWAY: Final = Code(
    "git.push-swept-away",
    Bilingual("推送的内容被清走", "What was pushed was swept away"),
    Bilingual(
        "服务器上存放这次推送的临时目录不见了：多半是同时运行的 git gc 或 git prune 清走的；什么都没有接受",
        "The folder in which the server held this push is gone, most likely swept away by a git gc or git prune that ran at "
        "the same time. Nothing was accepted",
    ),
    Bilingual(
        "再推送一次；反复出现的，请管理员不要在开放推送时运行 git gc --prune=now",
        "Push again; where it comes back, ask the administrator not to run git gc --prune=now while pushes are open",
    ),
)
UNKNOWN_REVISION: Final = Code(
    "git.unknown-revision",
    Bilingual("版本不存在", "Unknown revision"),
    Bilingual("这个克隆里没有提交叫 {revision}", "No commit in this clone is called {revision}"),
    Bilingual(
        "请先取得它：{command}；取来的分支写作 origin/分支，有哪些看 git branch --all",
        "Fetch it first: {command}; a branch that was fetched is called origin/BRANCH, and git branch --all lists them",
    ),
)
NOTHING_COMMITTED: Final = Code(
    "git.nothing-committed",
    Bilingual("还没有提交", "Nothing committed yet"),
    Bilingual(
        "{root} 里检出的分支还没有任何提交，没有版本可看、可比",
        "The branch that is checked out in {root} has no commit yet, so there is no revision to look at or to compare with",
    ),
    Bilingual(
        "请先提交：git add -A && git commit；要的是别的分支：git switch 分支",
        "Commit first: git add -A && git commit; or go to the branch that is meant: git switch BRANCH",
    ),
)
SHALLOW_CLONE: Final = Code(
    "git.shallow-clone",
    Bilingual("克隆不完整", "Shallow clone"),
    Bilingual(
        "这个克隆只有最近的提交，找不到分支的起点，无法区分哪些是本次改动",
        "This clone holds the latest commits only: where the branch began is unknown, and with it what it changes",
    ),
    Bilingual("请取得全部历史：{command}", "Fetch the whole history: {command}"),
)
NO_MERGE_BASE: Final = Code(
    "git.no-merge-base",
    Bilingual("没有共同的起点", "No merge base"),
    Bilingual("{base} 与 {head} 没有共同的历史", "{base} and {head} have no history in common"),
    Bilingual(
        "请核对是否选对了分支（{command}）；检出的分支另起了头的，把它接到 {base} 上再提交，文件不变：git reset --soft {onto}",
        "Check that these are the branches you mean ({command}). Where the one that is checked out was begun apart, set it onto "
        "{base} and commit, which leaves the files alone: git reset --soft {onto}",
    ),
)
SEVERAL_MERGE_BASES: Final = Code(
    "git.several-merge-bases",
    Bilingual("有多个共同起点", "Several merge bases"),
    Bilingual(
        "{base} 与 {head} 互相合并过，有 {count} 个共同起点，无法判断哪些是本次改动",
        "{base} and {head} were merged into each other and have {count} merge bases: what is new cannot be told",
    ),
    Bilingual("请把改动变基到 {base} 上：{command}", "Rebase the change onto {base}: {command}"),
)
UPDATE_YOUR_BRANCH: Final = Code(
    "git.update-your-branch",
    Bilingual("请先更新分支", "Update your branch"),
    Bilingual(
        "有 {count} 个文件在 {base} 上也改了，而且改得不一样：{paths}",
        "{count} files were changed on {base} as well, and differently: {paths}",
    ),
    Bilingual(
        "按议定的值改好分支，再把它更新到目标分支之上：zongmu update 分支，或 {command}",
        "Put the values agreed on into the branch, then bring it up to date: zongmu update BRANCH, or {command}",
    ),
)
OBJECT_MISSING: Final = Code(
    "git.object-missing",
    Bilingual("缺少对象", "Object missing"),
    Bilingual(
        "这个克隆里没有对象 {object}，克隆不完整或已损坏",
        "This clone lacks the object {object}: it is partial, or damaged",
    ),
    Bilingual("请重新取得：{command}", "Fetch it again: {command}"),
)
INDEX_DAMAGED: Final = Code(
    "git.index-damaged",
    Bilingual("暂存区损坏", "The index is damaged"),
    Bilingual(
        "Git 的暂存区（index）读不出来，不知道哪些文件归它管",
        "The index of Git cannot be read, and with it which files it tracks",
    ),
    Bilingual("重建暂存区，文件不受影响：{command}", "Make it anew, which leaves the files alone: {command}"),
)
SPARSE: Final = Code(
    "git.sparse-work-tree",
    Bilingual("工作区不全", "Sparse work tree"),
    Bilingual(
        "有 {count} 个文件没有检出到工作区（如 {path}），少了它们，裁决不作数",
        "{count} files were left out of the work tree ({path} is one): a verdict without them would not count",
    ),
    Bilingual(
        "请检出全部文件：{command}；或按提交裁决：zongmu check --at HEAD",
        "Check out all files: {command}; or judge a commit: zongmu check --at HEAD",
    ),
)
TOO_MUCH: Final = Code(
    "git.too-much",
    Bilingual("文件多得列不完", "More files than can be listed"),
    Bilingual(
        "这个版本的文件清单超过 {limit} MB，没有读完：登记库不会有这么多文件",
        "The list of files of this revision is longer than {limit} MB and was not read to its end: no registry is like that",
    ),
    Bilingual(
        "找出层层重复的文件夹，去掉后重新提交：git ls-tree -t <版本>",
        "Find the folders that repeat within each other, and commit without them: git ls-tree -t <revision>",
    ),
)
ODD_TREE: Final = Code(
    "git.odd-tree",
    Bilingual("文件夹不成样子", "A tree that is not as trees are"),
    Bilingual("版本里的文件夹没有读下去：{reason}", "The folders of a revision were not read any further: {reason}"),
    Bilingual(
        "登记库没有这样的文件夹；去掉它后重新提交，或检查仓库：git fsck --full",
        "No registry has folders like that: commit without them, or check the repository: git fsck --full",
    ),
)
NO_WORK_TREE: Final = Code(
    "git.no-work-tree",
    Bilingual("没有工作区", "No work tree"),
    Bilingual("{root} 是裸仓库，没有检出的文件", "{root} is a bare repository, without files"),
    Bilingual(
        "指明要看的版本（--head、--at 或第二个版本），或在一个克隆里运行",
        "Say which revision is meant (--head, --at or a second revision), or run this in a clone",
    ),
)
COMMAND_FAILED: Final = Code(
    "git.command-failed",
    Bilingual("Git 命令失败", "A Git command failed"),
    Bilingual("git {command} 失败：{reason}", "git {command} failed: {reason}"),
    Bilingual("请检查仓库是否完好：git fsck --full", "Check that the repository is sound: git fsck --full"),
)

CODES: Final[tuple[Code, ...]] = (
    NOT_INSTALLED,
    NOT_A_REPOSITORY,
    PUSH_SWEPT_AWAY,
    NO_WORK_TREE,
    UNKNOWN_REVISION,
    NOTHING_COMMITTED,
    SHALLOW_CLONE,
    NO_MERGE_BASE,
    SEVERAL_MERGE_BASES,
    UPDATE_YOUR_BRANCH,
    OBJECT_MISSING,
    INDEX_DAMAGED,
    SPARSE,
    TOO_MUCH,
    ODD_TREE,
    COMMAND_FAILED,
)
"""Everything that can be wrong with the repository."""


DAMAGED: Final = frozenset((OBJECT_MISSING, INDEX_DAMAGED, COMMAND_FAILED))
"""What says that the repository itself is broken, where the others say what it is, or is not."""


class GitProblem(CodedError):
    """The repository does not allow an answer. Never to be taken for "nothing found".

    ``exit_code`` is 1 where the change itself has to be redone (update your branch, several merge bases), else 2: could
    not run.
    """

    def __init__(self, code: Code, exit_code: int = 2, **values: Any) -> None:
        self.exit_code = exit_code
        super().__init__(code, **values)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_problem, (self.code, self.exit_code, self.values))


def _problem(code: Code, exit_code: int, values: dict[str, Any]) -> GitProblem:
    return GitProblem(code, exit_code, **values)


def missing(object_id: str) -> GitProblem:
    """An object that is not in this clone."""
    return GitProblem(OBJECT_MISSING, object=object_id, command="git fetch --refetch origin")
