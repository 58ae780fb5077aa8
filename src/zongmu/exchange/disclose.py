"""Writing disclosure reviews: a row of ``registry/endorsements/`` that publishes a project as it stands, or withdraws it."""

from __future__ import annotations

from typing import Any

from zongmu.disclosure.projection import Told, project_public
from zongmu.disclosure.release_package import CLOSED_UNIT, NO_SUCH_GROUND, known_grounds
from zongmu.disclosure.review import closed_by
from zongmu.exchange.endorse import Booklet, EndorseError, Signer, Written
from zongmu.model.records.endorsement import DisclosureReview
from zongmu.model.records.instance import Instance
from zongmu.model.records.project import Project


def disclose(
    booklet: Booklet,
    instance: Instance,
    project: Project,
    told: Told,
    conclusion: str,
    ground: str | None,
    grounds: Any,
    signer: Signer,
) -> Written:
    """Append a disclosure review of the project's public projection as it stands.

    *grounds*: the code list of grounds; empty means any. Nothing is on the disk before :meth:`Booklet.save`. Raises
    :class:`~zongmu.exchange.endorse.EndorseError` and :class:`~zongmu.store.editing.codes.EditError`.
    """
    if ground is not None and grounds and ground not in grounds:
        raise EndorseError(NO_SUCH_GROUND, ground=ground[:60], known=known_grounds(grounds))
    public = project_public(project, told)
    if conclusion != "withheld" and (unit := closed_by(instance, public)) is not None:
        raise EndorseError(CLOSED_UNIT, project=project.id, unit=unit.unit)
    digest = public.digest()

    def make(seq: int) -> dict[str, Any]:
        row: dict[str, Any] = {**signer.row(seq), "conclusion": conclusion}
        if ground is not None:
            row["ground"] = ground
        row |= {"digest": digest, **signer.tail()}
        row = signer.sealed(project.id, "disclosure_reviews", row)
        DisclosureReview.model_validate(row)
        return row

    return booklet.append(project, "disclosure_reviews", make, conclusion)
