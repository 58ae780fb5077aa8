"""Git commands run in a clean environment.

Whose configuration lies about must not change a verdict or run a program, so every call starts from a bare
environment: no global or system configuration, no hooks, no file-system monitor, no replaced objects, no grafts, no
network.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from zongmu.store.git.codes import (
    COMMAND_FAILED,
    INDEX_DAMAGED,
    NO_WORK_TREE,
    NOT_A_REPOSITORY,
    NOT_INSTALLED,
    PUSH_SWEPT_AWAY,
    TOO_MUCH,
    GitProblem,
    missing,
)
from zongmu.store.git.text import path_text, shown

_INDEX: Final = re.compile(rb"index file (?:corrupt|smaller than)|bad index file sha1|unknown index entry")
"""How Git says that its index is broken; a pack has an index too."""

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
ENVIRONMENT: Final = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    # What is printed is read to its end, so Git need not hand over every line by itself.
    "GIT_FLUSH": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # Reading never fetches: neither an old Git (no protocol is allowed) nor a new one (which has a switch).
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
"""What every Git process is told, beside what this one was."""


_QUARANTINE: Final = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
"""Where Git keeps the objects of a push until its ``pre-receive`` hook has agreed to them."""


MOST_LISTED: Final = 64 << 20
"""Bytes of any one list of files: half a million of them. A few hundred bytes of folders within folders can name billions."""


def environment() -> dict[str, str]:
    """The environment of every Git process: this one's without any ``GIT_*``, and with our own.

    Inside a ``pre-receive`` hook the objects of the push lie in quarantine; Git says where.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if os.environ.get(_QUARANTINE[0]):
        kept |= {name: os.environ[name] for name in _QUARANTINE if name in os.environ}
    return kept | ENVIRONMENT


class GitProcess:
    """Runs Git in the root of an instance. Raises :class:`GitProblem` where Git gives no answer."""

    def __init__(self, root: Path) -> None:
        """*root* is the root of the instance. Nothing is run until something is asked."""
        self.root = Path(os.path.realpath(root))
        self.command = ("git", *(x for c in (*_CONFIGURATION, f"safe.directory={self._top()}") for x in ("-c", c)))
        self._facts: tuple[bool, bool, Path, str] | None = None
        self._settings: dict[str, str] | None = None

    def _top(self) -> Path:
        """Where the repository seems to begin, found without Git: what Git needs in order to trust it."""
        for folder in (self.root, *self.root.parents):
            if (folder / ".git").exists():
                return folder
        return self.root

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

    def listed(self, *arguments: str) -> bytes:
        """As :meth:`run`, of a list that whoever made the tree can make as long as he likes: raises :class:`GitProblem`
        where it is longer than :data:`MOST_LISTED`, and reads no further.

        Ask for the folders too: folders without files would take as long and say nothing.
        """
        with tempfile.TemporaryFile() as said, self._start(arguments, stderr=said) as process:
            assert process.stdout is not None
            parts, size = [], 0
            while part := process.stdout.read(1 << 20):
                parts.append(part)
                size += len(part)
                if size > MOST_LISTED:
                    process.kill()
                    raise GitProblem(TOO_MUCH, limit=MOST_LISTED >> 20)
            process.wait()
            said.seek(0)
            self._expect(process.returncode, (0,), said.read(1 << 16), arguments)
        return b"".join(parts)

    def run_together(self, *commands: Sequence[str]) -> list[bytes]:
        """The outputs of several commands that run at the same time, in the root of the instance, and may read files."""
        with ExitStack() as stack:
            started = [stack.enter_context(self._start(arguments, files=True)) for arguments in commands]
            outputs = [process.communicate() for process in started]
        for process, arguments, (_, said) in zip(started, commands, outputs, strict=True):
            self._expect(process.returncode, (0,), said, arguments)
        return [out for out, _ in outputs]

    def _start(
        self,
        arguments: Sequence[str],
        *,
        top: bool = False,
        files: bool = False,
        asked: bool = False,
        stderr: IO[bytes] | int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                [*self.command, *arguments],
                cwd=self.toplevel() if top else self.root,
                env=environment() | (self._unfiltered() if files else {}),
                stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
        except FileNotFoundError as error:
            raise self.not_found() from error
        except NotADirectoryError as error:
            raise self.no_repository() from error

    def _expect(self, status: int, ok: Sequence[int], said: bytes, arguments: Sequence[str]) -> None:
        if status not in ok:
            if b"not a git repository" in said:
                raise self.no_repository()
            if b"must be run in a work tree" in said:
                raise GitProblem(NO_WORK_TREE, root=shown(self.root.name))
            lacking = _LACKING.search(said)
            if lacking is not None:
                raise missing((lacking[1] or b"").decode("ascii") or "（未指明 unnamed）")
            if _INDEX.search(said):
                raise GitProblem(INDEX_DAMAGED, command='rm "$(git rev-parse --git-path index)" && git reset')
            told = [line for line in path_text(said).splitlines() if line and not line.startswith("hint:")]
            reason = shown("\n".join(told), 400) or f"exit {status}"
            raise GitProblem(COMMAND_FAILED, command=shown(" ".join(arguments[:2])), reason=reason)

    def _unfiltered(self) -> dict[str, str]:
        """Variables that switch off every filter program that the clone's own configuration names."""
        names = [name for name in self._configured() if name.startswith("filter.")]
        out = {"GIT_CONFIG_COUNT": str(len(names))} if names else {}
        for number, name in enumerate(names):
            out[f"GIT_CONFIG_KEY_{number}"] = name
            out[f"GIT_CONFIG_VALUE_{number}"] = "false" if name.endswith(".required") else ""
        return out

    def tells_executable(self) -> bool:
        """Whether this file system can tell an executable file (``core.fileMode``)."""
        return self._configured().get("core.filemode", "true").lower() not in ("false", "no", "off", "0", "")

    def _configured(self) -> dict[str, str]:
        """What the clone's own configuration says of filters and of executable files; of a setting without a value, ``true``."""
        if self._settings is None:
            asked = r"^(core\.filemode|filter\..*\.(clean|process|required))$"
            out = path_text(self.run("config", "--null", "--get-regexp", asked, ok=(0, 1)))
            rows = (row.partition("\n") for row in out.split("\0")[:-1])
            self._settings = {name: value if sign else "true" for name, sign, value in rows}
        return self._settings

    def not_found(self) -> GitProblem:
        """Why no Git could be started here."""
        if not self.root.is_dir():
            return self.no_repository()
        return GitProblem(NOT_INSTALLED, command="apt-get install git")

    def no_repository(self) -> GitProblem:
        """That the instance stands in no repository, or that a push was taken away while it was looked at: Git says the same."""
        held = os.environ.get(_QUARANTINE[0])
        if held and not os.path.isdir(held):
            return GitProblem(PUSH_SWEPT_AWAY)
        return GitProblem(NOT_A_REPOSITORY, root=shown(self.root.name or "/"), command="git clone <url>")

    def _know(self) -> tuple[bool, bool, Path, str]:
        if self._facts is None:
            asked = ("--is-shallow-repository", "--is-bare-repository", "--show-prefix", "--absolute-git-dir")
            if "\n" in str(self.root):  # then a line of the answer need not be one of its parts
                parts = [path_text(self.run("rev-parse", one)).removesuffix("\n") for one in asked]
            else:
                parts = path_text(self.run("rev-parse", *asked)).removesuffix("\n").split("\n", 3)
            shallow, bare, prefix, folder = parts
            self._facts = (shallow == "true", bare == "true", Path(folder), prefix)
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
