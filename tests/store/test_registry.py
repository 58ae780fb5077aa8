"""The registry as a whole: what is a record, what does not belong, and that one bad file hides no other."""

from __future__ import annotations

import datetime as dt
import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.shared import REPO, SHARED, needs_shared
from tests.store.repositories import Repository
from zongmu.model.finding import Finding, Outcome
from zongmu.model.record_types import RECORD_TYPES
from zongmu.model.records.organization import Organization
from zongmu.model.records.project import Project
from zongmu.store import trees, workers
from zongmu.store.change import change_against
from zongmu.store.git.asking import Git
from zongmu.store.registry import LoadedRecord, Registry, load
from zongmu.store.survey import collisions, safe_path, survey
from zongmu.store.tree_codes import CODES
from zongmu.store.trees import Entry, GitTree, WorkTree
from zongmu.store.workers import WorkerProblem, map_all, stream

INSTANCE = """\
format: 1
name: 示例库
timezone: Asia/Shanghai
site: {address: "https://example.org/"}
repository: internal
assurance: none
disclosure_review: merge
jurisdictions:
  - {id: ordos, name: 示例市, region: "150600", measures: [ordos_2025]}
"""
CALENDAR = "format: 1\nyear: 2026\nstatus: official\nweekday_off: [2026-01-01]\nweekend_on: [2026-01-04]\n"
BUREAU = "format: 1\nid: ordos/bureau\njurisdiction: ordos\nname: 示例局\n"
BUREAU_PATH = "registry/organizations/ordos/bureau.yaml"
CALENDAR_PATH = "registry/calendars/2026.yaml"


def project_path(serial: int, folder: str = "bureau") -> str:
    return f"registry/projects/ordos/{folder}/ordos-2026-{serial:04}.yaml"


def project(serial: int, more: str = "") -> str:
    return f"format: 1\nid: ordos-2026-{serial:04}\njurisdiction: ordos\nname: 示例项目\n{more}"


ONE, TWO = project_path(1), project_path(2)


class Files:
    """A tree of files in memory; a file may be an error to raise."""

    label = "files"

    def __init__(self, files: dict[str, str | bytes | OSError], modes: dict[str, str] | None = None) -> None:
        self.files = files
        self.modes = modes or {}
        self.read_paths: list[str] = []

    def entries(self, prefix: str = "") -> Sequence[Entry]:
        names = sorted({*self.files, *self.modes})
        return [Entry(p, self.modes.get(p, trees.REGULAR)) for p in names if trees.below(p, prefix)]

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        held = self.files[path]
        if isinstance(held, OSError):
            raise held
        return held.encode() if isinstance(held, str) else held

    def exists(self, path: str) -> bool:
        return path in self.files


def sound(**more: Any) -> dict[str, str | bytes | OSError]:
    files: dict[str, str | bytes | OSError] = {
        "registry/registry.yaml": INSTANCE,
        CALENDAR_PATH: CALENDAR,
        BUREAU_PATH: BUREAU,
        ONE: project(1),
        TWO: project(2),
    }
    return {**files, **more}


def registry(files: dict[str, str | bytes | OSError], modes: dict[str, str] | None = None) -> Registry:
    return load(Files(files, modes))


def told(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    for one in findings:
        for words in (one.message, one.next_step):
            assert words.zh.isprintable()
            assert words.en.isprintable()
        assert one.path.isprintable()
    return [(one.code, one.path) for one in findings]


# --- what is there -----------------------------------------------------------------------------------------------


def test_every_record_becomes_its_model() -> None:
    loaded = registry(sound())
    assert loaded.findings == ()
    assert loaded.instance is not None
    assert loaded.instance.name == "示例库"
    assert [record.id for record in loaded.projects] == ["ordos-2026-0001", "ordos-2026-0002"]
    assert all(isinstance(record.model, Project) for record in loaded.projects)
    bureau = loaded.by_id("organization", "ordos/bureau")
    assert bureau is not None
    assert isinstance(bureau.model, Organization)
    assert (bureau.jurisdiction, bureau.path) == ("ordos", BUREAU_PATH)
    assert loaded.by_id("organization", "ordos/other") is None
    assert loaded.by_id("project", "ordos/bureau") is None
    assert list(loaded.records) == sorted(loaded.records)


def test_the_calendar_knows_the_years_that_are_there() -> None:
    calendar = registry(sound()).calendar
    assert calendar.published(dt.date(2026, 12, 31))
    assert not calendar.published(dt.date(2027, 1, 1))
    assert not calendar.is_workday(dt.date(2026, 1, 1))
    assert calendar.is_workday(dt.date(2026, 1, 4))


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda t: t.name)
def test_the_example_of_every_type_is_located(record_type: object) -> None:
    from zongmu.model.record_types import RecordType, jurisdiction_of

    assert isinstance(record_type, RecordType)
    located = survey(Files({record_type.example: ""})).located[record_type.example]
    assert located.type is record_type
    assert located.id == record_type.id_from_path(record_type.example)
    if record_type.name not in ("instance", "calendar"):
        assert located.jurisdiction == jurisdiction_of(record_type.example)
    else:
        assert located.jurisdiction is None


def test_a_folder_and_its_commit_give_the_same(tmp_path: Path) -> None:
    repo = Repository(tmp_path)
    for path, text in sound().items():
        assert isinstance(text, str)
        repo.write(path, text)
    repo.write(ONE, project(1, "tags: [A]\n"))
    repo.commit()
    folder, commit = load(WorkTree.of(tmp_path)), load(GitTree(Git(tmp_path), "HEAD"))
    assert folder.findings == commit.findings
    assert [record.blob for record in folder.records.values()] == [r.blob for r in commit.records.values()]
    assert [record.model for record in folder.records.values()] == [r.model for r in commit.records.values()]


def test_a_change_is_loaded_over_its_target(tmp_path: Path) -> None:
    """Two good changes that give the same number to two projects: only together they show it."""
    repo = Repository(tmp_path)
    repo.commit({"registry/registry.yaml": INSTANCE, ONE: project(1)})
    repo("checkout", "-q", "-b", "side")
    repo.commit({project_path(3, "finance"): project(3)})
    repo("checkout", "-q", "main")
    repo.commit({project_path(3): project(3)})
    change = change_against(tmp_path, "main", "side")
    after = load(change.tree_after, paths=change.paths)
    assert after.findings == ()
    assert after.paths_of("project", "ordos-2026-0003") == (project_path(3), project_path(3, "finance"))
    assert [record.path for record in after.projects] == [project_path(3, "finance")]


# --- what does not belong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "mode", "code"),
    [
        ("registry/link.yaml", trees.SYMLINK, "tree.symlink"),
        ("registry/projects/ordos/bureau/ordos-2026-0009.yaml", trees.SYMLINK, "tree.symlink"),
        ("registry/module", trees.SUBMODULE, "tree.submodule"),
        ("registry/pipe.yaml", trees.SPECIAL, "tree.special-file"),
        ("registry/closed", trees.UNREADABLE, "tree.unreadable"),
        ("registry/empty.yaml", trees.DIRECTORY, "tree.folder-named-as-file"),
        ("registry/projects/ordos/bureau.yaml/ordos-2026-0009.yaml", trees.REGULAR, "tree.folder-named-as-file"),
        ("registry/projects/ordos/局/ordos-2026-0009.yaml", trees.REGULAR, "tree.odd-name"),
        ("registry/a b.yaml", trees.REGULAR, "tree.odd-name"),
        ("registry/\udcff.yaml", trees.REGULAR, "tree.odd-name"),
        ("registry/x\n.yaml", trees.REGULAR, "tree.odd-name"),
        ("registry/x\u202e.yaml", trees.REGULAR, "tree.odd-name"),
        ("registry/projects/ordos/Bureau/ordos-2026-0009.yaml", trees.REGULAR, "tree.upper-case"),
        ("registry/projects/ordos/bureau/ordos-2026-0009.YAML", trees.REGULAR, "tree.upper-case"),
        ("registry/projects/ordos/bureau/ordos-2026-0009.yml", trees.REGULAR, "tree.wrong-extension"),
        ("registry/README.md", trees.REGULAR, "tree.wrong-extension"),
        ("registry/.gitkeep", trees.REGULAR, "tree.wrong-extension"),
        ("registry/projects/ordos/bureau/.ordos-2026-0001.yaml.a1b2c3d_.tmp", trees.REGULAR, "tree.left-behind"),
        ("registry/project/ordos/bureau/ordos-2026-0009.yaml", trees.REGULAR, "tree.unknown-folder"),
        ("registry/stray.yaml", trees.REGULAR, "tree.unknown-folder"),
        ("registry/registry.yaml/x", trees.REGULAR, "tree.folder-named-as-file"),
        ("registry/projects/ordos-2026-0009.yaml", trees.REGULAR, "tree.wrong-place"),
        ("registry/projects/ordos/bureau/ordos-2026-9.yaml", trees.REGULAR, "tree.wrong-place"),
        ("registry/projects/ordos/bureau/sub/ordos-2026-0009.yaml", trees.REGULAR, "tree.wrong-place"),
        ("registry/calendars/26.yaml", trees.REGULAR, "tree.wrong-place"),
    ],
)
def test_a_file_that_does_not_belong_is_named_with_one_reason(path: str, mode: str, code: str) -> None:
    loaded = registry(sound(**{path: "x"}), {path: mode})
    assert [name for name, _ in told(loaded.findings) if name != "tree.case-collision"] == [code]
    assert loaded.instance is not None
    assert len(loaded.projects) == 2


def test_an_executable_record_is_told_and_read_all_the_same() -> None:
    loaded = registry(sound(), {ONE: trees.EXECUTABLE})
    assert told(loaded.findings) == [("tree.executable", ONE)]
    assert loaded.findings[0].record == "ordos-2026-0001"
    assert loaded.records[ONE].model is not None


def test_a_folder_with_the_name_of_a_file_is_told_once() -> None:
    more = {f"registry/projects/ordos/x.yaml/{name}": "x" for name in ("a.yaml", "b.yaml", "c/d.yaml")}
    assert told(registry(sound(**more)).findings) == [("tree.folder-named-as-file", "registry/projects/ordos/x.yaml")]


def test_names_that_are_one_on_some_systems() -> None:
    upper = ONE.replace("bureau", "Bureau")
    assert told(registry(sound(**{upper: "x"})).findings) == [("tree.upper-case", upper), ("tree.case-collision", ONE)]
    assert [one.code for one in collisions(["a/\u00e9", "a/e\u0301"])] == ["tree.case-collision"]
    assert collisions(["a", "b", "é"]) == []


def test_a_name_that_must_not_get_out_is_not_repeated() -> None:
    assert safe_path("registry/13812345678.txt") == "registry/***"
    assert safe_path("registry/张三 13812345678/x.txt") == "registry/***/x.txt"
    loaded = registry(sound(**{"registry/张三 11010519491231002X.txt": "x"}))
    assert "11010519491231002X" not in str(loaded.findings)


def test_a_hostile_commit_is_told_in_full(tmp_path: Path) -> None:
    repo = Repository(tmp_path)
    repo.commit({"registry/registry.yaml": INSTANCE, ONE: project(1)})
    repo.stage("120000", TWO, "/etc/passwd")
    repo.stage("100755", project_path(3), project(3))
    repo.stage("160000", "registry/systems")
    repo.stage("100644", project_path(1, "Bureau"), project(1))
    repo.stage("100644", "registry/新\n.yaml")
    repo("commit", "-q", "-m", "hostile")
    loaded = load(GitTree(Git(tmp_path), "HEAD"))
    assert sorted(code for code, _ in told(loaded.findings)) == [
        "tree.case-collision",
        "tree.executable",
        "tree.odd-name",
        "tree.submodule",
        "tree.symlink",
        "tree.upper-case",
    ]
    assert [record.path for record in loaded.projects] == [ONE, project_path(3)]


# --- what is broken ----------------------------------------------------------------------------------------------


def test_one_bad_file_hides_no_other() -> None:
    loaded = registry(
        sound(
            **{
                ONE: "name: [\n",
                TWO: project(2, "colour: red\ntags: [A]\n"),
                project_path(3): b"\xff\xfe\x00",
                project_path(4): OSError(errno.EACCES, os.strerror(errno.EACCES)),
                project_path(5): "",
                project_path(6): project(6, "name: again\ncolour: red\n"),
            }
        )
    )
    found: dict[str, list[str]] = {}
    for one in loaded.findings:
        found.setdefault(one.path, []).append(one.code)
        assert one.record == loaded.records[one.path].id
    assert found[TWO] == ["schema.unknown-key", "schema.pattern"]
    assert found[project_path(4)] == ["tree.unreadable"]
    assert found[project_path(6)] == ["yaml.duplicate-key", "schema.unknown-key"]
    assert all(code.startswith("yaml.") for path in (ONE, project_path(3), project_path(5)) for code in found[path])
    assert all(record.model is None for record in loaded.projects)
    assert loaded.by_id("organization", "ordos/bureau") is not None


def test_a_file_that_reads_in_two_ways_has_no_model_yet() -> None:
    loaded = registry(sound(**{ONE: project(1, "name_en: yes\n")}))
    assert [code for code, _ in told(loaded.findings)] == ["yaml.quote-it"]
    assert loaded.records[ONE].model is None


def test_what_could_not_be_read_is_an_error_and_no_verdict() -> None:
    loaded = registry(sound(**{ONE: FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))}))
    (one,) = loaded.findings
    assert (one.code, one.outcome, one.path) == ("tree.unreadable", Outcome.ERROR, ONE)
    assert loaded.records[ONE].position("name") is None
    assert loaded.records[ONE].plain is None


def test_a_giant_is_told_by_its_size_and_not_read_to_the_end(tmp_path: Path) -> None:
    repo = Repository(tmp_path)
    repo.commit({"registry/registry.yaml": INSTANCE})
    repo.write(ONE, project(1) + "#" * (trees.READ_LIMIT + 1))
    loaded = load(WorkTree(tmp_path))
    assert told(loaded.findings) == [("yaml.too-large", ONE)]
    assert len(loaded.records[ONE].data or b"") < trees.READ_LIMIT


def test_without_registry_yaml_the_rest_is_loaded() -> None:
    files = sound()
    del files["registry/registry.yaml"]
    loaded = registry(files)
    assert told(loaded.findings) == [("tree.no-instance", "registry/registry.yaml")]
    assert loaded.instance is None
    assert len(loaded.projects) == 2


def test_a_broken_registry_yaml_tells_what_is_wrong_with_it() -> None:
    loaded = registry(sound(**{"registry/registry.yaml": INSTANCE.replace("internal", "secret")}))
    assert told(loaded.findings) == [("schema.not-in-list", "registry/registry.yaml")]
    assert loaded.instance is None
    assert len(loaded.projects) == 2


def test_a_folder_without_registry_says_so() -> None:
    assert told(registry({"README.md": "x"}).findings) == [("tree.no-registry", "registry")]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (CALENDAR.replace("year: 2026", "year: 2025"), "calendar.year-mismatch", 2),
        (CALENDAR.replace("2026-01-01", "2026-01-03"), "calendar.day", 4),
        (CALENDAR.replace("2026-01-04", "2026-01-05"), "calendar.day", 5),
        (CALENDAR.replace("2026-01-04", "2027-01-02"), "calendar.day", 5),
    ],
)
def test_an_unsound_calendar_is_told_and_not_used(text: str, code: str, line: int) -> None:
    loaded = registry(sound(**{CALENDAR_PATH: text}))
    assert code in [name for name, _ in told(loaded.findings)]
    first = loaded.findings[0].position
    assert first is not None
    assert first.line in (line, 2)
    assert loaded.calendar.years == ()


def test_the_places_of_fields_are_found_by_their_identity() -> None:
    text = project(
        1,
        "milestones:\n"
        "  - {kind: contract_signed, date: 2026-03-01, role: build}\n"
        "  - kind: contract_signed\n"
        "    seq: 2\n"
        "    date: 2026-04-01\n"
        "    role: om\n"
        "    amount: 5万元\n"
        "payments:\n"
        "  - {seq: 7, date: 2026-03-01, contract: 1, amount: 1元}\n",
    )
    record = registry(sound(**{ONE: text})).records[ONE]
    assert record.model is not None

    def at(path: str | None, key: bool = False) -> tuple[int, int]:
        place = record.position(path, key=key)
        assert place is not None
        return place.line, place.column

    assert at("name") == (4, 7)
    assert at("name", key=True) == (4, 1)
    assert at("milestones/contract_signed/2/amount") == (11, 13)
    assert at("milestones/contract_signed/2/warranty") == (7, 5)
    assert at("milestones/contract_signed/date") == (6, 35)
    assert at("payments/7/amount") == (13, 53)
    assert at("summary") == (1, 1)
    assert at(None) == (1, 1)
    record.forget()
    assert at("payments/7") == (13, 5)


# --- a part of it ------------------------------------------------------------------------------------------------


def test_of_a_part_only_that_is_read_and_what_judges_it() -> None:
    tree = Files(sound(**{"registry/x.txt": "x", project_path(3): "broken: ["}))
    loaded = load(tree, paths=[ONE])
    assert sorted(tree.read_paths) == sorted(["registry/registry.yaml", CALENDAR_PATH, ONE])
    assert loaded.findings == ()
    assert loaded.instance is not None
    assert [record.path for record in loaded.projects] == [ONE]
    assert loaded.paths_of("project", "ordos-2026-0002") == (TWO,)
    assert loaded.by_id("project", "ordos-2026-0002") is None


def test_a_part_may_be_a_folder_a_stray_or_nothing() -> None:
    files = sound(**{"registry/x.txt": "x"})
    assert len(load(Files(files), paths=["registry/projects/"]).projects) == 2
    assert len(load(Files(files), paths=["."]).projects) == 2
    assert told(load(Files(files), paths=["registry/x.txt"]).findings) == [("tree.wrong-extension", "registry/x.txt")]
    assert load(Files(files), paths=[]).projects == []
    gone = project_path(99)
    assert told(load(Files(files), paths=[gone]).findings) == [("tree.no-such-file", gone)]


# --- several processes -------------------------------------------------------------------------------------------


def many(count: int) -> dict[str, str | bytes | OSError]:
    return sound(**{project_path(n): project(n, "colour: red\n" if n % 7 == 0 else "") for n in range(1, count + 1)})


def test_two_processes_give_what_one_gives() -> None:
    tree = Files(many(200))
    one, two = load(tree, workers=1), load(tree, workers=2)
    assert one.findings == two.findings
    assert [r.model for r in one.records.values()] == [r.model for r in two.records.values()]
    assert len(one.findings) == 200 // 7


def test_what_is_asked_of_every_record_is_asked_where_it_is_read() -> None:
    tree = Files(many(100))
    base = load(tree, paths=())
    calls: list[tuple[int, int]] = []

    def ask(record: LoadedRecord) -> tuple[str, int, int]:
        return record.id, len(record.findings), os.getpid()

    shared = base.map(ask, workers=3, progress=lambda done, total: calls.append((done, total)))
    alone = base.map(ask, workers=1)
    assert [(path, (name, count)) for path, (name, count, _) in shared] == [
        (path, (name, count)) for path, (name, count, _) in alone
    ]
    assert [path for path, _ in shared] == list(base.survey.located)
    assert len({pid for _, (_, _, pid) in shared} | {os.getpid()}) == 3  # this process is one of them
    assert calls[-1] == (len(shared), len(shared))
    assert [path for path, _ in base.map(ask, paths=[TWO, "registry/calendars"])] == [CALENDAR_PATH, TWO]


def test_a_commit_is_read_by_several_processes(tmp_path: Path) -> None:
    repo = Repository(tmp_path)
    for path, text in many(60).items():
        assert isinstance(text, str)
        repo.write(path, text)
    repo.commit()
    tree = GitTree(Git(tmp_path), "HEAD")
    tree.read(ONE)
    assert load(tree, workers=1).findings == load(tree, workers=2).findings


@pytest.mark.parametrize("where", [70, 71])
def test_an_exception_in_a_worker_is_raised_here(where: int) -> None:
    def fail(number: int) -> int:
        if number == where:  # the even ones are the part of this process
            raise ValueError("seventy")
        return number

    with pytest.raises(ValueError, match="seventy"):
        map_all(fail, range(100), workers=2)


def test_an_exception_that_cannot_be_sent_is_told_as_text() -> None:
    class Odd(Exception):
        def __init__(self, one: int, two: int) -> None:
            super().__init__("odd")

    def fail(number: int) -> int:
        if number % 2:
            raise Odd(1, 2)
        return number

    with pytest.raises(WorkerProblem, match="odd"):
        map_all(fail, range(4), workers=2)


def test_a_worker_that_dies_is_noticed() -> None:
    def die(number: int) -> int:
        if number == 51:
            os._exit(9)
        return number

    with pytest.raises(WorkerProblem, match="ended"):
        map_all(die, range(100), workers=2)


def test_pieces_of_work_are_taken_by_whoever_is_free() -> None:
    def work(number: int) -> tuple[int, int]:
        time.sleep(0.2 if number == 0 else 0.001)
        return number * number, os.getpid()

    done = list(workers.in_any_order(work, range(30), workers=2))
    assert {place: result for place, (result, _) in done} == {n: n * n for n in range(30)}
    assert done[-1][0] == 0  # all the others were done beside it
    assert len({pid for place, (_, pid) in done if place}) == 1

    def die(number: int) -> int:
        if number == 20:
            os._exit(9)
        return number

    with pytest.raises(WorkerProblem, match="ended"):
        list(workers.in_any_order(die, range(30), workers=2))


def test_this_process_does_its_part_while_the_other_is_slow() -> None:
    def work(number: int) -> tuple[int, int]:
        if os.getpid() != here:
            time.sleep(0.002)
        return number, os.getpid()

    here = os.getpid()
    done = map_all(work, range(200), workers=2)
    assert [number for number, _ in done] == list(range(200))
    assert {pid == here for _, pid in done[::2]} == {True}
    assert {pid == here for _, pid in done[1::2]} == {False}


def test_who_stops_early_leaves_no_process_behind() -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split())

    before = children()  # other tests may keep a reader of Git open
    results = stream(lambda number: number, range(1000), workers=2)
    assert next(results) == 0
    assert len(children() - before) == 2
    results.close()  # type: ignore[attr-defined]
    assert children() <= before


def test_a_fork_is_made_only_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workers.how_many(10, None) == 1
    assert workers.how_many(workers.FORK_FROM, None) == min(2, workers.available())
    monkeypatch.setattr(workers, "available", lambda: 16)
    assert [workers.how_many(part * workers.FORK_FROM, None) for part in (1, 2, 3, 4, 9)] == [2, 2, 3, 4, 4]
    assert workers.how_many(10, 4) == 4
    assert workers.how_many(2, 4) == 2
    assert workers.how_many(0, 4) == 1
    assert map_all(str, [], workers=4) == []


# --- what is here ------------------------------------------------------------------------------------------------


def test_codes_are_declared_once() -> None:
    assert len({code.id for code in CODES}) == len(CODES)


def test_the_calendars_of_this_repository_are_sound() -> None:
    loaded = load(WorkTree(REPO), paths=["registry/calendars"])
    assert [one for one in loaded.findings if one.path.startswith("registry/calendars")] == []
    assert loaded.calendar.years


@needs_shared
def test_the_samples_are_read_to_their_end() -> None:
    """Sketches of an earlier shape: not sound, and every defect has its place."""
    loaded = load(WorkTree(SHARED / "samples"))
    assert loaded.findings
    assert all(one.position is not None for one in loaded.findings)
