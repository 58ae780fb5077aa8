"""``zongmu serve`` under requests that no browser makes: nothing from outside the folder, no traceback, no wait without end."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from zongmu.cli.publishing import serve

PRIVATE = "尚未公开"
OURS = "Host: 127.0.0.1:8000\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A site of two pages in which links lead out, and a pipe lies that nobody fills."""
    place = tmp_path_factory.mktemp("serve")
    site = place / "public"
    (site / "projects").mkdir(parents=True)
    (site / "empty").mkdir()
    (site / "index.html").write_text("总目", encoding="utf-8")
    (site / "projects" / "index.html").write_text("项目", encoding="utf-8")
    (place / "private").mkdir()
    (place / "private" / "index.html").write_text(PRIVATE, encoding="utf-8")
    (site / "file.html").symlink_to(place / "private" / "index.html")
    (site / "folder").symlink_to(place / "private")
    (site / "inside.html").symlink_to(site / "index.html")
    os.mkfifo(site / "pipe.html")
    with pytest.MonkeyPatch.context() as patch, serve.make_server(site, 0) as server:
        assert serve._Handler.timeout == serve.PATIENCE
        patch.setattr(serve._Handler, "timeout", 0.3)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def answer(port: int, request: str) -> str:
    """What the server sends until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request.encode("latin-1"))
        out = b""
        while data := line.recv(65536):
            out += data
    return out.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "path",
    [
        "/../private/index.html", "/%2e%2e/private/index.html", "/..%2fprivate%2findex.html", "/..\\private\\index.html",
        "/file.html", "/folder/", "/folder/index.html", "/pipe.html", "/index.html%00.txt", "/\0", "/\xff%ff",
        "/" + "a" * 5_000, "/" + "a/" * 20_000, "/empty/", "//[", "/\\example.org/../projects",
    ],
)  # fmt: skip
def test_what_leads_out_or_nowhere_is_not_found(path: str, port: int, capfd: pytest.CaptureFixture[str]) -> None:
    said = answer(port, f"GET {path} HTTP/1.1\r\n{OURS}\r\n")
    assert said.startswith("HTTP/1.0 404 ")
    assert PRIVATE not in said
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "request_",
    ["\x16\x03\x01\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /" + "a" * 70_000 + " HTTP/1.1\r\n\r\n", "GET / HT", ""],
    ids=["no request", "no path", "no version", "no end", "never ended", "nothing"],
)  # fmt: skip
def test_what_is_no_request_ends_with_a_refusal(request_: str, port: int, capfd: pytest.CaptureFixture[str]) -> None:
    said = answer(port, request_)
    assert "Error" in said or said == ""
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:8000", 200), ("localhost", 200), ("[::1]:80", 200), ("rebound.example.org:8000", 421), ("127.0.0.1.example.org", 421)],
)  # fmt: skip
def test_a_name_that_someone_pointed_at_this_machine_is_not_answered(host: str, status: int, port: int) -> None:
    for method in ("GET", "HEAD"):
        said = answer(port, f"{method} /inside.html HTTP/1.1\r\nHost: {host}\r\n\r\n")
        assert said.startswith(f"HTTP/1.0 {status} ")
        assert "Cross-Origin-Resource-Policy: same-origin" in said


def test_a_folder_without_its_slash_and_a_reader_who_leaves(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert "\r\nLocation: /projects/\r\n" in answer(port, f"GET /projects HTTP/1.1\r\n{OURS}\r\n")
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # hung up, not closed
            line.sendall(f"GET / HTTP/1.1\r\n{OURS}\r\n".encode())
    assert "总目" in answer(port, f"GET / HTTP/1.1\r\n{OURS}\r\n")
    assert capfd.readouterr().err == ""
