"""A kind's file is the parts of its entries in order, whether they were made now or stood in the file of the build before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import PROJECT, write
from sites import make, real

from inzage.cache import Known
from inzage.joined import pieces
from inzage.model import Card
from inzage.workers import Made

NO_CARD = Card._make([None] * len(Card._fields))
names = st.sampled_from("abcdef")


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    before=st.dictionaries(names, st.binary(max_size=3), max_size=6), fresh=st.dictionaries(names, st.binary(max_size=3), max_size=6),
    order=st.permutations("abcdef"), head=st.binary(max_size=2), gap=st.sampled_from([b"", b",\n"]), which=st.sampled_from([0, 1, 2]),
)  # fmt: skip
def test_parts_of_now_and_of_the_old_file_stand_in_order_with_a_gap_between_two(
    before: dict[str, bytes], fresh: dict[str, bytes], order: list[str], head: bytes, gap: bytes, which: int
) -> None:
    known = {name: Known([], NO_CARD, [], [len(part)] * 3) for name, part in before.items()}
    made = {name: Made([], [part] * 3) for name, part in fresh.items()}
    files = [name for name in order if name in before or name in fresh]
    old = head + gap.join(before.values()) + b"the end"
    found = pieces(which, files, made, known, old, len(head), gap)
    assert b"".join(found) == gap.join([fresh.get(name, before.get(name, b"")) for name in files])


def test_unchanged_neighbours_come_as_one_piece() -> None:
    known = {name: Known([], NO_CARD, [], [1]) for name in "abcd"}
    assert [bytes(p) for p in pieces(0, "abcd", {"c": Made([], [b"C"])}, known, b"[a,b,c,d]", 1, b",")] == [b"a,b", b",", b"C", b",", b"d"]


@pytest.mark.parametrize("folder", ["algoritmes", "documenten", "organisaties"])
def test_the_json_of_a_kind_is_the_list_of_its_entries_one_a_line(folder: str) -> None:
    raw = (real() / f"{folder}.json").read_bytes()
    ids = [name.removesuffix(".yaml") for name in sorted(p.name for p in (PROJECT / "register" / folder).glob("*.yaml"))]
    assert [entry["id"] for entry in json.loads(raw)] == ids and raw.count(b"\n") == len(ids) + 2 > 10
    assert json.loads(raw) == [json.loads((real() / folder / f"{id}.json").read_bytes()) for id in ids]


def test_a_kind_without_entries_has_an_empty_list_and_a_table_with_only_its_columns(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "inzage.yaml": "naam: Leeg\ncontact: {telefoon: 14 099}\n",
            "register/organisaties/een.yaml": "naam: Een\nsamenvatting: Iets.\nsoort: stichting\n",
        },
    )
    make(root)
    assert json.loads((root / "site/documenten.json").read_bytes()) == []
    assert (root / "site/documenten.csv").read_bytes().count(b"\n") == 1
