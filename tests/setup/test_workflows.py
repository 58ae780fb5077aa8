"""The forges' jobs, looked at offline by zizmor (security) and actionlint (form), and for what no linter knows."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import REPO

WORKFLOWS = sorted((REPO / ".github" / "workflows").glob("*.yml"))
GITEA = sorted((REPO / ".gitea" / "workflows").glob("*.yml"))
VENDOR = REPO / "tests" / "vendor" / "actionlint"


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--persona=auditor", "--strict-collection", "--no-progress"]
    done = subprocess.run([*command, *WORKFLOWS, *GITEA], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed (script/bootstrap --browser)")
def test_actionlint_finds_nothing_and_would(tmp_path: Path) -> None:
    data = lzma.decompress((VENDOR / "main.wasm.xz").read_bytes())
    assert hashlib.sha256(data).hexdigest() in (VENDOR / "README.md").read_text(encoding="utf-8")
    (tmp_path / "main.wasm").write_bytes(data)
    for name in ("actionlint.cjs", "node.cjs", "tiny_wasm_exec.js"):
        shutil.copy(VENDOR / name, tmp_path)
    bad = tmp_path / "bad.yml"
    bad.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: nowhere\n    steps: [{run: x}]\n")
    script = (
        "const {createLinter} = require('./node.cjs'); const {readFileSync} = require('node:fs');"
        "createLinter().then(lint => { const out = {};"
        "for (const file of process.argv.slice(1)) out[file] = lint(readFileSync(file, 'utf8'), file);"
        "console.log(JSON.stringify(out)); });"
    )
    files = [str(f) for f in (*WORKFLOWS, *GITEA, bad)]
    done = subprocess.run(["node", "-e", script, *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # The embedded actionlint is older than the runner's name.
    told = {f: [r for r in rows if r["kind"] != "runner-label"] for f, rows in found.items()}
    assert told.pop(str(bad))
    assert {f: rows for f, rows in told.items() if rows} == {}


@pytest.mark.parametrize("file", [*WORKFLOWS, *GITEA], ids=lambda f: f.name)
def test_actions_are_pinned_and_no_job_has_more_rights_than_it_says(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for used in re.findall(r"uses:\s*(\S+)", text):
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", used), used
    assert re.search(r"^permissions: \{\}$", text, re.MULTILINE)
    if "pull_request_target" in text:
        assert "actions/cache" not in text
        assert "cache:" not in text


@pytest.mark.parametrize("name", [".github/workflows/check.yml", ".gitea/workflows/check.yml", ".gitlab-ci.yml"])
def test_the_gate_is_the_receiving_branchs_own(name: str) -> None:
    text = (REPO / name).read_text(encoding="utf-8")
    assert re.search(r"zongmu gate --base HEAD --head", text)
    # Nothing that comes from an event stands in a script: it goes in by environment.
    for script in re.findall(r"run: (?:\|\n(?:          .*\n|\n)+|.*)", text):
        assert "${{" not in script


def test_gitlab_has_the_same_jobs_as_github() -> None:
    text = (REPO / ".gitlab-ci.yml").read_text(encoding="utf-8")
    for command in ("zongmu gate", "zongmu verdicts", ".ci/run", "zongmu build", "zongmu check"):
        assert command in text
        assert any(command in f.read_text(encoding="utf-8") for f in WORKFLOWS)
    assert 'GIT_DEPTH: "0"' in text
