"""What ``zongmu log`` is asked about: a record, a unit, a field, a sentence of the law; and by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from zongmu.cli.auditing.accounts import addresses
from zongmu.cli.trouble import Trouble
from zongmu.history.changes import FieldChange
from zongmu.history.event import Event
from zongmu.history.fields import root as fields_of
from zongmu.history.raw import objects_at
from zongmu.history.trail import trail
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import jurisdiction_of
from zongmu.model.records.project import Project
from zongmu.store.fitting.shapes import all_classes
from zongmu.store.git.asking import Git
from zongmu.store.kept.cache import Cache

_CLAUSE: Final = re.compile(r"[A-Z]{2,6}-[0-9]+(?:[ (].*)?")
_REQUEST: Final = re.compile(
    rb"(?m)"
    rb"^See merge request (\S{0,120}![0-9]{1,7})$"  # GitLab, in the body of a merge
    rb"|\AMerge pull request (#[0-9]{1,7}) from "  # GitHub, of a merge
    rb"|\A[^\n]*\(([#!][0-9]{1,7})\)(?: from \S+ into \S+)?$"  # squashed; Gitea, of a merge
    rb"|\A(![0-9]{1,7}) "  # Gitee
)
"""How forges name a merge request in the message of what they land. Any other number in a message is not one."""
_UNIT: Final = re.compile(r"[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*")
_FIELD: Final = re.compile(r"[a-z_]+(?:/[A-Za-z0-9_.-]+)*")
_PARTIES: Final = ("owner", "builder", "demand", "user", "lead", "operator", "implementing_body")


def selected(root: Path, what: str) -> list[Event] | None:
    """The events of a unit's projects, of a field, or of a sentence; None where *what* must be a record."""
    if _CLAUSE.fullmatch(what):
        wanted, cities = _of_clause(root, what)
        return list(_changes((e for e in _whole(root) if jurisdiction_of(e.path) in cities), wanted))
    if _UNIT.fullmatch(what) and (root / f"registry/organizations/{what}.yaml").is_file():
        return _of_unit(root, what)
    field, _, _ = what.partition("/")
    if _FIELD.fullmatch(what) and fields_of("project").child(field, {}).known:
        return list(_changes(_whole(root), lambda change: change.path == what or change.path.startswith(what + "/")))
    return None


def _whole(root: Path) -> Iterator[Event]:
    return trail(root, cache=Cache.of(root))


def everything(root: Path) -> list[Event]:
    """Every event of every record."""
    return list(_whole(root))


def by_account(git: Git, events: Sequence[Event], account: str) -> list[Event]:
    """Those of *events* that an account authored, or in which it signed something off.

    *account* is an id of ``trust/keys.yaml``, an e-mail address, or a name as commits have it. An account is known by
    every address that any version of the list gave it. Raises :class:`Trouble` where nobody of that name is known.
    """
    named = {account, *addresses(git).get(account, ())}

    def mine(event: Event) -> bool:
        people = [event.recorder, *(one.recorder for one in event.contributions)]
        return any(p is not None and not named.isdisjoint((p.email, p.author)) for p in people) or any(
            change.after == account and change.path.endswith("/by") for change in event.changes
        )

    found = [event for event in events if mine(event)]
    if not found and len(named) == 1 and not git.run("log", "-1", "--fixed-strings", f"--author={account}", "HEAD"):
        from difflib import get_close_matches

        authors = {name for e in events if (p := e.recorder) is not None for name in (p.author, p.email)}
        near = "、".join(get_close_matches(account, sorted(authors), n=3, cutoff=0.4))
        raise Trouble(
            "cli.no-such-account",
            Bilingual(f"没有账号 {account} 的记录", f"nothing was recorded by {account}"),
            Bilingual(
                "写 trust/keys.yaml 里的账号、提交邮箱或作者名" + (near and f"；相近的有：{near}"),
                "write an account of trust/keys.yaml, an e-mail address or an author's name"
                + (near and f"; near ones: {near}"),
            ),
        )
    return found


def _of_unit(root: Path, unit: str) -> list[Event]:
    """The events of every project that the unit ever was a party of, and of the unit's own record."""
    jurisdiction, _, slug = unit.partition("/")
    folder = f"registry/projects/{jurisdiction}/{slug}/"
    own = f"registry/organizations/{unit}.yaml"
    events = everything(root)
    wanted = {event.record for event in events if event.path.startswith(folder)}
    for event in events:
        if event.type == "project" and any(c.path in _PARTIES and unit in (c.before, c.after) for c in event.changes):
            wanted.add(event.record)
    return [event for event in events if event.record in wanted or event.path == own]


def _changes(events: Iterable[Event], wanted: Callable[[FieldChange], bool]) -> Iterator[Event]:
    """The events that have a wanted change, with nothing but those."""
    for event in events:
        kept = tuple(change for change in event.changes if wanted(change))
        if kept:
            rows = frozenset(change.row for change in kept)
            yield replace(
                event, changes=kept, rows_added=event.rows_added & rows, rows_removed=event.rows_removed & rows
            )


def _of_clause(root: Path, clause: str) -> tuple[Callable[[FieldChange], bool], set[str]]:
    """Whether a change is of a field that the sentence asks for, or of a row that names it or a rule that cites it.

    And the cities whose law has the sentence. Raises :class:`Trouble` where no measure has it.
    """
    from zongmu.cli.session import checks_at, registry_at
    from zongmu.store.registry import load

    measures = checks_at(root).measures
    ours = {id for id, one in measures.items() if any(_within(at, clause) for at in one.measure.sentences)}
    if not ours:
        known = "、".join(f"{one.measure.prefix}-1、{one.measure.prefix}-1 p1 s1" for one in measures.values()) or "—"
        raise Trouble(
            "cli.no-such-sentence",
            Bilingual(f"checks/ 的办法里没有 {clause}", f"no measure in checks/ has {clause}"),
            Bilingual(f"条款写成这样：{known}", f"sentences are written like this: {known}"),
        )
    instance = registry_at(root, load_with=lambda tree: load(tree, paths=())).instance
    cities = {city.id for city in instance.jurisdictions if ours.intersection(city.measures)} if instance else set()
    names = _fields_of(clause)
    rules = {rule.id for id in ours for rule in measures[id].rules if any(_within(cite, clause) for cite in rule.cites)}

    def wanted(change: FieldChange) -> bool:
        section = change.path.split("/", 1)[0]
        if section in ("waivers", "reasons", "acknowledgements") and change.path.endswith(("/of", "/code")):
            return change.after in rules or _within(str(change.after), clause)
        below = change.path.removeprefix(change.row + "/") if change.row else change.path
        return (section if change.row else "", below.split("/", 1)[0]) in names

    return wanted, cities


def _fields_of(clause: str) -> set[tuple[str, str]]:
    """``(list, field)`` of every field of a project that the model traces to the sentence."""
    out = set()
    for path, cls in all_classes(Project):
        for attribute, info in cls.model_fields.items():
            extra = info.json_schema_extra
            cited = str(extra.get("x-clause", "")) if isinstance(extra, dict) else ""
            if any(_within(part.strip(), clause) for part in cited.split(",")):
                out.add((path.split("/", 1)[0] if path else "", info.alias or attribute))
    return out


def _within(cite: str, clause: str) -> bool:
    """Whether an address is *clause* or a part of it: ``AB-2 p1 s1`` is within ``AB-2``, ``AB-23`` is not."""
    return cite == clause or (cite.startswith(clause) and cite[len(clause)] in " (")


def rules_at(git: Git, commits: Iterable[str]) -> dict[str, str]:
    """The version of ``checks/`` (its tree's id) at each commit that has one."""
    asked = list(dict.fromkeys(commits))
    trees = objects_at(git, [(commit, "checks") for commit in asked], "tree")
    return {commit: tree for commit, tree in zip(asked, trees, strict=True) if tree is not None}


def requests_of(git: Git, commits: Iterable[str]) -> dict[str, str]:
    """The merge request that each commit says it came by, in the words in which forges write it."""
    asked = list(dict.fromkeys(commits))
    out = {}
    for commit, raw in zip(asked, git.objects(asked, "commit"), strict=True):
        found = _REQUEST.search(raw.partition(b"\n\n")[2])
        if found is not None:
            out[commit] = next(part for part in found.groups() if part).decode("utf-8", "replace")
    return out
