"""``zongmu release``: what becomes public, the review of it, the package that carries it out, and taking it back."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.session import checks_at, parse_day, project_named, registry_at, world_of
from zongmu.cli.trouble import Trouble
from zongmu.disclosure.release_package import (
    FOREIGN,
    NOT_LOOKED_AT,
    Manifest,
    PackageError,
    files_of,
    opened,
    write_package,
)
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.policy.remembering import memory_of
from zongmu.policy.run import run
from zongmu.publish.making.tree import STATE
from zongmu.publish.released.release import Release, release
from zongmu.publish.released.texts import Texts, load_beside
from zongmu.publish.releasing.aggregation import Together, gathered, limits_of
from zongmu.publish.releasing.aggregation import data_of as together_of
from zongmu.publish.releasing.applied import apply, public_data, standing_of
from zongmu.publish.releasing.plan import data_of, plan
from zongmu.report.terminal import dump, printable
from zongmu.store.atomic import write_atomic
from zongmu.store.kept.cache import Cache
from zongmu.store.refusal import refusal
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree
from zongmu.store.workers import no_collection


def run_release(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Carry out one verb. Exit 0; :class:`Trouble` with 1 where a person has to act, with 2 where it could not run."""
    try:
        match args.verb:
            case "plan":
                return _plan(root, args, out)
            case "review":
                return _review(root, args, out)
            case "pack":
                return _pack(root, args, out)
            case "apply":
                return _apply(args, out)
            case _:
                return _withdraw(root, args, out)
    except PackageError as problem:
        raise Trouble.of(problem, exit_code=1) from None
    except BrokenPipeError:
        raise  # whoever read along has seen enough
    except OSError as problem:
        raise Trouble(
            "release.cannot-write",
            Bilingual(f"读写不了：{refusal(problem).zh}", f"cannot be read or written: {refusal(problem).en}"),
            Bilingual(
                "没有改动任何东西；检查路径、磁盘和权限", "nothing was changed; check path, disk and permissions"
            ),
        ) from None


# ── plan ──


def _released(root: Path, as_of: str | None, cache: Cache | None = None) -> Release:
    """What is public. Without *cache* everything is read and judged anew, as for what leaves the house."""
    with no_collection():
        registry = registry_at(root, load_with=load_beside)
        checks = checks_at(root, cache)
        world = world_of(checks, registry, parse_day(as_of))
        texts = Texts(world, registry, cache)
        result = run(world, texts.registry, memory=memory_of(cache, world, registry))
        return release(checks, registry, world, result, root, texts)


def _plan(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    from zongmu.cli.publishing.build import left_out
    from zongmu.cli.publishing.build_again import complain

    found = _released(root, args.as_of)
    against = args.against if args.against is not None else _standing_tree(root)
    before = public_data(_there(against)) if against is not None else {}
    complain(left_out(found, args.lang))
    items = plan(found, before, found.world.calendar)
    limits = limits_of(found.instance)
    together = _together(found, before)
    standing = standing_of(against) if against is not None and (against / STATE).is_file() else None
    taken = {id: dict(row) for id, row in standing.withdrawn.items()} if standing is not None else {}
    if args.format == "json":
        out.write(dump(data_of(items, found.asof) | {"withdrawn_there": taken, "together": together_of(together)}))
    else:
        from zongmu.publish.releasing.review_sheet import plan_lines

        shown = items if args.all else [i for i in items if i.state != "unchanged"]
        out.writelines(f"{line}\n" for line in plan_lines(found, shown, len(items) - len(shown), together, args.lang))
        again = sorted(taken.keys() & {item.project for item in items if item.state not in ("withheld", "gone")})
        if again:
            names = "、".join(map(printable, again))
            out.write(
                f"已在外网撤下、登记库里仍公开：{names}\n怎么办：也在登记库撤下（zongmu release withdraw）；重新审查后确要公开的，应用时加 --republish\n"
                if args.lang == "zh"
                else f"withdrawn outside, still public in the registry: {names}\n"
                "next: withdraw them here too (zongmu release withdraw); reviewed anew, apply with --republish\n"
            )
    held = limits.hold and bool(together.grown)
    return 1 if held or any(item.state in ("waiting", "gone") for item in items) else 0


def _together(found: Release, before: Mapping[str, Mapping[str, Any]]) -> Together:
    """What the projects say together. What waits is looked at too: whoever reviews it has to know what it would add to the rest."""
    seen = [*(p.public for p in found.projects), *(public for public, _ in found.waiting)]
    return gathered(seen, before, limits_of(found.instance))


def _standing_tree(root: Path) -> Path | None:
    """The public tree that was built here last."""
    return root / "public" if (root / "public" / "build.json").is_file() else None


def _there(path: Path) -> Path:
    if not path.exists():
        raise Trouble(
            "release.not-there",
            Bilingual(f"没有 {path.name}", f"{path.name} is not there"),
            Bilingual("写发布包或公开目录的路径", "give the path of a package or of a public tree"),
        )
    return path


# ── pack ──


def _pack(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    from zongmu.publish.making.kept import kept_folder

    with kept_folder(root) as folder:
        return _pack_from(root, args, folder / "release-tree", out)


def _pack_from(root: Path, args: argparse.Namespace, tree: Path, out: TextIO) -> int:
    from zongmu.cli.publishing.build import build_to, left_out
    from zongmu.cli.publishing.build_again import complain
    from zongmu.publish.releasing.review_sheet import sheet

    before: Mapping[str, Mapping[str, Any]] = {}
    previous: Manifest | None = None
    if args.previous is not None:
        with opened(_there(args.previous)) as package:
            previous = package.manifest
        before = public_data(args.previous)
    target = (Path.cwd() / args.out).resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(2, "没有这个目录 no such folder")
    here = load(WorkTree.of(root), paths=()).instance
    if previous is not None and here is not None and previous.address != str(here.site.address):
        raise PackageError(FOREIGN, found=previous.address, here=str(here.site.address))
    found, _ = build_to(root, tree, args.as_of)
    complain(left_out(found, args.lang))
    draft = Manifest(
        format=1,
        kind="zongmu-release",
        registry=found.instance.name,
        address=str(found.instance.site.address),
        number=previous.number + 1 if previous is not None else 1,
        as_of=found.asof.isoformat(),
        previous=previous.digest if previous is not None else None,
        projects=tuple(p.public.id for p in found.projects),
        withheld=tuple(t.id for t in found.tombstones),
        sheet="0" * 64,
        files=files_of(tree),
    )
    items = plan(found, before, found.world.calendar)
    limits = limits_of(found.instance)
    together = gathered((p.public for p in found.projects), before, limits)
    if limits.hold and together.grown and not args.looked_at:
        raise PackageError(NOT_LOOKED_AT, count=len(together.grown))
    page = sheet(found, draft, previous, items, together)
    manifest = draft.model_copy(update={"sheet": hashlib.sha256(page).hexdigest()})
    write_package(target, tree, manifest, page)
    if args.sheet is not None:
        write_atomic(Path.cwd() / args.sheet, page)
    if args.statement is not None:
        from zongmu.publish.releasing.statement import statement

        write_atomic(Path.cwd() / args.statement, statement(found, manifest, previous, items, together))
    size = target.stat().st_size
    zh = args.lang == "zh"
    out.write(
        f"{target.name}：第 {manifest.number} 次发布，{manifest.as_of}，公开项目 {len(manifest.projects)}，"
        f"不予公开 {len(manifest.withheld)}，{len(manifest.files)} 个文件，{size} 字节\n核对码 {manifest.check_code}\n"
        if zh
        else f"{target.name}: release {manifest.number} of {manifest.as_of}, {len(manifest.projects)} projects published, "
        f"{len(manifest.withheld)} withheld, {len(manifest.files)} files, {size} bytes\n"
        f"release code {manifest.check_code}\n"
    )
    return 0


def _apply(args: argparse.Namespace, out: TextIO) -> int:
    target = Path.cwd() / args.to
    done = apply(_there(args.package), target, code=args.code, over_gap=args.over_gap, republish=args.republish)
    m, zh = done.manifest, args.lang == "zh"
    out.write(
        f"{target.name}/：已应用第 {m.number} 次发布（{m.as_of}），{len(m.files)} 个文件逐一核对无误\n核对码 {m.check_code}\n"
        if zh
        else f"{target.name}/: release {m.number} of {m.as_of} applied, each of {len(m.files)} files as its manifest says\n"
        f"release code {m.check_code}\n"
    )
    if args.code is None:
        out.write("请与签字的审查单核对\n" if zh else "compare it with the signed sheet\n")
    if done.former is not None:
        out.write(f"{'原来的保留在' if zh else 'the former stays at'} {done.former.name}/\n")
    return 0


# ── reviews ──


@immutable
class _Word:
    conclusion: str
    ground: str | None


def _review(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    return _write(root, args, args.projects, _Word(args.conclusion, None), out)


def _withdraw(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    if args.tree is not None:
        from zongmu.publish.releasing.withdrawing import withdraw

        done = withdraw(Path.cwd() / args.tree, args.project, args.ground, parse_day(args.date))
        zh = args.lang == "zh"
        out.write(
            f"{args.project} 已从 {args.tree.name}/ 撤下：改写 {len(done.changed)} 个文件，移除 {len(done.removed)} 个\n"
            "请在登记库也撤下它（zongmu release withdraw），再制作下一个发布包\n"
            if zh
            else f"{args.project} was taken out of {args.tree.name}/: {len(done.changed)} files rewritten, {len(done.removed)} removed\n"
            "withdraw it in the registry too (zongmu release withdraw), then make the next package\n"
        )
        return 0
    if args.role is None:
        raise Trouble(
            "release.role",
            Bilingual("在登记库撤下须写 --role", "to withdraw in the registry, --role is needed"),
            Bilingual(
                "写以何职责撤下；只撤公开目录则写 --tree", "say in which role; for a public tree alone give --tree"
            ),
        )
    return _write(root, args, [args.project], _Word("withheld", args.ground), out)


def _write(root: Path, args: argparse.Namespace, projects: list[str], word: _Word, out: TextIO) -> int:
    """Append a disclosure review for each project, all or none."""
    from zongmu.disclosure.findings import told_of
    from zongmu.exchange.disclose import disclose
    from zongmu.exchange.endorse import Booklet, EndorseError, signer_of
    from zongmu.policy.run import load_for_run
    from zongmu.store.atomic import WriteError
    from zongmu.store.editing.codes import EditError

    registry = registry_at(root, load_with=load_for_run)
    world = world_of(checks_at(root), registry, None)
    booklet = Booklet(root, registry)
    try:
        for id in projects:
            project = project_named(registry, id)
            told = told_of([m for m, _ in world.laws.get(project.jurisdiction, ())])
            signer = signer_of(
                world,
                project.jurisdiction,
                args.role,
                args.organization,
                parse_day(args.date) or world.asof,
                by=args.by,
            )
            grounds = world.vocabulary(project.jurisdiction)[0].get("withholding_ground", {})
            disclose(booklet, world.instance, project, told, word.conclusion, word.ground, grounds, signer)
        together = () if word.conclusion == "withheld" else _added(root, projects, args.lang)
        booklet.save()
    except (EndorseError, EditError, WriteError) as problem:
        raise Trouble.of(problem, exit_code=1) from None
    zh = args.lang == "zh"
    for row in booklet.rows:
        what = ("撤下" if zh else "withdrawn") if word.conclusion == "withheld" else ("公开审查" if zh else "reviewed")
        out.write(f"{what} {printable(row.record)}  → {row.path}  {row.list}/{row.seq}\n")
    out.writelines(f"{line}\n" for line in together)
    out.write(
        "请提交；下一次 zongmu build 或 zongmu release pack 即照此办理\n"
        if zh
        else "commit it; the next zongmu build or zongmu release pack goes by it\n"
    )
    return 0


def _added(root: Path, projects: Collection[str], lang: str) -> Sequence[str]:
    """What *projects* add to what is public that none of it says alone: whoever signs for them has to have seen it."""
    from zongmu.publish.releasing.aggregation_words import together_lines
    from zongmu.publish.rendering.say import Say

    found = _released(root, None, Cache.of(root))
    tree = _standing_tree(root)
    together = _together(found, public_data(tree) if tree is not None else {})
    theirs = replace(together, groups=tuple(g for g in together.groups if not {*projects}.isdisjoint(g.added)))
    lines = [*together_lines(theirs, limits_of(found.instance), Say(lang, found, ""))]
    none = (
        "与已公开的放在一起，没有需要留意的"
        if lang == "zh"
        else "taken together with what is public, nothing stands out"
    )
    return lines or [none]
