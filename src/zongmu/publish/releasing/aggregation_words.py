"""What projects say together, in words: for the plan on a terminal, and for the sheet."""

from __future__ import annotations

from collections.abc import Iterator

from zongmu.model.finding import Bilingual
from zongmu.publish.releasing.aggregation import SORTS, Gathered, Limits, Together, not_public
from zongmu.publish.rendering.say import Say
from zongmu.report.terminal import printable

_NAMED = 6
"""Projects of a group that a line names …"""
LISTED = 24
"""… and the sheet."""


def looked_at(limits: Limits) -> Bilingual:
    """What makes a group worth a look."""
    n = limits
    return Bilingual(
        f"列出的是：{n.bodies} 个以上单位共用的供应商；同类 {n.among} 个以上项目中，占合同金额 {n.share} 以上的供应商，只有 {n.few} 个项目以内的",
        f"listed are: suppliers of {n.bodies} bodies or more; among {n.among} projects or more, suppliers with {n.share} of the "
        f"contract money or more, and what is true of {n.few} projects or fewer",
    )


def unlisted() -> Bilingual:
    """What is in no group because it is not public."""
    names = not_public()
    return Bilingual(
        f"{'、'.join(name.zh for name in names)}不在公开内容之内，不在此列",
        f"{', '.join(name.en for name in names)}: not public, and not counted here",
    )


def named(group: Gathered, say: Say) -> tuple[str, str]:
    """What the projects of a group have in common, and how many they are."""
    title = SORTS[group.sort].pick(say.lang)
    colon, comma = ("：", "，") if say.zh else (": ", ", ")
    if group.sort in ("supplier", "money", "security"):
        body = say.release.organizations.get(group.value)
        if group.sort == "supplier" and group.within:
            title = say.code(group.city, "contract_role", group.within)
        parts = [
            f"{group.units} 个单位的 {len(group.projects)} 个项目"
            if say.zh
            else f"{len(group.projects)} projects of {group.units} bodies"
        ]
        if group.systems:
            parts.append(f"{group.systems} 个系统" if say.zh else f"{group.systems} systems")
        if group.money is not None:
            parts.append(f"{group.money}（{group.share}）" if say.zh else f"{group.money} ({group.share})")
        return f"{title}{colon}{body.name if body is not None else group.value}", comma.join(parts)
    city = say.release.instance.jurisdiction(group.city)
    if city is not None:
        title += f"（{city.name}）" if say.zh else f" ({city.name_en or city.name})"
    code = say.code(group.city, "matter_public" if group.sort == "matter" else group.sort, group.value)
    share = f"{len(group.projects)} / {group.among}"
    return f"{title}{colon}{code}", f"{share} 个项目" if say.zh else f"{share} projects"


def together_lines(found: Together, limits: Limits, say: Say) -> Iterator[str]:
    """The groups worth a look to which this release adds: what the projects say together and none of them says alone."""
    zh, grown = say.zh, found.grown
    if not grown:
        return
    yield f"放在一起看（{len(grown)}）" if zh else f"taken together ({len(grown)})"
    for group in grown:
        what, count = named(group, say)
        names = ("、" if zh else ", ").join(group.added[:_NAMED])
        more = "" if len(group.added) <= _NAMED else " 等" if zh else " and more"
        new = f"其中新增 {len(group.added)}：{names}{more}" if zh else f"of which new {len(group.added)}: {names}{more}"
        yield f"  {printable(what)}{'，' if zh else ', '}{count}{'；' if zh else '; '}{new}"
    yield f"  {looked_at(limits).pick(say.lang)}{'；' if zh else '; '}{unlisted().pick(say.lang)}"
