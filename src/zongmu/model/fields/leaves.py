"""A record as a flat map of paths to values, rows named by their identity and not by their place.

``milestones/contract_signed/2/amount`` stays the same when a milestone is recorded late and the list shifts; the place in
the file does not matter to a difference between two revisions, to a correction, or to a finding.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

_IDENTITY = ("id", "seq", "item", "resource", "unit", "month", "project")


def row_key(row: Mapping[str, Any], index: int, natural: Sequence[str] = ()) -> str:
    """The identity of a row: its natural key, ``kind`` with ``seq``, an id; its index where it has none."""
    if natural:
        # A missing number is the first, and says nothing in the name.
        return "-".join([str(row.get(name, "")) for name in natural if name != "seq" or name in row])
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


def goes_by_place(names: Container[str]) -> bool:
    """Whether rows with fields of these *names* have no identity for :func:`row_key` but their place."""
    known = ("kind", *_IDENTITY, "source", "from", "year", "date", "name")
    return not any(name in names for name in known)


def plain(model: BaseModel) -> dict[str, Any]:
    """A record as plain data with canonical scalars and file names of fields; absent fields and empty lists left out."""
    data: dict[str, Any] = _prune(model.model_dump(mode="json", by_alias=True, exclude_none=True))
    return data


def _prune(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {k: v if type(v) is str else _prune(v) for k, v in value.items() if v or not isinstance(v, list | dict)}
    return [_prune(v) for v in value] if kind is list else value


def leaves(value: Any, series: Mapping[str, Sequence[str]], at: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of plain data with its path. A list of scalars is one leaf. *series* gives natural keys of top lists."""
    out: list[tuple[str, Any]] = []
    _collect(value, series, at, out)
    return iter(out)


def _collect(value: Any, series: Mapping[str, Sequence[str]], at: str, out: list[tuple[str, Any]]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            path = f"{at}/{name}" if at else name
            if isinstance(inner, (dict, list)):
                _collect(inner, series, path, out)
            else:
                out.append((path, inner))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        natural = series.get(at, ())
        for index, row in enumerate(value):
            _collect(row, series, f"{at}/{row_key(row, index, natural)}", out)
    else:
        out.append((at, value))


_Way = tuple["_Way | None", str, Mapping[str, Any] | None, int]
"""How one came to a mapping: from where, by which field, and for a row of a list the row and its index."""

Placed = list[tuple[_Way | None, str, Any]]
"""Leaves, each with the way to the mapping that it stands in and its field: the path is made where it is asked for."""


def placed(data: Mapping[str, Any]) -> Placed:
    """Every leaf of a record, as :func:`leaves` counts them, in order."""
    out: Placed = []
    _place(data, None, out)
    return out


def _place(node: Mapping[str, Any], way: _Way | None, out: Placed) -> None:
    for name, inner in node.items():
        kind = type(inner)
        if kind is dict:
            _place(inner, (way, name, None, 0), out)
        elif kind is list and inner and type(inner[0]) is dict:
            for index, row in enumerate(inner):
                _place(row, (way, name, row, index), out)
        else:
            out.append((way, name, inner))


def texts(found: Placed) -> list[str]:
    """Every text among the leaves, without its place."""
    out: list[str] = []
    for _, _, value in found:
        kind = type(value)
        if kind is str:
            out.append(value)
        elif kind is list:
            out.extend([one for one in value if type(one) is str])
    return out


def named(found: Placed, series: Mapping[str, Sequence[str]], names: Container[str]) -> list[tuple[str, Any]]:
    """Those of the leaves that are fields of these *names*, with their paths."""
    out: list[tuple[str, Any]] = []
    last: _Way | None = None
    at = ""
    for way, name, value in found:
        if name in names:
            if way is not last:
                last, at = way, f"{_path(way, series)}/"
            out.append((f"{at}{name}" if way is not None else name, value))
    return out


def _path(way: _Way | None, series: Mapping[str, Sequence[str]]) -> str:
    if way is None:
        return ""
    before, name, row, index = way
    above = _path(before, series)
    path = f"{above}/{name}" if above else name
    return path if row is None else f"{path}/{row_key(row, index, series.get(path, ()))}"


def locate(data: Any, path: str, series: Mapping[str, Sequence[str]]) -> tuple[tuple[str | int, ...], bool]:
    """The place of *path* (identity-based) in *data* as read from the file, as keys and indices; whether it is all there.

    Goes as deep as the data does: of a path that is not there it gives the nearest ancestor that is.
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
            index, width = _row_named(node, parts, i, series.get(seen, ()))
            if index is None:
                break
            out.append(index)
            node = node[index]
            seen = f"{seen}/{'/'.join(parts[i : i + width])}"
            i += width
        else:
            break
    return tuple(out), i == len(parts)


def _row_named(rows: list[Any], parts: list[str], i: int, natural: Sequence[str]) -> tuple[int | None, int]:
    """The first row whose identity stands at ``parts[i]``, and how many parts it takes; the longest identity wins.

    A value of a list has no identity but its place.
    """
    one = parts[i]
    two = f"{one}/{parts[i + 1]}" if i + 1 < len(parts) else None
    found: int | None = None
    for index, row in enumerate(rows):
        if isinstance(row, dict):
            name = row_key(row, index, natural)
            if name == two:
                return index, 2
            if found is None and name == one:
                found = index
        elif found is None and one == str(index):
            found = index
    return found, 1
