"""``zongmu check`` once more: where nothing has changed since it was last asked the same, the answer is the same.

What counts is everything that the check reads: the registry, the law and the trust of this instance, this program and what it
runs on, the question, and the day. The model and the law are not even imported. Any doubt leads to the check itself.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any, Final

from zongmu.cli.terms import Terms, still_that_day
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import engine_print, files_print, print_of

KIND: Final = "answer"
READ: Final = ("registry", "checks", "trust")
"""The folders that a check reads."""

_MAX_HEAD: Final = 1000
"""Bytes before an answer, at most: a line that says what hangs on it."""
_ASKED: Final = ("paths", "as_of", "format", "strict", "all", "tally", "lang")


def check_again(root: Path, args: argparse.Namespace) -> int:
    """Answer ``zongmu check`` from what was said before, else from the check itself."""
    began = time.monotonic()
    given = (args.base, args.head, args.at, args.shard, args.pieces)
    cache = None if args.no_cache or given != (None,) * len(given) else Cache.of(root)
    name = None if cache is None else _name(root, args, cache)
    if cache is None or name is None:
        return _check(root, args, Terms(), cache)
    known = _known(cache, name)
    if known is not None:
        head, kept = known
        # The mark is ASCII, and the first of its kind stands where it was put.
        at = int(head["at"])
        for part in (kept[:at], _seconds(time.monotonic() - began, args).encode(), kept[at + len(head["mark"]) :]):
            _write(part)
        return int(head["code"])
    import random  # only now: start-up is most of an answer that is known

    # Written where the seconds will stand, for the answer to be the same the next time.
    terms = Terms(random.randrange(10**9, 10**10) + 0.25)
    mark = f"{terms.seconds:.2f}"
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            code = _check(root, args, terms, cache)
    finally:
        text = out.getvalue()
        sys.stdout.write(text.replace(mark, _seconds(time.monotonic() - began, args), 1))
    # What was changed while it was read belongs to neither state.
    if code != 2 and _name(root, args, cache) == name:
        said = text.encode("utf-8", "surrogatepass")
        if (at := said.find(mark.encode())) >= 0:
            head = {"mark": mark, "at": at, "code": code, "day": terms.day}
            cache.put(KIND, name, json.dumps(head).encode() + b"\n", said)
    return code


def _check(root: Path, args: argparse.Namespace, terms: Terms, cache: Cache | None) -> int:
    from zongmu.store.workers import no_collection

    # Importing the model makes many objects that stay, and so does judging.
    with no_collection(), _reading_ahead(root, args, cache):
        if args.shard is not None:
            from zongmu.cli.checking.pieces import run_shard

            return run_shard(root, args)
        from zongmu.cli.checking.check import run_check

        return run_check(root, args, terms)


def _reading_ahead(
    root: Path, args: argparse.Namespace, cache: Cache | None
) -> contextlib.AbstractContextManager[None]:
    """Where every record of the work tree will be read, and a second processor is there, it begins with it at once."""
    from zongmu.store.ahead import files, has_files, reading_ahead
    from zongmu.store.workers import FORK_FROM, how_many

    elsewhere = args.base is not None or args.at is not None or args.shard is not None or args.pieces is not None
    if elsewhere or how_many(FORK_FROM, args.jobs) == 1 or (cache is not None and cache.holds("judged")):
        return contextlib.nullcontext()
    if not has_files(f"{root}/registry", FORK_FROM):
        return contextlib.nullcontext()
    law = (str(file) for file in sorted(root.glob("checks/*/*.yaml")))
    return reading_ahead(chain(law, files(f"{root}/registry")))


def _seconds(taken: float, args: argparse.Namespace) -> str:
    return str(round(taken, 2)) if args.format == "json" else f"{taken:.2f}"


def _name(root: Path, args: argparse.Namespace, cache: Cache) -> str | None:
    """The print of everything that the answer is made of but the day; None where it cannot be told."""
    try:
        state = files_print(Git(root), root, READ, watched=("registry",))
    except (GitProblem, OSError):
        return None
    if state is None:
        return None
    question: dict[str, Any] = {word: getattr(args, word) for word in _ASKED}
    # Paths are relative to where one stands.
    question["at"] = [str(Path.cwd()), str(root)] if args.paths else []
    return print_of((engine_print(cache).encode(), state.encode(), json.dumps(question, sort_keys=True).encode()))


def _known(cache: Cache, name: str) -> tuple[dict[str, Any], memoryview] | None:
    found = cache.get(KIND, name)
    if found is None:
        return None
    line = bytes(found[:_MAX_HEAD]).partition(b"\n")[0]
    head: dict[str, Any] = json.loads(line)
    return (head, found[len(line) + 1 :]) if still_that_day(head["day"]) else None


def _write(text: bytes | memoryview) -> None:
    """Write UTF-8 to standard output, as it is where it takes that."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding.lower() == "utf-8":
        sys.stdout.flush()
        sys.stdout.buffer.write(text)
    else:
        sys.stdout.write(bytes(text).decode("utf-8", "surrogatepass"))
