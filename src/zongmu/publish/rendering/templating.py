"""Templates of the stamped pages: Jinja, escaping by default, one text for both languages.

A template writes its own words as ``[[中文|English]]``; the loader keeps the half that is wanted, so that a word costs
nothing when a page is made. Values are escaped; what is HTML already is of the type ``Markup``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemBytecodeCache, StrictUndefined, Template, TemplateNotFound

from zongmu.publish.rendering.escape import html
from zongmu.publish.rendering.tables import table_html

FOLDER = Path(__file__).parents[1] / "templates"
_BOTH = re.compile(r"\[\[([^|\[\]]*)\|([^|\[\]]*)\]\]")


def in_language(source: str, lang: str) -> str:
    """A template's text with its words in one language. Raises ``ValueError`` where a pair is not well formed."""
    text = _BOTH.sub(lambda m: m[1] if lang == "zh" else m[2], source)
    if "[[" in text or "]]" in text:
        at = text.find("[[") if "[[" in text else text.find("]]")
        raise ValueError(f"words not written as [[中文|English]] near {text[at : at + 40]!r}")
    return text


class _Loader(BaseLoader):
    def __init__(self, lang: str) -> None:
        self._lang = lang

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        file = FOLDER / template
        if not file.is_file():
            raise TemplateNotFound(template)
        # The name of a file is part of the key under which compiled code is kept: one for each language.
        return in_language(file.read_text("utf-8"), self._lang), f"{file}:{self._lang}", lambda: True


def environment(lang: str, cache: Path | None = None) -> Environment:
    """The templates in one language; *cache* keeps their compiled code."""
    code = None
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        code = FileSystemBytecodeCache(str(cache), f"%s-{lang}.jinja")
    made = _Environment(
        loader=_Loader(lang),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=code,
        auto_reload=False,
    )
    made.filters["table"] = table_html
    return made


class Templates:
    """The templates of one language, each loaded when first asked for."""

    def __init__(self, lang: str, cache: Path | None = None) -> None:
        self._environment = environment(lang, cache)
        self._loaded: dict[str, Template] = {}

    def render(self, name: str, /, **values: Any) -> str:
        """The HTML of a template."""
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = self._environment.get_template(f"{name}.html")
        return template.render(values)


class _Environment(Environment):
    """Jinja whose compiled templates escape with our :func:`~zongmu.publish.rendering.escape.html`: the same result, made faster."""

    def _load_template(self, name: str, globals: Any) -> Template:
        template = super()._load_template(name, globals)
        template.root_render_func.__globals__["escape"] = html
        template.globals = dict(template.globals)  # of a chain of mappings each page would walk all links again
        return template
