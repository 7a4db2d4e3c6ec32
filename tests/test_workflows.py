"""Workflows that a stranger's pull request cannot use against us: no secrets, least rights, pinned actions, whole history, a log that only grows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
# BaseLoader: every scalar is a string, so the key «on» stays «on»
FLOWS: dict[str, dict[str, Any]] = {f.name: yaml.load(f.read_bytes(), Loader=yaml.BaseLoader) for f in FILES}  # noqa: S506
BANNED = {"pull_request_target", "workflow_run", "issue_comment", "repository_dispatch"}
# The rights that any job may ask, and which job may ask them.
WRITERS = {("publish.yml", "logboek"): {"contents": "write"}, ("publish.yml", "publiceren"): {"pages": "write", "id-token": "write"}}


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    """Every job: (file, name, job)."""
    return [(file, name, job) for file, flow in FLOWS.items() for name, job in flow["jobs"].items()]


def steps() -> list[tuple[str, dict[str, Any]]]:
    """Every step: (file and job, step)."""
    return [(f"{file} {name}", step) for file, name, job in jobs() for step in job["steps"]]


def script(file: str, job: str, step: str) -> str:
    """The shell script of a named step."""
    (found,) = (s["run"] for s in FLOWS[file]["jobs"][job]["steps"] if s.get("name") == step)
    return str(found)


def test_there_are_workflows() -> None:
    assert {"pull-request.yml", "publish.yml"} <= FLOWS.keys() and len(steps()) >= 12


@pytest.mark.parametrize("file", FLOWS)
def test_no_trigger_gives_a_stranger_our_rights(file: str) -> None:
    triggers = FLOWS[file]["on"]
    assert not BANNED & set([triggers] if isinstance(triggers, str) else triggers)


def test_pull_requests_run_on_pull_request_alone() -> None:
    assert list(FLOWS["pull-request.yml"]["on"]) == ["pull_request"]


def test_actions_are_pinned_by_commit_with_their_version_behind() -> None:
    lines = [line for f in FILES for line in f.read_text(encoding="utf-8").splitlines() if re.search(r"\buses:", line)]
    assert len(lines) >= 5
    assert not [line for line in lines if not re.fullmatch(r"\s*(- )?uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", line)]


def test_one_action_has_one_commit() -> None:
    used = {step["uses"] for _, step in steps() if "uses" in step}
    assert len({u.split("@")[0] for u in used}) == len(used)


def test_rights_are_stated_and_least() -> None:
    for file, flow in FLOWS.items():
        assert flow["permissions"] in ({}, {"contents": "read"}), file
    for file, name, job in jobs():
        least = {"contents": "read", "pull-requests": "read"} if (file, name) == ("publish.yml", "site") else {"contents": "read"}
        assert job["permissions"] == WRITERS.get((file, name), least), (file, name)


def test_a_job_that_may_write_runs_no_code_of_the_repository() -> None:
    for file, name in WRITERS:
        for step in FLOWS[file]["jobs"][name]["steps"]:
            assert "actions/checkout" not in step.get("uses", "") and not re.search(r"\b(make|python\S*|pip)\b", step.get("run", ""))


def test_no_secrets_and_no_caches() -> None:
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"secrets\s*[.\[]|secrets: inherit|actions/cache|\bcache:", text), file.name


def test_history_is_whole_and_the_token_is_not_kept() -> None:
    found = [(where, step.get("with", {})) for where, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(found) >= 4
    for where, given in found:
        assert given.get("fetch-depth") == "0" and given.get("persist-credentials") == "false", where


def test_nothing_from_outside_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for _, step in steps() if "run" in step]
    assert len(scripts) >= 8 and not [s for s in scripts if "${{" in s]


def test_jobs_have_an_end() -> None:
    assert all(int(job["timeout-minutes"]) <= 60 for _, _, job in jobs())


def test_publications_wait_for_each_other() -> None:
    assert FLOWS["publish.yml"]["concurrency"] == {"group": "publiceren", "cancel-in-progress": "false"}
    needs = {name: job.get("needs") for name, job in FLOWS["publish.yml"]["jobs"].items()}
    assert needs == {"site": None, "logboek": "site", "publiceren": "logboek"}


def test_content_is_checked_by_the_code_of_the_main_branch() -> None:
    job = FLOWS["pull-request.yml"]["jobs"]["inhoud"]
    main, pr = (step["with"] for step in job["steps"] if "uses" in step)
    assert (main["path"], main["ref"]) == ("main", "${{ github.event.pull_request.base.sha }}")
    assert (pr["path"], pr["ref"]) == ("pr", "${{ github.event.pull_request.head.sha }}")
    assert pr["sparse-checkout"] == "register"  # schemas/ and templates/ of a root come over the shipped ones
    scripts = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    assert "main/.venv/bin/python main/build.py check --root pr --format github" in scripts
    assert not re.search(r"(?<![\w/])pr/(build|\.venv|Makefile|tools)|make -C pr", scripts)


def test_content_with_a_schema_of_its_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pr/schemas").mkdir(parents=True)
    done = run(script("pull-request.yml", "inhoud", "Check"), tmp_path)
    assert done.returncode == 1 and "build.py" not in done.stderr


@pytest.mark.parametrize(
    "path", ["/schemas/", "/inzage/", "/.github/", "/templates/", "/inzage.yaml", "/requirements*", "/Makefile", "/build.py"]
)
def test_what_judges_has_an_owner(path: str) -> None:
    rules = [line.split() for line in (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert any(rule[0] == path and len(rule) > 1 for rule in rules)


# What the two scripts about the log do, in real repositories


def run(text: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a script as the forge does (`bash -e`)."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **variables}
    return subprocess.run(["bash", "-e", "-c", text], cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def forge(tmp_path: Path) -> Path:
    """An empty repository at the forge."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(tmp_path / "forge.git")], check=True)
    return tmp_path / "forge.git"


def push(forge: Path, work: Path, log: str) -> subprocess.CompletedProcess[str]:
    """The job «logboek» with a site that carries this log."""
    work.mkdir()
    (work / "publicaties.jsonl").write_text(log, encoding="utf-8")
    subprocess.run(["tar", "-cf", "artifact.tar", "./publicaties.jsonl"], cwd=work, check=True)
    (work / "publicaties.jsonl").unlink()
    text = script("publish.yml", "logboek", "Append to the branch «publicaties»")
    return run(text, work, TOKEN="geheim", REMOTE=forge.as_uri(), COMMIT="a" * 40)


def published(forge: Path) -> str:
    """The log at the forge."""
    command = ["git", "-C", str(forge), "show", "publicaties:publicaties.jsonl"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_log_grows_by_one_line_a_publication(forge: Path, tmp_path: Path) -> None:
    assert push(forge, tmp_path / "1", "een\n").returncode == 0
    second = push(forge, tmp_path / "2", "een\ntwee\n")
    assert second.returncode == 0 and published(forge) == "een\ntwee\n"
    assert push(forge, tmp_path / "3", "een\ntwee\n").returncode == 0  # the same run again
    assert published(forge) == "een\ntwee\n"
    kept = "".join(p.read_text(errors="replace") for p in (tmp_path / "2").rglob("*") if p.is_file())
    assert "geheim" not in kept + second.stdout + second.stderr


@pytest.mark.parametrize("log", ["EEN\ntwee\n", "een\n", "een\ntwee\ndrie\nvier\n", "een\ntwe\ndrie\n"])
def test_a_log_that_differs_is_not_published(forge: Path, tmp_path: Path, log: str) -> None:
    assert push(forge, tmp_path / "1", "een\n").returncode == 0
    assert push(forge, tmp_path / "2", "een\ntwee\n").returncode == 0
    assert push(forge, tmp_path / "3", log).returncode != 0
    assert published(forge) == "een\ntwee\n"


def test_a_forge_that_does_not_answer_is_no_empty_log(tmp_path: Path) -> None:
    assert push(tmp_path / "weg.git", tmp_path / "1", "een\n").returncode not in (0, 2)


def test_a_log_that_is_gone_begins_again_only_by_hand(tmp_path: Path) -> None:
    text, log = script("publish.yml", "site", "The log so far"), tmp_path / "log"
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    refused = run(text, tmp_path, FIRST="", LOG=str(log))
    assert refused.returncode == 1 and "eerste publicatie" in refused.stdout
    assert run(text, tmp_path, FIRST="true", LOG=str(log)).returncode == 0
    assert not log.exists()


@pytest.mark.parametrize(
    ("pull", "reviews", "answer"),
    [
        ("12 schrijver", "schrijver\ncollega", "ja"),
        ("12 schrijver", "schrijver", "nee"),
        ("12 schrijver", "", "nee"),
        ("", "", "nee"),
        (None, "", "onbekend"),
        ("12 schrijver", None, "onbekend"),
    ],
)
def test_a_publication_says_whether_another_than_the_writer_approved(
    tmp_path: Path, pull: str | None, reviews: str | None, answer: str
) -> None:
    """A stand-in for the forge's command; None is a forge that does not answer."""
    answers = {"pulls": pull, "reviews": reviews}
    lines = "".join(f"*/{k}) {'exit 1' if v is None else f'printf %s {shlex.quote(v)}'} ;;\n" for k, v in answers.items())
    fake = tmp_path / "gh"
    fake.write_text(f'#!/bin/bash\nfor a in "$@"; do case "$a" in repos/*) what=$a ;; esac; done\ncase "$what" in\n{lines}esac\n')
    fake.chmod(0o755)
    out = tmp_path / "out"
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "c", "GITHUB_OUTPUT": str(out)}
    step = script("publish.yml", "site", "Did someone else than the writer approve it?")
    done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", step], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert out.read_text() == f"antwoord={answer}\n"
