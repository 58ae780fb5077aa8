"""Loading ``checks/``: measures, parameters, messages, rules, facts, hygiene. Wrong law is an error here, not a wrong verdict later.

``checks`` is imported by path from the instance root, one version per process (decision 21). Everything that can be wrong with a
measure folder is found on loading and reported with its file: a citation of a sentence that does not exist, a rule without
messages or examples, an automated sentence without a rule, an exception that two rules share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.policy.law.law_files import LawFiles
from zongmu.policy.law.law_modules import PACKAGE, claim_package, declared_in, modules_in, no_files, not_imported
from zongmu.policy.law.measure import Measure, MeasureError, refuse_unknown, within
from zongmu.policy.law.measure_file import measure_from
from zongmu.policy.law.parameters import Parameter, parameters_from
from zongmu.policy.law.patience import patience
from zongmu.policy.law.rules import Check, FactSource, Rule
from zongmu.store.kept.cache import Cache
from zongmu.store.kept.prints import folder_print
from zongmu.store.reading.reader import parse
from zongmu.store.refusal import refusal

COMMON = "common"
_TEXTS = ("title", "about", "cure")


@immutable
class RuleText:
    """What a rule says to people."""

    title: Bilingual
    about: Bilingual
    cure: Bilingual


@dataclass(frozen=True)
class LoadedMeasure:
    """A measure with everything in its folder."""

    measure: Measure
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    facts: tuple[FactSource[Any], ...]
    texts: Mapping[str, RuleText]
    words: Mapping[str, Bilingual]
    folder: Path

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in reversed(self.rules)}

    def rule(self, id: str) -> Rule | None:
        """The rule with that id."""
        return self._by_id.get(id)

    @cached_property
    def code_titles(self) -> Mapping[str, Bilingual]:
        """The titles of all codes of the measure; where two lists have a code, that of the first."""
        out: dict[str, Bilingual] = {}
        for table in self.measure.codes.values():
            for code, title in table.items():
                out.setdefault(code, title)
        return out

    @cached_property
    def messages(self) -> dict[tuple[str, str], Bilingual]:
        """Messages of findings that were made already, by rule and reason."""
        return {}

    def words_for(self, key: str) -> Bilingual | None:
        """The measure's own words for a ``because`` or trace key."""
        return self.words.get(key)


@dataclass(frozen=True)
class Checks:
    """All that ``checks/`` holds."""

    measures: Mapping[str, LoadedMeasure]
    common: tuple[Check, ...]
    problems: tuple[MeasureError, ...] = ()
    facts: Mapping[str, FactSource[Any]] = field(default_factory=dict)
    folder: Path | None = None  # where they were loaded from
    known_print: str | None = None
    root: Path | None = None  # the instance in which they were looked for

    @cached_property
    def print(self) -> str | None:
        """The print of all files of the law; None where there are none."""
        return self.known_print or (folder_print(self.folder) if self.folder is not None else None)

    @cached_property
    def rules_about(self) -> Mapping[tuple[str, str], tuple[Rule, ...]]:
        """The rules by measure and subject."""
        about: dict[tuple[str, str], list[Rule]] = {}
        for loaded in self.measures.values():
            for rule in loaded.rules:
                about.setdefault((loaded.measure.id, rule.subject), []).append(rule)
        return {key: tuple(rules) for key, rules in about.items()}

    @cached_property
    def facts_about(self) -> Mapping[str, tuple[FactSource[Any], ...]]:
        """What the checks that belong to no measure read of a record, by its type."""
        about: dict[str, tuple[FactSource[Any], ...]] = {}
        for source in {f.id: f for check in self.common for f in check.reads}.values():
            about[source.subject] = (*about.get(source.subject, ()), source)
        return about

    def rule(self, id: str) -> tuple[LoadedMeasure, Rule] | None:
        """The rule with that id and its measure."""
        for loaded in self.measures.values():
            found = loaded.rule(id)
            if found is not None:
                return loaded, found
        return None


def load_checks(root: Path, cache: Cache | None = None) -> Checks:
    """Everything under ``root/checks``. Problems of a measure are collected in ``problems``; nothing is raised for them.

    *cache*: where what was read and looked through before is taken from.
    """
    law = LawAsRead(root, cache)
    problems = law.problems()
    if not problems:
        law.keep()
    return law.checks(problems)


class LawAsRead:
    """Everything under ``root/checks``, its parts not yet held against each other: nothing may be judged by it before that."""

    def __init__(self, root: Path, cache: Cache | None = None) -> None:
        self._root = root
        self._measures: dict[str, LoadedMeasure] = {}
        self._common: list[Check] = []
        self._found: list[MeasureError | LoadedMeasure] = []
        """What is wrong, in order of the folders; a measure stands where what is wrong between its parts will."""
        self._folder: Path | None = None
        self._files: LawFiles | None = None
        self.sound = False
        """Whether it was looked through before, and nothing was wrong."""
        folder = root / PACKAGE
        if folder.is_dir():
            self._files = LawFiles(folder, cache) if cache is not None else None
            self.sound = self._files is not None and self._files.sound
            self._read(folder)

    def _read(self, folder: Path) -> None:
        if not self.sound and (odd := tuple(no_files(folder, self._root)) or tuple(self._reaching_out(folder))):
            self._found.extend(odd)
            return
        try:
            with patience():
                claim_package(folder)
        except (Exception, SystemExit) as crash:
            self._found.append(not_imported(crash, folder, self._root))
            return
        self._folder = folder
        for sub in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(("_", "."))):
            try:
                with patience():
                    modules = list(modules_in(sub))
            except (Exception, SystemExit) as crash:
                self._found.append(not_imported(crash, sub, self._root))
                continue
            if sub.name == COMMON:
                self._common.extend(declared_in(modules, Check))
            elif (sub / "measure.yaml").exists():
                self._read_measure(sub, modules)

    def _reaching_out(self, folder: Path) -> Iterator[MeasureError]:
        """What uses the machine, told before any of it runs."""
        from zongmu.policy.law.literals import reaching_out

        for file in (*sorted(folder.glob("*.py")), *sorted(folder.glob("*/*.py"))):
            with suppress(OSError):  # what cannot be read is told where it is imported
                text = file.read_text(encoding="utf-8", errors="replace")
                for line, said in reaching_out(text):
                    yield MeasureError(said, file.relative_to(self._root).as_posix(), line)

    def _read_measure(self, sub: Path, modules: list[ModuleType]) -> None:
        path = f"{PACKAGE}/{sub.name}/measure.yaml"
        try:
            loaded = _load_measure(sub, modules, self._root, self._files)
        except MeasureError as problem:
            self._found.append(placed(problem, self._root))
            return
        self._found.append(loaded)
        id = loaded.measure.id
        if id != sub.name:
            text = Bilingual(
                f"办法编号 {id} 应与文件夹名 {sub.name} 相同", f"the id {id} must be the name of its folder, {sub.name}"
            )
            self._found.append(placed(MeasureError(text, path, place=("id",)), self._root))
        if id in self._measures:
            text = Bilingual(f"办法编号 {id} 用了两次", f"measure id {id} is used twice")
            self._found.append(MeasureError(text, path))
        self._measures[id] = loaded

    def problems(self) -> tuple[MeasureError, ...]:
        """What is wrong with it, its parts held against each other: what takes the longest, and may be asked elsewhere."""
        if self.sound or self._folder is None:
            return tuple(one for one in self._found if isinstance(one, MeasureError))
        from zongmu.policy.law.inspection import inspect, shared_ids

        told: list[MeasureError] = []
        for one in self._found:
            if isinstance(one, MeasureError):
                told.append(one)
            else:
                told.extend(placed(problem, self._root) for problem in inspect(one, self._root))
        return (*told, *shared_ids(self._measures.values(), self._common))

    def keep(self) -> None:
        """Nothing was found: the next command need not look."""
        if self._files is not None and self._folder is not None:
            self._files.keep()

    def checks(self, problems: tuple[MeasureError, ...] = ()) -> Checks:
        """The law, with the *problems* that were found in it."""
        if self._folder is None:
            return Checks({}, (), problems, root=self._root)
        facts = {f.id: f for loaded in self._measures.values() for f in loaded.facts}
        for check in self._common:
            facts.update({f.id: f for f in check.reads})
        known = self._files.print if self._files is not None else None
        return Checks(self._measures, tuple(self._common), problems, facts, self._folder, known, self._root)


def placed(problem: MeasureError, root: Path) -> MeasureError:
    """*problem* with the line of the place it names in its YAML file."""
    if problem.line is None and problem.place:
        from zongmu.store.reading.positions import Positions

        with suppress(OSError):
            places = Positions.of((root / problem.path).read_bytes())
            problem.line = places.find(problem.place, key=isinstance(problem.place[-1], str)).line
    return problem


def read_yaml(file: Path, root: Path) -> Mapping[str, Any]:
    """A YAML mapping of the law folder. Raises :class:`MeasureError` with file and line when it cannot be read."""
    return yaml_mapping(file.read_bytes, file.relative_to(root).as_posix())


def yaml_mapping(read: Callable[[], bytes], name: str) -> Mapping[str, Any]:
    """As :func:`read_yaml`, of what *read* reads."""
    try:
        parsed = parse(read(), name, ours=True)
    except OSError as problem:
        raise MeasureError(
            Bilingual(f"读不到文件：{refusal(problem).zh}", f"cannot be read: {refusal(problem).en}"), name
        ) from None
    if parsed.findings:
        first = parsed.findings[0]
        raise MeasureError(first.message, name, first.position.line if first.position else None)
    if not isinstance(parsed.value, dict):
        raise MeasureError(Bilingual("应为一个映射", "must be a mapping"), name)
    return parsed.value


@immutable
class _Written:
    """What the YAML files in the folder of a measure say."""

    measure: Measure
    parameters: Mapping[str, Parameter]
    texts: Mapping[str, RuleText]
    words: Mapping[str, Bilingual]


def _load_measure(folder: Path, modules: list[ModuleType], root: Path, files: LawFiles | None) -> LoadedMeasure:
    def read() -> _Written:
        return _written(folder, root)

    said = read() if files is None else files.made(folder.name, read)
    rules = tuple(declared_in(modules, Rule))
    # A module may import the facts of another: each is taken once.
    facts = tuple({f.id: f for f in declared_in(modules, FactSource)}.values())
    return LoadedMeasure(said.measure, said.parameters, rules, facts, said.texts, said.words, folder)


def _written(folder: Path, root: Path) -> _Written:
    name = folder.relative_to(root).as_posix()
    measure = measure_from(read_yaml(folder / "measure.yaml", root), f"{name}/measure.yaml")
    parameters: dict[str, Parameter] = {}
    if (folder / "parameters.yaml").exists():
        parameters = parameters_from(
            read_yaml(folder / "parameters.yaml", root), f"{name}/parameters.yaml", measure.sentences
        )
    texts: dict[str, RuleText] = {}
    words: dict[str, Bilingual] = {}
    if (folder / "messages.yaml").exists():
        path = f"{name}/messages.yaml"
        for id, row in read_yaml(folder / "messages.yaml", root).items():
            with within(path, id):
                if not isinstance(row, dict):
                    raise MeasureError(Bilingual(f"{id} 应为一个映射", f"{id} must be a mapping"), path)
                if id == "_words":
                    words = {k: _bilingual(v, path, f"_words.{k}") for k, v in row.items()}
                else:
                    refuse_unknown(row, _TEXTS, path)
                    parts = (_bilingual(row.get(k), path, f"{id}.{k}") for k in _TEXTS)
                    texts[id] = RuleText(*parts)
    return _Written(measure, parameters, texts, words)


def _bilingual(value: Any, path: str, what: str) -> Bilingual:
    if not isinstance(value, dict) or set(value) != {"zh", "en"}:
        raise MeasureError(Bilingual(f"{what} 应写成 {{zh: …, en: …}}", f"{what} must be {{zh: …, en: …}}"), path)
    return Bilingual(str(value["zh"]), str(value["en"]))
