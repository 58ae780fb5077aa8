"""Tables that are also given year by year, each year at an address of its own that stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.tables import Table

PROJECTS = "projects"
"""The table whose years the catalogues list as one series."""
SERIES = Bilingual("按登记年度分的已公开项目", "Published projects by year of registration")
SERIES_ABOUT = Bilingual(
    "每年一个数据集，列与项目表相同", "A data set for each year, with the columns of the table of projects"
)
_YEARLY: Mapping[str, Bilingual] = {
    PROJECTS: Bilingual("{} 年登记的项目", "Projects registered in {}"),
    "changes": Bilingual("{} 年的变更", "Changes of {}"),
}
"""Table → what the rows of a year are called."""


def by_year(table: Table) -> Iterator[tuple[int, Table]]:
    """The rows of each year as a table of its own, in the order of the years; nothing of a table that is not cut so."""
    title = _YEARLY.get(table.name)
    if title is None:
        return
    for year in sorted({block.year for block in table.blocks if block.year is not None}):
        blocks = [block for block in table.blocks if block.year == year]
        said = Bilingual(title.zh.format(year), title.en.format(year))
        yield year, replace(table, name=f"{table.name}-{year}", title=said, blocks=blocks)
