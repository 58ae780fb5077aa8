"""``zongmu trust``: who joins, leaves, changes a key or stands in for somebody; and the second root person's consent.

The commands edit ``trust/keys.yaml`` in place and commit nothing: a change of trust is landed by one root person with the
consent of another.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.auditing import trust_people
from zongmu.cli.auditing.trust_checking import check
from zongmu.cli.session import checks_at, no_settings, registry_at
from zongmu.cli.trouble import Trouble, trouble
from zongmu.report.terminal import printable
from zongmu.store.atomic import write_atomic
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.emit import document
from zongmu.store.git.asking import Git
from zongmu.trust.authority.files import KEYS_PATH, POLICY_PATH, ROOT


def run_trust(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Run what was asked for: 0, 1 where the trust files are not in order, or :class:`Trouble`."""
    command = _COMMANDS[args.what]
    try:
        return command(root, args, out)
    except EditError as problem:
        raise Trouble.of(problem, KEYS_PATH, exit_code=1) from None


# --- beginning --------------------------------------------------------------------------------------------------------


def _init(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Write a first ``trust/policy.yaml``: what the measures say must be confirmed, and cautious roles."""
    place = root / POLICY_PATH
    if place.exists():
        raise trouble(
            "trust.policy-exists",
            f"{POLICY_PATH} 已存在",
            f"{POLICY_PATH} is there already",
            "直接编辑它；改动须两名根人员同意",
            "edit it; a change needs two root persons",
        )
    registry = registry_at(root)
    instance = registry.instance
    if instance is None:
        raise no_settings(registry)
    measures = checks_at(root).measures
    confirm = [
        {"kind": kind, "jurisdiction": city.id, "role": role}
        for city in instance.jurisdictions
        for kind, role in sorted(
            {
                use.kind: use.confirmed_by
                for name in city.measures
                if name in measures
                for use in measures[name].measure.milestones.values()
                if use.confirmed_by is not None
            }.items()
        )
    ]
    value: dict[str, Any] = {
        "format": 1,
        "roots": 2,
        "land": ["forge"],
        "edit": [{"role": "department", "own": True}, {"role": "registrar"}],
        "code": ["registrar"],
    }
    if confirm:
        value["confirm"] = confirm
    notes = (
        "# 谁可以做什么。改动须两名根人员同意。Who may do what; a change needs two root persons.",
        "# land 谁的密钥可以签提交；edit 谁可以填报（own 只限本单位的项目）；confirm 哪些里程碑须签认，",
        "# 加 level: S 或 signed: {field: total, above: 1000万元} 则须本人签名；fields 可限定字段，如",
        "# fields: [{field: class, roles: [data_bureau]}]。",
    )
    place.parent.mkdir(exist_ok=True)
    write_atomic(place, document(value, header=notes).encode())
    out.write(
        f"已写入 {POLICY_PATH}，须签认的里程碑 {len(confirm)} 种，取自办法。接着：zongmu trust add\n"
        if args.lang == "zh"
        else f"{POLICY_PATH} is written, with {len(confirm)} kinds to be confirmed, from the measures. Next: zongmu trust add\n"
    )
    return 0


# --- consent ----------------------------------------------------------------------------------------------------------


def _consent(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Sign the change of trust in ``--head`` (or the work tree) as the second root person; print the line to add."""
    from zongmu.trust.authority.changes import edits_between, moves_of, trust_edits, trusted_at
    from zongmu.trust.authority.consent import statement
    from zongmu.trust.authority.standing import standing
    from zongmu.trust.chain.objects import Objects
    from zongmu.trust.signatures.signing import sign
    from zongmu.trust.signatures.sshsig import CONSENT

    git = Git(root)
    try:
        if args.head is None:
            tip = git.resolve("HEAD")
            objects = Objects(git)
            new = git.run("write-tree").decode("ascii").strip()
        else:
            head = git.resolve(args.head)
            objects = Objects(git)
            commit = objects.commit(head)
            tip, new = (commit.parents or (head,))[0], commit.tree
        old = objects.commit(tip).tree
        edits = edits_between(objects, old, new)
        trust = trust_edits(edits, moves_of(edits))
        if not trust:
            raise trouble(
                "trust.nothing-to-consent",
                "没有信任区的改动",
                "nothing of the trust zone was changed",
                "先用 git add 暂存改动，或用 --head 指明提交",
                "stage the change with git add, or name the commit with --head",
            )
        message = statement(trusted_at(objects, tip), trust)
        signature, key = sign(message, CONSENT, args.sign)
        here, _ = standing(lambda path: objects.file(old, path))
        owner = here.signer(key, dt.date.today())
    finally:
        git.close()
    if here.known and (owner is None or ROOT not in owner.roles):
        raise trouble(
            "trust.not-root",
            "这把密钥不是根人员的",
            "that key is no root person's",
            "由 trust/keys.yaml 里有 root 职责的人签署",
            "somebody with the role root in trust/keys.yaml has to sign",
            exit_code=1,
        )
    for edit in trust:
        out.write(f"# {printable(edit.path)}\n")
    out.write(f"Zongmu-Consent: {owner.id if owner else args.person or 'root'} {signature}\n")
    return 0


def _epoch(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    from zongmu.cli.auditing.trust_epoch import run_epoch

    return run_epoch(root, args, out)


_COMMANDS: dict[str, Callable[[Path, argparse.Namespace, TextIO], int]] = {
    "init": _init,
    "add": trust_people.add,
    "retire": trust_people.retire,
    "rotate": trust_people.rotate,
    "delegate": trust_people.delegate,
    "check": check,
    "consent": _consent,
    "epoch": _epoch,
}
