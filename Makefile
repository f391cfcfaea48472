# 小二 needs two things on a fresh machine: Python 3.11 or newer, and make.
# The first target that you call makes .venv from uv.lock; later calls find it ready.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8080
ARGS ?=

BIN := .venv/bin
READY := .venv/.ready
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# A company's proxy often signs with a certificate that only the system knows.
export UV_SYSTEM_CERTS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A venv knows its absolute path and its interpreter: when either has changed, a new one is made beside it and put in
# its place once it is complete, so that nothing that runs in the old one loses the ground under its feet.
SAME_PLACE := $(shell [ "$$(cat $(READY) 2>/dev/null)" = "$$(pwd -P)" ] && $(BIN)/python -c '' 2>/dev/null && echo yes)
ifneq ($(SAME_PLACE),yes)
.PHONY: $(READY)
endif

.PHONY: demo test check bench soak format pictures key clean help

demo: $(READY) ## Try it: the bot, local platforms and a sample company, in your browser (PORT=8080 ARGS=…)
	@exec $(BIN)/xiaoer demo --port $(PORT) $(ARGS)

test: $(READY) ## Run the tests, on SQLite and on a PostgreSQL that they bring along (ARGS="-k lead")
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(READY) ## Lint, format, types, import contracts, and the house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_house.py

bench: $(READY) ## Measure the work against its floor, in one run (ARGS=…)
	$(BIN)/python -m benchmarks $(ARGS)

soak: $(READY) ## Run the long form of the reliability cases
	XIAOER_SOAK=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

format: $(READY) ## Put the code into its shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: $(READY) ## Make the pictures of the READMEs anew (needs Chromium)
	$(BIN)/python docs/make_pictures.py

key: $(READY) ## Print a new random key for [security] in config.toml
	@$(BIN)/python -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())'

clean: ## Remove .venv and the caches; your data stays
	rm -rf .venv .venv.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS='|' read -r name words; do printf '  make %-8s %s\n' "$$name" "$$words"; done

$(READY): pyproject.toml uv.lock
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "xiaoer: no Python 3.11 or newer found. Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo "; \
		echo "xiaoer: $$python cannot make a virtual environment yet. Install the part it lacks, then call make again:" >&2; \
		echo "    $${sudo}apt-get install -y python$$version-venv" >&2; exit 1; \
	fi; \
	echo "xiaoer: making .venv with $$("$$python" --version), about a minute the first time" >&2; \
	venv=.venv; [ "$(SAME_PLACE)" = yes ] || venv=.venv.$$$$; \
	if [ ! -x $$venv/bin/python ]; then "$$python" -m venv $$venv || exit 1; fi; \
	if ! $$venv/bin/python -m pip install --quiet 'uv>=0.9'; then \
		echo "xiaoer: uv could not be installed. See pip's words above: is the network there? A mirror or proxy is set in pip's configuration." >&2; \
		exit 1; \
	fi; \
	if ! UV_PROJECT_ENVIRONMENT=$$venv $$venv/bin/uv sync --frozen --inexact --quiet --python $$venv/bin/python; then \
		echo "xiaoer: uv could not fetch the packages; trying once more with pip and its own configuration (mirror, proxy)" >&2; \
		$$venv/bin/uv export --frozen --quiet --offline --no-emit-project --output-file $$venv/requirements.txt >/dev/null && \
		$$venv/bin/python -m pip install --quiet --require-hashes -r $$venv/requirements.txt && \
		$$venv/bin/python -m pip install --quiet --no-deps --editable . || { \
			echo "xiaoer: the packages could not be installed. See the words above; then call make again." >&2; exit 1; }; \
	fi; \
	if [ $$venv != .venv ]; then \
		grep -rlIF "$$venv" $$venv/bin $$venv/pyvenv.cfg | while read -r file; do \
			sed "s|$$venv|.venv|g" "$$file" > $$venv/moved && cat $$venv/moved > "$$file"; \
		done; \
		rm -f $$venv/moved; \
		if [ -e .venv ]; then mv .venv $$venv.old || exit 1; fi; \
		mv $$venv .venv && rm -rf $$venv.old; \
	fi; \
	pwd -P > $(READY)
