"""The cure of a rule for somebody who never sees a record: what it names by code is called by its Chinese title."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel

from zongmu.model.acts.kinds import KINDS
from zongmu.model.acts.milestones import FAMILIES
from zongmu.model.fields.titles import field_title
from zongmu.model.finding import Bilingual
from zongmu.model.records.project import Project

_CODE = re.compile(r"(?<![A-Za-z0-9_./-])(?:milestones/)?([a-z][a-z_]*)(?![A-Za-z0-9_./-])")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_COMMAND = "zongmu "


def titles_of(documents: Mapping[str, Bilingual | None]) -> dict[str, str]:
    """Code → Chinese title: fields of a project and of acts that bear one title wherever they are, papers of the measure, kinds
    of acts; what comes later in this order wins."""
    fields: dict[str, set[str]] = {}
    classes: tuple[type[BaseModel], ...] = (Project, *FAMILIES)
    for cls in classes:
        for attribute, info in cls.model_fields.items():
            name = info.alias or attribute
            fields.setdefault(name, set()).add(field_title(cls, name).zh)
    out = {name: titles.pop() for name, titles in fields.items() if len(titles) == 1}
    out |= {code: title.zh for code, title in documents.items() if title is not None}
    return out | {kind: title.zh for kind, title in KINDS.items()}


def in_words(text: str, titles: Mapping[str, str]) -> str:
    """*text* with its codes said by title; one that only repeats the words before it is left out. A command to type stays."""
    if _COMMAND in text:
        return text
    said = _BETWEEN.sub("", _CODE.sub(lambda m: titles.get(m[1], m[0]), text))
    for title in {titles[code] for code in _CODE.findall(text) if code in titles}:
        said = said.replace(f"{title}（{title}）", title)
    return re.sub(
        r"(?<=[\u4e00-\u9fff])[：:] ?(true|false)\b", lambda m: f"为“{'是' if m[1] == 'true' else '否'}”", said
    )
