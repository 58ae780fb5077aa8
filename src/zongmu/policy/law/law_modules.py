"""The Python files of the law: imported by path from the instance root, one version per process.

What cannot be imported is told with its file and line.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from zongmu.model.finding import Bilingual
from zongmu.policy.law.measure import MeasureError
from zongmu.policy.law.patience import TooLong

PACKAGE: Final = "checks"


def no_files(folder: Path, root: Path) -> Iterator[MeasureError]:
    """What bears the name of a file of the law and is none: a pipe would make us wait for ever."""
    folders = [folder, *(p for p in sorted(folder.iterdir()) if p.is_dir())]
    for one in (*folders, *(p / "examples" for p in folders if (p / "examples").is_dir())):
        for file in sorted(one.iterdir()):
            if file.suffix in (".py", ".yaml") and not file.is_file():
                path = file.relative_to(root).as_posix()
                yield MeasureError(Bilingual("应为普通文件", "must be a regular file"), path)
    for one in folders[1:]:
        for file in sorted(one.glob("*/**/*.py")):
            said = Bilingual(
                f"规则文件直接放在 {one.name}/ 里，子文件夹里的不会读取",
                f"files of rules stand in {one.name}/ itself; those in a folder below are not read",
            )
            yield MeasureError(said, file.relative_to(root).as_posix())


def claim_package(folder: Path) -> None:
    """Make ``import checks`` mean *folder*, dropping another root's package from this process."""
    present = sys.modules.get(PACKAGE)
    if present is not None and list(getattr(present, "__path__", [])) == [str(folder)]:
        return
    for name in [n for n in sys.modules if n == PACKAGE or n.startswith(PACKAGE + ".")]:
        del sys.modules[name]
    init = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        PACKAGE, init if init.exists() else None, submodule_search_locations=[str(folder)]
    )
    if spec is None:
        spec = importlib.util.spec_from_loader(PACKAGE, loader=None, is_package=True)
        assert spec is not None
        spec.submodule_search_locations = [str(folder)]
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    if spec.loader is not None and init.exists():
        spec.loader.exec_module(module)


def modules_in(folder: Path) -> Iterator[ModuleType]:
    """The modules of a folder of the law, imported in the order of their names. Raises what importing them raises."""
    for file in sorted(folder.glob("*.py")):
        if file.name != "__init__.py":
            yield importlib.import_module(f"{PACKAGE}.{folder.name}.{file.stem}")


def declared_in(modules: Iterable[ModuleType], cls: type[Any]) -> Iterator[Any]:
    """Objects of *cls* that a module itself declares, in the order of the file."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, cls) and (not hasattr(value, "module") or value.module == module.__name__):
                yield value


def not_imported(crash: BaseException, folder: Path, root: Path) -> MeasureError:
    """What a module that cannot be imported is reported as: its file and line, not a traceback."""
    path, line = _begun(folder).relative_to(root).as_posix(), None
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(crash.__traceback__)]
    if isinstance(crash, SyntaxError) and crash.filename is not None:
        places.append((crash.filename, crash.lineno))
    for name, number in places:
        if Path(name).is_relative_to(folder):
            path, line = Path(name).relative_to(root).as_posix(), number
    if isinstance(crash, TooLong):
        endless = Bilingual(
            "导入这个文件不见尽头，已中止：这里的循环不结束",
            "to import this file never ended and was interrupted: a loop here goes on for ever",
        )
        return MeasureError(endless, path, line)
    said = crash.msg if isinstance(crash, SyntaxError | ImportError) else str(crash)
    said = re.sub(r" \(/[^)]*\)$", "", said)  # an ImportError ends in a path of this machine
    text = f"{type(crash).__name__}: {said}"
    return MeasureError(Bilingual(f"无法导入：{text}", f"cannot be imported: {text}"), path, line)


def _begun(folder: Path) -> Path:
    """The file below *folder* whose import failed before a line of it ran: the first in order that is not imported."""
    package = "" if folder.name == PACKAGE else f"{PACKAGE}.{folder.name}."
    for file in (folder / "__init__.py", *sorted(folder.glob("*.py"))):
        if file.is_file() and f"{package}{file.stem}".removesuffix(".__init__") not in sys.modules:
            return file
    return folder
