"""What was handed in, with the place and the bytes that its records would have in the registry."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from zongmu.cli.proposing import Desk
from zongmu.cli.recording.entering import all_words
from zongmu.cli.submitting.waiting import Waiting
from zongmu.cli.submitting.workbook_files import files_of
from zongmu.cli.trouble import Trouble
from zongmu.exchange.given_ids import free_ids
from zongmu.exchange.package import Package, Paper, check_code, read_package
from zongmu.exchange.seed import valid_jurisdiction
from zongmu.exchange.tables.reader import TableError
from zongmu.exchange.workbooks.incoming import CellTrouble, Read, read_workbook
from zongmu.exchange.workbooks.opening import is_workbook, other_format
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME
from zongmu.store.editing.canonical import formatted
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.reading.reader import parse
from zongmu.store.trees import Tree

PROJECT = BY_NAME["project"]
_ID = re.compile(r"[a-z][a-z0-9]*-[0-9]{4}-[0-9]{4,}")
_NOWHERE = "unknown"
"""The folder of a project whose unit is not said, while it is judged: nothing is ever written there."""
NO_OWNER = Bilingual("没有写明本辖区的项目单位", "no unit of this jurisdiction is named as the owner")
OWNER_WANTED = Bilingual("填写“项目单位”，写登记的单位名称", "fill in the owner: the registered name of the unit")
_OWNER = re.compile(r"[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*")


@dataclass(slots=True)
class Sheets:
    """The workbook that was handed in, or came among the papers: what goes back to her with marks."""

    name: str
    data: bytes
    read: Read
    keys: dict[str, str] = field(default_factory=dict)  # by file, the workbook's key of its record


@dataclass(slots=True)
class Arrived:
    """One package or one workbook."""

    digest: str
    code: str
    files: dict[str, bytes] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    given: str | None = None  # the id that the record had, where another was settled
    replaces: bool = False
    unchanged: bool = False  # nothing in it differs from what is recorded
    submitter: dict[str, str] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    wanted: tuple[tuple[str, str], ...] = ()  # papers that the record names: of which milestone, which kind
    sheets: Sheets | None = None
    troubles: tuple[CellTrouble, ...] = ()  # cells that are not understood: then there are no files
    without_owner: bool = False  # judged as far as it can be, and not recorded
    instead_of: Waiting | None = None  # what came in before of the same project, and waits


def arrive(desk: Desk, tree: Tree, data: bytes, name: str, waiting: Sequence[Waiting]) -> Arrived:
    """What *data* is and where it goes. *waiting*: what came in earlier and is not merged yet.

    Raises :class:`PackageProblem` for what is no package, :class:`Trouble` for one that has no place.
    """
    if is_workbook(data):
        return _workbook(desk, data, name, waiting)
    if (problem := other_format(data)) is not None:
        raise Trouble("intake.unreadable", problem.message, problem.next_step, where=name, exit_code=1)
    return _package(desk, tree, read_package(data, name), name, waiting)


def _read(desk: Desk, data: bytes, name: str) -> Read:
    try:
        return read_workbook(data, all_words(desk))
    except TableError as problem:
        raise Trouble("intake.unreadable", problem.message, problem.next_step, where=name, exit_code=1) from None


def _workbook(desk: Desk, data: bytes, name: str, waiting: Sequence[Waiting]) -> Arrived:
    read = _read(desk, data, name)
    sheets = Sheets(name, data, read)
    read.troubles.extend(_ownerless(desk, read))
    if read.troubles:
        digest = hashlib.sha256(data).hexdigest()
        return Arrived(digest, check_code(digest), sheets=sheets, troubles=tuple(read.troubles))
    # Of what it says and not of its bytes: saved once more it is the same paper.
    said = json.dumps([read.type, read.jurisdiction, read.records], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(f"zongmu-workbook-1\n{said}".encode()).hexdigest()
    _own_numbers(desk, read, name)
    for row in read.records.values() if read.type == "project" else ():
        earlier = _earlier(desk, waiting, row.get("owner"), row.get("name")) if "id" not in row else None
        if earlier is not None:
            row["id"] = earlier.id
    made = files_of(desk, read, {w.id for w in waiting})
    sheets.keys = made.keys
    return Arrived(
        digest,
        check_code(digest),
        made.files,
        tuple(made.ids),
        replaces=made.edits,
        unchanged=not made.files,
        sheets=sheets,
        instead_of=_one_branch([w for w in waiting if w.path in made.files and _unmerged(desk, w)], name),
    )


def _earlier(desk: Desk, waiting: Sequence[Waiting], owner: object, name: object) -> Waiting | None:
    """The new project of the same unit and name that waits."""
    return next((w for w in waiting if (w.owner, w.name) == (owner, name) and _unmerged(desk, w)), None)


def _unmerged(desk: Desk, waiting: Waiting) -> bool:
    """Whether it is a new record whose place nothing has taken since."""
    return waiting.new and desk.registry.records.get(waiting.path) is None


def _one_branch(earlier: Sequence[Waiting], name: str) -> Waiting | None:
    """Of what waits and is handed in anew, the branch; None where it is all new. Raises :class:`Trouble`."""
    if len({w.branch for w in earlier}) > 1:
        said = "、".join(f"{w.id}（{w.receipt}）" for w in earlier)
        raise Trouble(
            "intake.several-wait",
            Bilingual(
                f"这份工作簿里的项目分别在几份收件里等待并入：{said}",
                f"what this workbook holds waits under several receipts: {said}",
            ),
            Bilingual("按收件分成几份工作簿交来", "hand in a workbook for each receipt"),
            where=name,
            exit_code=1,
        )
    return next(iter(earlier), None)


def _ownerless(desk: Desk, read: Read) -> Iterator[CellTrouble]:
    """New projects whose unit is not said: they have no place."""
    for key, data in read.records.items() if read.type == "project" else ():
        if "owner" not in data and desk.registry.by_id("project", str(data.get("id"))) is None:
            sheet, cell = read.cell_of(key, ("owner",))
            yield CellTrouble(sheet, cell, "", NO_OWNER, OWNER_WANTED)


def _own_numbers(desk: Desk, read: Read, name: str) -> None:
    """A unit does not give out numbers: an id that is not in the registry is no id."""
    if read.type != "project":
        return
    for key, data in read.records.items():
        if "id" in data and desk.registry.by_id("project", str(data["id"])) is None:
            sheet, cell = read.cell_of(key, ("id",))
            raise Trouble(
                "intake.unknown-id",
                Bilingual(f"{sheet}!{cell} 写的登记号库里没有", f"{sheet}!{cell} names an id that is not registered"),
                Bilingual(
                    "新项目不写登记号，收件时取号；旧项目核对登记号",
                    "leave the id of a new project empty, it is given here; look up that of a registered one",
                ),
                where=name,
                exit_code=1,
            )


def _package(desk: Desk, tree: Tree, package: Package, name: str, waiting: Sequence[Waiting]) -> Arrived:
    """Where the record goes: over the one that it was made from, else under the next free id."""
    parsed = parse(package.record, "project.yaml")
    data = parsed.value if isinstance(parsed.value, dict) else {}
    id, city, owner = (data.get(k) for k in ("id", "jurisdiction", "owner"))
    if not (isinstance(id, str) and _ID.fullmatch(id) and isinstance(city, str) and valid_jurisdiction(city)):
        raise Trouble(
            "intake.no-place",
            Bilingual(
                f"{name} 里的登记号或辖区读不懂，无处安放", f"the id or the jurisdiction in {name} cannot be read"
            ),
            Bilingual("请申报单位用填报页重新填写", "ask the unit to fill in the form again"),
            exit_code=1,
        )
    if desk.world.instance.jurisdiction(city) is None:
        here = "、".join(f"{j.name}（{j.id}）" for j in desk.world.instance.jurisdictions)
        raise Trouble(
            "intake.other-jurisdiction",
            Bilingual(
                f"{name} 是报给辖区 {city} 的，本库只收 {here}", f"{name} is for {city}; this registry takes {here}"
            ),
            Bilingual("转给该辖区的经办机关", "pass it on to the office of that jurisdiction"),
            exit_code=1,
        )
    out = Arrived(package.digest, package.check_code, submitter=package.submitter, papers=package.papers)
    there = desk.registry.by_id("project", id)
    if package.base_sha256 is not None and there is not None:
        if hashlib.sha256(tree.read(there.path)).hexdigest() != package.base_sha256:
            raise Trouble(
                "intake.changed-meanwhile",
                Bilingual(
                    f"{id} 在申报单位载入之后又有变动，照收会盖掉别人的登记",
                    f"{id} has changed since the unit loaded it; taking this in would undo that",
                ),
                Bilingual(
                    "把现行登记文件发给申报单位，在其上重新修改",
                    "send the unit the record as it is now, to change that",
                ),
                where=there.path,
                exit_code=1,
            )
        out.files, out.ids, out.replaces = {there.path: package.record}, (id,), True
    else:
        known = isinstance(owner, str) and _OWNER.fullmatch(owner) is not None and owner.split("/")[0] == city
        out.without_owner = not known
        out.instead_of = _earlier(desk, waiting, owner, data.get("name")) if known else None
        if out.instead_of is not None:
            free, path = out.instead_of.id, out.instead_of.path
        else:
            free = next(free_ids(desk.registry, str(city), int(id.rsplit("-", 2)[1]), {w.id for w in waiting}))
            path = f"registry/projects/{city}/{str(owner).split('/')[1] if known else _NOWHERE}/{free}.yaml"
        out.files, out.ids = {path: _under(desk, path, package.record, free)}, (free,)
        out.given = id if id != free else None
        out.wanted = tuple(_wanted(data, {p.sha256 for p in package.papers}))
    out.sheets = _among(desk, package, data, next(iter(out.files)))
    return out


def _under(desk: Desk, path: str, record: bytes, id: str) -> bytes:
    """The record under its own id. Where the file has defects of form it stays: the check says each at its place."""
    try:
        editor = Editor(desk.root / path, record)
        editor.set(["id"], id)
        return formatted(editor.text().encode(), PROJECT, desk.root / path).encode()
    except EditError as problem:
        if problem.findings:
            return record
        raise Trouble.of(problem, path) from None


def _wanted(data: dict[str, Any], here: Collection[str]) -> list[tuple[str, str]]:
    """The papers whose digest the record names and that are not among those handed in: milestone and kind."""
    acts = data.get("milestones")
    out = []
    for act in acts if isinstance(acts, list) else ():
        papers = act.get("documents") if isinstance(act, dict) else None
        for row in papers if isinstance(papers, list) else ():
            if isinstance(row, dict) and isinstance(row.get("sha256"), str) and row["sha256"] not in here:
                out.append((str(act.get("kind")), str(row.get("kind"))))
    return out


def _among(desk: Desk, package: Package, data: dict[str, Any], path: str) -> Sheets | None:
    """A workbook of ours among the papers that holds the same record."""
    for paper in package.papers:
        if not is_workbook(paper.data):
            continue
        try:
            read = _read(desk, paper.data, paper.name)
        except Trouble:
            continue  # a paper like any other
        for key, row in read.records.items() if read.type == "project" else ():
            if row.get("name") == data.get("name") and row.get("id") in (data.get("id"), None):
                return Sheets(paper.name, paper.data, read, {path: key})
    return None
