"""Every code that a person can meet is in the catalogue, once, with texts in both languages."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
from collections import Counter
from functools import cache

import pytest

import zongmu
from tests.ours import checks
from tests.shared import REPO
from zongmu.model.finding import Bilingual, Code
from zongmu.report.findings.catalog import code_named, codes, in_general, next_step_of


@cache
def declared() -> dict[str, list[Code]]:
    """Every code that a module of the engine holds, by id."""
    found: dict[str, dict[int, Code]] = {}
    for module in pkgutil.walk_packages(zongmu.__path__, "zongmu."):
        for value in vars(importlib.import_module(module.name)).values():
            for one in (
                value
                if isinstance(value, tuple | list | frozenset)
                else value.values()
                if isinstance(value, dict)
                else (value,)
            ):
                if isinstance(one, Code):
                    found.setdefault(one.id, {})[id(one)] = one
    return {name: list(same.values()) for name, same in found.items()}


@cache
def catalogue() -> dict[str, Code]:
    return {code.id: code for code in codes(checks())}


def test_every_code_of_the_engine_is_in_the_catalogue() -> None:
    assert set(declared()) - set(catalogue()) == set()


def test_no_two_codes_share_an_id() -> None:
    assert [name for name, same in declared().items() if len(same) > 1] == []
    counted = Counter(code.id for check in checks().common for code in check.codes)
    assert [name for name, n in counted.items() if n > 1 and not name.startswith("content.")] == []


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_code_speaks_both_languages_with_the_same_values(name: str) -> None:
    code = catalogue()[name]
    assert re.fullmatch(r"[a-z]+(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+", name)
    for text in (code.title, code.message, code.next_step):
        assert text.zh.strip()
        assert text.en.strip()
        assert not in_general(text.zh).isascii() or in_general(text.zh) == ""
    assert {"", "…"}.isdisjoint(next_step_of(code).pick(lang).strip() for lang in ("zh", "en"))
    for text in (code.message, code.next_step):
        # ``{what}`` in Chinese may be ``{what_en}`` in English; nothing else may be asked of only one language.
        assert names(text.zh) == names(text.en)


def names(text: str) -> set[str]:
    """The values that a text asks for, their language left out."""
    found = {field for _, field, _, _ in string.Formatter().parse(text) if field}
    return {re.sub(r"(?:^|_)(?:zh|en)$", "", field) for field in found}


def test_a_code_is_explained_without_a_case_at_hand() -> None:
    assert in_general("没有合同 contract_signed/{contract}") == "没有合同 contract_signed/…"
    assert in_general("{hint_zh}") == ""


def test_a_code_is_found_by_its_id() -> None:
    found = code_named(checks(), "record.silent-edit")
    assert found is not None
    assert found.title == Bilingual("已登记的事实被直接改动", "A recorded fact was changed in place")
    assert code_named(checks(), "record.nothing") is None


def test_what_keeps_a_command_from_running_has_its_page_too() -> None:
    found = catalogue()["cli.bad-date"]
    assert found.title == Bilingual("… 不是日期", "… is not a date")
    assert found.message == Bilingual("… 不是日期", "… is not a date")
    assert found.next_step == Bilingual(
        "写成 2026-03-01 这样，年份从 1900 到 2099", "write it like 2026-03-01, of the years 1900 to 2099"
    )
    assert catalogue()["checks.invalid"].message.zh == "checks/ 有误：…"


def test_a_title_keeps_a_gap_where_its_value_stood_and_says_what_is_wrong() -> None:
    titles = {id: (code.title.zh, code.title.en) for id, code in catalogue().items()}
    assert titles["cli.before-the-registry"] == ("… 时本库还没有提交", "There was no commit yet on …")
    assert titles["build.not-ours"] == ("… 里有别的文件", "… holds something that zongmu did not build")
    assert titles["build.site"] == ("未能运行", "Could not run")  # its texts are made where it is raised
    assert titles["cli.usage"] == (
        "命令写法有误",
        "A command that is not understood",
    )  # declared, and raised elsewhere too


def test_every_code_that_a_command_raises_by_name_is_in_the_catalogue() -> None:
    raised: set[str] = set()
    for file in (REPO / "src" / "zongmu" / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            first = node.args[0] if isinstance(node, ast.Call) and len(node.args) > 2 else None
            if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z0-9-]+", str(first.value)):
                raised.add(str(first.value))
    assert len(raised) > 60
    assert raised - set(catalogue()) == set()


def test_trouble_of_commands_says_what_to_do_in_both_languages() -> None:
    """Codes of commands that cannot run are written where they are raised: message and next step, both bilingual."""
    raised = 0
    for file in (REPO / "src" / "zongmu" / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Trouble":
                raised += 1
                assert len(node.args) >= 3, f"{file.name}:{node.lineno}"
                if isinstance(node.args[0], ast.Constant):
                    assert re.fullmatch(r"[a-z]+\.[a-z-]+", str(node.args[0].value)), f"{file.name}:{node.lineno}"
    assert raised > 15
