"""Open data: JSON of each project and of all, the published schemas, checksums, the list of addresses."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from zongmu import __version__
from zongmu.disclosure.findings import PublicFinding
from zongmu.model.finding import Outcome, Step
from zongmu.model.scalars import Scalar
from zongmu.publish.escape import encode, html
from zongmu.publish.figures import ladder
from zongmu.publish.pages.base import Maker
from zongmu.publish.released import Release, Released

FORMAT = 1


def dump(value: Any) -> str:
    """JSON text in a line, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def all_projects(release: Release, texts: Iterable[bytes]) -> bytes:
    """``data/projects.json``: the data files of all projects in one."""
    head = encode(dump(_about(release))[:-1])
    return head + b',"projects":[\n' + b",\n".join(text.rstrip(b"\n") for text in texts) + b"\n]}\n"


def schema_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The published schemas and code lists, at the addresses that their ``$id`` say."""
    folder = root / "schema"
    for file in sorted(folder.rglob("*.json")) if folder.is_dir() else ():
        yield f"schema/{file.relative_to(folder).as_posix()}", file.read_bytes()


def checksums(sums: Mapping[str, str]) -> bytes:
    """``SHA256SUMS`` of files by path, as ``sha256sum -c`` reads it."""
    return encode("".join(f"{sums[path]}  {path}\n" for path in sorted(sums)))


def _about(release: Release) -> dict[str, Any]:
    """What every data file says of itself."""
    instance = release.instance
    out: dict[str, Any] = {"format": FORMAT, "registry": instance.name, "address": instance.site.address}
    if instance.site.licence:
        out["licence"] = instance.site.licence
    if instance.demonstration is not None:
        out["demonstration"] = instance.demonstration.notice or "演示数据"
    return out


def project_data(release: Release, project: Released) -> dict[str, Any]:
    """One project as data: its public projection, what is derived from it, public outcomes, the review."""
    view, review = project.view, project.review
    out = _about(release)
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
    told = [f for f in project.findings if f.outcome is not Outcome.NOT_APPLICABLE]
    out["outcomes"] = [_outcome(f) for f in told]
    rules = {f.rule for f in told}
    out["not_applicable"] = sorted({f.rule for f in project.findings} - rules)
    out["checked_not_public"] = list(project.checked)
    if review is not None:
        row = {"date": review.date.isoformat(), "role": review.role, "conclusion": review.conclusion}
        out["disclosure_review"] = row | ({"organization": review.organization} if review.organization else {})
    return out


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
        for name in ("because", "due", "until", "excess", "at"):
            value = getattr(verdict, name)
            if value is not None:
                out[name] = _plain(value)
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


def _step(step: Step) -> dict[str, Any]:
    named = ((name, getattr(step, name)) for name in ("say", "path", "value", "param", "limit", "comparator", "holds"))
    return {name: _plain(value) for name, value in named if value is not None}


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


# ── beside the data ──


def build_file(release: Release) -> bytes:
    """``build.json``: what this tree is. Of the day only what it was judged on; nothing of the registry's commits."""
    data = {
        **_about(release),
        "generator": f"zongmu {__version__}",
        "as_of": release.asof.isoformat(),
        "projects": len(release.projects),
        "withheld": len(release.tombstones),
    }
    return encode(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def addresses(release: Release, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """``sitemap.xml`` and ``robots.txt``."""
    base = site_address(release)
    rows = "".join(f"<url><loc>{html(base + path)}</loc></url>\n" for path in sorted(paths) if path.endswith(".html"))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    yield "sitemap.xml", encode(f"{head}{rows}</urlset>\n")
    yield "robots.txt", encode(f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")


def site_address(release: Release) -> str:
    """The address of the site, with a slash at its end."""
    return str(release.instance.site.address).rstrip("/") + "/"


def data_html(make: Maker, sizes: Mapping[str, int]) -> Markup:
    """The stamped part of the data page; *sizes*: bytes of the files made so far."""
    projects = [p for p in sizes if p.startswith("projects/") and p.endswith(".json")]
    schemas = [p for p in sizes if p.startswith("schema/")]
    return make.render(
        "data",
        root="" if make.zh else "../",
        all_size=_size(sizes.get("data/projects.json", 0)),
        projects=len(projects),
        example=sorted(projects)[0] if projects else None,
        schemas=[p for p in sorted(schemas) if p.endswith(".schema.json")],
        schema_count=len(schemas),
        licence=make.release.instance.site.licence,
    )


def _size(size: int) -> str:
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
