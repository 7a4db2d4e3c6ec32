"""The new site takes the place of the old in one move, or not at all. Real processes, really killed. Flow: publish."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from registers import PROJECT, write
from sites import LAMPS, TODAY, assert_listed, assert_same, command, environment, make, many, same, small, tree

from inzage import publish
from inzage.problem import Refused
from inzage.publish import LIST

# Root may write anywhere, unless it gives that up.
AS_ANYONE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
CHANGED = {"register/algoritmes/lampen.yaml": LAMPS.replace("Lampen vervangen", "Lampen kiezen")}
STRIKE = """
import os, signal, sys
sys.path.insert(0, sys.argv.pop(1))
moment, number = sys.argv.pop(1), int(sys.argv.pop(1))
from inzage import publish, search, site
import build

def struck(module, name, after=False):
    real, calls = getattr(module, name), []
    def stand_in(*arguments, **options):
        calls.append(name)
        result = real(*arguments, **options) if after else None
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result if after else real(*arguments, **options)
    setattr(module, name, stand_in)

places = {
    "begin": (publish.Output, "begin", True), "write": (publish.Output, "write", True), "index": (search, "write_index", True),
    "copy": (publish.Output, "_copy", True), "double": (publish.Output, "_double", True), "remove": (publish.Output, "_remove", True), "swap": (publish, "swap", False),
    "swapped": (publish, "swap", True), "state": (site, "write_state", True),
}
struck(*places[moment])
sys.exit(build.main())
"""
MOMENTS = [("begin", 1), ("write", 1), ("write", 9), ("write", 30), ("index", 1), ("copy", 1), ("remove", 1), ("swap", 1)]


def struck_down(moment: str, number: int, *arguments: object) -> int:
    """Runs a build in a process that is killed at a moment; gives its exit."""
    words = [sys.executable, "-c", STRIKE, str(PROJECT), moment, str(number), *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


@pytest.mark.parametrize(("moment", "number"), MOMENTS, ids=[f"{m}-{n}" for m, n in MOMENTS])
def test_build_killed_before_the_move_leaves_the_old_site_whole(tmp_path: Path, moment: str, number: int) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    make(root, out, search=True)
    write(root, {"register/algoritmes/nieuw.yaml": LAMPS.replace("Lampen", "Palen")})
    make(root, out, search=True)
    before = tree(out)
    (root / "register/algoritmes/nieuw.yaml").unlink()
    write(root, {**CHANGED, "register/algoritmes/ook.yaml": LAMPS.replace("Lampen", "Borden")})
    assert struck_down(moment, number, "build", "--root", root, "--out", out, "--today", TODAY, "--jobs", 1) == -signal.SIGKILL
    assert tree(out) == before
    changed = (root / "register/algoritmes/lampen.yaml").read_bytes()
    for content in (LAMPS, changed):  # as if the change was taken back: what the killed build left must not come through
        write(root, {"register/algoritmes/lampen.yaml": content})
        make(root, out, search=True)
        make(root, tmp_path / "cold", search=True, cached=False)
        assert_same(out, tmp_path / "cold")
        assert_listed(out)


def test_build_of_everything_killed_while_it_makes_the_twin(tmp_path: Path) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    make(root, out, search=True)
    before = tree(out)
    publish.shutil.rmtree(root / ".cache")
    write(root, CHANGED)
    assert struck_down("double", 9, "build", "--root", root, "--out", out, "--today", TODAY, "--jobs", 1) == -signal.SIGKILL
    assert tree(out) == before and (tmp_path / ".site.tweede").is_dir()
    make(root, out, search=True)
    make(root, tmp_path / "cold", search=True, cached=False)
    assert_same(out, tmp_path / "cold")
    assert not (tmp_path / ".site.tweede").exists()


@pytest.mark.parametrize("moment", ["swapped", "state"])
def test_build_killed_after_the_move_leaves_the_new_site(tmp_path: Path, moment: str) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    make(root, out, search=True)
    write(root, CHANGED)
    assert struck_down(moment, 1, "build", "--root", root, "--out", out, "--today", TODAY) == -signal.SIGKILL
    make(root, tmp_path / "cold", search=True, cached=False)
    assert_same(out, tmp_path / "cold")
    write(root, {"register/algoritmes/ook.yaml": LAMPS.replace("Lampen", "Borden")})
    make(root, out, search=True)
    make(root, tmp_path / "cold", search=True, cached=False)
    assert_same(out, tmp_path / "cold")
    assert_listed(out)


def test_build_killed_while_its_workers_write(tmp_path: Path) -> None:
    """Several processes write, and the killed parent says nothing to them: the next build does not meet what they left."""
    root, out = many(tmp_path, 150), tmp_path / "site"
    make(root, out)
    before, killed = tree(out), 0
    for number, wanted in enumerate((50, 250)):
        for file in (root / "register/algoritmes").iterdir():
            file.write_text(file.read_text("utf-8").replace("lampen", f"lampen{number}"), "utf-8")
        words = [
            sys.executable,
            PROJECT / "build.py",
            "build",
            "--root",
            root,
            "--out",
            out,
            "--today",
            TODAY,
            "--no-search",
            "--jobs",
            "3",
        ]
        spare = tmp_path / ".site.vorige"
        publish.shutil.rmtree(spare, ignore_errors=True)
        with subprocess.Popen([*map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and sum(len(names) for _, _, names in os.walk(spare)) < wanted:
                time.sleep(0.001)
            process.kill()
        killed += process.returncode == -signal.SIGKILL
        if process.returncode == -signal.SIGKILL and json.loads((out / LIST).read_bytes()) == json.loads(before[LIST]):
            assert tree(out) == before
        make(root, out, jobs=2)
        make(root, tmp_path / "cold", cached=False)
        assert_same(out, tmp_path / "cold")
        assert_listed(out)
        before = tree(out)
    assert killed


def test_build_waits_for_another_and_for_what_that_left_running(tmp_path: Path) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    words = [sys.executable, PROJECT / "build.py", "build", "--root", root, "--out", out, "--today", TODAY, "--no-search"]
    with publish.alone(out):
        left = subprocess.Popen(["sleep", "60"], close_fds=False)
    with subprocess.Popen([*map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        assert [p.name for p in tmp_path.iterdir()] == ["root"]
        left.kill()
        left.wait()
        assert process.wait(30) == 0
    assert_listed(out)


def test_two_builds_at_once_give_one_whole_site(tmp_path: Path) -> None:
    root, out = many(tmp_path, 100), tmp_path / "site"
    words = [sys.executable, PROJECT / "build.py", "build", "--root", root, "--out", out, "--today", TODAY, "--no-search", "--no-cache"]
    running = [subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(3)]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert_listed(out)
    make(root, tmp_path / "cold", cached=False)
    assert_same(out, tmp_path / "cold")


@pytest.mark.parametrize(
    "more",
    [
        {"register/algoritmes/lampen.yaml": "naam: [\n"},
        {"register/algoritmes/lampen.yaml": LAMPS.replace("status:", "stattus:")},
        {"inzage.yaml": "naam: 1\nfout: x\n"},
    ],
)
def test_problem_leaves_the_old_site_as_it_was(tmp_path: Path, more: dict[str, str | bytes]) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    make(root, out)
    before, stamps = tree(out), {p: p.stat().st_mtime_ns for p in out.rglob("*")}
    write(root, more)
    done = command("build", "--root", root, "--out", out, "--today", TODAY)
    assert done.returncode == 1
    assert next(iter(more)) + ":" in done.stdout and "fout" in done.stdout and "Traceback" not in done.stdout + done.stderr
    assert tree(out) == before and {p: p.stat().st_mtime_ns for p in out.rglob("*")} == stamps


def test_problem_makes_no_site_where_there_was_none(tmp_path: Path) -> None:
    root = small(tmp_path, {"register/algoritmes/lampen.yaml": "naam: [\n"})
    assert command("build", "--root", root, "--out", tmp_path / "site").returncode == 1
    assert [p.name for p in tmp_path.iterdir()] == ["root"]


def test_list_names_every_file_but_itself(tmp_path: Path) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    make(root, out, search=True)
    listed = assert_listed(out)
    assert (listed["datum"], listed["commit"], listed["logkop"]) == (TODAY, "", "")  # a folder outside git has no history
    assert {"index.html", "404.html", "algoritmes/lampen/index.html", "pagefind/pagefind.js"} <= listed["bestanden"].keys()
    assert list(listed["bestanden"]) == sorted(listed["bestanden"]) and LIST not in listed["bestanden"]


@pytest.mark.parametrize("content", ["vakantie.jpg", "index.html", "sub/brief.txt"])
def test_folder_that_is_not_ours_is_refused(tmp_path: Path, content: str) -> None:
    root, out = small(tmp_path), tmp_path / "foto"
    write(out, {content: "van mij"})
    done = command("build", "--root", root, "--out", out, "--today", TODAY)
    assert done.returncode == 1 and "map-bezet" in done.stdout and str(out) in done.stdout
    assert tree(out) == {content: b"van mij"} and not (tmp_path / ".foto.vorige").exists()
    with pytest.raises(Refused):
        make(root, out)


def test_root_itself_and_a_file_are_refused(tmp_path: Path) -> None:
    root = small(tmp_path)
    before = tree(root)
    for out in (root, root / "register", root / "inzage.yaml"):
        assert command("build", "--root", root, "--out", out, "--today", TODAY).returncode == 1
    assert tree(root) == before


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    root, out = small(tmp_path), tmp_path / "leeg"
    out.mkdir()
    make(root, out)
    assert_listed(out)


def test_disk_that_may_not_be_written_gives_a_sentence(tmp_path: Path) -> None:
    root, place = small(tmp_path), tmp_path / "dicht"
    place.mkdir()
    place.chmod(0o555)
    done = command("build", "--root", root, "--out", place / "site", "--today", TODAY, before=AS_ANYONE)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Dit kon niet: Permission denied (") and "Traceback" not in done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_disk_that_is_full_leaves_the_old_site(tmp_path: Path, jobs: int) -> None:
    root, out = many(tmp_path, 80), tmp_path / "site"
    make(root, out)
    before = tree(out)
    write(root, {"inzage.yaml": (root / "inzage.yaml").read_text("utf-8").replace("Voorbeeldstad\n", "Anderestad\n", 1)})

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    words = ("build", "--root", root, "--out", out, "--today", TODAY, "--no-search", "--jobs", jobs)
    done = command(*words, preexec_fn=little_room)
    assert done.returncode == 2
    assert "Dit kon niet: " in done.stderr and "Traceback" not in done.stderr
    assert tree(out) == before
    assert command(*words).returncode == 0
    assert_listed(out)


def test_disk_without_a_place_for_the_cache_costs_only_time(tmp_path: Path) -> None:
    root, out = small(tmp_path, {".cache": "een bestand"}), tmp_path / "site"
    for _ in range(2):
        assert command("build", "--root", root, "--out", out, "--today", TODAY).returncode == 0
    make(root, tmp_path / "cold", search=True, cached=False)
    assert_same(out, tmp_path / "cold")


def test_file_system_without_an_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "_exchange", lambda one, other: False)
    root, out = small(tmp_path), tmp_path / "site"
    for round in range(4):
        write(root, {"register/algoritmes/lampen.yaml": LAMPS.replace("Lampen", f"Lampen{round}")})
        make(root, out)
        assert_listed(out)
        assert sorted(p.name for p in tmp_path.iterdir()) == [".site.vorige", "root", "site"] if round else True
    monkeypatch.undo()
    make(root, tmp_path / "cold", cached=False)
    assert_same(out, tmp_path / "cold")


def test_library_without_the_call_and_a_disk_that_refuses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = tmp_path / "een", tmp_path / "ander"
    write(one, {"a": "1"}), write(other, {"b": "2"})
    monkeypatch.setattr(publish.ctypes, "CDLL", lambda *a, **k: object())
    publish.swap(one, other)
    assert (tree(one), tree(other)) == ({"b": b"2"}, {"a": b"1"})
    for code in (publish.errno.ENOSYS, publish.errno.EINVAL, publish.errno.ENOTSUP):
        monkeypatch.setattr(publish.ctypes, "CDLL", lambda *a, **k: type("", (), {"renameat2": lambda *a: -1}))
        monkeypatch.setattr(publish.ctypes, "get_errno", lambda code=code: code)
        publish.swap(one, other)
    assert (tree(one), tree(other)) == ({"a": b"1"}, {"b": b"2"})
    monkeypatch.setattr(publish.ctypes, "get_errno", lambda: publish.errno.EACCES)
    with pytest.raises(PermissionError):
        publish.swap(one, other)
    assert (tree(one), tree(other)) == ({"a": b"1"}, {"b": b"2"})


def test_move_is_one_move(tmp_path: Path) -> None:
    """Whoever looks all the time always sees a whole site, of one build."""
    root, out = small(tmp_path), tmp_path / "site"
    make(root, out)
    words = [sys.executable, "-c", _WATCH, str(out)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None and watcher.stdout.readline() == "ja\n"
        for round in range(4):
            write(root, {"register/algoritmes/lampen.yaml": LAMPS.replace("Lampen", f"Lampen{round}")})
            make(root, out)
        watcher.send_signal(signal.SIGTERM)
        looked, missed = map(int, watcher.stdout.read().split())
    assert looked > 100 and missed == 0


_WATCH = """
import os, signal, sys
looked = missed = 0
def end(*_):
    print(looked, missed, flush=True)
    os._exit(0)
signal.signal(signal.SIGTERM, end)
print("ja", flush=True)
while True:
    looked += 1
    missed += not os.path.exists(sys.argv[1] + "/bestanden.json") or not os.path.exists(sys.argv[1] + "/index.html")
"""


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without"])
def test_change_right_after_the_first_build_writes_only_what_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """The first build leaves a twin of the site, so that the second need not make one; and no file of the site is ever written over."""
    if not links:
        monkeypatch.setattr(publish.os, "link", lambda *_: (_ for _ in ()).throw(OSError("geen koppelingen")))
    root, out, spare = small(tmp_path), tmp_path / "site", tmp_path / ".site.vorige"
    make(root, out, search=True)
    assert tree(spare) == tree(out)
    before, places = tree(out), {p: p.stat().st_ino for p in spare.rglob("*") if p.is_file()}
    write(root, CHANGED)
    make(root, out, search=True)
    assert tree(spare) == before  # the site of a moment ago, as it was
    still = [out / path.relative_to(spare) for path in places]
    assert sum(path.is_file() and path.stat().st_ino in places.values() for path in still) > 20, "what did not change was not written again"
    make(root, tmp_path / "cold", search=True, cached=False)
    assert_same(out, tmp_path / "cold")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".site.vorige", "cold", "root", "site"]


def test_site_keeps_no_file_of_before(tmp_path: Path) -> None:
    """Two folders take turns: what went in one build does not come back with the next."""
    root, out = small(tmp_path), tmp_path / "site"
    for number in range(3):
        file = root / f"register/algoritmes/tijdelijk-{number}.yaml"
        file.write_text(LAMPS.replace("Lampen", "Tijdelijk"), "utf-8")
        make(root, out)
        assert (out / f"algoritmes/tijdelijk-{number}/index.html").is_file()
        file.unlink()
        make(root, out)
        assert not list(out.rglob("*tijdelijk*"))
        assert [p for p in out.rglob("*") if p.is_dir() and not any(p.iterdir())] == []
    assert_listed(out)


def test_register_may_become_empty_and_fill_again(tmp_path: Path) -> None:
    root, out = small(tmp_path), tmp_path / "site"
    for fill in (True, False, False, True, False):
        publish.shutil.rmtree(root / "register")
        (root / "register").mkdir()
        write(root, {"inzage.yaml": "naam: Leeg register\ncontact: {telefoon: 14 099}\n"})
        if fill:
            small(tmp_path)
        make(root, out, search=True)
        assert_listed(out)
        assert any(path.startswith("pagefind/") for path in tree(out)) == fill


def test_interrupted_build_is_quiet(tmp_path: Path) -> None:
    """Ctrl-C reaches every process at once: no traceback, and the old site stays."""
    root, out = many(tmp_path, 150), tmp_path / "site"
    make(root, out)
    before = same(out)
    words = [
        sys.executable,
        PROJECT / "build.py",
        "build",
        "--root",
        root,
        "--out",
        out,
        "--today",
        "2027-01-01",
        "--no-search",
        "--no-cache",
        "--jobs",
        "3",
    ]
    publish.shutil.rmtree(tmp_path / ".site.vorige", ignore_errors=True)
    with subprocess.Popen(
        [*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=environment()
    ) as process:
        while process.poll() is None and not (tmp_path / ".site.vorige").exists():
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGINT)
        said = b"".join(process.communicate())
    assert process.returncode == 2
    assert b"Traceback" not in said and b"kon niet" not in said
    assert same(out) == before
