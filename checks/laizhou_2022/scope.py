"""What the measure speaks of (LZ-2)."""

from __future__ import annotations

from zongmu.policy import (
    Fact,
    ProjectContext,
    Step,
    Verdict,
    attested_step,
    failed,
    missing,
    not_applicable,
    passed,
    rule,
    undetermined,
)

OUTSIDE = ("office_equipment", "new_media", "digital_art")
"""日常办公通用设备；网站与新媒体账号；数字艺术创意产品和服务."""


@rule(cites=["LZ-2 p2 s1", "LZ-2 p2 s2", "LZ-2 p2 s3"], since="2022", scope=True, disclosure="internal")
def lz2_scope(ctx: ProjectContext) -> Verdict:
    """三类内容不适用本办法；混合项目要证明如何划分。

    Nothing but the listed content: no rule of the measure applies. Some of it: somebody must attest the split. A project that
    says it is outside and names no such content is not. Content not recorded counts as inside.
    """
    kinds = ctx.project.content_types
    out = tuple(k for k in kinds if k in OUTSIDE)
    step = Step("present", ", ".join(kinds), "content_types") if kinds else Step("missing", None, "content_types")
    if not out:
        if ctx.project.exclusion_reason is None:
            return passed(step)
        return failed(step, because="exclusion_unfounded") if kinds else missing(Fact(None, "content_types"))
    if len(out) == len(kinds):
        return not_applicable("excluded_content", step)
    split = ctx.attestation("content_split")
    if split is None:
        return undetermined("needs_attestation", step, Step("lacks_attestation", "content_split", "attestations"))
    return passed(step, attested_step(split))
