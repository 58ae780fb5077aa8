"""Places found section by section in plain files are those that composing the whole file finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shared import REPO
from zongmu.store.reading import fast
from zongmu.store.reading.positions import Positions

FILES = sorted((REPO / "registry").rglob("*.yaml"))

WRITTEN = {
    "a list in the column of its key": "a: x\nrows:\n- kind: p\n  of: 1\n- kind: q\nz: b\n",
    "comments and blank lines between": "# top\n\na: x  # why\nrows:  # here\n  # before\n\n  - {k: 1}\n\n  # mid\n  - {k: 2}\n# end\n",
    "a list within a row": "rows:\n  - kind: p\n    rows:\n      - a: 1\n      - a: 2\n    also:\n    - b\n  - kind: q\n",
    "text of several lines": "rows:\n  - text: |\n      - no row\n        rows:\n    of: 1\n  - text: |-\n      rows: 2\n\nlast: |\n  rows:\n  - a\n",
    "a list of texts": "rows:\n  - 中文\n  - b\nz: 1\n",
    "values with what may follow": 'rows:\n  - a: x  # why\n    b: \x27it is\x27  \n    c: "q" # z\n    d: a b  c   \n    e: a#b\n    f: |\n      d: 1\n    g: {d: 2}\nz: one 2 # c\nlast: "x"\n',
    "a mapping, then brackets": "a:\n  b: 1\n  c: {d: 2, e: [x, b]}\nf: [{g: 1}, {g: 2}]\n",
    "a list as the whole": "- a: 1\n- b: 2\n",
}


def pointers(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in inner:
        yield from pointers(child, (*at, name))
    # What is not there has a place too.
    yield (*at, "\0")
    yield (*at, 99)
    yield (*at, "0")


def hold(data: bytes) -> None:
    value = fast.read(data)
    assert value is not None, "not a plain file"
    whole, parts = Positions.of(data), Positions.of(data, plain=True)
    for pointer in pointers(value):
        for key in (False, True):
            assert parts.find(pointer, key=key) == whole.find(pointer, key=key), (pointer, key)


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_written(text: str) -> None:
    hold(text.encode())


@pytest.mark.parametrize("file", FILES, ids=lambda file: Path(file).stem)
def test_registry(file: Path) -> None:
    data = file.read_bytes()
    if fast.read(data) is None:
        pytest.skip("not a plain file: it is composed whole")
    hold(data)
