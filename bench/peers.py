"""The corpus of the comparison with other site makers → a register of ours, so that all build the same pages in one run.

    python -m bench.peers CORPUS            makes CORPUS/inzage (a root) of CORPUS/yaml and CORPUS/schema.json

Then, with the comparison's own script: EXTRA='ours=.venv/bin/python build.py build --root {corpus}/inzage --out {out} --no-cache --no-search'.
What changes: true and false become ja and nee, as our YAML has them. What is added: the folder, long texts marked as Markdown, three filters.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

MARKDOWN = ("doel", "impact", "afweging", "menselijke_tussenkomst", "risicobeheer", "werking")
FILTERS = ("thema", "status", "organisatie")


def convert(corpus: Path) -> None:
    """Writes the root. Needs `corpus/yaml/algoritme/*.yaml` and `corpus/schema.json`."""
    root = corpus / "inzage"
    shutil.rmtree(root, ignore_errors=True)
    (root / "register/algoritme").mkdir(parents=True)
    (root / "schemas").mkdir()
    schema = json.loads((corpus / "schema.json").read_text())
    schema["x-inzage"] = {"folder": "algoritme"}
    for key, field in schema["properties"].items():
        field["x-inzage"] = {"filter": key in FILTERS, "in_lijst": key in ("organisatie", "status", "gewijzigd")}
        if key in MARKDOWN:
            field["x-inzage"]["opmaak"] = "markdown"
    (root / "schemas/bench.schema.json").write_text(json.dumps(schema))
    (root / "inzage.yaml").write_text("naam: Meetregister\ncontact: {telefoon: 14 000}\nwebadres: https://register.example\n")
    for path in (corpus / "yaml/algoritme").glob("*.yaml"):
        text = re.sub(r"^(\w+): true$", r"\1: ja", path.read_text(encoding="utf-8"), flags=re.M)
        (root / "register/algoritme" / path.name).write_text(re.sub(r"^(\w+): false$", r"\1: nee", text, flags=re.M), encoding="utf-8")


if __name__ == "__main__":
    convert(Path(sys.argv[1]))
