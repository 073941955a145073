# Two commands matter: `make demo` (the main job) and `make test` (all tests).
# Each needs Python 3.11 or newer and make, and sets up the rest in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check quick fix docs lock wheelhouse bench clean

demo: .venv/ready
	$(BIN)/gmsd demo --out demo

test: check
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.documents --check

quick: .venv/ready
	$(BIN)/pytest -n 2 -m "not slow"

fix: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/ready
	$(BIN)/python -m tests.support.documents --write

bench: .venv/ready
	$(BIN)/python -m tests.benchmarks

lock: .venv/ready
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes -q -o requirements.lock

wheelhouse: .venv/ready
	$(BIN)/python -m pip download -q -r requirements.lock -d wheelhouse
	$(BIN)/python -m pip wheel -q --no-deps -w wheelhouse .

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

clean:
	rm -rf .venv demo wheelhouse build *.egg-info
