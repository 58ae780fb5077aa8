"""May this change be made by this person? Asked of the trust of the version before, never of the change.

The verifier asks it of every commit, the gate of a proposal.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal

from zongmu.model.fields.leaves import leaves, row_key
from zongmu.model.immutable import immutable
from zongmu.model.record_types import RecordType, jurisdiction_of, type_of_path
from zongmu.store.git.text import shown
from zongmu.store.git.tree_changes import RawChange
from zongmu.store.reading import reader
from zongmu.trust import codes
from zongmu.trust.authority.files import ROOT, SETTINGS_PATH, Person
from zongmu.trust.authority.standing import Standing
from zongmu.trust.chain.published import is_published
from zongmu.trust.codes import Fault

Zone = Literal["data", "trust", "code"]

_TWO_ROOTS: Final = ("trust/", "checks/", ".github/", ".gitlab/", "registry/calendars/")
_TWO_ROOTS_FILES: Final = frozenset(
    {SETTINGS_PATH, ".gitlab-ci.yml", "CODEOWNERS", "docs/CODEOWNERS", ".gitattributes", ".gitmodules"}
)
TRUST_PATHS: Final = (*_TWO_ROOTS, *sorted(_TWO_ROOTS_FILES))
"""Where a change wants several root persons, as paths and folders."""
_GUARDED: Final = frozenset({"registry", *(path.split("/")[0] for path in TRUST_PATHS)}) - {"docs"}
"""Names at the top that no other name may stand for on any system."""
_REGULAR: Final = "100644"
_OWNERS: Final = ("owner", "builder", "demand", "user", "lead")


def zone_of(path: str) -> Zone:
    """Which zone a path belongs to. ``holds`` of an organization is trust too, which only its content shows."""
    if path.startswith(_TWO_ROOTS) or path in _TWO_ROOTS_FILES:
        return "trust"
    return "data" if path.startswith("registry/") else "code"


@immutable
class Edit:
    """One file of a change, with its content before and after (None: not there)."""

    row: RawChange
    before: bytes | None
    after: bytes | None

    @property
    def path(self) -> str:
        """The file's path."""
        return self.row.path


@immutable
class Moved:
    """What an edit did to a record: identity-based paths whose value differs."""

    kind: RecordType
    path: str
    record: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    paths: frozenset[str]

    def milestones(self) -> frozenset[str]:
        """The keys of the milestones that differ."""
        return frozenset(_milestone(path) for path in self.paths if path.startswith("milestones/"))


def _milestone(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[1:3]) if len(parts) > 2 and parts[2].isdigit() else parts[1]


def form_faults(edits: Iterable[Edit], exists: Callable[[str, str], bool]) -> Iterator[Fault]:
    """What is wrong with the files of a change, whoever makes it. ``exists(id, path)``: another file has the id."""
    for edit in edits:
        path, row = edit.path, edit.row
        where = shown(path)
        if row.new_mode is None:
            if path.startswith(("registry/", "trust/")):
                yield Fault(codes.REMOVED, values={"path": where})
            continue
        regular = row.new_mode == _REGULAR or (
            row.new_mode == "100755" and not path.startswith(("registry/", "trust/"))
        )
        if not regular or not _fits(path):
            yield Fault(codes.ODD_PATH, values={"path": where, "mode": row.new_mode})
            continue
        kind = type_of_path(path)
        if kind is None:
            continue
        value = _read(edit.after, path)
        if value is None:
            yield Fault(codes.UNREADABLE, values={"path": where})
        elif not _own_id(kind, path, value) or (
            edit.before is None and kind.name == "project" and exists(kind.id_from_path(path), path)
        ):
            yield Fault(codes.WRONG_ID, values={"path": where})


def _fits(path: str) -> bool:
    """Whether a path may be there at all."""
    if path.startswith("registry/"):
        return type_of_path(path) is not None
    if path.startswith("trust/"):
        return is_published(path) or re.fullmatch(r"trust/[a-z][a-z-]{0,30}\.yaml", path) is not None
    top = path.split("/", 1)[0]
    return path.isprintable() and (top in _GUARDED or _folded(top) not in _FOLDED)


def _folded(name: str) -> str:
    """What some system takes a name for: capitals, dots and spaces at the end, and a colon with what follows count for nothing."""
    return unicodedata.normalize("NFKC", name).casefold().partition(":")[0].rstrip(" .")


_FOLDED: Final = frozenset(map(_folded, _GUARDED))


def _own_id(kind: RecordType, path: str, value: dict[str, Any]) -> bool:
    """Whether a record says of itself what its path says: which one it is, and of which city, whose rules it falls under."""
    named, city = kind.id_from_path(path), jurisdiction_of(path)
    if value.get("jurisdiction", city) != city or (kind.name == "project" and not named.startswith(f"{city}-")):
        return False
    if kind.name in ("project", "organization", "system"):
        return bool(value.get("id") == named)
    if kind.name == "endorsements":
        subject = value.get("project") or value.get("record")
        return isinstance(subject, str) and subject.rsplit("/", 1)[-1] == named
    return True


def moved(edit: Edit) -> Moved | None:
    """What *edit* did to a record; None where it is no record or cannot be read."""
    kind = type_of_path(edit.path)
    after = _read(edit.after, edit.path) if kind is not None else None
    if kind is None or after is None:
        return None
    before = _read(edit.before, edit.path)
    one = dict(leaves(before, kind.series)) if before is not None else {}
    other = dict(leaves(after, kind.series))
    # No key of a row is doubled in a sound record; in one that is not, the doubled rows count as changed.
    odd = _doubled(after)
    paths = frozenset(p for p in one.keys() | other.keys() if _differs(one.get(p), other.get(p))) | odd
    return Moved(kind, edit.path, kind.id_from_path(edit.path), before, after, paths)


def _differs(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or one != other


def _doubled(value: dict[str, Any]) -> frozenset[str]:
    out = set()
    for name, rows in value.items():
        if isinstance(rows, list):
            keys = [row_key(row, n) for n, row in enumerate(rows) if isinstance(row, dict)]
            out |= {f"{name}/{key}" for key in keys if keys.count(key) > 1}
    return frozenset(out)


def _read(data: bytes | None, path: str) -> dict[str, Any] | None:
    if data is None or len(data) > reader.MAX_BYTES:
        return None
    parsed = reader.parse(data, path)
    return parsed.value if isinstance(parsed.value, dict) and parsed.sound and _regular(parsed.value) else None


def _regular(value: Any) -> bool:
    """Whether every list holds rows, or holds none: rows and words mixed have no identity to go by."""
    if isinstance(value, dict):
        return all(map(_regular, value.values()))
    if isinstance(value, list):
        kinds = {type(item) for item in value}
        return (kinds == {dict} and all(map(_regular, value))) or not kinds & {dict, list}
    return True


def needs_roots(edits: Iterable[Edit], moves: Iterable[Moved]) -> list[str]:
    """The paths of a change that want several root persons."""
    # A checkpoint is computed again by whoever verifies: nobody has to answer for it.
    out = [edit.path for edit in edits if zone_of(edit.path) == "trust" and not is_published(edit.path)]
    for move in moves:
        if move.kind.name == "organization" and any(path.split("/", 1)[0] == "holds" for path in move.paths):
            out.append(move.path)
    return out


def edit_faults(
    standing: Standing, person: Person, day: dt.date, edits: Iterable[Edit], moves: Iterable[Moved]
) -> Iterator[Fault]:
    """Why *person* may not author a change; empty where nothing speaks against it.

    Leaves aside what wants root persons (:func:`needs_roots`) and the rows of endorsements, which speak for themselves.
    """
    policy = standing.policy
    assert policy is not None
    roles = standing.roles(person, day)
    free = {row.role for row in policy.edit if not row.own}
    own = {row.role for row in policy.edit if row.own}
    edits, moves = list(edits), list(moves)
    by_path = {move.path: move for move in moves}
    # Roles that a body holds are for root persons to give, whatever else they may enter.
    consented = set(needs_roots(edits, moves)) if ROOT in roles else set()
    for edit in edits:
        zone = zone_of(edit.path)
        if zone == "code" and not roles & set(policy.code):
            yield Fault(codes.MAY_NOT_EDIT, values={"person": person.id, "path": shown(edit.path)})
        if zone != "data" or edit.path.startswith("registry/endorsements/"):
            continue
        move = by_path.get(edit.path)
        if edit.path in consented:
            continue
        if not roles & free and not (roles & own and move is not None and _owns(person, move)):
            yield Fault(codes.MAY_NOT_EDIT, values={"person": person.id, "path": shown(edit.path)})
        if move is not None and move.kind.name == "project":
            yield from _field_faults(standing, person, roles, move)


def _field_faults(standing: Standing, person: Person, roles: frozenset[str], move: Moved) -> Iterator[Fault]:
    assert standing.policy is not None
    for rule in standing.policy.fields:
        if roles & set(rule.roles):
            continue
        if any(p == rule.field or p.startswith(rule.field + "/") for p in move.paths):
            values = {"person": person.id, "path": move.path, "field": rule.field, "roles": "、".join(rule.roles)}
            yield Fault(codes.MAY_NOT_SET, values=values)


def _owns(person: Person, move: Moved) -> bool:
    """Whether a project is of the person's own organization, as of before the change."""
    if person.organization is None or move.kind.name != "project":
        return False
    if move.before is not None:
        return any(move.before.get(name) == person.organization for name in _OWNERS)
    _, jurisdiction, slug, _ = move.path.split("/")[1:]
    return person.organization == f"{jurisdiction}/{slug}"
