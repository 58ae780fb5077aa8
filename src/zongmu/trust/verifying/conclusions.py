"""What a verification proves and what it does not, in sentences for both languages. Data; reports make pages of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Literal

from zongmu.model.finding import Bilingual, counted
from zongmu.model.immutable import immutable
from zongmu.trust.authority.effect import State
from zongmu.trust.authority.standing import expired
from zongmu.trust.rewriting.epochs import Epoch
from zongmu.trust.verifying.result import Result

Weight = Literal["proved", "not_proved", "refused", "known"]


@immutable
class Conclusion:
    """One sentence. ``id`` is stable."""

    id: str
    weight: Weight
    text: Bilingual


_STATES: Final[dict[State, Bilingual]] = {
    "effective": Bilingual("已生效", "in effect"),
    "waiting": Bilingual("待签认", "waiting"),
    "void": Bilingual("签认后内容已变，签认作废", "void: changed after it was endorsed"),
    "below_level": Bilingual("保证级别不足", "below the level that is asked for"),
}


def state_text(state: State) -> Bilingual:
    """What the state of an endorsed act is called."""
    return _STATES[state]


def conclusions(result: Result) -> Iterator[Conclusion]:
    """Every sentence, refusals first, what is known of next; then what is proved, then what is not."""
    if result.faults:
        yield Conclusion(
            "refused",
            "refused",
            Bilingual(
                f"有 {len(result.faults)} 处不能接受，见下",
                "1 thing is not acceptable; see below"
                if len(result.faults) == 1
                else f"{len(result.faults)} things are not acceptable; see below",
            ),
        )
    if result.stopped is not None:
        yield Conclusion(
            "stopped",
            "refused",
            Bilingual(
                f"核验止于 {result.stopped[:12]}：信任文件在此失效，其后无从判断",
                f"verification ends at {result.stopped[:12]}: trust is broken there, and nothing after it can be judged",
            ),
        )
    if result.seen:
        there = "there is 1 irregularity" if len(result.seen) == 1 else f"there are {len(result.seen)} irregularities"
        yield Conclusion(
            "known",
            "known",
            Bilingual(
                f"有 {len(result.seen)} 处情形，您用 --known 给出的清单已经说明：仍在历史里，不因此算作没有",
                f"{there} of which the list that you gave with --known speaks: still in the history, and not undone by it",
            ),
        )
    yield from _proved(result)
    yield from _not_proved(result)


def _proved(result: Result) -> Iterator[Conclusion]:
    progress = result.progress
    whole = not result.faults
    invented = _invented(result)
    if whole:
        yield Conclusion(
            "form",
            "proved",
            Bilingual(
                f"从 {result.root[:12]} 到 {result.head[:12]} 的 {progress.commits} 个提交"
                f"{'，除上述已知情形外' if result.seen else ''}："
                f"没有删除或改名的记录，没有夹带改动的合并，没有倒退的时间{'' if invented else '，签认只增不改'}",
                f"{progress.commits} commits from {result.root[:12]} to {result.head[:12]}"
                f"{', but for what is known of above' if result.seen else ''}: no record removed or renamed, "
                "no merge with content of its own, no clock that runs back"
                + ("" if invented else ", endorsements only added"),
            ),
        )
    if whole and result.start.signed:
        yield Conclusion(
            "authority",
            "proved",
            Bilingual(
                f"{progress.signed} 个签名有效，签名人、作者和签认人当时都有权限（依各自上一版本的信任文件）",
                f"{progress.signed} signatures are valid; signers, authors and endorsers had the authority then, as the "
                "trust files of the version before say",
            ),
        )
    if whole and result.pinned_root and result.pinned_keys:
        yield Conclusion(
            "pinned",
            "proved",
            Bilingual(
                "起点提交与根密钥是您从外部取得的",
                "the starting commit and the root keys are those you got from outside",
            ),
        )
    if whole:
        for epoch in _proved_epochs(result):
            files, versions, reworded = len(epoch.files), len(epoch.replaced()), len(epoch.commits)
            signed = result.progress.signed > 0
            yield Conclusion(
                "epoch",
                "proved",
                Bilingual(
                    f"第 {epoch.seq} 次依法改写（{epoch.date}，{epoch.said()}）只换掉了所列 {files} 个文件的 {versions} 个版本"
                    f"{f'、{reworded} 个提交的作者或信息' if reworded else ''}；"
                    f"此外 {epoch.former.size} 个提交的内容、次序、作者、时间都没有变{'，原来的签名有效' if signed else ''}",
                    f"lawful rewriting {epoch.seq} ({epoch.date}, {epoch.said()}) replaced what it lists "
                    f"({counted(versions, 'version')} of {counted(files, 'file')}"
                    + (f", author or message of {counted(reworded, 'commit')}" if reworded else "")
                    + f") and nothing else: the {epoch.former.size} commits before it keep content, order, authors and times"
                    + (", and their former signatures are valid" if signed else ""),
                ),
            )
    if result.since is not None and whole:
        yield Conclusion(
            "since",
            "proved",
            Bilingual(
                f"自检查点（{result.since.size} 个提交）以来，此前的历史没有改写、回退或分叉",
                f"since the checkpoint of {result.since.size} commits, nothing before it was rewritten, rolled back or forked",
            ),
        )


def _proved_epochs(result: Result) -> tuple[Epoch, ...]:
    return result.epochs[len(result.epochs) - result.proved_epochs :]


def _invented(result: Result) -> bool:
    """Whether it is a demonstration, whose endorsements nobody vouches for."""
    return result.end.demonstration and not result.end.known


def _not_proved(result: Result) -> Iterator[Conclusion]:
    if not result.pinned_root:
        yield _open(
            "root",
            "没有给出 --root：整段历史可能是另造的",
            "no --root was given: the whole history may be another one",
        )
    if result.before and not result.faults:
        commits = counted(result.before, "commit")
        yield _open(
            "before",
            f"起点之前的 {result.before} 个提交和其中的签认：没有核验，按起点时的样子看待",
            f"the {commits} before the start, and the sign-offs in them: they were not verified, and are taken as they stood",
        )
    if result.end.known and not result.pinned_keys:
        yield _open(
            "keys",
            "没有给出 --root-keys：根密钥取自仓库本身，不能证明是谁的",
            "no --root-keys were given: they were taken from the repository itself, which does not say whose they are",
        )
    if not result.end.signed:
        yield _open(
            "unsigned",
            "本库不要求签名：谁提交、谁批准，只是仓库的说法",
            "this registry asks for no signatures: who recorded and who approved is only what the repository says",
        )
    elif not result.start.signed:
        yield _open(
            "partly_signed",
            "起点处尚不要求签名：启用之前的提交没有作者证明",
            "no signatures were asked for at the start: nothing proves who made the commits before they were",
        )
    if _invented(result):
        yield _open(
            "demonstration",
            "这是演示库，全部虚构；签认文件由程序更新，未作核验",
            "this is a demonstration and all of it is invented; its endorsements are renewed by a program and were not verified",
        )
    if result.end.signed and any(act.level == "F" and act.state == "effective" for act in result.acts):
        yield _open(
            "forge",
            "F 级签认以代码平台的记录为准：须信任平台的运维方",
            "endorsements at level F rest on the forge's word: its operator has to be trusted",
        )
    if result.epochs:
        proved = len(_proved_epochs(result))
        if proved < len(result.epochs):
            last = result.epochs[len(result.epochs) - proved - 1]
            yield _open(
                "former",
                f"到第 {last.seq} 次依法改写（{last.date}，{last.said()}）为止的 {last.former.size} 个提交：签名已随改写失效，"
                "要用 --former 给出改写前的提交与目录才能核验",
                f"the {last.former.size} commits up to lawful rewriting {last.seq} ({last.date}, {last.said()}): their "
                "signatures went with the rewriting; only the former commits and trees, given with --former, can prove them",
            )
        yield _open(
            "redacted",
            "被换掉的版本原来写了什么、是否只去掉了该去掉的：改写的两名根人员对此负责",
            "what the replaced versions said, and whether no more was taken out of them than had to be: the two root "
            "persons who rewrote them answer for that",
        )
    old = expired(result.end.keys, result.day, result.since_day) if result.end.keys is not None else []
    if old:
        yield _open(
            "expired",
            f"密钥 {'、'.join(old)} 已到期而没有停用：到期之后仍可签一个写早了的时间",
            f"the keys {', '.join(old)} have expired and are not retired: they can still sign with an earlier date",
        )
    if result.since is None:
        yield _open(
            "rollback",
            "没有给出 --since：用有效签名重做的历史、回退和给不同人看不同历史，看不出来",
            "no --since was given: a history made again with valid signatures, a rollback, and different histories for "
            "different people cannot be seen",
        )
    if result.unfound:
        yield _open(
            "unfound",
            f"清单里有 {result.unfound} 项没有遇到：不在此次核验的范围，或历史已不是原来的历史",
            f"{counted(result.unfound, 'entry', 'entries')} of the list met with nothing: outside what was "
            "verified, or the history is not the one it was",
        )
    yield _open("fresh", "在此之后是否还有更新的提交", "whether there are newer commits than the head")
    yield _open(
        "paper",
        "所登记的是否与纸质原件一致：签认人对此负责",
        "whether what is recorded is what the paper says: those who endorsed it answer for that",
    )


def _open(id: str, zh: str, en: str) -> Conclusion:
    return Conclusion(id, "not_proved", Bilingual(zh, en))


def as_data(result: Result) -> dict[str, Any]:
    """Everything as plain data for JSON. Keys are stable."""
    # What was not accepted puts nothing into effect.
    acts = result.acts if not result.faults else []
    counts = Counter(act.state for act in acts)
    return {
        "format": 1,
        "accepted": not result.faults,
        "head": result.head,
        "root": result.root,
        "assurance": result.end.assurance,
        "commits": result.progress.commits,
        "merges": result.progress.merges,
        "signed": result.progress.signed,
        "signers": dict(sorted(result.progress.signers.items())),
        "checkpoint": result.checkpoint.text(),
        "endorsed_acts": {state: counts.get(state, 0) for state in _STATES},
        "open_acts": [
            {"project": a.project, "milestone": a.milestone, "role": a.role, "state": a.state, "needs": a.level}
            for a in acts
            if a.state != "effective"
        ],
        "epochs": [
            {
                "seq": epoch.seq,
                "date": str(epoch.date),
                "authority": epoch.authority,
                "ground": epoch.ground,
                "number": epoch.number,
                "commits": epoch.former.size,
                "head": epoch.former.head,
                "files": [file.path for file in epoch.files],
                "versions": len(epoch.replaced()),
                "reworded": [{"before": one.before, "after": one.after} for one in epoch.commits],
                "proved": not result.faults and epoch in _proved_epochs(result),
            }
            for epoch in result.epochs
        ],
        "conclusions": [
            {"id": c.id, "weight": c.weight, "zh": c.text.zh, "en": c.text.en} for c in conclusions(result)
        ],
        "faults": [
            {
                "code": fault.code.id,
                "commit": fault.commit,
                "zh": fault.message.zh,
                "en": fault.message.en,
            }
            for fault in result.faults
        ],
        "known": [
            {
                "code": one.fault.code.id,
                "commit": one.fault.commit,
                "zh": one.fault.message.zh,
                "en": one.fault.message.en,
                "note": one.note,
            }
            for one in result.seen
        ],
    }
