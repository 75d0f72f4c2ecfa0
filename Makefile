# Everything is installed into this folder (.venv, node_modules); stamps make a second run quick.
# Paths are relative: make itself cannot handle a folder with spaces in its name.

PYTHON := .venv/bin/python
OPENPRM := $(PYTHON) -m openprm
ARGS ?=
PAGES := src/openprm/kernel/static/vendor/licences.txt
NPM := node_modules/.package-lock.json

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint bench bench-matching drill shell docs screenshots install

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(PAGES) ## Try the product: set up, load a demo programme, start (ARGS="--port 9000")
	@OPENPRM_PARENT=$$PPID exec $(OPENPRM) demo $(ARGS)

test: .venv/.dev $(PAGES) ## Run every test, in a real browser too (ARGS="-k deal")
	@$(PYTHON) setup/browser.py --install || true
	@exec $(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/.dev $(PAGES) ## Check style, types, dependencies between features, migrations and lock files
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) setup/locks.py
	$(PYTHON) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	$(OPENPRM) django makemigrations --check --dry-run
	$(PYTHON) -m mypy

bench: .venv/.dev $(PAGES) ## Measure the product (benchmarks/)
	@exec $(PYTHON) -m benchmarks $(ARGS)

bench-matching: .venv/.dev ## Measure how well companies are matched (ARGS="FOLDER --pool 1000000")
	@exec $(PYTHON) -m benchmarks.matching $(ARGS)

drill: .venv/.dev $(PAGES) ## Break things on purpose and see that nothing is lost (drills/)
	@exec $(PYTHON) -m drills $(ARGS)

shell: $(PAGES) ## Open a Python shell with everything loaded
	@exec $(OPENPRM) shell

docs: .venv/.dev ## Draw the generated parts of docs/ anew
	@exec $(PYTHON) -m docs $(ARGS)

screenshots: .venv/.dev $(PAGES) ## Take the pictures in docs/ anew
	@$(PYTHON) setup/browser.py --install
	@exec $(PYTHON) -m tools.screenshots $(ARGS)

install: .venv/.dev $(PAGES) ## Install all that development needs, and start nothing

# What the product needs to run
.venv/.run: requirements.lock setup/installer.lock setup/python.sh
	@sh setup/python.sh requirements.lock
	@touch $@

# What tests and checks need besides
.venv/.dev: requirements-dev.lock .venv/.run
	@sh setup/python.sh requirements-dev.lock
	@touch $@

# What pages need from npm
$(NPM): package-lock.json setup/npm.sh .venv/.run
	@sh setup/npm.sh
	@touch $@

$(PAGES): $(NPM) src/openprm/kernel/icons.txt setup/vendor.py
	@$(PYTHON) setup/vendor.py
	@touch $@
