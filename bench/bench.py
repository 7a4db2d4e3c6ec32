"""Seconds a stage, peak memory and pages a second of a build of N entries: cold, nothing changed, one entry changed.

    python -m bench.bench [N …] [--work DIR] [--no-search]

Every build is a process of its own, with its modules compiled beforehand, as they are for whoever builds twice. Memory is the proportional set
size (PSS) of the process and its workers together, without Pagefind, looked at five times in two seconds: each look holds the build up for 10 ms. On a
noisy machine, compare ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .corpus import write

CHILD = """
import json, sys, time
start = time.perf_counter()
from pathlib import Path
from inzage.site import Order, build
root, search = Path(sys.argv[1]), sys.argv[2] == "search"
result = build(Order(root=root, out=root / "site", today="2026-11-23", jobs=2, search=search))
print(json.dumps({**result.seconds, "_files": result.files, "_rendered": result.rendered, "_inside": time.perf_counter() - start}))
"""


def pss(pid: int) -> int:
    """Kilobytes of memory of a process and its children, shared pages counted once; Pagefind left out."""
    total = 0
    for task in [pid, *_children(pid)]:
        try:
            if "pagefind" in Path(f"/proc/{task}/cmdline").read_text():
                continue
            lines = Path(f"/proc/{task}/smaps_rollup").read_text().split("\n")
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total


def _children(pid: int) -> list[int]:
    try:
        direct = [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return direct + [d for c in direct for d in _children(c)]


def one_build(root: Path, search: bool) -> dict[str, Any]:
    """Builds once and measures it from outside."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(root.parent / "pyc")}
    subprocess.run([sys.executable, "-c", "import inzage.site"], env=environment, check=True)
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), "search" if search else "-"], stdout=subprocess.PIPE, env=environment
    )
    looked, ended = [0], threading.Event()
    looker = threading.Thread(target=_look, args=(process.pid, looked, ended))
    looker.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    looker.join()
    assert process.returncode == 0
    return {**json.loads(said), "_wall": seconds, "_peak": max(looked)}


def _look(pid: int, looked: list[int], ended: threading.Event) -> None:
    while not ended.wait(0.4):
        looked.append(pss(pid))


def main() -> None:
    """Runs the measurements and prints a table for each N."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sizes", nargs="*", type=int, default=[1000, 10000])
    options.add_argument("--work", type=Path, default=Path("/dev/shm/inzage-bench"))
    options.add_argument("--no-search", action="store_true")
    chosen = options.parse_args()
    for n in chosen.sizes:
        measure(chosen.work / str(n), n, not chosen.no_search)
    measure_history(chosen.work / "history", 2000, 5)


def measure_history(root: Path, n: int, versions: int) -> None:
    """What the past costs: n files with five versions each, in git. «git lezen» is reading all history; «versies» is making their pages, once."""
    write(root, n)
    (root / ".gitignore").write_text("site\n.site.*\n.cache\n")
    _git(root, "init", "-q", "-b", "main")
    for number in range(versions):
        for path in (root / "register/algoritmes").iterdir():
            path.write_text(
                path.read_text().split("\nwijzigingsreden")[0].rstrip("\n") + f"\nwijzigingsreden: Ronde {number}.\ngebied: Wijk {number}\n"
            )
        _git(root, "add", "-A")
        _git(root, "commit", "-q", "-m", f"Ronde {number}")
    time.sleep(2.1)
    rows = {"koud": one_build(root, False), "niets veranderd": one_build(root, False)}
    print(f"\n{n} bestanden met {versions} versies\n| stap | " + " | ".join(rows) + " |\n|---|" + "--:|" * len(rows))
    for stage in ("beginnen", "git lezen", "versies", "pagina's", "lijsten"):
        print(f"| {stage} (s) | " + " | ".join(f"{r[stage]:.2f}" for r in rows.values()) + " |")
    print("| alles (s) | " + " | ".join(f"{r['_wall']:.2f}" for r in rows.values()) + " |", flush=True)


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=meting", "-c", "user.email=meting@example.org", "-C", str(root), *arguments], check=True)


def measure(root: Path, n: int, search: bool) -> None:
    """One table: a row a stage, a column a situation."""
    write(root, n)
    time.sleep(2.1)  # a file younger than two seconds is read again (cache.py)
    rows = {"koud": one_build(root, search), "niets veranderd": one_build(root, search)}
    changed = root / "register/algoritmes/algoritme-000000.yaml"
    changed.write_text(changed.read_text().replace("Een mens beslist altijd zelf.", "Een mens beslist nog steeds zelf."))
    rows["één veranderd"] = one_build(root, search)
    stages = [k for k in rows["koud"] if not k.startswith("_")]
    print(f"\n{n} beschrijvingen\n| stap | " + " | ".join(rows) + " |\n|---|" + "--:|" * len(rows))
    for stage in stages:
        print(f"| {stage} (s) | " + " | ".join(f"{r.get(stage, 0):.2f}" for r in rows.values()) + " |")
    without = {name: r["_wall"] - r["zoeken"] for name, r in rows.items()}
    print("| alles, zonder zoeken (s) | " + " | ".join(f"{w:.2f}" for w in without.values()) + " |")
    print("| deel van koud | " + " | ".join(f"{w / without['koud']:.2f}" for w in without.values()) + " |")
    print("| geheugen (MB) | " + " | ".join(f"{r['_peak'] / 1000:.0f}" for r in rows.values()) + " |")
    print("| pagina's per seconde | " + " | ".join(f"{r['_rendered'] / without[name]:.0f}" for name, r in rows.items()) + " |", flush=True)


if __name__ == "__main__":
    main()
