"""The site on this machine, made again when a file changes. What is wrong is shown in the page, and the server lives on. Flow: top, like commands.

Each build is a process of its own: a faulty template or a half-saved schema then ends that process, never the server.
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .order import Order, folders

POLL_SECONDS = 0.5
_PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Er is iets te verbeteren</title>
<link rel="stylesheet" href="/vormgeving/thema.css"><link rel="stylesheet" href="/vormgeving/inzage.css"></head><body><main><h1>Er is iets te verbeteren</h1>
<p>De site is niet opnieuw gemaakt. Verbeter dit en bewaar het bestand; deze pagina ververst zichzelf.</p><pre>{}</pre></main></body></html>"""


class _State:
    """What the server shows: the site, or the words of the last build that failed."""

    def __init__(self) -> None:
        self.failed = ""


def serve(order: Order, arguments: Sequence[str], port: int) -> int:
    """Builds, serves on 127.0.0.1 and rebuilds on every change, until Ctrl-C.

    arguments: the options of the build, handed on as they were typed. Raises OSError when the port is taken.
    """
    state = _State()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(order.out, state))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen: dict[str, int] = {}
    try:
        while True:
            now = dict(_stamps(order.root))
            if now != seen:
                seen = now
                _rebuild(arguments, state)
                print(f"De site staat op http://127.0.0.1:{server.server_port}/ (stoppen: Ctrl-C)", flush=True)
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        return 0
    finally:
        server.shutdown()


def _rebuild(arguments: Sequence[str], state: _State) -> None:
    command = [sys.executable, str(Path(__file__).resolve().parent.parent / "build.py"), "build", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    state.failed = done.stdout if done.returncode else ""
    print(done.stdout, end="", flush=True)


def _stamps(root: Path) -> Iterator[tuple[str, int]]:
    """Every file a build reads, with the time it changed."""
    places = [root / "register", *folders(root, "schemas"), *folders(root, "templates")]
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    yield path, os.stat(path).st_mtime_ns
                except OSError:
                    continue
    if (root / "inzage.yaml").exists():
        yield "inzage.yaml", (root / "inzage.yaml").stat().st_mtime_ns


def _handler(out: Path, state: _State) -> type[SimpleHTTPRequestHandler]:
    class Handler(SimpleHTTPRequestHandler):
        """Files of the site; its own 404 page; and, while the last build failed, what was wrong."""

        def __init__(self, *args: Any, **kwargs: Any):
            super().__init__(*args, directory=str(out), **kwargs)

        def do_GET(self) -> None:
            last = self.path.split("?")[0].split("#")[0].rsplit("/", 1)[-1]
            is_page = "." not in last or last.endswith(".html")
            if state.failed and is_page:
                self._answer(500, _PAGE.format(html.escape(state.failed)).encode())
            elif is_page and not os.path.exists(self.translate_path(self.path)) and (out / "404.html").is_file():
                self._answer(404, (out / "404.html").read_bytes())
            else:
                super().do_GET()

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "no-store")
            super().end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet: what matters is printed by the build."""

    return Handler
