"""All text of a built site: what is compressed or binary is unpacked first."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path


def all_text(site: Path) -> Iterator[tuple[str, str]]:
    """Path and text of every file; a file within a file by both their names."""
    for file in sorted(p for p in site.rglob("*") if p.is_file()):
        path = file.relative_to(site).as_posix()
        match file.suffix:
            case ".xlsx" | ".ods" | ".zip":
                with zipfile.ZipFile(file) as archive:
                    for name in archive.namelist():
                        yield f"{path}!{name}", archive.read(name).decode("utf-8", "replace")
            case ".sqlite":
                with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as base:
                    yield path, "\n".join(base.iterdump())
            case ".parquet":
                from pyarrow import parquet

                table = parquet.read_table(file)
                yield path, f"{table.schema.to_string(show_schema_metadata=True)}\n{table.to_pylist()!r}"
            case ".png":
                yield path, file.read_bytes().decode("utf-8", "replace")
            case _:
                yield path, file.read_text("utf-8")
