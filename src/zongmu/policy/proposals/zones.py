"""The three zones of a repository: the data, what every verdict rests on, and the code. One change touches one of them.

A file of an organization belongs to the data, but the roles that it ``holds`` belong to the trust (decision 19): that part
is judged where the file's content is at hand.
"""

from __future__ import annotations

from typing import Literal

Zone = Literal["data", "trust", "code"]

_TRUST = ("trust/", "registry/calendars/")
_TRUST_FILES = frozenset(
    {"registry/registry.yaml", "CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS",
     ".gitea/CODEOWNERS"}
)  # fmt: skip


def zone_of(path: str) -> Zone:
    """The zone of a path of the instance."""
    if path.startswith(_TRUST) or path in _TRUST_FILES:
        return "trust"
    return "data" if path.startswith("registry/") else "code"
