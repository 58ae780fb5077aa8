"""Pieces of a build that do not wait for each other, shared among processes: whoever is free takes the next one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zongmu.model.immutable import immutable
from zongmu.store.workers import Progress, in_any_order, no_collection


@immutable
class Job:
    """A piece of work of a phase. ``weight``: how many projects it is about, for whoever is told how far it is."""

    phase: str
    make: Callable[[], Any]
    weight: int = 0


@dataclass(slots=True)
class Done:
    """What the jobs of each phase gave, in the order of the jobs, and the seconds of processors that they took."""

    results: dict[str, list[Any]]
    seconds: dict[str, float]


def run_jobs(jobs: Sequence[Job], workers: int, progress: Progress | None = None) -> Done:
    """Do all *jobs*. The longest should stand first. Raises what they raise; what they give must be picklable."""
    results: list[Any] = [None] * len(jobs)
    seconds = dict.fromkeys((job.phase for job in jobs), 0.0)
    whole, so_far = sum(job.weight for job in jobs), 0
    with no_collection():
        for place, (result, taken) in in_any_order(_timed, jobs, workers=workers):
            job = jobs[place]
            results[place] = result
            seconds[job.phase] += taken
            so_far += job.weight
            if progress is not None and job.weight:
                progress(so_far, whole)
    by_phase: dict[str, list[Any]] = {name: [] for name in seconds}
    for job, result in zip(jobs, results, strict=True):
        by_phase[job.phase].append(result)
    return Done(by_phase, seconds)


def _timed(job: Job) -> tuple[Any, float]:
    began = time.process_time()
    return job.make(), time.process_time() - began
