SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
MESSAGES := $(wildcard locale/*/LC_MESSAGES/*.po)
STATIC := $(shell find programmes/static -type f 2>/dev/null)
# compiled modules are kept out of the tree
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache
# and are kept, whatever the machine says: half of the time a small test takes is compiling anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run quick test test-long fault-test bench load-test check audit format messages dictionary picture screenshots lock clean

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1	\2/p' Makefile | expand -t 20

run: build/.installed build/.messages build/.static build/secret-key ## the tracker with its sample data, on this machine (another port: PORT=8123)
	@set -a; DEMO=1; DEBUG=false; SITE_URL=http://localhost:$(PORT); \
	ALLOWED_HOSTS=localhost,127.0.0.1; SECRET_KEY=$$(cat build/secret-key); set +a; \
	$(BIN)/python manage.py prepare_demo --port $(PORT) || exit 1; \
	$(BIN)/python manage.py worker & worker=$$!; \
	trap "kill $$worker 2>/dev/null" EXIT INT TERM; \
	$(BIN)/gunicorn tracker.wsgi --forwarder-headers '' --bind 127.0.0.1:$(PORT) --workers 2 --log-level warning

quick: build/.installed-dev build/.messages ## the tests of one path (T=tests/services), or as many of the quickest as fit into ninety seconds
	@.ci/test-sqlite -m "not long and not fault and not browser" $(if $(T),-n 0 $(T),--without-slow --seconds 70)

test: build/.installed-dev build/.messages ## the test suite: what depends on the database on PostgreSQL with a browser, the rest on SQLite (all of it on both, with what takes seconds: SLOW=1)
	@.ci/tools
	@.ci/test-sqlite -m "not long and not fault and not browser" $(if $(SLOW),,--without-slow --once)
	@.ci/test-postgresql -m "not long and not fault" --database-alone $(if $(SLOW),,--without-slow)

test-long: build/.installed-dev build/.messages ## all of it on both databases, with what takes an hour and the faults
	@.ci/tools
	@EXAMPLES=400 .ci/test-postgresql
	@EXAMPLES=400 .ci/test-sqlite -m "not browser"

fault-test: build/.installed-dev build/.messages ## processes killed, the database stopped, files cut, many at once: a line each (all of it: LONG=1)
	@.ci/tools
	@.ci/test-postgresql -n 0 -m "fault $(if $(LONG),,and not long)" tests/faults tests/spreadsheets/test_at_once.py
	@.ci/test-sqlite -n 0 -m "fault $(if $(LONG),,and not long)" tests/faults tests/spreadsheets/test_at_once.py

bench: build/.installed-dev ## speed and memory beside the stock way and the floor (one case: ONLY=import-new)
	@.ci/tools
	@ONLY=$(ONLY) .ci/bench

load-test: build/.installed-dev ## many readers and staff at once on a large database (FIGURES=1000000 SECONDS=1800 READERS=50)
	@.ci/tools
	@FIGURES=$(or $(FIGURES),20000) SECONDS=$(or $(SECONDS),60) READERS=$(or $(READERS),50) .ci/load-test

check: build/.installed-dev ## formatting, lint, migrations, translations, deployment check, import contracts
	@.ci/tools
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/djlint --quiet --lint templates
	DEBUG=true $(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python .ci/messages.py --check
	DEBUG=false SITE_URL=https://suivi.example.ma ALLOWED_HOSTS=suivi.example.ma \
	SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

audit: build/.installed-dev ## known faults of the packages the tracker runs on, and a bill of materials
	@.ci/audit

format: build/.installed-dev ## mends formatting and imports
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

messages: build/.installed-dev ## brings the catalogues of messages up to date
	$(BIN)/python .ci/messages.py
	@rm -f build/.messages

dictionary: build/.installed-dev build/.messages ## docs/data-dictionary.md anew, from the columns of the files
	@. .ci/as-it-comes; DEBUG=true DATABASE_URL=sqlite:///none.sqlite3 $(BIN)/python manage.py write_dictionary

picture: build/.installed-dev ## draws the rooms of docs/architecture.md anew from the imports
	@$(BIN)/python .ci/picture.py

screenshots: build/.installed-dev build/.messages ## pictures of the main pages, from the sample data (of one page: PAGE=programmes/cmc/)
	@$(BIN)/python .ci/screenshots.py $(PAGE)

lock: ## fixes the versions of requirements*.txt anew
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --generate-hashes --annotate requirements.in -o requirements.txt
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --generate-hashes --allow-unsafe --annotate requirements-dev.in -o requirements-dev.txt

clean: ## removes what was made: environment, databases, built files
	rm -rf build .venv staticfiles kept-pages public-files db.sqlite3*

build/.venv:
	@mkdir -p build
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or later is needed: make run PYTHON=python3.12"; exit 1; }
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv .venv || \
	{ echo "The venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

build/.installed: requirements.txt build/.venv
	@[ -e build/.installed-dev ] || $(BIN)/pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

build/.installed-dev: requirements-dev.txt requirements.txt build/.venv
	@$(BIN)/pip install -qq --disable-pip-version-check -r requirements-dev.txt
	@touch $@ build/.installed

build/.messages: $(MESSAGES) | build/.installed
	@for po in $(MESSAGES); do $(BIN)/pybabel --quiet compile -D django -i $$po -o $${po%.po}.mo || exit 1; done
	@touch $@

build/.static: $(STATIC) | build/.installed
	@DEBUG=false SITE_URL=http://localhost ALLOWED_HOSTS=localhost SECRET_KEY=$$(printf 'static%.0s' {1..10}) \
	$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

build/secret-key: | build/.venv
	@umask 077; $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))' > $@
