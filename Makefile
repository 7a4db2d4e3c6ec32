# Each target shows what it runs. Two of them are all you need: «make serve» and «make test».
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: serve site check test bench lock
serve: .venv/site.ok
	$(BIN)/python build.py serve --port $(PORT)

site: .venv/site.ok
	$(BIN)/python build.py build

check: .venv/dev.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python build.py check

test: .venv/dev.ok
	sh tools/chromium.sh
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: .venv/dev.ok
	$(BIN)/python -m bench.bench

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

# A stamp per set of packages: installing again happens only when the lock file changed.
.venv/site.ok: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	touch $@

.venv/dev.ok: requirements-dev.txt .venv/site.ok
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	touch $@
