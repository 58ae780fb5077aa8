"""``zongmu init``: a city's own repository that pins this zongmu, and checks at once."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from zongmu.cli.trouble import Trouble
from zongmu.exchange.schemas.json_schema import write as write_schemas
from zongmu.exchange.seed import (
    City,
    Pin,
    plant,
    seed_root,
    valid_jurisdiction,
    valid_name,
    valid_region,
    valid_revision,
)
from zongmu.model.finding import Bilingual
from zongmu.store.atomic import WriteError
from zongmu.store.kept.scratch import scratch_folder
from zongmu.store.refusal import refusal

JURISDICTION = "city"
"""Id of the city of an instance made without one."""
PLACEHOLDER = "110000"
"""Division code of an instance made without one: a valid one, so that the instance checks at once."""


def run_init(target: Path, args: argparse.Namespace, out: TextIO, run: Callable[[Sequence[str]], int]) -> int:
    """Make an instance in *target* and check it; *run* runs another command. Exit 0; :class:`Trouble` when it cannot be made."""
    zh = args.lang == "zh"
    id = JURISDICTION if args.jurisdiction is None else args.jurisdiction
    if not valid_jurisdiction(id):
        raise Trouble(
            "init.bad-jurisdiction",
            Bilingual(f"{id} 不能作辖区编号", f"{id} cannot be a jurisdiction id"),
            Bilingual("用小写字母和数字，字母开头，如 shili", "lower-case letters and digits, a letter first"),
        )
    city = City(id, id if args.name is None else args.name, args.region or PLACEHOLDER)
    if not valid_name(city.name):
        raise Trouble(
            "init.bad-name",
            Bilingual(f"{city.name} 不能作名称", f"{city.name} cannot be a name"),
            Bilingual("一行文字，100 字以内，两端不留空格", "one line, at most 100 characters, no space at its ends"),
        )
    if not valid_region(city.region):
        raise Trouble(
            "init.bad-region",
            Bilingual(f"{city.region} 不是行政区划代码", f"{city.region} is no division code"),
            Bilingual("GB/T 2260 的六位数字，如 110000", "six digits of GB/T 2260, like 110000"),
        )
    if target.exists() and not target.is_dir():
        raise _not_written(target, Bilingual("不是目录", "it is no folder"))
    if (target / "registry").exists() or (target / "checks").exists():
        raise _not_empty(target)
    if _within_git(target):
        raise Trouble(
            "init.within-git",
            Bilingual(
                f"{target} 在 Git 自己的目录（或裸库）里", f"{target} lies in a bare repository or in Git's own folder"
            ),
            Bilingual(
                "换一个空目录建库；服务器上的裸库由它推送而来",
                "take an empty folder elsewhere, and push from there to the bare repository",
            ),
        )
    with scratch_folder("zongmu-wheel-") as folder:
        written = _planted(target, city, _pin(args, folder))
    for name in (*written, "schema/"):
        out.write(f"  {name}\n")
    out.write(f"\n{'已建立' if zh else 'made'} {target}\n")
    if args.jurisdiction is None:
        out.write(
            f"没有 --jurisdiction，辖区编号先用了 {JURISDICTION}；它写进每个登记号，以后不能改，要换就趁现在删去目录重来\n"
            if zh
            else f"no --jurisdiction: {JURISDICTION} was put in; it is part of every project's id and cannot change later: "
            "to have another delete the folder and begin again now\n"
        )
    if args.name is None:
        out.write(
            f"没有 --name，城市名称先写了 {id}，请在 registry/registry.yaml 里改\n"
            if zh
            else f"no --name: the city is called {id}; change it in registry/registry.yaml\n"
        )
    if args.region is None:
        out.write(
            f"没有 --region，先填了 {PLACEHOLDER}，请改成本市的行政区划代码\n"
            if zh
            else f"no --region: {PLACEHOLDER} was put in; change it to the city's division code\n"
        )
    out.write(("接着：" if zh else "next: ") + f"cd {target} && git init -b main && script/serve\n")
    out.flush()
    return run(["--root", str(target), "check", "--lang", args.lang])


def _planted(target: Path, city: City, pin: Pin) -> list[str]:
    """Puts the files of a new instance into *target*; their paths. Raises :class:`Trouble`, and leaves no half of it."""
    new = not target.exists()
    try:
        written = plant(target.resolve(), city, pin)
        write_schemas(target.resolve())
    except FileExistsError:
        raise _not_empty(target) from None
    except FileNotFoundError:
        raise Trouble(
            "init.no-seed",
            Bilingual("安装的 zongmu 不带种子文件", "this zongmu was installed without its seed"),
            Bilingual("用 wheel 安装，或在 zongmu 的检出里运行", "install it from a wheel, or run it in a checkout"),
        ) from None
    except WriteError as problem:
        if new:
            shutil.rmtree(target, ignore_errors=True)
        raise Trouble.of(problem) from None
    except OSError as problem:
        if new:
            shutil.rmtree(target, ignore_errors=True)
        raise _not_written(target, refusal(problem)) from None
    return written


def _within_git(target: Path) -> bool:
    """Whether *target* lies in a folder that Git keeps its objects in: what is put there is in no commit."""
    there = target.resolve()
    while not there.is_dir():
        there = there.parent
    for folder in (there, *there.parents):
        if (folder / ".git").exists():
            return False
        if (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir():
            return True
    return False


def _not_written(target: Path, why: Bilingual) -> Trouble:
    return Trouble(
        "init.not-written",
        Bilingual(f"写不进 {target}：{why.zh}", f"{target} cannot be written: {why.en}"),
        Bilingual("核对路径、权限和剩余空间；清空后再来一次", "check path, rights and room; empty it and try again"),
    )


def _not_empty(target: Path) -> Trouble:
    return Trouble(
        "init.not-empty",
        Bilingual(f"{target} 里已经有 registry/ 或 checks/", f"{target} already holds registry/ or checks/"),
        Bilingual("换一个空目录", "take an empty folder"),
    )


def _as_url(repository: str) -> str:
    """The address of a repository as pip takes it: Git's short ``git@host:path`` and a path of this machine are written out."""
    if repository.startswith("/"):
        return f"file://{repository}"
    short = re.fullmatch(r"([\w.-]+@[\w.-]+):(?!//)/?(.+)", repository)
    return f"ssh://{short[1]}/{short[2]}" if short else repository


def _pin(args: argparse.Namespace, folder: Path) -> Pin:
    """The pin asked for; without any, a wheel built from the checkout that this zongmu is run from."""
    if args.revision is not None:
        if args.repository is None:
            raise Trouble(
                "init.no-repository",
                Bilingual("--revision 要和 --repository 一起用", "--revision goes with --repository"),
                Bilingual(
                    "如 --repository https://…/zongmu.git --revision 提交号", "give the address of the repository too"
                ),
            )
        if not valid_revision(args.revision) or args.repository != "".join(args.repository.split()):
            raise Trouble(
                "init.bad-revision",
                Bilingual(
                    f"{args.repository} {args.revision} 固定不了版本", f"{args.repository} {args.revision} pins nothing"
                ),
                Bilingual(
                    "写完整的提交号（40 位）：分支和标签会移动",
                    "give the whole commit id (40 digits): branches and tags move",
                ),
            )
        return Pin(revision=args.revision, repository=_as_url(args.repository))
    wheel: Path | None = args.wheel or _build_wheel(folder)
    if wheel is None or not wheel.is_file() or wheel.suffix != ".whl":
        raise Trouble(
            "init.no-wheel",
            Bilingual("没有可固定的 wheel", "there is no wheel to pin"),
            Bilingual(
                "用 --wheel 指明一个，或用 --repository 与 --revision 固定到 Git 版本",
                "say --wheel, or pin a Git revision with --repository and --revision",
            ),
        )
    return Pin(wheel=wheel.resolve())


def _build_wheel(folder: Path) -> Path | None:
    """A wheel of the checkout that this zongmu is run from, in *folder*; None where it is no checkout."""
    checkout = seed_root()
    if not (checkout / "setup.py").is_file():
        return None
    with scratch_folder("zongmu-source-") as copy:
        # Built from a copy: a build writes into its source folder, and this one is somebody's checkout.
        source = copy / "zongmu"
        ignore = shutil.ignore_patterns(
            ".git", ".venv", "public", ".*cache", ".hypothesis", "__pycache__", "*.egg-info", "build", "tests"
        )
        shutil.copytree(checkout, source, ignore=ignore)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        done = subprocess.run(
            [*command, "--no-index", "--no-build-isolation", "--wheel-dir", str(folder), str(source)],
            capture_output=True,
            check=False,
        )
    return next(iter(folder.glob("zongmu-*.whl")), None) if done.returncode == 0 else None
