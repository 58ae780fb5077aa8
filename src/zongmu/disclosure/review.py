"""Whether a record is public: merging is not publishing (先审查、后公开).

With ``disclosure_review: separate`` a record is public when a written review says so of exactly the projection that stands now;
with ``merge`` the review of the merge counts as one. A review that withholds leaves a tombstone with its ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from zongmu.disclosure.projection import PublicProject
from zongmu.model.endorsement import DisclosureReview, Endorsements
from zongmu.model.immutable import immutable
from zongmu.model.instance import Instance

State = Literal["public", "withheld", "unreviewed"]


@immutable
class Standing:
    """Where a record stands: public, withheld with its ground, or not reviewed as it is now."""

    state: State
    review: DisclosureReview | None = None


def _latest(rows: Iterable[DisclosureReview]) -> DisclosureReview | None:
    return max(rows, key=lambda r: r.seq, default=None)


def withheld_by(rows: Iterable[DisclosureReview]) -> DisclosureReview | None:
    """The review that withholds a record, whatever its text: the latest of its reviews, if that does."""
    latest = _latest(rows)
    return latest if latest is not None and latest.conclusion == "withheld" else None


def standing(
    instance: Instance, public: PublicProject, endorsements: Endorsements | None, digest: str | None = None
) -> Standing:
    """Whether *public* may be published now. *digest*: its own, where somebody has it already."""
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
