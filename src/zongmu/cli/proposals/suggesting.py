"""Mechanical repairs of a proposal as a review with suggestions, which its author takes over with a click (GitHub's API)."""

from __future__ import annotations

import re

from zongmu.cli.proposals.gating import Answer
from zongmu.exchange.mending import mended
from zongmu.model.finding import Finding
from zongmu.model.guards import scan
from zongmu.policy.judging.one_record import judge_record
from zongmu.report.terminal import dump
from zongmu.store.registry import LoadedRecord

_MOST = 30
"""Suggestions of one review: with more, the clerk runs ``zongmu check --fix``."""


def review_of(answer: Answer) -> str:
    """The body of a review for the API, as JSON; empty where there is nothing to suggest."""
    judged = answer.judged
    if judged is None:
        return ""
    world, head, tip_tree = judged.world, judged.head, answer.change.tree_before

    def judge(record: LoadedRecord) -> list[Finding]:
        return judge_record(world, record).findings

    comments: list[dict[str, object]] = []
    for path in answer.change.paths_after:
        loaded = head.at(path)
        if loaded is None or loaded.data is None or not any(f.path == path for f in answer.standing):
            continue
        tip = judged.tip.file(path)
        committed = tip.data.decode("utf-8", "replace") if tip is not None and tip.data is not None else ""
        better = mended(path, loaded.data, judge, committed)[0]
        comments.extend(_comments(tip_tree.git.prefix + path, loaded.data, better, committed))
    if not comments or len(comments) > _MOST:
        return ""
    return dump({"commit_id": answer.change.head, "event": "COMMENT", "comments": comments})


def _comments(path: str, old: bytes, new: bytes, committed: str) -> list[dict[str, object]]:
    """One suggestion for each line that differs and is the proposal's own."""
    before, after = (data.decode("utf-8", "replace").split("\n") for data in (old, new))
    if len(before) != len(after):
        return []
    known = set(committed.split("\n"))
    out: list[dict[str, object]] = []
    for number, (was, now) in enumerate(zip(before, after, strict=True), 1):
        # A line that the proposal did not touch is not in its diff, and what must not be repeated is not suggested.
        if was != now and was not in known and not scan(now):
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", now))])
            body = f"{fence}suggestion\n{now}\n{fence}"
            out.append({"path": path, "line": number, "side": "RIGHT", "body": body})
    return out
