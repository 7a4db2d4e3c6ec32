"""The invariants of AUDIT.md, over real repositories that hypothesis makes up: merges, evil merges, squashes, back-dated commits, renames,
removals and returns, CRLF, unreadable YAML. Numbers in the names are those of AUDIT.md; the promises of the site (2, 9 and 11) stand in
test_invariants_site.py, that of the figures (10) in test_invariants_figures.py."""

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import FIXED, IDS, KINDS, Made, entries_on_disk, made, moment, plans
from repos import DAY, START

from inzage import diff, git, logbook
from inzage.history import YES, read_history
from inzage.load import load
from inzage.logline import manifest, parse
from inzage.problem import Refused
from inzage.verify import verify


def content(raw: bytes) -> Any:
    """What a file says, or its text when it says nothing."""
    data = load(raw, "").data
    return raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n") if data is None else data


@pytest.fixture(scope="module")
def rich() -> Iterator[Made]:
    """One repository with all of it, for the properties over its bytes."""
    acts = ["change", "evil", "remove", "merge", "squash", "change", "dress", "remove", "change"]
    wide = ["naam: x\n", "naam: y\nstatus: in gebruik\n", "kapot: [\n"]
    plan = [
        {
            "do": do,
            "id": IDS[i % 3],
            "text": wide[i % 3],
            "dress": "crlf" if i % 2 else "plain",
            "days": -3 if i % 4 else 9,
            "publish": i % 3 != 1,
        }
        for i, do in enumerate(acts)
    ]
    with made(plan, "gemeente") as result:
        yield result


@FIXED
@given(plan=plans)
def test_1_an_earlier_log_is_a_byte_prefix_and_3_plus_and_min_give_each_tree(plan: list[dict[str, Any]]) -> None:
    with made(plan) as result:
        log, files = result.log, dict[str, str]()
        for line in log.lines:
            assert log.raw.startswith(logbook.until(log, line).raw)
            files = {p: d for p, d in {**files, **line.plus}.items() if p not in line.minus}
            assert files == logbook.files_at(result.repo.root, line.commit) and manifest(files) == line.manifest
        assert verify(result.repo.root, result.path) == []


def test_2_any_byte_changed_in_the_log_is_noticed(rich: Made) -> None:
    """By the log itself, by git, or (the last line's time and review only) by its head."""
    raw, chance, tried, only_head = rich.path.read_bytes(), random.Random(5), 0, 0
    kept = rich.path.with_name("bewaard")
    kept.write_bytes(raw)
    try:
        for place in chance.sample(range(len(raw)), 150):
            changed = raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :]
            tried += 1
            rich.path.write_bytes(changed)
            try:
                parse(changed, "log")
            except Refused:
                continue
            if not verify(rich.repo.root, rich.path):
                only_head += 1
                assert place > raw.rindex(b"\n", 0, -1) and logbook.read(rich.path).head != parse(raw, "").head
            assert verify(rich.repo.root, rich.path, earlier=kept)
    finally:
        rich.path.write_bytes(raw)
    assert tried == 150 and only_head < 15


def test_2_any_byte_changed_in_the_data_is_noticed(rich: Made) -> None:
    chance, tried = random.Random(6), 0
    for file in sorted((rich.repo.root / "register").rglob("*.yaml")) + [rich.repo.root / "inzage.yaml"]:
        raw = file.read_bytes()
        for place in chance.sample(range(len(raw)), min(3, len(raw))):
            file.write_bytes(raw[:place] + bytes([raw[place] ^ (1 << chance.randrange(8))]) + raw[place + 1 :])
            found = verify(rich.repo.root, rich.path)
            assert [p.code for p in found] == ["werkmap"] and rich.repo.root / found[0].file == file
            tried += 1
        file.write_bytes(raw)
    assert tried >= 6 and verify(rich.repo.root, rich.path) == []


def test_2_data_changed_by_a_rewrite_of_git_is_noticed(rich: Made) -> None:
    head = rich.repo.git("rev-parse", "HEAD")
    try:
        rich.repo.git("reset", "-q", "--hard", rich.log.lines[0].commit)
        rich.repo.commit({"register/algoritmes/a.yaml": "naam: nooit anders geweest\n"})
        assert {"log-herschreven", "log-commit-weg"} <= {p.code for p in verify(rich.repo.root, rich.path)}
    finally:
        rich.repo.git("reset", "-q", "--hard", head)


@FIXED
@given(plan=plans)
def test_4_versions_differ_in_content_formatting_gives_none_and_patches_join_up(plan: list[dict[str, Any]]) -> None:
    with made(plan) as result:
        history = result.history()
        for entry in history.entries.values():
            said = dict(history.contents(entry.versions))
            for old, new in zip(entry.versions, entry.versions[1:], strict=False):
                a, b = said[old], said[new]
                returned = any(r.after == old.number for r in entry.removals)
                if a.data is not None and b.data is not None:
                    found = diff.changes(a.data, b.data, KINDS["algoritmes"])
                    assert (found or returned) and json.dumps(diff.patch(a.data, found), sort_keys=True) == json.dumps(
                        b.data, sort_keys=True
                    )
                else:
                    assert (a.data, a.text) != (b.data, b.text) or returned


@FIXED
@given(plan=plans)
def test_5_stock_is_stock_plus_added_minus_removed_and_8_flows_add_up(plan: list[dict[str, Any]]) -> None:
    with made(plan) as result:
        history = result.history()
        stocks = [set(history.stock(time)) for time, _ in result.published]
        events = sorted(history.events(), key=lambda e: e.order)
        for early, late in zip(result.published, result.published[1:], strict=False):
            span = range(history.place_at(early[0]) + 1, history.place_at(late[0]) + 1)
            there = set(history.stock(early[0]))
            for event in (e for e in events if e.order in span):
                there = there - {event.ref} if hasattr(event, "after") else there | {event.ref}
            assert there == set(history.stock(late[0]))
        for a, b, c in zip(stocks, stocks[1:], stocks[2:], strict=False):
            assert len(c) - len(a) == (len(b) - len(a)) + (len(c) - len(b))
            flows = [(len(y - x), len(x - y)) for x, y in ((a, b), (b, c), (a, c))]
            assert flows[0][0] - flows[0][1] + flows[1][0] - flows[1][1] == flows[2][0] - flows[2][1]


@FIXED
@given(plan=plans)
def test_6_what_was_public_then_is_what_was_published_and_nothing_later(plan: list[dict[str, Any]]) -> None:
    with made(plan) as result:
        history = result.history()
        for time, files in result.published:
            stock = history.stock(time)
            assert stock.keys() == files.keys()
            for version, said in history.contents(stock.values()):
                assert (said.data is None) == (not version.readable)
                hoped = content(files[version.ref])
                assert (KINDS["algoritmes"].typed(hoped) == said.data) if version.readable else hoped.decode() == said.text
                assert version.line and result.log.lines[version.line - 1].time <= time
                assert version.published == YES
        before = history.stock("2026-01-01")
        assert before == {}


@FIXED
@given(plan=plans)
def test_6_without_a_log_nothing_shows_before_the_date_of_its_commit(plan: list[dict[str, Any]]) -> None:
    with made(plan) as result:
        history = read_history(result.repo.root, KINDS)
        for number in range(0, 60, 7):
            until = START + number * DAY
            for version in history.stock(moment(until)).values():
                assert all(committed <= until for _, committed in history.line[: version.order + 1])
            assert git.commit_at(result.repo.root, until) == (
                history.line[history.place_at(moment(until))][0] if history.place_at(moment(until)) >= 0 else None
            )


@FIXED
@given(plan=plans)
def test_7_an_id_never_disappears_and_a_number_never_changes_meaning(plan: list[dict[str, Any]]) -> None:
    with made(plan) as result, tempfile.TemporaryDirectory() as cache:
        seen: dict[tuple[str, int], tuple[str, str]] = {}
        for commit in git.first_parents(result.repo.root):
            early = result.history(revision=commit)
            said = {(v.ref, v.number): (v.commit, v.digest) for e in early.entries.values() for v in e.versions}
            assert seen.items() <= said.items()
            seen = said
        whole = result.history()
        assert {key for key, _ in seen} == set(whole.entries)
        assert all([v.number for v in e.versions] == list(range(1, len(e.versions) + 1)) for e in whole.entries.values())
        assert {e.ref for e in whole.entries.values() if not e.removed} == entries_on_disk(result.repo).keys()
        for _ in range(2):
            assert result.history(cache=Path(cache)) == whole


@FIXED
@given(plan=plans, cut=st.integers(0, 8))
def test_a_history_read_in_two_goes_is_the_history_read_at_once(plan: list[dict[str, Any]], cut: int) -> None:
    with made(plan) as result, tempfile.TemporaryDirectory() as cache:
        line = git.first_parents(result.repo.root)
        head = line[-1]
        result.repo.git("reset", "-q", "--hard", line[min(cut, len(line) - 1)])
        read_history(result.repo.root, KINDS, Path(cache))
        result.repo.git("reset", "-q", "--hard", head)
        assert read_history(result.repo.root, KINDS, Path(cache)) == read_history(result.repo.root, KINDS)
