"""``zongmu audit``: is this history what the registry's own rules allowed? Offline, from a bundle; and a period's report."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from zongmu.cli.named_files import read_text, write
from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.model.records.endorsement import LEVELS

if TYPE_CHECKING:
    from zongmu.trust.chain.checkpoint import Checkpoint
    from zongmu.trust.verifying.known import Known


def run_audit(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Run what was asked for."""
    if args.what == "report":
        from zongmu.cli.auditing.audit_report import run_report

        return run_report(root, args, out)
    return run_verify(args, out)


def run_verify(args: argparse.Namespace, out: TextIO) -> int:
    """Verify and report: 0 accepted, 1 refused (or below ``--require``). Raises :class:`Trouble` where it cannot run."""
    from zongmu.trust.chain.objects import opened
    from zongmu.trust.verifying import progress
    from zongmu.trust.verifying.former import verify_all

    now = clock(args.as_of)
    roots = root_keys(args.root_keys)
    since = checkpoint_at(args.since) if args.since else None
    looked_into = known_in(args.known) if args.known else ()
    with ExitStack() as stack:
        git, head = stack.enter_context(opened(args.source, args.branch))
        former = [stack.enter_context(opened(file, bare=True)) for file in args.former]
        kept = progress.file_for(args.pinned or "first", roots)
        known = None if args.no_cache else progress.load(kept)
        result = verify_all(git, head, roots, args.pinned, since, known, former, now=now)
    if not result.faults and not args.no_cache and not result.proved_epochs:
        progress.save(kept, result.progress)
    if looked_into:
        from zongmu.trust.verifying.known import set_apart

        result = set_apart(result, looked_into)
    if args.format == "json":
        from zongmu.report.terminal import dump
        from zongmu.trust.verifying.conclusions import as_data

        text = dump(as_data(result))
    else:
        from zongmu.report.auditing.proof import proof_html, proof_lines

        text = (
            proof_html(result, args.lang)
            if args.format == "html"
            else "".join(f"{line}\n" for line in proof_lines(result, args.lang))
        )
    write(text, args.out, out)
    short = args.require is not None and LEVELS.index(result.end.assurance) < LEVELS.index(args.require)
    if short:
        raise Trouble(
            "trust.below-required",
            Bilingual(
                f"保证级别是 {result.end.assurance}，低于要求的 {args.require}",
                f"the assurance is {result.end.assurance}, below the {args.require} that was asked for",
            ),
            Bilingual("请主办单位说明原因", "ask the registry's operator for the reason"),
            exit_code=1,
        )
    return 1 if result.faults else 0


def clock(day: str | None) -> int:
    """The end of a day that was named, else this machine's clock, in seconds since 1970. Raises :class:`Trouble`."""
    if day is None:
        return int(time.time())
    from zongmu.cli.session import day_named

    return int(dt.datetime.combine(day_named(day), dt.time.max, dt.UTC).timestamp())


def root_keys(file: Path | None) -> frozenset[bytes] | None:
    """The public keys in *file*, one a line, as ``ssh-keygen`` writes them or as in ``allowed_signers``."""
    if file is None:
        return None
    found = frozenset(named_keys(file))
    if len(found) < 2:
        raise Trouble(
            "trust.bad-key-file",
            Bilingual(f"{file.name} 里不足两个公钥", f"{file.name} holds fewer than two public keys"),
            Bilingual("根人员至少两名，向主办单位另行索取", "there are at least two root persons; ask the operator"),
        )
    return found


def named_keys(file: Path) -> dict[bytes, str]:
    """The public keys in *file*, each with the name that stands with it. Raises :class:`Trouble`."""
    from zongmu.trust.signatures.sshsig import allowed_signers

    try:
        return {key: name for name, key in allowed_signers(read_text(file))}
    except ValueError as error:
        raise Trouble(
            "trust.bad-key-file",
            Bilingual(f"{file.name} 不是公钥文件：{error}", f"{file.name} is no file of public keys: {error}"),
            Bilingual(
                "每行一个公钥：ssh-ed25519 AAAA… 说明，或 名称 ssh-ed25519 AAAA…",
                "one public key a line: ssh-ed25519 AAAA… comment, or NAME ssh-ed25519 AAAA…",
            ),
        ) from None


def known_in(file: Path) -> list[Known]:
    """The entries of the list in *file*. Raises :class:`Trouble`."""
    from zongmu.trust.verifying.known import BadList, parse

    try:
        return parse(read_text(file))
    except BadList as wrong:
        raise Trouble(
            "trust.bad-known-list",
            Bilingual(
                f"{file.name} 第 {wrong.line} 行不是一项：须为 提交全号 代码 说明",
                f"line {wrong.line} of {file.name} is no entry: it takes COMMIT (in full) CODE NOTE",
            ),
            Bilingual(
                "提交全号和代码见 --format json 的 faults；说明写谁查的、结论如何，不可省",
                "commit and code stand under faults of --format json; the note says who looked into it and what came of it, and is needed",
            ),
        ) from None


def checkpoint_at(file: Path) -> Checkpoint:
    """The checkpoint in *file*."""
    from zongmu.trust.chain.checkpoint import BadCheckpoint, parse

    try:
        return parse(read_text(file))
    except BadCheckpoint:
        raise Trouble(
            "trust.bad-checkpoint",
            Bilingual(f"{file.name} 不是检查点", f"{file.name} is no checkpoint"),
            Bilingual(
                "检查点是四行文字，原样保存，不要改动", "a checkpoint is four lines of text, kept exactly as it was"
            ),
        ) from None
