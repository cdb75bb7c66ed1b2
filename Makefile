# What a contributor types. Every target works from a fresh clone.
PYTHON := .venv/bin/python

.PHONY: serve test check bench soak messages screenshot lock wheel routes

.venv/.ready: requirements/test.txt
	python3 -m venv .venv
	.venv/bin/pip install -q -r requirements/test.txt
	touch $@

serve: .venv/.ready
	$(PYTHON) -m consult serve --demo

test: .venv/.ready
	$(PYTHON) -m pytest

check: .venv/.ready
	bash .ci/checks

bench:
	python3 -m venv .venv
	.venv/bin/pip install -q -r requirements/bench.txt
	$(PYTHON) -m tests.benchmarks

# The full counts (hours). CONSULT_SOAK=0.1 does a tenth of them, CONSULT_SEED repeats a run, CONSULT_TEST_DATABASE_URL adds PostgreSQL.
soak: .venv/.ready
	CONSULT_SOAK=$${CONSULT_SOAK:-1} $(PYTHON) -m pytest tests/faults tests/security tests/browser

messages: .venv/.ready
	$(PYTHON) tools/messages.py

screenshot: .venv/.ready
	$(PYTHON) tools/screenshot.py

lock:
	for name in run test bench; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    requirements/$$name.in -o requirements/$$name.txt; done

wheel: .venv/.ready
	$(PYTHON) -m build --wheel --no-isolation --outdir dist

# The table of who may call what, after a route or its capability was changed on purpose.
routes:
	CONSULT_INSTANCE=$$(mktemp -d) .venv/bin/python -c "from consult import create_app; from tests.guards.test_routes import TABLE, table; TABLE.write_text(table(create_app()))"
