"""Digests that bind a signature to content: canonical JSON, SHA-256 (decision 6).

Canonical JSON is frozen per format: sorted keys, no spaces, UTF-8, scalars in canonical notation (an amount by its value and
not by its notation), absent fields and translations (``*_en``) left out.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from zongmu.model.acts.milestones import Act, key_of
from zongmu.model.fields.leaves import plain
from zongmu.model.record_types import FORMAT
from zongmu.model.records.project import Project


def canonical(value: Any) -> bytes:
    """Canonical JSON of plain data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def without_translations(value: Any) -> Any:
    """Plain data without the ``*_en`` siblings, which have no authority."""
    if isinstance(value, dict):
        return {k: v if type(v) is str else without_translations(v) for k, v in value.items() if not k.endswith("_en")}
    return [without_translations(v) for v in value] if isinstance(value, list) else value


def sha256(value: Any) -> str:
    """``sha256:<hex>`` of the canonical JSON of *value*."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def milestone_digest(project: str, milestone: Act) -> str:
    """What an endorsement of *milestone* binds to: format, project, key and values, and no policy version."""
    return sha256(
        {
            "format": FORMAT,
            "project": project,
            "milestone": key_of(milestone),
            "values": without_translations(plain(milestone)),
        }
    )


def digest_now(project: Project | None, milestone: str) -> str | None:
    """The digest of a milestone as it stands, or None where there is none."""
    if project is None:
        return None
    return next((milestone_digest(project.id, m) for m in project.milestones if key_of(m) == milestone), None)


def short_digest(digest: str) -> str:
    """As many digits of a digest as commands print for a person to type again."""
    return digest.removeprefix("sha256:")[:12]
