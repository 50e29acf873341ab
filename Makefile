# xentedu: `make` lists what can be made. Each target makes the .venv that it needs.
.DEFAULT_GOAL := help
.PHONY: help book test test-matrix mutants lab notebooks lint linkcheck clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LAB := .venv-lab/.ready
RUFF := .venv-lint/bin/ruff

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

book: $(READY) ## build the book and say where to open it
	@$(BIN)/jupyter-book build -W --keep-going . || { echo "make book: the book was not built. The first warning or error above names the page and the cause."; exit 1; }
	@echo; echo "The book stands in $(CURDIR)/_build/html/index.html: open it in any browser, no server needed."

test: $(READY) ## build the book and run every test: library, notebooks, pages in a browser
	@$(BIN)/pytest || { echo "make test: tests failed; the summary above names them."; exit 1; }

test-matrix: ## the library's tests on every Python from 3.10 to 3.13, oldest and newest NumPy
	@sh tools/test_matrix.sh

mutants: ## change the library in one place at a time: which changes does no test notice? (hours)
	@sh tools/mutants.sh

lab: $(LAB) ## open the chapters in JupyterLab, in copies of your own (lessons/, which `make clean` leaves alone)
	@.venv-lab/bin/python -m xentedu lab lessons

notebooks: $(READY) ## execute the notebooks and write them as they are committed
	@$(BIN)/python tools/notebooks.py

lint: $(RUFF) ## check style and formatting
	@$(RUFF) check . && $(RUFF) format --check .

linkcheck: $(READY) ## ask the sites that the book links to whether the pages are still there
	@$(BIN)/jupyter-book build --builder linkcheck .

clean: ## remove everything that was made
	rm -rf $(VENV) .venv-* _build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements.txt requirements-lab.txt pyproject.toml tools/make_venv.sh
	@sh tools/make_venv.sh $(VENV) -r requirements.txt
	@touch $@

# JupyterLab without what builds and tests the book. Compiling all of it beforehand takes 140 MB, and saves a second once.
$(LAB): requirements-lab.txt pyproject.toml tools/make_venv.sh
	@sh tools/make_venv.sh .venv-lab --no-compile -r requirements-lab.txt
	@touch $@

# The linter alone: some seconds, where all that the book needs takes a minute.
$(RUFF): requirements.txt tools/make_venv.sh
	@sh tools/make_venv.sh .venv-lint "$$(grep -o '^ruff==[^ ]*' requirements.txt)"
	@touch $@
