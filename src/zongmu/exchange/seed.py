"""A city's own repository: its registry, checks and site, pinned to one zongmu by the hash of a wheel or a Git revision.

The seed (hygiene checks, site pages, calendars, CI files) is part of the package; a checkout of zongmu reads its own files. Nothing of
another city goes along: no measure, no demonstration data.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from zongmu import __version__
from zongmu.model.immutable import immutable
from zongmu.model.record_types import BY_NAME
from zongmu.model.scalars.identifiers import DivisionCode
from zongmu.store.editing.canonical import formatted
from zongmu.store.editing.emit import scalar

_PACKAGE = Path(__file__).resolve().parents[1]
COPIED = (
    "checks/__init__.py",
    "checks/common",
    "site",
    "mkdocs.yml",
    "registry/calendars",
    ".editorconfig",
    ".github/workflows/check.yml",
    ".github/workflows/publish.yml",
    ".github/workflows/weekly.yml",
    ".gitea/workflows/check.yml",
    ".gitlab-ci.yml",
)


_EDITOR = ".vscode/settings.json"


@immutable
class City:
    """What the new instance is of."""

    jurisdiction: str
    name: str
    region: str


@immutable
class Pin:
    """The zongmu that the instance runs: a wheel by its hash, or a Git revision."""

    wheel: Path | None = None
    revision: str | None = None
    repository: str | None = None


def seed_root() -> Path:
    """Where the seed is: in the package, or in the checkout that the package is run from."""
    packed = _PACKAGE / "seed"
    if packed.is_dir():
        return packed
    checkout = _PACKAGE.parents[1]
    if (checkout / "checks" / "common").is_dir() and (checkout / "mkdocs.yml").is_file():
        return checkout
    raise FileNotFoundError("seed")


def plant(target: Path, city: City, pin: Pin) -> list[str]:
    """Write a new instance into *target* (which must not hold one). Returns the paths written, relative to it.

    Raises ``FileExistsError`` when something stands there already, ``FileNotFoundError`` when the seed is not at hand.
    """
    if (target / "registry").exists() or (target / "checks").exists():
        raise FileExistsError(str(target))
    seed = seed_root()
    target.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    for name in COPIED:
        source = seed / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")
            shutil.copytree(source, target / name, dirs_exist_ok=True, ignore=ignore)
            written.append(name + "/")
        elif source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
            written.append(name)
    for name, text in _files(city, pin, seed, target).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if name.startswith(("script/", ".ci/")):
            path.chmod(0o755)
        written.append(name)
    return written


def _files(city: City, pin: Pin, seed: Path, target: Path) -> dict[str, str]:
    j = city.jurisdiction
    settings = _SETTINGS.format(
        jurisdiction=j,
        title=scalar(f"{city.name}政务信息化项目总目"),
        name=scalar(city.name),
        region=city.region,
    )
    return {
        "registry/registry.yaml": formatted(settings.encode(), BY_NAME["instance"], target / "registry/registry.yaml"),
        f"registry/organizations/{j}/registrar.yaml": _REGISTRAR.format(
            jurisdiction=j, name=scalar(f"{city.name}登记单位"), region=city.region
        ),
        "script/bootstrap": _BOOTSTRAP,
        "script/serve": _SERVE,
        ".ci/run": _CI,
        "requirements.lock": _locked(pin, seed, target),
        _EDITOR: _editor(seed, j),
        **(
            {"zongmu.txt": f"git+{pin.repository}@{pin.revision}#egg=zongmu\n"}
            if pin.repository and pin.revision
            else {}
        ),
        ".gitignore": _IGNORED,
        "README.md": _README.format(name=city.name, jurisdiction=j, version=__version__, pin=_pin_text(pin)),
    }


_IGNORED = """.venv/
public/
.cache/
__pycache__/
# left behind by a command that was killed; the next one clears it away
.*.tmp
.zongmu-build-*/
"""


def _editor(seed: Path, jurisdiction: str) -> str:
    """The editor settings of this house, with the schema of the city's own projects."""
    settings = json.loads((seed / _EDITOR).read_text(encoding="utf-8"))
    own = {f"./schema/{jurisdiction}/project.schema.json": f"/registry/projects/{jurisdiction}/**/*.yaml"}
    others = {path: files for path, files in settings["yaml.schemas"].items() if path.count("/") == 2}
    return json.dumps({**settings, "yaml.schemas": own | others}, ensure_ascii=False, indent=2) + "\n"


def _pin_text(pin: Pin) -> str:
    if pin.wheel is not None:
        return f"vendor/{pin.wheel.name}"
    return f"{pin.repository}@{pin.revision}" if pin.revision else f"version {__version__}"


def _locked(pin: Pin, seed: Path, target: Path) -> str:
    """The lock of the product, and the pinned zongmu itself as its last line."""
    lock = seed / "requirements.lock"
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    if pin.wheel is not None:
        vendor = target / "vendor"
        vendor.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pin.wheel, vendor / pin.wheel.name)
        digest = hashlib.sha256(pin.wheel.read_bytes()).hexdigest()
        return f"{text.rstrip()}\n./vendor/{pin.wheel.name} --hash=sha256:{digest}\n"
    return text


def valid_name(text: str) -> bool:
    """Whether *text* may be the name of a city: one line that can be seen, with room for what is put behind it."""
    return 0 < len(text.strip()) == len(text) <= 100 and text.isprintable()


def valid_region(text: str) -> bool:
    """Whether *text* is a division code of GB/T 2260."""
    try:
        TypeAdapter(DivisionCode).validate_python(text)
    except ValidationError:
        return False
    return True


def valid_revision(text: str) -> bool:
    """Whether *text* pins a Git revision: a whole commit id. A branch or a tag may move."""
    return re.fullmatch(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", text) is not None


def valid_jurisdiction(text: str) -> bool:
    """Whether *text* may be the id of a jurisdiction."""
    return re.fullmatch(r"[a-z][a-z0-9]{0,23}", text) is not None


_SETTINGS = """\
# 本实例的设定。改动它会改变裁决，故属信任区。 Settings of this instance (trust zone).
format: 1
name: {title}
timezone: Asia/Shanghai
site:
  address: https://zongmu.invalid/ # 改成网站的真实地址 put the real address here
repository: internal # internal | public
assurance: none # none | F | S
disclosure_review: merge # separate 单独审查 | merge 合并即审查
jurisdictions:
  - id: {jurisdiction}
    name: {name}
    region: "{region}" # 行政区划代码 GB/T 2260 division code
"""

_REGISTRAR = """\
format: 1
id: {jurisdiction}/registrar
jurisdiction: {jurisdiction}
name: {name}
region: "{region}"
"""

_BOOTSTRAP = """\
#!/usr/bin/env bash
# Makes .venv with the zongmu that this repository pins. 建立 .venv，装上本仓库固定的 zongmu。
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pins=(requirements.lock)
if [[ -f zongmu.txt ]]; then pins+=(zongmu.txt); fi # pinned to a Git revision; its own dependencies are in the lock
stamp=$(sha256sum "${pins[@]}")
if [[ -x .venv/bin/zongmu && "$(cat .venv/.stamp 2>/dev/null)" == "$stamp" ]]; then exit 0; fi
missing() { echo "缺少 $1；请由管理员（root）执行后重试 $1 is missing; run as root, then try again: apt-get install -y $2" >&2; exit 2; }
python=$(command -v python3.11 || command -v python3) || missing "Python 3.11" "python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || missing "Python 3.11" "python3.11 python3.11-venv"
"$python" -c 'import ensurepip' 2>/dev/null || missing venv python3-venv
echo "建立 .venv（首次约一分钟） making .venv (about a minute, the first time)" >&2
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
if [[ -f zongmu.txt ]]; then
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -r zongmu.txt
fi
echo "$stamp" > .venv/.stamp
"""

_SERVE = """\
#!/usr/bin/env bash
# Sets up, checks, builds, serves on 127.0.0.1. 建立环境、检查、建站、在本机提供浏览。
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
script/bootstrap
# A deadline passes without a commit: what is in breach is shown, and only what could not run ends here.
.venv/bin/zongmu check || [ $? -eq 1 ]
.venv/bin/zongmu build
exec .venv/bin/zongmu serve "$@"
"""

_CI = """\
#!/usr/bin/env bash
# What the pipeline runs besides gate and publication: the checks. 流水线在关口和发布之外运行的内容：检查。
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
script/bootstrap
exec .venv/bin/zongmu check
"""

_README = """\
# {name}政务信息化项目总目

本仓库由 zongmu {version} 生成，固定在 {pin}。 Made by zongmu {version}, pinned to {pin}.

- `script/serve`：建立环境、检查、建站、在本机浏览 set up, check, build, serve
- `registry/`：登记文件；`registry/registry.yaml` 是本实例的设定（先改其中的网站地址） the records; change the site address first
- `checks/`：检查；`checks/common/` 是各地通用的，本市的办法另建 `checks/<办法>/` the law; add your measure as a folder
- 单位先登记：仿照 `registry/organizations/{jurisdiction}/registrar.yaml`，一个单位一个文件 register each body first, a file each
- 一个项目一个文件：`registry/projects/{jurisdiction}/<登记单位>/{jurisdiction}-<年>-<序号>.yaml`；`.venv/bin/zongmu new` 登记新项目，`record` 登记里程碑 a project is a file; begin one with `new`, record acts with `record`
- `schema/`：编辑器按它提示和校验（由 `zongmu schema` 生成，办法改了就再生成） what editors complete and check by; made by `zongmu schema`, again when the law changes
"""
