"""``zongmu check`` asked again: the same answer without the work, and never an old one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.instances import LATE, PROJECT, Instance, Said, make

SETTINGS = "registry/registry.yaml"
SECONDS = re.compile(
    r"用时 [0-9]{1,3}\.[0-9]{2} 秒|; [0-9]{1,3}\.[0-9]{2} s$|\"seconds\": [0-9]{1,3}\.[0-9]+,", re.MULTILINE
)


@pytest.fixture
def kept(tiny: Instance) -> Instance:
    """The tiny instance in a repository, asked once."""
    tiny.commit()
    tiny.say("check")
    return tiny


def timeless(said: Said) -> tuple[int, str]:
    """What was said, but for the seconds that it took."""
    return said.code, SECONDS.sub("", said.all)


def works(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the work is noted when it is done."""
    from zongmu.cli.checking import check

    done: list[str] = []
    judge = check.run

    def noted(*args: object, **more: object) -> object:
        done.append("judged")
        return judge(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "run", noted)
    return done


def paths_judged(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> list[str]:
    """Where the path of each record is noted that *modules* judge."""
    from zongmu.policy.judging.one_record import judge_record

    judged: list[str] = []

    def noted(world: object, loaded: object, *more: object, **words: object) -> object:
        judged.append(loaded.path)  # type: ignore[attr-defined]
        return judge_record(world, loaded, *more, **words)  # type: ignore[arg-type]

    for module in modules:
        monkeypatch.setattr(module, "judge_record", noted)
    return judged


def test_asked_the_same_again_it_answers_without_judging(kept: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    done = works(monkeypatch)
    for words in ([], ["--format", "json"], ["--lang", "en", "--strict"]):
        first, second = kept.say("check", *words), kept.say("check", *words)
        assert timeless(first) == timeless(second) == timeless(kept.say("check", "--no-cache", *words))
        assert SECONDS.search(second.out)
    # Each question once, and without the cache each time; the first had been asked before.
    assert len(done) == 2 + 3


def unlink(one: Instance) -> None:
    one.path(LATE).unlink()


def restage(one: Instance) -> None:
    text = one.read(PROJECT)
    one.append(PROJECT, "nonsense: 1\n")
    one.git("add", PROJECT)
    one.write(PROJECT, text)


def ignore(one: Instance) -> None:
    one.project(7, "nonsense: 1\n")
    one.say("check")
    one.write(".gitignore", "demo-2026-0007.yaml\n")


def move_the_settings(one: Instance) -> None:
    one.path(SETTINGS).rename(one.path("registry/settings.yaml"))


CHANGES: dict[str, Callable[[Instance], object]] = {
    "a file edited": lambda one: one.edit(LATE, "date: 2026-03-20", "date: 2026-02-05"),
    "a file added": lambda one: one.project(3, "nonsense: 1\n"),
    "a file deleted": unlink,
    "another in the index than on the disk": restage,
    "no settings": move_the_settings,
    "a calendar": lambda one: one.append("registry/calendars/2026.yaml", "nonsense: 1\n"),
    "what is ignored": ignore,
    "a pipe": lambda one: os.mkfifo(one.path("registry/projects/demo/office/demo-2026-0009.yaml")),
    "an empty folder with a file's name": lambda one: one.path("registry/projects/demo/x.yaml").mkdir(),
    "a link": lambda one: one.path("registry/projects/demo/office/demo-2026-0009.yaml").symlink_to("/etc/passwd"),
    "executable": lambda one: one.path(PROJECT).chmod(0o755),
    "everything gone": lambda one: [file.unlink() for file in one.path("registry").rglob("*.yaml")],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_changes_the_answer(change: Callable[[Instance], object], kept: Instance) -> None:
    before = timeless(kept.say("check"))
    change(kept)
    after = timeless(kept.say("check"))
    assert after == timeless(kept.say("check", "--no-cache"))
    assert after != before or change in (restage, ignore)


def test_another_law_is_another_answer(tmp_path: Path) -> None:
    one = make(tmp_path / "instance")
    one.commit()
    before = timeless(one.say("check"))
    one.write("checks/demo_2025/measure.yaml", one.read("checks/demo_2025/measure.yaml") + "nonsense: 1\n")
    assert timeless(one.say("check")) == timeless(one.say("check", "--no-cache")) != before


@pytest.mark.parametrize("linked", ["checks/demo_2025", "checks", "checks/demo_2025/parameters.yaml"])
def test_another_law_behind_a_link_is_another_answer(linked: str, tmp_path: Path) -> None:
    """What a link leads to is the law too, though Git sees but the link."""
    one = make(tmp_path / "instance")
    one.path(linked).rename(tmp_path / "elsewhere")
    one.path(linked).symlink_to(tmp_path / "elsewhere")
    one.commit()
    before = timeless(one.say("check"))
    one.edit("checks/demo_2025/parameters.yaml", "value: 30日", "value: 3000日")
    assert timeless(one.say("check")) == timeless(one.say("check", "--no-cache")) != before


def test_the_answer_of_one_day_is_not_that_of_the_next(kept: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    demonstrates = re.compile(r"^demonstration:.*\n(?: .*\n)*", re.MULTILINE)
    kept.write(SETTINGS, demonstrates.sub("", kept.read(SETTINGS)))
    kept.say("check")
    done = works(monkeypatch)
    today = kept.say("check")
    assert not done

    import datetime as dt

    from zongmu.policy import run

    class Tomorrow(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
            return dt.datetime.now(tz) + dt.timedelta(days=1)

    class Later:
        datetime = Tomorrow
        date = dt.date

    monkeypatch.setattr("zongmu.cli.terms.dt", Later)
    monkeypatch.setattr(run, "dt", Later)
    assert timeless(kept.say("check")) != timeless(today)
    assert len(done) == 1


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def forge(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace("待人处理".encode(), "可以合并".encode()))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def swap(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("harm", [cut, forge, empty, swap])
def test_a_cache_that_is_not_whole_and_ours_is_no_cache(harm: Callable[[Path], None], kept: Instance) -> None:
    change = ("check", "--base", "HEAD", "--all")
    kept.project(3, "demand: demo/nobody\n")
    kept.commit()
    kept.edit(LATE, "date: 2026-03-20", "date: 2026-03-21")
    kept.say("check")
    kept.say(*change)
    for words in (("check",), change, change[:-1]):
        honest = timeless(kept.say(*words, "--no-cache"))
        files = list(kept.path(".cache/zongmu").glob("*-*"))
        # A print is only kept of files that have not been written just now.
        kinds = {file.name.split("-")[0] for file in files} - {"print"}
        assert kinds >= {"answer", "judged", "law", "places", "tip"}
        for file in files:
            if file.is_file():
                harm(file)
        assert timeless(kept.say(*words)) == honest


def test_a_cache_of_another_clone_is_no_cache(kept: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.path(".git/zongmu-cache-key").write_bytes(bytes(32))
    done = works(monkeypatch)
    kept.say("check")
    assert len(done) == 1


def test_nothing_is_written_through_a_link(tiny: Instance, tmp_path: Path) -> None:
    tiny.commit()
    shutil.rmtree(tiny.path(".cache"), ignore_errors=True)
    tiny.path(".cache").mkdir(exist_ok=True)
    tiny.path(".cache/zongmu").symlink_to(tmp_path)
    assert tiny.say("check").code == 1
    assert not list(tmp_path.glob("answer-*"))
    tiny.path(".cache/zongmu").unlink()


def test_what_is_kept_is_never_committed(kept: Instance) -> None:
    kept.commit()
    assert ".cache" not in kept.git("ls-files")
