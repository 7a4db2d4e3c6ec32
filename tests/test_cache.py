"""A cached build gives what a cold build gives, whatever happened in between; and it does little when little changed. Flow: cache, stock."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import PROJECT, write
from sites import LAMPS, OWNER, SETTINGS, assert_listed, assert_same, make, many, outcome, small, tree

from inzage import search, workers
from inzage import site as building
from inzage.cache import path_for

LONG_AGO = 1_700_000_000
KIND = json.dumps({
    "x-inzage": {"folder": "dingen", "groepen": ["Alles"]},
    "properties": {
        "naam": {}, "tekst": {"type": "string", "x-inzage": {"opmaak": "markdown"}}, "soort": {"enum": ["a", "b"], "x-inzage": {"in_lijst": True}},
        "van": {"$ref": "common.schema.json#/$defs/organisatie", "x-inzage": {"filter": "organisatie", "in_lijst": True}},
        "zie": {"type": "array", "items": {"$ref": "common.schema.json#/$defs/verwijzing"}},
    },
})  # fmt: skip
NAMES = ["Aap", "aap", "Één noot", "Mies", "«Wim» & Zus", "1 april", "Zus"]
OWNERS = ["organisaties/een", "organisaties/twee"]
THINGS = [f"dingen/d{i}" for i in range(5)]
DAYS = ["2026-01-01", "2026-06-01", "2027-01-01"]


def entry(**fields: Any) -> st.SearchStrategy[str]:
    """The text of an entry: `naam`, and some of the other fields."""
    chosen = st.fixed_dictionaries({"naam": st.sampled_from(NAMES)}, optional=fields)
    return chosen.map(lambda data: "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in data.items()))


PHONE = st.just({"telefoon": "14 001"})
OWNER_TEXT = entry(contact=PHONE, hoort_bij=st.sampled_from(OWNERS), herzien_voor=st.sampled_from(DAYS)).map(
    lambda t: t + "samenvatting: Iets\nsoort: stichting\n"
)
THING_TEXT = entry(
    tekst=st.sampled_from(["*Een*", "Twee", "[drie](https://example.org)"]), soort=st.sampled_from("ab"), van=st.sampled_from(OWNERS),
    zie=st.lists(st.sampled_from(THINGS + OWNERS), min_size=1, max_size=2, unique=True), contact=PHONE, herzien_voor=st.sampled_from(DAYS),
    relaties=st.sampled_from(THINGS).map(lambda to: [{"soort": "verwijst naar", "naar": to}]), ontbreekt=st.just({"bronnen": {"reden": "onbekend"}}),
    ingetrokken=st.sampled_from(THINGS).map(lambda by: {"datum": "2026-02-02", "reden": "Het is weg.", "vervangen_door": by}),
)  # fmt: skip
EDIT = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(THINGS), THING_TEXT),
    st.tuples(st.just("write"), st.sampled_from(OWNERS), OWNER_TEXT),
    st.tuples(st.just("remove"), st.sampled_from(THINGS), st.none()),
    st.tuples(st.just("swap"), st.sampled_from(THINGS), st.sampled_from(THINGS)),
    st.tuples(st.just("rename"), st.sampled_from(THINGS), st.sampled_from(THINGS)),
    st.tuples(st.just("touch"), st.sampled_from(THINGS + OWNERS), st.none()),
)
STEP = st.tuples(st.lists(EDIT, max_size=3), st.sampled_from([*DAYS, "2026-11-23"]), st.sampled_from([1, 2]), st.booleans())


def carry_out(root: Path, edits: Iterable[tuple[str, str, Any]], clock: Iterator[int], old: bool) -> None:
    """Makes changes in the files of a register. old: they happened long ago, so that the cache trusts what it sees."""
    for what, ref, more in edits:
        path = root / f"register/{ref}.yaml"
        other = root / f"register/{more}.yaml"
        if what == "write":
            path.write_text(more, "utf-8")
        elif what == "touch" and path.exists():
            path.write_bytes(path.read_bytes())
        elif what == "remove":
            path.unlink(missing_ok=True)
            continue
        elif what == "rename" and path.exists():
            path.rename(other)
            continue
        elif what == "swap" and path.exists() and other.exists() and path != other:
            path.rename(root / "aside"), other.rename(path), (root / "aside").rename(other)
            continue
        if old and path.exists():
            os.utime(path, ns=(LONG_AGO * 10**9, next(clock)))


def plain_index(lines: Iterable[bytes], folder: Path) -> None:
    """Stands in for the maker of the index, which does not give the same bytes twice: the texts it would get."""
    write(folder, {"pagefind.js": b"".join(lines)})


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=2, max_size=5), st.integers(0, 2**32))
def test_cached_build_equals_a_cold_one(steps: list[tuple[list[tuple[str, str, Any]], str, int, bool]], start: int) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "write_index", plain_index)
        first = {
            f"register/{ref}.yaml": f"naam: Begin {ref[-1]}\n" + ("samenvatting: Iets\nsoort: stichting\n" if ref in OWNERS else "")
            for ref in OWNERS + THINGS[:3]
        }
        root = write(
            Path(place, "root"), {"inzage.yaml": "naam: Proef\ncontact: {telefoon: 14 099}\n", "schemas/ding.schema.json": KIND, **first}
        )
        clock = iter(range(LONG_AGO * 10**9 + start, 2**62))
        carry_out(root, [("touch", ref, None) for ref in OWNERS + THINGS[:3]], clock, True)
        out, cold = Path(place, "uit"), Path(place, "koud")
        for edits, today, jobs, old in [([], "2026-11-23", 1, True), *steps]:
            carry_out(root, edits, clock, old)
            found = outcome(root, out, today=today, jobs=jobs, search=True)
            assert found == outcome(root, cold, today=today, cached=False, search=True)
            if not found:
                assert tree(out) == tree(cold)


@pytest.fixture
def hundred(tmp_path: Path) -> Path:
    """A register of a hundred algorithms, built once, whose files are old enough to be trusted."""
    root = many(tmp_path, 100)
    settle(root)
    make(root)
    return root


def settle(root: Path) -> None:
    """Makes every file of a register look old."""
    for file in (root / "register").rglob("*.yaml"):
        os.utime(file, (LONG_AGO, LONG_AGO))


def is_as_cold(root: Path, **options: Any) -> None:
    """The site of a root is what a cold build gives."""
    make(root, root.parent / "koud", cached=False, **options)
    assert_same(root / "site", root.parent / "koud")
    assert_listed(root / "site")
    shutil.rmtree(root.parent / "koud")


def some(root: Path) -> Path:
    """One of the hundred files."""
    return sorted((root / "register/algoritmes").iterdir())[40]


def test_nothing_changed_makes_no_page(hundred: Path) -> None:
    before = tree(hundred / "site")
    assert make(hundred).rendered == 0
    assert tree(hundred / "site") == before


def test_one_change_makes_few_pages(hundred: Path) -> None:
    file = some(hundred)
    cold = make(hundred, hundred.parent / "x", cached=False).rendered
    file.write_text(file.read_text("utf-8").replace("welke lamp", "welke lantaarn"), "utf-8")
    result = make(hundred)
    # the entry, its organisation, the lists that hold it (whole, and one for each of its filters)
    assert cold > 110 and 3 <= result.rendered <= 9
    is_as_cold(hundred)


def test_only_what_changed_is_read(hundred: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = workers.check_file
    monkeypatch.setattr(workers, "check_file", lambda kind, raw, file: read.append(file) or real(kind, raw, file))
    make(hundred)
    assert read == []
    file = some(hundred)
    file.write_text(file.read_text("utf-8").replace("welke lamp", "welke lantaarn"), "utf-8")
    make(hundred)
    assert read == [f"register/algoritmes/{file.name}", f"register/{OWNER}.yaml"]  # the page of its organisation is made again


def test_touched_but_equal_file_makes_no_page_of_its_own(hundred: Path) -> None:
    for file in (hundred / "register").rglob("*.yaml"):
        file.write_bytes(file.read_bytes())
    assert make(hundred).rendered == 0
    is_as_cold(hundred)


def test_renamed_organisation_reaches_every_page_that_names_it(hundred: Path) -> None:
    file = hundred / f"register/{OWNER}.yaml"
    file.write_text(file.read_text("utf-8").replace("Gemeente Voorbeeldstad", "Gemeente Andersstad"), "utf-8")
    assert "Andersstad" in file.read_text("utf-8")
    assert make(hundred).rendered > 100
    is_as_cold(hundred)
    assert b"Gemeente Voorbeeldstad" not in (hundred / "site/algoritmes/a0000/index.html").read_bytes()


def test_day_that_passes_reaches_the_page(tmp_path: Path) -> None:
    root = small(tmp_path)
    settle(root)
    for today in ("2026-05-31", "2026-06-02", "2026-05-31"):  # lampen.yaml had to be checked before 1 June
        make(root, today=today)
        is_as_cold(root, today=today)
    assert make(root, today="2026-05-30").rendered == 1  # the page that tells of which day this is
    assert make(root, today="2026-06-03").rendered == 4  # and the entry, home and completeness


def test_change_within_the_same_moment_is_noticed(hundred: Path) -> None:
    """Same size, same time of change: git calls it racy. What was written around the time of a build is read again."""
    file = some(hundred)
    make(hundred)
    one = file.read_text("utf-8").replace("welke lamp", "welke lomp")
    file.write_text(one, "utf-8")
    stamp = file.stat()
    make(hundred)
    file.write_text(one.replace("lomp", "lump"), "utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert file.stat().st_size == stamp.st_size
    make(hundred)
    assert b"welke lump" in (hundred / f"site/algoritmes/{file.stem}/index.html").read_bytes()
    is_as_cold(hundred)


def test_change_during_a_long_build_is_noticed(hundred: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file changes just after it was read, within one tick of the clock of the disk, and the build goes on for long after."""
    file = some(hundred)
    text = file.read_text("utf-8").replace("welke lamp", "welke lomp")
    file.write_text(text, "utf-8")
    stamp = file.stat()
    real = building.time.time_ns

    def swap_and_wait(*arguments: Any) -> None:
        file.write_text(text.replace("lomp", "lump"), "utf-8")
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        monkeypatch.setattr(building.time, "time_ns", lambda: real() + 60 * 10**9)

    with monkeypatch.context() as patch:
        patch.setattr(building.Build, "_search", lambda self, *rest: swap_and_wait() or "")
        make(hundred)
    make(hundred)
    assert b"welke lump" in (hundred / f"site/algoritmes/{file.stem}/index.html").read_bytes()


def test_change_of_what_all_pages_share_makes_all(hundred: Path) -> None:
    for path, content in (
        ("inzage.yaml", SETTINGS.replace("14 099", "14 088")),
        ("templates/nl.yaml", "begin: Voorkant\n"),
        (
            "schemas/algoritme.schema.json",
            (PROJECT / "schemas/algoritme.schema.json").read_text("utf-8").replace('"Naam"', '"Naam hier"'),
        ),
    ):
        write(hundred, {path: content})
        assert make(hundred).rendered > 110, path
        is_as_cold(hundred)
    (hundred / "templates/vormgeving").mkdir()
    (hundred / "templates/nl.yaml").rename(hundred / "templates/vormgeving/nl.yaml")  # there it is a file like any other
    make(hundred)
    is_as_cold(hundred)


def test_links_that_stopped_working_are_no_part_of_the_cache(hundred: Path) -> None:
    write(hundred, {"register/algoritmes/lampen.yaml": LAMPS})
    make(hundred)
    make(hundred, links={"https://www.example.org/lampen": "2026-11-02"})
    assert "2 november 2026" in (hundred / "site/algoritmes/lampen/index.html").read_text("utf-8")
    make(hundred)
    is_as_cold(hundred)


BROKEN = [b"", b"{", b"[]", b"null", b'"x"', b"\x80\x04\x95.", b'{"epoch": 1}', b'{"epoch": "", "site": "", "files": 3}', b"\xff" * 100]


@pytest.mark.parametrize("raw", BROKEN)
def test_broken_state_is_harmless(tmp_path: Path, raw: bytes) -> None:
    root = small(tmp_path)
    make(root)
    path_for(root, root / "site").write_bytes(raw)
    make(root)
    is_as_cold(root)


@pytest.mark.parametrize("damage", ["files", "pages", "search", "day", "saved", "half"])
def test_state_of_the_right_epoch_but_another_shape_is_harmless(tmp_path: Path, damage: str) -> None:
    root = small(tmp_path)
    make(root)
    path = path_for(root, root / "site")
    state = json.loads(path.read_bytes())
    if damage == "half":
        path.write_bytes(path.read_bytes()[:-50])
    else:
        del state[damage]
        path.write_text(json.dumps(state), "utf-8")
    make(root)
    is_as_cold(root)


@pytest.mark.parametrize("raw", [b"", b"iets anders", None])
def test_broken_texts_of_the_index_are_harmless(tmp_path: Path, raw: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "write_index", plain_index)
    root = small(tmp_path)
    settle(root)
    make(root, search=True)
    texts = path_for(root, root / "site").with_suffix(".zoek")
    texts.unlink() if raw is None else texts.write_bytes(raw)
    write(root, {"register/algoritmes/lampen.yaml": LAMPS.replace("Lampen", "Palen")})
    make(root, search=True)
    make(root, tmp_path / "koud", cached=False, search=True)
    assert tree(root / "site") == tree(tmp_path / "koud")


def test_state_of_another_site_or_time_is_harmless(tmp_path: Path) -> None:
    root = small(tmp_path)
    settle(root)
    make(root)
    old = path_for(root, root / "site").read_bytes()
    write(root, {"register/algoritmes/lampen.yaml": LAMPS.replace("Lampen", "Palen")})
    make(root)
    path_for(root, root / "site").write_bytes(old)  # of the build before
    make(root)
    is_as_cold(root)
    make(root, root / "ander")
    path_for(root, root / "ander").write_bytes(old)
    make(root, root / "ander")
    assert_same(root / "site", root / "ander")


def test_site_that_is_gone_or_older_is_made_anew(tmp_path: Path) -> None:
    root = small(tmp_path)
    settle(root)
    make(root)
    shutil.copytree(root / "site", root / "oud")
    write(root, {"register/algoritmes/lampen.yaml": LAMPS.replace("Lampen", "Palen")})
    make(root)
    shutil.rmtree(root / "site")
    (root / "oud").rename(root / "site")  # someone put the old one back
    make(root)
    is_as_cold(root)
    shutil.rmtree(root / "site")
    make(root)
    is_as_cold(root)


@pytest.mark.parametrize("path", ["algoritmes.json", "algoritmes.csv"])
def test_file_of_the_old_site_that_was_changed_by_hand_is_not_built_upon(tmp_path: Path, path: str) -> None:
    root = small(tmp_path)
    make(root)
    (root / "site" / path).write_bytes(b"x" + (root / "site" / path).read_bytes())
    before = tree(root / "site")
    with pytest.raises(OSError, match="no-cache"):
        make(root)
    assert tree(root / "site") == before
    make(root, cached=False)
    is_as_cold(root)


def test_cache_is_text_that_runs_nothing(tmp_path: Path) -> None:
    root = small(tmp_path)
    make(root, search=True)
    files = [p for p in (root / ".cache").rglob("*") if p.is_file()]
    assert files
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            json.loads(line)
    source = "".join(p.read_text("utf-8") for p in (PROJECT / "inzage").rglob("*.py"))
    assert "import pickle" not in source and "import shelve" not in source


def test_no_cache_neither_reads_nor_writes_it(tmp_path: Path) -> None:
    root = small(tmp_path)
    make(root, cached=False, search=True)
    assert not (root / ".cache").exists()


def test_index_is_made_again_only_when_a_text_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(search, "write_index", lambda lines, folder: made.append(1) or plain_index(lines, folder))
    root = small(tmp_path)
    for text, times in (
        (LAMPS, 1),
        (LAMPS, 1),
        (LAMPS + "\n", 1),
        (LAMPS.replace("Lampen", "Palen"), 2),
        (LAMPS.replace("Lampen", "Palen"), 2),
    ):
        write(root, {"register/algoritmes/lampen.yaml": text})
        make(root, search=True, today="2026-05-01")
        assert len(made) == times
        assert "pagefind/pagefind.js" in tree(root / "site")
