"""``zongmu log``: who changed which value when, of a record, a unit, a field or a sentence, from Git. Names persons.

Text for reading, JSON for programs; oldest first, so that it reads like the life of the record.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.auditing.log_selection import by_account, everything, requests_of, rules_at, selected
from zongmu.cli.trouble import Trouble
from zongmu.history.event import Event
from zongmu.history.trail import record_trail
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME, jurisdiction_of, type_of_path
from zongmu.report.changes.trail import REFERENCE, Notes, Titles, checked, trail_lines
from zongmu.report.findings.data import masked
from zongmu.report.terminal import dump, printable
from zongmu.report.words import sayable
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.reading.reader import parse
from zongmu.store.survey import safe_path
from zongmu.store.trees import WorkTree


def run_log(
    root: Path,
    record: str | None,
    *,
    lang: str,
    format: str,
    limit: int | None,
    out: TextIO,
    by: str | None = None,
) -> int:
    """Print the trail of *record* (an id, a path; None: of everything), or what one account did to it.

    With *limit* only its last events. 0, or :class:`Trouble`.
    """
    if record is None and by is None:
        raise Trouble(
            "cli.log-of-what",
            Bilingual("没有说要看什么", "it was not said whose trail is wanted"),
            Bilingual(
                "写项目编号、单位、字段或条款，或 --by 账号",
                "name a project, a unit, a field or a sentence, or --by ACCOUNT",
            ),
        )
    if limit is not None and limit < 1:
        raise Trouble(
            "cli.bad-limit",
            Bilingual(f"--limit {limit} 不是正整数", f"--limit {limit} is not a positive number"),
            Bilingual("写成 --limit 10 这样", "write it like --limit 10"),
        )
    name = _name(root, record) if record is not None else ""
    uncommitted: list[str] = []
    rules: dict[str, str] = {}
    requests: dict[str, str] = {}
    void: set[tuple[str, str, str]] = set()
    try:
        git = Git(root)
        try:
            paths = _standing(root, name) if name else set()
            events = _events(root, name, paths)
            if by is not None:
                events = by_account(git, events, by)
                paths &= {event.path for event in events}
            paths |= {event.path for event in events}
            uncommitted = _uncommitted(git, paths)
            rules = rules_at(git, (event.commit for event in events))
            requests = requests_of(git, (event.commit for event in events))
            void = _void(git, events) if format == "text" else void
        finally:
            git.close()
    except GitProblem as problem:
        if problem.code.id in ("history.no-such-record", "history.no-commits") and (new := _standing(root, name)):
            events, uncommitted = [], sorted(new)
        else:
            raise Trouble.of(problem) from None
    shown = events if limit is None else events[-limit:]
    name = "  ".join(word for word in (name, by) if word)
    if format == "json":
        _write_json(name, shown, len(events) - len(shown), uncommitted, rules, requests, out)
    else:
        places = sorted({event.path for event in shown} | set(uncommitted))
        titles = _titles(root, places, events)
        notes = Notes(rules, requests, checked(events, lang, titles, void))
        _write_text(root, name, shown, len(events) - len(shown), uncommitted, lang, out, titles, notes)
    return 0


def _events(root: Path, name: str, paths: set[str]) -> list[Event]:
    """The trail of what *name* means; of everything where it is empty. *paths* are its files in the working tree."""
    if not name:
        return everything(root)
    chosen = None if name.endswith(".yaml") or (paths and not _is_unit(paths)) else selected(root, name)
    return list(record_trail(root, name)) if chosen is None else chosen


def _name(root: Path, record: str) -> str:
    """An id as it is; a path, from the root or from here, as a path of the instance; a name as the id of what bears it."""
    if not record.endswith(".yaml"):
        return record if record.isascii() or not (root / "registry").is_dir() else _called(root, record)
    for base in (root, Path.cwd()):
        file = Path(os.path.abspath(base / record))
        if file.is_relative_to(root) and (file.exists() or base == root):
            inside = file.relative_to(root).as_posix()
            if file.exists() or type_of_path(inside) is not None:
                return inside
    return record


def _called(root: Path, name: str) -> str:
    """The id of the one project or body of that name or with it in its name, which a body may have had before.

    *name* itself where there is none, or more than one.
    """
    from zongmu.cli.session import registry_at

    registry = registry_at(root)
    names = [
        (said, record.id)
        for kind in ("project", "organization")
        for record in registry.of_type(kind)
        for said in _names(record.plain or {})
    ]
    found = {id for said, id in names if said == name} or {id for said, id in names if name in said}
    return found.pop() if len(found) == 1 else name


def _names(record: Mapping[str, Any]) -> list[str]:
    """What a record calls its subject, and once called it."""
    former = record.get("former_names", ())
    rows = former if isinstance(former, list | tuple) else ()
    said = (record.get("name"), *(row.get("name") for row in rows if isinstance(row, Mapping)))
    return [name for name in said if isinstance(name, str)]


def _standing(root: Path, name: str) -> set[str]:
    """The files of the working tree that *name* means, committed or not."""
    if name.endswith(".yaml"):
        return {name} if (root / name).is_file() and type_of_path(name) is not None else set()
    found = set()
    for file in (root / "registry").rglob(glob.escape(name.rsplit("/", 1)[-1]) + ".yaml"):
        path = file.relative_to(root).as_posix()
        kind = type_of_path(path)
        if kind is not None and kind.id_from_path(path) == name:
            found.add(path)
    return found


def _is_unit(paths: Iterable[str]) -> bool:
    return all(path.startswith("registry/organizations/") for path in paths)


def _uncommitted(git: Git, paths: Iterable[str]) -> list[str]:
    """Those of *paths* whose file is not what the last commit holds. Line ends of Windows are no difference."""
    if git.is_bare():
        return []
    from zongmu.history.raw import blobs_at

    asked = sorted(paths)
    head = git.resolve("HEAD")
    out = []
    for path, blob in zip(asked, blobs_at(git, [(head, path) for path in asked]), strict=True):
        file = git.root / path
        there = file.read_bytes().replace(b"\r\n", b"\n") if file.is_file() and not file.is_symlink() else None
        committed = git.blob(blob).replace(b"\r\n", b"\n") if blob is not None else None
        if there != committed:
            out.append(path)
    return out


def _void(git: Git, events: Sequence[Event]) -> set[tuple[str, str, str]]:
    """Record, milestone and digest of every sign-off among *events* whose act reads otherwise in the last commit."""
    rows = [
        (event.record, str(row.value("of")), str(row.value("digest")))
        for event in events
        if event.type == "endorsements"
        for row in event.rows()
        if row.kind == "added" and row.path.startswith("endorsements/")
    ]
    if not rows:
        return set()
    from zongmu.history.raw import blobs_at
    from zongmu.model.fields.digest import digest_now
    from zongmu.trust.authority.rows import read_project

    head = git.resolve("HEAD")
    paths = {event.record: event.path for event in events if event.type == "project"}
    blobs = blobs_at(git, [(head, path) for path in paths.values()])
    projects = {id: read_project(git.blob(blob)) for id, blob in zip(paths, blobs, strict=True) if blob is not None}
    return {row for row in rows if row[0] in projects and digest_now(projects[row[0]], row[1]) != row[2]}


# --- output -------------------------------------------------------------------------------------------------------


def _write_json(
    name: str,
    events: Sequence[Event],
    left_out: int,
    uncommitted: list[str],
    rules: dict[str, str],
    requests: dict[str, str],
    out: TextIO,
) -> None:
    data: dict[str, Any] = {
        "record": name,
        "uncommitted": uncommitted,
        "left_out": left_out,
        "events": [
            _as_data(event) | {"rules": rules.get(event.commit), "request": requests.get(event.commit)}
            for event in events
        ],
    }
    out.write(dump(data))


def _as_data(event: Event) -> dict[str, Any]:
    """An event as JSON, without what must not be repeated; who committed it stays, address and all."""
    data = event.as_data()
    persons = data.get("persons")
    shown: dict[str, Any] = masked(data)
    if persons:
        shown["persons"] = persons | {"subject": masked(persons.get("subject"))}
    return shown


def _write_text(
    root: Path,
    name: str,
    events: Sequence[Event],
    left_out: int,
    uncommitted: list[str],
    lang: str,
    out: TextIO,
    titles: Titles,
    notes: Notes,
) -> None:
    zh = lang == "zh"
    places = sorted({event.path for event in events} | set(uncommitted))
    records = dict.fromkeys(event.record for event in events)
    one = len(records) < 2
    title = next((t for path in places if one and isinstance(t := _read(root, path).get("name"), str)), "")
    out.write(printable("  ".join(sayable(part) for part in (name, title) if part)) + "\n")
    if one:
        for path in places:
            out.write(f"{safe_path(path)}\n")
    else:
        out.write(f"涉及 {len(records)} 份记录\n" if zh else f"{len(records)} records\n")
    for path in map(safe_path, uncommitted):
        out.write(
            f"注意：{path} 有尚未提交的改动，不在下面\n"
            if zh
            else f"note: {path} has changes that are not committed; they are not below\n"
        )
    if left_out:
        out.write(f"较早的 {left_out} 次变更未列出\n" if zh else f"{left_out} earlier events are not shown\n")
    out.write("\n")
    if not events and not uncommitted:
        out.write("没有这样的变更\n" if zh else "there is no such change\n")
    for line in trail_lines(events, lang, titles, notes, name_records=not one):
        out.write(line + "\n")


def _titles(root: Path, paths: Sequence[str], events: Iterable[Event]) -> Titles:
    """What the measures of the records' cities call codes, and what the organizations in *events* are called.

    As they stand in the files, which are only read and never run: the trail of a repository can be read without
    trusting its checks. What cannot be read is shown by its code.
    """
    cities = {jurisdiction_of(path) for path in paths}
    codes: dict[str, dict[str, Bilingual]] = {}
    kinds: dict[str, Bilingual] = {}
    for row in _rows(_read(root, BY_NAME["instance"].example).get("jurisdictions")):
        measures = row.get("measures") if row.get("id") in cities else None
        for measure in measures if isinstance(measures, list) else ():
            law = _read(root, f"checks/{measure}/measure.yaml") if str(measure).isidentifier() else {}
            for name, table in (*_mapping(law.get("codes")).items(), ("role", law.get("roles"))):
                for code, title in _mapping(table).items():
                    _note(codes.setdefault(name, {}), code, title)
            for kind, use in _mapping(law.get("milestones")).items():
                _note(kinds, kind, _mapping(use).get("title"))
    organizations: dict[str, Bilingual] = {}
    for reference in _references(events):
        record = _read(root, f"registry/organizations/{reference}.yaml")
        if isinstance(title := record.get("name"), str):
            english = record.get("name_en")
            organizations[reference] = Bilingual(title, english if isinstance(english, str) else title)
    return Titles(codes, kinds, organizations)


def _references(events: Iterable[Event]) -> set[str]:
    """The values that may refer to an organization."""
    found = set()
    for event in events:
        for change in (*event.changes, *event.dropped):
            for value in (change.before, change.after):
                for one in value if isinstance(value, list) else (value,):
                    if isinstance(one, str) and REFERENCE.fullmatch(one):
                        found.add(one)
    return found


def _read(root: Path, path: str) -> dict[str, Any]:
    try:
        return _mapping(parse(WorkTree(root).read(path), path).value)
    except OSError:
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _note(table: dict[str, Bilingual], code: str, title: Any) -> None:
    if isinstance(title, dict) and isinstance(title.get("zh"), str) and isinstance(title.get("en"), str):
        table.setdefault(code, Bilingual(title["zh"], title["en"]))
