"""Git, asked plainly: plumbing commands in a clean environment, and one process that hands out blobs.

Whose configuration lies about must not change a verdict or run a program, so every call starts from a bare
environment: no global or system configuration, no hooks, no file-system monitor, no replaced objects, no grafts, no
network. A revision that comes from outside always stands behind ``--end-of-options``. Paths travel as bytes
separated by NUL and become text that may hold lone surrogates (:func:`path_text`), never something quoted.

GitPython opens the repository and resolves names, in :meth:`Git.resolve` alone and only when a name is given: a full
commit id needs no resolving, and importing the package costs more than checking a small change.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal

from zongmu.model.finding import Bilingual, Code, CodedError, immutable

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
UNKNOWN_REVISION: Final = Code(
    "git.unknown-revision",
    Bilingual("版本不存在", "Unknown revision"),
    Bilingual("这个克隆里没有版本 {revision}", "This clone has no revision {revision}"),
    Bilingual("请先取得它：{command}", "Fetch it first: {command}"),
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
        "请核对是否选对了分支；查看各自的第一个提交：{command}",
        "Check that these are the branches you mean; to see where each begins: {command}",
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
        "请更新分支，解决冲突后再试：{command}", "Update your branch, resolve the conflict, try again: {command}"
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
COMMAND_FAILED: Final = Code(
    "git.command-failed",
    Bilingual("Git 命令失败", "A Git command failed"),
    Bilingual("git {command} 失败：{reason}", "git {command} failed: {reason}"),
    Bilingual("请检查仓库是否完好：git fsck --full", "Check that the repository is sound: git fsck --full"),
)

CODES: Final[tuple[Code, ...]] = (
    NOT_INSTALLED,
    NOT_A_REPOSITORY,
    UNKNOWN_REVISION,
    SHALLOW_CLONE,
    NO_MERGE_BASE,
    SEVERAL_MERGE_BASES,
    UPDATE_YOUR_BRANCH,
    OBJECT_MISSING,
    COMMAND_FAILED,
)
"""Everything that can be wrong with the repository."""


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


@immutable
class RawChange:
    """One line of a raw difference: a path of the repository, its mode and blob on either side.

    ``None`` where the path is not there. ``new_blob`` is also None where Git did not look at the content of a file of
    the working tree.
    """

    path: str
    old_mode: str | None
    old_blob: str | None
    new_mode: str | None
    new_blob: str | None


def path_text(raw: bytes) -> str:
    """A path as text. Bytes that are not UTF-8 become lone surrogates, so that nothing is lost."""
    return raw.decode("utf-8", "surrogateescape")


def path_bytes(path: str) -> bytes:
    """The bytes of :func:`path_text`."""
    return path.encode("utf-8", "surrogateescape")


def shown(text: str, limit: int = 200) -> str:
    """*text* made safe to print: what is not printable is escaped, and what is long is cut.

    Keeps a path with line breaks, terminal codes or direction marks from faking a line of output.
    """
    out = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text[:limit])
    return out if len(text) <= limit else out + "…"


def object_id(kind: str, data: bytes, algorithm: str = "sha1") -> str:
    """The id that Git gives an object of a *kind* (``blob``, ``tree``, ``commit``)."""
    return hashlib.new(algorithm, b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()


def blob_id(data: bytes, algorithm: str = "sha1") -> str:
    """The id that Git gives a blob of *data*."""
    return object_id("blob", data, algorithm)


def algorithm_of(like: str) -> str:
    """The hash of a repository whose ids look *like* this one."""
    return "sha256" if len(like) == 64 else "sha1"


_FULL_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")

_LACKING: Final = re.compile(
    rb"(?:(?:unable to read|could not read|unable to find|missing|bad)\W+(?:\w+ ){0,3}?\(?([0-9a-f]{40}(?:[0-9a-f]{24})?)"
    rb"|lazy fetching disabled|promisor)",
    re.IGNORECASE,
)
"""How Git says that an object is not there, with its id where it names one."""

_CONFIGURATION: Final = (
    "advice.graftFileDeprecated=false",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "protocol.allow=never",
)
_ENVIRONMENT: Final = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # Reading never fetches: neither an old Git (no protocol is allowed) nor a new one (which has a switch).
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}


_QUARANTINE: Final = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
"""Where Git keeps the objects of a push until its ``pre-receive`` hook has agreed to them."""


def environment() -> dict[str, str]:
    """The environment of every Git process: this one's without any ``GIT_*``, and with our own.

    Inside a ``pre-receive`` hook the objects of the push lie in quarantine; Git says where.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if os.environ.get(_QUARANTINE[0]):
        kept |= {name: os.environ[name] for name in _QUARANTINE if name in os.environ}
    return kept | _ENVIRONMENT


class Git:
    """A repository, asked from the root of an instance that stands in it.

    The instance may be a folder of the repository; :attr:`prefix` leads from the top of the repository to it. Works on
    a bare repository and on a linked working tree. Every method raises :class:`GitProblem` where Git gives no answer.
    """

    def __init__(self, root: Path) -> None:
        """*root* is the root of the instance. Nothing is run until something is asked."""
        self.root = Path(os.path.realpath(root))
        self._facts: tuple[bool, bool, Path, str] | None = None
        self._batch: _Batch | None = None
        self._filters: dict[str, str] | None = None
        self._command = ("git", *(x for c in (*_CONFIGURATION, f"safe.directory={self._top()}") for x in ("-c", c)))

    def _top(self) -> Path:
        """Where the repository seems to begin, found without Git: what Git needs in order to trust it."""
        for folder in (self.root, *self.root.parents):
            if (folder / ".git").exists():
                return folder
        return self.root

    # --- running -------------------------------------------------------------------------------------------------

    def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        ok: Sequence[int] = (0,),
        top: bool = False,
        files: bool = False,
    ) -> bytes:
        """The output of ``git <arguments>``, run in the root of the instance (*top*: of the repository).

        *files*: the command may read files of the working tree, which no program may filter on the way. Raises
        :class:`GitProblem` when Git ends with a status that is not *ok*.
        """
        return self.ask(*arguments, stdin=stdin, ok=ok, top=top, files=files)[1]

    def ask(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        ok: Sequence[int] = (0,),
        top: bool = False,
        files: bool = False,
    ) -> tuple[int, bytes]:
        """As :meth:`run`, with the exit status."""
        with self._start(arguments, top=top, files=files, asked=stdin is not None) as process:
            out, said = process.communicate(stdin)
        self._expect(process.returncode, ok, said, arguments)
        return process.returncode, out

    def run_together(self, *commands: Sequence[str]) -> list[bytes]:
        """The outputs of several commands that run at the same time, in the root of the instance, and may read files."""
        with ExitStack() as stack:
            started = [stack.enter_context(self._start(arguments, files=True)) for arguments in commands]
            outputs = [process.communicate() for process in started]
        for process, arguments, (_, said) in zip(started, commands, outputs, strict=True):
            self._expect(process.returncode, (0,), said, arguments)
        return [out for out, _ in outputs]

    def _start(
        self, arguments: Sequence[str], *, top: bool = False, files: bool = False, asked: bool = False
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*self._command, *arguments],
                cwd=self.toplevel() if top else self.root,
                env=environment() | (self._unfiltered() if files else {}),
                stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError as error:
            raise self._not_found() from error
        except NotADirectoryError as error:
            raise self._no_repository() from error

    def _expect(self, status: int, ok: Sequence[int], said: bytes, arguments: Sequence[str]) -> None:
        if status not in ok:
            if b"not a git repository" in said:
                raise self._no_repository()
            lacking = _LACKING.search(said)
            if lacking is not None:
                raise _missing((lacking[1] or b"").decode("ascii") or "（未指明 unnamed）")
            told = [line for line in path_text(said).splitlines() if line and not line.startswith("hint:")]
            reason = shown("\n".join(told), 400) or f"exit {status}"
            raise GitProblem(COMMAND_FAILED, command=shown(" ".join(arguments[:2])), reason=reason)

    def _unfiltered(self) -> dict[str, str]:
        """Variables that switch off every filter program that the clone's own configuration names."""
        if self._filters is None:
            asked = ("config", "--null", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$")
            names = dict.fromkeys(path_text(self.run(*asked, ok=(0, 1))).split("\0")[:-1])
            self._filters = {"GIT_CONFIG_COUNT": str(len(names))} if names else {}
            for number, name in enumerate(names):
                self._filters[f"GIT_CONFIG_KEY_{number}"] = name
                self._filters[f"GIT_CONFIG_VALUE_{number}"] = "false" if name.endswith(".required") else ""
        return self._filters

    def _not_found(self) -> GitProblem:
        if not self.root.is_dir():
            return self._no_repository()
        return GitProblem(NOT_INSTALLED, command="apt-get install git")

    def _no_repository(self) -> GitProblem:
        return GitProblem(NOT_A_REPOSITORY, root=shown(self.root.name or "/"), command="git clone <url>")

    # --- the repository ------------------------------------------------------------------------------------------

    def _know(self) -> tuple[bool, bool, Path, str]:
        if self._facts is None:
            asked = ("--is-shallow-repository", "--is-bare-repository", "--absolute-git-dir", "--show-prefix")
            shallow, bare, folder, prefix = path_text(self.run("rev-parse", *asked)).split("\n", 3)
            self._facts = (shallow == "true", bare == "true", Path(folder), prefix.removesuffix("\n"))
        return self._facts

    @property
    def folder(self) -> Path:
        """Where Git keeps what belongs to this working tree; nothing that is committed gets there."""
        return self._know()[2]

    @property
    def prefix(self) -> str:
        """The way from the top of the repository to the instance: empty, or ending in ``/``."""
        return self._know()[3]

    def is_shallow(self) -> bool:
        """Whether the clone lacks older commits."""
        return self._know()[0]

    def is_bare(self) -> bool:
        """Whether there is no working tree."""
        return self._know()[1]

    def toplevel(self) -> Path:
        """The top folder of the working tree; of a bare repository the repository itself."""
        depth = self.prefix.count("/")
        return self.root.parents[depth - 1] if depth else self.root

    def resolve(self, revision: str) -> str:
        """The commit id of *revision*, a name from outside: a branch, a tag, ``HEAD~2``, an id.

        Raises :class:`GitProblem` when there is no such commit; with the command that fetches it.
        """
        if not revision or revision.startswith("-") or not revision.isprintable() or len(revision) > 250:
            raise self._unknown(revision)
        if revision == "HEAD" or _FULL_ID.fullmatch(revision):
            status, out = self.ask(*_verify(revision), ok=(0, 1, 128))
        else:
            status, out = self._resolve_name(revision)
        commit = out.decode("ascii", "replace").strip()
        if status != 0 or not _FULL_ID.fullmatch(commit):
            self._know()  # says so if this is no repository at all
            raise self._unknown(revision)
        return commit

    def _resolve_name(self, revision: str) -> tuple[int, bytes]:
        """Resolve a name through GitPython, whose import is dear: here and nowhere else."""
        with _no_git_variables():
            os.environ["GIT_PYTHON_REFRESH"] = "quiet"
            import git

            try:
                repository = git.Repo(self.root, search_parent_directories=True, expand_vars=False)
            except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
                raise self._no_repository() from error
            with repository:
                try:
                    status, out, _ = repository.git.execute(
                        [*self._command, *_verify(revision)],
                        env=_ENVIRONMENT,
                        with_extended_output=True,
                        with_exceptions=False,
                        stdout_as_string=False,
                    )
                except git.GitCommandNotFound as error:
                    raise self._not_found() from error
        return status, out

    def _unknown(self, revision: str) -> GitProblem:
        remote, _, branch = revision.partition("/")
        if remote != "origin" or not branch:
            branch = revision
        name = shlex.quote(shown(branch)) if branch else "<branch>"
        return GitProblem(UNKNOWN_REVISION, revision=shown(revision, 80) or '""', command=f"git fetch origin {name}")

    def merge_bases(self, one: str, other: str) -> list[str]:
        """All merge bases of two commits, given by id."""
        return self.run("merge-base", "--all", one, other, ok=(0, 1)).decode("ascii").split()

    # --- what is where -------------------------------------------------------------------------------------------

    def list_tree(self, commit: str, *paths: str) -> list[tuple[str, str, str]]:
        """``(path, mode, object)`` of all that is below *paths* in *commit*, or of those themselves; paths from the top.

        Of everything where no path is given.
        """
        scope = ("--", *paths) if paths else ()
        out = self.run("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit, *scope)
        rows = []
        for line in path_text(out).split("\0")[:-1]:
            head, _, name = line.partition("\t")
            mode, _, object_id = head.split(" ")
            rows.append((name, mode, object_id))
        return rows

    def tree_id(self, commit: str, path: str) -> str | None:
        """The id of the folder *path* (from the top) in *commit*: of its names and contents. None where there is none."""
        status, out = self.ask(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{path}", ok=(0, 1, 128)
        )
        return out.decode("ascii", "replace").strip() if status == 0 else None

    def differences(self, old: str, new: str) -> list[RawChange]:
        """All paths that differ between two commits; a renamed file is both its paths. Paths from the top."""
        return _raw(self.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", old, new))

    def differences_to_files(self, old: str) -> list[RawChange]:
        """All tracked paths that may differ between a commit and the working tree; paths from the top.

        Git goes by the times of files, so some of these may turn out the same on reading.
        """
        return _raw(self.run("diff-index", "-z", "--raw", "--no-renames", "--no-ext-diff", old, top=True, files=True))

    def untracked(self) -> list[str]:
        """Untracked files that no ``.gitignore`` names; paths from the top. A repository within ends in ``/``."""
        out = self.run("ls-files", "-z", "--others", "--exclude-standard", top=True)
        return path_text(out).split("\0")[:-1]

    def ignored(self, path: str) -> list[str]:
        """Untracked files below *path* that a ``.gitignore`` names; paths of the instance."""
        out = self.run("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", path)
        return path_text(out).split("\0")[:-1]

    def tracked(self, path: str) -> dict[str, tuple[str, str]]:
        """``path → (mode, blob)`` of the files below *path* that the index holds; paths of the instance."""
        held: dict[str, tuple[str, str]] = {}
        for line in path_text(self.run("ls-files", "-z", "--stage", "--", path)).split("\0")[:-1]:
            head, _, name = line.partition("\t")
            mode, blob, stage = head.split(" ")
            if stage == "0":
                held[name] = (mode, blob)
        return held

    def touched(self, path: str) -> list[str]:
        """Tracked files below *path* that may differ from the index; paths of the instance.

        Goes by the times of files and reads none: a file that was only touched is among them.
        """
        out = self.run("diff-files", "-z", "--name-only", "--relative", "--no-ext-diff", "--", path, files=True)
        return path_text(out).split("\0")[:-1]

    def state_of_files(self, paths: Sequence[str]) -> tuple[bytes, list[str]]:
        """The index below *paths* (and what is ignored there) as Git prints it, and every file or folder there that may differ from it.

        The latter holds untracked files too, ignored ones included; a folder without any tracked file stands for all in it.
        Paths of the instance.
        """
        listed, differing, others, ignored = self.run_together(
            ("ls-files", "-z", "--stage", "--", *paths),
            ("diff-files", "-z", "--name-only", "--relative", "--no-ext-diff", "--", *paths),
            ("ls-files", "-z", "--others", "--directory", "--", *paths),
            ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *paths),
        )
        # What is ignored hangs on files that may lie anywhere above. Compiled Python comes of running.
        listed += b"\0".join(name for name in ignored.split(b"\0") if b"__pycache__/" not in name)
        return listed, path_text(differing + others).split("\0")[:-1]

    def tells_executable(self) -> bool:
        """Whether this file system can tell an executable file (``core.fileMode``)."""
        return self.run("config", "--type=bool", "--get", "core.fileMode", ok=(0, 1)).strip() != b"false"

    def sizes(self, object_ids: Iterable[str]) -> dict[str, int]:
        """The bytes of each blob, without reading it. Raises :class:`GitProblem` when one is not there."""
        asked = list(dict.fromkeys(object_ids))
        if not asked:
            return {}
        stdin = "".join(f"{one}\n" for one in asked).encode("ascii")
        out: dict[str, int] = {}
        # Of a partial clone Git gives up at the first one that it would have to fetch.
        _, answer = self.ask("cat-file", "--batch-check", stdin=stdin, ok=(0, 128))
        for line in answer.decode("ascii", "replace").splitlines():
            words = line.split(" ")
            if len(words) == 3 and words[2].isdecimal():
                out[words[0]] = int(words[2])
        lacking = next((one for one in asked if one not in out), None)
        if lacking is not None:
            raise _missing(lacking)
        return out

    def commits_between(self, known: Sequence[str], tip: str) -> list[str]:
        """The commits that *tip* reaches and no commit of *known* does, oldest first."""
        revisions = "".join(f"{'^' if n else ''}{one}\n" for n, one in enumerate((tip, *known)))
        out = self.run("rev-list", "--reverse", "--topo-order", "--stdin", stdin=revisions.encode("ascii"))
        return out.decode("ascii").split()

    def changes_of(self, commit: str) -> list[RawChange]:
        """What a commit changed against each of its parents, or against nothing; paths from the top."""
        options = ("-r", "-z", "-m", "--root", "--raw", "--no-commit-id", "--no-renames", "--no-ext-diff")
        return _raw(self.run("diff-tree", *options, "--end-of-options", commit))

    def changed_by(self, commit: str) -> list[str]:
        """The paths whose content a commit itself brings: of a merge, those that are as in none of its parents."""
        options = ("-r", "-z", "-c", "--root", "--name-only", "--no-commit-id", "--no-renames", "--no-ext-diff")
        return path_text(self.run("diff-tree", *options, "--end-of-options", commit)).split("\0")[:-1]

    def main_branch(self) -> str | None:
        """The full name of the branch that HEAD stands for, or None."""
        return path_text(self.run("symbolic-ref", "--quiet", "HEAD", ok=(0, 1))).strip() or None

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether *other* comes after *one* or is it."""
        return self.ask("merge-base", "--is-ancestor", one, other, ok=(0, 1))[0] == 0

    def heads(self) -> dict[str, str]:
        """Every branch and its commit: ``refs/heads/main`` → id."""
        return self.refs("refs/heads")

    def refs(self, pattern: str) -> dict[str, str]:
        """Every name below *pattern* and what it stands for."""
        out = self.run("for-each-ref", "--format=%(objectname) %(refname)", "--", pattern)
        return {name: commit for commit, _, name in (row.partition(" ") for row in path_text(out).splitlines())}

    # --- blobs ---------------------------------------------------------------------------------------------------

    def blob(self, object_id: str, limit: int | None = None) -> bytes:
        """The content of a blob, at most *limit* bytes of it. Raises :class:`GitProblem` when it is not there."""
        return next(iter(self.blobs((object_id,), limit)))

    def blobs(self, object_ids: Iterable[str], limit: int | None = None) -> Iterator[bytes]:
        """The contents of blobs, in order, at most *limit* bytes of each: one process for all of them."""
        return self.objects(object_ids, "blob", limit)

    def objects(
        self, object_ids: Iterable[str], kind: Literal["blob", "tree", "commit"], limit: int | None = None
    ) -> Iterator[bytes]:
        """As :meth:`blobs`, of objects of one *kind* as Git stores them."""
        # A forked worker must not share the parent's pipe.
        if self._batch is None or self._batch.owner != os.getpid() or self._batch.broken:
            self._batch = _Batch([*self._command, "cat-file", "--batch"], self.root)
        return self._batch.read(object_ids, kind.encode(), limit)

    def close(self) -> None:
        """End the process that hands out blobs, if there is one."""
        if self._batch is not None and self._batch.owner == os.getpid():
            self._batch.close()
        self._batch = None


def _verify(revision: str) -> tuple[str, ...]:
    return ("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")


@contextmanager
def _no_git_variables() -> Iterator[None]:
    """This process without ``GIT_*`` for a while: GitPython hands its whole environment on."""
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_")}
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            del os.environ[name]
        os.environ.update(before)


def _raw(out: bytes) -> list[RawChange]:
    """The rows of ``--raw -z``: ``:<mode> <mode> <id> <id> <status>``, NUL, path, NUL."""
    parts = path_text(out).split("\0")
    rows = []
    for head, path in zip(parts[:-1:2], parts[1::2], strict=True):
        old_mode, new_mode, old_blob, new_blob, _ = head[1:].split(" ")
        rows.append(
            RawChange(
                path, unless_zeros(old_mode), unless_zeros(old_blob), unless_zeros(new_mode), unless_zeros(new_blob)
            ),
        )
    return rows


def unless_zeros(word: str) -> str | None:
    """A mode or an id as Git prints it; None for zeros, which stand for nothing."""
    return word if word.strip("0") else None


_AT_ONCE: Final = 256
# 256 ids are 17 kB at most: they fit a pipe, so writing them never waits for Git to be read from.


class _Batch:
    """One ``git cat-file --batch``: ids go in by the hundred, contents come out in order."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        self.owner = os.getpid()
        self.broken = False
        try:
            self._process = subprocess.Popen(
                command,
                cwd=root,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except FileNotFoundError as error:
            raise GitProblem(NOT_INSTALLED, command="apt-get install git") from error
        self._finalizer = weakref.finalize(self, _stop, self._process, self.owner)

    def read(self, object_ids: Iterable[str], kind: bytes, limit: int | None) -> Iterator[bytes]:
        waiting = list(object_ids)
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            # Until the last answer is taken the pipe is out of step: whoever stops early must not use it again.
            self.broken = True
            self._send(some)
            for place, object_id in enumerate(some, 1):
                data = self._receive(object_id, kind, limit)
                self.broken = place < len(some)
                yield data

    def _send(self, object_ids: Sequence[str]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("".join(f"{object_id}\n" for object_id in object_ids).encode("ascii"))
            self._process.stdin.flush()
        except OSError as error:
            raise _missing(object_ids[0]) from error

    def _receive(self, object_id: str, kind: bytes, limit: int | None) -> bytes:
        out = self._process.stdout
        assert out is not None
        head = out.readline().split()
        # "<id> missing", or nothing at all where Git gave up on a damaged object.
        if len(head) != 3:
            raise _missing(object_id)
        size = int(head[2])
        keep = size if limit is None else min(size, limit)
        data = out.read(keep)
        left = size - len(data)
        while left > 0:
            skipped = len(out.read(min(left, 1 << 16)))
            if not skipped:
                raise _missing(object_id)
            left -= skipped
        out.read(1)
        if head[1] != kind:
            raise _missing(object_id)
        return data

    def close(self) -> None:
        self._finalizer()


def _missing(object_id: str) -> GitProblem:
    return GitProblem(OBJECT_MISSING, object=object_id, command="git fetch --refetch origin")


def _stop(process: subprocess.Popen[bytes], owner: int) -> None:
    """End the process; only in the process that started it."""
    if os.getpid() != owner:
        return
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            # A dead Git leaves a pipe that cannot be flushed: nothing is lost by that.
            with suppress(OSError):
                pipe.close()
    process.wait()
