"""DCAT-AP 3 (SEMIC): the catalogue in Turtle, JSON-LD and RDF/XML, for CKAN and other harvesters.

Every node has an address of its own: blank nodes would be numbered anew by each build.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from zongmu.model.finding import Bilingual
from zongmu.publish.open_data.about import About
from zongmu.publish.open_data.catalogue import KEYWORDS, OPENAPI, Dataset, Feed, email
from zongmu.publish.open_data.datafile import DataFile
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.open_data.years import SERIES, SERIES_ABOUT
from zongmu.publish.rendering.escape import encode

_MEDIA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = ("http://publications.europa.eu/resource/authority/language/ZHO",
              "http://publications.europa.eu/resource/authority/language/ENG")  # fmt: skip

_SERIES = "catalog.ttl#projects-by-year"


def catalogue(about: About, sets: Sequence[Dataset]) -> tuple[bytes, bytes, bytes]:
    """``catalog.ttl``, ``catalog.jsonld`` and ``catalog.rdf``."""
    from rdflib import Graph

    graph = Graph()
    _Writer(about, graph).write(sets)
    turtle, json_ld, rdf = (_serialized(graph, form) for form in ("turtle", "json-ld", "xml"))
    return turtle, json_ld, rdf


def relisted(data: bytes, form: str, address: str, sizes: Mapping[str, int]) -> bytes:
    """The catalogue that *data* holds in *form* (``turtle``, ``json-ld``, ``xml``), without the files that *sizes* does not name by
    their path below *address*; the others with their size in bytes. Raises ``ValueError`` if it holds none."""
    from rdflib import Graph, Literal
    from rdflib.namespace import DCAT, XSD

    try:
        graph = Graph().parse(data=data.decode(), format=form)
    except Exception as error:  # each parser has its own
        raise ValueError(str(error)) from error
    for node, listed in list(graph.subject_objects(DCAT.downloadURL)):
        size = sizes.get(str(listed).removeprefix(address))
        if size is not None:
            graph.set((node, DCAT.byteSize, Literal(str(size), datatype=XSD.nonNegativeInteger)))
            continue
        checksums = [value for value in graph.objects(node) if str(value).startswith(f"{node}-")]
        for gone in (node, listed, *checksums):
            graph.remove((gone, None, None))
            graph.remove((None, None, gone))
    return _serialized(graph, form)


def _serialized(graph: Any, form: str) -> bytes:
    """A graph in a form: equal graphs give equal bytes."""
    if form == "xml":
        return encode(_rdf_xml(graph))
    if form == "turtle":
        return encode(graph.serialize(format="turtle"))
    # rdflib writes subjects as its sets have them; sorted, two builds are the same.
    nodes = json.loads(graph.serialize(format="json-ld", auto_compact=False))
    nodes.sort(key=lambda node: str(node["@id"]))
    return indented([_sorted(n) for n in nodes])


def _rdf_xml(graph: Any) -> str:
    """The graph as RDF/XML. rdflib asks the graph for its statements in the order of sets; this one gives them in order."""
    from rdflib import Graph

    class Ordered(Graph):
        def triples(self, triple: Any) -> Any:
            return iter(sorted(super().triples(triple), key=lambda found: [term.n3() for term in found]))

    ordered = Ordered(graph.store, graph.identifier, graph.namespace_manager)
    return str(ordered.serialize(format="xml"))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((_sorted(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


class _Writer:
    """Writes the catalogue into a graph."""

    def __init__(self, about: About, graph: Any) -> None:
        from rdflib import Namespace
        from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD

        self.about, self.graph = about, graph
        self.dcat, self.dct, self.foaf, self.rdf, self.rdfs, self.xsd = DCAT, DCTERMS, FOAF, RDF, RDFS, XSD
        self.vcard = Namespace("http://www.w3.org/2006/vcard/ns#")
        self.spdx = Namespace("http://spdx.org/rdf/terms#")
        graph.bind("vcard", self.vcard)
        graph.bind("spdx", self.spdx)

    def write(self, sets: Sequence[Dataset]) -> None:
        """The catalogue, its data sets and its service."""
        about, dcat, dct = self.about, self.dcat, self.dct
        catalogue = self._node("catalog.ttl#catalogue", dcat.Catalog)
        self._said(catalogue, Bilingual(about.registry, about.registry_en), Bilingual(
            about.notice or "已公开政务信息化项目的目录", "Catalogue of published government IT projects"
            + (" (demonstration data, fictitious)" if about.notice else "")))  # fmt: skip
        publisher = self._node("catalog.ttl#publisher", self.foaf.Agent)
        self._add(publisher, self.foaf.name, self._text(about.publisher, "zh"))
        home = self._node("", self.foaf.Document)
        self._add(catalogue, self.foaf.homepage, home)
        contact = self._node("catalog.ttl#contact", self.vcard.Kind)
        self._add(contact, self.vcard.fn, self._text(about.publisher, "zh"))
        self._add(contact, self.vcard.hasEmail, self._uri(f"mailto:{email(about)}"))
        self._common(catalogue, publisher)
        for one in sets:
            node = self._dataset(one, publisher, contact)
            self._add(catalogue, dcat.dataset, node)
        if any(one.year is not None for one in sets):
            series = self._node(_SERIES, self._uri(f"{dcat}DatasetSeries"))
            self._said(series, SERIES, SERIES_ABOUT)
            self._add(series, dct.publisher, publisher)
            self._add(series, dcat.contactPoint, contact)
            self._day(series)
            members = [one.id for one in sets if one.year is not None]
            for name, id in (("first", members[0]), ("last", members[-1])):
                self._add(series, self._uri(f"{dcat}{name}"), self._uri(f"{about.address}catalog.ttl#{id}"))
            for before, after in pairwise(members):
                node = self._uri(f"{about.address}catalog.ttl#{after}")
                self._add(node, self._uri(f"{dcat}prev"), self._uri(f"{about.address}catalog.ttl#{before}"))
        service = self._node("catalog.ttl#api", dcat.DataService)
        self._said(service, Bilingual("静态 JSON 接口", "Static JSON interface"), None)
        for name, path in ((dcat.endpointURL, ""), (dcat.endpointDescription, OPENAPI)):
            self._add(service, name, self._node(path, self.rdfs.Resource))
        self._add(service, dct.publisher, publisher)
        self._add(service, dcat.servesDataset, self._uri(f"{about.address}catalog.ttl#{sets[0].id}"))
        self._add(catalogue, dcat.service, service)

    def _dataset(self, one: Dataset, publisher: Any, contact: Any) -> Any:
        node = self._node(f"catalog.ttl#{one.id}", self.dcat.Dataset)
        self._said(node, one.title, one.about)
        self._common(node, publisher)
        self._add(node, self.dcat.contactPoint, contact)
        self._add(node, self.dct.identifier, self._text(one.id))
        landing = self._node("data.html", self.foaf.Document)
        self._add(node, self.dcat.landingPage, landing)
        for keyword in KEYWORDS:
            self._add(node, self.dcat.keyword, self._text(keyword, "en" if keyword.isascii() else "zh"))
        for file in one.files:
            self._add(node, self.dcat.distribution, self._distribution(file))
        for feed in one.feeds:
            self._add(node, self.dcat.distribution, self._accessible(feed)[0])
        if one.year is not None:
            self._add(node, self._uri(f"{self.dcat}inSeries"), self._uri(self.about.address + _SERIES))
            self._add(node, self.dct.temporal, self._year(node, one.year))
        return node

    def _year(self, node: Any, year: int) -> Any:
        from rdflib import Literal

        period = self._uri(f"{node}-period")
        self._add(period, self.rdf.type, self.dct.PeriodOfTime)
        self._add(period, self.dcat.startDate, Literal(f"{year}-01-01", datatype=self.xsd.date))
        self._add(period, self.dcat.endDate, Literal(f"{year}-12-31", datatype=self.xsd.date))
        return period

    def _accessible(self, file: DataFile | Feed) -> tuple[Any, Any]:
        """A distribution with what a file and a feed alike have, and its address."""
        node = self._node(f"catalog.ttl#{file.path.replace('/', '-')}", self.dcat.Distribution)
        address = self._node(file.path, self.rdfs.Resource)
        self._add(node, self.dcat.accessURL, address)
        media = self._uri(_MEDIA + file.media_type)
        self._add(media, self.rdf.type, self.dct.MediaType)
        self._add(node, self.dcat.mediaType, media)
        self._said(node, file.title, None)
        self._licence(node)
        self._day(node)
        return node, address

    def _distribution(self, file: DataFile) -> Any:
        from rdflib import Literal

        dcat, xsd = self.dcat, self.xsd
        node, address = self._accessible(file)
        self._said(node, file.title, file.about if file.about.zh else None)
        self._add(node, dcat.downloadURL, address)
        self._add(node, dcat.byteSize, Literal(str(file.size), datatype=xsd.nonNegativeInteger))
        checksum = self._node(f"catalog.ttl#{file.path.replace('/', '-')}-sha256", self.spdx.Checksum)
        algorithm = self.spdx.checksumAlgorithm_sha256
        self._add(algorithm, self.rdf.type, self.spdx.ChecksumAlgorithm)
        self._add(checksum, self.spdx.algorithm, algorithm)
        self._add(checksum, self.spdx.checksumValue, Literal(file.digest, datatype=xsd.hexBinary))
        self._add(node, self.spdx.checksum, checksum)
        return node

    def _common(self, node: Any, publisher: Any) -> None:
        """What catalogue and data sets alike say: publisher, languages, licence, day."""
        self._add(node, self.dct.publisher, publisher)
        for language in _LANGUAGES:
            named = self._uri(language)
            self._add(named, self.rdf.type, self.dct.LinguisticSystem)
            self._add(node, self.dct.language, named)
        if node.endswith("#catalogue"):
            self._licence(node)
        self._day(node)

    def _licence(self, node: Any) -> None:
        if self.about.licence_uri is not None:
            licence = self._uri(self.about.licence_uri)
            self._add(licence, self.rdf.type, self.dct.LicenseDocument)
            self._add(node, self.dct.license, licence)

    def _day(self, node: Any) -> None:
        from rdflib import Literal

        self._add(node, self.dct.modified, Literal(self.about.modified, datatype=self.xsd.date))

    def _said(self, node: Any, title: Bilingual, about: Bilingual | None) -> None:
        for predicate, text in ((self.dct.title, title), (self.dct.description, about)):
            if text is not None:
                self._add(node, predicate, self._text(text.zh, "zh"))
                self._add(node, predicate, self._text(text.en, "en"))

    def _node(self, path: str, kind: Any) -> Any:
        node = self._uri(self.about.address + path)
        self._add(node, self.rdf.type, kind)
        return node

    def _uri(self, address: str) -> Any:
        from rdflib import URIRef

        return URIRef(address)

    def _text(self, text: str, lang: str | None = None) -> Any:
        from rdflib import Literal

        return Literal(text, lang=lang)

    def _add(self, subject: Any, predicate: Any, value: Any) -> None:
        self.graph.add((subject, predicate, value))
