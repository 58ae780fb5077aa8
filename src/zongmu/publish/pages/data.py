"""The page of the open data, the note on what this tree is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from zongmu import __version__
from zongmu.publish.open_data.about import about
from zongmu.publish.open_data.catalogue import datasets
from zongmu.publish.open_data.datafile import DataFile
from zongmu.publish.open_data.json_files import about_json, indented
from zongmu.publish.open_data.oc4ids_extension import SCHEMA_PATH
from zongmu.publish.open_data.schema_org import schema_org
from zongmu.publish.open_data.shares import shares
from zongmu.publish.open_data.years import PROJECTS
from zongmu.publish.pages.base import Maker
from zongmu.publish.released.release import Release
from zongmu.publish.rendering.escape import safe


def build_file(release: Release) -> bytes:
    """``build.json``: what this tree is. Of the day only what it was judged on; nothing of the registry's commits."""
    data = {
        **about_json(release),
        "generator": f"zongmu {__version__}",
        "as_of": release.asof.isoformat(),
        "projects": len(release.projects),
        "withheld": len(release.tombstones),
    }
    return indented(data, 2)


def data_html(make: Maker, files: Sequence[DataFile], projects: Sequence[str]) -> Markup:
    """The stamped part of the data page: every file with what it holds, its size and its checksum.

    *projects*: paths of the data files of the projects.
    """
    tables: dict[str, dict[str, Any]] = {}
    for file in (f for f in files if f.table is not None and (f.year is None or f.table != PROJECTS)):
        row = tables.setdefault(str(file.table), {"about": file.about.pick(make.lang), "files": []})
        row["files"].append(_row(make, file))
    plain = [f for f in files if f.table is None and not f.path.startswith("schema/")]
    whole = [f for f in plain if f.path.startswith("data/")]
    head = about(make.release)
    return make.render(
        "data",
        root="" if make.zh else "../",
        whole=[_row(make, f) for f in whole],
        catalogues=[_row(make, f) for f in plain if f not in whole],
        tables=tables,
        years=[(f.year, _row(make, f)) for f in files if f.table == PROJECTS and f.year is not None],
        json_ld=safe(schema_org(head, datasets(head, files), make.lang)),
        shares=[share.path for share in shares(make.release)],
        projects=len(projects),
        example=min(projects, default=None),
        schema_count=sum(f.path.startswith("schema/") for f in files),
        # That of our extension is always there; the pages are made of the instance's own.
        browse=any(f.path.startswith("schema/") and f.path != SCHEMA_PATH for f in files),
        licence=head.licence,
        licence_uri=head.licence_uri,
        modified=head.modified,
    )


def _row(make: Maker, file: DataFile) -> dict[str, str]:
    return {
        "path": file.path,
        "name": file.path.rpartition("/")[2],
        "format": file.path.rpartition(".")[2].upper() + (f" {file.year}" if file.year is not None else ""),
        "title": file.title.pick(make.lang),
        "about": file.about.pick(make.lang),
        "size": _size(file.size),
        "digest": file.digest,
    }


def _size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
