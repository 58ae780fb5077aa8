"""DCAT-AP 3 (SEMIC): the catalogue in Turtle, JSON-LD and RDF/XML, for CKAN and other harvesters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from zongmu.model.finding import Bilingual
from zongmu.publish.escape import encode
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.catalogue import KEYWORDS, OPENAPI, Dataset, Feed, email
from zongmu.publish.open_data.datafile import DataFile
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.open_data.rdf import RDF, Graph, Literal, Namespace, Value
from zongmu.publish.open_data.years import SERIES, SERIES_ABOUT

_MEDIA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = ("http://publications.europa.eu/resource/authority/language/ZHO",
              "http://publications.europa.eu/resource/authority/language/ENG")  # fmt: skip

_DCAT = Namespace("http://www.w3.org/ns/dcat#")
_DCT = Namespace("http://purl.org/dc/terms/")
_FOAF = Namespace("http://xmlns.com/foaf/0.1/")
_RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
_SPDX = Namespace("http://spdx.org/rdf/terms#")
_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
_PREFIXES = {"dcat": _DCAT, "dcterms": _DCT, "foaf": _FOAF, "rdfs": _RDFS, "spdx": _SPDX, "vcard": _VCARD, "xsd": _XSD}

_SERIES = "catalog.ttl#projects-by-year"


def catalogue(about: About, sets: Sequence[Dataset]) -> tuple[bytes, bytes, bytes]:
    """``catalog.ttl``, ``catalog.jsonld`` and ``catalog.rdf``."""
    graph = Graph(_PREFIXES)
    _Writer(about, graph).write(sets)
    return encode(graph.turtle()), indented(graph.json_ld()), encode(graph.rdf_xml())


class _Writer:
    """Writes the catalogue into a graph."""

    def __init__(self, about: About, graph: Graph) -> None:
        self.about, self.graph = about, graph

    def write(self, sets: Sequence[Dataset]) -> None:
        """The catalogue, its data sets and its service."""
        about = self.about
        catalogue = self._node("catalog.ttl#catalogue", _DCAT.Catalog)
        self._said(catalogue, Bilingual(about.registry, about.registry_en), Bilingual(
            about.notice or "已公开政务信息化项目的目录", "Catalogue of published government IT projects"
            + (" (demonstration data, fictitious)" if about.notice else "")))  # fmt: skip
        publisher = self._node("catalog.ttl#publisher", _FOAF.Agent)
        self._add(publisher, _FOAF.name, Literal(about.publisher, "zh"))
        home = self._node("", _FOAF.Document)
        self._add(catalogue, _FOAF.homepage, home)
        contact = self._node("catalog.ttl#contact", _VCARD.Kind)
        self._add(contact, _VCARD.fn, Literal(about.publisher, "zh"))
        self._add(contact, _VCARD.hasEmail, f"mailto:{email(about)}")
        self._common(catalogue, publisher)
        for one in sets:
            node = self._dataset(one, publisher, contact)
            self._add(catalogue, _DCAT.dataset, node)
        if any(one.year is not None for one in sets):
            series = self._node(_SERIES, _DCAT.DatasetSeries)
            self._said(series, SERIES, SERIES_ABOUT)
            self._add(series, _DCT.publisher, publisher)
            self._add(series, _DCAT.contactPoint, contact)
            self._day(series)
            members = [one.id for one in sets if one.year is not None]
            for name, id in (("first", members[0]), ("last", members[-1])):
                self._add(series, f"{_DCAT}{name}", f"{about.address}catalog.ttl#{id}")
            for before, after in pairwise(members):
                node = f"{about.address}catalog.ttl#{after}"
                self._add(node, _DCAT.prev, f"{about.address}catalog.ttl#{before}")
        service = self._node("catalog.ttl#api", _DCAT.DataService)
        self._said(service, Bilingual("静态 JSON 接口", "Static JSON interface"), None)
        for name, path in ((_DCAT.endpointURL, ""), (_DCAT.endpointDescription, OPENAPI)):
            self._add(service, name, self._node(path, _RDFS.Resource))
        self._add(service, _DCT.publisher, publisher)
        self._add(service, _DCAT.servesDataset, f"{about.address}catalog.ttl#{sets[0].id}")
        self._add(catalogue, _DCAT.service, service)

    def _dataset(self, one: Dataset, publisher: str, contact: str) -> str:
        node = self._node(f"catalog.ttl#{one.id}", _DCAT.Dataset)
        self._said(node, one.title, one.about)
        self._common(node, publisher)
        self._add(node, _DCAT.contactPoint, contact)
        self._add(node, _DCT.identifier, Literal(one.id))
        landing = self._node("data.html", _FOAF.Document)
        self._add(node, _DCAT.landingPage, landing)
        for keyword in KEYWORDS:
            self._add(node, _DCAT.keyword, Literal(keyword, "en" if keyword.isascii() else "zh"))
        for file in one.files:
            self._add(node, _DCAT.distribution, self._distribution(file))
        for feed in one.feeds:
            self._add(node, _DCAT.distribution, self._accessible(feed)[0])
        if one.year is not None:
            self._add(node, _DCAT.inSeries, self.about.address + _SERIES)
            self._add(node, _DCT.temporal, self._year(node, one.year))
        return node

    def _year(self, node: str, year: int) -> str:
        period = f"{node}-period"
        self._add(period, RDF.type, _DCT.PeriodOfTime)
        self._add(period, _DCAT.startDate, Literal(f"{year}-01-01", type=_XSD.date))
        self._add(period, _DCAT.endDate, Literal(f"{year}-12-31", type=_XSD.date))
        return period

    def _accessible(self, file: DataFile | Feed) -> tuple[str, str]:
        """A distribution with what a file and a feed alike have, and its address."""
        node = self._node(f"catalog.ttl#{file.path.replace('/', '-')}", _DCAT.Distribution)
        address = self._node(file.path, _RDFS.Resource)
        self._add(node, _DCAT.accessURL, address)
        media = _MEDIA + file.media_type
        self._add(media, RDF.type, _DCT.MediaType)
        self._add(node, _DCAT.mediaType, media)
        self._said(node, file.title, None)
        self._licence(node)
        self._day(node)
        return node, address

    def _distribution(self, file: DataFile) -> str:
        node, address = self._accessible(file)
        self._said(node, file.title, file.about if file.about.zh else None)
        self._add(node, _DCAT.downloadURL, address)
        self._add(node, _DCAT.byteSize, Literal(str(file.size), type=_XSD.nonNegativeInteger))
        checksum = self._node(f"catalog.ttl#{file.path.replace('/', '-')}-sha256", _SPDX.Checksum)
        algorithm = _SPDX.checksumAlgorithm_sha256
        self._add(algorithm, RDF.type, _SPDX.ChecksumAlgorithm)
        self._add(checksum, _SPDX.algorithm, algorithm)
        self._add(checksum, _SPDX.checksumValue, Literal(file.digest, type=_XSD.hexBinary))
        self._add(node, _SPDX.checksum, checksum)
        return node

    def _common(self, node: str, publisher: str) -> None:
        """What catalogue and data sets alike say: publisher, languages, licence, day."""
        self._add(node, _DCT.publisher, publisher)
        for language in _LANGUAGES:
            self._add(language, RDF.type, _DCT.LinguisticSystem)
            self._add(node, _DCT.language, language)
        if node.endswith("#catalogue"):
            self._licence(node)
        self._day(node)

    def _licence(self, node: str) -> None:
        if (licence := self.about.licence_uri) is not None:
            self._add(licence, RDF.type, _DCT.LicenseDocument)
            self._add(node, _DCT.license, licence)

    def _day(self, node: str) -> None:
        self._add(node, _DCT.modified, Literal(self.about.modified, type=_XSD.date))

    def _said(self, node: str, title: Bilingual, about: Bilingual | None) -> None:
        for predicate, text in ((_DCT.title, title), (_DCT.description, about)):
            if text is not None:
                self._add(node, predicate, Literal(text.zh, "zh"))
                self._add(node, predicate, Literal(text.en, "en"))

    def _node(self, path: str, kind: str) -> str:
        node = self.about.address + path
        self._add(node, RDF.type, kind)
        return node

    def _add(self, subject: str, predicate: str, value: Value) -> None:
        self.graph.add(subject, predicate, value)
