"""The command ``zongmu``: runs what it was asked, and turns every failure into a line for a person and an exit code.

Exit codes: 0 nothing blocking; 1 refused, or needs a person; 2 could not run; 130 interrupted.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Sequence

from zongmu.cli.arguments import asked_for
from zongmu.cli.dispatch import dispatch
from zongmu.cli.parser import parser_of
from zongmu.cli.trouble import Trouble, refused_by_system
from zongmu.model.finding import Bilingual, Code, CodedError

INTERNAL = Code(
    "cli.internal",
    Bilingual("zongmu 自身的缺陷", "A defect of zongmu itself"),
    Bilingual("内部错误", "internal error"),
    Bilingual(
        "这是 zongmu 的缺陷，请连同命令一起报告；设 ZONGMU_DEBUG=1 可看到细节",
        "please report it with the command; ZONGMU_DEBUG=1 shows details",
    ),
)

INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended."""


def _settle_streams() -> None:
    """A terminal keeps its encoding and a file or a pipe gets UTF-8; a character that neither can write never ends a run."""
    if sys.stdout is None:  # closed by the caller: the next file opened must not become the output
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stays open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Where the output takes nothing more, what still waits goes nowhere: closing it must not fail again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """:func:`run` in a process that goes on afterwards: its cyclic collector is as it was."""
    collecting = gc.isenabled()
    try:
        return run(argv)
    finally:
        if collecting:
            gc.enable()


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command. No traceback ever reaches a user (set ``ZONGMU_DEBUG=1`` to see one). A command that makes many objects
    leaves the cyclic collector off: to turn it on is to look through all of them once, for nothing where the process ends."""
    _settle_streams()
    words = sys.argv[1:] if argv is None else argv
    args = parser_of(asked_for(words)).parse_args(words)
    try:
        code = dispatch(args, main)
        sys.stdout.flush()
        return code
    except (Trouble, CodedError) as problem:
        # A repository may turn out to lack something when a blob is read, deep inside a run.
        trouble = problem if isinstance(problem, Trouble) else Trouble.of(problem)
        for line in trouble.lines(args.lang):
            print(line, file=sys.stderr)
        return trouble.exit_code
    except BrokenPipeError:
        _drop_output()
        return 2
    except OSError as refused:
        if os.environ.get("ZONGMU_DEBUG"):
            raise
        _drop_output()
        print("\n".join(refused_by_system(refused).lines(args.lang)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断 interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as crash:
        if os.environ.get("ZONGMU_DEBUG"):
            raise
        from zongmu.policy.law.measure import MeasureError
        from zongmu.report.terminal import printable

        if isinstance(crash, MeasureError):  # an example, say, that is read only where it is shown
            from zongmu.cli.session import invalid_checks

            print("\n".join(invalid_checks([crash]).lines(args.lang)), file=sys.stderr)
            return 2
        # The text of an exception may repeat what stands in a record: type and place are enough to report it.
        place = traceback.extract_tb(crash.__traceback__)[-1]
        print(
            f"zongmu {INTERNAL.message.zh} {INTERNAL.message.en} [{INTERNAL.id}] {type(crash).__name__} "
            f"({printable(os.path.basename(place.filename))}:{place.lineno})\n"
            f"怎么办 next: {INTERNAL.next_step.zh} / {INTERNAL.next_step.en}",
            file=sys.stderr,
        )
        return 2
