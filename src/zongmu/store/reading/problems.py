"""Every problem of form that reading one file can report, in one place."""

from __future__ import annotations

from typing import Final

from zongmu.store.reading import characters, collect, exact, scalars, syntax

CODES: Final = (*characters.CODES, *syntax.CODES, *scalars.CODES, *exact.CODES, *collect.CODES)
