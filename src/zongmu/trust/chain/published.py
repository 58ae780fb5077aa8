"""Checkpoints that the operator made public: ``trust/checkpoints/<day>.txt`` and the cosignatures beside them.

They are public by themselves, and tell only that the history had so many commits on a day that the calendar chose. Anyone
who lands changes may add one: the verifier computes it again, so a wrong one is refused, and one that is there is never
changed. What reaches the site is nothing but the four lines and signatures that fit them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from zongmu.model.immutable import immutable
from zongmu.trust.chain.checkpoint import BadCheckpoint, Checkpoint, cosigned_by, parse
from zongmu.trust.signatures.sshsig import BadSignature, fingerprint

FOLDER: Final = "trust/checkpoints"
_NAME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.(txt|[a-z0-9][a-z0-9-]{0,39}\.sig)")
_LIMIT: Final = 8192


@immutable
class Published:
    """One checkpoint with what is to be served: file name → bytes. ``cosigners`` are (name, fingerprint of the key)."""

    day: dt.date
    checkpoint: Checkpoint
    files: tuple[tuple[str, bytes], ...]
    cosigners: tuple[tuple[str, str], ...]


def is_published(path: str) -> bool:
    """Whether *path* is where such a file belongs."""
    folder, _, name = path.rpartition("/")
    return folder == FOLDER and _day(name) is not None


def _day(name: str) -> dt.date | None:
    found = _NAME.fullmatch(name)
    try:
        return dt.date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def fits(
    name: str, data: bytes, beside: Callable[[str], bytes | None], line: Sequence[str], leaves: Sequence[bytes]
) -> bool:
    """Whether a file of the folder is right: a checkpoint of the history before it, or a cosignature of one.

    *line* is the main line, *leaves* those of the commits before; *beside* reads another file of the folder.
    """
    if not name.endswith(".txt"):
        text = beside(f"{name[:10]}.txt")
        return text is not None and _cosigner(text, data) is not None
    found = _checkpoint(data)
    return found is not None and found.is_of(line, leaves)


def _checkpoint(data: bytes) -> Checkpoint | None:
    try:
        return parse(data.decode("utf-8")) if len(data) <= _LIMIT else None
    except (BadCheckpoint, UnicodeDecodeError):
        return None


def _cosigner(text: bytes, signature: bytes) -> str | None:
    try:
        return fingerprint(cosigned_by(text, signature)) if len(signature) <= _LIMIT else None
    except BadSignature:
        return None


def published_in(root: Path, origin: str) -> tuple[list[Published], list[str]]:
    """The checkpoints in the working tree at *root* that may be served, newest first; and files that may not.

    Only the registry's own *origin* is taken, so that no other text gets out this way.
    """
    held: dict[str, bytes] = {}
    odd: list[str] = []
    folder = root / FOLDER
    inside = folder.is_dir() and not folder.is_symlink() and not folder.parent.is_symlink()
    for file in sorted(folder.iterdir()) if inside else ():
        if _day(file.name) is None or file.is_symlink() or not file.is_file() or file.stat().st_size > _LIMIT:
            odd.append(file.name)
        else:
            held[file.name] = file.read_bytes()
    out: list[Published] = []
    for name, data in held.items():
        day = _day(name)
        if day is None or not name.endswith(".txt"):
            continue
        found = _checkpoint(data)
        if found is None or found.origin != origin:
            odd.append(name)
            continue
        signed = {n: d for n, d in held.items() if n.startswith(f"{name[:10]}.") and n.endswith(".sig")}
        keys = {n: key for n, d in signed.items() if (key := _cosigner(data, d)) is not None}
        odd += signed.keys() - keys.keys()
        files = ((name, data), *((n, signed[n]) for n in sorted(keys)))
        out.append(Published(day, found, files, tuple((n[11:-4], keys[n]) for n in sorted(keys))))
    served = {name for one in out for name, _ in one.files}
    odd += [name for name in held if name not in served and name not in odd]
    return sorted(out, key=lambda one: one.day, reverse=True), sorted(odd)
