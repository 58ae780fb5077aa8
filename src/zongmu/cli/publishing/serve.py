"""``zongmu serve``: the built public tree on 127.0.0.1, with the media types that a real host must set.

Other origins may not read it: what is looked at here may not be released yet. So a host's name that someone else pointed at
this machine is not answered, and nothing outside the folder is shown, whatever stands in an address or a link leads to.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TextIO

from zongmu.cli.trouble import Trouble
from zongmu.model.finding import Bilingual
from zongmu.store.refusal import refusal

HOST = "127.0.0.1"
PATIENCE: Final = 30
"""Seconds that a connection may be silent."""
_HERE = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
"""What a browser on this machine says it is looking for, ports forwarded from another included."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".atom": "application/atom+xml",
    ".ics": "text/calendar; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_ONLY_HERE = f"只应答本机的浏览器：请打开 http://{HOST}/ 或 http://localhost/ 加端口号。 Only this machine's own names are answered."


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Static files only, without directory listings."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **_TYPES}  # noqa: RUF012
    timeout = PATIENCE
    path = ""  # of a request that cannot even be read

    def send_head(self) -> Any:
        """Open what the address names; answer with a refusal, and give None, where that is nothing to show."""
        if _HERE.fullmatch(self.headers.get("Host", HOST)) is None:
            return self.send_error(HTTPStatus.MISDIRECTED_REQUEST, explain=_ONLY_HERE)
        # A browser reads a backslash as a slash: an address that we send it on to might begin with two of them.
        if "\\" in self.path or not self._ours(self.translate_path(self.path)):
            return self.send_error(HTTPStatus.NOT_FOUND)
        return super().send_head()

    def _ours(self, place: str) -> bool:
        """Whether *place* is a regular file of this folder, or a folder of it that has a page, wherever links lead."""
        if os.path.isdir(place):
            place = os.path.join(place, "index.html")
        return os.path.isfile(place) and Path(os.path.realpath(place)).is_relative_to(self.directory)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse; for an address that leads nowhere with the site's own page, as a real host would."""
        page = Path(self.directory, "en" if self.path.startswith("/en/") else "", "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        data = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", _TYPES[".html"])
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: one line per request helps nobody."""


class _Server(http.server.ThreadingHTTPServer):
    """Many at once wait for their turn; one who leaves before all is sent is nothing to tell."""

    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        if os.environ.get("ZONGMU_DEBUG"):
            super().handle_error(request, client_address)


def make_server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of *folder* on the loopback address; port 0 picks a free one."""
    return _Server((HOST, port), functools.partial(_Handler, directory=str(folder.resolve())))


def run_serve(root: Path, folder: Path | None, port: int, lang: str, out: TextIO) -> int:
    """Serve until interrupted. Raises :class:`Trouble` when nothing is built or the port is taken."""
    folder = (folder or root / "public").resolve()
    if not (folder / "index.html").is_file():
        raise Trouble(
            "cli.not-built",
            Bilingual(f"{folder.name}/ 里还没有网站", f"there is no site in {folder.name}/ yet"),
            Bilingual("先运行 zongmu build", "run zongmu build first"),
        )
    try:
        server = make_server(folder, port)
    except OSError as problem:
        raise Trouble(
            "cli.port-taken",
            Bilingual(
                f"端口 {port} 用不了：{refusal(problem).zh}", f"port {port} cannot be used: {refusal(problem).en}"
            ),
            Bilingual("换一个：zongmu serve --port 8001", "take another: zongmu serve --port 8001"),
        ) from None
    with server:
        address = f"http://{HOST}:{server.server_address[1]}/"
        out.write(
            f"{'网站在' if lang == 'zh' else 'serving'} {address}  （Ctrl-C {'停止' if lang == 'zh' else 'stops'}）\n"
        )
        out.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            out.write("\n")
    return 0
