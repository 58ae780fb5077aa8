"""Loading ``checks/``: measures, parameters, messages, rules, facts, hygiene. Wrong law is an error here, not a wrong verdict later.

``checks`` is imported by path from the instance root, one version per process (decision 21). Everything that can be wrong with a
measure folder is found on loading and reported with its file: a citation of a sentence that does not exist, a rule without
messages or examples, an automated sentence without a rule, an exception that two rules share.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.policy.law_files import LawFiles
from zongmu.policy.measure import Measure, MeasureError, refuse_unknown, within
from zongmu.policy.measure_file import measure_from
from zongmu.policy.parameters import Parameter, parameters_from
from zongmu.policy.rules import Check, FactSource, Rule
from zongmu.store.cache import Cache
from zongmu.store.prints import folder_print
from zongmu.store.reader import parse
from zongmu.store.refusal import refusal

PACKAGE = "checks"
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

    @cached_property
    def print(self) -> str | None:
        """The print of all files of the law; None where there are none."""
        return self.known_print or (folder_print(self.folder) if self.folder is not None else None)

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
    folder = root / PACKAGE
    problems: list[MeasureError] = []
    measures: dict[str, LoadedMeasure] = {}
    common: list[Check] = []
    if not folder.is_dir():
        return Checks({}, ())
    files = LawFiles(folder, cache) if cache is not None else None
    known = files is not None and files.sound
    if not known and (odd := tuple(_no_files(folder, root))):
        return Checks({}, (), odd)
    try:
        _claim_package(folder)
    except (Exception, SystemExit) as crash:
        return Checks({}, (), (_not_imported(crash, folder, root),))
    for sub in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(("_", "."))):
        try:
            modules = list(_modules(sub))
        except (Exception, SystemExit) as crash:
            problems.append(_not_imported(crash, sub, root))
            continue
        if sub.name == COMMON:
            common.extend(_found(modules, Check))
            continue
        if not (sub / "measure.yaml").exists():
            continue
        try:
            loaded = _load_measure(sub, modules, root, files)
        except MeasureError as problem:
            problems.append(placed(problem, root))
            continue
        if not known:
            from zongmu.policy.inspection import inspect

            problems.extend(placed(p, root) for p in inspect(loaded, root))
        if loaded.measure.id != sub.name:
            text = Bilingual(
                f"办法编号 {loaded.measure.id} 应与文件夹名 {sub.name} 相同",
                f"the id {loaded.measure.id} must be the name of its folder, {sub.name}",
            )
            problems.append(placed(MeasureError(text, f"{PACKAGE}/{sub.name}/measure.yaml", place=("id",)), root))
        if loaded.measure.id in measures:
            text = Bilingual(f"办法编号 {loaded.measure.id} 用了两次", f"measure id {loaded.measure.id} is used twice")
            problems.append(MeasureError(text, f"{PACKAGE}/{sub.name}/measure.yaml"))
        measures[loaded.measure.id] = loaded
    if not known:
        from zongmu.policy.inspection import shared_ids

        problems.extend(shared_ids(measures.values(), common))
        if files is not None and not problems:
            files.keep()
    facts = {f.id: f for loaded in measures.values() for f in loaded.facts}
    for check in common:
        facts.update({f.id: f for f in check.reads})
    return Checks(measures, tuple(common), tuple(problems), facts, folder, files.print if files is not None else None)


def _no_files(folder: Path, root: Path) -> Iterator[MeasureError]:
    """What bears the name of a file of the law and is none: a pipe would make us wait for ever."""
    folders = [folder, *(p for p in sorted(folder.iterdir()) if p.is_dir())]
    for one in (*folders, *(p / "examples" for p in folders if (p / "examples").is_dir())):
        for file in sorted(one.iterdir()):
            if file.suffix in (".py", ".yaml") and not file.is_file():
                path = file.relative_to(root).as_posix()
                yield MeasureError(Bilingual("应为普通文件", "must be a regular file"), path)
    for one in folders[1:]:
        for file in sorted(one.glob("*/**/*.py")):
            said = Bilingual(
                f"规则文件直接放在 {one.name}/ 里，子文件夹里的不会读取",
                f"files of rules stand in {one.name}/ itself; those in a folder below are not read",
            )
            yield MeasureError(said, file.relative_to(root).as_posix())


def _not_imported(crash: BaseException, folder: Path, root: Path) -> MeasureError:
    """What a module that cannot be imported is reported as: its file and line, not a traceback."""
    path, line = _begun(folder).relative_to(root).as_posix(), None
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(crash.__traceback__)]
    if isinstance(crash, SyntaxError) and crash.filename is not None:
        places.append((crash.filename, crash.lineno))
    for name, number in places:
        if Path(name).is_relative_to(folder):
            path, line = Path(name).relative_to(root).as_posix(), number
    said = crash.msg if isinstance(crash, SyntaxError | ImportError) else str(crash)
    said = re.sub(r" \(/[^)]*\)$", "", said)  # an ImportError ends in a path of this machine
    text = f"{type(crash).__name__}: {said}"
    return MeasureError(Bilingual(f"无法导入：{text}", f"cannot be imported: {text}"), path, line)


def placed(problem: MeasureError, root: Path) -> MeasureError:
    """*problem* with the line of the place it names in its YAML file."""
    if problem.line is None and problem.place:
        from zongmu.store.positions import Positions

        with suppress(OSError):
            places = Positions.of((root / problem.path).read_bytes())
            problem.line = places.find(problem.place, key=isinstance(problem.place[-1], str)).line
    return problem


def _claim_package(folder: Path) -> None:
    """Make ``import checks`` mean *folder*, dropping another root's package from this process."""
    present = sys.modules.get(PACKAGE)
    if present is not None and list(getattr(present, "__path__", [])) == [str(folder)]:
        return
    for name in [n for n in sys.modules if n == PACKAGE or n.startswith(PACKAGE + ".")]:
        del sys.modules[name]
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        PACKAGE, init if init.exists() else None, submodule_search_locations=[str(folder)]
    )
    if spec is None:
        spec = importlib.util.spec_from_loader(PACKAGE, loader=None, is_package=True)
        assert spec is not None
        spec.submodule_search_locations = [str(folder)]
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    if spec.loader is not None and init.exists():
        spec.loader.exec_module(module)


def _begun(folder: Path) -> Path:
    """The file below *folder* whose import failed before a line of it ran: the first in order that is not imported."""
    package = "" if folder.name == PACKAGE else f"{PACKAGE}.{folder.name}."
    for file in (folder / "__init__.py", *sorted(folder.glob("*.py"))):
        if file.is_file() and f"{package}{file.stem}".removesuffix(".__init__") not in sys.modules:
            return file
    return folder


def _modules(folder: Path) -> Iterator[ModuleType]:
    for file in sorted(folder.glob("*.py")):
        if file.name != "__init__.py":
            yield importlib.import_module(f"{PACKAGE}.{folder.name}.{file.stem}")


def _found(modules: Iterable[ModuleType], cls: type[Any]) -> Iterator[Any]:
    """Objects of *cls* that a module itself declares, in the order of the file."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, cls) and (not hasattr(value, "module") or value.module == module.__name__):
                yield value


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
    rules = tuple(_found(modules, Rule))
    # A module may import the facts of another: each is taken once.
    facts = tuple({f.id: f for f in _found(modules, FactSource)}.values())
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
