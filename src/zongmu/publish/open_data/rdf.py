"""Statements of RDF in Turtle, JSON-LD and RDF/XML: W3C's RDF 1.1 Turtle, JSON-LD 1.1 (expanded), RDF 1.1 XML Syntax.

Every node has an address, and all is written in one order: the same statements are the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from zongmu.publish.escape import xml_holds


class Namespace:
    """The address of a vocabulary; its attributes are the addresses of its terms."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __str__(self) -> str:
        return self._address

    def __getattr__(self, name: str) -> str:
        return self._address + name


RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")


class Literal(NamedTuple):
    """A text in a language, or of a type whose address is given."""

    text: str
    lang: str = ""
    type: str = ""


Value = str | Literal
"""An address or a literal."""

_NOT_IN_ADDRESS = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_NOT_IN_TEXT = re.compile(r'["\\\n\r]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}


_MORE = ",\n        "


class Graph:
    """Statements. *prefixes*: short names of the vocabularies of all predicates, classes and types of literals."""

    def __init__(self, prefixes: Mapping[str, Namespace]) -> None:
        self._prefixes = {name: str(space) for name, space in prefixes.items()}
        self._statements: set[tuple[str, str, Value]] = set()

    def add(self, subject: str, predicate: str, value: Value) -> None:
        """Say it; what was said already is said once. A character that no address may hold is put as ``%XX``."""
        self._statements.add((_address(subject), predicate, _address(value) if isinstance(value, str) else value))

    def turtle(self) -> str:
        """The statements as Turtle."""
        out = [f"@prefix {name}: <{space}> .\n" for name, space in sorted(self._prefixes.items())]
        for subject, rows in self._subjects():
            said = [
                f"{self._name(predicate)} {_MORE.join(map(self._term, values))}"
                for predicate, values in _typed_first(rows)
            ]
            out.append("\n<{}> {} .\n".format(subject, " ;\n    ".join(said)))
        return "".join(out)

    def json_ld(self) -> list[dict[str, Any]]:
        """The statements as expanded JSON-LD."""
        found: list[dict[str, Any]] = []
        for subject, rows in self._subjects():
            kinds = [values for predicate, values in rows if predicate == RDF.type]
            said = {
                predicate: [_json(value) for value in values] for predicate, values in rows if predicate != RDF.type
            }
            found.append({"@id": subject, **({"@type": kinds[0]} if kinds else {}), **said})
        return found

    def rdf_xml(self) -> str:
        """The statements as RDF/XML."""
        spaces = sorted({"rdf": str(RDF), **self._prefixes}.items())
        out = ['<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF']
        out += [f"\n   xmlns:{name}={quoteattr(space)}" for name, space in spaces]
        out.append("\n>\n")
        for subject, rows in self._subjects():
            out.append(f"  <rdf:Description rdf:about={quoteattr(subject)}>\n")
            out += [
                f"    {self._element('rdf:type' if predicate == RDF.type else self._name(predicate), value)}\n"
                for predicate, values in rows
                for value in values
            ]
            out.append("  </rdf:Description>\n")
        return "".join([*out, "</rdf:RDF>\n"])

    def _subjects(self) -> Iterator[tuple[str, list[tuple[str, list[Value]]]]]:
        """Each subject with its predicates, each of these with its values; all in order."""
        found = sorted(self._statements, key=lambda one: (one[0], one[1], _order(one[2])))
        for subject, rows in groupby(found, key=lambda one: one[0]):
            yield subject, [(name, [value for *_, value in of]) for name, of in groupby(rows, key=lambda one: one[1])]

    def _name(self, address: str) -> str:
        """The short name of a term of a vocabulary."""
        if address == RDF.type:
            return "a"
        return next(
            f"{name}:{address.removeprefix(space)}"
            for name, space in self._prefixes.items()
            if address.startswith(space)
        )

    def _term(self, value: Value) -> str:
        if isinstance(value, str):
            return f"<{value}>"
        text = _NOT_IN_TEXT.sub(lambda found: _ESCAPES[found[0]], value.text)
        return f'"{text}"' + (f"@{value.lang}" if value.lang else f"^^{self._name(value.type)}" if value.type else "")

    def _element(self, name: str, value: Value) -> str:
        if isinstance(value, str):
            return f"<{name} rdf:resource={quoteattr(value)}/>"
        lang = f" xml:lang={quoteattr(value.lang)}" if value.lang else ""
        datatype = f" rdf:datatype={quoteattr(value.type)}" if value.type else ""
        return f"<{name}{lang}{datatype}>{_xml(value.text)}</{name}>"


def _address(text: str) -> str:
    return _NOT_IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _xml(text: str) -> str:
    return escape(xml_holds(text), {"\r": "&#13;"})


def _order(value: Value) -> tuple[bool, str, str]:
    return (True, value, "") if isinstance(value, str) else (False, value.lang, value.text)


def _typed_first(rows: list[tuple[str, list[Value]]]) -> list[tuple[str, list[Value]]]:
    """What a node is, before what is said of it."""
    return sorted(rows, key=lambda row: row[0] != RDF.type)


def _json(value: Value) -> dict[str, str]:
    if isinstance(value, str):
        return {"@id": value}
    kind = {"@language": value.lang} if value.lang else {"@type": value.type} if value.type else {}
    return {**kind, "@value": value.text}
