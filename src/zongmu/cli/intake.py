"""``zongmu intake``: packages handed in by units without an account, checked and put on a branch on their behalf."""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from zongmu.cli.entering import next_id
from zongmu.cli.proposing import Desk, judge, report, told, write_all
from zongmu.cli.session import checks_at, registry_at, world_of
from zongmu.cli.trouble import Trouble, unreadable
from zongmu.exchange.notice import Item, Slip, as_markdown, as_page
from zongmu.exchange.package import (
    MAX_PACKAGE,
    PAPER_MISSING,
    WRONG_CODE,
    Package,
    PackageProblem,
    Paper,
    read_package,
)
from zongmu.model.finding import Bilingual, Category, Finding, Gate, Severity
from zongmu.model.records import BY_NAME
from zongmu.model.titles import path_title
from zongmu.policy.merging import Decision
from zongmu.report.text import printable
from zongmu.store.canonical import formatted
from zongmu.store.committing import commit_files, new_branch
from zongmu.store.edit import EditError, Editor
from zongmu.store.git import Git
from zongmu.store.reader import parse
from zongmu.store.trees import GitTree

PROJECT = BY_NAME["project"]
_ID = re.compile(r"[a-z][a-z0-9]*-[0-9]{4}-[0-9]{4,}")
_OWNER = re.compile(r"[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A package with the place and the bytes that its record would have in the registry."""

    package: Package
    id: str
    path: str
    data: bytes
    given: str | None  # the id that the package had, where another was settled
    replaces: bool


def run_intake(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Take in packages, one after the other. The exit code is that of the worst."""
    git = Git(root)
    tip = git.resolve(args.base)
    tree = GitTree(git, args.base)
    checks = checks_at(root)
    registry = registry_at(root, tree)
    desk = Desk(root, checks, registry, world_of(checks, registry, None))
    worst = 0
    for file in args.packages:
        out.write(f"── {printable(file.name)}\n")
        try:
            code = _one(desk, git, tip, tree, file, args, out)
        except PackageProblem as problem:
            out.write(
                "\n".join(Trouble.of(problem).lines(args.lang))
                .replace("无法运行", "不予收件")
                .replace("could not run", "not taken in")
                + "\n"
            )
            code = 1
        worst = max(worst, code)
    return worst


def _one(desk: Desk, git: Git, tip: str, tree: GitTree, file: Path, args: argparse.Namespace, out: TextIO) -> int:
    zh = args.lang == "zh"
    package = read_package(_bytes(file), file.name)
    if args.code is not None and args.code.replace("-", "").upper() != package.check_code.replace("-", ""):
        raise PackageProblem(
            WRONG_CODE,
            name=file.name,
            expected=package.check_code,
            found=args.code[:20],
            where_zh="纸面上",
            where_en="the paper",
        )
    number = f"{desk.world.asof:%Y%m%d}-{package.check_code[:9]}"
    before = git.run("log", "--all", "--format=%H", "-F", f"--grep=Package-Digest: {package.digest}").decode().split()
    if before:
        said = git.run("log", "-1", "--format=%(trailers:key=Receipt,valueonly)", before[-1]).decode().strip()
        out.write(
            f"这份申报包已经收过：收件号 {said or '—'}，提交 {before[-1][:12]}；不再重复登记。\n"
            if zh
            else f"This package came in before: receipt {said or '—'}, commit {before[-1][:12]}; nothing was done.\n"
        )
        return 0
    arrived = _placed(desk, tree, package, file.name, _waiting(git, tip))
    decision = judge(desk, {arrived.path: arrived.data}, tree)
    report(desk, decision, {arrived.path: arrived.data}, args.lang, out)
    items = _items(desk, decision, package, arrived)
    number, branch = _free(git, number)
    facts = _facts(package, arrived, args)
    if items:
        title = Bilingual("一次性补正告知书（参考样式）", "Notice of what has to be put right (reference form)")
        closing = Bilingual(
            "请按上列各项一次补正后，重新下载申报包交来；本告知书所列即为本次核对发现的全部问题。",
            "Put all of this right, then hand in a new package. This is everything that this check has found.",
        )
        _slips(args, Slip(title, number, facts, items, closing, desk.world.asof, args.by), f"{number}-notice", out)
    if decision.gate is Gate.REFUSED:
        out.write(
            f"不予登记：{sum(i.must for i in items)} 处须补正。收件号 {number}\n"
            if zh
            else f"Not recorded: {sum(i.must for i in items)} to put right. Receipt {number}\n"
        )
        return 1
    message = _message(package, arrived, number, args)
    if not args.dry_run:
        commit = commit_files(git, tip, {arrived.path: arrived.data}, message, _person(desk.root, args.by))
        new_branch(git, branch, commit)
        if args.archive is not None:
            _archive(args.archive, package.papers)
    title = Bilingual("收件回执（参考样式）", "Receipt (reference form)")
    closing = Bilingual(
        "已收件。下列各项须由有权的人处理或请核对；进展凭收件号查询。"
        if items
        else "已收件，核对未发现问题。进展凭收件号查询。",
        "Taken in. What is listed needs a competent person, or a look; ask by the receipt number."
        if items
        else "Taken in; the check found nothing. Ask by the receipt number.",
    )
    _slips(args, Slip(title, number, facts, items, closing, desk.world.asof, args.by), f"{number}-receipt", out)
    verb = ("将登记" if args.dry_run else "已登记") if zh else ("would be recorded" if args.dry_run else "recorded")
    out.write(f"{verb} {arrived.id}  {'收件号' if zh else 'receipt'} {number}\n")
    if not args.dry_run:
        out.write(f"{'分支' if zh else 'branch'} {branch}\n{'下一步' if zh else 'next'}: git push origin {branch}\n")
    return 0 if decision.gate is Gate.GOOD else 1


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_PACKAGE + 1)
    except OSError as problem:
        raise unreadable(file.name, problem) from None


def _waiting(git: Git, tip: str) -> frozenset[str]:
    """Ids that earlier packages took and that are not merged yet."""
    said = git.run("log", "--format=", "--name-only", "--glob=refs/heads/intake/", "--not", tip).decode()
    return frozenset(name.rsplit("/", 1)[1].removesuffix(".yaml") for name in said.split() if "/projects/" in name)


def _placed(desk: Desk, tree: GitTree, package: Package, name: str, waiting: frozenset[str]) -> Arrived:
    """Where the record goes: over the one that it was made from, else under the next free id."""
    parsed = parse(package.record, "project.yaml")
    data = parsed.value if isinstance(parsed.value, dict) else {}
    id, city, owner = (data.get(k) for k in ("id", "jurisdiction", "owner"))
    if not isinstance(id, str) or not _ID.fullmatch(id) or desk.world.instance.jurisdiction(str(city)) is None:
        raise Trouble(
            "intake.no-place",
            Bilingual(
                f"{name} 里的登记号或辖区读不懂，无处安放", f"the id or the jurisdiction in {name} cannot be read"
            ),
            Bilingual("请申报单位用填报页重新填写", "ask the unit to fill in the form again"),
            exit_code=1,
        )
    there = desk.registry.by_id("project", id)
    if package.base_sha256 is not None and there is not None:
        now = hashlib.sha256(tree.read(there.path)).hexdigest()
        if now != package.base_sha256:
            raise Trouble(
                "intake.changed-meanwhile",
                Bilingual(
                    f"{id} 在申报单位载入之后又有变动，照收会盖掉别人的登记",
                    f"{id} has changed since the unit loaded it; taking this in would undo that",
                ),
                Bilingual(
                    "把现行登记文件发给申报单位，在其上重新修改",
                    "send the unit the record as it is now, to change that",
                ),
                where=there.path,
                exit_code=1,
            )
        return Arrived(package, id, there.path, package.record, None, True)
    if not isinstance(owner, str) or not _OWNER.fullmatch(owner) or owner.split("/")[0] != city:
        raise Trouble(
            "intake.no-owner",
            Bilingual(f"{name} 没有写明本辖区的项目单位", f"{name} does not name a unit of this jurisdiction"),
            Bilingual("请申报单位填写“项目单位”后重交", "ask the unit to fill in the owner"),
            exit_code=1,
        )
    free = next_id(desk, str(city), int(id.rsplit("-", 2)[1]), waiting)
    path = f"registry/projects/{city}/{owner.split('/')[1]}/{free}.yaml"
    try:
        editor = Editor(desk.root / path, package.record)
        editor.set(["id"], free)
        text = formatted(editor.text().encode(), PROJECT, desk.root / path)
    except EditError as problem:
        if problem.findings:  # the check will say each of them at its place
            return Arrived(package, free, path, package.record, id if free != id else None, False)
        raise Trouble.of(problem, path) from None
    return Arrived(package, free, path, text.encode(), id if free != id else None, False)


def _free(git: Git, number: str) -> tuple[str, str]:
    """A receipt number whose branch is not there yet."""
    for n in range(1, 1000):
        one = number if n == 1 else f"{number}-{n}"
        code, _ = git.ask("show-ref", "--verify", "--quiet", f"refs/heads/intake/{one}", ok=(0, 1))
        if code:
            return one, f"intake/{one}"
    raise AssertionError("a thousand packages with one check code")


def _items(desk: Desk, decision: Decision, package: Package, arrived: Arrived) -> tuple[Item, ...]:
    """Everything at once, in the order of the form, what must be put right and what should be looked at."""

    def order(f: Finding) -> tuple[int, int]:
        own = f.path == arrived.path and f.position is not None
        return (0, f.position.line) if own and f.position is not None else (1, 0)

    rows = []
    for f in sorted(told(decision), key=order):
        if f.severity < Severity.WARNING or f.acknowledged is not None:
            continue
        rule = desk.checks.rule(f.code)
        cites = (f.verdict.cites if f.verdict is not None else ()) or (rule[1].cites if rule is not None else ())
        field = path_title(f.field_path) if f.field_path else Bilingual("全部", "whole record")
        ground = ", ".join(cites) or f.code
        must = f.category is Category.RECORD and f.severity is Severity.BLOCKING
        rows.append(Item(field, f.message, f.next_step, ground, must))
    here = {p.sha256 for p in package.papers}
    parsed = parse(package.record, "project.yaml").value
    acts = parsed.get("milestones") if isinstance(parsed, dict) else None
    for act in acts if isinstance(acts, list) else ():
        papers = act.get("documents") if isinstance(act, dict) else None
        for row in papers if isinstance(papers, list) and not arrived.replaces else ():
            if isinstance(row, dict) and isinstance(row.get("sha256"), str) and row["sha256"] not in here:
                what = path_title(f"milestones/{act.get('kind')}/documents/{row.get('kind')}")
                message = Bilingual(
                    PAPER_MISSING.message.zh.format(what=what.zh), PAPER_MISSING.message.en.format(what=what.en)
                )
                rows.append(Item(what, message, PAPER_MISSING.next_step, PAPER_MISSING.id, False))
    return tuple(rows)


def _facts(package: Package, arrived: Arrived, args: argparse.Namespace) -> tuple[tuple[Bilingual, str], ...]:
    said = package.submitter
    rows = (
        (Bilingual("登记号", "Project id"), arrived.id),
        (Bilingual("包内登记号", "Id in the package"), arrived.given or ""),
        (Bilingual("校验码", "Check code"), package.check_code),
        (Bilingual("来文单位", "Unit"), args.unit or said.get("unit", "")),
        (Bilingual("经办处室", "Office"), said.get("office", "")),
        (Bilingual("来文文号", "Covering letter"), args.paper or said.get("paper", "")),
        (Bilingual("附件", "Papers"), "；".join(f"{p.name} {p.sha256[:16]}" for p in package.papers)),
        (Bilingual("录入", "Entered by"), args.by),
    )
    return tuple((label, value) for label, value in rows if value)


def _message(package: Package, arrived: Arrived, number: str, args: argparse.Namespace) -> str:
    """What the commit says: whose paper it was, who typed it in, and what the package was."""
    said = package.submitter
    trailers = {
        "Receipt": number,
        "Handed-In-By": args.unit or said.get("unit", ""),
        "Handed-In-Office": said.get("office", ""),
        "Covering-Letter": args.paper or said.get("paper", ""),
        "Entered-By": args.by,
        "Check-Code": package.check_code,
        "Package-Digest": package.digest,
    }
    verb = "Update" if arrived.replaces else "Add"
    lines = [f"{k}: {_one_line(v)}" for k, v in trailers.items() if v]
    return f"{verb} {arrived.id} from a package\n\n" + "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _person(root: Path, by: str) -> tuple[str, str]:
    """Name and address of whoever runs this, as Git knows them here; else the office."""
    found = []
    for key in ("user.name", "user.email"):
        done = subprocess.run(["git", "config", "--get", key], cwd=root, capture_output=True, check=False)
        found.append(done.stdout.decode("utf-8", "replace").strip())
    return (found[0] or _one_line(by), found[1] or "intake@zongmu.invalid")


def _archive(folder: Path, papers: tuple[Paper, ...]) -> None:
    """The papers, each under its digest; what is there stays."""
    files: Mapping[str, bytes] = {f"{p.sha256[:2]}/{p.sha256}": p.data for p in papers}
    write_all(folder, {name: data for name, data in files.items() if not (folder / name).exists()})


def _slips(args: argparse.Namespace, slip: Slip, name: str, out: TextIO) -> None:
    """The receipt or the notice, where a folder was given."""
    if args.out is None:
        return
    pages = {f"{name}.html": as_page(slip, args.lang).encode(), f"{name}.md": as_markdown(slip, args.lang).encode()}
    write_all(args.out, pages)
    for file in pages:
        out.write(f"{args.out / file}\n")
