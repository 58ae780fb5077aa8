"""Questions at a terminal: one field at a time, with what it takes; a wrong answer is asked again, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from zongmu.cli.trouble import Trouble
from zongmu.exchange.field_values import Vocabulary, read_value, slot_at, type_of
from zongmu.exchange.tables.cell_values import Unreadable
from zongmu.model.base import Strict
from zongmu.model.finding import Bilingual
from zongmu.report.terminal import printable
from zongmu.store.fitting.shapes import Leaf, Listing, Slot

_HINTS: Mapping[str, tuple[str, str]] = {
    "money": ("带单位，如 480.5万元", "with its unit, like 480.5万元"),
    "day": ("如 2026-03-01 或 2026年3月1日", "like 2026-03-01"),
    "month": ("如 2026-03", "like 2026-03"),
    "day_or_month": ("如 2026-03-01 或 2026-03", "like 2026-03-01 or 2026-03"),
    "duration": ("如 24个月、30日", "like 24个月, 30日"),
    "ratio": ("如 41%", "like 41%"),
    "flag": ("是 或 否", "是 (yes) or 否 (no)"),
    "integer": ("整数", "a whole number"),
    "org": ("单位的登记名称或编号", "the registered name of a body, or its reference"),
}


def how_written(cls: type[Strict], parts: list[str]) -> tuple[str, str] | None:
    """How a value of the field at *parts* is written, in Chinese and English; None where there is no such field."""
    try:
        node = slot_at(cls, parts).node
    except Unreadable:
        return None
    leaf = node.item if isinstance(node, Listing) else node
    return _HINTS.get(type_of(leaf)) if isinstance(leaf, Leaf) else None


@dataclass(slots=True)
class Asker:
    """Asks on one terminal, in one language."""

    into: TextIO
    out: TextIO
    lang: str
    words: Vocabulary

    def _line(self, prompt: str) -> str:
        self.out.write(prompt)
        self.out.flush()
        line = self.into.readline()
        if not line:
            self.out.write("\n")
            raise Trouble(
                "cli.no-answer",
                Bilingual(
                    "问答没有答完，什么也没有写入", "the questions were not answered to the end; nothing was written"
                ),
                Bilingual("重新运行，或用 --set 给出各字段", "run it again, or give the fields with --set"),
            )
        return line.strip()

    def field(self, slot: Slot, *, needed: bool, default: str | None = None) -> Any:
        """The value of a field, or None where the person left it open."""
        zh = self.lang == "zh"
        codes = self.words.codes_for(slot)
        if codes and len(codes) <= 24:
            for n, (code, title) in enumerate(codes.items(), 1):
                self.out.write(f"    {n}. {title.pick(self.lang)}  {code}\n")
        node = slot.node.item if isinstance(slot.node, Listing) else slot.node
        hint = _HINTS.get(type_of(node), ("", ""))[0 if zh else 1] if isinstance(node, Leaf) and not codes else ""
        if codes:
            hint = "序号、名称或代码" if zh else "number, title or code"
        if default:
            hint = f"{hint}{'；' if zh else '; '}{'回车为' if zh else 'Enter for'} {default}" if hint else str(default)
        elif not needed:
            hint = f"{hint}{'；' if hint else ''}{'可空' if zh else 'may stay empty'}"
        label = slot.title.pick(self.lang)
        while True:
            text = self._line(f"{label}{f' [{hint}]' if hint else ''}: ") or (default or "")
            if not text:
                if not needed:
                    return None
                self.out.write("  " + ("这一项必填\n" if zh else "this one is needed\n"))
                continue
            if codes and text.isdigit() and 0 < int(text) <= len(codes) and text not in codes:
                text = list(codes)[int(text) - 1]
            try:
                return read_value(text, slot, self.words)
            except Unreadable as why:
                self.out.write("  " + printable(why.zh if zh else why.en) + "\n")

    def choose(self, label: Bilingual, choices: Mapping[str, Bilingual], first: int | None = None) -> str:
        """One of *choices*, by number, code or title.

        *first*: only so many are listed until all are asked for; any of them is taken at once.
        """
        slot = Slot("choice", label, Leaf(str, tuple(choices)), True, "choice")
        words = Vocabulary({"choice": choices}, {})
        rows = [f"    {n}. {title.pick(self.lang)}  {code}\n" for n, (code, title) in enumerate(choices.items(), 1)]
        shown = rows[:first]
        hint = "序号、名称或代码" if self.lang == "zh" else "number, title or code"
        if len(shown) < len(rows):
            more = len(rows) - len(shown)
            hint += f"；? 列出其余 {more} 种" if self.lang == "zh" else f"; ? lists the other {more}"
        self.out.writelines(shown)
        while True:
            text = self._line(f"{label.pick(self.lang)} [{hint}]: ")
            if text in ("?", "？"):
                self.out.writelines(rows)
            elif text.isdigit() and 0 < int(text) <= len(choices) and text not in choices:
                return list(choices)[int(text) - 1]
            elif text:
                try:
                    return str(read_value(text, slot, words))
                except Unreadable as why:
                    self.out.write("  " + printable(why.zh if self.lang == "zh" else why.en) + "\n")
