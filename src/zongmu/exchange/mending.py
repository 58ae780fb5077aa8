"""Mending what is only a matter of notation: quotes, marks of an editor, amounts, days and numbers written another way.

A repair is never trusted: the file is read again, and a replacement stays only if the finding it was made for is gone and no
other has come. What a value says does not change; where that cannot be known, nothing is mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from zongmu.exchange.notation import COLON, MARKS, NOTATION, QUOTES
from zongmu.exchange.tables.cell_values import Unreadable, fold, read_day, read_money, read_ratio
from zongmu.model.finding import Finding
from zongmu.model.immutable import immutable
from zongmu.model.record_types import jurisdiction_of, type_of_path
from zongmu.model.scalars.document_number import canonical_document_number
from zongmu.store.editing import emit
from zongmu.store.reading.reader import parse_exact
from zongmu.store.registry import LoadedRecord, load_record
from zongmu.store.survey import Located

_ROUNDS: Final = 200
"""Repairs of one file in one run."""


@immutable
class Mend:
    """One replacement: on a line, what stood there and what stands there now. Without texts: the whole file's form."""

    code: str
    line: int
    before: str
    after: str


def mended(
    path: str, data: bytes, judge: Callable[[LoadedRecord], list[Finding]], committed: str = ""
) -> tuple[bytes, list[Mend]]:
    """*data* with what could be mended, and what was. *judge*: every finding of a record by itself.

    A number that stands in *committed*, the text last recorded, is a fact: only a correction changes how it is written.
    """
    mends: list[Mend] = []
    data = _marks(path, data, mends)
    tried: set[tuple[str, int, str]] = set()
    for _ in range(_ROUNDS):
        findings = judge(_loaded(path, data))
        found = next(_repairs(path, data, findings, judge, tried, committed), None)
        if found is None:
            return data, mends
        data, mend = found
        mends.append(mend)
    return data, mends


def _marks(path: str, data: bytes, mends: list[Mend]) -> bytes:
    """The marks that editors leave: a byte-order mark, carriage returns, a last line without an end."""
    codes = {f.code for f in parse_exact(data, path).findings} & MARKS
    if not codes:
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    new = (text if text.endswith("\n") else text + "\n").encode()
    left = {f.code for f in parse_exact(new, path).findings}
    mends.extend(Mend(code, 1, "", "") for code in sorted(codes - left))
    return new if codes - left else data


def _loaded(path: str, data: bytes) -> LoadedRecord:
    record_type = type_of_path(path)
    assert record_type is not None
    located = Located(path, record_type, record_type.id_from_path(path), jurisdiction_of(path), None)
    return load_record(_OneFile(data), located)


class _OneFile:
    """A tree of one file that is not on the disk yet."""

    label = "draft"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def entries(self, prefix: str = "") -> tuple[()]:
        """Nothing to list."""
        return ()

    def read(self, path: str) -> bytes:
        """The file."""
        return self._data

    def exists(self, path: str) -> bool:
        """Every path is this file."""
        return True


def _repairs(
    path: str,
    data: bytes,
    findings: list[Finding],
    judge: Callable[[LoadedRecord], list[Finding]],
    tried: set[tuple[str, int, str]],
    committed: str,
) -> Iterator[tuple[bytes, Mend]]:
    before = Counter(f.code for f in findings)
    lines = data.decode("utf-8", "replace").split("\n")
    for finding in findings:
        place = finding.position
        if finding.sensitive or place is None or finding.code not in QUOTES | NOTATION:
            continue
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        end = place.end_column if place.end_line in (None, place.line) and place.end_column else None
        text = line[place.column - 1 : place.column if finding.code == COLON else end - 1 if end else None]
        if (finding.code, place.line, text) in tried or not text:
            continue
        if finding.code == "record.document-number-form" and text in committed:
            continue
        tried.add((finding.code, place.line, text))
        for candidate in _candidates(finding, text):
            new_line = line[: place.column - 1] + candidate + line[place.column - 1 + len(text) :]
            new = "\n".join([*lines[: place.line - 1], new_line, *lines[place.line :]]).encode()
            left = judge(_loaded(path, new))
            if _legible(place.line, left) if finding.code == COLON else _better(finding.code, before, left):
                yield new, Mend(finding.code, place.line, text, candidate)
                break


def _better(code: str, before: Counter[str], left: list[Finding]) -> bool:
    """Whether one defect less is *left*, and no other defect of form: what could only be judged now is no fault of the repair."""
    after = Counter(f.code for f in left)
    worse = any(n > before[code] for code, n in after.items() if code.startswith(("yaml.", "schema.")))
    return after[code] < before[code] and not worse


def _legible(line: int, left: list[Finding]) -> bool:
    """Whether the file now reads beyond *line*: nothing behind it could be known before."""
    return all(f.position is None or f.position.line > line for f in left if f.code.startswith("yaml."))


def _candidates(finding: Finding, text: str) -> Iterator[str]:
    if finding.code in QUOTES:
        if '"' not in text and "\\" not in text and "\n" not in text:
            yield f'"{text}"'
        return
    if finding.code == COLON:
        yield from (":", ": ")
        return
    if (meant := finding.values.get("meant")) is not None:
        yield str(meant)
    if "，" in text:
        yield text.replace("，", ", ")
    if len(text) > 2 and text[0] in "“”" and text[-1] in "“”":
        yield f'"{text[1:-1]}"'
    quote = text[0] if text[0] in "\"'" and text.endswith(text[0]) and len(text) > 1 else ""
    inner = text.strip(quote) if quote else text
    for read in (_day, _money, _ratio, canonical_document_number, fold):
        try:
            new = read(inner)
        except (Unreadable, ValueError):
            continue
        if new != inner:
            yield emit.scalar(new, inside=True, quote=quote)


def _day(text: str) -> str:
    return read_day(text).isoformat()


def _money(text: str) -> str:
    return read_money(text, None).canonical()


def _ratio(text: str) -> str:
    return read_ratio(text).canonical()
