"""The change trail for a person at a terminal: the life of a record, oldest first, in the words of the law.

An act that was recorded is one line, with its day, its number, its amounts and how late it was recorded; a value that
changed is a line with the old and the new one; a correction says why. This is the internal reading: it names persons
and shows every value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import takewhile
from typing import Any, Final

from zongmu.history.changes import FieldChange
from zongmu.history.event import Event
from zongmu.history.fields import Field, root
from zongmu.history.rows import RowChange, row_title
from zongmu.model.acts.kinds import KINDS
from zongmu.model.finding import Bilingual, counted
from zongmu.model.immutable import immutable
from zongmu.model.scalars import Money
from zongmu.report.terminal import printable
from zongmu.report.words import HIDDEN, code_title, listed, sayable, value_text
from zongmu.store.survey import safe_path

_LONG: Final = 80  # characters of a value that are shown
REFERENCE: Final = re.compile(r"[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*")
"""A value that may refer to an organization."""


def _plain(text: str) -> str:
    """*text* as a line of a terminal may show it."""
    bare = text if text.isprintable() else "".join(filter(str.isprintable, text))
    return printable(text) if sayable(bare) is bare else HIDDEN


def _field_name(change: FieldChange, lang: str) -> str:
    """The title of a field: ours, whatever words are in it, unless no class knows the key."""
    own = change.title.zh != change.path.rsplit("/", 1)[-1]
    return (printable if own else _plain)(change.title.pick(lang))


@immutable
class Titles:
    """What codes and references are called: the code lists and milestones of the measures, and the organizations."""

    codes: Mapping[str, Mapping[str, Bilingual]] = field(default_factory=dict)
    kinds: Mapping[str, Bilingual] = field(default_factory=dict)
    organizations: Mapping[str, Bilingual] = field(default_factory=dict)

    def value(self, value: Any, lang: str, codelist: str | None = None, money: bool = False) -> str:
        """One value on one line."""
        if isinstance(value, list):
            return listed((self.value(one, lang, codelist, money) for one in value), lang)
        if type(value) is not str:
            return _plain(value_text(value, lang))
        if codelist is not None:
            title = code_title(codelist, value, self.codes)
            if title is not None:
                return title.pick(lang)
        if money:
            try:
                return value_text(Money.parse(value), lang)
            except ValueError:
                pass
        if REFERENCE.fullmatch(value) and value in self.organizations:
            return _plain(self.organizations[value].pick(lang))
        text = _plain(" ".join(value.split("\n")))
        return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


@immutable
class Notes:
    """What stands beside the changes: the version of the rules at each commit, and who checked which act.

    ``rules`` is commit → id of ``checks/``, ``requests`` commit → number of the merge request; ``checked`` is (record, row) → a line. ``recorded`` is (record, row) → the day on
    which it was recorded, where that is not the day of the event.
    """

    rules: Mapping[str, str] = field(default_factory=dict)
    requests: Mapping[str, str] = field(default_factory=dict)
    checked: Mapping[tuple[str, str], str] = field(default_factory=dict)
    recorded: Mapping[tuple[str, str], dt.date] = field(default_factory=dict)


def checked(
    events: Iterable[Event], lang: str, titles: Titles, void: Collection[tuple[str, str, str]] = ()
) -> dict[tuple[str, str], str]:
    """Who checked each act against its paper, from the sign-offs among *events*.

    *void*: record, milestone and digest of those whose act reads otherwise now.
    """
    out: dict[tuple[str, str], list[str]] = {}
    for event in events:
        if event.type != "endorsements":
            continue
        for row in event.rows():
            if row.kind == "added" and row.path.startswith("endorsements/"):
                fields = ("role", "organization", "by", "date", "level", "evidence/request")
                values = ((row.value(name), name if name == "role" else None) for name in fields)
                words = " ".join(titles.value(value, lang, codelist) for value, codelist in values if value)
                of = str(row.value("of"))
                if (event.record, of, str(row.value("digest"))) in void:
                    words += "（内容其后已改，签认失效）" if lang == "zh" else " (void: changed since)"
                out.setdefault((event.record, f"milestones/{of}"), []).append(words)
    mark, comma = ("核对原件：", "；") if lang == "zh" else ("checked against the paper: ", "; ")
    return {key: mark + comma.join(found) for key, found in out.items()}


def trail_lines(
    events: Iterable[Event],
    lang: str,
    titles: Titles | None = None,
    notes: Notes | None = None,
    *,
    name_records: bool = False,
) -> Iterator[str]:
    """The lines of a trail, an empty one between events. *lang* is ``zh`` or ``en``; *name_records* says whose each is."""
    writer = _Writer(lang, titles or Titles(), notes or Notes(), name_records=name_records)
    for n, event in enumerate(events):
        if n:
            yield ""
        yield from writer.event(event)


def moved_lines(event: Event, lang: str, titles: Titles, notes: Notes) -> Iterator[tuple[tuple[str, ...], str]]:
    """The changes of one event without when and who: each line with the paths of the values it tells of."""
    yield from _Writer(lang, titles, notes).changes(event)


class _Writer:
    def __init__(self, lang: str, titles: Titles, notes: Notes, *, name_records: bool = False) -> None:
        self._lang = lang
        self._notes = notes
        self._name_records = name_records
        self._titles = titles
        self._colon = "：" if lang == "zh" else ": "
        self._comma = "，" if lang == "zh" else ", "

    def _say(self, zh: str, en: str) -> str:
        return zh if self._lang == "zh" else en

    def _aside(self, text: str) -> str:
        return f"（{text}）" if self._lang == "zh" else f" ({text})"

    # --- one event -----------------------------------------------------------------------------------------------

    def event(self, event: Event) -> Iterator[str]:
        """The lines of one event: when, who, what in short; then each change."""
        who = _plain(event.author_name) if event.author_name else ""
        head = [event.when.strftime("%Y-%m-%d %H:%M"), who, event.commit[:10]]
        if self._name_records:
            head.append(_plain(event.record))
        if event.type != "project":
            head.append(self._bracket(root(event.type).title))
        head.append(event.summary.pick(self._lang))
        yield "  ".join(part for part in head if part)
        yield from (f"    {line}" for line in self._context(event))
        for paths, line in self.changes(event):
            yield f"    {line}"
            yield from (f"        {_plain(said)}" for said in self._checked(event, paths))
        for change in event.dropped:
            yield f"    ! {self._dropped(event, change)}"

    def _checked(self, event: Event, paths: Sequence[str]) -> Iterator[str]:
        """Who checked the act that these paths record."""
        for path in paths:
            row, _, name = path.rpartition("/")
            if name == "date" and row in event.rows_added and (event.record, row) in self._notes.checked:
                yield self._notes.checked[event.record, row]

    def _bracket(self, title: Bilingual) -> str:
        return f"〔{title.zh}〕" if self._lang == "zh" else f"[{title.en}]"

    def _context(self, event: Event) -> Iterator[str]:
        if event.recorder is not None and event.recorder.subject:
            yield self._say("说明：", "message: ") + _plain(event.recorder.subject)
        request = self._notes.requests.get(event.commit)
        if request is not None:
            yield self._say("合并请求：", "merge request: ") + _plain(request)
        rules = self._notes.rules.get(event.commit)
        if rules is not None:
            yield self._say("规则版本：", "rules: ") + f"checks@{rules[:10]}"
        if event.merge:
            wrote = self._comma.join(
                f"{_plain(c.recorder.author)} {c.when.date().isoformat()} {c.commit[:10]}" for c in event.contributions
            )
            yield self._say("合并；撰写：", "merge; written by: ") + (wrote or self._say("无", "nobody"))
        if event.moved_from is not None:
            yield self._say("原路径：", "moved from: ") + f"{safe_path(event.moved_from)} → {safe_path(event.path)}"
        if event.unreadable is not None:
            yield self._say("无法读取：", "unreadable: ") + _plain(event.unreadable.pick(self._lang))
        if event.compared_with is not None:
            commit = event.compared_with[:10]
            yield self._say(f"与上一个可读版本 {commit} 比较", f"compared with {commit}, the last that can be read")

    def changes(self, event: Event) -> Iterator[tuple[tuple[str, ...], str]]:
        """The lines of what changed, each with the paths of the values it tells of."""
        if event.file == "deleted":
            count = len(event.changes)
            yield (), "- " + self._say(f"文件连同 {count} 个值被删除", f"the file was deleted with its {count} values")
            return
        explained = {change.by for change in event.changes if change.by is not None}
        for row in event.rows():
            paths = tuple(change.path for change in row.changes)
            if row.kind == "added" and row.path.startswith("corrections/"):
                if row.path not in explained:
                    yield paths, self._correction(event, row)
            elif row.kind == "added":
                yield paths, "+ " + self._added(event, row) + self._mark(row.changes)
            elif row.kind == "removed":
                yield paths, "- " + self._removed(event, row)
            else:
                yield from (((change.path,), self._changed(event, change)) for change in row.changes)

    # --- rows ----------------------------------------------------------------------------------------------------

    def _row_title(self, event: Event, path: str) -> str:
        section, _, key = path.partition("/")
        kind, _, seq = key.partition("/")
        title = self._titles.kinds.get(kind) if section == "milestones" else None
        if title is None:
            return _plain(row_title(event.type, path).pick(self._lang))
        return title.pick(self._lang) + (self._aside(seq) if seq else "")

    def _field_title(self, event: Event, change: FieldChange) -> str:
        """A field with the row it belongs to."""
        name = _field_name(change, self._lang)
        if not change.row:
            return name
        return f"{self._row_title(event, change.row)}{'·' if self._lang == 'zh' else ' · '}{name}"

    def _added(self, event: Event, row: RowChange) -> str:
        """A new row in one line: day, title, number, body, what else it says, when it was recorded."""
        words = [row.day.isoformat() if row.day else "", self._row_title(event, row.path)]
        words.extend(self._value(event, row, name) for name in ("number", "body", "body_name"))
        line = " ".join(word for word in words if word)
        rest = self._comma.join(self._rest(event, row))
        if rest:
            line += (" " if row.day else self._colon) + rest
        return line + (self._aside(self._recorded(event, row)) if row.day else "")

    def _value(self, event: Event, row: RowChange, name: str) -> str:
        change = next((c for c in row.changes if c.path == f"{row.path}/{name}"), None)
        return self._shown(event, change, change.after) if change is not None else ""

    def _shown(self, event: Event, change: FieldChange, value: Any) -> str:
        # A reference to an act reads as the act.
        if change.path.endswith("/of") and isinstance(value, str) and value.split("/")[0] in KINDS:
            return self._row_title(event, f"milestones/{value}")
        return self._titles.value(value, self._lang, change.codelist, change.money)

    def _rest(self, event: Event, row: RowChange) -> Iterator[str]:
        """What a new row says besides its head: values by name, lists by what is in them."""
        section = row.path.split("/", 1)[0]
        kind = row.value("kind")
        holder = root(event.type).child(section, {})
        lists: dict[str, list[str]] = {}
        for change in row.changes:
            name, *below = change.path[len(row.path) + 1 :].split("/")
            if name in ("seq", "date", "number", "body", "body_name") or name == row.path:
                continue
            if name == "kind" and section == "milestones":
                continue  # its title says it
            inner = holder.child(name, {"kind": kind})
            if below and inner.many:
                key = _row_key(inner, below)
                keys = lists.setdefault(name, [])
                if key not in keys:
                    keys.append(key)
            else:
                yield f"{_field_name(change, self._lang)} {self._shown(event, change, change.after)}"
        for name, keys in lists.items():
            inner = holder.child(name, {"kind": kind})
            listed = self._titles.value(keys, self._lang, _codelist(inner))
            yield f"{_plain(inner.title.pick(self._lang))} {len(keys)}{self._aside(listed)}"

    def _recorded(self, event: Event, row: RowChange) -> str:
        recorded = self._notes.recorded.get((event.record, row.path), event.recorded_day)
        day, late = recorded.isoformat(), (recorded - row.day).days if row.day else 0
        text = self._say(f"登记于 {day}", f"recorded {day}")
        if late:
            days = abs(late)
            said = counted(days, "day")
            text += (
                self._say(f"，晚 {days} 天", f", {said} later")
                if late > 0
                else self._say(f"，早于行为日 {days} 天", f", {said} before the act")
            )
        return text

    def _removed(self, event: Event, row: RowChange) -> str:
        values = self._comma.join(
            f"{_field_name(c, self._lang)} {self._shown(event, c, c.before)}"
            for c in row.changes
            if not c.path.endswith("/kind")
        )
        gone = self._say("被删去", " removed")
        return f"{self._row_title(event, row.path)}{gone}{self._colon}{values}{self._mark(row.changes)}"

    def _correction(self, event: Event, row: RowChange) -> str:
        """A correction that explains no change beside it: it voids a whole milestone, or has nothing to go with."""
        of = self._value(event, row, "of")
        why = self._aside(self._say("理由：", "reason: ") + self._value(event, row, "reason"))
        name = row.value("field")
        if name is None:
            return "* " + self._say("作废 ", "voided: ") + f"{of}{why}"
        kind = str(row.value("of")).split("/")[0]
        section = "milestones" if kind in KINDS else kind
        title = root(event.type).child(section, {}).child(str(name), {"kind": kind}).title.pick(self._lang)
        text = self._say(
            f"更正记录 {of}·{_plain(title)}，此次提交里没有与之相符的改动",
            f"correction of {of} · {_plain(title)}, with no change in this commit to match",
        )
        return f"! {text}{why}"

    # --- values --------------------------------------------------------------------------------------------------

    def _changed(self, event: Event, change: FieldChange) -> str:
        name = self._field_title(event, change)
        before, after = self._shown(event, change, change.before), self._shown(event, change, change.after)
        match change.kind:
            case "added":
                line = f"+ {name}{self._colon}{after}"
            case "removed":
                line = f"- {name}{self._colon}{before}{self._say('（删去）', ' (removed)')}"
            case "corrected":
                kept = self._say("无", "none") if change.after is None else after
                line = f"* {self._say('更正 ', 'corrected: ')}{name}{self._colon}{before} → {kept}"
            case _:
                line = f"~ {name}{self._colon}{before} → {after}"
        if change.reason is not None:
            line += self._aside(self._say("理由：", "reason: ") + self._titles.value(change.reason, self._lang))
        return line + self._mark((change,))

    def _mark(self, changes: Sequence[FieldChange]) -> str:
        """What an auditor should not overlook."""
        marks = []
        if any(change.silent for change in changes):
            frozen = any(change.silent and change.change_class == "frozen" for change in changes)
            marks.append(
                self._say("固定字段被改", "a frozen field was changed")
                if frozen
                else self._say("没有更正记录", "without a correction")
            )
        if any(change.in_merge for change in changes):
            marks.append(self._say("由合并提交自身写入", "written by the merge itself"))
        return "".join(f" [{mark}]" for mark in marks)

    def _dropped(self, event: Event, change: FieldChange) -> str:
        if not change.path:
            return self._say("分支上的改动未被采用（无法读取）", "the branch's change was not taken over (unreadable)")
        name = self._field_title(event, change)
        none = self._say("无", "none")
        theirs = none if change.before is None else self._shown(event, change, change.before)
        kept = none if change.after is None else self._shown(event, change, change.after)
        return self._say(
            f"合并时舍弃 {name}：分支上为 {theirs}，保留 {kept}",
            f"dropped in the merge: {name}: {theirs} on the branch, {kept} kept",
        )


def _row_key(field: Field, steps: Sequence[str]) -> str:
    """The key of a row of *field* at the beginning of *steps*: what comes before the name of one of its fields."""
    names = field.fields.keys() | {name for fields in field.by_kind.values() for name in fields}
    return "/".join(takewhile(lambda step: step not in names, steps))


def _codelist(field: Field) -> str | None:
    """The code list of the key of a list's rows: documents go by their kind."""
    kind = field.fields.get("kind")
    return kind.codelist if kind is not None else None
