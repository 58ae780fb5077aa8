"""The plan of a release in words: lines for a terminal, and the sheet (信息公开审查单) that is printed, signed and travels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zongmu.disclosure.release_package import Manifest
from zongmu.model.finding import Bilingual
from zongmu.model.titles import path_title
from zongmu.publish.aggregation import AMONG, FEW, MANY_BODIES, NOT_PUBLIC, SORTS, Gathered
from zongmu.publish.escape import encode
from zongmu.publish.fields import FieldInfo, class_of_row, fields_of
from zongmu.publish.public_history import Change
from zongmu.publish.release_plan import WITHIN, Clock, Item, State, moves
from zongmu.publish.released import Release
from zongmu.publish.say import Say
from zongmu.publish.templating import Templates
from zongmu.report.text import printable

STATES: dict[State, Bilingual] = {
    "new": Bilingual("新公开", "newly public"),
    "changed": Bilingual("公开内容有变", "changed"),
    "withheld": Bilingual("撤下，留存说明", "withheld, with its ground"),
    "gone": Bilingual("不再公开", "no longer public"),
    "waiting": Bilingual("待公开审查", "waits for a review"),
    "unchanged": Bilingual("没有变化", "unchanged"),
}


_NAMED = 6
"""Projects of a group that a line names …"""
_LISTED = 24
"""… and the sheet."""

LOOKED_AT = Bilingual(
    f"列出的是：{MANY_BODIES} 个以上单位共用的供应商；同类 {AMONG} 个以上项目中只有 {FEW} 个以内的",
    f"listed are: suppliers of {MANY_BODIES} bodies or more; what is true of {FEW} projects or fewer among {AMONG} or more",
)
"""What makes a group worth a look."""


class _Words:
    """Values in words: what a code and a reference mean, with the code beside it. Amounts stay to the fen, as recorded."""

    def __init__(self, release: Release, lang: str) -> None:
        self.say = Say(lang, release, "")
        self.lang = lang
        self._bodies = release.organizations

    def value(self, item: Item, change: Change, value: Any) -> str:
        if value is None:
            return "—"
        if isinstance(value, bool):
            return "是 yes" if value else "否 no"
        if isinstance(value, list):
            return "、".join(self.value(item, change, one) for one in value)
        text = str(value)
        info = _field(change)
        if info is None or not isinstance(value, str):
            return text
        word = text
        if info.codelist is not None:
            word = self.say.code(_city(item), info.codelist, text)
        elif info.sort == "organization":
            word = self.body(text)
        return text if word == text else f"{word}（{text}）" if self.lang == "zh" else f"{word} ({text})"

    def body(self, id: str) -> str:
        """The name of a body; its id where it is not known."""
        found = self._bodies.get(id)
        return found.name if found is not None else id

    def gathered(self, group: Gathered) -> tuple[str, str]:
        """What the projects of a group have in common, and how many they are."""
        zh = self.lang == "zh"
        if group.sort == "supplier":
            role = self.say.code(group.city, "contract_role", group.within) if group.within else ""
            named = f"{role}：{self.body(group.value)}" if zh else f"{role}: {self.body(group.value)}"
            return named, (
                f"{group.units} 个单位的 {len(group.projects)} 个项目"
                if zh
                else f"{len(group.projects)} projects of {group.units} bodies"
            )
        city = self.say.release.instance.jurisdiction(group.city)
        where = "" if city is None else city.name if zh else city.name_en or city.name
        title = SORTS[group.sort].pick(self.lang) + (f"（{where}）" if zh else f" ({where})")
        named = self.say.code(group.city, "matter_public" if group.sort == "matter" else group.sort, group.value)
        share = f"{len(group.projects)} / {group.among}"
        return (f"{title}：{named}", f"{share} 个项目") if zh else (f"{title}: {named}", f"{share} projects")

    def sides(self, item: Item, change: Change) -> str:
        """The value, or the old one and the new one."""
        after = self.value(item, change, change.after)
        return after if change.before is None else f"{self.value(item, change, change.before)} → {after}"


def _city(item: Item) -> str:
    return item.project.partition("-")[0]


def _field(change: Change) -> FieldInfo | None:
    """What is known of the field that changed."""
    path = change.path.removeprefix(f"{change.row}/") if change.row else change.path
    cls, info = class_of_row(change.row), None
    for part in path.split("/"):
        if cls is not None and (found := fields_of(cls).get(part)) is not None:
            info, cls = found, found.model
    return info


def _clock(clock: Clock | None, lang: str) -> str:
    if clock is None:
        return ""
    zh = lang == "zh"
    days = (
        f"自 {clock.since.isoformat()} 起第 {clock.gone} 个工作日，应于 {clock.due.isoformat()} 前公开"
        if zh
        else f"working day {clock.gone} since {clock.since.isoformat()}, due on {clock.due.isoformat()}"
    )
    late = ("，已超期" if zh else ", overdue") if clock.late else ""
    return days + late + (("（暂定）" if zh else " (provisional)") if clock.provisional else "")


def _review(item: Item, words: _Words) -> str:
    row, zh = item.review, words.lang == "zh"
    if row is None:
        return "合并审查" if zh and item.state != "waiting" else "无" if zh else "none"
    covers = row.digest == item.digest
    by = f"{words.body(row.organization) if row.organization else ''} {words.say.role(_city(item), row.role)}".strip()
    word = "" if covers or not item.digest else ("（不覆盖现在的内容）" if zh else " (of another state)")
    return f"{row.seq}，{row.date.isoformat()}，{by}{word}" if zh else f"{row.seq}, {row.date.isoformat()}, {by}{word}"


def plan_lines(
    release: Release, items: Sequence[Item], unchanged: int, groups: Sequence[Gathered], lang: str
) -> Iterator[str]:
    """The plan for a terminal. Every text of a record is made printable."""
    zh, words = lang == "zh", _Words(release, lang)
    state: State | None = None
    for item in items:
        if item.state != state:
            state = item.state
            count = sum(i.state == state for i in items)
            yield f"{STATES[state].pick(lang)}（{count}）" if zh else f"{STATES[state].pick(lang)} ({count})"
        yield f"  {item.project}  {printable(item.name)}"
        if item.state in ("new", "changed", "waiting"):
            yield f"    {'审查：' if zh else 'review: '}{printable(_review(item, words))}"
            if item.clock is not None:
                yield f"    {'时限：' if zh else 'clock: '}{_clock(item.clock, lang)}"
        for change in _told(item):
            yield f"    {path_title(change.path).pick(lang)}{'：' if zh else ': '}{printable(words.sides(item, change))}"
    yield from _together(groups, words)
    counts = ("，" if zh else ", ").join(
        f"{STATES[s].pick(lang)} {n}" for s in STATES if s != "unchanged" and (n := sum(i.state == s for i in items))
    )
    none = "没有要公开的变化" if zh else "nothing changes"
    yield f"{counts or none}{'；' if zh else '; '}{STATES['unchanged'].pick(lang)} {unchanged}"
    if any(i.state == "waiting" for i in items):
        yield (
            "怎么办：审查后运行 zongmu release review PROJECT --role ROLE"
            if zh
            else "next: review them, then run zongmu release review PROJECT --role ROLE"
        )
    if any(i.clock is not None for i in items):
        yield (
            f"时限：政府信息公开条例第二十六条，形成或变更之日起 {WITHIN} 个工作日"
            if zh
            else f"clock: {WITHIN} working days (Regulation on open government information, art. 26)"
        )


def _together(groups: Sequence[Gathered], words: _Words) -> Iterator[str]:
    """The groups worth a look to which this release adds: what the projects say together and none of them says alone."""
    zh = words.lang == "zh"
    grown = [g for g in groups if g.why is not None and g.added]
    if not grown:
        return
    yield f"放在一起看（{len(grown)}）" if zh else f"taken together ({len(grown)})"
    for group in grown:
        named, count = words.gathered(group)
        names = ("、" if zh else ", ").join(group.added[:_NAMED])
        more = "" if len(group.added) <= _NAMED else " 等" if zh else " and more"
        new = f"其中新增 {len(group.added)}：{names}{more}" if zh else f"of which new {len(group.added)}: {names}{more}"
        yield f"  {printable(named)}{'，' if zh else ', '}{count}{'；' if zh else '; '}{new}"
    yield f"  {LOOKED_AT.pick(words.lang)}{'；' if zh else '; '}{NOT_PUBLIC.pick(words.lang)}"


def _told(item: Item) -> Iterator[Change]:
    """The changes that a line is worth: not what a row's path says already."""
    return filter(_tells, item.changes if item.state in ("new", "changed", "waiting") else ())


def _tells(change: Change) -> bool:
    return not (change.row and change.path.rsplit("/", 1)[-1] in ("kind", "seq"))


def sheet(
    release: Release,
    manifest: Manifest,
    previous: Manifest | None,
    items: Sequence[Item],
    groups: Iterable[Gathered],
) -> bytes:
    """The sheet of a package: what it makes public, by which review, and the release code; an HTML page to print, in Chinese."""
    words = _Words(release, "zh")
    say = words.say
    rows = []
    for item in items:
        if item.state in ("unchanged", "waiting"):
            continue
        j = _city(item)
        review = item.review
        body = release.organizations.get(review.organization or "") if review is not None else None
        rows.append(
            {
                "state": STATES[item.state].zh,
                "project": item.project,
                "name": item.name,
                "changes": [
                    (path_title(c.path).zh, words.value(item, c, c.before), words.value(item, c, c.after))
                    for c in _told(item)
                ],
                "new": item.state == "new",
                "review": "合并审查"
                if review is None
                else f"{review.date.isoformat()} {body.name if body is not None else ''} {say.role(j, review.role)}",
                "clock": _clock(item.clock, "zh"),
            }
        )
    page = Templates("zh").render(
        "review_sheet",
        manifest=manifest,
        previous=previous,
        rows=rows,
        unchanged=len(manifest.projects) - sum(r["state"] in (STATES["new"].zh, STATES["changed"].zh) for r in rows),
        size=sum(f.size for f in manifest.files.values()),
        notice=release.instance.notice("zh"),
        fields=sum(1 for p in release.projects for _ in filter(_tells, moves(p.public, {}))),
        moved=sum(1 for item in items if item.state in ("new", "changed") for _ in _told(item)),
        unsaid=_unsaid(release, words),
        groups=[
            (*words.gathered(g), g.projects[:_LISTED], len(g.projects) > _LISTED, g.added) for g in groups if g.why
        ],
        looked_at=LOOKED_AT.zh,
        not_public=NOT_PUBLIC.zh,
    )
    return encode(page)


def _unsaid(release: Release, words: _Words) -> list[tuple[str, int]]:
    """How many things the pages say to be there and not public, by the ground."""
    count = Counter(
        words.say.code(p.public.jurisdiction, "withholding_ground", w.ground)
        for p in release.projects
        for w in p.public.withheld
    )
    return count.most_common()
