"""The pages about the past, on a real repository, in a real browser: versions, differences, changes, tombstones, checking."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
import snapshots
from browser import serve
from playwright.sync_api import Browser
from registers import BASE
from repos import Repo
from sites import command, page, text, tree
from toegankelijk.promises import broken, run_all

from inzage import logbook
from inzage.site import Order, build

PARKING = """\
naam: Parkeren controleren
samenvatting: {summary}
organisatie: organisaties/gemeente-voorbeeldstad
status: {status}
publicatiecategorie: overig algoritme
risicobeheer: |
  {risk}
"""
LONG = "De auto leest kentekens en een handhaver kijkt altijd mee voordat er een bon komt."
FILE, OTHER = "register/algoritmes/parkeren.yaml", "register/algoritmes/weg-ermee.yaml"


def parking(status: str = "in ontwikkeling", summary: str = "De computer leest kentekens.", risk: str = LONG, extra: str = "") -> str:
    return PARKING.format(status=status, summary=summary, risk=risk) + extra


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Repo, Path, Path]]:
    """A register with six publications: a first version, a change, one that cannot be read, a repair, a removal. Gives repository, site, log."""
    folder = tmp_path_factory.mktemp("verleden")
    repo, out, log = Repo(folder / "repo"), folder / "site", folder / "publicaties.jsonl"
    shutil.copytree(BASE, repo.root, dirs_exist_ok=True)
    steps: list[tuple[dict[str, str | bytes | None], str]] = [
        ({FILE: parking(), OTHER: parking(summary="Dit gaat weg.").replace("Parkeren", "Weggehaald")}, "Twee algoritmes erbij (#12)"),
        ({FILE: parking("in gebruik", risk=LONG.replace("altijd", "soms"), extra="wijzigingsreden: De proef is klaar.\n")}, "Proef klaar"),
        ({FILE: "naam: [dit is stuk\n"}, "Kapot opgeslagen"),
        ({FILE: parking("in gebruik", extra="leverancier: Eigen werk\n")}, "Hersteld door <wie@voorbeeld.example>"),
        ({OTHER: None}, "Wij gebruiken dit niet meer"),
    ]
    for number, (files, title) in enumerate(steps):
        repo.commit(files, title)
        logbook.append(
            log, repo.root, f"2026-0{number + 2}-01T09:00:00Z", "ja" if number == 1 else "onbekend", ["teamleider"] if number == 1 else []
        )
    build(Order(root=repo.root, out=out, today="2026-11-23", cached=False, search=False, log=logbook.read(log)))
    yield repo, out, log


def test_an_entry_tells_what_changed_why_and_whether_someone_else_looked(told: tuple[Repo, Path, Path]) -> None:
    words = text(page(told[1], "algoritmes/parkeren/index.html"))
    assert "1 februari 2026" in words and "1 maart 2026" in words
    assert "Status: van «in ontwikkeling» naar «in gebruik»" in words
    assert "De proef is klaar." in words, "the reason of the entry comes before the title of the commit"
    assert "Nagekeken: ja, door iemand anders dan de schrijver (teamleider)." in words and "Nagekeken: niet bekend." in words


def test_no_name_or_address_of_a_person_is_on_any_page(told: tuple[Repo, Path, Path]) -> None:
    looked = {path: raw for path, raw in tree(told[1]).items() if path.endswith((".html", ".xml", ".json"))}
    assert len(looked) > 20
    for path, raw in looked.items():
        assert not any(name in raw for name in (b"Ans de Wit", b"Bert Bos", b"wie@voorbeeld", b"#12")), path


def test_a_version_says_that_it_is_old_and_links_to_now_and_the_newest_says_so(told: tuple[Repo, Path, Path]) -> None:
    for number, sentence in ((1, "Dit is een oude versie."), (4, "Dit is de nieuwste versie.")):
        document = page(told[1], f"algoritmes/parkeren/versies/{number}/index.html")
        assert sentence in text(document)
        assert [a.get("href") for a in document.xpath("//main//a") if text(a) == "Lees wat er nu staat"] == [
            "../../../../algoritmes/parkeren/"
        ]


def test_two_versions_stand_side_by_side_word_by_word_and_not_by_colour_alone(told: tuple[Repo, Path, Path]) -> None:
    document = page(told[1], "algoritmes/parkeren/versies/2/index.html")
    assert [text(d) for d in document.xpath("//del")] == ["verwijderd: in ontwikkeling", "verwijderd: altijd"]
    assert "toegevoegd: soms" in [text(i) for i in document.xpath("//ins")]
    assert LONG.split()[0] in text(document), "the words that stayed are there too"


def test_a_version_that_cannot_be_read_is_shown_with_its_raw_text(told: tuple[Repo, Path, Path]) -> None:
    document = page(told[1], "algoritmes/parkeren/versies/3/index.html")
    assert text(document.xpath("//main//pre")[0]).strip() == "naam: [dit is stuk"
    assert "kan niet" in text(document)


def test_a_removed_entry_keeps_a_page_with_the_day_the_reason_and_its_versions(told: tuple[Repo, Path, Path]) -> None:
    words = text(page(told[1], "algoritmes/weg-ermee/index.html"))
    assert "Weggehaald controleren" in words and "1 juni 2026" in words and "Wij gebruiken dit niet meer" in words
    assert (told[1] / "algoritmes/weg-ermee/versies/1/index.html").is_file()


def test_changes_stand_by_month_newest_first_and_in_feeds_that_parse(told: tuple[Repo, Path, Path]) -> None:
    links = page(told[1], "wijzigingen/index.html").xpath("//main//a/@href")
    assert [link for link in links if link.startswith("2026-")] == [f"2026-0{m}/" for m in (6, 5, 4, 3, 2)]
    assert "Verwijderd uit het register." in text(page(told[1], "wijzigingen/2026-06/index.html"))
    atom = "{http://www.w3.org/2005/Atom}"
    for path in ("wijzigingen", "algoritmes", "organisaties", "organisaties/gemeente-voorbeeldstad"):
        feed = ET.parse(told[1] / path / "feed.xml").getroot()
        ids = [e.findtext(f"{atom}id") for e in feed.iter(f"{atom}entry")]
        assert feed.tag == f"{atom}feed" and len(ids) == len(set(ids)) > 0, path
        days = [e.findtext(f"{atom}updated") or "" for e in feed.iter(f"{atom}entry")]
        assert days == sorted(days, reverse=True), path


def test_the_log_and_its_head_are_on_the_site(told: tuple[Repo, Path, Path]) -> None:
    log = logbook.read(told[2])
    assert (told[1] / "publicaties.jsonl").read_bytes() == told[2].read_bytes()
    assert log.head in text(page(told[1], "controleren/index.html"))
    assert text(page(told[1], "controleren/publicaties/index.html")).count("2026") >= 5


def test_as_it_was_goes_by_the_log_and_takes_old_files_as_they_were(told: tuple[Repo, Path, Path], tmp_path: Path) -> None:
    repo, _, log = told
    done = command("build", "--root", repo.root, "--out", tmp_path / "toen", "--log", log, "--as-of", "2026-03-15", "--no-search")
    assert done.returncode == 0, done.stderr
    assert "in gebruik" in text(page(tmp_path / "toen", "algoritmes/parkeren/index.html"))
    assert (tmp_path / "toen/algoritmes/weg-ermee/index.html").is_file()
    assert not (tmp_path / "toen/algoritmes/parkeren/versies/3").exists(), "it shows what was published later"
    broken_day = command("build", "--root", repo.root, "--out", tmp_path / "stuk", "--log", log, "--as-of", "2026-04-02", "--no-search")
    assert broken_day.returncode == 0, broken_day.stderr
    assert (tmp_path / "stuk/algoritmes/parkeren/index.html").is_file(), "a file that cannot be read keeps its page"
    too_early = command("build", "--root", repo.root, "--out", tmp_path / "leeg", "--log", log, "--as-of", "2025-01-01")
    assert too_early.returncode == 1 and "nog niets gepubliceerd" in too_early.stdout


def test_verify_makes_the_site_again_and_notices_one_changed_byte(told: tuple[Repo, Path, Path], tmp_path: Path) -> None:
    repo, out, log = told
    copy = tmp_path / "site"
    shutil.copytree(out, copy)
    good = command("verify", "--root", repo.root, "--log", log, "--site", copy)
    assert good.returncode == 0, good.stdout
    victims = [
        "algoritmes/parkeren/index.html",
        "algoritmes.json",
        "publicaties.jsonl",
        "wijzigingen/feed.xml",
        "vormgeving/inzage.css",
        "bestanden.json",
    ]
    for path in victims:
        raw = (copy / path).read_bytes()
        at = len(raw) // 2
        (copy / path).write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        found = command("verify", "--root", repo.root, "--log", log, "--site", copy)
        assert found.returncode == 1 and path.split("/")[-1] in found.stdout, path
        (copy / path).write_bytes(raw)


def test_a_deletion_is_a_mistake_in_a_pull_request_and_a_returning_name_a_warning(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    shutil.copytree(BASE, repo.root, dirs_exist_ok=True)
    base = repo.commit({FILE: parking()}, "Begin")
    (repo.root / FILE).unlink()
    gone = command("check", "--root", repo.root, "--base", base, "--format", "json")
    assert gone.returncode == 1 and [json.loads(line)["code"] for line in gone.stdout.splitlines()] == ["verwijderd"]
    later = repo.commit({}, "Weg ermee")
    repo.write({FILE: parking()})
    back = command("check", "--root", repo.root, "--base", later, "--format", "json")
    assert back.returncode == 0 and "id-terug" in [json.loads(line)["code"] for line in back.stdout.splitlines()]


def test_what_git_refuses_is_said_in_a_sentence(told: tuple[Repo, Path, Path], tmp_path: Path) -> None:
    repo, _, log = told
    shallow = tmp_path / "ondiep"
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.top}", str(shallow))
    done = command("build", "--root", shallow, "--out", tmp_path / "site", "--no-search")
    assert done.returncode == 1 and "hele geschiedenis" in done.stdout and "Traceback" not in done.stderr
    rewritten = tmp_path / "herschreven"
    repo.git("clone", "-q", f"file://{repo.top}", str(rewritten))
    other = Repo(tmp_path / "anders")
    shutil.copytree(BASE, other.root, dirs_exist_ok=True)
    other.commit({}, "Een ander verleden")
    done = command("build", "--root", other.root, "--out", tmp_path / "site", "--log", log, "--no-search")
    assert done.returncode == 1 and "git fetch" in done.stdout


PAGES = [
    "algoritmes/parkeren/", "algoritmes/parkeren/versies/2/", "algoritmes/parkeren/versies/3/", "algoritmes/parkeren/versies/4/",
    "algoritmes/weg-ermee/", "wijzigingen/", "wijzigingen/2026-06/", "controleren/", "controleren/publicaties/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_the_fifteen_promises_hold_on_the_pages_about_the_past(told: tuple[Repo, Path, Path], browser: Browser, path: str) -> None:
    with serve(told[1]) as base:
        assert broken(run_all(browser, base + path)) == {}


SNAPSHOT = {
    "x-inzage": {"folder": "algoritmes"},
    "title": "Algoritme",
    "properties": {
        "naam": {"type": "string"},
        "doel": {"type": "string", "x-inzage": {"opmaak": "markdown"}},
        "geregistreerd": {"type": "string", "x-inzage": {"voorheen": ["laatst_gewijzigd"]}},
        **{key: {"type": "string"} for key in ("organisatie", "juridische_basis", "toegevoegd", "url")},
        **{key: {"type": "string", "x-inzage": {"filter": True}} for key in ("impactassessment", "status")},
    },
}


@pytest.mark.skipif(not snapshots.DATA.is_dir(), reason=snapshots.WHY_NOT)
def test_the_national_snapshots_replayed_as_commits_are_a_site_with_their_history(tmp_path: Path, browser: Browser) -> None:
    repo, out = Repo(tmp_path / "repo"), tmp_path / "site"
    repo.write({"inzage.yaml": "naam: Landelijk\ncontact: {telefoon: 14 000}\n", "schemas/algoritme.schema.json": json.dumps(SNAPSHOT)})
    before: set[str] = set()
    for day in snapshots.DAYS:
        records = {f"register/algoritmes/{id}.yaml": r for id, r in snapshots.records(day).items()}
        files: dict[str, str | bytes | None] = {p: _named(r) for p, r in records.items()}
        repo.commit({**files, **dict.fromkeys(before - records.keys())}, f"Momentopname {day}", date=f"{day}T12:00:00Z")
        before = set(records)
    build(Order(root=repo.root, out=out, today="2026-11-23", cached=False, search=False, judge=False, jobs=2))
    changed = snapshots.known_changes()
    real = next(c["id"] for c in changed[1]["changed"] if c["id"] not in changed[0]["added"])
    for id in changed[1]["removed"]:
        assert "niet meer in het register" in text(page(out, f"algoritmes/{id}/index.html"))
    assert (out / f"algoritmes/{real}/versies/1/index.html").is_file()
    months = page(out, "wijzigingen/index.html").xpath("//main//a/@href")
    assert {"2026-05/", "2026-06/", "2026-08/"} <= set(months)
    with serve(out) as base:
        newest = sorted((out / f"algoritmes/{real}/versies").iterdir())[-1].name
        assert broken(run_all(browser, f"{base}algoritmes/{real}/versies/{newest}/", schemes=("light",), viewports=((320, 640),))) == {}


def _named(record: dict[str, object]) -> str:
    """A snapshot's record with its title as the name."""
    return snapshots.as_yaml({("naam" if key == "title" else key): value for key, value in record.items()})
