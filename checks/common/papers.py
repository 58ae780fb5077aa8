"""The site judges by what is public: a paper that it should see is not kept back."""

from __future__ import annotations

from collections.abc import Iterator

from checks.common.texts import code
from zongmu.model import document_path
from zongmu.model.acts.parts import PRESENCE_WITHHELD
from zongmu.policy import CheckContext, Problem, Severity, check, problem

NOT_SEEN = code(
    "record.paper-not-seen",
    ("应公开有无的文件不公开", "A paper that the site does not see"),
    (
        "{kind} 的有无按规定公开，这一份却写明 {letter}：网站会当作没有这份文件来裁决",
        "whether there is a {kind} is public, yet this one is marked {letter}: the site judges as if there were none",
    ),
    (
        "删去这一项：文号和日期以外的内容本来就不公开；确须连有无都不公开的，公开审查时看一看网站会怎样写",
        "leave it out: no more than number and days is public anyway; where even its presence must not be told, see at the "
        "disclosure review what the site would say",
    ),
)


@check(codes=[NOT_SEEN])
def papers_are_seen_by_the_public(ctx: CheckContext) -> Iterator[Problem]:
    """No single paper is kept back where the measure makes it public whether there is one."""
    told = ctx.codes.get("document_public", {})
    for m in ctx.project.milestones:
        for paper in m.documents:
            if paper.disclosure in PRESENCE_WITHHELD and paper.kind in told:
                yield problem(
                    NOT_SEEN,
                    f"{document_path(m, paper)}/disclosure",
                    severity=Severity.WARNING,
                    kind=paper.kind,
                    letter=paper.disclosure,
                )
