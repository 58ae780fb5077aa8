"""A release as one file that crosses an air gap: the public tree, a manifest of its bytes, a sheet to be signed.

A package is a ZIP: ``manifest.json`` first, then ``review-sheet.html``, then the tree under ``tree/``. The manifest names every
file with its size and SHA-256, the day, the number of the release and the package before it; nothing of the registry's
commits. The same tree gives the same bytes. What is read was carried by hand and may have been changed on the way: nothing
of it is believed before it is held against the manifest, and the manifest against the release code on the signed sheet.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zongmu.model.finding import Bilingual, Code, CodedError
from zongmu.model.immutable import immutable
from zongmu.store.zips import DAMAGED

MANIFEST: Final = "manifest.json"
SHEET: Final = "review-sheet.html"
TREE: Final = "tree/"

_MAX_MANIFEST = 256 * 1024 * 1024
_BLOCK = 1024 * 1024
_MOMENT = (1980, 1, 1, 0, 0, 0)  # ZIP knows no earlier one; a package says its day in the manifest
_LARGE: Final = 45
"""The version of ZIP that an archive of more than 65,535 files, or of more than 2 GiB, asks for (APPNOTE 4.4.3)."""
_SAID = (
    "create_version",
    "extract_version",
    "reserved",
    "flag_bits",
    "compress_type",
    "create_system",
    "external_attr",
    "internal_attr",
    "date_time",
    "comment",
    "volume",
)
_PLAIN = re.compile(r"^[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$")

UNREADABLE: Final = Code(
    "release.unreadable",
    Bilingual("发布包读不了", "Package cannot be read"),
    Bilingual("{name} 不是完整的发布包：{why}", "{name} is no whole package: {why}"),
    Bilingual("请从光盘重新复制，或请内网重新制作", "Copy it from the disc again, or have it made again"),
)
TAMPERED: Final = Code(
    "release.tampered",
    Bilingual("发布包被改动", "Package was changed"),
    Bilingual("{name} 与清单不符：{why}", "{name} is not what its manifest says: {why}"),
    Bilingual("不要使用；核对审查单上的核对码，请内网重新制作", "Do not use it; compare the release code of the sheet"),
)
WRONG_CODE: Final = Code(
    "release.wrong-code",
    Bilingual("核对码不符", "Release code differs"),
    Bilingual("包的核对码是 {found}，给出的是 {given}", "the package's release code is {found}, {given} was given"),
    Bilingual(
        "与签字的审查单逐字核对；不符则不要使用", "Compare with the signed sheet; where it differs, do not use it"
    ),
)
FOREIGN: Final = Code(
    "release.foreign",
    Bilingual("别处的发布包", "Package of another registry"),
    Bilingual("包属于 {found}，这里是 {here}", "the package is of {found}, this is {here}"),
    Bilingual("核对光盘和目标目录", "Check the disc and the target folder"),
)
APPLIED: Final = Code(
    "release.applied-already",
    Bilingual("已经应用", "Applied already"),
    Bilingual("这里正是这个包：第 {here} 次发布", "this very package stands here: release {here}"),
    Bilingual("不必再应用", "There is nothing to do"),
)
OLDER: Final = Code(
    "release.older",
    Bilingual("不比现有的新", "Not newer"),
    Bilingual(
        "包是第 {found} 次发布，现有的是第 {here} 次", "the package is release {found}, release {here} stands here"
    ),
    Bilingual("请用最新的发布包", "Use the latest package"),
)
GAP: Final = Code(
    "release.gap",
    Bilingual("中间缺一次发布", "A release is missing between"),
    Bilingual(
        "包接在另一次发布之后，不是现有的这一次", "the package follows another release than the one that stands here"
    ),
    Bilingual(
        "先应用中间的发布包；确认无误也可加 --over-gap", "Apply the one between first, or, if sure, add --over-gap"
    ),
)
REPUBLISHES: Final = Code(
    "release.republishes",
    Bilingual("会重新公开已撤下的项目", "Would publish what was withdrawn"),
    Bilingual("包里有已在此撤下的项目：{projects}", "the package holds projects that were withdrawn here: {projects}"),
    Bilingual("请内网重新制作；确已重新审查的，加 --republish", "Have it made again; reviewed anew: add --republish"),
)
NOT_A_TREE: Final = Code(
    "release.not-a-tree",
    Bilingual("目标不是公开目录", "Target is no public tree"),
    Bilingual("{name} 里有别的内容，或是符号链接", "{name} holds something else, or is a symbolic link"),
    Bilingual("换一个 --to；首次应用时须为空或不存在", "Give another --to; the first time it is empty or absent"),
)
NO_SPACE: Final = Code(
    "release.no-space",
    Bilingual("磁盘空间不够", "Not enough space"),
    Bilingual("需要 {need} 字节，只有 {free}", "{need} bytes are needed, {free} are free"),
    Bilingual("腾出空间后再试；现有网站没有动", "Make room and try again; the site is untouched"),
)
NO_SUCH_GROUND: Final = Code(
    "release.no-such-ground",
    Bilingual("没有这项依据", "No such ground"),
    Bilingual("{ground} 不是不予公开的依据", "{ground} is no ground of withholding"),
    Bilingual("可用的依据：{known}", "the grounds are: {known}"),
)
NOT_LOOKED_AT: Final = Code(
    "release.not-looked-at",
    Bilingual("汇聚审查还没看", "Aggregation review not looked at"),
    Bilingual(
        "本次使 {count} 组放在一起说出更多（本登记库要求先看）",
        "this release adds to {count} groups that say more together (this registry wants that looked at first)",
    ),
    Bilingual(
        "运行 zongmu release plan 看“放在一起看”；看过仍要发布的，加 --looked-at",
        "Run zongmu release plan and read what is taken together; if it is to go out all the same, add --looked-at",
    ),
)
CLOSED_UNIT: Final = Code(
    "release.closed-unit",
    Bilingual("该单位的项目一律不公开", "Unit's projects are never published"),
    Bilingual(
        "{project} 涉及 {unit}，registry.yaml 写明其项目一律不公开",
        "{project} is of {unit}, whose projects registry.yaml keeps from being published",
    ),
    Bilingual(
        "不必审查；确要公开的，由定公开范围的机关先改 registry.yaml 的 disclosure.units",
        "It needs no review; if it is to be public all the same, whoever lays down what is public changes disclosure.units first",
    ),
)
CODES: Final = (
    UNREADABLE, TAMPERED, WRONG_CODE, FOREIGN, APPLIED, OLDER, GAP, REPUBLISHES, NOT_A_TREE, NO_SPACE, NO_SUCH_GROUND,
    NOT_LOOKED_AT, CLOSED_UNIT,
)  # fmt: skip


def known_grounds(grounds: Mapping[str, Bilingual | None]) -> str:
    """The *grounds* there are, by code and title, as :data:`NO_SUCH_GROUND` names them."""
    return "、".join(f"{code}（{title.zh}）" if title else code for code, title in grounds.items())


class PackageError(CodedError):
    """A package that is not taken; ``code`` says why, ``values`` fill its texts."""


_Sha = Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{64}$")]
_Path = Annotated[str, Field(strict=True, pattern=_PLAIN.pattern, max_length=500)]
_Size = Annotated[int, Field(strict=True, ge=0, le=1 << 40)]


class FileRow(BaseModel):
    """One file of the tree."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sha256: _Sha
    size: _Size


class Manifest(BaseModel):
    """What a package is and holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1]
    kind: Literal["zongmu-release"]
    registry: Annotated[str, Field(strict=True, min_length=1, max_length=500)]
    address: Annotated[str, Field(strict=True, min_length=1, max_length=500)]
    number: Annotated[int, Field(strict=True, ge=1, le=10**9)]
    as_of: Annotated[str, Field(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    previous: _Sha | None
    projects: tuple[str, ...]
    withheld: tuple[str, ...]
    sheet: _Sha
    files: dict[_Path, FileRow]

    def bytes(self) -> bytes:
        """The manifest as it stands in the package."""
        data = self.model_dump(mode="json")
        return (json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest without its sheet, which prints it: what binds every byte of the tree."""
        data = self.model_dump(mode="json", exclude={"sheet"})
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def check_code(self) -> str:
        """The first 100 bits of the digest in groups that a person can compare: ``ABCD-EFGH-…``."""
        return check_code(self.digest)


def check_code(digest: str) -> str:
    """A digest as a person compares it: 100 bits in base 32, in groups of four."""
    text = base64.b32encode(bytes.fromhex(digest)).decode()[:20]
    return "-".join(text[n : n + 4] for n in range(0, 20, 4))


def files_of(tree: Path) -> dict[str, FileRow]:
    """Every file of a public tree with its size and digest. Raises ``ValueError`` for what no package carries."""
    out: dict[str, FileRow] = {}
    for folder, names, files in os.walk(tree):
        names.sort()
        for name in sorted(files):
            file = Path(folder) / name
            path = file.relative_to(tree).as_posix()
            if not _PLAIN.fullmatch(path) or _bad(path) or not stat.S_ISREG(file.lstat().st_mode):
                raise ValueError(path)
            data = file.read_bytes()
            out[path] = FileRow(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    return out


def write_package(target: Path, tree: Path, manifest: Manifest, sheet: bytes) -> None:
    """Write the package at *target*, whole or not at all."""
    work = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(work, "w") as package:
            _put(package, MANIFEST, manifest.bytes())
            _put(package, SHEET, sheet)
            for path in sorted(manifest.files):
                _put(package, TREE + path, (tree / path).read_bytes())
        with work.open("rb") as handle:
            os.fsync(handle.fileno())
        work.replace(target)
    finally:
        work.unlink(missing_ok=True)


def _put(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    package.writestr(_entry(name), data, compresslevel=6)


def _entry(name: str) -> zipfile.ZipInfo:
    """What the archive says of a file besides its content."""
    info = zipfile.ZipInfo(name, _MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


# ── reading what somebody carried here ──


@immutable
class Package:
    """An opened package: its manifest held against the form of a package; its files are not read yet."""

    manifest: Manifest
    sheet: bytes
    _archive: zipfile.ZipFile
    _name: str

    def unpack(self, folder: Path) -> None:
        """Write the tree into *folder*, every byte held against the manifest. Raises :class:`PackageError`."""
        for path in sorted(self.manifest.files):
            row = self.manifest.files[path]
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
            with os.fdopen(handle, "wb") as out, _damage(self._name, path), self._archive.open(TREE + path) as source:
                _copy(source, out, row, self._name, path)

    def project_files(self) -> Iterator[bytes]:
        """The data files of projects, every byte held against the manifest. Raises :class:`PackageError`."""
        for path, row in self.manifest.files.items():
            if re.fullmatch(r"projects/[a-z0-9-]+\.json", path):
                out = io.BytesIO()
                with _damage(self._name, path), self._archive.open(TREE + path) as source:
                    _copy(source, out, row, self._name, path)
                yield out.getvalue()


@contextmanager
def opened(file: Path) -> Iterator[Package]:
    """The package in *file*. Raises :class:`PackageError` where it is none, or holds what no package holds."""
    if file.exists() and not file.is_file():
        raise PackageError(UNREADABLE, name=file.name, why="不是普通文件 no regular file")
    with _damage(file.name, MANIFEST):
        archive = zipfile.ZipFile(file)
    with archive:
        with _damage(file.name, MANIFEST):
            manifest = _manifest(archive, file.name)
            sheet = _read(archive, SHEET, 64 * 1024 * 1024, file.name)
        if hashlib.sha256(sheet).hexdigest() != manifest.sheet:
            raise PackageError(TAMPERED, name=file.name, why=SHEET)
        yield Package(manifest, sheet, archive, file.name)


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    infos = archive.infolist()
    if not infos or infos[0].filename != MANIFEST or infos[0].header_offset != 0 or archive.comment:
        raise PackageError(UNREADABLE, name=name, why="manifest.json")
    data = _read(archive, MANIFEST, _MAX_MANIFEST, name)
    try:
        manifest = Manifest.model_validate(json.loads(data))
        dt.date.fromisoformat(manifest.as_of)
    except (ValidationError, ValueError, RecursionError):
        raise PackageError(UNREADABLE, name=name, why="manifest.json") from None
    if manifest.bytes() != data:
        raise PackageError(TAMPERED, name=name, why="manifest.json")
    wanted = [MANIFEST, SHEET, *(TREE + path for path in sorted(manifest.files))]
    if [info.filename for info in infos] != wanted:
        strange = sorted({i.filename for i in infos} ^ set(wanted)) or ["order"]
        raise PackageError(TAMPERED, name=name, why=_shown(strange[0]))
    folded = {path.casefold() for path in manifest.files}
    if len(folded) != len(manifest.files) or any(_bad(path) for path in manifest.files):
        raise PackageError(TAMPERED, name=name, why="paths")
    for path in _strangely_put(archive, infos):
        raise PackageError(TAMPERED, name=name, why=_shown(path))
    return manifest


def _strangely_put(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """The files that are not put as :func:`_put` does: what a reader takes from either place has to be the same."""
    assert archive.fp is not None
    at = directory = 0
    for info in infos:
        wanted = _entry(info.filename)
        wanted.CRC, wanted.compress_size, wanted.file_size = info.CRC, info.compress_size, info.file_size
        head = wanted.FileHeader(info.file_size * 1.05 > zipfile.ZIP64_LIMIT)
        if at > zipfile.ZIP64_LIMIT:
            # Only the directory says how far behind a file begins, in a field that is made for large archives.
            wanted.create_version = wanted.extract_version = _LARGE
            wanted.extra = struct.pack("<HHQ", 1, 8, at)
        archive.fp.seek(info.header_offset)
        if (
            info.header_offset != at
            or archive.fp.read(len(head)) != head
            or any(getattr(info, one) != getattr(wanted, one) for one in _SAID)
        ):
            yield info.filename
        at += len(head) + info.compress_size
        directory += 46 + len(info.filename) + len(wanted.extra)
    # From the central directory on there is that alone, and what ends an archive without comment.
    archive.fp.seek(at + directory)
    if at != archive.start_dir or archive.fp.read() != _end(len(infos), directory, at):
        yield infos[-1].filename


def _end(files: int, directory: int, at: int) -> bytes:
    """The bytes that end an archive of so many *files*, whose *directory* of so many bytes stands *at* this place."""
    large = b""
    if files > zipfile.ZIP_FILECOUNT_LIMIT or max(directory, at) > zipfile.ZIP64_LIMIT:
        record = (44, _LARGE, _LARGE, 0, 0, files, files, directory, at)
        large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", *record) + struct.pack("<4sLQL", b"PK\6\7", 0, at + directory, 1)
    files, directory, at = min(files, 0xFFFF), min(directory, 0xFFFFFFFF), min(at, 0xFFFFFFFF)
    return large + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, files, files, directory, at, 0)


def _bad(path: str) -> bool:
    return bool({"..", "."} & set(path.split("/")))


def _shown(path: str) -> str:
    return path.encode("ascii", "backslashreplace").decode()[:120]


def _read(archive: zipfile.ZipFile, path: str, most: int, name: str) -> bytes:
    with archive.open(path) as handle:
        data = handle.read(most + 1)
    if len(data) > most:
        raise PackageError(TAMPERED, name=name, why=path)
    return data


def _copy(source: IO[bytes], out: IO[bytes], row: FileRow, name: str, path: str) -> None:
    """Copy no more than the manifest says, and refuse what is not exactly that."""
    digest, left = hashlib.sha256(), row.size
    while left:
        block = source.read(min(_BLOCK, left))
        if not block:
            break
        digest.update(block)
        out.write(block)
        left -= len(block)
    if left or source.read(1) or digest.hexdigest() != row.sha256:
        raise PackageError(TAMPERED, name=name, why=path)


@contextmanager
def _damage(name: str, path: str) -> Iterator[None]:
    """What the archive library raises of a damaged file, as a problem of the package."""
    try:
        yield
    except UnicodeError:
        raise PackageError(UNREADABLE, name=name, why="names") from None
    except DAMAGED:
        raise PackageError(UNREADABLE, name=name, why=path) from None


def manifest_data(manifest: Manifest) -> Mapping[str, Any]:
    """What of a manifest a tree says of itself once it is applied."""
    return {
        "number": manifest.number,
        "as_of": manifest.as_of,
        "digest": manifest.digest,
        "previous": manifest.previous,
        "registry": manifest.registry,
        "address": manifest.address,
    }
