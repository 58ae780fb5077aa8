"""``mkdocs.yml`` read as data. MkDocs itself would run what it names (hooks, plugins, tags of Python), take in what it points at
(other themes, other files of the machine) and link what lies elsewhere (fonts, scripts): of all this a site needs nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StrictBool

from zongmu.model.base import Line, Maybe, Strict, may, need, rows
from zongmu.model.finding import Bilingual, Position
from zongmu.model.record_types import RecordType
from zongmu.store.fitting.validate import validate
from zongmu.store.reading.positions import Positions
from zongmu.store.reading.reader import parse_exact

FILE: Final = "mkdocs.yml"
_Place = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*$", max_length=200)]
"""A path below the site: it begins nowhere else and leads to nowhere else."""
_Level = Literal["warn", "info", "ignore"]
_Extension = Literal[
    "abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "nl2br", "sane_lists",
    "smarty", "tables", "toc",
]  # fmt: skip
"""What Markdown itself brings; others read files, or are programs of others."""


class SiteProblem(Exception):
    """The hand-written part of the site cannot be rendered. *where* is a path relative to the instance root."""

    def __init__(self, message: Bilingual, where: str) -> None:
        super().__init__(message.zh)
        self.message = message
        self.where = where


class _Theme(Strict):
    name: Literal["material"] = need("主题", "Theme")
    custom_dir: Literal["site/overrides"] = need("模板文件夹", "Folder of templates")
    language: Maybe[Line] = may("语言", "Language")
    favicon: Maybe[_Place] = may("图标", "Icon")


class _Link(Strict):
    id: Maybe[Line] = may("标识", "Id")
    href: _Place = need("页面", "Page")
    zh: Line = need("中文", "Chinese")
    en: Line = need("英文", "English")


class _Extra(Strict):
    generator: Maybe[StrictBool] = may("注明生成器", "Generator")
    sections: tuple[_Link, ...] = need("导航", "Navigation")
    more: tuple[_Link, ...] = rows("页脚的页面", "Pages at the foot")


class _Links(Strict):
    not_found: Maybe[_Level] = may("没有的页面", "Not found")
    unrecognized_links: Maybe[_Level] = may("认不出的链接", "Unrecognized")
    absolute_links: Maybe[_Level] = may("绝对链接", "Absolute")
    anchors: Maybe[_Level] = may("锚点", "Anchors")


class _Validation(Strict):
    links: _Links = need("链接", "Links")


class _Settings(Strict):
    """What a city may set."""

    site_name: Maybe[Line] = may("名称", "Name")
    site_url: Maybe[Line] = may("网址", "Address")
    docs_dir: Maybe[Line] = may("页面文件夹", "Folder of pages")
    site_dir: Maybe[Line] = may("输出文件夹", "Folder of the output")
    use_directory_urls: Maybe[StrictBool] = may("目录式网址", "Addresses of folders")
    edit_uri: Maybe[str] = may("编辑地址", "Address for editing")
    theme: _Theme = need("主题", "Theme")
    markdown_extensions: tuple[_Extension, ...] = rows("Markdown 扩展", "Extensions of Markdown")
    extra: _Extra = need("其他", "Extra")
    nav: tuple[_Place, ...] = rows("说明各页", "Hand-written pages")
    validation: Maybe[_Validation] = may("链接核对", "Checking of links")


_TYPE: Final = RecordType("site", "网站设定", "Site settings", re.compile(".*"), FILE, _Settings, {})


def site_settings(root: Path) -> dict[str, Any]:
    """What ``mkdocs.yml`` says that MkDocs is told. Raises :class:`SiteProblem`, with the place of what is wrong."""
    try:
        data = (root / FILE).read_bytes()
    except FileNotFoundError:
        raise SiteProblem(
            Bilingual("没有 mkdocs.yml，无法建站", "there is no mkdocs.yml to build the site with"), FILE
        ) from None
    parsed = parse_exact(data, FILE)
    if not parsed.findings:
        _nothing_of_others(parsed.value, data)
    checked = None if parsed.findings else validate(_TYPE, parsed.value, data=data, path=FILE)
    found = parsed.findings if checked is None else checked.findings
    if checked is None or not isinstance(checked.model, _Settings):
        first = found[0]
        message = Bilingual(f"{first.message.zh} {first.next_step.zh}", f"{first.message.en} {first.next_step.en}")
        raise SiteProblem(message, _at(first.position))
    said = checked.model
    theme = {"favicon": said.theme.favicon} if said.theme.favicon else {}
    links = said.validation.links.model_dump(exclude_none=True) if said.validation else {}
    return {
        "theme": {"name": "material", "font": False, "features": [], **theme},
        "markdown_extensions": list(said.markdown_extensions),
        "extra": said.extra.model_dump(mode="json", exclude_none=True),
        "validation": {"links": links},
        **({"nav": list(said.nav)} if said.nav else {}),
    }


_OF_OTHERS: Final[tuple[tuple[tuple[str, ...], object, Bilingual], ...]] = (
    (
        ("theme", "font"),
        False,
        Bilingual("font 须写 false：字体不从别处取", "font is false: none comes from elsewhere"),
    ),
    (
        ("theme", "features"),
        [],
        Bilingual("features 须写 []：主题的功能用不上", "features is []: none of the theme is used"),
    ),
    (("plugins",), [], Bilingual("plugins 须写 []：插件是别的程序", "plugins is []: a plugin is another program")),
)
"""What a file of MkDocs says to have none of, each taken out once it is seen to say so."""


def _nothing_of_others(value: Any, data: bytes) -> None:
    for place, none, why in _OF_OTHERS:
        at = value
        for name in place[:-1]:
            at = at.get(name) if isinstance(at, dict) else None
        if isinstance(at, dict) and at.pop(place[-1], none) != none:
            raise SiteProblem(why, _at(Positions.of(data).find(place)))


def _at(position: Position | None) -> str:
    return FILE if position is None else f"{FILE}:{position.line}:{position.column}"
