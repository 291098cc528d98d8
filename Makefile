# run: the product on this machine · check: the quick checks · test: everything · bench: numbers · screens: pictures
PYTHON ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run test check bench screens environment clean

run:
	@exec $(PYTHON) tools/run.py

environment:
	@$(PYTHON) tools/environment.py dev app

check: environment
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix pwa run check
	$(BIN)/pytest -q -m "not e2e"

test: environment
	@$(BIN)/python tools/browsers.py
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix pwa run check
	$(BIN)/pytest

bench: environment
	$(BIN)/python -m bench.run

screens: environment
	@$(BIN)/python tools/browsers.py
	$(BIN)/python -m tools.screens

clean:
	rm -rf .venv pwa/node_modules pwa/dist
