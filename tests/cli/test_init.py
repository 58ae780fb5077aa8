"""``zongmu init``: a city's own repository, pinned, that checks at once and holds nothing of another city."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.instances import Instance, Said, say
from tests.shared import REPO
from tests.test_floors import CITY
from zongmu import __version__
from zongmu.cli.founding.init import _build_wheel
from zongmu.publish.making.tree import PREFIX
from zongmu.store.atomic import half_written
from zongmu.store.reading.reader import parse_exact


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is called a wheel: what is in it is of no matter to most tests."""
    path = tmp_path_factory.mktemp("wheel") / f"zongmu-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("zongmu/__init__.py", "")
    return path


def init(target: Path, *args: str | Path) -> Said:
    return say("init", target, *args)


def test_an_instance_that_checks_at_once(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "city"
    said = init(target, "--jurisdiction", "shanshi", "--name", "山市", "--region", "110000", "--wheel", wheel)
    assert (said.code, said.err) == (0, "")
    assert "已建立" in said.out
    assert said.out.rstrip().endswith("结论：可以合并")
    one = Instance(target)
    assert one.say("check", "--strict").code == 0
    assert one.say("schema", "--check").code == 0
    editor = json.loads(one.read(".vscode/settings.json"))["yaml.schemas"]
    assert editor["./schema/shanshi/project.schema.json"] == "/registry/projects/shanshi/**/*.yaml"
    assert all(target.joinpath(path).is_file() for path in editor)
    assert one.say("fmt", "--check").code == 0
    settings = parse_exact(target.joinpath("registry/registry.yaml").read_bytes(), "x").value
    assert "no --" not in said.out
    assert "没有 --" not in said.out
    assert settings["jurisdictions"] == [{"id": "shanshi", "name": "山市", "region": "110000"}]
    assert "demonstration" not in settings


PYTHON = """\
#!/bin/bash
# Plays Python: notes how it was called, and "makes" what it was asked to make.
echo "$*" >>"$CALLS"
case "$*" in
  *ensurepip*) exit "${NO_VENV:-0}" ;;
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  *"-m pip install"*) touch .venv/bin/zongmu; chmod +x .venv/bin/zongmu ;;
esac
"""


def test_the_repository_sets_itself_up_from_what_it_pins(wheel: Path, tmp_path: Path) -> None:
    target, programs, calls = tmp_path / "city", tmp_path / "bin", tmp_path / "calls"
    assert init(target, "--wheel", wheel).code == 0
    programs.mkdir()
    (programs / "python3.11").write_text(PYTHON, "utf-8")
    (programs / "python3.11").chmod(0o755)

    def bootstrap(**more: str) -> tuple[int, list[str], str]:
        calls.write_text("", "utf-8")
        done = subprocess.run(
            [target / "script" / "bootstrap"],
            env={"PATH": f"{programs}:/usr/bin:/bin", "CALLS": str(calls), **more},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, [c for c in calls.read_text("utf-8").splitlines() if "pip install" in c], done.stderr

    code, _, said = bootstrap(NO_VENV="1")
    assert (code, "apt-get install -y python3-venv" in said) == (2, True)
    code, installed, said = bootstrap()
    assert (code, len(installed)) == (0, 1), said
    assert "--require-hashes" in installed[0]
    assert bootstrap() == (0, [], "")
    # Pinned to a revision instead, it is installed anew.
    target.joinpath("zongmu.txt").write_text("git+ssh://example.invalid/zongmu.git@0#egg=zongmu\n", "utf-8")
    code, installed, said = bootstrap()
    assert (code, len(installed)) == (0, 2), said


def test_english_and_defaults(wheel: Path, tmp_path: Path) -> None:
    said = init(tmp_path / "city", "--wheel", wheel, "--lang", "en")
    assert said.code == 0
    assert said.out.rstrip().endswith("gate: good")
    assert "no --region: 110000" in said.out
    assert "no --jurisdiction: city was put in" in said.out
    assert "no --name: the city is called city" in said.out


@pytest.mark.parametrize("name", ['示例: "市" #1', "- 甲", "{甲}", "No", "%甲", "{name}"])
def test_any_name_of_a_city_is_written_so_that_it_reads_back(name: str, wheel: Path, tmp_path: Path) -> None:
    said = init(tmp_path / "city", "--name", name, "--wheel", wheel)
    assert said.code == 0, said.all
    settings = parse_exact((tmp_path / "city/registry/registry.yaml").read_bytes(), "x").value
    assert settings["jurisdictions"][0]["name"] == name


def test_the_wheel_is_pinned_by_its_hash(wheel: Path, tmp_path: Path) -> None:
    init(tmp_path / "city", "--wheel", wheel)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lines = (tmp_path / "city/requirements.lock").read_text().splitlines()
    assert lines[-1] == f"./vendor/{wheel.name} --hash=sha256:{digest}"
    assert (tmp_path / "city/vendor" / wheel.name).read_bytes() == wheel.read_bytes()
    assert "--require-hashes" in (tmp_path / "city/script/bootstrap").read_text()
    assert not (tmp_path / "city/zongmu.txt").exists()


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("https://forge.example/zongmu.git", "https://forge.example/zongmu.git"),
        ("git@forge.example:city/zongmu.git", "ssh://git@forge.example/city/zongmu.git"),
        ("/srv/git/zongmu.git", "file:///srv/git/zongmu.git"),
    ],
)
def test_or_a_revision_by_its_id(tmp_path: Path, repository: str, address: str) -> None:
    said = init(tmp_path / "city", "--repository", repository, "--revision", "a" * 40)
    assert said.code == 0
    assert (tmp_path / "city/zongmu.txt").read_text() == f"git+{address}@{'a' * 40}#egg=zongmu\n"
    assert "vendor" not in (tmp_path / "city/requirements.lock").read_text()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--jurisdiction", "Big City"], "init.bad-jurisdiction"),
        (["--jurisdiction", "9x"], "init.bad-jurisdiction"),
        (["--jurisdiction", "../up"], "init.bad-jurisdiction"),
        (["--name", "甲\n乙: 1"], "init.bad-name"),
        (["--name", " 甲"], "init.bad-name"),
        (["--name", ""], "init.bad-name"),
        (["--name", "甲" * 101], "init.bad-name"),
        (["--name", "甲\x1b[31m"], "init.bad-name"),
        (["--region", "abc"], "init.bad-region"),
        (["--region", "11000"], "init.bad-region"),
        (["--region", "000000"], "init.bad-region"),
        (["--revision", "a" * 40], "init.no-repository"),
        (["--revision", "main", "--repository", "https://forge.example/z.git"], "init.bad-revision"),
        (["--revision", "a" * 40, "--repository", "https://forge.example/z.git\nevil"], "init.bad-revision"),
        (["--wheel", "nowhere.whl"], "init.no-wheel"),
        (["--wheel", str(REPO / "README.md")], "init.no-wheel"),
    ],
)
def test_what_cannot_be_made_is_not_begun(args: list[str], code: str, tmp_path: Path) -> None:
    said = init(tmp_path / "city", *args)
    assert said.code == 2
    assert f"[{code}]" in said.err
    assert not (tmp_path / "city").exists()
    assert all(c.isprintable() or c == "\n" for c in said.err)


@pytest.mark.parametrize("there", ["registry/registry.yaml", "checks/x.py"])
def test_an_instance_that_is_there_is_left_alone(there: str, wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "city"
    (target / there).parent.mkdir(parents=True)
    (target / there).write_text("别人的")
    said = init(target, "--wheel", wheel)
    assert said.code == 2
    assert "[init.not-empty]" in said.err
    assert [p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()] == [there]


@pytest.mark.parametrize("where", ["", "city"])
def test_nothing_is_made_in_a_bare_repository(where: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "server.git")], check=True)
    there = sorted(tmp_path.rglob("*"))
    said = init(tmp_path / "server.git" / where)
    assert (said.code, "[init.within-git]" in said.err) == (2, True)
    assert sorted(tmp_path.rglob("*")) == there


def test_a_folder_with_other_things_in_it_will_do(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "city"
    target.mkdir()
    subprocess.run(["git", "init", "-q", str(target)], check=True)
    (target / "NOTES.md").write_text("我的")
    assert init(target, "--wheel", wheel).code == 0
    assert (target / "NOTES.md").read_text() == "我的"


def test_a_place_that_cannot_be_written(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    said = init(tmp_path / "file" / "city", "--wheel", wheel)
    assert said.code == 2
    assert "[init.not-written]" in said.err
    said = init(tmp_path / "file")
    assert (said.code, "不是目录" in said.err) == (2, True)


# ── what is in it ──


@pytest.fixture(scope="module")
def made(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("made") / "city"
    assert init(target, "--jurisdiction", "shanshi", "--name", "山市", "--wheel", wheel).code == 0
    return target


def files(root: Path) -> list[Path]:
    return [p for p in sorted(root.rglob("*")) if p.is_file() and "__pycache__" not in p.parts]


def test_nothing_of_another_city_is_in_it(made: Path) -> None:
    found = []
    for path in files(made):
        name = path.relative_to(made).as_posix()
        assert not CITY.search(name), name
        if path.suffix == ".whl":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if CITY.search(line):
                found.append(f"{name}:{number}: {line.strip()[:80]}")
    assert found == []


def test_what_a_killed_command_leaves_behind_is_not_committed(made: Path, tmp_path: Path) -> None:
    left = [f"{PREFIX}x1y2z3a4/index.html", "registry/projects/demo/.demo-2026-0001.yaml.x1y2z3a4.tmp"]
    assert half_written(left[1].rpartition("/")[2])
    for settings in (made, REPO):
        shutil.copy(settings / ".gitignore", tmp_path)
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
        told = subprocess.run(["git", "check-ignore", *left], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert told.stdout.splitlines() == left


def test_no_measure_and_no_demonstration_data(made: Path) -> None:
    assert [p.name for p in (made / "checks").iterdir() if p.is_dir() and p.name != "__pycache__"] == ["common"]
    records = [p.relative_to(made / "registry").as_posix() for p in files(made / "registry")]
    assert [r for r in records if not r.startswith("calendars/")] == [
        "organizations/shanshi/registrar.yaml",
        "registry.yaml",
    ]


def test_its_scripts_are_sound_and_may_be_run(made: Path) -> None:
    for name in ("script/bootstrap", "script/serve", ".ci/run"):
        path = made / name
        assert path.stat().st_mode & 0o111
        assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0


def test_what_its_pipelines_call_is_there(made: Path) -> None:
    text = "".join(p.read_text() for p in [*(made / ".github/workflows").iterdir(), made / ".gitlab-ci.yml"])
    for script in set(re.findall(r"(?<![\w./])(?:script|\.ci)/[a-z]+", text)):
        assert (made / script).is_file(), script


def test_a_first_project_goes_in_and_a_measure_too(made: Path) -> None:
    one = Instance(made)
    path = "registry/projects/shanshi/registrar/shanshi-2026-0001.yaml"
    one.write(path, "format: 1\nid: shanshi-2026-0001\njurisdiction: shanshi\nname: 第一个\nowner: shanshi/registrar\n")
    assert one.say("check").code == 0
    assert one.say("show", "shanshi-2026-0001").code == 0
    one.path(path).unlink()


# ── the real wheel ──


def test_the_wheel_is_built_offline_and_carries_its_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes some seconds: the wheel of this checkout, put beside the locked packages and run from there."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    before = {p: p.stat().st_mtime_ns for p in REPO.iterdir()}
    built = _build_wheel(tmp_path)
    assert built is not None
    assert {p: p.stat().st_mtime_ns for p in REPO.iterdir()} == before, "a build leaves the checkout alone"
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "site")
    for wanted in (
        "zongmu/seed/checks/common/identity.py",
        "zongmu/seed/mkdocs.yml",
        "zongmu/seed/registry/calendars/2026.yaml",
        "zongmu/seed/requirements.lock",
    ):
        assert wanted in names
    assert not [n for n in names if "__pycache__" in n or "laizhou" in n or "ordos" in n or n.startswith("tests")]

    # An installed zongmu makes instances too, from its own seed and with the wheel it is given.
    script = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from zongmu.cli.main import main; import zongmu; assert zongmu.__file__.startswith({str(tmp_path)!r}); sys.exit(main(sys.argv[1:]))"
    target = tmp_path / "city"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, "init", str(target), "--wheel", str(built)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (target / "checks/common/identity.py").is_file()
    without = subprocess.run(
        [sys.executable, "-I", "-c", script, "init", str(tmp_path / "other")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert without.returncode == 2
    assert "init.no-wheel" in without.stderr
