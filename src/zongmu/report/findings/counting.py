"""Findings that stand in nobody's way, by rule: what a person reads first is short, however large the registry is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from zongmu.model.finding import Bilingual, Finding, Outcome, Severity
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import stands_in_way
from zongmu.report.words import verdict_word

FEW: Final = 20
"""So many are listed one by one; more are counted."""
_RULES: Final = 12
"""Rules of one kind that get a line of their own, the most frequent first."""


def parted(findings: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What is listed one by one, and what is counted: nothing of what keeps a change out, nor of few."""
    listed: list[Finding] = []
    counted: list[Finding] = []
    every = list(findings)
    for finding in every:
        (listed if stands_in_way(finding) or finding.outcome is Outcome.ERROR else counted).append(finding)
    return (listed, counted) if len(counted) > FEW else (every, [])


def counted_lines(counted: Sequence[Finding], checks: Checks, lang: str) -> Iterator[str]:
    """*counted* by kind and rule, with the commands that show them one by one."""
    from zongmu.report.findings.catalog import title_of  # only now: a change seldom has so many

    zh = lang == "zh"
    yield (
        f"以下 {len(counted)} 项不影响合并，按规则汇总；逐项列出用 zongmu check --all，只看一个文件用 zongmu check 路径："
        if zh
        else f"{len(counted)} findings stand in nobody's way, by rule; zongmu check --all lists each, zongmu check PATH those of one file:"
    )
    kinds: dict[str, list[Finding]] = {}
    for finding in sorted(counted, key=_gravity):
        kinds.setdefault(verdict_word(finding, lang), []).append(finding)
    for kind, rows in kinds.items():
        codes = Counter(f.code for f in rows)
        yield f"  {kind} {len(rows)}" if zh else f"  {kind}: {len(rows)}"
        for code, count in codes.most_common(_RULES):
            title = title_of(checks, code) or Bilingual("", "")
            yield f"  {count:>6}  {title.pick(lang)} [{code}]"
        more = codes.most_common()[_RULES:]
        if more:
            total = sum(count for _, count in more)
            yield f"  {total:>6}  另 {len(more)} 条规则" if zh else f"  {total:>6}  in {len(more)} more rules"


def _gravity(finding: Finding) -> int:
    """Acknowledged breaches first, then warnings, then notices."""
    return -(Severity.BLOCKING if finding.acknowledged is not None else finding.severity)
