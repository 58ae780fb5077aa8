"""Which findings are only a matter of notation: asked after nearly every check, so that nothing is loaded here that mends."""

from __future__ import annotations

from typing import Final

from zongmu.model.finding import Finding

COLON: Final = "yaml.full-width-colon"
MARKS: Final = frozenset({"yaml.bom", "yaml.carriage-return", "yaml.no-final-newline"})
QUOTES: Final = frozenset({"yaml.quote-it", "yaml.quote-long-number"})
NOTATION: Final = frozenset(
    {
        "schema.pattern",
        "schema.bad-format",
        "schema.not-in-list",
        "schema.wrong-type",
        "record.document-number-form",
        COLON,
    }
)


def may_be_mended(finding: Finding) -> bool:
    """Whether :func:`~zongmu.exchange.mending.mended` has something to try against *finding*."""
    if finding.code in ("schema.wrong-type", "schema.not-in-list") or "codelist" in finding.values:
        return "meant" in finding.values
    return finding.code in MARKS | QUOTES | NOTATION
