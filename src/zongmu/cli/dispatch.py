"""From the words of a command to the module that runs it. Each command imports what it needs and no more: start-up is most
of a small check."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from zongmu.cli.submit_arguments import SUBMIT, run_submit
from zongmu.cli.trouble import Trouble, trouble


def dispatch(args: argparse.Namespace, main: Callable[[Sequence[str] | None], int]) -> int:
    """Run the command of *args*: its exit code. *main*: runs other words of zongmu, for the commands that do. Raises what the command raises."""
    root = find_root(args.root)
    if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in str(root)):
        raise _odd_root()
    if args.command in SUBMIT:
        return run_submit(root, args)
    match args.command:
        case "check":
            # A check makes many objects and no cycles to speak of; looking for them takes a fifth of its time.
            gc.disable()
            if args.fix:
                from zongmu.cli.fixing import run_fix

                # Not among the findings: those may be for a machine.
                run_fix(root, args, sys.stderr)
            from zongmu.cli.check_again import check_again

            return check_again(root, args)
        case "explain":
            from zongmu.cli.explain import run_explain
            from zongmu.report.folding import on_terminal

            return run_explain(root, " ".join(args.what), args.lang, args.as_of, args.text, on_terminal(sys.stdout))
        case "show":
            from zongmu.cli.show import run_show

            return run_show(root, args.project, args.lang, args.as_of, args.format, sys.stdout, args.at)
        case "log":
            gc.disable()  # as for a check: many objects and no cycles
            from zongmu.cli.log import run_log

            return run_log(
                root, args.record, by=args.by, lang=args.lang, format=args.format, limit=args.limit, out=sys.stdout
            )
        case "schema":
            from zongmu.cli.schema import run_schema

            return run_schema(root, args.check, sys.stdout)
        case "build":
            from zongmu.cli.build_again import run_build

            return run_build(root, args.out, args.as_of, args.lang, sys.stdout, cached=not args.no_cache)
        case "serve":
            from zongmu.cli.serve import run_serve

            return run_serve(root, args.dir, args.port, args.lang, sys.stdout)
        case "import":
            if args.map is None:
                from zongmu.cli.workbooks import run_workbook_import

                return run_workbook_import(root, args, sys.stdout)
            from zongmu.cli.importing import run_import

            return run_import(root, args.table, args.map, args.lang, sys.stdout, dry_run=args.dry_run)
        case "init-measure":
            from zongmu.cli.init_measure import run_init_measure

            return run_init_measure(root, args, sys.stdout)
        case "completion":
            from zongmu.cli.completion import script
            from zongmu.cli.parser import parser_of

            sys.stdout.write(script(parser_of(), args.shell))
            return 0
        case "examples":
            from zongmu.cli.examples import run_examples

            return run_examples(root, args.names, args.lang, sys.stdout)
        case "approve" | "acknowledge":
            from zongmu.cli import endorsing

            command = endorsing.run_approve if args.command == "approve" else endorsing.run_acknowledge
            return command(root, args, sys.stdout)
        case "audit":
            gc.disable()
            from zongmu.cli.audit import run_audit

            return run_audit(root, args, sys.stdout)
        case "checkpoint":
            from zongmu.cli.checkpoint import run_checkpoint

            return run_checkpoint(root, args, sys.stdout)
        case "trust":
            from zongmu.cli.trust import run_trust

            return run_trust(root, args, sys.stdout)
        case "diff":
            from zongmu.cli.diff import run_diff

            return run_diff(root, args, sys.stdout)
        case "merge-driver":
            from zongmu.cli.joining import run_merge_driver

            return run_merge_driver(args.base, args.ours, args.theirs, args.path, sys.stderr)
        case "update":
            from zongmu.cli.joining import run_update

            return run_update(root, args.branch, args.onto, args.lang, sys.stdout)
        case "reviewers" | "codeowners":
            from zongmu.cli import reviewers

            command = reviewers.run_reviewers if args.command == "reviewers" else reviewers.run_codeowners
            return command(root, args, sys.stdout)
        case "queue":
            from zongmu.cli.queue import run_queue

            return run_queue(root, args, sys.stdout)
        case "verdicts":
            from zongmu.cli.verdicts import run_verdicts

            return run_verdicts(root, args, sys.stdout)
        case "hook":
            from zongmu.cli.hook import run_hook

            return run_hook(root, args, sys.stdout, main)
        case "release":
            from zongmu.cli.release import run_release

            return run_release(root, args, sys.stdout)
        case "comment":
            from zongmu.cli.commenting import run_comment

            return run_comment(args, sys.stdout)
        case "gate":
            from zongmu.cli.gate import run_gate

            return run_gate(root, args, sys.stdout)
        case _:
            from zongmu.cli.init import run_init

            return run_init(args.dir, args, sys.stdout, main)


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
