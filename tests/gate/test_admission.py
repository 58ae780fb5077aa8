"""What the gate takes by its entries alone, zone by zone; and that it does not need an account to be careful."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.instances import LATE, PROJECT, REPO, Instance, make
from zongmu.model.record_types import type_of_path
from zongmu.policy.proposals.admission import MAX_FILES, admission, odd, several, zones_of
from zongmu.store.change import Touched
from zongmu.store.trees import Entry

PLACES = {"data": PROJECT, "trust": "trust/pushers.yaml", "code": "checks/demo_2025/rules.py"}


def touched(path: str, before: str | None = "a", after: str | None = "b", mode: str = "100644") -> Touched:
    return Touched(path, Entry(path, "100644", before) if before else None, Entry(path, mode, after) if after else None)


def codes(*rows: Touched, standing: tuple[str, ...] = (), **more: int) -> set[str]:
    found = (*admission(rows, (), {"b": 10}, standing, **more), *several(zones_of(rows, ()), rows))
    return {f.code for f in found}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(PLACES, 2)))
@pytest.mark.parametrize("act", ["edit", "rename", "delete", "symlink"])
def test_one_change_touches_one_zone_whatever_it_does_there(one: str, other: str, act: str) -> None:
    path = PLACES[other]
    rows = {
        "edit": [touched(path)],
        "rename": [touched(path, "a", None), touched(f"{path}.old", None, "a")],
        "delete": [touched(path, "a", None)],
        "symlink": [touched(path, mode="120000")],
    }[act]
    found = codes(touched(PLACES[one]), *rows)
    assert "gate.several-zones" in found
    assert ("gate.symlink" in found) is (act == "symlink")


@pytest.mark.parametrize("zone", PLACES)
def test_one_zone_alone_is_taken(zone: str) -> None:
    assert codes(touched(PLACES[zone])) == set()


def test_names_that_a_forge_needs_are_taken_and_names_that_deceive_are_not() -> None:
    for name in (".github/CODEOWNERS", ".gitlab-ci.yml", "src/zongmu/__init__.py", PROJECT, "trust/keys.yaml"):
        assert odd(name) is None, name
    for name in (
        "registry/Projects/a.yaml",
        "registry/../checks/a.py",
        "registry/a.yaml.",
        "registry/aux.yaml",
        "registry/a b.yaml",
        "checks/.git/hooks/x",
        "checks/.GIT/config",
        "checks/git~1/config",
        "checks/a\nb",
        "checks/ａ.py",
        "checks/" + "a" * 250,
        "registry/a\\b.yaml",
    ):
        assert odd(name) is not None, name


def test_folders_that_differ_in_case_only_collide_too() -> None:
    new = touched("checks/Demo_2025/extra.py", None)
    assert codes(new, standing=("checks/demo_2025/rules.py", "checks/Demo_2025/extra.py")) == {"gate.name-collision"}
    assert codes(touched("checks/x.py", None), standing=("checks/x.py", "checks/y.py")) == set()


def test_what_stands_in_this_repository_comes_in() -> None:
    names = [p.relative_to(REPO).as_posix() for folder in ("registry", "checks") for p in (REPO / folder).rglob("*.*")]
    assert len(names) > 500
    assert [name for name in names if odd(name) is not None and "__pycache__" not in name] == []
    assert type_of_path("registry/returns/demo/2024-H1.yaml") is None  # what does not come in is no place of a record


def test_a_change_has_a_limit(tmp_path: Path) -> None:
    rows = [touched(f"registry/plans/demo/{n}.yaml", None) for n in range(MAX_FILES + 1)]
    assert codes(*rows) == {"gate.too-many-files"}
    assert codes(*rows, max_files=MAX_FILES + 1) == set()


def test_a_rename_is_told_from_a_deletion() -> None:
    gone = touched(LATE, "a", None)
    assert codes(gone) == {"gate.deleted"}
    assert codes(gone, touched(LATE.replace("office/", "clinic/"), None, "b")) == {"gate.renamed"}
    assert codes(gone, touched(PROJECT.replace("0001", "0009"), None, "a")) == {"gate.renamed"}


def test_a_closed_server_that_does_not_know_who_pushes_takes_nothing(tmp_path: Path) -> None:
    made: Instance = make(tmp_path / "x")
    made.write("trust/pushers.yaml", "format: 1\npushers:\n  - {account: a, organizations: [demo/office]}\n")
    made.commit()
    made.append(PROJECT, "# x\n")
    made.commit()
    base = ("gate", "--base", "HEAD~1", "--head", "HEAD")
    assert made.say(*base).code == 0
    closed = made.say(*base, "--closed")
    assert (closed.code, "[gate.unknown-pusher]" in closed.out) == (1, True), closed.all
    assert made.say(*base, "--closed", "--pusher", "a").code == 0


def test_what_stands_in_the_way_is_annotated_once(tmp_path: Path) -> None:
    made: Instance = make(tmp_path / "x")
    made.commit()
    made.append(PROJECT, "colour: red\n")
    made.commit()
    said = made.say("gate", "--base", "HEAD~1", "--head", "HEAD", "--format", "github")
    assert said.code == 1
    assert sum("schema.unknown-key" in line for line in said.out.splitlines()) == 1, said.out
