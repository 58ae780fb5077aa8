"""One file of the open data, as the page and the catalogues list it."""

from __future__ import annotations

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable

CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"
SQLITE = "application/vnd.sqlite3"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
JSON = "application/json"
NDJSON = "application/x-ndjson"
SCHEMA = "application/schema+json"
SCRIPT = "text/javascript"
CSVW = "application/csvm+json"
CALENDAR = "text/calendar"
TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"


@immutable
class DataFile:
    """A file that stands for more than one project."""

    path: str
    media_type: str
    title: Bilingual
    about: Bilingual
    size: int
    digest: str  # SHA-256
    table: str | None = None
    year: int | None = None  # of registration, where it holds the projects of one
