"""The fast loader, for files that :mod:`zongmu.store.reading.guard` found plain.

Its result is that of the exact reader: a test holds the two against each other. Anything unusual is ``None``, which
means "ask the exact reader", never "this file is wrong".
"""

from __future__ import annotations

from typing import Any

from zongmu.store.reading.guard import MAX_FAST_BYTES, is_plain

_loads: Any = None


def read(data: bytes, most: int = MAX_FAST_BYTES) -> Any:
    """The mapping or list in *data*, or ``None`` when the exact reader has to look. Never raises."""
    if not is_plain(data, most):
        return None
    try:
        value = (_loads or _import_loads())(data.decode())
    except Exception:
        # Duplicate keys, uneven indentation, broken UTF-8: the exact reader says where and what.
        return None
    return value if type(value) is dict or type(value) is list else None


def _import_loads() -> Any:
    """The loader, imported on first use: it costs milliseconds that many commands need not spend."""
    global _loads
    from ryaml import loads  # type: ignore[attr-defined]

    _loads = loads
    return loads
