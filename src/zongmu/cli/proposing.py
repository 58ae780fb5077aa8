"""Files that are about to be written: judged as a change first, the findings shown, then written whole or not at all."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TextIO

from zongmu.cli.session import checks_at, registry_at, world_of
from zongmu.cli.trouble import Trouble, trouble
from zongmu.model.finding import Bilingual, ChangeState, Finding, Gate, Severity
from zongmu.model.immutable import immutable
from zongmu.model.records.instance import Instance
from zongmu.model.records.project import Project
from zongmu.policy.judging.world import World
from zongmu.policy.law.loading import Checks
from zongmu.policy.law.measure import Measure
from zongmu.policy.proposals.merging import Decision, decide
from zongmu.policy.remembering import memory_of
from zongmu.policy.run import load_for_run, run
from zongmu.report.findings.text import exit_code, finding_lines
from zongmu.report.terminal import printable
from zongmu.store.atomic import WriteError, alone, write_atomic
from zongmu.store.editing.codes import CHANGED_MEANWHILE, EditError
from zongmu.store.git.objects import blob_id
from zongmu.store.kept.cache import Cache
from zongmu.store.refusal import refusal
from zongmu.store.registry import LoadedRecord, Registry
from zongmu.store.survey import ROOT
from zongmu.store.trees import Entry, OverlayTree, Tree, WorkTree


@immutable
class Desk:
    """What a command that writes works with: the law, the registry as it stands, what the rules share."""

    root: Path
    checks: Checks
    registry: Registry
    world: World

    def measure(self, jurisdiction: str) -> Measure | None:
        """The measure that applies in a jurisdiction, the first where there are several."""
        laws = self.world.laws.get(jurisdiction, ())
        return laws[0][0].measure if laws else None


def projects_by_name(desk: Desk) -> Mapping[tuple[str, str | None], LoadedRecord]:
    """The projects there are by name and unit: most who begin one of the same name mean that one."""
    projects = desk.registry.of_type("project")
    return {(r.model.name, r.model.owner): r for r in projects if isinstance(r.model, Project)}


def desk_at(root: Path) -> Desk:
    """The desk of the instance at *root*. Raises :class:`Trouble`."""
    checks = checks_at(root)
    registry = registry_at(root)
    return Desk(root, checks, registry, world_of(checks, registry, None))


def jurisdiction_in(instance: Instance, given: str | None) -> str:
    """The jurisdiction *given*, or the only one there is. Raises :class:`Trouble`."""
    cities = [j.id for j in instance.jurisdictions]
    if given is None and len(cities) == 1:
        return cities[0]
    if given not in cities:
        raise trouble(
            "cli.no-such-jurisdiction",
            f"没有辖区 {given}" if given else "没有指明辖区",
            f"there is no jurisdiction {given}" if given else "no jurisdiction was named",
            f"用 --jurisdiction 指明：{'、'.join(cities)}",
            f"say --jurisdiction: {', '.join(cities)}",
        )
    return given


def judge(desk: Desk, files: Mapping[str, bytes], tree: Tree | None = None) -> Decision:
    """What the gate says of the registry in *tree* (None: the work tree) with *files* in it, against it without them."""
    tree = tree or WorkTree.of(desk.root)
    before = registry_at(desk.root, tree, load_with=load_for_run)
    changed = {path: Entry(path, "100644", blob_id(data)) for path, data in files.items()}
    overlay = OverlayTree(tree, changed, tree, dict(files))
    after = registry_at(desk.root, overlay, load_with=partial(load_for_run, known=before))
    # The world is made of the desk's own settings, whatever *tree* is.
    memory = memory_of(Cache.of(desk.root), desk.world, desk.registry)
    first = run(desk.world, before, memory=memory)
    result = run(desk.world, after, base=first, base_registry=before, touched=tuple(files), memory=memory)
    return decide(result.findings, first.findings)


def told(decision: Decision) -> list[Finding]:
    """The findings that are the change's own doing, the gravest first."""
    own = [f for f in decision.findings if f.state is not ChangeState.EXISTING]
    return sorted(own, key=lambda f: -f.severity)


def to_look_at(decision: Decision) -> list[Finding]:
    """Of those, what somebody has to put right or look at: warnings and more that nobody took note of."""
    return [f for f in told(decision) if f.severity >= Severity.WARNING and f.acknowledged is None]


def report(desk: Desk, decision: Decision, files: Mapping[str, bytes], lang: str, out: TextIO) -> None:
    """Print what the change brings: findings with their place in the file as it would be."""
    texts = {path: data.decode("utf-8", "replace").split("\n") for path, data in files.items()}
    for finding in told(decision):
        lines = texts.get(finding.path, [])
        number = finding.position.line if finding.position is not None else 0
        line = lines[number - 1] if 0 < number <= len(lines) else None
        out.write("\n".join(finding_lines(finding, line, desk.checks, lang)) + "\n")
    if decision.cured:
        out.write(f"\n本次消除 {len(decision.cured)} 项\n" if lang == "zh" else f"\ncured: {len(decision.cured)}\n")


def settle(
    desk: Desk,
    files: Mapping[str, bytes],
    lang: str,
    out: TextIO,
    *,
    dry_run: bool,
    show: bool = True,
    then: Callable[[Decision], None] | None = None,
) -> int:
    """Judge *files*, show what was found, and write them unless the record itself has a defect. Returns the exit code.

    A breach of the law is written: nothing true is unrecordable, and a person has to see it (exit 1). *then* is told what
    was decided before anything is written.
    """
    zh = lang == "zh"
    if show:
        _show(desk.root, files, out)
    decision = judge(desk, files)
    report(desk, decision, files, lang, out)
    if then is not None:
        then(decision)
    if decision.gate is Gate.REFUSED:
        count = len(decision.refused)
        out.write(
            f"\n没有写入：记录有 {count} 处问题，先按上面改正。\n"
            if zh
            else f"\nNothing was written: the record has {count} defects; put them right first.\n"
        )
        return 1
    if dry_run:
        out.write("\n只是试算，没有写入。\n" if zh else "\nA trial: nothing was written.\n")
        return exit_code(decision.gate)
    with alone(desk.root / ROOT):
        for path in files:
            # Somebody may have written while this was judged: nothing of theirs is lost.
            if _content(desk.root / path) != (held.data if (held := desk.registry.records.get(path)) else None):
                raise Trouble.of(EditError(CHANGED_MEANWHILE, name=path), path, exit_code=2)
        write_all(desk.root, files)
    for path in files:
        out.write(f"{'已写入' if zh else 'written'} {printable(path)}\n")
    if decision.gate is Gate.NEEDS_PERSON:
        out.write(
            "已登记；有不符合办法的事项，须由有权的人处理（见上）。\n"
            if zh
            else "Recorded; what breaks the measure needs a person who is competent (see above).\n"
        )
    return exit_code(decision.gate)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_all(root: Path, files: Mapping[str, bytes]) -> None:
    """Write the files. Raises :class:`Trouble`; a file that could not be written is as it was."""
    for path, data in files.items():
        target = root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target, data)
        except WriteError as problem:
            raise Trouble.of(problem, path) from None
        except OSError as problem:
            raise Trouble(
                "store.not-writable",
                Bilingual(
                    f"不能写入 {path}（{refusal(problem).zh}）", f"{path} cannot be written ({refusal(problem).en})"
                ),
                Bilingual("检查目录和权限，再执行一次", "see to the folder and its permissions, then run it again"),
            ) from None


def _show(root: Path, files: Mapping[str, bytes], out: TextIO) -> None:
    """The lines that change."""
    for path, data in files.items():
        try:
            old = (root / path).read_bytes().decode("utf-8", "replace").splitlines()
        except OSError:
            old = []
        new = data.decode("utf-8", "replace").splitlines()
        for line in list(difflib.unified_diff(old, new, path, path, lineterm="", n=1))[2:]:
            out.write(printable(line) + "\n")
    out.write("\n")
