"""What a build makes: the same bytes everywhere, nothing that a value could turn into code, and links that go somewhere. Flow: all of it."""

from __future__ import annotations

import csv
import io
import json
import os
import posixpath
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import lxml.html
import pytest
from browser import serve
from playwright.sync_api import Browser
from registers import PROJECT, kinds, write
from sites import (
    LAMPS,
    OWNER,
    SETTINGS,
    TODAY,
    assert_listed,
    assert_same,
    command,
    environment,
    make,
    outcome,
    page,
    pages,
    real,
    same,
    small,
    text,
    texts,
    tree,
)

from inzage.exports.entries import unsafe
from inzage.load import load
from inzage.render import CSP

ATOM = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BARE_KIND = (
    '{"x-inzage": {"folder": "bomen"}, "properties": {"naam": {}, "soort_boom": {"enum": ["eik", "beuk"]}, "plek": {"type": "string"}}}'
)
TREE = "naam: De dikke eik\nsoort_boom: eik\nplek: Op het plein bij de muziektent\n"
NEW_KIND: dict[str, str | bytes] = {"schemas/boom.schema.json": BARE_KIND, "register/bomen/dikke-eik.yaml": TREE}


# The same bytes everywhere


@pytest.mark.parametrize(
    ("zone", "locale", "seed", "mask", "jobs", "place"),
    [("Pacific/Kiritimati", "tr_TR.UTF-8", "1", 0o077, 1, "/"), ("America/Anchorage", "C", "4242", 0o000, 3, str(PROJECT / "register"))],
    ids=["east", "west"],
)
def test_same_commit_and_day_give_the_same_bytes(
    tmp_path: Path, zone: str, locale: str, seed: str, mask: int, jobs: int, place: str
) -> None:
    env = environment(TZ=zone, LC_ALL=locale, LANG=locale, PYTHONHASHSEED=seed, COLUMNS="20", HOME=str(tmp_path))
    root = os.path.relpath(PROJECT, place)
    words = (
        "build",
        "--root",
        root,
        "--out",
        tmp_path / "s",
        "--today",
        TODAY,
        "--jobs",
        jobs,
        "--no-cache",
        "--base-url",
        "https://register.example.org/",
    )
    done = command(*words, cwd=place, env=env, preexec_fn=lambda: os.umask(mask))
    assert done.returncode == 0, done.stderr
    assert_same(tmp_path / "s", real())


def test_same_register_in_another_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    root = small(tmp_path)
    other = Path(shutil.copytree(root, tmp_path / "Ergens anders" / "één map"))
    for file in other.rglob("*.yaml"):
        os.utime(file, (1, 1))
    make(root, tmp_path / "a")
    make(other, tmp_path / "b", jobs=2)
    assert_same(tmp_path / "a", tmp_path / "b")


def test_another_day_changes_only_what_speaks_of_days(tmp_path: Path) -> None:
    root = small(tmp_path)
    make(root, tmp_path / "a", today="2026-05-31")
    make(root, tmp_path / "b", today="2026-06-02")  # lampen.yaml had to be checked before 1 June
    first, second = same(tmp_path / "a"), same(tmp_path / "b")
    changed = {path for path in first if first[path] != second[path]}
    assert changed == {"index.html", "over/index.html", "volledigheid/index.html", "algoritmes/lampen/index.html", "bestanden.json"}


# Addresses


def _targets(document: lxml.html.HtmlElement) -> Iterator[str]:
    yield from (str(value) for value in document.xpath("//@href | //@src | //@action | //@data-bron"))


def _unresolved(files: dict[str, bytes], ids: dict[str, set[str]], path: str, target: str, base: str) -> str:
    """What is wrong with one address on a page, or nothing."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme in ("https", "mailto", "tel") else f"{path}: {target} has another scheme"
    if target.startswith("/") and not (path == "404.html" and target.startswith(base)):
        return f"{path}: {target} begins at the top of the server"
    inside = target.removeprefix(base).split("#")[0].split("?")[0] if path == "404.html" else parts.path
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(inside))) if inside else path
    if whole.startswith(".."):
        return f"{path}: {target} leaves the site"
    file = "index.html" if whole == "." else f"{whole}/index.html" if inside.endswith("/") else whole
    if file not in files:
        return f"{path}: {target} is not there"
    if parts.fragment and unquote(parts.fragment) not in ids.get(file, set()):
        return f"{path}: {target} has no such place"
    return ""


def assert_links(site: Path, base: str = "/") -> int:
    """Every address on every page goes somewhere; gives how many there were."""
    files = tree(site)
    documents = dict(pages(site))
    listed = {path: [str(i) for i in doc.xpath("//@id")] for path, doc in documents.items()}
    assert [path for path, found in listed.items() if len(found) != len(set(found))] == []
    ids = {path: set(found) for path, found in listed.items()}
    found = [(path, target) for path, doc in documents.items() for target in _targets(doc)]
    assert [wrong for path, target in found if (wrong := _unresolved(files, ids, path, target, base))] == []
    return len(found)


def test_every_link_of_the_real_register_goes_somewhere() -> None:
    assert assert_links(real()) > 5000


def test_every_page_can_be_reached_from_home() -> None:
    site = real()
    documents = dict(pages(site))
    seen, todo = set(), ["index.html"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for target in _targets(documents[path]):
            parts = urlsplit(target)
            if not parts.scheme and parts.path:
                whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path))
                file = "index.html" if whole == "." else f"{whole}/index.html" if parts.path.endswith("/") else whole
                todo += [file] if file in documents else []
    assert "algoritmes/parkeercontrole-scanauto/index.html" in seen
    plain = {
        path
        for path in documents
        if path.count("/") == 2 and not documents[path].xpath("//ul[@class='kaarten'] | //section[@id='contact']")
    }
    assert documents.keys() - seen <= {"404.html"} | plain  # all values of a filter: only linked from a list that cannot show them all


def test_base_url_is_only_in_what_needs_it(tmp_path: Path) -> None:
    root = small(tmp_path)
    make(root, tmp_path / "a")
    make(root, tmp_path / "b", base_url="https://www.example.org/open/register")
    first, second = same(tmp_path / "a"), same(tmp_path / "b")
    assert {path for path in second if first.get(path) != second[path]} == {"404.html", "sitemap.xml", "robots.txt", "bestanden.json"}
    assert assert_links(tmp_path / "b", "/open/register/") > 100
    assert all(t.startswith("/open/register/") or ":" in t or t.startswith("#") for t in _targets(page(tmp_path / "b", "404.html")))
    listed = {str(node.text) for node in ET.fromstring(second["sitemap.xml"]).iter(f"{ATOM}loc")}
    made = {f"https://www.example.org/open/register/{p.removesuffix('index.html')}" for p in second if p.endswith("index.html")}
    assert listed == made
    assert b"Sitemap: https://www.example.org/open/register/sitemap.xml" in second["robots.txt"]


@pytest.mark.parametrize(
    "typed", ["https://www.example.org", "https://www.example.org/", "https://www.example.org/sub", "https://www.example.org/sub/"]
)
def test_base_url_with_and_without_a_slash(tmp_path: Path, typed: str) -> None:
    root = small(tmp_path)
    done = command("build", "--root", root, "--today", TODAY, "--no-search", "--base-url", typed)
    assert done.returncode == 0
    base = "/sub/" if "sub" in typed else "/"
    assert assert_links(root / "site", base) > 100
    assert page(root / "site", "404.html").xpath("//link[@rel='stylesheet']/@href")[0] == f"{base}vormgeving/thema.css"


@pytest.mark.parametrize("typed", ["www.example.org/sub", "javascript:alert(1)", "https://"])
def test_base_url_that_is_no_address_gives_a_sentence(tmp_path: Path, typed: str) -> None:
    done = command("build", "--root", small(tmp_path), f"--base-url={typed}")
    assert done.returncode == 2 and "--base-url" in done.stderr and "Traceback" not in done.stderr


# Values stay values


HOSTILE = """{{7*191}} {% raw %} <script>alert(1)</script> "><img src=x onerror=a(1)> '&amp; {# </title>"""
WILD = {
    "inzage.yaml": "naam: 'R {{7*191}} <b>\"'\ngemeente: '{% if %} <script>alert(2)</script>'\ninleiding: 'Hoi {{ site }} \" onload=x <i>'\ncontact: {telefoon: 14 099}\n",
    f"register/{OWNER}.yaml": f"naam: {json.dumps('O ' + HOSTILE)}\nsamenvatting: {json.dumps(HOSTILE)}\nsoort: gemeente\n",
    "register/algoritmes/lampen.yaml": LAMPS.replace("naam: Lampen vervangen", f"naam: {json.dumps('N ' + HOSTILE)}")
    .replace("[Lampenplan]", f"[{json.dumps(HOSTILE)}]").replace("Zo branden de lampen op straat vaker.", "Zo {{7*191}} en {% x %}.")
    .replace("De leverancier vroeg dit.", json.dumps(HOSTILE)).replace("De site van de stad", json.dumps(HOSTILE)),
    "schemas/boom.schema.json": json.dumps({"title": "Boom " + HOSTILE, "description": HOSTILE, "x-inzage": {"folder": "bomen", "meervoud": "Bomen " + HOSTILE},
        "properties": {"naam": {}, "soort": {"title": "S " + HOSTILE, "description": HOSTILE, "type": "string", "x-inzage": {"filter": True, "in_lijst": True}}}}),
    "register/bomen/eik.yaml": f"naam: {json.dumps('B ' + HOSTILE)}\nsoort: {json.dumps(HOSTILE)}\n",
    "templates/nl.yaml": f"begin: {json.dumps('Begin ' + HOSTILE)}\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a register full of values that look like code."""
    root = small(tmp_path_factory.mktemp("wild"), WILD)
    make(root, search=True, base_url="https://www.example.org/")
    return root / "site"


def assert_still(path: str, document: lxml.html.HtmlElement) -> None:
    """A page runs nothing of its own and loads nothing from elsewhere, and says so in its policy."""
    [policy] = document.xpath("//meta[@http-equiv]")
    assert (policy.get("http-equiv"), policy.get("content")) == ("Content-Security-Policy", CSP), path
    assert policy.getparent().tag == "head" and policy.getparent().index(policy) == 0, path
    assert (
        document.xpath("//style | //@style | //iframe | //object | //embed | //base | //img | //@srcset | //@formaction | //frame") == []
    ), path
    assert [name for node in document.iter("*") for name in node.attrib if name.startswith("on")] == [], path
    for script in document.xpath("//script"):
        assert re.fullmatch(r"(\.\./|/)*vormgeving/[a-z]+\.js", script.get("src", "")) and not (script.text or "").strip(), path
    loads = [*document.xpath("//@src"), *document.xpath("//link[not(@rel='canonical')]/@href"), *document.xpath("//@action")]
    assert all(not urlsplit(target).scheme and not target.startswith("//") for target in loads), path
    assert not [h for h in document.xpath("//@href") if urlsplit(h).scheme not in ("", "https", "mailto", "tel")], path
    assert not list(document.xpath("//@target")), path


def test_pages_run_and_load_nothing_from_elsewhere() -> None:
    checked = 0
    for path, document in pages(real()):
        assert_still(path, document)
        checked += 1
    assert checked > 150


def test_values_never_become_markup_or_templates(hostile: Path) -> None:
    for path, document in pages(hostile):
        assert_still(path, document)
        assert "1337" not in text(document), path
    assert_links(hostile)
    flat = re.sub(r"\s+", " ", HOSTILE)
    assert texts(page(hostile, "algoritmes/lampen/"), "//h1") == ["N " + flat]
    assert texts(page(hostile, OWNER), "//h1") == ["O " + flat]
    assert texts(page(hostile, "bomen/eik/"), "//h1") == ["B " + flat]
    assert flat in text(page(hostile, "bomen/")) and flat in text(page(hostile, "volledigheid/"))
    assert "Zo {{7*191}} en {% x %}." in text(page(hostile, "algoritmes/lampen/"))
    assert 'Hoi {{ site }} " onload=x <i>' in text(page(hostile, ""))
    assert page(hostile, "").xpath("//meta[@name='description']/@content") == ['Hoi {{ site }} " onload=x <i>']
    assert texts(page(hostile, ""), "//a[@class='kop-naam']") == ['R {{7*191}} <b>"']


def test_values_stay_text_in_a_real_browser(browser: Browser, hostile: Path) -> None:
    with serve(hostile) as address:
        tab = browser.new_page()
        said: list[str] = []
        tab.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        for path in ("", "algoritmes/lampen/", "bomen/", "bomen/eik/", "zoeken/?q=%3Cscript%3Ealert(3)%3C/script%3E", "zoeken/?q=Boom"):
            tab.goto(address + path, wait_until="networkidle")
            assert tab.evaluate("document.querySelectorAll('img, script:not([src]), [onerror]').length") == 0
        assert tab.locator("main").inner_text().count("<script>alert(1)</script>") > 0
        tab.close()
    assert said == []


def test_policy_stops_a_script_that_would_get_in(browser: Browser, tmp_path: Path) -> None:
    root = small(
        tmp_path,
        {
            "templates/over.html": "{% extends 'basis.html' %}{% set title='x' %}{% block main %}<h1>x</h1><script>document.title='stuk'</script>{% endblock %}"
        },
    )
    make(root)
    with pytest.raises(AssertionError):
        assert_still("over/", page(root / "site", "over/"))
    with serve(root / "site") as address:
        tab = browser.new_page()
        tab.goto(address + "over/")
        assert tab.title().startswith("x ")
        tab.close()


# Nothing is dropped silently


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"naam: \xff\xfe\n", "geen-utf8"),
        (b"", "leeg-bestand"),
        (b"naam: [\n", "geen-yaml"),
        (b"a: &x 1\n", "anker"),
        (b"naam: Iets\n" * 2, "dubbel-veld"),
    ],
)
def test_entry_that_cannot_be_read_stops_the_build(tmp_path: Path, raw: bytes, code: str) -> None:
    root = small(tmp_path, {"register/algoritmes/anders.yaml": raw, "register/algoritmes/ook.yaml": "naam: [\n"})
    assert code in outcome(root, tmp_path / "site") and "geen-yaml" in outcome(root, tmp_path / "site")
    done = command("build", "--root", root, "--out", tmp_path / "site")
    assert done.returncode == 1 and "register/algoritmes/anders.yaml:" in done.stdout and "register/algoritmes/ook.yaml:" in done.stdout
    assert not (tmp_path / "site").exists()


def test_entry_without_permission_stops_the_build(tmp_path: Path) -> None:
    root = small(tmp_path)
    (root / "register/algoritmes/lampen.yaml").chmod(0)
    before = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    done = command("build", "--root", root, "--out", tmp_path / "site", before=before)
    assert done.returncode == 2 and "lampen.yaml" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()


def test_what_is_no_entry_stops_the_build(tmp_path: Path) -> None:
    root = small(
        tmp_path,
        {"register/algoritmes/sub.yaml/x.yaml": "naam: x\n", "register/onbekend/x.yaml": "naam: x\n", "register/algoritmes/x.txt": "x"},
    )
    (root / "register/algoritmes/koppel.yaml").symlink_to("lampen.yaml")
    assert {"bestand-onbekend", "map-onbekend", "koppeling"} <= set(outcome(root, tmp_path / "site"))


# Another municipality: its own templates, schemas and kinds


def test_root_has_its_own_templates_and_schemas(tmp_path: Path) -> None:
    own = json.loads((PROJECT / "schemas/organisatie.schema.json").read_text("utf-8"))
    own["properties"]["naam"]["title"] = "Hoe heet het hier"
    own["properties"]["motto"] = {"title": "Motto van hier", "type": "string"}
    root = small(tmp_path, {
        "templates/nl.yaml": "begin: Voorpagina\n", "templates/vormgeving/thema.css": ":root { --eigen: 1 }\n", "templates/vormgeving/wapen.svg": "<svg/>",
        "templates/data.html": "{% extends 'basis.html' %}{% set title = 'Eigen data' %}{% block main %}<h1>Van ons</h1>{% endblock %}",
        "templates/algoritme.html": "{% extends 'vermelding.html' %}{% block belonging %}<p>Alleen bij algoritmes</p>{% endblock %}",
        "schemas/organisatie.schema.json": json.dumps(own), f"register/{OWNER}.yaml": "naam: Stad\nsamenvatting: De stad.\nsoort: gemeente\nmotto: Samen verder\n",
    })  # fmt: skip
    make(root)
    site = root / "site"
    assert texts(page(site, "over/"), "//header//a[@href='../']")[-1] == "Voorpagina"
    assert (site / "vormgeving/thema.css").read_text("utf-8") == ":root { --eigen: 1 }\n" and (site / "vormgeving/wapen.svg").is_file()
    assert texts(page(site, "data/"), "//main//h1") == ["Van ons"]
    assert "Alleen bij algoritmes" in text(page(site, "algoritmes/lampen/")) and "Alleen bij algoritmes" not in text(
        page(site, "documenten/goed/")
    )
    assert "Motto van hier" in text(page(site, OWNER)) and "Samen verder" in text(page(site, OWNER))
    assert "motto" in (site / "organisaties.csv").read_text("utf-8").splitlines()[0]
    assert json.loads((site / "schemas/organisatie.schema.json").read_bytes())["properties"]["naam"]["title"] == "Hoe heet het hier"
    assert_listed(site)


def test_faulty_template_gives_a_sentence_and_leaves_the_old_site(tmp_path: Path) -> None:
    root = small(tmp_path)
    make(root)
    before = tree(root / "site")
    for wrong in ("{% block main %}", "{% extends 'basis.html' %}{% set title = 'x' %}{% block main %}{{ bestaat_niet }}{% endblock %}"):
        write(root, {"templates/data.html": wrong})
        done = command("build", "--root", root, "--today", TODAY)
        assert done.returncode == 2 and "Traceback" not in done.stderr and tree(root / "site") == before


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a kind of its own: one schema with nothing but its folder, one entry, nothing else."""
    root = small(tmp_path_factory.mktemp("soort"), NEW_KIND)
    make(root, search=True, base_url="https://www.example.org")
    return root / "site"


def test_kind_of_its_own_gets_pages_filters_and_data(grown: Path) -> None:
    assert "Bomen" in texts(page(grown, ""), "//nav//a") and "1 boom" in text(page(grown, "")).lower()
    listed = page(grown, "bomen/")
    assert listed.xpath("//ul[@class='kaarten']//a/@href") == ["../bomen/dikke-eik/"]
    assert any("eik (1)" in words for words in texts(listed, "//nav[@class='filters']//a"))
    assert texts(page(grown, "bomen/soort-boom/eik/"), "//ul[@class='kaarten']//a") == ["De dikke eik"]
    assert texts(page(grown, "bomen/soort-boom/"), "//main//ul//a") == ["eik (1)"]
    entry = text(page(grown, "bomen/dikke-eik/"))
    for words in ("De dikke eik", "Soort boom", "Plek", "Op het plein bij de muziektent", "14 099"):
        assert words in entry
    [one] = json.loads((grown / "bomen.json").read_bytes())
    assert one["velden"] == {"naam": "De dikke eik", "soort_boom": "eik", "plek": "Op het plein bij de muziektent"}
    assert json.loads((grown / "bomen/dikke-eik.json").read_bytes()) == one
    assert (grown / "bomen/dikke-eik.yaml").read_text("utf-8") == TREE
    [row] = csv.DictReader(io.StringIO((grown / "bomen.csv").read_text("utf-8-sig")))
    assert (row["id"], row["naam"], row["soort_boom"]) == ("dikke-eik", "De dikke eik", "eik")
    schema = json.loads((grown / "schemas/boom.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(one["velden"], schema)
    assert "https://www.example.org/bomen/dikke-eik/" in (grown / "sitemap.xml").read_text("utf-8")
    assert "bomen.csv" in text(page(grown, "data/")) and "Bomen" in text(page(grown, "volledigheid/"))
    assert assert_links(grown) > 200


def test_kind_of_its_own_is_found_by_search(browser: Browser, grown: Path) -> None:
    with serve(grown) as address:
        tab = browser.new_page()
        for query in ("dikke", "muziektent", "dikkke"):
            tab.goto(f"{address}zoeken/?q={query}")
            tab.locator("[data-zoek-uitkomst] a").first.wait_for()
            assert tab.locator("[data-zoek-uitkomst] a").all_inner_texts() == ["De dikke eik"]
        tab.locator(".vink", has_text="Bomen").wait_for(state="attached")
        tab.locator("[data-zoek-uitkomst] a").first.click()
        tab.wait_for_url("**/bomen/dikke-eik/")
        assert tab.locator("h1").inner_text() == "De dikke eik"
        tab.close()


def test_kind_with_nothing_but_its_folder(tmp_path: Path) -> None:
    root = small(
        tmp_path,
        {"schemas/bank.schema.json": '{"x-inzage": {"folder": "banken"}}', "register/banken/bij-het-water.yaml": "gebied: Haven\n"},
    )
    make(root)
    assert texts(page(root / "site", "banken/bij-het-water/"), "//h1") == ["bij-het-water"]
    assert "Haven" in text(page(root / "site", "banken/bij-het-water/"))
    jsonschema.Draft202012Validator.check_schema(json.loads((root / "site/schemas/bank.schema.json").read_bytes()))


# What entries say of each other


def test_relations_show_on_both_sides(tmp_path: Path) -> None:
    make(small(tmp_path))
    site = tmp_path / "root/site"
    assert page(site, "algoritmes/oud/").xpath("//dt[.='Is uitwerking van']/following-sibling::dd//a/@href") == ["../../documenten/goed/"]
    assert page(site, "documenten/goed/").xpath("//dt[.='Is uitgewerkt in']/following-sibling::dd//a/@href") == ["../../algoritmes/oud/"]
    assert set(page(site, OWNER).xpath("//main//a/@href")) >= {
        "../../algoritmes/lampen/",
        "../../algoritmes/oud/",
        "../../documenten/goed/",
    }
    assert page(site, "algoritmes/lampen/").xpath(f"//main//a[@href='../../{OWNER}/']")
    assert page(site, "algoritmes/lampen/").xpath("//main//a[@href='../../algoritmes/oud/']")  # what it came in the place of


def test_withdrawn_entry_keeps_its_page_and_says_so(tmp_path: Path) -> None:
    make(small(tmp_path))
    site = tmp_path / "root/site"
    words = text(page(site, "algoritmes/oud/"))
    assert "Dit geldt niet meer" in words and "3 februari 2026" in words and "De lampen tellen zichzelf." in words
    assert page(site, "algoritmes/oud/").xpath("//main//a[@href='../../algoritmes/lampen/']")
    [card] = page(site, "algoritmes/").xpath("//ul[@class='kaarten']/li[.//a[@href='../algoritmes/oud/']]")
    assert "niet meer sinds 3 februari 2026" in text(card)
    assert (site / "algoritmes/oud.json").is_file() and (site / "algoritmes/oud.yaml").is_file()


# Data beside the pages


def test_data_agrees_with_the_files_and_the_pages() -> None:
    site, checked = real(), 0
    for kind in kinds().values():
        files = sorted((PROJECT / "register" / kind.folder).glob("*.yaml"))
        whole = json.loads((site / f"{kind.folder}.json").read_bytes())
        rows = list(csv.DictReader(io.StringIO((site / f"{kind.folder}.csv").read_text("utf-8-sig"))))
        assert [one["id"] for one in whole] == [row["id"] for row in rows] == [file.stem for file in files]
        for one, row, file in zip(whole, rows, files, strict=True):
            assert one["velden"] == kind.typed(load(file.read_bytes(), "").data)
            assert json.loads((site / f"{kind.folder}/{file.stem}.json").read_bytes()) == one
            assert (site / f"{kind.folder}/{file.stem}.yaml").read_bytes() == file.read_bytes()
            assert list(row) == kind.columns
            document = page(site, f"{kind.folder}/{file.stem}/")
            said = text(document)
            assert texts(document, "//h1") == [one["velden"][kind.name_field]] and (one["adres"], one["soort"]) == (
                f"{kind.folder}/{file.stem}/",
                kind.name,
            )
            for field in kind.fields:
                value = one["velden"].get(field.key)
                if isinstance(value, str) and field.shape == "text" and not field.own_block:
                    assert re.sub(r"\s+", " ", field.shown(value)).strip() in said, (file.name, field.key)
                    assert unsafe(row[field.key]) == value
                    checked += 1
    assert checked > 300


def test_published_schemas_are_whole_and_judge_the_published_data() -> None:
    site = real()
    for kind in kinds().values():
        schema = json.loads((site / f"schemas/{kind.name}.schema.json").read_bytes())
        jsonschema.Draft202012Validator.check_schema(schema)
        assert '"$ref"' not in json.dumps(schema)
        judge = jsonschema.Draft202012Validator(schema)
        entries = json.loads((site / f"{kind.folder}.json").read_bytes())
        assert entries and [list(judge.iter_errors(one["velden"])) for one in entries] == [[] for _ in entries]
        assert all((site / one["schema"]).is_file() for one in entries)


def test_two_values_with_one_address_are_counted_once(tmp_path: Path) -> None:
    schema = {
        "x-inzage": {"folder": "talen"},
        "properties": {"naam": {}, "namen": {"type": "array", "items": {"type": "string"}, "x-inzage": {"filter": True}}},
    }
    root = small(
        tmp_path,
        {
            "schemas/taal.schema.json": json.dumps(schema),
            "register/talen/c.yaml": "naam: C\nnamen: [C, C++]\n",
            "register/talen/d.yaml": "naam: D\nnamen: [D, c]\n",
        },
    )
    make(root)
    listed = page(root / "site", "talen/namen/c/")
    assert texts(listed, "//ul[@class='kaarten']//h2") == ["C", "D"]
    assert "2 talen" in text(listed)


def test_bare_settings_are_enough(tmp_path: Path) -> None:
    root = write(
        tmp_path / "root",
        {
            "inzage.yaml": "naam: Kaal\n",
            "schemas/boom.schema.json": BARE_KIND,
            "register/bomen/eik.yaml": TREE + "contact: {telefoon: 14 099}\n",
        },
    )
    make(root)
    assert "14 099" in text(page(root / "site", "bomen/eik/")) and SETTINGS
    assert assert_links(root / "site") > 100


@pytest.mark.parametrize("jobs", [1, 4])
def test_closing_line_counts(tmp_path: Path, jobs: int) -> None:
    root = small(tmp_path)
    done = command("build", "--root", root, "--today", TODAY, "--jobs", jobs)
    files = len(tree(root / "site")) - 1
    assert re.fullmatch(
        rf"Klaar: 4 beschrijvingen, {files} bestanden, \d+ pagina's opnieuw gemaakt(, .*)?, in \d+\.\d seconden\.\n", done.stdout
    )
    assert "pagina's: 4\n" in done.stderr and "\x1b" not in done.stdout + done.stderr
