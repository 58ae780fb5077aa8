"""Material that lies beside the repository and not in it: real spreadsheets, hostile inputs, the law's text.

A clone has none of it, so a test that reads it carries ``@needs_shared`` and is skipped, with its reason, where it
is absent.
"""

from __future__ import annotations

from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
"""The root of this repository."""

SHARED = REPO.parent / "shared"
"""Where the material lies, if it is there."""

needs_shared = pytest.mark.skipif(
    not (SHARED / "design.md").is_file(),
    reason="the shared material does not lie beside this clone (../shared)",
)
"""Marks a test that reads :data:`SHARED`."""
