"""``zongmu new`` and ``record``: how a project's file begins and grows, from flags or from questions."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.proposing import Desk, desk_at, jurisdiction_in, projects_by_name, settle
from zongmu.cli.recording.asking import Asker, how_written
from zongmu.cli.session import no_such_project, parse_day, project_path
from zongmu.cli.trouble import Trouble, trouble, unreadable
from zongmu.exchange.field_values import Vocabulary, code_for, field_parts, put, read_value, slot_at, vocabulary_of
from zongmu.exchange.given_ids import free_ids
from zongmu.exchange.next_steps import NextStep, act_class, next_steps, slots_of
from zongmu.exchange.schemas.code_lists import codes_of
from zongmu.exchange.tables.cell_values import Unreadable
from zongmu.model.acts.kinds import KINDS
from zongmu.model.derived.views import View
from zongmu.model.finding import Bilingual
from zongmu.model.record_types import BY_NAME, RecordType
from zongmu.model.records.project import Project
from zongmu.store.editing import emit
from zongmu.store.editing.canonical import ordered, written
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.fitting.shapes import Group, Listing, Slot, slots
from zongmu.store.registry import LoadedRecord

PROJECT = BY_NAME["project"]
OPTIONS = ("name", "owner")
"""Fields that ``zongmu new`` has an option for."""
ASKED = ("name", "owner", "level", "class", "nature", "path", "summary")
"""What ``zongmu new`` asks for at a terminal: who, what, and what decides the course of approval."""


def words_for(desk: Desk, jurisdiction: str) -> Vocabulary:
    """What words may stand for in a jurisdiction."""
    city = desk.world.instance.jurisdiction(jurisdiction)
    assert city is not None
    return vocabulary_of(desk.registry, codes_of(desk.root, jurisdiction, city.measures))


def all_words(desk: Desk) -> dict[str, Vocabulary]:
    """What words may stand for, by jurisdiction."""
    return {j.id: words_for(desk, j.id) for j in desk.world.instance.jurisdictions}


def assignments(pairs: Iterable[str]) -> list[tuple[list[str], str]]:
    """``field=value`` words, each as the parts of its field and its text. Raises :class:`Trouble`."""
    out = []
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name.strip() or not text.strip():
            raise trouble(
                "cli.bad-assignment",
                f"“{pair}”不是 字段=值",
                f"{pair!r} is not FIELD=VALUE",
                "写成 --set total=480.5万元 这样",
                "write it like --set total=480.5万元",
            )
        out.append((name.strip().split("/"), text.strip()))
    return out


def assign(
    data: dict[str, Any], cls: Any, pairs: Iterable[str], words: Vocabulary, given: Collection[str] = ()
) -> None:
    """Puts every ``field=value`` into *data*, understood as the field takes it. Raises :class:`Trouble`.

    *given*: fields that have an option of their own, which is then what to put right.
    """
    for written_as, text in assignments(pairs):
        parts = field_parts(cls, written_as)
        name = "/".join(parts)
        try:
            put(data, parts, read_value(text, slot_at(cls, parts), words))
        except Unreadable as why:
            option = f"--{name} " if name in given else f"--set {name}="
            hint = how_written(cls, parts)
            raise trouble(
                "cli.bad-value",
                why.zh,
                why.en,
                f"改正 {option}…{f'（{hint[0]}）' if hint else ''}",
                f"put {option}… right{f' ({hint[1]})' if hint else ''}",
                where=name,
            ) from None


def project_of(desk: Desk, id: str) -> LoadedRecord:
    """The project with that id or name, or in the file at that path. Raises :class:`Trouble` where there is none, or its file is wrong."""
    found = desk.registry.records.get(project_path(desk.registry, id))
    if found is None or found.type.name != "project":
        raise no_such_project(desk.registry, id)
    if not isinstance(found.model, Project) or found.data is None:
        raise trouble(
            "cli.project-not-sound",
            f"{id} 的文件有误，不能由程序添写",
            f"the file of {id} has defects; no program can add to it",
            f"先运行 zongmu check {found.path} 并改正",
            f"run zongmu check {found.path} first and put it right",
            where=found.path,
        )
    return found


def editor_of(found: LoadedRecord, root: Path) -> Editor:
    """What edits the file of *found*. Raises :class:`Trouble`."""
    assert found.data is not None
    try:
        return Editor(root / found.path, found.data)
    except EditError as problem:
        raise Trouble.of(problem, found.path) from None


# --- new -------------------------------------------------------------------------------------------------------------


def run_new(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Begin a project: the next free id, a file in the folder of its unit."""
    desk = desk_at(root)
    asks = args.ask or (sys.stdin.isatty() and not (args.name and args.owner))
    jurisdiction = _jurisdiction(desk, args, asks, out)
    words = words_for(desk, jurisdiction)
    data: dict[str, Any] = {"format": 1, "id": "", "jurisdiction": jurisdiction}
    assign(data, Project, [f"{k}={v}" for k in OPTIONS if (v := getattr(args, k))], words, OPTIONS)
    assign(data, Project, args.set, words)
    if asks:
        asker = Asker(sys.stdin, out, args.lang, words)
        for name in ASKED:
            slot = slots(Project)[name]
            if name not in data and (words.codes_for(slot) or name in ("name", "owner", "summary")):
                value = asker.field(slot, needed=name in ("name", "owner"))
                if value is not None:
                    data[name] = value
    for name in ("name", "owner"):
        if name not in data:
            raise trouble(
                "cli.field-needed",
                f"缺少{slots(Project)[name].title.zh}",
                f"{slots(Project)[name].title.en} is missing",
                f"加上 --{name}，或用 --ask 逐项回答",
                f"add --{name}, or answer questions with --ask",
            )
    data.setdefault("secrecy", "none")
    if not args.again:
        _refuse_twin(desk, data["name"], data["owner"])
    year = args.year if args.year is not None else desk.world.asof.year
    data["id"] = next(free_ids(desk.registry, jurisdiction, year))
    path = f"registry/projects/{jurisdiction}/{str(data['owner']).partition('/')[2]}/{data['id']}.yaml"
    header = (f"# yaml-language-server: $schema=../../../../schema/{jurisdiction}/project.schema.json",)
    text = new_file(data, PROJECT, header)
    zh = args.lang == "zh"
    code = settle(desk, {path: text.encode()}, args.lang, out, dry_run=args.dry_run)
    if not args.dry_run and (root / path).is_file():
        out.write(f"{'登记号：' if zh else 'id: '}{data['id']}\n")
        out.write(f"{'下一步：' if zh else 'next: '}zongmu record {data['id']}\n")
    return code


def new_file(data: Mapping[str, Any], record_type: RecordType, header: tuple[str, ...]) -> str:
    """The text of a record that begins. Raises :class:`Trouble`."""
    try:
        return written(data, record_type, header)
    except emit.Unwritable as why:
        raise trouble(
            "cli.unwritable",
            "含有不能写入的字符",
            f"holds what cannot be written: {why}",
            "去掉控制字符",
            "take control characters out",
        ) from None


def _refuse_twin(desk: Desk, name: str, owner: str) -> None:
    """Raises :class:`Trouble` where the unit has a project of that name: it was begun before, perhaps by a run that was cut short."""
    found = projects_by_name(desk).get((name, owner))
    if found is not None:
        raise trouble(
            "cli.begun-already",
            f"{owner} 已有同名项目 {found.id}（{found.path}）",
            f"{owner} has a project of that name: {found.id} ({found.path})",
            f"接着登记：zongmu record {found.id}；确是另一个项目的，换一个名称，或加 --again",
            f"go on with it: zongmu record {found.id}; if this is another project, choose another name, or add --again",
        )


def _jurisdiction(desk: Desk, args: argparse.Namespace, asks: bool, out: TextIO) -> str:
    cities = {j.id: Bilingual(j.name, j.name_en or j.name) for j in desk.world.instance.jurisdictions}
    given = args.jurisdiction or ((args.owner or "").partition("/")[0] if "/" in (args.owner or "") else None)
    if given is None and len(cities) > 1 and asks:
        given = Asker(sys.stdin, out, args.lang, Vocabulary()).choose(Bilingual("辖区", "Jurisdiction"), cities)
    return jurisdiction_named(desk, given)


def jurisdiction_named(desk: Desk, given: str | None) -> str:
    """The jurisdiction *given*, or the only one there is. Raises :class:`Trouble`."""
    return jurisdiction_in(desk.world.instance, given)


# --- record ----------------------------------------------------------------------------------------------------------


def run_record(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Record a milestone of a project; without one, say which may come next."""
    desk = desk_at(root)
    found = project_of(desk, args.project)
    assert isinstance(found.model, Project)
    jurisdiction = found.model.jurisdiction
    measure = desk.measure(jurisdiction)
    words = words_for(desk, jurisdiction)
    view = View(found.model)
    steps = next_steps(view, measure, desk.world.asof)
    asks = args.ask or (sys.stdin.isatty() and not args.set and args.date is None)
    kind = args.milestone
    if kind is None and not asks:
        _list_steps(steps, args.lang, out)
        return 0
    if kind is None:
        offered = {s.kind: s.title for s in steps}
        first = sum(s.leads_on for s in steps)
        kind = Asker(sys.stdin, out, args.lang, words).choose(Bilingual("里程碑", "Milestone"), offered, first or None)
    kind = _kind(kind, words)
    fields = slots_of(kind)
    item: dict[str, Any] = {"kind": kind}
    if args.date is not None:
        item["date"] = str(parse_day(args.date))
    family = act_class(kind)
    assign(item, family, args.set, words)
    _documents(item, args.document, words, fields)
    if asks:
        asker = Asker(sys.stdin, out, args.lang, words)
        needs = next((s.needs for s in steps if s.kind == kind), ("date",))
        for name in needs:
            slot = fields.get(name)
            if slot is None or name in item or (isinstance(slot.node, Group) and slot.node.tagged):
                continue
            if isinstance(slot.node, Listing) and isinstance(slot.node.item, Group):
                continue  # rows are given with --set or --document
            value = asker.field(slot, needed=slot.required)
            if value is not None:
                item[name] = value
    if "date" not in item:
        raise trouble(
            "cli.field-needed", "缺少日期", "the day is missing", "加上 --date 2026-03-01", "add --date 2026-03-01"
        )
    taken = [m.seq or 1 for m in found.model.milestones if m.kind == kind]
    if taken and "seq" not in item:
        item["seq"] = max(taken) + 1
    editor = editor_of(found, root)
    try:
        editor.append(["milestones"], ordered(item, family))
    except EditError as problem:
        raise Trouble.of(problem, found.path) from None
    return settle(desk, {found.path: editor.text().encode()}, args.lang, out, dry_run=args.dry_run)


def _kind(text: str, words: Vocabulary) -> str:
    titles = words.lists["milestone_kind"]
    if text in KINDS:
        return text
    try:
        return code_for(text, titles, Bilingual("里程碑种类", "Kind of milestone"))
    except Unreadable as why:
        raise trouble(
            "cli.no-such-kind",
            why.zh,
            why.en,
            "运行 zongmu record 项目 可列出接下来的里程碑",
            "zongmu record PROJECT lists what may come next",
        ) from None


def _documents(item: dict[str, Any], given: Iterable[str], words: Vocabulary, fields: Mapping[str, Slot]) -> None:
    """``--document KIND`` or ``KIND=FILE``: a paper, with the digest of its file."""
    for text in given:
        name, _, file = text.partition("=")
        slot = Slot("documents", Bilingual("文件种类", "Document kind"), fields["kind"].node, False, "document")
        titles = words.lists.get("document", {})
        try:
            row: dict[str, Any] = {"kind": code_for(name, titles, slot.title) if titles else name}
        except Unreadable as why:
            raise trouble("cli.bad-value", why.zh, why.en, "改正 --document", "put --document right") from None
        if file:
            try:
                row["sha256"] = hashlib.sha256(Path(file).read_bytes()).hexdigest()
            except OSError as why:
                raise unreadable(file, why) from None
        rows = item.setdefault("documents", [])
        same = sum(r["kind"] == row["kind"] for r in rows)
        rows.append({**row, "seq": same + 1} if same else row)


def _list_steps(steps: list[NextStep], lang: str, out: TextIO) -> None:
    zh = lang == "zh"
    for leads_on in (True, False):
        some = [s for s in steps if s.leads_on is leads_on]
        if not some:
            continue
        out.write(
            ("下一阶段\n" if leads_on else "也可以登记\n")
            if zh
            else ("next stage\n" if leads_on else "also possible\n")
        )
        for s in some:
            times = f"（{'已有' if zh else 'recorded'} {s.recorded}）" if s.recorded else ""
            by = f"  {'须签认：' if zh else 'to be confirmed by: '}{s.confirmed_by}" if s.confirmed_by else ""
            out.write(f"  {s.kind}  {s.title.pick(lang)}{times}  [{', '.join(s.needs)}]{by}\n")
