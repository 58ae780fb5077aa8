"""A queue for the terminal and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

from zongmu.model.fields.digest import short_digest
from zongmu.model.finding import Bilingual
from zongmu.report.findings.data import json_value
from zongmu.report.queue.items import Desk, Item
from zongmu.report.reply_words import clock_words
from zongmu.report.terminal import printable
from zongmu.report.words import sayable, value_text

WORK: Final = {
    "proposal": Bilingual("待审提案", "proposal"),
    "sign_off": Bilingual("待签认", "to sign off"),
    "duty": Bilingual("到期事项", "due"),
    "breach": Bilingual("待处理的违规", "breach"),
    "reply": Bilingual("待答复提问", "to reply"),
}


def queue_json(items: Sequence[Item], gone: Sequence[str], desk: Desk, asof: dt.date) -> dict[str, Any]:
    """The queue as data; *gone*: what the last look showed and no longer waits."""
    return {
        "format": 1,
        "role": desk.role,
        "body": desk.body,
        "as_of": asof.isoformat(),
        "items": [
            {
                "work": i.work,
                "record": i.record,
                "name": i.name,
                "owner": i.owner,
                "about": i.about,
                "title": {"zh": i.title.zh, "en": i.title.en},
                "clauses": list(i.clauses),
                "due": json_value(i.due),
                "late": i.late(asof),
                "state": i.clock.state if i.clock is not None else None,
                "working_days": i.clock.days if i.clock is not None else None,
                "act": json_value(i.act),
                "amount": json_value(i.amount),
                "digest": i.digest,
                "changed": i.changed,
                "news": {"zh": i.news.zh, "en": i.news.en} if i.news is not None else None,
            }
            for i in items
        ],
        "gone": list(gone),
    }


def queue_lines(items: Sequence[Item], gone: Sequence[str], desk: Desk, asof: dt.date, lang: str) -> Iterator[str]:
    """The queue for a terminal, and the command that signs off all of it."""
    zh = lang == "zh"
    for item in items:
        clauses = f" [{'、'.join(item.clauses)}]" if item.clauses else ""
        amount = f" {value_text(item.amount, lang)}" if item.amount is not None else ""
        news = news_of(item, lang)
        mark = (f"（{news}）" if zh else f" ({news})") if news else ""
        yield (
            f"{_day(item, asof, zh)}  {WORK[item.work].pick(lang)}  {item.record} {printable(sayable(item.name))}  "
            f"{printable(item.title.pick(lang))}{amount}{clauses}{_clock(item, lang)}{mark}"
        )
        if item.digest:
            yield f"    {item.record}/{item.about}  {item.digest}"
        if item.work == "proposal":
            yield f"    zongmu diff --lang {lang} HEAD {printable(item.about)}"
    yield ""
    signs = sign_offs(items)
    counts = (
        "，".join(f"{WORK[w].zh} {n}" for w, n in by_work(items))
        if zh
        else ", ".join(f"{WORK[w].en} {n}" for w, n in by_work(items))
    )
    yield (f"共 {len(items)} 项" if zh else f"{len(items)} items") + (
        f"（{counts}）" if zh and counts else f" ({counts})" if counts else ""
    )
    if gone:
        yield f"上次以来办结或不再等待 {len(gone)} 项" if zh else f"done, or no longer waiting: {len(gone)}"
    if signs:
        yield "核对原件后一次签认：" if zh else "after comparing with the originals, sign off in one go:"
        yield f"    zongmu approve --role {desk.role} {' '.join(signs)}"


def sign_offs(items: Sequence[Item]) -> list[str]:
    """What to approve, each as it was looked at: what has changed by then is not signed off."""
    return [
        f"{i.record}/{i.about}@{short_digest(i.digest)}" for i in items if i.work == "sign_off" and i.digest is not None
    ]


def news_of(item: Item, lang: str) -> str:
    """What is new of an item since the last look; empty where nothing is."""
    if item.news is not None:
        return item.news.pick(lang)
    return ("有变动" if lang == "zh" else "changed") if item.changed else ""


def clock_of(item: Item, lang: str) -> str:
    """Where the reply that is owed stands; empty where none is."""
    if item.clock is None:
        return ""
    said, due = clock_words(item.clock).pick(lang), item.clock.due
    if due is None or not due.provisional:
        return said
    return said + ("（日历未公布，暂定）" if lang == "zh" else " (provisional: the calendar is not published)")


def by_work(items: Sequence[Item]) -> list[tuple[str, int]]:
    """How many items of each kind of work there are, where there are any."""
    return [(w, n) for w in WORK if (n := sum(i.work == w for i in items))]


def _clock(item: Item, lang: str) -> str:
    said = clock_of(item, lang)
    return f"  {said}" if said else ""


def _day(item: Item, asof: dt.date, zh: bool) -> str:
    if item.due is None:
        return "无期限    " if zh else "no day    "
    late = (" 已过期" if zh else " late") if item.late(asof) else ""
    return f"{item.due.isoformat()}{late}"
