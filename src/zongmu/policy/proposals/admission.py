"""What a proposal may bring at all, judged from its tree entries alone, before anything of it is read.

Names, kinds of entry, sizes and numbers; which zone; and that no record disappears. A proposal that fails here is not
opened any further. Rules of content come afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, Finding, finding
from zongmu.model.record_types import type_of_path
from zongmu.policy.proposals.zones import Zone, zone_of
from zongmu.store.change import Touched
from zongmu.store.reading.reader import MAX_BYTES
from zongmu.store.survey import safe_path, sensitive_name
from zongmu.store.trees import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK

MAX_FILES: Final = 2_000
"""Files that one change may touch. A first import of more goes in parts, by year or by department."""
MAX_CODE_BYTES: Final = 8 * 1024 * 1024
"""Size of one file outside the data: a bundled library, a font list."""

SYMLINKED: Final = Code(
    "gate.symlink",
    Bilingual("提案里有符号链接", "A proposal with a symbolic link"),
    Bilingual("{file} 是符号链接，不收", "{file} is a symbolic link and is not taken"),
    Bilingual("删去链接，换成文件本身，重新提交", "Remove the link, put the file itself in its place, push again"),
)
SUBMODULES: Final = Code(
    "gate.submodule",
    Bilingual("提案里有子模块", "A proposal with a submodule"),
    Bilingual("{file} 是子模块，不收", "{file} is a submodule and is not taken"),
    Bilingual("运行 git rm --cached 删去它，重新提交", "Remove it with git rm --cached and push again"),
)
EXECUTABLES: Final = Code(
    "gate.executable",
    Bilingual("登记文件带有可执行权限", "An executable record"),
    Bilingual("{file} 带有可执行权限；登记文件只是数据", "{file} is executable; a record is data"),
    Bilingual("git update-index --chmod=-x 后重新提交", "git update-index --chmod=-x, commit, push again"),
)
ODD_NAME: Final = Code(
    "gate.odd-name",
    Bilingual("不收这样的文件名", "A name that is not taken"),
    Bilingual("{file}：{why_zh}", "{file}: {why_en}"),
    Bilingual(
        "改名：登记文件用小写字母、数字、短横、点，写全路径不超过 200 个字符",
        "Rename it: a record's path has lower-case ASCII letters, digits, - and ., and at most 200 characters",
    ),
)
COLLISION: Final = Code(
    "gate.name-collision",
    Bilingual("文件名只差写法", "Names that differ in spelling only"),
    Bilingual(
        "{file} 与 {other} 只差大小写或字符写法，在有的系统上是同一个文件",
        "{file} and {other} differ in case or form of characters only: one file on some systems",
    ),
    Bilingual("只留一个", "Keep one of them"),
)
TOO_LARGE: Final = Code(
    "gate.too-large",
    Bilingual("文件太大", "A file that is too large"),
    Bilingual(
        "{file} 有 {size} 字节，上限 {limit}；没有打开",
        "{file} has {size} bytes, {limit} are allowed; it was not opened",
    ),
    Bilingual("附件不放进登记文件，只登记其名称和摘要", "An attachment stays outside; record its name and digest"),
)
TOO_MANY: Final = Code(
    "gate.too-many-files",
    Bilingual("一次改动的文件太多", "Too many files in one change"),
    Bilingual("这次改动 {count} 个文件，上限 {limit}", "this change touches {count} files, {limit} are allowed"),
    Bilingual("按年度或单位分成几次提交", "Split it by year or by department"),
)
SEVERAL_ZONES: Final = Code(
    "gate.several-zones",
    Bilingual("一次改动跨了几个区", "One change in several zones"),
    Bilingual(
        "一次改动只动一个区；这次动了：{zones}",
        "one change touches one zone; this one touches: {zones}",
    ),
    Bilingual("分成几个合并请求：数据、信任、代码各一个", "Make a merge request for each: data, trust, code"),
)
DELETED: Final = Code(
    "gate.deleted",
    Bilingual("删除了登记文件", "A record was deleted"),
    Bilingual("{file} 被删除；登记的事实只增不减", "{file} was deleted; recorded facts are added and never taken away"),
    Bilingual(
        "恢复文件；项目终止的，登记 withdrawn、terminated 等里程碑；登记错的，用 corrections 作废",
        "Put it back; a project ends by a milestone, what was recorded by mistake is voided by a correction",
    ),
)
RENAMED: Final = Code(
    "gate.renamed",
    Bilingual("登记文件被改名", "A record was renamed"),
    Bilingual(
        "{file} 被移到 {other}；登记文件的路径固定不变",
        "{file} was moved to {other}; the path of a record never changes",
    ),
    Bilingual(
        "移回原处；责任单位变更用 transferred 里程碑", "Move it back; a change of owner is the milestone transferred"
    ),
)
CODES: Final = (
    SYMLINKED, SUBMODULES, EXECUTABLES, ODD_NAME, COLLISION, TOO_LARGE, TOO_MANY, SEVERAL_ZONES, DELETED, RENAMED,
)  # fmt: skip

_DATA_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_NAME: Final = re.compile(r"[A-Za-z0-9._+@=,-]+(?:/[A-Za-z0-9._+@=,-]+)*")
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?|\.git|git~[0-9].*", re.IGNORECASE)
_ZONE_NAMES: Final[Mapping[Zone, str]] = {"data": "数据 data", "trust": "信任 trust", "code": "代码 code"}


def admission(
    touched: Sequence[Touched],
    outside: Sequence[str],
    sizes: Mapping[str, int],
    standing: Iterable[str],
    *,
    max_files: int = MAX_FILES,
) -> tuple[Finding, ...]:
    """What keeps a proposal from being opened.

    *sizes*: bytes of each new blob; *standing*: every path of the instance after the change.
    """
    found = list(of_entries(touched, sizes))
    count = len(touched) + len(outside)
    if count > max_files:
        found.append(_about(TOO_MANY, "registry", count=count, limit=max_files))
    found.extend(_collisions(touched, standing))
    found.extend(_gone(touched))
    return tuple(found)


def several(zones: Sequence[Zone], touched: Sequence[Touched]) -> tuple[Finding, ...]:
    """That a change touches more than one of the *zones*, where it does."""
    if len(zones) < 2:
        return ()
    place = next((t.path for t in touched if zone_of(t.path) != zones[0]), touched[0].path if touched else "registry")
    return (_about(SEVERAL_ZONES, place, zones="、".join(_ZONE_NAMES[z] for z in zones)),)


def zones_of(touched: Iterable[Touched], outside: Iterable[str], *, holds: bool = False) -> tuple[Zone, ...]:
    """The zones that a change touches; files around the instance are code.

    *holds*: it moves the roles of an organization, which is a matter of trust.
    """
    zones = {zone_of(t.path) for t in touched} | {"code" for _ in outside}
    if holds:
        # The file of the organization itself is then no data.
        zones |= {"trust"}
        if not any(zone_of(t.path) == "data" and not t.path.startswith("registry/organizations/") for t in touched):
            zones -= {"data"}
    return tuple(z for z in ("data", "trust", "code") if z in zones)


def _about(code: Code, path: str, **values: Any) -> Finding:
    name = safe_path(path)
    return finding(code, record=name, path=name, file=name, **values)


def of_entries(touched: Iterable[Touched], sizes: Mapping[str, int]) -> Iterator[Finding]:
    """What is wrong with each entry by itself: its kind, its name, its size."""
    for path, _, after in touched:
        if after is None:
            continue
        zone = zone_of(path)
        if after.mode == SYMLINK:
            yield _about(SYMLINKED, path)
        elif after.mode == SUBMODULE:
            yield _about(SUBMODULES, path)
        elif after.mode == EXECUTABLE and zone != "code":
            yield _about(EXECUTABLES, path)
        elif after.mode not in (REGULAR, EXECUTABLE):
            yield _about(
                ODD_NAME, path, why_zh=f"不是普通文件（{after.mode}）", why_en=f"no ordinary file ({after.mode})"
            )
        why = Bilingual("名字里有不该有的内容", "it must not be stored") if sensitive_name(path) else odd(path)
        if why is not None:
            yield _about(ODD_NAME, path, why_zh=why.zh, why_en=why.en)
        size = sizes.get(after.blob or "", 0)
        limit = MAX_CODE_BYTES if zone == "code" else MAX_BYTES
        if size > limit:
            yield _about(TOO_LARGE, path, size=size, limit=limit)


def odd(path: str) -> Bilingual | None:
    """Why a name is not taken, or None."""
    if not path.isascii():
        return Bilingual("有 ASCII 以外的字符", "characters outside ASCII")
    if len(path) > 200:
        return Bilingual("路径太长", "the path is too long")
    records = path.startswith(("registry/", "trust/"))
    if not (_DATA_NAME if records else _NAME).fullmatch(path):
        return Bilingual("有不允许的字符", "characters that are not allowed")
    for part in path.split("/"):
        if part in (".", "..") or part.endswith(".") or _RESERVED.fullmatch(part):
            name = safe_path(part)
            return Bilingual(f"名字 {name} 有的系统另作他用", f"{name} means something else on some systems")
    return None


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


def _with_folders(path: str) -> Iterator[str]:
    """The folders that lead to *path*, and itself.

    Folders collide as files do: ``A/x`` and ``a/y`` share one on a system that does not tell case.
    """
    yield from (path[:n] for n, letter in enumerate(path) if letter == "/")
    yield path


def _collisions(touched: Iterable[Touched], standing: Iterable[str]) -> Iterator[Finding]:
    added = [t.path for t in touched if t.before is None and t.after is not None]
    if not added:
        return
    names: dict[str, set[str]] = {}
    for name in {name for path in standing for name in _with_folders(path)}:
        names.setdefault(_folded(name), set()).add(name)
    for path in added:
        for name in _with_folders(path):
            others = names.get(_folded(name), set()) - {name}
            if others:
                yield _about(COLLISION, path, other=safe_path(min(others)))
                break


def _gone(touched: Iterable[Touched]) -> Iterator[Finding]:
    """Records that are no longer where they were: renamed where the same record, or the same content, appears elsewhere."""
    rows = list(touched)
    added = [t for t in rows if t.before is None and t.after is not None]
    for path, before, after in rows:
        if before is None or after is not None or not path.startswith(("registry/", "trust/")):
            continue
        other = next(
            (t.path for t in added if (t.after and t.after.blob == before.blob) or _same_record(path, t.path)), None
        )
        if other is not None:
            yield _about(RENAMED, path, other=safe_path(other))
        else:
            yield _about(DELETED, path)


def _same_record(one: str, other: str) -> bool:
    a, b = type_of_path(one), type_of_path(other)
    return a is not None and a is b and a.id_from_path(one) == a.id_from_path(other)
