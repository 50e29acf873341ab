# xentedu: `make` lists what can be made. Each target makes the .venv that it needs.
.DEFAULT_GOAL := help
.PHONY: help book serve test page-cells firefox frameworks rates test-matrix newest resolve mutants lab notebooks lint linkcheck clean

VENV := .venv
BIN := $(VENV)/bin
LAB := .venv-lab
LINT := .venv-lint
RESOLVE := .venv-resolve

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

book: $(VENV) ## build the book and say where to open it
	@$(BIN)/python -I $(BIN)/jupyter-book build . || { echo "make book: the book was not built; the lines above name the page and what is wrong."; exit 1; }
	@echo; echo "The book stands in $(CURDIR)/_build/html/index.html: open it in any browser, no server needed."

serve: book ## build the book and serve it, on this machine alone: from disk, browsers run no Python
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

test: $(VENV) ## build the book and run every test: library, notebooks, pages in a browser
	@$(BIN)/python -m pytest || { echo "make test: tests failed; the summary above names them."; exit 1; }

page-cells: $(VENV) ## run every cell of every chapter on the page, and every answer to every exercise (an hour)
	@$(BIN)/pytest tests/browser/page_cells.py

firefox: $(VENV) ## drag every figure in Firefox, by mouse and touch, and go on by the keys
	@$(BIN)/pytest -n 0 tests/browser/firefox.py

frameworks: $(VENV) ## execute every snippet in its own framework and compare; makes what it needs (4 GB, Python 3.7 too)
	@$(BIN)/python -m tools.frameworks

rates: $(VENV) ## how often xe.diagnose is right: false alarms on sound batches, mistakes found (some minutes)
	@$(BIN)/python -m tools.rates

test-matrix: ## the tests on every Python that is here, notebooks included; the library with oldest and newest NumPy
	@sh tools/test_matrix.sh

newest: ## every test, with the newest version of every package
	@sh tools/newest.sh

resolve: $(RESOLVE) ## do the pins install on every Python, on Linux, macOS and Windows? (without having them)
	@sh tools/resolve.sh $(RESOLVE)/bin/uv

mutants: ## change the library in one place at a time: which changes does no test notice? (hours)
	@sh tools/mutants.sh

lab: $(LAB) ## open the chapters in JupyterLab, in copies of your own (lessons/, which `make clean` leaves alone)
	@$(LAB)/bin/python -m xentedu lab lessons

notebooks: $(VENV) ## execute the notebooks and write them as they are committed
	@$(BIN)/python tools/notebooks.py

lint: $(LINT) ## check style and formatting, and the workflows
	@$(LINT)/bin/ruff check . && $(LINT)/bin/ruff format --check . && $(LINT)/bin/zizmor --quiet --offline --persona=pedantic .github

linkcheck: $(VENV) ## ask the sites that the book links to whether the pages are still there
	@$(BIN)/python -I $(BIN)/jupyter-book build --builder linkcheck .

clean: ## remove everything that was made, but not what a reader wrote (lessons/)
	rm -rf .venv* _build .pytest_cache .ruff_cache .hypothesis
	find . -path ./lessons -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# make_venv.sh itself sees whether there is something to do: a time stamp knows nothing of a renamed folder, of another
# Python, of an installation that was killed.
.PHONY: $(VENV) $(LAB) $(LINT) $(RESOLVE)
# Python compiles what it imports, once: to compile all that is installed takes longer.
$(VENV):
	@sh tools/make_venv.sh $@ --no-compile -r requirements.txt

# JupyterLab without what builds and tests the book.
$(LAB):
	@sh tools/make_venv.sh $@ --no-compile -r requirements-lab.txt

# The linters alone: some seconds, where all that the book needs takes a minute.
$(LINT):
	@sh tools/make_venv.sh $@ $$(grep -oE '^(ruff|zizmor)==[^ ]*' requirements.txt)

$(RESOLVE):
	@sh tools/make_venv.sh $@ uv==0.13.9
