"""The three snapshots of the national register as registers of ours: one YAML file a record. Only tests use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent.parent / "shared/data/algorithms/nl-register-snapshots-2026"
DAYS = ("2026-05-13", "2026-06-09", "2026-08-08")
WHY_NOT = f"de landelijke momentopnamen zijn er niet ({DATA})"


def records(day: str) -> dict[str, dict[str, Any]]:
    """The records of a day by id."""
    return {r["id"]: r for r in json.loads((DATA / f"algoritmes-{day}.json").read_bytes())["algoritmes"]}


def as_yaml(record: dict[str, Any]) -> str:
    """A record as an entry: every value quoted, the id left to the file name."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in record.items() if key != "id")


def write(day: str, folder: Path) -> Path:
    """The register of a day in `folder`; gives the folder."""
    below = folder / "register/algoritmes"
    below.mkdir(parents=True)
    for id, record in records(day).items():
        (below / f"{id}.yaml").write_text(as_yaml(record), encoding="utf-8")
    return folder


def known_changes() -> list[dict[str, Any]]:
    """changes.json: what is known to differ between each two days."""
    return list(json.loads((DATA / "changes.json").read_bytes()))
