"""Text of the registry on its way into HTML, JavaScript and addresses. Data is escaped, never cleaned.

Templates escape by themselves (Jinja with autoescape); these functions are for what is put together without a template.
"""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup
from markupsafe import escape as _escape
from pydantic_core import PydanticSerializationError, to_json

try:
    from markupsafe._speedups import _escape_inner
except ImportError:  # an installation without the compiled part

    def _escape_inner(s: str, /) -> str:
        return str(_escape(s))


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def html(text: object) -> str:
    """Text for an element or a quoted attribute, escaped; what is of the type ``Markup`` is HTML already and stays.

    The result is plain text, to be put into an f-string. This runs a thousand times a page, hence no detour over
    ``Markup`` objects.
    """
    if type(text) is str:
        return _escape_inner(text)
    if type(text) is Markup:
        return str.__str__(text)  # to put a Markup itself into an f-string takes three times as long
    return str(_escape(text))


def safe(text: str) -> Markup:
    """Text that is HTML already: put together from literals and from what :func:`html` gave."""
    return str.__new__(Markup, text)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
"""Made once: ``json.dumps`` makes one for every call that wants anything but its defaults."""


def dump(value: Any) -> str:
    """JSON text in a line, Chinese as it is."""
    return _ENCODER.encode(value)


def json_bytes(value: Any) -> bytes:
    """The same as UTF-8. A lone surrogate becomes a question mark."""
    try:
        return to_json(value)
    except PydanticSerializationError:
        return encode(dump(value))


def script_json(value: Any) -> str:
    """JSON that may stand in a ``.js`` file or a ``<script>``: nothing in it can end the element or the statement."""
    return dump(value).translate(_IN_SCRIPT)


def xml_holds(text: str) -> str:
    """*text* with U+FFFD for what XML 1.0 cannot hold in any form: controls, surrogates, the two non-characters."""
    return _NOT_XML.sub("\ufffd", text)


def encode(text: str) -> bytes:
    """UTF-8. What UTF-8 cannot hold (a lone surrogate) becomes a question mark and not a crash."""
    return text.encode("utf-8", "replace")
