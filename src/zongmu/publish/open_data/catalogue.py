"""The data sets that catalogues list: all projects, each table, each year, the deadlines, the changes; with
their files and feeds. What DCAT-AP, DCAT-US and
schema.org have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.datafile import ATOM, JSON_FEED, DataFile
from zongmu.publish.open_data.years import PROJECTS

OPENAPI = "openapi.json"

KEYWORDS = ("政务信息化", "项目", "总目录", "政府采购", "government IT", "public procurement", "projects")

_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


@immutable
class Feed:
    """A feed of what changed: it is where it is, and has no size or checksum to be listed by."""

    path: str
    media_type: str
    title: Bilingual


@immutable
class Dataset:
    """One data set and the files that hold it."""

    id: str
    title: Bilingual
    about: Bilingual
    files: tuple[DataFile, ...]
    feeds: tuple[Feed, ...] = ()
    year: int | None = None  # a member of the series of years


def all_projects(about: About, files: Sequence[DataFile] = ()) -> Dataset:
    """The data set of everything, with the *files* that hold it."""
    title = Bilingual(f"{about.registry}：全部已公开项目", f"{about.registry_en}: all published projects")
    said = Bilingual(
        "已公开政务信息化项目的公开文本、资金、事项、合同、检查结果",
        "Published government IT projects: public text, money, acts, contracts, outcomes of checks",
    )
    return Dataset("projects-all", title, said, tuple(files))


_FEEDS = (
    Feed("feed.atom", ATOM, Bilingual("变更（Atom，中文）", "Changes (Atom, in Chinese)")),
    Feed("feed.json", JSON_FEED, Bilingual("变更（JSON Feed，中文）", "Changes (JSON Feed, in Chinese)")),
    Feed("en/feed.atom", ATOM, Bilingual("变更（Atom，英文）", "Changes (Atom, in English)")),
    Feed("en/feed.json", JSON_FEED, Bilingual("变更（JSON Feed，英文）", "Changes (JSON Feed, in English)")),
)

_CHANGES = "changes"
"""The table that is a data set with the feeds of what it holds."""


def datasets(about: About, files: Sequence[DataFile]) -> tuple[Dataset, ...]:
    """The data sets of the files."""
    whole = tuple(f for f in files if f.path.startswith("data/") and f.table is None and not _of_another(f))
    out = [all_projects(about, whole)]
    for calendar in (f for f in files if f.media_type == "text/calendar" and f.path.startswith("data/")):
        out.append(Dataset("deadlines", calendar.title, calendar.about, (calendar,)))
    for name in dict.fromkeys(f.table for f in files if f.table not in (None, _CHANGES)):
        mine = tuple(f for f in files if f.table == name and f.year is None)
        plain = Bilingual(*(re.sub(r"\s*[(（][^()（）]*[)）]$", "", t) for t in (mine[0].title.zh, mine[0].title.en)))
        title = Bilingual(f"{about.registry}：{plain.zh}", f"{about.registry_en}: {plain.en}")
        out.append(Dataset(f"table-{name}", title, mine[0].about, mine))
    yearly = (f for f in files if f.table == PROJECTS and f.year is not None)
    out += [Dataset(f"{f.table}-{f.year}", f.title, f.about, (f,), year=f.year) for f in yearly]
    title = Bilingual(f"{about.registry}：变更公示", f"{about.registry_en}: what changed")
    said = Bilingual("公开内容的每次变化，按日逐字段", "Every change of what is public, by day and field")
    return (*out, Dataset("changes", title, said, tuple(f for f in files if f.table == _CHANGES), _FEEDS))


def _of_another(file: DataFile) -> bool:
    return file.media_type == "text/calendar" or file.path.endswith("csv-metadata.json")


def email(about: About) -> str:
    """Where to write: the contact of the instance if it is an address, else the mailbox that every host of mail must have
    (RFC 5321, 4.5.1)."""
    found = _EMAIL.search(about.contact or "")
    return found[0] if found else f"postmaster@{urlsplit(about.address).hostname or 'localhost'}"
