"""The package that a clerk hands in: one zip with the record, its papers, a manifest and a printable sheet.

It comes from outside and is taken for hostile: nothing in it is unpacked to a path, every size is counted while reading,
and a name that is not one of the few expected is refused. What it holds is bound by a check code that also stands on the
paper sheet.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.model.immutable import immutable
from zongmu.store.reading.reader import MAX_BYTES
from zongmu.store.zips import DAMAGED

MAX_PACKAGE: Final = 200 * 1024 * 1024
"""Bytes of a package, packed and unpacked each."""
MAX_ENTRIES: Final = 300
MAX_MANIFEST: Final = 512 * 1024
_RECORD: Final = "project.yaml"
_MANIFEST: Final = "manifest.json"
_SHEET: Final = "sheet.html"
_PAPER: Final = re.compile(r"attachments/[^/\\\x00-\x1f\x7f]{1,120}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

NOT_A_PACKAGE = Code(
    "package.not-a-package",
    Bilingual("不是申报包", "No package"),
    Bilingual("{name} 不是本系统的申报包（{why_zh}）。", "{name} is no package of this system ({why_en})."),
    Bilingual(
        "请申报单位用填报页重新下载申报包，原样交来。",
        "Ask the unit to download the package again and hand it in as it is.",
    ),
)
TOO_LARGE = Code(
    "package.too-large",
    Bilingual("申报包过大", "Package too large"),
    Bilingual("{name} 超过上限（{limit}）。", "{name} is beyond the limit ({limit})."),
    Bilingual(
        "大的附件另行移交，包里只留登记内容。", "Hand large papers over separately and leave the record in the package."
    ),
)
STRANGE_ENTRY = Code(
    "package.strange-entry",
    Bilingual("包里有不该有的东西", "Something that does not belong"),
    Bilingual(
        "{name} 里第 {number} 项不该在申报包里（{why_zh}）。",
        "Entry {number} of {name} does not belong in a package ({why_en}).",
    ),
    Bilingual("不要打开它；请申报单位重新下载申报包。", "Do not open it; ask the unit to download the package again."),
)
TAMPERED = Code(
    "package.tampered",
    Bilingual("内容与清单不符", "Content differs from the manifest"),
    Bilingual(
        "{name} 里的 {part} 与清单所记摘要不符。", "{part} in {name} does not have the digest that the manifest states."
    ),
    Bilingual(
        "包在下载之后被改动过：请申报单位重新下载。", "The package was changed after it was made: ask for a new one."
    ),
)
WRONG_CODE = Code(
    "package.wrong-check-code",
    Bilingual("校验码不符", "Check code differs"),
    Bilingual(
        "{name} 的校验码应为 {expected}，{where_zh}写的是 {found}。",
        "The check code of {name} is {expected}; {where_en} says {found}.",
    ),
    Bilingual(
        "纸面与电子件不是同一份：请申报单位核对后重交。", "Paper and file are not the same: ask the unit to check."
    ),
)
PAPER_MISSING = Code(
    "package.paper-missing",
    Bilingual("附件未随包交来", "Paper not in the package"),
    Bilingual(
        "{what} 只登记了摘要，文件不在包里。", "Of {what} there is a digest, but the file is not in the package."
    ),
    Bilingual("请补交该文件，或确认另行移交。", "Ask for the file, or confirm that it comes separately."),
)

CODES: Final = (NOT_A_PACKAGE, TOO_LARGE, STRANGE_ENTRY, TAMPERED, WRONG_CODE, PAPER_MISSING)


class PackageProblem(CodedError):
    """A package that is not taken in. ``code`` says why; ``values`` fill its texts."""


@immutable
class Paper:
    """A paper in a package."""

    name: str
    sha256: str
    data: bytes


@immutable
class Package:
    """What a sound package holds. ``digest`` is the same for every package with the same record and papers."""

    record: bytes
    base_sha256: str | None
    papers: tuple[Paper, ...]
    submitter: dict[str, str]
    check_code: str
    digest: str


def digest_of(record: str, papers: Sequence[str]) -> str:
    """The digest of a package's content: of the digests of its record and of its papers, in order."""
    return hashlib.sha256("\n".join(["zongmu-package-1", record, *sorted(papers)]).encode()).hexdigest()


def check_code(digest: str) -> str:
    """12 characters without look-alikes, in three groups: what stands on the paper sheet."""
    bits = int(digest[:15], 16)
    out = ""
    for _ in range(12):
        out = _ALPHABET[bits % 32] + out
        bits //= 32
    return "-".join((out[:4], out[4:8], out[8:]))


def read_package(data: bytes, name: str) -> Package:
    """The package in *data*. Raises :class:`PackageProblem`."""
    if len(data) > MAX_PACKAGE:
        raise PackageProblem(TOO_LARGE, name=name, limit="200 MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            files = dict(_entries(packed, name))
    except zipfile.BadZipFile:
        raise _no(name, "不是 zip 文件，或已损坏", "not a zip file, or damaged") from None
    except (*DAMAGED, OSError):
        raise _no(name, "压缩方式不认识，或已加密、损坏", "packed in an unknown way, encrypted or damaged") from None
    for wanted in (_MANIFEST, _RECORD):
        if wanted not in files:
            raise _no(name, f"缺少 {wanted}", f"{wanted} is missing")
    return _sound(files, name)


def _no(name: str, zh: str, en: str) -> PackageProblem:
    return PackageProblem(NOT_A_PACKAGE, name=name, why_zh=zh, why_en=en)


def _entries(packed: zipfile.ZipFile, name: str) -> Iterator[tuple[str, bytes]]:
    """Every file, read no further than is allowed, whatever its header says."""
    infos = packed.infolist()
    if len(infos) > MAX_ENTRIES:
        raise PackageProblem(TOO_LARGE, name=name, limit=f"{MAX_ENTRIES} files")
    left = MAX_PACKAGE
    seen: set[str] = set()
    for number, info in enumerate(infos, 1):
        why = _strange(info, seen)
        if why is not None:
            raise PackageProblem(STRANGE_ENTRY, name=name, number=number, why_zh=why.zh, why_en=why.en)
        seen.add(info.filename)
        limit = {_RECORD: MAX_BYTES, _MANIFEST: MAX_MANIFEST}.get(info.filename, left)
        with packed.open(info) as file:
            content = file.read(min(limit, left) + 1)
        if len(content) > limit or len(content) > left:
            raise PackageProblem(TOO_LARGE, name=name, limit=f"{min(limit, left) // 1024} KiB")
        left -= len(content)
        yield info.filename, content


def _strange(info: zipfile.ZipInfo, seen: set[str]) -> Bilingual | None:
    """Why an entry does not belong; its name is not repeated."""
    if info.flag_bits & 0x1:
        return Bilingual("已加密", "encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Bilingual("压缩方式不在约定之内", "its way of packing is not among those agreed")
    mode = info.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        return Bilingual("不是普通文件", "no regular file")
    if info.filename in seen:
        return Bilingual("同名两次", "twice under one name")
    if info.filename in (_MANIFEST, _RECORD, _SHEET):
        return None
    if _PAPER.fullmatch(info.filename) and info.filename.rsplit("/", 1)[1] not in (".", ".."):
        return None
    return Bilingual("名称或位置不在约定之内", "its name or place is not among those agreed")


def _sound(files: dict[str, bytes], name: str) -> Package:
    try:
        manifest: Any = json.loads(files[_MANIFEST].decode("utf-8"))
    except (ValueError, RecursionError):
        raise _no(name, "清单读不懂", "its manifest cannot be read") from None
    if not isinstance(manifest, dict) or manifest.get("type") != "zongmu-package" or manifest.get("format") != 1:
        raise _no(name, "清单不是第 1 版的申报包清单", "its manifest is not one of a package, format 1")
    record = manifest.get("record")
    stated = record.get("sha256") if isinstance(record, dict) else None
    actual = hashlib.sha256(files[_RECORD]).hexdigest()
    if stated != actual:
        raise PackageProblem(TAMPERED, name=name, part=_RECORD)
    papers = tuple(_papers(manifest, files, name))
    listed = len(papers) + 1 + sum(n in files for n in (_MANIFEST, _SHEET))
    if listed != len(files):
        raise _no(name, "包里有清单之外的文件", "it holds files that its manifest does not list")
    digest = digest_of(actual, [p.sha256 for p in papers])
    code = check_code(digest)
    if manifest.get("check_code") != code:
        found = str(manifest.get("check_code"))[:20]
        raise PackageProblem(
            WRONG_CODE, name=name, expected=code, found=found, where_zh="清单里", where_en="the manifest"
        )
    assert isinstance(record, dict)
    base = record.get("base_sha256")
    said = manifest.get("submitter")
    return Package(
        files[_RECORD],
        base if isinstance(base, str) and _DIGEST.fullmatch(base) else None,
        papers,
        {k: " ".join(str(said.get(k) or "").split())[:200] for k in ("unit", "office", "paper")}
        if isinstance(said, dict)
        else {},
        code,
        digest,
    )


def _papers(manifest: dict[str, Any], files: dict[str, bytes], name: str) -> Iterator[Paper]:
    rows = manifest.get("attachments", [])
    taken: set[str] = set()
    for row in rows if isinstance(rows, list) else ():
        path = row.get("path") if isinstance(row, dict) else None
        if not isinstance(path, str) or path in taken or not _PAPER.fullmatch(path) or path not in files:
            raise _no(name, "清单里的附件与包里的不一致", "papers in its manifest and in the package differ")
        taken.add(path)
        digest = hashlib.sha256(files[path]).hexdigest()
        if digest != row.get("sha256"):
            raise PackageProblem(TAMPERED, name=name, part=f"附件 {len(taken)}")
        yield Paper(" ".join(str(row.get("name") or "").split())[:120], digest, files[path])
