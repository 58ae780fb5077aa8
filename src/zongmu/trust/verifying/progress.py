"""What an earlier verification found, kept on the auditor's own machine so that the next one reads only what is new; and on
a server, what the next push is judged onto.

An auditor's file is named by a digest of everything that it depends on: the pinned root, the root keys, and this program's code. It
is written only after a verification without a fault, and taken up only where its head is still on the main line and its
last leaf, computed again, is the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from zongmu import __version__
from zongmu.store.atomic import WriteError, write_atomic
from zongmu.trust.verifying.result import Progress

_FORMAT: Final = 1
_LIMIT: Final = 512 * 1024 * 1024


def folder() -> Path:
    """Where progress is kept: ``$XDG_CACHE_HOME/zongmu/audit``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "zongmu" / "audit"


def file_for(root: str, roots: Iterable[bytes] | None) -> Path:
    """The file for one way of verifying."""
    keys = "none" if roots is None else ",".join(sorted(key.hex() for key in roots))
    name = hashlib.sha256(f"{_FORMAT}\n{_code()}\n{root}\n{keys}\n".encode()).hexdigest()
    return folder() / f"{name[:40]}.json"


def file_of_server(repository: Path) -> Path:
    """The file of a server, in the folder of its bare repository: how far the main branch was gone through when it last grew."""
    return repository / "zongmu-landed.json"


@cache
def _code() -> str:
    """A digest of the code that judges: another version begins anew."""
    digest = hashlib.sha256(__version__.encode())
    for file in judging():
        digest.update(file.read_bytes())
    return digest.hexdigest()


def judging() -> list[Path]:
    """The files of this program that decide what a verification finds."""
    package = Path(__file__).parents[2]
    return [file for room in ("trust", "store", "model") for file in sorted((package / room).rglob("*.py"))]


def load(file: Path) -> Progress | None:
    """The progress in *file*; None where there is none or it is not what we write. Never raises."""
    try:
        if file.stat().st_size > _LIMIT or file.stat().st_uid != os.getuid():
            return None
        data: dict[str, Any] = json.loads(file.read_bytes())
        body = json.dumps(data["progress"], sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(body.encode()).hexdigest() != data["sha256"] or data["code"] != _code():
            return None
        kept = data["progress"]
        return Progress(
            head=str(kept["head"]),
            leaves=[bytes.fromhex(leaf) for leaf in kept["leaves"]],
            entered={(p, m): frozenset(who) for p, m, who in kept["entered"]},
            trusted=str(kept["trusted"]),
            latest=int(kept["latest"]),
            signed=int(kept["signed"]),
            commits=int(kept["commits"]),
            merges=int(kept["merges"]),
            signers=Counter({str(k): int(v) for k, v in kept["signers"].items()}),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def save(file: Path, progress: Progress) -> None:
    """Keep *progress*. A cache that cannot be written is none."""
    kept = {
        "head": progress.head,
        "leaves": [leaf.hex() for leaf in progress.leaves],
        "entered": [[p, m, sorted(who)] for (p, m), who in sorted(progress.entered.items())],
        "trusted": progress.trusted,
        "latest": progress.latest,
        "signed": progress.signed,
        "commits": progress.commits,
        "merges": progress.merges,
        "signers": dict(sorted(progress.signers.items())),
    }
    body = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"sha256": hashlib.sha256(body.encode()).hexdigest(), "code": _code(), "progress": kept})
        write_atomic(file, text.encode())
    except (OSError, WriteError):
        pass
