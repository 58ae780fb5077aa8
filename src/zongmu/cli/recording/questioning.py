"""``zongmu question``: records a question from the public, or what became of one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TextIO

from zongmu.cli.proposing import desk_at, settle
from zongmu.cli.recording.asking import Asker
from zongmu.cli.recording.entering import assign, editor_of, project_of, words_for
from zongmu.cli.trouble import Trouble, trouble
from zongmu.model.base import Strict
from zongmu.model.finding import Bilingual
from zongmu.model.records.project import Project
from zongmu.model.records.question import Consulting, Deferral, Question, Reply
from zongmu.store.editing.canonical import ordered
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.fitting.shapes import slots

NEEDED = ("kind", "received", "text")
_OF: Final[Mapping[type[Strict], str]] = {Consulting: "consulting", Deferral: "extended", Reply: "reply"}
_ASKING = ("consulting", "征求意见")


def run_question(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Add a question to a project, or to the question of that number what is not recorded of it yet."""
    desk = desk_at(root)
    found = project_of(desk, args.project)
    assert isinstance(found.model, Project)
    words = words_for(desk, found.model.jurisdiction)
    data: dict[str, Any] = {}
    asking = [pair for pair in args.set if "/" in pair and pair.partition("/")[0].strip() in _ASKING]
    assign(data, Question, [pair for pair in args.set if pair not in asking], words)
    span: dict[str, Any] = {}
    assign(span, Consulting, [pair.partition("/")[2] for pair in asking], words)
    editor = editor_of(found, root)
    asks, asker = _asks(args), Asker(sys.stdin, out, args.lang, words)
    try:
        if args.number is None:
            taken = [q.seq for q in found.model.questions]
            data.setdefault("seq", max(taken, default=0) + 1)
            for name in NEEDED:
                if name not in data:
                    data[name] = asker.field(slots(Question)[name], needed=True) if asks else _lacking(name)
            if asks and not span:
                span = _group(asker, Consulting, "start", ("end",))
            if span:
                data["consulting"] = [ordered(span, Consulting)]
            editor.append(["questions"], ordered(data, Question))
        else:
            rows: list[Mapping[str, Any]] = (found.plain or {}).get("questions", [])
            at = next((n for n, row in enumerate(rows) if row.get("seq") == args.number), None)
            if at is None:
                raise trouble(
                    "cli.no-such-question",
                    f"{found.id} 没有第 {args.number} 件提问",
                    f"{found.id} has no question {args.number}",
                    "不写序号即登记新的一件",
                    "leave the number out to record a new one",
                )
            if asks:
                _ask_what_became(asker, rows[at], data, span)
            if not data and not span:
                raise trouble(
                    "cli.field-needed",
                    "没有给出要补登的字段",
                    "there is nothing to add",
                    "写 --set reply/date=2026-03-20 --set reply/text=答复要点 这样",
                    "write it like --set reply/date=2026-03-20 --set reply/text=TEXT",
                )
            _add(editor, ("questions", at), rows[at], ordered(data, Question))
            if span:
                _ask_others(editor, ("questions", at, "consulting"), rows[at], span)
    except EditError as problem:
        raise Trouble.of(problem, found.path) from None
    return settle(desk, {found.path: editor.text().encode()}, args.lang, out, dry_run=args.dry_run)


def _asks(args: argparse.Namespace) -> bool:
    return bool(args.ask or (sys.stdin.isatty() and not args.set))


def _ask_what_became(asker: Asker, row: Mapping[str, Any], data: dict[str, Any], span: dict[str, Any]) -> None:
    """Ask for what is neither recorded nor given: whether others were asked, the extension, the reply."""
    if not span:
        out = [one for one in row.get("consulting", []) if one.get("end") is None]
        if out:
            asker.out.write(f"  {slots(Consulting)['start'].title.pick(asker.lang)}: {out[0]['start']}\n")
        span.update(_group(asker, Consulting, "end", ()) if out else _group(asker, Consulting, "start", ("end",)))
    for name, cls, further in (
        ("extended", Deferral, ("until", "reason")),
        ("reply", Reply, ("number", "text", "ground")),
    ):
        if name not in row and name not in data and (given := _group(asker, cls, "date", further)):
            data[name] = given


def _group(asker: Asker, cls: type[Strict], first: str, further: tuple[str, ...]) -> dict[str, Any]:
    """The fields of *cls* that a person gave; nothing where the *first* is left open."""
    group = _OF[cls]
    known = {
        name: replace(slot, title=_below(slots(Question)[group].title, slot.title)) for name, slot in slots(cls).items()
    }
    given = {first: asker.field(known[first], needed=False)}
    if given[first] is None:
        return {}
    given |= {name: asker.field(known[name], needed=known[name].required) for name in further}
    return {name: value for name, value in given.items() if value is not None}


def _below(group: Bilingual, field: Bilingual) -> Bilingual:
    """What a field of a group is asked by: of what it is the day or the reason."""
    return Bilingual(f"{group.zh}·{field.zh}", f"{group.en}: {field.en}")


def _lacking(name: str) -> Any:
    title = slots(Question)[name].title
    raise trouble(
        "cli.field-needed",
        f"缺少{title.zh}",
        f"{title.en} is missing",
        f"加上 --set {name}=…，或用 --ask 逐项回答",
        f"add --set {name}=…, or answer questions with --ask",
    )


def _ask_others(
    editor: Editor, at: tuple[str | int, ...], question: Mapping[str, Any], span: Mapping[str, Any]
) -> None:
    """A new time in which others are asked; or, with its end alone, the end of the one that is out. Raises :class:`Trouble`."""
    if "start" in span:
        editor.append(at, ordered(span, Consulting))
        return
    out = [n for n, row in enumerate(question.get("consulting", [])) if row.get("end") is None]
    if len(out) != 1:
        field = f"questions/{question['seq']}/consulting/0/end"
        raise trouble(
            "cli.field-needed",
            "没有（或不止一次）还没有收回的征求意见，不知道收回的是哪一次",
            "not one, or more than one, asking of others is still out: which of them came back is not said",
            f"同时写 --set consulting/start=… 和 --set consulting/end=…；已登记的用 zongmu correct 更正，第一次的写作 {field}",
            f"give both --set consulting/start=… and --set consulting/end=…; zongmu correct puts a recorded one right, the first as {field}",
        )
    editor.set((*at, out[0], "end"), span["end"])


def _add(editor: Editor, at: tuple[str | int, ...], row: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    """Put *more* into a row. Raises :class:`Trouble` for what is recorded already: that is corrected, not written over."""
    for name, value in more.items():
        known = row.get(name)
        if known is None:
            editor.set((*at, name), value)
        elif isinstance(known, Mapping) and isinstance(value, Mapping):
            _add(editor, (*at, name), known, value)
        else:
            raise trouble(
                "cli.already-recorded",
                f"{name} 已经登记",
                f"{name} is recorded already",
                "写错的用 zongmu correct 更正，原值和理由留存",
                "put a wrong value right with zongmu correct, which keeps the old one and the reason",
            )
