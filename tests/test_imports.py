"""The house as it is built: which way the data flows, who alone does what, and how large a piece may be. Read from the code itself."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
import registers

PACKAGE = registers.PROJECT / "inzage"
FILES = sorted(PACKAGE.rglob("*.py"))

# The flow. A module imports only from a row above its own, or a neighbour in its row that does not import it back.
LAYERS = [
    "problem text formats plain personal grammar words reasons crew progress typing_by_schema markup publish __init__",  # know nothing of ours
    "naming load logline git",
    "place wording logbook checkout verify",
    "validate",
    "schema_files",
    "kinds",
    "model rules scan diff",
    "check whole sentences timeline cache search",
    "config history compare order",
    "exports.*  imports.*",
    "pages.*",
    "render",
    "assets chronicle stock workers joined",
    "report.*",
    "site",
    "review serve",
    "commands audit",
]
NOTHING_OF_OURS = "problem text formats plain personal grammar words markup publish crew".split()
# (module, what it imports): until when an arrow may point back, and why.
BACK = {
    ("exports.atom", "pages.changes"): "2027-01-15: the feed takes its rows from the page of changes; they belong below both",
    ("audit", "commands"): "2027-01-15: for show, which prints Problems and can stand beside them",
}


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


MODULES = {name_of(f): f for f in FILES}
PACKAGES = {name_of(f) for f in FILES if f.name == "__init__.py"}


@cache
def imports(name: str) -> frozenset[str]:
    """The modules of ours that a module imports, anywhere in it; a whole package counts as its `__init__`."""
    here = list(MODULES[name].relative_to(PACKAGE).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(tree(MODULES[name])):
        if isinstance(node, ast.Import):
            found |= {a.name.removeprefix("inzage").strip(".") or "__init__" for a in node.names if a.name.split(".")[0] == "inzage"}
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "inzage"):
            base = here[: len(here) - node.level + 1] if node.level else []
            whole = ".".join([*base, *(node.module or "").removeprefix("inzage").strip(".").split(".")]).strip(".")
            for alias in node.names:
                inner = f"{whole}.{alias.name}".strip(".")
                found.add(inner if inner in MODULES else whole or "__init__")
    return frozenset(found & MODULES.keys()) - {name}


def row_of(name: str) -> int:
    for row, line in enumerate(LAYERS):
        words = line.split()
        if name in words or f"{name.split('.')[0]}.*" in words:
            return row
    pytest.fail(f"{name} has no place in the flow: give it one in LAYERS")


def test_there_is_something_to_read():
    assert len(MODULES) > 30 and sum(len(imports(name)) for name in MODULES) > 80


@pytest.mark.parametrize("name", MODULES)
def test_no_arrow_points_back(name):
    for other in imports(name):
        if (name, other) in BACK:
            continue
        assert row_of(other) <= row_of(name), f"{name} imports {other}, which comes later in the flow"


def test_no_two_modules_import_each_other_in_a_circle():
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join([*above[above.index(name) :], name])
        if name not in done:
            for other in sorted(imports(name)):
                if (name, other) not in BACK:
                    walk(other, (*above, name))
            done.add(name)

    for name in MODULES:
        walk(name, ())


def test_every_row_of_the_flow_is_there():
    for line in LAYERS:
        for word in line.split():
            assert word == "imports.*" or any(n == word or n.startswith(word.removesuffix("*")) for n in MODULES), word


@pytest.mark.parametrize("name", NOTHING_OF_OURS)
def test_the_bottom_imports_nothing_of_ours(name):
    assert imports(name) == frozenset()


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith("pages")])
def test_pages_know_nothing_of_rendering_or_publishing(name):
    assert not imports(name) & {"render", "publish", "site", "serve", "commands", "git"}


@pytest.mark.parametrize("name", [n for n in MODULES if n.startswith(("exports", "imports"))])
def test_exports_know_nothing_of_pages(name):
    assert not [o for o in imports(name) if o.startswith("pages") and (name, o) not in BACK]


@pytest.mark.parametrize("name", ["load", "kinds", "check", "rules", "whole", "model", "validate"])
def test_checking_needs_no_history_and_no_pages(name):
    seen, todo = set(), {name}
    while todo:
        seen |= todo
        todo = {o for n in todo for o in imports(n)} - seen
    assert not {o for o in seen if o.startswith(("pages", "exports", "report"))} and not seen & {
        "git",
        "history",
        "render",
        "publish",
        "site",
    }


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression, or ''."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def uses(file: Path, *names: str) -> set[str]:
    return {dotted(n) for n in ast.walk(tree(file))} & set(names)


CLOCK = ("date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time", "time.localtime", "time.gmtime", "time.ctime", "datetime.datetime.now", "datetime.date.today")  # fmt: skip


def test_only_the_command_line_reads_the_clock():
    """A page never shows when it was made. (`time_ns` in site.py compares the stamps of files; `perf_counter` only measures.)"""
    assert {name_of(f): uses(f, *CLOCK) for f in FILES if uses(f, *CLOCK)} == {}
    assert uses(registers.PROJECT / "build.py", *CLOCK)
    assert {name_of(f) for f in FILES if uses(f, "time.time_ns")} <= {"site"}


def test_only_git_reads_the_environment():
    assert {name_of(f) for f in FILES if uses(f, "os.environ", "os.getenv", "os.environb")} == {"git"}


def test_nothing_is_left_to_chance():
    for f in FILES:
        for node in ast.walk(tree(f)):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not {n.split(".")[0] for n in names} & {"random", "secrets", "uuid"}, f


def test_only_git_py_runs_git():
    """Others run something else: search.py the maker of the index, serve.py itself."""
    runs = {name_of(f) for f in FILES if uses(f, "subprocess.run", "subprocess.Popen", "subprocess.check_output", "os.system")}
    assert "git" in runs and runs <= {"git", "search", "serve"}
    for f in FILES:
        for node in ast.walk(tree(f)):
            if isinstance(node, ast.List | ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant):
                assert node.elts[0].value != "git" or name_of(f) == "git", f


def test_only_markup_makes_markup_of_text():
    for f in FILES:
        found = {a.name for n in ast.walk(tree(f)) if isinstance(n, ast.ImportFrom | ast.Import) for a in n.names}
        assert not {"nh3", "markdown_to_html", "markdown_to_html_with_extensions"} & found or name_of(f) == "markup"


def test_yaml_is_read_by_load_alone():
    """`plain.py` and `render.py` read lists of words of the site itself, never an entry."""
    readers = {
        name_of(f) for f in FILES if any(isinstance(n, ast.Import) and any(a.name == "yaml" for a in n.names) for n in ast.walk(tree(f)))
    }
    assert readers <= {"load", "grammar", "plain", "render"}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_small_and_says_what_it_is(name):
    lines = len(MODULES[name].read_text("utf-8").splitlines())
    assert lines <= 300, f"{name} has {lines} lines"
    assert ast.get_docstring(tree(MODULES[name])), f"{name} does not say what it is"


def functions(file: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    return [n for n in ast.walk(tree(file)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("name", [*MODULES, "build"])
def test_a_function_is_at_most_forty_lines(name):
    for node in functions(MODULES.get(name, registers.PROJECT / "build.py")):
        if isinstance(node, ast.FunctionDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            assert size <= (40 if (name, node.name) != ("build", "parser") else 150), f"{name}.{node.name} has {size} lines"


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_says_what_it_promises(name):
    module = tree(MODULES[name])
    public = [n for n in module.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    public += [
        m for c in public if isinstance(c, ast.ClassDef) for m in c.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")
    ]
    for node in public:
        assert ast.get_docstring(node), f"{name}.{node.name} does not say what it promises"


def test_reading_the_imports_notices_a_wrong_one():
    """The reader itself: relative, absolute, whole packages, and inside a function."""
    assert (
        "problem" in imports("load")
        and "pages.views" in imports("pages.entry")
        and "kinds" in imports("exports.entries")
        and "review" in imports("commands")
    )
    assert row_of("pages.entry") > row_of("kinds") and row_of("site") < row_of("commands")
