#!/usr/bin/env bash
# make test: unit and integration tests, the tests inside Rasa's environment, then the browser and conversation tests
# against the five real processes on ports and data of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
export XIAOFA_DATA_DIR="${XIAOFA_TEST_DATA_DIR:-$PWD/var/test}" PYTHONPATH="$PWD"
export RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TOKENIZERS_PARALLELISM=false
set -m # a group of its own for the training, which ends with us
.venv/bin/xiaofa train & trained=$! # a core is free beside it, and the unit tests need no model
set +m
trap 'kill -- -$trained 2>/dev/null && wait $trained || true' EXIT
.venv/bin/xiaofa index
.venv/bin/python -m pytest tests/unit -n auto --dist loadfile
wait $trained
trap - EXIT
.venv-rasa/bin/python -m pytest tests/rasa -c tests/rasa/pytest.ini
.venv/bin/python -m pytest tests/integration -n auto --dist loadfile --durations=10
# Browser and stack tests mostly wait: three at a time on two cores end a fifth sooner.
.venv/bin/python -m pytest tests/web tests/desk -n 3 --dist loadfile
.venv/bin/python -m pytest tests/stack -n 3 --dist loadfile --no-loadscope-reorder --durations=10
