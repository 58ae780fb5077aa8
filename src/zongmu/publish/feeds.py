"""Feeds of changes: Atom (RFC 4287) and JSON Feed 1.1, of the whole, of each body, each district and each project.

An entry is what changed of what is public of one project on one day. Its id is a ``tag:`` address (RFC 4151) of project and
day, which never changes; its time is the beginning of that day, since no hour of a change is public.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from markupsafe import Markup

from zongmu.model.immutable import immutable
from zongmu.publish.pages.base import Files, Later, Maker, Pages
from zongmu.publish.pages.changes import SORTS, Told, is_of, told
from zongmu.publish.released.history import Entry
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import encode, json_bytes, xml_holds
from zongmu.publish.rendering.say import slug

MOST = 1_000
"""Entries of the feed of the whole; older ones stand on the pages of changes."""
MOST_OF_ONE = 200
"""Entries of any other feed."""

ATOM = "http://www.w3.org/2005/Atom"
_NEVER = "1970-01-01T00:00:00Z"
_END = "</feed>"
_QUOTES = {"'": "&apos;", '"': "&quot;"}


@immutable
class _Feed:
    path: str  # without its suffix, in the tree
    title: str
    page: str  # what it is about, in the tree
    entries: Sequence[Entry]


def feeds(make: Maker) -> Pages:
    """The feeds of the whole, of bodies and of districts in the language of *make*."""
    writer = _Writer(make)
    for feed in _feeds(make):
        found = (make.release.project(id) for id in dict.fromkeys(entry.project for entry in feed.entries))
        projects = [p for p in found if p is not None]  # their keys hold all of their entries
        said = feed.title, [(entry.project, entry.day) for entry in feed.entries]
        for ending, write in (("atom", writer.atom), ("json", writer.json)):
            path = f"{feed.path}.{ending}"
            yield Later(path, partial(_written, path, write, feed), projects, said)


def _written(path: str, write: Callable[[_Feed], bytes], feed: _Feed) -> tuple[str, bytes]:
    return path, write(feed)


def _feeds(make: Maker) -> Iterator[_Feed]:
    release, prefix, name = make.release, make.prefix, _registry(make)
    entries = release.history.newest()
    what = make.word("变更", "changes")
    yield _Feed(f"{prefix}feed", f"{name} {what}", f"{prefix}changes/index.html", entries[:MOST])
    for sort, words in SORTS.items():
        rows = [entry for entry in entries if is_of(entry, sort)][:MOST]
        title = make.word(f"{name}：{words[0]}", f"{name}: {words[1]}")
        yield _Feed(f"{prefix}feeds/{sort}", title, f"{prefix}changes/index.html", rows)
    places = _places(release)
    by_body: dict[str, list[Entry]] = {id: [] for id in release.organizations}
    by_district: dict[str, list[Entry]] = {d.id: [] for d in release.districts}
    for entry in entries:
        bodies, districts = places.get(entry.project, ((), ()))
        for id in bodies:
            by_body[id].append(entry)
        for id in districts:
            by_district[id].append(entry)
    for id, rows in by_body.items():
        body = release.organizations[id]
        title = body.name if make.zh else body.name_en or body.name
        page = f"{prefix}organizations/{slug(id)}.html"
        yield _Feed(f"{prefix}feeds/organizations/{slug(id)}", f"{title} {what}", page, rows[:MOST_OF_ONE])
    for district in release.districts:
        title = district.name if make.zh else district.name_en or district.name
        page = f"{prefix}districts/{slug(district.id)}.html"
        rows = by_district[district.id][:MOST_OF_ONE]
        yield _Feed(f"{prefix}feeds/districts/{slug(district.id)}", f"{title} {what}", page, rows)


def feed_paths(project: str) -> tuple[str, str]:
    """The feeds of a project, in Chinese alone, which is the language of its words."""
    return f"feeds/projects/{project}.atom", f"feeds/projects/{project}.json"


class ProjectFeeds:
    """Makes the feeds of one project after the other; *make* is that of Chinese."""

    def __init__(self, make: Maker) -> None:
        self._make = make

    def of(self, project: Released) -> Files:
        """Both feeds of a project."""
        id, writer = project.public.id, _Writer(self._make)
        rows = [*reversed(self._make.release.history.of(id))][:MOST_OF_ONE]
        feed = _Feed(f"feeds/projects/{id}", f"{project.public.name} 变更", f"projects/{id}.html", rows)
        atom, json = feed_paths(id)
        yield atom, writer.atom(feed)
        yield json, writer.json(feed)


def _places(release: Release) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """The bodies that each project names, and the districts where it lies."""
    regions: dict[str, list[str]] = {}
    for district in release.districts:
        regions.setdefault(district.region, []).append(district.id)
    out = {}
    for project in release.projects:
        bodies = frozenset(id for _, id in project.parties if id in release.organizations)
        out[project.public.id] = bodies, frozenset(regions.get(str(project.public.facts.get("region")), ()))
    return out


def _registry(make: Maker) -> str:
    instance = make.release.instance
    return instance.name if make.zh else instance.name_en or instance.name


class _Writer:
    """Writes feeds of one language; an entry, which stands in the feed of each body that its project names, is written once."""

    def __init__(self, make: Maker) -> None:
        self._make = make
        self._base = make.release.address
        self._host = urlsplit(self._base).hostname or "localhost"
        self._zone = _zone(make.release.instance.timezone)
        self._told: dict[tuple[str, dt.date], Told] = {}
        self._entries: dict[tuple[str, dt.date], str] = {}
        self._items: dict[tuple[str, dt.date], dict[str, Any]] = {}
        instance = make.release.instance
        self._author = instance.site.operator or _registry(make)
        mark = instance.demonstration
        self._note = "" if mark is None else make.word("【演示数据】", "[Demonstration] ")

    def _of(self, entry: Entry) -> Told:
        key = (entry.project, entry.day)
        found = self._told.get(key)
        if found is None:
            found = self._told[key] = told(self._make, entry)
        return found

    def _time(self, day: dt.date) -> str:
        return dt.datetime.combine(day, dt.time(), self._zone).isoformat()

    def _id(self, entry: Entry) -> str:
        return f"tag:{self._host},{entry.day.isoformat()}:{entry.project}"

    def _page(self, entry: Entry) -> str:
        return f"{self._base}{self._make.prefix}projects/{entry.project}.html#history"

    def _title(self, entry: Entry) -> str:
        return f"{self._note}{_text(self._of(entry).project)}: {self._of(entry).headline}"

    def _lines(self, entry: Entry) -> Iterator[str]:
        found = self._of(entry)
        if entry.kind == "published":
            who = f": {_text(found.signed)}" if found.signed is not None else ""
            yield self._make.word(f"首次公开。公开审查{who}", f"Published. Disclosure review{who}")
        for row in found.rows:
            for name, old, new in row.fields:
                field = "" if name == row.title else f" · {name}"
                sides = " → ".join(_text(v) for v in (old, new) if v is not None)
                gone = self._make.word("（删除）", " (removed)") if new is None else ""
                yield f"{row.title}{field}: {sides}{gone}"

    def atom(self, feed: _Feed) -> bytes:
        """An Atom document."""
        root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": self._make.lang})
        address = self._base + feed.path + ".atom"
        _add(root, "id", address)
        _add(root, "title", self._note + feed.title)
        _add(root, "updated", self._time(feed.entries[0].day) if feed.entries else _NEVER)
        ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
        ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": self._base + feed.page})
        _add(ET.SubElement(root, "author"), "name", self._author)
        if licence := self._make.release.instance.site.licence:
            _add(root, "rights", licence)
        head = ET.tostring(root, encoding="unicode").removesuffix(_END)
        entries = "".join([self._entry(entry) for entry in feed.entries])
        return encode(f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{entries}{_END}\n')

    def _entry(self, entry: Entry) -> str:
        """An entry of an Atom document."""
        key = (entry.project, entry.day)
        found = self._entries.get(key)
        if found is None:
            row = ET.Element("entry")
            _add(row, "id", self._id(entry))
            _add(row, "title", self._title(entry))
            _add(row, "updated", self._time(entry.day))
            ET.SubElement(row, "link", {"rel": "alternate", "type": "text/html", "href": self._page(entry)})
            ET.SubElement(row, "category", {"term": entry.kind, "label": self._label(entry)})
            _add(row, "content", "\n".join(self._lines(entry)), {"type": "text"})
            found = self._entries[key] = ET.tostring(row, encoding="unicode")
        return found

    def _label(self, entry: Entry) -> str:
        words = {"published": ("首次公开", "Published"), "changed": ("变更", "Changed")}
        return self._make.word(*words[entry.kind])

    def json(self, feed: _Feed) -> bytes:
        """A JSON Feed; ``_zongmu`` holds the changes value by value, as the record has them."""
        out: dict[str, Any] = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self._note + feed.title,
            "home_page_url": self._base + feed.page,
            "feed_url": self._base + feed.path + ".json",
            "language": self._make.lang,
            "authors": [{"name": self._author}],
            "items": [self._item(entry) for entry in feed.entries],
        }
        if licence := self._make.release.instance.site.licence:
            out["_zongmu"] = {"licence": licence}  # the format has no member for it
        return json_bytes(out) + b"\n"

    def _item(self, entry: Entry) -> dict[str, Any]:
        """An item of a JSON Feed."""
        key = (entry.project, entry.day)
        found = self._items.get(key)
        if found is None:
            found = self._items[key] = {
                "id": self._id(entry),
                "url": self._page(entry),
                "title": self._title(entry),
                "content_text": "\n".join(self._lines(entry)),
                "date_published": self._time(entry.day),
                "tags": [entry.kind],
                "_zongmu": {
                    "project": entry.project,
                    "day": entry.day.isoformat(),
                    "kind": entry.kind,
                    "changes": [{"path": c.path, "before": c.before, "after": c.after} for c in entry.changes],
                },
            }
        return found


def _text(markup: Markup) -> str:
    return markup.striptags()


def _add(parent: ET.Element, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    ET.SubElement(parent, name, dict(attributes or {})).text = xml_holds(text)


def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.timezone(dt.timedelta(hours=8))  # where the system has no time zones: that of China


# ── addresses for search engines, and whom to tell of a weakness ──

_MOST_ADDRESSES = 50_000  # sitemaps.org: of one file


def sitemap(release: Release, paths: Iterable[str]) -> Files:
    """``sitemap.xml``, an index of several where there are too many addresses, and ``robots.txt``.

    The day of a page is that of the last change of what is public on it; a page that shows no project has none.
    """
    base = release.address
    days = _days(release)
    rows = [
        f"<url><loc>{escape(base + quote(path), _QUOTES)}</loc>{_lastmod(days.get(path.removeprefix('en/')))}</url>\n"
        for path in sorted(paths)
        if path.endswith(".html") and not path.endswith("404.html")
    ]
    parts = [rows[n : n + _MOST_ADDRESSES] for n in range(0, len(rows), _MOST_ADDRESSES)] or [[]]
    if len(parts) == 1:
        yield "sitemap.xml", _sitemap("urlset", parts[0])
    else:
        names = [f"sitemap-{n}.xml" for n in range(1, len(parts) + 1)]
        for name, part in zip(names, parts, strict=True):
            yield name, _sitemap("urlset", part)
        index = [f"<sitemap><loc>{escape(base + name, _QUOTES)}</loc></sitemap>\n" for name in names]
        yield "sitemap.xml", _sitemap("sitemapindex", index)
    yield "robots.txt", encode(f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")


def _days(release: Release) -> dict[str, dt.date]:
    """The day of the last public change of what a page shows, by the page's path in Chinese."""
    out: dict[str, dt.date] = {}

    def note(path: str, day: dt.date) -> None:
        out[path] = max(day, out.get(path, day))

    places = _places(release)
    for entry in release.history.newest():
        bodies, districts = places.get(entry.project, ((), ()))
        note(f"projects/{entry.project}.html", entry.day)
        for id in bodies:
            note(f"organizations/{slug(id)}.html", entry.day)
        for id in districts:
            note(f"districts/{slug(id)}.html", entry.day)
        note(f"changes/{entry.day.isoformat()[:7]}.html", entry.day)
        for path in ("index.html", "changes/index.html", "projects/index.html"):
            note(path, entry.day)
    return out


def _sitemap(kind: str, rows: Iterable[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return encode(f"{head}{''.join(rows)}</{kind}>\n")


def _lastmod(day: dt.date | None) -> str:
    return "" if day is None else f"<lastmod>{day.isoformat()}</lastmod>"


def security_txt(release: Release) -> Files:
    """``.well-known/security.txt`` (RFC 9116), where the settings name whom to tell."""
    told_to = release.instance.site.security
    if told_to is None:
        return
    base = release.address
    lines = [f"Contact: {contact}" for contact in told_to.contact]
    lines.append(f"Expires: {told_to.expires.isoformat()}T00:00:00Z")
    if told_to.policy is not None:
        lines.append(f"Policy: {told_to.policy}")
    lines += ["Preferred-Languages: zh, en", f"Canonical: {base}.well-known/security.txt"]
    yield ".well-known/security.txt", encode("\n".join(lines) + "\n")
