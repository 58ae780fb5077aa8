"""Whether a record is public: merging is not publishing (先审查、后公开).

With ``disclosure_review: separate`` a record is public when a written review says so of exactly the projection that stands now;
with ``merge`` the review of the merge counts as one. A review that withholds leaves a tombstone with its ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from zongmu.disclosure.projection import PublicProject
from zongmu.model.immutable import immutable
from zongmu.model.records.endorsement import DisclosureReview, Endorsements
from zongmu.model.records.instance import ClosedUnit, Instance

State = Literal["public", "withheld", "unreviewed", "closed"]


@immutable
class Standing:
    """Where a record stands: public, withheld with its ground, not reviewed as it is now, or never public for its unit."""

    state: State
    review: DisclosureReview | None = None


def _latest(rows: Iterable[DisclosureReview]) -> DisclosureReview | None:
    return max(rows, key=lambda r: r.seq, default=None)


def withheld_by(rows: Iterable[DisclosureReview]) -> DisclosureReview | None:
    """The review that withholds a record, whatever its text: the latest of its reviews, if that does."""
    latest = _latest(rows)
    return latest if latest is not None and latest.conclusion == "withheld" else None


CLOSING: Final = ("owner", "demand", "builder", "user")
"""Bodies of a project that close it, where the registry says that no project of theirs is published."""


def closed_by(instance: Instance, public: PublicProject) -> ClosedUnit | None:
    """What of the settings keeps a project from ever being public, whatever its reviews say: that it is of a certain unit."""
    units = instance.disclosure.units if instance.disclosure is not None else ()
    named = {public.facts.get(name) for name in CLOSING} if units else set()
    return next((row for row in units if row.unit in named), None)


def standing(
    instance: Instance, public: PublicProject, endorsements: Endorsements | None, digest: str | None = None
) -> Standing:
    """Whether *public* may be published now. *digest*: its own, where somebody has it already."""
    if closed_by(instance, public) is not None:
        return Standing("closed")
    rows = endorsements.disclosure_reviews if endorsements is not None else ()
    latest = _latest(rows)
    if (withheld := withheld_by(rows)) is not None:
        return Standing("withheld", withheld)
    if instance.disclosure_review == "merge":
        return Standing("public", latest)
    digest = digest or public.digest()
    for row in sorted(rows, key=lambda r: -r.seq):
        if row.conclusion == "withheld":
            break  # what was reviewed before it was withdrawn does not come back by itself
        if row.digest == digest:
            return Standing("public", row)
    return Standing("unreviewed", latest)
