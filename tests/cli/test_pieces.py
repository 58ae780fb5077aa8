"""A registry judged in pieces says what judging it whole says, through the command."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.test_check_again import paths_judged, timeless
from tests.instances import Instance, Said, demonstration_at


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The demonstration with defects of every origin: of a file, of one record, across records."""
    one = demonstration_at(tmp_path_factory.mktemp("pieces") / "instance")
    projects = sorted(one.path("registry/projects").rglob("*.yaml"))
    one.commit()
    text = projects[0].read_text("utf-8")
    projects[0].write_text(text.replace("\nowner: ", "\nowner: ordos/nobody # ", 1), "utf-8")
    projects[1].write_text(projects[1].read_text("utf-8") + "nonsense: 1\n", "utf-8")
    projects[2].with_name("stray.txt").write_text("x", "utf-8")
    # The longest period there can be, under which a rule once went beyond the last year there is.
    warranted = [path for path in projects if "    warranty: " in path.read_text("utf-8")]
    assert warranted
    for path in warranted:
        path.write_text(re.sub(r"(?m)^(    warranty: ).+$", r"\g<1>9999年", path.read_text("utf-8")), "utf-8")
    shutil.copy(projects[3], projects[3].with_name(projects[3].stem + "9.yaml"))
    return one


def pieces(one: Instance, of: int, folder: Path) -> list[str]:
    files = []
    for number in range(1, of + 1):
        said = one.say("check", "--shard", f"{number}/{of}", "--jobs", "1")
        assert said.code == 0
        files.append(folder / f"{of}-{number}.json")
        files[-1].write_text(said.out, "utf-8")
    return [str(file) for file in reversed(files)]


@pytest.mark.parametrize(("of", "format"), [(3, "json"), (2, "sarif")])
def test_the_union_of_the_pieces_is_the_whole(
    of: int, format: str, demonstration: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zongmu.policy import run

    whole = demonstration.say("check", "--format", format, "--no-cache")
    files = pieces(demonstration, of, tmp_path)
    judged = paths_judged(monkeypatch, run)
    together = demonstration.say("check", "--format", format, "--jobs", "1", "--pieces", *files)
    assert timeless(together) == timeless(whole)
    assert whole.code == 1
    assert not judged
    held = [{row[0] for row in json.loads(Path(file).read_text("utf-8"))["records"]} for file in files]
    assert all(held)
    assert sum(map(len, held)) == len(set().union(*held))


def refused(said: Said, code: str) -> bool:
    return said.code == 2 and f"[{code}]" in said.err and not said.out


def test_what_is_no_whole_is_refused(demonstration: Instance, tmp_path: Path) -> None:
    one = demonstration
    first, second = pieces(one, 2, tmp_path)
    check = ("check", "--pieces")
    assert refused(one.say(*check, first), "check.piece-missing")
    assert refused(one.say(*check, first, second, "--as-of", "2026-01-01"), "check.piece-of-other")
    odd = tmp_path / "odd.json"
    for text in ("", "[]", "{}", '{"format": 2}', "[" * 100_000):
        odd.write_text(text, "utf-8")
        assert refused(one.say(*check, first, str(odd)), "check.no-piece")
    assert refused(one.say(*check, str(tmp_path / "none")), "cli.no-such-file")
    for shard in ("0/2", "3/2", "1", "1/9999", "x/y"):
        assert refused(one.say("check", "--shard", shard), "cli.bad-shard")
    for beside in ("--base", "--head"):
        assert refused(one.say("check", "--shard", "1/2", beside, "HEAD"), "cli.shard-alone")


def test_a_record_that_is_another_by_now_is_judged_anew(demonstration: Instance, tmp_path: Path) -> None:
    one = demonstration
    files = pieces(one, 2, tmp_path)
    path = sorted(one.path("registry/projects").rglob("*.yaml"))[5].relative_to(one.root).as_posix()
    before = one.read(path)
    one.append(path, "nonsense: 2\n")
    assert timeless(one.say("check", "--pieces", *files)) == timeless(one.say("check", "--no-cache"))
    one.write(path, before)
