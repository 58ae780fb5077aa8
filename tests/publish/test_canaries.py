"""What must not get out: a canary in every field that is not public, in comments, names of files, and all that Git knows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.publish.canaries import CHINESE, WORD, Canaries, found_in, without_refused
from tests.publish.instance import (
    DISTRICTS,
    ORGANIZATIONS,
    SYSTEMS,
    _dump,
    build,
    project,
    released,
    write_endorsements,
    write_instance,
)
from tests.publish.test_changes import commit
from tests.publish.test_gathered import settings
from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import FAMILIES
from zongmu.model.fields.titles import family_of
from zongmu.model.record_types import RECORD_TYPES
from zongmu.model.records.district import District
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.instance import PublicRegisters
from zongmu.model.records.organization import Organization
from zongmu.model.records.plan import Plan
from zongmu.model.records.project import Project
from zongmu.model.records.resources import Resources
from zongmu.model.records.system import System

ID = "shili-2026-0001"


def _acts(canaries: Canaries) -> list[dict[str, Any]]:
    """One act of every kind that a class knows, with canaries in it."""
    out = []
    for kind in KINDS:
        cls = family_of(kind)
        if cls is None:
            continue
        row = {**canaries.inside(cls, kind), "kind": kind, "date": "2026-03-02"}
        for name, value in (("of", "approved"), ("code", "other")):
            if name in row:
                row[name] = value
        out.append(row)
    return out


def _project(canaries: Canaries) -> dict[str, Any]:
    record = {
        **canaries.inside(Project, "project"),
        **project(1, builds=["shili/pingtai"]),
        "jurisdiction": "shili",
        "format": 1,
    }
    record.pop("secrecy", None)
    record["corrections"] = [{**record["corrections"][0], "of": "approved", "field": "number"}]
    record["necessity_public"] = "公开的必要性"
    known = {m["kind"] for m in record["milestones"]}
    record["milestones"] = [*record["milestones"], *(a for a in _acts(canaries) if a["kind"] not in known)]
    out = dict(without_refused(record, Project))
    return {k: v for k, v in out.items() if v != []}


def _places() -> set[str]:
    """Every text that is not public of every kind of record, but of the acts of projects and systems: they are told by kind."""
    fresh = Canaries()
    for record in RECORD_TYPES:
        fresh.inside(record.model, record.name)
    return {place for place in fresh.placed.values() if "/milestones/" not in place}


def test_there_are_canaries_for_all_sorts_of_fields() -> None:
    canaries = Canaries()
    _project(canaries)
    fields = {place.rsplit("/", 1)[-1] for place in canaries.placed.values()}
    assert {"note", "signed_by", "text", "necessity", "content", "policy_basis"} <= fields
    assert len(canaries.placed) > 100
    assert len(FAMILIES) > 10


def test_no_canary_gets_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path = tmp_path / f"{WORD}-folder"  # a path of the machine that builds, its user and its name stay there too
    tmp_path.mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME"):
        monkeypatch.setenv(name, WORD)
    monkeypatch.setattr("socket.gethostname", lambda: WORD)
    monkeypatch.setattr("platform.node", lambda: WORD)
    canaries = Canaries()
    record = _project(canaries)
    extra = {
        "organizations": [{**canaries.inside(Organization, "organization"), **row} for row in ORGANIZATIONS],
        "systems": [{**canaries.inside(System, "system"), **row} for row in SYSTEMS],
        "districts": [{**canaries.inside(District, "district"), **row} for row in DISTRICTS],
    }
    for rows, model in (
        (extra["organizations"], Organization),
        (extra["systems"], System),
        (extra["districts"], District),
    ):
        for row in rows:
            without_refused(row | {"format": 1, "jurisdiction": "shili"}, model)
    shown = dict.fromkeys(PublicRegisters.model_fields, True)
    own = settings(**shown)
    own["site"]["operator"] = "示例公开办"  # so that the shells are made here, and not taken from another test
    write_instance(tmp_path, [record, project(2)], settings=own, **extra)  # type: ignore[arg-type]
    base = {"format": 1, "jurisdiction": "shili"}
    plan = without_refused({**canaries.inside(Plan, "plan"), **base, "year": 2026}, Plan)
    _dump(tmp_path / "registry/plans/shili/2026.yaml", plan)
    cloud = {"id": "cloud", "name": "示例政务云", "provider": "shili/shuju"}
    resources = {**canaries.inside(Resources, "resources"), **base, "resources": [cloud]}
    _dump(tmp_path / "registry/resources/shili.yaml", without_refused(resources, Resources))
    needed = {"seq": 1, "role": "data_bureau", "organization": "shili/shuju", "date": "2026-04-01"}
    digest = f"sha256:{'0' * 64}"
    more = {
        "endorsements": {"of": "approved", "digest": digest},
        "acknowledgements": {"code": "sl03_plan"},
        "disclosure_reviews": {"conclusion": "public", "digest": digest},
    }
    signed = canaries.inside(Endorsements, "endorsements")
    rows = {name: [{**signed[name][0], **needed, **more[name]}] for name in more}
    whole = without_refused({**base, "project": ID, **rows}, Endorsements)
    write_endorsements(tmp_path, ID, whole)
    held = "\n".join(p.read_text("utf-8") for p in (tmp_path / "registry").rglob("*.yaml"))
    assert held.count(WORD) > 100
    missing = _places() - {place for text, place in canaries.placed.items() if text in held}
    assert missing == set(), "a field that is not public has no canary"
    for path in (tmp_path / "registry").rglob("*.yaml"):
        path.write_text(f"# {WORD} {CHINESE}\n{path.read_text('utf-8')}", "utf-8")
    (tmp_path / f"registry/{WORD}.txt").write_text(WORD)
    (tmp_path / "notes").mkdir()
    (tmp_path / f"notes/{WORD}.md").write_text(WORD)
    commit(tmp_path, "2026-05-01", message=f"{WORD} {CHINESE}")
    subprocess.run(["git", "checkout", "-q", "-b", f"{WORD}-branch"], cwd=tmp_path, check=True)
    subprocess.run(["git", "tag", "-m", WORD, WORD], cwd=tmp_path, check=True)
    record["summary"] = "改过的简介。"
    from tests.publish.instance import write_project

    write_project(tmp_path, record)
    commit(tmp_path, "2026-05-03", message=WORD)
    assert [d.codes for d in released(tmp_path).defective] == []
    build(tmp_path)
    assert found_in(tmp_path / "public", (WORD, CHINESE, "canary@example.org", "canary-branch")) == []
    assert (tmp_path / f"public/projects/{ID}.html").is_file()
    assert "改过的简介" in (tmp_path / "public/feed.atom").read_text("utf-8")


@pytest.mark.parametrize("guise", ["plain", "utf-16", "base64", "percent", "zip", "name"])
def test_the_search_finds_a_canary_in_every_guise(tmp_path: Path, guise: str) -> None:
    import base64
    import zipfile
    from urllib.parse import quote

    word = f"一二{WORD}0001x{CHINESE}三"
    file = tmp_path / "file.bin"
    match guise:
        case "plain":
            file.write_text(word.upper(), "utf-8")
        case "utf-16":
            file.write_bytes(b"x" + word.encode("utf-16-be"))
        case "base64":
            file.write_bytes(base64.b64encode(b"ab" + word.encode()))
        case "percent":
            file.write_text(quote(CHINESE))
        case "zip":
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
                package.writestr("inner.xml", word)
        case _:
            (tmp_path / f"{WORD}.html").write_text("nothing")
    assert found_in(tmp_path)
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    (tmp_path / "clean.txt").write_text("没有什么 nothing here")
    assert found_in(tmp_path) == []
