"""The health of the trail, from what is public alone: how much of it there is, how soon after the act, how often corrected.

Commits, persons and whatever is internal have no part in it, so that an internal edit moves nothing here.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from zongmu.model.codes import CODE_LISTS
from zongmu.publish.pages.base import Files, Maker
from zongmu.publish.released.history import Entry, PublicHistory
from zongmu.publish.rendering.escape import html, safe
from zongmu.publish.rendering.tables import Table

BANDS: Final = (30, 90)
"""Days between an act and its publication that separate soon, later and late."""


@dataclass(slots=True)
class Health:
    """The trail of one city. ``bands`` counts acts that became public soon, later, late, and before the act."""

    projects: int = 0
    changes: int = 0
    corrections: int = 0
    last: dt.date | None = None
    bands: Counter[str] = field(default_factory=Counter)


def health(history: PublicHistory) -> dict[str, Health]:
    """City → its trail. What a first publication brings is not counted: it is as old as it is."""
    out: dict[str, Health] = {}
    for project, entries in sorted(history.entries.items()):
        city = out.setdefault(project.split("-", 1)[0], Health())
        city.projects += 1
        for entry in entries:
            city.last = max(entry.day, city.last or entry.day)
            if entry.kind == "changed":
                city.changes += 1
                city.corrections += len({c.row for c in entry.changes if _is_new(c.row, "corrections", c.before)})
                city.bands.update(_bands(entry))
    return out


def _is_new(row: str, section: str, before: object) -> bool:
    return before is None and row.startswith(section + "/")


def _bands(entry: Entry) -> Iterator[str]:
    for change in entry.changes:
        if _is_new(change.row, "milestones", change.before) and change.path == f"{change.row}/date":
            try:
                late = (entry.day - dt.date.fromisoformat(str(change.after))).days
            except ValueError:
                continue
            yield "soon" if late <= BANDS[0] else "later" if late <= BANDS[1] else "late"


def trail_page(make: Maker) -> Files:
    """``changes/trail.html``."""
    found = health(make.release.history)
    level = make.release.instance.assurance
    zh, en = CODE_LISTS["assurance"][level]
    title = make.word("变更轨迹的状况", "Health of the trail")
    description = make.word(
        "公开的变更有多少、多快、更正了几次", "How much has changed in public, how soon, how often corrected"
    )
    yield make.listing(
        "change",
        title,
        make.word(
            f"本库的保证级别：{zh}。下表只由公开内容算出；谁提交、谁批准由审计人员用仓库核验，办法见“怎样审计”。",
            f"Assurance of this registry: {en}. The tables are computed from what is public alone; who recorded and who approved is for auditors to verify with the repository.",
        ),
        [_amount(make, found), _soon(make, found), _checkpoints(make)],
        file="trail.html",
        links=[
            (f"{make.say.up}audit.html", make.word("怎样审计", "How to audit")),
            (f"{make.say.up}threats.html", make.word("威胁模型", "Threat model")),
        ],
        description=description,
    )


def _amount(make: Maker, found: dict[str, Health]) -> Table:
    rows = [
        (make.say.city(city), one.projects, one.changes, one.corrections, one.last.isoformat() if one.last else "")
        for city, one in found.items()
    ]
    headers = make.word(
        "城市;公开的项目;公开后的变更;其中更正;最近变更",
        "City;Published projects;Changes since;Corrections;Last change",
    )
    return Table("amount", make.word("多少", "How much"), headers.split(";"), rows, frozenset({1, 2, 3}))


def _checkpoints(make: Maker) -> Table:
    root = "../" if make.zh else "../../"
    rows = [
        (
            one.day.isoformat(),
            one.checkpoint.size,
            safe(f"<code>{html(base64.b64encode(one.checkpoint.root).decode())}</code>"),
            safe("<br>".join(f"{html(name)} <code>{html(key)}</code>" for name, key in one.cosigners)),
            safe(" ".join(f'<a href="{root}trust/{html(name)}">{html(name)}</a>' for name, _ in one.files)),
        )
        for one in make.release.checkpoints
    ]
    headers = make.word(
        "公布日;主线提交数;根摘要;共签人及密钥;文件", "Published;Commits;Merkle root;Cosigned by, with key;Files"
    )
    note = make.word(
        "检查点是全部历史在那一天的摘要，请各自留存：拿到仓库的审计人员用它核对历史没有被改写。共签用 ssh-keygen 核对，名单向共签单位索取。",
        "A checkpoint sums up the whole history of its day. Keep copies: with one, an auditor who holds the repository can tell whether the history was rewritten. Cosignatures are checked with ssh-keygen; ask the cosigners for their keys.",
    )
    if not rows:
        note = make.word("还没有公布检查点。", "No checkpoint has been published yet.")
    return Table("checkpoints", make.word("检查点", "Checkpoints"), headers.split(";"), rows, frozenset({1}), note)


def _soon(make: Maker, found: dict[str, Health]) -> Table:
    rows = [
        (make.say.city(city), *(one.bands[band] for band in ("soon", "later", "late"))) for city, one in found.items()
    ]
    low, high = BANDS
    headers = make.word(
        f"城市;{low} 天以内;{low + 1} 至 {high} 天;{high} 天以上",
        f"City;Within {low} days;{low + 1} to {high} days;More than {high} days",
    )
    note = make.word(
        "从行为到公开的天数；项目首次公开时一并公开的事项不计。",
        "Days from the act to its publication; acts that came with a project's first publication are not counted.",
    )
    return Table("soon", make.word("多快", "How soon"), headers.split(";"), rows, frozenset({1, 2, 3}), note)
