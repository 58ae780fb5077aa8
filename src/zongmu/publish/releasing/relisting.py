"""The lists of a tree's own files (catalogues, the page of downloads, what pages say to search engines) as the files are now.

A file that is gone is in none of them any more; of the others they say the digest and the size that they have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from zongmu.publish.making.tree import STATE
from zongmu.publish.open_data import dcat_ap
from zongmu.publish.open_data.json_files import indented
from zongmu.publish.rendering.escape import encode, script_json

_RDF = {"catalog.ttl": "turtle", "catalog.jsonld": "json-ld", "catalog.rdf": "xml"}
_JSON = ("data.json", "data-1.1.json")
_SAYING = frozenset({".html", ".json", ".jsonld", ".ttl", ".rdf"})
_LISTS = ("projects/index.html", "en/projects/index.html")

_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_LINK = re.compile(r'<a (?=[^>]*href="(?:\.\./)*(data/[^"#]+)")[^>]*>(.*?)</a>', re.DOTALL)
"""A link to a file of the open data: where it leads, and what it says."""
_JSON_LD = re.compile(r'(<script type="application/ld\+json">)(.*?)(</script>)', re.DOTALL)


def relisted(tree: Path, address: str, digests: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The lists of *tree* that have to change, each with what it has to say; *address*: where the tree is published, *digests*: of
    each file of data what it was and what it is."""
    base = address.rstrip("/") + "/"
    sizes = {
        file.relative_to(tree).as_posix(): file.stat().st_size for file in (tree / "data").rglob("*") if file.is_file()
    }
    for file in (*tree.glob("*.*"), *tree.glob("en/*.html"), *(tree / path for path in _LISTS)):
        if file.suffix not in _SAYING or file.name == STATE or not file.is_file():
            continue
        was = file.read_bytes()
        text = _DIGEST.sub(lambda m: digests.get(m[0], m[0]), was.decode())
        if file.suffix == ".html":
            text = _LINK.sub(lambda m: m[0] if m[1] in sizes else f"<span>{m[2]}</span>", text)
            text = _JSON_LD.sub(partial(_said_to_search_engines, base, sizes), text)
        new = encode(text)
        with suppress(ValueError):  # a list that is none: its digests are those of now at least
            if file.name in _JSON:
                new = indented(_listed(json.loads(text), base, sizes))
            elif file.name in _RDF:
                new = dcat_ap.relisted(new, _RDF[file.name], base, sizes)
        if new != was:
            yield file.relative_to(tree).as_posix(), new


def _said_to_search_engines(base: str, sizes: Mapping[str, int], found: re.Match[str]) -> str:
    try:
        said = script_json(_listed(json.loads(found[2]), base, sizes))
    except ValueError:
        return found[0]
    return f"{found[1]}{said}{found[3]}"


def _listed(value: Any, base: str, sizes: Mapping[str, int]) -> Any:
    """JSON with only those files under ``distribution`` that are there, and their sizes in bytes."""
    if isinstance(value, list):
        return [_listed(one, base, sizes) for one in value]
    if not isinstance(value, dict):
        return value
    out = {name: _listed(part, base, sizes) for name, part in value.items()}
    if isinstance(files := out.get("distribution"), list):
        out["distribution"] = [kept for one in files if (kept := _file(one, base, sizes)) is not None]
    return out


def _file(one: dict[str, Any], base: str, sizes: Mapping[str, int]) -> dict[str, Any] | None:
    """A file of a list with the size that it has now; None where it is gone. A feed is no data: it is where it was."""
    path = str(one.get("downloadURL") or one.get("contentUrl") or one.get("accessURL")).removeprefix(base)
    if not path.startswith("data/"):
        return one
    if path not in sizes:
        return None
    return one | {name: str(sizes[path]) for name in ("byteSize", "contentSize") if name in one}
