"""Code lists with their titles: the closed ones of the model, and what the measures of a jurisdiction add.

The model knows no city. A list that it leaves open (class, path, document kinds, …) is closed by the measures that
apply in a jurisdiction; where none is encoded, or where none of them declares the list, it stays open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from zongmu.model.acts.kinds import KINDS
from zongmu.model.codes import CODE_LISTS
from zongmu.model.finding import Bilingual, Finding, Severity
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME
from zongmu.model.records.instance import Instance
from zongmu.policy.law.loading import placed
from zongmu.policy.law.measure import MeasureError
from zongmu.policy.law.measure_file import measure_from
from zongmu.store.fitting.validate import validate
from zongmu.store.reading import reader
from zongmu.store.trees import WorkTree

KIND_LIST = "milestone_kind"
"""The name of the list of milestone kinds."""


_MEND = Bilingual("请修复或补上这个文件后重试", "mend or add the file, then try again")


class CannotRead(Exception):
    """A file that the schemas are made from is missing or wrong: ``where`` (file:line:column), ``text`` what, ``step``
    what to do, in both languages."""

    def __init__(self, where: str, text: Bilingual, step: Bilingual = _MEND) -> None:
        self.where = where
        self.text = text
        self.step = step
        super().__init__(f"{where}: {text.en}")


@immutable
class Entry:
    """One code with its titles; *measures* that declare it, none for a code of the model."""

    code: str
    title: Bilingual
    measures: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()  # milestone kinds: fields that the measure asks for
    confirmed_by: str | None = None  # milestone kinds: the role whose endorsement gives effect


Entries = Mapping[str, Entry]
"""The codes of one list, in its order."""


@immutable
class Codes:
    """What the measures of one jurisdiction say about codes, taken together.

    *kinds* holds the milestone kinds that a measure declares, in the measures' order; a later measure's title wins.
    """

    jurisdiction: str
    measures: tuple[str, ...]
    lists: Mapping[str, Entries] = field(default_factory=dict)
    kinds: Entries = field(default_factory=dict)


@immutable
class Settings:
    """What the schemas need to know of an instance: its address (no slash at the end), whether its repository is
    public, and its jurisdictions with their measures."""

    address: str
    public: bool
    jurisdictions: Mapping[str, tuple[str, ...]]


def closed_lists() -> dict[str, Entries]:
    """The closed lists of the model."""
    return {
        name: {code: Entry(code, Bilingual(*titles)) for code, titles in codes.items()}
        for name, codes in CODE_LISTS.items()
    }


def model_kinds() -> dict[str, Entry]:
    """The milestone kinds of the model, in the order of a life."""
    return {code: Entry(code, Bilingual(kind.zh, kind.en)) for code, kind in KINDS.items()}


def settings(root: Path) -> Settings:
    """The settings of the instance at *root*. Raises :class:`CannotRead`."""
    record = BY_NAME["instance"]
    data = _bytes(root, record.example)
    parsed = reader.parse(data, record.example)
    made = validate(record, parsed.value, data=data, path=record.example)
    for told in (*parsed.findings, *(made.findings if parsed.value is not None else ())):
        if told.severity is Severity.BLOCKING:
            raise _refused(told)
    assert isinstance(made.model, Instance)
    return Settings(
        made.model.site.address.rstrip("/"),
        made.model.repository == "public",
        {city.id: city.measures for city in made.model.jurisdictions},
    )


def codes_of(root: Path, jurisdiction: str, measures: Sequence[str]) -> Codes:
    """The code lists and milestone kinds that *measures* declare, united. Raises :class:`CannotRead`."""
    lists: dict[str, dict[str, Entry]] = {}
    kinds: dict[str, Entry] = {}
    for measure in measures:
        data = _measure(root, measure)
        for name, codes in {**_mapping(data, "codes"), "role": _mapping(data, "roles"), **_stages(data)}.items():
            if isinstance(codes, Mapping) and codes:
                into = lists.setdefault(name, {})
                for code, title in codes.items():
                    _add(into, Entry(str(code), _title(title, str(code)), (measure,)))
        for code, said in _mapping(data, "milestones").items():
            _add(kinds, _kind(code, said if isinstance(said, Mapping) else {}, measure))
    return Codes(jurisdiction, tuple(measures), lists, kinds)


def _add(into: dict[str, Entry], entry: Entry) -> None:
    """A later measure's title and demands win; both stay named."""
    earlier = into.get(entry.code)
    measures = entry.measures if earlier is None else (*earlier.measures, *entry.measures)
    into[entry.code] = Entry(entry.code, entry.title, measures, entry.requires, entry.confirmed_by)


def _kind(code: str, said: Mapping[str, Any], measure: str) -> Entry:
    known = KINDS.get(code)
    title = said.get("title")
    if title is None and known is not None:
        title = {"zh": known.zh, "en": known.en}
    elif known is not None and isinstance(title, Mapping) and "en" not in title:
        title = {**title, "en": known.en}
    return Entry(code, _title(title, code), (measure,), tuple(said.get("requires") or ()), said.get("confirmed_by"))


def _stages(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The stages of a measure as one more list, joined with ``codes.stage`` where that gives the titles."""
    rows = [row for row in data.get("stages") or () if isinstance(row, Mapping) and "stage" in row]
    titles = _mapping(_mapping(data, "codes"), "stage")
    if not rows:
        return {}
    return {"stage": {**{str(r["stage"]): r.get("title", titles.get(r["stage"])) for r in rows}, **titles}}


def _title(said: Any, code: str) -> Bilingual:
    if isinstance(said, str):
        said = {"zh": said}
    if not isinstance(said, Mapping):
        said = {}
    plain = code.replace("_", " ")
    return Bilingual(str(said.get("zh") or said.get("en") or plain), str(said.get("en") or plain))


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, Mapping) else {}


def _measure(root: Path, measure: str) -> Mapping[str, Any]:
    path = f"checks/{measure}/measure.yaml"
    data = _bytes(root, path)
    parsed = reader.parse(data, path, nulls=True)
    for told in parsed.findings:
        raise _refused(told)
    if not isinstance(parsed.value, dict):
        raise CannotRead(path, Bilingual("应为一个映射", "must be a mapping"))
    try:
        measure_from(parsed.value, path)
    except MeasureError as wrong:
        line = placed(wrong, root).line
        raise CannotRead(path if line is None else f"{path}:{line}", wrong.message) from None
    return parsed.value


def _bytes(root: Path, path: str) -> bytes:
    try:
        return WorkTree(root).read(path)
    except FileNotFoundError:
        raise CannotRead(path, Bilingual("没有这个文件", "no such file")) from None
    except OSError:
        raise CannotRead(path, Bilingual("不是普通文件，或没有权限", "no regular file, or not permitted")) from None


def _refused(told: Finding) -> CannotRead:
    text = Bilingual(f"[{told.code}] {told.message.zh}", f"[{told.code}] {told.message.en}")
    return CannotRead(told.place, text, told.next_step)
