"""A record as a flat map of paths to values, rows named by their identity and not by their place.

``milestones/contract_signed/2/amount`` stays the same when a milestone is recorded late and the list shifts; the place in
the file does not matter to a difference between two revisions, to a correction, or to a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

_IDENTITY = ("id", "seq", "item", "resource", "unit", "month", "project")


def row_key(row: Mapping[str, Any], index: int, natural: Sequence[str] = ()) -> str:
    """The identity of a row: its natural key, ``kind`` with ``seq``, an id; its index where it has none."""
    if natural:
        return "-".join(str(row.get(name, "")) for name in natural)
    if "kind" in row:
        return f"{row['kind']}/{row['seq']}" if "seq" in row else str(row["kind"])
    for name in _IDENTITY:
        if name in row:
            return str(row[name])
    if "source" in row and "level" in row:
        return "-".join(str(row.get(name, "")) for name in ("source", "level", "year") if name in row)
    if "from" in row:
        return f"{row.get('step', '')}-{row['from']}"
    if "year" in row or "date" in row or "name" in row:
        return str(row.get("year") or row.get("date") or row.get("name"))
    return str(index)


def plain(model: BaseModel) -> dict[str, Any]:
    """A record as plain data with canonical scalars and file names of fields; absent fields and empty lists left out."""
    data: dict[str, Any] = _prune(model.model_dump(mode="json", by_alias=True, exclude_none=True))
    return data


def _prune(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _prune(v) for k, v in value.items() if v not in ([], {})}
    if isinstance(value, list):
        return [_prune(v) for v in value]
    return value


def leaves(value: Any, series: Mapping[str, Sequence[str]], at: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of plain data with its path. A list of scalars is one leaf. *series* gives natural keys of top lists."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, series, f"{at}/{name}" if at else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        natural = series.get(at, ())
        for index, row in enumerate(value):
            yield from leaves(row, series, f"{at}/{row_key(row, index, natural)}")
    else:
        yield at, value


def pointer(data: Any, path: str, series: Mapping[str, Sequence[str]]) -> tuple[str | int, ...]:
    """The place of *path* (identity-based) in *data* as read from the file: keys and indices.

    Goes as deep as the data does; a path that is not there gives its nearest existing ancestor.
    """
    parts = path.split("/") if path else []
    out: list[str | int] = []
    node = data
    seen = ""
    i = 0
    while i < len(parts):
        if isinstance(node, dict) and parts[i] in node:
            out.append(parts[i])
            node = node[parts[i]]
            seen = f"{seen}/{parts[i]}" if seen else parts[i]
            i += 1
        elif isinstance(node, list):
            # Longest match first: ``contract_signed/2`` before ``contract_signed``.
            for width in (2, 1):
                wanted = "/".join(parts[i : i + width])
                found = next(
                    (
                        n
                        for n, row in enumerate(node)
                        if isinstance(row, dict)
                        and i + width <= len(parts)
                        and row_key(row, n, series.get(seen, ())) == wanted
                    ),
                    None,
                )
                if found is not None:
                    out.append(found)
                    node = node[found]
                    seen = f"{seen}/{wanted}"
                    i += width
                    break
            else:
                break
        else:
            break
    return tuple(out)
