"""What is remembered of an earlier check changes nothing of what the next one says: random edits, through the command."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_check_again import paths_judged, timeless
from tests.instances import Instance, demonstration_at

Edit = Callable[[Instance, str, random.Random], None]


def rename(one: Instance, path: str, chance: random.Random) -> None:
    one.write(path, re.sub(r"^name: .*$", f"name: 改名 {chance.randrange(99)}", one.read(path), flags=re.MULTILINE))


def move_a_day(one: Instance, path: str, chance: random.Random) -> None:
    days = re.findall(r"date: (20[0-9-]{8})", one.read(path))
    if days:
        other = f"date: 20{chance.randrange(22, 26)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        one.write(path, one.read(path).replace(f"date: {chance.choice(days)}", other, 1))


def scale_an_amount(one: Instance, path: str, chance: random.Random) -> None:
    one.write(
        path, re.sub(r"([0-9]+)万元", lambda m: f"{int(m[1]) * chance.randrange(1, 9)}万元", one.read(path), count=1)
    )


def refer_to_nobody(one: Instance, path: str, chance: random.Random) -> None:
    one.write(path, re.sub(r"^(owner|unit): .*$", r"\1: ordos/nobody", one.read(path), flags=re.MULTILINE))


def break_the_form(one: Instance, path: str, chance: random.Random) -> None:
    one.append(path, "nonsense: 1\n")


def take_away(one: Instance, path: str, chance: random.Random) -> None:
    one.path(path).unlink()


def copy(one: Instance, path: str, chance: random.Random) -> None:
    place = Path(path)
    one.write(str(place.with_name(place.stem + "9.yaml")), one.read(path))


def comment(one: Instance, path: str, chance: random.Random) -> None:
    one.append(path, "# 110101199003074610\n")


def declare(one: Instance, path: str, chance: random.Random) -> None:
    """Another project of the same body, or another body, under an id of its own."""
    place = Path(path)
    stem, number = re.fullmatch(r"(.*?)([0-9]*)", place.stem).groups()  # type: ignore[union-attr]
    name = f"{stem}{int(number or 0) + 7000 + chance.randrange(99)}"
    text = re.sub(r"^id: .*$", f"id: {name if '/projects/' in path else f'ordos/{name}'}", one.read(path), flags=re.M)
    one.write(str(place.with_name(f"{name}.yaml")), text)


def say_less(one: Instance, path: str, chance: random.Random) -> None:
    """Take one line away that stands by itself."""
    lines = [line for line in re.findall(r"^[a-z_]+: \S.*\n", one.read(path), re.M) if not line.startswith("format")]
    if lines:
        one.write(path, one.read(path).replace(chance.choice(lines), "", 1))


EDITS: tuple[Edit, ...] = (
    rename,
    move_a_day,
    scale_an_amount,
    refer_to_nobody,
    break_the_form,
    take_away,
    copy,
    comment,
    declare,
    say_less,
)
SMALL = (rename, move_a_day, scale_an_amount, refer_to_nobody, declare, say_less, comment)
"""Edits after which a known tip is good enough to judge the change on."""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    one = demonstration_at(tmp_path_factory.mktemp("demonstration") / "instance")
    one.commit()
    return one


@pytest.mark.parametrize("seed", range(3))
def test_with_the_cache_and_without_it_says_the_same(seed: int, demonstration: Instance) -> None:
    chance = random.Random(seed)
    one = demonstration
    folders = ("projects", "projects", "systems", "organizations", "endorsements", "plans", "draws")
    for _ in range(2):
        for _ in range(chance.randrange(1, 4)):
            below = one.path("registry") / chance.choice(folders)
            path = chance.choice(sorted(below.rglob("*.yaml"))).relative_to(one.root).as_posix()
            chance.choice(EDITS)(one, path, chance)
        words = ("check", "--base", "HEAD", "--all", "--format", "json")
        assert timeless(one.say(*words)) == timeless(one.say(*words, "--no-cache"))
        one.commit()
    assert timeless(one.say("check", "--tally")) == timeless(one.say("check", "--tally", "--no-cache"))


@pytest.mark.parametrize("seed", range(3))
def test_a_change_judged_on_a_known_tip_comes_to_the_same(
    seed: int, demonstration: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read and judged of a known tip is little; what is said is what judging everything says."""
    from zongmu.policy import onto

    done: list[bool] = []
    judge = onto.judge_onto

    def noted(*args: object) -> object:
        outcomes = judge(*args)  # type: ignore[arg-type]
        done.append(outcomes is not None)
        return outcomes

    monkeypatch.setattr("zongmu.cli.changing.judge_onto", noted)
    chance = random.Random(100 + seed)
    one = demonstration
    one.commit()
    one.say("check", "--base", "HEAD")
    del done[:]
    folders = ("projects", "projects", "projects", "systems", "organizations", "endorsements", "plans", "districts")
    for _ in range(4):
        below = one.path("registry") / chance.choice(folders)
        path = chance.choice(sorted(below.rglob("*.yaml"))).relative_to(one.root).as_posix()
        chance.choice(SMALL)(one, path, chance)
        words = ("check", "--base", "HEAD", "--format", chance.choice(("text", "github", "junit")))
        assert timeless(one.say(*words)) == timeless(one.say(*words, "--no-cache"))
    one.git("checkout", "--quiet", "--", ".")
    one.git("clean", "--quiet", "--force", "registry")
    assert any(done)


def test_a_record_that_did_not_change_is_not_judged_again(
    demonstration: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zongmu.policy import onto, run

    one = demonstration
    one.commit()
    one.say("check", "--base", "HEAD", "--jobs", "1")
    judged = paths_judged(monkeypatch, run, onto)
    changed = "registry/projects/ordos"
    path = sorted(one.path(changed).rglob("*.yaml"))[0].relative_to(one.root).as_posix()
    rename(one, path, random.Random(1))
    one.say("check", "--base", "HEAD", "--jobs", "1")
    assert judged == [path]


def test_on_another_day_only_what_time_touches_is_judged_again(
    demonstration: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zongmu.policy import run

    one = demonstration
    one.git("checkout", "--quiet", "--", ".")
    one.say("check", "--as-of", "2026-11-20", "--jobs", "1")
    judged = paths_judged(monkeypatch, run)
    one.say("check", "--as-of", "2026-11-21", "--jobs", "1")
    assert len(judged) < len(list(one.path("registry").rglob("*.yaml"))) / 10
    for day in ("2026-12-24", "2027-01-01", "2025-06-30"):
        words = ("check", "--as-of", day, "--format", "json")
        assert timeless(one.say(*words)) == timeless(one.say(*words, "--no-cache", "--jobs", "1"))
