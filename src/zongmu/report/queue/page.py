"""A queue as one page to open, to print or to send: no script, no request. First what has a last day, then the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Final

from zongmu.model.fields.digest import short_digest
from zongmu.report.queue.items import Desk, Item
from zongmu.report.queue.text import WORK, by_work, clock_of, news_of, sign_offs
from zongmu.report.terminal import printable
from zongmu.report.words import sayable, value_text

_CSS: Final = (
    ":root{color-scheme:light dark;--ink:#1b2733;--soft:#5b6b7b;--line:#d5dde5;--brand:#17395c;--late:#b00020;--mark:#fff3cd;--band:#f4f7fa}"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9fb0c0;--line:#34414e;--brand:#8fb8e0;--late:#ff8a80;--mark:#4d4218;--band:#1b232c}}"
    "body{font:16px/1.6 'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif;color:var(--ink);margin:0 auto;"
    "max-width:76rem;padding:1.5rem 1rem 3rem}h1{font-size:1.5rem;margin:0;color:var(--brand)}"
    "h2{font-size:1.1rem;margin:2rem 0 .4rem;border-left:.3rem solid var(--brand);padding-left:.6rem}"
    "p{margin:.3rem 0}.soft{color:var(--soft)}ul.sum{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:.8rem 0 0}"
    "ul.sum li{border:1px solid var(--line);border-radius:1rem;padding:.1rem .8rem}ul.sum .late{border-color:var(--late)}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;"
    "border-bottom:1px solid var(--line)}thead th{color:var(--soft);font-weight:500;white-space:nowrap;border-bottom:2px solid var(--line)}"
    "tbody th{font-weight:400;min-width:15em}tbody th small,td.l{white-space:nowrap}tbody tr:nth-child(even){background:var(--band)}td.n{text-align:right;white-space:nowrap}"
    "td.d{white-space:nowrap}.late{color:var(--late);font-weight:600}.new{background:var(--mark);border-radius:.2rem;padding:0 .3rem}"
    "small{color:var(--soft)}code{font-size:.85em}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--band);"
    "border:1px solid var(--line);border-radius:.3rem;padding:.7rem .9rem;font-size:.85rem;max-height:16rem;overflow:auto}"
    "@media (max-width:44rem){thead{display:none}tr{display:block;border-bottom:2px solid var(--line);padding:.5rem 0}"
    "tbody th,td,td.n{display:block;min-width:0;border:0;padding:.1rem 0;text-align:left}}"
    "@media print{body{max-width:none;font-size:10.5pt;padding:0}thead{display:table-header-group}tr{break-inside:avoid}"
    "pre{max-height:none}.new{border:1px solid}}"
)


def queue_html(
    items: Sequence[Item],
    gone: Sequence[str],
    desk: Desk,
    desk_name: str,
    asof: dt.date,
    lang: str,
    demonstration: bool,
) -> str:
    """One page. Every text of a record is escaped."""
    zh = lang == "zh"
    title = f"待办：{desk_name}" if zh else f"Queue: {desk_name}"
    note = ("演示数据，均为虚构。" if zh else "Demonstration data, all of it invented. ") if demonstration else ""
    told = f"{note}截至 {asof.isoformat()}；内部资料。" if zh else f"{note}As of {asof.isoformat()}. Internal."
    dated = [i for i in items if i.due is not None]
    others = [i for i in items if i.due is None]
    body = "".join(
        (
            _section("有期限" if zh else "With a last day", dated, asof, lang),
            _section(
                "没有期限，按行为或收到的日期" if zh else "Without one, by the day of the act or of receipt",
                others,
                asof,
                lang,
            ),
            _command(items, desk, lang),
        )
    )
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if zh else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        f'<p class="soft">{escape(told)}</p>\n{_summary(items, gone, asof, lang)}{body}</main>\n</body>\n</html>\n'
    )


def _summary(items: Sequence[Item], gone: Sequence[str], asof: dt.date, lang: str) -> str:
    zh = lang == "zh"
    late = sum(i.late(asof) for i in items)
    new = sum(bool(news_of(i, lang)) for i in items)
    rows = [("", f"共 {len(items)} 项" if zh else f"{len(items)} items")]
    rows += [("", f"{WORK[w].pick(lang)} {n}") for w, n in by_work(items)]
    if late:
        rows.insert(1, ("late", f"已过期 {late}" if zh else f"late {late}"))
    if new:
        rows.append(("new", f"上次以来新增或变动 {new}" if zh else f"new or changed since the last look {new}"))
    if gone:
        rows.append(
            ("", f"上次以来办结或不再等待 {len(gone)}" if zh else f"done since, or no longer waiting {len(gone)}")
        )
    return '<ul class="sum">' + "".join(f'<li class="{c}">{escape(t)}</li>' for c, t in rows) + "</ul>\n"


def _section(title: str, items: Sequence[Item], asof: dt.date, lang: str) -> str:
    if not items:
        return ""
    day = ("期限", "Due") if items[0].due is not None else ("日期", "Day")
    heads = (
        (day[0], "项目", "事项", "金额", "依据", "摘要")
        if lang == "zh"
        else (day[1], "Project", "What", "Amount", "Law", "Digest")
    )
    rows = "\n".join(_row(item, asof, lang) for item in items)
    cells = "".join(f'<th scope="col">{h}</th>' for h in heads)
    return f"<h2>{escape(title)}</h2>\n<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"


def _row(item: Item, asof: dt.date, lang: str) -> str:
    zh = lang == "zh"
    day = item.due or item.act
    late = item.late(asof)
    said = (day.isoformat() if day is not None else "—") + (f"<br>{'已过期' if zh else 'late'}" if late else "")
    news = news_of(item, lang)
    what = [f"<small>{escape(WORK[item.work].pick(lang))}</small> {escape(printable(item.title.pick(lang)))}"]
    if item.work == "proposal":
        what.append(f"<code>{escape(printable(item.about))}</code>")
    if item.clock is not None:
        what.append(f"<small>{escape(clock_of(item, lang))}</small>")
    if news:
        what.append(f'<span class="new">{escape(printable(news))}</span>')
    digest = item.digest or ""
    return (
        f'<tr><td class="d{" late" if late else ""}">{said}</td>'
        f'<th scope="row">{escape(printable(sayable(item.name)))}<br><small>{escape(printable(item.record))}</small></th>'
        f"<td>{'<br>'.join(what)}</td>"
        f'<td class="n">{escape(value_text(item.amount, lang)) if item.amount is not None else ""}</td>'
        f'<td class="l">{"<br>".join(map(escape, item.clauses))}</td>'
        f'<td><code title="{escape(digest)}">{escape(short_digest(digest))}</code></td></tr>'
    )


def _command(items: Sequence[Item], desk: Desk, lang: str) -> str:
    """The command that signs off all of it, a target on each line."""
    signs = sign_offs(items)
    if not signs:
        return ""
    command = " \\\n  ".join((f"zongmu approve --role {desk.role}", *signs))
    zh = lang == "zh"
    title = "一次签认" if zh else "Sign off in one go"
    said = (
        "核对原件后，在登记库的克隆里运行。@ 后是上表的摘要：有一项在此之后变了，就一项也不签。"
        if zh
        else "After comparing with the originals, run this in a clone of the registry. Behind @ stand the digests above: "
        "if one of them has changed since, nothing is signed off."
    )
    return f"<h2>{title}</h2>\n<p>{said}</p>\n<pre>{escape(command)}</pre>\n"
