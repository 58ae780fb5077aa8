"""``zongmu check``: read, validate, judge, decide, report."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from zongmu.cli.progress import Progress
from zongmu.cli.session import checks_at, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual, ChangeState, Finding, Outcome
from zongmu.policy.engine import World
from zongmu.policy.merging import Decision, decide
from zongmu.policy.loading import Checks
from zongmu.policy.run import Run, load_for_run, record_at, run, with_itself
from zongmu.report.text import Summary, exit_code, finding_lines, shown, summary_lines, tally_lines
from zongmu.store.git import GitProblem
from zongmu.store.registry import Registry


def run_check(root: Path, args: argparse.Namespace) -> int:
    """Check the registry (or, with ``--base``, a change) and print what was found."""
    began = time.monotonic()
    asof = parse_day(args.as_of)
    checks = checks_at(root)
    if args.base is None:
        registry = registry_at(root, load_with=load_for_run)
        if registry.instance is None:
            return _broken_instance(root, registry, checks, args)
        world = world_of(checks, registry, asof)
        progress = Progress("检查 checking" if args.lang == "zh" else "checking")
        result = run(world, registry, workers=args.jobs, progress=progress)
        progress.end()
        decision = decide(_inside(result.findings, root, args.paths), strict=args.strict)
        base_name = None
    else:
        registry, world, result, before = _against(root, checks, args, asof)
        decision = decide(_inside(result.findings, root, args.paths), before.findings, strict=args.strict)
        base_name = args.base
    if args.tally:
        demonstrates = registry.instance is not None and registry.instance.demonstration is not None
        shown_by = with_itself(world, registry, result) if args.base is None and demonstrates else result
        for line in tally_lines(shown_by.tally, checks, args.lang):
            print(line)
        print()
    summary = _summary(result, time.monotonic() - began, base_name)
    _report(decision, summary, registry, checks, args)
    return 2 if result.crashed else exit_code(decision.gate)


def _against(root: Path, checks: Checks, args: argparse.Namespace, asof: object) -> tuple[Registry, World, Run, Run]:
    """Judge the tip, then the tip overlaid with the change, at the same as-of day."""
    from zongmu.store.trees import change_against

    try:
        change = change_against(root, args.base, args.head)
        tip = registry_at(root, change.tree_before, load_with=load_for_run)
        after = registry_at(root, change.tree_after, load_with=load_for_run)
    except GitProblem as problem:
        raise Trouble(problem.code.id, problem.message, problem.next_step) from None
    if after.instance is None or tip.instance is None:
        raise Trouble(
            "cli.no-settings",
            Bilingual(
                "registry/registry.yaml 不存在或有误，无法裁决",
                "registry/registry.yaml is missing or wrong; nothing can be judged",
            ),
            Bilingual("按 zongmu check（不带 --base）列出的问题改正它", "mend it as plain zongmu check says"),
            where="registry/registry.yaml",
        )
    world = world_of(checks, after, asof)  # type: ignore[arg-type]
    tip_world = world_of(checks, tip, world.asof)
    before = run(tip_world, tip, workers=args.jobs)
    result = run(world, after, base=before, base_registry=tip, touched=change.paths, workers=args.jobs)
    return after, world, result, before


def _broken_instance(root: Path, registry: Registry, checks: Checks, args: argparse.Namespace) -> int:
    """Nothing can be judged without the instance's settings; what is wrong with every file is still said."""
    decision = decide(registry_at(root).findings, strict=args.strict)
    for finding in decision.findings:
        for line in finding_lines(finding, _line(registry, finding), checks, args.lang):
            print(line)
    raise Trouble(
        "cli.no-settings",
        Bilingual(
            "registry/registry.yaml 不存在或有误，无法裁决",
            "registry/registry.yaml is missing or wrong; nothing can be judged",
        ),
        Bilingual("按上面列出的问题改正它", "mend it as listed above"),
        where="registry/registry.yaml",
    )


def _inside(findings: Iterable[Finding], root: Path, paths: list[str]) -> list[Finding]:
    """The findings about the files or folders named on the command line; all of them when none is."""
    if not paths:
        return list(findings)
    wanted: list[str] = []
    for path in paths:
        full = (Path.cwd() / path).resolve()
        try:
            relative = full.relative_to(root).as_posix()
        except ValueError:
            relative = path
        if not full.exists() and not (root / path).exists():
            raise Trouble(
                "cli.no-such-path",
                Bilingual(f"没有 {path}", f"there is no {path}"),
                Bilingual("核对路径；路径相对于当前目录", "check the path; it is relative to the current folder"),
            )
        wanted.append("" if relative == "." else relative)
    return [f for f in findings if any(w == "" or f.path == w or f.path.startswith(w + "/") for w in wanted)]


def _summary(result: Run, seconds: float, base: str | None) -> Summary:
    tally = {"undetermined": 0, "advisory": 0}
    for counts in result.tally.values():
        for word in tally:
            tally[word] += counts.get(word, 0)
    capped = [c.why for f in result.findings if f.verdict is not None for c in f.verdict.caps]
    return Summary(
        records=len(result.judged),
        projects=sum(j.type == "project" for j in result.judged.values()),
        seconds=round(seconds, 2),
        asof=result.asof.isoformat(),
        undetermined=tally[Outcome.UNDETERMINED.value],
        waived=capped.count("waived"),
        explained=capped.count("explained"),
        advisory=tally["advisory"],
        base=base,
    )


def _report(decision: Decision, summary: Summary, registry: Registry, checks: Checks, args: argparse.Namespace) -> None:
    if args.format == "json":
        from zongmu.report.data import dump, report_data

        sys.stdout.write(dump(report_data(decision, summary, checks)))
        return
    listed = shown(decision.findings, all_states=args.all or summary.base is None)
    if args.format == "github":
        from zongmu.report.github import annotation

        for finding in listed:
            print(annotation(finding, args.lang))
    else:
        for finding in listed:
            for line in finding_lines(finding, _line(registry, finding), checks, args.lang):
                print(line)
    if listed:
        print()
    hidden = (
        sum(f.state is ChangeState.EXISTING for f in decision.findings)
        if not args.all and summary.base is not None
        else 0
    )
    for line in summary_lines(decision, summary, args.lang):
        print(line)
    if hidden:
        print(
            f"（--all 可列出原已存在的 {hidden} 项）"
            if args.lang == "zh"
            else f"(--all lists {hidden} that were already so)"
        )


def _line(registry: Registry, finding: Finding) -> str | None:
    """The line of the file that a finding is about."""
    loaded = record_at(registry, finding.path)
    if loaded is None or finding.position is None or loaded.data is None:
        return None
    lines = loaded.data.decode("utf-8", "replace").split("\n")
    number = finding.position.line
    return lines[number - 1] if 0 < number <= len(lines) else None
