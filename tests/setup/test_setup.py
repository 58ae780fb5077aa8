"""The set-up: what is locked, what the scripts promise, what the forges may do."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.browser import need_chromium, need_node, rendered, screenshot
from tests.shared import REPO
from zongmu.exchange.seed import _SERVE as SEEDED_SERVE

SCRIPTS = [*sorted(p for p in (REPO / "script").iterdir() if p.suffix != ".py"), REPO / ".ci" / "run"]
WORKFLOWS = sorted((REPO / ".github" / "workflows").glob("*.yml"))


def read(path: str) -> str:
    return (REPO / path).read_text(encoding="utf-8")


def normal(name: str) -> str:
    """A distribution's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", name)[0]).lower()  # type: ignore[index]


# ---- the lock --------------------------------------------------------------------------------------------------


def locked() -> dict[str, tuple[str, list[str]]]:
    """Name → (version, hashes) of every requirement in the lock; fails on any line that is something else."""
    result: dict[str, tuple[str, list[str]]] = {}
    text = re.sub(r"^\s*#.*$", "", read("requirements.lock"), flags=re.M).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        match = re.fullmatch(r"([a-z0-9-]+)==([0-9][0-9A-Za-z.+]*)((?:\s+--hash=sha256:[0-9a-f]{64})*)", line)
        assert match, f"not a pinned requirement with hashes: {line[:100]}"
        result[match[1]] = (match[2], re.findall(r"[0-9a-f]{64}", match[3]))
    return result


def test_the_lock_pins_every_requirement_by_hash() -> None:
    bare = [name for name, (_, hashes) in locked().items() if not hashes]
    assert bare == []
    assert len(locked()) > 40


def test_the_lock_names_no_address_and_no_option_of_pip() -> None:
    text = read("requirements.lock")
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash=)", text, re.M)


def test_the_lock_holds_all_that_the_project_declares() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    declared = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["test"],
        *project["build-system"]["requires"],
    ]
    assert {normal(name) for name in declared} - locked().keys() == set()


def test_what_the_project_pins_exactly_is_what_is_locked() -> None:
    exact = [name for name in tomllib.loads(read("pyproject.toml"))["project"]["dependencies"] if "==" in name]
    assert {normal(name): name.split("==")[1] for name in exact} == {
        normal(name): locked()[normal(name)][0] for name in exact
    }


# ---- the scripts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_and_bash_stops_at_the_first_error(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert os.access(script, os.X_OK)
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_leaves_it_to_pip_where_packages_come_from(script: Path) -> None:
    # `--no-emit-…` keeps such settings out of the lock, and is the one mention allowed.
    text = re.sub(r"--no-emit-[a-z-]+", "", script.read_text(encoding="utf-8"))
    assert not re.search(r"https?://|index-url|find-links|trusted-host", text)


def test_ci_runs_script_test_and_nothing_else() -> None:
    lines = [line for line in read(".ci/run").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname -- "${BASH_SOURCE[0]}")/.."', "exec script/test"]


@pytest.mark.parametrize("name", ["test", "serve", "bench", "mutate", "demo-trust", "demo-reviews"])
def test_what_a_newcomer_runs_sets_itself_up(name: str) -> None:
    lines = read(f"script/{name}").splitlines()
    first = next(line for line in lines if line and not line.startswith(("#", "set ", "cd ", "here=")))
    assert first.startswith(("script/bootstrap", '"$here/bootstrap"'))


# ---- bootstrap, with everything around it played ---------------------------------------------------------------

FAKE_PYTHON = """\
#!/bin/bash
# Plays Python: notes how it was called, and "makes" what it was asked to make.
[[ "$*" == *"sys.version_info < (3, 11)"* ]] && exit "${FAKE_TOO_OLD:-0}"
[[ "$*" == *ensurepip* ]] && { [[ -e $FAKE/ensurepip ]]; exit; }
[[ "$*" == *-venv* ]] && { echo python3.11-venv; exit; }
[[ "$*" == *"print(sys.version"* ]] && { echo "3.11.2 fake"; exit; }
echo "python $*" >>"$FAKE/calls"
case "$*" in
  "-m venv --clear "*) rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  *"pip install"*" -e "*) printf '#!/bin/sh\\n' >"$(dirname "$0")/zongmu"; chmod +x "$(dirname "$0")/zongmu" ;;
  *"pip install"*) exit "${FAKE_PIP:-0}" ;;
esac
"""

FAKE_APT = """\
#!/bin/bash
echo "apt-get $*" >>"$FAKE/calls"
[[ "$*" == *update* ]] && touch "$FAKE/updated"
if [[ "$*" == *install* ]]; then [[ -e $FAKE/updated ]] || exit 100; fi
[[ "$*" == *install*-venv* ]] && touch "$FAKE/ensurepip"
[[ "$*" == *install*chromium* ]] && cp "$FAKE/bin/git" "$FAKE/bin/chromium"
[[ "$*" == *install*nodejs* ]] && cp "$FAKE/bin/git" "$FAKE/bin/nodejs"
[[ "$*" == *install*openssh-client* ]] && cp "$FAKE/bin/git" "$FAKE/bin/ssh-keygen"
[[ "$*" == *install*fonts-noto-cjk* ]] && printf '#!/bin/sh\\necho Noto\\n' >"$FAKE/bin/fc-list"
exit 0
"""

TOOLS = (
    *("bash", "cat", "chmod", "cp", "dirname", "env", "flock"),
    *("find", "mkdir", "mv", "readlink", "rm", "sed", "sha256sum", "touch"),
)


class Machine:
    """A Debian machine on which only `script/bootstrap`, bash and the core tools are real."""

    def __init__(self, home: Path, *, root: bool = True) -> None:
        self.home = home
        self.checkout = home / "checkout"
        self.bin = home / "bin"
        self.bin.mkdir(parents=True)
        for tool in TOOLS:
            found = subprocess.run(["bash", "-c", f"type -P {tool}"], capture_output=True, text=True, check=True)
            (self.bin / tool).symlink_to(found.stdout.strip())
        self.program("git", "#!/bin/sh\n")
        self.program("fc-list", "#!/bin/sh\n")
        self.program("python3.11", FAKE_PYTHON)
        if root:
            self.program("apt-get", FAKE_APT)
        script = self.checkout / "script" / "bootstrap"
        script.parent.mkdir(parents=True)
        script.write_text(read("script/bootstrap"), encoding="utf-8")
        # The test may run as root or not; the machine is told which it is.
        script.write_text(script.read_text().replace("((EUID != 0))", "false" if root else "true"))
        (self.checkout / "requirements.lock").write_text("a==1\n")
        (self.checkout / "pyproject.toml").write_text("[project]\n")

    def program(self, name: str, text: str) -> None:
        """Puts an executable file on the machine's path."""
        path = self.bin / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def has_venv_module(self) -> None:
        """As after `apt-get install python3.11-venv`."""
        (self.home / "ensurepip").touch()

    def bootstrap(self, *arguments: str, **environment: str) -> tuple[int, list[str], str]:
        """Runs it: exit code, the calls of Python and apt-get, what it said."""
        calls = self.home / "calls"
        calls.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", self.checkout / "script" / "bootstrap", *arguments],
            env={"PATH": str(self.bin), "FAKE": str(self.home), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, calls.read_text().splitlines() if calls.exists() else [], done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    ready = Machine(tmp_path / "machine")
    ready.has_venv_module()
    return ready


def test_bootstrap_installs_the_lock_by_hash_and_then_the_project(machine: Machine) -> None:
    code, calls, _ = machine.bootstrap()
    assert code == 0
    assert [call.split(" -m ")[1].split()[0] for call in calls] == ["venv", "pip", "pip"]
    assert "--require-hashes --only-binary :all: -r" in calls[1]
    assert f"--no-build-isolation --no-deps -e {machine.checkout}" in calls[2]


def test_the_second_bootstrap_does_nothing(machine: Machine) -> None:
    machine.bootstrap()
    assert machine.bootstrap() == (0, [], "")


def test_the_sources_are_compiled_when_they_have_changed(machine: Machine) -> None:
    for folder in ("src", "checks"):
        (machine.checkout / folder).mkdir()
    file = machine.checkout / "src" / "module.py"
    file.touch()
    assert machine.bootstrap()[1][-1].endswith(f"-m compileall -q {file.parent} {machine.checkout / 'checks'}")
    assert machine.bootstrap()[1] == []
    later = file.stat().st_mtime + 60
    os.utime(file, (later, later))
    assert len(machine.bootstrap()[1]) == 1


def test_a_changed_lock_makes_a_new_environment(machine: Machine) -> None:
    machine.bootstrap()
    (machine.checkout / "requirements.lock").write_text("a==2\n")
    _, calls, _ = machine.bootstrap()
    assert len(calls) == 3


def test_a_changed_pyproject_installs_only_the_project_again(machine: Machine) -> None:
    machine.bootstrap()
    (machine.checkout / "pyproject.toml").write_text("[project]\nname = 'zongmu'\n")
    _, calls, _ = machine.bootstrap()
    assert len(calls) == 1
    assert " -e " in calls[0]
    assert machine.bootstrap()[1] == []


def test_an_interrupted_bootstrap_starts_again(machine: Machine) -> None:
    code, _, said = machine.bootstrap(FAKE_PIP="1")
    assert code == 2
    assert "Could not make .venv" in said
    assert machine.bootstrap()[0] == 0
    assert machine.bootstrap()[1] == []


def test_a_missing_package_is_installed_where_that_is_allowed(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine")
    code, calls, _ = machine.bootstrap()
    apt = [call for call in calls if call.startswith("apt-get")]
    assert code == 0
    # The machine's package lists are stale, as on a fresh image: a refresh, and then it goes in.
    assert [("update" in call, "venv" in call) for call in apt] == [(False, True), (True, False), (False, True)]


def test_a_missing_package_is_named_in_one_line_where_installing_is_not_allowed(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "machine", root=False)
    code, calls, said = machine.bootstrap("--browser")
    assert (code, calls) == (2, [])
    lines = [line for line in said.splitlines() if "apt-get" in line]
    assert len(lines) == 1
    assert lines[0].endswith(" chromium nodejs fonts-noto-cjk openssh-client")
    assert re.search(r"python3(\.11)?-venv", lines[0])


def test_the_tests_also_get_a_browser_and_chinese_fonts(machine: Machine) -> None:
    machine.bootstrap()
    code, calls, _ = machine.bootstrap("--browser")
    assert code == 0
    assert calls[-1].endswith("chromium nodejs fonts-noto-cjk openssh-client")
    assert not [call for call in calls if call.startswith("python")]
    assert machine.bootstrap("--browser") == (0, [], "")


def test_a_python_that_is_too_old_is_said_so(machine: Machine) -> None:
    (machine.bin / "apt-get").unlink()
    code, _, said = machine.bootstrap(FAKE_TOO_OLD="1")
    assert code == 2
    assert "Python 3.11 or newer is needed" in said


def test_a_shim_that_fails_is_passed_over_for_a_python_that_runs(machine: Machine) -> None:
    machine.program("python3", FAKE_PYTHON)
    machine.program("python3.11", "#!/bin/sh\necho 'not selected' >&2\nexit 127\n")
    assert machine.bootstrap()[0] == 0


def test_bootstrap_refuses_an_option_it_does_not_know(machine: Machine) -> None:
    code, calls, said = machine.bootstrap("--upgrade")
    assert (code, calls) == (2, [])
    assert "script/bootstrap [--browser]" in said


def test_on_this_machine_the_second_bootstrap_takes_a_moment() -> None:
    if not (REPO / ".venv" / ".zongmu-stamp").is_file():
        pytest.skip("this environment was not made by script/bootstrap, which would replace it")
    subprocess.run([REPO / "script" / "bootstrap"], check=True, stdin=subprocess.DEVNULL)
    took = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([REPO / "script" / "bootstrap"], check=True, stdin=subprocess.DEVNULL)
        took.append(time.perf_counter() - start)
    assert min(took) < 1  # setting up takes 20 to 60: a slow machine is no defect


# ---- script/serve ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("check", "status"), [("1", 1), ("2", 2), ("70", 2)])
def test_serve_builds_nothing_from_a_registry_that_does_not_pass(tmp_path: Path, check: str, status: int) -> None:
    assert serve(tmp_path, check) == (status, ["check"])


def test_serve_checks_builds_and_serves(tmp_path: Path) -> None:
    assert serve(tmp_path, "0", "--port", "8080") == (0, ["check", "build", "serve --port 8080"])


def serve(home: Path, check: str, *arguments: str) -> tuple[int, list[str]]:
    """Runs ``script/serve`` with a `zongmu` that notes its calls and whose check ends as told."""
    (home / "script").mkdir()
    (home / ".venv" / "bin").mkdir(parents=True)
    zongmu = home / ".venv" / "bin" / "zongmu"
    zongmu.write_text(f'#!/bin/sh\necho "$*" >>{home}/calls\n[ "$1" != check ] || exit {check}\n')
    zongmu.chmod(0o755)
    for name, text in {"bootstrap": "#!/bin/sh\n", "serve": read("script/serve")}.items():
        (home / "script" / name).write_text(text, encoding="utf-8")
        (home / "script" / name).chmod(0o755)
    done = subprocess.run([home / "script" / "serve", *arguments], capture_output=True, check=False)
    return done.returncode, (home / "calls").read_text().splitlines()


# ---- the forges ------------------------------------------------------------------------------------------------


def workflow(path: Path) -> dict[str, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    return {("on" if key is True else key): value for key, value in loaded.items()}


def steps(loaded: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in loaded["jobs"].values() for step in job["steps"]]


def test_the_workflows_are_the_four_we_know() -> None:
    assert [path.name for path in WORKFLOWS] == ["check.yml", "code.yml", "publish.yml", "weekly.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_starts_without_rights_and_ends_by_itself(path: Path) -> None:
    loaded = workflow(path)
    assert loaded["permissions"] == {}
    assert loaded["concurrency"]["group"]
    for name, job in loaded["jobs"].items():
        assert job["permissions"], name
        assert 0 < job["timeout-minutes"] <= 60, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_no_event_text_reaches_a_shell(path: Path) -> None:
    for step in steps(workflow(path)):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
            assert step["with"]["fetch-depth"] == 0


def test_only_the_deployment_and_the_comment_may_write() -> None:
    rights = {
        (path.stem, name): sorted(right for right, value in job["permissions"].items() if value == "write")
        for path in WORKFLOWS
        for name, job in workflow(path)["jobs"].items()
    }
    assert {key: value for key, value in rights.items() if value} == {
        ("check", "comment"): ["pull-requests"],
        ("publish", "deploy"): ["id-token", "pages"],
    }


def test_the_job_that_may_comment_checks_nothing_out_and_runs_nothing_of_ours() -> None:
    job = workflow(REPO / ".github" / "workflows" / "check.yml")["jobs"]["comment"]
    assert not any("uses" in step for step in job["steps"])
    assert not any("zongmu " in step["run"] or "script/" in step["run"] for step in job["steps"])


def test_the_gate_takes_its_judge_from_the_base_and_the_proposal_as_data() -> None:
    gate = workflow(REPO / ".github" / "workflows" / "check.yml")
    assert set(gate["on"]) == {"pull_request_target", "merge_group"}
    checkouts = [step for step in steps(gate) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["ref"] for step in checkouts] == ["${{ github.event.merge_group.base_sha || github.sha }}"]
    runs = "\n".join(step.get("run", "") for step in steps(gate))
    assert not re.search(r"git (checkout|switch|merge|worktree|submodule|lfs)", runs)
    assert not any("cache" in step.get("uses", "") or "cache" in step.get("with", {}) for step in steps(gate))
    assert '.venv/bin/zongmu gate --base HEAD --head "$HEAD_SHA" --format github' in runs


def test_only_the_gate_runs_with_the_rights_of_the_base() -> None:
    assert [path.stem for path in WORKFLOWS if "pull_request_target" in workflow(path)["on"]] == ["check"]


def test_gitlab_sees_the_whole_history_and_judges_by_the_tip() -> None:
    jobs = yaml.safe_load(read(".gitlab-ci.yml"))
    assert jobs["variables"]["GIT_DEPTH"] == "0"
    registry = "\n".join(jobs["registry"]["script"])
    assert "zongmu gate --base HEAD --head" in registry
    assert "git worktree add --detach" in registry
    # The token for the comment is scoped to this name: only the job that reads the proposal as data may have it.
    named = {name for name, job in jobs.items() if isinstance(job, dict) and "environment" in job}
    assert (named, jobs["registry"]["environment"]["action"]) == ({"registry"}, "verify")
    assert jobs["pages"]["artifacts"]["paths"] == ["public"]
    assert all("cache" not in job for job in jobs.values() if isinstance(job, dict))


def published_by(where: str) -> list[str]:
    """The shell lines that publish, each as its forge runs it."""
    if where == "github":
        return [
            step["run"]
            for step in workflow(REPO / ".github/workflows/publish.yml")["jobs"]["build"]["steps"]
            if "run" in step
        ]
    if where == "gitlab":
        lines: list[str] = yaml.safe_load(read(".gitlab-ci.yml"))["pages"]["script"]
        return ["\n".join(lines)]
    return [SEEDED_SERVE]


@pytest.mark.parametrize("where", ["github", "gitlab", "a city's script/serve"])
@pytest.mark.parametrize(("check", "built"), [(0, True), (1, True), (2, False)])
def test_a_deadline_that_passed_holds_back_no_publication_and_no_withdrawal(
    where: str, check: int, built: bool, tmp_path: Path
) -> None:
    """Given a registry that passes, has a breach, or cannot be read; when it is published; then only the last is not."""
    for name, text in {
        "script/bootstrap": "#!/bin/sh\n",
        ".venv/bin/zongmu": f'#!/bin/sh\necho "$1" >>calls\n[ "$1" != check ] || exit {check}\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
        path.chmod(0o755)
    for number, lines in enumerate(published_by(where)):
        script = tmp_path / "script" / f"step-{number}"  # GitHub: each `run` is a file of its own, `bash -e FILE`
        script.write_text(lines)
        if subprocess.run(["bash", "-e", script], cwd=tmp_path, capture_output=True, check=False).returncode:
            break
    called = (tmp_path / "calls").read_text().split()
    assert called[:1] == ["check"]
    assert ("build" in called) is built


# ---- editors, licence, readers ---------------------------------------------------------------------------------


def test_every_schema_that_the_editor_settings_name_is_there() -> None:
    mapping: dict[str, str] = json.loads(read(".vscode/settings.json"))["yaml.schemas"]
    assert [schema for schema in mapping if not (REPO / schema).is_file()] == []


def test_the_editor_settings_cover_every_file_of_the_registry() -> None:
    globs = list(json.loads(read(".vscode/settings.json"))["yaml.schemas"].values())
    patterns = [re.escape(glob).replace(r"/\*\*/", "/(.*/)?").replace(r"\*", "[^/]*") for glob in globs]
    files = [f"/{path.relative_to(REPO).as_posix()}" for path in (REPO / "registry").rglob("*.yaml")]
    assert [name for name in files if not any(re.fullmatch(pattern, name) for pattern in patterns)] == []


def test_the_licence_is_the_whole_of_apache_2() -> None:
    text = read("LICENSE")
    assert "Version 2.0, January 2004" in text
    assert "9. Accepting Warranty or Additional Liability." in text
    assert "APPENDIX: How to apply the Apache License to your work." in text


@pytest.mark.parametrize(("page", "other"), [("README.md", "README.zh-CN.md"), ("README.zh-CN.md", "README.md")])
def test_a_readme_names_the_two_commands_and_its_other_language(page: str, other: str) -> None:
    text = read(page)
    assert f"({other})" in text
    assert "script/serve" in text
    assert "script/test" in text


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", read(page))
    assert [link for link in links if not (REPO / link).exists()] == []


# ---- the browser -----------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_browser_runs_scripts_and_reaches_files(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><p id=p>no</p><script>p.textContent = '总' + '目'</script>", encoding="utf-8")
    assert '<p id="p">总目</p>' in rendered(page.as_uri(), tmp_path / "one")
    picture = screenshot(page.as_uri(), tmp_path / "page.png", tmp_path / "two", width=390, height=844)
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("need", [need_chromium, need_node])
def test_a_missing_browser_is_skipped_here_and_fails_where_it_is_required(
    need: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ZONGMU_CHROMIUM", raising=False)
    monkeypatch.setenv("ZONGMU_REQUIRE_BROWSER", "0")
    with pytest.raises(pytest.skip.Exception, match="script/bootstrap --browser"):
        need()
    monkeypatch.setenv("ZONGMU_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="script/bootstrap --browser"):
        need()
