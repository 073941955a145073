# Two commands matter: `make demo` (the main job) and `make test` (all tests).
# Each needs Python 3.11 or newer and make, and sets up the rest in .venv.
PYTHON ?= python3
BIN := .venv/bin
# Compiling all modules in each process that starts takes longer than most tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-browser screenshots test-spark test-hardware test-office test-r test-fuzz nightly check mutants quick fix docs lock wheelhouse bench clean

demo: .venv/ready
	$(BIN)/gmsd demo --out demo

# Coverage is of the examples: with it, the twins take three times as long.
SUITE := $(BIN)/pytest -n 2 --dist worksteal -m "not spark and not browser"

test: check
	$(SUITE) --ignore tests/generative --cov --cov-report=term:skip-covered
	$(SUITE) tests/generative

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.documents --check
	$(BIN)/python -m tests.support.supply

# Fifty times as many examples, each time others; hours.
nightly: .venv/ready
	HYPOTHESIS_PROFILE=nightly nice $(SUITE) tests/generative

# Small faults in the modules that keep cells hidden: the tests have to notice each.
# An hour or two; `make mutants MUTANTS="engine.verify --share 4"` tries one in four.
mutants: .venv/ready
	nice $(BIN)/python -m tests.support.mutants $(MUTANTS)

quick: .venv/ready
	$(BIN)/pytest -n 2 -m "not slow and not spark and not browser"

fix: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The pages in a real browser, and pictures of them.
test-browser: .browser/ready
	$(BIN)/pytest -m browser tests/browser

screenshots: .browser/ready demo
	$(BIN)/python -m tests.browser.screenshots demo/environment 2023-H1 screenshots demo/release

.browser/ready: .venv/ready
	$(BIN)/python -m pip install -q "playwright>=1.45"
	command -v chromium || { apt-get update -q && apt-get install -y -q chromium; }
	mkdir -p .browser
	cd .browser && npm pack --silent axe-core@4.14.1 && tar -xzf axe-core-4.14.1.tgz package/axe.min.js
	touch $@

# The workbook in a real spreadsheet.
test-office: .office/ready
	$(BIN)/pytest tests/functional/test_export.py -k libreoffice

.office/ready: .venv/ready
	command -v soffice || { apt-get update -q && apt-get install -y -q --no-install-recommends libreoffice-calc; }
	mkdir -p .office
	touch $@

docs: .venv/ready
	$(BIN)/python -m tests.support.documents --write

# The same cells from Spark; without root, Java has to be there. It runs too short to
# be worth a second compiler and threads that collect garbage.
test-spark: .spark/ready
	COVERAGE_FILE=.spark/coverage JDK_JAVA_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" \
	    $(BIN)/pytest -m spark --cov=engine.spark_database --cov-config=/dev/null --cov-branch --cov-fail-under=97

.spark/ready: .venv/ready
	command -v java || { apt-get update -q && apt-get install -y -q default-jre-headless; }
	$(BIN)/python -m pip install -q --disable-pip-version-check "pyspark>=4"
	mkdir -p .spark
	touch $@

# Packages of R beside ours. Debian's R is older than the newest rpy2.
test-r: .r/ready
	COVERAGE_FILE=.r/coverage $(BIN)/pytest tests/functional/test_beside_r.py --cov=secure_env.r_packages --cov-config=/dev/null --cov-branch --cov-fail-under=97

.r/ready: .venv/ready
	command -v Rscript || { apt-get update -q && apt-get install -y -q --no-install-recommends r-base-core; }
	$(BIN)/python -m pip install -q --disable-pip-version-check "rpy2>=3.5,<3.6"
	mkdir -p .r
	touch $@

# Every reader of deliveries, on bytes that Atheris makes; SECONDS each.
SECONDS ?= 5

test-fuzz: .fuzz/ready
	$(BIN)/python -m tests.fuzz $(SECONDS)

.fuzz/ready: .venv/ready
	$(BIN)/python -m pip install -q "atheris>=2.3"
	mkdir -p .fuzz
	touch $@

# The store key in a hardware module, played by SoftHSM2.
test-hardware: .hardware/ready
	COVERAGE_FILE=.hardware/coverage $(BIN)/pytest tests/unit/test_keyholders.py --cov=secure_env.hardware --cov-config=/dev/null --cov-branch --cov-fail-under=97

.hardware/ready: .venv/ready
	command -v softhsm2-util || { apt-get update -q && apt-get install -y -q softhsm2; }
	$(BIN)/python -m pip install -q --disable-pip-version-check "python-pkcs11>=0.8"
	mkdir -p .hardware
	touch $@

bench: .venv/ready .venv-peers/ready
	$(BIN)/python -m tests.benchmarks

# Other tools, to compare with; where they cannot be installed the bench says so.
.venv-peers/ready:
	$(PYTHON) -m venv .venv-peers
	-.venv-peers/bin/python -m pip install -q pytauargus==0.6.0 gconfid==2.0.4
	touch $@

lock: .venv/ready
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-strip-extras -q -o requirements.lock

# What gmsd needs to run, for Linux and Windows, to carry where there is no internet.
WHEELS_FOR ?= 3.11
LINUX := $(foreach glibc,28 27 26 24 17,--platform manylinux_2_$(glibc)_x86_64)

wheelhouse: .venv/ready
	$(BIN)/python -m pip wheel -q --no-deps -w wheelhouse .
	$(BIN)/python -m pip install -q uv
	$(call fill,x86_64-manylinux_2_28,$(LINUX) --platform manylinux2014_x86_64)
	$(call fill,x86_64-pc-windows-msvc,--platform win_amd64)

define fill
	$(BIN)/uv pip compile -q pyproject.toml -c requirements.lock --generate-hashes \
	    --python-version $(WHEELS_FOR) --python-platform $(1) -o wheelhouse/needs.txt
	$(BIN)/python -m pip download -q -d wheelhouse -r wheelhouse/needs.txt --no-deps \
	    --only-binary :all: --python-version $(WHEELS_FOR) $(2)
	rm wheelhouse/needs.txt
endef

.venv/ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

clean:
	rm -rf .venv .venv-peers .spark .browser .office .hardware .r .fuzz demo wheelhouse build *.egg-info
