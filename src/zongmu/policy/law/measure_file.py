"""Reading ``measure.yaml``, the law's table of contents in this registry: every slip in it is an error with its place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, get_args

from zongmu.model.acts.kinds import KINDS
from zongmu.model.derived.views import DEFAULT_STAGES
from zongmu.model.finding import Bilingual
from zongmu.policy.law.measure import (
    UNIT,
    Coverage,
    KindUse,
    Measure,
    MeasureError,
    Modality,
    Reading,
    Sentence,
    refuse_unknown,
    within,
)


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
