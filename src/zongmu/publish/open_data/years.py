"""Projects year by year: the table of projects cut by the year of registration. Catalogues list the years as one series."""

from __future__ import annotations

from collections.abc import Iterator

from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.tables import Row, Table

YEARLY = "projects"
"""The table that is also given year by year."""
SERIES = Bilingual("按登记年度分的已公开项目", "Published projects by year of registration")
SERIES_ABOUT = Bilingual(
    "每年一个数据集，列与项目表相同", "A data set for each year, with the columns of the table of projects"
)


def by_year(projects: Table) -> Iterator[tuple[int, Table]]:
    """The rows of each year as a table of its own, in the order of the years."""
    place = next(n for n, column in enumerate(projects.columns) if column.name == "year")
    years: dict[int, list[Row]] = {}
    for row in projects.rows:
        year = row[place]
        assert isinstance(year, int)
        years.setdefault(year, []).append(row)
    for year, rows in sorted(years.items()):
        title = Bilingual(f"{year} 年登记的项目", f"Projects registered in {year}")
        yield year, Table(f"{projects.name}-{year}", title, projects.about, projects.columns, projects.key, rows)
