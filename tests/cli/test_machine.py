"""Words mistyped, and a machine that refuses: told in both languages with the next step, exit 2, never as a fault of zongmu."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def run(words: str, redirect: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    command = f'exec "{sys.executable}" -m zongmu {words} {redirect}'
    return subprocess.run(
        ["/bin/sh", "-c", command], env={**os.environ, **env}, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        ("chekc", "想写的是 check 吗？", "did you mean check?"),
        ("check --foramt json", "想写的是 --format 吗？", "did you mean --format?"),
        ("show x --root /", "zongmu --root DIR show", "zongmu --root DIR show"),
        ("show", "还缺 PROJECT", "PROJECT is missing"),
        ("check --jobs two", "--jobs 须为整数", "--jobs is a whole number"),
        ("audit verfy", "想写的是 verify 吗？", "did you mean verify?"),
        ("show x $(printf '\\033[31m')", "<U+001B>", "<U+001B>"),
    ],
)
def test_mistyped_words(words: str, zh: str, en: str) -> None:
    done = run(words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "[cli.usage]" in done.stderr
    assert "怎么办 next" in done.stderr
    assert "\x1b" not in done.stderr
    assert zh in done.stderr
    assert en in done.stderr


def test_a_mistyped_word_is_told_without_reading_law_or_records() -> None:
    """What is refused before anything is done costs the start of Python, and not that of the engine."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "zongmu", "chekc"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "[cli.usage]" in done.stderr
    assert "zongmu.report.terminal" in loaded
    assert not [
        name
        for name in loaded
        if name.startswith(("pydantic", "zongmu.policy", "zongmu.store.registry", "zongmu.model.records"))
    ]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_is_the_machine_and_not_zongmu() -> None:
    done = run("completion bash", ">/dev/full")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "无法运行 [cli.system] 系统拒绝了读写：磁盘已满",
        "    怎么办：腾出空间后再运行",
    ]


def test_an_output_closed_by_the_caller() -> None:
    done = run("completion bash", ">&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_pipe_gets_utf_8_whatever_the_locale() -> None:
    done = run("--help", LC_ALL="POSIX", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "总目" in done.stdout


# ── Ctrl-C ──

_INTERRUPT = "os.kill(os.getpid(), signal.SIGINT)"
_WHILE_IMPORTING = f"""
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "zongmu.cli.main":
            {_INTERRUPT}
sys.meta_path.insert(0, Finder())
sys.exit(entry.main())
"""
_IN_A_DESTRUCTOR = f"""
import zongmu.cli.main as command
class Thing:
    def __del__(self):
        {_INTERRUPT}
def run(root, args):
    Thing()
    for _ in range(200):
        time.sleep(0.1)
command.dispatch = lambda args, main: run(None, args)
sys.argv = ["zongmu", "check"]
sys.exit(entry.main())
"""


_ENDED_BY_THE_MACHINE = """
import pathlib, zongmu.cli.main as command
from zongmu.store.kept.scratch import scratch_folder
def run(args):
    with scratch_folder("zongmu-audit-") as folder:
        assert folder.is_dir()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(20)
command.dispatch = lambda args, main: run(args)
sys.argv = ["zongmu", "check"]
sys.exit(entry.main())
"""


@pytest.mark.parametrize(
    ("code", "exit_code", "said"),
    [
        (_WHILE_IMPORTING, -signal.SIGINT, ""),
        (_IN_A_DESTRUCTOR, 130, "已中断 interrupted\n"),
        (_ENDED_BY_THE_MACHINE, 143, "已中断 interrupted\n"),
    ],
    ids=["while it starts", "where Python would drop it", "SIGTERM"],
)
def test_ctrl_c_is_answered_and_shows_no_traceback(code: str, exit_code: int, said: str, tmp_path: Path) -> None:
    start = "import os, signal, sys, time\nfrom zongmu.cli import entry\n"
    start += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # in the background it is ignored
    done = subprocess.run(
        [sys.executable, "-c", start + code],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (exit_code, said)
    assert not list(tmp_path.iterdir())
