# Everything here runs offline once its environment stands; the environments come from the hashed requirement files.
PYTHON ?= python3
DEMO := .venv-demo
TEST := .venv

# As many tests beside each other as the machine has cores, eight at most.
PYTEST := $(TEST)/bin/python -m pytest --numprocesses logical --maxprocesses 8 --dist worksteal

.PHONY: demo test trials lint bench serve clean

demo: $(DEMO)/.ready  ## load the reference data, find partners and gaps, draw
	$(DEMO)/bin/arvoverkko --graph var/enf demo --pictures var/pictures

serve: $(DEMO)/.ready  ## answer over HTTP on this machine
	$(DEMO)/bin/arvoverkko --graph var/enf serve

test: $(TEST)/.ready lint  ## style, types, and every law, quickly
	$(PYTEST) -m "not trial"

trials: $(TEST)/.ready  ## the long ones, and ten times as many examples of each law
	$(PYTEST) -m "trial or hypothesis" --hypothesis-profile trials

lint: $(TEST)/.ready
	$(TEST)/bin/ruff check .
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/mypy

bench: $(TEST)/.ready  ## ratios against peers, measured in the same run
	$(TEST)/bin/python -m benchmarks.load
	$(TEST)/bin/python -m benchmarks.partners
	$(TEST)/bin/python -m benchmarks.names
	$(TEST)/bin/python -m benchmarks.sources --links dense
	$(TEST)/bin/python -m benchmarks.servers

# pip checks every hash; the project itself is added without touching its requirements.
$(DEMO)/.ready: requirements/demo.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "arvoverkko needs Python 3.11 or later")'
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(TEST)/.ready: requirements/test.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "arvoverkko needs Python 3.11 or later")'
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(DEMO) $(TEST) var build dist
