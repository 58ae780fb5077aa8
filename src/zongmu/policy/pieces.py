"""A registry judged in pieces, on several machines: what each says of its records, and all of them as one.

A piece holds the verdicts on its records and the facts that rules across records read. Those rules are asked when the pieces
are put together, so that what comes of it is what judging the registry whole comes to.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.policy.finding_rows import UNREADABLE, Unkept
from zongmu.policy.judged_rows import JudgedRows
from zongmu.policy.judging.judged import Judged
from zongmu.policy.judging.one_record import judge_record
from zongmu.policy.judging.placing import Places
from zongmu.policy.judging.world import World
from zongmu.policy.remembering import world_print
from zongmu.store.git.objects import blob_id
from zongmu.store.registry import LoadedRecord, Registry
from zongmu.store.workers import Progress

FORMAT: Final = 1
NO_PIECE: Final = Code(
    "check.no-piece",
    Bilingual("不是一份检查结果", "Not a piece of a check"),
    Bilingual("{file} 不是 zongmu check --shard 写出的文件", "{file} was not written by zongmu check --shard"),
    Bilingual("核对文件名，或重新运行那一份", "check the name of the file, or run that piece again"),
)
OTHER_WORLD: Final = Code(
    "check.piece-of-other",
    Bilingual("份与份依据不同", "A piece of something else"),
    Bilingual(
        "{file} 是依另外的程序、办法、设定或裁决日检查的",
        "{file} was judged by another program, law, settings or day",
    ),
    Bilingual(
        "各份与合并都用同一提交、同一程序、同一 --as-of",
        "use one commit, one program and one --as-of for all pieces and for putting them together",
    ),
)
PIECE_MISSING: Final = Code(
    "check.piece-missing",
    Bilingual("少了一份", "A piece is missing"),
    Bilingual("共 {of} 份，缺第 {missing} 份", "of {of} pieces these are missing: {missing}"),
    Bilingual("把每一份都交来；失败的那一份重新运行", "give all of them; run a piece that failed again"),
)
CODES: Final = (NO_PIECE, OTHER_WORLD, PIECE_MISSING)


class PieceError(CodedError):
    """The pieces do not make a whole: nothing is said of the registry."""


def in_piece(path: str, number: int, of: int) -> bool:
    """Whether the record at *path* belongs to piece *number* (from 1) of *of*."""
    return zlib.crc32(path.encode("utf-8", "surrogateescape")) % of == number - 1


def piece(
    world: World,
    registry: Registry,
    number: int,
    of: int,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Piece *number* of *of* as plain data: its records judged one by one."""

    def one(loaded: LoadedRecord) -> tuple[str | None, Judged]:
        return _content(loaded), judge_record(world, loaded)

    rows = JudgedRows(world.asof)
    listed: list[list[Any]] = []
    paths = [path for path in registry.survey.located if in_piece(path, number, of)]
    for path, (content, judged) in registry.map(one, paths=paths, workers=workers, progress=progress):
        try:
            if content is not None:
                listed.append([path, content, rows.row(judged)])
        except Unkept:
            continue  # judged again where the pieces are put together
    return {
        "format": FORMAT,
        "piece": number,
        "of": of,
        "world": _world_of_day(world, registry),
        **rows.tables,
        "records": listed,
    }


def _world_of_day(world: World, registry: Registry) -> str | None:
    """All that a verdict on a record is made of, but the record; None without a law."""
    print_ = world_print(world, registry)
    return None if print_ is None else f"{print_} {world.asof.isoformat()}"


def _content(loaded: LoadedRecord) -> str | None:
    """The content of a record as one word, whether Git knows it or not."""
    return blob_id(loaded.data) if loaded.data is not None else None


class Whole:
    """The records of all pieces, for :func:`~zongmu.policy.run.run` of the same registry in the same world."""

    def __init__(self, pieces: Iterable[tuple[str, Any]], world: World, registry: Registry) -> None:
        """*pieces*: the name of each file, and what is in it. Raises :class:`PieceError`."""
        self.places: Places | None = None
        self._registry = registry
        self._held: dict[str, tuple[str, JudgedRows, list[Any]]] = {}
        print_ = _world_of_day(world, registry)
        there: set[int] = set()
        of = 0
        for file, data in pieces:
            try:
                if data["format"] != FORMAT:
                    raise PieceError(NO_PIECE, file=file)
                if data["world"] != print_ or print_ is None or (of and data["of"] != of):
                    raise PieceError(OTHER_WORLD, file=file)
                of = int(data["of"])
                there.add(int(data["piece"]))
                rows = JudgedRows(world.asof, data["texts"], data["counted"])
                self._held.update((path, (content, rows, row)) for path, content, row in data["records"])
            except UNREADABLE:
                raise PieceError(NO_PIECE, file=file) from None
        missing = [str(n) for n in range(1, of + 1) if n not in there]
        if missing or not of:
            raise PieceError(PIECE_MISSING, of=of, missing="、".join(missing))

    def get(self, path: str, blob: str | None) -> Judged | None:
        """What the piece says of the record at *path*, where it is the same there and here."""
        if path not in self._held:
            return None
        content, rows, row = self._held[path]
        if content != blob:
            loaded = self._registry.file(path)
            if loaded is None or _content(loaded) != content:
                return None
        try:
            return rows.judged(path, row)
        except UNREADABLE:
            return None

    def put(self, blob: str | None, judged: Judged) -> None:
        """Nothing is kept."""

    def save(self) -> None:
        """Nothing is kept."""
