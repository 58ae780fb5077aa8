"""From the words of a command to the module that runs it. Each command imports what it needs and no more: start-up is most
of a small check."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TextIO, cast

from zongmu.cli.trouble import Trouble, trouble

Run = Callable[[Path, argparse.Namespace, TextIO], int]

_RUN: Final = {
    "acknowledge": "recording.endorsing.run_acknowledge",
    "approve": "recording.endorsing.run_approve",
    "audit": "auditing.audit.run_audit",
    "checkpoint": "auditing.checkpoint.run_checkpoint",
    "codeowners": "proposals.reviewers.run_codeowners",
    "correct": "recording.correcting.run_correct",
    "diff": "proposals.diff.run_diff",
    "draw": "recording.drawing.run_draw",
    "export": "submitting.workbooks.run_export",
    "gate": "proposals.gate.run_gate",
    "init-measure": "founding.init_measure.run_init_measure",
    "intake": "submitting.intake.run_intake",
    "new": "recording.entering.run_new",
    "question": "recording.questioning.run_question",
    "queue": "proposals.queue.run_queue",
    "record": "recording.entering.run_record",
    "release": "publishing.release.run_release",
    "reviewers": "proposals.reviewers.run_reviewers",
    "template": "submitting.workbooks.run_template",
    "trust": "auditing.trust.run_trust",
    "verdicts": "checking.verdicts.run_verdicts",
}
"""Command → ``room.module.function``, called with the root, the words and the output."""
_MANY_OBJECTS: Final = frozenset({"audit", "check", "log"})
"""Commands that make many objects and no cycles to speak of: looking for them takes a fifth of their time."""


def dispatch(args: argparse.Namespace, main: Callable[[Sequence[str] | None], int]) -> int:
    """Run the command of *args*: its exit code. *main*: runs other words of zongmu, for the commands that do. Raises what the command raises."""
    root = find_root(args.root)
    if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in str(root)):
        raise _odd_root()
    if args.command in _MANY_OBJECTS:
        gc.disable()
    if args.command in _RUN:
        return run_of(args.command)(root, args, sys.stdout)
    match args.command:
        case "check":
            if args.fix:
                from zongmu.cli.checking.fixing import run_fix

                # Not among the findings: those may be for a machine.
                run_fix(root, args, sys.stderr)
            from zongmu.cli.checking.check_again import check_again

            return check_again(root, args)
        case "explain":
            from zongmu.cli.checking.explain import run_explain
            from zongmu.report.folding import on_terminal

            return run_explain(root, " ".join(args.what), args.lang, args.as_of, args.text, on_terminal(sys.stdout))
        case "show":
            from zongmu.cli.checking.show import run_show

            return run_show(root, args.project, args.lang, args.as_of, args.format, sys.stdout, args.at)
        case "log":
            from zongmu.cli.auditing.log import run_log

            return run_log(
                root, args.record, by=args.by, lang=args.lang, format=args.format, limit=args.limit, out=sys.stdout
            )
        case "schema":
            from zongmu.cli.checking.schema import run_schema

            return run_schema(root, args.check, sys.stdout)
        case "build":
            from zongmu.cli.publishing.build_again import run_build

            return run_build(root, args.out, args.as_of, args.lang, sys.stdout, cached=not args.no_cache)
        case "serve":
            from zongmu.cli.publishing.serve import run_serve

            return run_serve(root, args.dir, args.port, args.lang, sys.stdout)
        case "import":
            if args.map is None:
                from zongmu.cli.submitting.workbooks import run_workbook_import

                return run_workbook_import(root, args, sys.stdout)
            from zongmu.cli.submitting.importing import run_import

            return run_import(root, args.table, args.map, args.lang, sys.stdout, dry_run=args.dry_run)
        case "completion":
            from zongmu.cli.completion import script
            from zongmu.cli.parser import parser_of

            sys.stdout.write(script(parser_of(), args.shell))
            return 0
        case "examples":
            from zongmu.cli.checking.examples import run_examples

            return run_examples(root, args.names, args.lang, sys.stdout)
        case "fmt":
            from zongmu.cli.checking.fmt import run_fmt

            return run_fmt(root, args.paths, args.check, args.lang, sys.stdout)
        case "merge-driver":
            from zongmu.cli.proposals.joining import run_merge_driver

            return run_merge_driver(args.base, args.ours, args.theirs, args.path, sys.stderr)
        case "update":
            from zongmu.cli.proposals.joining import run_update

            return run_update(root, args.branch, args.onto, args.lang, sys.stdout)
        case "hook":
            from zongmu.cli.proposals.hook import run_hook

            return run_hook(root, args, sys.stdout, main)
        case "comment":
            from zongmu.cli.proposals.commenting import run_comment

            return run_comment(args, sys.stdout)
        case _:
            from zongmu.cli.founding.init import run_init

            return run_init(args.dir, args, sys.stdout, main)


def run_of(command: str) -> Run:
    """What carries out one of the commands that take their words whole."""
    module, _, name = _RUN[command].rpartition(".")
    return cast(Run, getattr(importlib.import_module(f"zongmu.cli.{module}"), name))


def find_root(given: Path | None) -> Path:
    """The instance root: as given, else the nearest folder upwards that holds ``registry/registry.yaml``."""
    if given is not None:
        return given.resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "registry" / "registry.yaml").is_file():
            return folder
    return here


def _odd_root() -> Trouble:
    """A path with line breaks, or with bytes that are no text, comes back otherwise from the programs that are asked."""
    return trouble(
        "cli.odd-root",
        "实例所在路径里有换行或不是文字的字节",
        "the path of the instance holds a line break, or bytes that are no text",
        "移到名字普通的文件夹里再运行",
        "move it to a folder with a plain name, then run it again",
    )
