"""JSON: each project and all of them, the published schemas and code lists, checksums."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from zongmu.disclosure.findings import PublicFinding
from zongmu.model.finding import Bilingual, Outcome, Step
from zongmu.model.scalars import Scalar
from zongmu.publish.derived.duration import term_data
from zongmu.publish.derived.figures import Part, ladder, parts
from zongmu.publish.derived.questions import asked_of
from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import encode, json_bytes

FORMAT = 1

WholeFile = tuple[str, bytes, Bilingual, Bilingual]
"""A file that stands for more than one project: path, bytes, title, what it holds."""


def indented(value: Any, indent: int = 1) -> bytes:
    """JSON as a file that people read too."""
    return encode(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


WHOLE = "data/projects.json"
WHOLE_TITLE = Bilingual("全部项目（JSON）", "All projects (JSON)")
WHOLE_ABOUT = Bilingual(
    "公开文本、由它算出的内容、公开的检查结果", "Public text, what follows from it, public outcomes"
)


def whole_json(release: Release, texts: Iterable[bytes]) -> Iterator[bytes]:
    """The data files of all projects in one, part by part."""
    yield json_bytes(about_json(release))[:-1] + b',"projects":[\n'
    yield from parted(text.rstrip(b"\n") for text in texts)
    yield b"\n]}\n"


def parted(rows: Iterable[bytes]) -> Iterator[bytes]:
    """The rows of a JSON array, a line each."""
    for n, row in enumerate(rows):
        yield b",\n" + row if n else row


def schema_files(root: Path) -> Iterator[WholeFile]:
    """The published schemas and code lists, at the addresses that their ``$id`` say."""
    folder = root / "schema"
    for file in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
        data, path = file.read_bytes(), file.relative_to(folder).as_posix()
        yield f"schema/{path}", data, _title(data, path), Bilingual("", "")


def _title(data: bytes, path: str) -> Bilingual:
    """What a schema or a code list calls itself; its path where it does not."""
    try:
        title = json.loads(data).get("title")
    except (ValueError, AttributeError):
        title = None
    if isinstance(title, Mapping):
        return Bilingual(str(title.get("zh", path)), str(title.get("en", path)))
    zh, _, en = str(title or path).partition(" ")
    return Bilingual(zh, en or zh)


def checksums(sums: Mapping[str, str]) -> bytes:
    """``SHA256SUMS`` of files by path, as ``sha256sum -c`` reads it."""
    return encode("".join(f"{sums[path]}  {path}\n" for path in sorted(sums)))


def about_json(release: Release) -> dict[str, Any]:
    """What every data file says of itself."""
    instance = release.instance
    out: dict[str, Any] = {"format": FORMAT, "registry": instance.name, "address": instance.site.address}
    if instance.site.licence:
        out["licence"] = instance.site.licence
    if (notice := instance.notice("zh")) is not None:
        out["demonstration"] = notice
    return out


def project_data(release: Release, project: Released) -> dict[str, Any]:
    """One project as data: its public projection, what is derived from it, public outcomes, the review."""
    view, review = project.view, project.review
    out = about_json(release)
    out["project"] = project.public.data()
    out["derived"] = {
        "stage": project.stage,
        "status": view.status,
        "ladder": [
            {
                "step": r.step,
                "amount": r.amount.canonical(),
                "source": r.path,
                **_variance("against_original", r.against_original),
                **_variance("against_current", r.against_current),
            }
            for r in ladder(view)
            if r.amount is not None
        ],
    }
    if divided := parts(view):
        out["derived"]["parts"] = [part_data(one) for one in divided]
    if (period := term_data(view)) is not None:
        out["derived"]["period"] = period
    due = {one.question.seq: one.clock.due for one in asked_of(release, project)}
    if due:
        out["derived"]["replies"] = [
            {"question": seq, **({"due": d.day.isoformat(), "provisional": d.provisional} if d is not None else {})}
            for seq, d in due.items()
        ]
    told = [f for f in project.findings if f.outcome is not Outcome.NOT_APPLICABLE]
    out["outcomes"] = [_outcome(f) for f in told]
    rules = {f.rule for f in told}
    out["not_applicable"] = sorted({f.rule for f in project.findings} - rules)
    out["checked_not_public"] = list(project.checked)
    if review is not None:
        row = {"date": review.date.isoformat(), "role": review.role, "conclusion": review.conclusion}
        out["disclosure_review"] = row | ({"organization": review.organization} if review.organization else {})
    return out


def part_data(part: Part) -> dict[str, Any]:
    """The money of one scope item: as first approved, at present, in the final accounts."""
    out: dict[str, Any] = {"item": part.item}
    for name, amount in (("original", part.original), ("current", part.current), ("final", part.final)):
        if amount is not None:
            out[name] = amount.canonical()
    return (
        out
        | _variance("current_against_original", part.change)
        | _variance("final_against_original", part.final_change)
    )


def _variance(name: str, value: Any) -> dict[str, Any]:
    return {name: {"fen": value.fen, "basis_points": value.bp}} if value is not None else {}


def _outcome(finding: PublicFinding) -> dict[str, Any]:
    """An outcome with its trace. What a released record holds has passed the guards at the gate."""
    out: dict[str, Any] = {"rule": finding.rule, "cites": list(finding.cites)}
    verdict = finding.verdict
    if verdict is not None:
        out["outcome"] = verdict.outcome.value
        if finding.severity is not None and verdict.outcome is Outcome.FAIL:
            out["weight"] = finding.severity.name.lower()
        for name, value in zip(_SAID, _SAID_OF(verdict), strict=True):
            if value is not None:
                out[name] = _plain(value)
        if verdict.unit is not None:
            out["excess_unit"] = verdict.unit
        if verdict.provisional:
            out["provisional"] = True
        if verdict.caps:
            out["caps"] = [{"severity": c.severity.name.lower(), "why": c.why} for c in verdict.caps]
        if verdict.trace:
            out["trace"] = [_step(step) for step in verdict.trace]
    for name in ("addressee", "acknowledged", "advisory"):
        if getattr(finding, name):
            out[name] = getattr(finding, name)
    return out


_SAID = ("because", "due", "until", "excess", "at")
_SAID_OF = attrgetter(*_SAID)
_STEP = ("say", "path", "value", "param", "limit", "comparator", "holds")
_STEP_OF = attrgetter(*_STEP)


def _step(step: Step) -> dict[str, Any]:
    return {
        name: value if type(value) is str else _plain(value)
        for name, value in zip(_STEP, _STEP_OF(step), strict=True)
        if value is not None
    }


def _plain(value: Any) -> Any:
    """A value of a trace as JSON: amounts, lengths of time and days in canonical text."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Scalar):
        return value.canonical()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset):
        return [_plain(v) for v in (sorted(value, key=str) if isinstance(value, frozenset) else value)]
    return str(value)
