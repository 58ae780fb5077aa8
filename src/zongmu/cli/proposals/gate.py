"""``zongmu gate``: the one place that decides what may be merged, for the forge's job and for the server's hook alike."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from zongmu.cli.crashed import without_answer
from zongmu.cli.lines import Lines
from zongmu.cli.proposals.gating import Answer, judge_proposal
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual, Finding, Gate
from zongmu.policy.law.loading import Checks
from zongmu.policy.proposals.merging import stands_in_way
from zongmu.report.findings.text import finding_lines, shown
from zongmu.report.terminal import printable
from zongmu.report.words import GATE
from zongmu.store.atomic import WriteError, write_atomic

ACCOUNTS = ("ZONGMU_PUSHER", "GL_USERNAME", "GITEA_PUSHER_NAME", "REMOTE_USER")
"""Where a server says who pushes: set by its operator, by GitLab, by Gitea and Forgejo, by the web server."""
_NO_CHECKS = Checks({}, ())


def account_of(given: str | None) -> str | None:
    """Who pushes: as given, else as the server says."""
    return given or next((found for name in ACCOUNTS if (found := os.environ.get(name))), None)


def run_gate(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Judge a proposal. Exit 0 good, 1 refused or needs a person, 2 could not judge."""
    answer = judge_proposal(
        root, args.base, args.head, account=account_of(args.pusher), closed=args.closed, max_files=args.max_files
    )
    if args.format == "json":
        from zongmu.report.terminal import dump

        out.write(dump(answer_data(answer)))
    elif args.format in ("sarif", "codequality", "junit"):
        out.write(_for_machines(answer, args.format, args.lang))
    else:
        lines = github_lines(answer, args.lang) if args.format == "github" else answer_lines(answer, (args.lang,))
        for line in lines:
            out.write(line + "\n")
    if args.comment is not None:
        _write(args.comment, _comment(answer, args.lang))
    if args.suggestions is not None:
        from zongmu.cli.proposals.suggesting import review_of

        _write(args.suggestions, review_of(answer))
    if args.report is not None:
        format = {".sarif": "sarif", ".xml": "junit"}.get(args.report.suffix, "codequality")
        _write(args.report, _for_machines(answer, format, args.lang))
    if answer.crashed:
        return without_answer(args.lang)
    return 0 if answer.gate is Gate.GOOD or (args.propose and answer.gate is Gate.NEEDS_PERSON) else 1


def answer_lines(answer: Answer, langs: tuple[str, ...]) -> Iterator[str]:
    """What keeps the proposal out, each with its place, and what the gate says; in one language or in both."""
    lead = langs[0]
    lines = Lines(answer.judged.head) if answer.judged is not None else None
    checks = answer.judged.checks if answer.judged is not None else _NO_CHECKS
    for finding in answer.standing:
        yield from finding_lines(finding, lines.of(finding) if lines is not None else None, checks, lead)
        yield from (f"    {text}" for lang in langs[1:] for text in _again(finding, lang))
    if answer.standing:
        yield ""
    yield from (text.pick(lang) for text in notes(answer) for lang in langs)
    yield " / ".join(("结论：" if lang == "zh" else "gate: ") + GATE[answer.gate].pick(lang) for lang in langs)


def _again(finding: Finding, lang: str) -> Iterator[str]:
    """The same in the second language, without repeating the place and the law."""
    yield printable(finding.message.pick(lang))
    if finding.next_step.pick(lang):
        yield f"{'怎么办：' if lang == 'zh' else 'next: '}{printable(finding.next_step.pick(lang))}"


def notes(answer: Answer) -> Iterator[Bilingual]:
    """What a person has to see to although the gate cannot judge it."""
    if answer.law_changes:
        yield Bilingual(
            "改动了 checks/：由责任人查看 zongmu verdicts 列出的新旧裁决差异",
            "checks/ changes: its keepers look at what zongmu verdicts lists, the verdicts under both versions",
        )
    if "code" in answer.zones or "trust" in answer.zones:
        zones = "、".join(z for z in answer.zones if z != "data")
        yield Bilingual(f"涉及 {zones} 区：须经该区责任人审核", f"touches {zones}: its keepers have to review it")


def github_lines(answer: Answer, lang: str) -> Iterator[str]:
    """The findings as annotations, and the answer."""
    from zongmu.report.findings.formats import from_top
    from zongmu.report.findings.github import annotation

    judged = answer.judged.decision.findings if answer.judged is not None else ()
    fresh = [f for f in judged if not stands_in_way(f) and f.state.value in ("new", "worse")]
    for finding in from_top((*answer.standing, *fresh), answer.change.tree_before.git.prefix):
        yield annotation(finding, lang)
    yield from (text.pick(lang) for text in notes(answer))
    yield ("结论：" if lang == "zh" else "gate: ") + GATE[answer.gate].pick(lang)


def answer_data(answer: Answer) -> dict[str, object]:
    """The answer as JSON: the gate's own findings, and the change as ``zongmu diff`` tells it."""
    from zongmu.report.findings.data import finding_data

    change: object = None
    if answer.judged is not None:
        from zongmu.cli.proposals.diff import reported
        from zongmu.report.changes.data import change_json

        change = change_json(reported(answer.judged)[0], answer.judged.checks)
    return {
        "format": 1,
        "base": answer.change.base,
        "head": answer.change.head,
        "gate": answer.gate.value,
        "zones": list(answer.zones),
        "own": [finding_data(f, _NO_CHECKS) for f in answer.own],
        "law_changes": answer.law_changes,
        "change": change,
    }


def _for_machines(answer: Answer, format: str, lang: str) -> str:
    """The gate's own findings, and those of the change, in a format of others."""
    from zongmu.report.findings.formats import from_top, rendered

    findings: list[Finding] = list(answer.own)
    cured: tuple[Finding, ...] = ()
    checks = _NO_CHECKS
    if answer.judged is not None:
        decision, checks = answer.judged.decision, answer.judged.checks
        findings += decision.findings if format == "sarif" else shown(decision.findings, all_states=False)
        cured = decision.cured
    prefix = answer.change.tree_before.git.prefix
    return rendered(format, from_top(findings, prefix), from_top(cured, prefix), checks, lang, based=True)


def _comment(answer: Answer, lang: str) -> str:
    """The comment of the merge request, for whoever posts it."""
    from zongmu.report.changes.markdown import MARKER, gate_comment

    if answer.judged is not None:
        from zongmu.cli.proposals.diff import reported

        report, names = reported(answer.judged)
        return gate_comment(report, names, answer.own, lang)
    return "\n".join((MARKER, *_short(answer, lang))) + "\n"


def _write(path: Path, text: str) -> None:
    try:
        write_atomic(path, text.encode("utf-8", "replace"))
    except (WriteError, OSError):
        raise Trouble(
            "gate.not-written",
            Bilingual(f"{path} 写不进去", f"{path} could not be written"),
            Bilingual("核对目录和权限", "check the folder and its permissions"),
        ) from None


def _short(answer: Answer, lang: str) -> Iterator[str]:
    """The comment on a proposal that was not opened, or that touches no record."""
    from zongmu.report.changes.markdown import escaped

    yield f"**{escaped(GATE[answer.gate].pick(lang))}**"
    yield ""
    for finding in answer.own[:50]:
        yield f"- `{finding.code}` {escaped(finding.message.pick(lang))} {escaped(finding.next_step.pick(lang))}"
    yield from (escaped(text.pick(lang)) for text in notes(answer))
