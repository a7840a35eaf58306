# Sets up virtual environments beside this file, builds and installs impsim into them, and runs or tests it.
#
#   .venv         compiled build      `make run`, `make test`
#   .venv-pure    plain Python build  `make test`
#   .venv-lint    ruff and mypy       `make lint`, `make types`
#   .venv-oracle  the C++ Squirrel    `make test`: differential tests run it in a process of its own
#   .peers        rhea (npm)          `make peers`: interoperability tests run against it
#
# Wheels are kept in .wheels/ under a checksum of the sources: an unchanged tree is neither rebuilt nor reinstalled.

PYTHON ?= python3
# Arguments for pytest, for example: make test PYTEST_ARGS='-k amqp'
PYTEST_ARGS ?=
# Processes that pytest runs tests in.
JOBS ?= 2

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.SUFFIXES:

# Every Python started here, and what it starts, sees the installed package and not the source tree beside it.
export PYTHONSAFEPATH := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Errors only.
PIP_FLAGS := --quiet --quiet --no-input

CONFIG := pyproject.toml setup.py README.md LICENSE
CONFIG_ID := $(shell { $(PYTHON) -VV; cksum $(CONFIG); } 2>/dev/null | cksum | tr ' ' '-')
SOURCE_ID := $(shell { echo $(CONFIG_ID); find squirrel imp_runtime -type f ! -name '*.pyc' | LC_ALL=C sort | \
	xargs cksum; } | cksum | tr ' ' '-')

COMPILED_WHEEL := .wheels/compiled-$(SOURCE_ID)
PURE_WHEEL := .wheels/pure-$(SOURCE_ID)

.PHONY: help run test test-compiled test-pure oracle lint types grammar bench bench-check profile fuzz soak peers clean preflight

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "Variables: PYTHON=$(PYTHON)  JOBS=$(JOBS)  PYTEST_ARGS='$(PYTEST_ARGS)'"

run: .venv/.installed-$(SOURCE_ID) ## install impsim and run the AMQP sample against the embedded broker
	@echo "==> .venv/bin/impsim run --broker --define HUB_NAME=myhub.example.net samples/amqp_telemetry.nut"
	@.venv/bin/impsim run --broker --define HUB_NAME=myhub.example.net samples/amqp_telemetry.nut

test: test-compiled test-pure ## run the whole test suite on the compiled and on the plain build

test-compiled: export IMPSIM_REQUIRE_COMPILED := 1
test-compiled: .venv/.test-$(SOURCE_ID) oracle ## run the test suite on the compiled build
	@echo "==> tests, compiled build"
	@IMPSIM_EXPECT_BUILD=compiled .venv/bin/python -m pytest -n $(JOBS) $(PYTEST_ARGS)

test-pure: .venv-pure/.test-$(SOURCE_ID) oracle ## run the test suite on the plain Python build
	@echo "==> tests, plain Python build"
	@IMPSIM_EXPECT_BUILD=pure .venv-pure/bin/python -m pytest -n $(JOBS) $(PYTEST_ARGS)

# Options for the benchmarks, for example: make bench BENCH_ARGS='--rounds 3 json'
BENCH_ARGS ?=
PROGRAM ?= json
# The harness is a package of the source tree; its timed runs see the installed one again.
BENCH := PYTHONSAFEPATH= $(PYTHON) -m benchmarks

bench: .venv/.installed-$(SOURCE_ID) .venv-pure/.test-$(SOURCE_ID) oracle ## compare speed and memory with the C++ Squirrel, and AMQP with Proton
	@$(BENCH).run $(BENCH_ARGS)
	@$(BENCH).startup
	@$(BENCH).parsing
	@$(BENCH).memory
	@$(BENCH).amqp

bench-check: .venv/.installed-$(SOURCE_ID) oracle ## fail if a benchmark is slower than in benchmarks/baseline.json
	@$(BENCH).run --skip plain --compare benchmarks/baseline.json $(BENCH_ARGS)

profile: .venv/.installed-$(SOURCE_ID) ## count instructions of one benchmark: make profile PROGRAM=json
	@$(BENCH).profiling $(PROGRAM)

# How long the soak and the fuzzer run.
SECONDS ?= 60

soak: .venv/.installed-$(SOURCE_ID) ## use AMQP with faults for SECONDS (default 60): does an agent stay the same size?
	@.venv/bin/python benchmarks/soak.py --seconds $(SECONDS)

fuzz: .venv/.test-$(SOURCE_ID) ## look for programs that break the interpreter, for SECONDS (default 60)
	@.venv/bin/python tests/fuzz/fuzz.py --seconds $(SECONDS)

lint: .venv-lint/.installed-$(CONFIG_ID) ## check style (ruff)
	@.venv-lint/bin/ruff check .

types: .venv-lint/.installed-$(CONFIG_ID) ## check types (mypy --strict)
	@.venv-lint/bin/mypy

grammar: .venv-lint/.installed-$(CONFIG_ID) ## store the parser tables anew after a change of the grammar
	@PYTHONPATH=. .venv-lint/bin/python -m squirrel.syntax.generator

peers: .peers/.installed ## install rhea, an AMQP library for Node that tests run against (needs npm)
	@:

clean: ## remove everything that the other targets made
	rm -rf .venv .venv-pure .venv-lint .venv-oracle .peers .wheels build dist *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what must be on the machine, said in one line instead of in pip's output ---

preflight:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "impsim needs Python 3.11 or newer, and '$(PYTHON)' is: $$($(PYTHON) -V 2>&1 | tail -n 1)." \
	    "Install one and name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. Install its venv module (Debian: apt install python3-venv)." >&2; \
	  exit 1; }
	@include=$$($(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))'); \
	echo '#include <Python.h>' | $${CC:-cc} -I"$$include" -fsyntax-only -x c - 2>/dev/null || { \
	  echo "No working C compiler with the Python headers: the Proton library (AMQP) is compiled when it is installed." \
	    "Install them (Debian: apt install gcc libc6-dev python3-dev)." >&2; exit 1; }

# --- wheels ---

# $(call build_wheel,VENV,FOLDER): the old build folder goes first, for setuptools would pack what it left there.
# With a log file pip keeps the build's output out of its error message, so the log has to be shown.
define build_wheel
@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
@rm -rf build *.egg-info $(2)
@mkdir -p $(2)
@$(1)/bin/python -m pip wheel $(PIP_FLAGS) --no-deps --log $(2)/build.log --wheel-dir $(2) . 2>$(2)/errors || { \
  cat $(2)/errors; sed -n '/Running command Building wheel/,/ERROR/s/^[^ ]* //p' $(2)/build.log | tail -n 60; exit 1; } >&2
@grep -o 'impsim: notice: .*' $(2)/build.log >&2 || true
@rm -rf build *.egg-info
endef

$(COMPILED_WHEEL)/.built: | preflight
	@echo "==> building impsim, compiled: takes a minute or two"
	@rm -rf .wheels/compiled-*
	$(call build_wheel,.venv,$(COMPILED_WHEEL))
	@# A build that fell back to plain Python is tried again the next time.
	@ls $(COMPILED_WHEEL)/*-none-any.whl >/dev/null 2>&1 || touch $@

$(PURE_WHEEL)/.built: export IMPSIM_PURE := 1
$(PURE_WHEEL)/.built: | preflight
	@echo "==> building impsim, plain Python"
	@rm -rf .wheels/pure-*
	$(call build_wheel,.venv-pure,$(PURE_WHEEL))
	@touch $@

# --- virtual environments ---

# $(call install,VENV,FOLDER OF THE WHEEL,NAME OF THE STAMP,EXTRAS): the version stays, so the old copy must go first.
define install
@echo "==> installing into $(1)"
@$(1)/bin/python -m pip uninstall $(PIP_FLAGS) --yes impsim
@$(1)/bin/python -m pip install $(PIP_FLAGS) "$$(ls $(2)/impsim-*.whl)$(4)"
@rm -f $(1)/.installed-* $(1)/.test-*
@touch $(1)/.installed-$(SOURCE_ID) $(1)/$(3)-$(SOURCE_ID)
endef

TEST_EXTRAS := [test,regexp2,mqtt-broker]

.venv/.installed-$(SOURCE_ID): $(COMPILED_WHEEL)/.built
	$(call install,.venv,$(COMPILED_WHEEL),.installed)

.venv/.test-$(SOURCE_ID): $(COMPILED_WHEEL)/.built
	$(call install,.venv,$(COMPILED_WHEEL),.test,$(TEST_EXTRAS))

.venv-pure/.test-$(SOURCE_ID): $(PURE_WHEEL)/.built
	$(call install,.venv-pure,$(PURE_WHEEL),.test,$(TEST_EXTRAS))

# The checks read the sources; the installed copy is there for its dependencies.
.venv-lint/.installed-$(CONFIG_ID): | preflight
	@echo "==> installing into .venv-lint"
	@rm -rf .venv-lint build *.egg-info
	@$(PYTHON) -m venv .venv-lint
	@IMPSIM_PURE=1 .venv-lint/bin/python -m pip install $(PIP_FLAGS) '.[dev]'
	@rm -rf build *.egg-info
	@touch $@

# Its import name is `squirrel` as well, so it lives alone.
oracle: | preflight
	@test -e .venv-oracle/.installed || { \
	  echo "==> installing into .venv-oracle"; \
	  $(PYTHON) -m venv .venv-oracle && \
	  .venv-oracle/bin/python -m pip install $(PIP_FLAGS) squirrel-lang-sq305 && touch .venv-oracle/.installed || \
	  echo "The C++ Squirrel could not be installed: the tests that compare with it are skipped." >&2; }

# --- peers of the interoperability tests ---

RHEA := tests/interop/rhea

.peers/.installed: $(RHEA)/package.json $(RHEA)/package-lock.json
	@command -v npm >/dev/null || { \
	  echo "make peers needs npm. Install it (Debian: apt install nodejs npm)." >&2; exit 1; }
	@echo "==> installing into .peers"
	@rm -rf .peers
	@mkdir .peers
	@cp $(RHEA)/package.json $(RHEA)/package-lock.json .peers
	@npm ci --prefix .peers --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@
