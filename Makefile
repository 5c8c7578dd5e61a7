# The only commands a newcomer needs: make setup, run, test, check, bench.
# Everything is done once: stamps in .venv say what is done, so nothing asks the network again.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
FIND_PYTHON := for name in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	echo $$name; break; fi; done
PYTHON ?= $(shell $(FIND_PYTHON))
IS_ROOT := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null
INSTALL := DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

.PHONY: help setup system weights run browser test check images bench samples clean
.DELETE_ON_ERROR:

help:
	@echo "make setup    a virtual environment, requirements, model weights"
	@echo "make run      setup, then the app with its demo"
	@echo "make test     setup, then all tests"
	@echo "make check    style, types, texts, architecture"
	@echo "make bench    measurements as JSON; ONLY=name for one"
	@echo "make images   the screenshots of the README"
	@echo "make samples  render the sample clips again"

setup: $(VENV)/.runtime-stamp system weights

$(PY):
	@[ -n "$(PYTHON)" ] || { echo "Install Python 3.11 or newer first." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		if $(IS_ROOT); then apt-get update -qq; $(INSTALL) python3-venv; \
		else echo "Install the package python3-venv first." >&2; exit 1; fi; \
		$(PYTHON) -m venv $(VENV); }

$(VENV)/.runtime-stamp: requirements.txt | $(PY)
	@echo "Installing what the program needs; this takes a few minutes once."
	@$(PY) -m pip install -q --no-compile --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test-stamp: requirements-dev.txt $(VENV)/.runtime-stamp
	@echo "Installing what the tests need."
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# OpenCV and MediaPipe load libraries that slim systems lack.
system: | $(PY)
	@missing=$$($(PY) -m core.system_libraries); \
	if [ -n "$$missing" ]; then \
		if $(IS_ROOT); then apt-get update -qq; $(INSTALL) $$missing; \
		else echo "Missing libraries; install these packages:" $$missing >&2; exit 1; fi; \
	fi

# Without a network the app still starts; it says what is missing when a model is wanted.
weights: $(VENV)/.runtime-stamp system
	@$(PY) -m models.weights || echo "Model weights are missing: see above." >&2

run: setup
	$(PY) -m streamlit run app.py

# A browser and a Korean font, for the tests that look at screens; without them those are skipped,
# but on a build server (CI=true) that is an error.
browser:
	@missing=""; \
	[ -n "$$DATAGUARD_CHROMIUM" ] || command -v chromium chromium-browser google-chrome \
		>/dev/null || missing="chromium"; \
	fc-list :lang=ko 2>/dev/null | grep -q . || missing="$$missing fontconfig fonts-nanum"; \
	! { $(IS_ROOT); } || command -v strace >/dev/null || missing="$$missing strace"; \
	if [ -n "$$missing" ]; then \
		{ $(IS_ROOT) && apt-get update -qq && $(INSTALL) $$missing; } || \
		{ echo "Browser tests need these packages:" $$missing >&2; [ "$$CI" != true ]; }; \
	fi

# Two processes; each takes the next test when it is done with one.
test: setup browser $(VENV)/.test-stamp
	$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(ARGS)

check: setup $(VENV)/.test-stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict core models api
	$(PY) -m tools.messages check
	$(PY) -m tools.opencv_names check
	$(PY) -m tools.documents check
	$(PY) -m pytest tests/test_architecture.py

# The pictures of the READMEs are screenshots that a browser test makes.
images: test
	cp .artifacts/label.png .artifacts/label-ko.png docs/images/

bench: setup $(VENV)/.test-stamp
	@$(PY) -m benchmarks.run $(ONLY)

samples: setup
	$(PY) -m sample_videos.studio

clean:
	rm -rf .artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path "./$(VENV)/*" -prune -exec rm -rf {} +
