"""Whether objects are as Git itself would make them, whatever the settings of the repository that they arrived in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from zongmu.store.git.asking import Git
from zongmu.store.git.codes import COMMAND_FAILED, GitProblem
from zongmu.store.kept.scratch import scratch_folder

_FAULT: Final = re.compile(r"([0-9a-f]{40}(?:[0-9a-f]{24})?): (\w+):")


def unsound(git: Git, new: str, known: Sequence[str]) -> str | None:
    """The first object that *new* reaches and no commit of *known* does, and that is malformed: its id and Git's word for
    what is wrong with it; None where all are sound. Nothing of what it holds is repeated.

    Git checks a pack, and refuses to read some malformed objects at all: these are the same. Raises :class:`GitProblem`.
    """
    asked = "".join(f"{'^' if n else ''}{one}\n" for n, one in enumerate((new, *known)))
    with scratch_folder("zongmu-arrived-") as folder:
        git.run("pack-objects", "--revs", "--quiet", str(folder / "new"), stdin=asked.encode("ascii"))
        for pack in folder.glob("*.pack"):
            try:
                git.run("index-pack", "--fsck-objects", "-o", str(folder / "checked.idx"), str(pack))
            except GitProblem as problem:
                found = _FAULT.search(problem.message.en)
                if problem.code is not COMMAND_FAILED or found is None:
                    raise
                return f"{found[1][:12]} {found[2]}"
    return None
