"""Whole processes, timed in turn: A, B, A, B, …; wall seconds, CPU seconds of the process and its children, medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sample:
    """One command over several runs: medians in seconds, the exit code of the last run, bytes of its largest process."""

    wall: float
    cpu: float
    code: int
    memory: int = 0


def once(command: Sequence[str], cwd: Path) -> Sample:
    """One run; what it prints is thrown away. Processor seconds and memory count its children too."""
    began = time.perf_counter()
    # As an ordinary machine has it: byte code is kept. The peers were compiled when they were installed.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    taken = time.perf_counter() - began
    return Sample(taken, usage.ru_utime + usage.ru_stime, process.returncode, usage.ru_maxrss * 1024)


def peak(command: Sequence[str], cwd: Path) -> int:
    """Bytes of memory that the largest process of one run held at once."""
    return once(command, cwd).memory


def in_turn(commands: Mapping[str, Sequence[str]], cwd: Path, runs: int, *, warm: bool = True) -> dict[str, Sample]:
    """Each command *runs* times, in turn; with *warm* after one run that is not counted."""
    taken: dict[str, list[Sample]] = {name: [] for name in commands}
    for n in range(runs + warm):
        for name, command in commands.items():
            result = once(command, cwd)
            if n >= warm:
                taken[name].append(result)
    return {
        name: Sample(
            statistics.median(r.wall for r in rows),
            statistics.median(r.cpu for r in rows),
            rows[-1].code,
            max(r.memory for r in rows),
        )
        for name, rows in taken.items()
    }


def table(samples: Mapping[str, Sample], peer: str, scale: Mapping[str, float] | None = None) -> list[str]:
    """A line per command with its ratio to *peer*. *scale*: factor of a command whose work was only part of the whole."""
    factors = scale or {}
    base = samples[peer]
    wall, cpu = base.wall * factors.get(peer, 1), base.cpu * factors.get(peer, 1)
    lines = [f"  {'':<44}{'wall s':>9}{'CPU s':>9}{'wall ÷':>9}{'CPU ÷':>9}"]
    for name, s in samples.items():
        f = factors.get(name, 1)
        w, c = s.wall * f, s.cpu * f
        lines.append(f"  {name:<44}{w:>9.2f}{c:>9.2f}{w / wall:>9.3f}{c / cpu:>9.3f}")
    return lines
