"""A forge on loopback: Git over HTTP with push options, and an interface that records every call and answers as it is told."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.gate.server import Handler, serving

_HOOK = """#!/bin/sh
cat > "$GIT_DIR/pushed"
n=0
: > "$GIT_DIR/options"
while [ "$n" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do
  eval "printf '%s\\n' \\"\\$GIT_PUSH_OPTION_$n\\"" >> "$GIT_DIR/options"
  n=$((n + 1))
done
echo "View merge request: ${FORGE_PAGE:-http://127.0.0.1/city/registry/-/merge_requests/7}"
"""


@dataclass
class Fake:
    """What the forge was asked, and what it answers."""

    address: str  # http://{user}:secret@127.0.0.1:port
    bare: Path
    calls: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    answer: tuple[int, dict[str, str], bytes] = (201, {}, b"{}")
    holds: dict[str, Any] = field(default_factory=dict)  # what a GET of a path below /api/ answers

    @property
    def remote(self) -> str:
        """The address of the repository, with a password in it as a careless operator would leave it."""
        return f"{self.address.format(user='desk')}/city/registry.git"

    def forget(self) -> None:
        """As it was made."""
        self.calls.clear()
        refs = subprocess.run(
            ["git", "for-each-ref", "--format=delete %(refname)"], cwd=self.bare, capture_output=True, check=True
        )
        subprocess.run(["git", "update-ref", "--stdin"], cwd=self.bare, input=refs.stdout, check=True)

    def options(self) -> list[str]:
        """The options of the last push."""
        return (self.bare / "options").read_text("utf-8").splitlines()

    def pushed(self) -> list[str]:
        """The names that the last push moved."""
        return [line.split(" ")[2] for line in (self.bare / "pushed").read_text("utf-8").splitlines()]


@contextmanager
def forge(folder: Path) -> Iterator[Fake]:
    """A forge with one empty repository, ``city/registry``."""
    bare = folder / "city" / "registry.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    for name in ("http.receivepack", "receive.advertisePushOptions"):
        subprocess.run(["git", "config", name, "true"], cwd=bare, check=True)
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK, "utf-8")
    hook.chmod(0o755)

    class Answering(Handler):
        def do_POST(self) -> None:
            if self.path.startswith("/city/registry.git/"):
                super().do_POST()
                return
            self._api(self.path, fake.answer)

        def do_GET(self) -> None:
            if self.path.startswith("/api/"):
                data = json.dumps(fake.holds[self.path.partition("?")[0]]).encode()
                self._api(f"GET {self.path}", (200, {}, data))
            else:
                super().do_GET()

        def do_PUT(self) -> None:
            self._api(f"{self.command} {self.path}", (200, {}, b"{}"))

        do_PATCH = do_PUT

        def _api(self, name: str, answer: tuple[int, dict[str, str], bytes]) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(sent) if sent else {}
            fake.calls.append((name, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers, data = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    with serving(folder, Answering) as address:
        fake = Fake(address, bare)
        yield fake
