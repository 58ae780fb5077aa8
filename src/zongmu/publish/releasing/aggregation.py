"""What the public projects say together and none of them says alone (汇聚风险): whose work many bodies rest on, who guards
them, which few projects stand out by where they run or what was filed for them, and what joins a supplier with a body.

Made of what would be public after a release and of nothing else, so that this report cannot say more than the site. It asks
the reviewer to look; it keeps nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from zongmu.disclosure.findings import public_path
from zongmu.disclosure.projection import PublicProject
from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.model.records.instance import Instance
from zongmu.model.scalars import Money, Ratio
from zongmu.publish.derived.suppliers import plain_name

SECURITY_ROLES: Final = frozenset({"assessment"})
"""Roles of contracts that are of security whatever the name of the supplier: testing, graded protection, cryptography."""


@immutable
class Limits:
    """What makes a group worth a look; ``registry.yaml`` may say otherwise (``disclosure.aggregation``).

    ``bodies``: from so many units on, one supplier in one role is a common point. ``share``: from that share of all contract
    money on, one supplier is. ``few`` projects or fewer stand out. Of shares and of few nothing is said before ``among``
    projects say anything of that sort.
    ``words``: a contract whose supplier or lot has one of them is of security. ``hold``: no package unless somebody looked.
    """

    bodies: int = 3
    share: Ratio = Ratio(3000)
    few: int = 2
    among: int = 10
    words: tuple[str, ...] = ("安全", "密码", "等保", "等级保护", "密评", "商密", "网安")
    hold: bool = False


def limits_of(instance: Instance) -> Limits:
    """The limits of an instance, those of the house where it says nothing."""
    said = instance.disclosure.aggregation if instance.disclosure is not None else None
    if said is None:
        return HOUSE
    return Limits(
        said.bodies or HOUSE.bodies,
        said.share or HOUSE.share,
        said.few or HOUSE.few,
        said.among or HOUSE.among,
        said.words or HOUSE.words,
        said.hold,
    )


HOUSE: Final = Limits()

Why = Literal["common", "share", "few"]
Sort = Literal["security", "money", "supplier", "resource", "matter"]

SORTS: Final[Mapping[Sort, Bilingual]] = {
    "security": Bilingual("安全、密码、测评类供应商", "Supplier of security, cryptography or testing"),
    "money": Bilingual("占合同金额较大的供应商", "Supplier with a large share of the money"),
    "supplier": Bilingual("同一供应商", "One supplier"),
    "resource": Bilingual("共享平台、资源", "Shared platform or resource"),
    "matter": Bilingual("备案、同意事项", "A filing or consent"),
}
_SUPPLIERS: Final[frozenset[Sort]] = frozenset({"security", "money", "supplier"})
"""Of what many share the many matter; of the rest, the few."""

_HELD_BACK: Final = (
    ("security/mlps_level", Bilingual("等级保护级别", "level of protection")),
    ("security/cii", Bilingual("关键信息基础设施", "critical infrastructure")),
    ("hosting/cloud", Bilingual("所在的云和网络", "clouds and networks")),
    ("hosting/own_room", Bilingual("自有机房的情况", "state of an own machine room")),
    ("hosting/private_network", Bilingual("是否自建专网", "whether a network is its own")),
)
_NOT_RECORDED: Final = (
    Bilingual("机房地址", "addresses of machine rooms"),
    Bilingual("产品型号", "models of products"),
)
"""What a secrecy officer looks for and no field of a record holds."""


def not_public() -> list[Bilingual]:
    """What is in no group, since no public field holds it."""
    held = [title for path, title in _HELD_BACK if not public_path(path, frozenset())]
    return [*held, *_NOT_RECORDED]


class _Key(NamedTuple):
    """What a group has in common. ``within``: the city whose code it is, or the role of the supplier."""

    sort: Sort
    within: str
    value: str


@immutable
class Gathered:
    """Projects that have one thing in common.

    ``within``: the city whose code *value* is, or the role of the supplier whose name it is. ``added``: those of *projects*
    that are not public with it yet. ``units``: how many bodies own them; ``systems``: how many they build, extend or
    maintain. ``among``: projects that say anything of that sort. ``money``: of the contracts, as far as amounts are known,
    ``share``: of the money of that sort. ``why``: what makes the group worth a look; None where nothing does.
    """

    sort: Sort
    within: str
    value: str
    city: str
    projects: tuple[str, ...]
    added: tuple[str, ...]
    units: int
    systems: int
    among: int
    money: Money | None
    share: Ratio | None
    why: Why | None


@immutable
class Join:
    """A public value that stands beside the unit of a project: in how many projects, in how many pairs with a unit.

    ``where``: the tables of the site that have both in a row.
    """

    title: Bilingual
    where: tuple[str, ...]
    projects: int
    pairs: int


@immutable
class Together:
    """All of it. ``contracts`` of security, and of how many of them the exact amount is public."""

    groups: tuple[Gathered, ...]
    joins: tuple[Join, ...]
    contracts: int
    amounts: int

    @property
    def notable(self) -> list[Gathered]:
        """The groups that are worth a look."""
        return [g for g in self.groups if g.why is not None]

    @property
    def grown(self) -> list[Gathered]:
        """Those to which this release adds."""
        return [g for g in self.notable if g.added]


@dataclass(slots=True)
class _Group:
    name: str
    city: str
    projects: dict[str, None] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    systems: set[str] = field(default_factory=set)
    money: list[Money] = field(default_factory=list)


class _Said(NamedTuple):
    key: _Key
    name: str
    money: Money | None = None


def gathered(publics: Iterable[PublicProject], before: Mapping[str, Mapping[str, Any]], limits: Limits) -> Together:
    """Every group among *publics*, those that are worth a look first. *before*: the data that are public now, by project."""
    datas = [public.data() for public in publics]
    codes = _codes([*datas, *before.values()])
    groups: dict[_Key, _Group] = {}
    saying: dict[tuple[Sort, str], set[str]] = {}
    known = {id: frozenset(said.key for said in _said(data, codes, limits)) for id, data in before.items()}
    for data in datas:
        for key, name, money in _said(data, codes, limits):
            group = groups.setdefault(key, _Group(name, str(data["jurisdiction"])))
            group.projects[data["id"]] = None
            group.systems.update(_systems(data))
            if "owner" in data:
                group.units.add(data["owner"])
            if money is not None:
                group.money.append(money)
            saying.setdefault((key.sort, key.within), set()).add(data["id"])
    whole = {at: Money.total(m for k, g in groups.items() if k[:2] == at for m in g.money) for at in saying if at[0] in _SUPPLIERS}  # fmt: skip
    out = []
    for key, group in groups.items():
        among = len(saying[key[:2]])
        money = Money.total(group.money) if group.money else None
        out.append(
            Gathered(
                key.sort,
                key.within,
                group.name,
                group.city,
                tuple(group.projects),
                tuple(id for id in group.projects if key not in known.get(id, ())),
                len(group.units),
                len(group.systems),
                among,
                money,
                Ratio.of(money, whole[key[:2]]) if money is not None else None,
                _why(key.sort, group, among, money, whole.get(key[:2], Money.ZERO), limits),
            )
        )
    order = list(SORTS)
    out.sort(key=lambda g: (g.why is None, order.index(g.sort), -len(g.projects), g.within, g.value))
    contracts = [c for data in datas for c in _contracts(data, codes, limits) if c.security and c.leads]
    return Together(tuple(out), tuple(_joins(datas)), len(contracts), sum(c.money is not None for c in contracts))


def _why(sort: Sort, group: _Group, among: int, money: Money | None, whole: Money, limits: Limits) -> Why | None:
    if sort == "money":
        much = money is not None and money.fen * 10_000 >= limits.share.bp * whole.fen > 0
        return "share" if much and among >= limits.among else None
    if sort in _SUPPLIERS:
        return "common" if len(group.units) >= limits.bodies else None
    return "few" if len(group.projects) <= limits.few and among >= limits.among else None


def _said(data: Mapping[str, Any], codes: Mapping[str, str], limits: Limits) -> Iterator[_Said]:
    """What public *data* of a project say of it that others may have in common with it, with its name."""
    city = str(data["jurisdiction"])
    for c in _contracts(data, codes, limits):
        yield _Said(_Key("supplier", c.role, c.who), c.name, c.money)
        yield _Said(_Key("money", "", c.who), c.name, c.money)
        if c.security:
            yield _Said(_Key("security", "", c.who), c.name, c.money)
    for act in data.get("milestones", ()):
        if "matter" in act:
            yield _Said(_Key("matter", city, act["matter"]), act["matter"])
    for row in data.get("shared_resources", ()):
        if row.get("used"):
            yield _Said(_Key("resource", city, row["resource"]), row["resource"])


class _Contract(NamedTuple):
    """What somebody has in a contract: the amount is with who leads, so that none counts twice."""

    who: str
    name: str
    role: str
    security: bool
    leads: bool
    money: Money | None


def _contracts(data: Mapping[str, Any], codes: Mapping[str, str], limits: Limits) -> Iterator[_Contract]:
    acts = data.get("milestones", ())
    supplements = (a for a in acts if a["kind"] == "contract_supplemented" and "amount" in a)
    later = {act["of"]: act["amount"] for act in sorted(supplements, key=lambda act: str(act["date"]))}
    for act in acts:
        if act["kind"] == "contract_signed":
            key = f"contract_signed/{act['seq']}" if "seq" in act else "contract_signed"
            amount, role, lot = later.get(key, act.get("amount")), str(act.get("role", "")), str(act.get("lot", ""))
            for name, code, leads in _parties(act):
                plain = plain_name(name)
                security = role in SECURITY_ROLES or any(word in text for word in limits.words for text in (name, lot))
                money = Money.parse(amount) if leads and amount is not None else None
                yield _Contract(code or codes.get(plain, plain), name, role, security, leads, money)


def _parties(act: Mapping[str, Any]) -> Iterator[tuple[str, str | None, bool]]:
    """Name and code of who signed a contract, members of a consortium too, and whether it leads."""
    leader = act.get("supplier") or act.get("supplier_org")
    if leader:
        yield leader, act.get("supplier_uscc") or act.get("supplier_org"), True
    for member in act.get("members", ()):
        if not leader or plain_name(member["name"]) != plain_name(leader):
            yield member["name"], member.get("uscc"), False


def _codes(datas: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The code of each supplier by its name, where every contract that gives one gives the same."""
    found: dict[str, set[str]] = {}
    for data in datas:
        for act in data.get("milestones", ()):
            for name, code, _ in _parties(act) if act["kind"] == "contract_signed" else ():
                if code:
                    found.setdefault(plain_name(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _systems(data: Mapping[str, Any]) -> set[str]:
    return {system for name in ("builds", "extends", "maintains") for system in data.get(name, ())}


# ── what joins a product or a supplier with a unit ──


def _acts(kind: str, *names: str) -> Callable[[Mapping[str, Any]], Iterator[str]]:
    return lambda data: (str(a[n]) for a in data.get("milestones", ()) if a["kind"] == kind for n in names if n in a)


def _signing(data: Mapping[str, Any]) -> Iterator[str]:
    return (name for a in data.get("milestones", ()) if a["kind"] == "contract_signed" for name, _, _ in _parties(a))


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "summary", "necessity_public", "content_public", "policy_basis_public"):
        if name in data:
            yield str(data[name])
    yield from (str(row["name"]) for row in data.get("scope", ()) if "name" in row)


_JOINS: Final[Sequence[tuple[Bilingual, tuple[str, ...], Callable[[Mapping[str, Any]], Iterable[str]]]]] = (
    (
        Bilingual("合同的供应商（含金额）", "Supplier of a contract (with its amount)"),
        ("suppliers/", "data/csv/contracts.csv", "data/csv/contract_parties.csv"),
        _signing,
    ),
    (Bilingual("合同的标段", "Lot of a contract"), ("data/csv/contracts.csv",), _acts("contract_signed", "lot")),
    (
        Bilingual("中标供应商", "Winner of a procurement"),
        ("data/csv/milestones.csv",),
        _acts("procurement_awarded", "winner"),
    ),
    (Bilingual("系统", "Systems"), ("systems/", "data/csv/systems.csv"), _systems),
    (
        Bilingual("共享平台、资源", "Shared platforms and resources"),
        ("resources/", "data/csv/shared_resources.csv"),
        lambda data: (row["resource"] for row in data.get("shared_resources", ())),
    ),
    (
        Bilingual("自由文本（机器认不出产品名，须人看）", "Free texts (no machine knows a product by its name: read them)"),
        ("projects/", "data/csv/projects.csv", "data/csv/scope.csv"),
        _texts,
    ),
)  # fmt: skip
"""Public values that stand beside the owner of a project, and the tables of the site that have both. A test holds that these
are there."""


def _joins(datas: Sequence[Mapping[str, Any]]) -> Iterator[Join]:
    """Those of which anything is recorded."""
    for title, where, read in _JOINS:
        pairs, having = set[tuple[str, str]](), 0
        for data in datas:
            values = set(read(data))
            having += bool(values)
            pairs |= {(value, str(data.get("owner"))) for value in values}
        if having:
            yield Join(title, where, having, len(pairs))


def data_of(found: Together) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "groups": [
            {
                "sort": g.sort,
                "within": g.within,
                "value": g.value,
                "projects": list(g.projects),
                "added": list(g.added),
                "units": g.units,
                "systems": g.systems,
                "among": g.among,
                "amount": str(g.money) if g.money is not None else None,
                "share": str(g.share) if g.share is not None else None,
                "why": g.why,
            }
            for g in found.groups
        ],
        "joins": [
            {"what": j.title.zh, "where": list(j.where), "projects": j.projects, "pairs": j.pairs} for j in found.joins
        ],
        "security_contracts": {"contracts": found.contracts, "with_amount": found.amounts},
        "not_public": [title.zh for title in not_public()],
    }
