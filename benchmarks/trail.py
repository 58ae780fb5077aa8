"""The whole field-level trail against the least that any reader of it must do, and against the usual ways.

The peer is ``git log --raw`` with ``git cat-file --batch`` of the same blobs, thrown away. Per-file ``git log --follow`` and
PyDriller are timed on a sample and scaled up; PyDriller by the Python that ``ZONGMU_PYDRILLER`` names, where it is installed.
Both only give the lines that changed: no field, no act, no correction.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from benchmarks.timing import in_turn, table

PER_FILE = 10  # commits
SAMPLE = 20  # files
DRILLED = 200  # commits

_RAW = """
import subprocess
log = subprocess.run(['git', 'log', '--raw', '-z', '--no-renames', '--no-abbrev', '--format=%H', '--', 'registry'],
                     capture_output=True, check=True).stdout
ids = {w.split(b' ')[3] for w in log.split(b'\\0') if w.lstrip(b'\\n').startswith(b':')}
subprocess.run(['git', 'cat-file', '--batch'], input=b'\\n'.join(ids) + b'\\n', stdout=subprocess.DEVNULL, check=True)
"""
_OURS = """
import gc
gc.disable()  # as the commands do
from pathlib import Path
from zongmu.history.trail import trail
print(sum(len(event.changes) for event in trail(Path('.'))))
"""
_ALONE = _OURS.replace("trail(Path('.'))", "trail(Path('.'), workers=1)")
_AGAIN = """
import gc
gc.disable()
from pathlib import Path
from zongmu.history.trail import trail
from zongmu.store.kept.cache import Cache
print(sum(len(event.changes) for event in trail(Path('.'), cache=Cache.of(Path('.')))))
"""
_FOLLOW = """
import subprocess, sys
for path in sys.argv[1:]:
    subprocess.run(['git', 'log', '--follow', '-p', '--', path], stdout=subprocess.DEVNULL, check=True)
"""
_PYDRILLER = """
import itertools
from pydriller import Repository
commits = itertools.islice(Repository('.').traverse_commits(), %d)
print(sum(len(f.diff) for c in commits for f in c.modified_files))
"""


def _project(number: int, step: int) -> str:
    rows = "".join(
        f"  - kind: contract_signed\n    seq: {n + 2}\n    date: 2027-05-{n + 1:02}\n    role: supply\n"
        f"    number: SL-2027-{number}-{n}\n    supplier: 示例科技有限公司{n}\n    amount: {400 + n}.6万元\n"
        for n in range(6 + step // 2)
    )
    return (
        f"format: 1\nid: ordos-2027-{number:04}\njurisdiction: ordos\nname: 示例平台{number}\nowner: ordos/bureau\n"
        f"summary: 第 {step} 版说明\nscope:\n  - id: platform\n    name: 平台\n  - id: sensors\n    name: 感知设备\n\n"
        f"milestones:\n  - kind: declared\n    date: 2027-01-08\n    total: 1200万元\n{rows}"
    )


def make(folder: Path, commits: int) -> list[str]:
    """A history of *commits*, a file each, ten to a file, written by ``git fast-import``; the paths of its files."""
    files = max(1, commits // PER_FILE)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    process = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=folder, stdin=subprocess.PIPE)
    assert process.stdin is not None
    paths = [f"registry/projects/ordos/bureau{n % 50}/ordos-2027-{n:04}.yaml" for n in range(files)]
    for n in range(commits):
        _commit(process.stdin, n, paths[n % files], _project(n % files, n // files))
    process.stdin.close()
    process.wait()
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)
    subprocess.run(["git", "gc", "-q"], cwd=folder, check=True)
    return paths


def _commit(to: BinaryIO, n: int, path: str, text: str) -> None:
    data = text.encode()
    clock = 1_800_000_000 + n * 60
    to.write(f"commit refs/heads/main\ncommitter Bureau <b@example.invalid> {clock} +0800\ndata 1\nx\n".encode())
    to.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")


def run(size: int, runs: int) -> list[str]:
    """Lines of the report for *size* commits."""
    with tempfile.TemporaryDirectory(prefix="zongmu-bench-") as name:
        root = Path(name)
        paths = make(root, size)
        sample = paths[: SAMPLE or None]
        commands = {
            "git log --raw + git cat-file --batch": [sys.executable, "-c", _RAW],
            "zongmu, every change of every field": [sys.executable, "-c", _OURS],
            "zongmu, in one process": [sys.executable, "-c", _ALONE],
            "zongmu, again, nothing new": [sys.executable, "-c", _AGAIN],
            "git log --follow -p, file by file": [sys.executable, "-c", _FOLLOW, *sample],
        }
        scale = {"git log --follow -p, file by file": len(paths) / len(sample)}
        driller = os.environ.get("ZONGMU_PYDRILLER", "")
        if driller:
            commands["PyDriller, the lines"] = [driller, "-c", _PYDRILLER % DRILLED]
            scale["PyDriller, the lines"] = size / min(size, DRILLED)
        times = in_turn(commands, root, runs)
        failed = [f"  {name}: failed, exit {one.code}" for name, one in times.items() if one.code]
        skipped = [] if driller else ["  PyDriller: skipped, ZONGMU_PYDRILLER names no Python that has it"]
        title = f"trail: {size} commits, {len(paths)} files"
        return [title, *table(times, next(iter(commands)), scale), *skipped, *failed]
