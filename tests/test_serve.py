"""`build.py serve`, as a process of its own: it serves, builds again, shows what is wrong in the page, and lives on. Flow: serve."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from registers import write
from sites import BUILD, LAMPS, TODAY, command, small

ENTRY = "register/algoritmes/lampen.yaml"


class Server:
    """A running server, what it printed, and its port."""

    def __init__(self, root: Path, *options: object):
        words = [sys.executable, BUILD, "serve", "--root", root, "--today", TODAY, "--no-search", *options]
        self.process = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait_for(r"http://127\.0\.0\.1:(\d+)/")[1])

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))
        for line in self.process.stdout:
            self.lines.append(line)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Waits until something was printed."""
        return until(lambda: re.search(pattern, "".join(self.lines)), self)

    def get(self, path: str) -> tuple[int, str]:
        """The status and text at an address."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        result = answer.status, answer.read().decode()
        connection.close()
        return result


def until(ask, server: Server | None = None):  # type: ignore[no-untyped-def]
    """Asks again and again; gives the first answer that is something."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("".join(server.lines) if server else "nothing came")


@contextmanager
def serving(root: Path, *options: object) -> Iterator[Server]:
    """Runs a server and stops it as Ctrl-C does: with exit 0 and without a traceback."""
    server = Server(root, *options)
    try:
        yield server
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(15) == 0
        assert "Traceback" not in "".join(server.lines)
    finally:
        server.process.kill()
        server.process.wait()


@pytest.mark.parametrize("typed", [["--port", "0"], ["--port=0"], ["--po", "0"]], ids=" ".join)
def test_server_prints_its_address_and_serves_the_site(tmp_path: Path, typed: list[str]) -> None:
    with serving(small(tmp_path), *typed) as server:
        status, text = server.get("/algoritmes/lampen/")
        assert status == 200 and "Lampen vervangen" in text
        assert server.get("/vormgeving/inzage.css")[0] == 200
        for missing in ("/bestaat-niet/", "/bestaat-niet", "/bestaat-niet.html"):
            status, text = server.get(missing)
            assert status == 404 and "Deze pagina is er niet" in text
        assert server.get("/bestaat-niet.css")[0] == 404
        for outside in ("/../inzage.yaml", "/%2e%2e/inzage.yaml", "/..%2finzage.yaml"):
            assert "contact" not in server.get(outside)[1]


def test_change_is_served_and_a_mistake_is_shown_until_it_is_mended(tmp_path: Path) -> None:
    root = small(tmp_path)
    with serving(root, "--port", "0") as server:
        write(root, {ENTRY: LAMPS.replace("Lampen vervangen", "Palen vervangen")})
        until(lambda: "Palen vervangen" in server.get("/algoritmes/lampen/")[1], server)

        write(root, {ENTRY: LAMPS.replace("status:", "stattus:") + "<b>: x\n"})
        status, text = until(lambda: (found := server.get("/algoritmes/lampen/"))[0] == 500 and found, server)
        assert f"{ENTRY}:5:1" in text and "stattus" in text and "Er is iets te verbeteren" in text
        assert "&lt;b&gt;" in text and "<b>" not in text
        assert server.get("/")[0] == 500 and server.get("/vormgeving/inzage.css")[0] == 200
        assert "Palen" in (root / "site/algoritmes/lampen/index.html").read_text("utf-8")

        write(root, {"templates/home.html": "{% extends", ENTRY: LAMPS})
        until(lambda: "Het programma zelf ging fout" in server.get("/")[1], server)
        (root / "templates/home.html").unlink()
        shutil.rmtree(root / "register/documenten")
        write(
            root,
            {
                ENTRY: LAMPS.replace("Lampen vervangen", "Borden vervangen"),
                "register/algoritmes/oud.yaml": LAMPS.replace("Lampen", "Andere"),
            },
        )
        until(lambda: server.get("/algoritmes/lampen/")[0] == 200, server)
        assert "Borden vervangen" in server.get("/algoritmes/lampen/")[1]


def test_server_begins_with_a_mistake_and_lives(tmp_path: Path) -> None:
    root = small(tmp_path, {"inzage.yaml": "naam: [\n"})
    with serving(root, "--port", "0") as server:
        status, text = server.get("/")
        assert status == 500 and "inzage.yaml:" in text
        write(root, {"inzage.yaml": "naam: Weer goed\ncontact: {telefoon: 14 099}\n"})
        until(lambda: server.get("/")[0] == 200, server)


def test_new_file_schema_and_removed_file_are_noticed(tmp_path: Path) -> None:
    root = small(tmp_path)
    with serving(root, "--port", "0") as server:
        write(
            root,
            {
                "schemas/boom.schema.json": '{"x-inzage": {"folder": "bomen"}, "properties": {"naam": {}}}',
                "register/bomen/eik.yaml": "naam: Eik\n",
            },
        )
        until(lambda: server.get("/bomen/eik/")[0] == 200, server)
        (root / "register/bomen/eik.yaml").unlink()
        until(lambda: server.get("/bomen/eik/")[0] == 404, server)
        assert server.get("/bomen/")[0] == 200


def test_port_that_is_taken_gives_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", "--root", small(tmp_path), "--port", port)
    assert done.returncode == 2
    assert f"poort {port} is bezet" in done.stderr and "--port" in done.stderr and "Traceback" not in done.stderr


def test_number_of_jobs_may_equal_the_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(small(tmp_path), "--jobs", port, "--port", port) as server:
        assert server.get("/")[0] == 200
