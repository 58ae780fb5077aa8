"""What lies below ``registry/``: which files are records, and which do not belong there and why. Nothing is read."""

from __future__ import annotations

import dataclasses
import errno
import re
import shlex
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from zongmu.model.finding import Code, Finding, Outcome, Severity, finding
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RECORD_TYPES, RecordType
from zongmu.store import tree_codes as codes
from zongmu.store.atomic import half_written
from zongmu.store.git.text import shown
from zongmu.store.refusal import refusal
from zongmu.store.trees import (
    DIRECTORY,
    EXECUTABLE,
    REGULAR,
    SPECIAL,
    SUBMODULE,
    SYMLINK,
    UNREADABLE,
    Entry,
    Tree,
)

ROOT: Final = "registry"
INSTANCE_PATH: Final = "registry/registry.yaml"


@immutable
class Located:
    """A file whose path is that of a record. ``id`` is what the path says."""

    path: str
    type: RecordType
    id: str
    jurisdiction: str | None
    blob: str | None


@immutable
class Survey:
    """Everything below ``registry/``.

    ``located`` by path, in order; ``known`` the paths of each (type, id), more than one where an id is taken twice;
    ``strays`` the findings about files as files, of records too (an executable one is still read).
    """

    located: Mapping[str, Located]
    known: Mapping[tuple[str, str], tuple[str, ...]]
    strays: tuple[Finding, ...]


def _folder(record_type: RecordType) -> str:
    return record_type.example.split("/")[1]


_BY_FOLDER: Final[dict[str, RecordType]] = {_folder(t): t for t in RECORD_TYPES}
_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9._/-]+")
_LONG_NUMBER: Final = re.compile(r"(?:[0-9][-._ ]*){11}")
_SIGNS: Final = re.compile(r"[-._ ]+")
_MOST_GROUPS: Final = 19
_NUMBERS: Final = re.compile(r"[0-9]+(?:[-._ ]+[0-9]+)*(?:[-._ ]*[Xx])?")


def survey(tree: Tree) -> Survey:
    """What lies below ``registry/`` in *tree*."""
    located: dict[str, Located] = {}
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    strays: list[Finding] = []
    folders: set[str] = set()
    entries = tree.entries(ROOT)
    for entry in entries:
        record = located_at(entry)
        if record is None:
            if (stray := _stray(entry, folders)) is not None:
                strays.append(stray)
            continue
        if entry.mode == EXECUTABLE:
            command = f"chmod a-x {entry.path} && git update-index --chmod=-x {entry.path}"
            strays.append(_say(codes.EXECUTABLE, entry.path, record=record.id, command=command))
        located[record.path] = record
        name = (record.type.name, record.id)
        known[name] = (*known.get(name, ()), record.path)
    if not entries:
        strays.append(finding(codes.NO_REGISTRY, record=ROOT, path=ROOT))
    elif INSTANCE_PATH not in located:
        strays.append(finding(codes.NO_INSTANCE, record=INSTANCE_PATH, path=INSTANCE_PATH))
    strays += collisions(entry.path for entry in entries)
    return Survey(located, known, tuple(strays))


def located_at(entry: Entry) -> Located | None:
    """The record at *entry*, if its path and mode are those of one."""
    if entry.mode != REGULAR and entry.mode != EXECUTABLE:
        return None
    parts = entry.path.split("/", 3)
    record_type = _BY_FOLDER.get(parts[1]) if len(parts) > 1 else None
    match = record_type.pattern.fullmatch(entry.path) if record_type else None
    if record_type is None or match is None or sensitive_name(entry.path):
        return None
    # Instance and calendars belong to no city; the shared resources of a city are one file with its name.
    jurisdiction = parts[2].removesuffix(".yaml") if record_type.name not in ("instance", "calendar") else None
    record_id = "/".join([group for group in match.groups() if group])
    return Located(entry.path, record_type, record_id, jurisdiction, entry.blob)


_BY_MODE: Final = {
    SYMLINK: codes.SYMLINK,
    SUBMODULE: codes.SUBMODULE,
    SPECIAL: codes.SPECIAL,
}


def _stray(entry: Entry, folders: set[str]) -> Finding | None:
    """Why the file at *entry* is no record: one reason, that which has to be mended first.

    *folders* are those with the name of a file that have been told; the files in them need no word of their own.
    """
    path, mode = entry.path, entry.mode
    folder = _folder_named_as_file(path if mode == DIRECTORY else path.rpartition("/")[0])
    if folder is not None:
        if folder in folders:
            return None
        folders.add(folder)
        return _say(codes.FOLDER_NAMED_AS_FILE, folder)
    if mode == DIRECTORY:
        return None  # an empty folder is nothing to Git
    if mode in _BY_MODE:
        return _say(_BY_MODE[mode], path)
    if mode == UNREADABLE:
        return unreadable(path, path, PermissionError(errno.EACCES, ""))
    if sensitive_name(path):
        return _say(codes.SENSITIVE_NAME, path)
    if half_written(path.rpartition("/")[2]):
        told = _say(codes.LEFT_BEHIND, path, command=f"rm {shlex.quote(shown(path))}")
        return dataclasses.replace(told, severity=Severity.WARNING)
    if not path.lower().endswith(".yaml"):
        return _say(codes.WRONG_EXTENSION, path)
    if not _SAFE_NAME.fullmatch(path):
        return _say(codes.ODD_NAME, path)
    if path != path.lower():
        return _say(codes.UPPER_CASE, path, command=f"git mv {shlex.quote(path)} {shlex.quote(path.lower())}")
    folder = path.split("/")[1]
    record_type = _BY_FOLDER.get(folder)
    if record_type is None:
        return _unknown_folder(path, folder)
    return _say(
        codes.WRONG_PLACE, path, type_zh=record_type.zh, type_en=record_type.en.lower(), example=record_type.example
    )


def _folder_named_as_file(folder: str) -> str | None:
    """The outermost part of *folder* whose name ends as a record's."""
    parts = folder.split("/")
    for place, part in enumerate(parts):
        if part.lower().endswith((".yaml", ".yml")):
            return "/".join(parts[: place + 1])
    return None


def _unknown_folder(path: str, folder: str) -> Finding:
    from zongmu.store.fitting.wording import near, perhaps

    allowed = [name for name in _BY_FOLDER if not name.endswith(".yaml")]
    hint = perhaps(near(folder, allowed))
    return _say(
        codes.UNKNOWN_FOLDER,
        path,
        folder=shown(folder, 60),
        hint_zh=hint.zh,
        hint_en=hint.en,
        allowed=", ".join(f"registry/{name}/" for name in allowed),
    )


def _say(code: Code, path: str, record: str | None = None, **values: Any) -> Finding:
    at = safe_path(path)
    return finding(code, record=record or at, path=at, file=at, **values)


def sensitive_name(path: str) -> bool:
    """Whether a part of *path* is personal data, a mark of secrecy or a credential, by itself or between its signs."""
    if path.isascii() and not _LONG_NUMBER.search(path):
        return False
    from zongmu.model.guards import code_for, scan

    seen = "".join(letter for letter in path if letter.isprintable())
    words = {word for part in seen.split("/") for word in (part, *_SIGNS.split(part), *_numbers(part))}
    return any(code_for(hit.kind).sensitive for word in words for hit in scan(word))


def _numbers(name: str) -> Iterator[str]:
    """What may be read as a number in a name, where a sign before or after it means no more than one inside."""
    for found in _NUMBERS.finditer(unicodedata.normalize("NFKC", name)):
        groups = _SIGNS.split(found[0])
        for first in range(len(groups)):
            for last in range(first + 1, min(first + _MOST_GROUPS, len(groups)) + 1):
                number = "-".join(groups[first:last])
                if _LONG_NUMBER.match(number):
                    yield number


def safe_path(path: str) -> str:
    """*path* fit to be printed: what is not printable is escaped, a name that a guard would not let out is hidden."""
    if not sensitive_name(path):
        return shown(path)
    from zongmu.store.fitting.wording import HIDDEN

    return "/".join(HIDDEN if sensitive_name(part) else shown(part) for part in path.split("/"))


def unreadable(path: str, record: str, error: OSError) -> Finding:
    """The finding about a file that could not be read. Nothing is known of it: an error, and no verdict."""
    at, why = safe_path(path), refusal(error)
    made = finding(codes.UNREADABLE, record=record, path=at, file=at, reason_zh=why.zh, reason_en=why.en)
    return dataclasses.replace(made, outcome=Outcome.ERROR)


def collisions(paths: Iterable[str]) -> list[Finding]:
    """Paths that are one and the same where case, or the form of a character, does not count."""
    held: Collection[str] = list(paths)
    if all(path.isascii() and path == path.lower() for path in held):
        return []
    first: dict[str, str] = {}
    out = []
    for path in held:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
        other = first.setdefault(folded, path)
        if other != path:
            out.append(_say(codes.CASE_COLLISION, path, other=safe_path(other)))
    return out
