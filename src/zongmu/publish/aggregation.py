"""What the public projects say together and none of them says alone (汇聚风险): whose work many bodies rest on, and which few
projects stand out by where they run or what was filed for them.

Made of what would be public after a release and of nothing else, so that this report cannot say more than the site. It asks
the reviewer to look; it keeps nothing back. Levels of protection, addresses, machine rooms and products are not public, and
so are in no group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from zongmu.disclosure.projection import PublicProject
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.publish.suppliers import plain_name

MANY_BODIES: Final = 3
"""From so many units on, one supplier in one role is a common point."""
FEW: Final = 2
"""Up to so many projects stand out …"""
AMONG: Final = 10
"""… among at least so many that say where they stand."""

Why = Literal["common", "few"]
Sort = Literal["supplier", "cloud", "network", "matter"]

SORTS: Final[Mapping[Sort, Bilingual]] = {
    "supplier": Bilingual("同一供应商", "One supplier"),
    "cloud": Bilingual("云", "Cloud"),
    "network": Bilingual("网络", "Network"),
    "matter": Bilingual("备案、同意事项", "A filing or consent"),
}
NOT_PUBLIC: Final = Bilingual(
    "网络安全等级、地址、机房、安全产品不在公开内容之内，不在此列",
    "levels of protection, addresses, machine rooms and products are not public, and not counted here",
)
_COMMON: Final[frozenset[Sort]] = frozenset({"supplier"})
"""Of what many share the many matter; of the rest, the few."""


class _Key(NamedTuple):
    """What a group has in common. ``within``: the city whose code it is, or the role of the supplier."""

    sort: Sort
    within: str
    value: str


@immutable
class Gathered:
    """Projects that have one thing in common.

    ``within``: the city whose code *value* is, or the role of the supplier whose name it is. ``added``: those of *projects*
    that are not public with it yet. ``units``: how many bodies own them. ``among``: projects that say anything of that sort.
    ``why``: what makes the group worth a look; None where nothing does.
    """

    sort: Sort
    within: str
    value: str
    city: str
    projects: tuple[str, ...]
    added: tuple[str, ...]
    units: int
    among: int
    why: Why | None


@dataclass(slots=True)
class _Group:
    name: str
    city: str
    projects: dict[str, None] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)


def gathered(publics: Iterable[PublicProject], before: Mapping[str, Mapping[str, Any]]) -> list[Gathered]:
    """Every group among *publics*, those that are worth a look first. *before*: the data that are public now, by project."""
    groups: dict[_Key, _Group] = {}
    saying: dict[tuple[Sort, str], set[str]] = {}
    known: dict[str, frozenset[_Key]] = {id: frozenset(key for key, _ in _said(data)) for id, data in before.items()}
    for public in publics:
        data = public.data()
        for key, name in _said(data):
            group = groups.setdefault(key, _Group(name, public.jurisdiction))
            group.projects[public.id] = None
            if "owner" in data:
                group.units.add(data["owner"])
            saying.setdefault((key.sort, key.within), set()).add(public.id)
    out = [
        Gathered(
            key.sort,
            key.within,
            group.name,
            group.city,
            tuple(group.projects),
            tuple(id for id in group.projects if key not in known.get(id, ())),
            len(group.units),
            among := len(saying[key.sort, key.within]),
            _why(key.sort, len(group.projects), len(group.units), among),
        )
        for key, group in groups.items()
    ]
    order = list(SORTS)
    return sorted(out, key=lambda g: (g.why is None, order.index(g.sort), -len(g.projects), g.within, g.value))


def _why(sort: Sort, projects: int, units: int, among: int) -> Why | None:
    if sort in _COMMON:
        return "common" if units >= MANY_BODIES else None
    return "few" if projects <= FEW and among >= AMONG else None


def _said(data: Mapping[str, Any]) -> Iterator[tuple[_Key, str]]:
    """What public *data* of a project say of it that others may have in common with it, with its name."""
    city = str(data["jurisdiction"])
    for act in data.get("milestones", ()):
        if act["kind"] == "contract_signed":
            for name, code in _suppliers(act):
                yield _Key("supplier", str(act.get("role", "")), code or plain_name(name)), name
        if "matter" in act:
            yield _Key("matter", city, act["matter"]), act["matter"]
    hosting = data.get("hosting", {})
    for sort in ("cloud", "network"):
        if sort in hosting:
            yield _Key(sort, city, hosting[sort]), hosting[sort]


def _suppliers(act: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Name and code of who signed a contract, members of a consortium too."""
    if "supplier" in act or "supplier_org" in act:
        yield act.get("supplier") or act["supplier_org"], act.get("supplier_uscc") or act.get("supplier_org")
    for member in act.get("members", ()):
        yield member["name"], member.get("uscc")


def data_of(groups: Iterable[Gathered]) -> list[dict[str, Any]]:
    """The groups as plain data."""
    return [
        {
            "sort": g.sort,
            "within": g.within,
            "value": g.value,
            "projects": list(g.projects),
            "added": list(g.added),
            "units": g.units,
            "among": g.among,
            "why": g.why,
        }
        for g in groups
    ]
