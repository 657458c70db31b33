# make run     the tracker with its sample data, on this machine
# make test    the test suite on PostgreSQL, and on SQLite without the browser; make test-long adds the proofs that take an hour
# make bench   speed and memory beside the stock way and the floor (one case: ONLY=import-new)
# make check   formatting, lint, migrations, translations, deployment check, import contracts
# make screenshots   pictures of the main pages, from the sample data
SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
MESSAGES := $(wildcard locale/*/LC_MESSAGES/django.po)
STATIC := $(shell find programmes/static -type f 2>/dev/null)
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: run test test-long bench check format messages screenshots lock clean

run: build/.installed build/.messages build/.static build/secret-key
	@set -a; DEMO=1; DEBUG=false; SITE_URL=http://localhost:$(PORT); \
	ALLOWED_HOSTS=localhost,127.0.0.1; SECRET_KEY=$$(cat build/secret-key); set +a; \
	$(BIN)/python manage.py prepare_demo --port $(PORT) || exit 1; \
	$(BIN)/python manage.py db_worker --interval 1 --no-startup-delay & worker=$$!; \
	trap "kill $$worker 2>/dev/null" EXIT INT TERM; \
	$(BIN)/gunicorn tracker.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --log-level warning

test: build/.installed-dev build/.messages
	@.ci/tools
	@.ci/test-postgresql -m "not long"
	@.ci/test-sqlite -m "not long and not browser"

test-long: build/.installed-dev build/.messages
	@.ci/tools
	@EXAMPLES=400 .ci/test-postgresql
	@EXAMPLES=400 .ci/test-sqlite -m "not browser"

bench: build/.installed-dev
	@.ci/tools
	@ONLY=$(ONLY) .ci/bench

check: build/.installed-dev
	@.ci/tools
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python .ci/messages.py --check
	DEBUG=false SITE_URL=https://suivi.example.ma ALLOWED_HOSTS=suivi.example.ma \
	SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

format: build/.installed-dev
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

messages: build/.installed-dev
	$(BIN)/python .ci/messages.py
	@rm -f build/.messages

screenshots: build/.installed-dev build/.messages
	@$(BIN)/python .ci/screenshots.py

lock:
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --annotate requirements.in -o requirements.txt
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --annotate requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf build .venv staticfiles db.sqlite3*

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
