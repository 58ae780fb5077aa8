"""Where the command ``zongmu`` begins and ends: Ctrl-C never shows a traceback, wherever it comes in between, and a run that
the machine ends (a service manager, a closed terminal) takes its half-made files along."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Final, NoReturn

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
_ended: Final[list[int]] = []
"""The signal that ended this run, if one did."""


def command() -> NoReturn:
    """Run the command and end the process. What it still holds is left to the system: taking it apart takes longer."""
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def main() -> int:
    """Run the command; its exit code. Until the command can say that it was interrupted, and after it has ended, Ctrl-C
    ends the process as the shell does."""
    ours = (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # not in a script's background, where it is ignored
    if ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        sys.unraisablehook = _heard
    from zongmu.cli.main import INTERRUPTED, run

    code = INTERRUPTED
    try:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in _ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:  # one that is ignored (nohup) stays so
                signal.signal(number, _end)
        code = run()
    except KeyboardInterrupt:
        pass  # before the command could say so, or after it was done
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    return 128 + _ended[0] if _ended else code


def _end(number: int, _: object) -> None:
    """As Ctrl-C; a second one of them does not disturb the clearing up."""
    for other in _ENDING:
        signal.signal(other, signal.SIG_IGN)
    _ended.append(number)
    raise KeyboardInterrupt


def _heard(lost: sys.UnraisableHookArgs) -> None:
    """Where Python would drop an interrupt with a message (in the middle of a destructor, say), raise it once more."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        # Here it would be dropped again; from a thread it comes when this is over.
        again = threading.Timer(0.01, _thread.interrupt_main)
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(lost)
