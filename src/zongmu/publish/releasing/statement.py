"""The statement of a release (发布说明): one page for the leader's signature, beside the sheet that lists everything.

How much is public, how much is not and on which grounds, who reviewed, by which policy, and the digest of the package that it
is about. Counts alone: it names no project and no field, since it travels further than the sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from zongmu.disclosure.release_package import Manifest
from zongmu.publish.released.disclosure_policy import policy_line
from zongmu.publish.released.release import Release
from zongmu.publish.releasing.aggregation import Together
from zongmu.publish.releasing.counts import counts_of, never_public
from zongmu.publish.releasing.plan import Item, State
from zongmu.publish.rendering.escape import encode
from zongmu.publish.rendering.say import Say
from zongmu.publish.rendering.templating import Templates

_MOST = 12
"""Reviewing bodies that fit on the page."""


def statement(
    release: Release, manifest: Manifest, previous: Manifest | None, items: Sequence[Item], together: Together
) -> bytes:
    """The statement on the package of *manifest*; an HTML page to print, in Chinese."""
    say = Say("zh", release, "")
    states = Counter[State](item.state for item in items)
    reviewers = _reviewers(release, say)
    return encode(
        Templates("zh").render(
            "release_statement",
            manifest=manifest,
            previous=previous,
            policy=policy_line(release.instance, release.asof, "zh"),
            notice=release.instance.notice("zh"),
            counts=counts_of(release, items, say),
            states=states,
            never=[(title.zh, count) for title, count in never_public()],
            notable=len(together.notable),
            grown=len(together.grown),
            reviewers=reviewers[:_MOST],
            others=sum(count for _, _, count, _, _ in reviewers[_MOST:]),
        )
    )


def _reviewers(release: Release, say: Say) -> list[tuple[str, str, int, str, str]]:
    """Which bodies reviewed what is public, in which role: of how many projects, from which day to which."""
    days: dict[tuple[str, str], list[str]] = {}
    for one in release.projects:
        row = one.review
        if row is None:
            days.setdefault(("", "合并审查"), [])
            days["", "合并审查"].append("")
            continue
        body = release.organizations.get(row.organization or "")
        key = (body.name if body is not None else "", say.role(one.public.jurisdiction, row.role))
        days.setdefault(key, []).append(row.date.isoformat())
    rows = [(body, role, len(found), min(found), max(found)) for (body, role), found in days.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
