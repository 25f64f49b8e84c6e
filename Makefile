# What can be done here. `make run` is all that a newcomer needs.
.PHONY: help run test check smoke train bench compare equivalence faults screenshots figures clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

run:  ## Set everything up, and serve the hotline on http://localhost:8000 (PORT=...)
	@scripts/environment
	@.venv/bin/hotline run

test:  ## Install what the tests need and run them all, as many at once as there are cores (four at most)
	@scripts/environment --tests
	@scripts/test-servers
	@.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist worksteal

check:  ## Style, types, layers, content, training data
	@scripts/environment --tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/hotline check-content

smoke:  ## Does it work on Python 3.13 (or PYTHON=3.12)? In an environment of its own
	@scripts/smoke $(or $(PYTHON),3.13)

train:  ## Train the model anew
	@scripts/environment
	@.venv/bin/hotline train

bench:  ## Measure turns per second against stock Rasa and against a bare server
	@scripts/environment --tests
	@.venv/bin/hotline bench

faults:  ## Kill the server and break lines under load, and count what is lost (minutes; MESSAGES=10000 a channel)
	@scripts/environment --tests
	@.venv/bin/python -m tests.faults --messages $(or $(MESSAGES),10000)

equivalence:  ## Compare our engine's answers with stock Rasa's, turn by turn
	@scripts/environment --tests
	@.venv/bin/python -m tests.equivalence

screenshots:  ## Make the pictures of the README anew
	@scripts/environment --tests
	@scripts/test-servers
	@.venv/bin/python -m tests.screenshots

compare:  ## Measure understanding beside others' and write the table and the chart (Rasa's learns for long)
	@scripts/environment --tests
	@.venv/bin/hotline compare tests/understanding --write

figures:  ## Measure and write the README's table of languages
	@scripts/environment --tests
	@.venv/bin/python -m tests.figures

clean:  ## Remove the environment, the model and build files (never the data)
	rm -rf .venv .tools build models .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
