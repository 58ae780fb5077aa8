"""What goes back to the unit on paper: the receipt, and the one-time notice of all that has to be put right (一次性补正告知书).

As Markdown for mail and as a printable page. Nothing in it is trusted: every text is escaped, and what must not be
recorded is named by place and kind alone.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable


@immutable
class Item:
    """One thing to put right: the field it is about, what is wrong, what to do, on which ground."""

    field: Bilingual
    wrong: Bilingual
    cure: Bilingual
    ground: str
    must: bool


@immutable
class Slip:
    """A receipt or a notice."""

    title: Bilingual
    number: str
    facts: tuple[tuple[Bilingual, str], ...]
    items: tuple[Item, ...]
    closing: Bilingual
    day: dt.date
    office: str


_HEADS = (
    Bilingual("序号", "No."),
    Bilingual("栏目", "Field"),
    Bilingual("问题", "What is wrong"),
    Bilingual("如何补正", "What to do"),
    Bilingual("依据", "Ground"),
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&])")


def _marked(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _words(item: Item, number: int, lang: str) -> Sequence[str]:
    must = {"zh": "须补正", "en": "required"} if item.must else {"zh": "请核对", "en": "please check"}
    return (
        str(number),
        item.field.pick(lang),
        f"{item.wrong.pick(lang)}（{must['zh']}）" if lang == "zh" else f"{item.wrong.pick(lang)} ({must['en']})",
        item.cure.pick(lang),
        item.ground,
    )


def as_markdown(slip: Slip, lang: str) -> str:
    """The slip as Markdown: a heading, the facts, one table in the order of the form."""
    lines = [f"# {_marked(slip.title.pick(lang))}", "", _marked(slip.number), ""]
    colon = "：" if lang == "zh" else ": "
    lines += [f"- {_marked(label.pick(lang))}{colon}{_marked(value)}" for label, value in slip.facts]
    if slip.items:
        lines += ["", "| " + " | ".join(h.pick(lang) for h in _HEADS) + " |", "|" + " --- |" * len(_HEADS)]
        lines += [
            "| " + " | ".join(_marked(w) for w in _words(item, n, lang)) + " |" for n, item in enumerate(slip.items, 1)
        ]
    lines += ["", _marked(slip.closing.pick(lang)), "", f"{_marked(slip.office)}  {slip.day.isoformat()}", ""]
    return "\n".join(lines)


_STYLE = (
    "@page{size:A4;margin:25mm 22mm}body{font:15px/1.7 FangSong,'仿宋_GB2312',STFangsong,serif;color:#000;max-width:48em;"
    "margin:2em auto;padding:0 1em}h1{font:700 24px/1.4 '方正小标宋简体',SimHei,'Noto Sans CJK SC',sans-serif;text-align:center}"
    ".number{text-align:right}table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:5px 7px;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}th{white-space:nowrap}tr{break-inside:avoid}thead{display:table-header-group}"
    ".sign{margin-top:3em;text-align:right}dl{display:grid;grid-template-columns:9em 1fr;gap:2px 1em}dt,dd{margin:0}"
)


def as_page(slip: Slip, lang: str) -> str:
    """The slip as a whole page to print, without scripts."""

    def safe(text: str) -> str:
        return html.escape(" ".join(text.split()))

    facts = "".join(f"<dt>{safe(label.pick(lang))}</dt><dd>{safe(value)}</dd>" for label, value in slip.facts)
    rows = "".join(
        "<tr>" + "".join(f"<td>{safe(w)}</td>" for w in _words(item, n, lang)) + "</tr>"
        for n, item in enumerate(slip.items, 1)
    )
    heads = "".join(f'<th scope="col">{safe(h.pick(lang))}</th>' for h in _HEADS)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if slip.items else ""
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{safe(slip.title.pick(lang))}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{safe(slip.title.pick(lang))}</h1>"
        f'<p class="number">{safe(slip.number)}</p><dl>{facts}</dl>{table}<p>{safe(slip.closing.pick(lang))}</p>'
        f'<p class="sign">{safe(slip.office)}<br>{slip.day.isoformat()}</p></body></html>\n'
    )
