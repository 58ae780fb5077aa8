"""MkDocs renders the hand-written pages and one shell per kind of page, in both languages; nothing here knows a project.

A shell is an ordinary page whose title, description, file name and body are placeholders. Rendering costs a second, so
it is kept in ``.cache`` under a key of everything it is made from.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import logging
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from markupsafe import Markup

from zongmu.model.finding import Bilingual
from zongmu.model.immutable import immutable
from zongmu.publish.making.kept import is_made, made_once
from zongmu.publish.rendering.escape import encode, html
from zongmu.publish.rendering.site_settings import FILE, SiteProblem, site_settings
from zongmu.store.workers import FORK_FROM, WorkerProblem, beside, how_many

LANGUAGES = ("zh", "en")

TITLE = "ZONGMU-TITLE"
DESCRIPTION = "ZONGMU-DESCRIPTION"
BODY = "ZONGMU-BODY"
SLOT = re.compile(r"(?:<p>)?<!-- zongmu:([a-z-]+) -->(?:</p>)?")
"""Where a hand-written page takes in what is stamped: a line ``<!-- zongmu:NAME -->``."""

_CSP_MARK = "<!-- zongmu:csp -->"
_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>(.*?)</script>", re.DOTALL
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SHEET = re.compile(r'<link rel="stylesheet" href="[^"]*\bassets/([^"]+\.css)">')
# The body only in its own element: a name of the instance that says the word is escaped, and can open none.
_TOKENS = re.compile(rf'({TITLE}|{DESCRIPTION}|(?<=<div class="zm-page">){BODY}(?=</div>)|zongmu-shell-[a-z]+\.html)')
_HEADER = re.compile(r"<th(?=[ >])(?![^>]*\bscope=)")  # Markdown's tables have headers of columns, and do not say so
_SKIP = re.compile(r'(class="md-skip">\s*)跳转至')  # the theme's words end where the heading should follow
_KEEP = re.compile(r"assets/stylesheets/main\.[^/]+\.css$")


@immutable
class Kind:
    """A kind of page: the folder it stands in, the entry of the navigation it belongs to, the scripts it may use."""

    name: str
    folder: str
    section: str
    scripts: tuple[str, ...] = ()


_TABLES = ("assets/tables.js",)
_ROWS = ("projects/rows.js", "search/fold.js", "assets/search.js", "assets/cells.js")
_LIST = (*_ROWS, *_TABLES, "assets/list.js")
_COMPARE = (*_ROWS, "projects/figures.js", "assets/compare.js")

KINDS: tuple[Kind, ...] = (
    Kind("project", "projects", "projects", ("assets/sheet.js",)),
    Kind("list", "projects", "projects", _LIST),
    Kind("lists", "projects", "projects"),
    Kind("compare", "projects", "projects", _COMPARE),
    Kind("organization", "organizations", "organizations", _TABLES),
    Kind("system", "systems", "organizations", _TABLES),
    Kind("district", "districts", "districts", _TABLES),
    Kind("change", "changes", "changes", _TABLES),
    Kind("measure", "measures", "measures"),
    Kind("rule", "rules", "measures"),
    Kind("code", "codes", "about"),
    Kind("schema", "schema", "data"),
    Kind("deadlines", "deadlines", "deadlines", _TABLES),
    Kind("suppliers", "suppliers", "suppliers", _TABLES),
    Kind("years", "years", "years", _TABLES),
    Kind("missing", "", ""),
    Kind("returns", "returns", "returns", _TABLES),
    Kind("resources", "resources", "resources", _TABLES),
)


class Shell:
    """A rendered page with its placeholders cut out."""

    __slots__ = ("_fixed", "_tokens")

    def __init__(self, page: str) -> None:
        parts = _TOKENS.split(page)
        self._fixed = [encode(part) for part in parts[::2]]
        self._tokens = parts[1::2]

    def fill(self, *, title: str, description: str, file: str, body: str | Markup) -> bytes:
        """The page. *title* and *description* are plain text; *file* is its file name; *body* is HTML."""
        values = {TITLE: encode(html(title)), DESCRIPTION: encode(html(description)), BODY: encode(body)}
        other = encode(html(file))
        out = [self._fixed[0]]
        for token, fixed in zip(self._tokens, self._fixed[1:], strict=True):
            out += (values.get(token, other), fixed)
        return b"".join(out)


@immutable
class Rendered:
    """What MkDocs made of one language."""

    pages: Mapping[str, str]  # hand-written pages by path, with their slots
    shells: Mapping[str, Shell]  # by kind
    assets: Mapping[str, Path]  # stylesheets of the theme by path


def render(root: Path, settings: Mapping[str, Mapping[str, Any]], kept: Path) -> dict[str, Rendered]:
    """Hand-written pages and shells of every language. *settings*: language → ``site_name`` and ``zongmu``; *kept*: where
    what was rendered before lies.

    Raises :class:`SiteProblem` when MkDocs cannot render them.
    """
    said = site_settings(root)
    _no_links_out(root)
    folder = _folder(root, settings, kept)
    made_once(folder, lambda work: _fill(root, said, settings, work))
    return {lang: _read(root, folder / lang) for lang in LANGUAGES}


@contextmanager
def rendered_beside(root: Path, settings: Mapping[str, Mapping[str, Any]], kept: Path) -> Iterator[None]:
    """What :func:`render` will be asked for is rendered by another process while the block runs, where it is lacking and a
    processor is there for it. What is wrong with it, or with that process, is for :func:`render`."""

    def ahead() -> None:
        with suppress(Exception):
            render(root, settings, kept)

    if how_many(FORK_FROM, None) == 1 or not _lacking(root, settings, kept):
        yield
        return
    with beside(ahead) as done:
        yield
        with suppress(WorkerProblem):
            done()


def _lacking(root: Path, settings: Mapping[str, Mapping[str, Any]], kept: Path) -> bool:
    try:
        return (root / FILE).is_file() and not is_made(_folder(root, settings, kept))
    except OSError:
        return False


def _folder(root: Path, settings: Mapping[str, Mapping[str, Any]], kept: Path) -> Path:
    return kept / f"shells-{_key(root, settings)[:32]}"


def _read(root: Path, folder: Path) -> Rendered:
    pages: dict[str, str] = {}
    shells: dict[str, Shell] = {}
    assets: dict[str, Path] = {}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        path = file.relative_to(folder).as_posix()
        if path.endswith(".html"):
            found = re.fullmatch(r"zongmu-shell-([a-z]+)\.html", file.name)
            text = file.read_text("utf-8")
            if found and found[1] == "missing":
                text = _with_own_styles(text, root, folder)
            text = with_policy(_HEADER.sub('<th scope="col"', text))
            text = _SKIP.sub(r"\1跳到正文", text)
            if found:
                shells[found[1]] = Shell(text)
            else:
                pages[path] = text
        else:
            assets[path] = file
    return Rendered(pages, shells, assets)


def _with_own_styles(page: str, root: Path, folder: Path) -> str:
    """The page with its style sheets in it: it is shown at any depth, where a link to them may lead nowhere."""

    def sheet(link: re.Match[str]) -> str:
        name = link[1]
        file = folder / "assets" / name if name.startswith("stylesheets/") else root / "site" / "assets" / name
        return f"<style>{file.read_text('utf-8')}</style>"

    return _SHEET.sub(sheet, page)


# ── the content security policy ──


def with_policy(page: str) -> str:
    """The page with its content security policy: what it loads comes from this site, and of scripts and styles within the
    page only those that are there now count, each by its hash."""
    policy = (
        f"default-src 'none'; script-src 'self'{_hashes(_SCRIPT, page)}; style-src 'self'{_hashes(_STYLE, page)}; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'"
    )
    return page.replace(_CSP_MARK, f'<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _hashes(element: re.Pattern[str], page: str) -> str:
    return "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for code in dict.fromkeys(m[1] for m in element.finditer(page))
    )


# ── running MkDocs ──


def _key(root: Path, settings: Mapping[str, Mapping[str, Any]]) -> str:
    """A digest of everything that the rendering is made from."""
    digest = hashlib.sha256()
    digest.update(
        json.dumps([settings, [[k.name, k.folder, k.section, k.scripts] for k in KINDS]], sort_keys=True).encode()
    )
    for name in ("mkdocs", "mkdocs-material", "Markdown", "Jinja2"):
        digest.update(f"{name}={importlib.metadata.version(name)};".encode())
    digest.update(Path(__file__).read_bytes())
    for file in _sources(root):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources(root: Path) -> list[Path]:
    folders = [root / "site" / "pages", root / "site" / "overrides"]
    return [root / FILE, *sorted(p for f in folders for p in f.rglob("*") if p.is_file())]


def _no_links_out(root: Path) -> None:
    """What lies outside the instance is no page, whatever link leads to it. Raises :class:`SiteProblem`."""
    here = root.resolve()
    for file in (root / "site", *(root / "site").rglob("*")):
        if file.is_symlink() and not file.resolve().is_relative_to(here):
            raise SiteProblem(
                Bilingual("是指向库外的符号链接", "a symbolic link that leads out of the instance"),
                file.relative_to(root).as_posix(),
            )


def _fill(root: Path, said: Mapping[str, Any], settings: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Render every language into *folder*."""
    for lang in LANGUAGES:
        docs, site = folder.with_name("docs") / lang, folder / lang
        _render(root, lang, said, settings[lang], docs, site)
        for file in [p for p in site.rglob("*") if p.is_file()]:
            path = file.relative_to(site).as_posix()
            if not (_KEEP.fullmatch(path) or path.endswith(".html")) or path == "404.html":
                file.unlink()


def _render(
    root: Path, lang: str, said: Mapping[str, Any], settings: Mapping[str, Any], docs: Path, site: Path
) -> None:
    pages = root / "site" / "pages" / lang
    if not (pages / "index.md").is_file():
        raise SiteProblem(
            Bilingual(f"没有 site/pages/{lang}/index.md", f"there is no site/pages/{lang}/index.md"),
            f"site/pages/{lang}",
        )
    shutil.copytree(pages, docs, copy_function=shutil.copyfile)
    for folder in (docs, *(p for p in docs.rglob("*") if p.is_dir())):
        folder.chmod(0o755)  # the folders of an instance that is read only came with their mode
    for kind in KINDS:
        _write_shell(docs, kind)
    config = docs.with_suffix(".yml")
    config.write_text(
        # JSON is YAML, and nothing in it can be read as a tag.
        json.dumps(
            {
                **said,
                "site_name": settings["site_name"],
                "site_url": "",
                "docs_dir": str(docs),
                "site_dir": str(site),
                "use_directory_urls": False,
                "edit_uri": "",
                "plugins": [],
                "theme": {**said["theme"], "language": lang, "custom_dir": str(root / "site" / "overrides")},
                "extra": {**said["extra"], "zongmu": settings["zongmu"]},
            },
            ensure_ascii=False,
        ),
        "utf-8",
    )
    _mkdocs(config, lang)


def _write_shell(docs: Path, kind: Kind) -> None:
    (docs / kind.folder).mkdir(exist_ok=True)
    head = {
        "title": TITLE,
        "description": DESCRIPTION,
        "section": kind.section,
        "shell": True,
        "find": kind.name != "list",  # the list has a box of its own
        "anywhere": kind.name == "missing",  # shown at any depth of the tree
        "scripts": list(kind.scripts),
    }
    lines = "".join(f"{name}: {json.dumps(value)}\n" for name, value in head.items())
    # The heading is there for the theme's skip link alone; the body that is stamped brings its own.
    text = f"---\n{lines}---\n\n# {TITLE} {{#content}}\n"
    (docs / kind.folder / f"zongmu-shell-{kind.name}.md").write_text(text, "utf-8")


class _Kept(logging.Handler):
    """Keeps what MkDocs warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _mkdocs(config: Path, lang: str) -> None:
    """One build of MkDocs in this process; a warning is an error, since a page would be wrong."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    kept = _Kept()
    log = logging.getLogger("mkdocs")
    before = (log.propagate, log.level)
    log.propagate, log.level = False, logging.WARNING
    log.addHandler(kept)
    try:
        build(load_config(config_file=str(config)))
    except (MkDocsException, Abort) as problem:
        raise _problem([*kept.lines, str(problem)], lang) from None
    finally:
        log.removeHandler(kept)
        log.propagate, log.level = before
    if kept.lines:
        raise _problem(kept.lines, lang)


def _problem(lines: Iterable[str], lang: str) -> SiteProblem:
    said = "; ".join(" ".join(line.split()) for line in lines)
    return SiteProblem(
        Bilingual(f"手写页面无法渲染：{said}", f"the hand-written pages cannot be rendered: {said}"),
        f"site/pages/{lang}",
    )
