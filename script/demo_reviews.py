"""Renews the digests of the demonstration's disclosure reviews, so that an edit of the demonstration stays published.

    script/demo-reviews [--check] [ROOT]

In every file under registry/endorsements/ the latest review that says public or partly is bound to the project's public
projection as it stands now. Older reviews stay as they are: they say what was reviewed then. Comments and layout stay.
--check changes nothing and exits 1 where a digest is stale. 更新演示库公开审查所绑定的摘要；只用于演示库。

A registry that is no demonstration is refused: there a review is somebody's act, and no program renews it. Exit 2.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from zongmu.disclosure.findings import told_of
from zongmu.disclosure.projection import Told, project_public
from zongmu.model.records.endorsement import Endorsements
from zongmu.model.records.project import Project
from zongmu.policy.law.loading import load_checks
from zongmu.store.editing.codes import EditError
from zongmu.store.editing.edit import Editor
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree

PUBLISHES = ("public", "partly")


def main(argv: list[str]) -> int:
    """Runs the command: 0 all digests are current (now), 1 with ``--check`` some are stale, 2 it could not run."""
    parser = argparse.ArgumentParser(prog="demo-reviews", description="renew the demonstration's disclosure reviews")
    parser.add_argument("--check", action="store_true", help="只检查 change nothing; exit 1 where a digest is stale")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[1], metavar="ROOT")
    args = parser.parse_args(argv)
    registry = load(WorkTree.of(args.root))
    instance = registry.instance
    if instance is None or instance.demonstration is None:
        return _stop("不是演示库，公开审查由人作出，不能由程序更新", "no demonstration: a review is an act of a person")
    measures = load_checks(args.root).measures
    told = {j.id: told_of(measures[m] for m in j.measures if m in measures) for j in instance.jurisdictions}
    projects = {r.id: r.model for r in registry.projects if isinstance(r.model, Project)}
    stale = 0
    for loaded in registry.of_type("endorsements"):
        model = loaded.model
        if not isinstance(model, Endorsements) or model.project not in projects:
            print(
                f"{loaded.path}: 读不出或没有这个项目，跳过 unreadable or without its project, skipped", file=sys.stderr
            )
            continue
        rows = [(n, row) for n, row in enumerate(model.disclosure_reviews) if row.conclusion in PUBLISHES]
        if not rows:
            continue
        index, latest = max(rows, key=lambda pair: pair[1].seq)
        project = projects[model.project]
        now = project_public(project, told.get(project.jurisdiction, Told())).digest()
        if latest.digest == now:
            continue
        stale += 1
        print(f"{loaded.path}: disclosure_reviews/{latest.seq} {'已过时 is stale' if args.check else '已更新 renewed'}")
        if not args.check:
            try:
                editor = Editor.open(args.root / loaded.path)
                editor.set(("disclosure_reviews", index, "digest"), now)
                editor.save()
            except EditError as trouble:
                return _stop(f"{loaded.path}: {trouble.message.zh}", trouble.message.en)
    return 1 if args.check and stale else 0


def _stop(zh: str, en: str) -> int:
    print(f"{zh} {en}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
