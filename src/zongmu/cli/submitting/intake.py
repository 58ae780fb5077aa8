"""``zongmu intake``: packages and filled workbooks handed in by units without an account, checked, recorded and proposed
on their behalf."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from zongmu.cli.proposing import Desk, judge, report, write_all
from zongmu.cli.session import checks_at, registry_at, world_of
from zongmu.cli.submitting.arriving import Arrived, arrive
from zongmu.cli.submitting.requesting import open_request, wants_request
from zongmu.cli.submitting.slips import cell_items, facts, hand_back, hand_out, items, namesakes
from zongmu.cli.submitting.waiting import Waiting, waiting_records
from zongmu.cli.submitting.workbooks import hidden_lines
from zongmu.cli.trouble import Trouble, unreadable
from zongmu.exchange.forges.calling import ForgeProblem
from zongmu.exchange.notice import Item, Slip
from zongmu.exchange.package import MAX_PACKAGE, WRONG_CODE, PackageProblem, Paper, check_code
from zongmu.model.finding import Bilingual, Gate
from zongmu.report.changes.markdown import escaped
from zongmu.report.terminal import printable
from zongmu.store.atomic import alone
from zongmu.store.git.asking import Git
from zongmu.store.git.committing import commit_files, set_branch
from zongmu.store.git.pushing import PushProblem
from zongmu.store.trees import GitTree

_NOTICE = Bilingual("一次性补正告知书（参考样式）", "Notice of what has to be put right (reference form)")
_ALL = Bilingual(
    "请按上列各项一次补正后，重新交来；本告知书所列即为本次核对发现的全部问题。",
    "Put all of this right, then hand it in anew. This is everything that this check has found.",
)
_LOOK = Bilingual(
    "已收件登记。上列各项请核对：要改的，改好后重新交来；无误的，不必再交。所列即为本次核对发现的全部问题。",
    "It was taken in. Look at all of this: put right what is wrong and hand it in anew; what is as it "
    "should be needs nothing. This is everything that this check has found.",
)
_CELLS = Bilingual(
    "以上单元格读不懂，其余内容待读懂后再核对；请按上列各项补正后，交回本工作簿。",
    "These cells cannot be read; the rest is checked once they can. Put them right and hand the workbook in anew.",
)
_NOT_READ = Bilingual(
    "这份申报没有核对：请按上列办理后重新交来。",
    "This was not looked at: do what is listed, then hand it in anew.",
)
_RECEIPT = Bilingual("收件回执（参考样式）", "Receipt (reference form)")
_TAKEN = Bilingual(
    "已收件，核对未发现问题。进展凭收件号查询。", "Taken in; the check found nothing. Ask by the receipt number."
)
_ONCE_MORE = Bilingual(
    "已收件，这是补开的回执。进展凭收件号查询。",
    "Taken in; this receipt was made out once more. Ask by the receipt number.",
)
_LISTED = Bilingual(
    "已收件。下列各项须由有权的人处理或请核对；进展凭收件号查询。",
    "Taken in. What is listed needs a competent person, or a look; ask by the receipt number.",
)


def run_intake(root: Path, args: argparse.Namespace, out: TextIO) -> int:
    """Take in packages, one after the other. The exit code is that of the worst."""
    git = Git(root)
    tip = git.resolve(args.base)
    tree = GitTree(git, args.base)
    checks = checks_at(root)
    registry = registry_at(root, tree)
    desk = Desk(root, checks, registry, world_of(checks, registry, None))
    remote = wants_request(git, args)
    worst = 0
    for file in args.packages:
        out.write(f"── {printable(file.name)}\n")
        try:
            code = _Intake(desk, git, tip, tree, remote, args, out).take(file)
        except PackageProblem as problem:
            _not_taken(Trouble.of(problem), args.lang, out)
            code = 1
        except (PushProblem, ForgeProblem) as problem:
            # It is recorded here; only the way out failed. The next package may still come in.
            out.write("\n".join(Trouble.of(problem).lines(args.lang)) + "\n")
            code = 1
        except Trouble as problem:
            if problem.exit_code != 1:
                raise
            _not_taken(problem, args.lang, out)
            code = 1
        worst = max(worst, code)
    return worst


def _not_taken(problem: Trouble, lang: str, out: TextIO) -> None:
    out.writelines(f"{line}\n" for line in problem.lines(lang, Bilingual("不予收件", "not taken in")))


class _Intake:
    """One package on its way in."""

    def __init__(
        self, desk: Desk, git: Git, tip: str, tree: GitTree, remote: str | None, args: argparse.Namespace, out: TextIO
    ) -> None:
        self._desk = desk
        self._git = git
        self._tip = tip
        self._tree = tree
        self._remote = remote
        self._args = args
        self._out = out
        self._zh = args.lang == "zh"

    def take(self, file: Path) -> int:
        """Exit 0 recorded, 1 where somebody has to act. Raises :class:`Trouble`, :class:`PackageProblem`."""
        data = _bytes(file)
        # Alone in this clone from the look at what waits to the new branch: else two desks give out one number.
        with alone(self._git.common_folder()):
            code, made = self._entered(data, file.name)
        if made is not None:
            self._propose(*made)
        return code

    def _entered(self, data: bytes, name: str) -> tuple[int, tuple[str, str] | None]:
        """The exit code, and branch and commit where there is something to propose."""
        waiting = waiting_records(self._git, self._tip)
        try:
            arrived = arrive(self._desk, self._tree, data, name, waiting)
            self._same_code(arrived, name)
        except PackageProblem as problem:
            self._sent_back(Trouble.of(problem, exit_code=1), data)
            raise
        except Trouble as problem:
            self._sent_back(problem, data)
            raise
        known = self._known(arrived)
        if known is not None:
            return self._again(arrived, *known)
        if arrived.unchanged:
            self._say("与登记内容相同，没有改动", "as recorded: nothing to change")
            return 0, None
        number = self._number(arrived.code)
        if arrived.sheets is not None:
            self._out.writelines(f"{line}\n" for line in hidden_lines(arrived.sheets.read, self._args.lang))
        if arrived.troubles:
            rows = cell_items(arrived.troubles)
            for row in rows:
                self._out.write(f"{row.field.pick(self._args.lang)}  {printable(row.wrong.pick(self._args.lang))}\n")
            hand_back(self._args, arrived, None, number, self._out)
            return self._refuse(arrived, rows, number, _CELLS), None
        decision = judge(self._desk, arrived.files, self._tree)
        report(self._desk, decision, arrived.files, self._args.lang, self._out)
        rows = items(self._desk, decision, arrived)
        hand_back(self._args, arrived, decision, number, self._out)
        for row in namesakes(self._desk, arrived):
            self._say(f"{row.wrong.zh}\n    怎么办：{row.cure.zh}", f"{row.wrong.en}\n    next: {row.cure.en}")
        if decision.gate is Gate.REFUSED or arrived.without_owner:
            return self._refuse(arrived, rows, number, _ALL), None
        if rows:
            self._slip(_NOTICE, arrived, rows, number, "notice", _LOOK)
        earlier = arrived.instead_of
        branch = earlier.branch if earlier is not None else f"intake/{number}"
        commit = None if self._args.dry_run else self._record(arrived, number, branch)
        self._slip(_RECEIPT, arrived, rows, number, "receipt", _LISTED if rows else _TAKEN)
        ids = "、".join(arrived.ids)
        if commit is None:
            self._say(f"将登记 {ids}  收件号 {number}", f"would be recorded {ids}  receipt {number}")
        else:
            self._say(f"已登记 {ids}  收件号 {number}", f"recorded {ids}  receipt {number}")
            self._beside(arrived, waiting)
        code = 0 if decision.gate is Gate.GOOD else 1
        return code, None if commit is None else (branch, commit)

    def _beside(self, arrived: Arrived, waiting: Sequence[Waiting]) -> None:
        """Say how what was recorded stands to what is *waiting*."""
        earlier = arrived.instead_of
        if earlier is not None:
            self._say(
                f"代替收件号 {earlier.receipt}，在同一分支上", f"instead of receipt {earlier.receipt}, on its branch"
            )
        for other in waiting:
            if not other.new and other.path in arrived.files:
                self._say(
                    f"{other.id} 另有一份改动待并入（收件号 {other.receipt}）：并入时按里程碑合起来，同一处两样写法会问人",
                    f"another change of {other.id} waits (receipt {other.receipt}): they are joined by milestone as "
                    "they are merged; where both say something else of one field, a person is asked",
                )

    def _say(self, zh: str, en: str) -> None:
        self._out.write((zh if self._zh else en) + "\n")

    def _sent_back(self, problem: Trouble, data: bytes) -> None:
        """A notice of what kept a package from being looked at, for her who handed it in."""
        if problem.exit_code != 1:
            return
        digest = hashlib.sha256(data).hexdigest()
        arrived = Arrived(digest, check_code(digest))
        item = Item(Bilingual("申报包", "The package"), problem.message, problem.next_step, problem.code, True)
        self._slip(_NOTICE, arrived, (item,), self._number(arrived.code), "notice", _NOT_READ)

    def _same_code(self, arrived: Arrived, name: str) -> None:
        given = self._args.code
        if given is not None and given.replace("-", "").upper() != arrived.code.replace("-", ""):
            raise PackageProblem(
                WRONG_CODE, name=name, expected=arrived.code, found=given[:20], where_zh="纸面上", where_en="the paper"
            )

    def _known(self, arrived: Arrived) -> tuple[str, str] | None:
        """The commit and the receipt under which the same content came in before."""
        grep = f"--grep=Package-Digest: {arrived.digest}"
        commits = self._git.run("log", "--all", "--format=%H", "-F", grep).decode().split()
        if not commits:
            return None
        trailer = "--format=%(trailers:key=Receipt,valueonly)"
        return commits[-1], self._git.run("log", "-1", trailer, commits[-1]).decode().strip()

    def _again(self, arrived: Arrived, commit: str, number: str) -> tuple[int, tuple[str, str] | None]:
        """Nothing is recorded twice; what did not come about then (papers, receipt, request) does now."""
        self._say(
            f"这份申报已经收过：收件号 {number or '—'}，提交 {commit[:12]}；不再重复登记。",
            f"This came in before: receipt {number or '—'}, commit {commit[:12]}; nothing was recorded.",
        )
        if not self._args.dry_run:
            self._keep(arrived.papers)
            if number and self._args.out is not None and not (self._args.out / f"{number}-receipt.html").exists():
                self._slip(_RECEIPT, arrived, (), number, "receipt", _ONCE_MORE)
        branch = f"intake/{number}"
        here = self._git.refs(f"refs/heads/{branch}").get(f"refs/heads/{branch}")
        if here is None or self._remote is None or self._git.refs(_proposed_as(branch)):
            return 0, None
        return 0, (branch, here)

    def _number(self, code: str) -> str:
        """A receipt number whose branch is not there yet."""
        day = f"{self._desk.world.asof:%Y%m%d}-{code[:9]}"
        for n in range(1, 1000):
            one = day if n == 1 else f"{day}-{n}"
            if not self._git.refs(f"refs/heads/intake/{one}"):
                return one
        raise AssertionError("a thousand packages with one check code")

    def _refuse(self, arrived: Arrived, rows: tuple[Item, ...], number: str, closing: Bilingual) -> int:
        self._slip(_NOTICE, arrived, rows, number, "notice", closing)
        count = sum(row.must for row in rows)
        self._say(
            f"不予登记：{count} 处须补正。收件号 {number}", f"Not recorded: {count} to put right. Receipt {number}"
        )
        return 1

    def _slip(
        self, title: Bilingual, arrived: Arrived, rows: tuple[Item, ...], number: str, name: str, closing: Bilingual
    ) -> None:
        day = self._desk.world.asof
        slip = Slip(title, number, facts(arrived, self._args), rows, closing, day, self._args.by)
        hand_out(self._args, slip, f"{number}-{name}", self._out)

    def _record(self, arrived: Arrived, number: str, branch: str) -> str:
        person = _person(self._desk.root, self._args.by)
        message = _message(arrived, number, self._args)
        earlier = arrived.instead_of
        # First the papers: what stands on a branch is taken for taken in.
        self._keep(arrived.papers)
        commit = commit_files(self._git, earlier.head if earlier else self._tip, arrived.files, message, person)
        set_branch(self._git, branch, commit, earlier.head if earlier else None)
        return commit

    def _keep(self, papers: tuple[Paper, ...]) -> None:
        """The papers into the archive, where there is one: each under its digest; what is there stays."""
        folder: Path | None = self._args.archive
        if folder is not None:
            files: Mapping[str, bytes] = {f"{p.sha256[:2]}/{p.sha256}": p.data for p in papers}
            write_all(folder, {name: data for name, data in files.items() if not (folder / name).exists()})

    def _propose(self, branch: str, commit: str) -> None:
        self._out.write(f"{'分支' if self._zh else 'branch'} {branch}\n")
        if self._remote is None:
            self._say(
                f"下一步：git push <远端> {branch}，再提出合并请求",
                f"next: git push <remote> {branch}, then open a merge request",
            )
            return
        self._out.flush()
        message = self._git.run("log", "-1", "--format=%B", commit).decode("utf-8", "replace")
        instance = self._desk.world.instance
        text = _request_text(message, self._args.lang)
        again = bool(self._git.refs(_proposed_as(branch)))
        open_request(self._git, instance, self._remote, branch, commit, text, self._args, self._out, again=again)
        self._git.run("update-ref", _proposed_as(branch), commit)


def _proposed_as(branch: str) -> str:
    """The name, in this clone alone, that says that *branch* was proposed: pushing it is not all of it."""
    return f"refs/zongmu/proposed/{branch}"


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_PACKAGE + 1)
    except OSError as problem:
        raise unreadable(file.name, problem) from None


def _message(arrived: Arrived, number: str, args: argparse.Namespace) -> str:
    """What the commit says: whose paper it was, who typed it in, and what the package was."""
    said = arrived.submitter
    trailers = {
        "Receipt": number,
        "Instead-Of": arrived.instead_of.receipt if arrived.instead_of else "",
        "Handed-In-By": args.unit or said.get("unit", ""),
        "Handed-In-Office": said.get("office", ""),
        "Covering-Letter": args.paper or said.get("paper", ""),
        "Entered-By": args.by,
        "Check-Code": arrived.code,
        "Package-Digest": arrived.digest,
    }
    what = arrived.ids[0] if len(arrived.ids) == 1 else f"{arrived.ids[0]} and {len(arrived.ids) - 1} more"
    verb, source = (
        "Update" if arrived.replaces or arrived.instead_of else "Add",
        "workbook" if not arrived.submitter else "package",
    )
    lines = [f"{k}: {_one_line(v)}" for k, v in trailers.items() if v]
    return f"{verb} {what} from a {source}\n\n" + "\n".join(lines) + "\n"


_LABELS: Mapping[str, Bilingual] = {
    "Receipt": Bilingual("收件号", "Receipt"),
    "Handed-In-By": Bilingual("来文单位", "Unit"),
    "Handed-In-Office": Bilingual("经办处室", "Office"),
    "Covering-Letter": Bilingual("来文文号", "Covering letter"),
    "Entered-By": Bilingual("录入", "Entered by"),
    "Check-Code": Bilingual("校验码", "Check code"),
}


def _request_text(message: str, lang: str) -> tuple[str, str]:
    """Title and body of the merge request, in the words of those who read it, from what the commit says."""
    subject, *lines = message.strip().split("\n")
    verb, _, ids = subject.partition(" ")
    said = {k: v for k, sign, v in (line.partition(": ") for line in lines) if sign}
    colon = "：" if lang == "zh" else ": "
    rows = [f"- {label.pick(lang)}{colon}{escaped(said[k])}" for k, label in _LABELS.items() if k in said]
    if lang == "zh":
        what = ids.partition(" from ")[0].replace(" and ", " 等，另 ").replace(" more", " 件")
        return f"{'变更' if verb == 'Update' else '登记'} {what}（收件号 {said.get('Receipt', '—')}）", "\n".join(rows)
    return f"{subject} ({said.get('Receipt', '—')})", "\n".join(rows)


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _person(root: Path, by: str) -> tuple[str, str]:
    """Name and address of whoever runs this, as Git knows them here; else the office."""
    found = []
    for key in ("user.name", "user.email"):
        done = subprocess.run(["git", "config", "--get", key], cwd=root, capture_output=True, check=False)
        found.append(done.stdout.decode("utf-8", "replace").strip())
    return (found[0] or _one_line(by), found[1] or "intake@zongmu.invalid")
