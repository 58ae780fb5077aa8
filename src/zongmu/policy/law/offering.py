"""Which codes a field takes: told where somebody wrote none of them, by the titles of the city's measures."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

from zongmu.model.finding import Bilingual, Finding
from zongmu.store.fitting.codes import PATTERN
from zongmu.store.fitting.wording import nearest_code, perhaps, spelled, titled

_SHOWN: Final = 30


def offered(value: str, table: Mapping[str, Bilingual | None]) -> tuple[Bilingual, Bilingual]:
    """The question whether a code of *table* was meant by *value* (empty where none is near), and its codes with titles."""
    titles = _titles(table)
    meant = nearest_code(value, tuple(table), titles)
    first = list(dict.fromkeys((*meant, *table)))[:_SHOWN]
    named = [f"{code} {titles[code][0]}" if code in titles else code for code in meant]
    hint = Bilingual(perhaps(named).zh, perhaps(meant).en)
    return hint, spelled(first, titles)


def _titles(table: Mapping[str, Bilingual | None]) -> dict[str, tuple[str, str]]:
    return {code: (title.zh, title.en) for code, title in table.items() if title is not None}


def told_by_measure(told: Finding, codes: Mapping[str, Mapping[str, Bilingual | None]]) -> Finding:
    """*told* with the codes that the measures declare, where it says that a coded field holds no code at all."""
    table = codes.get(told.values.get("codelist") or "") if told.code == PATTERN.id else None
    if not table:
        return told
    value = told.values["value"]
    hint, allowed = offered(value, table)
    meant = titled(value, tuple(table), _titles(table))
    return dataclasses.replace(
        told,
        message=Bilingual(told.message.zh + hint.zh, told.message.en + hint.en),
        next_step=Bilingual(f"改成下列之一：{allowed.zh}", f"Use one of: {allowed.en}"),
        values={**told.values, "meant": meant[0]} if len(meant) == 1 else told.values,
    )
