"""``zongmu queue``: what waits for one role or one body, by the day that the law or the site sets."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from zongmu.cli.changing import judge_change
from zongmu.cli.proposals.diff import reported
from zongmu.cli.proposing import jurisdiction_in, write_all
from zongmu.cli.session import checks_at, parse_day, registry_at, world_of
from zongmu.cli.trouble import Trouble, trouble
from zongmu.exchange.field_values import Vocabulary, body_for
from zongmu.exchange.tables.cell_values import Unreadable
from zongmu.model.finding import Bilingual
from zongmu.model.records.organization import Organization, heirs
from zongmu.policy.judging.world import World
from zongmu.policy.run import load_for_run, run
from zongmu.report.queue.items import Desk, Item, of_proposal, ordered, queue
from zongmu.report.queue.look import Look, since
from zongmu.report.queue.page import queue_html
from zongmu.report.queue.text import queue_json, queue_lines
from zongmu.report.terminal import dump
from zongmu.store.atomic import write_atomic
from zongmu.store.git.asking import Git
from zongmu.store.git.codes import GitProblem
from zongmu.store.kept.cache import FOLDER
from zongmu.store.registry import Registry


def run_queue(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Print the queue of a role or a body, or write it as a page. Exit 0."""
    _someone_named(args)
    registry = registry_at(root, load_with=load_for_run)
    world = world_of(checks_at(root), registry, parse_day(args.as_of))
    body, body_name = _body(registry, args.body) if args.body is not None else (None, None)
    city = jurisdiction_in(world.instance, args.jurisdiction) if args.jurisdiction is not None else None
    if city is None and body is not None:
        city = body.partition("/")[0]
    role_name = _role_name(world, city, args.role) if args.role is not None else None
    desk = Desk(args.role, body, heirs(_bodies(registry), world.asof))
    changed = _changed(root, args.since) if args.since is not None else None
    items = queue(world, registry, run(world, registry, keep_rulings=True), desk, changed)
    if args.proposals is not None:
        items = ordered((*items, *_proposals(root, args.proposals, args.role, items)))
    if city is not None:
        items = tuple(i for i in items if re.split("[-/]", i.record)[0] in (city, ""))
    said = [args.role, body.replace("/", "-") if body is not None else None, city]
    place = _memory(root, "-".join(one for one in said if one is not None))
    last = _last(place)
    items, gone = since(items, last)
    if args.format == "json":
        text = dump(queue_json(items, gone, desk, world.asof))
    elif args.format == "html":
        names = (role_name.pick(args.lang) if role_name is not None else None, body_name)
        name = " · ".join(one for one in names if one is not None)
        text = queue_html(items, gone, desk, name, world.asof, args.lang, world.instance.demonstration is not None)
    else:
        text = "".join(f"{line}\n" for line in queue_lines(items, gone, desk, world.asof, args.lang))
        if last is not None:
            text += f"与 {last.day} 那次相比\n" if args.lang == "zh" else f"compared with the look of {last.day}\n"
    if args.out is None:
        out.write(text)
    else:
        write_atomic(args.out, text.encode("utf-8", "replace"))
        out.write(f"{args.out}\n")
    if args.seen:
        write_all(place.parent, {place.name: dump(Look.of(items, world.asof.isoformat()).data()).encode()})
    return 0


def _someone_named(args: argparse.Namespace) -> None:
    """Raises :class:`Trouble` where it is not said whose queue is asked for."""
    if args.role is None and args.body is None:
        raise trouble(
            "cli.usage",
            "还缺 --role（某一职责的待办）或 --body（某一单位的待办）",
            "--role (the queue of a role) or --body (that of a body) is missing",
            "zongmu queue --help 列出全部用法",
            "zongmu queue --help lists all of it",
        )
    if args.proposals is not None and args.role is None:
        raise trouble(
            "cli.usage",
            "--proposals 列出须由某一职责同意的分支，还缺 --role",
            "--proposals lists the branches that need the agreement of a role; --role is missing",
            "加上 --role",
            "add --role",
        )


def _role_name(world: World, city: str | None, role: str) -> Bilingual:
    """What the measures of *city*, or of all, call *role*. Raises :class:`Trouble` where none knows it."""
    known: dict[str, Bilingual] = {}
    for jurisdiction, laws in world.laws.items():
        for loaded, _ in laws if city in (None, jurisdiction) else ():
            known |= loaded.measure.roles
    if role in known:
        return known[role]
    raise Trouble(
        "queue.no-such-role",
        Bilingual(f"没有职责 {role}", f"there is no role {role}"),
        Bilingual("可用的职责：" + "、".join(known), "the roles are: " + ", ".join(known))
        if known
        else Bilingual(
            "还没有办法，也就没有职责；先用 zongmu init-measure 建立办法",
            "there is no measure yet, and roles come with it: zongmu init-measure",
        ),
    )


def _bodies(registry: Registry) -> list[Organization]:
    return [r.model for r in registry.of_type("organization") if isinstance(r.model, Organization)]


def _body(registry: Registry, said: str) -> tuple[str, str]:
    """The id and the name of the body that *said* is or names. Raises :class:`Trouble` where there is none."""
    models = _bodies(registry)
    bodies = {m.id: Bilingual(m.name, m.name_en or m.name) for m in models}
    former = {old.name: m.id for m in models for old in m.former_names}
    try:
        id = said if said in bodies else body_for(said, Vocabulary({}, bodies, {}, former))
        if id not in bodies:
            raise Unreadable(f"没有编号为 {id} 的单位", f"no body has the id {id}")
    except Unreadable as why:
        raise trouble(
            "cli.bad-value",
            why.zh,
            why.en,
            "改正 --body；单位在 registry/organizations/",
            "put --body right; the bodies are in registry/organizations/",
            where="--body",
        ) from None
    return id, bodies[id].zh


def _memory(root: Path, desk: str) -> Path:
    """Where this clone remembers what was looked at for a desk: with Git's own files, so that nobody commits it."""
    try:
        git = Git(root)
        common = git.run("rev-parse", "--git-common-dir").decode("utf-8", "surrogateescape").strip()
        return root / common / "zongmu" / f"look-{desk}.json"
    except GitProblem:
        return root / FOLDER / f"look-{desk}.json"


def _last(place: Path) -> Look | None:
    """The last look; None where there is none, or nothing that can be read as one."""
    try:
        return Look.read(json.loads(place.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None


def _proposals(root: Path, pattern: str, role: str, items: Sequence[Item]) -> Iterator[Item]:
    """What waits on branches that are not merged. One that cannot be judged is an item too: somebody has to update it."""
    git = Git(root)
    tip = git.resolve("HEAD")
    # In a clone the branches of the others are the remote's; one that is here too is told of once.
    found = git.refs(pattern) if pattern else git.refs("refs/heads") | git.refs("refs/remotes")
    for name, commit in {commit: (name, commit) for name, commit in found.items()}.values():
        if commit == tip or git.is_ancestor(commit, tip):
            continue
        short = name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
        try:
            judged = judge_change(root, tip, commit)
        except (Trouble, GitProblem) as problem:
            trouble = problem if isinstance(problem, Trouble) else Trouble.of(problem)
            title = Bilingual(f"{short}：{trouble.message.zh}", f"{short}: {trouble.message.en}")
            yield Item("proposal", trouble.code, "", None, short, title, (), None, changed=True, head=commit)
            continue
        yield from of_proposal(reported(judged)[0], short, commit, role, items)


def _changed(root: Path, since: str) -> set[str]:
    """The paths that differ between a revision and the last commit."""
    git = Git(root)
    old = git.resolve(since)
    rows = git.differences(old, git.resolve("HEAD"))
    return {row.path.removeprefix(git.prefix) for row in rows}
