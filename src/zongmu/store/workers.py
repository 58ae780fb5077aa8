"""The same work on many items, shared among forked processes.

Forked, since the model is loaded by then and a new interpreter would load it again. Each worker takes every *n*-th
item and sends back what its function returns, so that must be small: a verdict, a few facts. A record is better made
where it is needed than sent.
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")
R = TypeVar("R")

FORK_FROM: Final = 300
"""Items from which a fork pays."""

MOST: Final = 4
"""Processes at most, where nobody asks for more: each holds the program and the law, some 70 MB."""

_BATCH: Final = 32


class Progress(Protocol):
    """Told how many items are done, of how many; at most a few hundred times in all."""

    def __call__(self, done: int, total: int, /) -> None: ...


class WorkerProblem(RuntimeError):
    """A worker died or failed: there is no result, and none must be assumed. Its text is for a log, not for pages."""


def available() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def how_many(items: int, workers: int | None) -> int:
    """Processes for that many *items*: what is asked for, else two where it pays, and up to four where each has as many to do;
    one where a fork is not safe."""
    if threading.active_count() > 1 or not hasattr(os, "fork"):
        return 1
    if workers is not None:
        return max(1, min(workers, items))
    return min(MOST, available(), max(2, items // FORK_FROM)) if items >= FORK_FROM else 1


def map_all(
    function: Callable[[T], R], items: Sequence[T], *, workers: int | None = None, progress: Progress | None = None
) -> list[R]:
    """``[function(item) for item in items]``, in that order, in one process or several, of which this is one.

    What the function returns must be picklable. An exception in it is raised here; a worker that dies raises
    :class:`WorkerProblem`.
    """
    count = how_many(len(items), workers)
    with no_collection():
        return list(_told(_results(function, items, count, joining=True), len(items), progress))


def stream(
    function: Callable[[T], R], items: Sequence[T], *, workers: int | None = None, progress: Progress | None = None
) -> Iterator[R]:
    """As :func:`map_all`, one result after the other: what is done here with one overlaps with the making of the next by others."""
    count = how_many(len(items), workers)
    yield from _told(_results(function, items, count, joining=False), len(items), progress)


def _results(function: Callable[[T], R], items: Sequence[T], count: int, *, joining: bool) -> Iterator[R]:
    return map(function, items) if count == 1 else _shared(function, items, count, joining)


def _told(results: Iterator[R], total: int, progress: Progress | None) -> Iterator[R]:
    for done, result in enumerate(results, 1):
        yield result
        if progress is not None and (done % _BATCH == 0 or done == total):
            progress(done, total)


@contextmanager
def no_collection() -> Iterator[None]:
    """Without the cyclic collector: reading makes many objects and no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def in_any_order(
    function: Callable[[T], R], items: Sequence[T], *, workers: int | None = None
) -> Iterator[tuple[int, R]]:
    """``(n, function(items[n]))`` of every item, as they are done: for pieces of work that differ much in length. A worker that
    is free takes the next item, so the longest should stand first. Raises as :func:`map_all` does.
    """
    count = how_many(len(items), workers)
    if count == 1:
        yield from ((place, function(item)) for place, item in enumerate(items))
        return
    from multiprocessing.connection import wait  # only now: most commands need no worker

    def life(_number: int, parent: Connection[Any, Any]) -> None:
        while (place := parent.recv()) is not None:
            _send(parent, [(place, function(items[place]))])

    with _forked(life, range(count), True) as ends:
        places, busy = iter(range(len(items))), list[Any]()
        for end in ends.values():
            _give(end, next(places, None), busy)
        while busy:
            worker: Any = wait(busy)[0]
            busy.remove(worker)
            done = _receive(worker)
            _give(worker, next(places, None), busy)
            yield from done


def _give(end: Connection[Any, Any], place: int | None, busy: list[Any]) -> None:
    """Tell a worker what to do next, or that nothing is left."""
    with suppress(BrokenPipeError):  # one that died is found out when its result is asked for
        end.send(place)
    if place is not None:
        busy.append(end)


def _shared(function: Callable[[T], R], items: Sequence[T], count: int, joining: bool) -> Iterator[R]:
    """The results of *count* processes in the order of the items: item *n* is the work of process *n* mod *count*.

    *joining*: this process is the first of them. Else it only hands on what the others send.
    """

    def life(number: int, sender: Connection[Any, Any]) -> None:
        batch: list[R] = []
        for place in range(number, len(items), count):
            batch.append(function(items[place]))
            if len(batch) == _BATCH:
                _send(sender, batch)
                batch = []
        if batch:
            _send(sender, batch)

    with _forked(life, range(int(joining), count)) as receivers:
        held: list[deque[R]] = [deque() for _ in range(count)]
        mine = deque(range(0, len(items), count) if joining else ())
        for place in range(len(items)):
            number = place % count
            while not held[number]:
                # Nobody waits for another while there is work.
                if mine and not (number in receivers and receivers[number].poll()):
                    held[0].append(function(items[mine.popleft()]))
                else:
                    held[number].extend(_receive(receivers[number]))
            yield held[number].popleft()


@contextmanager
def beside(function: Callable[[], R]) -> Iterator[Callable[[], R]]:
    """*function* is done in another process while the block runs, which may ask for what it returned, or raised, once."""

    def life(_number: int, parent: Connection[Any, Any]) -> None:
        _send(parent, [function()])

    with _forked(life, (0,)) as ends:
        yield lambda: _receive(ends[0])[0]


@contextmanager
def _forked(
    life: Callable[[int, Connection[Any, Any]], None], numbers: Iterable[int], duplex: bool = False
) -> Iterator[Mapping[int, Connection[Any, Any]]]:
    """A worker for each number, which lives with that and with its end of a pipe; the other ends, by number. The workers end
    with the block."""
    from multiprocessing.connection import Pipe  # only now: most commands need no worker

    pipes: dict[int, tuple[Connection[Any, Any], int]] = {}
    # What is buffered would be written by every process that has it.
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        for number in numbers:
            ours, theirs = Pipe(duplex)
            _widen(ours)
            pid = os.fork()
            if pid == 0:
                for end in (ours, *(end for end, _ in pipes.values())):
                    end.close()
                _work(life, number, theirs)
            theirs.close()
            pipes[number] = ours, pid
        yield {number: end for number, (end, _) in pipes.items()}
    finally:
        for end, pid in pipes.values():
            end.close()
            _end(pid)


def _widen(receiver: Connection[Any, Any]) -> None:
    """Let a worker run ahead: a pipe of 64 kB makes it wait for the parent at every batch."""
    with suppress(OSError, AttributeError):
        fcntl.fcntl(receiver.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)


def _send(end: Connection[Any, Any], batch: list[Any]) -> None:
    end.send_bytes(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))


def _receive(receiver: Connection[Any, Any]) -> list[Any]:
    try:
        batch = pickle.loads(receiver.recv_bytes())
    except EOFError:
        raise WorkerProblem("a worker ended before its work was done") from None
    if isinstance(batch, BaseException):
        raise batch
    assert isinstance(batch, list)
    return batch


def _work(life: Callable[[int, Connection[Any, Any]], None], number: int, parent: Connection[Any, Any]) -> None:
    """A worker, from fork to end. Never returns."""
    code = 1
    try:
        # Ctrl-C is the parent's business: it ends its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        life(number, parent)
        code = 0
    except BaseException as error:
        parent.send_bytes(_packed(error))
    finally:
        # Nothing of the parent's may be closed, flushed or torn down twice.
        os._exit(code)


def _packed(error: BaseException) -> bytes:
    """An exception to send, as itself where that is possible."""
    trace = "".join(traceback.format_exception(error))
    try:
        data = pickle.dumps(error)
        pickle.loads(data)
    except Exception:
        return pickle.dumps(WorkerProblem(trace))
    if hasattr(error, "add_note"):
        error.add_note(trace)
        data = pickle.dumps(error)
    return data


def _end(pid: int) -> None:
    """See a worker off: one that has finished is only waited for."""
    done, _ = os.waitpid(pid, os.WNOHANG)
    if done:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
