"""What is read line by line is read as the exact reader reads it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.store.test_fast_equals_exact import KEYS, NASTY, ORDINARY
from zongmu.store.editing.edit import same
from zongmu.store.reading import lines
from zongmu.store.reading.reader import parse_exact

one = (
    st.sampled_from(NASTY + ORDINARY) | st.text(max_size=6) | st.text(alphabet="ab中0123456789.-_:#, '\"\n", max_size=8)
)
pairs = st.tuples(st.sampled_from(["a", "kind", "seq", *KEYS]), one).map(": ".join)


def agree(data: bytes, value: object) -> None:
    exact = parse_exact(data, "x.yaml")
    assert exact.findings == (), data
    assert same(value, exact.value), data


def check(item: str) -> bool:
    """Holds both readers against each other; says whether the lines alone were enough."""
    data = item.encode("utf-8", "surrogatepass")
    value, found = lines.row(data), lines.pair(data + b"\n")
    if value is not None:
        agree(b"m:\n  - " + data + b"\n", {"m": [value]})
    if found is not None:
        agree(data + b"\n", dict([found]))
    return value is not None


@pytest.mark.parametrize("key", [*KEYS, "seq"])
def test_every_nasty_scalar_after_every_key(key: str) -> None:
    for scalar in NASTY + ORDINARY:
        for item in (f"{key}: {scalar}", f"a: x\n    {key}: {scalar}", f"{key}: {scalar}\n    a: x"):
            check(item)


@given(
    st.lists(pairs, max_size=4).flatmap(
        lambda rows: st.sampled_from(["\n    ", "\n     ", "\n  ", "\n"]).map(lambda s: s.join(rows))
    )
)
@example("kind: a\n    kind: b")
@example("kind: a\n\n    seq: 1")
@example("kind: a\n    seq: 1\n      x")
@example("one")
def test_rows_of_ordinary_and_nasty_parts(item: str) -> None:
    check(item)


def test_an_ordinary_row_is_read_so() -> None:
    assert check(
        "kind: contract_signed\n    seq: 12\n    date: 2027-05-02\n    supplier: 示例科技有限公司\n    amount: 401.6万元"
    )
    assert lines.pair("summary: 第 2 版说明\n".encode()) == ("summary", "第 2 版说明")
