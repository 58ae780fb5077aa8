"""Where references lead, followed from one record to the next."""

from __future__ import annotations

from collections.abc import Mapping


def way_back(id: str, after: Mapping[str, str]) -> list[str]:
    """The ids from *id* on, where *after* leads back to it; else none."""
    chain = [id]
    while (following := after.get(chain[-1])) is not None:
        if following == id:
            return chain
        if following in chain:
            break
        chain.append(following)
    return []
