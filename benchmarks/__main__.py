"""``python -m benchmarks [check] [build] [audit] [trail] [--size N] [--runs N]``: prints seconds and ratios, judges nothing."""

from __future__ import annotations

import argparse

from benchmarks import audit, build, check, trail

NAMES = {"check": check.run, "build": build.run, "audit": audit.run, "trail": trail.run}


def main() -> None:
    """Run the benchmarks named (all by default)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], default=[], help="which (default: all)")
    parser.add_argument("--size", type=int, default=1000, metavar="N", help="projects, or commits (default 1000)")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="counted runs of each command (default 3)")
    args = parser.parse_args()
    for name in args.names or list(NAMES):
        for line in NAMES[name](args.size, args.runs):
            print(line, flush=True)
        print()


if __name__ == "__main__":
    main()
