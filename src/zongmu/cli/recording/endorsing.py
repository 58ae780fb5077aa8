"""``zongmu approve`` and ``zongmu acknowledge``: a person in a role signs off what is recorded, or takes note of a breach."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TextIO

from zongmu.cli.session import checks_at, parse_day, project_named, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.exchange.endorse import Booklet, EndorseError, Signer, acknowledge, endorse, signer_of
from zongmu.model.finding import Bilingual, Finding
from zongmu.policy.judging.world import World
from zongmu.policy.run import load_for_run, run
from zongmu.report.terminal import printable
from zongmu.store.atomic import WriteError
from zongmu.store.editing.codes import EditError
from zongmu.store.git.codes import GitProblem
from zongmu.store.registry import Registry


def run_approve(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Append a sign-off for each milestone named. Exit 0; :class:`Trouble` (exit 1) where a row may not be written."""
    registry, world = _open(root)
    booklet = Booklet(root, registry)
    already: list[str] = []
    signers: dict[str, Signer] = {}
    try:
        for record, keys in _grouped(args.targets).items():
            project = project_named(registry, record)
            signer = signers.get(project.jurisdiction) or _signer(world, project.jurisdiction, args)
            signers[project.jurisdiction] = signer
            already += [f"{project.id}/{key}" for key in endorse(booklet, world, project, keys, signer)[1]]
        booklet.save()
    except (EndorseError, EditError, WriteError, GitProblem) as problem:
        raise Trouble.of(problem, exit_code=1) from None
    return _report(booklet, already, args.lang, out)


def run_acknowledge(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Append an acknowledgement of the breaches named. Exit 0; :class:`Trouble` (exit 1) where there is none."""
    registry, world = _open(root)
    booklet = Booklet(root, registry)
    project = project_named(registry, args.project)
    try:
        signer = _signer(world, project.jurisdiction, args)
        findings = _breaches(root, registry, world, args)
        acknowledge(booklet, project, findings, args.rule, args.key, signer, args.reason, args.number)
        booklet.save()
    except (EndorseError, EditError, WriteError, GitProblem) as problem:
        raise Trouble.of(problem, exit_code=1) from None
    return _report(booklet, [], args.lang, out)


def _breaches(root: Path, registry: Registry, world: World, args: argparse.Namespace) -> list[Finding]:
    """What the check finds now; with ``--base`` also what only the comparison with that revision shows."""
    if args.base is None:
        found = run(world, registry).findings
    else:
        from zongmu.cli.changing import judge_change

        found = judge_change(root, args.base, None).after.findings
    return [f for f in found if f.is_breach]


def _open(root: Path) -> tuple[Registry, World]:
    registry = registry_at(root, load_with=load_for_run)
    return registry, world_of(checks_at(root), registry, None)


def _grouped(targets: list[str]) -> Mapping[str, list[str]]:
    """``PROJECT`` or ``PROJECT/MILESTONE`` by project; a project alone asks for all that waits."""
    out: dict[str, list[str]] = {}
    for target in targets:
        record, _, key = target.partition("/")
        keys = out.setdefault(record, [])
        if key:
            keys.append(key)
    return out


def _signer(world: World, jurisdiction: str, args: argparse.Namespace) -> Signer:
    date = parse_day(args.date) or world.asof
    evidence = {"forge": args.forge, "request": args.request, "head": args.at}
    level = None
    if world.instance.assurance != "none":
        level = "F" if any(evidence.values()) else "none"
    if args.sign is not None:
        if args.by is None:
            raise Trouble(
                "endorse.sign-by",
                Bilingual("--sign 须同时写 --by", "--sign needs --by"),
                Bilingual("--by 写 trust/keys.yaml 里自己的账号", "--by is your own account in trust/keys.yaml"),
            )
        level = "S"
    return signer_of(
        world,
        jurisdiction,
        args.role,
        args.organization,
        date,
        by=args.by,
        level=level,
        evidence={k: v for k, v in evidence.items() if v},
        seal=None if args.sign is None else partial(_sign, key=args.sign),
    )


def _sign(message: bytes, key: Path) -> str:
    from zongmu.trust.signatures.signing import sign
    from zongmu.trust.signatures.sshsig import ENDORSEMENT

    return sign(message, ENDORSEMENT, key)[0]


def _report(booklet: Booklet, already: list[str], lang: str, out: TextIO) -> int:
    zh = lang == "zh"
    for row in booklet.rows:
        what = {"endorsements": ("签认", "signed off"), "acknowledgements": ("确认", "acknowledged")}[row.list]
        digest = f"  {row.digest}" if row.digest else ""
        out.write(f"{what[0] if zh else what[1]} {row.record} {printable(row.about)}{digest}\n")
        out.write(f"    → {row.path}  {row.list}/{row.seq}\n")
    for name in already:
        out.write(f"{'已签认过，内容未变' if zh else 'signed off already, unchanged'} {printable(name)}\n")
    total = len(booklet.rows)
    out.write(
        f"共 {total} 项；请提交并发起合并请求：git add registry/endorsements && git commit\n"
        if zh
        else f"{total} rows; commit them and open a merge request: git add registry/endorsements && git commit\n"
    )
    return 0
