"""Promise of compare.py and exports/changes.py: on real snapshots exactly the known entries, and a renamed field is never taken for a change."""

import csv
import io
import json
from pathlib import Path

import pytest
import snapshots
from repos import Repo, day, entry
from snapshots import DAYS

from inzage import logbook
from inzage.compare import compare
from inzage.exports.changes import as_csv, as_json, as_text
from inzage.kinds import load_kinds
from inzage.problem import Refused

KINDS = load_kinds(Path(__file__).parent.parent / "schemas")
real = pytest.mark.skipif(not snapshots.DATA.is_dir(), reason=snapshots.WHY_NOT)
A, B = "register/algoritmes/a.yaml", "register/algoritmes/b.yaml"


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    top = tmp_path_factory.mktemp("momentopnamen")
    return {day: snapshots.write(day, top / day) for day in DAYS}


@real
@pytest.mark.parametrize("pair", [0, 1])
def test_exactly_the_known_entries_were_added_removed_and_changed(days: dict[str, Path], pair: int) -> None:
    known = snapshots.known_changes()[pair]
    found = json.loads(as_json(compare(Path("/"), str(days[DAYS[pair]]), str(days[DAYS[pair + 1]]), KINDS)))
    for what in ("added", "removed"):
        assert found[what] == [f"algoritmes/{id}" for id in sorted(known[what])]
    assert {e["entry"] for e in found["changed"]} == {f"algoritmes/{c['id']}" for c in known["changed"]}
    renamed = {"laatst_gewijzigd", "geregistreerd"} if pair == 0 else set()
    hoped = {c["id"]: {f: v for f, v in c["fields"].items() if f not in renamed} for c in known["changed"]}
    for e in found["changed"]:
        fields = {f["field"]: [f["from"], f["to"]] for f in e["fields"] if f["field"] not in renamed}
        assert fields == hoped[e["entry"].split("/")[1]]


@real
def test_the_renamed_field_stands_apart_and_its_six_real_changes_remain(days: dict[str, Path]) -> None:
    found = json.loads(as_json(compare(Path("/"), str(days[DAYS[0]]), str(days[DAYS[1]]), KINDS)))
    (renamed,) = found["renamed_fields"]
    assert (renamed["from"], renamed["to"], len(renamed["entries"])) == ("laatst_gewijzigd", "geregistreerd", 1064)
    old, new = snapshots.records(DAYS[0]), snapshots.records(DAYS[1])
    moved = {f"algoritmes/{id}" for id in old if old[id]["laatst_gewijzigd"] != new[id]["geregistreerd"]}
    said = {e["entry"]: f for e in found["changed"] for f in e["fields"] if f["field"] in ("laatst_gewijzigd", "geregistreerd")}
    assert len(moved) == 6 and said.keys() == moved
    assert all(f["field"] == "geregistreerd" and f["from"] and f["to"] for f in said.values())


@real
def test_the_same_snapshot_twice_differs_in_nothing(days: dict[str, Path]) -> None:
    found = compare(Path("/"), str(days[DAYS[2]]), str(days[DAYS[2]] / "register"), KINDS)
    assert as_text(found) == "Er zijn geen verschillen.\n"


def small(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return str(folder)


def test_on_a_small_fixture_a_renamed_field_stands_apart(tmp_path: Path) -> None:
    old = small(
        tmp_path / "oud", {f"algoritmes/{i}.yaml": f"naam: n{i}\nlaatst_gewijzigd: 2026-0{i}-01\nurl: oud/{i}\n" for i in range(1, 6)}
    )
    new = small(
        tmp_path / "nieuw", {f"algoritmes/{i}.yaml": f"naam: n{i}\ngeregistreerd: 2026-0{i}-01\nurl: nieuw/{i}\n" for i in range(2, 7)}
    )
    found = json.loads(as_json(compare(tmp_path, old, new, {})))
    assert (found["added"], found["removed"]) == (["algoritmes/6"], ["algoritmes/1"])
    assert found["renamed_fields"] == [
        {"from": "laatst_gewijzigd", "to": "geregistreerd", "entries": [f"algoritmes/{i}" for i in range(2, 6)]}
    ]
    assert [e["fields"] for e in found["changed"]] == [[{"field": "url", "from": f"oud/{i}", "to": f"nieuw/{i}"}] for i in range(2, 6)]


def test_entries_that_cannot_be_read_are_compared_by_their_text(tmp_path: Path) -> None:
    old = small(tmp_path / "oud", {"x/a.yaml": "naam: [\n", "x/b.yaml": "naam: b\n", "x/c.yaml": "kapot: [\r\n"})
    new = small(tmp_path / "nieuw", {"x/a.yaml": "naam: a\n", "x/b.yaml": "naam: b\nnaam: b\n", "x/c.yaml": "kapot: [\n"})
    found = json.loads(as_json(compare(tmp_path, old, new, KINDS)))
    assert found["changed"] == [
        {"entry": "x/a", "fields": [{"field": "(tekst)", "from": "naam: [\n", "to": "naam: a\n"}]},
        {"entry": "x/b", "fields": [{"field": "(tekst)", "from": "naam: b\n", "to": "naam: b\nnaam: b\n"}]},
    ]
    assert "(tekst): " in as_text(compare(tmp_path, old, new, KINDS), KINDS)


def test_revisions_and_days_of_the_first_parent_line_are_understood(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "opslag", "sub")
    one = repo.commit({A: entry(status="in ontwikkeling")}, date=day(10))
    repo.commit({A: entry(status="in gebruik"), B: entry()}, date=day(20))
    for before, after in ((one, "HEAD"), ("2026-01-11", "main"), ("HEAD^", str(repo.root))):
        found = compare(repo.root, before, after, KINDS)
        assert found.added == ("algoritmes/b",) and found.changed[0].changes[0].field == "status"
    assert compare(repo.root, "2026-01-01", "2026-01-11", KINDS).added == ("algoritmes/a",)
    assert compare(repo.root, "2026-01-20", "2026-01-20", KINDS).changed == ()


def test_with_a_log_a_day_means_what_was_published_then(tmp_path: Path) -> None:
    repo, path = Repo(tmp_path / "opslag"), tmp_path / "log.jsonl"
    repo.commit({A: entry("Een")}, date=day(1))
    logbook.append(path, repo.root, "2026-03-01T10:00:00Z")
    repo.commit({A: entry("Twee")}, date=day(2))
    logbook.append(path, repo.root, "2026-04-01T10:00:00Z")
    log = logbook.read(path)
    assert compare(repo.root, "2026-02-28", "2026-03-01", KINDS, log).added == ("algoritmes/a",)
    assert compare(repo.root, "2026-03-31", "2026-04-01", KINDS, log).changed[0].changes[0].new == "Twee"


def test_a_link_in_a_folder_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "geheim").write_text("wachtwoord: x\n")
    old, new = small(tmp_path / "oud", {"x/a.yaml": "naam: a\n"}), small(tmp_path / "nieuw", {"x/a.yaml": "naam: a\n"})
    (tmp_path / "nieuw/x/b.yaml").symlink_to(tmp_path / "geheim")
    assert compare(tmp_path, old, new, KINDS).added == ()


@pytest.mark.parametrize("name", ["bestaat-niet", "2026-02-31", "-x", "leeg"])
def test_a_name_that_means_nothing_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path / "opslag")
    repo.commit({A: entry()})
    (tmp_path / "leeg").mkdir()
    monkeypatch.chdir(tmp_path)
    for root in (repo.root, tmp_path):
        with pytest.raises(Refused):
            compare(root, name, str(repo.root), KINDS)


def test_the_text_names_what_came_went_and_changed_in_plain_dutch(tmp_path: Path) -> None:
    old = small(tmp_path / "oud", {"algoritmes/a.yaml": "status: in ontwikkeling\n", "algoritmes/weg.yaml": "naam: x\n"})
    new = small(tmp_path / "nieuw", {"algoritmes/a.yaml": "status: in gebruik\n", "algoritmes/bij.yaml": "naam: x\n"})
    assert as_text(compare(tmp_path, old, new, KINDS), KINDS) == (
        "1 beschrijving toegevoegd:\n  algoritmes/bij\n\n1 beschrijving verwijderd:\n  algoritmes/weg\n\n"
        "1 beschrijving veranderd:\n  algoritmes/a\n    - Status: van «in ontwikkeling» naar «in gebruik»\n\n"
    )


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path) -> None:
    old = small(tmp_path / "oud", {"x/a.yaml": "f: '=1+1'\ng: ja\n", "x/=b.yaml": "a: b\n"})
    new = small(tmp_path / "nieuw", {"x/a.yaml": "f: '@som'\n"})
    rows = list(csv.reader(io.StringIO(as_csv(compare(tmp_path, old, new, {})))))
    assert rows[0] == ["wat", "beschrijving", "veld", "van", "naar"] and len(rows) == 4
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
