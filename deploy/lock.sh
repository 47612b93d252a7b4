#!/usr/bin/env bash
# Locks the requirement sets. torch is pinned without its local label and without the CUDA packages its PyPI build names,
# so that the lock installs with a CPU wheel at hand and without.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_FIND_LINKS="${PIP_FIND_LINKS:-}"
uv=$(command -v uv || echo .tools/bin/uv)
strip() { sed -E 's/^(torch==[0-9.]+)\+cpu/\1/' | grep -vE '^(nvidia-|triton|cuda-)'; }
for name in app test; do
  "$uv" pip compile -q --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 "requirements/$name.in" | strip > "requirements/$name.txt.new"
  mv "requirements/$name.txt.new" "requirements/$name.txt"
done
"$uv" pip compile -q --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.10 requirements/rasa.in > requirements/rasa.txt.new
mv requirements/rasa.txt.new requirements/rasa.txt
