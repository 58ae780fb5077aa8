"""``zongmu examples``: runs the examples beside the rules. They are the tests of the law, and need no more than this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from zongmu.cli.session import checks_at
from zongmu.cli.trouble import Trouble
from zongmu.disclosure.findings import is_internal, publishable, told_of
from zongmu.disclosure.projection import as_project, project_public
from zongmu.disclosure.shadow import shadowed
from zongmu.model.finding import Bilingual, Outcome
from zongmu.model.records.project import Project
from zongmu.policy.examples import CaseResult, Lens, base_of, cases, line_of, run_case
from zongmu.policy.law.loading import Checks, LoadedMeasure, placed
from zongmu.policy.law.measure import MeasureError
from zongmu.policy.law.names import undefined
from zongmu.policy.law.rules import Rule
from zongmu.policy.law.words import BECAUSE, CAP_WHY, SAY
from zongmu.store.registry import load
from zongmu.store.trees import WorkTree

WANTED = ("pass", "fail")
"""Outcomes that the examples of every rule must show."""


def run_examples(root: Path, names: Sequence[str], lang: str, out: TextIO) -> int:
    """Run the examples of the measures and rules named (all where none is). Exit 1 when one is not as it expects.

    A rule whose outcome is public is also asked of what is public of each example, and of the example with acts beside it that
    are not public: it must say the same.
    """
    if not (root / "checks").is_dir():
        raise Trouble(
            "examples.no-checks",
            Bilingual(f"{root.name} 里没有 checks/", f"there is no checks/ in {root.name}"),
            Bilingual("到实例目录里运行，或用 --root 指明", "run it inside an instance, or say --root"),
        )
    return run_examples_of(root, checks_at(root), names, lang, out)


def run_examples_of(root: Path, checks: Checks, names: Sequence[str], lang: str, out: TextIO) -> int:
    """The same under *checks* that are loaded."""
    calendar = load(WorkTree.of(root), paths=()).calendar
    rules = _chosen(checks, names)
    ran = wrong = 0
    for lacking_name in _undefined(root, {loaded.measure.id: loaded for loaded, _ in rules}.values()):
        wrong += 1
        out.write(f"{lacking_name.pick(lang)}\n")
    for loaded, rule in rules:
        shown: set[str] = set()
        wordless: set[str] = set()
        undeclared: set[str] = set()
        leans = None
        lens = _public_lens(loaded, rule)
        try:
            base = base_of(loaded, root)
            for case in cases(loaded, rule.id, root, base):
                ran += 1
                shown.update(str(expect["outcome"]) for expect in case.expect)
                result = run_case(checks, loaded, case, base, calendar)
                if not result.ok:
                    wrong += 1
                    number = f"第 {case.index + 1} 例" if lang == "zh" else f"case {case.index + 1}"
                    out.write(f"{case.file}:{line_of(case, root)}: {number} {case.name.pick(lang)}\n")
                    out.writelines(f"    {difference}\n" for difference in result.differences)
                wordless |= _wordless(result, loaded)
                undeclared |= _undeclared(result, loaded)
                if lens is not None and leans is None:
                    outside = run_case(checks, loaded, case, base, calendar, lens)
                    more = run_case(checks, loaded, case, base, calendar, _with_shadow)
                    leans = case if any(_told_apart(one, outside, loaded) for one in (result, more)) else None
        except MeasureError as found:
            problem = placed(found, root)
            where = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
            raise Trouble("examples.invalid", problem.message, _MEND, where=where) from None
        if leans is not None:
            wrong += 1
            said = _LEANS.format({"rule": rule.id, "file": leans.file, "n": leans.index + 1}).pick(lang)
            out.write(f"{said}\n")
        for key in sorted(undeclared):
            wrong += 1
            out.write(f"{_UNDECLARED.format({'rule': rule.id, 'key': key}).pick(lang)}\n")
        for key in sorted(wordless):
            wrong += 1
            out.write(f"{_WORDLESS.format({'rule': rule.id, 'key': key}).pick(lang)}\n")
        file = (loaded.folder / "examples" / f"{rule.id}.yaml").relative_to(root).as_posix()
        for lacking in WANTED:
            if lacking not in shown:
                wrong += 1
                out.write(
                    f"{file}: {rule.id} 没有结论为 {lacking} 的例子\n"
                    if lang == "zh"
                    else f"{file}: {rule.id} has no example with {lacking}\n"
                )
    out.write(
        f"{len(rules)} 条规则，{ran} 个例子，{'全部符合' if not wrong else f'{wrong} 处不符'}\n"
        if lang == "zh"
        else f"{len(rules)} rules, {ran} examples, {'all as expected' if not wrong else f'{wrong} not as expected'}\n"
    )
    return 1 if wrong else 0


def _undefined(root: Path, measures: Iterable[LoadedMeasure]) -> Iterator[Bilingual]:
    """Names that the rules use and nothing defines, each with its line."""
    for file in (file for loaded in measures for file in sorted(loaded.folder.glob("*.py"))):
        path = file.relative_to(root).as_posix()
        for line, name in undefined(file.read_text("utf-8"), path):
            yield _NO_SUCH_NAME.format({"path": path, "line": line, "name": name})


def _public_lens(loaded: LoadedMeasure, rule: Rule) -> Lens | None:
    """What of a record the public has, for a rule whose outcome is public; None for any other rule."""
    if rule.subject not in ("project", "registry") or is_internal(rule):
        return None
    told = told_of([loaded])
    return lambda record: as_project(project_public(record, told)) if isinstance(record, Project) else record


def _with_shadow(record: Any) -> Any:
    """A record with more on it that the public does not see."""
    return shadowed(record) if isinstance(record, Project) else record


def _wordless(result: CaseResult, loaded: LoadedMeasure) -> set[str]:
    """Reasons and steps of the rulings that nobody has put into words: people would read their keys."""
    why = {r.verdict.because for r in result.rulings if r.verdict.outcome is not Outcome.ERROR} - {None, *BECAUSE}
    steps = {step.say for r in result.rulings for step in r.verdict.trace} - {*SAY}
    return {key for key in (*why, *steps) if key and loaded.words_for(key) is None}


def _undeclared(result: CaseResult, loaded: LoadedMeasure) -> set[str]:
    """What weighs a finding down and is neither a reading of the measure nor said in words."""
    why = {cap.why for r in result.rulings for cap in r.verdict.caps} - {*CAP_WHY, *loaded.measure.readings}
    return {key for key in why if loaded.words_for(key) is None}


def _told_apart(result: CaseResult, outside: CaseResult, loaded: LoadedMeasure) -> bool:
    """Whether a case comes out otherwise on what is public alone, or meets a field that is not public."""
    told = told_of([loaded])
    one, other = (
        sorted((r.record, r.verdict.at or "", r.verdict.outcome.value, r.verdict.because or "") for r in found.rulings)
        for found in (result, outside)
    )
    return one != other or not all(publishable(r, told.documents) for r in outside.rulings)


_LEANS = Bilingual(
    "{rule}：结论取决于不公开的内容（{file} 第 {n} 例），公开与否会泄露它。"
    '下一步：在 @rule 里写 disclosure="internal"；所看的文件或备案事项本可公开的，列入 measure.yaml 里 codes 的 document_public 或 matter_public',
    "{rule}: the outcome leans on what is not public ({file}, case {n}), and would tell of it. "
    'Next: declare disclosure="internal" in its @rule; or list the paper or filing that may be told of in the codes document_public or matter_public of measure.yaml',
)
_UNDECLARED = Bilingual(
    "{rule}：以 {key} 减轻，但 measure.yaml 的 readings 里没有这个读法。下一步：写进 readings，并在 @rule 里写 readings",
    "{rule}: a finding is lowered for {key}, which is no reading of measure.yaml. "
    "Next: write it under readings, and name it under readings in the @rule",
)
_WORDLESS = Bilingual(
    "{rule}：{key} 没有文字，读裁决的人会看到这个代号。下一步：在 messages.yaml 的 _words 里写 {key}: {{zh: …, en: …}}",
    "{rule}: nothing says {key} in words, and people would read the key. "
    "Next: write {key}: {{zh: …, en: …}} under _words in messages.yaml",
)
_NO_SUCH_NAME = Bilingual(
    "{path}:{line}: {name} 没有定义，走到这里的记录会使规则出错。下一步：核对写法，或在文件头引入它（多在 zongmu.policy）",
    "{path}:{line}: {name} is not defined, and a record that gets here makes the rule crash. "
    "Next: check the spelling, or import it at the head of the file (most of what rules use is in zongmu.policy)",
)
_MEND = Bilingual("改正这个文件", "mend this file")


def _chosen(checks: Checks, names: Sequence[str]) -> list[tuple[LoadedMeasure, Rule]]:
    chosen = [(m, r) for m in checks.measures.values() for r in m.rules]
    if not names:
        return chosen
    for name in names:
        if name not in checks.measures and checks.rule(name) is None:
            raise Trouble(
                "examples.unknown",
                Bilingual(f"没有办法或规则 {name}", f"there is no measure or rule {name}"),
                Bilingual("写办法编号或规则号", "give the id of a measure or of a rule"),
            )
    return [(m, r) for m, r in chosen if m.measure.id in names or r.id in names]
