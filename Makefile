# run: the product on this machine · dev: the same with hot reload · check: the quick checks · test: everything · bench: numbers
# screens: pictures of every screen · tour: docs/tour.webp · simulate: seeded schedules for as long as told (SECONDS=600)
# screens: fewer of them by SCENES=home,inbox LANGS=km SIZES=360 LOOKS=dark
# The first Python that really starts (a version manager's shim may only say that it doesn't) and is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && exit; done; echo python3)
BIN := .venv/bin

.PHONY: python run dev test check simulate bench screens tour environment clean

run: python
	@exec $(PYTHON) tools/run.py

dev: python
	@exec $(PYTHON) tools/dev.py

# Here and not in tools/ alone: a Python that is old enough can't even read those.
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { \
		echo "Stopped: $(PYTHON) is missing or too old: install Python 3.11 to 3.13, then run make PYTHON=python3.11 run"; exit 1; }

environment: python
	@$(PYTHON) tools/environment.py dev app

check: environment
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix pwa run check
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not e2e and not running"

test: environment
	@$(BIN)/python tools/browsers.py
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix pwa run check
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not e2e" --durations=25 --durations-min=5
	$(BIN)/pytest -n 2 --dist loadfile -m e2e --durations=25 --durations-min=5

simulate: environment
	$(BIN)/python -m tests.simulation --seconds $(or $(SECONDS),60)

bench: environment
	@$(BIN)/python tools/browsers.py
	$(BIN)/python -m bench.run $(if $(ONLY),--only $(ONLY))

screens: environment
	@$(BIN)/python tools/browsers.py
	$(BIN)/python -m tools.screens --scenes "$(SCENES)" --langs "$(LANGS)" --sizes "$(SIZES)" --looks "$(LOOKS)"

tour: environment
	@$(BIN)/python tools/browsers.py
	$(BIN)/python -m tools.tour

clean:
	rm -rf .venv pwa/node_modules pwa/dist
