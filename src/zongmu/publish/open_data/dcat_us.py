"""DCAT-US: the catalogue as plain JSON, in version 3 (``data.json``), and in version 1.1 for harvesters that read that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.catalogue import KEYWORDS, OPENAPI, Dataset, Feed, email
from zongmu.publish.open_data.datafile import DataFile
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.open_data.years import SERIES, SERIES_ABOUT


def data_json(about: About, sets: Sequence[Dataset]) -> bytes:
    """``data.json`` after DCAT-US 3."""
    publisher = {"@type": "Organization", "name": about.publisher}
    contact = {"@type": "Kind", "fn": about.publisher, "hasEmail": f"mailto:{email(about)}"}
    catalogue: dict[str, Any] = {
        "@type": "Catalog",
        "@id": f"{about.address}data.json",
        "title": about.registry,
        "description": about.notice or f"{about.registry}：已公开的政务信息化项目",
        "language": ["zh", "en"],
        "modified": about.modified,
        "publisher": publisher,
        "conformsTo": {"@type": "Standard", "@id": "https://resources.data.gov/dcat-us/3.0.0/", "title": "DCAT-US 3.0"},
        "homepage": {"@type": "Document", "accessURL": about.address, "title": about.registry},
        "dataset": [_dataset(about, one, publisher, contact) for one in sets],
        "service": [
            {
                "@type": "DataService",
                "title": "静态 JSON 接口 Static JSON interface",
                "endpointURL": [about.address],
                "endpointDescription": [about.address + OPENAPI],
                "publisher": publisher,
                "contactPoint": [contact],
            }
        ],
    }
    return indented(catalogue | about.named_licence)


def _named(about: About, one: Dataset) -> dict[str, Any]:
    """What both versions say of a data set in the same words."""
    return {
        "identifier": f"{about.address}data.json#{one.id}",
        "title": one.title.zh,
        "description": f"{one.about.zh}。{one.about.en}.",
        "keyword": list(KEYWORDS),
        "language": ["zh", "en"],
        "modified": about.modified,
    }


def _dataset(about: About, one: Dataset, publisher: dict[str, Any], contact: dict[str, Any]) -> dict[str, Any]:
    out = {
        "@type": "Dataset",
        "@id": f"{about.address}data.json#{one.id}",
        **_named(about, one),
        "accessRights": "公开 public",
        "publisher": publisher,
        "contactPoint": contact,
        "landingPage": {"@type": "Document", "accessURL": f"{about.address}data.html", "title": "开放数据 Open data"},
        "distribution": [
            *(_distribution(about, file) for file in one.files),
            *(_accessible(about, feed) for feed in one.feeds),
        ],
    }
    if one.year is not None:
        out["inSeries"] = [
            {
                "@type": "DatasetSeries",
                "@id": f"{about.address}data.json#projects-by-year",
                "title": SERIES.zh,
                "description": f"{SERIES_ABOUT.zh}。{SERIES_ABOUT.en}.",
            }
        ]
        days = {"startDate": f"{one.year}-01-01", "endDate": f"{one.year}-12-31"}
        out["temporal"] = [{"@type": "PeriodOfTime", **days}]
    return out


def _accessible(about: About, file: DataFile | Feed) -> dict[str, Any]:
    """What a file and a feed alike have."""
    out = {
        "@type": "Distribution",
        "title": file.title.zh,
        "accessURL": about.address + file.path,
        "mediaType": file.media_type,
        "modified": about.modified,
    }
    return out | about.named_licence


def _distribution(about: About, file: DataFile) -> dict[str, Any]:
    return _accessible(about, file) | {
        "description": file.about.zh or file.title.zh,
        "downloadURL": about.address + file.path,
        "format": file.path.rpartition(".")[2].upper(),
        "byteSize": str(file.size),
        "checksum": {
            "@type": "Checksum",
            "algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
            "checksumValue": file.digest,
        },
    }


# ── version 1.1 ──

_SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"


def data_json_1_1(about: About, sets: Sequence[Dataset]) -> bytes:
    """``data-1.1.json`` after DCAT-US 1.1 (Project Open Data): the same data sets, with what that version has a place for."""
    catalogue: dict[str, Any] = {
        "@context": f"{_SCHEMA}/catalog.jsonld",
        "@id": f"{about.address}data-1.1.json",
        "@type": "dcat:Catalog",
        "conformsTo": _SCHEMA,
        "describedBy": f"{_SCHEMA}/catalog.json",
        "dataset": [_dataset_1_1(about, one) for one in sets],
    }
    return indented(catalogue)


def _dataset_1_1(about: About, one: Dataset) -> dict[str, Any]:
    out: dict[str, Any] = {
        "@type": "dcat:Dataset",
        **_named(about, one),
        "accessLevel": "public",
        "publisher": {"@type": "org:Organization", "name": about.publisher},
        "contactPoint": {"@type": "vcard:Contact", "fn": about.publisher, "hasEmail": f"mailto:{email(about)}"},
        "landingPage": f"{about.address}data.html",
        "distribution": [
            *(_distribution_1_1(about, file) | {"description": file.about.zh or file.title.zh} for file in one.files),
            *(_distribution_1_1(about, feed) for feed in one.feeds),
        ],
    }
    if about.licence_uri is not None:
        out["license"] = about.licence_uri
    if one.year is not None:
        out["temporal"] = f"{one.year}-01-01/{one.year}-12-31"
    return out


def _distribution_1_1(about: About, file: DataFile | Feed) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "title": file.title.zh,
        "downloadURL": about.address + file.path,
        "mediaType": file.media_type,
        "format": file.path.rpartition(".")[2].upper(),
    }
