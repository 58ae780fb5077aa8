"""A measure as data: where it comes from, when it is in force, its sentences, code lists, roles, stages and readings.

``measure.yaml`` is the law's table of contents in this registry. No sentence of the law is quoted: an address, a gist in our
own words, and the words that carry a number. The engine knows no city; everything a city calls by name comes from here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from zongmu.model.derive import DEFAULT_STAGES
from zongmu.model.finding import Bilingual, Severity, immutable
from zongmu.model.kinds import KINDS
from zongmu.model.scalars import SCALAR_MESSAGES

Modality = Literal["must", "principle", "may", "authority", "declares"]
Coverage = Literal["automated", "attested", "structural", "informational", "missing", "todo"]
LawStatus = Literal["in_force", "before", "expired", "unset"]
AfterExpiry = Literal["none", "advisory", "continued"]

SEVERITY: dict[str, Severity] = {
    "must": Severity.BLOCKING,
    "principle": Severity.WARNING,
    "may": Severity.NOTICE,
    "authority": Severity.NOTICE,
    "declares": Severity.NONE,
}
"""What a failed rule weighs by the modality of the sentence part it cites."""

UNIT = "unit"
"""``binds`` of a sentence that binds the project unit; any other value is a role of the measure."""


class MeasureError(Exception):
    """A measure folder that cannot be used. Holds the file and, where known, the line.

    ``place`` leads through the data of a YAML file to what is wrong (``("sentences", 3)``); the loader makes a line of it.
    """

    def __init__(
        self, message: Bilingual, path: str, line: int | None = None, place: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(message.zh)
        self.message = message
        self.path = path
        self.line = line
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.path, self.line, self.place)

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message.zh} / {self.message.en}"


@contextmanager
def within(path: str, *place: str | int) -> Iterator[None]:
    """Reading the part *place* of the file *path*: whatever is wrong in it becomes a :class:`MeasureError` there."""
    try:
        yield
    except MeasureError as problem:
        problem.place = (*place, *problem.place)
        raise
    except KeyError as lacking:
        raise MeasureError(Bilingual(f"缺少 {lacking}", f"lacks {lacking}"), path, place=place) from None
    except ValueError as problem:
        said = scalar_message(str(problem)) or Bilingual(f"值不对：{problem}", f"wrong value: {problem}")
        raise MeasureError(said, path, place=place) from None
    except (TypeError, AttributeError):
        text = Bilingual(
            "结构不对：这里应是映射、列表或文字中的另一种",
            "a mapping, a list or a text is wanted here, and this is another",
        )
        raise MeasureError(text, path, place=place) from None


def scalar_message(problem: str) -> Bilingual | None:
    """What is wrong with an amount, a day or a length of time, by the code that its reader gives; None for other errors."""
    texts = SCALAR_MESSAGES.get(problem.split(":")[0])
    return None if texts is None else Bilingual(*texts)


@immutable
class Sentence:
    """One sentence, or part of one, of the text at hand.

    ``field``: where what the sentence asks for has its place, as paths from a record (``organizations/type``; of a project without its
    folder), several with commas between; ``measure.yaml/in_force`` is of the measure itself. ``vouched_by``: who gives the evidence that
    ``attested`` names. ``hash``: of the wording that was read (``LawSentence.digest``), since the text itself is not kept.
    """

    at: str
    gist: Bilingual
    modality: Modality
    binds: str
    coverage: Coverage
    rules: tuple[str, ...] = ()
    attested: tuple[str, ...] = ()
    field: str | None = None
    reason: Bilingual | None = None
    words: str | None = None
    vouched_by: str = UNIT
    hash: str | None = None
    also_binds: tuple[str, ...] = ()  # whom it names beside ``binds``, whose queue it goes to

    @property
    def bound(self) -> tuple[str, ...]:
        """Whom it binds; nobody where it only declares, or is missing."""
        return () if self.modality == "declares" else (self.binds, *self.also_binds)


@immutable
class Reading:
    """How an open point of the text is read here, and how else it could be read.

    ``lowers``: it matters only to the findings that it lowers, and is shown there and not beside others of the same rule.
    """

    id: str
    clauses: tuple[str, ...]
    point: Bilingual
    taken: Bilingual
    other: Bilingual | None = None
    lowers: bool = False


@immutable
class KindUse:
    """How a measure uses a milestone kind."""

    kind: str
    title: Bilingual | None
    confirmed_by: str | None
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One measure of one city."""

    id: str
    title: Bilingual
    prefix: str
    text_status: str
    number: str | None
    since: dt.date | None
    until: dt.date | None
    since_setting: bool
    replaces: Bilingual | None
    roles: Mapping[str, Bilingual]
    codes: Mapping[str, Mapping[str, Bilingual]]
    milestones: Mapping[str, KindUse]
    stages: tuple[tuple[str, tuple[str, ...]], ...]
    sentences: Mapping[str, Sentence]
    readings: Mapping[str, Reading]
    source: Bilingual | None = None
    waivable_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Level of the project (``any``: of every level) → roles that may waive where a rule names none. Nobody else may."""
    text_sentences: int | None = None
    """How many sentences the articles of the text at hand have; None where nobody has counted."""

    def may_waive(self, level: str | None) -> tuple[str, ...]:
        """The roles that may waive, for a project of that *level*, what no rule leaves to a body of its own."""
        return (*self.waivable_by.get("any", ()), *self.waivable_by.get(level or "", ()))

    def status(self, day: dt.date, since: dt.date | None) -> LawStatus:
        """Where *day* lies to the validity of the measure, which begins on *since*; both ends are in force."""
        if since is None:
            return "unset"
        if day < since:
            return "before"
        if self.until is not None and day > self.until:
            return "expired"
        return "in_force"

    def sentence(self, address: str) -> Sentence | None:
        """The sentence at *address*, or None."""
        return self.sentences.get(address)


def _text(value: Any, path: str, what: str) -> Bilingual:
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return Bilingual(str(value["zh"]), str(value["en"]))
    raise MeasureError(Bilingual(f"{what} 应写成 {{zh: …, en: …}}", f"{what} must be {{zh: …, en: …}}"), path)


def _maybe_text(value: Any, path: str, what: str) -> Bilingual | None:
    return None if value is None else _text(value, path, what)


def _day(value: Any, path: str, what: str) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise MeasureError(Bilingual(f"{what} 不是日期：{value}", f"{what} is not a date: {value}"), path) from None


def _choice(value: Any, allowed: tuple[str, ...], path: str, what: str) -> Any:
    if value not in allowed:
        raise MeasureError(
            Bilingual(
                f"{what} 的值 {value} 不在 {'、'.join(allowed)} 之内",
                f"{what} is {value}, not one of {', '.join(allowed)}",
            ),
            path,
        )
    return value


def _words(value: Any, path: str, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise MeasureError(Bilingual(f"{what} 应写成列表 […]", f"{what} must be a list […]"), path)
    return tuple(value)


def _known(row: Any, keys: frozenset[str], path: str) -> Mapping[str, Any]:
    """*row* as a mapping with no other keys than *keys*: a misspelt one would silently fall back to its default."""
    if not isinstance(row, dict):
        raise MeasureError(Bilingual("应为一个映射", "must be a mapping"), path)
    refuse_unknown(row, keys, path)
    return row


def nearest(word: str, known: Collection[str]) -> Bilingual:
    """Which of the *known* words may be meant by *word*, to stand behind what is said of it; empty where none is near."""
    import difflib

    meant = difflib.get_close_matches(word, known, 1)
    return Bilingual(f"；是不是 {meant[0]}？", f"; is {meant[0]} meant?") if meant else Bilingual("", "")


def refuse_unknown(row: Mapping[str, Any], keys: Collection[str], path: str, *, zh: str = "", en: str = "") -> None:
    """Raise :class:`MeasureError` at the first key of *row* that is none of *keys*, with the nearest that is one."""
    for key in row:
        if key not in keys:
            hint = nearest(str(key), keys)
            text = Bilingual(f"{zh}未知的键 {key}{hint.zh}", f"{en}unknown key {key}{hint.en}")
            raise MeasureError(text, path, place=(str(key),))


_KEYS = frozenset(
    {
        "id", "prefix", "title", "text_status", "number", "in_force", "replaces", "roles", "codes", "milestones", "stages",
        "sentences", "readings", "source", "text_sentences", "waivable_by",
    }
)  # fmt: skip


def is_own(field: str) -> bool:
    """Whether ``field`` of a sentence names a key of the measure's own file."""
    return field.startswith(OWN_FILE) and field.removeprefix(OWN_FILE) in _KEYS


_SENTENCE_KEYS = frozenset(
    {
        "at",
        "gist",
        "modality",
        "binds",
        "also_binds",
        "class",
        "rules",
        "attested",
        "vouched_by",
        "field",
        "reason",
        "words",
        "hash",
    }
)
_READING_KEYS = frozenset({"id", "clauses", "point", "taken", "other", "lowers"})
_USE_KEYS = frozenset({"title", "confirmed_by", "requires"})
OWN_FILE = "measure.yaml/"
"""What ``field`` of a sentence begins with where the measure's own file, and no record, holds what the sentence says."""
SETTING = "setting"
"""``in_force.from`` where the text does not say: the instance does, in ``registry.yaml``."""


def measure_from(data: Mapping[str, Any], path: str) -> Measure:
    """A measure from the plain data of its ``measure.yaml``. Raises :class:`MeasureError` with file and place named."""
    with within(path):
        _known(data, _KEYS, path)
        roles = _texts(data, "roles", path)
        with within(path, "in_force"):
            in_force = _known(data.get("in_force", {}), frozenset({"from", "to"}), path)
            setting = in_force.get("from", SETTING) == SETTING
            since = None if setting else _day(in_force.get("from"), path, "in_force.from")
            until = _day(in_force.get("to"), path, "in_force.to")
            if since is not None and until is not None and until < since:
                raise MeasureError(
                    Bilingual(f"失效日 {until} 早于施行日 {since}", f"it ends ({until}) before it begins ({since})"),
                    path,
                )
        return Measure(
            id=str(data["id"]),
            title=_titled(data, path),
            prefix=str(data["prefix"]),
            text_status=str(data.get("text_status", "official")),
            number=data.get("number"),
            since=since,
            until=until,
            since_setting=setting,
            replaces=_maybe_text(data.get("replaces"), path, "replaces"),
            roles=roles,
            codes={name: _texts(data["codes"], name, path, "codes") for name in data.get("codes", {})},
            milestones=_uses(data.get("milestones", {}), path, roles),
            stages=_stages(data.get("stages", ()), path) or DEFAULT_STAGES,
            sentences=_sentences(data.get("sentences", ()), path, roles),
            readings=_readings(data.get("readings", ()), path),
            source=_maybe_text(data.get("source"), path, "source"),
            waivable_by=_waivable_by(data, path, roles),
            text_sentences=_count(data.get("text_sentences"), path),
        )


def _count(value: Any, path: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise MeasureError(
        Bilingual(f"text_sentences 应是正整数：{value}", f"text_sentences must be a positive number: {value}"),
        path,
        place=("text_sentences",),
    )


def _titled(data: Mapping[str, Any], path: str) -> Bilingual:
    title = data["title"]
    with within(path, "title"):
        return _text(title, path, "title")


def _waivable_by(data: Mapping[str, Any], path: str, roles: Mapping[str, Bilingual]) -> dict[str, tuple[str, ...]]:
    with within(path, "waivable_by"):
        levels = _known(data.get("waivable_by", {}), frozenset({"any", *data.get("codes", {}).get("level", {})}), path)
        out = {level: _words(named, path, f"waivable_by.{level}") for level, named in levels.items()}
        for level, named in out.items():
            for role in named:
                _choice(role, tuple(roles), path, f"waivable_by.{level}")
        return out


def _texts(data: Mapping[str, Any], name: str, path: str, *place: str) -> dict[str, Bilingual]:
    with within(path, *place, name):
        return {code: _text(text, path, f"{name} {code}") for code, text in data.get(name, {}).items()}


def _role(role: Any, roles: Mapping[str, Bilingual], path: str, what: str) -> str:
    return str(_choice(role, (UNIT, *roles), path, what))


def _uses(data: Mapping[str, Any], path: str, roles: Mapping[str, Bilingual]) -> dict[str, KindUse]:
    out = {}
    for kind, row in data.items():
        with within(path, "milestones", kind):
            _choice(kind, tuple(KINDS), path, "milestones")
            use = _known(row, _USE_KEYS, path)
            title = _maybe_text(use.get("title"), path, f"{kind} title")
            by = use.get("confirmed_by")
            confirmed_by = None if by is None else _role(by, roles, path, f"{kind} confirmed_by")
            out[kind] = KindUse(kind, title, confirmed_by, _words(use.get("requires", []), path, f"{kind} requires"))
    return out


def _stages(rows: Any, path: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    out = []
    for n, row in enumerate(rows):
        with within(path, "stages", n):
            stage = _known(row, frozenset({"stage", "from"}), path)
            kinds = _words(stage["from"], path, "from")
            for kind in kinds:
                _choice(kind, tuple(KINDS), path, "from")
            out.append((str(stage["stage"]), kinds))
    return tuple(out)


def _hash(value: Any, path: str, at: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{12}", str(value)):
        text = f"{at} hash 应是十二位十六进制数：{value}", f"{at} hash must be twelve hexadecimal digits: {value}"
        raise MeasureError(Bilingual(*text), path)
    return str(value)


def _sentences(rows: Any, path: str, roles: Mapping[str, Bilingual]) -> dict[str, Sentence]:
    out: dict[str, Sentence] = {}
    for n, data in enumerate(rows):
        with within(path, "sentences", n):
            row = _known(data, _SENTENCE_KEYS, path)
            at = str(row["at"])
            if at in out:
                raise MeasureError(Bilingual(f"条款 {at} 列了两次", f"sentence {at} is listed twice"), path)
            binds = _role(row.get("binds", UNIT), roles, path, f"{at} binds")
            out[at] = Sentence(
                at=at,
                gist=_text(row.get("gist"), path, f"{at} gist"),
                modality=_choice(row.get("modality", "declares"), get_args(Modality), path, f"{at} modality"),
                binds=binds,
                coverage=_choice(row.get("class"), get_args(Coverage), path, f"{at} class"),
                rules=_words(row.get("rules", []), path, f"{at} rules"),
                attested=_words(row.get("attested", []), path, f"{at} attested"),
                field=row.get("field"),
                reason=_maybe_text(row.get("reason"), path, f"{at} reason"),
                words=row.get("words"),
                vouched_by=_role(row.get("vouched_by", binds), roles, path, f"{at} vouched_by"),
                hash=None if "hash" not in row else _hash(row["hash"], path, at),
                also_binds=tuple(
                    _role(role, roles, path, f"{at} also_binds")
                    for role in _words(row.get("also_binds", []), path, f"{at} also_binds")
                ),
            )
    return out


def _readings(rows: Any, path: str) -> dict[str, Reading]:
    out: dict[str, Reading] = {}
    for n, data in enumerate(rows):
        with within(path, "readings", n):
            row = _known(data, _READING_KEYS, path)
            id = str(row["id"])
            if id in out:
                raise MeasureError(Bilingual(f"读法 {id} 列了两次", f"reading {id} is listed twice"), path)
            out[id] = Reading(
                id=id,
                clauses=_words(row.get("clauses", []), path, f"{id} clauses"),
                point=_text(row.get("point"), path, f"{id} point"),
                taken=_text(row.get("taken"), path, f"{id} taken"),
                other=_maybe_text(row.get("other"), path, f"{id} other"),
                lowers=row.get("lowers") is True,
            )
    return out
