"""``script/mutate [MEASURE] [RULE]``: puts each mutant in place, runs the examples that reach it, says which live on."""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tests.mutation.mutants import Mutant, Where, living, of_code, of_parameters, of_rule
from zongmu.model.periods.calendar import Calendar
from zongmu.policy.examples import Case, base_of, cases, run_case
from zongmu.policy.judging.context import Context
from zongmu.policy.law.loading import Checks, LoadedMeasure, load_checks, read_yaml
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).resolve().with_name("equivalent.yaml")
PATIENCE = 20
"""Seconds after which a mutant that does not come to an end is taken for noticed."""


@dataclass
class Seen:
    """An example with what it reaches: lines of the law's code, parameters."""

    case: Case
    base: Mapping[str, Any]
    lines: set[Where] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)


class Bench:
    """The examples of one measure, with what each of them reaches."""

    def __init__(self, checks: Checks, loaded: LoadedMeasure, calendar: Calendar) -> None:
        self.checks, self.loaded, self.calendar = checks, loaded, calendar
        base = base_of(loaded, ROOT)
        self.seen = [Seen(case, base) for rule in loaded.rules for case in cases(loaded, rule.id, ROOT)]
        self.by_line: dict[Where, list[Seen]] = {}
        self.by_parameter: dict[str, list[Seen]] = {}
        for one in self.seen:
            with _watched(loaded.folder, one):
                assert self.holds(one), f"{one.case.file} {one.case.index + 1}: mend the examples first"
            for line in one.lines:
                self.by_line.setdefault(line, []).append(one)
            for id in one.parameters:
                self.by_parameter.setdefault(id, []).append(one)

    def holds(self, one: Seen) -> bool:
        """Whether an example comes out as it expects."""
        return run_case(self.checks, self.loaded, one.case, one.base, self.calendar).ok

    def reach(self, mutant: Mutant) -> list[Seen]:
        """The examples that can notice a mutant."""
        if mutant.parameter is not None:
            return self.by_parameter.get(mutant.parameter, [])
        if mutant.rule is not None:
            return [one for one in self.seen if one.case.rule == mutant.rule]
        found = {id(one): one for line in mutant.lines for one in self.by_line.get(line, ())}
        return sorted(found.values(), key=lambda one: len(one.lines))

    def killer(self, mutant: Mutant) -> Case | None:
        """The first example that notices, or None."""
        with mutant.in_place():
            for one in self.reach(mutant):
                try:
                    with _patience():
                        if not self.holds(one):
                            return one.case
                except Exception:
                    return one.case
        return None


@contextlib.contextmanager
def _watched(folder: Path, one: Seen) -> Iterator[None]:
    """Notes what an example reaches."""
    inside = str(folder)
    asked = Context._param

    def line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            one.lines.add((_name(frame.f_code.co_filename), frame.f_lineno))
        return line

    def call(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(inside):
            return None
        one.lines.add((_name(frame.f_code.co_filename), frame.f_lineno))
        return line

    def param(self: Context, id: str, cls: Any, by: Any) -> Any:
        one.parameters.add(id)
        return asked(self, id, cls, by)

    Context._param = param  # type: ignore[method-assign]
    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(None)
        Context._param = asked  # type: ignore[method-assign]


_NAMES: dict[str, str] = {}


def _name(file: str) -> str:
    if file not in _NAMES:
        _NAMES[file] = Path(file).relative_to(ROOT).as_posix()
    return _NAMES[file]


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    def enough(_: int, __: object) -> None:
        raise TimeoutError

    was = signal.signal(signal.SIGALRM, enough)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, was)


def mutants_of(loaded: LoadedMeasure, rule: str | None) -> Iterator[Mutant]:
    """The mutants of a measure; with *rule*, those that its examples can reach are picked later."""
    live = living(loaded.folder)
    for file in sorted(loaded.folder.glob("*.py")):
        yield from of_code(file, ROOT, live)
    for one in loaded.rules:
        if rule in (None, one.id):
            yield from of_rule(one)
    yield from of_parameters(loaded, ROOT)


def run(loaded: LoadedMeasure, checks: Checks, calendar: Calendar, args: argparse.Namespace) -> tuple[int, int]:
    """Judge the mutants of one measure and print what lives on. Returns (killed, all)."""
    began = time.monotonic()
    bench = Bench(checks, loaded, calendar)
    mutants = list(mutants_of(loaded, args.rule))
    if args.rule:
        mutants = [m for m in mutants if any(one.case.rule == args.rule for one in bench.reach(m))]
    if args.sample and args.sample < len(mutants):
        mutants = random.Random(args.seed).sample(mutants, args.sample)
    mutants.sort(key=lambda m: m.where)
    killed, reached_by_none, same = 0, 0, 0
    reasons = equivalents()
    lived: set[tuple[str, str]] = set()
    for mutant in mutants:
        noticed_by = bench.killer(mutant)
        why = reasons.get((mutant.where[0], mutant.what))
        if noticed_by is None and why is not None:
            same += 1
            lived.add((mutant.where[0], mutant.what))
            if args.all:
                print(f"equivalent  {mutant.where[0]}:{mutant.where[1]}: {mutant.what}  ({why})", flush=True)
            continue
        killed += noticed_by is not None
        unreached = noticed_by is None and not bench.reach(mutant)
        reached_by_none += unreached
        place = f"{mutant.where[0]}:{mutant.where[1]}"
        if noticed_by is None:
            print(f"survived  {place}: {mutant.what}" + ("  (no example comes here)" if unreached else ""), flush=True)
        elif args.all:
            print(f"killed    {place}: {mutant.what}  by {noticed_by.rule}[{noticed_by.index + 1}]", flush=True)
    if not (args.rule or args.sample):
        for where, what in stale(reasons, f"checks/{loaded.folder.name}/", lived):
            print(
                f"stale     {where}: {what}  (equivalent.yaml excuses it; there is no such mutant that lives)",
                flush=True,
            )
    counted = len(mutants) - same
    share = 100 * killed / counted if counted else 100.0
    name = loaded.measure.id + (f" {args.rule}" if args.rule else "")
    print(
        f"{name}: {killed} of {counted} mutants killed ({share:.1f} %), {counted - killed} survived"
        f" ({reached_by_none} where no example comes), {same} more equivalent with a reason;"
        f" {len(bench.seen)} examples, {time.monotonic() - began:.0f} s"
    )
    return killed, counted


def stale(reasons: Mapping[tuple[str, str], str], folder: str, lived: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The excuses for mutants under *folder* that no mutant among those that *lived* needs any more."""
    return sorted(one for one in reasons if one[0].startswith(folder) and one not in lived)


def equivalents() -> dict[tuple[str, str], str]:
    """Mutants that no example can tell from the rule, by file and change, each with the reason why."""
    rows = read_yaml(EQUIVALENT, ROOT)
    return {
        (f"checks/{file}", str(change)): str(reason)
        for reason, files in rows.items()
        for file, changes in files.items()
        for change in changes
    }


def main() -> int:
    """Exit 0 when every mutant was noticed, 1 when some live on."""
    parser = argparse.ArgumentParser(prog="script/mutate", description=__doc__)
    parser.add_argument("measure", nargs="?", help="a measure, or a rule of one")
    parser.add_argument("rule", nargs="?", help="only mutants that the examples of this rule reach")
    parser.add_argument(
        "--sample", type=int, default=None, metavar="N", help="so many mutants of each measure, drawn by --seed"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="print what was killed too, and by which example")
    args = parser.parse_args()
    checks = load_checks(ROOT)
    if checks.problems:
        print(checks.problems[0], file=sys.stderr)
        return 2
    if args.measure and args.measure not in checks.measures:
        found = checks.rule(args.measure)
        if found is None:
            print(f"there is no measure or rule {args.measure}", file=sys.stderr)
            return 2
        args.measure, args.rule = found[0].measure.id, args.measure
    calendar = load(WorkTree.of(ROOT), paths=()).calendar
    chosen = [m for m in checks.measures.values() if args.measure in (None, m.measure.id)]
    totals = [run(loaded, checks, calendar, args) for loaded in chosen]
    return 0 if all(killed == total for killed, total in totals) else 1


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, io.UnsupportedOperation):
        sys.exit(main())
