"""How values are said on a page in one language: amounts, codes, bodies, milestones, rows. Everything comes out escaped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from zongmu.disclosure.projection import GROUNDS
from zongmu.model.acts.kinds import KINDS
from zongmu.model.codes import CODE_LISTS
from zongmu.model.derived.views import STAGE_TITLES
from zongmu.model.fields.titles import family_of
from zongmu.model.finding import Bilingual
from zongmu.model.scalars import Duration, Money
from zongmu.policy.law.addresses import address_words
from zongmu.policy.law.loading import LoadedMeasure
from zongmu.publish.derived.suppliers import Supplier
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.fields import FieldInfo, fields_of
from zongmu.report.words import value_text

_SHORT = 40
"""Characters up to which a value is likely to be said again."""
_MOST_DEFINITIONS = 1 << 15
_SAID_APART = frozenset({"kind", "seq", "date", "body", "body_name", "number"})
"""Fields of a milestone that stand in its head."""

YI = 10_000_000_000
"""Fen in 一亿元."""
WAN = 1_000_000
"""Fen in 一万元."""


def slug(id: str) -> str:
    """The file name of a body, a system or a district: ``demo/one-office`` is ``demo-one-office``, and no other is."""
    return id.replace("/", "-", 1)


@lru_cache(maxsize=16384)
def anchor(text: str) -> str:
    """An element's id from a clause address or a milestone key."""
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text).strip("-")


def definition(title: str, value: Markup) -> str:
    """An entry of a list of definitions; *title* is HTML too."""
    return f"<div><dt>{title}</dt><dd>{html(value)}</dd></div>"


@lru_cache(maxsize=65536)
def _wan(fen: int, decimals: int) -> str:
    sign = "−" if fen < 0 else ""
    step = 10 ** (6 - decimals)
    whole = (abs(fen) * 2 + step) // (2 * step)
    return f"{sign}{whole // 10**decimals:,}" + (f".{whole % 10**decimals:0{decimals}d}" if decimals else "")


class Say:
    """Words and values in one language, with links for pages that stand *up* from the root of the language."""

    def __init__(self, lang: str, release: Release, up: str) -> None:
        self.lang = lang
        self.zh = lang == "zh"
        self.release = release
        self.up = up
        self._codes: dict[str, dict[str, dict[str, Bilingual]]] = {}
        self._titles: dict[tuple[str, str, str], str] = {}
        self._kinds: dict[tuple[str, str], str] = {}
        self._links: dict[tuple[str, str, str], Markup] = {}
        self._defined: dict[type[BaseModel], dict[str, tuple[int, str, FieldInfo]]] = {}
        self._definitions: dict[tuple[str, type[BaseModel], str, str], str] = {}
        self._comma = "、" if self.zh else ", "
        self.none = safe(f'<span class="zm-none">{"未登记" if self.zh else "not recorded"}</span>')

    # ── text ──

    def pick(self, text: Bilingual) -> str:
        """A bilingual text in this language."""
        return text.pick(self.lang)

    def chinese(self, text: object) -> Markup:
        """Text that only exists in Chinese, marked so on an English page."""
        return safe(html(text)) if self.zh else safe(f'<span lang="zh">{html(text)}</span>')

    def name(self, zh: str, en: str | None) -> Markup:
        """A name: the English one on an English page where there is one."""
        return safe(html(en)) if not self.zh and en else self.chinese(zh)

    def joined(self, parts: Iterable[object]) -> Markup:
        """A list in a line."""
        return safe(self._comma.join([html(part) for part in parts]))

    # ── amounts ──

    def amount(self, money: Money, decimals: int = 2) -> Markup:
        """An amount in 万元 (in English: in yuan), for a column that says so; the exact one on demand."""
        if self.zh:
            text = _wan(money.fen, decimals)
            if money.fen and abs(money.fen) * 2 < 10 ** (6 - decimals):
                text = _wan(money.fen, 6).rstrip("0")  # what is little is not nought
            return safe(f'<data value="{money.fen}" title="{money.format_yuan()} 元">{text}</data>')
        return safe(f'<data value="{money.fen}">{_yuan(money)}</data>')

    def money(self, money: Money) -> Markup:
        """An amount with its unit, in a sentence."""
        if self.zh:
            return safe(f'<data value="{money.fen}" title="{money.format_yuan()} 元">{_in_words(money)}</data>')
        return safe(f'<data value="{money.fen}" title="CNY {_yuan(money)}">{_in_english(money)}</data>')

    def money_text(self, money: Money) -> str:
        """The same without its exact value, as plain text."""
        return _in_words(money) if self.zh else _in_english(money)

    def share(self, bp: int) -> str:
        """A share in basis points, with its sign."""
        whole, part = divmod(abs(bp), 100)
        return f"{'+' if bp > 0 else '−' if bp < 0 else ''}{whole}.{part:02d}%"

    def change(self, fen: int, bp: int) -> Markup:
        """A difference in basis points, with its sign."""
        sign = "+" if bp > 0 else "−" if bp < 0 else "±" if fen else ""
        exact = f"{'+' if fen > 0 else ''}{_wan(fen, 2)} 万元" if self.zh else f"CNY {fen / 100:+,.2f}"
        whole, part = divmod(abs(bp), 100)
        return safe(f'<span class="zm-change" title="{exact}">{sign}{whole}.{part:02d}%</span>')

    # ── codes ──

    def codes(self, jurisdiction: str) -> dict[str, dict[str, Bilingual]]:
        """The code lists of a city: those of its measures over those that hold anywhere."""
        found = self._codes.get(jurisdiction)
        if found is None:
            found = {
                name: {code: Bilingual(*titles) for code, titles in table.items()} for name, table in CODE_LISTS.items()
            }
            found["withholding_ground"] = {code: Bilingual(*titles) for code, titles in GROUNDS.items()}
            found["stage"] = {code: Bilingual(*titles) for code, titles in STAGE_TITLES.items()}
            for measure in reversed(self.release.measures(jurisdiction)):
                for name, table in measure.measure.codes.items():
                    found[name] = {**found.get(name, {}), **table}
                found["role"] = {**found.get("role", {}), **measure.measure.roles}
            self._codes[jurisdiction] = found
        return found

    def code(self, jurisdiction: str, codelist: str, code: str) -> str:
        """The title of a code; the code itself where no list knows it."""
        key = (jurisdiction, codelist, code)
        found = self._titles.get(key)
        if found is None:
            known = self.codes(jurisdiction).get(codelist, {}).get(code)
            found = known.pick(self.lang) if known is not None else code
            if known is not None:  # whatever else a record may hold is not kept
                self._titles[key] = found
        return found

    def kind(self, jurisdiction: str, kind: str, code: str | None = None) -> str:
        """What a milestone kind is called: by the measure, else by the model; an open act by its own code."""
        if kind == "act" and code is not None:
            return self.code(jurisdiction, "act", code)
        found = self._kinds.get((jurisdiction, kind))
        if found is None:
            known = KINDS.get(kind)
            found = kind if known is None else known.zh if self.zh else known.en
            for measure in reversed(self.release.measures(jurisdiction)):
                use = measure.measure.milestones.get(kind)
                if use is not None and use.title is not None:
                    found = use.title.pick(self.lang)
            self._kinds[jurisdiction, kind] = found
        return found

    def key(self, jurisdiction: str, key: str) -> str:
        """What a milestone key is called: 签订合同（2）."""
        kind, _, seq = key.partition("/")
        title = self.kind(jurisdiction, kind)
        return f"{title}（{seq}）" if seq and self.zh else f"{title} ({seq})" if seq else title

    def about(self, jurisdiction: str, at: str) -> str:
        """What a verdict is about: an act, else a word of a code list (``annual/2024``), else as it stands."""
        word, _, rest = at.partition("/")
        if word in KINDS:
            return self.key(jurisdiction, at)
        for table in self.codes(jurisdiction).values():
            if word in table:
                return f"{table[word].pick(self.lang)} {rest}".rstrip()
        return at

    def stage(self, jurisdiction: str, stage: str | None) -> str:
        """The title of a stage."""
        if stage is None:
            return "未登记" if self.zh else "not recorded"
        return self.code(jurisdiction, "stage", stage)

    def role(self, jurisdiction: str, role: str) -> str:
        """The title of a role of a measure."""
        return self.code(jurisdiction, "role", role)

    def city(self, jurisdiction: str) -> Markup:
        """The name of a city."""
        known = self.release.jurisdiction(jurisdiction)
        return self.name(known.name, known.name_en) if known is not None else safe(html(jurisdiction))

    # ── links ──

    def body(self, id: str) -> Markup:
        """A body by its name, with a link to its page where it has one."""
        found = self._links.get(("body", "", id))
        if found is None:
            known = self.release.organizations.get(id)
            if known is None:
                found = safe(html(id))
            else:
                name = self.name(known.name, known.name_en)
                found = safe(f'<a href="{self.up}organizations/{html(slug(id))}.html">{name}</a>')
            self._links["body", "", id] = found
        return found

    def body_name(self, id: str) -> Markup:
        """A body by its name alone."""
        known = self.release.organizations.get(id)
        return safe(html(id)) if known is None else self.name(known.name, known.name_en)

    def project(self, id: str) -> Markup:
        """A project that has a page, by its name; one that has none by its number."""
        found = self._links.get(("project", "", id))
        if found is None:
            found = self._links["project", "", id] = self._project(id)
        return found

    def _project(self, id: str) -> Markup:
        known = self.release.project(id)
        if known is not None:
            name = self.name(known.public.name, known.public.facts.get("name_en"))
            return safe(f'<a href="{self.up}projects/{html(id)}.html">{name}</a>')
        if any(t.id == id for t in self.release.tombstones):
            return safe(f'<a href="{self.up}projects/{html(id)}.html">{html(id)}</a>')
        return safe(html(id))

    def system(self, id: str) -> Markup:
        """A system by its name."""
        known = self.release.systems.get(id)
        if known is None:
            return safe(html(id))
        return safe(
            f'<a href="{self.up}systems/index.html#{html(slug(id))}">{self.name(known.name, known.name_en)}</a>'
        )

    def supplier(self, supplier: Supplier) -> Markup:
        """A supplier by its name, with a link to its page."""
        return safe(f'<a href="{self.up}suppliers/{html(supplier.slug)}.html">{self.chinese(supplier.name)}</a>')

    def rule(self, loaded: LoadedMeasure, id: str) -> Markup:
        """A rule by its title."""
        key = (loaded.measure.id, "rule", id)
        found = self._links.get(key)
        if found is None:
            text = loaded.texts.get(id)
            title = text.title.pick(self.lang) if text is not None else id
            found = self._links[key] = safe(f'<a href="{self.up}rules/{html(id)}.html">{html(title)}</a>')
        return found

    def clause(self, loaded: LoadedMeasure, at: str) -> Markup:
        """A sentence of a measure, in Chinese by its article and paragraph, with its address and gist on demand."""
        key = (loaded.measure.id, "clause", at)
        found = self._links.get(key)
        if found is None:
            sentence = loaded.measure.sentence(at)
            gist = html(f"{at} {sentence.gist.pick(self.lang)}" if sentence is not None else at)
            said = html(address_words(at).zh if self.zh else at)
            href = f"{self.up}measures/{html(loaded.measure.id)}.html#{anchor(at)}"
            found = self._links[key] = safe(f'<a class="zm-clause" href="{href}" title="{gist}">{said}</a>')
        return found

    def link(self, address: str) -> Markup:
        """An address on the web, only if it is one of ``https`` or ``http``; it opens without telling where from."""
        text = html(address)
        if address.startswith(("https://", "http://")):
            return safe(f'<a class="zm-url" href="{text}" rel="noopener noreferrer nofollow">{text}</a>')
        return safe(text)

    # ── values of fields ──

    def value(self, jurisdiction: str, info: FieldInfo | None, value: Any) -> Markup:
        """A value of a field as plain data holds it, for a cell or a line."""
        if isinstance(value, str):  # as nearly all are
            if info is None:
                return safe(html(value))
            if info.codelist is not None:
                return safe(html(self.code(jurisdiction, info.codelist, value)))
            return self._text(jurisdiction, info, value)
        if isinstance(value, bool):
            return safe(value_text(value, self.lang))
        if isinstance(value, Mapping):
            return self._pairs(jurisdiction, info.model if info is not None else None, value)
        if isinstance(value, list | tuple):
            if value and isinstance(value[0], Mapping):
                cls = info.model if info is not None else None
                items = "".join([f"<li>{self._pairs(jurisdiction, cls, row)}</li>" for row in value])
                return safe(f'<ul class="zm-rows">{items}</ul>')
            return safe(self._comma.join([self.value(jurisdiction, info, v) for v in value]))
        return safe(html(value))

    def _text(self, jurisdiction: str, info: FieldInfo, value: str) -> Markup:
        match info.sort:
            case "money":
                return self.money(Money.parse(value))
            case "duration":
                return safe(html(value_text(Duration.parse(value), self.lang)))
            case "organization":
                return self.body(value)
            case "system":
                return self.system(value)
            case "project":
                return self.project(value)
            case "url":
                return self.link(value)
            case "date":
                return safe(html(value))
            case _:
                if info.name == "of":
                    return safe(html(self.key(jurisdiction, value)))
                if info.name == "about":
                    return safe(html(self.about(jurisdiction, value)))
                if info.name == "kind":
                    return safe(html(self.kind(jurisdiction, value)))
                # Words of the record exist in Chinese alone; a code, a number or a date has no language.
                return safe(html(value)) if self.zh or value.isascii() else self.chinese(value)

    def _pairs(self, jurisdiction: str, cls: type[BaseModel] | None, row: Mapping[str, Any]) -> Markup:
        known = fields_of(cls) if cls is not None else {}
        parts = []
        for name, value in row.items():
            info = known.get(name)
            title = html(info.title.pick(self.lang) if info is not None else name)
            said = self.value(jurisdiction, info, value)
            parts.append(f'<span class="zm-pair"><span class="zm-key">{title}</span> {said}</span>')
        return safe(" ".join(parts))

    def definitions(
        self, jurisdiction: str, cls: type[BaseModel], row: Mapping[str, Any], without: frozenset[str] = frozenset()
    ) -> list[str]:
        """The fields that *row* has in the order of the class, each as an entry of a list of definitions, in HTML."""
        known = self._defined.get(cls)
        if known is None:
            known = self._defined[cls] = {
                name: (info.place, html(info.title.pick(self.lang)), info) for name, info in fields_of(cls).items()
            }
        found = sorted([known[name] for name in row if name in known and name not in without])
        return [self._definition(jurisdiction, cls, title, info, row[info.name]) for _, title, info in found]

    def _definition(self, jurisdiction: str, cls: type[BaseModel], title: str, info: FieldInfo, value: Any) -> str:
        """What a field holds; what is short is said once for all that say the same."""
        if type(value) is not str or len(value) > _SHORT:
            return definition(title, self.value(jurisdiction, info, value))
        key = (jurisdiction, cls, info.name, value)
        found = self._definitions.get(key)
        if found is None:
            if len(self._definitions) >= _MOST_DEFINITIONS:
                self._definitions.clear()
            found = self._definitions[key] = definition(title, self.value(jurisdiction, info, value))
        return found

    def milestone_facts(self, jurisdiction: str, kind: str, facts: Mapping[str, Any]) -> list[str]:
        """What a milestone says beyond its day, its number and its body, as :meth:`definitions`."""
        cls = family_of(kind)
        return self.definitions(jurisdiction, cls, facts, _SAID_APART) if cls is not None else []

    def day(self, day: dt.date | None) -> Markup:
        """A day, or that none is recorded."""
        return self.none if day is None else safe(day.isoformat())


@lru_cache(maxsize=65536)
def _yuan(money: Money) -> str:
    text = money.format_yuan().replace("-", "−")
    return text.removesuffix(".00")


@lru_cache(maxsize=65536)
def _in_words(money: Money) -> str:
    if abs(money.fen) >= YI:
        sign = "−" if money.fen < 0 else ""
        hundredths = (abs(money.fen) * 200 + YI) // (2 * YI)
        return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d} 亿元"
    if abs(money.fen) < WAN:
        return f"{_yuan(money)} 元"
    return f"{_wan(money.fen, 2).removesuffix('.00')} 万元"


def _in_english(money: Money) -> str:
    """From a million on in millions or billions, to the thousandth, and the exact amount is said on demand; below it in yuan."""
    unit, word = (10**11, "billion") if abs(money.fen) >= 10**11 else (10**8, "million")
    if abs(money.fen) < unit:
        return f"CNY {_yuan(money)}"
    thousandths = (abs(money.fen) * 2000 + unit) // (2 * unit)
    part = f".{thousandths % 1000:03d}".rstrip("0").rstrip(".")
    return f"CNY {'−' if money.fen < 0 else ''}{thousandths // 1000:,}{part} {word}"
