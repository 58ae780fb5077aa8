"""A registry of any size, made of the demonstration's lives: valid, varied, and the same for the same seed.

The demonstration as it stands comes first. Each further *batch* is a copy of all its projects with their systems, in
which every id is new and every reference follows; days lie some weeks earlier (so that other law and other deadlines
hold), amounts are scaled (so that other thresholds are crossed), names and document numbers differ, and the texts that
a real declaration has and a demonstration leaves out are filled in. Bodies that hold no role of a measure are copied
once for every few batches, as a city has some hundreds of them.

Nothing of it is real, and nothing is meant to be read: only its shape counts.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BATCHES_PER_BODY = 8
"""Batches that share their organizations: some hundreds of bodies at 10,000 projects."""

WEEKS, SCALES = 12, 101
"""By how many weeks and how many scales batches differ; without a common divisor."""

_PROJECT_ID = re.compile(r"\b[a-z]+-[0-9]{4}-[0-9]{4,}\b")
_REFERENCE = re.compile(r"\b[a-z]+/[a-z0-9][a-z0-9-]*")
_DAY = re.compile(r"\b(20[0-9]{2})-([01][0-9])-([0-3][0-9])\b")
_AMOUNT = re.compile(r"(?<![0-9.])(0|[1-9][0-9]*)(?:\.([0-9]+))?(亿元|万元|元)")
_NUMBER = re.compile(r"〔(20[0-9]{2})〕([0-9]+)号")
_NAME = re.compile(r"^(name(?:_en)?: .*?)(\"?)$", re.MULTILINE)
_STARTED = re.compile(r"- kind: build_started\n +date: ([0-9-]{10})")
_FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}

_SENTENCES = (
    "现有业务以人工登记和表格汇总为主，同一事项在多个科室重复录入，数据口径不一致。",
    "建设内容包括业务受理、过程管理、统计分析和对外查询四个部分，部署在政务云上，不新建机房。",
    "所需基础数据通过共享交换平台取得，本项目产生的数据按目录归集，供其他部门使用。",
    "系统上线后由使用单位设专岗维护数据，运行维护费用列入部门预算，不另行申请。",
    "与已建系统的关系：继续使用统一身份认证、统一支付和统一消息，不重复建设。",
    "预期成效：办理时限由十个工作日压减到三个工作日，跑动次数减为一次，材料减少一半。",
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A registry on the disk: its root, the files of its records, how many of them are projects."""

    root: Path
    files: tuple[Path, ...]
    projects: int

    @property
    def size(self) -> int:
        """Bytes of all records."""
        return sum(file.stat().st_size for file in self.files)

    def __str__(self) -> str:
        mean = self.size / max(1, len(self.files)) / 1024
        return f"{self.projects} projects, {len(self.files)} records, {self.size / 1e6:.1f} MB ({mean:.1f} KiB each)"


def make(root: Path, projects: int, *, source: Path, seed: int = 1) -> Corpus:
    """An instance in the empty folder *root* with *projects* projects (never fewer than the demonstration has).

    *source* is the instance whose law and demonstration are used. The same arguments give the same bytes.
    """
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("checks", "registry", "schema"):
        shutil.copytree(source / name, root / name, ignore=ignored)
    lives = _Lives(root / "registry")
    serials: dict[str, int] = {}
    lacking = projects - len(lives.projects)
    batch = 0
    while lacking > 0:
        batch += 1
        lacking -= _write_batch(lives, root / "registry", batch, lacking, serials, random.Random(f"{seed}/{batch}"))
    files = tuple(sorted((root / "registry").rglob("*.yaml")))
    return Corpus(root, files, sum("/projects/" in file.as_posix() for file in files))


def commit(root: Path, message: str) -> str:
    """Everything in *root* as a commit of a repository there (made at the first call); its id."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--no-verify", "--message", message)
    return git(root, "rev-parse", "HEAD")


def git(root: Path, *arguments: str) -> str:
    """What Git says, run in *root* with no settings but our own. Raises ``CalledProcessError``."""
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@zongmu.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class _Lives:
    """The demonstration's projects, systems and bodies as text, by their ids."""

    def __init__(self, registry: Path) -> None:
        self.projects = {file.stem: file for file in sorted(registry.glob("projects/*/*/*.yaml"))}
        self.systems = {f"{f.parent.name}/{f.stem}": f for f in sorted(registry.glob("systems/*/*.yaml"))}
        bodies = {f"{f.parent.name}/{f.stem}": f for f in sorted(registry.glob("organizations/*/*.yaml"))}
        # A body with a role stays one: the law asks who holds it.
        self.bodies = {id: f for id, f in bodies.items() if "\nholds:" not in f.read_text("utf-8")}
        self.texts = {file: file.read_text("utf-8") for file in (*self.projects.values(), *self.systems.values())}


def _write_batch(
    lives: _Lives, registry: Path, batch: int, most: int, serials: dict[str, int], chance: random.Random
) -> int:
    """Writes one copy of the lives, *most* projects at most; how many were written."""
    group = batch // BATCHES_PER_BODY
    names: dict[str, str] = {}
    for id in list(lives.projects)[:most]:
        stem = id.rpartition("-")[0]
        serials[stem] = serials.get(stem, 1000) + 1
        names[id] = f"{stem}-{serials[stem]}"
    written = len(names)
    names |= {id: f"{id}-{batch}" for id in lives.systems}
    names |= {id: f"{id}-g{group}" for id in lives.bodies} if group else {}
    for id, file in lives.systems.items():
        text = _renamed(_varied(lives.texts[file], batch), names)
        # One field, one platform: were every copy in the same field, each would be held against all the others.
        _write(registry / f"systems/{names[id]}.yaml", re.sub(r"^field: .*\n", "", text, flags=re.MULTILINE))
    if group and batch % BATCHES_PER_BODY == 0:
        for id, file in lives.bodies.items():
            _write(registry / f"organizations/{names[id]}.yaml", _renamed(file.read_text("utf-8"), names))
    for id, file in list(lives.projects.items())[:most]:
        text = _renamed(_filled(_varied(lives.texts[file], batch), chance), names)
        jurisdiction, body = file.parts[-3:-1]
        folder = names.get(f"{jurisdiction}/{body}", f"{jurisdiction}/{body}")
        _write(registry / f"projects/{folder}/{names[id]}.yaml", text)
    return written


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="\n")


def _renamed(text: str, names: Mapping[str, str]) -> str:
    text = _PROJECT_ID.sub(lambda found: names.get(found[0], found[0]), text)
    return _REFERENCE.sub(lambda found: names.get(found[0], found[0]), text)


def _varied(text: str, batch: int) -> str:
    """*text* with its days some whole weeks earlier, its amounts scaled, its name and document numbers its own.

    No two batches of a thousand have the same weeks and scale: acts that are the same to the last fen are one project twice.
    """
    back = dt.timedelta(weeks=batch % WEEKS)
    text = _DAY.sub(lambda found: (dt.date.fromisoformat(found[0]) - back).isoformat(), text)
    text = _scaled(text, 160 + batch % SCALES)
    text = _NUMBER.sub(lambda found: f"〔{found[1]}〕{int(found[2]) + 500 * batch}号", text)
    return _NAME.sub(rf"\1（{batch}）\2", text, count=2)


def _scaled(text: str, two_hundredths: int) -> str:
    """*text* with every amount times *two_hundredths* / 200; as it was where one of them would not come out exact."""
    exact = True

    def scale(found: re.Match[str]) -> str:
        nonlocal exact
        unit = _FEN[found[3]]
        decimals = (found[2] or "").ljust(10, "0")
        fen, rest = divmod((int(found[1]) * 10**10 + int(decimals)) * unit * two_hundredths, 200 * 10**10)
        exact = exact and not rest
        whole, part = divmod(fen, unit)
        digits = f"{part:0{len(str(unit)) - 1}d}".rstrip("0")
        return f"{whole}.{digits}{found[3]}" if digits else f"{whole}{found[3]}"

    scaled = _AMOUNT.sub(scale, text)
    return scaled if exact else text


def _filled(text: str, chance: random.Random) -> str:
    """*text* with what a real declaration holds besides: purpose, content, indicators, progress month by month."""
    more = []
    for field in ("necessity", "content", "policy_basis"):
        if f"\n{field}:" not in text:
            more.append(f"{field}: {''.join(chance.sample(_SENTENCES, chance.randrange(2, 5)))}\n")
    if "\nindicators:" not in text:
        rows = (
            f"  - {{id: i{n}, name: 第{n}项产出指标的名称, target: 不低于 {chance.randrange(60, 99)}%}}\n"
            for n in range(1, chance.randrange(5, 10))
        )
        more.append("indicators:\n" + "".join(rows))
    started = _STARTED.search(text)
    if started and "\nprogress:" not in text:
        first = dt.date.fromisoformat(started[1])
        days = (first + dt.timedelta(days=30 * n) for n in range(1, chance.randrange(3, 9)))
        rows = (f"  - {{date: {day}, percent: {10 * n}%}}\n" for n, day in enumerate(days, 1) if day.year < 2026)
        listed = "".join(rows)
        more.append("progress:\n" + listed if listed else "")
    return text + "\n" + "".join(more)
