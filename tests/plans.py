"""Repositories that hypothesis makes up: a plan is a list of acts, `made` carries it out with real git and a real publication log.

Among the acts: merges, evil merges, squashes, back-dated commits, renames, removals and returns, CRLF, files that cannot be read. Only tests use it.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from hypothesis import Phase, settings
from hypothesis import strategies as st
from registers import kinds
from repos import DAY, START, Repo, day

from inzage import logbook
from inzage.history import History, read_history

FIXED = settings(derandomize=True, deadline=None, max_examples=8, database=None)
ONCE = settings(FIXED, phases=[Phase.explicit, Phase.generate])  # no shrinking: it would build or verify a site hundreds of times
FEW = settings(ONCE, max_examples=4)
KINDS = kinds()
IDS = ("a", "b", "c")
QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # there the order of the files in a folder is that in which they were made
Act = dict[str, Any]
Data = dict[str, Any]
Plan = list[Act]
Files = dict[str, str | bytes | None]
BARE: Files = {"inzage.yaml": "naam: x\n"}
BROKEN = ("kapot: [\n", "naam: x\nnaam: x\n")
DOINGS = ["change", "change", "change", "remove", "rename", "merge", "evil", "squash", "other", "dress"]


def acts(texts: st.SearchStrategy[str], folder: str = "algoritmes", waits: tuple[int, ...] = (1,)) -> st.SearchStrategy[Act]:
    """One act: something happens to an entry of a folder, and perhaps a publication after it, some days after the one before."""
    return st.fixed_dictionaries(
        {
            "do": st.sampled_from(DOINGS),
            "folder": st.just(folder),
            "id": st.sampled_from(IDS),
            "text": texts,
            "dress": st.sampled_from(["plain", "crlf", "bom", "comment"]),
            "days": st.integers(-3, 20),
            "wait": st.sampled_from(waits),
            "publish": st.booleans(),
            "reviewed": st.sampled_from(["onbekend", "ja", "nee"]),
        }
    )


texts = st.sampled_from(
    [
        "naam: x\n",
        "naam: y\nstatus: in gebruik\n",
        "naam: y\nthemas: [Wonen, Werk]\n",
        "naam: y\nthemas: [Werk, Wonen]\nbeslist_zelf: ja\n",
        *BROKEN,
    ]
)
plans = st.lists(acts(texts), min_size=3, max_size=9)

# Full entries: good by the schema, with something for most figures of the year report, and texts that HTML, JSON and CSV each write in their own way.

TOWN: Files = {
    "inzage.yaml": "naam: Inzage Stad\ngemeente: gemeente Stad\norganisatie: organisaties/stad\ncontact: {telefoon: 14 036}\n"
    "normen: {convenanten: 14}\ngetuigen: [Griffie]\n",
    "register/algoritmes/a.yaml": "naam: Begin\nsamenvatting: Zo begon het.\n"
    "organisatie: organisaties/stad\nstatus: in gebruik\npublicatiecategorie: overig algoritme\n",
    "register/organisaties/stad.yaml": "naam: Stad\nsamenvatting: De stad.\nsoort: gemeente\ncontact: {telefoon: 14 036}\n",
    "register/organisaties/ggd.yaml": "naam: GGD\nsamenvatting: De dienst.\nsoort: stichting\n",
}
LINKS = [
    {
        "url": f"https://www.example.org/{name}",
        "controles": [{"datum": "2026-07-2" + str(i), "status": status} for i, status in enumerate(statuses, 1)],
    }
    for name, statuses in {"weg": (404, 404), "terug": (404, 200), "nergens": (500, 0)}.items()
]
_NEEDED: dict[str, dict[str, list[str]]] = {
    "algoritmes": {
        "naam": ["Parkeren", '"Éénmalig «gok» & <b>co</b>"', '"=1+1"', '"\'s Avonds, of niet"'],
        "samenvatting": ["Dit telt de auto's.", '"-5 graden: strooien"', '"Zegt \\"ja\\"; of nee | misschien"'],
        "organisatie": ["organisaties/stad", "organisaties/ggd"],
        "status": ["in gebruik", "in ontwikkeling", "buiten gebruik"],
        "publicatiecategorie": ["impactvol algoritme", "overig algoritme"],
    },
    "documenten": {
        "titel": ["Regels voor de markt", '"@markt: <i>regels</i>"'],
        "samenvatting": ["Hier staat wie er op de markt mag staan."],
        "informatiecategorieen": ["[convenanten]", "[adviezen, convenanten]", "[adviezen]"],
        "themas": ["[markttoezicht]"],
        "uitgever": ["organisaties/stad", "organisaties/ggd"],
        "creatiedatum": ["2024", "2025-06"],
        "handelingen": ["[{soort: vaststelling, tijdstip: 2026-07-01}]", "[{soort: ontvangst, tijdstip: 2026-07-02}]"],
        "gepubliceerd_op": ["2026-07-10", "2026-08-20", "2027-02-01"],
        "taal": ["Nederlands"],
        "bestanden": ["[{url: https://www.example.org/markt.pdf}]"],
        "openbaarheid": ["openbaar"],
        "status": ["gepubliceerd", "concept"],
        "contact": ["{telefoon: 14 099}"],
        "ontbreekt": [
            "{gewijzigd_op: {reden: onbekend}, licentie: {reden: geheim, grond: Woo artikel 5.1}, waardering: {reden: onbekend}}"
        ],
    },
    "organisaties": {"naam": ["Partner", '"+31 Partner"'], "samenvatting": ["Zij helpen mee."], "soort": ["stichting", "bedrijf"]},
}
_COMMON = {
    "gebied": ["De binnenstad"],
    "herzien_voor": ["2026-08-01", "2027-03-01"],
    "laatst_gecontroleerd": ["2026-06-01"],
    "eerder_gepubliceerd_op": ["2026-02-02"],
    "ingetrokken": ["{datum: 2026-07-01, reden: Het is klaar.}"],
    "wijzigingsreden": ["De proef is klaar."],
    "correcties": [
        "[{gemeld_op: 2026-07-02, hersteld_op: 2026-07-12, wat: Het nummer klopte niet.}, {gemeld_op: 2026-07-03, wat: Iets anders.}]",
        "[{gemeld_op: 2027-01-05, hersteld_op: 2027-01-07, wat: De naam klopte niet.}]",
    ],
    "bronnen": ["[{titel: De bron, link: https://www.example.org/weg}]", "[{titel: Bron 2, link: https://www.example.org/terug}]"],
}
_MORE: dict[str, dict[str, list[str]]] = {
    "algoritmes": {
        "themas": ["[Wonen]", "[Wonen, Werk]"],
        "begindatum": ["2025-12", "2026-06"],
        "ai_risicoklasse": ["hoog risico", "minimaal risico"],
        "beslist_zelf": ["ja", "nee"],
        "in_brieven": ['["=Brief een", Brief twee]'],
        "doel_en_impact": ['"Het **telt** auto\'s: 3 < 4 & meer."'],
        "leverancier": ['"=SUM(A1)"', '"Wim & Zus, \\"B.V.\\""'],
        "broncode": ["https://www.example.org/code"],
        "impacttoetsen": [
            "[{soort: Data Protection Impact Assessment (DPIA), datum: 2026-03, openbaar: nee}]",
            "[{soort: IAMA}, {soort: Pre-scan DPIA, datum: 2026-01}]",
        ],
        "ontbreekt": [
            "{zelflerend: {reden: geheim, grond: Woo artikel 5.1, toelichting: De maker vroeg dit.}}",
            "{gegevens: {reden: niet van toepassing}, bezwaar: {reden: onbekend}, monitoring: {reden: nog niet gedaan, gepland: 2027-03-01}}",
        ],
    },
    "documenten": {
        "trefwoorden": ["[markt, plein]"],
        "geheimhouding": [
            "{grondslag: Gemeentewet artikel 87, gronden: [5.1.2e], opgelegd_op: 2026-07-01, herbeoordelen_voor: 2026-12-01}",
            "{grondslag: Wet open overheid, opgelegd_op: 2026-06-01, opgeheven_op: 2026-07-25}",
        ],
    },
    "organisaties": {
        "geen_algoritmes": ["{datum: 2026-07-01, bron: https://www.example.org/geen}"],
        "hoort_bij": ["organisaties/stad"],
        "website": ["https://www.example.org"],
    },
}


def needed(folder: str, *more: str, **other: str) -> str:
    """The least that an entry of a kind says, with `more` fields as they can be drawn first, and `other` values."""
    first = {key: values[0] for key, values in {**_COMMON, **_MORE[folder], **_NEEDED[folder]}.items()}
    chosen = {key: first[key] for key in (*_NEEDED[folder], *more)} | other
    return "".join(f"{key}: {value}\n" for key, value in chosen.items())


def entries(folder: str) -> st.SearchStrategy[str]:
    """The text of an entry of a kind: what is asked of it, and some of the rest; one in ten or so cannot be read."""
    needed = {key: st.sampled_from(values) for key, values in _NEEDED[folder].items()}
    more = {key: st.sampled_from(values) for key, values in {**_COMMON, **_MORE[folder]}.items()}
    good = st.fixed_dictionaries(needed, optional=more).map(lambda data: "".join(f"{key}: {value}\n" for key, value in data.items()))
    return st.integers(0, 9).flatmap(lambda chance: st.sampled_from(BROKEN) if chance == 9 else good)


def full_plans(most: int = 8) -> st.SearchStrategy[Plan]:
    """Plans for a site: entries of every kind, over two years. `mended` makes the end of one fit to build."""
    waits = (1, 30, 120)
    one = [acts(entries(folder), folder, waits) for folder in ("algoritmes", "algoritmes", "documenten", "organisaties")]
    return st.lists(st.one_of(one), min_size=4, max_size=most)


def _act(do: str, ref: str, text: str = "", dress: str = "plain", **rest: Any) -> Act:
    folder, id = ref.split("/")
    return {"do": do, "folder": folder, "id": id, "text": text, "dress": dress, "days": 0, "wait": 7, "publish": True, **rest}


# One plan with something for every figure and every way of telling a field: chance gives each of them only now and then.
FULL: Plan = [
    _act("change", "algoritmes/b",
         needed("algoritmes", *_MORE["algoritmes"], "herzien_voor", "bronnen", begindatum="2026-06"), reviewed="ja"),
    _act("evil", "algoritmes/c", needed("algoritmes", "begindatum", "eerder_gepubliceerd_op"), "crlf", reviewed="nee"),
    _act("change", "documenten/a",
         needed("documenten", *_MORE["documenten"], gepubliceerd_op="2026-08-20", herzien_voor="2026-10-01"), "bom", days=-3),
    _act("squash", "organisaties/a", needed("organisaties", *_MORE["organisaties"], "correcties", "gebied", herzien_voor="2026-12-01")),
    _act("change", "algoritmes/a", BROKEN[0]),
    _act("change", "algoritmes/b",
         needed("algoritmes", "herzien_voor", "bronnen", "wijzigingsreden", ai_risicoklasse="minimaal risico", leverancier="'=1+1'")),
    _act("change", "algoritmes/b",
         needed("algoritmes", "impacttoetsen", "herzien_voor", "bronnen", ai_risicoklasse="hoog risico", begindatum="2026-06", beslist_zelf="nee")),
    _act("change", "algoritmes/c", needed("algoritmes", "ingetrokken"), publish=False),
    _act("dress", "algoritmes/c", dress="comment"),
    _act("remove", "algoritmes/c"),
    _act("merge", "documenten/b", needed("documenten", "laatst_gecontroleerd")),
    _act("remove", "documenten/b"),
    _act("change", "algoritmes/a", needed("algoritmes", "begindatum")),
    _act("change", "algoritmes/c", needed("algoritmes", "begindatum", "eerder_gepubliceerd_op")),
    _act("change", "documenten/c",
         needed("documenten", "ingetrokken", "correcties", geheimhouding=_MORE["documenten"]["geheimhouding"][1]), wait=120),
    _act("rename", "algoritmes/b", wait=30),
]  # fmt: skip


@dataclass
class Made:
    """A repository, its log, and the entries at each publication: (time, {folder/id: bytes})."""

    repo: Repo
    path: Path
    published: list[tuple[str, dict[str, bytes]]]

    @property
    def log(self) -> logbook.Log:
        return logbook.read(self.path)

    def history(self, **options: Any) -> History:
        return read_history(self.repo.root, KINDS, log=self.log, **options)

    def publish(self, seconds: int, reviewed: str = "onbekend") -> None:
        """Publishes what is there now."""
        line = logbook.append(self.path, self.repo.root, moment(seconds), reviewed)
        self.published.append((line.time, entries_on_disk(self.repo)))

    def mended(self) -> Made:
        """The same, after one more publication in which whatever could not be read was written anew, so that it can be built."""
        whole = entries_on_disk(self.repo)
        mends: Files = {f"register/{ref}.yaml": needed(ref.split("/")[0]) for ref, raw in whole.items() if plain(raw) in BROKEN}
        self.repo.commit(mends, "Hersteld")
        self.publish(int(datetime.fromisoformat(self.published[-1][0]).timestamp()) + DAY)
        return self


def dressed(text: str, dress: str) -> bytes:
    """The same content, written otherwise."""
    raw = text.encode()
    return {"plain": raw, "crlf": raw.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + raw, "comment": raw + b"# uitleg\n"}[dress]


def plain(raw: bytes) -> str:
    """The text before it was dressed."""
    return raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"# uitleg\n", b"").decode()


@contextmanager
def made(plan: Plan, sub: str = "", more: Mapping[str, str | bytes | None] = BARE) -> Iterator[Made]:
    """Carries a plan out. Every plan begins with a publication of `more` and one small entry."""
    with tempfile.TemporaryDirectory(dir=QUICK) as folder:
        repo, path = Repo(Path(folder) / "opslag", sub), Path(folder) / "publicaties.jsonl"
        repo.commit({"register/algoritmes/a.yaml": "naam: begin\n", **more})
        result, now = Made(repo, path, []), START + 200 * DAY
        for number, act in enumerate([{"do": "other", "publish": True, "days": 0}, *plan]):
            carry_out(repo, number, act)
            now += act.get("wait", 1) * DAY
            if act["publish"]:
                result.publish(now, act.get("reviewed", "onbekend"))
        yield result


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def place_of(act: Act, id: str) -> str:
    return f"register/{act.get('folder', 'algoritmes')}/{id}.yaml"


def carry_out(repo: Repo, number: int, act: Act) -> None:
    name, when = place_of(act, act.get("id", "")), day(number * 5 + act["days"])
    here = (repo.root / name).is_file()
    if act["do"] == "other" or (act["do"] in ("remove", "rename", "dress") and not here):
        repo.commit({"README.md": f"{number}"}, date=when)
    elif act["do"] == "remove":
        repo.commit({name: None}, date=when)
    elif act["do"] == "rename":
        after = IDS[(IDS.index(act["id"]) + 1) % len(IDS)]
        repo.commit({place_of(act, after): (repo.root / name).read_bytes(), name: None}, date=when)
    elif act["do"] == "change":
        repo.commit({name: dressed(act["text"], act["dress"])}, f"Wijziging {number}", date=when)
    elif act["do"] == "dress":
        repo.commit({name: dressed(plain((repo.root / name).read_bytes()), act["dress"])}, date=when)
    else:
        branch_off(repo, number, act, name, when)


def branch_off(repo: Repo, number: int, act: Act, name: str, when: str) -> None:
    repo.branch(f"tak-{number}")
    repo.commit({name: "naam: tussenstap\n"}, date=when)
    repo.commit({name: dressed(act["text"], act["dress"])}, date=when)
    repo.go("main")
    if act["do"] == "squash":
        repo.squash(f"tak-{number}", f"Titel (#{number})")
        return
    repo.commit({"README.md": f"main {number}"})
    evil: Files = {place_of(act, IDS[number % 3]): act["text"]}
    repo.merge(f"tak-{number}", f"Merge pull request #{number} from ans/tak\n\nTitel {number}", evil if act["do"] == "evil" else None)


def entries_on_disk(repo: Repo) -> dict[str, bytes]:
    """Every entry that is there now: folder/id → bytes."""
    return {f"{p.parent.name}/{p.stem}": p.read_bytes() for p in sorted((repo.root / "register").glob("*/*.yaml"))}


def shuffled(root: Path, seed: int) -> None:
    """Makes the files of a register anew, in another order: folders list them as they were made."""
    files = [(p, p.read_bytes()) for p in sorted((root / "register").rglob("*")) if p.is_file()]
    shutil.rmtree(root / "register")
    random.Random(seed).shuffle(files)
    for path, raw in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def said(raw: bytes) -> Data | None:
    """What an entry says, all texts; None when it cannot be read."""
    return None if plain(raw) in BROKEN else yaml.load(plain(raw), yaml.BaseLoader)


def today_of(result: Made, after: int = 0) -> str:
    """The day of the last publication, or a day after it."""
    return (date.fromisoformat(result.published[-1][0][:10]) + timedelta(after)).isoformat()
