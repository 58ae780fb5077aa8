"""schema.org in the pages, for search engines: the catalogue with every file on the page of the data, the catalogue by itself
on the home page, the data set of everything on the master list. What is said of one thing bears one ``@id``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.catalogue import KEYWORDS, Dataset, Feed, all_projects
from zongmu.publish.open_data.datafile import DataFile
from zongmu.publish.rendering.escape import script_json

_CONTEXT = {"@context": "https://schema.org/"}
_TABLE = "data/csv/projects.csv"


def schema_org(about: About, sets: Sequence[Dataset], lang: str) -> str:
    """The catalogue with every data set and file, as the data of a ``<script type="application/ld+json">``: nothing in it can
    end the element."""
    return script_json(_catalogue(about, lang) | {"dataset": [_dataset(about, one, lang) for one in sets]})


def catalogue_json_ld(about: About, lang: str) -> str:
    """The catalogue by itself, with the data set of everything by its name."""
    one = all_projects(about)
    named = {
        "@type": "Dataset",
        "@id": _id(about, one),
        "name": one.title.pick(lang),
        "description": one.about.pick(lang),
    }
    return script_json(_catalogue(about, lang) | {"dataset": [named | about.named_licence]})


def list_json_ld(about: About, sets: Sequence[Dataset], lang: str) -> str:
    """The data set of everything, the first of *sets*, with its files and the table of projects, their sizes and checksums."""
    table = (file for one in sets for file in one.files if file.path == _TABLE)
    out = _CONTEXT | _dataset(about, replace(sets[0], files=(*sets[0].files, *table)), lang)
    return script_json(out | {"includedInDataCatalog": {"@id": f"{about.address}data.html"}})


def _catalogue(about: About, lang: str) -> dict[str, Any]:
    said = Bilingual("已公开的政务信息化项目", "Published government IT projects").pick(lang)
    if about.notice is not None:
        said += Bilingual("（演示数据，内容虚构）", " (demonstration data, fictitious)").pick(lang)
    out: dict[str, Any] = _CONTEXT | {
        "@type": "DataCatalog",
        "@id": f"{about.address}data.html",
        "name": about.registry if lang == "zh" else about.registry_en,
        "description": said,
        "url": about.address,
        "inLanguage": ["zh", "en"],
        "publisher": _organization(about),
    }
    return out | about.named_licence


def _id(about: About, one: Dataset) -> str:
    return f"{about.address}data.json#{one.id}"


def _organization(about: About) -> dict[str, Any]:
    return {"@type": "Organization", "name": about.publisher, "url": about.address}


def _dataset(about: About, one: Dataset, lang: str) -> dict[str, Any]:
    out: dict[str, Any] = {
        "@type": "Dataset",
        "@id": _id(about, one),
        "name": one.title.pick(lang),
        "description": one.about.pick(lang),
        "url": f"{about.address}data.html",
        "keywords": list(KEYWORDS),
        "dateModified": about.modified,
        "isAccessibleForFree": True,
        "creator": _organization(about),
        "distribution": [
            *(_download(about, f, lang) | {"contentSize": str(f.size), "sha256": f.digest} for f in one.files),
            *(_download(about, feed, lang) for feed in one.feeds),
        ],
    }
    if one.year is not None:
        out["temporalCoverage"] = str(one.year)
    return out | about.named_licence


def _download(about: About, file: DataFile | Feed, lang: str) -> dict[str, str]:
    return {
        "@type": "DataDownload",
        "name": file.title.pick(lang),
        "contentUrl": about.address + file.path,
        "encodingFormat": file.media_type,
    }
