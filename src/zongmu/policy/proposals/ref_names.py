"""Names of branches and tags that would be taken for something else: each is refused before it stands.

Git resolves a name by trying tags, branches and remotes in turn: a tag ``origin/main`` would stand before the main branch in
every clone, and one that differs in case alone overwrites another where the disk does not tell case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from zongmu.model.finding import Bilingual, Code, Finding
from zongmu.model.guards import code_for, scan
from zongmu.policy.proposals.refs import RefUpdate, about
from zongmu.store.survey import safe_path

CONFUSABLE: Final = Code(
    "gate.confusable-name",
    Bilingual("会与别的名字混淆的分支或标签", "A branch or tag that would be taken for another"),
    Bilingual("{ref}：{why_zh}", "{ref}: {why_en}"),
    Bilingual("另起一个名字", "choose another name"),
)
CODES: Final = (CONFUSABLE,)

_SPACES: Final = ("refs/heads/", "refs/tags/")
_MEANT: Final = re.compile(r"(?:origin|refs|heads|tags|remotes|stash)(?:/.*)?|(?:[A-Z]+_)*HEAD", re.DOTALL)
"""What Git, or a clone with its usual remote, means by itself."""
_ID: Final = re.compile(r"[0-9A-Fa-f]{40}(?:[0-9A-Fa-f]{24})?")
_UNSEEN: Final = frozenset(("content.lookalike-character", "content.hidden-character"))


def of_new_names(moves: Iterable[RefUpdate], standing: Iterable[str]) -> Iterator[Finding]:
    """Each name that a push would begin and that would be taken for another. *standing*: all names that are there."""
    there = [*standing]
    known = set(there)
    folded = {_folded(name): name for name in there if _short(name) is not None}
    for move in moves:
        short = _short(move.name)
        if move.new is None or short is None or move.name in known:
            continue
        why = _why(short)
        other = folded.setdefault(_folded(move.name), move.name)
        if why is None and other != move.name:
            twin = safe_path(other)
            why = Bilingual(f"与 {twin} 分不清", f"it cannot be told from {twin}")
        if why is not None:
            yield about(CONFUSABLE, move, why_zh=why.zh, why_en=why.en)


def _short(name: str) -> str | None:
    """The name as people type it; None for one that is no branch and no tag."""
    return next((name.removeprefix(space) for space in _SPACES if name.startswith(space)), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", _short(name) or "").casefold()


def _why(short: str) -> Bilingual | None:
    if _MEANT.fullmatch(short):
        return Bilingual("Git 用这个名字指别的东西", "Git means something else by this name")
    if _ID.fullmatch(short):
        return Bilingual("看上去是一个提交号", "it looks like the id of a commit")
    odd = not short.isprintable() or any(code_for(hit.kind).id in _UNSEEN for hit in scan(short))
    return (
        Bilingual("有看不见或形近的字符", "it has characters that cannot be seen, or look like others") if odd else None
    )
