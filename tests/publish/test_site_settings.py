"""What ``mkdocs.yml`` and ``site/`` cannot make a build do: run a program, take in another file, link what lies elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.instances import Said, say
from tests.publish.instance import project, write_instance
from tests.shared import REPO

OURS = (REPO / "mkdocs.yml").read_text("utf-8")
MARK = "ran"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("instance")
    write_instance(made, [project(1)])
    return made


def built(root: Path, text: str, lang: str = "zh") -> Said:
    (root / "mkdocs.yml").write_text(text, "utf-8")
    return say("--root", root, "--lang", lang, "build", "--out", root / "out")


def told(root: Path, said: Said, place: str) -> None:
    assert said.code == 2, said.all
    assert said.err.startswith(f"{place}: 无法运行 [build.site] "), said.err
    assert not (root / "out").exists()
    assert not (root / MARK).exists()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("hooks: [{root}/hook.py]", "hooks"),
        ("x: !!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{root}/ran']]", "!"),
        ("INHERIT: /etc/passwd", "INHERIT"),
        ("copyright: !ENV HOME", "!"),
        ("extra_css: [https://cdn.example.org/x.css]", "extra_css"),
        ("extra_javascript: [https://cdn.example.org/x.js]", "extra_javascript"),
        ("a: &a [x]", "&"),
    ],
)
def test_what_mkdocs_would_run_or_take_in_is_refused_with_its_place(line: str, why: str, root: Path) -> None:
    (root / "hook.py").write_text(f"import pathlib; pathlib.Path(r'{root / MARK}').touch()", "utf-8")
    said = built(root, OURS + line.format(root=root) + "\n")
    told(root, said, said.err.split(": ")[0])
    assert said.err.startswith(f"mkdocs.yml:{len(OURS.splitlines()) + 1}:")
    assert why in said.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("plugins: []", "plugins: [search]"),
        ("  font: false", "  font: {text: Roboto, code: x}"),
        ("  features: []", "  features: [navigation.instant]"),
        ("  name: material", "  name: readthedocs"),
        ("  custom_dir: site/overrides", "  custom_dir: /etc"),
        ("  - tables", "  - pymdownx.snippets"),
        ("  - tables", "  - os:system"),
        ("  favicon: assets/favicon.svg", "  favicon: ../../x.svg"),
        ("href: projects/index.html", "href: 'javascript:alert(1)'"),
    ],
)
def test_what_would_come_from_elsewhere_is_refused_with_its_place(old: str, new: str, root: Path) -> None:
    line = next(n for n, text in enumerate(OURS.splitlines(), 1) if old in text)
    said = built(root, OURS.replace(old, new, 1))
    told(root, said, said.err.split(": ")[0])
    assert said.err.startswith(f"mkdocs.yml:{line}:"), said.err


@pytest.mark.parametrize("text", ["- a\n", "", "a: [\n", "[" * 5_000, "\0"])
def test_what_is_no_settings_at_all(text: str, root: Path) -> None:
    said = built(root, text)
    told(root, said, said.err.split(": ")[0])
    english = built(root, text, "en")
    assert english.err.startswith("mkdocs.yml:1:")
    assert "could not run [build.site]" in english.err


def test_a_page_that_is_a_link_out_of_the_instance(root: Path, tmp_path: Path) -> None:
    (tmp_path / "private.md").write_text("内部", "utf-8")
    link = root / "site" / "pages" / "zh" / "leak.md"
    link.symlink_to(tmp_path / "private.md")
    said = built(root, OURS)
    link.unlink()
    told(root, said, "site/pages/zh/leak.md")
    assert "符号链接" in said.err
