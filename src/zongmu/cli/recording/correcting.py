"""``zongmu correct``: a value that was wrongly written, or a whole act, with the row that keeps the old one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.proposing import Desk, desk_at, settle
from zongmu.cli.recording.asking import Asker
from zongmu.cli.recording.entering import editor_of, project_of, words_for
from zongmu.cli.session import parse_day
from zongmu.cli.trouble import Trouble, trouble
from zongmu.exchange.field_values import Vocabulary, field_parts, read_value
from zongmu.exchange.next_steps import act_class
from zongmu.exchange.tables.cell_values import Unreadable
from zongmu.model.acts.kinds import KINDS
from zongmu.model.base import Strict
from zongmu.model.fields.change import change_classes, row_and_field
from zongmu.model.fields.leaves import locate
from zongmu.model.finding import Bilingual
from zongmu.model.records.project import SERIES, Project
from zongmu.report.terminal import printable
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.fitting.shapes import Group, Leaf, Listing, Slot, slots
from zongmu.store.fitting.wording import field_path, near, perhaps


def run_correct(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Correct a value that was wrongly written, with the row that keeps the old one; state is simply changed."""
    desk = desk_at(root)
    found = project_of(desk, args.project)
    assert isinstance(found.model, Project)
    plain = found.plain
    assert plain is not None
    words = words_for(desk, found.model.jurisdiction)
    path = _full_path(args.field, plain, words)
    top = path.split("/", 1)[0]
    change = change_classes(Project).get(top, "state")
    if top == "corrections" or change == "frozen":
        raise trouble(
            "cli.not-correctable",
            f"{top} 不能更正",
            f"{top} cannot be corrected",
            "登记号、辖区和更正行一经登记不再改动；误登的里程碑用 --void 作废",
            "ids, jurisdiction and correction rows never change; a milestone recorded by mistake is made void with --void",
        )
    pointer, whole = locate(plain, path, SERIES)
    editor = editor_of(found, root)
    row, leaf = row_and_field(path)
    try:
        if args.void:
            _void(editor, desk, args, plain, row, leaf, whole)
        else:
            slot = _slot(plain, pointer, path, whole)
            old = _at(plain, pointer) if whole else None
            value = _new_value(args, slot, words, old, out, needs_reason=change == "fact")
            if old == value:
                raise trouble(
                    "cli.no-change", "新值与原值相同", "the new value is the old one", "核对新值", "check the value"
                )
            target = pointer if whole else (*pointer, path.rsplit("/", 1)[-1])
            if change == "fact":
                if (not leaf and "/" in path) or isinstance(old, (dict, list)):
                    raise trouble(
                        "cli.not-a-leaf",
                        f"{args.field} 不是一个值",
                        f"{args.field} is no single value",
                        "写到具体的字段，如 contract_signed/2/amount；整条误登用 --void",
                        "name the very field, like contract_signed/2/amount; a whole row by mistake: --void",
                    )
                editor.set(target, value)
                if whole:
                    of = {"of": row, "field": leaf} if leaf else {"of": row}
                    _add_row(editor, desk, args, plain, {**of, "was": _word(old)})
            else:
                editor.set(target, value)
    except Unreadable as why:
        raise trouble(
            "cli.bad-value",
            why.zh,
            why.en,
            f"核对字段和 --value；zongmu show {found.id} 看现有内容",
            f"check the field and --value; zongmu show {found.id} shows what there is",
            where=args.field,
        ) from None
    except EditError as problem:
        raise Trouble.of(problem, found.path) from None
    return settle(desk, {found.path: editor.text().encode()}, args.lang, out, dry_run=args.dry_run)


def _new_value(
    args: argparse.Namespace, slot: Slot, words: Vocabulary, old: Any, out: TextIO, *, needs_reason: bool
) -> Any:
    """The new value, and into *args* the reason: from the flags, else asked for at a terminal.

    Raises :class:`Unreadable`, :class:`Trouble`.
    """
    if args.value is not None:
        return read_value(args.value, slot, words)
    if not sys.stdin.isatty():
        raise trouble("cli.field-needed", "缺少新值", "the new value is missing", "加上 --value", "add --value")
    asker = Asker(sys.stdin, out, args.lang, words)
    out.write(f"{'原为' if args.lang == 'zh' else 'it was'} {printable(_word(old)) if old is not None else '—'}\n")
    value = asker.field(slot, needed=True)
    if needs_reason and old is not None and not args.reason:
        args.reason = asker.field(Slot("reason", Bilingual("理由", "Reason"), Leaf(str), True, None), needed=True)
    return value


def _full_path(text: str, plain: dict[str, Any], words: Vocabulary) -> str:
    """A path from the root: ``contract_signed/2/amount`` is one of ``milestones``; 签订合同/2/合同金额 is the same."""
    parts = text.strip("/").split("/")
    if parts[0] not in plain:
        parts[:1] = field_parts(Project, parts[:1])
    if parts[0] not in slots(Project):
        titles = words.lists["milestone_kind"]
        named = [code for code, t in titles.items() if parts[0] in (code, t.zh, t.en)]
        parts[:1] = ["milestones", named[0]] if named else parts[:1]
    if len(parts) == 1 or parts[0] not in slots(Project):
        return "/".join(parts)
    node = slots(Project)[parts[0]].node
    cls: type[Strict] = Project
    if parts[0] == "milestones":
        cls = act_class(parts[1]) if parts[1] in KINDS else cls
    elif isinstance(node, Listing) and isinstance(node.item, Group):
        cls = node.item.classes[0]
    return "/".join([*parts[:-1], *field_parts(cls, parts[-1:])])


def _slot(plain: dict[str, Any], pointer: tuple[str | int, ...], path: str, whole: bool) -> Slot:
    """The field at *pointer*, or the one that would be added there. Raises :class:`Unreadable`."""
    node: Any = Group((Project,))
    slot: Slot | None = None
    data: Any = plain
    for part in pointer:
        if isinstance(node, Listing):
            node = node.item
        elif isinstance(node, Group):
            owner = node.of_kind(data.get("kind") if isinstance(data, dict) else None) or node.classes[0]
            slot = slots(owner)[str(part)]
            node = slot.node
        data = data[part]
    if whole and slot is not None:
        return slot
    last = path.rsplit("/", 1)[-1]
    known: Mapping[str, Slot] = {}
    if isinstance(node, Group) and path.count("/") in (0, len(_written_parts(pointer, plain))):
        known = slots(node.of_kind(data.get("kind") if isinstance(data, dict) else None) or node.classes[0])
        if last in known:
            return known[last]
    hint = perhaps([path.removesuffix(last).removeprefix("milestones/") + name for name in near(last, known)])
    raise Unreadable(f"没有 {path} 这个位置{hint.zh}", f"there is no place {path}{hint.en}")


def _written_parts(pointer: tuple[str | int, ...], plain: dict[str, Any]) -> list[str]:
    """The parts of the identity-based path of *pointer*."""
    return field_path(plain, pointer, SERIES).split("/") if pointer else []


def _at(data: Any, pointer: Iterable[str | int]) -> Any:
    for part in pointer:
        data = data[part]
    return data


def _word(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _void(
    editor: Editor, desk: Desk, args: argparse.Namespace, plain: dict[str, Any], row: str, leaf: str, whole: bool
) -> None:
    if leaf or not whole or row.split("/", 1)[0] not in KINDS:
        raise trouble(
            "cli.not-a-milestone",
            f"{args.field} 不是一条已登记的里程碑",
            f"{args.field} is no recorded milestone",
            "写里程碑键，如 contract_signed/2",
            "name its key, like contract_signed/2",
        )
    _add_row(editor, desk, args, plain, {"of": row})


def _add_row(editor: Editor, desk: Desk, args: argparse.Namespace, plain: dict[str, Any], row: dict[str, Any]) -> None:
    if not args.reason:
        raise trouble(
            "cli.reason-needed", "更正必须写明理由", "a correction needs its reason", "加上 --reason", "add --reason"
        )
    rows = plain.get("corrections", [])
    seq = max((r.get("seq", 0) for r in rows), default=0) + 1
    day = parse_day(args.date) or desk.world.asof
    editor.append(["corrections"], {"seq": seq, **row, "date": day.isoformat(), "reason": args.reason})
