"""`inzage.yaml` → Settings, checked like an entry. Flow: kinds → config → check."""

from __future__ import annotations

import json
from pathlib import Path

from .check import public
from .load import load
from .model import Settings
from .place import placed
from .problem import FOUT, Problem, Refused, blocking
from .rules import unfit
from .schema_files import bundled
from .typing_by_schema import compile_typing
from .validate import Validator

FILE = "inzage.yaml"
CODES = ("geen-instellingen",)


def load_settings(root: Path, *schema_folders: Path) -> Settings:
    """Reads `inzage.yaml` in `root`, judged by `inzage.schema.json` in the last folder that has one.

    Returns Settings. Raises Refused with Problems when the file is missing or wrong.
    """
    path = root / FILE
    if not path.is_file():
        fix = "Maak het bestand met ten minste «naam: …» en «contact: {telefoon: …}», of kies een andere map met --root."
        raise Refused([Problem(FILE, 1, 1, FOUT, "geen-instellingen", "", "Het bestand inzage.yaml is er niet.", fix)])
    documents = {p.name: json.loads(p.read_bytes()) for folder in schema_folders for p in sorted(folder.glob("*.schema.json"))}
    schema = bundled(documents["inzage.schema.json"], documents, "inzage.schema.json")
    loaded = load(path.read_bytes(), FILE)
    if loaded.data is None:
        raise Refused(loaded.problems)
    data = compile_typing(schema)(loaded.data)
    # Its name, phone and e-mail address come on every page: what holds for an entry holds for it.
    found = [*Validator(schema).findings(data), *unfit(data)]
    problems = public([*loaded.problems, *(placed(f, loaded, FILE) for f in found)])
    if blocking(problems):
        raise Refused(problems)
    return Settings(
        name=data["naam"], municipality=data.get("gemeente", "de gemeente"), owner=data.get("organisatie", ""), contact=data.get("contact", {}),
        address=data.get("webadres", "").rstrip("/"), repository=data.get("opslag", "").rstrip("/"), trial=data.get("proefuitgave", False),
        intro=data.get("inleiding", ""), norms=data.get("normen", {}), witnesses=tuple(data.get("getuigen", ())), accessibility=data.get("toegankelijkheid", {}),
    )  # fmt: skip
