#!/usr/bin/env bash
# Locks the requirement sets; what is locked stays as it is unless `deploy/lock.sh --upgrade`. torch is pinned without its
# local label and without the CUDA packages its PyPI build names, so that the lock installs with a CPU wheel and without.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_FIND_LINKS="${PIP_FIND_LINKS:-}"
uv=$(command -v uv || echo .tools/bin/uv)
strip() { sed -E 's/^(torch==[0-9.]+)\+cpu/\1/' | grep -vE '^(nvidia-|triton|cuda-|openvino-telemetry)'; }
lock() { # lock NAME PYTHON [--upgrade]
  cp "requirements/$1.txt" "requirements/$1.new.txt"
  "$uv" pip compile -q --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version "$2" "${@:3}" \
    "requirements/$1.in" -o "requirements/$1.new.txt"
  strip < "requirements/$1.new.txt" > "requirements/$1.txt"
  rm "requirements/$1.new.txt"
}
lock app 3.11 "$@"
lock test 3.11 "$@"
lock rasa 3.10 "$@"
