"""A Git server on loopback: a bare repository behind ``git http-backend``, with the hook that ``zongmu hook install`` writes.

Who pushes is what the web server has authenticated (basic authentication, any password), as it would be in earnest.
"""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class Handler(BaseHTTPRequestHandler):
    """As much of CGI as ``git http-backend`` wants."""

    projects: Path

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Fetch."""
        self._serve()

    def do_POST(self) -> None:
        """Push."""
        self._serve()

    def _serve(self) -> None:
        address = urlsplit(self.path)
        user = ""
        if (given := self.headers.get("Authorization", "")).startswith("Basic "):
            user = base64.b64decode(given[6:]).decode().partition(":")[0]
        if not user:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("ZONGMU_")},
            "GIT_PROJECT_ROOT": str(self.projects),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",  # the tests' own configuration turns hooks off
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "REMOTE_USER": user,
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        body = self._body()
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        rows = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(value[:3]) for name, value in rows if name == "Status"), 200)
        self.send_response(status)
        for name, value in rows:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))


@contextmanager
def serving(projects: Path, kind: type[Handler] = Handler) -> Iterator[str]:
    """The address of a server of all repositories in *projects*, as ``http://{user}@127.0.0.1:port``."""
    handler = type("Bound", (kind,), {"projects": projects})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{{user}}:secret@127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Clone:
    """A clone over HTTP as one user."""

    def __init__(self, address: str, user: str, folder: Path) -> None:
        self.root = folder
        subprocess.run(
            ["git", "clone", "-q", f"{address.format(user=user)}/registry.git", str(folder)],
            check=True,
            capture_output=True,
        )

    def git(self, *args: str, input: str | None = None) -> str:
        """``git <args>``; raises when it fails."""
        done = subprocess.run(["git", *args], cwd=self.root, capture_output=True, text=True, input=input, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def push(self, *refs: str) -> tuple[bool, str]:
        """Whether the server took it, and what it said."""
        done = subprocess.run(
            ["git", "push", "origin", *refs], cwd=self.root, capture_output=True, text=True, check=False
        )
        return done.returncode == 0, done.stderr

    def write(self, path: str, text: str) -> None:
        """Put a file there."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of a file."""
        return (self.root / path).read_text(encoding="utf-8")

    def commit(self) -> str:
        """Commit everything; the id."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        """A new branch at what the server's main branch was last seen to be."""
        self.git("checkout", "-q", "-f", "-B", name, "origin/main")
        self.git("clean", "-q", "-fdx")
