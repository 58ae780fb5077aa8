"""A record is what its path says it is; its id is used once; nobody takes a record away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, get_args

from checks.common.texts import code
from zongmu.policy import CheckContext, FactSource, HygieneContext, Problem, Subject, check, fact, problem

PATH_ID = code(
    "record.path-id",
    ("路径与编号不一致", "Path and id disagree"),
    ("文件里写的是 {found}，按路径应为 {expected}", "the file says {found}, the path says {expected}"),
    (
        "改文件里的值，或把文件放到正确的位置；登记号和文件名都不能改用别的",
        "mend the value in the file, or put the file where it belongs",
    ),
)
UNKNOWN_JURISDICTION = code(
    "record.unknown-jurisdiction",
    ("辖区未设", "Unknown jurisdiction"),
    ("registry.yaml 里没有辖区 {found}", "registry.yaml has no jurisdiction {found}"),
    (
        "核对辖区；新增辖区要改 registry/registry.yaml（信任区）",
        "check it; a new one goes into registry/registry.yaml (trust zone)",
    ),
)
DUPLICATE_ID = code(
    "record.duplicate-id",
    ("编号重复", "Id used twice"),
    ("{id} 也在 {other} 里", "{id} is also in {other}"),
    ("后登记的一个改用下一个空号 {next}", "the later one takes the next free number {next}"),
)
IN_GAP = code(
    "record.id-in-gap",
    ("登记号已说明为空号", "An id that is explained as a gap"),
    ("registry.yaml 写明 {id} 没有登记：{reason}", "registry.yaml says that {id} was never registered: {reason}"),
    (
        "改用下一个空号；空号写错的，先由信任区的人更正",
        "take the next free id; a gap entered by mistake is first mended in the trust zone",
    ),
)
ID_YEAR = code(
    "record.id-year",
    ("登记号的年份在将来", "An id of a future year"),
    ("{id} 的年份晚于 {latest} 年", "the year of {id} is after {latest}"),
    ("用登记当年的下一个空号", "take the next free number of the year in which it is registered"),
)
FAR_AHEAD = code(
    "record.id-far-ahead",
    ("登记号跳得太远", "An id far ahead"),
    ("{id} 前面空着 {count} 个号", "{count} numbers are free before {id}"),
    ("改用下一个空号 {next}", "take the next free number {next}"),
)
REMOVED = code(
    "record.removed",
    ("登记文件被删除或改名", "A record was deleted or renamed"),
    ("{file} 在基准版本里有，现在没有了", "{file} is in the base revision and is gone"),
    (
        "恢复该文件；项目以里程碑（撤回、终止、承接）结束，不删除",
        "restore it; a project ends by a milestone, nothing is deleted",
    ),
)


@check(on="any", codes=[PATH_ID, UNKNOWN_JURISDICTION])
def path_agrees(ctx: CheckContext) -> Iterator[Problem]:
    """Id, jurisdiction, year and period in the file agree with its path; the jurisdiction exists."""
    folder = ctx.path.split("/")
    expected: dict[str, str] = {}
    if ctx.record_type == "project":
        expected = {"id": folder[-1].removesuffix(".yaml"), "jurisdiction": folder[2]}
        if not expected["id"].startswith(folder[2] + "-"):
            yield problem(PATH_ID, "id", found=expected["id"], expected=folder[2] + "-…")
    elif ctx.record_type in ("organization", "system", "district"):
        expected = {"id": ctx.id, "jurisdiction": folder[2]}
    elif ctx.record_type in ("plan", "draws"):
        expected = {"jurisdiction": folder[2], "year": folder[-1].removesuffix(".yaml")}
    elif ctx.record_type == "returns":
        expected = {"jurisdiction": folder[2], "period": folder[-1].removesuffix(".yaml")}
    elif ctx.record_type == "resources":
        expected = {"jurisdiction": folder[-1].removesuffix(".yaml")}
    elif ctx.record_type == "endorsements":
        expected = {"jurisdiction": folder[2]}
        stem, subject = folder[-1].removesuffix(".yaml"), ctx.record.subject
        if subject.rsplit("/", 1)[-1] != stem:
            field = "record" if ctx.record.record is not None else "project"
            yield problem(PATH_ID, field, found=subject or "—", expected=stem)
    elif ctx.record_type == "calendar":
        expected = {"year": folder[-1].removesuffix(".yaml")}
    for field, want in expected.items():
        found = str(getattr(ctx.record, field))
        if found != want:
            yield problem(PATH_ID, field, found=found, expected=want)
    jurisdiction = expected.get("jurisdiction")
    if jurisdiction is not None and ctx.instance.jurisdiction(jurisdiction) is None:
        yield problem(UNKNOWN_JURISDICTION, "jurisdiction", found=jurisdiction)


@fact(on="project")
def project_id(ctx: CheckContext) -> str:
    """The id of a project."""
    return ctx.project.id


MOST_AHEAD: Final = 1_000
"""Numbers that may be free before one that is taken: proposals that wait, numbers of an older register."""


@check(on="registry", codes=[FAR_AHEAD], reads=[project_id])
def id_in_order(ctx: HygieneContext) -> Iterator[Problem]:
    """Numbers are given out one after the other: one slip does not use up a year's."""
    series: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for path, id in ctx.facts(project_id).items():
        head, _, serial = id.rpartition("-")
        series[head].append((int(serial), path))
    for head, rows in series.items():
        taken = 0
        for number, path in sorted([*rows, *_explained(ctx, head)]):
            free = number - taken - 1
            if path and free > MOST_AHEAD:
                first = f"{head}-{taken + 1:04d}"
                yield problem(FAR_AHEAD, "id", record=path, id=f"{head}-{number:04d}", count=free, next=first)
            taken = number


def _explained(ctx: HygieneContext, head: str) -> Iterator[tuple[int, str]]:
    """The last number of each gap that the settings explain, without a file."""
    name, _, year = head.rpartition("-")
    city = ctx.instance.jurisdiction(name)
    for gap in city.gaps if city is not None else ():
        if str(gap.year) == year:
            yield gap.last, ""


@check(on="registry", codes=[DUPLICATE_ID], reads=[project_id])
def id_once(ctx: HygieneContext) -> Iterator[Problem]:
    """No two files carry the same project id."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, id in ctx.facts(project_id).items():
        places[id].append(path)
    for id, paths in places.items():
        for path in sorted(paths)[1:]:
            yield problem(DUPLICATE_ID, "id", record=path, id=id, other=sorted(paths)[0], next=_next_free(id, places))


def _next_free(id: str, taken: dict[str, list[str]]) -> str:
    head, _, serial = id.rpartition("-")
    used = {int(other.rpartition("-")[2]) for other in taken if other.rpartition("-")[0] == head}
    return f"{head}-{max(used) + 1:0{len(serial)}d}"


@check(codes=[IN_GAP, ID_YEAR])
def id_not_given_up(ctx: CheckContext) -> Iterator[Problem]:
    """No project stands under an id that the registry explains as never used, or of a year that is not at hand."""
    city = ctx.instance.jurisdiction(ctx.project.jurisdiction)
    _, year, serial = ctx.project.id.rsplit("-", 2)
    latest = ctx.asof.year + 1  # a list of next year's projects is made in this one
    if int(year) > latest:
        yield problem(ID_YEAR, "id", id=ctx.project.id, latest=latest)
    for gap in city.gaps if city is not None else ():
        if str(gap.year) == year and gap.first <= int(serial) <= gap.last:
            yield problem(IN_GAP, "id", id=ctx.project.id, reason=gap.reason)


def _file_of(subject: Subject) -> FactSource[str]:
    def file(ctx: CheckContext) -> str:
        return ctx.path

    file.__name__ = f"{subject}_file"
    return fact(on=subject)(file)


FILES: Final = tuple(_file_of(subject) for subject in get_args(Subject) if subject != "registry")
"""The path of every record, by its type."""


@check(on="registry", codes=[REMOVED], reads=FILES, compares=True, by_file=True)
def nothing_removed(ctx: HygieneContext) -> Iterator[Problem]:
    """No record of the base revision is gone: no deletion, no rename."""
    for source in FILES:
        for path in sorted(path for path in ctx.base_facts(source) or {} if not ctx.is_there(path)):
            yield problem(REMOVED, None, record=path, file=path)
