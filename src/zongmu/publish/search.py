"""The search index: which project has which pair of characters in its public text, in shards that are scripts.

Chinese is written without spaces, so every two neighbouring characters are a term (``医保``), and a longer query asks for all
of its pairs. Latin letters and digits are terms by whole runs, found by their beginnings. Shards are split by the first
character, so that a query loads a few of them; they are scripts because a page opened from a folder may load no other data.
What is traditional, full-width or upper case is folded, in the index and in the query alike.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from zongmu.publish.released.release import Release, Released
from zongmu.publish.rendering.escape import encode, script_json

_RUN = re.compile(r"[0-9a-z]+|[\u3007\u3400-\u9fff]+")
_DOCUMENT = re.compile(r"[〔\[(](\d{4})[〕\])]\s*第?0*(\d+)")
_IDEOGRAPHS = range(0x3400, 0xA000)
"""Rarer ones, which take two places in JavaScript, are found in names alone."""
_BEFORE = "window.zongmuShard("
_AFTER = ");\n"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TEXTS = ("name", "name_en", "summary", "summary_en", "content_public", "necessity_public", "policy_basis_public",
          "investment_code", "buyer_name", "host")  # fmt: skip
_LISTS = ("scope", "data_catalog", "standards", "indicators")


@cache
def traditional() -> tuple[str, str]:
    """Traditional characters and the simplified ones for them, place by place, as OpenCC has them."""
    from opencc import OpenCC

    chars = [chr(point) for point in _IDEOGRAPHS]
    simple = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    pairs = [(a, b) for a, b in zip(chars, simple, strict=True) if a != b and ord(b[0]) in _IDEOGRAPHS]
    return "".join(a for a, _ in pairs), "".join(b for _, b in pairs)


@cache
def _table() -> dict[int, int]:
    return str.maketrans(*traditional())


def fold(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, simplified characters."""
    return unicodedata.normalize("NFKC", text).lower().translate(_table())


def terms(text: str) -> Iterator[str]:
    """The terms of a folded text: runs of letters and digits; pairs of ideographs, and the last one of each run; year and
    number of a document as one (``14n2026``), since each alone stands in many texts."""
    for year, number in _DOCUMENT.findall(text):
        yield f"{number}n{year}"
    for run in _RUN.findall(text):
        if run[0].isascii():
            yield run
        else:
            for n in range(len(run) - 1):
                yield run[n : n + 2]
            yield run[-1]


def public_text(release: Release, project: Released) -> Iterator[str]:
    """What can be found of a project beyond its row: texts, names of parts and systems, numbers of documents, and how it was
    procured."""
    public = project.public
    methods = [m.measure.codes.get("procurement_method", {}) for m in release.measures(public.jurisdiction)]
    for name in _TEXTS:
        value = public.facts.get(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield str(value.get("name", ""))
    for name in _LISTS:
        for row in public.facts.get(name, ()):
            yield str(row.get("name", row.get("title", "")))
    for name in ("builds", "extends", "maintains"):
        for id in public.facts.get(name, ()):
            known = release.systems.get(id)
            yield known.name if known is not None else id
    for q in public.questions:
        yield f"{q['text']}\n{q.get('text_en', '')}\n{q.get('reply', {}).get('text', '')}"
    for m in public.milestones:
        yield from (str(m.facts[name]) for name in ("number", "supplier", "winner", "body_name") if name in m.facts)
        for titles in (known[m.facts["method"]] for known in methods if m.facts.get("method") in known):
            yield f"{titles.zh}\n{titles.en}"


def shard_count(projects: int) -> int:
    """How many shards: one for some forty projects, at most 256; a power of two."""
    count = 1
    while count < 256 and count * 40 < projects:
        count *= 2
    return count


def found_in(release: Release, project: Released) -> set[str]:
    """The terms by which a project is found."""
    return set(terms(fold("\n".join(public_text(release, project)))))


def shards(found: Sequence[Iterable[str]]) -> list[bytes]:
    """The shards as scripts, of the terms of each project in the order of the list."""
    count = shard_count(len(found))
    at: dict[str, list[int]] = {}
    for place, here in enumerate(found):
        for term in here:
            held = at.get(term)
            if held is None:
                at[term] = [place]
            else:
                held.append(place)
    split: list[dict[str, str]] = [{} for _ in range(count)]
    for term in sorted(at):
        split[shard_of(term, count)][term] = places(at[term])
    return [shard(n, held) for n, held in enumerate(split)]


def shard_of(term: str, count: int) -> int:
    """In which of so many shards a term stands."""
    return ord(term[0]) % count


def shard(n: int, held: Mapping[str, str]) -> bytes:
    """The n-th shard: the places of its terms, which are in order."""
    return encode(f"{_BEFORE}{n},{script_json(held)}{_AFTER}")


def held_in(n: int, data: bytes) -> dict[str, str]:
    """What :func:`shard` wrote. Raises ``ValueError``."""
    held: dict[str, str] = json.loads(data.decode().removeprefix(f"{_BEFORE}{n},").removesuffix(_AFTER))
    return held


def places(rising: Iterable[int]) -> str:
    """Rising numbers as text: the distance to the next in base 36, ``.n`` behind it for n more that follow at once."""
    out: list[str] = []
    last, run = -1, 0
    for place in rising:
        if place == last + 1 and out:
            run += 1
        else:
            if run:
                out[-1] += f".{_base36(run)}"
                run = 0
            out.append(_base36(place - last))
        last = place
    if run:
        out[-1] += f".{_base36(run)}"
    return " ".join(out)


def placed(text: str) -> list[int]:
    """The numbers that :func:`places` wrote. Raises ``ValueError``."""
    out: list[int] = []
    last = -1
    for part in text.split():
        step, _, run = part.partition(".")
        first = last + int(step, 36)
        last = first + (int(run, 36) if run else 0)
        out.extend(range(first, last + 1))
    return out


def _base36(number: int) -> str:
    out = ""
    while True:
        number, digit = divmod(number, 36)
        out = _DIGITS[digit] + out
        if not number:
            return out


def fold_script() -> bytes:
    """The table of characters as a script."""
    old, new = traditional()
    notice = (
        "/* 繁简对照取自 OpenCC（Apache-2.0）。Traditional and simplified characters from OpenCC (Apache-2.0). */\n"
    )
    return encode(f"{notice}window.zongmuFold={script_json([old, new])};\n")
