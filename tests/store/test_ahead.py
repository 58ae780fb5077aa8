"""Files read by a second processor ahead of the program: never anything but what they hold, and nothing is left behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.instances import Instance, home, tiny
from tests.shared import REPO
from zongmu.cli import session
from zongmu.store import ahead, workers
from zongmu.store.reading import fast
from zongmu.store.reading.guard import MAX_BYTES

__all__ = ["home", "tiny"]


def read_through() -> None:
    """Let the other process come to its end; only within ``reading_ahead``."""
    assert ahead._ahead is not None
    os.waitid(os.P_PID, ahead._ahead._pid, os.WEXITED | os.WNOWAIT)


def test_it_holds_what_the_fast_loader_reads() -> None:
    paths = list(ahead.files(str(REPO / "registry")))
    contents = [Path(path).read_bytes() for path in paths]
    with ahead.reading_ahead(paths):
        read_through()
        held = [ahead.known(data) for data in contents]
        assert ahead.known(contents[0] + b"# another day\n") is None
        ahead.enough()
        assert ahead.known(contents[-1]) == held[-1]
    assert ahead.known(contents[0]) is None
    assert held == [fast.read(data) for data in contents]
    assert sum(value is not None for value in held) > len(held) * 0.9


def test_it_takes_no_pipe_no_link_and_nothing_too_long(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.yaml", "deep/b.yaml", "note.txt"):
        (tmp_path / name).write_bytes(b"format: 1\n")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    (tmp_path / "links").symlink_to(tmp_path / "deep")
    long = b"format: 1\n" * (MAX_BYTES // 10 + 1)
    (tmp_path / "long.yaml").write_bytes(long)
    (tmp_path / os.fsdecode(b"odd\xff.yaml")).write_bytes(b"id: odd\n")
    found = list(ahead.files(str(tmp_path)))
    assert [os.path.relpath(path, tmp_path) for path in found] == [
        "a.yaml",
        "deep/b.yaml",
        "long.yaml",
        os.fsdecode(b"odd\xff.yaml"),
    ]
    assert ahead.has_files(str(tmp_path), 4)
    assert not ahead.has_files(str(tmp_path), 5)
    named = [*found, str(tmp_path / "pipe.yaml"), str(tmp_path / "link.yaml"), str(tmp_path / "gone.yaml")]
    with ahead.reading_ahead(named):
        read_through()
        assert (ahead.known(b"format: 1\n"), ahead.known(long)) == ({"format": 1}, None)
        assert ahead.known(b"id: odd\n") == {"id": "odd"}


def test_a_check_that_reads_ahead_says_the_same(tiny: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3, 9):
        tiny.project(n, "nonsense: 1\n" if n % 2 else "")
    alone = tiny.report("--no-cache", "--jobs", "1")["findings"]
    begun: list[tuple[int, list[str]]] = []
    original = ahead._Ahead.__init__

    def begin(self: ahead._Ahead, paths: Iterable[str]) -> None:
        named = list(paths)
        original(self, named)
        begun.append((self._pid, named))
        os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)

    monkeypatch.setattr(ahead._Ahead, "__init__", begin)
    monkeypatch.setattr(workers, "FORK_FROM", 8)
    assert tiny.report("--no-cache", "--jobs", "2")["findings"] == alone
    ((pid, paths),) = begun
    assert {Path(path).parts[-4] for path in paths} >= {"projects"}
    assert any(path.endswith("/measure.yaml") for path in paths)
    assert tiny.report("--no-cache", "--jobs", "1")["findings"] == alone
    assert len(begun) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, 0)


def test_a_law_that_is_looked_through_meanwhile_is_refused_all_the_same(
    tiny: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "FORK_FROM", 4)
    odd = tiny.write("checks/demo_2025/examples/dm0_nothing.yaml", "rule: dm0_nothing\n")
    asked: list[int] = []

    def beside(look: Callable[[], object]) -> AbstractContextManager[Callable[[], object]]:
        asked.append(1)
        return workers.beside(look)

    monkeypatch.setattr(session, "beside", beside)
    try:
        alone = tiny.say("check", "--no-cache", "--jobs", "1")
        assert (alone.code, "dm0_nothing" in alone.err, asked) == (2, True, [])
        assert tiny.say("check", "--no-cache", "--jobs", "2") == alone
        # What is wrong with the law is said first.
        assert tiny.say("check", "--no-cache", "--jobs", "2", "registry/nowhere.yaml") == alone
    finally:
        odd.unlink()
    assert asked == [1, 1]
    assert "cli.no-such-path" in tiny.say("check", "--no-cache", "--jobs", "2", "registry/nowhere.yaml").err
