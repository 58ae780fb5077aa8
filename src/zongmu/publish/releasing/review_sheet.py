"""The plan of a release in words: lines for a terminal, and the sheet (信息公开审查单) that is printed, signed and travels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from zongmu.disclosure.release_package import Manifest
from zongmu.model.fields.titles import path_title
from zongmu.model.finding import Bilingual
from zongmu.publish.released.disclosure_policy import policy_line, policy_overdue
from zongmu.publish.released.history import Change
from zongmu.publish.released.release import Release
from zongmu.publish.releasing.aggregation import Together, limits_of
from zongmu.publish.releasing.aggregation_words import LISTED, looked_at, named, together_lines, unlisted
from zongmu.publish.releasing.counts import counts_of, told
from zongmu.publish.releasing.plan import WITHIN, Clock, Item, State
from zongmu.publish.rendering.escape import encode
from zongmu.publish.rendering.fields import FieldInfo, class_of_row, fields_of
from zongmu.publish.rendering.say import Say
from zongmu.publish.rendering.templating import Templates
from zongmu.report.terminal import printable

STATES: dict[State, Bilingual] = {
    "new": Bilingual("新公开", "newly public"),
    "changed": Bilingual("公开内容有变", "changed"),
    "withheld": Bilingual("撤下，留存说明", "withheld, with its ground"),
    "gone": Bilingual("不再公开", "no longer public"),
    "waiting": Bilingual("待公开审查", "waits for a review"),
    "unchanged": Bilingual("没有变化", "unchanged"),
}


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


def plan_lines(release: Release, items: Sequence[Item], unchanged: int, together: Together, lang: str) -> Iterator[str]:
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
        for change in told(item):
            yield f"    {path_title(change.path).pick(lang)}{'：' if zh else ': '}{printable(words.sides(item, change))}"
    yield from together_lines(together, limits_of(release.instance), words.say)
    counts = ("，" if zh else ", ").join(
        f"{STATES[s].pick(lang)} {n}" for s in STATES if s != "unchanged" and (n := sum(i.state == s for i in items))
    )
    none = "没有要公开的变化" if zh else "nothing changes"
    yield f"{counts or none}{'；' if zh else '; '}{STATES['unchanged'].pick(lang)} {unchanged}"
    if release.closed:
        yield f"按单位一律不公开 {release.closed}" if zh else f"never published for their unit: {release.closed}"
    if policy_overdue(release.instance, release.asof):
        yield f"{'公开范围依据：' if zh else 'disclosure policy: '}{printable(policy_line(release.instance, release.asof, lang) or '')}"
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


def sheet(
    release: Release,
    manifest: Manifest,
    previous: Manifest | None,
    items: Sequence[Item],
    together: Together,
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
                    for c in told(item)
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
        counts=counts_of(release, items, say),
        together=together,
        groups=[(*named(g, say), g.projects[:LISTED], len(g.projects) > LISTED, g.added) for g in together.notable],
        looked_at=looked_at(limits_of(release.instance)).zh,
        not_public=unlisted().zh,
        policy=policy_line(release.instance, release.asof, "zh"),
    )
    return encode(page)
