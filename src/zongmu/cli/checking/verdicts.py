"""``zongmu verdicts``: every record under the law of two revisions, and where the answers differ.

For a change to ``checks/``. Each law runs in a process and a folder of its own, over the records of *base* (decision 21). The
law of *head* is the proposal's own code: run this where the proposal's tests run, never in the gate.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.report.terminal import printable
from zongmu.store.git.asking import Git
from zongmu.store.git.copying import copy_out
from zongmu.store.kept.scratch import scratch_folder
from zongmu.store.trees import GitTree

_SHOWN = 200


def run_verdicts(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print the difference in verdicts. Exit 0 where there is none, 1 where a person has to look, 2 could not run."""
    git = Git(root)
    base, head = (GitTree(git, rev) for rev in (args.base, args.head))
    before, after = (_report(base, law, args.as_of) for law in (base, head))
    data = _difference(before, after)
    if args.format == "json":
        from zongmu.report.terminal import dump

        out.write(dump({"format": 1, "base": base.commit, "head": head.commit, **data}))
    else:
        _write(data, args.lang, out)
    return 1 if any(data.values()) else 0


def _report(records: GitTree, law: GitTree, as_of: str | None) -> dict[str, Any]:
    """What ``zongmu check`` says of *records* under the law of *law*, in a process of its own."""
    with scratch_folder("zongmu-verdicts-") as folder:
        name = str(folder)
        copy_out(records, "registry", folder)
        copy_out(law, "checks", folder)
        command = [sys.executable, "-I", "-m", "zongmu", "--root", name, "check", "--format", "json", "--tally"]
        command += ["--as-of", as_of] if as_of else []
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=name)
        try:
            report: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            said = printable(done.stderr.strip().split("\n")[0]) if done.stderr else f"exit {done.returncode}"
            raise Trouble(
                "verdicts.no-report",
                Bilingual(
                    f"{law.label} 的 checks/ 无法裁决：{said}", f"checks/ of {law.label} gives no verdicts: {said}"
                ),
                Bilingual("先改正 checks/（zongmu examples）", "mend checks/ first (zongmu examples)"),
            ) from None
        return report


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    sides = []
    for report in (before, after):
        table: dict[tuple[str, str, str, int], Mapping[str, Any]] = {}
        seen: Counter[tuple[str, str, str]] = Counter()
        for row in report["findings"]:
            key = (row["code"], row["path"], row.get("key") or "")
            table[(*key, seen[key])] = row
            seen[key] += 1
        sides.append(table)
    old, new = sides
    weights = [k for k in old.keys() & new.keys() if old[k]["severity"] != new[k]["severity"]]
    tallies = [report.get("tally", {}) for report in (before, after)]
    return {
        "new": [new[k] for k in sorted(new.keys() - old.keys())],
        "gone": [old[k] for k in sorted(old.keys() - new.keys())],
        "weight": [{"before": old[k]["severity"], **new[k]} for k in sorted(weights)],
        "tally": {
            rule: {"before": tallies[0].get(rule), "after": tallies[1].get(rule)}
            for rule in sorted(tallies[0].keys() | tallies[1].keys())
            if tallies[0].get(rule) != tallies[1].get(rule)
        },
    }


def _write(data: Mapping[str, Any], lang: str, out: TextIO) -> None:
    zh = lang == "zh"
    titles = {
        "new": ("新的发现", "new findings"),
        "gone": ("不再有的发现", "findings that are gone"),
        "weight": ("轻重改变", "other weight"),
    }
    for name, title in titles.items():
        rows = data[name]
        if rows:
            out.write(f"{title[0] if zh else title[1]} {len(rows)}\n")
        for row in rows[:_SHOWN]:
            was = f"{row['before']} → " if name == "weight" else ""
            text = printable(row["message"]["zh" if zh else "en"])
            out.write(f"    {printable(row['path'])}: [{row['code']}] {was}{row['severity']} {text}\n")
    if data["tally"]:
        out.write("每条规则的裁决数\n" if zh else "outcomes per rule\n")
        for rule, sides in data["tally"].items():
            out.write(f"    {rule}: {_counts(sides['before'])} → {_counts(sides['after'])}\n")
    if not any(data.values()):
        out.write("两个版本的裁决完全相同\n" if zh else "both versions come to the same verdicts\n")


def _counts(counts: Mapping[str, int] | None) -> str:
    return " ".join(f"{name}={n}" for name, n in counts.items() if n) or "-" if counts is not None else "∅"
