"""A queue for the terminal, as JSON, and as one page to open, to print or to send: no script, no request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from zongmu.model.digest import short_digest
from zongmu.model.finding import Bilingual
from zongmu.report.data import json_value
from zongmu.report.queue_data import Item
from zongmu.report.text import printable
from zongmu.report.words import value_text

WORK: Final = {
    "proposal": Bilingual("待审提案", "proposal"),
    "sign_off": Bilingual("待签认", "to sign off"),
    "duty": Bilingual("到期事项", "due"),
    "breach": Bilingual("待处理的违规", "breach"),
}
_CSS: Final = (
    ":root{color-scheme:light dark}body{font:16px/1.6 'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif;"
    "margin:2rem auto;max-width:72rem;padding:0 1rem}h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}"
    "caption{text-align:left;padding:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.5rem .6rem;"
    "border-bottom:1px solid #8886}th{white-space:nowrap}td.n{text-align:right;white-space:nowrap}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8882;padding:.8rem 1rem;border-radius:4px}"
    "td.d{white-space:nowrap}tr.late td.d{color:#b00020;font-weight:600}code{font-size:.8rem;overflow-wrap:anywhere}"
    "@media (prefers-color-scheme:dark){tr.late td.d{color:#ff8a80}}"
    "@media (max-width:40rem){thead{display:none}tr{display:block;border-bottom:2px solid #8886;padding:.5rem 0}"
    "td,td.n{display:block;border:0;padding:.1rem 0;text-align:left}}"
    "@media print{body{margin:0;max-width:none;font-size:11pt}thead{display:table-header-group}}"
)


def queue_json(items: Sequence[Item], gone: Sequence[str], role: str, asof: dt.date) -> dict[str, Any]:
    """The queue as data; *gone*: what the last look showed and no longer waits."""
    return {
        "format": 1,
        "role": role,
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


def queue_lines(items: Sequence[Item], gone: Sequence[str], role: str, asof: dt.date, lang: str) -> Iterator[str]:
    """The queue for a terminal, and the command that signs off all of it."""
    zh = lang == "zh"
    for item in items:
        clauses = f" [{'、'.join(item.clauses)}]" if item.clauses else ""
        amount = f" {value_text(item.amount, lang)}" if item.amount is not None else ""
        news = _news(item, lang)
        mark = (f"（{news}）" if zh else f" ({news})") if news else ""
        yield (
            f"{_day(item, asof, zh)}  {WORK[item.work].pick(lang)}  {item.record} {printable(item.name)}  "
            f"{printable(item.title.pick(lang))}{amount}{clauses}{mark}"
        )
        if item.digest:
            yield f"    {item.record}/{item.about}  {item.digest}"
        if item.work == "proposal":
            yield f"    zongmu diff --lang {lang} HEAD {printable(item.about)}"
    yield ""
    signs = _sign_offs(items)
    counts = (
        "，".join(f"{WORK[w].zh} {n}" for w, n in _counts(items))
        if zh
        else ", ".join(f"{WORK[w].en} {n}" for w, n in _counts(items))
    )
    yield (f"共 {len(items)} 项" if zh else f"{len(items)} items") + (
        f"（{counts}）" if zh and counts else f" ({counts})" if counts else ""
    )
    if gone:
        yield f"上次以来办结或不再等待 {len(gone)} 项" if zh else f"done, or no longer waiting: {len(gone)}"
    if signs:
        yield "核对原件后一次签认：" if zh else "after comparing with the originals, sign off in one go:"
        yield f"    zongmu approve --role {role} {' '.join(signs)}"


def _sign_offs(items: Sequence[Item]) -> list[str]:
    """What to approve, each as it was looked at: what has changed by then is not signed off."""
    return [
        f"{i.record}/{i.about}@{short_digest(i.digest)}" for i in items if i.work == "sign_off" and i.digest is not None
    ]


def _news(item: Item, lang: str) -> str:
    if item.news is not None:
        return item.news.pick(lang)
    return ("有变动" if lang == "zh" else "changed") if item.changed else ""


def _counts(items: Sequence[Item]) -> list[tuple[str, int]]:
    return [(w, n) for w in WORK if (n := sum(i.work == w for i in items))]


def _day(item: Item, asof: dt.date, zh: bool) -> str:
    if item.due is None:
        return "无期限    " if zh else "no day    "
    late = (" 已过期" if zh else " late") if item.late(asof) else ""
    return f"{item.due.isoformat()}{late}"


def queue_html(
    items: Sequence[Item],
    gone: Sequence[str],
    role: str,
    role_name: str,
    asof: dt.date,
    lang: str,
    demonstration: bool,
) -> str:
    """One page. Every text of a record is escaped."""
    zh = lang == "zh"
    title = f"待办：{role_name}" if zh else f"Queue: {role_name}"
    heads = (
        ("期限", "事项", "项目", "内容", "金额", "依据", "摘要")
        if zh
        else ("Due", "Work", "Project", "What", "Amount", "Law", "Digest")
    )
    rows = []
    for item in items:
        news = _news(item, lang)
        cells = (
            ("d", _day(item, asof, zh).strip()),
            ("", WORK[item.work].pick(lang) + (f" · {news}" if news else "")),
            ("", f"{item.record} {item.name}"),
            ("", item.title.pick(lang) + (f" · {item.about}" if item.work == "proposal" else "")),
            ("n", value_text(item.amount, lang) if item.amount is not None else ""),
            ("", "、".join(item.clauses)),
        )
        body = "".join(f'<td class="{c}">{escape(printable(t))}</td>' for c, t in cells)
        late = ' class="late"' if item.late(asof) else ""
        rows.append(f"<tr{late}>{body}<td><code>{escape(item.digest or '')}</code></td></tr>")
    signs = _sign_offs(items)
    said = (
        "核对原件后一次签认（摘要已写在命令里，有变动的不会被签认）："
        if zh
        else (
            "After comparing with the originals, sign off in one go. The digests are in the command: what has changed is not signed."
        )
    )
    command = (
        f"<p>{said}</p>\n<pre>zongmu approve --role {escape(role)} {escape(' '.join(signs))}</pre>\n" if signs else ""
    )
    if gone:
        told = (
            f"上次以来办结或不再等待 {len(gone)} 项。"
            if zh
            else f"Done since the last look, or no longer waiting: {len(gone)}."
        )
        command = f"<p>{told}</p>\n{command}"
    note = ("演示数据，均为虚构。" if zh else "Demonstration data, all of it invented. ") if demonstration else ""
    caption = (
        f"{note}截至 {asof.isoformat()}，共 {len(items)} 项；内部资料。"
        if zh
        else f"{note}As of {asof.isoformat()}, {len(items)} items. Internal."
    )
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if zh else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f"<table>\n<caption>{escape(caption)}</caption>\n"
        f"<thead><tr>{''.join(f'<th scope=col>{h}</th>' for h in heads)}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + f"\n</tbody>\n</table>\n{command}</main>\n</body>\n</html>\n"
    )
