"""Random draws (双随机, LZ-34): frozen pool, public seed, reproducible selection.

``sha256-rank-v1``: each project of the pool is ranked by the SHA-256 of the seed lines and its id, joined by line feeds; the
first *size* are selected. No generator is involved, so any language gives the same draw.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import StrictInt

from zongmu.model.base import (
    Format,
    JurisdictionId,
    Line,
    Maybe,
    OrgRef,
    ProjectId,
    Seq,
    Strict,
    Text,
    Year,
    may,
    need,
    rows,
)
from zongmu.model.scalars import Day
from zongmu.model.scalars.identifiers import Sha256


class Draw(Strict):
    """One draw. A redraw is a new row with a reason."""

    seq: Seq = need("序号", "Number", change="fact")
    date: Day = need("日期", "Date", change="fact", clause="LZ-34 p1 s3")
    algorithm: Literal["sha256-rank-v1"] = need("算法", "Algorithm", change="fact", codes="draw_algorithm")
    pool: tuple[ProjectId, ...] = rows("抽取名单", "Pool", change="fact")
    pool_sha256: Maybe[Sha256] = may(
        "名单摘要",
        "Digest of the pool",
        ("名单各编号按登记的顺序以换行相连后的 SHA-256", "SHA-256 of the pool's ids as recorded, joined by line feeds"),
        change="fact",
    )
    seed: tuple[Line, ...] = rows("种子", "Seed", change="fact")
    size: StrictInt = need("样本量", "Size", change="fact", ge=1)
    selected: tuple[ProjectId, ...] = rows("中签项目", "Selected", change="fact")
    body: Maybe[OrgRef] = may("组织单位", "Body", change="fact")
    witness: Maybe[Line] = may("监督", "Witness", change="fact")
    reason: Maybe[Text] = may("重抽原因", "Reason of a redraw", change="fact")


class Draws(Strict):
    """The draws of one year."""

    format: Format = need("格式版本", "Format", change="frozen")
    jurisdiction: JurisdictionId = need("辖区", "Jurisdiction", change="frozen")
    year: Year = need("年度", "Year", change="frozen")
    draws: tuple[Draw, ...] = rows("抽取", "Draws", change="fact")


SERIES: dict[str, tuple[str, ...]] = {"draws": ("seq",)}


def pool_digest(pool: Iterable[str]) -> str:
    """The digest under which a pool is frozen before its seed is known: its ids as recorded, joined by line feeds."""
    return hashlib.sha256("\n".join(pool).encode()).hexdigest()


def select(pool: Iterable[str], seed: Sequence[str], size: int) -> tuple[str, ...]:
    """The selection of ``sha256-rank-v1``: the *size* lowest ranks of the pool, in the order of their rank."""

    def rank(project: str) -> str:
        return hashlib.sha256("\n".join([*seed, project]).encode()).hexdigest()

    return tuple(sorted(set(pool), key=rank)[:size])
